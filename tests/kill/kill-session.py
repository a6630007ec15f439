#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills `dtcctl session` with SIGKILL at random moments under order flow, and compares what is left.

Between the client and dtc-sim stands a relay that keeps every byte the client let go of: that, and dtc-sim's own log,
are the other side's truth. After each kill:

  bytes    every command that left is in the journal as an intent with the same bytes
  events   every order and fill event printed before the kill is in the journal: fills by execution id, orders by a
           message of the server (or our own intent) that says the same
  chain    `journal check` finds nothing
  ids      no ClientOrderID was submitted twice, over all runs on the same state file

  fold     what a restart makes of the journal (`export json`) has every fill that was printed

Usage: kill-session.py --dtcctl PATH --sim PATH [--runs N] [--seed N] [--numbering brief|dtc]; the long form is --runs 500.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

RUNS_PER_STATE = 25  # then a new simulator and a new state file: checking reads the whole history
LIMITS = {
    "schema": 1, "symbols": ["*"], "max_order_quantity": 1000, "max_position": 100000, "max_order_value": 1e11,
    "price_collar_percent": 50, "max_open_orders_symbol": 10000, "max_open_orders_account": 10000,
    "orders_per_second": 1000, "orders_burst": 1000, "orders_per_second_symbol": 1000, "duplicate_window_ms": 0,
}
SUBMITS = {"brief": {300}, "dtc": {208}}
COMMANDS = {"brief": {300, 302, 209}, "dtc": {208, 203, 204, 209}}
STATUS = {  # the wire's OrderStatus -> our word, written down a second time on purpose
    "dtc": {1: "sent", 2: "working", 3: "held-by-parent", 4: "working", 5: "changing", 6: "cancelling", 7: "filled",
            8: "cancelled", 9: "rejected", 10: "part-filled"},
    "brief": {1: "working", 3: "filled", 7: "cancelled", 100: "working", 101: "held-by-parent", 102: "changing",
              103: "cancelling", 104: "rejected", 105: "part-filled"},
}
PRICES = {"ESZ6": (5000.0, 0.25), "CLZ6": (70.0, 0.01), "ZNZ6": (110.0, 0.015625)}


class Relay(threading.Thread):
    """One connection after another; keeps what the client sends, byte for byte."""

    def __init__(self, server_port):
        super().__init__(daemon=True)
        self.server_port = server_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.streams = []
        self.active = 0
        self.idle = threading.Condition()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            stream = bytearray()
            try:
                server = socket.create_connection(("127.0.0.1", self.server_port))
            except OSError:
                client.close()
                continue
            self.streams.append(stream)
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.idle:
                self.active += 2
            threading.Thread(target=self.pump, args=(client, server, stream), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, None), daemon=True).start()

    def pump(self, source, target, keep):
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            if not data:
                break
            if keep is not None:
                keep += data
            try:
                target.sendall(data)
            except OSError:
                if keep is None:
                    break
        for each in (source, target):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        with self.idle:
            self.active -= 1
            self.idle.notify_all()

    def wait_idle(self):
        with self.idle:
            if not self.idle.wait_for(lambda: self.active == 0, timeout=30):
                raise AssertionError("a connection did not end after the kill")

    def frames(self, since=0):
        """Whole messages, and the unfinished rest of each connection, from the connection @since on."""
        whole, rests = [], []
        for stream in self.streams[since:]:
            data = bytes(stream)
            if data[:2] == b"\x10\x00":  # the encoding request, sixteen bytes in binary
                data = data[16:]
            parts = data.split(b"\0")
            whole += parts[:-1]
            rests.append(parts[-1])
        return whole, rests


class Simulator:
    def __init__(self, path, folder, numbering, seed):
        self.log = os.path.join(folder, "sim.log")
        self.process = subprocess.Popen(
            [path, "--port", "0", "--numbering", numbering, "--seed", str(seed), "--speed", "5", "--accounts", "SIM1",
             "--log", self.log, "--state", os.path.join(folder, "sim.state"), "--exit-with-stdin", "--quiet"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("port "):
            raise AssertionError(f"dtc-sim does not start: {line!r}")
        self.port = int(line.split()[1])

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    def submitted(self):
        """ClientOrderIDs of every new order that the simulator read."""
        ids = []
        with open(self.log, encoding="utf-8") as log:
            for line in log:
                entry = json.loads(line)
                # The log speaks the published numbers whatever the wire has.
                if entry.get("dir") == "in" and entry.get("type") == 208:
                    ids.append(entry.get("fields", entry)["ClientOrderID"])
        return ids


class Session:
    """dtcctl session with order flow, until it is killed."""

    def __init__(self, options, port, folder, rand):
        self.rand = rand
        self.errors = open(os.path.join(folder, "stderr"), "ab")
        self.process = subprocess.Popen(
            [options.dtcctl, "--server", f"127.0.0.1:{port}", "--numbering", options.numbering, "--arm", "--json",
             "--state", os.path.join(folder, "state.sqlite"), "--limits", os.path.join(folder, "limits.json"), "session"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
            env={"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder,
                 "XDG_RUNTIME_DIR": folder, "PATH": os.environ["PATH"], "DTC_USERNAME": "", "DTC_PASSWORD": "",
                 "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
                 "LSAN_OPTIONS": os.environ.get("LSAN_OPTIONS", "")})
        self.lines = []
        self.orders = []
        self.live = threading.Event()
        self.stop = threading.Event()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.writer = threading.Thread(target=self.write, daemon=True)

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            if b'"state":"live"' in line.replace(b" ", b""):
                self.live.set()
            elif b'"order"' in line:
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                if event.get("event") == "order" and event["status"] in ("working", "part-filled"):
                    self.orders.append(event)
        self.live.set()

    def write(self):
        rand = self.rand
        try:
            while not self.stop.is_set():
                symbol = rand.choice(list(PRICES))
                price, tick = PRICES[symbol]
                side = rand.choice(["buy", "sell"])
                away = price + (-1 if side == "buy" else 1) * tick * rand.randrange(20, 400)
                kind = rand.random()
                if kind < 0.35:
                    line = f"{side} {rand.randrange(1, 4)} {symbol} market"
                elif kind < 0.7 or not self.orders:
                    line = f"{side} {rand.randrange(1, 9)} {symbol} limit {away:.10g} {rand.choice(['day', 'gtc'])}"
                else:
                    order = rand.choice(self.orders[-30:])
                    key = rand.choice(["client_order_id", "server_order_id"])
                    identity = order[key] or order["client_order_id"] or order["server_order_id"]
                    if kind < 0.85:
                        line = f"cancel {identity}"
                    else:
                        line = f"modify {identity} qty {order['quantity'] + rand.randrange(1, 4):.10g}"
                self.process.stdin.write(line.encode() + b"\n")
                self.process.stdin.flush()
                time.sleep(rand.choice([0, 0, 0.001, 0.005]))
        except (BrokenPipeError, ValueError, OSError):
            pass

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=20)
        self.stop.set()
        if self.writer.is_alive():
            self.writer.join(timeout=20)
        self.reader.join(timeout=20)
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.process.stdout.close()
        self.errors.close()

    def events(self):
        """What was printed whole before the kill."""
        return [json.loads(line) for line in self.lines if line.endswith(b"\n")]


def run_plain(options, folder, *words):
    return subprocess.run([options.dtcctl, "--json", "--state", os.path.join(folder, "state.sqlite"), *words],
                          capture_output=True, text=True, timeout=120,
                          env={"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder, "XDG_RUNTIME_DIR": folder,
                               "PATH": os.environ["PATH"], "DTC_USERNAME": "", "DTC_PASSWORD": ""})


def run_dtcctl(options, folder, *words):
    done = run_plain(options, folder, *words)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def parse_payload(record):
    payload = record["payload"]
    return json.loads(payload) if isinstance(payload, str) and payload else payload or {}


class Journal:
    def __init__(self, options, folder):
        code, records, errors = run_dtcctl(options, folder, "history")
        if code != 0:
            raise AssertionError(f"history: exit {code}: {errors}")
        self.numbering = options.numbering
        self.records = records
        self.intents = [r for r in records if r["kind"] == "intent"]
        self.wires = {r["wire"] for r in self.intents if r["wire"]}
        self.executions = set()
        self.said = {}  # ClientOrderID or ServerOrderID -> {(status, filled)}
        self.history = {}  # ServerOrderID -> {execution id: quantity}, from historical fills
        for record in records:
            if record["kind"] == "fill":
                self.executions.add(parse_payload(record).get("execution_id"))
            elif record["kind"] == "event" and record["wire"]:
                try:
                    message = json.loads(record["wire"])
                except ValueError:
                    continue
                if message.get("Type") == 304 and message.get("ServerOrderID"):
                    executions = self.history.setdefault(message["ServerOrderID"], {})
                    executions[message.get("UniqueExecutionID")] = message.get("Quantity") or 0
                if message.get("Type") != 301:
                    continue
                status = STATUS[self.numbering].get(message.get("OrderStatus"))
                said = (status, message.get("FilledQuantity") or 0)
                for key in {message.get("ClientOrderID"), message.get("ServerOrderID"), record["client_order_id"]}:
                    if key:
                        self.said.setdefault(key, set()).add(said)
        self.intended = {r["client_order_id"] for r in self.intents}


def check_bytes(journal, relay, since, options, count):
    whole, rests = relay.frames(since)
    for frame in whole:
        try:
            message = json.loads(frame)
        except ValueError:
            raise AssertionError(f"the client sent no JSON: {frame[:200]!r}") from None
        if message.get("Type") in COMMANDS[options.numbering]:
            count["commands"] += 1
            if frame.decode("utf-8") not in journal.wires:
                raise AssertionError(f"a command left that is not in the journal: {frame!r}")
    for rest in rests:
        text = rest.decode("utf-8", "replace")
        if any(text.startswith(f'{{"Type":{number},') for number in COMMANDS[options.numbering]):
            if not any(wire.startswith(text) for wire in journal.wires):
                raise AssertionError(f"the beginning of a command left that is not in the journal: {text!r}")


def check_events(journal, events, count):
    for event in events:
        if event["event"] == "fill":
            count["fills"] += 1
            if event["execution_id"] not in journal.executions:
                raise AssertionError(f"a fill was printed that is not in the journal: {event}")
        elif event["event"] == "order":
            count["orders"] += 1
            keys = [k for k in (event["client_order_id"], event["server_order_id"]) if k]
            said = set().union(*(journal.said.get(key, set()) for key in keys))
            status, filled = event["status"], event["filled"] or 0
            history = sum(sum(journal.history.get(key, {}).values()) for key in keys)
            # Fills that only history tells are evidence of a state too, one after the other.
            if history >= event["quantity"]:
                said.add(("filled", history))
            if 0 < filled <= history:
                said.add(("part-filled", filled))
            if filled > history and not any(f == filled for _, f in said):
                raise AssertionError(f"a filled quantity was printed that no message in the journal has: {event}")
            if status in ("filled", "part-filled", "cancelled", "rejected") and not any(s == status for s, _ in said):
                raise AssertionError(f"a state was printed that no message in the journal has: {event} {said}")
            if status == "working" and not said:
                raise AssertionError(f"an order was printed as working without a message in the journal: {event}")
            if status == "sent" and not journal.intended.intersection(keys):
                raise AssertionError(f"an order was printed as sent without an intent in the journal: {event}")


def check_ids(journal, simulator, relay, options, count):
    submits = [json.loads(f) for f in relay.frames()[0] if b'"Type"' in f]
    for name, ids in (("left", [m["ClientOrderID"] for m in submits if m.get("Type") in SUBMITS[options.numbering]]),
                      ("reached the server", simulator.submitted())):
        if len(ids) != len(set(ids)):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            raise AssertionError(f"submitted twice ({name}): {twice[:5]}")
        if not set(ids) <= journal.intended:
            raise AssertionError(f"{name} without an intent: {sorted(set(ids) - journal.intended)[:5]}")
        count[name] = len(ids)
    if count["left"] > 20 and count["reached the server"] == 0:
        raise AssertionError("the simulator's log does not show what it received")


def check_fold(options, folder, events):
    """What a start would show: every printed fill, or what has replaced it; every printed order."""
    done = run_plain(options, folder, "export", "json")
    if done.returncode != 0:
        raise AssertionError(f"export: exit {done.returncode}: {done.stderr}")
    folded = json.loads(done.stdout)
    known = {e for fill in folded["fills"] for e in [fill["execution_id"], *(fill.get("replaces") or [])]}
    orders = {o[key] for o in folded["orders"] for key in ("client_order_id", "server_order_id")}
    for event in events:
        if event["event"] == "fill" and event["execution_id"] not in known:
            raise AssertionError(f"a fill was printed that the fold does not have: {event}")
        if event["event"] == "order" and not {event["client_order_id"], event["server_order_id"]} & (orders - {None}):
            raise AssertionError(f"an order was printed that the fold does not have: {event}")


def check_whole(options, folder):
    code, lines, errors = run_dtcctl(options, folder, "journal", "check")
    if code != 0 or not lines or lines[-1].get("ok") is not True:
        raise AssertionError(f"journal check: exit {code}: {lines} {errors}")
    return lines[-1]["records"]


def one_run(options, simulator, relay, folder, rand, count):
    since = len(relay.streams)
    session = Session(options, relay.port, folder, rand)
    # Some die before they are live: while the file is opened, folded, or the server is asked.
    early = rand.random() < 0.15
    if early:
        time.sleep(rand.uniform(0, 0.3))
    else:
        if not session.live.wait(timeout=30):
            session.kill()
            raise AssertionError(f"not live within 30 s: {session.lines[-3:]}")
        session.writer.start()
        time.sleep(rand.uniform(0.0, 0.6))
    session.kill()
    if session.process.returncode != -signal.SIGKILL:
        with open(os.path.join(folder, "stderr"), encoding="utf-8", errors="replace") as errors:
            raise AssertionError(f"dtcctl ended by itself with {session.process.returncode}: {errors.read()[-2000:]}")
    relay.wait_idle()

    if not os.path.exists(os.path.join(folder, "state.sqlite")):
        return
    journal = Journal(options, folder)
    check_bytes(journal, relay, since, options, count)
    events = session.events()
    check_events(journal, events, count)
    check_fold(options, folder, events)
    check_ids(journal, simulator, relay, options, count)
    if journal.records:
        count["records"] = max(count["records"], check_whole(options, folder))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dtcctl", required=True)
    parser.add_argument("--sim", required=True)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--numbering", choices=["brief", "dtc"], default="brief")
    options = parser.parse_args()

    print(f"seed {options.seed}", flush=True)
    count = {"commands": 0, "fills": 0, "orders": 0, "records": 0}
    run = 0
    while run < options.runs:
        folder = tempfile.mkdtemp(prefix="dtc-desk-kill-")
        with open(os.path.join(folder, "limits.json"), "w", encoding="utf-8") as limits:
            json.dump(LIMITS, limits)
        simulator = Simulator(options.sim, folder, options.numbering, options.seed + run)
        try:
            relay = Relay(simulator.port)
            relay.start()
            for _ in range(min(RUNS_PER_STATE, options.runs - run)):
                rand = random.Random(f"{options.seed} {run}")
                try:
                    one_run(options, simulator, relay, folder, rand, count)
                except AssertionError as problem:
                    print(f"run {run}: {problem}\nkept: {folder}", flush=True)
                    return 1
                run += 1
            relay.listener.close()
        finally:
            simulator.stop()
        shutil.rmtree(folder)
    print(f"{run} kills, numbering {options.numbering}: {count['commands']} commands seen by the server's side, "
          f"{count['orders']} order events and {count['fills']} fills printed: all in the journal; longest journal "
          f"{count['records']} records", flush=True)
    # A harness that saw nothing has shown nothing.
    return 0 if count["commands"] > run and count["orders"] > run else 1


if __name__ == "__main__":
    sys.exit(main())
