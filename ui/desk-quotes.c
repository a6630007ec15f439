/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-panels.h"

#include "desk-table.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define STATE(item) (desk_quote_get_state (DESK_QUOTE ((gpointer) (item))))
#define INSTRUMENT(item) (desk_quote_get_instrument (DESK_QUOTE ((gpointer) (item))))

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->symbol);
}

static void
write_size (DeskCell        *cell,
            const DeskPrice *price,
            double           size)
{
  if (price->kind != DESK_PRICE_UNSET && isfinite (size))
    g_string_append_printf (cell->text, "%.0f", size);
}

static void
write_bid_size (gpointer  item,
                DeskCell *cell)
{
  write_size (cell, &STATE (item)->bid, STATE (item)->bid_size);
}

static void
write_bid (gpointer  item,
           DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->bid);
  cell->style = cell->style != NULL ? cell->style : "buy";
}

static void
write_ask (gpointer  item,
           DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->ask);
  cell->style = cell->style != NULL ? cell->style : "sell";
}

static void
write_ask_size (gpointer  item,
                DeskCell *cell)
{
  write_size (cell, &STATE (item)->ask, STATE (item)->ask_size);
}

static void
write_last (gpointer  item,
            DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->last);
}

static void
write_last_size (gpointer  item,
                 DeskCell *cell)
{
  write_size (cell, &STATE (item)->last, STATE (item)->last_size);
}

static void
write_tick (gpointer  item,
            DeskCell *cell)
{
  const DeskInstrumentState *instrument = INSTRUMENT (item);
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (instrument == NULL || !instrument->known || instrument->grid.tick <= 0.0)
    return;
  g_string_append (cell->text, g_ascii_formatd (text, sizeof text, "%.9g", instrument->grid.tick));
}

static void
write_tick_value (gpointer  item,
                  DeskCell *cell)
{
  const DeskInstrumentState *instrument = INSTRUMENT (item);

  if (instrument != NULL && instrument->known && instrument->grid.tick_value > 0.0)
    {
      desk_cell_tick_value (cell, instrument->grid.tick_value);
      g_string_append_printf (cell->text, " %s", instrument->currency);
    }
}

static void
write_words (gpointer  item,
             DeskCell *cell)
{
  const DeskQuoteState *quote = STATE (item);
  const DeskInstrumentState *instrument = INSTRUMENT (item);

  if (instrument != NULL && !instrument->known)
    {
      g_string_append (cell->text, _("The server does not know this symbol."));
      cell->style = "warning";
    }
  else if (quote->rejected)
    {
      g_string_append (cell->text, _("No quotes from this server; orders work without them."));
      if (quote->text != NULL && *quote->text != '\0')
        g_string_append_printf (cell->text, " (%s)", quote->text);
      cell->style = "dim-label";
    }
  else if (instrument != NULL)
    g_string_append (cell->text, instrument->description);
}

static const DeskColumn columns[] = {
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 10, .write = write_symbol },
  { .id = "bid-size", .title = N_("Bid size"), .kind = DESK_CELL_NUMBER, .chars = 7, .write = write_bid_size },
  { .id = "bid", .title = N_("Bid"), .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_bid },
  { .id = "ask", .title = N_("Ask"), .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_ask },
  { .id = "ask-size", .title = N_("Ask size"), .kind = DESK_CELL_NUMBER, .chars = 7, .write = write_ask_size },
  { .id = "last", .title = N_("Last"), .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_last },
  { .id = "last-size", .title = N_("Last size"), .kind = DESK_CELL_NUMBER, .chars = 7, .write = write_last_size },
  { .id = "tick", .title = N_("Tick"), .kind = DESK_CELL_NUMBER, .chars = 9, .write = write_tick },
  { .id = "tick-value", .title = N_("Tick value"), .kind = DESK_CELL_NUMBER, .chars = 11, .write = write_tick_value },
  { .id = "words", .title = N_("Description"), .kind = DESK_CELL_TEXT, .chars = 24, .expand = TRUE,
    .write = write_words },
};

static void
add_cb (GtkEntry    *entry,
        DeskSession *session)
{
  g_autofree char *symbol = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  DeskCommand *command;

  if (*symbol == '\0')
    return;
  command = desk_command_new (DESK_COMMAND_WATCH_SYMBOL);
  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->ticket.symbol, symbol, sizeof command->ticket.symbol);
  desk_session_send (session, command);
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

/* A row that is opened puts its symbol into the ticket. */
static void
activated_cb (DeskTable *table,
              gpointer   item)
{
  gtk_widget_activate_action (GTK_WIDGET (table), "win.order-symbol", "s", STATE (item)->symbol);
}

GtkWidget *
desk_quotes_new (DeskSession *session)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new_with_mnemonic (_("_Follow a symbol"));
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *table = desk_table_new (_("Quotes"), columns, G_N_ELEMENTS (columns), desk_session_get_quotes (session),
                                     "quotes");

  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_entry_set_max_length (GTK_ENTRY (entry), DESK_SYMBOL_SIZE - 1);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 16);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Follow a symbol"), -1);
  gtk_widget_set_tooltip_text (entry, _("As the server spells it; Enter asks for its definition and quotes"));
  g_signal_connect_object (entry, "activate", G_CALLBACK (add_cb), session, 0);
  gtk_box_append (GTK_BOX (bar), label);
  gtk_box_append (GTK_BOX (bar), entry);

  g_signal_connect (table, "row-activated", G_CALLBACK (activated_cb), NULL);
  desk_table_set_empty (DESK_TABLE (table), _("No symbol is followed yet."));
  gtk_widget_set_vexpand (table, TRUE);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), table);
  return box;
}
