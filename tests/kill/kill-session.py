#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills `dtcctl session` with SIGKILL at random moments under order flow, and compares what is left.

The rig and the oracle are those of tests/faults. After each kill:

  bytes    every command that left, over all runs on the same state file, is in it as an intent with the same bytes, and
           left at most as often; the same for what dtc-sim received
  events   every order and fill event printed before the kill is in it: fills by execution id, orders by a message of the
           server (or our own intent) that says the same
  fills    none is booked twice, and no order has more than the exchange filled
  chain    `journal check` finds nothing
  fold     what a restart makes of it (`export json`) has every order and fill that was printed

Usage: kill-session.py --dtcctl PATH --sim PATH [--runs N] [--seed N] [--numbering brief|dtc]; the long form is --runs 500.
"""

import argparse
import os
import random
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../faults"))

import oracle  # noqa: E402
from rig import Fault, Rig  # noqa: E402

# Then a new simulator and a new state file: checking reads the whole history, and orders that a kill left unknown let no new
# ones out.
RUNS_PER_STATE = 5
PRICES = {"ESZ6": (5000.0, 0.25), "CLZ6": (70.0, 0.01), "ZNZ6": (110.0, 0.015625)}


class Trader(threading.Thread):
    """Order flow, until the session is gone."""

    def __init__(self, session, rand):
        super().__init__(daemon=True)
        self.session, self.rand = session, rand

    def line(self):
        rand = self.rand
        symbol = rand.choice(list(PRICES))
        price, tick = PRICES[symbol]
        side = rand.choice(["buy", "sell"])
        away = price + (-1 if side == "buy" else 1) * tick * rand.randrange(20, 400)
        working = [e for e in self.session.find("order", max(0, self.session.mark() - 200)) if e["status"] in ("working", "part-filled")]
        kind = rand.random()
        if kind < 0.35:
            return f"{side} {rand.randrange(1, 4)} {symbol} market"
        if kind < 0.7 or not working:
            return f"{side} {rand.randrange(1, 9)} {symbol} limit {away:.10g} {rand.choice(['day', 'gtc'])}"
        order = rand.choice(working[-30:])
        identity = order[rand.choice(["client_order_id", "server_order_id"])] or order["client_order_id"] or order["server_order_id"]
        if kind < 0.85:
            return f"cancel {identity}"
        return f"modify {identity} qty {order['quantity'] + rand.randrange(1, 4):.10g}"

    def run(self):
        try:
            while True:
                self.session.send(self.line())
                time.sleep(self.rand.choice([0, 0, 0.001, 0.005]))
        except (BrokenPipeError, ValueError, OSError):
            pass


def one_run(rig, sim, relay, rand, count):
    session = rig.start_session(relay, live=False)
    trader = Trader(session, rand)
    # Some die before they are live: while the file is opened, folded, or the server is asked.
    if rand.random() < 0.15:
        time.sleep(rand.uniform(0, 0.3))
    else:
        session.live()
        trader.start()
        time.sleep(rand.uniform(0.0, 0.6))
    session.process.send_signal(signal.SIGKILL)
    session.killed = True
    session.process.wait(timeout=20)
    if trader.is_alive():
        trader.join(timeout=20)
    session.reap()
    if session.process.returncode != -signal.SIGKILL:
        raise Fault(f"dtcctl ended by itself with {session.process.returncode}: {session.stderr()[-2000:]}")
    relay.wait_idle()
    oracle.check_quiet(rig, session)

    if not os.path.exists(rig.state):
        return
    journal = rig.journal()
    count["commands"] = sum(oracle.check_sent(rig, [relay], [sim], [journal]).values())
    oracle.check_printed(rig, session, journal)
    oracle.check_booked(rig, journal, sim)
    oracle.check_gate(rig, [journal])
    oracle.check_fold(rig, session)
    if journal.records:
        oracle.check_whole(rig)
    count["orders"] += len(session.find("order"))
    count["fills"] += len(session.find("fill"))
    count["records"] = max(count["records"], len(journal.records))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dtcctl", required=True)
    parser.add_argument("--sim", required=True)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--numbering", choices=["brief", "dtc"], default="brief")
    options = parser.parse_args()

    print(f"seed {options.seed}", flush=True)
    count = {"commands": 0, "fills": 0, "orders": 0, "records": 0}
    run = left = 0
    try:
        while run < options.runs:
            with Rig(".", "kill", options.seed + run, options.numbering) as rig:
                rig.dtcctl, rig.dtc_sim = os.path.abspath(options.dtcctl), os.path.abspath(options.sim)
                sim = rig.start_sim(speed=5)
                relay = rig.start_relay(sim)
                for _ in range(min(RUNS_PER_STATE, options.runs - run)):
                    one_run(rig, sim, relay, random.Random(f"{options.seed} {run}"), count)
                    run += 1
                left += count["commands"]
    except Fault as problem:
        print(f"run {run}: {problem}\nkept: {rig.folder}", flush=True)
        return 1
    print(f"{run} kills, numbering {options.numbering}: {left} commands left, {count['orders']} order events and {count['fills']} fills "
          f"printed: all in the journal; longest journal {count['records']} records", flush=True)
    # A harness that saw nothing has shown nothing.
    return 0 if left > run and count["orders"] > run else 1


if __name__ == "__main__":
    sys.exit(main())
