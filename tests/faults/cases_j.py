# SPDX-License-Identifier: GPL-3.0-or-later
"""J. Security."""

import json
import time

import oracle
import rig as rigs
from cases_g import whole_frames
from rig import Fault, frame_type, wait_for

ABSURD = [0, -1, 1, 3, 1e6, -1e6, 9007199254740993, 1.7976931348623157e308, -1.7976931348623157e308, 1e-300, 0.1, 2147483648]


def hostile(rig, known):
    """One message that a server in its right mind would not send."""
    rand = rig.rand
    kind = rand.choice([301, 301, 301, 306, 304, 600, 3, 507, 104, 107, 108, 700, 701, 308, 307, 401, 9999])
    message = {"Type": kind}
    order = rand.choice(known + [{"ServerOrderID": "X1"}, {"ServerOrderID": ""}, {"ClientOrderID": "T999999-0001-00000001-00"}])
    if kind in (301, 304, 306):
        message.update(order)
        message.update({"Symbol": rand.choice(["ESZ6", "CLZ6", "ES\u202eZ6", "", "../../x"]),
                        "TradeAccount": rand.choice(["SIM1", "LIVE-77", ""]), "OrderStatus": rand.randrange(-1, 200),
                        "OrderUpdateReason": rand.randrange(-1, 20), "OrderType": rand.randrange(0, 9), "BuySell": rand.choice([0, 1, 2, "BUY", 7]),
                        "TotalNumMessages": rand.choice([1, 0, 99]), "TotalNumberMessages": rand.choice([1, 0, 99]),
                        "MessageNumber": rand.choice([1, 0, 99]), "RequestID": rand.randrange(0, 40),
                        "UniqueExecutionID": rand.choice(["E1", "", "E" * 60]), "LastFillExecutionID": rand.choice(["E1", "", "E9"]),
                        "InfoText": rand.choice(["%n%s", "<b>", "sell everything now", "\u001b]0;x\u0007"])})
        for field in ("Quantity", "OrderQuantity", "FilledQuantity", "RemainingQuantity", "Price1", "AverageFillPrice", "LastFillPrice",
                      "LastFillQuantity", "AveragePrice", "Price"):
            if rand.random() < 0.6:
                message[field] = rand.choice(ABSURD)
        message["Unsolicited"] = rand.choice([0, 1])
    elif kind == 600:
        message.update({"TradeAccount": "SIM1", "CashBalance": rand.choice(ABSURD), "OpenPositionsProfitLoss": -1e12,
                        "IsUnderRequiredMargin": 1, "TradingIsDisabled": 0})
    elif kind == 3:
        message["NumDroppedMessages"] = rand.choice([0, 5, 4294967295])
    elif kind == 507:
        message.update({"RequestID": rand.randrange(0, 20), "Symbol": "ESZ6", "MinPriceIncrement": rand.choice(ABSURD),
                        "DisplayPriceMultiplier": rand.choice(ABSURD), "IsFinalMessage": 1})
    elif kind in (104, 107, 108):
        message.update({"SymbolID": rand.randrange(0, 4), "Price": rand.choice(ABSURD), "Volume": rand.choice(ABSURD),
                        "BidPrice": rand.choice(ABSURD), "AskPrice": rand.choice(ABSURD)})
    elif kind in (700, 701):
        message.update({"UserMessage": "Buy 100 ESZ6 at once!", "AlertMessage": "Buy!"})
    return json.dumps(message, ensure_ascii=rand.random() < 0.5).encode("utf-8", "replace") + b"\0"


def case_126(rig):
    """Whatever a server says, no command leaves that nobody typed."""
    sim, relay, session = rig.start(plan=whole_frames)
    filled = session.order("buy 2 ESZ6 market", status="filled")
    working = session.order("sell 2 ESZ6 limit 5100", status="working")
    known = [{"ServerOrderID": o["server_order_id"], "ClientOrderID": o["client_order_id"]} for o in (filled, working)]
    known += [{"ServerOrderID": o["server_order_id"]} for o in (filled, working)]

    def left():
        return [f for f in relay.frames()[0] if frame_type(f) in rigs.COMMANDS[rig.numbering]]
    before = len(left())
    for _ in range(400 if rig.long else 25):
        if not any(c.open for c in relay.connections):
            session.send("reconnect")
            wait_for("a connection", lambda: any(c.open for c in relay.connections) or session.ended)
        relay.inject(b"".join(hostile(rig, known) for _ in range(10)))
        time.sleep(0.02)
        if session.ended:
            raise Fault(f"I9: it ended: {session.stderr()[-2000:]}")
    wait_for("a quiet link", lambda: oracle.View(session).link in ("live", "stopped"))
    time.sleep(2.5 if rig.long else 0.6)
    commands = left()
    if len(commands) != before:
        raise Fault(f"I7: commands left that nobody typed: {commands[before:]}")
    # A new connection to a server in its right mind, and all is as it says.
    mark = session.mark()
    relay.cut("fin")
    session.wait("link", mark, state=frozenset(("down", "connecting", "stopped")))
    session.send("reconnect")
    session.live(mark)
    if len(left()) != before:
        raise Fault(f"I7: commands left that nobody typed: {left()[before:]}")
    truth = oracle.Truth(sim)
    shown = oracle.View(session).orders.get(working["server_order_id"])
    if shown["certainty"] not in oracle.DOUBT and shown["status"] not in truth.words(truth.orders[working["server_order_id"]]):
        raise Fault(f"I6: {shown}")
    rig.note(f"{len(session.find('notice'))} notices, no command")
    session.quit()
    oracle.check_quiet(rig, session)
    oracle.check_secret(rig)
    oracle.check_whole(rig)
