#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server dies while orders work, and comes back: nothing vanishes, nothing is believed, nothing is sent again.
test_outage.py BUILD brief|dtc"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, profile, send_line, temporary_folder, wait_for  # noqa: E402


def submitted(server):
    return [r["fields"]["ClientOrderID"] for r in server.records()
            if r["dir"] == "in" and r["name"] == "SUBMIT_NEW_SINGLE_ORDER"]


def commands(server):
    return [r["name"] for r in server.records() if r["dir"] == "in" and "ORDER" in r["name"]
            and "REQUEST" not in r["name"]]


def outage(desk, server):
    desk.see("Orders: live")
    desk.key("F9")
    desk.see("Armed, confirm each order")
    for line, price in (("buy 3 ESZ6 limit 4990 day", "4990.00"), ("sell 2 ESZ6 limit 5010 gtc", "5010.00")):
        send_line(desk, line)
        desk.wait_row("Orders", State="Working", Price=price)
    ids = submitted(server)
    check(len(ids) == 2, f"two orders: {ids}")

    killed = time.monotonic()
    server.kill()
    stale = wait_for("both rows to be marked",
                     lambda: len([r for r in desk.rows("Orders") if "not confirmed" in r["State"]]) == 2)
    print(f"# {1000 * (time.monotonic() - killed):.0f} ms from kill -9 to both rows marked, as the screen reader sees it")
    check(stale, "")
    rows = desk.rows("Orders")
    check(len(rows) == 2, f"the rows are {rows}")
    for row in rows:
        check(row["State"].startswith("Working · as of "), f"the row reads {row['State']!r}")
        check(row["Where"] == "Server", f"the row reads {row['Where']!r}")
    # Without scrolling, on the smallest screen: the state and where the order is held, and what it would do.
    for title in ("State", "Where", "Side", "Filled", "Symbol", "Price", "Stop"):
        check(desk.in_sight("Orders", title), f"{title} is out of sight")
    desk.see("Your orders may still be working at the server.")

    # Entry is refused, and the refusal says why.
    check(not desk.is_sensitive(desk.find("Buy", "push button")), "Buy is pressable without a link")
    check(not desk.is_sensitive(desk.find("Cancel order", "push button")), "Cancel is pressable without a link")
    # Entered and confirmed all the same it goes nowhere, now or later: the server is asked at the end.
    send_line(desk, "buy 1 ESZ6 limit 4980 day")
    desk.see("no live connection")
    desk.key("Escape")
    # The way out is refused at once: a question that cannot be acted on would go with the next try.
    desk.key("ctrl+shift+f")
    desk.see("Act at the server if it cannot wait")
    check(not list(desk.look("Yes, flatten", "push button")), "flatten is asked without a link")
    check(len(desk.rows("Orders")) == 2, "a refused order made a row")

    # Tries end when they are told to, and the banner says that they have.
    desk.click("Stop trying")
    desk.see("The connection has stopped")
    desk.see("no more tries")
    server.start()
    time.sleep(3)
    desk.see("The connection has stopped")
    desk.click("Now")
    for price in ("4990.00", "5010.00"):
        row = desk.wait_row("Orders", State="Working", Price=price)
        wait_for(f"the order at {price} to be confirmed",
                 lambda: desk.wait_row("Orders", State="Working", Price=price)["State"] == "Working")
    desk.see("Orders: live")
    desk.lose("Your orders may still be working at the server.")
    desk.lose("no live connection")
    # The report stays until it is closed, and the checklist is behind the link's place.
    desk.see("2 orders: 2 confirmed.")
    desk.click(next(desk.look("Details", "push button")))
    desk.see("Open orders")
    desk.see("Comparison")
    desk.key("Escape")
    desk.wait_popovers_gone()
    desk.click("Close this report")
    desk.lose("2 orders: 2 confirmed.")
    desk.see("Disarmed")
    rows = desk.rows("Orders")
    check(sorted(r["Price"] for r in rows) == ["4990.00", "5010.00"], f"the rows are {rows}")
    check(not any("another client" in t for t in desk.texts()), "what nobody changed is said to be changed")

    # What works can be cancelled, disarmed as it is, and only then does the server hear a command again.
    check(submitted(server) == ids, f"sent again: {submitted(server)}")
    check(len(commands(server)) == 2, f"the server saw {commands(server)}")
    desk.key("alt+2", "Home", "Delete")
    desk.wait_row("Orders", State="Cancelled")
    check(len(commands(server)) == 3, f"the server saw {commands(server)}")


def doubt(desk, server):
    """An order that is swallowed without a word: a person settles it, by what is on the screen, and nothing is sent."""
    desk.key("F9")
    desk.see("Armed, confirm each order")
    server.tell("fault never-acknowledge")
    before = len(commands(server))
    send_line(desk, "buy 1 ESZ6 limit 4970 day")
    desk.wait_row("Orders", State="Unknown ?", Price="4970.00")
    # The server has named no ID for it: what would be refused is not offered, by pointer or by key.
    desk.key("alt+2", "Home")
    wait_for("the row to be chosen", lambda: desk.is_sensitive(desk.find("Cancel order", "push button")))
    check(not desk.is_sensitive(desk.find("Modify order", "push button")), "a change is offered that is refused")
    desk.key("F2")
    time.sleep(0.5)
    check(len(desk.windows()) == 1, "F2 opens a change that is refused")
    desk.click("Settle it…")
    desk.see("Nothing is sent to the server from here")
    desk.see("It was sent at ")
    record = desk.find("Record the decision", "push button")
    check(not desk.is_sensitive(record), "a decision can be recorded before it is made")
    choice = desk.find("It does not work any more", "check box")
    wait_for("the choice", lambda: desk.is_sensitive(choice))
    desk.click(choice)
    wait_for("the decision to be complete", lambda: desk.is_sensitive(record))
    desk.click(record)
    desk.wait_row("Orders", State="Not at server", Price="4970.00")
    desk.lose("Nothing is sent to the server from here")
    check(len(commands(server)) == before + 1, f"the server saw {commands(server)}")


def main(build, numbering):
    with temporary_folder() as folder:
        server = Simulator(build, folder, numbering, "--speed", "0", "--control", os.path.join(folder, "control"))
        try:
            with Desk(build, profile=profile(server.port, numbering)) as desk:
                outage(desk, server)
                doubt(desk, server)
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
