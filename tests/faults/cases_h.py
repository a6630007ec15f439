# SPDX-License-Identifier: GPL-3.0-or-later
"""H. Time."""

import os
import struct
import time

import oracle
import rig as rigs
from oracle import View
from rig import Fault, wait_for


class Clock:
    """The client's wall clock and boot clock, as far off as we like (clock.c); dtc-sim keeps the true time."""

    def __init__(self, rig):
        self.path = os.path.join(rig.folder, "clock")
        self.wall = self.boot = 0
        self.set()
        self.env = {"LD_PRELOAD": os.path.join(rig.build, "tests/faults/libfaults-clock.so"), "FAULTS_CLOCK": self.path}

    def set(self, wall=None, boot=None):
        """Seconds off."""
        self.wall = self.wall if wall is None else wall
        self.boot = self.boot if boot is None else boot
        # In place: it is mapped.
        fd = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(fd, struct.pack("=qq", int(self.wall * 1e6), int(self.boot * 1e6)), 0)
        os.close(fd)


def case_111(rig):
    """A year and an hour each way, five minutes back, and anything: nothing is sent, repeated, ended or turned round by it."""
    clock = Clock(rig)
    sim, relay, session = rig.start(env=clock.env)
    jumps = [365 * 86400, -365 * 86400, 3600, -3600, -300] + [rig.rand.uniform(-4e8, 4e8) for _ in range(1000 if rig.long else 35)]
    working = 0
    seen = set()
    for number, jump in enumerate(jumps):
        clock.set(wall=jump)
        if number % 4 == 3:
            session.order(f"{rig.rand.choice(['buy', 'sell'])} 1 ESZ6 market", status="filled")
        else:
            session.order(f"buy 1 ESZ6 limit {4000 + number % 3000 * 0.25:g} {rig.rand.choice(['day', 'gtc'])}", status="working")
            working += 1
        seen.add(session.find("order")[-1]["time"][:4])
    if len(seen) < 3:
        raise Fault(f"the client's wall clock does not jump: {seen}")
    left = [f for f in relay.frames()[0] if rigs.frame_type(f) in rigs.COMMANDS[rig.numbering]]
    if len(left) != len(jumps):
        raise Fault(f"{len(jumps)} orders were typed and {len(left)} commands left")
    session.none("denied")
    session.none("link", state=frozenset(("down", "stopped")))
    still = [o for o in {id(o): o for o in View(session).orders.values()}.values() if o["status"] == "working"]
    if len(still) != working:
        raise Fault(f"{working} orders should work, {len(still)} are shown to")
    rig.note(f"{len(jumps)} jumps")
    clock.set(wall=0)
    oracle.check_all(rig, sim, session)


def case_112(rig):
    """The computer slept eight hours: everything is asked again before a line counts, and nothing of before is sent."""
    clock = Clock(rig)
    sim, relay, session = rig.start(env=clock.env)
    order = session.order("buy 2 ESZ6 limit 4900", status="working")
    mark = session.mark()
    # What happens while it sleeps; then it wakes up, with a socket that looks alive.
    session.pause()
    sim.tell(f"fill {order['server_order_id']} 1")
    clock.set(wall=8 * 3600, boot=8 * 3600)
    session.resume()
    session.wait("notice", mark, code="RESUME")
    session.send("buy 1 ESZ6 limit 4890")
    live = session.live(mark)
    epochs = {e["epoch"] for e in session.find("link", mark)}
    if len(relay.connections) < 2 or len(epochs) < 2:
        raise Fault(f"after a sleep the old connection goes on: epochs {epochs}")
    session.wait("order", mark, client_order_id=order["client_order_id"], filled=1, certainty="fresh")
    wait_for("an answer to the line", lambda: session.find("denied", mark) or session.find("order", mark, price=4890, status="working"))
    denied = session.find("denied", mark)
    typed = [f for f in relay.frames()[0] if rigs.frame_type(f) == rigs.SUBMIT[rig.numbering]]
    if len(typed) - 1 + len(denied) != 1 or (denied and denied[0]["code"] not in ("LINK_DOWN", "RESYNC_RUNNING", "DISARMED")):
        raise Fault(f"a line typed on waking: {len(typed) - 1} left, {denied}")
    if live["epoch"] == session.find("link")[0]["epoch"]:
        raise Fault("live again in the old epoch")
    oracle.check_all(rig, sim, session)


def case_113(rig):
    """Stopped and continued, as by a debugger or a pause of the machine it runs in."""
    sim, relay, session = rig.start()
    order = session.order("buy 2 ESZ6 limit 4900", status="working")
    mark = session.mark()
    session.pause()
    sim.tell(f"fill {order['server_order_id']} 1")
    time.sleep(60 if rig.long else 4)
    session.resume()
    session.wait("order", mark, client_order_id=order["client_order_id"], filled=1)
    wait_for("a live link", lambda: View(session).link == "live")
    oracle.check_all(rig, sim, session)
