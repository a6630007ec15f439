# SPDX-License-Identifier: GPL-3.0-or-later
"""The drills that a trader plays with `dtcctl drill NAME`, played here."""

import json
import os
import subprocess

import oracle
from rig import Fault, environment


FINDS = {"ack-lost", "anonymous", "duplicate", "reorder", "delay", "partial-frame", "crash-desk"}


def play(rig):
    name = rig.case.removeprefix("drill-")
    env = environment(rig.folder)
    done = subprocess.run([rig.dtcctl, "--json", "--numbering", rig.numbering, "drill", name], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300, env=env)
    if done.returncode != 0 or done.stderr:
        told = [line for line in done.stdout.splitlines() if "DRILL_" in line or '"report"' in line]
        raise Fault(f"drill {name}: exit {done.returncode}\n" + "\n".join(told[-6:]) + f"\n{done.stderr[-2000:]}")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    report = events[-1]
    if report["event"] != "report" or report["drill"] != name or report["passed"] is not True or report["twice"] != 0 \
            or report["numbering"] != rig.numbering:
        raise Fault(f"drill {name}: {report}")
    if report["received_orders"] != report["intended_orders"] or report["received_orders"] < 2:
        raise Fault(f"drill {name}: the server received {report['received_orders']} orders of {report['intended_orders']}")
    # Where the server says a thing twice or loses one, the verification has to find that.
    if not report["resync"] or report["verdict"] is None or (report["verdict"] == "mismatch" and name not in FINDS):
        raise Fault(f"drill {name} ends without its proof: {report}")
    told = [e for e in events if e["event"] == "notice" and e["code"].startswith("DRILL_")]
    if not any(e["code"] == "DRILL_SEEN" for e in told) or any(e["code"] == "DRILL_MISSED" for e in told):
        raise Fault(f"drill {name}: {told}")
    # Nothing of the trader's was touched, and nothing is left.
    left = [os.path.join(path, file) for path, _, files in os.walk(rig.folder) for file in files]
    if left != [rig.limits]:
        raise Fault(f"drill {name} leaves {left}")
    oracle.check_secret(rig)
    rig.note(f"{report['received_orders']} orders, {report['seconds']:.1f} s; {report['resync']}; {report['verdict']}")
