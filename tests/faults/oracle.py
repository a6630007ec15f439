# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold, judged from outside: the exchange's own books, the bytes that left the client, the surviving state
file and the events that the client printed. It shares no code with the client and believes nothing that the client
says of itself; where it needs a table of DTC it has its own, written down a second time on purpose.

  I1   per command at most one message reached the server      I6   what is shown becomes what is true, or visibly is not known
  I2   every command that left is a durable intent             I7   nothing that adds risk leaves before the link is live
  I3   what was printed survives                               I9   no signal, no warning
  I4   each execution is booked once, sums and positions agree I14  no secret in any artefact
  I5   no end of an order without the server's word            I16  the journal is whole, and its fold is what was shown
"""

import collections
import glob
import json
import os
import re
import threading
import time

import rig as rigs
from rig import EVENT, FILL, INTENT, LINK, SNAPSHOT, Fault, frame_type

# The wire's OrderStatus -> the client's word for it.
STATUS = {
    "dtc": {1: "sent", 2: "working", 3: "held-by-parent", 4: "working", 5: "changing", 6: "cancelling", 7: "filled",
            8: "cancelled", 9: "rejected", 10: "part-filled"},
    "brief": {1: "working", 3: "filled", 7: "cancelled", 100: "working", 101: "held-by-parent", 102: "changing",
              103: "cancelling", 104: "rejected", 105: "part-filled"},
}
ENDED = {"filled", "cancelled", "expired", "rejected"}            # only the server can say so
PRESUMED = {"not-at-server", "not-sent"}
DOUBT = {"unknown", "probable", "conflict", "no-trace", "gone"}    # certainties that claim nothing
NOISE = re.compile(r"CRITICAL|WARNING|\bERROR\b|[Ss]anitizer|runtime error|assertion|core dumped", re.ASCII)
CONVERGE = 5.0   # seconds, I6
STALE = 0.25     # seconds, I8
SLACK = float(os.environ.get("FAULTS_SLACK", "6"))  # a busy machine is not a broken invariant; the figure is printed


def fail(invariant, text):
    raise Fault(f"{invariant}: {text}")


class Lateness:
    """How late this machine itself is: a thread that wants to wake every 5 ms. A time is judged against what a mere sleep took
    in the same moments."""

    def __init__(self):
        self.seen = collections.deque(maxlen=20000)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            due = time.monotonic() + 0.005
            time.sleep(0.005)
            self.seen.append((due, time.monotonic() - due))

    def worst(self, seconds):
        since = time.monotonic() - seconds
        return max((late for due, late in list(self.seen) if due >= since), default=0.0)


LATENESS = Lateness()


def check_time(rig, invariant, what, seconds, bound):
    """A time that has a bound: printed, and judged with the slack of a shared machine. A step of ours goes through four threads or
    processes that all wake as late as a sleeper does."""
    late = LATENESS.worst(seconds + 1)
    rig.note(f"{what} {seconds * 1000:.0f} ms" + (f", a sleeper {late * 1000:.0f} ms late" if late > 0.02 else ""))
    if seconds > bound * SLACK + 4 * late:
        fail(invariant, f"{what} took {seconds:.3f} s, the bound is {bound} s, and a sleeper woke {late:.3f} s late")


# --- The truth of the exchange

class Truth:
    """What the exchange did, from its own file. A status is a published number there whatever the wire has."""

    def __init__(self, sim):
        orders, fills, positions = sim.truth()
        self.all = list(orders.values())
        self.orders = {o["server_id"]: o for o in self.all}
        self.fills = fills
        self.positions = positions
        self.filled = collections.Counter()
        for fill in fills.values():
            self.filled[fill["server_id"]] += fill["quantity"]

    def words(self, order):
        """What may truly be said of an order's state."""
        status = order["status"]
        if status in (2, 4):
            return {"working", "part-filled"} if order["filled"] else {"working"}
        if status == 10:
            return {"part-filled", "working"}
        return {{7: "filled", 8: "cancelled", 9: "rejected", 3: "held-by-parent", 5: "changing", 6: "cancelling"}.get(status, "?")} \
            | ({"expired"} if status == 8 else set())


class View:
    """What the client shows now: the last event of each order, its executions, positions."""

    def __init__(self, session):
        with session.changed:
            events = list(session.events)
        self.orders, self.fills, self.positions = {}, {}, {}
        self.link = None
        replaced = set()
        for event in events:
            kind = event["event"]
            if kind == "order":
                # An order that was known by one id only is the same one once it has both, and a change may give it another.
                for key, old in list(self.orders.items()):
                    if event["client_order_id"] and old["client_order_id"] == event["client_order_id"]:
                        del self.orders[key]
                for key in (event["client_order_id"], event["server_order_id"]):
                    if key:
                        self.orders[key] = event
            elif kind == "fill":
                self.fills[event["execution_id"]] = event
                replaced.update(event["replaces"] or [])
            elif kind == "position":
                self.positions[event["account"], event["symbol"]] = event["quantity"]
            elif kind == "link":
                self.link = event["state"]
        for execution in replaced:
            self.fills.pop(execution, None)


def differences(sim, view, account="SIM1", journal=None):
    """How the client's view differs from the exchange's books without saying so; empty: it does not. With @journal what is
    booked is taken from there: a session that has just started does not print old fills again."""
    truth = Truth(sim)
    found = []
    uncertain_symbols = {o["symbol"] for o in view.orders.values() if o["certainty"] in DOUBT or o["status"] == "unknown"}
    for order in truth.all:
        if order["account"] != account:
            continue
        # A server may give its own ids again, and two orders one ClientOrderID after a change.
        server_id = order["server_id"]
        shown = view.orders.get(server_id)
        if shown is None or order["client_id"] not in (None, "", shown["client_order_id"]) and shown["client_order_id"] is not None:
            shown = view.orders.get(order["client_id"] or "-")
        if shown is None:
            if order["status"] in (2, 3, 4, 5, 6, 10):
                found.append(f"{server_id} ({order['client_id']}) works at the server and is not shown")
            continue
        if shown["certainty"] in DOUBT or shown["status"] == "unknown":
            if not shown["text"] and not shown["reason"]:
                found.append(f"{server_id} is shown as {shown['status']}/{shown['certainty']} without a reason")
            continue
        if shown["certainty"] == "stale":
            found.append(f"{server_id} is still shown as stale")
        elif shown["status"] not in truth.words(order):
            found.append(f"{server_id} is shown as {shown['status']}, at the server it is {truth.words(order)}")
        elif (shown["filled"] or 0) != order["filled"]:
            found.append(f"{server_id} is shown with {shown['filled']} filled, at the server it is {order['filled']}")
        elif order["status"] in (2, 4, 10) and shown["quantity"] != order["quantity"]:
            found.append(f"{server_id} is shown with quantity {shown['quantity']}, at the server it is {order['quantity']}")
    known = {o["server_id"] for o in truth.all} | {o["client_id"] for o in truth.all}
    for shown in view.orders.values():
        if shown["account"] == account and shown["certainty"] not in DOUBT and shown["status"] not in \
                PRESUMED | {"unknown", "blocked", "draft", "rejected"} \
                and not {shown["client_order_id"], shown["server_order_id"]} & known:
            found.append(f"{shown['client_order_id']} is shown as {shown['status']}/{shown['certainty']}; the server has no such order")
    executions = {e: f["quantity"] for e, f in truth.fills.items() if f["account"] == account}
    booked = {e: f["quantity"] for e, f in view.fills.items() if f["account"] == account}
    symbols = {e: f["symbol"] for fills in (view.fills, truth.fills) for e, f in fills.items()}
    if journal:
        booked = {e: payload["quantity"] for e, ((record, payload), *_) in journal.fills().items() if record["account"] == account}
        symbols.update({e: rows[0][0]["symbol"] for e, rows in journal.fills().items()})
    for execution in executions.keys() | booked.keys():
        if symbols[execution] in uncertain_symbols:
            continue
        if booked.get(execution) != executions.get(execution):
            found.append(f"execution {execution}: {booked.get(execution)} booked, {executions.get(execution)} at the server")
    for (name, symbol), quantity in truth.positions.items():
        # A position that nobody can prove is shown without a number.
        if name == account and view.positions.get((name, symbol), 0) not in (quantity, None) and symbol not in uncertain_symbols:
            found.append(f"position {symbol} is shown as {view.positions.get((name, symbol))}, at the server it is {quantity}")
    return found


def check_converged(rig, sim, session, account="SIM1", since=None, link=True, bound=CONVERGE):
    """I6: once the link is good and the server quiet, truth is shown or visibly not known. @since: when that was."""
    if link:
        rigs.wait_for("a live link", lambda: View(session).link == "live" or session.ended)
    began = since if since is not None else time.monotonic()
    last = []

    def done():
        nonlocal last
        last = differences(sim, View(session), account, rig.journal() if os.path.exists(rig.state) else None)
        return not last
    try:
        rigs.wait_for("agreement", done, patience=bound * SLACK, step=0.03)
    except Fault:
        fail("I6", "what is shown does not become what is true:\n  " + "\n  ".join(last[:8]))
    if time.monotonic() - began > 0.05:
        rig.note(f"agreed after {(time.monotonic() - began) * 1000:.0f} ms")


# --- What left, against what was intended

def commands_of(rig, relay, passed=False):
    frames, rests = relay.frames("c2s", passed=passed)
    wanted = rigs.COMMANDS[rig.numbering]
    return [f for f in frames if frame_type(f) in wanted], rests


def check_sent(rig, relays, sims, journals):
    """I1 and I2."""
    intended = collections.Counter()
    submitted = collections.Counter()
    for journal in journals:
        intended.update(journal.wires())
    left = collections.Counter()
    unfinished = []
    for relay in relays:
        frames, rests = commands_of(rig, relay)
        left.update(frames)
        unfinished += rests
    for frame, times in left.items():
        if intended[frame] == 0:
            fail("I2", f"a command left that is no durable intent: {frame!r}")
        if times > intended[frame]:
            fail("I1", f"a command left {times} times and was intended {intended[frame]} times: {frame!r}")
        message = json.loads(frame)
        if message["Type"] == rigs.SUBMIT[rig.numbering]:
            submitted[message["ClientOrderID"]] += times
        elif message["Type"] == rigs.OCO:
            for leg in ("ClientOrderID_1", "ClientOrderID_2"):
                submitted[message[leg]] += times
    for rest in unfinished:
        if any(rest.startswith(b'{"Type":%d,' % number) for number in rigs.COMMANDS[rig.numbering]):
            if not any(wire.startswith(rest) for wire in intended):
                fail("I2", f"the beginning of a command left that is no durable intent: {rest!r}")
    for identity, times in submitted.items():
        if times > 1:
            fail("I1", f"{identity} was submitted {times} times")
    for sim in sims:
        reached = collections.Counter(m["ClientOrderID"] for m in sim.received(208))
        for message in sim.received(rigs.OCO):
            reached.update([message["ClientOrderID_1"], message["ClientOrderID_2"]])
        for identity, times in reached.items():
            if times > 1:
                fail("I1", f"{identity} reached the server {times} times")
            if relays and identity not in submitted:
                fail("I1", f"{identity} reached the server and was never seen to leave")
    rig.note(f"{sum(left.values())} commands left, {len(submitted)} orders")
    return left


# --- What was printed, against what survives

def no_twins(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def no_constant(text):
    raise ValueError(f"{text} is no JSON number")


def read_strict(frame):
    try:
        text = frame.decode("utf-8")
    except UnicodeDecodeError:
        text = frame.decode("cp1252", "replace")
    return json.loads(text, object_pairs_hook=no_twins, parse_constant=no_constant)


def said_by_server(rig, journal):
    """ClientOrderID or ServerOrderID -> {(word, filled)} of every 301 in the journal; ServerOrderID -> {execution: quantity}
    of every fill that a 301 or a 304 told of."""
    said, told = collections.defaultdict(set), collections.defaultdict(dict)
    for record in journal.of(EVENT):
        if not record["wire"]:
            continue
        try:
            message = read_strict(bytes(record["wire"]))
        except ValueError:
            continue  # what cannot be believed says nothing
        if message.get("Type") == 304 and message.get("ServerOrderID"):
            told[message["ServerOrderID"]][message.get("UniqueExecutionID")] = message.get("Quantity") or 0
        if message.get("Type") != 301:
            continue
        if isinstance(message.get("LastFillExecutionID"), str) and message.get("ServerOrderID"):
            told[message["ServerOrderID"]].setdefault(message["LastFillExecutionID"], message.get("LastFillQuantity") or 0)
        status = message.get("OrderStatus")
        word = STATUS[rig.numbering].get(status) if isinstance(status, int) else None
        filled = message.get("FilledQuantity") or 0
        if isinstance(filled, bool) or not isinstance(filled, (int, float)):
            continue
        for key in {message.get("ClientOrderID"), message.get("ServerOrderID"), record["client_order_id"],
                    record["server_order_id"]}:
            if isinstance(key, str) and key:
                said[key].add((word, filled))
    return said, told


def check_printed(rig, session, journal):
    """I3 and I5: every order and fill event stands on a message in the state file."""
    said, told = said_by_server(rig, journal)
    executions = {journal.payload(r)["execution_id"] for r in journal.of(FILL)}
    intended = {r["client_order_id"] for r in journal.intents()}
    snapshots = journal.of(SNAPSHOT)
    seen = collections.Counter()
    for event in session.find("fill"):
        seen[event["execution_id"]] += 1
        if event["execution_id"] not in executions:
            fail("I3", f"a fill was printed that does not survive: {event}")
    for execution, times in seen.items():
        if times > 1:
            fail("I4", f"execution {execution} was printed {times} times")
    for event in session.find("order"):
        keys = [k for k in (event["client_order_id"], event["server_order_id"]) if k]
        words = set().union(*(said[key] for key in keys))
        status, filled = event["status"], event["filled"] or 0
        history = sum(sum(told[key].values()) for key in keys)
        if history >= event["quantity"]:
            words.add(("filled", history))
        if filled > history and not any(f >= filled for _, f in words):
            fail("I3", f"a filled quantity was printed that no message in the state file has: {event}")
        if status in ENDED and not any(w == status or (status == "expired" and w == "cancelled") for w, _ in words):
            fail("I5", f"an end was printed that no message of the server says: {event}\nit said {sorted(map(str, words))}")
        if status == "part-filled" and not (0 < filled <= history or any(0 < f for _, f in words)):
            fail("I3", f"a part fill was printed that no message has: {event}")
        if status == "working" and not words:
            fail("I3", f"an order was printed as working without a message of the server: {event}")
        if status == "sent" and not intended.intersection(keys):
            fail("I3", f"an order was printed as sent without an intent: {event}")
        if status == "not-at-server" and event["certainty"] in ("gone", "no-trace") \
                and not (event["text"] or "").startswith("closed by hand") and len(snapshots) < 2:
            fail("I5", f"an absence was called an end after {len(snapshots)} snapshots: {event}")
    return seen


def check_gate(rig, journals):
    """I7: no intent that adds risk stands in the state file before its connection was live."""
    for journal in journals:
        live = None
        for record in journal.records:
            payload = journal.payload(record)
            if record["kind"] == LINK and payload.get("link") == "live":
                live = record["epoch"]
            elif record["kind"] == LINK:
                live = None
            elif record["kind"] == INTENT and record["wire"]:
                types = {frame_type(f) for f in bytes(record["wire"]).split(b"\0") if f}
                if types & {rigs.SUBMIT[rig.numbering], rigs.OCO} and live != record["epoch"]:
                    fail("I7", f"an order was intended while the link was not live: record {record['seq']}")


def check_booked(rig, journal, sim, account="SIM1"):
    """I4 in the file: no execution twice, and none that the exchange does not have, but for those of orders in doubt."""
    truth = Truth(sim)
    for execution, rows in journal.fills().items():
        if len(rows) > 1:
            fail("I4", f"execution {execution} is booked {len(rows)} times")
        record, payload = rows[0]
        if record["account"] != account or execution.startswith("syn:"):
            continue
        if execution in truth.fills and truth.fills[execution]["quantity"] != payload["quantity"]:
            fail("I4", f"execution {execution} is booked with {payload['quantity']}, at the server it is "
                       f"{truth.fills[execution]['quantity']}")
    booked = collections.Counter()
    for rows in journal.fills().values():
        record, payload = rows[0]
        booked[record["client_order_id"] or record["server_order_id"]] += payload["quantity"]
    for order in truth.all:
        quantity = booked[order["client_id"]] if order["client_id"] in booked else booked[order["server_id"]]
        if quantity > order["filled"]:
            fail("I4", f"{order['server_id']} ({order['client_id']}): {quantity} booked, the server filled {order['filled']}")


def check_whole(rig, state=None):
    """I16: the chain is whole."""
    status, out, errors = rig.run_ctl("journal", "check", state=state)
    lines = [json.loads(line) for line in out.splitlines()]
    if status != 0 or not lines or lines[-1]["ok"] is not True:
        fail("I16", f"journal check: exit {status}: {lines} {errors}")


def check_fold(rig, session, state=None):
    """I16: what a start would make of the file is what was last shown, and I3: every printed fill and order is in it."""
    folded = rig.export(state)
    known = {e for fill in folded["fills"] for e in [fill["execution_id"], *(fill["replaces"] or [])]}
    orders = {}
    for order in folded["orders"]:
        for key in (order["client_order_id"], order["server_order_id"]):
            if key:
                orders[key] = order
    view = View(session)
    for event in session.find("fill"):
        if event["execution_id"] not in known:
            fail("I3", f"a fill was printed that the fold does not have: {event}")
    for key, shown in view.orders.items():
        order = orders.get(key)
        if order is None:
            fail("I3", f"an order was printed that the fold does not have: {shown}")
        # After the last event of a killed client more may have become durable: more filled, or further.
        if not session.killed:
            for field in ("status", "filled", "certainty", "quantity", "price"):
                if order[field] != shown[field]:
                    fail("I16", f"{key}: {field} was last shown as {shown[field]!r}, the fold has {order[field]!r}")
        elif (order["filled"] or 0) < (shown["filled"] or 0):
            fail("I3", f"{key}: {shown['filled']} filled was shown, the fold has {order['filled']}")


def check_quiet(rig, session, exits=(0,)):
    """I9: it ended by itself and complained of nothing. Call after quit() or kill()."""
    code = session.process.returncode
    if code is None:
        fail("I9", f"{session.name} still runs")
    if code < 0 and not session.killed:
        fail("I9", f"{session.name} ended by signal {-code}: {session.stderr()[-2000:]}")
    if code >= 0 and code not in exits:
        fail("I9", f"{session.name} ended with {code}: {session.stderr()[-2000:]}")
    if session.broken:
        fail("I9", f"{session.name} printed no JSON: {session.broken}")
    if NOISE.search(session.stderr()):
        fail("I9", f"{session.name} complains: {session.stderr()[-2000:]}")
    if session.torn and not session.killed:
        fail("I9", f"{session.name} printed a line without an end: {session.torn[-200:]!r}")


def check_secret(rig):
    """I14: the password is in no file that the programs wrote."""
    for path in glob.glob(os.path.join(rig.folder, "**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as content:
                if rigs.SECRET.encode() in content.read():
                    fail("I14", f"the password stands in {os.path.basename(path)}")


def check_stale(rig, session, when, since=0, bound=STALE, states=("working", "part-filled", "cancelling", "changing", "sent")):
    """I8: after the link ended at @when, every live row says so; returns the moment."""
    down = session.wait("link", since, state=frozenset(("down", "stopped")))
    view = View(session)
    last = down["read"]
    for order in {id(o): o for o in view.orders.values()}.values():
        if order["status"] in states and order["certainty"] == "fresh":
            last = session.wait("order", since, client_order_id=order["client_order_id"], server_order_id=order["server_order_id"],
                                certainty=frozenset(("stale", "unknown")))["read"]
    rigs.wait_for("stale marks", lambda: not [o for o in View(session).orders.values()
                                               if o["status"] in states and o["certainty"] == "fresh"])
    marks = session.find("order", since, certainty=frozenset(("stale", "unknown")))
    last = max([last] + [m["read"] for m in marks[:len(view.orders)]])
    check_time(rig, "I8", "stale marks after", last - when, bound)
    return last


def check_all(rig, sim=None, session=None, account="SIM1", converge=True, relays=None, exits=(0,)):
    """Everything that can be judged of an ordinary case: the last session is ended here when it still runs."""
    sim = sim or rig.sims[-1]
    session = session or rig.sessions[-1]
    if converge and session.process.poll() is None:
        check_converged(rig, sim, session, account)
    for each in rig.sessions:
        if each.process.poll() is None:
            each.quit()
    for each in rig.sessions:
        if os.path.exists(rig.state):
            check_quiet(rig, each, exits)
    check_secret(rig)
    if not os.path.exists(rig.state):
        return None
    journal = rig.journal()
    check_sent(rig, rig.relays if relays is None else relays, rig.sims, [journal])
    for each in rig.sessions:
        check_printed(rig, each, journal)
    check_gate(rig, [journal])
    check_booked(rig, journal, sim, account)
    check_whole(rig)
    check_fold(rig, session)
    return journal
