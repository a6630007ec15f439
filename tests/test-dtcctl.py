#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""dtcctl as a script sees it: exit statuses, JSON lines and the order flow against dtc-sim, under both numberings.

usage: test-dtcctl.py DTCCTL DTC_SIM [unittest arguments]
"""
import csv
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from multiprocessing.pool import ThreadPool

DTCCTL = DTC_SIM = None
PATIENCE = 60  # seconds a slow machine may take; nothing is asserted about it

LIMITS = {"schema": 1, "symbols": ["*"], "max_order_quantity": 10, "max_position": 20, "max_order_value": 1e9,
          "price_collar_percent": 20, "max_open_orders_symbol": 20, "max_open_orders_account": 50,
          "orders_per_second": 100, "orders_burst": 100, "orders_per_second_symbol": 100, "duplicate_window_ms": 0}

FIELDS = {
    "link": "state reason text",
    "order": "client_order_id server_order_id account symbol side type price price2 quantity filled remaining "
             "average_price status certainty reason text role parent sibling max_show note",
    "fill": "execution_id client_order_id server_order_id account symbol side price quantity source replaces",
    "position": "account symbol quantity average_price",
    "balance": "account cash",
    "account": "account",
    "quote": "symbol bid bid_size ask ask_size last last_size",
    "depth": "symbol bids asks stale text",
    "report": "report",
    "verify": "check verdict account symbol client_order_id server_order_id execution_id expected seen text finding accepted "
              "note seqs",
    "denied": "code text input",
    "notice": "level code text",
    "record": "seq kind client_order_id server_order_id account symbol direction wire payload",
    "journal": "ok records text",
}
WORDS = {
    ("link", "state"): "connecting handshake logon resync live down stopped",
    ("order", "side"): "buy sell",
    ("order", "type"): "market limit stop stoplimit mit lit market-limit",
    ("order", "status"): "draft blocked sent working held-by-parent changing cancelling part-filled filled cancelled "
                         "expired rejected unknown not-at-server not-sent",
    ("order", "certainty"): "fresh stale unknown probable no-trace gone conflict external",
    ("order", "reason"): "accepted rejected filled part-filled cancelled change-done change-rejected cancel-rejected "
                         "restated general link-lost no-answer reconciled",
    ("fill", "source"): "live history",
    ("notice", "level"): "info warning alarm",
    ("verify", "check"): " ".join(f"V{n}" for n in range(1, 16)),
    ("verify", "verdict"): "match mismatch not-provable",
}
NUMBERS = {"price", "price2", "quantity", "filled", "remaining", "average_price", "cash", "bid", "ask", "last", "bid_size",
           "ask_size", "last_size", "seq", "records"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ID = re.compile(r"[A-Z0-9-]{1,31}")
FINAL = {"filled", "cancelled", "expired", "rejected", "not-at-server", "not-sent", "blocked"}


def no_constant(text):
    raise ValueError(text + " is no JSON number")


def no_twins(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a key stands twice")
    return dict(pairs)


def read_event(line):
    """One line as DESIGN says it: known event, its fields, null for unset, numbers as numbers."""
    event = json.loads(line, parse_constant=no_constant, object_pairs_hook=no_twins)
    name = event["event"]
    fields = FIELDS[name].split()
    missing = [f for f in fields if f not in event]
    assert not missing, (missing, line)
    if name not in ("balance", "report"):
        extra = set(event) - set(fields) - {"event", "time", "epoch"}
        assert not extra, (extra, line)
    assert TIME.fullmatch(event["time"]), line
    assert type(event["epoch"]) is int, line
    for (kind, field), words in WORDS.items():
        if kind == name and event[field] is not None:
            assert event[field] in words.split(), line
    for field in fields:
        if field in NUMBERS:
            value = event[field]
            assert value is None or (type(value) in (int, float) and abs(value) < 1e15), line
        assert event[field] != "", line
    if name == "order" and event["client_order_id"] is not None and event["certainty"] != "external":
        assert ID.fullmatch(event["client_order_id"]), line
    return event


class Sim:
    def __init__(self, numbering, *args, port=0):
        self.process = subprocess.Popen(
            [DTC_SIM, "--port", str(port), "--numbering", numbering, "--speed", "0", "--quiet", "--exit-with-stdin",
             "--session-end", "never", *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("port "), line
        self.port = int(line.split()[1])

    def kill(self):
        self.process.kill()
        self.close()

    def close(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Deaf:
    """Stands before a server and swallows every order on its way."""

    def __init__(self, port, swallows):
        self.port_behind = port
        self.swallows = swallows
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.port_behind))
                self.sockets += [client, server]
                threading.Thread(target=self._pass_on, args=(server, client, None), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(client, server, self.swallows), daemon=True).start()
        except OSError:
            pass

    @staticmethod
    def _pass_on(source, sink, swallows):
        rest = b""
        binary = 16 if swallows else 0  # the encoding request
        try:
            while data := source.recv(65536):
                if swallows is None:
                    sink.sendall(data)
                    continue
                rest += data
                if binary and rest[:1] == b"{":
                    binary = 0
                if len(rest) < binary:
                    continue
                sink.sendall(rest[:binary])
                rest = rest[binary:]
                binary = 0
                *frames, rest = rest.split(b"\0")
                for frame in frames:
                    if json.loads(frame)["Type"] != swallows:
                        sink.sendall(frame + b"\0")
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        for each in [self.listener] + self.sockets:
            each.close()


class Session:
    """A running "dtcctl session" with everything that it prints."""

    def __init__(self, command, env, **options):
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **options)
        self.events = []
        self.broken = None
        self.ended = False
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                try:
                    self.events.append(read_event(line))
                except Exception as error:  # shown by the thread that waits
                    self.broken = error
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def mark(self):
        with self.changed:
            return len(self.events)

    def wait(self, name, since=0, **fields):
        """The first event from @since on that has these fields."""
        end = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                if self.broken:
                    raise self.broken
                for event in self.events[since:]:
                    if event["event"] == name and all(event[k] == v for k, v in fields.items()):
                        return event
                left = end - time.monotonic()
                if left <= 0 or self.ended:
                    raise AssertionError("no %s %r in:\n%s" % (name, fields, "\n".join(map(str, self.events))))
                self.changed.wait(left)

    def order(self, line, since=None, **fields):
        since = self.mark() if since is None else since
        self.send(line)
        return self.wait("order", since, **fields)

    def finish(self):
        if self.process.poll() is None and not self.process.stdin.closed:
            self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.errors = self.process.stderr.read()
        self.process.stderr.close()
        self.process.stdout.close()
        if self.broken:
            raise self.broken
        return status

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except OSError:
                pass


class Base(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="dtcctl-")
        self.addCleanup(shutil.rmtree, self.dir)
        self.env = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "G_SLICE"}
        for name in ("DATA", "CONFIG", "STATE", "CACHE"):
            self.env["XDG_%s_HOME" % name] = os.path.join(self.dir, name.lower())
        self.env["XDG_RUNTIME_DIR"] = self.dir
        self.state = os.path.join(self.dir, "state.sqlite")
        self.limits = self.write_limits({})

    def write_limits(self, changes, without=()):
        path = os.path.join(self.dir, "limits-%d.json" % len(os.listdir(self.dir)))
        limits = {k: v for k, v in {**LIMITS, **changes}.items() if k not in without}
        with open(path, "w") as out:
            json.dump(limits, out)
        return path

    def sim(self, numbering, *args, **kwargs):
        sim = Sim(numbering, *args, **kwargs)
        self.addCleanup(lambda: sim.process.poll() is None and sim.close())
        return sim

    def command(self, sim, numbering, *args, arm=True, limits=True, account="SIM1"):
        command = [DTCCTL, "--server", "127.0.0.1:%d" % (sim.port if isinstance(sim, Sim) else sim),
                   "--numbering", numbering, "--state", self.state, "--json"]
        if account:
            command += ["--account", account]
        if limits:
            command += ["--limits", limits if isinstance(limits, str) else self.limits]
        if arm:
            command += ["--arm"]
        return command + list(args)

    def run_ctl(self, command, text=None):
        done = subprocess.run(command, env=self.env, input=text, stdin=subprocess.DEVNULL if text is None else None,
                              capture_output=True, text=True, timeout=PATIENCE)
        return done.returncode, [read_event(line) for line in done.stdout.splitlines()], done.stderr

    def session(self, sim, numbering, *args, live=True, **kwargs):
        session = Session(self.command(sim, numbering, "session", *args, **kwargs), self.env)
        self.addCleanup(session.__exit__, None, None, None)
        if live:
            session.send("wait live %d" % PATIENCE)
            session.wait("link", state="live")
        return session

    def tell(self, *words, where=()):
        done = subprocess.run([DTCCTL, *where, "sim", *words], env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)
        return done.returncode, done.stdout, done.stderr

    def check_journal(self):
        status, events, errors = self.run_ctl([DTCCTL, "--state", self.state, "--json", "journal", "check"])
        self.assertEqual((status, [e["ok"] for e in events]), (0, [True]), (events, errors))
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.state + suffix):
                self.assertEqual(stat.S_IMODE(os.stat(self.state + suffix).st_mode), 0o600)


def both(test):
    """The same under both numberings."""
    def run(self):
        for numbering in ("brief", "dtc"):
            with self.subTest(numbering=numbering):
                self.state = os.path.join(self.dir, numbering + ".sqlite")
                test(self, numbering)
    run.__name__ = test.__name__
    return run


class Simulator(Base):
    """dtcctl sim: commands for a simulator that runs."""

    def test_control(self):
        path = os.path.join(self.dir, "control")
        sim = self.sim("dtc", "--control", path)
        where = ("--control", path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        status, out, _ = self.tell("help", where=where)
        self.assertEqual(status, 0)
        self.assertIn("balance ACCOUNT AMOUNT [REASON]", out.splitlines())
        with self.session(sim, "dtc") as session:
            self.assertEqual(self.tell("fault", "ack-lost", "ClientOrderID=a b'c\"d", where=where)[0], 0)
            status, out, _ = self.tell("faults", where=where)
            self.assertEqual(status, 0)
            self.assertIn("number 1", out)
            self.assertEqual(self.tell("order", "SIM1", "ESZ6", "buy", "1", "market", where=where)[0], 0)
            session.wait("fill", symbol="ESZ6", side="buy")
            self.assertEqual(self.tell("balance", "SIM1", "-500.5", "fee", where=where)[0], 0)
            session.wait("balance", account="SIM1")
            status, out, _ = self.tell("status", where=("--json",) + where)
            self.assertEqual((status, json.loads(out)["ok"]), (0, True))
            self.assertEqual(len(json.loads(out)["clients"]), 1)
            session.finish()
        status, out, errors = self.tell("move", "NOPE", "1", where=where)
        self.assertEqual((status, out), (1, ""))
        self.assertEqual(len(errors.splitlines()), 1)
        status, out, _ = self.tell("nonsense", where=("--json",) + where)
        self.assertEqual((status, json.loads(out)["ok"]), (1, False))
        sim.close()
        self.assertEqual(self.tell("status", where=where)[0], 6)

    def test_builtin(self):
        self.assertEqual(self.tell("status")[0], 6)
        session = Session([DTCCTL, "--start-simulator", "--state", self.state, "--json", "session"], self.env)
        self.addCleanup(session.__exit__, None, None, None)
        session.send("wait live %d" % PATIENCE)
        session.wait("link", state="live")
        status, out, errors = self.tell("status", where=("--json",))
        self.assertEqual(status, 0, errors)
        self.assertGreater(json.loads(out)["history_port"], 0)
        self.assertEqual(self.tell("cut")[0], 0)
        session.wait("link", state="down")
        session.finish()
        self.assertEqual(self.tell("status")[0], 6)
        self.assertEqual([n for n in os.listdir(os.path.join(self.dir, "dtc-desk")) if n.endswith(".control")], [])

    def test_usage(self):
        self.assertEqual(self.tell()[0], 2)


class Bars(Base):
    def test_bars(self):
        sim = subprocess.Popen([DTC_SIM, "--port", "0", "--history-port", "0", "--numbering", "dtc", "--speed", "0", "--quiet",
                                "--exit-with-stdin", "--session-end", "never"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            port, history = (int(sim.stdout.readline().split()[1]) for _ in range(2))
            base = [DTCCTL, "--server", f"127.0.0.1:{port}", "--numbering", "dtc", "--history-port", str(history)]

            def bars(*args):
                done = subprocess.run([*base, *args], capture_output=True, text=True, timeout=PATIENCE)
                return done.returncode, done.stdout.splitlines(), done.stderr

            status, lines, errors = bars("--json", "bars", "ESZ6", "--interval", "60", "--days", "1")
            self.assertEqual((status, errors), (0, ""))
            rows = [json.loads(line) for line in lines]
            self.assertGreater(len(rows), 10)
            self.assertEqual([row["time"] for row in rows], sorted(row["time"] for row in rows))
            for row in rows:
                self.assertTrue(row["low"] <= row["open"] <= row["high"] and row["low"] <= row["last"] <= row["high"], row)
            # Every encoding, plain and compressed, says the same of the past.
            past = {row["time"]: row for row in rows[:-3]}
            for encoding in ("json-compact", "binary", "vls"):
                for more in ([], ["--zlib"]):
                    status, lines, errors = bars("--encoding", encoding, "--json", "bars", "ESZ6", "--interval", "60", "--days",
                                                 "1", *more)
                    self.assertEqual((status, errors), (0, ""))
                    again = {row["time"]: row for row in map(json.loads, lines)}
                    common = set(past) & set(again)
                    self.assertGreater(len(common), len(past) - 3)
                    for when in common:
                        self.assertEqual(again[when], past[when])
            status, lines, errors = bars("--csv", "bars", "ESZ6", "--interval", "3600", "--from", rows[0]["time"])
            self.assertEqual((status, lines[0]), (0, "time,open,high,low,last,volume,trades,bid_volume,ask_volume"))
            status, lines, errors = bars("--json", "bars", "ESZ6", "--ticks", "--days", "1")
            self.assertEqual((status, errors), (0, ""))
            status, lines, errors = bars("bars", "NOPE", "--interval", "60")
            self.assertEqual((status, lines), (4, []))
            self.assertIn("refuses the historical prices of NOPE", errors)
            for args in (["ESZ6"], ["ESZ6", "--ticks", "--interval", "60"], ["ESZ6", "--interval", "86401"],
                         ["ESZ6", "--ticks", "--from", "yesterday"], ["ESZ6", "--ticks", "--days", "0"], []):
                self.assertEqual(bars("bars", *args)[:2], (2, []), args)
        finally:
            sim.stdin.close()
            sim.wait(PATIENCE)
            sim.stdout.close()
        self.assertEqual(bars("bars", "ESZ6", "--interval", "60")[0], 6)

    def test_start_simulator(self):
        command = [DTCCTL, "--csv", "bars", "ESZ6", "--interval", "60", "--days", "1"]

        def run(*args):
            done = subprocess.run([*command, *args], env=self.env, capture_output=True, text=True, timeout=PATIENCE)
            return done.returncode, done.stdout.splitlines(), done.stderr

        status, rows, errors = run()
        self.assertEqual((status, rows), (6, []), errors)
        self.assertIn("--start-simulator", errors)
        status, rows, errors = run("--start-simulator")
        self.assertEqual((status, errors), (0, ""))
        self.assertGreater(len(rows), 10)
        # It leaves nothing behind.
        self.assertEqual(os.listdir(os.path.join(self.env["XDG_RUNTIME_DIR"], "dtc-desk")), [])
        self.assertEqual(run()[0], 6)
        status, events, errors = self.run_ctl([DTCCTL, "--start-simulator", "sim", "help"])
        self.assertEqual((status, events), (2, []), errors)
        self.assertIn("start dtc-desk", errors)


class Usage(Base):
    def test_usage(self):
        server = ["--server", "127.0.0.1:1", "--numbering", "dtc"]
        for args in ([], ["nonsense"], ["session", "more"], ["order"], ["journal"], ["journal", "mend"], ["export"],
                     ["export", "xml"], ["--nonsense", "session"], ["-x", "session"], ["--profile"], ["--arm=yes", "session"],
                     ["--password", "x", "session"], ["--password=x", "session"], ["--server", "127.0.0.1:1", "session"],
                     ["--server", "127.0.0.1", "--numbering", "dtc", "session"],
                     ["--server", "127.0.0.1:0", "--numbering", "dtc", "session"],
                     ["--server", "127.0.0.1:1", "--numbering", "both", "session"],
                     server + ["--profile", "x", "session"], server + ["--numbering", "dtc", "session"],
                     server + ["--heartbeat", "4", "session"], server + ["--heartbeat", "61", "session"],
                     server + ["--heartbeat", "5s", "session"], server + ["--encoding", "xml", "session"],
                     server + ["--handshake", "maybe", "session"], server + ["--start-simulator", "session"],
                     server + ["--account", "x" * 32, "session"], server + ["--tls-pin", "ab" * 32, "session"],
                     server + ["--tls", "--tls-pin", "ab" * 31, "session"], server + ["--tls=yes", "session"],
                     ["--tls", "session"], ["--server", "192.0.2.1:1", "--numbering", "dtc", "session"],
                     server + ["--by", "colour", "symbols", "ES"],
                     server + ["quotes"], server + ["symbols"], server + ["exchanges", "more"], server + ["journal-entries", "add"],
                     ["--server", "127.0.0.1:1", "--numbering", "brief", "--encoding", "binary", "session"],
                     ["--server", "127.0.0.1:1", "--numbering", "brief", "--encoding", "vls", "session"]):
            status, events, errors = self.run_ctl([DTCCTL, *args])
            self.assertEqual((status, events), (2, []), args)
            self.assertRegex(errors, r"\Adtcctl: [^\n]+\n\Z", args)
        status, events, errors = self.run_ctl([DTCCTL, "--server", "192.0.2.1:1", "--numbering", "dtc", "journal", "check"])
        self.assertIn("without TLS everybody on the way", errors)
        status, events, errors = self.run_ctl([DTCCTL, "--server", "192.0.2.1:1", "--numbering", "dtc", "--allow-plain",
                                               "history"])
        self.assertIn("is not encrypted", errors)
        self.assertIn("quotes SYMBOL", self.help())

    def test_profile(self):
        status, events, errors = self.run_ctl([DTCCTL, "--profile", "nobody", "session"])
        self.assertEqual((status, events), (2, []), errors)
        self.assertIn("Built-in simulator", errors)
        status, events, errors = self.run_ctl([DTCCTL, "session"])
        self.assertEqual((status, events), (6, []), errors)
        self.assertIn("--start-simulator", errors)

    def test_builtin_simulator(self):
        """It works at once, in an empty environment."""
        command = [DTCCTL, "--start-simulator", "--arm", "--json"]
        status, events, errors = self.run_ctl(command + ["order", "buy 1 ESZ6 market"])
        self.assertEqual(status, 0, (events, errors))
        status, events, errors = self.run_ctl(command + ["positions"])
        self.assertEqual([(e["symbol"], e["quantity"]) for e in events], [("ESZ6", 1)], errors)

    def help(self):
        done = subprocess.run([DTCCTL, "--help"], env={}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0)
        for word in ("--arm", "wait live", "journal check", "stoplimit", "DTC_PASSWORD", "Exit status"):
            self.assertIn(word, done.stdout)
        return done.stdout

    def test_order_line(self):
        status, events, _ = self.run_ctl([DTCCTL, "--json", "order", "buy", "one", "ESZ6", "market"])
        self.assertEqual(status, 2)
        self.assertEqual([(e["event"], e["code"], e["input"]) for e in events], [("denied", "USAGE", "buy one ESZ6 market")])

    def test_nothing_there(self):
        for args in (["history"], ["journal", "check"], ["export", "csv"], ["export", "json"]):
            status, events, errors = self.run_ctl([DTCCTL, "--state", self.state, "--json", *args])
            self.assertEqual((status, events), (1, []))
            self.assertIn(self.state, errors)
            self.assertFalse(os.path.exists(self.state))

    def test_no_state_file(self):
        with open(self.state, "w") as out:
            out.write("this is no database\n" * 100)
        status, events, errors = self.run_ctl([DTCCTL, "--state", self.state, "--json", "journal", "check"])
        self.assertEqual((status, [e["ok"] for e in events]), (1, [False]), errors)
        for args in (["history"], ["export", "csv"], ["session"], ["order", "buy", "1", "ESZ6", "market"]):
            status, events, errors = self.run_ctl(self.command(1, "dtc", *args))
            self.assertEqual((status, events), (1, []), args)
            self.assertRegex(errors, r"\Adtcctl: [^\n]*%s[^\n]*\n\Z" % re.escape(self.state))
        with open(self.state) as kept:
            self.assertTrue(kept.read().startswith("this is no database"))

    def test_no_link(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        status, events, _ = self.run_ctl(self.command(port, "dtc", "order", "buy", "1", "ESZ6", "market"))
        self.assertEqual(status, 6)
        self.assertEqual(events[-1]["code"], "LINK_DOWN")
        for listing in ("orders", "fills", "positions", "accounts", "quotes ESZ6", "depth ESZ6", "tape ESZ6", "symbols ES",
                        "exchanges", "balances", "journal-entries"):
            self.assertEqual(self.run_ctl(self.command(port, "dtc", *listing.split()))[0], 6)


class Orders(Base):
    @both
    def test_market(self, numbering):
        sim = self.sim(numbering)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "buy", "2", "ESZ6", "market"))
        self.assertEqual(status, 0, events)
        orders = [e for e in events if e["event"] == "order"]
        self.assertEqual(orders[0]["status"], "sent")
        self.assertEqual((orders[-1]["account"], orders[-1]["symbol"], orders[-1]["side"], orders[-1]["type"],
                          orders[-1]["quantity"]), ("SIM1", "ESZ6", "buy", "market", 2))

        with self.session(sim, numbering) as session:
            position = session.wait("position", symbol="ESZ6", account="SIM1")
            self.assertEqual(position["quantity"], 2)
            self.assertEqual(session.finish(), 0)
        for listing, count in (("fills", 1), ("positions", 1), ("accounts", 1), ("orders", 0)):
            status, events, _ = self.run_ctl(self.command(sim, numbering, listing))
            self.assertEqual(status, 0)
            self.assertGreaterEqual(len(events), count, listing)
        sim.close()
        self.check_journal()

    @both
    def test_market_data(self, numbering):
        sim = self.sim(numbering)
        status, events, errors = self.run_ctl(self.command(sim, numbering, "quotes", "ESZ6", "ZNZ6"))
        self.assertEqual((status, sorted(e["symbol"] for e in events)), (0, ["ESZ6", "ZNZ6"]), errors)
        bid = next(e["bid"] for e in events if e["symbol"] == "ESZ6")
        self.assertTrue(all(e["event"] == "quote" and e["bid"] < e["ask"] for e in events), events)
        status, events, errors = self.run_ctl(self.command(sim, numbering, "depth", "ESZ6"))
        self.assertEqual((status, len(events)), (0, 1), errors)
        for side, sign in (("bids", -1), ("asks", 1)):
            prices = [sign * level["price"] for level in events[0][side]]
            self.assertGreater(len(prices), 1)
            self.assertEqual(prices, sorted(set(prices)))
        self.assertEqual(events[0]["bids"][0]["price"], bid)

        # What the server does not give is said, not waited for.
        for words in (["quotes", "NONE"], ["depth", "NONE"]):
            status, events, errors = self.run_ctl(self.command(sim, numbering, *words))
            self.assertEqual(status, 1, (events, errors))
            self.assertIn("info", [e.get("level") for e in events])

        tape = subprocess.Popen(self.command(sim, numbering, "tape", "ESZ6"), env=self.env, stdout=subprocess.PIPE, text=True)
        self.addCleanup(tape.stdout.close)
        try:
            def trade():
                # Until the tape is connected.
                while not done.wait(0.2):
                    self.run_ctl(self.command(sim, numbering, "order", "buy", "1", "ESZ6", "market"))
            done = threading.Event()
            trader = threading.Thread(target=trade)
            trader.start()
            print_ = json.loads(tape.stdout.readline())
        finally:
            done.set()
            trader.join()
            tape.terminate()
        self.assertEqual(tape.wait(PATIENCE), 0)
        self.assertEqual((print_["event"], print_["symbol"], print_["last_size"], print_["aggressor"], print_["bid"]),
                         ("quote", "ESZ6", 1, "buy", None))
        self.assertTrue(TIME.fullmatch(print_["time"]))
        sim.close()

    @both
    def test_symbols(self, numbering):
        sim = self.sim(numbering)
        status, events, errors = self.run_ctl(self.command(sim, numbering, "symbols", "ES"))
        self.assertEqual(status, 0, (events, errors))
        self.assertIn("ESZ6", [e.get("symbol") for e in events])
        self.assertEqual((events[-1]["report"], events[-1]["count"], events[-1]["more"]), ("found", len(events) - 1, 0))
        status, events, errors = self.run_ctl(self.command(sim, numbering, "symbols", "no such thing"))
        self.assertEqual((status, [e["count"] for e in events]), (0, [0]), errors)
        status, events, errors = self.run_ctl(self.command(sim, numbering, "exchanges"))
        self.assertEqual(status, 0, errors)
        self.assertIn("CME", [e.get("exchange") for e in events])
        sim.close()

    @both
    def test_disarmed(self, numbering):
        sim = self.sim(numbering)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "buy", "1", "ESZ6", "market", arm=False))
        self.assertEqual((status, events[-1]["event"], events[-1]["code"]), (3, "denied", "DISARMED"), events)
        self.assertEqual(events[-1]["input"], "buy 1 ESZ6 market")
        sim.close()

    @both
    def test_rejected(self, numbering):
        sim = self.sim(numbering, "--reject-rate", "1", "--reject-text", "No margin <b>today</b>")
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "buy", "1", "ESZ6", "market"))
        self.assertEqual(status, 4, events)
        last = [e for e in events if e["event"] == "order"][-1]
        self.assertEqual((last["status"], last["reason"]), ("rejected", "rejected"))
        self.assertIn("No margin <b>today</b>", last["text"])
        sim.close()
        self.check_journal()

    def test_exit_unanswered(self):
        """What became of the exit nobody knows: that is not "failed", which would invite a second one."""
        numbering = "dtc"
        sim = self.sim(numbering, "--fault", "lose dir=in type=209")
        self.assertEqual(self.run_ctl(self.command(sim, numbering, "order", "buy 1 ESZ6 market"))[0], 0)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "flatten ESZ6"))
        self.assertTrue([e for e in events if e["event"] == "notice" and e["code"] == "FLATTEN_FAILED"], events)
        self.assertEqual(status, 5, events)
        sim.close()
        self.check_journal()

    @both
    def test_unanswered(self, numbering):
        sim = self.sim(numbering)
        deaf = Deaf(sim.port, 300 if numbering == "brief" else 208)
        self.addCleanup(deaf.close)
        status, events, _ = self.run_ctl(self.command(deaf.port, numbering, "order", "buy", "1", "ESZ6", "market"))
        self.assertEqual(status, 5, events)
        orders = [(e["status"], e["certainty"], e["reason"]) for e in events if e["event"] == "order"]
        self.assertIn(("unknown", "unknown", "no-answer"), orders)
        self.assertEqual(orders[-1][:2], ("unknown", "unknown"))
        sim.close()
        self.check_journal()

    @both
    def test_locked(self, numbering):
        sim = self.sim(numbering)
        with self.session(sim, numbering) as session:
            for args in (["order", "buy", "1", "ESZ6", "market"], ["session"]):
                status, events, errors = self.run_ctl(self.command(sim, numbering, *args))
                self.assertEqual((status, events), (8, []))
                self.assertIn(self.state, errors)
            self.assertEqual(self.run_ctl(self.command(sim, numbering, "positions"))[0], 0)
            self.assertEqual(self.run_ctl([DTCCTL, "--state", self.state, "--json", "history"])[0], 0)
            self.check_journal()
            self.assertEqual(session.finish(), 0)
        sim.close()

    @both
    def test_session(self, numbering):
        sim = self.sim(numbering)
        with self.session(sim, numbering) as session:
            working = session.order("buy 2 ESZ6 limit 4990.25 gtc", status="working")
            self.assertEqual((working["price"], working["price2"], working["remaining"], working["filled"]),
                             (4990.25, None, 2, 0))
            self.assertEqual(working["certainty"], "fresh")
            ours = working["client_order_id"]
            since = session.mark()
            session.send("modify %s price 4989.5 qty 3" % ours)
            changed = session.wait("order", since, client_order_id=ours, reason="change-done")
            self.assertEqual((changed["price"], changed["quantity"], changed["status"]), (4989.5, 3, "working"))

            since = session.mark()
            session.send("CANCEL %s" % changed["server_order_id"])
            gone = session.wait("order", since, client_order_id=ours, status="cancelled")
            self.assertEqual(gone["filled"], 0)

            since = session.mark()
            session.send("cancel %s" % ours)
            self.assertEqual(session.wait("denied", since)["code"], "NO_SUCH_ORDER")

            stop = session.order("sell 1 ESZ6 stop 4950", status="working", type="stop")
            both_prices = session.order("buy 1 ESZ6 stoplimit 5050 5050.5", status="working", type="stoplimit")
            self.assertEqual((both_prices["price"], both_prices["price2"]), (5050, 5050.5))
            # As the market writes them, of a symbol that nobody has asked about yet.
            note = session.order("buy 1 ZNZ6 limit 110'01.5", status="working", symbol="ZNZ6")
            self.assertEqual(note["price"], 110.046875)
            since = session.mark()
            session.send("modify %s price 110'02" % note["client_order_id"])
            moved = session.wait("order", since, client_order_id=note["client_order_id"], reason="change-done")
            self.assertEqual(moved["price"], 110.0625)
            since = session.mark()
            session.send("buy 1 ZNZ6 limit 110'02.3")
            self.assertEqual(session.wait("denied", since)["code"], "PRICE_TICK")
            since = session.mark()
            session.send("buy 1 ESZ6 limit 5000'02")
            self.assertEqual(session.wait("denied", since)["code"], "USAGE")
            since = session.mark()
            session.send("cancel all ZNZ6")
            session.wait("order", since, client_order_id=note["client_order_id"], status="cancelled")
            cents = session.order("buy 1 CLZ6 limit 69.37", status="working", symbol="CLZ6")
            self.assertEqual(cents["price"], 69.37)
            since = session.mark()
            session.send("cancel all ESZ6")
            for order in (stop, both_prices):
                session.wait("order", since, client_order_id=order["client_order_id"], status="cancelled")
            since = session.mark()
            session.send("orders")
            self.assertEqual(session.wait("order", since, symbol="CLZ6")["status"], "working")

            filled = session.order("buy 2 ESZ6 market", status="filled")
            self.assertEqual((filled["filled"], filled["remaining"]), (2, 0))
            fill = session.wait("fill", client_order_id=filled["client_order_id"])
            self.assertEqual((fill["side"], fill["symbol"], fill["source"]), ("buy", "ESZ6", "live"))
            session.wait("position", symbol="ESZ6", quantity=2)
            self.assertEqual(session.finish(), 0)

            ids = [e["execution_id"] for e in session.events if e["event"] == "fill"]
            self.assertEqual(len(ids), len(set(ids)))
            # Each change is one line: the order of the states says so too.
            states = [e["status"] for e in session.events
                      if e["event"] == "order" and e["client_order_id"] == ours]
            self.assertEqual(states[:-1], ["sent", "working", "changing", "working", "cancelling", "cancelled"])
            self.assertEqual(states[-1], "cancelled")  # the line "orders" asked for it again
        self.check_journal()

        # Nothing was cancelled by leaving; the next one finds it.
        with self.session(sim, numbering) as session:
            session.wait("order", client_order_id=cents["client_order_id"], status="working", certainty="fresh")
            since = session.mark()
            session.send("cancel all")
            session.wait("order", since, client_order_id=cents["client_order_id"], status="cancelled")
            self.assertEqual(session.finish(), 0)
        sim.close()

        status, events, _ = self.run_ctl([DTCCTL, "--state", self.state, "--json", "history", ours])
        self.assertEqual(status, 0)
        self.assertTrue(events and all(e["event"] == "record" for e in events))
        for order_id in {e["client_order_id"] for e in events if e["client_order_id"]}:
            self.assertEqual(order_id, ours)
        submits = [e for e in events if e["kind"] == "intent" and e["wire"]]
        self.assertEqual(json.loads(submits[0]["wire"])["Type"], 300 if numbering == "brief" else 208)

        exported = subprocess.run([DTCCTL, "--state", self.state, "export", "json"], env=self.env, capture_output=True, text=True)
        data = json.loads(exported.stdout)
        self.assertEqual(data["schema"], 1)
        self.assertIn(ours, [o["client_order_id"] for o in data["orders"]])
        self.assertEqual(sum(f["quantity"] for f in data["fills"] if f["symbol"] == "ESZ6"), 2)
        exported = subprocess.run([DTCCTL, "--state", self.state, "export", "csv"], env=self.env, capture_output=True, text=True)
        self.assertEqual(exported.returncode, 0)
        self.assertEqual(len(exported.stdout.splitlines()), 1 + len(data["fills"]))

    def verify(self, sim, numbering):
        status, events, _ = self.run_ctl(self.command(sim, numbering, "verify", arm=False, limits=False))
        verdicts = [e for e in events if e["event"] == "verify"]
        for e in verdicts:
            self.assertEqual(e["text"] is None, e["verdict"] == "match", e)
            # Beside a session a finding has the number that the journal gives it, and no other.
            self.assertTrue(e["finding"] is None or e["verdict"] != "match", e)
        self.assertEqual((events[-1]["event"], events[-1]["code"]), ("notice", "VERIFIED"))
        wrong = {v: sorted({e["check"] for e in verdicts if e["verdict"] == v}) for v in ("mismatch", "not-provable")}
        return status, wrong, verdicts

    @both
    def test_verify(self, numbering):
        path = os.path.join(self.dir, numbering + "-control")
        sim = self.sim(numbering, "--control", path)
        where = ("--control", path)

        # Nothing yet is no proof of anything wrong.
        self.assertEqual(self.verify(sim, numbering)[:2], (0, {"mismatch": [], "not-provable": []}))
        with self.session(sim, numbering) as session:
            order = session.order("buy 2 ESZ6 market", status="filled")
            working = session.order("buy 1 ESZ6 limit 4500", status="working")
            time.sleep(2.1)
            since = session.mark()
            session.send("verify")
            session.wait("notice", since, code="VERIFIED")
            done = [e for e in session.events[since:] if e["event"] == "verify"]
            self.assertEqual([e for e in done if e["verdict"] == "mismatch"], [])
            # The brief's numbering lists the open orders once a connection.
            self.assertEqual({e["check"] for e in done if e["verdict"] == "not-provable"},
                             {"V10"} if numbering == "brief" else set())
            self.assertIn((2, 2), [(e["expected"], e["seen"]) for e in done if e["check"] == "V8"])
            mine = {e["check"] for e in done if e["client_order_id"] == order["client_order_id"]}
            self.assertEqual(mine, {"V1", "V2", "V3", "V5", "V6", "V7", "V11", "V13"})

            # Beside the running session, which has the lock.
            status, wrong, verdicts = self.verify(sim, numbering)
            self.assertEqual((status, wrong), (0, {"mismatch": [], "not-provable": []}))
            self.assertEqual([e["client_order_id"] for e in verdicts if e["check"] == "V10"], [working["client_order_id"]])
            command = [a for a in self.command(sim, numbering, "verify", arm=False, limits=False) if a != "--json"]
            out = subprocess.run(command, env=self.env, capture_output=True, text=True)
            self.assertEqual(out.returncode, 0, out.stderr)
            self.assertEqual([line.split()[0] for line in out.stdout.splitlines()[:15]], [f"V{n}" for n in range(1, 16)])
            self.assertIn("0 mismatch, 0 not provable", out.stdout.splitlines()[-1])
            self.assertEqual(session.finish(), 0)

        # A server that says another position, lists another price, and lists a fill twice.
        for fault, check, key in (("alter type=306 set:Quantity=5 times=all", "V8", "symbol"),
                                  ("alter type=304 set:Price=4999 times=all", "V7", "execution_id"),
                                  ("alter type=304 set:UniqueExecutionID=OTHER times=all", "V6", "execution_id")):
            self.assertEqual(self.tell("fault", *fault.split(), where=where)[0], 0)
            status, wrong, verdicts = self.verify(sim, numbering)
            self.assertEqual(status, 1, verdicts)
            self.assertIn(check, wrong["mismatch"])
            self.assertTrue(all(e[key] for e in verdicts if e["check"] == check))
            self.assertEqual(self.tell("clear", where=where)[0], 0)
        self.assertEqual(self.verify(sim, numbering)[0], 0)

        # No list of fills: it proves nothing, and nothing is wrong.
        self.assertEqual(self.tell("fault", "lose", "type=304", "times=all", where=where)[0], 0)
        status, wrong, verdicts = self.verify(sim, numbering)
        self.assertEqual((status, wrong["mismatch"]), (7, []))
        self.assertIn("V6", wrong["not-provable"])
        self.assertIn("no answer within 5 s", [e["text"] for e in verdicts if e["check"] == "V6"][0])
        sim.close()

    @both
    def test_report(self, numbering):
        sim = self.sim(numbering, "--fault", "duplicate-fill")
        with self.session(sim, numbering) as session:
            session.order("buy 1 ESZ6 market", status="filled")
            time.sleep(2.1)
            folder = os.path.join(self.dir, numbering + "-reports")
            for _ in range(2):
                status, events, _unused = self.run_ctl(self.command(sim, numbering, "verify", "--report", folder, arm=False))
                self.assertEqual(status, 1)
                self.assertEqual((events[-1]["event"], events[-1]["report"]), ("report", "session"))
                self.assertTrue(os.path.exists(events[-1]["file"]))
            session.finish()
        names = sorted(os.listdir(folder))
        self.assertEqual(len(names), 6, names)
        self.assertEqual([os.path.splitext(n)[1] for n in names], [".csv", ".json", ".txt"] * 2)
        for path in [os.path.join(folder, n) for n in names] + [os.path.join(self.dir, "report-key.pem")]:
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        table, path, text = (os.path.join(folder, n) for n in names[:3])
        with open(path) as file:
            report = json.load(file, object_pairs_hook=no_twins)
        self.assertEqual((report["schema"], report["verdict"], report["key_type"]), (1, "mismatch", "Ed25519"))
        self.assertIn(("V13", "mismatch"), [(f["check"], f["verdict"]) for f in report["findings"]])
        self.assertEqual([(p["baseline"], p["fills"], p["server"]) for p in report["positions"]], [(0, 1, 1)])
        self.assertEqual([o["filled"] for o in report["orders"]], [1])
        self.assertGreater(report["journal_records"], 5)
        with open(table, newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        self.assertTrue(all(len(row) == 32 and None not in row.values() and row["schema"] == "1" for row in rows))
        self.assertEqual([(r["baseline"], r["fills"], r["server"]) for r in rows if r["row"] == "position"], [("0", "1", "1")])
        self.assertEqual([(r["quantity"], r["filled"]) for r in rows if r["row"] == "order"], [("1", "1")])
        self.assertTrue(all(TIME.fullmatch(r["time"]) for r in rows))
        with open(text) as file:
            words = file.read()
        for part in ("WHAT THIS PROVES", "It does not prove when it was made", report["journal_head"], report["key"], "V13 mismatch"):
            self.assertIn(part, words)

        def check(file, state=None):
            done = subprocess.run([DTCCTL, "--state", state or self.state, "--json", "report", "check", file], env=self.env,
                                  capture_output=True, text=True)
            return done.returncode, json.loads(done.stdout) if done.stdout else None

        for file in (path, table, text):
            status, answer = check(file)
            self.assertEqual((status, answer["ok"], answer["own"], answer["journal"]), (0, True, True, "same"))
        self.check_journal()

        # Another journal, or one that was shortened or rewritten, is not the one it speaks of.
        other = os.path.join(self.dir, numbering + "-other.sqlite")
        state, self.state = self.state, other
        with self.session(sim, numbering) as session:
            session.finish()
        self.state = state
        status, answer = check(path, other)
        self.assertEqual((status, answer["ok"], answer["journal"]), (1, True, "other"))
        status, answer = check(path, os.path.join(self.dir, "elsewhere", "none.sqlite"))
        self.assertEqual((status, answer["ok"], answer["own"], answer["journal"]), (0, True, None, "unknown"))
        self.assertEqual(answer["accepted"], 0)

        # Signed anew, by whoever can write the file.
        key = os.path.join(self.dir, "report-key.pem")
        os.rename(key, key + ".kept")
        self.assertEqual(self.run_ctl(self.command(sim, numbering, "verify", "--report", folder + "-2", arm=False))[0], 1)
        status, answer = check(path)
        self.assertEqual((status, answer["ok"], answer["own"], answer["journal"]), (1, True, False, "same"))
        os.rename(key + ".kept", key)

        # Every change is seen: of the report, of what it names, of its end, of its key.
        with open(path) as file:
            whole = file.read()
        end = whole.index('"signature"')
        fakes = [whole.replace('"mismatch"', '"match"', 1), whole.replace(report["key"], report["key"][::-1], 1),
                 whole.replace('\n}\n', ',\n  "verdict": "match"\n}\n'), whole[:end + 14] + whole[end + 14:].translate(str.maketrans("ABCDabcd", "BADCbadc"))]
        for fake in fakes:
            self.assertNotEqual(fake, whole)
            with open(path, "w") as file:
                file.write(fake)
            status, answer = check(path)
            self.assertEqual((status, answer["ok"]), (1, False), fake[-200:])
        for fake in ("", "{}", whole[:end], "[" * 10000, "[" * 1000000 + whole[end - 4:], whole + "x"):
            with open(path, "w") as file:
                file.write(fake)
            self.assertEqual(check(path)[0], 1)
        with open(path, "w") as file:
            file.write(whole)
        self.assertEqual(check(path)[0], 0)
        for file in (table, text):
            with open(file, "a") as more:
                more.write(" ")
            status, answer = check(path)
            self.assertEqual((status, answer["ok"]), (1, False))
            os.truncate(file, os.path.getsize(file) - 1)
        os.remove(text)
        self.assertEqual(check(path)[0], 1)
        sim.close()

    @both
    def test_findings(self, numbering):
        sim = self.sim(numbering, "--fault", "duplicate-fill")
        with self.session(sim, numbering) as session:
            session.order("buy 1 ESZ6 market", status="filled")
            time.sleep(2.1)
            since = session.mark()
            session.send("verify")
            found = session.wait("verify", since, check="V13", verdict="mismatch")
            self.assertEqual((found["expected"], found["seen"], len(found["seqs"])), (1, 2, 2))
            self.assertEqual(len([e for e in session.events if e["event"] == "fill"]), 1)
            session.wait("notice", since, code="VERIFIED", level="alarm")
            for line, code in ((f"note {found['finding']} the server stutters", "FINDING_NOTED"),
                               (f"accept {found['finding']} seen in its log", "FINDING_ACCEPTED"),
                               ("baseline ESZ6", "BASELINE")):
                since = session.mark()
                session.send(line)
                session.wait("notice", since, code=code)
            for line in ("accept", "accept 0", "note 1", "baseline", "accept 4711 no such"):
                since = session.mark()
                session.send(line)
                session.wait("denied", since, code="USAGE")
            since = session.mark()
            session.send("verify")
            again = session.wait("verify", since, check="V13", verdict="mismatch")
            self.assertEqual((again["finding"], again["accepted"], again["note"]), (found["finding"], True, "seen in its log"))
            session.wait("notice", since, code="VERIFIED")
            session.finish()
        # Accepted it is still what was found; and all of it is in the journal.
        status, wrong, verdicts = self.verify(sim, numbering)
        self.assertEqual((status, wrong["mismatch"]), (1, ["V13"]))
        self.assertEqual([e["accepted"] for e in verdicts if e["verdict"] == "mismatch"], [True])
        # What was taken is called accepted, in all three files and by whoever checks them; nothing calls it a match.
        folder = os.path.join(self.dir, numbering + "-accepted")
        status, events, _unused = self.run_ctl(self.command(sim, numbering, "verify", "--report", folder, arm=False))
        self.assertEqual(status, 1)
        with open(events[-1]["file"]) as file:
            report = json.load(file)
        self.assertEqual((report["verdict"], report["accepted"]), ("accepted", 1))
        with open(events[-1]["file"][:-4] + "txt") as file:
            self.assertRegex(file.read(), r"(?s)Verdict     accepted\n.*V13 mismatch, accepted by a person")
        done = subprocess.run([DTCCTL, "--state", self.state, "report", "check", events[-1]["file"]], env=self.env, capture_output=True, text=True)
        self.assertIn("with the verdict accepted; findings that do not match or are not provable and that a person has accepted: 1", done.stdout)
        sim.close()
        self.check_journal()

    @both
    def test_timeline(self, numbering):
        sim = self.sim(numbering)
        with self.session(sim, numbering) as session:
            order = session.order("buy 1 ESZ6 market", status="filled")
            # Beside the writer.
            out = subprocess.run([DTCCTL, "--state", self.state, "history", order["client_order_id"]], env=self.env,
                                 capture_output=True, text=True)
            session.finish()
        self.assertEqual(out.returncode, 0, out.stderr)
        lines = out.stdout.splitlines()
        words = [line.split("#")[0].split()[-1] for line in lines[:-1]]
        self.assertEqual(words, ["click", "journal", "socket", "server", "fill", "end"])
        for part in ("click→journal", "journal→socket", "socket→answer", "answer→first fill"):
            self.assertIn(part, lines[-1])
        sim.close()

    @both
    def test_one_shots(self, numbering):
        sim = self.sim(numbering)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "buy 1 ESZ6 limit 4990"))
        self.assertEqual(status, 0, events)
        ours = [e for e in events if e["event"] == "order"][-1]["client_order_id"]
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "modify", ours, "price", "4989"))
        self.assertEqual(status, 0, events)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "orders", arm=False))
        self.assertEqual((status, [(e["client_order_id"], e["price"]) for e in events]), (0, [(ours, 4989)]))
        # The way out needs no arming and no limits.
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "cancel", ours, arm=False, limits=False))
        self.assertEqual(status, 0, events)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "cancel", ours, arm=False))
        self.assertEqual((status, events[-1]["code"]), (3, "NO_SUCH_ORDER"), events)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "cancel all", arm=False))
        self.assertEqual(status, 0, events)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "flatten ESZ6", arm=False))
        self.assertEqual((status, events[-1]["code"]), (3, "FLAT"), events)
        self.assertEqual(self.run_ctl(self.command(sim, numbering, "order", "sell 2 ESZ6 market"))[0], 0)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "flatten ESZ6", arm=False, limits=False))
        self.assertEqual(status, 0, events)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "positions"))
        self.assertEqual([e["quantity"] for e in events if e["symbol"] == "ESZ6" and e["quantity"]], [])
        sim.close()
        self.check_journal()


class Linked(Base):
    """Brackets, pairs, reverses and the flatten of an account, by way of the simulator."""

    @both
    def test_session(self, numbering):
        sim = self.sim(numbering)
        with self.session(sim, numbering) as session:
            since = session.mark()
            session.send("buy 2 ESZ6 limit 4900 gtc note \"a plan\" target 5100 stop 4800")
            entry = session.wait("order", since, role="entry", status="working")
            target = session.wait("order", since, role="target", status="held-by-parent")
            stop = session.wait("order", since, role="stop", status="held-by-parent")
            self.assertEqual((entry["note"], target["note"], stop["note"]), ("a plan",) * 3)
            self.assertEqual((target["parent"], stop["parent"]), (entry["server_order_id"],) * 2)
            stop = session.wait("order", since, client_order_id=stop["client_order_id"], sibling=target["server_order_id"])
            self.assertIsNone(entry["parent"])
            since = session.mark()
            session.send("cancel " + entry["client_order_id"])
            for order in (entry, target, stop):
                session.wait("order", since, client_order_id=order["client_order_id"], status="cancelled")
            session.wait("notice", since, code="CANCELS_EXITS")

            since = session.mark()
            session.send("buy 1 ESZ6 market target 5100 stop 4800")
            session.wait("order", since, role="stop", status="working")
            session.wait("order", since, role="target", status="working")
            since = session.mark()
            session.send("reverse ESZ6")
            session.wait("order", since, role="flatten", status="filled", side="sell")
            session.wait("order", since, role=None, status="filled", side="sell", quantity=1)
            session.wait("order", since, role="stop", status="cancelled")
            session.wait("position", since, symbol="ESZ6", quantity=-1)
            self.assertEqual(session.finish(), 0)
        sim.close()
        self.check_journal()

    @both
    def test_order(self, numbering):
        sim = self.sim(numbering)

        def order(*line):
            status, events, _ = self.run_ctl(self.command(sim, numbering, "order", *line))
            return status, [e for e in events if e["event"] == "order"], [e for e in events if e["event"] == "denied"]

        status, orders, _ = order("oco", "1", "ESZ6", "buy", "stop", "5100", "sell", "stop", "4900", "note", "two words")
        self.assertEqual(status, 0)
        self.assertEqual(len({o["client_order_id"] for o in orders}), 2)
        self.assertEqual({(o["role"], o["note"]) for o in orders}, {("oco", "two words")})
        self.assertEqual({o["status"] for o in orders if o["sibling"]}, {"working"})
        status, orders, _ = order("buy 1 ESZ6 market target 5100 stop 4900")
        self.assertEqual(status, 0)
        self.assertEqual({o["role"] for o in orders}, {"entry", "target", "stop"})
        status, orders, denied = order("sell 1 ESZ6 limit 5000 target 5100 stop 4900")
        self.assertEqual((status, orders, denied[0]["code"]), (2, [], "USAGE"))
        status, orders, _ = order("flatten all")
        self.assertEqual(status, 0)
        status, _, denied = order("flatten all")
        self.assertEqual((status, denied[0]["code"]), (3, "FLAT"))
        sim.close()
        self.check_journal()


class Denials(Base):
    @both
    def test_codes(self, numbering):
        sim = self.sim(numbering)
        narrow = self.write_limits({"max_order_quantity": 2, "max_position": 2, "max_order_value": 600000,
                                    "price_collar_percent": 1, "duplicate_window_ms": 60000, "symbols": ["ESZ6", "NOPE"]})
        with self.session(sim, numbering, arm=False, limits=narrow) as session:
            def denied(line, code):
                since = session.mark()
                session.send(line)
                event = session.wait("denied", since, input=line)
                self.assertEqual(event["code"], code, event)
                return event["text"]

            denied("buy 1 ESZ6 sideways", "USAGE")
            denied("wait for it", "USAGE")
            denied("unhalt", "USAGE")
            denied("buy 1 ESZ6 limit 5000 target 5010", "USAGE")
            denied("buy 1 ESZ6 limit 5000 target 4990 stop 5010", "USAGE")
            denied("buy 1 ESZ6 limit 5000 target 5010 stop 4990", "DISARMED")
            denied("reverse ESZ6", "FLAT")
            denied("buy 1 ESZ6 market", "DISARMED")
            session.send("arm")
            denied("buy 1 CLZ6 limit 70", "SYMBOL")
            denied("buy 1 NOPE limit 70", "NO_DEFINITION")
            denied("buy 1 ESZ6 limit 4999.9", "PRICE_TICK")
            self.assertIn("max 2, asked 3", denied("buy 3 ESZ6 limit 4999", "QTY_MAX"))
            denied("buy 1 ESZ6 limit 4900", "PRICE_COLLAR")
            session.order("buy 1 ESZ6 limit 4990", status="working")
            denied("buy 1 ESZ6 limit 4990", "DUPLICATE")
            denied("buy 2 ESZ6 limit 4991", "POSITION_MAX_WORST_CASE")
            denied("sell 1 ESZ6 limit 4990", "SELF_MATCH")
            denied("cancel NOBODY", "NO_SUCH_ORDER")
            denied("modify NOBODY qty 5", "NO_SUCH_ORDER")
            denied("flatten ESZ6 now", "USAGE")
            since = session.mark()
            session.send("halt")
            session.wait("order", since, status="cancelled")
            denied("buy 1 ESZ6 limit 4992", "HALTED")
            session.send("arm")
            denied("buy 1 ESZ6 limit 4993", "HALTED")
            session.send("unhalt HALT")
            denied("buy 1 ESZ6 limit 4994", "DISARMED")
            session.send("arm")
            session.order("buy 1 ESZ6 limit 4995", status="working")
            session.send("disarm")
            denied("buy 1 ESZ6 limit 4989", "DISARMED")
            session.send("cancel all")
            session.wait("order", status="cancelled", price=4995)
            self.assertEqual(session.finish(), 0)
        sim.close()
        self.check_journal()

    @both
    def test_limits(self, numbering):
        sim = self.sim(numbering)
        line = ["order", "buy", "1", "ESZ6", "market"]
        missing = os.path.join(self.dir, "nowhere.json")
        partial = self.write_limits({}, without=["max_position"])
        for limits in (False, missing, partial):
            status, events, errors = self.run_ctl(self.command(sim, numbering, *line, limits=limits))
            self.assertEqual((status, events[-1]["code"]), (3, "LIMITS"), (events, errors))
        self.assertIn("max_position", events[-1]["text"])
        broken = os.path.join(self.dir, "broken.json")
        with open(broken, "w") as out:
            out.write('{"schema": 1, "max_position": "5"}')
        status, events, errors = self.run_ctl(self.command(sim, numbering, *line, limits=broken))
        self.assertEqual((status, events), (1, []))
        self.assertIn("max_position", errors)
        sim.close()

    @both
    def test_account(self, numbering):
        sim = self.sim(numbering)
        for account, code in ((None, "ACCOUNT"), ("NOBODY", "ACCOUNT")):
            status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "buy 1 ESZ6 market", account=account))
            self.assertEqual((status, events[-1]["code"]), (3, code), events)
        sim.close()
        sim = self.sim(numbering, "--accounts", "ONLY")
        self.state += "-only"
        status, events, _ = self.run_ctl(self.command(sim, numbering, "order", "buy 1 ESZ6 market", account=None))
        self.assertEqual(status, 0, events)
        self.assertEqual([e for e in events if e["event"] == "order"][-1]["account"], "ONLY")
        sim.close()

    @both
    def test_before_live(self, numbering):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(5)
            with self.session(silent.getsockname()[1], numbering, live=False) as session:
                session.send("buy 1 ESZ6 market")
                self.assertEqual(session.wait("denied", input="buy 1 ESZ6 market")["code"], "LINK_DOWN")
                session.send("wait live 0")
                session.send("cancel 1")
                self.assertEqual(session.wait("denied", input="wait live 0")["code"], "LINK_DOWN")
                self.assertEqual(session.wait("denied", input="cancel 1")["code"], "LINK_DOWN")
                self.assertEqual(session.finish(), 0)


class TornInput(Base):
    """A pipe that breaks in the middle of a line: what is left of the line is refused, and never done."""

    SCRIPT = "buy 1 ESZ6 limit 5000.25\ncancel all ESZ6\n"
    REST = "The last line has no newline"

    def test_every_byte(self):
        def play(cut):
            command = self.command(1, "dtc", "session")
            command[command.index("--state") + 1] += "-%d" % cut
            return self.run_ctl(command, self.SCRIPT[:cut])

        with ThreadPool(8) as pool:
            played = pool.map(play, range(len(self.SCRIPT) + 1))
        for cut, (status, events, _) in enumerate(played):
            *whole, rest = self.SCRIPT[:cut].split("\n")
            denied = [e for e in events if e["event"] == "denied"]
            self.assertEqual(status, 0)
            self.assertEqual({(e["code"], e["input"]) for e in denied},
                             {("LINK_DOWN", line) for line in whole} | ({("USAGE", rest)} if rest else set()), (cut, denied))
            self.assertTrue(all(self.REST in e["text"] for e in denied if e["code"] == "USAGE"), denied)

    @both
    def test_live(self, numbering):
        sim = self.sim(numbering)
        with self.session(sim, numbering) as session:
            session.order("buy 1 ESZ6 limit 4990.25", status="working")
        for line in ("buy 1 ESZ6 limit 4990.2", "cancel all", "flatten ESZ6", "buy 1 ESZ6 market # x"):
            status, events, _ = self.run_ctl(self.command(sim, numbering, "session"), "wait live %d\n%s" % (PATIENCE, line))
            denied = [e for e in events if e["event"] == "denied"]
            self.assertEqual([(e["code"], e["input"]) for e in denied], [("USAGE", line)])
            self.assertIn(self.REST, denied[0]["text"])
        # What the end of input does anyway, and what does nothing, is no news.
        for line in ("quit", "# a note", "  "):
            status, events, _ = self.run_ctl(self.command(sim, numbering, "session"), "wait live %d\n%s" % (PATIENCE, line))
            self.assertEqual((status, [e for e in events if e["event"] == "denied"]), (0, []))
        status, events, _ = self.run_ctl(self.command(sim, numbering, "orders"))
        self.assertEqual([(e["price"], e["status"]) for e in events], [(4990.25, "working")])
        sim.close()

    def test_terminal(self):
        """A person at a terminal who ends the input behind a line means the line."""
        main, other = os.openpty()
        process = subprocess.Popen(self.command(1, "dtc", "session"), env=self.env, stdin=other, stdout=subprocess.PIPE, text=True)
        os.close(other)
        os.write(main, b"cancel all\x04\x04")
        events = [read_event(line) for line in process.stdout]
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual([(e["code"], e["input"]) for e in events if e["event"] == "denied"], [("LINK_DOWN", "cancel all")])
        process.stdout.close()
        os.close(main)


class Leaving(Base):
    @both
    def test_end_of_input(self, numbering):
        """The last lines still take effect, whether input ends or the session is told to quit."""
        sim = self.sim(numbering)
        for ending in ("", "quit\n"):
            status, events, _ = self.run_ctl(self.command(sim, numbering, "session"),
                                             "wait live 60\nbuy 1 ESZ6 limit 4990%s\n%s" % (".25" if ending else "", ending))
            self.assertEqual(status, 0)
            self.assertTrue([e for e in events if e["event"] == "order" and e["status"] == "working"], events)
        status, events, _ = self.run_ctl(self.command(sim, numbering, "orders"))
        self.assertEqual((status, len(events)), (0, 2), events)
        sim.close()
        self.check_journal()

    @both
    def test_signals(self, numbering):
        sim = self.sim(numbering)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.session(sim, numbering) as session:
                session.process.send_signal(number)
                self.assertEqual(session.process.wait(PATIENCE), 0)
        # What it was started with in order to stay, as nohup does, is no reason to leave.
        command = self.command(sim, numbering, "session")
        nohup = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with Session(command, self.env, preexec_fn=nohup) as session:
            session.send("wait live %d" % PATIENCE)
            session.wait("link", state="live")
            session.process.send_signal(signal.SIGHUP)
            order = session.order("buy 1 ESZ6 limit 4900", status="working")
            session.order("cancel " + order["client_order_id"], status="cancelled")
            session.process.send_signal(signal.SIGTERM)
            self.assertEqual(session.process.wait(PATIENCE), 0)
        # Nobody reads any more: it leaves by itself.
        process = subprocess.Popen(self.command(sim, numbering, "session"), env=self.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        process.stdout.close()
        for _ in range(20):
            try:
                process.stdin.write("nonsense\n")
                process.stdin.flush()
            except BrokenPipeError:
                break
        self.assertEqual(process.wait(PATIENCE), 1)
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        sim.close()
        self.check_journal()


    @both
    def test_closed(self, numbering):
        """Started without standard input, output or error: nothing else takes their place."""
        sim = self.sim(numbering)

        def run(*closed):
            def close():
                for fd in closed:
                    os.close(fd)
            process = subprocess.Popen(self.command(sim, numbering, "session"), env={**self.env, "DEBUG_DTC": "1"},
                                       stdin=subprocess.DEVNULL if 0 in closed else subprocess.PIPE, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, text=True, preexec_fn=close)
            if 0 not in closed:
                process.stdin.write("wait live %d\nnonsense\nbuy 1 ESZ6 limit 4900\nquit\n" % PATIENCE)
                process.stdin.close()
            return process.wait(PATIENCE)
        self.assertEqual(run(0), 0)
        self.assertEqual(run(2), 0)
        self.assertEqual([run(1), run(1, 2), run(0, 1, 2)], [1, 1, 1])
        sim.close()
        self.check_journal()

    @both
    def test_slow_reader(self, numbering):
        """Nobody reads what it says: it does what it is told all the same, and nothing but quotes is left out."""
        sim = self.sim(numbering)
        process = subprocess.Popen(self.command(sim, numbering, "session"), env=self.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: process.poll() is None and process.kill())

        def say(text):
            process.stdin.write(text)
            process.stdin.flush()

        def working():
            status, events, _ = self.run_ctl(self.command(sim, numbering, "orders"))
            return [e for e in events if e["status"] == "working"]
        say("wait live %d\nbuy 1 ESZ6 limit 4900\n" % PATIENCE)
        for line in process.stdout:
            event = read_event(line)
            if event["event"] == "order" and event["status"] == "working":
                break
        say("nonsense\n" * 3000)
        say("cancel %s\nbuy 1 ESZ6 limit 4800\n" % event["client_order_id"])
        end = time.monotonic() + PATIENCE
        while [e["price"] for e in working()] != [4800]:
            self.assertLess(time.monotonic(), end)
        say("quit\n")
        rest = [read_event(line) for line in process.stdout]
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(len([e for e in rest if e["event"] == "denied" and e["code"] == "USAGE"]), 3000)
        self.assertTrue([e for e in rest if e["event"] == "order" and e["price"] == 4800 and e["status"] == "working"])
        process.stdin.close()
        process.stdout.close()
        # A signal ends it even so; that not all was read is not "done".
        process = subprocess.Popen(self.command(sim, numbering, "session"), env=self.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        say("wait live %d\n" % PATIENCE + "nonsense\n" * 3000 + "buy 1 ESZ6 limit 4700\n")
        while len(working()) < 2:
            self.assertLess(time.monotonic(), end)
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 1)
        process.stdin.close()
        process.stdout.close()
        sim.close()
        self.check_journal()

    @both
    def test_signal_in_flatten(self, numbering):
        """A way out that has begun is not cut off halfway: the entry is cancelled, and the exit leaves too."""
        sim = self.sim(numbering, "--latency", "100")
        for line in ("buy 2 ESZ6 market", "buy 1 ESZ6 limit 4900"):
            status, events, _ = self.run_ctl(self.command(sim, numbering, "order", line))
            self.assertEqual(status, 0, events)
        process = subprocess.Popen(self.command(sim, numbering, "order", "flatten ESZ6"), env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            if read_event(line).get("code") == "FLATTEN":
                break
        process.terminate()
        rest = process.stdout.read()
        self.assertEqual(process.wait(PATIENCE), 5, rest)
        process.stdout.close()
        status, events, _ = self.run_ctl(self.command(sim, numbering, "positions"))
        self.assertEqual([e["quantity"] for e in events if e["symbol"] == "ESZ6" and e["quantity"]], [], rest)
        sim.close()
        self.check_journal()


class Outage(Base):
    @both
    def test_server_dies(self, numbering):
        """Killed and restarted with its state while orders work: stale, back, the same, nothing sent twice."""
        kept = os.path.join(self.dir, numbering + "-sim.json")
        log = os.path.join(self.dir, numbering + "-sim.log")
        sim = self.sim(numbering, "--state", kept, "--log", log)
        with self.session(sim, numbering) as session:
            first = session.order("buy 1 ESZ6 limit 4990", status="working")["client_order_id"]
            session.order("buy 2 ESZ6 market", status="filled")
            since = session.mark()
            sim.kill()
            stale = session.wait("order", since, client_order_id=first, certainty="stale")
            self.assertEqual((stale["status"], stale["reason"]), ("working", "link-lost"))
            session.wait("link", since, state="down")
            session.send("buy 1 ESZ6 limit 4980")
            session.wait("denied", since, code="LINK_DOWN")
            sim = self.sim(numbering, "--state", kept, "--log", log, port=sim.port)
            back = session.wait("link", since, state="live")
            fresh = session.wait("order", since, client_order_id=first, certainty="fresh")
            self.assertEqual(fresh["status"], "working")
            self.assertEqual(back["epoch"], stale["epoch"] + 1)
            session.send("cancel " + first)
            session.wait("order", since, client_order_id=first, status="cancelled")
            self.assertEqual(session.finish(), 0)
            ids = [e["execution_id"] for e in session.events if e["event"] == "fill"]
            self.assertEqual(len(ids), len(set(ids)))
        sim.close()
        self.check_journal()

        submit = 300 if numbering == "brief" else 208
        with open(log) as lines:
            entries = [json.loads(line) for line in lines]
        self.assertEqual(len([e for e in entries if e["dir"] == "in" and e["wire_type"] == submit]), 2)

    @both
    def test_full_disk(self, numbering):
        """No file may grow any more: that kills nobody, new orders are refused before any byte, the way out is open."""
        log = os.path.join(self.dir, numbering + "-full.log")
        sim = self.sim(numbering, "--log", log)
        with self.session(sim, numbering) as session:
            first = session.order("buy 1 ESZ6 limit 4990", status="working")["client_order_id"]
            resource.prlimit(session.process.pid, resource.RLIMIT_FSIZE, (512, 512))
            for price in (4980, 4981):
                since = session.mark()
                session.send("buy 1 ESZ6 limit %d" % price)
                session.wait("denied", since, code="STORAGE")
            session.send("cancel " + first)
            session.wait("order", since, client_order_id=first, status="cancelled")
            self.assertEqual(session.finish(), 0)
        sim.close()
        self.check_journal()
        with open(log) as lines:
            entries = [json.loads(line) for line in lines]
        submit = 300 if numbering == "brief" else 208
        self.assertEqual(len([e for e in entries if e["dir"] == "in" and e["wire_type"] == submit]), 1)

    @both
    def test_tampering(self, numbering):
        sim = self.sim(numbering)
        self.run_ctl(self.command(sim, numbering, "order", "buy 1 ESZ6 market"))
        sim.close()
        self.check_journal()
        database = sqlite3.connect(self.state)
        for trigger, in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute("drop trigger " + trigger)
        self.assertGreater(database.execute("update journal set account = 'SIM2' where account = 'SIM1'").rowcount, 0)
        database.commit()
        database.close()
        status, events, errors = self.run_ctl([DTCCTL, "--state", self.state, "--json", "journal", "check"])
        self.assertEqual((status, [e["ok"] for e in events]), (1, [False]), errors)


if __name__ == "__main__":
    DTCCTL, DTC_SIM = (os.path.abspath(path) for path in sys.argv[1:3])
    del sys.argv[1:3]
    unittest.main(verbosity=2)
