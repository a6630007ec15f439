#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DTC log as a trader uses it: the messages of an order, a query and its complaint, one message taken apart, an old
log opened in place of the live one. test_log.py BUILD"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, profile, send_line, temporary_folder, wait_for  # noqa: E402


def shot(desk, name):
    folder = os.environ.get("DESK_TEST_SHOTS")
    if folder:
        desk.screenshot(os.path.join(folder, name + ".png"))


def search(desk, text):
    desk.key("slash")
    wait_for("the query to have the focus", lambda: desk.focused() and desk.focused().name == "Search the log")
    desk.key("ctrl+a")
    desk.type(text)


def main(build):
    with temporary_folder() as folder:
        server = Simulator(build, folder, "brief", "--speed", "0")
        try:
            with Desk(build, profile=profile(server.port)) as desk:
                desk.see("Orders: live")
                desk.key("F9")
                desk.see("Armed, confirm each order")
                send_line(desk, "buy 1 ESZ6 market")
                desk.wait_row("Orders", State="Filled", Filled="1/1")
                send_line(desk, "buy 2 ESZ6 limit 4900")
                desk.wait_row("Orders", State="Working", Filled="0/2")

                # The log: every message in words, the room it needs, and back.
                desk.key("alt+7")
                desk.find("DTC log", "list")
                desk.key("z")
                desk.see("Select a message to see its fields.")

                # A query by DTC's own names; a wrong one is told in a sentence and takes nothing away.
                search(desk, "type=301 & OrderStatus=FILLED")
                desk.lose("SubmitNewSingleOrder")
                desk.see("OrderUpdate, Filled: Buy 1 ESZ6 Market")
                search(desk, "type=301 & OrderStatis=FILLED")
                desk.see('DTC has no field "OrderStatis"; did you mean OrderStatus?')
                shot(desk, "log-complaint")
                search(desk, "type=208 | type=301")
                desk.see("SubmitNewSingleOrder, Buy 2 ESZ6 Limit 4900")

                # A message taken apart, from the keyboard.
                name = desk.see("SubmitNewSingleOrder, Buy 2 ESZ6 Limit 4900")
                desk.click(desk.find(name, "label"))
                shot(desk, "log-clicked")
                desk.see("ClientOrderID")
                desk.see("BUY")
                shot(desk, "log-detail")
                desk.key("t")
                desk.see("Order ")
                desk.lose("OrderUpdate, Filled: Buy 1 ESZ6 Market")
                desk.see("OrderUpdate, Open: Buy 2 ESZ6 Limit 4900")
                shot(desk, "log-order")
                check(server.process.poll() is None, "the server is gone")
                desk.quit()
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
