# SPDX-License-Identifier: GPL-3.0-or-later
"""E. Disk and state file. What the state file does by itself is in the C programs of the register; here it is the whole
program on a bad disk."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time

import oracle
import rig as rigs
from rig import Fault, wait_for


def wrapped(rig, to, before, live=True, env=None, name=None, **more):
    """A session behind a few words of shell: limits, traps, another user."""
    path = os.path.join(rig.folder, f"wrapper{len(rig.sessions)}.sh")
    with open(path, "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\n{before}\nexec "{rig.dtcctl}" "$@"\n')
    os.chmod(path, 0o755)
    session = rigs.Session(path, rig.arguments(to.port, **more), rig.folder, name or f"client{len(rig.sessions) or ''}",
                           **(env or {}))
    rig.sessions.append(session)
    if live:
        session.live()
    return session


def storage_fails(rig, start):
    """Orders until the state file takes no more: new ones are refused before a byte, an exit still leaves and is kept,
    and the next start has it in the journal."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    session = start(relay)
    working = session.order("buy 1 ESZ6 limit 4900", status="working")
    number = 0
    while not session.find("notice", code="STORAGE"):
        number += 1
        if number > 2000:
            raise Fault("the disk never failed")
        mark = session.mark()
        session.send(f"buy 1 ESZ6 limit {4000 + number % 800 * 0.25:g}")
        wait_for("an answer", lambda: session.find("order", mark, status="working") or session.find("denied", mark)
                 or session.find("notice", code="STORAGE"))
    # Latched: it says so once, and a disk that works again does not bring it back.
    mark = session.mark()
    session.send("buy 1 ESZ6 limit 4890")
    denied = session.wait("denied", mark)
    if denied["code"] not in ("STORAGE", "DISARMED", "HALTED"):
        raise Fault(f"after a failed commit a new order is denied {denied['code']}")
    session.send("arm", "buy 1 ESZ6 limit 4889")
    denied = session.wait("denied", mark, code="STORAGE")
    session.send(f"cancel {working['client_order_id']}")
    wait_for("the exit to reach the server", lambda: sim.received(203))
    # What was durable before the failure has left, and may have been on its way.
    left, kept = ({e["client_order_id"] for e in session.find("order", status=status)} for status in ("sent", "not-sent"))
    wait_for("what had left before to arrive", lambda: len(sim.received(208)) >= len(left - kept))
    if len(sim.received(208)) != len(left - kept):
        raise Fault("a new order left although the state file takes nothing")
    session.wait("order", mark, client_order_id=working["client_order_id"], status="cancelled")
    if len(session.find("notice", code="STORAGE")) != 1:
        raise Fault("the failure is told more than once")
    session.quit()
    rig.note(f"failed after {number} orders")
    again = rig.start_session(relay)
    again.order("buy 1 ESZ6 limit 4880", status="working")
    # The second start judges the first one's order, too: what was in the emergency file is in the journal.
    oracle.check_all(rig, sim, again, exits=(0, 1))
    return again


def case_78(rig):
    """One commit fails at its sync, as by an EIO; every later one would succeed."""
    storage_fails(rig, lambda relay: rig.start_session(relay, env={"DESK_FAILPOINT": f"journal.commit=fail@{rig.rand.randrange(12, 40)}"}))


def case_79(rig):
    """No file may grow beyond a bound that the log reaches: what a full disk does."""
    size = rig.rand.randrange(2400, 3200)  # of 512 bytes; the emergency file is there before, with one MiB
    storage_fails(rig, lambda relay: wrapped(rig, relay, f"trap '' XFSZ\nulimit -f {size}"))


def as_other(rig):
    """Words of shell that give up being root, who is above permissions."""
    return "setpriv --reuid=65534 --regid=65534 --clear-groups" if os.geteuid() == 0 else ""


def case_81(rig):
    """The file cannot be written: a session that shows what the server has, adds no risk and says why. Its folder neither:
    no session, and a sentence that says what to do. Nothing is changed, and what is there can still be read."""
    sim, relay, session = rig.start()
    session.order("buy 1 ESZ6 limit 4900", status="working")
    session.quit()
    journal = len(rig.journal().records)
    folder = os.path.join(rig.folder, "other")
    os.chmod(rig.folder, 0o755)
    for what, mode in (("state.sqlite", 0o444), ("", 0o555)):
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder, 0o755)
        for name in ("state.sqlite", "state.sqlite.id"):
            shutil.copy(os.path.join(rig.folder, name), folder)
        if os.geteuid() == 0:
            for name in ["", *os.listdir(folder)]:
                os.chown(os.path.join(folder, name), 65534, 65534)
        os.chmod(os.path.join(folder, what), mode)
        words = [*as_other(rig).split(), rig.dtcctl, *rig.arguments(relay.port, state=os.path.join(folder, "state.sqlite"))]
        # Its home is its own.
        environment = rigs.environment(os.path.join(rig.folder, "home"))
        before = {n: open(os.path.join(folder, n), "rb").read() for n in ("state.sqlite", "state.sqlite.id")}
        done = subprocess.run([*words, "session"], capture_output=True, text=True, env=environment, timeout=rigs.PATIENCE,
                              input="wait live\nbuy 1 ESZ6 limit 4890\narm\nbuy 1 ESZ6 limit 4889\n")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        if what:
            told = [e for e in events if e["event"] == "notice" and e["code"] == "STORAGE" and "cannot be written" in e["text"]]
            denied = [e["code"] for e in events if e["event"] == "denied"]
            shown = [e for e in events if e["event"] == "order" and e["status"] == "working" and e["certainty"] == "fresh"]
            if len(told) != 1 or "STORAGE" not in denied or len(denied) < 2 or not shown:
                raise Fault(f"read-only file: exit {done.returncode}: {done.stdout[-3000:]} {done.stderr}")
        elif done.returncode != 1 or "cannot be" not in done.stderr or done.stderr.count("\n") != 1 or events:
            raise Fault(f"read-only folder: exit {done.returncode}: {done.stdout[-3000:]} {done.stderr}")
        if before != {n: open(os.path.join(folder, n), "rb").read() for n in before}:
            raise Fault("a refused state file was changed")
        done = subprocess.run([*words, "history"], capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment,
                              timeout=rigs.PATIENCE)
        if done.returncode != 0 or done.stdout.count("\n") != journal:
            raise Fault(f"read-only {what or 'folder'}: history: exit {done.returncode}, {done.stdout.count(chr(10))} of "
                        f"{journal} records: {done.stderr}")
        os.chmod(folder, 0o755)
    if len(sim.received(208)) != 1:
        raise Fault("a refused session sent an order")


def case_82(rig):
    """A file with damage anywhere: either somebody says so and nothing is sent, or what is shown is what was."""
    sim, relay, session = rig.start()
    for number in range(6):
        session.order(f"buy 1 ESZ6 limit {4900 + number}", status="working")
    session.quit()
    with open(rig.state, "rb") as whole:
        good = whole.read()
    wanted = rig.export()["orders"]
    ways = []
    for at in range(100):
        ways.append(("bit", at))
    for _ in range(200 if rig.long else 6):
        ways.append(("bit", rig.rand.randrange(100, len(good))))
        ways.append(("zero", rig.rand.randrange(0, len(good) // 4096)))
    for length in (1, 15, 16, 99, 100, 511, 512, 4095, 4096, 4097, len(good) // 2, len(good) - 4096, len(good) - 1):
        ways.append(("cut", length))
    if not rig.long:
        ways = rig.rand.sample(ways, 14) + [("cut", 100), ("bit", 18), ("bit", 60)]
    told = 0
    copy = os.path.join(rig.folder, "copy.sqlite")
    for way, at in ways:
        bad = bytearray(good)
        if way == "bit":
            bad[at] ^= 1 << rig.rand.randrange(8)
        elif way == "zero":
            bad[at * 4096:(at + 1) * 4096] = bytes(4096)
        else:
            del bad[at:]
        for name in os.listdir(rig.folder):
            if name.startswith("copy.sqlite"):
                os.unlink(os.path.join(rig.folder, name))
        with open(copy, "wb") as out:
            out.write(bad)
        if bad == good:
            continue
        status, out, errors = rig.run_ctl("export", "json", state=copy)
        if status == 0:
            if json.loads(out)["orders"] != wanted:
                raise Fault(f"{way} at {at}: the orders are other ones, and nobody says so")
            continue
        told += 1
        if status != 1 or errors.count("\n") != 1 or "copy.sqlite" not in errors:
            raise Fault(f"{way} at {at}: exit {status}: {errors!r}")
        refused = rig.start_session(relay, live=False, state=copy, name="refused")
        if refused.reap() != 1 or refused.find("link", state="live"):
            raise Fault(f"{way} at {at}: a session goes on with it: {refused.stderr()}")
        rig.sessions.remove(refused)
        with open(copy, "rb") as after:
            if after.read() != bytes(bad):
                raise Fault(f"{way} at {at}: the refused file was changed")
    if told < 3:
        raise Fault(f"only {told} of {len(ways)} damages were told")
    rig.note(f"{told} of {len(ways)} damages told, the others changed nothing")


def case_84(rig):
    """The second one is refused and named; a lock does not outlive its holder, however that ended."""
    sim, relay, first = rig.start()
    first.order("buy 1 ESZ6 limit 4900", status="working")
    second = rig.start_session(relay, live=False)
    if second.reap() != 8 or str(first.process.pid) not in second.stderr():
        raise Fault(f"a second session: exit {second.process.returncode}: {second.stderr()}")
    if len(relay.connections) != 1:
        raise Fault("the refused session connected")
    first.kill()
    third = rig.start_session(relay)
    third.order("buy 1 ESZ6 limit 4901", status="working")
    rig.sessions.remove(second)
    oracle.check_all(rig, sim, third)


def sidecars(rig):
    """The state file and what stands beside it, by suffix."""
    found = {}
    for suffix in ("", "-wal", "-shm", ".id", ".head", ".emergency"):
        if os.path.exists(rig.state + suffix):
            with open(rig.state + suffix, "rb") as content:
                found[suffix] = content.read()
    return found


def put_back(rig, files, *suffixes):
    for suffix in suffixes:
        with open(rig.state + suffix, "wb") as out:
            out.write(files[suffix])
        os.chmod(rig.state + suffix, 0o600)


def case_83(rig):
    """Files of the state are deleted, are older ones, or a backup is put back: nothing is sent twice, no id is given twice,
    what was lost is told, and the server's orders are all shown."""
    ways = ["index gone", "index of another day", "log gone", "log of another day", "database of another day", "all of another day",
            "hot copy", "identity gone", "all but the database gone"]
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    told = {}
    for way in ways if rig.long else rig.rand.sample(ways, 4):
        session = rig.start_session(relay)
        session.order("buy 1 ESZ6 limit 4900", status="working")
        before = sidecars(rig)
        number = 0
        for number in range(3):
            session.order(f"buy 1 ESZ6 limit {4901 + number}", status="working")
        hot = sidecars(rig)
        session.kill()
        if way == "index gone":
            os.unlink(rig.state + "-shm")
        elif way == "index of another day":
            put_back(rig, before, "-shm")
        elif way == "log gone":
            os.unlink(rig.state + "-wal")
        elif way == "log of another day":
            put_back(rig, before, "-wal")
        elif way == "database of another day":
            put_back(rig, before, "")
        elif way == "all of another day":
            put_back(rig, before, *before)
        elif way == "hot copy":
            put_back(rig, hot, "", "-wal")
            os.unlink(rig.state + "-shm")
        elif way == "identity gone":
            os.unlink(rig.state + ".id")
        elif way == "all but the database gone":
            for suffix in ("-wal", "-shm", ".id", ".head"):
                if os.path.exists(rig.state + suffix):
                    os.unlink(rig.state + suffix)
        again = rig.start_session(relay, live=False)
        wait_for("an answer", lambda: again.find("link", state="live") or again.ended)
        if not again.find("link", state="live"):
            # Refused as damaged: a sentence, and a new file is begun.
            if again.reap() != 1 or again.stderr().count("\n") != 1:
                raise Fault(f"{way}: exit {again.process.returncode}: {again.stderr()}")
            told[way] = "refused"
            for suffix in ("", "-wal", "-shm", ".id", ".head"):
                if os.path.exists(rig.state + suffix):
                    os.unlink(rig.state + suffix)
            again = rig.start_session(relay)
        lost = again.find("notice", code="RECORDS_LOST")
        told.setdefault(way, "told" if lost else "nothing lost")
        mark = again.mark()
        again.send("buy 1 ESZ6 limit 4890")
        wait_for("an answer", lambda: again.find("denied", mark) or again.find("order", mark, status="working", price=4890))
        denied = again.find("denied", mark)
        if denied:
            # Either we know what we have lost, or the server has orders with our name that we do not know.
            if denied[0]["code"] not in ("DISARMED", "TRADING_OFF"):
                raise Fault(f"{way}: {denied[0]}")
            again.send("arm")
            again.order("buy 1 ESZ6 limit 4890", status="working")
        elif lost:
            raise Fault(f"{way}: records are lost, and the next order goes out as if nothing were")
        wait_for("every order to be shown", lambda: len({o["server_order_id"] for o in again.find("order")} - {None})
                 >= len(oracle.Truth(sim).orders))
        again.quit()
        oracle.check_quiet(rig, again)
        oracle.check_whole(rig)
        ids = [m["ClientOrderID"] for m in sim.received(208)]
        if len(ids) != len(set(ids)):
            raise Fault(f"I1: {way}: an id was given twice")
    for way in ("log gone", "log of another day"):
        if told.get(way, "told") == "nothing lost":
            raise Fault(f"{way}: records are gone, and nobody says so")
    for way in ("index gone", "index of another day", "hot copy"):
        if told.get(way, "nothing lost") != "nothing lost":
            raise Fault(f"{way}: nothing is lost, and it is {told[way]}")
    rig.note(", ".join(f"{way}: {what}" for way, what in told.items()))


def sync_is_slow(rig):
    """It is said, no order leaves late, and the exit that waited for it leaves."""
    seconds = 20 if rig.long else 5
    sim, relay, session, working, mark = hang(rig, seconds)
    left = len(oracle.commands_of(rig, relay)[0])
    session.send("buy 1 ESZ6 limit 4889", f"cancel {working['client_order_id']}")
    denied = session.wait("denied", mark, code="STORAGE")
    back = session.wait("notice", mark, code="STORAGE_BACK")
    if denied["read"] > back["read"]:
        raise Fault("I8: who clicked was told when the disk had come to itself")
    # And so has the desk.
    session.wait("order", mark, client_order_id=working["client_order_id"], status="cancelled")
    if len(oracle.commands_of(rig, relay)[0]) != left + 1:
        raise Fault("I7: an order left seconds after it was typed")
    session.order("buy 1 ESZ6 limit 4888", status="working")
    oracle.check_all(rig, sim, session)


def hang(rig, seconds, env=None):
    """Orders until a commit takes so long that it is said: what is there then, and a working order of before."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    session = rig.start_session(relay, env={"DESK_FAILPOINT": f"journal.commit=sleep:{seconds * 1000}@{rig.rand.randrange(14, 20)}",
                                            **(env or {})})
    working = session.order("buy 1 ESZ6 limit 4900", status="working")
    number, mark = 0, session.mark()
    while not session.find("notice", mark, code="STORAGE_SLOW"):
        number += 1
        if number > 60:
            raise Fault("no commit was slow")
        session.send(f"buy 1 ESZ6 limit {4000 + number}")
        wait_for("an answer", lambda: session.find("order", mark, price=4000 + number, status=frozenset(("working", "not-sent")))
                 or session.find("notice", mark, code="STORAGE_SLOW"))
    return sim, relay, session, working, mark


def goes_aside(rig, killed):
    """With a runtime directory in memory a cancel does not wait for the disk, and does not leave again when that is back, or
    when the program is killed meanwhile: the next start has in its journal what left."""
    memory = tempfile.mkdtemp(prefix="dtc-fault-", dir="/dev/shm")
    try:
        play_aside(rig, memory, killed)
    finally:
        shutil.rmtree(memory)


def play_aside(rig, memory, killed):
    env = {"XDG_RUNTIME_DIR": memory}
    sim, relay, session, working, mark = hang(rig, 60 if killed else 5, env)
    left = len(oracle.commands_of(rig, relay)[0])
    session.send(f"cancel {working['client_order_id']}")
    session.wait("notice", mark, code="KEPT_ASIDE")
    wait_for("the cancel to leave", lambda: len(oracle.commands_of(rig, relay)[0]) == left + 1)
    wait_for("the server to cancel", lambda: oracle.Truth(sim).orders[working["server_order_id"]]["status"] == 8)
    if session.find("notice", mark, code="STORAGE_BACK"):
        raise Fault("the way out was locked until the disk came to itself")
    if session.find("order", mark, client_order_id=working["client_order_id"], status="cancelled"):
        raise Fault("I3: what is not on the disk was shown as a fact")
    if killed:
        session.kill()
        session = rig.start_session(relay, env=env)
        mark = 0
    else:
        session.wait("notice", mark, code="STORAGE_BACK")
    session.wait("order", mark, client_order_id=working["client_order_id"], status="cancelled" if not killed else
                 frozenset(("cancelled", "not-at-server", "unknown")))
    if len(oracle.commands_of(rig, relay)[0]) != left + 1:
        raise Fault("I1: something left again")
    session.quit()
    if os.listdir(os.path.join(memory, "dtc-desk")):
        raise Fault(f"left in memory: {os.listdir(os.path.join(memory, 'dtc-desk'))}")
    oracle.check_all(rig, sim, session, converge=False)


def case_87(rig):
    """A sync takes seconds: no order leaves late, and exits do: after 2 s where there is memory to keep them in, and else
    when the disk is back."""
    if os.path.isdir("/dev/shm") and os.stat("/dev/shm").st_dev != os.stat(rig.folder).st_dev:
        rig.side_by_side(sync_is_slow, lambda each: goes_aside(each, False), lambda each: goes_aside(each, True))
    else:
        rig.note("no memory to keep exits in")
        sync_is_slow(rig)


def case_80(rig):
    """Room for the state file and none for the recording of the wire: that ends and is said, and trading goes on."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim, plan=lambda connection: setattr(connection.halves["s2c"], "filter", lambda frame: [frame]))
    path = os.path.join(rig.folder, "wire.cap")
    script = f"trap '' XFSZ\nulimit -f {2 * 2048}\nset -- --capture '{path}' \"$@\""
    session = wrapped(rig, relay, script)
    working = session.order("buy 1 ESZ6 limit 4900", status="working")
    filler = b"".join(b'{"Type":700,"UserMessage":""}'[:-2] + b"x" * 900 + b'"}\0' for _ in range(64))
    mark = session.mark()
    for _ in range(400):
        if os.path.exists(path) and os.path.getsize(path) >= (2 << 20) - 4096 or session.find("notice", mark, code="CAPTURE"):
            break
        relay.inject(filler)
        time.sleep(0.01)
    else:
        raise Fault("the recording never grew to its bound")
    relay.inject(filler * 4)
    session.order("buy 1 ESZ6 limit 4899", status="working")
    session.send(f"cancel {working['client_order_id']}")
    session.wait("order", mark, client_order_id=working["client_order_id"], status="cancelled")
    session.none("notice", mark, code="STORAGE")
    session.quit()
    told = session.find("notice", mark, code="CAPTURE")
    if not told:
        raise Fault(f"nobody says that the recording has ended: {session.stderr()}")
    oracle.check_all(rig, sim, session, exits=(0, 1))


def case_85(rig):
    """Somebody else has the state file locked: with a reader nothing is different; with a writer no order leaves before it
    is kept, who clicked is told, and a way out leaves."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    session = rig.start_session(relay)
    working = session.order("buy 1 ESZ6 limit 4900", status="working")
    other = sqlite3.connect(rig.state, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM journal").fetchall()
    for number in range(20):
        session.order(f"buy 1 ESZ6 limit {4800 + number}", status="working")
    other.execute("COMMIT")
    session.none("denied")
    session.none("notice", code="STORAGE")
    mark, left = session.mark(), len(oracle.commands_of(rig, relay)[0])
    other.execute("BEGIN IMMEDIATE")
    session.send("buy 1 ESZ6 limit 4890")
    session.wait("denied", mark, code="STORAGE")
    session.send(f"cancel {working['client_order_id']}")
    wait_for("the exit to reach the server", lambda: sim.received(203))
    if len(oracle.commands_of(rig, relay)[0]) != left + 1:
        raise Fault("I2: an order left that the state file has not kept")
    other.execute("ROLLBACK")
    other.close()
    session.wait("order", mark, client_order_id=working["client_order_id"], status="cancelled")
    session.quit()
    again = rig.start_session(relay)
    again.order("buy 1 ESZ6 limit 4880", status="working")
    oracle.check_all(rig, sim, again, exits=(0, 1))


def case_91(rig):
    """No home, a home that is no folder, and names as people have them: a sentence, or it works."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    with open(os.path.join(rig.folder, "file"), "w", encoding="utf-8"):
        pass
    for home in ("", "/nonexistent", os.path.join(rig.folder, "file", "x")):
        env = rigs.environment(rig.folder, HOME=home)
        for name in ("DATA", "CONFIG", "STATE", "CACHE"):
            env[f"XDG_{name}_HOME"] = home + "/x" if home else ""
        done = subprocess.run([rig.dtcctl, "history"], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL,
                              timeout=rigs.PATIENCE)
        if done.returncode not in (0, 1) or done.returncode == 1 and done.stderr.count("\n") != 1 or oracle.NOISE.search(done.stderr):
            raise Fault(f"home {home!r}: exit {done.returncode}: {done.stderr}")
    names = ["two words", "a'b\"c", "ünï-コード", "per%20cent?x=1#y", "back\\slash", "-dash", "a;b&c", "x" * 180, "line\nend"]
    for number, name in enumerate(names if rig.long else rig.rand.sample(names, 3)):
        folder = os.path.join(rig.folder, name)
        os.mkdir(folder, 0o700)
        state = os.path.join(folder, name + ".sqlite")
        session = rig.start_session(relay, state=state, name=f"named{number}")
        session.order(f"buy 1 ESZ6 limit {4000 + number}", status="working")
        if session.quit() != 0 or not os.path.exists(state):
            raise Fault(f"{name!r}: exit {session.process.returncode}: {session.stderr()}")
        oracle.check_whole(rig, state)
        rig.sessions.remove(session)
    oracle.check_secret(rig)
