#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands that slip: a button clicked sixty times, a held key, a pointer that leaves the button, and Cancel all under whatever
else stands open. test_hands.py BUILD brief|dtc"""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import LIMITS, Desk, Simulator, check, profile, temporary_folder, wait_for, xdotool  # noqa: E402

# Nothing but the hands' own guard stands between them and the server.
OPEN = dict(LIMITS, duplicate_window_ms=0, orders_per_second=1000, orders_burst=1000, orders_per_second_symbol=1000)


def count(server, *names):
    return len([r for r in server.records() if r["dir"] == "in" and r["name"] in names])


def submits(server):
    return count(server, "SUBMIT_NEW_SINGLE_ORDER")


def stays(server, number, what):
    """Whatever is on its way has arrived after a second."""
    time.sleep(1)
    check(submits(server) == number, f"{what}: {submits(server)} orders at the server, should be {number}")


def ticket(desk, price):
    desk.choose("Order type", "Limit")
    desk.set_text(desk.find("Quantity", "spin button"), "1")
    desk.set_text(desk.find("Price", "text"), price)


def asked(desk):
    return next(desk.look("Send order", "push button"), None)


def strip(desk):
    button = desk.find("Send order", "push button")
    wait_for("the strip to take a press", lambda: desk.is_sensitive(button))
    return button


def slips(desk, server):
    ticket(desk, "4990")
    # Sixty clicks on Buy, a millisecond apart: one question.
    x, y = desk.point(desk.find("Buy", "push button"))
    xdotool("mousemove", x, y)
    xdotool("click", "--repeat", 60, "--delay", 1, 1)
    stays(server, 0, "sixty clicks on Buy")
    # Down on the button, up beside it.
    x, y = desk.point(strip(desk))
    xdotool("mousemove", x, y, "mousedown", 1, "mousemove", x + 300, y - 200, "mouseup", 1)
    stays(server, 0, "a press that leaves the button")
    if not asked(desk):
        desk.click("Buy")
    x, y = desk.point(strip(desk))
    xdotool("mousemove", x, y)
    xdotool("click", "--repeat", 60, "--delay", 1, 1)
    wait_for("the order", lambda: submits(server) > 0)
    stays(server, 1, "sixty clicks on Send order")
    desk.wait_row("Orders", State="Working", Price="4990.00")


def held(desk, server):
    """Enter is held: it brings the question, and does not answer it."""
    ticket(desk, "4980")
    desk.tab_to("Buy")
    xdotool("keydown", "Return")
    time.sleep(2)
    xdotool("keyup", "Return")
    stays(server, 1, "a held Enter")
    strip(desk)
    desk.key("Return")
    wait_for("the order", lambda: submits(server) > 1)
    stays(server, 2, "an Enter of its own")


def kill_switch(desk, server, cancels, what):
    """Cancel all by its keys, with @what open: one cancel for each working order, at once."""
    before, when = count(server, "CANCEL_ORDER"), time.monotonic()
    desk.key("ctrl+shift+x")
    wait_for(f"the cancels under {what}", lambda: count(server, "CANCEL_ORDER") >= before + cancels, seconds=10)
    print(f"# {cancels} cancels at the server {1000 * (time.monotonic() - when):.0f} ms after the keys, under {what}")


def main(build, numbering):
    with temporary_folder() as folder:
        server = Simulator(build, folder, numbering, "--speed", "0")
        try:
            with Desk(build, profile=profile(server.port, numbering, limits=OPEN)) as desk:
                desk.see("Orders: live")
                desk.click("Arm trading")
                desk.see("Armed, confirm each order")
                slips(desk, server)
                held(desk, server)
                kill_switch(desk, server, 2, "nothing")
                wait_for("both to be cancelled", lambda: len([r for r in desk.rows("Orders") if r["State"] == "Cancelled"]) == 2)
                number = 2
                for keys, what in ((("ctrl+comma",), "the preferences"), (("ctrl+question",), "the list of keys"), (None, "the question of an order")):
                    ticket(desk, f"{4970 - number}")
                    desk.click("Buy")
                    strip(desk)
                    desk.click("Send order")
                    number += 1
                    wait_for("the order", lambda: submits(server) == number)
                    desk.wait_row("Orders", State="Working")
                    if keys:
                        windows = len(desk.windows())
                        desk.key(*keys)
                        wait_for(what, lambda: len(desk.windows()) > windows)
                    else:
                        desk.click("Buy")
                        strip(desk)
                    kill_switch(desk, server, 1, what)
                    desk.key("Escape")
                    wait_for("it to be cancelled", lambda: not [r for r in desk.rows("Orders") if r["State"] == "Working"])
                desk.quit()
                ids = [r["fields"]["ClientOrderID"] for r in server.records() if r["dir"] == "in" and r["name"] == "SUBMIT_NEW_SINGLE_ORDER"]
                check(len(ids) == len(set(ids)) == number, f"{number} orders, each once: {ids}")
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
