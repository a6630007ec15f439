#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs on to a DTC server, asks for the open orders and prints every order update.

usage: orders.py HOST PORT dtc|brief
"""
import sys

import gi

gi.require_version("Dtc", "1.0")
from gi.repository import Dtc, GLib  # noqa: E402


def value(message, field):
    variant = message.get_value(field)
    return None if variant is None else variant.unpack()


def on_link(client, state, text):
    print(f"{state.value_nick}: {text}", flush=True)
    if state == Dtc.LinkState.READY and client.props.numbering == Dtc.Numbering.DTC:
        request = Dtc.Message.new_for_name("OPEN_ORDERS_REQUEST")
        request.set_value("RequestID", GLib.Variant("i", 1))
        client.send_async(request, None, lambda _, result: client.send_finish(result))
    elif state == Dtc.LinkState.STOPPED:
        loop.quit()


def on_message(client, message):
    if message.get_name() == "ORDER_UPDATE":
        print(*(f"{name}={value(message, name)}" for name in message.list_fields() if value(message, name) is not None),
              flush=True)


if len(sys.argv) != 4:
    sys.exit(__doc__)
loop = GLib.MainLoop()
client = Dtc.Client.new(sys.argv[1], int(sys.argv[2]), getattr(Dtc.Numbering, sys.argv[3].upper()))
client.connect("link-changed", on_link)
client.connect("message", on_message)
client.start()
loop.run()
