#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders clicked and typed in the window: bought at market, placed, changed, cancelled, rejected; each once at the
server. test_first_light.py BUILD brief|dtc pointer|keyboard"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, profile, temporary_folder, wait_for  # noqa: E402

TOO_MANY = "Quantity is more than this account's limit of 1000 for one order"


class Pointer:
    """All by clicks; only text and numbers are typed."""

    def __init__(self, desk):
        self.desk = desk

    def arm(self):
        self.desk.click("Arm trading")

    def ticket(self, quantity, kind, price=None):
        desk = self.desk
        desk.choose("Order type", kind)
        desk.set_text(desk.find("Quantity", "spin button"), quantity)
        if price is not None:
            desk.set_text(desk.find("Price", "text"), price)
        desk.click("Buy")
        desk.click("Send order")

    def choose_row(self, row):
        self.desk.click(row["node"])

    def modify(self, row, price, quantity):
        desk = self.desk
        self.choose_row(row)
        desk.click("Modify order")
        desk.find("Send the change", "push button")
        time.sleep(0.3)
        desk.set_text(desk.find("New price", "text"), price)
        desk.set_text(desk.find("New quantity", "spin button"), quantity)
        desk.click("Send the change")
        desk.wait_popovers_gone()

    def cancel(self, row):
        self.choose_row(row)
        self.desk.click("Cancel order")


class Keyboard:
    """No pointer at all."""

    def __init__(self, desk):
        self.desk = desk

    def arm(self):
        self.desk.key("F9")

    def ticket(self, quantity, kind, price=None):
        desk = self.desk
        desk.key("alt+1")
        desk.tab_to("Order type")
        desk.key("Return")
        wait_for("the list of order types", lambda: desk.focused().get_role_name() == "list item")
        desk.key("Home", *["Down"] * ["Market", "Limit"].index(kind), "Return")
        desk.tab_to("Quantity")
        desk.key("ctrl+a")
        desk.type(quantity)
        if price is not None:
            desk.tab_to("Price")
            desk.key("ctrl+a")
            desk.type(price)
        desk.tab_to("Buy")
        desk.key("Return")
        button = desk.find("Send order", "push button")
        wait_for("the strip to take Enter", lambda: desk.is_sensitive(button))
        desk.key("Return")

    def choose_row(self, row):
        """The newest order is the first row."""
        self.desk.key("alt+2", "Home")

    def modify(self, row, price, quantity):
        desk = self.desk
        self.choose_row(row)
        desk.key("F2")
        desk.find("Send the change", "push button")
        desk.tab_to("New price")
        desk.key("ctrl+a")
        desk.type(price)
        desk.tab_to("New quantity")
        desk.key("ctrl+a")
        desk.type(quantity)
        desk.key("Return")

    def cancel(self, row):
        self.choose_row(row)
        self.desk.key("Delete")


def orders(desk, server, hand):
    hand.arm()
    desk.see("Armed, confirm each order")

    hand.ticket("2", "Market")
    row = desk.wait_row("Orders", State="Filled", Filled="2/2", Side="Buy", Type="Market")
    check(row["Avg fill"] == "5000.25", f"the average of the fill is {row['Avg fill']}")
    check(row["Symbol"] == "ESZ6", row["Symbol"])

    hand.ticket("3", "Limit", "4990")
    row = desk.wait_row("Orders", State="Working", Filled="0/3", Price="4990.00")
    hand.modify(row, "4991.25", "4")
    row = desk.wait_row("Orders", State="Working", Filled="0/4", Price="4991.25")
    check(len(desk.rows("Orders")) == 2, "a change makes no row")
    hand.cancel(row)
    desk.wait_row("Orders", State="Cancelled", Filled="0/4", Price="4991.25")

    hand.ticket("1001", "Limit", "4995")
    row = desk.wait_row("Orders", State="Rejected", Filled="0/1001")
    check(row["Reason"] == TOO_MANY, f"the reason reads {row['Reason']!r}")
    check(len(desk.rows("Orders")) == 3, "three orders are three rows")


def count(server, numbering):
    """What the server saw, in its own words: each command once, under its number."""
    sent = [(r["wire_type"], r["name"]) for r in server.records() if r["dir"] == "in" and "ORDER" in r["name"]
            and "REQUEST" not in r["name"]]
    submit, cancel, replace = (300, 302, 302) if numbering == "brief" else (208, 203, 204)
    expected = [(submit, "SUBMIT_NEW_SINGLE_ORDER"), (submit, "SUBMIT_NEW_SINGLE_ORDER"),
                (replace, "CANCEL_REPLACE_ORDER"), (cancel, "CANCEL_ORDER"), (submit, "SUBMIT_NEW_SINGLE_ORDER")]
    check(sent == expected, f"the server saw {sent}")
    ids = [r["fields"]["ClientOrderID"] for r in server.records() if r["dir"] == "in"
           and r["name"] == "SUBMIT_NEW_SINGLE_ORDER"]
    check(len(set(ids)) == 3, f"three orders, three names: {ids}")


def main(build, numbering, way):
    with temporary_folder() as folder:
        server = Simulator(build, folder, numbering, "--speed", "0")
        try:
            with Desk(build, profile=profile(server.port, numbering)) as desk:
                desk.see("Orders: live")
                orders(desk, server, Pointer(desk) if way == "pointer" else Keyboard(desk))
                desk.quit()
                count(server, numbering)
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
