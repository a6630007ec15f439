# SPDX-License-Identifier: GPL-3.0-or-later
"""A. Connection."""

import json
import os
import socket
import threading
import time

import oracle
from oracle import View
from rig import CANCEL, OCO, REPLACE, SUBMIT, Cut, Fault, Session, frame_type, only, wait_for

HOWS = ("fin", "rst")


def trade(session):
    """A filled order, and two that work: what an outage must keep."""
    session.order("buy 2 ESZ6 market", status="filled")
    session.order("buy 3 ESZ6 limit 4990", status="working")
    session.order("sell 1 CLZ6 limit 75", status="working")


def working(session, symbol="ESZ6"):
    return [o for o in View(session).orders.values() if o["symbol"] == symbol and o["status"] == "working"][0]


def type_at_random(rig, session, count=6):
    """Lines of every kind; what is refused is refused."""
    session.order("buy 1 ESZ6 limit 4980", status="working")
    mine = working(session)["client_order_id"]
    lines = ["buy 1 ESZ6 market", "sell 2 CLZ6 limit 75", f"modify {mine} qty 2", f"modify {mine} price 4979.5", f"cancel {mine}",
             "buy 1 ZNZ6 limit 109", "sell 1 ESZ6 limit 5020 gtc", "oco sell 1 ESZ6 limit 5030 stop 4970",
             "buy 1 CLZ6 limit 69 target 71 stop 68", "flatten ESZ6"]
    for line in rig.rand.sample(lines, count):
        session.send(line)
        time.sleep(rig.rand.choice([0, 0, 0.002, 0.01]))


def cut_sample(rig, direction):
    """A cut at any byte of what follows; then everything must come right."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    how = rig.rand.choice(HOWS)
    relay.change(lambda c: setattr(c.halves[direction], "cut", Cut(direction, len(c.halves[direction].passed) + rig.rand.randrange(1, 1800), how)))
    try:
        type_at_random(rig, session)
    except Fault:
        pass  # it came before the first answer
    down = session.find("link", mark, state="down")
    if not down:
        time.sleep(0.1)
        relay.cut(how)
    session.wait("link", mark, state="down")
    session.live(mark)
    oracle.check_all(rig)


def case_1(rig):
    for each in rig.samples(2, 500):
        cut_sample(each, "c2s")


def case_2(rig):
    for each in rig.samples(2, 500):
        cut_sample(each, "s2c")


def black_hole(rig, how, direction="s2c"):
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    when = relay.cut(how, direction)
    session.send("buy 1 ESZ6 limit 4970")
    down = session.wait("link", mark, state="down")
    # Two heartbeats of 5 s and one second after the last byte, which came up to a heartbeat before the hole.
    oracle.check_time(rig, "I8", "the black hole was found after", down["read"] - when, 2 * 5 + 1)
    oracle.check_stale(rig, session, down["read"], mark)
    mark = session.mark()
    session.send("buy 1 ESZ6 market")
    session.wait("denied", mark, code="LINK_DOWN")
    session.live(mark)
    oracle.check_all(rig)


def case_3(rig):
    black_hole(rig, "silence")


def case_4(rig):
    def deaf_client(each):
        black_hole(each, "deaf")

    def deaf_server(each):
        """Heartbeats still arrive; only an order tells that nobody hears us."""
        sim, relay, session = each.start()
        trade(session)
        mark = session.mark()
        relay.cut("deaf", "c2s")
        order = session.order("buy 1 ESZ6 limit 4970", status="sent")
        session.wait("order", mark, client_order_id=order["client_order_id"], status="unknown")
        session.none("order", mark, status="rejected")
        # The server ends a client that it does not hear, or we end it ourselves: either way it comes back.
        relay.cut("fin")
        session.wait("link", mark, state="down")
        session.live(mark)
        oracle.check_all(each)
        if sim.received(208)[3:]:
            raise Fault("an order that the server never heard was sent again")
    rig.side_by_side(deaf_client, deaf_server)


def outage(rig, how):
    """The link ends with working orders, and comes back."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    when = relay.cut(how)
    oracle.check_stale(rig, session, when, mark)
    session.live(mark)
    oracle.check_all(rig)


def case_6(rig):
    outage(rig, "half")


def case_7(rig):
    """The buffer of a bracket has two messages; whatever is cut off is never sent later."""
    for each in rig.samples(3, 300):
        sim, relay, session = each.start()
        trade(session)
        mark = session.mark()
        how, byte = each.rand.choice(HOWS), each.rand.randrange(1, 700)
        relay.change(lambda c: setattr(c.halves["c2s"], "cut", Cut("c2s", len(c.halves["c2s"].passed) + byte, how)))
        session.send("buy 1 CLZ6 limit 69.5 target 71 stop 68")
        time.sleep(0.05)
        if not session.find("link", mark, state="down"):
            relay.cut(how)
        session.wait("link", mark, state="down")
        session.live(mark)
        time.sleep(0.2)
        frames, _ = relay.frames("c2s", since=1)
        if any(frame_type(f) in (OCO, SUBMIT[each.numbering]) for f in frames):
            raise Fault(f"a part of the bracket was sent on a later connection (cut at {byte})")
        oracle.check_all(each)


def in_flight(rig, line, command, reaches, *sim_args):
    """A command leaves, and the link ends before its answer is read; @reaches: whether the server had it."""
    sim, relay, session = rig.start(*sim_args)
    trade(session)
    order = working(session)
    mark = session.mark()

    def plan(connection):
        def on_its_way(frame):
            if frame_type(frame) == command:
                connection.halves["s2c"].lost = True
                return [frame] if reaches else []
            return [frame]
        connection.halves["c2s"].filter = on_its_way
    relay.change(plan)
    session.send(line.format(id=order["client_order_id"]))
    published = 203 if line.startswith("cancel") else 204
    if reaches:
        wait_for("the command at the server", lambda: sim.received(published))
        time.sleep(0.05)
    else:
        wait_for("the command on its way", lambda: [f for f in relay.frames()[0] if frame_type(f) == command])
    relay.cut("rst")
    session.wait("link", mark, state="down")
    session.none("order", mark, status=frozenset(("cancelled", "rejected")))
    session.live(mark)
    return sim, relay, session, order


def case_8(rig):
    def lost(each):
        _, _, session, order = in_flight(each, "cancel {id}", CANCEL[each.numbering], False)
        oracle.check_all(each)
        if View(session).orders[order["client_order_id"]]["status"] != "working":
            raise Fault("an order whose cancel never arrived works at the server, and is not shown as working")

    def taken(each):
        sim, _, session, order = in_flight(each, "cancel {id}", CANCEL[each.numbering], True)
        oracle.check_all(each)
        if len(sim.received(203)) != 1:
            raise Fault("the cancel reached the server twice")
    rig.side_by_side(lost, taken)


def case_9(rig):
    def lost(each):
        _, _, session, order = in_flight(each, "modify {id} price 4985 qty 4", REPLACE[each.numbering], False)
        oracle.check_all(each)

    def taken(each):
        _, _, session, order = in_flight(each, "modify {id} price 4985 qty 4", REPLACE[each.numbering], True)
        oracle.check_all(each)
        shown = View(session).orders[order["client_order_id"]]
        if shown["status"] == "working" and (shown["quantity"], shown["price"]) != (4, 4985):
            raise Fault(f"the change took effect at the server, and is not shown: {shown}")

    def new_id(each):
        in_flight(each, "modify {id} price 4985 qty 4", REPLACE[each.numbering], True, "--new-id-on-replace")
        oracle.check_all(each)
    rig.side_by_side(lost, taken, new_id)


def refused_while_away(rig):
    """Typed while the link is down, and while it reconciles: refused with a reason, and never sent."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    before = len(sim.received(208))
    # The next connection gets a logon, and then no answer until it is let go.

    def plan(connection):
        state = {"seen": 0}

        def after_logon(frame):
            state["seen"] += 1
            if frame_type(frame) == 2:
                connection.halves["s2c"].held = True
            return [frame]
        connection.halves["s2c"].filter = after_logon
    relay.plan = plan
    relay.cut("rst")
    session.wait("link", mark, state="down")
    lines = ["buy 1 ESZ6 market", "sell 1 CLZ6 limit 75.5", "buy 1 ZNZ6 limit 109 target 111 stop 108"]
    session.send(*lines)
    for line in lines:
        session.wait("denied", mark, code="LINK_DOWN", input=line)
    session.wait("link", mark, state="resync")
    again = session.mark()
    session.send(*lines)
    for line in lines:
        session.wait("denied", again, code="RESYNC_RUNNING", input=line)
    relay.change(lambda c: setattr(c.halves["s2c"], "held", False))
    session.live(mark)
    time.sleep(0.3)
    if len(sim.received(208)) != before or sim.received(OCO):
        raise Fault("I7: an order that was refused reached the server after the reconnect")
    oracle.check_all(rig)


def case_10(rig):
    refused_while_away(rig)


def case_12(rig):
    """The server ends each connection right behind its logon answer."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)

    def plan(connection):
        def gone_after_logon(frame):
            if frame_type(frame) == 2:
                half = connection.halves["s2c"]
                half.cut = Cut("s2c", len(half.passed) + len(half.waiting) + len(frame) + 1, "fin")
            return [frame]
        connection.halves["s2c"].filter = gone_after_logon
    relay.plan = plan
    session = rig.start_session(relay, live=False)
    seconds = 600 if rig.long else 8
    files = f"/proc/{session.process.pid}/fd"
    first = None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.5)
        count = len(os.listdir(files))
        first = first or count
        if count > first + 8:
            raise Fault(f"I10: {count} open files, {first} at first")
    # 1, 2, 4, 8, 16, 30 s apart, with jitter: never more than so many.
    if len(relay.attempts) > (5 if seconds == 8 else 27):
        raise Fault(f"I10: {len(relay.attempts)} tries in {seconds} s")
    gaps = [b - a for a, b in zip(relay.attempts, relay.attempts[1:])]
    if any(later < earlier for earlier, later in zip(gaps, gaps[1:])) and max(gaps) < 15:
        raise Fault(f"the tries do not come further apart: {gaps}")
    rig.note(f"{len(relay.attempts)} tries in {seconds} s")
    relay.plan = None
    relay.change(lambda c: setattr(c.halves["s2c"], "filter", None))
    session.quit()
    oracle.check_quiet(rig, session)


def case_13(rig):
    def refused(each):
        sim = each.start_sim("--fault", "logon-final")
        relay = each.start_relay(sim)
        session = each.start_session(relay, live=False)
        session.wait("link", state="stopped")
        time.sleep(2.5)
        if len(relay.attempts) != 1:
            raise Fault(f"{len(relay.attempts)} tries after a logon that was refused for good")
        session.quit()
        oracle.check_quiet(each, session)

    def logged_off(each):
        _, relay, session = each.start()
        trade(session)
        mark = session.mark()
        relay.inject(b'{"Type":5,"Reason":"Closed for the night","DoNotReconnect":1}\0')
        stopped = session.wait("link", mark, state="stopped")
        if "Closed for the night" not in (stopped["text"] or ""):
            raise Fault(f"the server's reason is not told: {stopped}")
        time.sleep(2.5)
        if len(relay.attempts) != 1:
            raise Fault("it came back although the server asked it not to")
        oracle.check_all(each, converge=False)
    rig.side_by_side(refused, logged_off)


def case_14(rig):
    """A logon sends us to an address that nobody listed: nothing goes there."""
    trap = socket.create_server(("127.0.0.1", 0))
    trap.settimeout(0.1)
    sim = rig.start_sim("--fault", f"redirect set:ReconnectAddress=127.0.0.1:{trap.getsockname()[1]}")
    relay = rig.start_relay(sim)
    session = rig.start_session(relay, live=False)
    session.wait("link", state="stopped")
    time.sleep(1.5)
    try:
        trap.accept()
        raise Fault("I14: it connected to an address that is not in the profile's list")
    except TimeoutError:
        pass
    finally:
        trap.close()
    session.quit()
    oracle.check_quiet(rig, session)


@only("dtc")
def case_15(rig):
    """A name that nobody knows: an answer in time, and an end when asked."""
    arguments = ["--server", "no-such-host.invalid:11099", "--allow-plain", "--numbering", "dtc", "--json", "--state", rig.state]
    session = Session(rig.dtcctl, arguments, rig.folder)
    rig.sessions.append(session)
    session.wait("link", state="connecting")
    began = time.monotonic()
    session.send("orders", "quit")
    session.quit()
    oracle.check_time(rig, "I11", "it left while a name was looked up after", time.monotonic() - began, 3)
    oracle.check_quiet(rig, session, exits=(0, 6))


@only("brief")
def case_16(rig):
    """Proxy variables are of no concern to a link that carries orders."""
    trap = socket.create_server(("127.0.0.1", 0))
    trap.settimeout(0.1)
    proxy = f"socks5://127.0.0.1:{trap.getsockname()[1]}"
    names = ("ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "SOCKS_PROXY")
    sim, relay, session = rig.start(env=dict.fromkeys(names, proxy))
    trade(session)
    try:
        trap.accept()
        raise Fault("I14: the connection went to the proxy of the environment")
    except TimeoutError:
        pass
    finally:
        trap.close()
    oracle.check_all(rig)


def case_18(rig):
    """Updates of the market fall between the answers of the reconciliation, wherever it is held up."""
    steps = range(1, 14) if rig.long else sorted(rig.rand.sample(range(1, 9), 2))
    for number, step in enumerate(steps):
        with rig.child(number) as each:
            sim, relay, session = each.start()
            trade(session)
            order = working(session)
            held = threading.Event()

            def plan(connection):
                seen = [0]

                def hold(frame):
                    seen[0] += 1
                    if seen[0] == step:
                        connection.halves["s2c"].held = True
                        held.set()
                    return [frame]
                connection.halves["s2c"].filter = hold
            relay.plan = plan
            mark = session.mark()
            relay.cut("rst")
            session.wait("link", mark, state="down")
            # One fill falls into the gap, one while the questions are open.
            sim.tell(f"fill {order['server_order_id']} 1")
            held.wait(5)
            sim.tell(f"fill {order['server_order_id']} 1")
            sim.tell("order SIM1 ESZ6 sell 1 limit 5015")
            time.sleep(0.02)
            relay.change(lambda c: setattr(c.halves["s2c"], "held", False))
            session.live(mark)
            oracle.check_all(each)


def lost_updates(rig, line, patience):
    """The updates of fills are never sent, heartbeats are: the periodic reconciliation finds them."""
    sim, relay, session = rig.start()
    sim.fault("fill-lost times=all")
    session.order("buy 4 ESZ6 limit 4990", status="working")
    order = working(session)
    sim.fault("lose type=306 Unsolicited=1 times=all")
    mark = session.mark()
    sim.tell(f"fill {order['server_order_id']} 3")
    sim.tell(f"fill {order['server_order_id']} 1")
    began = time.monotonic()
    if line:
        session.send(line)
    wait_for("both fills", lambda: len(session.find("fill", mark)) == 2, patience=patience * oracle.SLACK)
    oracle.check_time(rig, "I6", "the lost fills were found after", time.monotonic() - began, patience)
    oracle.check_all(rig)
    if len(sim.received(208)) != 1 or sim.received(203, 204, 209):
        raise Fault("the loss was answered with commands")


def case_19(rig):
    lost_updates(rig, None, 35)


def case_21(rig):
    """Bytes of any kind prove the link."""
    sim = rig.start_sim("--fault", "no-heartbeats", speed=20)
    relay = rig.start_relay(sim)
    session = rig.start_session(relay)
    session.order("buy 1 ESZ6 limit 4000", status="working")
    mark = session.mark()
    time.sleep(13)
    if len(session.find("quote", mark)) < 10:
        raise Fault("there was no market data to live on")
    session.none("link", mark, state="down")
    oracle.check_all(rig)


def case_22(rig):
    """The client stands still for longer than a black hole takes, and finds a full socket: the link was never down."""
    sim, relay, session = rig.start()
    trade(session)
    order = working(session)
    mark = session.mark()
    session.pause()
    time.sleep(2)
    sim.tell(f"fill {order['server_order_id']} 1")
    time.sleep(7 if rig.long else 3)  # the server ends a client that is silent for longer
    session.resume()
    session.wait("fill", mark)
    session.none("link", mark, state="down")
    oracle.check_all(rig)


@only("brief")
def case_24(rig):
    """Something else listens there."""
    listener = socket.create_server(("127.0.0.1", 0))
    accepted = []

    def serve():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            accepted.append(time.monotonic())
            try:
                client.recv(100)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n")
                client.close()
            except OSError:
                pass
    threading.Thread(target=serve, daemon=True).start()
    session = rig.start_session(listener.getsockname()[1], live=False)
    why = session.wait("link", state=frozenset(("down", "stopped")), text=lambda text: text and "DTC" in text)
    rig.note(why["text"])
    time.sleep(3)
    if len(accepted) > 6:
        raise Fault(f"{len(accepted)} tries in 3 s at a port that is no DTC server")
    listener.close()
    session.quit()
    oracle.check_quiet(rig, session)
    if json.dumps(session.events).find('"live"') >= 0:
        raise Fault("it was live with a web server")
