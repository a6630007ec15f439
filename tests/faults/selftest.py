# SPDX-License-Identifier: GPL-3.0-or-later
"""The oracle itself: whatever is broken on purpose in the evidence of a good run, it must notice."""

import json
import sqlite3
import time

import oracle
import rig as rigs
from cases_a import trade, working
from rig import SECRET, SUBMIT, Fault, frame_type


def must_fail(invariant, what, check):
    try:
        check()
    except Fault as fault:
        if str(fault).startswith(invariant + ":"):
            return
        raise Fault(f"{what}: noticed as something else: {fault}") from None
    raise Fault(f"{what}: not noticed as a breach of {invariant}")


def with_event(session, event, check):
    """@check with one more printed event."""
    session.events.append({**event, "read": time.monotonic()})
    try:
        check()
    finally:
        session.events.pop()


def change_file(rig, statement, values, check):
    """@check with a changed state file; it is put back."""
    with open(rig.state, "rb") as good:
        whole = good.read()
    base = sqlite3.connect(rig.state)
    for name in ("journal_no_update", "journal_no_delete"):
        base.execute(f"DROP TRIGGER {name}")
    base.execute(statement, values)
    base.commit()
    base.close()
    try:
        check()
    finally:
        with open(rig.state, "wb") as back:
            back.write(whole)


def broken(rig):
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    relay.cut("rst")
    session.wait("link", mark, state="down")
    session.live(mark)
    journal = oracle.check_all(rig)
    arrived = relay.connections[0].halves["c2s"].arrived
    submit = [f for f in relay.frames()[0] if frame_type(f) == SUBMIT[rig.numbering]][0] + b"\0"
    order = [e for e in session.find("order") if e["status"] == "working" and e["price"]][0]
    filled = session.find("order", status="filled")[0]
    fill = session.find("fill")[0]

    def sent():
        oracle.check_sent(rig, rig.relays, rig.sims, [rig.journal()])

    def printed():
        oracle.check_printed(rig, session, journal)

    def agrees():
        found = oracle.differences(sim, oracle.View(session))
        if found:
            oracle.fail("I6", found[0])

    arrived += submit
    must_fail("I1", "an order that leaves twice", sent)
    del arrived[-len(submit):]
    arrived += submit.replace(b'"Quantity":2', b'"Quantity":3')
    must_fail("I2", "bytes that were not intended", sent)
    del arrived[-len(submit):]
    half = submit.replace(b'"ClientOrderID":"T', b'"ClientOrderID":"Z')[:90]
    arrived += half
    must_fail("I2", "the beginning of an order that was not intended", sent)
    del arrived[-len(half):]
    sent()

    with open(sim.log_path, "a", encoding="utf-8") as log:
        entry = [e for e in sim.log() if e.get("dir") == "in" and e["type"] == 208][0]
        log.write(json.dumps(entry) + "\n")
    must_fail("I1", "an order that reaches the server twice", sent)

    for status in ("rejected", "cancelled", "filled"):
        must_fail("I5", f"a working order called {status}",
                  lambda s=status: with_event(session, {**order, "status": s, "filled": 0}, printed))
    must_fail("I4", "an execution printed twice", lambda: with_event(session, fill, printed))
    must_fail("I3", "a fill that is not in the state file", lambda: with_event(session, {**fill, "execution_id": "E-none"}, printed))
    must_fail("I3", "more filled than anybody said", lambda: with_event(session, {**order, "status": "part-filled", "filled": 2}, printed))
    must_fail("I3", "an order that nobody sent", lambda: with_event(session, {**order, "client_order_id": "T0", "server_order_id": None,
                                                                              "status": "sent"}, printed))

    fresh = {**order, "certainty": "fresh", "status": "working"}
    view = oracle.View(session)
    if not oracle.differences(sim, view):
        raise Fault("stale rows agree with the server")  # the session has ended: they are stale
    for each in list(view.orders.values()):
        session.events.append({**each, "certainty": "fresh"})
    agrees()
    must_fail("I6", "a state that is not the server's", lambda: with_event(session, {**fresh, "status": "cancelled"}, agrees))
    must_fail("I6", "a quantity that is not the server's", lambda: with_event(session, {**fresh, "quantity": 9}, agrees))
    must_fail("I6", "doubt without a reason", lambda: with_event(session, {**fresh, "status": "unknown", "certainty": "unknown", "text": None,
                                                                           "reason": None}, agrees))
    must_fail("I6", "a filled quantity that is not the server's", lambda: with_event(session, {**filled, "filled": 1}, agrees))
    must_fail("I6", "a position that is not the server's",
              lambda: with_event(session, {"event": "position", "account": "SIM1", "symbol": "ESZ6", "quantity": 5}, agrees))
    must_fail("I16", "a last event that the file does not have",
              lambda: with_event(session, {**fresh, "quantity": 9}, lambda: oracle.check_fold(rig, session)))

    twice = "INSERT INTO journal SELECT (SELECT max(seq) FROM journal) + 1, kind, epoch, utc, mono, boot, client_order_id, server_order_id," \
            " account, symbol, tick, multiplier, wire, encoding, numbering, direction, payload, hash FROM journal WHERE kind = ? LIMIT 1"
    change_file(rig, twice, (rigs.FILL,), lambda: must_fail("I4", "an execution booked twice", lambda: oracle.check_booked(rig, rig.journal(), sim)))
    change_file(rig, "UPDATE journal SET payload = replace (payload, '\"quantity\":2', '\"quantity\":1') WHERE kind = ?", (rigs.FILL,),
                lambda: must_fail("I4", "a fill booked with another quantity", lambda: oracle.check_booked(rig, rig.journal(), sim)))
    change_file(rig, "UPDATE journal SET epoch = 7 WHERE kind = ?", (rigs.INTENT,),
                lambda: must_fail("I7", "an order of a connection that was not live", lambda: oracle.check_gate(rig, [rig.journal()])))
    change_file(rig, "UPDATE journal SET symbol = 'X' WHERE kind = ?", (rigs.INTENT,),
                lambda: must_fail("I16", "a changed record", lambda: oracle.check_whole(rig)))
    with open(session.errors_path, "a", encoding="utf-8") as errors:
        errors.write("(dtcctl:1): GLib-CRITICAL **: something\n")
    must_fail("I9", "a critical warning", lambda: oracle.check_quiet(rig, session))
    with open(session.errors_path, "w", encoding="utf-8") as errors:
        errors.write(f"logged on with {SECRET}\n")
    must_fail("I14", "the password in a file", lambda: oracle.check_secret(rig))
    if working(session)["status"] != "working":
        raise Fault("the evidence was not put back")
