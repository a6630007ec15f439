#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings played: other people's servers to our client, other people's clients to our simulator, and a recording of
our own to both. usage: test-transcripts-play.py DTCCTL DTC_SIM FIXTURES"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

DTCCTL = DTC_SIM = FIXTURES = None
PATIENCE = 60
STATES = {"connecting", "handshake", "logon", "resync", "live", "down", "stopped"}

# What the profile must say, how far the link gets, and how many order updates are no acts: refused or not understood.
RECORDINGS = {
    "appv4_client__kate_legacy_json_server": (["--handshake", "no"], "logon", "logon-refused"),
    "johnyan_async_client__trackdco_server": ([], "resync", None),
    "kate_client__kate_binary_server": (["--encoding", "binary", "--handshake", "no"], "resync", None),
    "trackdco_client__trackdco_server_fill": ([], "resync", None),
    "trackdco_client__trackdco_server_partial": ([], "resync", None),
}


class Base(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="transcripts-")
        self.addCleanup(shutil.rmtree, self.home)
        self.env = {"PATH": os.environ["PATH"], "HOME": self.home, "XDG_RUNTIME_DIR": self.home, "TZ": "UTC",
                    "LC_ALL": "C.UTF-8", "DTC_USERNAME": "TraderJoe", "DTC_PASSWORD": "s3cretW0rd"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "G_DEBUG"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def path(self, name):
        return os.path.join(self.home, name)

    def run_ctl(self, *args, text=""):
        done = subprocess.run([DTCCTL, *args], input=text, capture_output=True, text=True, timeout=PATIENCE, env=self.env)
        return done.returncode, done.stdout.splitlines(), done.stderr

    def start(self, command):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.env)
        self.addCleanup(self.end, process)
        line = process.stdout.readline()
        self.assertRegex(line, r"\Aport \d+\n\Z")
        return process, int(line.split()[1])

    def end(self, process):
        process.stdin.close()
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        process.stdout.close()

    def start_sim(self, numbering, *args):
        return self.start([DTC_SIM, "--port", "0", "--numbering", numbering, "--speed", "0", "--quiet", "--exit-with-stdin",
                           "--session-end", "never", *args])

    def fixture(self, name):
        return os.path.join(FIXTURES, name)

    def shown(self, path):
        status, lines, errors = self.run_ctl("--json", "capture", "show", path)
        self.assertEqual((status, errors), (0, ""))
        return [json.loads(line) for line in lines]


class Client(Base):
    """The server's side of each recording to our client."""

    def test_play(self):
        for name, (options, farthest, reason) in RECORDINGS.items():
            for pace in (["--fast"], []):
                if not pace and not name.endswith("partial"):
                    continue  # one at the recorded pace is enough
                with self.subTest(name=name, pace=pace):
                    self.play(name, options, farthest, reason, pace)

    def play(self, name, options, farthest, reason, pace):
        replay, port = self.start([DTCCTL, "capture", "replay", self.fixture(name), "--to", "client", *pace])
        status, lines, errors = self.run_ctl("--server", f"127.0.0.1:{port}", "--numbering", "dtc", *options, "--json",
                                             "--state", self.path("state"), "session", text="wait live 2\nquit\n")
        self.assertEqual((status, errors), (0, ""), lines)
        events = [json.loads(line) for line in lines]
        links = [event for event in events if event["event"] == "link"]
        self.assertLessEqual({link["state"] for link in links}, STATES)
        self.assertIn(farthest, [link["state"] for link in links], links)
        if reason is not None:
            self.assertIn(reason, [link["reason"] for link in links], links)
        # None of them tells open orders and fills as DTC wants it: never live, and no order is ours or known fresh.
        self.assertNotIn("live", [link["state"] for link in links])
        frames = self.shown(self.fixture(name))
        understood = {frame["fields"].get("ClientOrderID") for frame in frames
                      if frame["kind"] == "frame" and frame["type"] == 301 and frame["refused"] is None}
        for event in events:
            if event["event"] == "order":
                self.assertIn(event["client_order_id"], understood, event)
            self.assertNotEqual(event["event"], "fill", event)
        os.remove(self.path("state"))


class Server(Base):
    """The client's side of each recording to our simulator."""

    def test_play(self):
        sim, port = self.start_sim("dtc")
        for name in RECORDINGS:
            for pace in (["--fast"], []):
                with self.subTest(name=name, pace=pace):
                    status, lines, errors = self.run_ctl("--server", f"127.0.0.1:{port}", "--numbering", "dtc", "--json",
                                                         "capture", "replay", self.fixture(name), "--to", "server", *pace)
                    self.assertEqual((status, errors), (0, ""), lines)
                    answers = [json.loads(line) for line in lines[1:]]
                    for answer in answers:
                        self.assertIsNone(answer.get("refused"), answer)
                        self.assertEqual(answer["kind"], "frame", answer)
                    if name.startswith("trackdco"):
                        names = [answer["name"] for answer in answers]
                        self.assertEqual(names[:2], ["EncodingResponse", "LogonResponse"])
                        if not pace:  # else its logoff comes at once
                            self.assertIn("CurrentPositionsReject", names)
                            # An account that the simulator does not have: refused, not filled.
                            orders = [answer for answer in answers if answer["name"] == "OrderUpdate"]
                            self.assertEqual({order["fields"]["OrderStatus"] for order in orders}, {9}, orders)
                    self.assertIsNone(sim.poll())
        status, lines, errors = self.run_ctl("--server", f"127.0.0.1:{port}", "--numbering", "dtc", "accounts")
        self.assertEqual((status, errors), (0, ""), lines)

    def test_elsewhere(self):
        status, lines, errors = self.run_ctl("--server", "192.0.2.1:1", "--numbering", "dtc", "--allow-plain", "capture",
                                             "replay", self.fixture("trackdco_client__trackdco_server_fill"), "--to", "server")
        self.assertEqual((status, lines), (2, []))
        self.assertIn("is not this computer; write --remote", errors)


class Own(Base):
    """A recording of our own: no secret in it, readable, and played back to a client it is the server it was."""

    def test_own(self):
        for numbering in ("dtc", "brief"):
            with self.subTest(numbering=numbering):
                self.own(numbering)

    def own(self, numbering):
        sim, port = self.start_sim(numbering)
        path = self.path(f"recording-{numbering}")
        server = ["--server", f"127.0.0.1:{port}", "--numbering", numbering]
        status, lines, errors = self.run_ctl(*server, "--json", "capture", "record", path, "--seconds", "2")
        self.assertEqual((status, errors), (0, ""), lines)
        self.assertIn("live", [json.loads(line).get("state") for line in lines])
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, encoding="ascii") as f:
            text = f.read()
        self.assertTrue(text.startswith("dtc-capture 1 "))
        self.assertNotIn("TraderJoe", text)
        self.assertNotIn("s3cretW0rd", text)
        records = self.shown(path)
        names = [record["name"] for record in records if record["kind"] == "frame"]
        self.assertEqual(names[:4], ["EncodingRequest", "EncodingResponse", "LogonRequest", "LogonResponse"])
        self.assertNotIn(None, [record["time"] for record in records])
        self.assertEqual({record["numbering"] for record in records if record["kind"] == "frame"}, {numbering})

        # Again into the same file: no.
        status, lines, errors = self.run_ctl(*server, "capture", "record", path, "--seconds", "1")
        self.assertEqual(status, 1)
        self.assertIn("exists already", errors)

        replay, again = self.start([DTCCTL, "capture", "replay", path, "--to", "client", "--fast"])
        status, lines, errors = self.run_ctl("--server", f"127.0.0.1:{again}", "--numbering", numbering, "--json",
                                             "--state", self.path("other"), "capture", "record",
                                             self.path(f"second-{numbering}"), "--seconds", "2")
        self.assertEqual((status, errors), (0, ""), lines)
        self.assertIn("live", [json.loads(line).get("state") for line in lines])

    def test_session(self):
        sim, port = self.start_sim("dtc")
        path = self.path("session")
        status, lines, errors = self.run_ctl("--server", f"127.0.0.1:{port}", "--numbering", "dtc", "--json", "--capture", path,
                                             "session", text="wait live\nquit\n")
        self.assertEqual((status, errors), (0, ""), lines)
        names = [record.get("name") for record in self.shown(path)]
        self.assertIn("LogonResponse", names)
        self.assertIn("Logoff", names)
        # A number shows every field, set or not, and the bytes; a logon's bytes are not shown.
        status, lines, errors = self.run_ctl("capture", "show", path, str(names.index("LogonResponse") + 1))
        text = "\n".join(lines)
        self.assertIn("LOGON_SUCCESS", text)
        self.assertIn("not set", text)
        self.assertIn("    0000  ", text)
        status, lines, errors = self.run_ctl("capture", "show", path, str(names.index("LogonRequest") + 1))
        self.assertNotIn("    0000  ", "\n".join(lines))

    def test_filter(self):
        path = self.fixture("trackdco_client__trackdco_server_fill")
        every = self.shown(path)
        for query, fits in (("type=301", lambda r: r.get("type") == 301),
                            ("direction=sent & !type=3", lambda r: r.get("direction") == "to-server" and r["type"] != 3),
                            ("ClientOrderID~desk", lambda r: "desk" in r.get("fields", {}).get("ClientOrderID", ""))):
            status, lines, errors = self.run_ctl("--json", "capture", "show", path, "--filter", query)
            self.assertEqual((status, errors), (0, ""))
            self.assertEqual([json.loads(line)["number"] for line in lines], [r["number"] for r in every if fits(r)], query)
            self.assertTrue(lines, query)
        status, lines, errors = self.run_ctl("capture", "show", path, "--filter", "OrderStatis=7")
        self.assertEqual((status, lines), (2, []))
        self.assertIn("did you mean OrderStatus", errors)

    def test_wrong(self):
        for args in (["show"], ["show", "x", "0"], ["show", "x", "y"], ["mend", "x"], ["replay", "x"],
                     ["replay", "x", "--to", "moon"], ["record", "x", "--seconds", "soon"], ["record", "x", "y"]):
            status, lines, errors = self.run_ctl("capture", *args)
            self.assertEqual((status, lines), (2, []), args)
            self.assertRegex(errors, r"\Adtcctl: [^\n]+\n\Z", args)
        status, lines, errors = self.run_ctl("capture", "show", "/nowhere/at/all")
        self.assertEqual((status, lines), (1, []))
        status, lines, errors = self.run_ctl("capture", "show", __file__)
        self.assertEqual((status, lines), (1, []))
        self.assertIn("is no recording", errors)


if __name__ == "__main__":
    DTCCTL, DTC_SIM, FIXTURES = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
