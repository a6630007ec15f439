#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the window with orders in several states: light and dark, three languages, the screen's size.
DESK_TEST_SCREEN=1920x1080 tests/ui/run-on-screen.sh tests/ui/screenshots.py BUILD FOLDER [LANGUAGE…]
Those of the README, as small as they can be made: … screenshots.py BUILD data/screenshots --readme"""

import gettext
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, profile, send_line, temporary_folder, wait_for  # noqa: E402


def names(server, kind):
    return [r["fields"]["ClientOrderID"] for r in server.records() if r["dir"] == "in" and r["name"] == kind]


def send(desk, server, line, kind="SUBMIT_NEW_SINGLE_ORDER"):
    before = len(names(server, kind))
    send_line(desk, line, kind != "CANCEL_ORDER")
    wait_for(line, lambda: len(names(server, kind)) > before)


def words(build, language):
    """The window's own words: what is clicked has another name in each language."""
    return gettext.translation("dtc-desk", os.path.join(build, "po"), [language], fallback=True)


def clear(desk, said):
    """Closes the reports and notices over the panels."""
    for word in ("Close this report", "Close this notice"):
        for button in list(desk.look(said.gettext(word), "push button")):
            desk.click(button)
            time.sleep(0.3)


def take(build, name, language, dark):
    with temporary_folder() as place:
        server = Simulator(build, place, "brief", "--speed", "1")
        try:
            with Desk(build, profile=profile(server.port, name="Paper"), language=language, dark=dark) as desk:
                wait_for("the market", lambda: len(server.records()) > 20)
                time.sleep(2)
                desk.key("F9")
                send(desk, server, "buy 2 ESZ6 market")
                send(desk, server, "sell 1 ESZ6 market")
                send(desk, server, "buy 3 ESZ6 limit 4990 day")
                cancelled = names(server, "SUBMIT_NEW_SINGLE_ORDER")[-1]
                send(desk, server, "sell 2 ESZ6 limit 5010 gtc")
                send(desk, server, "buy 1 ZNZ6 market")
                send(desk, server, "buy 1001 ESZ6 limit 4995 day")
                send(desk, server, f"cancel {cancelled}", "CANCEL_ORDER")
                desk.key("Escape", "alt+4")
                time.sleep(1)
                desk.screenshot(name + "-desk.png")
                desk.key("ctrl+l", "ctrl+a")
                desk.type("sell 2 ESZ6 limit 5012.25 gtc")
                desk.key("Return")
                time.sleep(1)
                desk.screenshot(name + "-confirm.png")
                desk.key("Escape", "alt+3", "ctrl+o")
                time.sleep(2)
                desk.screenshot(name + "-connections.png")
                desk.key("Escape")
                time.sleep(0.5)
                server.kill()
                time.sleep(1.5)
                desk.screenshot(name + "-outage.png")
        finally:
            server.stop()


def take_market(build, name, language, dark):
    """Three markets with orders of our own and the queue, and a search. F8 and the rest are the same in every language."""
    with temporary_folder() as place:
        server = Simulator(build, place, "brief", "--speed", "1")
        try:
            with Desk(build, profile=profile(server.port, name="Paper"), language=language, dark=dark) as desk:
                wait_for("the market", lambda: len(server.records()) > 20)
                time.sleep(2)
                desk.key("F9")
                for line in ("buy 3 ESZ6 limit 4998.5 day", "sell 2 ESZ6 limit 5002 day", "buy 1 ESZ6 stop 5002.5 day",
                             "buy 2 ZNZ6 limit 110'13.5 day", "sell 1 CLZ6 limit 70.12 gtc"):
                    send(desk, server, line)
                desk.key("Escape")
                # The toggle for three is the last of the three chips that are called by a number.
                desk.click([n for n in desk.look(role="push button") if n.get_name()[:2] == "3 "][0])
                time.sleep(1)
                desk.key("alt+6")
                time.sleep(2)
                desk.screenshot(name + "-market.png")
                desk.key("ctrl+f")
                time.sleep(1)
                desk.type("Z")
                desk.key("Return")
                time.sleep(1)
                desk.key("Down", "Down", "Down")
                time.sleep(1)
                desk.screenshot(name + "-search.png")
        finally:
            server.stop()


def take_outage(build, name, language, dark):
    """A link that is back and asks, with a question that is not answered; then an order that was filled while every word
    about it was lost."""
    said = words(build, language)
    with temporary_folder() as place:
        server = Simulator(build, place, "dtc", "--speed", "1", "--control", os.path.join(place, "control"))
        try:
            with Desk(build, profile=profile(server.port, "dtc", name="Paper"), language=language, dark=dark) as desk:
                wait_for("the market", lambda: len(server.records()) > 20)
                time.sleep(2)
                desk.key("F9")
                send(desk, server, "buy 2 ESZ6 market")
                send(desk, server, "buy 3 ESZ6 limit 4990 day")
                send(desk, server, "sell 2 ESZ6 limit 5010 gtc")
                desk.key("Escape", "alt+4")
                time.sleep(1)
                server.tell("fault lose type=304 times=all")
                server.tell("cut fin")
                time.sleep(9)  # a question waits 5 s for its answer
                desk.screenshot(name + "-resync.png")
                server.tell("clear")
                server.tell("cut fin")
                time.sleep(9)
                desk.screenshot(name + "-report.png")
                desk.key("F9")
                server.tell("fault ack-lost-filled")
                send(desk, server, "buy 1 ESZ6 market")
                server.tell("cut rst")
                time.sleep(8)
                desk.key("Escape", "alt+2", "Home")
                time.sleep(1)
                desk.screenshot(name + "-unknown.png")
                desk.key("shift+F10")
                wait_for("the row's menu", lambda: len(desk.windows()) > 1)
                time.sleep(1)
                desk.key("Down", "Down", "Return")
                desk.see(said.gettext("What is known"))
                time.sleep(2)
                desk.screenshot(name + "-settle.png")
        finally:
            server.stop()


def take_reconcile(build, name, language, dark):
    """Everything compared: the server lists one fill with another price than it reported, and states a position that
    the fills do not make. Then the course of an order that was filled in parts, and the log of it all."""
    said = words(build, language)
    with temporary_folder() as place:
        server = Simulator(build, place, "brief", "--speed", "1",
                           "--fault", "alter type=304 Symbol=ZNZ6 times=all set:Price=110.5",
                           "--fault", "alter type=306 Symbol=CLZ6 times=all set:Quantity=3")
        try:
            with Desk(build, profile=profile(server.port, name="Paper"), language=language, dark=dark) as desk:
                wait_for("the market", lambda: len(server.records()) > 20)
                time.sleep(2)
                desk.key("F9", "alt+9")
                send(desk, server, "buy 2 ESZ6 market")
                send(desk, server, "sell 2 ESZ6 limit 5020 gtc")
                send(desk, server, "buy 80 ESZ6 limit 5000.5 day")
                send(desk, server, "buy 1 ZNZ6 market")
                send(desk, server, "buy 1 CLZ6 market")
                time.sleep(4)
                desk.key("Escape", "alt+9", "F5")
                time.sleep(3)
                clear(desk, said)
                time.sleep(1)
                desk.screenshot(name + "-reconcile.png")
                # The order that was filled in parts is the third from the top.
                desk.key("alt+2", "Home", "Down", "Down")
                time.sleep(0.5)
                desk.key("alt+0", "End")
                time.sleep(1)
                desk.screenshot(name + "-timeline.png")
                desk.key("alt+7", "z")
                time.sleep(1)
                desk.key("slash")
                time.sleep(0.5)
                desk.type("type=301 & Symbol~ES")
                time.sleep(1)
                desk.key("Tab", "Home")
                time.sleep(0.5)
                desk.key("Down", "Down", "Down")
                time.sleep(1)
                desk.screenshot(name + "-log.png")
        finally:
            server.stop()


TAKES = (take, take_market, take_outage, take_reconcile)


def shrink(folder, dark):
    """256 colours are enough for a window."""
    tone = "dark" if dark else "light"
    for name in sorted(os.listdir(folder)):
        if name.startswith(tone + "-"):
            kept = os.path.join(folder, f"{name[len(tone) + 1:-4]}-{tone}.png")
            subprocess.run(["convert", os.path.join(folder, name), "+dither", "-colors", "256", "-strip",
                            "-define", "png:compression-level=9", "PNG8:" + kept], check=True)
            os.remove(os.path.join(folder, name))


if __name__ == "__main__":
    readme = "--readme" in sys.argv[3:]
    size = os.environ.get("DESK_TEST_SCREEN", "1280x720")
    for lang in ["en"] if readme else sys.argv[3:] or ["en", "es", "fr"]:
        for dim in (False, True):
            shade = "dark" if dim else "light"
            for shoot in TAKES:
                shoot(sys.argv[1], os.path.join(sys.argv[2], shade if readme else f"{size}-{lang}-{shade}"), lang, dim)
            if readme:
                shrink(sys.argv[2], dim)
