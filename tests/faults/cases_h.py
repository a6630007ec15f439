# SPDX-License-Identifier: GPL-3.0-or-later
"""H. Time."""

import json
import os
import re
import struct
import time

import oracle
import rig as rigs
from oracle import View
from rig import Fault, wait_for


class Clock:
    """The client's wall clock and boot clock, as far off as we like (clock.c); dtc-sim keeps the true time."""

    def __init__(self, rig):
        self.path = os.path.join(rig.folder, "clock")
        self.wall = self.boot = 0
        self.set()
        self.env = {"LD_PRELOAD": os.path.join(rig.build, "tests/faults/libfaults-clock.so"), "FAULTS_CLOCK": self.path}

    def set(self, wall=None, boot=None):
        """Seconds off."""
        self.wall = self.wall if wall is None else wall
        self.boot = self.boot if boot is None else boot
        # In place: it is mapped.
        fd = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(fd, struct.pack("=qq", int(self.wall * 1e6), int(self.boot * 1e6)), 0)
        os.close(fd)


def case_111(rig):
    """A year and an hour each way, five minutes back, and anything: nothing is sent, repeated, ended or turned round by it."""
    clock = Clock(rig)
    sim, relay, session = rig.start(env=clock.env)
    jumps = [365 * 86400, -365 * 86400, 3600, -3600, -300] + [rig.rand.uniform(-4e8, 4e8) for _ in range(1000 if rig.long else 35)]
    working = 0
    seen = set()
    for number, jump in enumerate(jumps):
        clock.set(wall=jump)
        if number % 4 == 3:
            session.order(f"{rig.rand.choice(['buy', 'sell'])} 1 ESZ6 market", status="filled")
        else:
            session.order(f"buy 1 ESZ6 limit {4000 + number % 3000 * 0.25:g} {rig.rand.choice(['day', 'gtc'])}", status="working")
            working += 1
        seen.add(session.find("order")[-1]["time"][:4])
    if len(seen) < 3:
        raise Fault(f"the client's wall clock does not jump: {seen}")
    left = [f for f in relay.frames()[0] if rigs.frame_type(f) in rigs.COMMANDS[rig.numbering]]
    if len(left) != len(jumps):
        raise Fault(f"{len(jumps)} orders were typed and {len(left)} commands left")
    session.none("denied")
    session.none("link", state=frozenset(("down", "stopped")))
    still = [o for o in {id(o): o for o in View(session).orders.values()}.values() if o["status"] == "working"]
    if len(still) != working:
        raise Fault(f"{working} orders should work, {len(still)} are shown to")
    rig.note(f"{len(jumps)} jumps")
    clock.set(wall=0)
    oracle.check_all(rig, sim, session)


def case_112(rig):
    """The computer slept eight hours: everything is asked again before a line counts, and nothing of before is sent."""
    clock = Clock(rig)
    sim, relay, session = rig.start(env=clock.env)
    order = session.order("buy 2 ESZ6 limit 4900", status="working")
    mark = session.mark()
    # What happens while it sleeps; then it wakes up, with a socket that looks alive.
    session.pause()
    sim.tell(f"fill {order['server_order_id']} 1")
    clock.set(wall=8 * 3600, boot=8 * 3600)
    session.resume()
    session.wait("notice", mark, code="RESUME")
    session.send("buy 1 ESZ6 limit 4890")
    live = session.live(mark)
    epochs = {e["epoch"] for e in session.find("link", mark)}
    if len(relay.connections) < 2 or len(epochs) < 2:
        raise Fault(f"after a sleep the old connection goes on: epochs {epochs}")
    session.wait("order", mark, client_order_id=order["client_order_id"], filled=1, certainty="fresh")
    wait_for("an answer to the line", lambda: session.find("denied", mark) or session.find("order", mark, price=4890, status="working"))
    denied = session.find("denied", mark)
    typed = [f for f in relay.frames()[0] if rigs.frame_type(f) == rigs.SUBMIT[rig.numbering]]
    if len(typed) - 1 + len(denied) != 1 or (denied and denied[0]["code"] not in ("LINK_DOWN", "RESYNC_RUNNING", "DISARMED")):
        raise Fault(f"a line typed on waking: {len(typed) - 1} left, {denied}")
    if live["epoch"] == session.find("link")[0]["epoch"]:
        raise Fault("live again in the old epoch")
    oracle.check_all(rig, sim, session)


def case_113(rig):
    """Stopped and continued, as by a debugger or a pause of the machine it runs in."""
    sim, relay, session = rig.start()
    order = session.order("buy 2 ESZ6 limit 4900", status="working")
    mark = session.mark()
    session.pause()
    sim.tell(f"fill {order['server_order_id']} 1")
    time.sleep(60 if rig.long else 4)
    session.resume()
    session.wait("order", mark, client_order_id=order["client_order_id"], filled=1)
    wait_for("a live link", lambda: View(session).link == "live")
    oracle.check_all(rig, sim, session)


def is_time(text):
    """A time that somebody could have meant, or none."""
    return text is None or "2020" < text[:4] < "2100"


def times_of(events):
    return [(key, event[key]) for event in events for key in ("time", "exchange_time", "datetime", "when") if key in event]


def case_115(rig):
    """The clocks of both sides differ by ten minutes, and by as much as a time zone: fills while away are booked, nothing is
    called a mismatch, nothing is sent."""
    for off in ((600, -600, 7 * 3600, -5 * 3600) if rig.long else (rig.rand.choice((600, -600)), rig.rand.choice((7 * 3600, -5 * 3600)))):
        with rig.child(f"{off}") as each:
            clock = Clock(each)
            clock.set(wall=off)
            sim, relay, session = each.start(env=clock.env)
            order = session.order("buy 3 ESZ6 limit 4900", status="working")
            session.order("buy 2 ESZ6 market", status="filled")
            mark = session.mark()
            relay.refuses = True
            relay.cut("rst")
            session.wait("link", mark, state="down")
            sim.tell(f"fill {order['server_order_id']} 2")
            relay.refuses = False
            session.send("reconnect")
            session.live(mark)
            session.wait("order", mark, client_order_id=order["client_order_id"], filled=2, certainty="fresh")
            wait_for("the fills", lambda: View(session).fills.keys() == oracle.Truth(sim).fills.keys())
            mark = session.mark()
            session.send("verify")
            session.wait("report", mark)
            wrong = [e for e in session.find("verify", mark) if e.get("verdict") == "mismatch"]
            # Known: with our clock behind, V6 takes a fill of the outage for one that was not reported (README).
            if wrong and (off > 0 or any(e["check"] != "V6" for e in wrong)):
                raise Fault(f"{off} s apart: a verification calls it a mismatch: {wrong[0]}")
            if wrong:
                rig.note(f"{off} s apart: known: {wrong[0]['check']} {wrong[0]['text']}")
            oracle.check_all(each, sim, session)


def case_116(rig):
    """Times of zero, negative, huge and in other units: whatever the message says besides is applied, and no time is shown
    that nobody meant."""
    values = [0, -1, -2147483648, 10 ** 18, 1793210400000, 1793210400000000, 9223372036854775807, -9223372036854775808, 1.7e308, 0.5]
    for value in values if rig.long else rig.rand.sample(values, 3):
        with rig.child(str(values.index(value))) as each:
            def spoil(frame):
                return [re.sub(rb'"(\w*Date\w*|\w*Time)":[-+.\deE]+', lambda m: b'"%s":%s' % (m[1], json.dumps(value).encode()), frame)
                        if rigs.frame_type(frame) in (3, 301, 304, 306) else frame]

            def plan(connection):
                connection.halves["s2c"].filter = spoil
            sim, relay, session = each.start(plan=plan)
            # A time that its field cannot hold makes the whole message one that cannot be believed.
            order = session.order("buy 2 ESZ6 limit 4900", server_order_id=lambda i: i) if abs(value) < 1 << 63 else None
            session.send("buy 1 ESZ6 market")
            if order:
                session.wait("order", client_order_id=order["client_order_id"], status="working")
                sim.tell(f"fill {order['server_order_id']} 1")
            else:
                wait_for("the order at the server", lambda: sim.received(208))
            if order is None:
                # Nothing of it is taken for an answer, so that nothing is shown that is not so.
                oracle.check_converged(each, sim, session, bound=8)
                session.quit()
                oracle.check_quiet(each, session)
                oracle.check_whole(each)
                continue
            wait_for("both fills", lambda: len(View(session).fills) == 2)
            mark = session.mark()
            relay.cut("fin")
            session.wait("link", mark, state="down")
            session.live(mark)
            odd = [t for t in times_of(session.events) if not is_time(t[1])]
            if odd:
                raise Fault(f"times of {value}: shown as {odd[0]}")
            oracle.check_all(each, sim, session)


def case_117(rig):
    """Midnight passes, the server starts a new day, and an order's last moment comes while we are away: no id is given
    again, and an order that ended there is not shown to work."""
    clock = Clock(rig)
    clock.set(wall=86400 - (time.time() % 86400) - 1)  # one second before midnight
    sim, relay, session = rig.start(env=clock.env)
    stays = session.order("buy 1 ESZ6 limit 4900 gtc", status="working")
    ends = session.order("buy 1 ESZ6 limit 4901 day", status="working")
    first = [f for f in relay.frames()[0] if rigs.frame_type(f) == rigs.SUBMIT[rig.numbering]]
    mark = session.mark()
    time.sleep(1.2)
    session.none("link", mark, state=frozenset(("down", "stopped")))
    session.order("buy 1 ESZ6 limit 4902 gtc", status="working")
    mark = session.mark()
    relay.refuses = True
    relay.cut("fin")
    session.wait("link", mark, state="down")
    # Its last moment: the server ends it and nobody is there to be told.
    sim.tell(f"kill {ends['server_order_id']}")
    sim.stop()
    sim.start()
    relay.refuses = False
    session.send("reconnect")
    session.live(mark)
    wait_for("the order that has ended", lambda: View(session).orders[ends["client_order_id"]]["status"] not in ("working", "sent"))
    session.wait("order", mark, client_order_id=stays["client_order_id"], status="working", certainty="fresh")
    session.order("buy 1 CLZ6 limit 60", status="working")
    ids = [json.loads(f)["ClientOrderID"] for f in relay.frames()[0] if rigs.frame_type(f) == rigs.SUBMIT[rig.numbering]]
    if len(ids) != len(set(ids)) or len(ids) != 4 or len(first) != 2:
        raise Fault(f"I1: ids {ids}")
    oracle.check_all(rig, sim, session)
