/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-panels.h"

#include "desk-table.h"

#include <glib/gi18n.h>

#define STATE(item) (desk_account_get_state (DESK_ACCOUNT ((gpointer) (item))))

static void
write_account (gpointer  item,
               DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->account);
}

static void
write_trading (gpointer  item,
               DeskCell *cell)
{
  if (STATE (item)->trading_disabled)
    {
      g_string_append (cell->text, _("Switched off"));
      cell->style = "error";
    }
  else
    g_string_append (cell->text, _("Allowed"));
}

static void
write_currency (gpointer  item,
                DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->currency);
}

#define MONEY_COLUMN(name, field, sign)                                                                               \
  static void write_##name (gpointer item, DeskCell *cell) { desk_cell_money (cell, STATE (item)->field, sign); }      \
  static int compare_##name (gconstpointer a, gconstpointer b)                                                        \
  {                                                                                                                   \
    return DESK_COMPARE (STATE (a)->field, STATE (b)->field);                                                         \
  }

MONEY_COLUMN (cash, cash, FALSE)
MONEY_COLUMN (available, available, FALSE)
MONEY_COLUMN (margin, margin, FALSE)
MONEY_COLUMN (open_profit, open_profit, TRUE)
MONEY_COLUMN (daily_profit, daily_profit, TRUE)
MONEY_COLUMN (loss_limit, daily_loss_limit, FALSE)
MONEY_COLUMN (securities, securities, FALSE)

static void
write_as_of (gpointer  item,
             DeskCell *cell)
{
  desk_cell_as_of (cell, STATE (item)->as_of, STATE (item)->stale);
}

static const DeskColumn columns[] = {
  { .id = "account", .title = N_("Account"), .kind = DESK_CELL_TEXT, .chars = 10, .write = write_account },
  { .id = "trading", .title = N_("Trading"), .kind = DESK_CELL_TEXT, .chars = 10, .write = write_trading },
  { .id = "currency", .title = N_("Currency"), .kind = DESK_CELL_TEXT, .chars = 6, .write = write_currency },
  { .id = "cash", .title = N_("Cash"), .kind = DESK_CELL_NUMBER, .chars = 13, .write = write_cash,
    .compare = compare_cash },
  { .id = "available", .title = N_("Available"), .tooltip = N_("Free for new positions"), .kind = DESK_CELL_NUMBER,
    .chars = 13, .write = write_available, .compare = compare_available },
  { .id = "margin", .title = N_("Margin"), .kind = DESK_CELL_NUMBER, .chars = 12, .write = write_margin,
    .compare = compare_margin },
  { .id = "open-profit", .title = N_("Open P&L"), .kind = DESK_CELL_NUMBER, .chars = 11, .write = write_open_profit,
    .compare = compare_open_profit },
  { .id = "daily-profit", .title = N_("Day P&L"), .kind = DESK_CELL_NUMBER, .chars = 11, .write = write_daily_profit,
    .compare = compare_daily_profit },
  { .id = "loss-limit", .title = N_("Loss limit"), .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_loss_limit,
    .compare = compare_loss_limit },
  { .id = "securities", .title = N_("Securities"), .kind = DESK_CELL_NUMBER, .chars = 11, .hidden = TRUE,
    .write = write_securities, .compare = compare_securities },
  { .id = "as-of", .title = N_("Last told"), .kind = DESK_CELL_TEXT, .chars = 12, .expand = TRUE,
    .write = write_as_of },
};

static const char *
row_style (gpointer item)
{
  return STATE (item)->stale ? "stale" : NULL;
}

GtkWidget *
desk_accounts_new (DeskSession *session)
{
  GtkWidget *table = desk_table_new (_("Accounts"), columns, G_N_ELEMENTS (columns),
                                     desk_session_get_accounts (session), "accounts");

  desk_table_set_row_style (DESK_TABLE (table), row_style);
  desk_table_set_empty (DESK_TABLE (table), _("The server has named no account yet."));
  return table;
}
