# SPDX-License-Identifier: GPL-3.0-or-later
"""B. Framing and bytes."""

import threading
import time

import oracle
from cases_a import trade, working
from oracle import View
from rig import Fault, frame_type, wait_for


def is_fill(frame):
    """An ORDER_UPDATE that tells of an execution."""
    return frame_type(frame) == 301 and b'"LastFillExecutionID":"' in frame


def spoil_fill(rig, spoil, *sim_args):
    """A market order whose update of the fill arrives as @spoil makes it; everything else is as it was sent.

    Returns the simulator, the session and the order, once everything agrees.
    """
    sim, relay, session = rig.start(*sim_args)
    trade(session)
    spoilt = threading.Event()

    def filter_one(frame):
        if is_fill(frame) and not spoilt.is_set():
            spoilt.set()
            return spoil(frame)
        return [frame]
    relay.change(lambda c: setattr(c.halves["s2c"], "filter", filter_one))
    mark = session.mark()
    order = session.order("buy 1 ZNZ6 market", status="sent")
    wait_for("the fill on the wire", spoilt.is_set)
    return sim, relay, session, order, mark


def refused_frame(rig, spoil, *sim_args):
    """A message of a fill that cannot be believed changes nothing, and everything is asked again."""
    sim, relay, session, order, mark = spoil_fill(rig, spoil, *sim_args)
    time.sleep(0.05)
    live = [e for e in session.find("fill", mark) if e["source"] == "live" and not e["execution_id"].startswith("syn:")]
    if live:
        raise Fault(f"I12: a message that cannot be believed was booked: {live[0]}")
    oracle.check_converged(rig, sim, session, bound=6)
    wait_for("the fill, from the server's list", lambda: session.find("fill", mark, source="history")
             or View(session).orders[order["client_order_id"]]["certainty"] in oracle.DOUBT, patience=40)
    oracle.check_all(rig)


def story(session):
    """What is shown, without what differs from run to run."""
    view = View(session)
    orders = {id(o): o for o in view.orders.values()}.values()
    return (sorted((o["symbol"], o["side"], o["type"], o["price"] or 0, o["quantity"], o["filled"], o["status"], o["certainty"])
                   for o in orders),
            sorted((f["symbol"], f["side"], f["price"], f["quantity"]) for f in view.fills.values()),
            sorted((k, v) for k, v in view.positions.items() if v))


def case_25(rig):
    """Any fragments, in both directions: the same story as in one piece."""
    def play(each, size, batch):
        def plan(connection):
            connection.halves["c2s"].slice = connection.halves["s2c"].slice = size
        sim, relay, session = each.start(plan=plan)
        trade(session)
        order = working(session)
        if batch:
            relay.change(lambda c: setattr(c.halves["s2c"], "held", True))
        session.send(f"modify {order['client_order_id']} qty 5", "buy 2 CLZ6 market", "sell 1 ESZ6 limit 5020",
                     "buy 1 CLZ6 limit 69 target 71 stop 68")
        if batch:
            wait_for("everything at the server", lambda: len(sim.received(208)) == 6 and sim.received(201))
            time.sleep(0.05)
            relay.change(lambda c: setattr(c.halves["s2c"], "held", False))
        wait_for("everything answered", lambda: not oracle.differences(sim, View(session)) and len(View(session).orders) >= 16)
        told = story(session)
        oracle.check_all(each)
        return told

    whole = None
    sizes = list(range(1, 65)) if rig.long else [1] + rig.rand.sample(range(2, 65), 1)
    for number, (size, batch) in enumerate([(0, False), (0, True)] + [(s, False) for s in sizes]):
        with rig.child(number) as each:
            told = play(each, size, batch)
        whole = whole or told
        if told != whole:
            raise Fault(f"I16: in pieces of {size or 'one batch'} the story is another one:\n{told}\n{whole}")


def case_28(rig):
    """The next message stands in the same frame: json-glib would take the first and drop the second."""
    refused_frame(rig, lambda frame: [frame + b'{"Type":3,"NumDroppedMessages":0}'])


def case_26(rig):
    """A stream without an end is closed at the limit, and the link comes back."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    with open(f"/proc/{session.process.pid}/statm", encoding="ascii") as statm:
        before = int(statm.read().split()[1])
    relay.inject(b'{"Type":301,"InfoText":"' + b"x" * (1 << 21))
    session.wait("link", mark, state="down")
    with open(f"/proc/{session.process.pid}/statm", encoding="ascii") as statm:
        grown = (int(statm.read().split()[1]) - before) * 4096
    if grown > 16 << 20:
        raise Fault(f"I10: it grew by {grown} bytes")
    session.live(mark)
    oracle.check_all(rig)


def case_27(rig):
    """A million empty frames between two messages."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    relay.inject(b"\0" * 1000000)
    session.order("buy 1 ESZ6 market", status="filled")
    if len(session.find("notice", mark)) > 20:
        raise Fault("I10: each of them was told")
    oracle.check_all(rig)


GARBAGE = [b"\xef\xbb\xbf{\"Type\":3}", "{\"Type\":3}".encode("utf-16"), b"hello", b"{\"Type\":3}x", b"x{\"Type\":3}", b"[1]", b"\"Type\"", b"3",
           b"null", b"{", b"}", b"{\"Type\":3,}", b"{\"Type\":}", b"{'Type':3}", b"\xff\xfe\xfd"]


def inject_each(rig, frames):
    """Frames that mean nothing: the order book stays as it is, and the next message works."""
    sim, relay, session = rig.start()
    trade(session)
    before = story(session)
    for frame in frames:
        relay.inject(frame + b"\0")
    session.order("buy 1 ESZ6 limit 4985", status="working")
    time.sleep(0.1)
    after = story(session)
    if len(after[0]) != len(before[0]) + 1 or after[1:] != before[1:]:
        raise Fault(f"I12: {before} became {after}")
    oracle.check_all(rig)


def case_29(rig):
    inject_each(rig, rig.rand.sample(GARBAGE, len(GARBAGE)) + [b" \r\n{\"Type\":3}\r\n"])


def case_30(rig):
    """Binary heartbeats on a JSON session."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    relay.inject(b"\x18\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" * 3)
    session.order("buy 1 ESZ6 limit 4985", mark, status=frozenset(("working", "unknown", "sent")))
    oracle.check_converged(rig, sim, session)
    oracle.check_all(rig)


def case_34(rig):
    inject_each(rig, [b'{"Type":99999}', b'{"Symbol":"ESZ6"}', b'{"Symbol":"ESZ6","Type":3}', b'{"Type":"301"}', b'{"Type":-301}',
                      b'{"Type":3.5}', b'{"Type":99999999999999999999}', b'{"Type":null}', b'{"Type":65837}', b'{"Type":4294967597}'])
