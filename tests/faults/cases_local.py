# SPDX-License-Identifier: GPL-3.0-or-later
"""J. Security, for as long as there is no local API: nothing listens, so nothing on this computer can be reached."""

import os
import re
import shutil
import subprocess
import time

import oracle
from cases_a import trade
from rig import Fault, environment, only, wait_for


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


@only("brief")
def case_131(rig):
    """The window, on a screen of its own, with its simulator beside it."""
    if shutil.which("Xvfb") is None or shutil.which("dbus-run-session") is None:
        rig.note("no Xvfb here: the window was not looked at")
        return
    here = os.path.dirname(os.path.abspath(__file__))
    env = environment(rig.folder, GSETTINGS_BACKEND="memory", GSETTINGS_SCHEMA_DIR=os.path.join(rig.build, "data"), GDK_BACKEND="x11",
                      GSK_RENDERER="cairo", G_DEBUG="", GTK_A11Y="none")
    window = subprocess.Popen([os.path.join(here, "../ui/run-on-screen.sh"), os.path.join(rig.build, "ui/dtc-desk")], env=env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    pid = None
    try:
        pid = wait_for("the window's process", lambda: find_child(window.pid, "dtc-desk"))
        wait_for("the window's simulator", lambda: find_child(pid, "dtc-sim"))
        time.sleep(1)
        nothing_listens(pid, "dtc-desk")
        # What its simulator listens on is on loopback.
        for protocol, address in listening(find_child(pid, "dtc-sim")):
            if protocol == "tcp" and not address.startswith("0100007F:") or protocol in ("tcp6", "udp", "udp6"):
                raise Fault(f"I15: the built-in simulator listens beyond this computer: {protocol} {address}")
    finally:
        if pid:
            os.kill(pid, 15)
        try:
            window.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(window.pid, 9)
            window.wait()


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
