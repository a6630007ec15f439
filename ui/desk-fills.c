/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-panels.h"

#include "desk-table.h"
#include "desk-words.h"

#include <glib/gi18n.h>

#define STATE(item) (desk_fill_get_state (DESK_FILL ((gpointer) (item))))

static void
write_time (gpointer  item,
            DeskCell *cell)
{
  desk_cell_time (cell, STATE (item)->server_time);
}

static int
compare_time (gconstpointer a,
              gconstpointer b)
{
  gint64 x = STATE (a)->server_time;
  gint64 y = STATE (b)->server_time;

  if (x == y)
    return DESK_COMPARE (STATE (a)->key, STATE (b)->key);
  return DESK_COMPARE (x, y);
}

static void
write_received (gpointer  item,
                DeskCell *cell)
{
  desk_cell_time (cell, STATE (item)->received);
}

static void
write_side (gpointer  item,
            DeskCell *cell)
{
  DeskSide side = STATE (item)->side;

  g_string_append (cell->text, desk_words_side (side));
  cell->style = side == DESK_SIDE_BUY ? "buy" : side == DESK_SIDE_SELL ? "sell" : NULL;
}

static void
write_quantity (gpointer  item,
                DeskCell *cell)
{
  desk_cell_integer (cell, STATE (item)->quantity);
}

static int
compare_quantity (gconstpointer a,
                  gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->quantity, STATE (b)->quantity);
}

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->symbol);
}

static void
write_price (gpointer  item,
             DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->price);
}

static int
compare_price (gconstpointer a,
               gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->price.display, STATE (b)->price.display);
}

static void
write_told (gpointer  item,
            DeskCell *cell)
{
  const DeskFillState *fill = STATE (item);

  if (g_str_has_prefix (fill->execution_id, "syn:"))
    {
      /* Translators: a fill we know only from the order's filled quantity; the server has not named the execution. */
      g_string_append (cell->text, _("By count"));
      cell->style = "warning";
    }
  else
    g_string_append (cell->text, fill->historical ? C_("fill", "History") : C_("fill", "Live"));
}

static void
write_execution (gpointer  item,
                 DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->execution_id);
}

static void
write_order (gpointer  item,
             DeskCell *cell)
{
  const DeskFillState *fill = STATE (item);

  if (fill->client_order_id[0] != '\0')
    {
      g_string_append (cell->text, fill->client_order_id);
      return;
    }
  /* Translators: a fill that belongs to no order we know. */
  g_string_append (cell->text, _("not attributed"));
  cell->style = "warning";
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

static const DeskColumn columns[] = {
  { .id = "time", .title = N_("Time"), .tooltip = N_("When the server filled it, UTC"), .kind = DESK_CELL_NUMBER,
    .chars = 12, .write = write_time, .compare = compare_time },
  { .id = "side", .title = N_("Side"), .kind = DESK_CELL_TEXT, .chars = 7, .write = write_side },
  { .id = "quantity", .title = N_("Qty"), .kind = DESK_CELL_NUMBER, .chars = 5, .write = write_quantity,
    .compare = compare_quantity },
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 8, .write = write_symbol },
  { .id = "price", .title = N_("Price"), .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_price,
    .compare = compare_price },
  { .id = "told", .title = N_("Told"),
    .tooltip = N_("Live: in an order update. History: in the answer to our question. By count: only the filled "
                  "quantity says so"),
    .kind = DESK_CELL_TEXT, .chars = 9, .write = write_told },
  { .id = "order", .title = N_("Client ID"), .kind = DESK_CELL_TEXT, .chars = 26, .write = write_order },
  { .id = "server-id", .title = N_("Server ID"), .kind = DESK_CELL_TEXT, .chars = 10, .write = write_server_id },
  { .id = "execution", .title = N_("Execution ID"), .kind = DESK_CELL_TEXT, .chars = 14, .expand = TRUE,
    .write = write_execution },
  { .id = "account", .title = N_("Account"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_account },
  { .id = "received", .title = N_("Received"), .tooltip = N_("When it reached this computer, UTC"),
    .kind = DESK_CELL_NUMBER, .chars = 12, .hidden = TRUE, .write = write_received },
};

GtkWidget *
desk_fills_new (DeskSession *session)
{
  GtkWidget *table = desk_table_new (_("Fills"), columns, G_N_ELEMENTS (columns), desk_session_get_fills (session),
                                     "fills");

  desk_table_sort_by (DESK_TABLE (table), "time", GTK_SORT_DESCENDING);
  desk_table_set_empty (DESK_TABLE (table), _("No fills yet. Each execution stands here once."));
  return table;
}
