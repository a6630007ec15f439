# SPDX-License-Identifier: GPL-3.0-or-later
"""I. Configuration and operator."""

import json
import os
import shutil
import subprocess

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


def case_121(rig):
    """The limits file is changed while it is in use: neither a wider limit nor a broken file counts before the next start."""
    limits = rig.write_limits("mine", max_order_quantity=2)
    sim, relay, session = rig.start(limits=limits)
    session.order("buy 2 ESZ6 limit 4900", status="working")
    for text in (json.dumps({**LIMITS, "max_order_quantity": 1000}), "{", ""):
        with open(limits, "w", encoding="utf-8") as out:
            out.write(text)
        mark = session.mark()
        session.send("buy 3 ESZ6 limit 4899")
        session.wait("denied", mark, code="QTY_MAX")
        session.send("reconnect")
        session.order("buy 1 ESZ6 limit 4898", status="working")
    if [m["Quantity"] for m in sim.received(208)] != [2, 1, 1, 1]:
        raise Fault(f"I7: the server saw {sim.received(208)}")
    session.quit()
    again = rig.start_session(relay, live=False, limits=limits)
    if again.quit() == 0 or "mine.json" not in again.stderr():
        raise Fault(f"a start takes a broken file: {again.stderr()}")
    rig.sessions.remove(again)
    oracle.check_all(rig, sim, session)


def case_124(rig):
    """Locales with a decimal comma, other digits and an i without a dot: the same bytes leave, the same lines are printed."""
    made = []
    for name, letters in (("de_DE", "ISO-8859-1"), ("tr_TR", "ISO-8859-9"), ("ar_EG", "ISO-8859-6"), ("hi_IN", "UTF-8"))[:4 if rig.long else 1]:
        if shutil.which("localedef"):
            subprocess.run(["localedef", "-c", "-i", name, "-f", letters, os.path.join(rig.folder, f"{name}.{letters}")],
                           capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if os.path.exists(os.path.join(rig.folder, f"{name}.{letters}")):
            made.append(f"{name}.{letters}")
    if not made:
        rig.note("no locales can be made here: only C was played")
    stories = []
    for name in ["C.UTF-8"] + made:
        with rig.child(name) as each:
            sim, relay, session = each.start(env={"LC_ALL": name, "LOCPATH": rig.folder} if name != "C.UTF-8" else {})
            session.order("buy 1 ESZ6 limit 4900.25", status="working")
            order = session.order("sell 1 ZNZ6 limit 112.015625", status="working")
            session.send(f"modify {order['client_order_id']} price 112.5")
            session.wait("order", client_order_id=order["client_order_id"], price=112.5)
            session.order("buy 1 ESZ6 market", status="filled")
            sent = [json.loads(f) for f in oracle.commands_of(each, relay)[0]]
            shown = [(o["symbol"], o["price"], o["average_price"], o["status"]) for o in session.find("order")]
            stories.append((name, [(m.get("Price1"), m.get("Quantity")) for m in sent], sorted(set(shown), key=str)))
            oracle.check_all(each, sim, session)
    for name, *story in stories[1:]:
        if story != list(stories[0][1:]):
            raise Fault(f"I17: under {name}: {story}\nunder C: {stories[0][1:]}")
    rig.note(f"the same under {', '.join(name for name, *_ in stories)}")
