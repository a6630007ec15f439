/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words-outage.h"

#include <glib/gi18n.h>

/* Drills tell their stories in English, to scripts too. */
static const char *const sentences[] = {
  NC_("drill", "Cut the link"),
  NC_("drill", "The connection ends with orders working: stale marks, refusals, and everything confirmed again."),
  NC_("drill", "Black hole"),
  NC_("drill", "The connection goes dead and nothing says so: the desk has to find out by itself."),
  NC_("drill", "Lost acknowledgement, with a fill"),
  NC_("drill", "An order fills and not one word about it arrives: it is in doubt, its fill has no name, and nothing is sent again."),
  NC_("drill", "Duplicate fill"),
  NC_("drill", "A fill is told twice, and is booked once."),
  NC_("drill", "Updates out of order"),
  NC_("drill", "The fill arrives before the acknowledgement."),
  NC_("drill", "Anonymous restatement"),
  NC_("drill", "After an outage the server restates its open orders without our ids: one is known all the same, one stays in doubt."),
  NC_("drill", "The server crashes"),
  NC_("drill", "The server dies and comes back with its orders."),
  NC_("drill", "The desk crashes"),
  NC_("drill", "The desk dies with orders out, and the next one finds everything in its state file."),
  NC_("drill", "A late acknowledgement"),
  NC_("drill", "An acknowledgement takes seven seconds: first Sent, then in doubt, then Working, and never Rejected."),
  NC_("drill", "Half a message"),
  NC_("drill", "The connection breaks in the middle of a fill's message."),
  NC_("drill", "A rejected order"),
  NC_("drill", "The server rejects the third order and takes the fourth."),
  NC_("drill", "The connection is live"),
  NC_("drill", "The market order is filled"),
  NC_("drill", "The market order is filled; if its answer died with the desk, its fill may be nameless, and it stays in doubt"),
  NC_("drill", "The limit order works, and its row says Where: Server"),
  NC_("drill", "The banner says that your orders may still be working; every live row reads as of its time, not confirmed"),
  NC_("drill", "The connection comes back by itself and everything is asked again"),
  NC_("drill", "Every live row is confirmed again by the server"),
  NC_("drill", "A desk and a simulator of the drill's own are started; nothing of yours is touched"),
  NC_("drill", "Buys two at the market"),
  NC_("drill", "Places a limit order below the market"),
  NC_("drill", "Asks the server everything once more"),
  NC_("drill", "The report of the reconciliation"),
  NC_("drill", "The server's side ends the connection"),
  NC_("drill", "The link is down, and the desk is disarmed"),
  NC_("drill", "An order typed now is refused, and nothing is kept for later"),
  NC_("drill", "From now on bytes vanish in both directions, and nothing says so"),
  NC_("drill", "The desk finds it by itself: nothing arrived for two heartbeats and a second"),
  NC_("drill", "The next order will fill, and not one word about it will arrive"),
  NC_("drill", "Buys one at the market"),
  NC_("drill", "Its row reads Sent: no answer yet"),
  NC_("drill", "The connection breaks before any answer"),
  NC_("drill", "Its row reads Unknown: it was sent, and nobody knows; never Rejected"),
  NC_("drill", "A fill without a name fits it: the order stays in doubt until you have looked at the server"),
  NC_("drill", "The next fill will be told twice"),
  NC_("drill", "It is booked once"),
  NC_("drill", "The next acknowledgement will arrive behind the fill"),
  NC_("drill", "The order is filled, and the late acknowledgement does not wake it again"),
  NC_("drill", "The next acknowledgement will be lost"),
  NC_("drill", "The server will restate its open orders without our ids"),
  NC_("drill", "Places a second limit order"),
  NC_("drill", "Its row reads Unknown: it was sent, and nobody knows"),
  NC_("drill", "The first limit order is known by the server's own id and is confirmed"),
  NC_("drill", "The second one stays in doubt beside an order without a name that fits it: you decide"),
  NC_("drill", "The server's process dies, and starts again from its own file"),
  NC_("drill", "The desk has sent a market order and a limit order"),
  NC_("drill", "The desk's process dies, with no time for a last word"),
  NC_("drill", "A new desk opens the same state file"),
  NC_("drill", "It says that the last session was not closed properly, and how many orders were live"),
  NC_("drill", "It reads its own journal, connects, and asks everything again"),
  NC_("drill", "The next acknowledgement will take seven seconds"),
  NC_("drill", "After five seconds it reads Unknown, unless the server's list of open orders has it by then; a time-out is never a rejection"),
  NC_("drill", "The answer comes late, and it works"),
  NC_("drill", "The connection will break in the middle of the next fill's message"),
  NC_("drill", "The link is down; half a message changes nothing"),
  NC_("drill", "The fill is found in the server's list of fills"),
  NC_("drill", "The server will take no order above one contract"),
  NC_("drill", "Buys two at a limit"),
  NC_("drill", "Its row reads Rejected, with the server's own words"),
  NC_("drill", "Buys one at a limit"),
  NC_("drill", "The server did not receive the order"),
  NC_("drill", "Something was sent twice: this is a fault of the program; please report it"),
  NC_("drill", "The drill did not end as it should: what was to be seen did not come"),
  NC_("drill", "The drill ended as it should, and nothing was sent twice"),
};

const char *
desk_words_drill (const char *text)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (sentences); i++)
    if (g_str_equal (sentences[i], text))
      return g_dpgettext2 (NULL, "drill", sentences[i]);
  return text != NULL ? text : "";
}

gboolean
desk_words_drill_knows (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_str_equal (sentences[i], text))
      return TRUE;
  return FALSE;
}
