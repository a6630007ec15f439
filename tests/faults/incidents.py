# SPDX-License-Identifier: GPL-3.0-or-later
"""What really happened to other programs, played against this one."""

import json
import re
import shutil
import sqlite3
import time

import cases_a
import oracle
import rig as rigs
from cases_a import trade, working
from cases_b import is_fill
from oracle import View
from rig import CANCEL, OCO, REPLACE, SUBMIT, Fault, frame_type, wait_for


def shown(session, order):
    return View(session).orders[order["client_order_id"]]


def count_submits(sim, wanted):
    time.sleep(0.2)
    got = len(sim.received(208))
    if got != wanted:
        raise Fault(f"I1: {got} orders reached the server, {wanted} were clicked")


def restart(rig, sim, session, *sim_args):
    """The server dies and comes back."""
    mark = session.mark()
    sim.kill()
    session.wait("link", mark, state="down")
    sim.args += sim_args
    sim.start()
    session.live(mark)
    return mark


def incident_1(rig):
    """The restarted server gives an old ServerOrderID to another order: each update goes to one order alone."""
    sim, relay, session = rig.start()
    first = session.order("buy 2 ESZ6 market", status="filled")
    restart(rig, sim, session, "--fault", "ids-reused")
    second = session.order("sell 1 ESZ6 limit 5020", status="working")
    if second["server_order_id"] != first["server_order_id"]:
        raise Fault("the simulator did not give the id again: nothing was shown")
    session.send(f"modify {second['client_order_id']} price 5021")
    session.wait("order", client_order_id=second["client_order_id"], price=5021, status="working")
    was = shown(session, first)
    if (was["status"], was["filled"], was["side"]) != ("filled", 2, "buy"):
        raise Fault(f"I4: the update of another order changed {was}")
    oracle.check_all(rig)


def incident_2(rig):
    """A fill that arrives with the end of the connection, and those that happen while it is away, are booked."""
    sim, relay, session = rig.start()
    session.order("buy 9 ESZ6 limit 4990", status="working")
    order = working(session)
    for _ in range(3):
        mark = session.mark()
        sim.tell(f"fill {order['server_order_id']} 1")
        relay.cut(rig.rand.choice(["fin", "rst", "half"]))
        session.wait("link", mark, state="down")
        sim.tell(f"fill {order['server_order_id']} 1")
        session.live(mark)
    wait_for("all six", lambda: shown(session, order)["filled"] == 6)
    oracle.check_all(rig)


def incident_3(rig):
    """14 of 18 fills are never sent, heartbeats are fine: found by asking, and answered by no order at all."""
    sim, relay, session = rig.start()
    session.order("buy 18 ESZ6 limit 4990", status="working")
    order = working(session)
    sim.fault("lose type=301 OrderUpdateReason=5 nth=3 times=13")
    sim.fault("lose type=301 OrderUpdateReason=4")
    for _ in range(18):
        sim.tell(f"fill {order['server_order_id']} 1")
    began = time.monotonic()
    wait_for("all 18 fills", lambda: len(session.find("fill")) >= 18, patience=35 * oracle.SLACK)
    oracle.check_time(rig, "I6", "the lost fills were found after", time.monotonic() - began, 35)
    oracle.check_all(rig)
    count_submits(sim, 1)
    if sim.received(203, 204, 209, 210):
        raise Fault("the loss was answered with commands")


def incident_4(rig):
    """No answer in time, and the order has filled: unknown, never rejected, and found by its fill."""
    sim, relay, session = rig.start()
    trade(session)
    sim.fault("ack-lost-filled")
    mark = session.mark()
    order = session.order("buy 1 ZNZ6 market", status="sent")
    session.wait("order", mark, client_order_id=order["client_order_id"], status=frozenset(("unknown", "filled")))
    oracle.check_converged(rig, sim, session)
    session.none("order", mark, status=frozenset(("rejected", "cancelled", "not-sent")))
    oracle.check_all(rig)
    count_submits(sim, 4)


def incident_5(rig):
    """The answer comes after the time-out: nothing was tried again meanwhile."""
    sim, relay, session = rig.start()
    trade(session)
    sim.fault("delay type=301 OrderUpdateReason=2 ms=6000")
    mark = session.mark()
    order = session.order("buy 1 ZNZ6 limit 109", status="sent")
    session.wait("order", mark, client_order_id=order["client_order_id"], status="working")
    time.sleep(2)
    session.none("order", mark, status="rejected")
    oracle.check_all(rig)
    count_submits(sim, 4)


def incident_6(rig):
    """A restated order has filled meanwhile: the fill is inferred, then the real one replaces it, and is not added."""
    sim, relay, session = rig.start()
    session.order("buy 5 ESZ6 limit 4990", status="working")
    order = working(session)
    mark = session.mark()
    relay.cut("rst")
    session.wait("link", mark, state="down")
    sim.tell(f"fill {order['server_order_id']} 2")
    session.live(mark)
    fills = session.find("fill", mark)
    synthetic = {f["execution_id"] for f in fills if f["execution_id"].startswith("syn:")}
    replaced = {e for f in fills for e in f["replaces"] or []}
    if not synthetic or synthetic != replaced:
        raise Fault(f"I4: inferred {synthetic}, replaced {replaced}")
    oracle.check_all(rig)
    if shown(session, order)["filled"] != 2:
        raise Fault(f"I4: {shown(session, order)}")


def incident_7(rig):
    """It dies between taking a fill and showing it, wherever that may be: after the start it is booked once."""
    points = ["event.before-append", "event.appended", "journal.begun", "journal.before-commit", "journal.after-commit",
              "event.before-publish", "event.published"]
    for number, point in enumerate(points if rig.long else rig.rand.sample(points, 3)):
        with rig.child(number) as each:
            sim = each.start_sim()
            relay = each.start_relay(sim)
            session = each.start_session(relay)
            session.order("buy 3 ESZ6 limit 4990", status="working")
            order = working(session)
            session.quit()
            session = each.start_session(relay, env={"DESK_FAILPOINT": f"{point}=kill@{each.rand.randrange(1, 9)}"}, live=False)
            session.killed = True
            try:
                session.live()
                sim.tell(f"fill {order['server_order_id']} 1")
                sim.tell(f"fill {order['server_order_id']} 1")
                session.wait("order", client_order_id=order["client_order_id"], filled=2, patience=1.5)
            except Fault:
                pass  # it died on its way
            if session.process.poll() is None:
                session.kill()
            done = Truthful(sim, order)
            while done.filled < 2:
                sim.tell(f"fill {order['server_order_id']} 1")
                done = Truthful(sim, order)
            session = each.start_session(relay)
            oracle.check_all(each)
            if shown(session, order)["filled"] != 2:
                raise Fault(f"I3: killed at {point}: {shown(session, order)}")


class Truthful:
    """What the exchange has filled of an order."""

    def __init__(self, sim, order):
        self.filled = oracle.Truth(sim).filled[order["server_order_id"]]


def incident_8(rig):
    """A change while the link breaks makes a second order, and the first lives on: said loudly, and nothing is sent."""
    sim, relay, session = rig.start("--fault", "two-live-orders")
    trade(session)
    order = working(session)
    mark = session.mark()

    def plan(connection):
        def on_its_way(frame):
            if frame_type(frame) == REPLACE[rig.numbering]:
                connection.halves["s2c"].lost = True
            return [frame]
        connection.halves["c2s"].filter = on_its_way
    relay.change(plan)
    session.send(f"modify {order['client_order_id']} price 4985")
    wait_for("the change at the server", lambda: sim.received(204))
    time.sleep(0.05)
    relay.cut("rst")
    session.wait("link", mark, state="down")
    session.live(mark)
    oracle.check_all(rig)
    both = [o for o in oracle.Truth(sim).all if o["symbol"] == "ESZ6" and o["status"] in (2, 4)]
    if len(both) != 2:
        raise Fault(f"the simulator has {len(both)} live orders: nothing was shown")
    listed = {o["server_order_id"] for o in View(session).orders.values() if o["symbol"] == "ESZ6"}
    if not {o["server_id"] for o in both} <= listed:
        raise Fault(f"I6: two orders work at the server, shown are {listed}")
    if not session.find("order", mark, certainty="conflict") and not session.find("notice", mark, level="alarm"):
        raise Fault("I8: two live orders, and no alarm")


def incident_9(rig):
    """The last fill bears an execution id that is known already: the order ends all the same."""
    sim, relay, session = rig.start()
    session.order("buy 2 ESZ6 limit 4990", status="working")
    order = working(session)
    first = []

    def same_id(frame):
        if not is_fill(frame):
            return [frame]
        execution = re.search(rb'"LastFillExecutionID":"([^"]*)"', frame)[1]
        if not first:
            first.append(execution)
            return [frame]
        return [frame.replace(execution, first[0])] * 2
    relay.change(lambda c: setattr(c.halves["s2c"], "filter", same_id))
    mark = session.mark()
    sim.tell(f"fill {order['server_order_id']} 1")
    sim.tell(f"fill {order['server_order_id']} 1")
    done = session.wait("order", mark, client_order_id=order["client_order_id"], status="filled")
    if done["filled"] != 2:
        raise Fault(f"I4: {done}")
    session.send("verify")
    wait_for("the real execution in the place of the inferred one", lambda: [f for f in session.find("fill", mark) if f["replaces"]])
    oracle.check_all(rig)


def incident_10(rig):
    """What is uncertain inside is shown so at once."""
    cases_a.outage(rig, rig.rand.choice(["fin", "rst"]))


def incident_11(rig):
    """A dead socket: found by its silence, orders refused meanwhile, and none fired when it is back."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    relay.cut("silence")
    session.wait("link", mark, state="down")
    relay.refuses = True
    for line in ("buy 1 ESZ6 market", "sell 2 CLZ6 market", "buy 1 ZNZ6 limit 109"):
        session.send(line)
        session.wait("denied", mark, code="LINK_DOWN", input=line)
    relay.refuses = False
    session.live(mark)
    time.sleep(0.5)
    count_submits(sim, 3)
    oracle.check_all(rig)


def incident_12(rig):
    """A cancel is refused because the order has filled, and the fill's update was lost: filled, not sent again."""
    sim, relay, session = rig.start()
    session.order("buy 1 ESZ6 limit 4990", status="working")
    order = working(session)
    sim.fault("fill-lost")
    sim.tell(f"fill {order['server_order_id']} 1")
    mark = session.mark()
    session.send(f"cancel {order['client_order_id']}")
    wait_for("the cancel at the server", lambda: sim.received(203))
    session.wait("order", mark, client_order_id=order["client_order_id"], status="filled")
    oracle.check_all(rig)
    count_submits(sim, 1)


def incident_13(rig):
    """The fill's update arrives behind the cancel's, which knows nothing of it: booked, and told."""
    sim, relay, session = rig.start()
    session.order("buy 3 ESZ6 limit 4990", status="working")
    order = working(session)
    late = []

    def turn_round(frame):
        if is_fill(frame):
            late.append(frame)
            return []
        if frame_type(frame) == 301 and late:
            frame = re.sub(rb'"FilledQuantity":\d+', b'"FilledQuantity":0', frame)
            return [frame, late.pop()]
        return [frame]
    relay.change(lambda c: setattr(c.halves["s2c"], "filter", turn_round))
    mark = session.mark()
    sim.tell(f"fill {order['server_order_id']} 1")
    wait_for("the fill held back", lambda: late)
    session.send(f"cancel {order['client_order_id']}")
    session.wait("fill", mark, server_order_id=order["server_order_id"])
    oracle.check_all(rig)


def incident_14(rig):
    """However often the transport fails, one click is one order."""
    for each in rig.samples(2, 100):
        sim, relay, session = each.start()
        trade(session)
        how = each.rand.choice(["fin", "rst"])
        mark = session.mark()

        def plan(connection):
            def on_its_way(frame):
                if frame_type(frame) == SUBMIT[each.numbering]:
                    connection.halves["s2c"].lost = True
                return [frame]
            connection.halves["c2s"].filter = on_its_way
        relay.change(plan)
        session.send("buy 1 ZNZ6 market")
        wait_for("the order at the server", lambda: len(sim.received(208)) == 4)
        for _ in range(2):
            relay.cut(how)
            session.wait("link", mark, state="down")
            mark = session.mark()
            session.live(mark)
        oracle.check_all(each)
        count_submits(sim, 4)
        frames = [f for f in relay.frames()[0] if frame_type(f) == SUBMIT[each.numbering]]
        if len(frames) != 4:
            raise Fault(f"I1: {len(frames)} orders left, 4 were clicked")


def incident_15(rig):
    """An older order of somebody else has the same parameters: it is not taken for ours, which never arrived."""
    sim, relay, session = rig.start()
    sim.tell("order SIM1 ESZ6 buy 1 limit 4990")
    session.wait("order", side="buy", price=4990, certainty="external")
    other = session.find("order", price=4990)[-1]["server_order_id"]
    sim.fault("anonymous-restatement unset:FreeFormText")
    time.sleep(1.1)  # the wire's times are whole seconds in one of the numberings

    def plan(connection):
        connection.halves["c2s"].filter = lambda f: [] if frame_type(f) == SUBMIT[rig.numbering] else [f]
    relay.change(plan)
    mark = session.mark()
    order = session.order("buy 1 ESZ6 limit 4990", status="sent")
    wait_for("the order on its way", lambda: [f for f in relay.frames()[0] if frame_type(f) == SUBMIT[rig.numbering]])
    relay.cut("rst")
    session.wait("link", mark, state="down")
    session.live(mark)
    mine = shown(session, order)
    if mine["status"] not in ("unknown", "not-at-server") or mine["server_order_id"] == other or mine["certainty"] == "probable":
        raise Fault(f"I5: an older order was taken for ours: {mine}")
    oracle.check_all(rig)


def incident_16(rig):
    """No id comes twice, over restarts and kills."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    for run in range(1000 if rig.long else 5):
        session = rig.start_session(relay)
        for _ in range(3):
            session.send("buy 1 ESZ6 limit 4980")
        if run % 2:
            time.sleep(rig.rand.random() * 0.05)
            session.kill()
        else:
            session.quit()
    rig.start_session(relay)
    oracle.check_all(rig)


def incident_17(rig):
    """The notebook sleeps, the server ends the connection and fills an order meanwhile; then it wakes."""
    sim, relay, session = rig.start()
    trade(session)
    order = working(session)
    mark = session.mark()
    session.pause()
    relay.cut("rst")
    sim.tell(f"fill {order['server_order_id']} 1")
    time.sleep(1)
    session.send("buy 1 ESZ6 market")  # typed in the dark
    session.resume()
    session.live(mark)
    wait_for("the fill", lambda: shown(session, order)["filled"] == 1)
    oracle.check_all(rig)


def incident_18(rig):
    """Somebody or something changed a stored order: the file is refused, and nothing of it is sent."""
    sim, relay, session = rig.start()
    trade(session)
    session.quit()
    before = len(sim.received(208, 203, 204))
    base = sqlite3.connect(rig.state)
    for name in ("journal_no_update", "journal_no_delete"):
        base.execute(f"DROP TRIGGER {name}")
    record, wire = base.execute("SELECT seq, wire FROM journal WHERE kind = ? ORDER BY seq DESC", (rigs.INTENT,)).fetchone()
    base.execute("UPDATE journal SET wire = ? WHERE seq = ?", (bytes(wire).replace(b"CLZ6", b"ESZ6"), record))
    base.commit()
    base.close()
    status, said = rig.check_journal()
    if status != 1:
        raise Fault(f"I16: a changed record passes: {said}")
    again = rig.start_session(relay, live=False)
    wait_for("its end", lambda: again.process.poll() is not None or View(again).link == "live")
    time.sleep(0.2)
    again.quit()
    if len(sim.received(208, 203, 204)) != before:
        raise Fault("I1: something of a changed file was sent")
    if again.process.returncode < 0:
        raise Fault(f"I9: it ended with {again.process.returncode}")
    if again.process.returncode == 0 and not again.find("notice", level="alarm"):
        raise Fault("I13: a changed file was opened without a word")


def incident_19(rig):
    """Counters go on after a restart; a copy of the file counts on under another name."""
    sim, relay, session = rig.start()
    ids = [session.order("buy 1 ESZ6 limit 4980", status="working")["client_order_id"]]
    session.kill()
    session = rig.start_session(relay)
    ids.append(session.order("buy 1 ESZ6 limit 4979", status="working")["client_order_id"])
    session.quit()
    copy = f"{rig.folder}/copy.sqlite"
    shutil.copy(rig.state, copy)
    other = rig.start_session(relay, state=copy)
    ids.append(other.order("buy 1 ESZ6 limit 4978", status="working")["client_order_id"])
    other.quit()
    # The first file meets an order that bears its name and that it never sent: nothing new until a person has looked.
    session = rig.start_session(relay)
    mark = session.mark()
    session.send("buy 1 ESZ6 limit 4977")
    session.wait("denied", mark, code="TRADING_OFF")
    session.send("arm")
    ids.append(session.order("buy 1 ESZ6 limit 4977", status="working")["client_order_id"])
    session.quit()
    if len(set(ids)) != 4:
        raise Fault(f"I1: an id came twice: {ids}")
    rig.note(" ".join(ids))
    oracle.check_sent(rig, rig.relays, rig.sims, [rig.journal(), rig.journal(copy)])


def incident_20(rig):
    """The exit of a flatten is refused: the stops stay where they are, it is said, and nothing is tried again."""
    sim, relay, session = rig.start()
    session.order("buy 3 ESZ6 market", status="filled")
    session.order("sell 3 ESZ6 stop 4980", status="working")
    mark = session.mark()
    exits = {209, SUBMIT[rig.numbering]}

    def refuse(connection):
        def exit_refused(frame):
            if frame_type(frame) not in exits:
                return [frame]
            message = json.loads(frame)
            answer = {"Type": 301, "RequestID": 0, "TotalNumMessages": 1, "MessageNumber": 1, "Symbol": "ESZ6", "TradeAccount": "SIM1",
                      "ClientOrderID": message["ClientOrderID"], "OrderUpdateReason": 3,
                      "OrderStatus": 104 if rig.numbering == "brief" else 9, "InfoText": "Above the limit of the clip"}
            connection.halves["s2c"].waiting.extend(json.dumps(answer).encode() + b"\0")
            return []
        connection.halves["c2s"].filter = exit_refused
    relay.change(refuse)
    session.send("flatten ESZ6")
    session.wait("order", mark, status="rejected")
    time.sleep(3.5)
    stop = [o for o in oracle.Truth(sim).all if o["type"] == 3][0]
    if stop["status"] not in (2, 4) or sim.received(203):
        raise Fault(f"the stop that protects the position was cancelled: {stop}")
    # A server that does not take 209 is asked once with a market order; that is no new try of the same.
    left = [frame_type(f) for f in relay.frames()[0] if frame_type(f) in exits]
    if left != [SUBMIT[rig.numbering]] * 2 + [209, SUBMIT[rig.numbering]]:
        raise Fault(f"I1: the exit was tried again: {left}")
    if not session.find("notice", mark, level="alarm"):
        raise Fault("I8: the exit was refused, and no alarm says so")
    relay.change(lambda c: setattr(c.halves["c2s"], "filter", None))
    oracle.check_all(rig)


def incident_21(rig):
    """NoOrders is no order; a question that is never answered does not hold everything up."""
    sim = rig.start_sim("--fault", "lose type=306 Unsolicited=0 times=all")
    relay = rig.start_relay(sim)
    session = rig.start_session(relay, live=False)
    session.live()
    session.none("order")
    session.none("fill")
    if not session.find("notice", level="warning"):
        raise Fault("I8: positions were never answered, and nothing says so")
    trade(session)
    oracle.check_all(rig)


def incident_22(rig):
    """The password stands in no log, and a list with a number missing is no list."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    session = rig.start_session(relay, env={"DEBUG_DTC": "1"})
    trade(session)
    if "dtc.send" not in session.stderr():
        raise Fault("the log is empty: nothing was shown")
    sim.fault("short-batch nth=1 times=all")
    mark = session.mark()
    relay.cut("rst")
    session.wait("link", mark, state="down")
    time.sleep(2.5)
    ended = [e for e in session.find("order", mark) if e["status"] in oracle.ENDED | oracle.PRESUMED]
    if ended:
        raise Fault(f"I5: an incomplete list ended an order: {ended[0]}")
    sim.tell("clear")
    relay.cut("rst")
    session.live(mark)
    oracle.check_all(rig)


def incident_23(rig):
    """No end of the connection is ever told: its own clock finds it."""
    cases_a.black_hole(rig, "deaf")
