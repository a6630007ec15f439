/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-json-line-private.h"

#include <math.h>

/* Books, searches and lists as lines: events depth and report. */

/* One object of a list; desk_json_line_… add to it. */
static GString *
begin_item (GString *list)
{
  if (list->len > 1)
    g_string_append_c (list, ',');
  return g_string_new ("{");
}

static void
end_item (GString *list,
          GString *item)
{
  desk_json_line_end (item);
  g_string_append (list, item->str);
  g_string_free (item, TRUE);
}

static void
add_list (GString    *line,
          const char *name,
          GString    *list)
{
  g_string_append_c (list, ']');
  desk_json_line_raw (line, name, list->str);
  g_string_free (list, TRUE);
}

static void
add_text (GString    *line,
          const char *name,
          const char *text)
{
  desk_json_line_string (line, name, text != NULL && *text != '\0' ? text : NULL);
}

static void
add_levels (GString              *line,
            const char           *name,
            const DeskDepthLevel *levels,
            guint                 n)
{
  GString *list = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    {
      GString *item = begin_item (list);

      desk_json_line_double (item, "price", levels[i].price.display);
      desk_json_line_double (item, "quantity", levels[i].quantity);
      if (levels[i].orders > 0)
        desk_json_line_int (item, "orders", levels[i].orders);
      end_item (list, item);
    }
  add_list (line, name, list);
}

static void
add_queue (GString              *line,
           const char           *name,
           const DeskQueueOrder *orders,
           guint                 n)
{
  GString *list = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    {
      GString *item = begin_item (list);
      g_autofree char *id = g_strdup_printf ("%" G_GUINT64_FORMAT, orders[i].id);

      desk_json_line_double (item, "price", orders[i].price.display);
      desk_json_line_double (item, "quantity", orders[i].quantity);
      desk_json_line_string (item, "order_id", id);
      desk_json_line_int (item, "place", orders[i].place);
      desk_json_line_double (item, "ahead", orders[i].ahead);
      desk_json_line_bool (item, "own", orders[i].own);
      end_item (list, item);
    }
  add_list (line, name, list);
}

static void
add_time (GString    *line,
          const char *name,
          gint64      utc)
{
  g_autofree char *time = utc > 0 ? desk_json_line_time (utc) : NULL;

  desk_json_line_string (line, name, time);
}

static void
add_found (GString         *line,
           const DeskEvent *event)
{
  const DeskFoundState *found = &event->found;
  const DeskInstrumentState *instrument = &found->instrument;

  if (found->kind == DESK_ROW_END)
    {
      desk_json_line_string (line, "report", "found");
      desk_json_line_int (line, "count", found->count);
      desk_json_line_int (line, "more", found->more);
      add_text (line, "text", event->text);
      return;
    }
  desk_json_line_string (line, "report", found->by == DESK_FIND_EXCHANGES ? "exchange" : "symbol");
  if (found->by != DESK_FIND_EXCHANGES)
    add_text (line, "symbol", instrument->symbol);
  add_text (line, "exchange", instrument->exchange);
  add_text (line, "description", instrument->description);
  if (found->by == DESK_FIND_EXCHANGES)
    return;
  add_text (line, "underlying", instrument->underlying);
  add_text (line, "type", desk_security_type_nick (instrument->type));
  add_text (line, "currency", instrument->currency);
  desk_json_line_double (line, "tick", instrument->known ? instrument->grid.tick : NAN);
  desk_json_line_double (line, "tick_value", instrument->grid.tick_value > 0 ? instrument->grid.tick_value : NAN);
  add_time (line, "expires", instrument->expires * G_USEC_PER_SEC);
}

static void
add_listed (GString         *line,
            const DeskEvent *event)
{
  const DeskListedState *row = &event->listed;

  if (row->kind == DESK_ROW_END)
    {
      desk_json_line_string (line, "report", "listed");
      desk_json_line_int (line, "count", row->count);
      add_text (line, "text", event->text);
      return;
    }
  desk_json_line_string (line, "report", row->balances ? "balance" : "entry");
  add_time (line, "at", row->utc);
  if (row->balances)
    {
      add_text (line, "account", row->account);
      desk_json_line_double (line, "cash", row->cash);
      add_text (line, "currency", row->currency);
      add_text (line, "transaction", row->transaction);
    }
  add_text (line, "text", event->text);
}

void
desk_json_line_market (GString         *line,
                       const DeskEvent *event)
{
  switch (event->kind)
    {
    case DESK_EVENT_DEPTH:
      desk_json_line_string (line, "symbol", event->depth->symbol);
      add_levels (line, "bids", event->depth->bids, event->depth->n_bids);
      add_levels (line, "asks", event->depth->asks, event->depth->n_asks);
      desk_json_line_bool (line, "stale", event->depth->stale);
      add_text (line, "text", event->depth->text);
      break;
    case DESK_EVENT_QUEUE:
      desk_json_line_string (line, "symbol", event->queue->symbol);
      add_queue (line, "bids", event->queue->bids, event->queue->n_bids);
      add_queue (line, "asks", event->queue->asks, event->queue->n_asks);
      desk_json_line_int (line, "more", event->queue->more);
      desk_json_line_bool (line, "stale", event->queue->stale);
      add_text (line, "text", event->queue->text);
      break;
    case DESK_EVENT_FOUND:
      add_found (line, event);
      break;
    case DESK_EVENT_LISTED:
      add_listed (line, event);
      break;
    default:
      break;
    }
}

/* ---- for people ---- */

static void
say_level (GString         *line,
           const DeskGrid  *grid,
           const DeskPrice *price,
           double           quantity)
{
  g_autofree char *text = desk_price_format (grid, price);

  g_string_append_printf (line, " %s x ", text);
  desk_json_line_append_double (line, quantity);
}

static void
say_levels (GString              *line,
            const char           *word,
            const DeskGrid       *grid,
            const DeskDepthLevel *levels,
            guint                 n)
{
  g_string_append_printf (line, " %s", word);
  for (guint i = 0; i < n; i++)
    {
      say_level (line, grid, &levels[i].price, levels[i].quantity);
      if (levels[i].orders > 0)
        g_string_append_printf (line, " (%u)", levels[i].orders);
    }
  if (n == 0)
    g_string_append (line, " none");
}

static void
say_queue (GString              *line,
           const char           *word,
           const DeskGrid       *grid,
           const DeskQueueOrder *orders,
           guint                 n)
{
  g_string_append_printf (line, " %s", word);
  for (guint i = 0; i < n; i++)
    {
      say_level (line, grid, &orders[i].price, orders[i].quantity);
      if (!orders[i].own)
        continue;
      g_string_append_printf (line, " (ours, place %u, ", orders[i].place);
      desk_json_line_append_double (line, orders[i].ahead);
      g_string_append (line, " ahead)");
    }
  if (n == 0)
    g_string_append (line, " none");
}

static void
say (GString    *line,
     const char *words)
{
  if (words != NULL && *words != '\0')
    g_string_append_printf (line, " %s", words);
}

static void
say_refusal (GString    *line,
             gboolean    stale,
             const char *text)
{
  if (stale)
    say (line, "(old)");
  if (text != NULL)
    g_string_append_printf (line, ": %s", text);
}

static void
say_found (GString         *line,
           const DeskEvent *event)
{
  const DeskFoundState *found = &event->found;
  const DeskInstrumentState *instrument = &found->instrument;

  if (found->kind == DESK_ROW_END)
    {
      g_string_append_printf (line, " %u found", found->count);
      if (found->more > 0)
        g_string_append_printf (line, ", %u more are not shown", found->more);
      if (event->text != NULL)
        g_string_append_printf (line, ": %s", event->text);
      return;
    }
  say (line, instrument->symbol);
  say (line, instrument->exchange);
  say (line, desk_security_type_nick (instrument->type));
  if (instrument->tick[0] != '\0')
    g_string_append_printf (line, " tick %s", instrument->tick);
  say (line, instrument->currency);
  if (instrument->description[0] != '\0')
    g_string_append_printf (line, ": %s", instrument->description);
}

static void
say_listed (GString         *line,
            const DeskEvent *event)
{
  const DeskListedState *row = &event->listed;

  if (row->kind == DESK_ROW_END)
    g_string_append_printf (line, " %u in all", row->count);
  else if (row->utc > 0)
    {
      g_autofree char *time = desk_json_line_time (row->utc);

      say (line, time);
    }
  say (line, row->account);
  if (isfinite (row->cash))
    {
      g_string_append (line, " cash ");
      desk_json_line_append_double (line, row->cash);
    }
  say (line, row->currency);
  if (event->text != NULL)
    g_string_append_printf (line, ": %s", event->text);
}

void
desk_plain_line_market (GString         *line,
                        const DeskEvent *event)
{
  switch (event->kind)
    {
    case DESK_EVENT_DEPTH:
      say (line, event->depth->symbol);
      say_levels (line, "bids", &event->depth->grid, event->depth->bids, event->depth->n_bids);
      say_levels (line, "asks", &event->depth->grid, event->depth->asks, event->depth->n_asks);
      say_refusal (line, event->depth->stale, event->depth->text);
      break;
    case DESK_EVENT_QUEUE:
      say (line, event->queue->symbol);
      say_queue (line, "bids", &event->queue->grid, event->queue->bids, event->queue->n_bids);
      say_queue (line, "asks", &event->queue->grid, event->queue->asks, event->queue->n_asks);
      say_refusal (line, event->queue->stale, event->queue->text);
      break;
    case DESK_EVENT_FOUND:
      say_found (line, event);
      break;
    case DESK_EVENT_LISTED:
      say_listed (line, event);
      break;
    default:
      break;
    }
}
