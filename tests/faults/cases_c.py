# SPDX-License-Identifier: GPL-3.0-or-later
"""C. JSON: a fill whose message cannot be believed, and one that looks odd and can."""

import re

import oracle
from cases_b import refused_frame, spoil_fill
from oracle import View
from rig import Fault

MAX = b"1.7976931348623157e308"


def put(name, value):
    """Another value for a number of the message."""
    return lambda frame: [re.sub(rb'"%s":[-+.\w]+' % name, b'"%s":%s' % (name, value), frame, count=1)]


def add(text):
    return lambda frame: [frame[:-1] + b"," + text + b"}"]


def each_refused(rig, spoils, short=2):
    chosen = spoils if rig.long else rig.rand.sample(spoils, min(short, len(spoils)))
    rig.side_by_side(*(lambda each, spoil=spoil: refused_frame(each, spoil) for spoil in chosen))


def case_37(rig):
    """The same key again, with another value or the same."""
    each_refused(rig, [add(b'"FilledQuantity":100'), add(b'"FilledQuantity":1'), add(b'"ServerOrderID":"1"'), add(b'"OrderStatus":8'),
                       add(b'"Type":301')])


def case_38(rig):
    """A quantity or a price that is no number."""
    values = [b'"1"', b"true", b"[1]", b'{"a":1}', b'""', b"false", b'"1.0"']
    names = [b"FilledQuantity", b"LastFillQuantity", b"LastFillPrice", b"AverageFillPrice"]
    each_refused(rig, [put(n, v) for n in names for v in values], short=3)


def case_39(rig):
    """Numbers that no JSON reader may turn into -1, infinity or 8."""
    values = [b"1e999", b"010", b"0x10", b"NaN", b"Infinity", b"-Infinity", b"+1", b"1.", b".5", b"1e", b"9" * 400 + b"e400", b"--1"]
    names = [b"FilledQuantity", b"LastFillPrice"]
    each_refused(rig, [put(n, v) for n in names for v in values], short=3)


def case_40(rig):
    """DBL_MAX is how DTC says that a double is not there."""
    for each in rig.samples(1):
        def unset(frame):
            frame = put(b"AverageFillPrice", MAX)(frame)[0]
            return [frame[:-1] + b',"StopPrice":' + MAX + b',"Price2":' + MAX + b"}" if b'"Price2"' not in frame else frame]
        sim, relay, session, order, mark = spoil_fill(each, unset)
        filled = session.wait("order", mark, client_order_id=order["client_order_id"], status="filled")
        fill = session.wait("fill", mark, symbol="ZNZ6")
        if fill["source"] != "live":
            raise Fault("I4: a fill with an unset average price was not taken from its own message")
        for event in (filled, fill):
            if any(isinstance(v, float) and abs(v) > 1e15 for k, v in event.items() if k != "read"):
                raise Fault(f"I17: an unset number is shown: {event}")
        if filled["price2"] is not None:
            raise Fault(f"I17: an unset price is shown: {filled}")
        oracle.check_all(each)


def case_43(rig):
    """A letter in an 8-bit code, which DTC allows, must not cost a fill."""
    text = "Exécuté à Zürich – 5 €"
    sim, relay, session, order, mark = spoil_fill(rig, add(b'"InfoText":"' + text.encode("cp1252") + b'"'))
    fill = session.wait("fill", mark, symbol="ZNZ6")
    if fill["source"] != "live":
        raise Fault("I4: the fill was not taken from its own message")
    shown = session.wait("order", mark, client_order_id=order["client_order_id"], status="filled")
    if shown["text"] != text:
        raise Fault(f"I18: the server's words are shown as {shown['text']!r}")
    oracle.check_all(rig)


def case_41(rig):
    """A NUL inside an id would cut it, and make it another order's."""
    each_refused(rig, [lambda f: [re.sub(rb'"ServerOrderID":"([^"]*)"', rb'"ServerOrderID":"\1\\u0000x"', f, count=1)],
                       lambda f: [re.sub(rb'"ClientOrderID":"([^"]{4})', rb'"ClientOrderID":"\1\\u0000', f, count=1)]])


def case_45(rig):
    """A key in another case is another key: without the quantity the update says nothing of a fill."""
    def lower(frame):
        return [frame.replace(b'"FilledQuantity"', b'"filledquantity"').replace(b'"LastFillQuantity"', b'"lastfillquantity "')]
    sim, relay, session, order, mark = spoil_fill(rig, lower)
    oracle.check_converged(rig, sim, session, bound=6)
    oracle.check_all(rig)
    if View(session).orders[order["client_order_id"]]["filled"] not in (1, None):
        raise Fault("I17: a quantity came from nowhere")
