#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Depth, time and sales, the watchlist, a search and a price in 32nds, by keyboard alone.
test_market.py BUILD"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, profile, send_line, temporary_folder, wait_for  # noqa: E402


class Panel:
    """A drawn panel, which says of itself what stands at its cursor."""

    def __init__(self, desk, name):
        self.name = name
        self.node = wait_for(name, lambda: next(desk.look(name), None))

    def text(self):
        return self.node.get_description()

    def says(self, *texts):
        return wait_for(f"{self.name!r} to say {texts}",
                        lambda: all(t in self.text() for t in texts) and self.text())


def asked(server, name):
    """The requests of that kind: action (1: subscribe, 2: unsubscribe) and symbol."""
    return [(r["fields"].get("RequestAction"), r["fields"].get("Symbol", "")) for r in server.records()
            if r["dir"] == "in" and r["name"] == name]


def depth(desk, server):
    desk.key("alt+8")
    ladder = Panel(desk, "Depth of ESZ6")
    # The cursor walks through the prices, tick by tick.
    desk.key("space")
    ladder.says("5000.00, bid ")
    desk.key("Up", "Up", "Up", "Up", "Up")
    ladder.says("5001.25, ask ")
    desk.key("Home")
    ladder.says("5000.25, ask ")
    desk.key("End")
    ladder.says("5000.00, bid ")

    # An order of our own stands at its price.
    send_line(desk, "buy 3 ESZ6 limit 4999.25 day")
    desk.wait_row("Orders", State="Working", Price="4999.25")
    desk.key("alt+8", "End", "Down", "Down", "Down")
    ladder.says("4999.25, bid ", "yours to buy 3")

    # Depth is asked for while it is on screen, and not a moment longer.
    check(asked(server, "MARKET_DEPTH_REQUEST") == [(1, "ESZ6")], asked(server, "MARKET_DEPTH_REQUEST"))
    desk.key("F8", "alt+2")
    wait_for("the depth to be left", lambda: asked(server, "MARKET_DEPTH_REQUEST")[-1][0] == 2)
    desk.key("alt+8", "F8")
    wait_for("the depth to be asked for again", lambda: asked(server, "MARKET_DEPTH_REQUEST")[-1][0] == 1)
    Panel(desk, "Depth of ESZ6").says("5000.00, bid ")


def tape(desk):
    # This market stands still but for what we do ourselves.
    for quantity in (2, 3, 4):
        send_line(desk, f"buy {quantity} ESZ6 market")
        desk.wait_row("Orders", State="Filled", Filled=f"{quantity}/{quantity}")
    desk.key("alt+8")
    prints = Panel(desk, "Time and sales of ESZ6")
    for _ in range(8):
        if desk.focused() == prints.node:
            break
        desk.key("Tab")
    prints.says(" 5000.25 4 Buy")
    # Scrolled it stands still and counts; Home goes on.
    desk.key("Down", "Down")
    prints.says(" 5000.25 2 Buy")
    desk.see("▲ 2 new")
    desk.key("Home")
    desk.lose("▲ 2 new")


def search(desk, server):
    desk.key("ctrl+f")
    desk.find("Text to search for")
    desk.type("no such thing")
    desk.key("Return")
    desk.see("Nothing was found.")
    # By description, chosen by keyboard.
    desk.key("shift+Tab")
    wait_for("the way to search", lambda: desk.focused().get_name() == "Search by")
    desk.key("Return")
    wait_for("the ways", lambda: desk.focused().get_role_name() == "list item")
    desk.key("Down", "Return")
    desk.tab_to("Text to search for")
    desk.key("ctrl+a")
    desk.type("crude")
    desk.key("Return")
    row = desk.wait_row("Symbols found", Symbol="CLZ6")
    check(row["Tick"] == "0.01" and row["Prices in"].startswith("decimals"), row)
    desk.key("Down", "Return")
    desk.see("CLZ6 is on the watchlist.")
    desk.key("Escape")
    wait_for("the dialog to close", lambda: len(desk.windows()) == 1)
    desk.key("alt+6")
    row = desk.wait_row("Watchlist", Symbol="CLZ6", Status="Open")
    check(row["Bid"] != "" and row["Last"] != "", row)


def thirty_seconds(desk, server):
    """A price in 32nds and halves, found by search, typed and shown."""
    desk.key("ctrl+f")
    desk.find("Text to search for")
    desk.type("ZN")
    desk.key("Return")
    row = desk.wait_row("Symbols found", Symbol="ZNZ6")
    check(row["Prices in"] == "32nds and halves, e.g. 110'16.5", row)
    desk.key("Down", "alt+t")
    wait_for("the dialog to close", lambda: len(desk.windows()) == 1)
    Panel(desk, "Depth of ZNZ6").says("110'")
    desk.key("alt+1")
    desk.tab_to("Order type")
    desk.key("Return")
    wait_for("the list of order types", lambda: desk.focused().get_role_name() == "list item")
    desk.key("Home", "Down", "Return")
    desk.tab_to("Price")
    desk.key("ctrl+a")
    desk.type("110'08.5")
    desk.tab_to("Buy")
    desk.key("Return")
    button = desk.find("Send order", "push button")
    wait_for("the strip to take Enter", lambda: desk.is_sensitive(button))
    desk.key("Return")
    desk.wait_row("Orders", State="Working", Symbol="ZNZ6", Price="110'08.5")
    sent = [r["fields"] for r in server.records() if r["dir"] == "in" and r["name"] == "SUBMIT_NEW_SINGLE_ORDER"][-1]
    check(sent["Price1"] == 110.265625, sent)


def outage(desk, server):
    desk.key("alt+6")
    desk.wait_row("Watchlist", Symbol="ESZ6")
    server.kill()
    desk.wait_row("Watchlist", Symbol="ESZ6", Status="as of ")
    Panel(desk, "Depth of ZNZ6").says("not confirmed")


def refused(build, folder):
    """A server that gives no data, as CME's are over DTC: said calmly, and trading goes on."""
    server = Simulator(build, folder, "brief", "--speed", "0", "--refuse-data", "ESZ6")
    try:
        with Desk(build, profile=profile(server.port, "brief")) as desk:
            desk.see("No market data here: the server says")
            desk.key("alt+6")
            desk.wait_row("Watchlist", Symbol="ESZ6", Status="orders work without quotes")
            desk.key("F9")
            send_line(desk, "buy 1 ESZ6 limit 4990 day")
            desk.wait_row("Orders", State="Working", Price="4990.00")
    finally:
        server.stop()


def main(build):
    with temporary_folder() as folder:
        server = Simulator(build, folder, "brief", "--speed", "0")
        try:
            with Desk(build, profile=profile(server.port, "brief", symbols=["ESZ6"])) as desk:
                desk.see("Orders: live")
                desk.key("F9")
                desk.see("Armed, confirm each order")
                depth(desk, server)
                tape(desk)
                search(desk, server)
                thirty_seconds(desk, server)
                outage(desk, server)
        finally:
            server.stop()
    with temporary_folder() as folder:
        refused(build, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
