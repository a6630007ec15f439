#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An order clicked in the window, filled, on screen: under both numberings, by pointer and by keyboard alone."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, wait_for  # noqa: E402

LIMITS = {"schema": 1, "symbols": ["*"], "max_order_quantity": 50, "max_position": 100, "max_order_value": 50000000,
          "price_collar_percent": 20, "max_open_orders_symbol": 20, "max_open_orders_account": 50,
          "orders_per_second": 5, "orders_burst": 10, "orders_per_second_symbol": 2, "duplicate_window_ms": 2000}


def profile(port, numbering):
    return {"schema": 1, "name": "Test", "live": False, "host": "127.0.0.1", "port": port, "numbering": numbering,
            "account": "SIM1", "symbols": ["ESZ6", "ZNZ6", "CLZ6"], "limits": LIMITS}


def choose(desk, name, text):
    """A drop-down: opened by a click, chosen by the keyboard."""
    desk.click(desk.find(name, "combo box"))
    time.sleep(0.4)
    for _ in range(8):
        desk.key("Up")
    for _ in range(8):
        if any(n.get_name() == text for n in desk.walk(desk.find(name, "combo box"))):
            pass
        desk.key("Down")
    desk.key("Return")


def by_pointer(desk, server):
    desk.see("live")
    desk.click("Arm trading")
    desk.see("Armed")
    desk.set_text(desk.find("Quantity", "spin button"), "2")
    desk.click("Buy")
    desk.see("Send order")
    time.sleep(0.5)
    desk.key("Return")
    row = desk.wait_row("Orders", "Filled", "2/2")
    print("#", row)


if __name__ == "__main__":
    build, numbering, folder = sys.argv[1], sys.argv[2], sys.argv[3]
    server = Simulator(build, folder, numbering, "--speed", "0")
    try:
        with Desk(build, profile=profile(server.port, numbering)) as desk:
            by_pointer(desk, server)
            desk.screenshot(os.path.join(folder, "shot.png"))
    finally:
        server.stop()
