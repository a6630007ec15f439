# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a real dtc-desk window: finds widgets by their accessible names, clicks with the pointer, types with the
keyboard. Needs an X display, a session bus, xdotool and pyatspi; see run-on-screen.sh."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

WAIT = float(os.environ.get("DESK_TEST_WAIT", "30"))


class NotFound(AssertionError):
    pass


def wait_for(what, probe, seconds=WAIT):
    """Calls probe() until it answers something true; the machine may be slow, so nothing here is a time limit that
    judges the product."""
    end = time.monotonic() + seconds
    while True:
        try:
            answer = probe()
        except gi.repository.GLib.Error:
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise NotFound(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


def xdotool(*args):
    return subprocess.run(["xdotool", *map(str, args)], check=True, capture_output=True, text=True).stdout.strip()


class Simulator:
    """A dtc-sim of our own, with a log of every command it received."""

    def __init__(self, build, folder, numbering, *options, port=0):
        self.log = os.path.join(folder, "server.ndjson")
        self.state = os.path.join(folder, "server.json")
        self.args = [os.path.join(build, "src/sim/dtc-sim"), "--numbering", numbering, "--seed", "7", "--state",
                     self.state, "--log", self.log, *options]
        self.port = port
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.args, "--port", str(self.port)], stdout=subprocess.PIPE, text=True)
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

    def records(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as f:
            return [json.loads(line) for line in f if line.endswith("\n")]


class Desk:
    """One dtc-desk in folders of its own."""

    def __init__(self, build, language="C.UTF-8", profile=None, size=None, dark=False, debug=False, options=()):
        self.build = build
        self.folder = tempfile.mkdtemp(prefix="desk-ui-")
        env = dict(os.environ, GDK_BACKEND="x11", GSK_RENDERER="cairo", GDK_DEBUG="gl-disable",
                   GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="0", LC_ALL=language, TZ="UTC",
                   GTK_THEME="", XDG_DATA_HOME=self.folder + "/data", XDG_CONFIG_HOME=self.folder + "/config",
                   XDG_STATE_HOME=self.folder + "/state", XDG_RUNTIME_DIR=self.folder + "/run",
                   XDG_CACHE_HOME=self.folder + "/cache")
        del env["GTK_THEME"]
        env.pop("GTK_A11Y", None)
        for name in ("DTC_USERNAME", "DTC_PASSWORD"):
            env.pop(name, None)
        if language.startswith(("es", "fr")):
            env["LANGUAGE"] = language[:2]
        if dark:
            env["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
        if debug:
            env["DEBUG_DTC"] = "1"
        os.makedirs(env["XDG_RUNTIME_DIR"], mode=0o700)
        self.env = env
        self.stderr = open(os.path.join(self.folder, "stderr"), "w+", encoding="utf-8")
        args = [os.path.join(build, "ui/dtc-desk")]
        if profile:
            name = self.write_profile(profile)
            args += ["--profile", name]
        self.process = subprocess.Popen([*args, *options], env=env, stdout=subprocess.DEVNULL, stderr=self.stderr)
        self.app = None
        self.window = None

    def write_profile(self, profile):
        folder = os.path.join(self.folder, "config", "dtc-desk", "profiles")
        os.makedirs(folder, mode=0o700)
        os.chmod(os.path.dirname(folder), 0o700)
        path = os.path.join(folder, profile["name"].lower().replace(" ", "-") + ".json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(profile, f)
        os.chmod(path, 0o600)
        return profile["name"]

    # Finding

    def application(self):
        # libatspi remembers the children it saw first, and the window had none then.
        desktop = Atspi.get_desktop(0)
        desktop.set_cache_mask(Atspi.Cache.NONE)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is not None and app.get_process_id() == self.process.pid:
                app.set_cache_mask(Atspi.Cache.NONE)
                return app
        return None

    def wait_window(self):
        self.app = wait_for("the program on the accessibility bus", self.application)
        wait_for("its window", lambda: self.app.get_child_count() > 0)
        # Xvfb has no window manager: the newest window of the process is the one.
        self.window = wait_for("its X window",
                               lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--pid",
                                                       str(self.process.pid)], capture_output=True,
                                                      text=True).stdout.split()[-1:])[0]
        xdotool("windowfocus", self.window)
        return self

    def walk(self, node=None, deep=True):
        """Every accessible below node; rows of long lists too, since only the realised ones exist."""
        stack = [node or self.app]
        while stack:
            node = stack.pop()
            yield node
            try:
                for i in range(node.get_child_count() - 1, -1, -1):
                    child = node.get_child_at_index(i)
                    if child is not None:
                        stack.append(child)
            except gi.repository.GLib.Error:
                continue

    @staticmethod
    def on_screen(node):
        # GTK 4.8 sets SHOWING for windows only.
        box = node.get_extents(Atspi.CoordType.WINDOW)
        return box.width > 1 and box.height > 1

    def all(self, name=None, role=None, below=None, showing=True):
        found = []
        for node in self.walk(below):
            try:
                # A widget without a name of its own goes by its class.
                if name is not None and node.get_name() != name:
                    continue
                if role is not None and node.get_role_name() != role:
                    continue
                if showing and not self.on_screen(node):
                    continue
            except gi.repository.GLib.Error:
                continue
            found.append(node)
        return found

    def find(self, name, role=None, below=None, showing=True):
        return wait_for(f"{role or 'a widget'} called {name!r}",
                        lambda: self.all(name, role, below, showing))[0]

    def texts(self, below=None):
        return [n.get_name() for n in self.walk(below) if n.get_name()]

    def see(self, text, below=None):
        """Waits until some name on screen contains the text; returns it."""
        def probe():
            for node in self.walk(below):
                name = node.get_name()
                if name and text in name:
                    return name
            return None
        return wait_for(f"the words {text!r} on screen", probe)

    # Doing

    def point(self, node):
        box = node.get_extents(Atspi.CoordType.WINDOW)
        where = dict(line.split("=") for line in
                     xdotool("getwindowgeometry", "--shell", self.window).split("\n") if "=" in line)
        return (int(where["X"]) + box.x + box.width // 2, int(where["Y"]) + box.y + box.height // 2)

    def click(self, node, button=1):
        if isinstance(node, str):
            node = self.find(node, "push button")
        x, y = self.point(node)
        xdotool("mousemove", x, y)
        time.sleep(0.05)
        xdotool("click", button)
        return node

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

    def screenshot(self, path):
        subprocess.run(["import", "-window", "root", path], check=True)

    def errors(self):
        self.stderr.flush()
        with open(self.stderr.name, encoding="utf-8", errors="replace") as f:
            return f.read()

    def rows(self, table):
        """The texts of the realised rows of a table."""
        rows = []
        for node in self.walk(self.find(table)):
            if node.get_role_name() in ("list item", "table row"):
                rows.append([n.get_name() for n in self.walk(node) if n is not node and n.get_name()])
        return rows

    def wait_row(self, table, *texts):
        return wait_for(f"a row with {texts} in {table}",
                        lambda: next((r for r in self.rows(table) if all(any(t in c for c in r) for t in texts)), None))

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode

    def __enter__(self):
        return self.wait_window()

    def __exit__(self, *what):
        if what[0] is not None:
            shot = os.environ.get("DESK_TEST_SHOTS")
            print("# what was on screen:", " | ".join(self.texts())[:4000])
            print("# standard error:", self.errors()[-3000:])
            if shot:
                self.screenshot(os.path.join(shot, "failure.png"))
        self.close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
