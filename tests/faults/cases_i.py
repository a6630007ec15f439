# SPDX-License-Identifier: GPL-3.0-or-later
"""I. Configuration and operator."""

import json
import os

import oracle
import rig as rigs
from rig import LIMITS, Fault, only


def refused(rig, relay, limits, what):
    """No order leaves under these limits: the file is refused at the start, or each order is."""
    session = rig.start_session(relay, live=False, limits=limits, state=os.path.join(rig.folder, "limits.sqlite"))
    rig.sessions.remove(session)
    try:
        session.send("wait live", "arm", "buy 1 ESZ6 limit 4900", "sell 1 ESZ6 market")
    except OSError:
        pass  # gone already
    code = session.quit()
    if code < 0 or oracle.NOISE.search(session.stderr()):
        raise Fault(f"limits with {what}: exit {code}: {session.stderr()}")
    denied = session.find("denied")
    if session.find("link", state="live"):
        if not denied or any(d["code"] not in ("LIMITS", "SYMBOL", "DISARMED", "QTY_MAX", "ORDER_VALUE_MAX", "PRICE_COLLAR",
                                                    "POSITION_MAX_WORST_CASE", "RATE", "WORKING_ORDERS_MAX") for d in denied):
            raise Fault(f"limits with {what}: {denied}")
        return "denied"
    if code == 0 or os.path.basename(limits) not in session.stderr():
        raise Fault(f"limits with {what}: exit {code}: {session.stderr()}")
    return "refused"


def case_119(rig):
    """Each limit missing, zero, negative, null, "unlimited": never an order without one."""
    sim = rig.start_sim()
    relay = rig.start_relay(sim)
    ways = {}
    optional = {"duplicate_window_ms", "schema"}  # zero is off there
    for key in LIMITS:
        for name, value in (("missing", None), ("null", None), ("0", 0), ("-1", -1), ("unlimited", "unlimited"), ("1e999", None)):
            if key in optional and name == "0" and key != "schema":
                continue
            path = os.path.join(rig.folder, f"{key}-{name}.json")
            content = {k: v for k, v in LIMITS.items() if k != key}
            text = json.dumps(content)
            if name == "null":
                text = json.dumps({**content, key: None})
            elif name == "1e999":
                text = text[:-1] + f', "{key}": 1e999}}'
            elif name != "missing":
                text = json.dumps({**content, key: value})
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            ways[f"{key} {name}"] = path
    with open(os.path.join(rig.folder, "empty.json"), "w", encoding="utf-8"):
        pass
    ways["nothing in it"] = os.path.join(rig.folder, "empty.json")
    ways["no file"] = os.path.join(rig.folder, "absent.json")
    chosen = ways if rig.long else dict(rig.rand.sample(sorted(ways.items()), 10))
    found = [refused(rig, relay, path, what) for what, path in chosen.items()]
    if sim.received(208, 201):
        raise Fault("I7: an order left without a limit")
    rig.note(f"{found.count('refused')} files refused, {found.count('denied')} times every order denied")


def case_120(rig):
    """An account that is not the one that was named: not by default, not by being the only one, not by a name that fits."""
    sim = rig.start_sim("--accounts", "LIVE-77,SIM1")
    relay = rig.start_relay(sim)
    for account, code in (("SIM2", "ACCOUNT"), (None, "ACCOUNT"), ("sim1", "ACCOUNT"), ("LIVE", "ACCOUNT")):
        session = rig.start_session(relay, live=False, account=account, state=os.path.join(rig.folder, f"{account}.sqlite"))
        session.send("wait live", "buy 1 ESZ6 limit 4900")
        denied = session.wait("denied")
        session.quit()
        rig.sessions.remove(session)
        if denied["code"] != code:
            raise Fault(f"account {account}: denied {denied['code']}")
    if sim.received(208):
        raise Fault("I7: an order left for an account that nobody named")
    session = rig.start_session(relay, account="SIM1")
    order = session.order("buy 1 ESZ6 limit 4900", status="working")
    if order["account"] != "SIM1" or [m["TradeAccount"] for m in sim.received(208)] != ["SIM1"]:
        raise Fault(f"it went elsewhere: {order}")
    oracle.check_all(rig, sim, session)
