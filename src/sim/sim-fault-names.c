/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-fault-names.h"

#include <string.h>

const char *const sim_fault_cut_names[] = { "fin", "rst", "silence", NULL };

const char *const sim_fault_garbage_names[] = { "text", "half", "open", "number", "utf8", "unknown", "short", "huge",
                                                NULL };

static const SimFaultName names[] = {
  { "lose", SIM_FAULT_LOSE, "", "the message disappears; with dir=in it never reached the market" },
  { "delay", SIM_FAULT_DELAY, "ms=500", "it goes out, or takes effect, ms= later; others pass it" },
  { "duplicate", SIM_FAULT_DUPLICATE, "", "it goes out twice" },
  { "reorder", SIM_FAULT_HOLD, "after=1", "it goes out behind the next after= messages" },
  { "alter", SIM_FAULT_ALTER, "", "set:Field=value and unset:Field change it" },
  { "garbage", SIM_FAULT_GARBAGE, "type=any", "rubbish goes out before it: form=text, half, open, number, utf8, unknown, "
    "short or huge" },
  { "cut", SIM_FAULT_CUT, "", "the connection ends at byte= of the stream, or with type= of that message, by how=fin, rst "
    "or silence; dir=in counts what is received" },
  { "deaf", SIM_FAULT_DEAF, "", "the server reads nothing any more" },
  { "refuse-address", SIM_FAULT_DENY, "how=fin", "a connection is accepted and ended at once; how=silence never answers" },
  { "silent-logon", SIM_FAULT_LOSE, "type=2", "a logon is not answered" },
  { "logon-error", SIM_FAULT_ALTER, "type=2|set:Result=2|set:ResultText=Not now", "a logon is refused" },
  { "logon-final", SIM_FAULT_ALTER, "type=2|set:Result=3|set:ResultText=Do not come back",
    "a logon is refused for good" },
  { "redirect", SIM_FAULT_ALTER, "type=2|set:Result=4|set:ReconnectAddress=127.0.0.1:11199|set:ResultText=Go there",
    "a logon is sent to set:ReconnectAddress=" },
  { "never-acknowledge", SIM_FAULT_LOSE, "dir=in|type=208", "a new order is swallowed: no answer and no effect" },
  { "ack-lost", SIM_FAULT_LOSE, "type=301|OrderUpdateReason=2", "an order works, and its acknowledgement is lost" },
  { "ack-lost-filled", SIM_FAULT_FILL, "dir=in|type=208", "an order is filled, and not one update of it arrives" },
  { "fill-lost", SIM_FAULT_LOSE, "type=301|OrderUpdateReason=4", "the update of a fill is lost" },
  { "duplicate-fill", SIM_FAULT_DUPLICATE, "type=301|OrderUpdateReason=4", "the update of a fill comes twice" },
  { "anonymous-restatement", SIM_FAULT_ALTER, "type=301|OrderUpdateReason=1|unset:ClientOrderID|times=all",
    "open orders are restated without their ClientOrderID" },
  { "cancel-rejected", SIM_FAULT_REJECT, "dir=in|type=203",
    "a cancel is refused with status REJECTED and no ServerOrderID; the order lives" },
  { "replace-rejected", SIM_FAULT_REJECT, "dir=in|type=204", "the same for a change" },
  { "two-live-orders", SIM_FAULT_TWO_LIVE, "dir=in|type=204",
    "a change makes a new order, and the old one lives on" },
  { "ids-reused", SIM_FAULT_REUSE_IDS, "", "at its start the server gives out old ServerOrderIDs again" },
  { "no-heartbeats", SIM_FAULT_LOSE, "type=3|times=all", "no heartbeat leaves" },
  { "claim-dropped", SIM_FAULT_ALTER, "type=3|set:NumDroppedMessages=1|times=all",
    "heartbeats say NumDroppedMessages without cause" },
  { "drop-data", SIM_FAULT_DROP, "type=data", "market data is dropped and counted in NumDroppedMessages" },
  { "wrong-total", SIM_FAULT_ALTER, "type=301|OrderUpdateReason=1|set:TotalNumMessages=99|times=all",
    "a restatement promises more orders than it has" },
  { "short-batch", SIM_FAULT_LOSE, "type=301|OrderUpdateReason=1", "one message of a restatement is lost" },
  { "short-positions", SIM_FAULT_LOSE, "type=306|Unsolicited=0", "one message of the positions is lost" },
};

const SimFaultName *
sim_fault_name_find (const char *name)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].name, name) == 0)
      return &names[i];
  return NULL;
}

char *
sim_faults_help (void)
{
  GString *text = g_string_new (
    "A fault is one line, on the command line (--fault), in a file (--faults) or at the control socket:\n"
    "\n"
    "  NAME [key=value...] [Field=value...] [set:Field=value...] [unset:Field...]\n"
    "\n"
    "Keys (small letters):\n"
    "  type=T     which messages: a number, a name such as ORDER_UPDATE, any, data or trading\n"
    "  dir=D      in: what clients send, out: what the server sends (default out)\n"
    "  nth=N      strike from the Nth such message on (default 1)\n"
    "  times=N    strike so often, or times=all (default 1)\n"
    "  client=N   only that connection; the first is 1\n"
    "  ms=N       of a delay    after=N  of a reorder    byte=N how=fin|rst|silence  of a cut    form=F  of garbage\n"
    "\n"
    "Field=value chooses messages by a DTC field: ClientOrderID=A-1, OrderUpdateReason=ORDER_FILLED. Quotes work as in\n"
    "a shell. Each name stands for the words in brackets; what is written after it counts more.\n"
    "\n");
  guint    i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (GStrv)   parts = g_strsplit (names[i].base, "|", -1);
      g_autofree char *base = g_strjoinv (" ", parts);

      g_string_append_printf (text, "  %-22s %s%s%s%s\n", names[i].name, names[i].help, *base ? " [" : "", base,
                              *base ? "]" : "");
    }
  return g_string_free (text, FALSE);
}
