# SPDX-License-Identifier: GPL-3.0-or-later
"""G. Freezes, floods, limits."""

import json
import os
import resource
import threading
import time

import oracle
import rig as rigs
from cases_e import wrapped
from oracle import View
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
        seen, asked = session.mark(), time.monotonic()
        session.send(f"modify {order['client_order_id']} price {4901 + number * 0.25:g}")
        while session.mark() == seen and time.monotonic() < asked + 1.5:
            time.sleep(0.01)
        if session.mark() == seen:
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


def case_104(rig):
    """Five thousand order updates a second, of orders that somebody else places: each is shown, ours are answered among
    them, and nothing piles up."""
    seconds = 60 if rig.long else 2
    sim, relay, session = rig.start(plan=whole_frames)
    ours = session.order("buy 1 ESZ6 limit 4900", status="working")
    before = memory(session)
    number, mark = 0, session.mark()
    words = {"brief": (1, 1), "dtc": (4, 4)}[rig.numbering]
    began = next_at = time.monotonic()
    slowest = 0
    while time.monotonic() < began + seconds:
        block = b""
        for _ in range(100):
            number += 1
            block += json.dumps({"Type": 301, "ServerOrderID": f"X{number % 500}", "Symbol": "CLZ6", "TradeAccount": "SIM1",
                                 "OrderStatus": words[0], "OrderUpdateReason": 1, "OrderType": 2, "BuySell": 1, "OrderQuantity": 1,
                                 "FilledQuantity": 0, "RemainingQuantity": 1, "Price1": 6000 + number // 500, "TimeInForce": 1}).encode() + b"\0"
        relay.inject(block)
        if number % 2000 == 0:
            typed = time.monotonic()
            answer = session.order(f"buy 1 ESZ6 limit {4000 + number // 2000}", status="working")
            slowest = max(slowest, answer["read"] - typed)
        next_at += 0.02
        time.sleep(max(0, next_at - time.monotonic()))
    last = {f"X{n % 500}": 6000 + n // 500 for n in range(number - 499, number + 1)}

    def shown():
        view = View(session).orders
        return all(key in view and view[key]["price"] in (price, price / 100) or key in view and view[key]["certainty"] != "fresh"
                   for key, price in last.items())
    wait_for("the last word about each", shown)
    grown = memory(session) - before
    rig.note(f"{number} updates in {seconds} s, our slowest answer {slowest * 1000:.0f} ms, {grown / 1048576:.1f} MiB more, "
             f"all shown after {time.monotonic() - began - seconds:.1f} s more")
    if grown > 64 << 20:
        raise Fault(f"I10: {grown / 1048576:.0f} MiB more after the flood")
    session.none("link", mark, state=frozenset(("down", "stopped")))
    session.send(f"cancel {ours['client_order_id']}")
    session.wait("order", mark, client_order_id=ours["client_order_id"], status="cancelled")
    session.quit()
    oracle.check_quiet(rig, session)
    oracle.check_sent(rig, rig.relays, rig.sims, [rig.journal()])
    oracle.check_whole(rig)


def case_106(rig):
    """Fewer and fewer file descriptors: it says so and ends, or it works; what works once goes on working and lets one out."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    ended = worked = 0
    for files in range(6, 40, 1) if rig.long else (6, rig.rand.randrange(8, 20), 30):
        state = os.path.join(rig.folder, f"files{files}.sqlite")
        session = wrapped(rig, relay, f"ulimit -n {files}", live=False, state=state, env={"G_DEBUG": ""})
        rig.sessions.remove(session)
        wait_for("an end, or a live link", lambda: session.ended or session.find("link", state="live")
                 or session.find("link", state="down") or session.find("link", state="stopped"))
        if session.find("link", state="live"):
            worked += 1
            order = session.order("buy 1 ESZ6 limit 4900", status="working")
            # Not one more from here on.
            most = max(map(int, os.listdir(f"/proc/{session.process.pid}/fd"))) + 1
            resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE, (most, most))
            mark = session.mark()
            session.send("buy 1 ESZ6 limit 4901", f"cancel {order['client_order_id']}")
            session.wait("order", mark, client_order_id=order["client_order_id"], status="cancelled")
            if session.quit() not in (0, 1):
                raise Fault(f"{files} files: exit {session.process.returncode}: {session.stderr()}")
        else:
            ended += 1
            session.quit()
            if session.process.returncode < 0 and session.process.returncode not in (-5, -6):
                raise Fault(f"{files} files: exit {session.process.returncode}: {session.stderr()}")
            if not session.stderr() and not session.find("link"):
                raise Fault(f"{files} files: it ends without a word")
        if os.path.exists(state):
            status, last = rig.check_journal(state)
            if status not in (0, 1) or status == 1 and session.find("link", state="live"):
                raise Fault(f"{files} files: the state file: {last}")
    rig.note(f"{ended} ended for want of files, {worked} worked")
    if not ended or not worked:
        raise Fault(f"{ended} ended, {worked} worked: the steps miss the bound")


def case_108(rig):
    """A server that writes and writes: what nobody reads is counted and does not fill the disk or the screen, and orders
    are answered."""
    count = 400000 if rig.long else 20000
    sim, relay, session = rig.start(plan=whole_frames)
    order = session.order("buy 1 ESZ6 limit 4900", status="working")
    before, size = memory(session), os.path.getsize(rig.state + "-wal")
    mark = session.mark()
    began = time.monotonic()
    kinds = [b'{"Type":9999,"X":1}', b'{"Type":107,"SymbolID":"x"}', b'{"Type":700,"UserMessage":"hello"}', b'{"Type":3,"NumDroppedMessages":"x"}', b"{", b""]
    for _ in range(count // 1000):
        relay.inject(b"".join(rig.rand.choice(kinds) + b"\0" for _ in range(1000)))
        if not any(c.open for c in relay.connections):
            break
        wait_for("room", lambda: len(relay.last().halves["s2c"].waiting) < 1 << 20)
    wait_for("a live link", lambda: View(session).link == "live")
    typed = time.monotonic()
    session.send(f"cancel {order['client_order_id']}")
    session.wait("order", mark, client_order_id=order["client_order_id"], status="cancelled")
    notices = len(session.find("notice", mark, code="BAD_MESSAGE"))
    grown, kept = memory(session) - before, os.path.getsize(rig.state + "-wal") - size
    rig.note(f"{count} messages: {notices} notices, {grown / 1048576:.1f} MiB more, {kept / 1024:.0f} KiB kept, a cancel answered after "
             f"{(time.monotonic() - typed) * 1000:.0f} ms")
    if notices > 11 * (time.monotonic() - began + 2):
        raise Fault(f"I10: {notices} messages that could not be read were told one by one")
    # The flight recorder keeps what came, up to 256 MiB of it.
    if grown > (320 if rig.long else 64) << 20 or kept > 8 << 20:
        raise Fault(f"I10: {grown / 1048576:.0f} MiB of memory and {kept / 1048576:.0f} MiB of disk more")
    session.quit()
    oracle.check_quiet(rig, session)
    oracle.check_whole(rig)
