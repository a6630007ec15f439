# SPDX-License-Identifier: GPL-3.0-or-later
"""F. Process and memory."""

import os
import signal
import subprocess
import threading
import time

import oracle
import rig as rigs
from cases_e import wrapped
from rig import Fault, wait_for


# Many: an order in doubt keeps a script from its symbol, and each life may leave one.
MARKETS = ["ESZ6", "NQZ6", "ZFZ6", "ZTZ6", "ZBZ6", "6EZ6", "GCZ6", "SIZ6", "HGZ6"]


def busy(session, rand, number, patience=0):
    """One more line of a working day."""
    kind = rand.random()
    if kind < 0.4:
        session.send(f"buy {rand.randrange(1, 4)} ESZ6 limit {4800 + number * 0.25:g}")
    elif kind < 0.7:
        session.send(f"{rand.choice(['buy', 'sell'])} 1 {rand.choice(MARKETS)} market")
    else:
        working = session.find("order", status="working")
        session.send(f"cancel {rand.choice(working)['client_order_id']}" if working else f"buy 1 {rand.choice(MARKETS)} market")


def die_at_work(session, rand, ends, limit=600):
    """Types until it is gone; then slower, for a machine that has not come to it yet."""
    number = 0
    while session.process.poll() is None:
        number += 1
        if number > limit + 300:
            raise Fault("it survives what was to end it")
        try:
            busy(session, rand, number)
        except (BrokenPipeError, OSError):
            pass
        time.sleep(0.005 if number <= limit else 0.2)
    session.reap()
    if session.process.returncode not in ends:
        raise Fault(f"it ended with {session.process.returncode}: {session.stderr()[-1000:]}")
    session.killed = True  # what it was told to do


def check_restarted(rig, sim, last):
    """After several lives the last session shows the orders of all, and its state file has their fills."""
    def found():
        view = oracle.View(last)
        view.fills = {f["execution_id"]: f for f in rig.export()["fills"]}
        replaced = {e for f in view.fills.values() for e in f["replaces"] or []}
        view.fills = {e: f for e, f in view.fills.items() if e not in replaced}
        return oracle.differences(sim, view)
    try:
        wait_for("agreement", lambda: not found(), patience=oracle.CONVERGE * oracle.SLACK, step=0.2)
    except Fault:
        oracle.fail("I6", "what is shown does not become what is true:\n  " + "\n  ".join(found()[:8]))
    return oracle.check_all(rig, sim, last, converge=False)


def case_92(rig):
    """A crash in the journal's thread, in the link's and in the main one: as kill -9, and a start asks everything."""
    places = ["journal.before-commit", "journal.after-commit", "intent.appended", "write.before", "write.queued", "event.published",
              "main.turn"]
    sim = rig.start_sim("--symbols", "30")
    relay = rig.start_relay(sim)
    for place in places if rig.long else rig.rand.sample(places, 3) + ["main.turn"]:
        session = rig.start_session(relay, env={"DESK_FAILPOINT": f"{place}=abort@{rig.rand.randrange(8, 40)}"}, live=False)
        die_at_work(session, rig.rand, (-signal.SIGABRT,))
    last = rig.start_session(relay)
    last.order("buy 1 CLZ6 limit 60", status="working")
    check_restarted(rig, sim, last)


def case_93(rig):
    """Less and less memory: it ends as by kill -9, or it works; what it had told and sent is in the state file."""
    sim = rig.start_sim("--symbols", "30")
    relay = rig.start_relay(sim)
    # What it needs at least, found from above; then around it in small steps.
    ended = worked = 0
    steps = range(400, 40, -8) if rig.long else (240, 70, 55)
    for megabytes in steps:
        session = wrapped(rig, relay, f"ulimit -v {megabytes * 1024}\nulimit -c 0", live=False, env={"G_DEBUG": ""})
        until = time.monotonic() + 20
        while session.process.poll() is None and time.monotonic() < until and not session.find("link", state="live"):
            time.sleep(0.01)
        for number in range(60):
            if session.process.poll() is not None:
                break
            try:
                busy(session, rig.rand, number)
            except OSError:
                break
            time.sleep(0.002)
        try:
            session.process.stdin.close()
        except OSError:
            pass
        session.process.wait(rigs.PATIENCE)
        session.reap()
        session.killed = session.process.returncode != 0
        ended += session.killed
        worked += not session.killed
    rig.note(f"{ended} ended for want of memory, {worked} worked")
    if not ended or not worked:
        raise Fault(f"{ended} ended, {worked} worked: the steps miss the bound")
    last = rig.start_session(relay)
    last.order("buy 1 CLZ6 limit 60", status="working")
    # Whoever finds no memory says so before it ends.
    starved = [s for s in rig.sessions if s.killed]
    rig.sessions = [s for s in rig.sessions if not s.killed]
    journal = check_restarted(rig, sim, last)
    for session in starved:
        oracle.check_printed(rig, session, journal)


def case_95(rig):
    """The desktop session ends while orders work: within two seconds it has left, in order; nothing was cancelled, the
    next start knows everything."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    kept = []
    for number, how in enumerate((signal.SIGTERM, signal.SIGHUP, signal.SIGINT)):
        session = rig.start_session(relay)
        kept.append(session.order(f"buy 1 ESZ6 limit {4900 + number}", status="working")["client_order_id"])
        began = time.monotonic()
        session.process.send_signal(how)
        session.reap()
        oracle.check_time(rig, "I3", f"after signal {how.value} it had left after", time.monotonic() - began, 2)
        if session.process.returncode != 0:
            raise Fault(f"signal {how.value}: exit {session.process.returncode}: {session.stderr()}")
        if not any(rigs.frame_type(f) == 5 for f in relay.frames(since=number)[0]):
            raise Fault(f"signal {how.value}: it left without a word to the server")
    if sim.received(203, 210):
        raise Fault("an order was cancelled that nobody cancelled")
    last = rig.start_session(relay)
    wait_for("every order", lambda: all(oracle.View(last).orders.get(i, {}).get("certainty") == "fresh" for i in kept))
    oracle.check_all(rig, sim, last)


def case_96(rig):
    """A thousand signals a second, while orders go back and forth: no call is taken for failed."""
    sim, relay, session = rig.start()
    stopping = threading.Event()

    def storm():
        while not stopping.is_set() and session.process.poll() is None:
            for number in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGWINCH, signal.SIGURG, signal.SIGCONT):
                session.process.send_signal(number)
            time.sleep(0.005)
    thread = threading.Thread(target=storm, daemon=True)
    thread.start()
    try:
        for number in range(400 if rig.long else 25):
            order = session.order(f"buy 1 ESZ6 limit {4000 + number}", status="working")
            if number % 3 == 0:
                session.send(f"cancel {order['client_order_id']}")
                session.wait("order", client_order_id=order["client_order_id"], status="cancelled")
    finally:
        stopping.set()
        thread.join()
    session.none("link", state=frozenset(("down", "stopped")))
    session.none("denied")
    oracle.check_all(rig, sim, session)


def case_99(rig):
    """Whatever a child would inherit: nothing but the three standard files is open across an exec."""
    sim, relay, session = rig.start()
    session.order("buy 1 ESZ6 limit 4900", status="working")
    folder = f"/proc/{session.process.pid}"
    found = 0
    for name in os.listdir(f"{folder}/fdinfo"):
        with open(f"{folder}/fdinfo/{name}", encoding="ascii") as info:
            flags = next(int(line.split()[1], 8) for line in info if line.startswith("flags:"))
        found += 1
        if int(name) > 2 and not flags & os.O_CLOEXEC:
            raise Fault(f"I14: {os.readlink(f'{folder}/fd/{name}')} stays open across an exec")
    if found < 8:
        raise Fault(f"only {found} files were seen: nothing was shown")
    oracle.check_all(rig, sim, session)


def case_100(rig):
    """A crash after the logon: no core file is written, whatever the shell allows."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    session = wrapped(rig, relay, f"ulimit -c unlimited\ncd '{rig.folder}'", env={"G_DEBUG": ""})
    session.order("buy 1 ESZ6 limit 4900", status="working")
    with open(f"/proc/{session.process.pid}/limits", encoding="ascii") as limits:
        line = next(line for line in limits if line.startswith("Max core file size"))
    if line.split()[4:6] != ["0", "0"]:
        raise Fault(f"I14: a core file may be written: {line}")
    session.kill(signal.SIGABRT)
    cores = [name for name in os.listdir(rig.folder) if name.startswith("core")]
    if cores:
        raise Fault(f"I14: {cores}")
    last = rig.start_session(relay)
    oracle.check_all(rig, sim, last)


def case_97(rig):
    """Five crashes within a minute, each on an order: no start sends anything by itself or is armed by itself, and the last
    one shows what all have left."""
    sim = rig.start_sim("--symbols", "30")
    relay = rig.start_relay(sim)
    for number in range(5):
        session = rig.start_session(relay, env={"DESK_FAILPOINT": f"{rig.rand.choice(['write.queued', 'event.published'])}=abort@"
                                                                  f"{rig.rand.randrange(25, 60)}"}, arm=False, live=False)
        try:
            session.live()
            if [f for f in relay.frames(since=number)[0] if rigs.frame_type(f) in rigs.COMMANDS[rig.numbering]]:
                raise Fault("I1: a start sends a command that nobody typed")
            session.send("buy 1 ESZ6 limit 4900")
            session.wait("denied", code="DISARMED")
            session.send("arm")
            for line in range(100):
                session.send(f"{'buy' if line % 2 else 'sell'} 1 {MARKETS[number + 1]} market")
                time.sleep(0.01)
            raise Fault("it survives what was to end it")
        except (Fault, OSError):
            wait_for("its end", lambda: session.process.poll() is not None)
        session.reap()
        if session.process.returncode != -signal.SIGABRT:
            raise Fault(f"life {number} ended with {session.process.returncode}: {session.stderr()[-1000:]}")
        session.killed = True
    last = rig.start_session(relay)
    check_restarted(rig, sim, last)
