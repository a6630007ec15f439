# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader says of every panel, menu and dialog: everything that can be pressed or filled in has a name, the
name is one for people and not that of a class, and no name has the mark of a mnemonic in it. The window fits its screen in
each language. test_names.py BUILD LANGUAGE [FOLDER for pictures]"""

import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, profile, send_line, temporary_folder, wait_for, xdotool  # noqa: E402

MUST = {"push button", "toggle button", "check box", "radio button", "combo box", "spin button", "text", "entry", "menu item",
        "check menu item", "radio menu item", "slider", "switch", "page tab", "tree table", "link"}
CLASS = re.compile(r"^(Gtk|Adw|Desk|Panel)[A-Z]\w+$")
# Codes in capitals have such a sign of their own, and the names of DTC's and our own fields stand in small letters.
MNEMONIC = re.compile(r"(?<![A-Za-z0-9])_\w|(?<=[a-zà-ÿ])_(?=[a-zà-ÿ])")


def faults(desk, where, seen):
    nodes = list(desk.walk())
    for node in nodes:
        if MNEMONIC.search(node.name or ""):
            seen.setdefault(("a mnemonic", node.role, node.name), where)
    # What libadwaita and libpanel keep for another day has no place on the screen.
    for node in desk.shown(n for n in nodes if n.role in MUST and (not n.name.strip() or CLASS.match(n.name))):
        above = []
        top = node.parent
        while top is not None and len(above) < 5:
            above.append(f"{top.role} {top.name}")
            top = top.parent
        # Nor can a name be given to the parts of theirs that have.
        if any(" Adw" in step or "GtkShortcutsWindow" in step for step in above) or where == "about":
            continue
        seen.setdefault(("no name", node.role, node.name, " < ".join(above)), where)


def main(build, language, shots=None):
    seen = {}
    with temporary_folder() as folder:
        server = Simulator(build, folder, "dtc", "--speed", "0", "--control", os.path.join(folder, "control"))
        try:
            with Desk(build, language=language, profile=profile(server.port, "dtc")) as desk:
                wait_for("the market", lambda: len(server.records()) > 20)
                # Half a price is another price.
                orders = wait_for("the orders", lambda: next(desk.look(role="tree table"), None)).name
                check(desk.in_sight(orders, "Stop"), f"the stop is cut in {language}")

                def look(where):
                    time.sleep(1)
                    if shots:
                        xdotool("mousemove", 0, 0)
                        time.sleep(0.3)
                        desk.screenshot(os.path.join(shots, f"n-{language}-{where}.png"))
                    faults(desk, where, seen)

                def menu(n, where):
                    desk.key("F10")
                    wait_for("the menu", lambda: len(desk.windows()) > 1)
                    time.sleep(0.5)
                    if n == 0:
                        look(where)
                        desk.key("Escape")
                        return
                    desk.key(*["Down"] * (n - 1), "Return")
                    look(where)
                    desk.key("Escape")
                    wait_for("the dialog to close", lambda: len(desk.windows()) == 1)

                desk.key("F9")
                send_line(desk, "buy 2 ESZ6 market")
                send_line(desk, "sell 1 ESZ6 limit 5010 gtc")
                look("window")
                for key in "3456780":
                    desk.key("alt+" + key)
                    time.sleep(0.3)
                look("panels")
                desk.key("alt+9")
                look("reconcile")
                desk.key("ctrl+f")
                look("search")
                desk.key("Escape")
                desk.key("alt+2", "Home", "F2")
                look("editor")
                desk.key("Escape", "Escape")
                menu(0, "menu")
                for n, where in enumerate(("connections", None, "halt", "drills", "diagnostics", "preferences", "shortcuts", "about"), 1):
                    if where is not None:
                        menu(n, where)
                geometry = desk.geometry(desk.window)
                check(geometry["WIDTH"] <= 1280 and geometry["HEIGHT"] <= 720, f"the window is {geometry}")
        finally:
            server.stop()
    for fault, where in seen.items():
        print(where, *fault, sep=" | ")
    check(not seen, f"{len(seen)} names are wrong")


if __name__ == "__main__":
    main(*sys.argv[1:])
