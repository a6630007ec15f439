# SPDX-License-Identifier: GPL-3.0-or-later
"""A. Connection."""

import time

import oracle
from oracle import View
from rig import CANCEL, Cut, Fault, only, wait_for


def trade(session):
    """A filled order, and two that work: what an outage must keep."""
    session.order("buy 2 ESZ6 market", status="filled")
    session.order("buy 3 ESZ6 limit 4990", status="working")
    session.order("sell 1 CLZ6 limit 75", status="working")


def outage(rig, how):
    """The link ends with working orders, and comes back."""
    sim, relay, session = rig.start()
    trade(session)
    mark = session.mark()
    when = relay.cut(how)
    oracle.check_stale(rig, session, when, mark)
    session.live(mark)
    oracle.check_all(rig)


def case_6(rig):
    outage(rig, "half")
