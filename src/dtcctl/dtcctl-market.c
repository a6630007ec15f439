/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

#define LINK_SECONDS   15
#define ANSWER_SECONDS 8 /* after the logon */

/* quotes, depth and tape: what is said of some symbols, once or until it is stopped. */
typedef struct
{
  DtcctlLive    live;
  DeskEventKind kind;      /* what is printed */
  GHashTable   *waiting;   /* symbols that nothing was printed of yet */
  GHashTable   *undefined; /* symbols of which the server has no definition */
  guint         timer;
  gboolean      logged_on;
  gboolean      endless;
  gboolean      refused;   /* one of them, by the server */
} Market;

static void
leave (Market    *market,
       DtcctlExit status)
{
  g_clear_handle_id (&market->timer, g_source_remove);
  dtcctl_live_leave (&market->live, dtcctl_output_open () ? status : DTCCTL_EXIT_FAILED, 0);
}

static gboolean
timer_cb (gpointer user_data)
{
  Market *market = user_data;
  GHashTableIter iter;
  gpointer symbol;

  market->timer = 0;
  if (!market->logged_on)
    {
      dtcctl_live_no_link (&market->live);
      return G_SOURCE_REMOVE;
    }
  g_hash_table_iter_init (&iter, market->waiting);
  while (g_hash_table_iter_next (&iter, &symbol, NULL))
    dtcctl_complain ("The server has said nothing about %s", (const char *) symbol);
  leave (market, DTCCTL_EXIT_FAILED);
  return G_SOURCE_REMOVE;
}

static void
market_started (DtcctlLive *live)
{
  Market *market = (Market *) live;

  market->timer = g_timeout_add_seconds (LINK_SECONDS, timer_cb, market);
  if (market->kind != DESK_EVENT_DEPTH && market->kind != DESK_EVENT_QUEUE)
    return;
  for (char **symbol = live->options->words + 1; *symbol != NULL; symbol++)
    {
      DeskCommand *command = desk_command_new (market->kind == DESK_EVENT_QUEUE ? DESK_COMMAND_WATCH_ORDERS : DESK_COMMAND_WATCH_DEPTH);

      g_strlcpy (command->ticket.symbol, *symbol, sizeof command->ticket.symbol);
      desk_session_send (live->session, command);
    }
}

/* Prices wait for the definition that says how they are written, unless there is none. */
static void
show (Market          *market,
      const DeskEvent *event,
      const char      *symbol,
      const DeskGrid  *grid,
      gboolean         said,
      gboolean         rejected)
{
  gboolean first = g_hash_table_contains (market->waiting, symbol);

  if (!g_strv_contains ((const char *const *) market->live.options->words + 1, symbol)
      || !(rejected || (said && (grid->tick > 0 || g_hash_table_contains (market->undefined, symbol))))
      || (!first && !market->endless))
    return;
  dtcctl_output_event (market->live.options, event);
  market->refused = market->refused || rejected;
  g_hash_table_remove (market->waiting, symbol);
}

static void
show_trades (Market           *market,
             const DeskEvent  *event)
{
  const DeskTrades *trades = &event->trades;

  if (trades->dropped > 0)
    dtcctl_complain ("%" G_GUINT64_FORMAT " trades in %s came faster than they were read and are not shown", trades->dropped,
                     trades->symbol);
  for (guint i = 0; i < trades->n && dtcctl_output_open (); i++)
    dtcctl_output_print (market->live.options, event->epoch, event->utc, trades, i);
}

static void
market_link (Market          *market,
             const DeskEvent *event)
{
  if (event->link.state == DESK_LINK_RESYNC && !market->logged_on)
    {
      market->logged_on = TRUE;
      g_clear_handle_id (&market->timer, g_source_remove);
      if (market->kind != DESK_EVENT_TRADES)
        market->timer = g_timeout_add_seconds (ANSWER_SECONDS, timer_cb, market);
    }
  else if (dtcctl_live_is_hopeless (&market->live) && !market->live.leaving)
    {
      g_clear_handle_id (&market->timer, g_source_remove);
      dtcctl_live_no_link (&market->live);
    }
}

static void
market_event (DtcctlLive      *live,
              const DeskEvent *event)
{
  static const char *const notices[] = { "NO_MARKET_DATA", "NO_QUOTES", "NO_DEPTH", "NO_ORDER_BOOK", "FEED_OFF", "FEED_ON", NULL };
  Market *market = (Market *) live;

  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      market_link (market, event);
      break;
    case DESK_EVENT_INSTRUMENT:
      if (!event->instrument.known)
        g_hash_table_add (market->undefined, g_strdup (event->instrument.symbol));
      break;
    case DESK_EVENT_NOTICE:
      if (g_strv_contains (notices, event->code))
        dtcctl_output_event (live->options, event);
      break;
    case DESK_EVENT_QUOTE:
      if (market->kind == event->kind)
        show (market, event, event->quote.symbol, &event->quote.grid, event->quote.received != 0, event->quote.rejected);
      break;
    case DESK_EVENT_DEPTH:
      if (market->kind == event->kind)
        show (market, event, event->depth->symbol, &event->depth->grid, TRUE, event->depth->rejected);
      break;
    case DESK_EVENT_QUEUE:
      if (market->kind == event->kind)
        show (market, event, event->queue->symbol, &event->queue->grid, TRUE, event->queue->rejected);
      break;
    case DESK_EVENT_TRADES:
      if (market->kind == event->kind && g_strv_contains ((const char *const *) live->options->words + 1, event->trades.symbol))
        show_trades (market, event);
      break;
    default:
      break;
    }
  if (market->kind == DESK_EVENT_TRADES || g_hash_table_size (market->waiting) > 0)
    return;
  g_clear_handle_id (&market->timer, g_source_remove);
  if (!market->endless && !live->leaving)
    leave (market, market->refused ? DTCCTL_EXIT_FAILED : DTCCTL_EXIT_DONE);
}

static void
market_interrupted (DtcctlLive *live)
{
  Market *market = (Market *) live;

  leave (market, market->endless ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED);
}

static const DtcctlLiveClass market_class = { market_started, market_event, market_interrupted };

DtcctlExit
dtcctl_market_run (const DtcctlOptions *options)
{
  DeskSessionOptions session_options = { .read_only = TRUE };
  Market market = { 0 };
  DtcctlExit status;

  market.kind = g_str_equal (options->words[0], "quotes") ? DESK_EVENT_QUOTE
                : g_str_equal (options->words[0], "tape") ? DESK_EVENT_TRADES
                : options->orders                         ? DESK_EVENT_QUEUE
                                                          : DESK_EVENT_DEPTH;
  market.endless = options->follow || market.kind == DESK_EVENT_TRADES;
  market.waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  market.undefined = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (char **symbol = options->words + 1; *symbol != NULL; symbol++)
    g_hash_table_add (market.waiting, g_strdup (*symbol));
  g_strfreev (options->profile->symbols);
  options->profile->symbols = g_strdupv (options->words + 1);
  status = dtcctl_live_run (&market.live, &market_class, options, &session_options);
  g_clear_handle_id (&market.timer, g_source_remove);
  g_hash_table_unref (market.waiting);
  g_hash_table_unref (market.undefined);
  return status;
}
