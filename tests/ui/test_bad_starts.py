#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts that cannot go well: one clear sentence on screen and on standard error, and every file as it was.
test_bad_starts.py BUILD"""

import hashlib
import os
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, free_port, profile, temporary_folder, wait_for  # noqa: E402


def sums(*paths):
    result = {}
    for path in paths:
        with open(path, "rb") as f:
            result[path] = hashlib.sha256(f.read()).hexdigest()
    return result


def told(desk, screen, error, advice=None):
    """The sentence on screen and on standard error."""
    desk.see(screen)
    if advice:
        desk.see(advice)
    wait_for(f"{error!r} on standard error", lambda: error in desk.errors())


def broken_profile(build, folder):
    with Desk(build, profile=profile(1), broken=True) as desk:
        before = sums(desk.profile_path)
        told(desk, "The profile cannot be read", desk.profile_path, "The file was left as it is.")
        desk.see(desk.profile_path)
        desk.quit()
        check(sums(desk.profile_path) == before, "the profile was touched")


def corrupt_state(build, folder):
    state = os.path.join(folder, "corrupt.db")
    with open(state, "wb") as f:
        f.write(b"SQLite format 3\0" + bytes(range(256)) * 40)
    os.chmod(state, 0o600)
    before = sums(state)
    with Desk(build, profile=profile(free_port()), options=["--state", state]) as desk:
        told(desk, "The state file is damaged", state, "It was left as it is.")
        desk.quit()
    check(sums(state) == before, "the state file was touched")


def second_instance(build, folder):
    state = os.path.join(folder, "held.db")
    server = Simulator(build, folder, "brief", "--speed", "0")
    holder = subprocess.Popen([os.path.join(build, "src/dtcctl/dtcctl"), "--server", f"127.0.0.1:{server.port}",
                               "--numbering", "brief", "--state", state, "session"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        holder.stdin.write("wait live\n")
        holder.stdin.flush()
        wait_for("the state file to be held", lambda: os.path.exists(state) and holder.stdout.readline())
        with Desk(build, profile=profile(server.port), options=["--state", state]) as desk:
            told(desk, "Another program has this state file", state, "Close the other window")
            desk.quit()
        check(holder.poll() is None, "the first session ended")
    finally:
        holder.kill()
        holder.wait()
        server.stop()


def other_protocol(build, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    client.recv(4096)
                    client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        threading.Thread(target=serve, daemon=True).start()
        with Desk(build, profile=profile(listener.getsockname()[1])) as desk:
            told(desk, "DTC server", "DTC server")
            desk.quit()


def nothing_listens(build, folder):
    port = free_port()
    with Desk(build, profile=profile(port)) as desk:
        told(desk, f"Nothing listens on 127.0.0.1:{port}", f"Nothing listens on 127.0.0.1:{port}")
        desk.quit()


def wrong_numbering(build, folder):
    """It answers all but what the numbering is about: that is no lost link, and there is a way on."""
    server = Simulator(build, folder, "dtc", "--speed", "0")
    try:
        with Desk(build, profile=profile(server.port, "brief")) as desk:
            desk.see("Connected, the server is being asked")
            desk.see("the server may speak the other numbering")
            check(not any("Not connected" in t for t in desk.texts()), "a connection is called none")
            desk.find("Go on without it: Open orders", "push button")
            desk.quit()
    finally:
        server.stop()


def wrong_password(build, folder):
    server = Simulator(build, folder, "brief", "--speed", "0",
                       env={"DTC_SIM_USERNAME": "trader", "DTC_SIM_PASSWORD": "right"})
    try:
        with Desk(build, profile=profile(server.port, username="trader"),
                  env={"DTC_USERNAME": "trader", "DTC_PASSWORD": "zebra-41"}) as desk:
            told(desk, "The user name or password is wrong", "The user name or password is wrong")
            desk.quit()
            check("zebra" not in desk.errors(), desk.errors())
    finally:
        server.stop()


def full_disk(build, folder):
    # A file may not grow at all: what a full disk answers comes as EFBIG here.
    state = os.path.join(folder, "full.db")
    with Desk(build, profile=profile(free_port()), options=["--state", state],
              wrapper=["sh", "-c", 'trap "" XFSZ; ulimit -f 4; exec "$0" "$@"']) as desk:
        told(desk, "The state file cannot be written", state, "Free disk space")
        desk.quit()


CASES = (broken_profile, corrupt_state, second_instance, other_protocol, nothing_listens, wrong_numbering,
         wrong_password, full_disk)


def main(build, only=None):
    for case in CASES:
        if only in (None, case.__name__):
            with temporary_folder() as folder:
                case(build, folder)
            print(f"# {case.__name__} passed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
