/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-panels.h"

#include "desk-facts.h"
#include "desk-table.h"
#include "desk-watchlist.h"
#include "desk-words-market.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define STATE(item) (desk_quote_get_state (DESK_QUOTE ((gpointer) (item))))
#define INSTRUMENT(item) (desk_quote_get_instrument (DESK_QUOTE ((gpointer) (item))))

/* So often the ages of the rows in sight are written. */
#define AGE_MS 500

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->symbol);
}

/* What a price did since it was shown before. */
typedef struct
{
  DeskPrice price;
  int       move;
} LastShown;

static int
last_move (gpointer         item,
           const DeskPrice *price)
{
  LastShown *shown = g_object_get_data (item, "desk-last-shown");

  if (shown == NULL)
    {
      shown = g_new0 (LastShown, 1);
      g_object_set_data_full (item, "desk-last-shown", shown, g_free);
    }
  if (shown->price.kind != DESK_PRICE_UNSET && price->display != shown->price.display)
    shown->move = price->display > shown->price.display ? 1 : -1;
  shown->price = *price;
  return shown->move;
}

static void
write_last (gpointer  item,
            DeskCell *cell)
{
  const DeskQuoteState *quote = STATE (item);
  int move;

  if (quote->last.kind == DESK_PRICE_UNSET)
    return;
  move = last_move (item, &quote->last);
  g_string_append (cell->text, move > 0 ? "▲ " : move < 0 ? "▼ " : "");
  desk_cell_price (cell, &quote->grid, &quote->last);
}

static void
write_change (gpointer  item,
              DeskCell *cell)
{
  g_autofree char *change = desk_words_change (STATE (item));

  g_string_append (cell->text, change);
}

static void
write_number (DeskCell *cell,
              double    number)
{
  if (isfinite (number))
    g_string_append_printf (cell->text, "%'.0f", number);
}

static void
write_size (DeskCell        *cell,
            const DeskPrice *price,
            double           size)
{
  if (price->kind != DESK_PRICE_UNSET)
    write_number (cell, size);
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
write_last_size (gpointer  item,
                 DeskCell *cell)
{
  write_size (cell, &STATE (item)->last, STATE (item)->last_size);
}

static void
write_open (gpointer  item,
            DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->open);
}

static void
write_high (gpointer  item,
            DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->high);
}

static void
write_low (gpointer  item,
           DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->low);
}

static void
write_settlement (gpointer  item,
                  DeskCell *cell)
{
  desk_cell_price (cell, &STATE (item)->grid, &STATE (item)->settlement);
}

static void
write_volume (gpointer  item,
              DeskCell *cell)
{
  write_number (cell, STATE (item)->volume);
}

static void
write_n_trades (gpointer  item,
                DeskCell *cell)
{
  write_number (cell, STATE (item)->n_trades);
}

static void
write_open_interest (gpointer  item,
                     DeskCell *cell)
{
  write_number (cell, STATE (item)->open_interest);
}

static void
write_tick (gpointer  item,
            DeskCell *cell)
{
  g_autofree char *text = INSTRUMENT (item) != NULL ? desk_words_tick (INSTRUMENT (item)) : NULL;

  g_string_append (cell->text, text != NULL ? text : "");
}

static void
write_tick_value (gpointer  item,
                  DeskCell *cell)
{
  g_autofree char *text = INSTRUMENT (item) != NULL ? desk_words_tick_value (INSTRUMENT (item)) : NULL;

  g_string_append (cell->text, text != NULL ? text : "");
}

/* What is wrong with the row, else the session and how old the quote is. */
static void
write_status (gpointer  item,
              DeskCell *cell)
{
  const DeskQuoteState *quote = STATE (item);
  const DeskInstrumentState *instrument = INSTRUMENT (item);
  g_autofree char *doubt = NULL;

  if (instrument != NULL && !instrument->known)
    {
      g_string_append (cell->text, _("The server does not know this symbol."));
      cell->style = "warning";
      return;
    }
  if (quote->rejected)
    {
      g_autofree char *text = desk_words_no_data (quote->text);

      g_string_append (cell->text, text);
      cell->style = "dim-label";
      return;
    }
  if (quote->stale)
    {
      doubt = quote->received > 0 ? desk_words_as_of_short (quote->received) : g_strdup ("");
      g_string_append (cell->text, doubt);
      return;
    }
  doubt = desk_words_doubt (quote->received, FALSE);
  if (quote->feed == DESK_FEED_UNAVAILABLE)
    g_string_append (cell->text, _("Data feed down"));
  else
    g_string_append (cell->text, desk_words_trading (quote->trading));
  if (quote->feed == DESK_FEED_UNAVAILABLE || quote->trading == DESK_TRADING_HALT)
    cell->style = "warning";
  if (doubt == NULL)
    return;
  g_string_append_printf (cell->text, "%s%s", cell->text->len > 0 ? ", " : "", doubt);
  cell->style = "warning";
}

static void
write_description (gpointer  item,
                   DeskCell *cell)
{
  if (INSTRUMENT (item) != NULL)
    g_string_append (cell->text, INSTRUMENT (item)->description);
}

#define COMPARE_PRICE(field) \
  static int \
  compare_ ## field (gconstpointer a, \
                     gconstpointer b) \
  { \
    return DESK_COMPARE (STATE (a)->field.display, STATE (b)->field.display); \
  }
#define COMPARE_NUMBER(field) \
  static int \
  compare_ ## field (gconstpointer a, \
                     gconstpointer b) \
  { \
    return DESK_COMPARE (STATE (a)->field, STATE (b)->field); \
  }

COMPARE_PRICE (last)
COMPARE_PRICE (bid)
COMPARE_PRICE (ask)
COMPARE_PRICE (high)
COMPARE_PRICE (low)
COMPARE_NUMBER (bid_size)
COMPARE_NUMBER (ask_size)
COMPARE_NUMBER (volume)

static int
compare_change (gconstpointer a,
                gconstpointer b)
{
  double left = STATE (a)->last.display - STATE (a)->settlement.display;
  double right = STATE (b)->last.display - STATE (b)->settlement.display;

  return DESK_COMPARE (left, right);
}

static const char *
widest_status (guint n)
{
  const char *const words[] = {
    desk_words_trading (DESK_TRADING_PRE_OPEN), desk_words_trading (DESK_TRADING_OPEN),
    desk_words_trading (DESK_TRADING_CLOSE), desk_words_trading (DESK_TRADING_HALT),
  };

  return n < G_N_ELEMENTS (words) ? words[n] : NULL;
}

static const DeskColumn columns[] = {
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 8, .write = write_symbol },
  { .id = "last", .title = N_("Last"), .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_last,
    .compare = compare_last },
  { .id = "change", .title = N_("Change"), .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_change,
    .compare = compare_change, .tooltip = N_("Against the settlement before") },
  { .id = "bid-size", .title = N_("Bid size"), .kind = DESK_CELL_NUMBER, .chars = 6, .write = write_bid_size,
    .compare = compare_bid_size },
  { .id = "bid", .title = N_("Bid"), .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_bid, .compare = compare_bid },
  { .id = "ask", .title = N_("Ask"), .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_ask, .compare = compare_ask },
  { .id = "ask-size", .title = N_("Ask size"), .kind = DESK_CELL_NUMBER, .chars = 6, .write = write_ask_size,
    .compare = compare_ask_size },
  { .id = "status", .title = N_("Status"), .kind = DESK_CELL_TEXT, .chars = 16, .expand = TRUE, .write = write_status,
    .widest = widest_status },
  { .id = "high", .title = N_("High"), .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_high,
    .compare = compare_high, .tooltip = N_("Highest price of the session") },
  { .id = "low", .title = N_("Low"), .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_low,
    .compare = compare_low, .tooltip = N_("Lowest price of the session") },
  { .id = "volume", .title = N_("Volume"), .kind = DESK_CELL_NUMBER, .chars = 9, .write = write_volume,
    .compare = compare_volume, .tooltip = N_("Contracts traded in the session") },
  { .id = "words", .title = N_("Description"), .kind = DESK_CELL_TEXT, .chars = 24, .write = write_description },
  { .id = "last-size", .title = N_("Last size"), .kind = DESK_CELL_NUMBER, .chars = 7, .hidden = TRUE,
    .write = write_last_size },
  { .id = "open", .title = N_("Open"), .kind = DESK_CELL_NUMBER, .chars = 8, .hidden = TRUE, .write = write_open,
    .tooltip = N_("First price of the session") },
  { .id = "settlement", .title = N_("Settlement"), .kind = DESK_CELL_NUMBER, .chars = 8, .hidden = TRUE,
    .write = write_settlement },
  { .id = "trades", .title = N_("Trades"), .kind = DESK_CELL_NUMBER, .chars = 8, .hidden = TRUE,
    .write = write_n_trades, .tooltip = N_("Number of trades in the session") },
  { .id = "open-interest", .title = N_("Open interest"), .kind = DESK_CELL_NUMBER, .chars = 9, .hidden = TRUE,
    .write = write_open_interest },
  { .id = "tick", .title = N_("Tick"), .kind = DESK_CELL_NUMBER, .chars = 9, .hidden = TRUE, .write = write_tick },
  { .id = "tick-value", .title = N_("Tick value"), .kind = DESK_CELL_NUMBER, .chars = 11, .hidden = TRUE,
    .write = write_tick_value },
};

/* The panel is a box; this is what its handlers know. */
typedef struct
{
  DeskSession *session;
  DeskTable   *table;
  GtkWidget   *remove;
  GtkWidget   *details;
  guint        age_id;
} Quotes;

static const char *
row_style (gpointer item)
{
  return STATE (item)->stale ? "stale" : NULL;
}

static void
add_cb (GtkEntry *entry,
        Quotes   *quotes)
{
  g_autofree char *symbol = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  if (*symbol == '\0')
    return;
  desk_watchlist_add (quotes->session, symbol);
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static void
remove_cb (Quotes *quotes)
{
  gpointer item = desk_table_get_selected (quotes->table);

  if (item != NULL)
    desk_watchlist_remove (quotes->session, STATE (item)->symbol);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                Quotes                *quotes)
{
  if (keyval != GDK_KEY_Delete && keyval != GDK_KEY_KP_Delete)
    return GDK_EVENT_PROPAGATE;
  remove_cb (quotes);
  return GDK_EVENT_STOP;
}

static void
show_details_cb (GtkMenuButton *button,
                 gpointer       user_data)
{
  Quotes *quotes = user_data;
  gpointer item = desk_table_get_selected (quotes->table);
  GtkWidget *popover = gtk_popover_new ();

  gtk_popover_set_child (GTK_POPOVER (popover), desk_facts_new (item != NULL ? INSTRUMENT (item) : NULL));
  gtk_menu_button_set_popover (button, popover);
}

static void
selection_cb (Quotes *quotes)
{
  gboolean selected = desk_table_get_selected (quotes->table) != NULL;

  gtk_widget_set_sensitive (quotes->remove, selected);
  gtk_widget_set_sensitive (quotes->details, selected);
}

/* A row that is opened puts its symbol into the ticket. */
static void
activated_cb (DeskTable *table,
              gpointer   item)
{
  gtk_widget_activate_action (GTK_WIDGET (table), "win.order-symbol", "s", STATE (item)->symbol);
}

static void
use_action (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  Quotes *quotes = user_data;
  gpointer item = desk_table_get_selected (quotes->table);

  if (item != NULL)
    activated_cb (quotes->table, item);
}

static void
show_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  Quotes *quotes = user_data;
  gpointer item = desk_table_get_selected (quotes->table);

  if (item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (quotes->table), "win.market-symbol", "s", STATE (item)->symbol);
}

static void
remove_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  remove_cb (user_data);
}

static gboolean
age_cb (gpointer user_data)
{
  desk_table_refresh (((Quotes *) user_data)->table);
  return G_SOURCE_CONTINUE;
}

/* Ages go on only while somebody sees them. */
static void
map_cb (Quotes *quotes)
{
  if (quotes->age_id == 0)
    quotes->age_id = g_timeout_add (AGE_MS, age_cb, quotes);
}

static void
unmap_cb (Quotes *quotes)
{
  g_clear_handle_id (&quotes->age_id, g_source_remove);
}

static void
quotes_free (Quotes *quotes)
{
  g_clear_handle_id (&quotes->age_id, g_source_remove);
  g_object_unref (quotes->session);
  g_free (quotes);
}

static GtkWidget *
make_bar (Quotes *quotes)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new_with_mnemonic (_("_Follow a symbol"));
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *find = gtk_button_new_with_label (_("Find…"));

  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_entry_set_max_length (GTK_ENTRY (entry), DESK_SYMBOL_SIZE - 1);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Follow a symbol"), -1);
  gtk_widget_set_tooltip_text (entry, _("As the server spells it; Enter asks for its definition and quotes"));
  g_signal_connect (entry, "activate", G_CALLBACK (add_cb), quotes);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (find), "win.find-symbol");
  gtk_widget_set_tooltip_text (find, _("Find a symbol (Ctrl+F)"));

  quotes->details = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (quotes->details), _("Definition"));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (quotes->details), show_details_cb, quotes, NULL);
  gtk_widget_set_hexpand (quotes->details, TRUE);
  gtk_widget_set_halign (quotes->details, GTK_ALIGN_END);

  quotes->remove = gtk_button_new_with_label (_("Remove"));
  gtk_widget_set_tooltip_text (quotes->remove, _("Stop following the selected symbol (Delete)"));
  g_signal_connect_swapped (quotes->remove, "clicked", G_CALLBACK (remove_cb), quotes);

  gtk_box_append (GTK_BOX (bar), label);
  gtk_box_append (GTK_BOX (bar), entry);
  gtk_box_append (GTK_BOX (bar), find);
  gtk_box_append (GTK_BOX (bar), quotes->details);
  gtk_box_append (GTK_BOX (bar), quotes->remove);
  gtk_box_append (GTK_BOX (bar), desk_table_column_button (quotes->table));
  return bar;
}

static void
add_menu (Quotes *quotes)
{
  static const GActionEntry actions[] = {
    { .name = "use", .activate = use_action },
    { .name = "show", .activate = show_action },
    { .name = "remove", .activate = remove_action },
  };
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr(GMenu) menu = g_menu_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), quotes);
  gtk_widget_insert_action_group (GTK_WIDGET (quotes->table), "quote", G_ACTION_GROUP (group));
  g_menu_append (menu, _("Use in the ticket"), "quote.use");
  g_menu_append (menu, _("Show its depth"), "quote.show");
  g_menu_append (menu, _("Stop following"), "quote.remove");
  desk_table_set_menu (quotes->table, G_MENU_MODEL (menu));
}

GtkWidget *
desk_quotes_new (DeskSession *session)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_event_controller_key_new ();
  Quotes *quotes = g_new0 (Quotes, 1);
  GtkWidget *table = desk_table_new (_("Watchlist"), columns, G_N_ELEMENTS (columns), desk_session_get_quotes (session),
                                     "watchlist");

  quotes->session = g_object_ref (session);
  quotes->table = DESK_TABLE (table);
  g_object_set_data_full (G_OBJECT (box), "desk-quotes", quotes, (GDestroyNotify) quotes_free);
  desk_table_set_row_style (quotes->table, row_style);
  desk_table_set_empty (quotes->table, _("No symbol is followed yet."));
  g_signal_connect (table, "row-activated", G_CALLBACK (activated_cb), NULL);
  g_signal_connect_swapped (table, "selection-changed", G_CALLBACK (selection_cb), quotes);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), quotes);
  gtk_widget_add_controller (table, keys);
  gtk_widget_set_vexpand (table, TRUE);
  add_menu (quotes);
  gtk_box_append (GTK_BOX (box), make_bar (quotes));
  gtk_box_append (GTK_BOX (box), table);
  selection_cb (quotes);
  desk_watchlist_restore (session);
  g_signal_connect_swapped (box, "map", G_CALLBACK (map_cb), quotes);
  g_signal_connect_swapped (box, "unmap", G_CALLBACK (unmap_cb), quotes);
  return box;
}
