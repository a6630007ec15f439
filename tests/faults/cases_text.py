# SPDX-License-Identifier: GPL-3.0-or-later
"""J. Security: what a server writes is text. Never markup, a format, a path, a formula, SQL, or what moves a terminal."""

import csv
import io
import json
import os
import re
import subprocess
import unicodedata

import oracle
import rig as rigs
from oracle import View
from rig import Fault, only, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
FORMATS = ["%n%n%s", "%s%s%s%s%s%s%p", "%999999999d", "a\nnotice ALARM all is well", "a\r\nb", "\x1b[2J\x1b]0;title\x07", "\x9b31mred",
           "\u202eotpyrc", "\u2066x\u2069", "\ufeffx", "\u2028line", "\x7f\x08\x08\x08", "\u0085next", "\\x1b[2J"]
MARKUP = ["<span size='999999'>big</span>", "<a href='http://127.0.0.1/'>here</a>", "</span></b>", "&lt;b&gt; & < >", "<b>unfinished"]
PATHS = ["../../escape", "/tmp/../escape", "file:///etc/passwd", "C:\\escape", "~/escape", "$(touch escape)", "`touch escape`", "a/b;touch escape"]
SQL = ["x'); DROP TABLE journal; --", "' OR '1'='1", "\"; DELETE FROM journal; --", "%' --", "a' UNION SELECT 1,2,3 --", "?1", ":id", "x\\'"]
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "=HYPERLINK(\"http://127.0.0.1\")", "a\",\"b", "a,b", "\t=1"]


def rewrite(change):
    """A filter: @change(message) may change a message of the server."""
    def one(frame):
        try:
            message = json.loads(frame)
        except ValueError:
            return [frame]
        return [json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()] if change(message) else [frame]
    return one


def start_written(rig, change, **more):
    """A session whose server's messages go through @change."""
    def plan(connection):
        connection.halves["s2c"].filter = rewrite(change)
    return rig.start(plan=plan, **more)


def is_plain(text):
    """Nothing in it moves a cursor or turns the reading round."""
    return not any(unicodedata.category(c) in ("Cc", "Cf") for c in text)


def check_lines(rig, session):
    """What was printed, byte for byte: one object a line, and nothing in it that a terminal obeys."""
    with open(session.trace_path, encoding="utf-8") as trace:
        for line in trace.read().split("\n"):
            if line and not is_plain(line):
                raise Fault(f"I18: a printed line has control characters: {line!r}")
            if line:
                json.loads(line)


def run_plain(rig, *words, status=(0,)):
    """A command that prints for people."""
    done = subprocess.run([rig.dtcctl, "--state", rig.state, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=rigs.PATIENCE, env=rigs.environment(rig.folder), encoding="utf-8")
    if done.returncode not in status:
        raise Fault(f"{words}: exit {done.returncode}: {done.stderr}")
    for line in (done.stdout + done.stderr).split("\n"):
        if not is_plain(line.replace("\t", " ")):
            raise Fault(f"I18: {words[0]} prints control characters: {line!r}")
    return done.stdout


def said(rig, texts, **more):
    """Each text as the words of an order's update, of a message to the user, of an alert and of a log entry; what is shown
    of them is what was written."""
    words = {}

    def change(message):
        if message.get("Type") == 301 and message.get("ClientOrderID"):
            words.setdefault(message["ClientOrderID"], texts[len(words) % len(texts)])
            message["InfoText"] = words[message["ClientOrderID"]]
            return True
        return False
    sim, relay, session = start_written(rig, change, **more)
    for text in texts:
        mark = session.mark()
        order = session.order("buy 1 ESZ6 limit 4900", status="working")
        wanted = words[order["client_order_id"]]
        if order["text"] != wanted:
            raise Fault(f"I18: the server's words {wanted!r} are shown as {order['text']!r}")
        relay.inject(b"".join(json.dumps({"Type": kind, field: text}, ensure_ascii=False).encode() + b"\0" for kind, field in
                              ((700, "UserMessage"), (701, "MessageText"), (702, "AlertText"), (700, "MessageText"))))
        session.send(f"cancel {order['client_order_id']}")
        session.wait("order", mark, client_order_id=order["client_order_id"], status="cancelled")
    session.quit()
    check_lines(rig, session)
    for command in (["history"], ["history", order["client_order_id"]], ["journal", "check"]):
        run_plain(rig, *command)
    return sim, session


def case_138(rig):
    """Formats, line ends, escapes and what turns the reading round, in a pipe, on a terminal and in the debug log."""
    texts = FORMATS if rig.long else rig.rand.sample(FORMATS, 7)
    sim, session = said(rig, texts, env={"DEBUG_DTC": "1", "G_DEBUG": ""})
    for line in session.stderr().split("\n"):
        if not is_plain(line.replace("\t", " ")):
            raise Fault(f"I18: the debug log has control characters: {line!r}")
    oracle.check_all(rig, sim, session)


def case_137(rig):
    """Markup stays what it is; and no source sets external text as markup."""
    sim, session = said(rig, MARKUP)
    oracle.check_all(rig, sim, session)
    root = os.path.join(HERE, "..", "..", "ui")
    for name in sorted(os.listdir(root)):
        if name.endswith((".c", ".ui")):
            with open(os.path.join(root, name), encoding="utf-8") as source:
                for number, line in enumerate(source, 1):
                    if re.search(r"set_markup|tooltip_markup|body_use_markup \(|body-use-markup|name=\"use-markup\">(true|1)|pango_parse_markup", line):
                        raise Fault(f"I18: ui/{name}:{number} sets markup: {line.strip()}")


def case_140(rig):
    """A server's name, its words and ids are no paths: nothing is made or opened by them."""
    def tree():
        return {os.path.join(folder, name) for folder, _, names in os.walk(rig.folder) for name in names}
    number = {}

    def change(message):
        if message.get("Type") in (2, 301, 304, 306):
            text = PATHS[number.setdefault(message["Type"], rig.rand.randrange(8)) % len(PATHS)]
            number[message["Type"]] += 1
            for field in ("ServerName", "InfoText", "ResultText"):
                if field in message or field == "InfoText" and message["Type"] == 301:
                    message[field] = text
            if message["Type"] == 301 and "LastFillExecutionID" in message:
                message["LastFillExecutionID"] = text + message["LastFillExecutionID"]
            return True
        return False
    sim, relay, session = start_written(rig, change)
    before = tree()
    for _ in range(3):
        session.order("buy 1 ESZ6 market", status="filled")
        session.order("buy 1 ESZ6 limit 4900", status="working")
    session.quit()
    run_plain(rig, "history")
    made = {name for name in tree() - before if os.path.basename(name) not in
            ("state.sqlite-wal", "state.sqlite-shm", "state.sqlite.id", "state.sqlite.head", "state.sqlite.emergency", "state.sqlite.lock")}
    if made or any("escape" in name for name in tree()):
        raise Fault(f"I18: files were made: {made}")
    oracle.check_quiet(rig, session)
    oracle.check_whole(rig)


def in_ids(given, texts):
    """For start_written(): each order's ids and words become one of @texts in turn; @given: the server's id -> its text."""
    def change(message):
        if message.get("Type") in (301, 304) and message.get("ServerOrderID"):
            text = given.setdefault(message["ServerOrderID"], texts[len(given) % len(texts)])
            message["ServerOrderID"] = text
            for field in ("LastFillExecutionID", "UniqueExecutionID"):
                if message.get(field):
                    message[field] = text + message[field]
            message["InfoText"] = text
            return True
        return False
    return change


def case_141(rig):
    """Each cell of an export is what it is, and none is taken for a formula."""
    given = {}
    sim, relay, session = start_written(rig, in_ids(given, FORMULAS))
    for _ in range(len(FORMULAS)):
        session.order("buy 1 ESZ6 market", status="filled")
    session.quit()
    for what in ("fills", "orders"):
        status, out, errors = rig.run_ctl("export", "csv", what)
        rows = list(csv.reader(io.StringIO(out)))
        if status != 0 or len(rows) <= len(FORMULAS) or len({len(row) for row in rows}) != 1:
            raise Fault(f"export csv {what}: exit {status}, rows of {sorted({len(row) for row in rows})} cells {errors}")
        for cell in (cell for row in rows for cell in row):
            if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", cell):
                raise Fault(f"I18: export csv {what} has the cell {cell!r}")
        ids = {cell.lstrip("'").replace("\t", " ") for row in rows for cell in row}
        if what == "orders" and not all(text.replace("\t", " ") in ids for text in given.values()):
            raise Fault(f"the server's ids are not in the export: {given} {rows[:3]}")
    oracle.check_quiet(rig, session)
    oracle.check_whole(rig)


def case_142(rig):
    """Ids, symbols and words with SQL in them are kept, found and shown as they are."""
    given = {}
    sim, relay, session = start_written(rig, in_ids(given, SQL))
    orders = [session.order("buy 1 ESZ6 market", status="filled") for _ in SQL]
    for text in SQL:
        session.send(f"buy 1 {text} market", f"cancel {text}", f"note 1 {text}", f"case {text}")
    session.quit()
    records = len(rig.journal().records)
    for text in SQL:
        rig.run_ctl("history", text)
        rig.run_ctl("history", text + "%")
    if len(rig.journal().records) < records or {o["server_order_id"] for o in orders} != set(given.values()):
        raise Fault(f"ids are not kept as they are: {[o['server_order_id'] for o in orders]}")
    folded = {f["execution_id"]: f["quantity"] for f in rig.export()["fills"]}
    if len(folded) != len(SQL) or not all(any(e.startswith(text) for e in folded) for text in SQL):
        raise Fault(f"the fills are {folded}")
    oracle.check_quiet(rig, session)
    oracle.check_whole(rig)
    # No source puts a text into a statement.
    root = os.path.join(HERE, "..", "..", "src")
    for name in sorted(os.listdir(root)):
        if name.endswith(".c"):
            with open(os.path.join(root, name), encoding="utf-8") as source:
                text = source.read()
            # Whose callers give it a constant.
            text = text.replace('g_strdup_printf ("SELECT " DESK_JOURNAL_COLUMNS " FROM journal %s", where)', "")
            if re.search(r"sqlite3_(v?mprintf|v?snprintf)|printf \([^;]*\"\s*(SELECT|INSERT|UPDATE|DELETE|DROP) ", text):
                raise Fault(f"src/{name} builds a statement from text")


LOOKALIKES = ["\u0415SZ6", "ESZ\u0036\u200b", "ES\u202e6Z", "ESZ6\u00a0", "\uff25SZ6", "ESZ\u0661", "E\u0301SZ6", "ESZ6\u2069", "\ufeffESZ6"]


def case_139(rig):
    """A symbol that looks like another, typed, pasted or told by the server: no order goes out for it, and what is shown of
    it cannot be taken for the other."""
    sim, relay, session = rig.start(limits=rig.write_limits("named", symbols=["ESZ6"]))
    for symbol in LOOKALIKES:
        mark = session.mark()
        session.send(f"buy 1 {symbol} limit 4900")
        wait_for("an answer", lambda: session.find("denied", mark) or session.find("notice", mark))
        if [f for f in oracle.commands_of(rig, relay)[0]]:
            raise Fault(f"I7: an order for {symbol!r} left")
    position = {"Type": 306, "RequestID": 0, "TotalNumberMessages": 1, "MessageNumber": 1, "TradeAccount": "SIM1", "Quantity": 7,
                "AveragePrice": 5000.0, "Unsolicited": 1}
    for symbol in LOOKALIKES:
        relay.inject(json.dumps({**position, "Symbol": symbol}, ensure_ascii=rig.rand.random() < 0.5).encode() + b"\0")
    session.order("buy 1 ESZ6 market", status="filled")
    wait_for("the position", lambda: View(session).positions.get(("SIM1", "ESZ6")) == 1)
    session.quit()
    check_lines(rig, session)
    oracle.check_quiet(rig, session)
    oracle.check_whole(rig)
    if len(sim.received(208)) != 1:
        raise Fault("I7: an order for another symbol left")
