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
from desk_driver import Desk, Simulator, profile, send_line, temporary_folder, wait_for, xdotool  # noqa: E402


def names(server, kind):
    return [r["fields"]["ClientOrderID"] for r in server.records() if r["dir"] == "in" and r["name"] == kind]


def wait_logon(server, n):
    """Until the n-th connection has been logged on; the tries are the rarer the more have failed."""
    wait_for(f"logon {n}", lambda: sum(r.get("name") == "LOGON_REQUEST" for r in server.records()) >= n, 60)


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


def shoot(desk, name):
    """Without the pointer over anything."""
    xdotool("mousemove", 0, 0)
    time.sleep(0.5)
    desk.screenshot(name + ".png")


def take(build, name, language, dark):
    with temporary_folder() as place:
        server = Simulator(build, place, "dtc", "--speed", "1")
        try:
            with Desk(build, profile=profile(server.port, "dtc", name="Paper"), language=language, dark=dark) as desk:
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
                shoot(desk, name + "-desk")
                desk.key("ctrl+l", "ctrl+a")
                desk.type("sell 2 ESZ6 limit 5012.25 gtc")
                desk.key("Return")
                time.sleep(1)
                shoot(desk, name + "-confirm")
                desk.key("Escape", "alt+3", "ctrl+o")
                time.sleep(2)
                shoot(desk, name + "-connections")
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
                shoot(desk, name + "-market")
                desk.key("ctrl+f")
                time.sleep(1)
                desk.type("Z")
                desk.key("Return")
                time.sleep(1)
                desk.key("Down", "Down", "Down")
                time.sleep(1)
                shoot(desk, name + "-search")
        finally:
            server.stop()


def take_outage(build, name, language, dark):
    """A server that dies with an order unanswered; a link that is back and asks, with a question that is not answered; then
    an order that was filled while every word about it was lost."""
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
                server.tell("fault never-acknowledge")
                send(desk, server, "buy 1 ESZ6 limit 4970 day")
                desk.key("Escape", "alt+4")
                server.kill()
                time.sleep(2.5)
                shoot(desk, name + "-outage")
                server.start()
                wait_logon(server, 2)
                time.sleep(7)  # a link that stood for 5 s is tried again at once
                clear(desk, said)
                server.tell("fault lose type=304 times=all")
                server.tell("cut fin")
                wait_logon(server, 3)
                time.sleep(7)  # a question waits 5 s for its answer
                shoot(desk, name + "-resync")
                server.tell("clear")
                server.tell("cut fin")
                wait_logon(server, 4)
                time.sleep(7)
                shoot(desk, name + "-report")
                desk.key("F9")
                server.tell("fault ack-lost-filled")
                send(desk, server, "buy 1 ESZ6 market")
                server.tell("cut rst")
                wait_logon(server, 5)
                time.sleep(6)
                desk.key("Escape")
                time.sleep(1)
                shoot(desk, name + "-unknown")
                desk.key("alt+2", "Home", "shift+F10")
                wait_for("the row's menu", lambda: len(desk.windows()) > 1)
                time.sleep(1)
                desk.key("Down", "Return")  # no change is offered: the menu begins with the cancel
                desk.see(said.gettext("What is known"))
                time.sleep(1)
                # What stands at the server comes first; the decisions follow.
                for box in list(desk.look(role="check box"))[:2]:
                    desk.click(box)
                    time.sleep(0.5)
                desk.click(desk.find(said.gettext("How you know: who said it, where you saw it")))
                desk.type("Broker's desk, 08:12: filled")
                shoot(desk, name + "-settle")
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
                shoot(desk, name + "-reconcile")
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
                shoot(desk, name + "-log")
                # The order that was filled in parts is the third from the top.
                desk.key("alt+2", "Home", "Down", "Down")
                time.sleep(0.5)
                desk.key("alt+0", "End")
                time.sleep(1)
                shoot(desk, name + "-timeline")
        finally:
            server.stop()


def take_exits(build, name, language, dark):
    """Orders of everybody else, a flatten step by step beside one of them, and one whose exit has no outcome."""
    said = words(build, language)
    with temporary_folder() as place:
        server = Simulator(build, place, "dtc", "--speed", "0", "--control", os.path.join(place, "control"))
        try:
            with Desk(build, profile=profile(server.port, "dtc", name="Paper"), language=language, dark=dark) as desk:
                wait_for("the market", lambda: len(server.records()) > 20)
                time.sleep(2)
                for i in range(12):
                    server.tell(f"order SIM2 ESZ6 sell 1 limit {5030 + i}")
                server.tell("order SIM1 ESZ6 buy 1 limit 4980")
                desk.key("F9")
                send(desk, server, "buy 2 ESZ6 market")
                send(desk, server, "buy 1 ESZ6 limit 4990 day")
                shoot(desk, name + "-others")
                for kind in (203, 208, 209):
                    server.tell(f"fault delay dir=in type={kind} ms=5000 times=all")
                desk.key("Escape", "ctrl+shift+f")
                desk.see(said.gettext("Yes, flatten"))
                shoot(desk, name + "-flatten-asked")
                desk.click(said.gettext("Yes, flatten"))
                for step in ("cancel", "exit"):
                    time.sleep(1.5)
                    shoot(desk, f"{name}-flatten-{step}")
                    time.sleep(2)
                time.sleep(8)
                shoot(desk, name + "-flatten-done")
                server.tell("clear")
                send(desk, server, "buy 2 ESZ6 market")
                server.tell("fault never-acknowledge times=all")
                server.tell("fault lose dir=in type=209 times=all")
                desk.key("Escape", "ctrl+shift+f")
                desk.click(said.gettext("Yes, flatten"))
                time.sleep(25)
                shoot(desk, name + "-flatten-failed")
        finally:
            server.stop()


def take_disk(build, name, language, dark):
    """The disk of the state file hangs while orders come in; a build with failpoints only."""
    with temporary_folder() as place:
        server = Simulator(build, place, "dtc", "--speed", "1", "--control", os.path.join(place, "control"))
        try:
            with Desk(build, profile=profile(server.port, "dtc", name="Paper"), language=language, dark=dark,
                      env={"DESK_FAILPOINT": "journal.before-commit=sleep:15000@16"}) as desk:
                wait_for("the market", lambda: len(server.records()) > 20)
                time.sleep(2)
                desk.key("F9")
                for i in range(24):
                    server.tell(f"order SIM1 ESZ6 buy 1 limit {4980 - i}")
                    time.sleep(0.1)
                time.sleep(3)
                shoot(desk, name + "-disk")
        finally:
            server.stop()


README = (take, take_market, take_outage, take_reconcile)
TAKES = (*README, take_exits, take_disk)


def shrink(folder, dark):
    """256 colours are enough for a window. The two questions of the first picture are not in the README."""
    tone = "dark" if dark else "light"
    for name in sorted(os.listdir(folder)):
        if name.startswith(tone + "-"):
            kept = os.path.join(folder, f"{name[len(tone) + 1:-4]}-{tone}.png")
            if name[len(tone) + 1:-4] not in ("confirm", "connections"):
                subprocess.run(["convert", os.path.join(folder, name), "+dither", "-colors", "256", "-strip",
                                "-define", "png:compression-level=9", "PNG8:" + kept], check=True)
            os.remove(os.path.join(folder, name))


if __name__ == "__main__":
    readme = "--readme" in sys.argv[3:]
    size = os.environ.get("DESK_TEST_SCREEN", "1280x720")
    for lang in ["en"] if readme else sys.argv[3:] or ["en", "es", "fr"]:
        for dim in (False, True):
            shade = "dark" if dim else "light"
            for picture in README if readme else TAKES:
                picture(sys.argv[1], os.path.join(sys.argv[2], shade if readme else f"{size}-{lang}-{shade}"), lang, dim)
            if readme:
                shrink(sys.argv[2], dim)
