/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-order-columns.h"

#include "desk-order-links.h"
#include "desk-rows.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define STATE(item) (desk_order_get_state (DESK_ORDER ((gpointer) (item))))

static void
write_mark (gpointer  item,
            DeskCell *cell)
{
  if (desk_order_is_below (STATE (item)))
    g_string_append (cell->text, "└");
  g_string_append (cell->text, desk_words_order_mark (STATE (item)));
  if (STATE (item)->status == DESK_STATUS_REJECTED || STATE (item)->status == DESK_STATUS_BLOCKED)
    cell->style = "error";
}

static void
write_state (gpointer  item,
             DeskCell *cell)
{
  desk_words_order_now (STATE (item), cell->text);
  /* The one column that is always in sight says the whole of it. */
  if (STATE (item)->certainty == DESK_CERTAINTY_STALE || STATE (item)->certainty == DESK_CERTAINTY_CONFLICT
      || STATE (item)->unshown)
    cell->lines = 2;
  if (STATE (item)->status == DESK_STATUS_REJECTED || STATE (item)->status == DESK_STATUS_BLOCKED)
    cell->style = "error";
}

static void
write_side (gpointer  item,
            DeskCell *cell)
{
  g_string_append (cell->text, desk_words_side (STATE (item)->side));
  cell->style = STATE (item)->side == DESK_SIDE_BUY ? "buy" : STATE (item)->side == DESK_SIDE_SELL ? "sell" : NULL;
}

static void
write_filled (gpointer  item,
              DeskCell *cell)
{
  g_autofree char *text = desk_order_state_filled_text (STATE (item));

  g_string_append (cell->text, text);
}

static int
compare_filled (gconstpointer a,
                gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->filled, STATE (b)->filled);
}

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->symbol);
}

static void
write_type (gpointer  item,
            DeskCell *cell)
{
  g_string_append (cell->text, desk_words_type_short (STATE (item)->type));
}

static void
write_price (gpointer  item,
             DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, desk_words_limit_price (STATE (item)));
}

static void
write_stop (gpointer  item,
            DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, desk_words_stop_price (STATE (item)));
}

static double
display_of (const DeskPrice *price)
{
  return price != NULL ? price->display : -G_MAXDOUBLE;
}

static int
compare_price (gconstpointer a,
               gconstpointer b)
{
  double left = display_of (desk_words_limit_price (STATE (a)));
  double right = display_of (desk_words_limit_price (STATE (b)));

  return DESK_COMPARE (left, right);
}

static int
compare_stop (gconstpointer a,
              gconstpointer b)
{
  double left = display_of (desk_words_stop_price (STATE (a)));
  double right = display_of (desk_words_stop_price (STATE (b)));

  return DESK_COMPARE (left, right);
}

static void
write_tif (gpointer  item,
           DeskCell *cell)
{
  const DeskOrderState *order = STATE (item);

  g_string_append (cell->text, desk_words_tif (order->tif));
  if (order->tif == DESK_TIF_GTD && order->good_till > 0)
    {
      g_autofree char *date = desk_words_date (order->good_till);

      g_string_append_printf (cell->text, " %s", date);
    }
}

static void
write_average (gpointer  item,
               DeskCell *cell)
{
  if (STATE (item)->filled > 0)
    desk_cell_average (cell, &STATE (item)->grid, STATE (item)->average_price);
}

static int
compare_average (gconstpointer a,
                 gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->average_price, STATE (b)->average_price);
}

static void
write_role (gpointer  item,
            DeskCell *cell)
{
  g_string_append (cell->text, desk_words_role (STATE (item)->role));
}

static void
write_group (gpointer  item,
             DeskCell *cell)
{
  g_string_append (cell->text, desk_order_group_id (STATE (item)));
}

static void
write_show (gpointer  item,
            DeskCell *cell)
{
  if (STATE (item)->max_show > 0)
    desk_cell_integer (cell, STATE (item)->max_show);
}

static void
write_note (gpointer  item,
            DeskCell *cell)
{
  if (STATE (item)->note != NULL)
    g_string_append (cell->text, STATE (item)->note);
}

static void
write_where (gpointer  item,
             DeskCell *cell)
{
  g_string_append (cell->text, desk_words_where (STATE (item)));
}

static void
write_reason (gpointer  item,
              DeskCell *cell)
{
  desk_words_order_reason (STATE (item), cell->text);
}

static void
write_sent (gpointer  item,
            DeskCell *cell)
{
  desk_cell_time (cell, STATE (item)->sent);
}

static int
compare_sent (gconstpointer a,
              gconstpointer b)
{
  /* Rows are numbered in the order of their making; that also places those without a time. */
  return DESK_COMPARE (STATE (a)->key, STATE (b)->key);
}

static void
write_ack (gpointer  item,
           DeskCell *cell)
{
  desk_cell_millis (cell, STATE (item)->ack_usec);
}

static int
compare_ack (gconstpointer a,
             gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->ack_usec, STATE (b)->ack_usec);
}

static void
write_changed (gpointer  item,
               DeskCell *cell)
{
  desk_cell_time (cell, STATE (item)->changed);
}

static int
compare_changed (gconstpointer a,
                 gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->changed, STATE (b)->changed);
}

/* Every row that may still change says how old its last statement is. */
static void
write_as_of (gpointer  item,
             DeskCell *cell)
{
  gboolean stale = STATE (item)->certainty == DESK_CERTAINTY_STALE;

  if (!stale && STATE (item)->unshown)
    desk_cell_unshown (cell, STATE (item)->as_of);
  else
    desk_cell_as_of (cell, STATE (item)->as_of, stale);
  if (stale || STATE (item)->unshown)
    cell->lines = 2;
}

static int
compare_as_of (gconstpointer a,
               gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->as_of, STATE (b)->as_of);
}

static void
write_client_id (gpointer  item,
                 DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->client_order_id);
}

static void
write_server_id (gpointer  item,
                 DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->server_order_id);
}

static void
write_account (gpointer  item,
               DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->account);
}

static void
write_source (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, desk_words_source (STATE (item)->source));
}

/* The longer line of a state in an outage, which takes two. */
static const char *
outage_line (const DeskOrderState *order)
{
  static char line[256];
  g_autoptr(GString) text = g_string_new (NULL);
  glong length, best;

  desk_words_order_now (order, text);
  best = length = g_utf8_strlen (text->str, -1);
  g_strlcpy (line, text->str, sizeof line);
  for (const char *blank = strchr (text->str, ' '); blank != NULL; blank = strchr (blank + 1, ' '))
    {
      glong first = g_utf8_strlen (text->str, blank - text->str);

      if (MAX (first, length - first - 1) >= best)
        continue;
      best = MAX (first, length - first - 1);
      if (first == best)
        g_strlcpy (line, text->str, MIN (sizeof line, (gsize) (blank - text->str) + 1));
      else
        g_strlcpy (line, blank + 1, sizeof line);
    }
  return line;
}

static const char *
state_word (guint n)
{
  static const DeskOrderState outages[] = { { .certainty = DESK_CERTAINTY_STALE, .as_of = 1 }, { .unshown = TRUE, .as_of = 1 },
                                            { .unshown = TRUE } };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (outages); i++)
    {
      DeskOrderState order = outages[i];

      order.status = (DeskStatus) n;
      if (n <= DESK_STATUS_NOT_SENT)
        return desk_status_is_final (n) ? desk_words_status (n) : outage_line (&order);
      n -= DESK_STATUS_NOT_SENT + 1;
    }
  return n <= DESK_STATUS_NOT_SENT ? desk_words_status (n) : NULL;
}

static const char *
side_word (guint n)
{
  return n <= DESK_SIDE_SELL - DESK_SIDE_BUY ? desk_words_side (DESK_SIDE_BUY + n) : NULL;
}

static const char *
where_word (guint n)
{
  static const DeskOrderState states[] = { { .held_here = TRUE }, { .status = DESK_STATUS_UNKNOWN },
                                           { .status = DESK_STATUS_WORKING }, { .source = DESK_SOURCE_EXTERNAL } };

  return n < G_N_ELEMENTS (states) ? desk_words_where (&states[n]) : NULL;
}

static const char *
type_word (guint n)
{
  return n <= DESK_ORDER_TYPE_OTHER ? desk_words_type_short (n) : NULL;
}

static const char *
role_word (guint n)
{
  return n <= DESK_ROLE_FLATTEN ? desk_words_role (n) : NULL;
}

static const DeskColumn columns[] = {
  { .id = "mark", .title = "", .kind = DESK_CELL_MARK, .chars = 3, .write = write_mark,
    .tooltip = N_("A sign for the state, below its entry for an exit") },
  { .id = "state", .title = N_("State"), .kind = DESK_CELL_TEXT, .chars = 10, .always = TRUE, .write = write_state,
    .widest = state_word },
  { .id = "where", .title = N_("Where"), .kind = DESK_CELL_TEXT, .chars = 7, .write = write_where, .widest = where_word,
    .tooltip = N_("Where the order is held: at the server, or on this PC only; external: at the server, and not placed "
                  "here") },
  { .id = "side", .title = N_("Side"), .kind = DESK_CELL_TEXT, .chars = 3, .write = write_side,
    .widest = side_word },
  { .id = "filled", .title = N_("Filled"), .kind = DESK_CELL_NUMBER, .chars = 6, .write = write_filled,
    .compare = compare_filled, .tooltip = N_("Contracts filled of contracts ordered") },
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 7, .write = write_symbol },
  { .id = "price", .title = N_("Price"), .kind = DESK_CELL_NUMBER, .chars = 9, .write = write_price,
    .compare = compare_price },
  { .id = "stop", .title = N_("Stop"), .kind = DESK_CELL_NUMBER, .chars = 9, .write = write_stop,
    .compare = compare_stop, .tooltip = N_("Stop or trigger price") },
  { .id = "type", .title = N_("Type"), .kind = DESK_CELL_TEXT, .chars = 4, .write = write_type,
    .widest = type_word },
  { .id = "role", .title = N_("Role"), .kind = DESK_CELL_TEXT, .chars = 8, .write = write_role, .widest = role_word,
    .tooltip = N_("What the order is there for: an entry, its target and stop below it, one of a pair") },
  { .id = "reason", .title = N_("Reason"), .kind = DESK_CELL_TEXT, .chars = 26, .expand = TRUE,
    .write = write_reason },
  { .id = "tif", .title = N_("TIF"), .kind = DESK_CELL_TEXT, .chars = 5, .write = write_tif,
    .tooltip = N_("Time in force") },
  { .id = "average", .title = N_("Avg fill"), .kind = DESK_CELL_NUMBER, .chars = 9, .write = write_average,
    .compare = compare_average },
  { .id = "sent", .title = N_("Sent"), .kind = DESK_CELL_NUMBER, .chars = 13, .write = write_sent,
    .compare = compare_sent, .tooltip = N_("UTC") },
  { .id = "ack", .title = N_("Ack ms"), .kind = DESK_CELL_NUMBER, .chars = 6, .write = write_ack,
    .compare = compare_ack, .tooltip = N_("Milliseconds from the socket to the server's first answer") },
  { .id = "changed", .title = N_("Last change"), .kind = DESK_CELL_NUMBER, .chars = 13, .write = write_changed,
    .compare = compare_changed, .tooltip = N_("UTC") },
  { .id = "as-of", .title = N_("As of"), .kind = DESK_CELL_TEXT, .chars = 16, .write = write_as_of,
    .compare = compare_as_of, .tooltip = N_("When the server last said so, UTC") },
  { .id = "note", .title = N_("Note"), .kind = DESK_CELL_TEXT, .chars = 12, .hidden = TRUE, .write = write_note },
  { .id = "show", .title = N_("Shown"), .kind = DESK_CELL_NUMBER, .chars = 5, .hidden = TRUE, .write = write_show,
    .tooltip = N_("Contracts of an iceberg order that the book shows") },
  { .id = "group", .title = N_("Group"), .kind = DESK_CELL_TEXT, .chars = 9, .hidden = TRUE, .write = write_group,
    .tooltip = N_("Orders with the same group belong together") },
  { .id = "client-id", .title = N_("Client ID"), .kind = DESK_CELL_TEXT, .chars = 28, .write = write_client_id },
  { .id = "server-id", .title = N_("Server ID"), .kind = DESK_CELL_TEXT, .chars = 12, .write = write_server_id },
  { .id = "account", .title = N_("Account"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_account },
  { .id = "source", .title = N_("Source"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_source },
};

const DeskColumn *
desk_order_columns (guint *n_columns)
{
  *n_columns = G_N_ELEMENTS (columns);
  return columns;
}

const char *
desk_order_row_style (gpointer item)
{
  const DeskOrderState *order = STATE (item);

  if (order->status == DESK_STATUS_UNKNOWN || order->certainty == DESK_CERTAINTY_UNKNOWN
      || order->certainty == DESK_CERTAINTY_CONFLICT)
    return "unknown";
  if (order->certainty == DESK_CERTAINTY_STALE || order->unshown)
    return "stale";
  return desk_status_is_final (order->status) ? "done" : NULL;
}

int
desk_order_compare_in_group (gconstpointer a,
                             gconstpointer b)
{
  gboolean below_a = desk_order_is_below (STATE (a));
  gboolean below_b = desk_order_is_below (STATE (b));

  if (below_a != below_b)
    return below_a ? 1 : -1;
  if (below_a && STATE (a)->role != STATE (b)->role)
    return DESK_COMPARE (STATE (a)->role, STATE (b)->role);
  return DESK_COMPARE (STATE (a)->key, STATE (b)->key);
}
