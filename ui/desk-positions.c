/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-panels.h"

#include "desk-table.h"

#include <glib/gi18n.h>
#include <math.h>

#define STATE(item) (desk_position_get_state (DESK_POSITION ((gpointer) (item))))

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->symbol);
}

static void
write_account (gpointer  item,
               DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->account);
}

static void
write_server (gpointer  item,
              DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  if (!position->provable)
    {
      /* Translators: the server has not told the position on this connection. */
      g_string_append (cell->text, _("not told"));
      cell->style = "warning";
      return;
    }
  desk_cell_signed (cell, position->quantity);
  cell->style = position->quantity > 0 ? "buy" : position->quantity < 0 ? "sell" : NULL;
}

static int
compare_server (gconstpointer a,
                gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->quantity, STATE (b)->quantity);
}

static void
write_ours (gpointer  item,
            DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  if (position->computed_known)
    desk_cell_signed (cell, position->computed);
  else
    g_string_append (cell->text, "?");
}

/* A match is a claim: it needs both sides. */
static void
write_difference (gpointer  item,
                  DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  if (!position->provable || !position->computed_known)
    {
      /* Translators: nothing can be said about the difference of two quantities. */
      g_string_append (cell->text, _("not provable"));
      cell->style = "dim-label";
    }
  else if (position->quantity == position->computed)
    g_string_append (cell->text, _("0, match"));
  else
    {
      desk_cell_signed (cell, position->quantity - position->computed);
      g_string_append_printf (cell->text, " %s", _("mismatch"));
      cell->style = "error";
    }
}

static void
write_average (gpointer  item,
               DeskCell *cell)
{
  if (STATE (item)->quantity != 0)
    desk_cell_average (cell, &STATE (item)->grid, STATE (item)->average_price);
}

static void
write_our_average (gpointer  item,
                   DeskCell *cell)
{
  if (STATE (item)->computed != 0)
    desk_cell_average (cell, &STATE (item)->grid, STATE (item)->computed_average);
}

static void
write_open_profit (gpointer  item,
                   DeskCell *cell)
{
  desk_cell_money (cell, STATE (item)->open_profit, TRUE);
}

static int
compare_open_profit (gconstpointer a,
                     gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->open_profit, STATE (b)->open_profit);
}

static void
write_working (gpointer  item,
               DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  /* Translators: contracts of working buy and sell orders, as short as possible: "B3 S2". */
  g_string_append_printf (cell->text, _("B%d S%d"), (int) position->working_buys, (int) position->working_sells);
}

static void
write_worst (gpointer  item,
             DeskCell *cell)
{
  desk_cell_signed (cell, STATE (item)->worst_long);
  g_string_append (cell->text, " / ");
  desk_cell_signed (cell, STATE (item)->worst_short);
}

static void
write_as_of (gpointer  item,
             DeskCell *cell)
{
  desk_cell_as_of (cell, STATE (item)->as_of, STATE (item)->stale);
}

static const DeskColumn columns[] = {
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_symbol },
  { .id = "server", .title = N_("Server"), .tooltip = N_("Contracts the server says"), .kind = DESK_CELL_NUMBER,
    .chars = 8, .write = write_server, .compare = compare_server },
  { .id = "ours", .title = N_("Our fills"), .tooltip = N_("Contracts by our own sum of fills"),
    .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_ours },
  { .id = "difference", .title = N_("Difference"), .kind = DESK_CELL_NUMBER, .chars = 13, .write = write_difference },
  { .id = "average", .title = N_("Average"), .tooltip = N_("Average price the server says"), .kind = DESK_CELL_NUMBER,
    .chars = 11, .write = write_average },
  { .id = "our-average", .title = N_("Our average"), .kind = DESK_CELL_NUMBER, .chars = 11,
    .write = write_our_average },
  { .id = "open-profit", .title = N_("Open P&L"), .kind = DESK_CELL_NUMBER, .chars = 11, .write = write_open_profit,
    .compare = compare_open_profit },
  { .id = "working", .title = N_("Working"), .tooltip = N_("Contracts of working buy and sell orders"),
    .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_working },
  { .id = "worst", .title = N_("Worst case"),
    .tooltip = N_("Position if every working and unknown buy filled, and if every sell did"),
    .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_worst },
  { .id = "account", .title = N_("Account"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_account },
  { .id = "as-of", .title = N_("Last told"), .kind = DESK_CELL_TEXT, .chars = 12, .expand = TRUE,
    .write = write_as_of },
};

static const char *
row_style (gpointer item)
{
  return STATE (item)->stale ? "stale" : NULL;
}

GtkWidget *
desk_positions_new (DeskSession *session)
{
  GtkWidget *table = desk_table_new (_("Positions"), columns, G_N_ELEMENTS (columns),
                                     desk_session_get_positions (session), "positions");

  desk_table_set_row_style (DESK_TABLE (table), row_style);
  desk_table_set_empty (DESK_TABLE (table), _("No positions."));
  return table;
}
