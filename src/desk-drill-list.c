/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-drill-private.h"

#define LINKED "The connection is live"
#define FILLED "The market order is filled"
#define WORKS  "The limit order works, and its row says Where: Server"
#define STALE  "The banner says that your orders may still be working; every live row reads as of its time, not confirmed"
#define AGAIN  "The connection comes back by itself and everything is asked again"
#define SURE   "Every live row is confirmed again by the server"

/* What every drill begins with: a position and two orders that an outage must not lose. */
#define BEGIN \
  { .what = DRILL_START, .text = "A desk and a simulator of the drill's own are started; nothing of yours is touched" }, \
  { .what = DRILL_WAIT_LINK, .text = LINKED, .link = DESK_LINK_LIVE }, \
  { .what = DRILL_PLACE, .text = "Buys two at the market", .words = "buy 2 ESZ6 market" }, \
  { .what = DRILL_WAIT_ORDER, .text = FILLED, .order = 1, .statuses = DRILL_STATUS (FILLED) }, \
  { .what = DRILL_PLACE, .text = "Places a limit order below the market", .words = "buy 1 ESZ6 limit 4990" }, \
  { .what = DRILL_WAIT_ORDER, .text = WORKS, .order = 2, .statuses = DRILL_STATUS (WORKING) }

#define CONNECT_AGAIN \
  { .what = DRILL_WAIT_LINK, .text = AGAIN, .link = DESK_LINK_LIVE }

/* And with what it ends: everything asked once more, and the report. */
#define END \
  { .what = DRILL_VERIFY, .text = "Asks the server everything once more" }, \
  { .what = DRILL_WAIT_REPORT, .text = "The report of the reconciliation" }, \
  { .what = DRILL_END }

static const DrillStep cut[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The server's side ends the connection", .words = "cut fin" },
  { .what = DRILL_WAIT_LINK, .text = "The link is down, and the desk is disarmed", .link = DESK_LINK_DOWN },
  { .what = DRILL_WAIT_STALE, .text = STALE },
  { .what = DRILL_TRY, .text = "An order typed now is refused, and nothing is kept for later", .words = "buy 1 ESZ6 market",
    .denial = DESK_DENY_LINK_DOWN },
  CONNECT_AGAIN,
  { .what = DRILL_WAIT_FRESH, .text = SURE },
  END,
};

static const DrillStep black_hole[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "From now on bytes vanish in both directions, and nothing says so", .words = "cut silence" },
  { .what = DRILL_WAIT_LINK, .text = "The desk finds it by itself: nothing arrived for two heartbeats and a second", .link = DESK_LINK_DOWN },
  { .what = DRILL_WAIT_STALE, .text = STALE },
  CONNECT_AGAIN,
  { .what = DRILL_WAIT_FRESH, .text = SURE },
  END,
};

static const DrillStep ack_lost[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The next order will fill, and not one word about it will arrive", .words = "fault ack-lost-filled" },
  { .what = DRILL_PLACE, .text = "Buys one at the market", .words = "buy 1 ESZ6 market" },
  { .what = DRILL_WAIT_ORDER, .text = "Its row reads Sent: no answer yet", .order = 3, .statuses = DRILL_STATUS (SENT) },
  { .what = DRILL_WAIT_RECEIVED, .n = 3 },
  { .what = DRILL_TELL, .text = "The connection breaks before any answer", .words = "cut rst" },
  { .what = DRILL_WAIT_ORDER, .text = "Its row reads Unknown: it was sent, and nobody knows; never Rejected", .order = 3,
    .statuses = DRILL_STATUS (UNKNOWN) },
  CONNECT_AGAIN,
  { .what = DRILL_WAIT_ORDER,
    .text = "A fill without a name fits it: the order stays in doubt until you have looked at the server", .order = 3,
    .certainties = DRILL_CERTAINTY (UNKNOWN) | DRILL_CERTAINTY (PROBABLE) },
  END,
};

static const DrillStep duplicate[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The next fill will be told twice", .words = "fault duplicate-fill" },
  { .what = DRILL_PLACE, .text = "Buys one at the market", .words = "buy 1 ESZ6 market" },
  { .what = DRILL_WAIT_ORDER, .text = FILLED, .order = 3, .statuses = DRILL_STATUS (FILLED) },
  { .what = DRILL_WAIT_FILLS, .text = "It is booked once", .order = 3, .n = 1 },
  END,
};

static const DrillStep reorder[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The next acknowledgement will arrive behind the fill", .words = "fault reorder type=301 OrderUpdateReason=2 after=1" },
  { .what = DRILL_PLACE, .text = "Buys one at the market", .words = "buy 1 ESZ6 market" },
  { .what = DRILL_WAIT_ORDER, .text = "The order is filled, and the late acknowledgement does not wake it again", .order = 3,
    .statuses = DRILL_STATUS (FILLED) },
  { .what = DRILL_WAIT_FILLS, .text = "It is booked once", .order = 3, .n = 1 },
  END,
};

static const DrillStep anonymous[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The next acknowledgement will be lost", .words = "fault ack-lost" },
  { .what = DRILL_TELL, .text = "The server will restate its open orders without our ids", .words = "fault anonymous-restatement unset:FreeFormText" },
  { .what = DRILL_PLACE, .text = "Places a second limit order", .words = "sell 1 ESZ6 limit 5010" },
  { .what = DRILL_WAIT_ORDER, .text = "Its row reads Sent: no answer yet", .order = 3, .statuses = DRILL_STATUS (SENT) },
  { .what = DRILL_WAIT_RECEIVED, .n = 3 },
  { .what = DRILL_TELL, .text = "The connection breaks before any answer", .words = "cut rst" },
  { .what = DRILL_WAIT_ORDER, .text = "Its row reads Unknown: it was sent, and nobody knows", .order = 3, .statuses = DRILL_STATUS (UNKNOWN) },
  CONNECT_AGAIN,
  { .what = DRILL_WAIT_ORDER, .text = "The first limit order is known by the server's own id and is confirmed", .order = 2,
    .statuses = DRILL_STATUS (WORKING), .certainties = DRILL_CERTAINTY (FRESH) },
  { .what = DRILL_WAIT_ORDER, .text = "The second one stays in doubt beside an order without a name that fits it: you decide", .order = 3,
    .certainties = DRILL_CERTAINTY (UNKNOWN) | DRILL_CERTAINTY (PROBABLE) },
  END,
};

static const DrillStep crash_server[] = {
  BEGIN,
  { .what = DRILL_CRASH_SERVER, .text = "The server's process dies, and starts again from its own file" },
  { .what = DRILL_WAIT_LINK, .text = "The link is down, and the desk is disarmed", .link = DESK_LINK_DOWN },
  { .what = DRILL_WAIT_STALE, .text = STALE },
  CONNECT_AGAIN,
  { .what = DRILL_WAIT_FRESH, .text = SURE },
  END,
};

static const DrillStep crash_desk[] = {
  { .what = DRILL_START_OTHER, .text = "A desk and a simulator of the drill's own are started; nothing of yours is touched",
    .words = "wait live\nbuy 2 ESZ6 market\nbuy 1 ESZ6 limit 4990\n" },
  { .what = DRILL_WAIT_RECEIVED, .text = "The desk has sent a market order and a limit order", .n = 2 },
  { .what = DRILL_CRASH_OTHER, .text = "The desk's process dies, with no time for a last word" },
  { .what = DRILL_START, .text = "A new desk opens the same state file" },
  { .what = DRILL_WAIT_NOTICE, .text = "It says that the last session was not closed properly, and how many orders were live",
    .words = "UNCLEAN_END" },
  { .what = DRILL_WAIT_LINK, .text = "It reads its own journal, connects, and asks everything again", .link = DESK_LINK_LIVE },
  { .what = DRILL_WAIT_ORDER,
    .text = "The market order is filled; if its answer died with the desk, its fill may be nameless, and it stays in doubt", .order = 1,
    .statuses = DRILL_STATUS (FILLED), .or_certainties = DRILL_CERTAINTY (PROBABLE) | DRILL_CERTAINTY (UNKNOWN) },
  { .what = DRILL_WAIT_ORDER, .text = WORKS, .order = 2, .statuses = DRILL_STATUS (WORKING), .certainties = DRILL_CERTAINTY (FRESH) },
  END,
};

static const DrillStep delay[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The next acknowledgement will take seven seconds", .words = "fault delay type=301 OrderUpdateReason=2 ms=7000" },
  { .what = DRILL_PLACE, .text = "Places a second limit order", .words = "sell 1 ESZ6 limit 5010" },
  { .what = DRILL_WAIT_ORDER, .text = "Its row reads Sent: no answer yet", .order = 3, .statuses = DRILL_STATUS (SENT) },
  { .what = DRILL_WAIT_ORDER,
    .text = "After five seconds it reads Unknown, unless the server's list of open orders has it by then; a time-out is never a rejection",
    .order = 3, .statuses = DRILL_STATUS (UNKNOWN) | DRILL_STATUS (WORKING) },
  { .what = DRILL_WAIT_ORDER, .text = "The answer comes late, and it works", .order = 3, .statuses = DRILL_STATUS (WORKING),
    .certainties = DRILL_CERTAINTY (FRESH) },
  END,
};

static const DrillStep partial_frame[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The connection will break in the middle of the next fill's message",
    .words = "fault cut type=301 OrderUpdateReason=4 byte=20 how=rst" },
  { .what = DRILL_PLACE, .text = "Buys one at the market", .words = "buy 1 ESZ6 market" },
  { .what = DRILL_WAIT_LINK, .text = "The link is down; half a message changes nothing", .link = DESK_LINK_DOWN },
  { .what = DRILL_WAIT_STALE, .text = STALE },
  CONNECT_AGAIN,
  { .what = DRILL_WAIT_ORDER, .text = "The fill is found in the server's list of fills", .order = 3, .statuses = DRILL_STATUS (FILLED) },
  { .what = DRILL_WAIT_FILLS, .text = "It is booked once", .order = 3, .n = 1 },
  END,
};

static const DrillStep reject_nth[] = {
  BEGIN,
  { .what = DRILL_TELL, .text = "The server will take no order above one contract", .words = "limits SIM1 1 0 0" },
  { .what = DRILL_PLACE, .text = "Buys two at a limit", .words = "buy 2 ESZ6 limit 4985" },
  { .what = DRILL_WAIT_ORDER, .text = "Its row reads Rejected, with the server's own words", .order = 3, .statuses = DRILL_STATUS (REJECTED) },
  { .what = DRILL_PLACE, .text = "Buys one at a limit", .words = "buy 1 ESZ6 limit 4985" },
  { .what = DRILL_WAIT_ORDER, .text = WORKS, .order = 4, .statuses = DRILL_STATUS (WORKING) },
  END,
};

static const struct
{
  DeskDrillInfo    info;
  const DrillStep *steps;
} drills[] = {
  { { "cut", "Cut the link", "The connection ends with orders working: stale marks, refusals, and everything confirmed again.", 5 }, cut },
  { { "black-hole", "Black hole", "The connection goes dead and nothing says so: the desk has to find out by itself.", 20 }, black_hole },
  { { "ack-lost", "Lost acknowledgement, with a fill",
      "An order fills and not one word about it arrives: it is in doubt, its fill has no name, and nothing is sent again.", 5 }, ack_lost },
  { { "duplicate", "Duplicate fill", "A fill is told twice, and is booked once.", 5 }, duplicate },
  { { "reorder", "Updates out of order", "The fill arrives before the acknowledgement.", 5 }, reorder },
  { { "anonymous", "Anonymous restatement",
      "After an outage the server restates its open orders without our ids: one is known all the same, one stays in doubt.", 5 },
    anonymous },
  { { "crash-server", "The server crashes", "The server dies and comes back with its orders.", 5 }, crash_server },
  { { "crash-desk", "The desk crashes", "The desk dies with orders out, and the next one finds everything in its state file.", 5 }, crash_desk },
  { { "delay", "A late acknowledgement", "An acknowledgement takes seven seconds: first Sent, then in doubt, then Working, and never Rejected.", 10 }, delay },
  { { "partial-frame", "Half a message", "The connection breaks in the middle of a fill's message.", 5 }, partial_frame },
  { { "reject-nth", "A rejected order", "The server rejects the third order and takes the fourth.", 5 }, reject_nth },
};

const DeskDrillInfo *
desk_drill_list (guint *n)
{
  static DeskDrillInfo list[G_N_ELEMENTS (drills)];
  static gsize filled;

  if (g_once_init_enter (&filled))
    {
      for (guint i = 0; i < G_N_ELEMENTS (drills); i++)
        list[i] = drills[i].info;
      g_once_init_leave (&filled, 1);
    }
  *n = G_N_ELEMENTS (drills);
  return list;
}

const DeskDrillInfo *
desk_drill_find (const char *name)
{
  guint n;
  const DeskDrillInfo *list = desk_drill_list (&n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (list[i].name, name))
      return &list[i];
  return NULL;
}

const DrillStep *
drill_steps (const DeskDrillInfo *info)
{
  for (guint i = 0; i < G_N_ELEMENTS (drills); i++)
    if (g_str_equal (drills[i].info.name, info->name))
      return drills[i].steps;
  return NULL;
}

const char *
desk_drill_command_nick (DeskDrillCommand command)
{
  static const char *const nicks[] = { "orders", "changes", "cancels", "flattens" };

  return (guint) command < G_N_ELEMENTS (nicks) ? nicks[command] : NULL;
}
