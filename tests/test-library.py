#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""dtc/ as a stranger's library: installed, found by pkg-config, compiled against, and used from Python.

usage: test-library.py BUILD_DIR SOURCE_DIR DTC_SIM
"""
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile

BUILD, SOURCE, SIM = sys.argv[1:4]
HAS_TYPELIB = os.path.exists(os.path.join(BUILD, "dtc", "Dtc-1.0.typelib"))
done = 0


def ok(name):
    global done
    done += 1
    print(f"ok {done} {name}", flush=True)


def run(command, **kwargs):
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, **kwargs)
    if result.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{result.stderr}")
    return result.stdout


def watch(command, wanted, sim_order, **kwargs):
    """Starts @command, sends an order beside it, and waits until each of @wanted stood on a line of it,
    in any order: the two connections race."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **kwargs)
    left = list(wanted)
    try:
        for line in process.stdout:
            if "ready: " in line:
                sim_order()
            left = [text for text in left if text not in line]
            if not left:
                return
        raise SystemExit(f"{command[0]} ended before it said {left}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def order(port):
    """One market order by another program; returns when the server has answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        for message in ({"Type": 1, "ProtocolVersion": 8, "HeartbeatIntervalInSeconds": 30, "ClientName": "other"},
                        {"Type": 208, "Symbol": "ESZ6", "TradeAccount": "SIM1", "ClientOrderID": f"LIB-{done}",
                         "OrderType": 1, "BuySell": 1, "Quantity": 1, "TimeInForce": 1}):
            s.sendall(json.dumps(message).encode() + b"\0")
        seen = b""
        while f"LIB-{done}".encode() not in seen:
            seen += s.recv(65536)


def main():
    with tempfile.TemporaryDirectory() as root:
        run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", root])
        pc = next((os.path.join(d, "dtc-1.0.pc") for d, _, files in os.walk(root) if "dtc-1.0.pc" in files))
        ok("installs with a pkg-config file")

        exported = set(re.findall(r" [TRD] (\w+)", run(["nm", "-D", os.path.join(os.path.dirname(pc), "..", "libdtc-1.0.so")])))
        if {"dtc_client_new", "dtc_message_descs", "dtc_codec_decode"} - exported:
            raise SystemExit("the library keeps to itself what its headers declare")
        if any(re.match(r"dtc_(json|binary)_|dtc_session_lose", name) or not name.startswith("dtc_") for name in exported):
            raise SystemExit("the library exports what is its own business")
        ok("exports what its headers declare and no more")

        env = dict(os.environ, PKG_CONFIG_PATH=os.path.dirname(pc), PKG_CONFIG_SYSROOT_DIR="")
        prefix = run(["pkg-config", "--variable=prefix", "dtc-1.0"], env=env).strip()
        flags = [f.replace(prefix, root + prefix) if prefix in f else f
                 for f in shlex.split(run(["pkg-config", "--cflags", "--libs", "dtc-1.0"], env=env))]
        libdir = root + run(["pkg-config", "--variable=libdir", "dtc-1.0"], env=env).strip()
        program = os.path.join(root, "orders")
        # Away from the source tree, so that only what was installed can be included.
        shutil.copy(os.path.join(SOURCE, "dtc", "examples", "orders.c"), root)
        run(shlex.split(os.environ.get("CC", "cc")) + ["-Wall", "-Werror", "-o", program, os.path.join(root, "orders.c")] +
            flags)
        ok("the example compiles against what was installed")

        sim = subprocess.Popen([SIM, "--port", "0", "--numbering", "dtc", "--speed", "0", "--quiet", "--exit-with-stdin"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            port = int(sim.stdout.readline().split()[1])
            env = dict(os.environ, LD_LIBRARY_PATH=libdir)
            watch([program, "127.0.0.1", str(port), "dtc"], ["ESZ6", "status 7, filled 1 of 1"],
                  lambda: order(port), env=env)
            ok("the example prints an order update")
            if HAS_TYPELIB:
                env["GI_TYPELIB_PATH"] = os.path.join(libdir, "girepository-1.0")
                watch(["/usr/bin/python3", os.path.join(SOURCE, "dtc", "examples", "orders.py"), "127.0.0.1", str(port),
                       "dtc"], ["NoOrders=1", "OrderStatus=7"], lambda: order(port), env=env)
                ok("Python prints an order update")
            else:
                ok("Python # SKIP g-ir-scanner was not there when this was built")
        finally:
            sim.stdin.close()
            sim.wait()
            sim.stdout.close()
    print(f"1..{done}")


main()
