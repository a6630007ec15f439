#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's list of fills has another price than the fill that came: it is found without being asked for, explained, shown in its
messages, accepted with a reason that the journal keeps, and exported. Then the course of the order on its line of time.
test_reconcile.py BUILD brief|dtc"""

import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import (Desk, Simulator, check, profile, send_line, temporary_folder, wait_for,  # noqa: E402
                         xdotool)

REASON = "the broker has confirmed it by phone"


def dtcctl(desk, build, *args):
    state = os.path.join(desk.folder, "data", "dtc-desk", "test.sqlite")
    return subprocess.run([os.path.join(build, "src/dtcctl/dtcctl"), "--state", state, *args], env=desk.env,
                          capture_output=True, text=True)


def records(desk, build):
    out = dtcctl(desk, build, "--json", "history")
    return [json.loads(line) for line in out.stdout.splitlines()]


def answer_dialog(desk, text):
    """The dialog is a window of its own; without a window manager nobody gives it the keyboard."""
    dialog = wait_for("the dialog", lambda: desk.windows()[1:])[-1]
    xdotool("windowfocus", "--sync", dialog)
    desk.find("Reason", "text")
    desk.type(text)
    desk.key("Return")
    wait_for("the dialog to go", lambda: len(desk.windows()) == 1)
    xdotool("windowfocus", desk.window)


def mismatch(desk, server, build):
    desk.see("Orders: live")
    desk.key("F9")
    desk.see("Armed, confirm each order")
    send_line(desk, "buy 2 ESZ6 market")
    row = desk.wait_row("Orders", State="Filled", Filled="2/2")

    # Two seconds after the fill everything is compared, and what differs is told wherever one is.
    desk.see("≠ Mismatch #")
    desk.click("Show the finding")
    compared = desk.wait_row("Orders compared", Verdict="≠ Mismatch #", Sent="Buy 2 ESZ6 Market", Server="as sent")
    # Without scrolling, on the smallest screen: all that is compared.
    for title in ("Verdict", "Sent", "Server", "Live fills", "Listed fills"):
        check(desk.in_sight("Orders compared", title), f"{title} is out of sight")
    check(compared["Client ID"] == row["Client ID"], f"the order compared is {compared}")
    check(compared["Live fills"] == "2 @ 5000.25", f"live fills read {compared['Live fills']!r}")
    check("≠2 @ 5001.00" in compared["Listed fills"], f"listed fills read {compared['Listed fills']!r}")
    desk.see("Expected: ")
    desk.see("V7 Each fill")
    # The sum of the position agrees all the same.
    desk.see("server +2 · difference 0")
    desk.see("✓ Match")

    # Its messages.
    desk.click("Show messages")
    desk.see(f"Order {row['Client ID']} only")
    desk.see("304 HistoricalOrderFillRes")
    return row


def accept(desk, build):
    desk.key("alt+9")
    desk.click("Accept…")
    answer_dialog(desk, REASON)
    desk.see("· accepted")
    desk.lose("Show the finding")
    kept = [r for r in records(desk, build) if r.get("kind") == "human" and REASON in json.dumps(r)]
    check(len(kept) == 1, f"the journal keeps {kept}")
    check(len([r for r in records(desk, build) if r.get("kind") == "intent"]) == 1, "accepting sent something")


def export(desk, build, folder):
    """The folder is typed, as the file dialog takes it; what is written there holds against its signature."""
    desk.key("alt+9")
    desk.click("Export report…")
    dialog = wait_for("the file dialog", lambda: desk.windows()[1:])[-1]
    xdotool("windowfocus", "--sync", dialog)
    desk.key("ctrl+l", "ctrl+a")
    desk.type(folder + "/")
    time.sleep(1)  # it looks into the folder
    desk.key("Return")
    wait_for("the file dialog to go", lambda: len(desk.windows()) == 1)
    xdotool("windowfocus", desk.window)
    said = desk.see("Written: ")
    names = sorted(os.listdir(folder))
    check([os.path.splitext(n)[1] for n in names] == [".csv", ".json", ".txt"], f"the folder has {names}")
    path = os.path.join(folder, names[1])
    check(names[1] in said and folder in said, f"it says {said!r}")
    checked = dtcctl(desk, build, "report", "check", path)
    check(checked.returncode == 0, f"report check: {checked.returncode} {checked.stdout} {checked.stderr}")
    with open(os.path.join(folder, names[2]), encoding="utf-8") as f:
        check(REASON in f.read(), "the text does not name the reason")
    with open(path, "a", encoding="utf-8") as f:
        f.write(" ")
    check(dtcctl(desk, build, "report", "check", path).returncode != 0, "a changed report is taken for a whole one")


def course(desk, row):
    desk.key("alt+2", "Home", "alt+0")
    desk.see("Buy 2 ESZ6 Market")
    wait_for("the marks", lambda: [n for n in desk.look(role="push button") if "Submit by" in n.name])
    desk.key("Home")
    first = wait_for("the first mark in the focus", lambda: "Submit by" in desk.focused().name and desk.focused())
    check(first.role == "push button", first.role)
    desk.key("Right")
    wait_for("the next mark in the focus", lambda: "Submit recorded" in desk.focused().name)
    # What the person decided is part of it, and its words are read beside the last mark.
    desk.key("End")
    desk.see(f"accept: {REASON}")


def main(build, numbering):
    with temporary_folder() as folder:
        server = Simulator(build, folder, numbering, "--speed", "0", "--fault", "alter type=304 times=all set:Price=5001")
        try:
            with Desk(build, profile=profile(server.port, numbering)) as desk:
                row = mismatch(desk, server, build)
                accept(desk, build)
                reports = os.path.join(folder, "reports")
                os.mkdir(reports)
                export(desk, build, reports)
                course(desk, row)
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
