/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ledger-table.h"

#include "desk-words.h"
#include "desk-words-verify.h"

#include <glib/gi18n.h>
#include <math.h>

struct _DeskLedgerItem
{
  GObject              parent_instance;

  DeskVerifyRun       *run;
  const DeskLedgerRow *row; /* inside the run */
};

G_DEFINE_FINAL_TYPE (DeskLedgerItem, desk_ledger_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
desk_ledger_item_finalize (GObject *object)
{
  desk_verify_run_unref (DESK_LEDGER_ITEM (object)->run);
  G_OBJECT_CLASS (desk_ledger_item_parent_class)->finalize (object);
}

static void
desk_ledger_item_class_init (DeskLedgerItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_ledger_item_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
desk_ledger_item_init (DeskLedgerItem *self)
{
}

const DeskLedgerRow *
desk_ledger_item_get (DeskLedgerItem *self)
{
  g_return_val_if_fail (DESK_IS_LEDGER_ITEM (self), NULL);
  return self->row;
}

const char *
desk_ledger_item_get_id (DeskLedgerItem *self)
{
  g_return_val_if_fail (DESK_IS_LEDGER_ITEM (self), "");
  return *self->row->client_order_id != '\0' ? self->row->client_order_id : self->row->server_order_id;
}

struct _DeskLedgerTable
{
  GtkWidget   parent_instance;

  DeskTable  *table;
  GListStore *items; /* in the order of the run */
};

G_DEFINE_FINAL_TYPE (DeskLedgerTable, desk_ledger_table, GTK_TYPE_WIDGET)

static guint selected_signal;

#define ROW(item) (((DeskLedgerItem *) (item))->row)

/* Stands before a value of the server that is not the one it is compared with. */
#define DIFFERS "≠"

/* What does not fit beside the fills takes a second line. */
#define SENT_CHARS 18 /* digits; about as many letters as SENT_LINE */
#define SENT_LINE  19
#define FILLS_LINE 12 /* as much fits; in bold letters less */
#define FILLS_BOLD 10

/* An order that was sent without a price may come back with one: a market order does. */
static gboolean
price_differs (const DeskPrice *echo,
               const DeskPrice *sent)
{
  if (sent->kind == DESK_PRICE_UNSET)
    return FALSE;
  if (echo->kind == DESK_PRICE_UNSET)
    return TRUE;
  if (echo->kind == DESK_PRICE_TICKS && sent->kind == DESK_PRICE_TICKS)
    return echo->ticks != sent->ticks;
  return fabs (echo->display - sent->display) > 1e-9;
}

typedef struct
{
  DeskSide      side;
  DeskOrderType type;
  DeskTif       tif;
  gint64        quantity;
  DeskPrice     price, price2;
} Terms;

static Terms
sent_terms (const DeskLedgerRow *row)
{
  return (Terms) { row->sent_side, row->sent_type, row->sent_tif, row->sent_quantity, row->sent_price, row->sent_price2 };
}

static Terms
echo_terms (const DeskLedgerRow *row)
{
  return (Terms) { row->echo_side, row->echo_type, row->echo_tif, row->echo_quantity, row->echo_price, row->echo_price2 };
}

static void
add (GString    *out,
     gboolean    differs,
     const char *text)
{
  if (text == NULL || *text == '\0')
    {
      if (!differs)
        return;
      text = "–";
    }
  if (out->len > 0)
    g_string_append_c (out, ' ');
  if (differs)
    g_string_append (out, DIFFERS);
  g_string_append (out, text);
}

/* "Buy 3 ESZ6 Limit 5000.25 Day"; beside @other only what is not as there, each part with its mark. TRUE when
 * something is. */
static gboolean
write_terms (const Terms    *terms,
             const Terms    *other,
             const char     *symbol,
             const DeskGrid *grid,
             GString        *out)
{
  g_autofree char *quantity = terms->quantity >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, terms->quantity)
                                                   : g_strdup ("?");
  g_autofree char *price = terms->price.kind != DESK_PRICE_UNSET ? desk_price_format (grid, &terms->price) : NULL;
  g_autofree char *price2 = terms->price2.kind != DESK_PRICE_UNSET ? desk_price_format (grid, &terms->price2) : NULL;
  const gboolean differs[] = {
    other != NULL && terms->side != other->side,
    other != NULL && terms->quantity != other->quantity,
    other != NULL && terms->type != other->type,
    other != NULL && price_differs (&terms->price, &other->price),
    other != NULL && price_differs (&terms->price2, &other->price2),
    other != NULL && terms->tif != other->tif && terms->tif != DESK_TIF_UNSET,
  };
  const char *words[] = {
    desk_words_side (terms->side),
    quantity,
    desk_words_type_short (terms->type),
    price,
    price2,
    terms->tif != DESK_TIF_UNSET ? desk_words_tif (terms->tif) : NULL,
  };
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (differs); i++)
    {
      any = any || differs[i];
      if (other == NULL || differs[i])
        add (out, differs[i], words[i]);
      if (i == 1 && other == NULL)
        add (out, FALSE, symbol);
    }
  return any;
}

static void
write_verdict (gpointer  item,
               DeskCell *cell)
{
  const DeskLedgerRow *row = ROW (item);

  g_string_append_printf (cell->text, "%s %s", desk_words_verdict_mark (row->verdict), desk_words_verdict (row->verdict));
  if (row->verdict == DESK_VERDICT_MISMATCH && row->finding != 0)
    g_string_append_printf (cell->text, " #%" G_GUINT64_FORMAT, row->finding);
  cell->style = desk_words_verdict_style (row->verdict);
}

/* The worst first, of equals the newest. */
static int
compare_verdict (gconstpointer a,
                 gconstpointer b)
{
  static const int rank[] = { [DESK_VERDICT_MISMATCH] = 0, [DESK_VERDICT_NOT_PROVABLE] = 1, [DESK_VERDICT_MATCH] = 2 };
  int order = DESK_COMPARE (rank[ROW (a)->verdict], rank[ROW (b)->verdict]);

  return order != 0 ? order : DESK_COMPARE (ROW (b)->key, ROW (a)->key);
}

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, ROW (item)->symbol);
}

static void
write_sent (gpointer  item,
            DeskCell *cell)
{
  const DeskLedgerRow *row = ROW (item);
  Terms terms = sent_terms (row);

  if (row->sent)
    {
      write_terms (&terms, NULL, row->symbol, &row->grid, cell->text);
      if (g_utf8_strlen (cell->text->str, -1) > SENT_LINE)
        cell->lines = 2;
      return;
    }
  g_string_append_printf (cell->text, "%s · %s", row->symbol,
                          row->external ? C_("ledger", "not placed here") : C_("ledger", "not in this journal"));
  cell->style = "dim-label";
}

static void
write_echo (gpointer  item,
            DeskCell *cell)
{
  const DeskLedgerRow *row = ROW (item);
  Terms sent = sent_terms (row);
  Terms echo = echo_terms (row);

  if (!row->echoed)
    {
      g_string_append (cell->text, C_("ledger", "no answer yet"));
      cell->style = "warning";
      return;
    }
  if (write_terms (&echo, row->sent ? &sent : NULL, NULL, &row->grid, cell->text))
    cell->style = "differs";
  else if (row->sent)
    g_string_append (cell->text, C_("ledger", "as sent"));
}

static void
write_filled (gpointer  item,
              DeskCell *cell)
{
  const DeskLedgerRow *row = ROW (item);

  if (!row->echoed)
    return;
  if (row->echo_filled < 0)
    g_string_append_c (cell->text, '?');
  else
    desk_cell_integer (cell, row->echo_filled);
}

static int
compare_filled (gconstpointer a,
                gconstpointer b)
{
  return DESK_COMPARE (ROW (a)->echo_filled, ROW (b)->echo_filled);
}

static void
write_fills (DeskCell       *cell,
             const DeskGrid *grid,
             gboolean        differs,
             gint64          quantity,
             double          average)
{
  if (differs)
    {
      g_string_append (cell->text, DIFFERS);
      cell->style = "differs";
    }
  desk_cell_integer (cell, quantity);
  if (quantity != 0 && isfinite (average))
    {
      g_string_append (cell->text, " @ ");
      desk_cell_average (cell, grid, average);
    }
  if (g_utf8_strlen (cell->text->str, -1) > (differs ? FILLS_BOLD : FILLS_LINE))
    cell->lines = 2;
}

static void
write_live (gpointer  item,
            DeskCell *cell)
{
  const DeskLedgerRow *row = ROW (item);

  write_fills (cell, &row->grid, row->echoed && row->echo_filled >= 0 && row->live_quantity != row->echo_filled,
               row->live_quantity, row->live_average);
}

static int
compare_live (gconstpointer a,
              gconstpointer b)
{
  return DESK_COMPARE (ROW (a)->live_quantity, ROW (b)->live_quantity);
}

static void
write_history (gpointer  item,
               DeskCell *cell)
{
  const DeskLedgerRow *row = ROW (item);

  if (row->history_known)
    {
      write_fills (cell, &row->grid,
                   row->history_quantity != row->live_quantity || fabs (row->history_average - row->live_average) > 1e-6,
                   row->history_quantity, row->history_average);
      return;
    }
  g_string_append (cell->text, C_("ledger", "not given"));
  cell->style = "dim-label";
}

static int
compare_history (gconstpointer a,
                 gconstpointer b)
{
  return DESK_COMPARE (ROW (a)->history_quantity, ROW (b)->history_quantity);
}

static void
write_why (gpointer  item,
           DeskCell *cell)
{
  g_autofree char *words = desk_words_core (ROW (item)->why);

  g_string_append (cell->text, words);
}

static void
write_created (gpointer  item,
               DeskCell *cell)
{
  if (ROW (item)->created > 0)
    desk_cell_time (cell, ROW (item)->created);
}

static int
compare_created (gconstpointer a,
                 gconstpointer b)
{
  return DESK_COMPARE (ROW (a)->key, ROW (b)->key);
}

static void
write_client_id (gpointer  item,
                 DeskCell *cell)
{
  g_string_append (cell->text, ROW (item)->client_order_id);
}

static void
write_server_id (gpointer  item,
                 DeskCell *cell)
{
  g_string_append (cell->text, ROW (item)->server_order_id);
}

static void
write_account (gpointer  item,
               DeskCell *cell)
{
  g_string_append (cell->text, ROW (item)->account);
}

static const char *
verdict_word (guint n)
{
  /* Bold words and the number of a finding are wider than the word alone. */
  static char word[80];

  if (n > DESK_VERDICT_NOT_PROVABLE)
    return NULL;
  g_snprintf (word, sizeof word, "? %s%s", desk_words_verdict (n), n == DESK_VERDICT_MISMATCH ? " #99" : "");
  return word;
}

static const DeskColumn columns[] = {
  { .id = "verdict", .title = N_("Verdict"), .kind = DESK_CELL_TEXT, .chars = 12, .always = TRUE,
    .write = write_verdict, .compare = compare_verdict, .widest = verdict_word },
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 6, .hidden = TRUE, .write = write_symbol },
  { .id = "sent", .title = N_("Sent"), .kind = DESK_CELL_TEXT, .chars = SENT_CHARS, .write = write_sent,
    .tooltip = N_("What was asked for, as the journal has it from before it was sent") },
  { .id = "echo", .title = N_("Server"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_echo,
    .tooltip = N_("The order as the server stated it last: what is not as it was sent, with ≠ before it") },
  { .id = "live", .title = N_("Live fills"), .kind = DESK_CELL_NUMBER, .chars = 11, .write = write_live,
    .compare = compare_live, .tooltip = N_("Executions as they came, with their average price") },
  { .id = "history", .title = N_("Listed fills"), .kind = DESK_CELL_NUMBER, .chars = 11, .write = write_history,
    .compare = compare_history, .tooltip = N_("Executions in the server's list of fills, with their average price") },
  { .id = "filled", .title = N_("Filled"), .kind = DESK_CELL_NUMBER, .chars = 4, .write = write_filled,
    .compare = compare_filled, .tooltip = N_("The filled quantity that the server states") },
  { .id = "why", .title = N_("Why"), .kind = DESK_CELL_TEXT, .chars = 20, .expand = TRUE, .write = write_why },
  { .id = "created", .title = N_("Time"), .kind = DESK_CELL_NUMBER, .chars = 12, .write = write_created,
    .compare = compare_created, .tooltip = N_("UTC") },
  { .id = "client-id", .title = N_("Client ID"), .kind = DESK_CELL_TEXT, .chars = 28, .write = write_client_id },
  { .id = "server-id", .title = N_("Server ID"), .kind = DESK_CELL_TEXT, .chars = 12, .write = write_server_id },
  { .id = "account", .title = N_("Account"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_account },
};

static const char *
row_style (gpointer item)
{
  return ROW (item)->verdict == DESK_VERDICT_MISMATCH ? "mismatch-row" : NULL;
}

static void
order_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  static const struct { const char *name; const char *action; } actions[] = {
    { "ledger.messages", "win.show-messages" },
    { "ledger.order", "win.show-order" },
    { "ledger.timeline", "win.show-timeline" },
  };
  DeskLedgerItem *item = desk_ledger_table_get_selected (DESK_LEDGER_TABLE (widget));

  for (guint i = 0; item != NULL && i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (name, actions[i].name))
      gtk_widget_activate_action (widget, actions[i].action, "s", desk_ledger_item_get_id (item));
}

static void
finding_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  DeskLedgerItem *item = desk_ledger_table_get_selected (DESK_LEDGER_TABLE (widget));

  if (item != NULL && item->row->finding != 0)
    gtk_widget_activate_action (widget, "win.show-finding", "t", item->row->finding);
}

static void
update_actions (DeskLedgerTable *self)
{
  DeskLedgerItem *item = desk_ledger_table_get_selected (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "ledger.messages", item != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "ledger.order", item != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "ledger.timeline", item != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "ledger.finding", item != NULL && item->row->finding != 0);
}

static void
selection_cb (DeskLedgerTable *self)
{
  if (self->table == NULL)
    return;
  update_actions (self);
  g_signal_emit (self, selected_signal, 0);
}

static void
activated_cb (DeskLedgerTable *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "ledger.timeline", NULL);
}

static gboolean
desk_ledger_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DESK_LEDGER_TABLE (widget)->table));
}

static void
desk_ledger_table_dispose (GObject *object)
{
  DeskLedgerTable *self = DESK_LEDGER_TABLE (object);
  GtkWidget *table = GTK_WIDGET (self->table);

  self->table = NULL;
  g_clear_pointer (&table, gtk_widget_unparent);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (desk_ledger_table_parent_class)->dispose (object);
}

static void
desk_ledger_table_class_init (DeskLedgerTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_ledger_table_dispose;
  widget_class->grab_focus = desk_ledger_table_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "ledger.messages", NULL, order_action);
  gtk_widget_class_install_action (widget_class, "ledger.order", NULL, order_action);
  gtk_widget_class_install_action (widget_class, "ledger.timeline", NULL, order_action);
  gtk_widget_class_install_action (widget_class, "ledger.finding", NULL, finding_action);
  selected_signal = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
desk_ledger_table_init (DeskLedgerTable *self)
{
  g_autoptr(GMenu) menu = g_menu_new ();

  g_menu_append (menu, _("Show finding"), "ledger.finding");
  g_menu_append (menu, _("Show messages"), "ledger.messages");
  g_menu_append (menu, _("Show order"), "ledger.order");
  g_menu_append (menu, _("Timeline"), "ledger.timeline");

  self->items = g_list_store_new (DESK_TYPE_LEDGER_ITEM);
  self->table = DESK_TABLE (desk_table_new (_("Orders compared"), columns, G_N_ELEMENTS (columns),
                                            G_LIST_MODEL (self->items), "ledger"));
  desk_table_set_row_style (self->table, row_style);
  desk_table_sort_by (self->table, "verdict", GTK_SORT_ASCENDING);
  desk_table_set_menu (self->table, G_MENU_MODEL (menu));
  gtk_widget_set_parent (GTK_WIDGET (self->table), GTK_WIDGET (self));
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "row-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  update_actions (self);
}

GtkWidget *
desk_ledger_table_new (void)
{
  return g_object_new (DESK_TYPE_LEDGER_TABLE, NULL);
}

/* Rows keep their item, and with it selection and place: only what is new is put in, and what went is taken out. */
void
desk_ledger_table_take (DeskLedgerTable *self,
                        DeskVerifyRun   *run)
{
  g_autoptr(GHashTable) places = NULL;
  g_autoptr(GPtrArray) fresh = NULL;

  g_return_if_fail (DESK_IS_LEDGER_TABLE (self));
  g_return_if_fail (run != NULL);

  places = g_hash_table_new (g_int64_hash, g_int64_equal);
  fresh = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < run->rows->len; i++)
    {
      DeskLedgerRow *row = &g_array_index (run->rows, DeskLedgerRow, i);

      g_hash_table_insert (places, &row->key, row);
    }
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->items)); i-- > 0;)
    {
      g_autoptr(DeskLedgerItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      DeskLedgerRow *row = g_hash_table_lookup (places, &item->row->key);
      DeskVerifyRun *before = item->run;

      if (row == NULL)
        {
          g_list_store_remove (self->items, i);
          continue;
        }
      g_hash_table_remove (places, &row->key);
      item->run = desk_verify_run_ref (run);
      item->row = row;
      desk_verify_run_unref (before);
      g_signal_emit (item, changed_signal, 0);
    }
  for (guint i = 0; i < run->rows->len; i++)
    {
      DeskLedgerRow *row = &g_array_index (run->rows, DeskLedgerRow, i);
      DeskLedgerItem *item;

      if (!g_hash_table_contains (places, &row->key))
        continue;
      item = g_object_new (DESK_TYPE_LEDGER_ITEM, NULL);
      item->run = desk_verify_run_ref (run);
      item->row = row;
      g_ptr_array_add (fresh, item);
    }
  g_list_store_splice (self->items, g_list_model_get_n_items (G_LIST_MODEL (self->items)), 0, fresh->pdata, fresh->len);
  update_actions (self);
}

DeskLedgerItem *
desk_ledger_table_get_selected (DeskLedgerTable *self)
{
  g_return_val_if_fail (DESK_IS_LEDGER_TABLE (self), NULL);
  return self->table != NULL ? desk_table_get_selected (self->table) : NULL;
}

DeskTable *
desk_ledger_table_get_table (DeskLedgerTable *self)
{
  g_return_val_if_fail (DESK_IS_LEDGER_TABLE (self), NULL);
  return self->table;
}
