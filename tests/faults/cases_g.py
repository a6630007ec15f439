# SPDX-License-Identifier: GPL-3.0-or-later
"""G. Freezes, floods, limits."""

import json
import os
import threading
import time

import oracle
import rig as rigs
from rig import CANCEL, FILL, Fault, frame_type, wait_for


class Flood:
    """Market data to the client, as much as is asked for, between the server's own messages."""

    def __init__(self, relay, a_second, symbol="ESZ6"):
        self.relay, self.a_second = relay, a_second
        request = wait_for("a market data request", lambda: [
            m for m in map(self.decode, relay.frames()[0]) if m.get("Type") == 101 and m.get("Symbol") == symbol])[-1]
        self.symbol_id = request["SymbolID"]
        self.sent = 0
        self.stopping = False
        self.thread = threading.Thread(target=self.run, daemon=True)

    @staticmethod
    def decode(frame):
        try:
            return json.loads(frame)
        except ValueError:
            return {}

    def run(self):
        part = self.a_second // 100
        prices = [5000 + 0.25 * (n % 8) for n in range(part)]
        block = b"".join(b'{"Type":107,"SymbolID":%d,"AtBidOrAsk":%d,"Price":%.2f,"Volume":1,"DateTime":1793210400}\0'
                         % (self.symbol_id, 1 + n % 2, price) for n, price in enumerate(prices))
        next_at = time.monotonic()
        while not self.stopping:
            # Whole messages only: the relay adds what we give it behind a message of the server.
            if len(self.relay.last().halves["s2c"].waiting) < 1 << 20:
                self.relay.inject(block)
                self.sent += part
            next_at += 0.01
            time.sleep(max(0, next_at - time.monotonic()))

    def __enter__(self):
        self.began = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *what):
        self.stopping = True
        self.thread.join()
        self.rate = self.sent / (time.monotonic() - self.began)


def whole_frames(connection):
    """The relay passes the server's bytes as they come: only between two messages something may be put."""
    connection.halves["s2c"].filter = lambda frame: [frame]


def memory(session):
    with open(f"/proc/{session.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) * 1024


def case_101(rig):
    """The main loop stands still: the link's thread goes on with heartbeats, and what comes in is on disk meanwhile."""
    stall = 20 if rig.long else 8
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    session = rig.start_session(relay, env={"DESK_FAILPOINT": f"main.turn=sleep:{stall * 1000}@{rig.rand.randrange(14, 20)}"})
    order = session.order("buy 2 ESZ6 limit 4900", status="working")
    # Lines, until one brings the turn that does not end.
    mark = session.mark()
    for number in range(40):
        session.send(f"modify {order['client_order_id']} price {4901 + number * 0.25:g}")
        seen = session.mark()
        time.sleep(0.1)
        if session.mark() == seen and seen > mark:
            break
    began = time.monotonic()
    def heartbeats():
        return sum(frame_type(f) == 3 for f in relay.frames()[0])
    heard = heartbeats()
    sim.tell(f"fill {order['server_order_id']} 2")
    wait_for("the fill on disk", lambda: [r for r in rig.journal().of(FILL)], patience=stall + rigs.PATIENCE)
    on_disk = time.monotonic() - began
    wait_for("heartbeats", lambda: heartbeats() >= heard + (3 if rig.long else 1))
    asleep = not session.find("fill")
    filled = session.wait("fill", mark)
    rig.note(f"on disk after {on_disk * 1000:.0f} ms, shown after {(filled['read'] - began) * 1000:.0f} ms, "
             f"{heartbeats() - heard} heartbeats")
    if not asleep:
        raise Fault("the main loop did not stand still")
    session.none("link", mark, state=frozenset(("down", "connecting")))
    if len(relay.connections) != 1:
        raise Fault("the link was lost while the main loop stood still")
    oracle.check_all(rig, sim, session)


def case_102(rig):
    """A hundred thousand trades a second: orders are answered between them, and nothing piles up."""
    sim, relay, session = rig.start(plan=whole_frames)
    session.order("buy 1 ESZ6 limit 4900", status="working")
    with Flood(relay, 100000) as flood:
        time.sleep(0.5)
        before = memory(session)
        slowest, orders, end = 0, 0, time.monotonic() + (600 if rig.long else 3)
        while time.monotonic() < end:
            typed = time.monotonic()
            answer = session.order(f"buy 1 ESZ6 limit {4000 + orders % 3000 * 0.25:g}", status="working")
            slowest = max(slowest, answer["read"] - typed)
            orders += 1
            time.sleep(0.05)
        grown = memory(session) - before
    rig.note(f"{flood.rate:.0f} trades a second, {orders} orders, the slowest answer {slowest * 1000:.0f} ms, "
             f"{grown / 1048576:.1f} MiB more")
    if grown > 64 << 20:
        raise Fault(f"I10: {grown / 1048576:.0f} MiB more after the flood")
    if len(relay.connections) != 1:
        raise Fault("the link was lost in the flood")
    oracle.check_all(rig, sim, session)


def cancelled(rig, relay, since, count, when, what):
    """Every cancel leaves within 100 ms."""
    def cancels():
        return [f for f in relay.frames(since=since)[0] if frame_type(f) == CANCEL[rig.numbering] and b'"Quantity"' not in f]
    wait_for(f"{count} cancels", lambda: len(cancels()) >= count)
    half = relay.connections[-1].halves["c2s"]
    end = bytes(half.arrived).rfind(cancels()[count - 1]) + len(cancels()[count - 1])
    stamp = next(at for at, n in half.stamps if n >= end)
    oracle.check_time(rig, "I11", f"{count} cancels {what} after", stamp - when, 0.1)


def case_103(rig):
    """Cancel all while trades pour in, and while the link comes back."""
    sim, relay, session = rig.start(plan=whole_frames)
    for number in range(5):
        session.order(f"buy 1 ESZ6 limit {4900 + number}", status="working")
    with Flood(relay, 100000):
        time.sleep(0.5)
        mark, when = session.mark(), time.monotonic()
        session.send("cancel all")
        cancelled(rig, relay, 0, 5, when, "in the flood")
    wait_for("every order to be cancelled", lambda: len({e["client_order_id"] for e in session.find("order", mark, status="cancelled")}) == 5)
    for number in range(5):
        session.order(f"buy 1 ESZ6 limit {4910 + number}", status="working")
    # While the link is down it says so, and nothing waits for it to come back; as soon as bytes can leave, it works.
    mark = session.mark()
    relay.refuses = True
    relay.cut("rst")
    session.wait("link", mark, state=frozenset(("down", "connecting")))
    session.send("cancel all")
    session.wait("denied", mark, code="LINK_DOWN")
    relay.refuses = False
    session.send("reconnect")
    session.live(mark)
    if [f for f in relay.frames(since=1)[0] if frame_type(f) == CANCEL[rig.numbering]]:
        raise Fault("a cancel was kept until the link came back")
    when = time.monotonic()
    session.send("cancel all")
    cancelled(rig, relay, 1, 5, when, "after the reconnect")
    wait_for("every order to be cancelled", lambda: len({e["client_order_id"] for e in session.find("order", mark, status="cancelled")}) == 5)
    oracle.check_all(rig, sim, session)
