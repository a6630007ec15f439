# SPDX-License-Identifier: GPL-3.0-or-later
"""J. Security, for as long as there is no local API: nothing listens, so nothing on this computer can be reached."""

import glob
import os
import re
import shutil
import subprocess
import time

import oracle
from cases_a import trade
from cases_e import wrapped
from rig import SECRET, Fault, environment, only, wait_for


def listening(pid):
    """Every socket of the process that waits for somebody: (protocol, address)."""
    inodes = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            match = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{name}"))
        except OSError:
            continue
        if match:
            inodes.add(match[1])
    found = []
    for protocol in ("tcp", "tcp6", "udp", "udp6", "unix"):
        try:
            with open(f"/proc/{pid}/net/{protocol}", encoding="ascii", errors="replace") as table:
                rows = [row.split() for row in table][1:]
        except OSError:
            continue
        for row in rows:
            if protocol == "unix":
                # Num RefCount Protocol Flags Type St Inode Path: the flag says that it accepts connections.
                if len(row) > 6 and row[6] in inodes and int(row[3], 16) & 0x10000:
                    found.append((protocol, row[7] if len(row) > 7 else ""))
            elif row[9] in inodes and (row[3] == "0A" or protocol.startswith("udp") and row[2].endswith(":0000")):
                found.append((protocol, row[1]))
    return found


def nothing_listens(pid, name):
    found = listening(pid)
    if found:
        raise Fault(f"I15: {name} listens: {found}")


def watch_session(rig):
    sim, relay, session = rig.start()
    nothing_listens(session.process.pid, "dtcctl session")
    trade(session)
    nothing_listens(session.process.pid, "dtcctl session")
    # The way of looking finds what is there.
    if not any(protocol == "unix" for protocol, _ in listening(sim.process.pid)) \
            or not any(protocol == "tcp" for protocol, _ in listening(sim.process.pid)):
        raise Fault("the simulator listens, and that is not seen: nothing was shown")
    oracle.check_all(rig)


def case_130(rig):
    watch_session(rig)


def find_child(ancestor, name):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as comm:
                if comm.read().strip() == name and ancestor in parents(int(pid)):
                    return int(pid)
        except OSError:
            continue
    return None


def parents(pid):
    line = []
    while pid > 1:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                pid = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            break
        line.append(pid)
    return line


def bus_call(address, *words):
    return subprocess.run(["gdbus", "call", "--address", address, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=60)


class Window:
    """dtc-desk on a screen and a bus of its own, with its built-in simulator."""

    def __init__(self, rig):
        env = environment(rig.folder, GSETTINGS_BACKEND="memory", GSETTINGS_SCHEMA_DIR=os.path.join(rig.build, "data"), GDK_BACKEND="x11",
                          GSK_RENDERER="cairo", G_DEBUG="", GTK_A11Y="none")
        here = os.path.dirname(os.path.abspath(__file__))
        self.shell = subprocess.Popen([os.path.join(here, "../ui/run-on-screen.sh"), os.path.join(rig.build, "ui/dtc-desk")], env=env,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.pid = None

    def __enter__(self):
        self.pid = wait_for("the window's process", lambda: find_child(self.shell.pid, "dtc-desk"))
        wait_for("the window's simulator", lambda: find_child(self.pid, "dtc-sim"))
        return self

    def __exit__(self, *what):
        try:
            os.kill(self.pid or self.shell.pid, 15)
        except OSError:
            pass
        try:
            self.shell.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.shell.pid, 9)
            self.shell.wait()

    def variable(self, name):
        with open(f"/proc/{self.pid}/environ", "rb") as block:
            return dict(line.split(b"=", 1) for line in block.read().split(b"\0") if b"=" in line)[name.encode()].decode()


def can_show(rig, *programs):
    missing = [name for name in ("Xvfb", "dbus-run-session", *programs) if shutil.which(name) is None]
    if missing:
        rig.note(f"no {missing[0]} here: the window was not looked at")
    return not missing


@only("brief")
def case_131(rig):
    """The window, on a screen of its own, with its simulator beside it."""
    if not can_show(rig):
        return
    with Window(rig) as window:
        time.sleep(1)
        nothing_listens(window.pid, "dtc-desk")
        # What its simulator listens on is on loopback.
        for protocol, address in listening(find_child(window.pid, "dtc-sim")):
            if protocol == "tcp" and not address.startswith("0100007F:") or protocol in ("tcp6", "udp", "udp6"):
                raise Fault(f"I15: the built-in simulator listens beyond this computer: {protocol} {address}")


@only("brief")
def case_132(rig):
    """Every command that looks or waits, too."""
    sim = rig.start_sim()
    for words in (["watch"], ["quotes", "--follow", "ESZ6"]):
        process = subprocess.Popen([rig.dtcctl, *rig.arguments(sim.port, arm=False), *words], env=environment(rig.folder),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdout.readline()
        try:
            nothing_listens(process.pid, f"dtcctl {words[0]}")
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def case_129(rig):
    """The password, wherever something is written: the debug log, a recording of the wire, reports, exports, the journal,
    the arguments, the printed lines, a crash. The server alone has it."""
    capture = os.path.join(rig.folder, "wire.cap")
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    session = wrapped(rig, relay, f"set -- --capture '{capture}' \"$@\"\nulimit -c 0", env={"DEBUG_DTC": "1", "G_DEBUG": ""})
    trade(session)
    with open(f"/proc/{session.process.pid}/cmdline", "rb") as arguments:
        if SECRET.encode() in arguments.read():
            raise Fault("I14: the password stands in the arguments")
    session.quit()
    for words in (["verify", "--report", os.path.join(rig.folder, "report")], ["orders"]):
        rig.run_ctl(*rig.arguments(relay.port, arm=False)[:-2], *words)
    out = "".join("".join(map(str, rig.run_ctl(*words))) for words in
                  (["export", "json"], ["export", "csv"], ["history"], ["journal", "check"], ["capture", "show", capture, "--decode"]))
    if SECRET in out or SECRET in session.stderr():
        raise Fault("I14: the password is printed")
    if not os.path.exists(capture) or not session.stderr():
        raise Fault("there is no recording, or no debug log: nothing was shown")
    crashed = wrapped(rig, relay, "ulimit -c 0", env={"DESK_FAILPOINT": "write.queued=abort", "DEBUG_DTC": "1", "G_DEBUG": ""})
    crashed.send("buy 1 ESZ6 limit 4900")
    crashed.reap()
    crashed.killed = True
    if not any(SECRET.encode() in frame for frame in relay.frames()[0]):
        raise Fault("the server was never given the password: nothing was shown")
    oracle.check_secret(rig)
    oracle.check_whole(rig)


@only("brief")
def case_136(rig):
    """Somebody else on this computer: cannot read or change what is ours, and nothing of ours lies where he can put a trap."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        rig.note("only root can be somebody else: the permissions alone were looked at")
    old = os.umask(0)
    try:
        os.chmod(rig.folder, 0o755)
        state = os.path.join(rig.folder, "state", "dtc-desk", "mine.sqlite")
        os.makedirs(os.path.dirname(state), 0o700)
        sim = rig.start_sim()
        relay = rig.start_relay(sim)
        before = set(os.listdir("/tmp"))
        session = rig.start_session(relay, state=state, env={"TMPDIR": "/tmp"})
        trade(session)
        ours = [os.path.join(os.path.dirname(state), name) for name in os.listdir(os.path.dirname(state))]
        for path in ours + [state]:
            if os.stat(path).st_mode & 0o077:
                raise Fault(f"I14: {os.path.basename(path)} has mode {os.stat(path).st_mode & 0o777:o} under umask 0")
        if os.geteuid() == 0 and shutil.which("setpriv"):
            os.chmod(os.path.dirname(state), 0o755)  # even where the folder is open
            other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            for path in ours:
                for words in (["cat", path], ["sh", "-c", f": >>'{path}'"]):
                    if subprocess.run([*other, *words], capture_output=True, stdin=subprocess.DEVNULL).returncode == 0:
                        raise Fault(f"I14: somebody else can {words[0]} {os.path.basename(path)}")
            if subprocess.run([*other, "kill", "-0", str(session.process.pid)], capture_output=True).returncode == 0:
                raise Fault("somebody else can signal it")
        for name in set(os.listdir("/tmp")) - before:
            try:
                mine = os.stat(os.path.join("/tmp", name)).st_uid == os.geteuid() and f"/{name}" in os.readlink(f"/proc/{session.process.pid}/cwd")
            except OSError:
                mine = False
            if mine:
                raise Fault(f"{name} was made where everybody may")
        opened = [os.readlink(f"/proc/{session.process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{session.process.pid}/fd")]
        if [path for path in opened if path.startswith("/tmp/") and not path.startswith(rig.folder)]:
            raise Fault(f"files are open where everybody may put a trap: {opened}")
        session.quit()
    finally:
        os.umask(old)
    oracle.check_quiet(rig, session)
    oracle.check_secret(rig)
    oracle.check_whole(rig, state)


@only("brief")
def case_143(rig):
    """The programs are built so that a hole in a library is harder to use."""
    if not shutil.which("readelf"):
        rig.note("no readelf here: nothing was looked at")
        return
    for name in ("src/dtcctl/dtcctl", "src/sim/dtc-sim", "ui/dtc-desk"):
        out = subprocess.run(["readelf", "-hlWd", os.path.join(rig.build, name)], capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, check=True).stdout
        for what, pattern in (("no position-independent program", r"Type:\s+DYN"), ("its relocations stay writable", r"GNU_RELRO"),
                              ("its functions are bound late", r"BIND_NOW|Flags: .*NOW"), ("its stack can be executed", r"GNU_STACK .* RW ")):
            if not re.search(pattern, out):
                raise Fault(f"{name}: {what}")
        if re.search(r"LOAD .* RWE", out) or re.search(r"\((RPATH|RUNPATH)\).*\[(?!\$ORIGIN)[^/]", out):
            raise Fault(f"{name}: a segment that is written and executed, or libraries from a folder of chance")
        symbols = subprocess.run(["readelf", "-sW", os.path.join(rig.build, name)], capture_output=True, text=True,
                                 stdin=subprocess.DEVNULL, check=True).stdout
        if "__stack_chk_fail" not in symbols:
            raise Fault(f"{name}: its stack is not watched")


@only("brief")
def case_144(rig):
    """Somebody else on the session's bus: finds no action there that trades, and none that arms."""
    if not can_show(rig, "gdbus"):
        return
    with Window(rig) as window:
        address = window.variable("DBUS_SESSION_BUS_ADDRESS")
        listed = wait_for("its name on the bus", lambda: re.search(r"org\.dtcdesk\.[\w.]+", bus_call(
            address, "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus", "--method", "org.freedesktop.DBus.ListNames").stdout))
        name = listed[0]
        paths, actions = ["/"], {}
        while paths:
            path = paths.pop()
            shown = subprocess.run(["gdbus", "introspect", "--address", address, "--dest", name, "--object-path", path], capture_output=True,
                                   text=True, stdin=subprocess.DEVNULL, timeout=60).stdout
            paths += [path.rstrip("/") + "/" + child for child in re.findall(r"^  node (\w+)", shown, re.M)]
            if "interface org.gtk.Actions" in shown:
                answer = bus_call(address, "--dest", name, "--object-path", path, "--method", "org.gtk.Actions.List").stdout
                actions.update({action: path for action in re.findall(r"'([\w-]+)'", answer)})
        if "quit" not in actions:
            raise Fault(f"its actions were not found: {actions}: nothing was shown")
        bad = [a for a in actions if re.search(r"arm|cancel|flatten|halt|order|buy|sell|send|reverse|waive|resolve|close-pos", a)]
        if bad:
            raise Fault(f"I15: anybody on the bus can {bad}")
        rig.note(f"on the bus: {', '.join(sorted(actions))}")


@only("brief")
def case_109(rig):
    """The display goes away: the window ends, and its state file is whole."""
    if not can_show(rig):
        return
    with Window(rig) as window:
        state = wait_for("its state file", lambda: glob.glob(os.path.join(rig.folder, "state", "**", "*.sqlite"), recursive=True)
                         or glob.glob(os.path.join(rig.folder, "data", "**", "*.sqlite"), recursive=True))[0]
        time.sleep(1)
        screen = find_child(window.shell.pid, "Xvfb")
        os.kill(screen, 9)
        wait_for("the window's end", lambda: not os.path.exists(f"/proc/{window.pid}") or find_child(window.shell.pid, "dtc-desk") is None)
    status, last = rig.check_journal(state)
    if status != 0 or last["ok"] is not True:
        raise Fault(f"I3: {last}")
    oracle.check_secret(rig)
