# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fault is played with: dtc-sim, a relay that cuts, `dtcctl session`, and a folder that keeps the evidence.

Nothing here knows what is right: that is oracle.py. Python's standard library only.
"""

import collections
import concurrent.futures
import json
import os
import random
import selectors
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time

# How long a slow machine may take. Nothing is asserted about it; what has a bound of its own is measured and printed.
PATIENCE = float(os.environ.get("FAULTS_PATIENCE", "60"))
LIMITS = {
    "schema": 1, "symbols": ["*"], "max_order_quantity": 1000, "max_position": 100000, "max_order_value": 1e11,
    "price_collar_percent": 50, "max_open_orders_symbol": 10000, "max_open_orders_account": 10000,
    "orders_per_second": 1000, "orders_burst": 1000, "orders_per_second_symbol": 1000, "duplicate_window_ms": 0,
}
# Message types on the wire, by numbering.
SUBMIT = {"brief": 300, "dtc": 208}
CANCEL = {"brief": 302, "dtc": 203}
REPLACE = {"brief": 302, "dtc": 204}
OCO, FLATTEN, CANCEL_ALL = 201, 209, 210
COMMANDS = {"brief": {300, 302, 201, 209, 210}, "dtc": {208, 203, 204, 201, 209, 210}}
SECRET = "canary-7f3a9c"  # a password that no artefact may hold

LINK, INTENT, OUTCOME, EVENT, FILL, TRANSITION, SNAPSHOT, HUMAN = 2, 3, 4, 5, 6, 7, 8, 9


class Fault(AssertionError):
    """An invariant is broken, or the case did not get where it had to."""


def wait_for(what, condition, patience=None, step=0.01):
    """Whatever @condition returns once it is true."""
    end = time.monotonic() + (patience or PATIENCE)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Fault(f"waited in vain for {what}")
        time.sleep(step)


class Simulator:
    """dtc-sim, its control socket and its own record of everything."""

    def __init__(self, program, folder, numbering, *args, port=0, seed=1, speed=0, name="sim"):
        self.program, self.folder, self.numbering = program, folder, numbering
        self.log_path = os.path.join(folder, f"{name}.ndjson")
        self.state_path = os.path.join(folder, f"{name}.state")
        self.control_path = os.path.join(folder, f"{name}.control")
        self.args = ["--numbering", numbering, "--seed", str(seed), "--speed", str(speed), "--session-end", "never",
                     "--log", self.log_path, "--state", self.state_path, "--control", self.control_path,
                     "--exit-with-stdin", "--quiet", *args]
        if "--accounts" not in args:
            self.args += ["--accounts", "SIM1"]
        self.port = port
        self.errors = open(os.path.join(folder, f"{name}.stderr"), "ab")
        self.ended_orders, self.ended_fills = {}, {}  # what a restarted server does not remember
        self.start()

    def start(self):
        """Again on the same port, after a kill() or stop()."""
        self.process = subprocess.Popen([self.program, "--port", str(self.port), *self.args], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("port "):
            raise Fault(f"dtc-sim does not start: {line!r}")
        self.port = int(line.split()[1])

    def kill(self):
        self.process.kill()
        self.reap()

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
        self.reap()

    def reap(self):
        self.process.wait(timeout=PATIENCE)
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        if os.path.exists(self.state_path):
            self.ended_orders, self.ended_fills, _ = self.truth()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def tell(self, line):
        """One command; its answer."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(PATIENCE)
            control.connect(self.control_path)
            control.sendall(line.encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                chunk = control.recv(65536)
                if not chunk:
                    break
                data += chunk
        answer = json.loads(data)
        if not answer["ok"]:
            raise Fault(f"dtc-sim refuses {line!r}: {answer['error']}")
        return answer

    def fault(self, line):
        return self.tell("fault " + line)

    def log(self):
        """What arrived and what left, in the published numbers whatever the wire has; arrivals before any fault."""
        entries = []
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            for line in log:
                if line.endswith("\n"):
                    entries.append(json.loads(line))
        return entries

    def received(self, *types):
        return [e["fields"] for e in self.log() if e.get("dir") == "in" and e.get("type") in types]

    def truth(self):
        """The exchange's own orders, fills and positions, read from its state file."""
        orders, fills, positions = {}, {}, {}
        with open(self.state_path, encoding="utf-8") as state:
            for line in state:
                if not line.endswith("\n"):
                    continue
                entry = json.loads(line)
                if entry["whole"]:
                    orders, fills, positions = {}, {}, {}
                for order in entry["orders"]:
                    orders[order["number"], order["client_id"]] = order  # a number may be given again
                for fill in entry["fills"]:
                    fills[fill["execution_id"]] = fill
                for account in entry["accounts"]:
                    for position in account["positions"]:
                        positions[account["name"], position["symbol"]] = position["quantity"]
        return {**self.ended_orders, **orders}, {**self.ended_fills, **fills}, positions


class Cut:
    """Ends a connection after @byte bytes have passed in @direction ("c2s" or "s2c").

    how: "fin" and "rst" end it; "silence" keeps both sockets and passes nothing any more, in both directions;
    "deaf" the same for this direction alone; "half" closes this direction, the other goes on.
    """

    def __init__(self, direction, byte, how):
        self.direction, self.byte, self.how = direction, byte, how


class Half:
    """One direction of a connection."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.arrived = bytearray()   # what the source let go of
        self.stamps = []             # (monotonic, how many bytes had arrived)
        self.passed = bytearray()    # what the sink was given
        self.waiting = bytearray()
        self.rest = b""              # of an unfinished frame, when there is a filter
        self.cut = None
        self.ended = False           # the source has closed
        self.closed = False          # and the sink was told
        self.held = False            # nothing is read: the window closes
        self.lost = False            # what arrives disappears
        self.slice = 0               # bytes a write, 0: all
        self.filter = None


class Connection:
    def __init__(self, number, client, server):
        self.number = number
        self.client, self.server = client, server
        self.halves = {"c2s": Half(client, server), "s2c": Half(server, client)}
        self.open = True
        self.began = time.monotonic()
        self.ended = None


class Relay(threading.Thread):
    """Stands between the client and the server, and keeps every byte that the client let go of.

    plan: called with each new Connection, before a byte has passed: sets cuts, slices, filters.
    """

    def __init__(self, server_port):
        super().__init__(daemon=True)
        self.server_port = server_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.connections = []
        self.attempts = []           # when somebody connected
        self.plan = None
        self.refuses = False         # accepts and closes at once
        self.swallows = False        # accepts and never answers
        self.lock = threading.RLock()
        self.stopping = False
        self.wake_in, self.wake_out = socket.socketpair()
        self.wake_in.setblocking(False)
        self.wake_out.setblocking(False)
        self.events = []             # (monotonic, text): what the relay did

    def note(self, text):
        self.events.append((time.monotonic(), text))

    def wake(self):
        try:
            self.wake_out.send(b"x")
        except OSError:
            pass

    def run(self):
        selector = selectors.DefaultSelector()
        watched = {}
        while not self.stopping:
            with self.lock:
                wanted = {self.listener: selectors.EVENT_READ, self.wake_in: selectors.EVENT_READ}
                for connection in self.connections:
                    if not connection.open:
                        continue
                    for half in connection.halves.values():
                        if not half.ended and not half.held and len(half.waiting) < 1 << 20:
                            wanted[half.source] = wanted.get(half.source, 0) | selectors.EVENT_READ
                        if half.waiting and not half.closed:
                            wanted[half.sink] = wanted.get(half.sink, 0) | selectors.EVENT_WRITE
                for each in list(watched):
                    if each not in wanted:
                        try:
                            selector.unregister(each)
                        except (KeyError, ValueError):
                            pass
                        del watched[each]
                for each, events in wanted.items():
                    if each not in watched:
                        selector.register(each, events)
                    elif watched[each] != events:
                        selector.modify(each, events)
                    watched[each] = events
            ready = {key.fileobj: events for key, events in selector.select(0.2)}
            with self.lock:
                if self.wake_in in ready:
                    try:
                        self.wake_in.recv(4096)
                    except OSError:
                        pass
                if self.listener in ready and not self.stopping:
                    self.accept()
                for connection in self.connections:
                    for half in connection.halves.values():
                        if connection.open and ready.get(half.source, 0) & selectors.EVENT_READ:
                            self.read(connection, half)
                        if connection.open and half.waiting:
                            self.write(connection, half)
                    # A closed socket leaves the selector before its number is given to another.
                    if not connection.open:
                        for each in (connection.client, connection.server):
                            if each in watched:
                                try:
                                    selector.unregister(each)
                                except (KeyError, ValueError):
                                    pass
                                del watched[each]
        selector.close()

    def accept(self):
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        self.attempts.append(time.monotonic())
        if self.refuses:
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self.server_port), timeout=5)
        except OSError:
            client.close()
            return
        for each in (client, server):
            each.setblocking(False)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(len(self.connections) + 1, client, server)
        if self.swallows:
            for half in connection.halves.values():
                half.lost = True
        self.connections.append(connection)
        if self.plan:
            self.plan(connection)

    def read(self, connection, half):
        try:
            data = half.source.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            half.ended = True
            self.close_half(connection, half)
            return
        half.arrived += data
        half.stamps.append((time.monotonic(), len(half.arrived)))
        if half.lost:
            return
        if half.filter:
            half.rest += data
            if not half.passed and half.rest[:2] == b"\x10\x00":  # the encoding handshake, in binary
                if len(half.rest) < 16:
                    return
                half.waiting += half.rest[:16]
                half.rest = half.rest[16:]
            *frames, half.rest = half.rest.split(b"\0")
            for frame in frames:
                for out in half.filter(frame):
                    half.waiting += out + b"\0"
        else:
            half.waiting += data

    def write(self, connection, half):
        while half.waiting and connection.open and not half.closed:
            size = len(half.waiting)
            if half.slice:
                size = min(size, half.slice)
            if half.cut:
                size = min(size, half.cut.byte - len(half.passed))
                if size <= 0:
                    self.do_cut(connection, half, half.cut.how)
                    return
            try:
                sent = half.sink.send(half.waiting[:size])
            except BlockingIOError:
                return
            except OSError:
                self.end(connection, "fin")
                return
            half.passed += half.waiting[:sent]
            del half.waiting[:sent]
            if half.cut and len(half.passed) >= half.cut.byte:
                self.do_cut(connection, half, half.cut.how)
                return
        if half.ended:
            self.close_half(connection, half)

    def close_half(self, connection, half):
        """The source has ended, and the sink is told once it has everything; a black hole tells nobody."""
        if half.lost:
            if half.source is connection.client:
                self.end(connection, "ghost")
            elif connection.halves["c2s"].closed:
                self.end(connection, "fin")
            return
        if half.waiting:
            return
        if not half.closed:
            half.closed = True
            try:
                half.sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        if all(each.closed for each in connection.halves.values()):
            self.end(connection, "fin")

    def do_cut(self, connection, half, how):
        half.cut = None
        if how in ("fin", "rst"):
            self.end(connection, how)
        elif how == "half":
            self.note(f"connection {connection.number}: half closed")
            half.lost, half.closed = True, True
            half.waiting.clear()
            half.sink.shutdown(socket.SHUT_WR)
        else:
            self.note(f"connection {connection.number}: {how}")
            for each in connection.halves.values():
                if how == "silence" or each is half:
                    each.lost = True
                    each.waiting.clear()

    def end(self, connection, how):
        if not connection.open:
            return
        connection.open = False
        connection.ended = time.monotonic()
        self.note(f"connection {connection.number}: {how}")
        for each in (connection.client, connection.server):
            if how == "ghost" and each is connection.server:
                continue  # the server still believes in it, until the relay goes
            try:
                if how == "rst":
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.close()
            except OSError:
                pass

    # What a case tells it, from any thread.

    def last(self):
        with self.lock:
            return self.connections[-1] if self.connections else None

    def cut(self, how, direction="s2c"):
        """Ends every open connection at once; returns when that was."""
        with self.lock:
            for connection in self.connections:
                if connection.open:
                    self.do_cut(connection, connection.halves[direction], how)
            when = time.monotonic()
        self.wake()
        return when

    def change(self, function):
        """@function(connection) for every open connection."""
        with self.lock:
            for connection in self.connections:
                if connection.open:
                    function(connection)
        self.wake()

    def inject(self, data, direction="s2c"):
        """Raw bytes to the client, or to the server, between two writes."""
        self.change(lambda connection: connection.halves[direction].waiting.extend(data))

    def wait_idle(self):
        wait_for("every connection to end", lambda: not any(c.open for c in self.connections))

    def stop(self):
        self.stopping = True
        self.wake()
        self.join(PATIENCE)
        self.listener.close()
        self.wake_in.close()
        self.wake_out.close()
        for connection in self.connections:
            self.end(connection, "fin")
            connection.server.close()

    def frames(self, direction="c2s", since=0, passed=False):
        """Whole messages of every connection from number @since on, and the unfinished rest of each."""
        whole, rests = [], []
        with self.lock:
            for connection in self.connections[since:]:
                half = connection.halves[direction]
                frames, rest = split_frames(bytes(half.passed if passed else half.arrived))
                whole += frames
                rests.append(rest)
        return whole, rests

    def dump(self, folder):
        """The wire as it was, a file a direction; the password of a logon is not in it."""
        with self.lock:
            for connection in self.connections:
                for name, half in connection.halves.items():
                    for kind in ("arrived", "passed"):
                        path = os.path.join(folder, f"wire-{connection.number}-{name}-{kind}.bin")
                        with open(path, "wb") as out:
                            out.write(redact(bytes(getattr(half, kind))))
            with open(os.path.join(folder, "relay.txt"), "w", encoding="utf-8") as out:
                for when, text in self.events:
                    out.write(f"{when:.6f} {text}\n")


def redact(data):
    return data.replace(SECRET.encode(), b"*" * len(SECRET))


def split_frames(data):
    """Messages of a JSON or compact stream; the binary handshake before them is left out."""
    while data[:2] == b"\x10\x00":
        data = data[16:]
    *frames, rest = data.split(b"\0")
    return frames, rest


def frame_type(frame):
    """The Type of a whole JSON frame, None when it has none."""
    try:
        return json.loads(frame).get("Type")
    except (ValueError, AttributeError, UnicodeDecodeError):
        return None


def environment(folder, **more):
    """Nothing of the user's own: no settings, no secrets, no display."""
    env = {name: value for name, value in os.environ.items()
           if name.endswith("SAN_OPTIONS") or name in ("G_SLICE", "PATH", "LD_PRELOAD")}
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        env[f"XDG_{name}_HOME"] = os.path.join(folder, name.lower())
    env.update({"HOME": folder, "XDG_RUNTIME_DIR": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC", "G_DEBUG": "fatal-warnings",
                "DTC_USERNAME": "trader", "DTC_PASSWORD": SECRET})
    env.update(more)
    return env


class Session:
    """dtcctl session: lines in, every event out with the moment it was read."""

    def __init__(self, program, arguments, folder, name="client", **env):
        self.name = name
        self.errors_path = os.path.join(folder, f"{name}.stderr")
        self.trace_path = os.path.join(folder, f"{name}.ndjson")
        self.errors = open(self.errors_path, "ab")
        self.trace = open(self.trace_path, "ab")
        self.process = subprocess.Popen([program, *arguments, "session"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, env=environment(folder, **env))
        self.events = []
        self.typed = []              # (monotonic, line)
        self.broken = None
        self.ended = False
        self.killed = False
        self.torn = b""              # a last line that was not printed whole
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            now = time.monotonic()
            self.trace.write(line)
            with self.changed:
                if not line.endswith(b"\n"):
                    self.torn = line
                else:
                    try:
                        event = json.loads(line)
                        event["read"] = now
                        self.events.append(event)
                    except ValueError as error:
                        self.broken = error
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def send(self, *lines):
        for line in lines:
            self.typed.append((time.monotonic(), line))
        self.process.stdin.write("".join(line + "\n" for line in lines).encode())
        self.process.stdin.flush()

    def mark(self):
        with self.changed:
            return len(self.events)

    def find(self, name, since=0, **fields):
        """Every event from @since on that has these fields; a field may be a set of values, or a function."""
        def fits(have, want):
            return want(have) if callable(want) else have in want if isinstance(want, (set, frozenset)) else have == want
        with self.changed:
            return [e for e in self.events[since:]
                    if e["event"] == name and all(fits(e.get(key), want) for key, want in fields.items())]

    def wait(self, name, since=0, patience=None, **fields):
        """The first such event."""
        end = time.monotonic() + (patience or PATIENCE)
        began = since
        with self.changed:
            while True:
                if self.broken:
                    raise Fault(f"{self.name} printed no JSON: {self.broken}")
                found = self.find(name, since, **fields)
                if found:
                    return found[0]
                since = len(self.events)  # each is looked at once: floods come here
                left = end - time.monotonic()
                if left <= 0 or self.ended:
                    last = "\n".join(str(e) for e in self.events[-8:])
                    raise Fault(f"{self.name}: no {name} with {fields} since event {began}; the last ones:\n{last}")
                self.changed.wait(left)

    def none(self, name, since=0, **fields):
        found = self.find(name, since, **fields)
        if found:
            raise Fault(f"{self.name}: there should be no {name} with {fields}: {found[0]}")

    def live(self, since=0):
        return self.wait("link", since, state="live")

    def order(self, line, since=None, **fields):
        """Types a new order and waits for an event with these fields about an order that was not known before."""
        since = self.mark() if since is None else since
        known = {e["client_order_id"] for e in self.find("order")}
        self.send(line)
        return self.wait("order", since, client_order_id=lambda identity: identity not in known, **fields)

    def kill(self, how=signal.SIGKILL):
        self.killed = self.process.poll() is None
        self.process.send_signal(how)
        self.reap()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def quit(self):
        """End of input; the exit status."""
        if self.process.poll() is None:
            try:
                self.process.stdin.close()
            except OSError:
                pass
        return self.reap()

    def reap(self):
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Fault(f"{self.name} does not end") from None
        self.reader.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.errors, self.trace):
            try:
                stream.close()
            except OSError:
                pass
        return self.process.returncode

    def stderr(self):
        with open(self.errors_path, encoding="utf-8", errors="replace") as errors:
            return errors.read()


class Journal:
    """The surviving state file, read with Python's own SQLite."""

    def __init__(self, path):
        try:
            self.records = self.read(f"file:{path}?mode=ro")
        except sqlite3.OperationalError:
            # Killed in the middle of a change of the file itself, it must be rolled back first: of a copy, for the next
            # start is to find what the kill has left.
            with tempfile.TemporaryDirectory() as folder:
                for suffix in ("", "-wal", "-journal"):
                    if os.path.exists(f"{path}{suffix}"):
                        shutil.copy(f"{path}{suffix}", f"{folder}/copy{suffix}")
                self.records = self.read(f"file:{folder}/copy")

    @staticmethod
    def read(uri):
        base = sqlite3.connect(uri, uri=True)
        try:
            base.row_factory = sqlite3.Row
            return base.execute("SELECT * FROM journal ORDER BY seq").fetchall()
        finally:
            base.close()

    def of(self, *kinds):
        return [r for r in self.records if r["kind"] in kinds]

    def intents(self):
        return self.of(INTENT)

    def wires(self):
        """Every message of every intent, as often as it was intended."""
        count = collections.Counter()
        for record in self.intents():
            if record["wire"]:
                count.update(f for f in bytes(record["wire"]).split(b"\0") if f)
        return count

    @staticmethod
    def payload(record):
        return json.loads(record["payload"]) if record["payload"] else {}

    def fills(self):
        """Booked executions by id, those that a later one replaced left out."""
        booked, replaced = {}, set()
        for record in self.of(FILL):
            payload = self.payload(record)
            booked.setdefault(payload["execution_id"], []).append((record, payload))
            replaced.update((payload.get("replaces") or "").split())
        return {e: rows for e, rows in booked.items() if e not in replaced}


class Rig:
    """A case's own world: a folder, a simulator, a relay, sessions. `with Rig(…) as rig:` takes it down again."""

    def __init__(self, build, case, seed, numbering, long=False, keep=False, parent=None):
        self.case, self.seed, self.numbering, self.long, self.keep = case, seed, numbering, long, keep
        self.build = os.path.abspath(build)
        self.dtcctl = os.path.join(self.build, "src/dtcctl/dtcctl")
        self.dtc_sim = os.path.join(self.build, "src/sim/dtc-sim")
        self.rand = random.Random(f"{case} {seed} {numbering}")
        # A control socket's path is short.
        self.folder = tempfile.mkdtemp(prefix=f"dtc-fault-{case}-" if parent is None else "", dir=parent)
        self.state = os.path.join(self.folder, "state.sqlite")
        self.limits = self.write_limits("limits")
        self.sims, self.relays, self.sessions = [], [], []
        self.notes = []              # figures for whoever runs it

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        for session in self.sessions:
            if session.process.poll() is None:
                session.process.send_signal(signal.SIGCONT)
                session.process.kill()
            session.reap()
        for relay in self.relays:
            relay.stop()
            if kind:
                relay.dump(self.folder)
        for sim in self.sims:
            if sim.process.poll() is None:
                sim.resume()
                sim.process.kill()
            sim.reap()
            sim.errors.close()
        if kind is None and not self.keep:
            shutil.rmtree(self.folder)

    def note(self, text):
        self.notes.append(text)

    def child(self, number):
        """A world of its own for one sample of many; chance goes on from here."""
        each = Rig(self.build, f"{self.case}.{number}", self.seed, self.numbering, self.long, self.keep, parent=self.folder)
        each.notes = self.notes
        return each

    def samples(self, short, long=None):
        """So many worlds, one after the other."""
        for number in range(long if self.long and long else short):
            with self.child(number) as each:
                yield each

    def side_by_side(self, *functions):
        """Each with a world of its own, at the same time: for what mostly waits."""
        def play(number, function):
            with self.child(number) as each:
                function(each)
        with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
            for done in [pool.submit(play, n, f) for n, f in enumerate(functions)]:
                done.result()

    def write_limits(self, name, **changes):
        path = os.path.join(self.folder, f"{name}.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({**LIMITS, **changes}, out)
        return path

    def start_sim(self, *args, **more):
        sim = Simulator(self.dtc_sim, self.folder, self.numbering, *args, seed=self.seed % 10000,
                        name=f"sim{len(self.sims) or ''}", **more)
        self.sims.append(sim)
        return sim

    def start_relay(self, sim, plan=None):
        relay = Relay(sim if isinstance(sim, int) else sim.port)
        relay.plan = plan
        relay.start()
        self.relays.append(relay)
        return relay

    def arguments(self, port, arm=True, account="SIM1", state=None, limits=None, heartbeat=5, encoding=None):
        arguments = ["--server", f"127.0.0.1:{port}", "--numbering", self.numbering, "--json",
                     "--state", state or self.state, "--limits", limits or self.limits, "--heartbeat", str(heartbeat)]
        if account:
            arguments += ["--account", account]
        if arm:
            arguments += ["--arm"]
        if encoding:
            arguments += ["--encoding", encoding]
        return arguments

    def start_session(self, to, live=True, name=None, env=None, **more):
        port = to if isinstance(to, int) else to.port
        session = Session(self.dtcctl, self.arguments(port, **more), self.folder,
                          name or f"client{len(self.sessions) or ''}", **(env or {}))
        self.sessions.append(session)
        if live:
            session.live()
        return session

    def start(self, *sim_args, plan=None, **more):
        """The usual: a simulator, a relay before it, a live session. Returns all three."""
        sim = self.start_sim(*sim_args)
        relay = self.start_relay(sim, plan)
        return sim, relay, self.start_session(relay, **more)

    def run_ctl(self, *words, state=None, env=None):
        """A command of dtcctl that ends by itself: exit status, JSON lines, standard error."""
        done = subprocess.run([self.dtcctl, "--json", "--state", state or self.state, *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE * 2, env=environment(self.folder, **(env or {})))
        return done.returncode, done.stdout, done.stderr

    def export(self, state=None):
        """What a start would make of the state file."""
        status, out, errors = self.run_ctl("export", "json", state=state)
        if status != 0:
            raise Fault(f"export json: exit {status}: {errors}")
        return json.loads(out)

    def journal(self, state=None):
        return Journal(state or self.state)

    def check_journal(self, state=None):
        """Exit status and the last line of `journal check`."""
        status, out, errors = self.run_ctl("journal", "check", state=state)
        return status, (json.loads(out.splitlines()[-1]) if out else {"text": errors})

    def run_program(self, name, path, timeout=None):
        """A C test program's cases below @path."""
        program = os.path.join(self.build, "tests", name)
        env = dict(os.environ, G_DEBUG="fatal-warnings", G_SLICE="always-malloc", LC_ALL="C.UTF-8", TZ="UTC",
                   G_TEST_SRCDIR=os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                   G_TEST_BUILDDIR=os.path.join(self.build, "tests"))
        words = [program, "--tap", "-r", path]
        if self.long:
            with open(os.path.join(os.path.dirname(__file__), "..", f"{name}.c"), encoding="utf-8") as source:
                words += ["--long"] if '"--long"' in source.read() else ["-m", "slow"]
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env,
                              timeout=timeout or PATIENCE * (60 if self.long else 10))
        passed = sum(line.lstrip().startswith("ok ") for line in done.stdout.splitlines())
        if done.returncode != 0 or passed == 0:
            raise Fault(f"{name} -p {path}: exit {done.returncode}, {passed} passed\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        self.note(f"{name} {path}: {passed} passed")

    def run_meson(self, name):
        """A test of the build by its name."""
        done = subprocess.run(["meson", "test", "-C", self.build, "--no-rebuild", name], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE * 20)
        if done.returncode != 0:
            raise Fault(f"meson test {name}: exit {done.returncode}\n{done.stdout[-3000:]}")


def only(*numberings):
    """For a case that exists under one numbering, or that has nothing to do with it."""
    def mark(function):
        function.numberings = numberings
        return function
    return mark
