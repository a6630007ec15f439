#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bracket and a pair placed in the window, followed in the table, and taken away again; each once at the server.
test_brackets.py BUILD brief|dtc pointer|keyboard"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, profile, temporary_folder, wait_for  # noqa: E402


class Pointer:
    """All by clicks; only text and numbers are typed."""

    def __init__(self, desk):
        self.desk = desk

    def arm(self):
        self.desk.click("Arm trading")

    def kind(self, name):
        self.desk.click(name)

    def fields(self, **texts):
        for name, text in texts.items():
            self.desk.set_text(self.desk.find(name.replace("_", " "), "text"), text)

    def order_type(self, name):
        self.desk.choose("Order type", name)

    def send(self, button):
        self.desk.click(button)
        strip = self.desk.see("held at the server")
        self.desk.click("Send order")
        return strip

    def cancel(self, row):
        self.desk.click(row["node"])
        self.desk.click("Cancel order")


class Keyboard:
    """No pointer at all."""

    def __init__(self, desk):
        self.desk = desk

    def arm(self):
        self.desk.key("F9")

    def kind(self, name):
        self.desk.key("alt+1")
        self.desk.tab_to(name)
        self.desk.key("space")

    def fields(self, **texts):
        for name, text in texts.items():
            self.desk.tab_to(name.replace("_", " "))
            self.desk.key("ctrl+a")
            self.desk.type(text)

    def order_type(self, name):
        desk = self.desk
        desk.tab_to("Order type")
        desk.key("Return")
        wait_for("the list of order types", lambda: desk.focused().get_role_name() == "list item")
        desk.key("Home", *["Down"] * ["Market", "Limit"].index(name), "Return")

    def send(self, button):
        desk = self.desk
        desk.tab_to(button)
        desk.key("Return")
        strip = desk.see("held at the server")
        send = desk.find("Send order", "push button")
        wait_for("the strip to take Enter", lambda: desk.is_sensitive(send))
        desk.key("Return")
        return strip

    def cancel(self, row):
        desk = self.desk
        place = [r["Client ID"] for r in desk.rows("Orders")].index(row["Client ID"])
        desk.key("alt+2", "Home", *["Down"] * place, "Delete")


def rows(desk):
    return [(r[""][:-1] + r["Role"], r["Side"], r["State"]) for r in desk.rows("Orders")]


def wait_rows(desk, wanted):
    wait_for(f"the rows {wanted}", lambda: rows(desk)[:len(wanted)] == wanted)


def orders(desk, hand):
    hand.arm()
    desk.see("Armed, confirm each order")

    # At market: the entry fills at once and wakes its exits.
    hand.kind("Bracket")
    hand.fields(Target="5040", Protective_stop="4960")
    strip = hand.send("Buy")
    check("Three orders" in strip, strip)
    wait_rows(desk, [("Entry", "Buy", "Filled"), ("└Target", "Sell", "Working"), ("└Stop", "Sell", "Working")])
    target, stop = desk.rows("Orders")[1:3]
    check((target["Price"], stop["Stop"]) == ("5040.00", "4960.00"), f"the exits lie at {target} and {stop}")

    # Of the exits of a bracket each is cancelled alone.
    hand.cancel(target)
    wait_rows(desk, [("Entry", "Buy", "Filled"), ("└Target", "Sell", "Cancelled"), ("└Stop", "Sell", "Working")])

    # A limit that waits holds its exits, and takes them along when it is cancelled.
    hand.kind("Bracket")
    hand.order_type("Limit")
    hand.fields(Price="4980", Target="5000", Protective_stop="4970")
    hand.send("Buy")
    wait_rows(desk, [("Entry", "Buy", "Working"), ("└Target", "Sell", "Held by parent"),
                     ("└Stop", "Sell", "Held by parent")])
    hand.cancel(desk.rows("Orders")[0])
    wait_rows(desk, [("Entry", "Buy", "Cancelled"), ("└Target", "Sell", "Cancelled"),
                     ("└Stop", "Sell", "Cancelled")])

    # Of a pair one goes with the other.
    hand.kind("OCO")
    hand.fields(Price_of_the_first_order="5030", Price_of_the_second_order="4965")
    strip = hand.send("Place the pair")
    check("Two orders" in strip, strip)
    wait_rows(desk, [("OCO", "Sell", "Working"), ("└OCO", "Sell", "Working")])
    hand.cancel(desk.rows("Orders")[1])
    wait_rows(desk, [("OCO", "Sell", "Cancelled"), ("└OCO", "Sell", "Cancelled")])
    check(len(desk.rows("Orders")) == 8, "two brackets and a pair are eight rows")


def count(server, numbering):
    """What the server saw: each bracket as two messages, the pair as one."""
    sent = [r["name"] for r in server.records() if r["dir"] == "in" and r["name"].startswith("SUBMIT_")]
    entry, exits = "SUBMIT_NEW_SINGLE_ORDER", "SUBMIT_NEW_OCO_ORDER"
    check(sent == [entry, exits, entry, exits, exits], f"the server saw {sent}")
    types = [r["wire_type"] for r in server.records() if r["dir"] == "in" and r["name"] == entry]
    check(set(types) == {300 if numbering == "brief" else 208}, f"the entries came as {types}")


def main(build, numbering, way):
    with temporary_folder() as folder:
        server = Simulator(build, folder, numbering, "--speed", "0")
        try:
            with Desk(build, profile=profile(server.port, numbering)) as desk:
                desk.see("Orders: live")
                orders(desk, Pointer(desk) if way == "pointer" else Keyboard(desk))
                desk.quit()
                count(server, numbering)
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
