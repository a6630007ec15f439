# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a real dtc-desk window: finds widgets by their accessible names, clicks with the pointer, types with the
keyboard. Needs an X display, a session bus with the accessibility bus, and xdotool; see run-on-screen.sh."""

import contextlib
import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from accessible_tree import Atspi, Bus, GLib, Tree

WAIT = float(os.environ.get("DESK_TEST_WAIT", "30"))

SHADOW = 5
POPOVER_X, POPOVER_Y = 18, -9


class NotFound(AssertionError):
    pass


def wait_for(what, probe, seconds=WAIT):
    """Calls probe() until it answers something true; the machine may be slow, so nothing here is a time limit that
    judges the product."""
    end = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        try:
            answer = probe()
        except GLib.Error:
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise NotFound(f"waited {seconds:.0f} s for {what}")
        # Looking costs the program as much time as it costs us: it gets as much for itself.
        time.sleep(max(0.05, time.monotonic() - began))


def xdotool(*args):
    return subprocess.run(["xdotool", *map(str, args)], check=True, capture_output=True, text=True).stdout.strip()


class Simulator:
    """A dtc-sim of our own, with a log of every command it received."""

    def __init__(self, build, folder, numbering, *options, port=0, env=None):
        self.log = os.path.join(folder, "server.ndjson")
        self.state = os.path.join(folder, "server.json")
        self.args = [os.path.join(build, "src/sim/dtc-sim"), "--numbering", numbering, "--seed", "7", "--state",
                     self.state, "--log", self.log, *options]
        self.port = port
        self.env = dict(os.environ, **(env or {}))
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.args, "--port", str(self.port), "--exit-with-stdin", "--quiet"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.env)
        for line in self.process.stdout:
            if line.startswith("port "):
                self.port = int(line.split()[1])
                return
        raise AssertionError("dtc-sim did not say its port")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def tell(self, command):
        """A command at the --control socket, such as "cut fin"."""
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.args[self.args.index("--control") + 1])
            s.sendall(command.encode() + b"\n")
            answer = json.loads(s.makefile().readline())
        check(answer["ok"], f"{command}: {answer}")

    def records(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as f:
            return [json.loads(line) for line in f if line.endswith("\n")]


class Desk:
    """One dtc-desk in folders of its own."""

    def __init__(self, build, language=None, profile=None, dark=False, debug=False, broken=False, env=None,
                 wrapper=(), options=()):
        self.build = build
        self.folder = tempfile.mkdtemp(prefix="desk-ui-")
        more = env or {}
        env = dict(os.environ, GDK_BACKEND="x11", GSK_RENDERER="cairo", GDK_DEBUG="gl-disable",
                   GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="0", LC_ALL="C.UTF-8", TZ="UTC",
                   GTK_THEME="", XDG_DATA_HOME=self.folder + "/data", XDG_CONFIG_HOME=self.folder + "/config",
                   XDG_STATE_HOME=self.folder + "/state", XDG_RUNTIME_DIR=self.folder + "/run",
                   XDG_CACHE_HOME=self.folder + "/cache")
        del env["GTK_THEME"]
        env.pop("GTK_A11Y", None)
        for name in ("DTC_USERNAME", "DTC_PASSWORD"):
            env.pop(name, None)
        if language:
            env["LANGUAGE"] = language
        if dark:
            env["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
        if debug:
            env["DEBUG_DTC"] = "1"
        else:
            env.pop("DEBUG_DTC", None)
        env.update(more)
        os.makedirs(env["XDG_RUNTIME_DIR"], mode=0o700)
        self.env = env
        self.stderr = open(os.path.join(self.folder, "stderr"), "w+", encoding="utf-8")
        args = [*wrapper, os.path.join(build, "ui/dtc-desk")]
        if profile:
            name = self.write_profile(profile, broken)
            args += ["--profile", name]
        self.process = subprocess.Popen([*args, *options], env=env, stdout=subprocess.DEVNULL, stderr=self.stderr)
        self.tree = None
        self.misses = 0  # looks in a row that found nothing
        self.window = None

    def write_profile(self, profile, broken=False):
        folder = os.path.join(self.folder, "config", "dtc-desk", "profiles")
        os.makedirs(folder, mode=0o700)
        os.chmod(os.path.dirname(folder), 0o700)
        path = os.path.join(folder, profile["name"].lower().replace(" ", "-") + ".json")
        with open(path, "w", encoding="utf-8") as f:
            f.write(json.dumps(profile)[:-1 if broken else None])
        os.chmod(path, 0o600)
        self.profile_path = path
        return profile["name"]

    # Finding

    def wait_window(self):
        bus = Bus()
        name = wait_for("the program on the accessibility bus", lambda: bus.find(self.process.pid))
        self.tree = Tree(bus, name)
        # A question that meets the program half on the bus may never be answered: ask again.
        bus.patience = 5000
        wait_for("its window", lambda: any(n.role == "frame" for n in self.walk()))
        bus.patience = 60000
        # Xvfb has no window manager: the newest window of the process is the one.
        self.window = wait_for("its X window", lambda: self.windows()[-1:])[0]
        if "DESK_TEST_SCREEN" in os.environ:
            xdotool("windowsize", "--sync", self.window, *os.environ["DESK_TEST_SCREEN"].split("x"))
        xdotool("windowfocus", self.window)
        return self

    def walk(self, below=None):
        """Every accessible (below one) as it is now, first to last; also those that have no place on the screen."""
        nodes = self.tree.snapshot(self.misses >= 3)
        tops = [nodes.get(below.path)] if below is not None else [n for n in nodes.values() if n.parent is None]
        for top in tops:
            if top is not None:
                yield from top.walk()

    def shown(self, nodes):
        """Those that have a place on the screen: pages behind others are left out, and so are the rows that a list has
        not realised."""
        nodes = list(nodes)
        above = {}
        for node in nodes:
            while node.parent is not None:
                node = node.parent
                above[node.path] = node
        places = dict(zip(above, self.tree.places(above.values())))

        def open_to(node):
            return node is None or (places[node.path] and open_to(node.parent))

        self.misses = 0 if self.misses >= 3 else self.misses + 1
        for node, box in zip(nodes, self.tree.boxes(nodes)):
            if box is not None and box.width > 1 and box.height > 1 and open_to(node.parent):
                self.misses = 0
                yield node

    def look(self, name=None, role=None, below=None, state=None):
        """The widgets on screen with that name, role and state, first to last."""
        # A widget without a name of its own goes by its class.
        return self.shown(n for n in self.walk(below)
                          if (name is None or n.name == name) and (role is None or n.role == role)
                          and (state is None or n.had_state(state)))

    def find(self, name, role=None, below=None):
        return wait_for(f"{role or 'a widget'} called {name!r}",
                        lambda: next(self.look(name, role, below), None))

    def texts(self, below=None, part=""):
        """The names on screen that contain the part."""
        return [n.name for n in self.shown(n for n in self.walk(below) if n.name and part in n.name)]

    def see(self, text, below=None):
        """Waits until some name on screen contains the text; returns it."""
        return wait_for(f"the words {text!r} on screen", lambda: next(iter(self.texts(below, text)), None))

    def lose(self, text, below=None):
        """Waits until no name on screen contains the text."""
        wait_for(f"the words {text!r} to go", lambda: not self.texts(below, text))

    def focused(self):
        return next(self.look(state=Atspi.StateType.FOCUSED), None)

    @staticmethod
    def is_sensitive(node):
        return node.has_state(Atspi.StateType.SENSITIVE)

    # Tables

    def rows(self, table):
        """The realised rows of a table, each a dictionary from the column's title to its text; "node" is the row."""
        node = self.find(table, "tree table")
        header = next(n for n in node.walk() if n.role == "table row")
        titles = [self.label(cell) for cell in header.children]
        below = next(n for n in node.walk() if n.role == "list")
        return [dict(zip(titles, [self.label(cell) for cell in row.children[0].children]), node=row)
                for row in below.children if row.children]

    @staticmethod
    def label(node):
        while node.role != "label" and node.children:
            node = node.children[0]
        return "" if node.name == "GtkLabel" else node.name

    def wait_row(self, table, seconds=WAIT, **cells):
        """Waits for a row whose cells contain the texts; _ in a name is a blank in the column's title."""
        wanted = {k.replace("_", " "): v for k, v in cells.items()}
        last = []

        def probe():
            try:
                last[:] = self.rows(table)
            except StopIteration:
                return None
            return next((r for r in last if all(v in r.get(k, "") for k, v in wanted.items())), None)
        try:
            return wait_for(f"a row of {table} with {wanted}", probe, seconds)
        except NotFound as e:
            raise NotFound(f"{e}; the rows are {[{k: v for k, v in r.items() if k != 'node'} for r in last]}") from None

    def in_sight(self, table, title):
        """Whether the whole column is inside the table's own width."""
        view = self.find(table, "tree table")
        frame = view.get_extents(Atspi.CoordType.WINDOW)
        box = self.find(title, "label", view).get_extents(Atspi.CoordType.WINDOW)
        return box.x >= frame.x and box.x + box.width <= frame.x + frame.width

    # Doing

    @staticmethod
    def popover_of(node):
        while node is not None and node.name not in ("GtkPopover", "DeskOrderEditor"):
            node = node.parent
        return node

    def point(self, node):
        # GTK leaves the shadow of the frame out of its sums.
        box = node.get_extents(Atspi.CoordType.WINDOW)
        # A row of a table is wider than what can be seen of it.
        x, y = box.x + min(box.width, 600) // 2 + SHADOW, box.y + box.height // 2 + SHADOW
        popover = self.popover_of(node)
        if popover is not None:
            # It has a window of its own, which the screen's edge may have moved.
            origin = popover.get_extents(Atspi.CoordType.WINDOW)
            places = [self.geometry(window) for window in self.windows()[1:]]
            # The last one may be a tooltip of what was clicked before.
            where = next((p for p in places if (p["WIDTH"], p["HEIGHT"]) == (origin.width, origin.height)), places[-1])
            x += where["X"] - origin.x + POPOVER_X
            y += where["Y"] - origin.y + POPOVER_Y
        return x, y

    @staticmethod
    def geometry(window):
        return {k: int(v) for k, v in (line.split("=") for line in
                                       xdotool("getwindowgeometry", "--shell", window).split("\n") if "=" in line)}

    def click(self, node, button=1):
        if isinstance(node, str):
            node = self.find(node, "push button")
        wait_for(f"{node.name!r} to be sensitive", lambda: self.is_sensitive(node))
        # A popover comes to rest, and what appears in the header moves what is beside it.
        wait_for(f"{node.name!r} to stand still", lambda: self.stands_still(node))
        xdotool("mousemove", *self.point(node))
        time.sleep(0.05)
        xdotool("click", button)
        return node

    def choose(self, name, text):
        """Opens a drop-down and clicks one of its lines; again where a busy machine had not drawn it in time."""
        box = self.find(name, "combo box")

        def chosen():
            self.click(box)
            item = wait_for(f"{text!r} in the list of {name!r}",
                            lambda: next((n for n in self.walk(box) if n.role == "list item"
                                          and self.label(n) == text), None))
            self.click(item)
            self.wait_popovers_gone()
            return next(self.look(text, "label", box), None)

        wait_for(f"{name!r} to say {text!r}", chosen)

    def stands_still(self, node):
        """A popover slides in, late on a busy machine: a click must not go where its line was."""
        before = self.point(node)
        time.sleep(0.3)
        return self.point(node) == before

    def windows(self):
        """The X windows of the program: the main one, and one for each open popover or tooltip."""
        return subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                              capture_output=True, text=True).stdout.split()

    def wait_popovers_gone(self):
        # An open popover takes every click, and on a screen without a window manager the first one after it too.
        def gone():
            xdotool("mousemove", 3, 3)  # the frame has no tooltip, and the one that was there goes
            return len(self.windows()) == 1

        wait_for("the popover to close", gone)
        xdotool("mousemove", *self.point(next(self.look(role="status bar"))), "click", 1)

    def tab_to(self, name):
        """The Tab key until the focus is where the name says, as one does who cannot see."""
        for _ in range(60):
            node = wait_for("the focus", self.focused)
            if node.name == name:
                return node
            self.key("Tab")
        raise NotFound(f"Tab does not reach {name!r}")

    def key(self, *keys):
        for key in keys:
            xdotool("key", "--clearmodifiers", key)
            time.sleep(0.05)

    def type(self, text):
        xdotool("type", "--delay", "15", text)

    def set_text(self, node, text):
        """As a person does: click into it, select all, type."""
        self.click(node)
        self.key("ctrl+a")
        self.type(text)
        self.key("Tab")
        if node.role == "spin button":
            wait_for(f"{node.name!r} to be {text}", lambda: node.get_current_value() == float(text))

    def screenshot(self, path):
        subprocess.run(["import", "-window", "root", path], check=True)

    def errors(self):
        self.stderr.flush()
        with open(self.stderr.name, encoding="utf-8", errors="replace") as f:
            return f.read()

    def quit(self):
        """Asks the program to leave, as closing the window does; answers its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(WAIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def threads(self):
        """What each thread of the program does, in the kernel's words; all that a machine without a debugger tells."""
        for task in sorted(glob.glob(f"/proc/{self.process.pid}/task/*")):
            words = []
            for name in ("comm", "stat", "wchan", "syscall"):
                with contextlib.suppress(OSError), open(os.path.join(task, name), encoding="utf-8") as f:
                    text = f.read().strip()
                    words.append(text.rpartition(")")[2].split()[0] if name == "stat" else text)
            yield " ".join(words)

    def explain(self):
        """For the log of a failed test."""
        shot = os.environ.get("DESK_TEST_SHOTS")
        if shot:
            self.screenshot(os.path.join(shot, "failure.png"))
        status = self.process.poll()
        print("# the program", "runs" if status is None else f"ended with {status}")
        print("# its threads:", " | ".join(self.threads()))
        print("# its standard error:", self.errors()[-3000:], flush=True)
        with contextlib.suppress(GLib.Error):
            print("# what was on screen:", " | ".join(self.texts())[:4000] if self.tree else "nobody could look")

    def __enter__(self):
        try:
            return self.wait_window()
        except BaseException:
            self.explain()
            self.close()
            raise

    def __exit__(self, *what):
        if what[0] is not None:
            self.explain()
        complaints = re.findall(r"^.*-(?:CRITICAL|WARNING) \*\*.*$", self.errors(), re.M)
        self.close()
        check(what[0] is not None or not complaints, f"the libraries complain: {complaints[:20]}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def send_line(desk, line, asks=True):
    """An order in words, by keyboard alone and in every language."""
    desk.key("ctrl+l", "ctrl+a")
    desk.type(line)
    desk.key("Return")
    if asks:
        time.sleep(1)  # the strip takes no Enter at once
        desk.key("Return")


def check(holds, what):
    """An assertion that python -O does not drop."""
    if not holds:
        raise AssertionError(what)


@contextlib.contextmanager
def temporary_folder():
    folder = tempfile.mkdtemp(prefix="desk-ui-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Wide enough for an order that the server refuses: it takes a thousand.
LIMITS = {"schema": 1, "symbols": ["*"], "max_order_quantity": 2000, "max_position": 5000,
          "max_order_value": 1000000000, "price_collar_percent": 20, "max_open_orders_symbol": 20,
          "max_open_orders_account": 50, "orders_per_second": 5, "orders_burst": 10, "orders_per_second_symbol": 2,
          "duplicate_window_ms": 2000}


def profile(port, numbering="brief", **more):
    return {"schema": 1, "name": "Test", "live": False, "host": "127.0.0.1", "port": port, "numbering": numbering,
            "account": "SIM1", "symbols": ["ESZ6", "ZNZ6", "CLZ6"], "limits": LIMITS, **more}
