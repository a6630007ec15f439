#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""DEBUG_DTC=1 tells what happens in the agreed lines, and never tells the password; without it there are none.
test_debug_log.py BUILD"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_driver import Desk, Simulator, check, profile, send_line, temporary_folder, wait_for  # noqa: E402

CANARY = "canary-7f3Qx-password"
LINES = (r"^\[debug\] dtc\.recv type=301 OrderUpdate", r"^\[debug\] router\.order payload_preview=\{'Symbol':",
         r"^\[panel3\] Order filled detected - will refresh metrics")


def files_with(folder, text):
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    if text.encode() in f.read():
                        found.append(path)
    return found


def run(build, debug):
    with temporary_folder() as folder:
        secret = {"DTC_SIM_USERNAME": "trader", "DTC_SIM_PASSWORD": CANARY}
        server = Simulator(build, folder, "brief", "--speed", "0", env=secret)
        try:
            with Desk(build, profile=profile(server.port, username="trader"), debug=debug,
                      env={"DTC_USERNAME": "trader", "DTC_PASSWORD": CANARY}) as desk:
                desk.see("Orders: live")
                desk.key("F9")
                desk.see("Armed, confirm each order")
                send_line(desk, "buy 1 ESZ6 market")
                desk.wait_row("Orders", State="Filled", Filled="1/1")
                if debug:
                    for line in LINES:
                        wait_for(f"the line {line}", lambda: re.search(line, desk.errors(), re.M))
                desk.quit()
                errors = desk.errors()
                for line in LINES:
                    check(bool(re.search(line, errors, re.M)) == debug, f"DEBUG_DTC={int(debug)}, {line}:\n{errors}")
                check(debug or not re.search(r"^\[(debug|panel3)\]", errors, re.M), f"lines without DEBUG_DTC:\n{errors}")
                check(CANARY not in errors, "the password is on standard error")
                check(not files_with(desk.folder, CANARY), f"the password is in {files_with(desk.folder, CANARY)}")
        finally:
            server.stop()


def main(build):
    run(build, True)
    run(build, False)


if __name__ == "__main__":
    main(*sys.argv[1:])
