/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-symbol-search.h"

#include "desk-names.h"
#include "desk-table.h"
#include "desk-watchlist.h"
#include "desk-words-market.h"
#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskSymbolSearch
{
  AdwWindow    parent_instance;

  GtkWidget   *by;
  GtkWidget   *text;
  GtkWidget   *exchange;
  GtkWidget   *results;
  GtkWidget   *message;
  GtkWidget   *follow_button;
  GtkWidget   *ticket_button;
  DeskTable   *table;

  DeskSession *session;
  guint64      tag;       /* of the search that runs, 0: none */
  DeskFindBy   kind;      /* of the last search */
};

G_DEFINE_FINAL_TYPE (DeskSymbolSearch, desk_symbol_search, ADW_TYPE_WINDOW)

/* Ways to search, in the order of the drop-down. */
static const struct
{
  DeskFindBy  by;
  const char *title;
  const char *hint;
  gboolean    within; /* an exchange narrows it */
} ways[] = {
  { DESK_FIND_SYMBOL, N_("By symbol"), N_("part of the symbol, such as ES"), TRUE },
  { DESK_FIND_DESCRIPTION, N_("By description"), N_("part of the description, such as crude"), TRUE },
  { DESK_FIND_EXCHANGE, N_("By exchange"), N_("an exchange, such as CME"), FALSE },
  { DESK_FIND_UNDERLYING, N_("By underlying"), N_("an underlying, such as ZN"), TRUE },
  { DESK_FIND_UNDERLYINGS, N_("Underlyings of an exchange"), N_("an exchange, such as CME"), FALSE },
  { DESK_FIND_EXCHANGES, N_("List of exchanges"), N_("nothing to fill in"), FALSE },
};

#define STATE(item) (desk_found_get_state (DESK_FOUND ((gpointer) (item))))

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  const DeskInstrumentState *found = STATE (item);

  /* Lists of exchanges and of underlyings have no symbol. */
  g_string_append (cell->text, *found->symbol != '\0' ? found->symbol : *found->underlying != '\0' ? found->underlying
                                                                                                   : found->exchange);
}

static void
write_description (gpointer  item,
                   DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->description);
}

static void
write_exchange (gpointer  item,
                DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->exchange);
}

static void
take (DeskCell *cell,
      char     *text)
{
  g_string_append (cell->text, text);
  g_free (text);
}

static void
write_tick (gpointer  item,
            DeskCell *cell)
{
  take (cell, desk_words_tick (STATE (item)));
}

static void
write_tick_value (gpointer  item,
                  DeskCell *cell)
{
  take (cell, desk_words_tick_value (STATE (item)));
}

static void
write_expires (gpointer  item,
               DeskCell *cell)
{
  take (cell, desk_words_expiry (STATE (item)->expires));
}

static void
write_format (gpointer  item,
              DeskCell *cell)
{
  if (STATE (item)->known)
    take (cell, desk_words_price_format (&STATE (item)->grid));
}

static int
compare_tick (gconstpointer a,
              gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->grid.tick, STATE (b)->grid.tick);
}

static int
compare_tick_value (gconstpointer a,
                    gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->grid.tick_value, STATE (b)->grid.tick_value);
}

static const DeskColumn columns[] = {
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 10, .write = write_symbol },
  { .id = "description", .title = N_("Description"), .kind = DESK_CELL_TEXT, .chars = 26, .expand = TRUE,
    .write = write_description },
  { .id = "exchange", .title = N_("Exchange"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_exchange },
  { .id = "tick", .title = N_("Tick"), .kind = DESK_CELL_NUMBER, .chars = 9, .write = write_tick,
    .compare = compare_tick },
  { .id = "tick-value", .title = N_("Tick value"), .kind = DESK_CELL_NUMBER, .chars = 12, .write = write_tick_value,
    .compare = compare_tick_value },
  { .id = "expires", .title = N_("Expires"), .kind = DESK_CELL_TEXT, .chars = 10, .write = write_expires },
  { .id = "format", .title = N_("Prices in"), .kind = DESK_CELL_TEXT, .chars = 27, .write = write_format },
};

static void
say (DeskSymbolSearch *self,
     const char       *text)
{
  gtk_label_set_text (GTK_LABEL (self->message), text);
}

static guint
way (DeskSymbolSearch *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->by));

  return selected < G_N_ELEMENTS (ways) ? selected : 0;
}

static void
by_changed_cb (DeskSymbolSearch *self)
{
  guint i = way (self);

  gtk_entry_set_placeholder_text (GTK_ENTRY (self->text), _(ways[i].hint));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Text to search for"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(ways[i].hint), -1);
  gtk_widget_set_sensitive (self->text, ways[i].by != DESK_FIND_EXCHANGES);
  gtk_widget_set_sensitive (self->exchange, ways[i].within);
}

static void
search_cb (DeskSymbolSearch *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->text))));
  g_autofree char *exchange = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->exchange))));
  guint i = way (self);
  DeskCommand *command;

  if (*text == '\0' && ways[i].by != DESK_FIND_EXCHANGES)
    {
      say (self, _("Type what to look for."));
      gtk_widget_grab_focus (self->text);
      return;
    }
  command = desk_command_new (DESK_COMMAND_FIND_SYMBOLS);
  command->find_by = ways[i].by;
  command->search = ways[i].by != DESK_FIND_EXCHANGES ? g_strdup (text) : NULL;
  if (ways[i].within)
    g_strlcpy (command->step, exchange, sizeof command->step);
  else if (ways[i].by != DESK_FIND_EXCHANGES)
    g_strlcpy (command->step, text, sizeof command->step);
  self->kind = ways[i].by;
  say (self, _("Searching…"));
  self->tag = desk_session_send (self->session, command);
}

static const DeskInstrumentState *
selected (DeskSymbolSearch *self)
{
  gpointer found = desk_table_get_selected (self->table);

  return found != NULL ? STATE (found) : NULL;
}

static void
selection_cb (DeskSymbolSearch *self)
{
  const DeskInstrumentState *found = selected (self);
  gboolean symbol = found != NULL && *found->symbol != '\0';

  gtk_widget_set_sensitive (self->follow_button, symbol);
  gtk_widget_set_sensitive (self->ticket_button, symbol);
}

static void
follow (DeskSymbolSearch *self,
        const char       *symbol)
{
  if (desk_session_find_quote (self->session, symbol) == NULL)
    desk_watchlist_add (self->session, symbol);
}

static void
follow_cb (DeskSymbolSearch *self)
{
  const DeskInstrumentState *found = selected (self);
  g_autofree char *text = NULL;

  if (found == NULL || *found->symbol == '\0')
    return;
  follow (self, found->symbol);
  /* Translators: %s is a symbol. */
  text = g_strdup_printf (_("%s is on the watchlist."), found->symbol);
  say (self, text);
}

static void
ticket_cb (DeskSymbolSearch *self)
{
  const DeskInstrumentState *found = selected (self);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (found == NULL || *found->symbol == '\0')
    return;
  follow (self, found->symbol);
  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.order-symbol", "s", found->symbol);
  gtk_window_close (GTK_WINDOW (self));
}

/* From an exchange to its symbols, from an underlying to its contracts. */
static void
look_into (DeskSymbolSearch          *self,
           const DeskInstrumentState *found)
{
  gboolean exchange = self->kind == DESK_FIND_EXCHANGES;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (ways[i].by == (exchange ? DESK_FIND_EXCHANGE : DESK_FIND_UNDERLYING))
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->by), i);
  if (!exchange)
    gtk_editable_set_text (GTK_EDITABLE (self->exchange), found->exchange);
  gtk_editable_set_text (GTK_EDITABLE (self->text), exchange ? found->exchange : found->underlying);
  search_cb (self);
}

static void
activated_cb (DeskTable        *table,
              gpointer          item,
              DeskSymbolSearch *self)
{
  if (*STATE (item)->symbol != '\0')
    follow_cb (self);
  else
    look_into (self, STATE (item));
}

static void
say_end (DeskSymbolSearch *self,
         const DeskEvent  *event)
{
  const DeskFoundState *found = &event->found;
  g_autofree char *text = NULL;

  if (found->failed)
    {
      g_autofree char *why = desk_words_core (event->text);
      g_autofree char *inside = desk_text_inside (why);

      /* Translators: %s is why, in the server's words or ours. */
      text = g_strdup_printf (_("The search did not end well: %s. Try again."), inside);
    }
  else if (found->count == 0)
    text = g_strdup (_("Nothing was found. Try a shorter text, or another way to search."));
  else if (found->more > 0)
    text = g_strdup_printf (_("%u found and %u more: a longer text finds fewer."), found->count, found->more);
  else
    text = g_strdup_printf (ngettext ("%u found.", "%u found.", found->count), found->count);
  say (self, text);
}

static void
event_cb (DeskSession      *session,
          const DeskEvent  *event,
          DeskSymbolSearch *self)
{
  if (self->tag == 0 || event->tag != self->tag)
    return;
  if (event->kind == DESK_EVENT_DENIED)
    {
      g_autofree char *text = desk_words_denial_text (event->denial, event->text);

      self->tag = 0;
      say (self, text);
    }
  else if (event->kind == DESK_EVENT_FOUND && event->found.kind == DESK_ROW_END)
    {
      self->tag = 0;
      say_end (self, event);
    }
}

/* Down from the text goes to what it found. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                DeskSymbolSearch      *self)
{
  GListModel *rows = G_LIST_MODEL (gtk_column_view_get_model (desk_table_get_view (self->table)));

  if ((keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down) || g_list_model_get_n_items (rows) == 0)
    return GDK_EVENT_PROPAGATE;
  if (desk_table_get_selected (self->table) == NULL)
    {
      g_autoptr(GObject) first = g_list_model_get_item (rows, 0);

      desk_table_select (self->table, first);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
  return GDK_EVENT_STOP;
}

static void
desk_symbol_search_dispose (GObject *object)
{
  DeskSymbolSearch *self = DESK_SYMBOL_SEARCH (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_symbol_search_parent_class)->dispose (object);
}

static void
desk_symbol_search_class_init (DeskSymbolSearchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_symbol_search_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-symbol-search.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskSymbolSearch, by);
  gtk_widget_class_bind_template_child (widget_class, DeskSymbolSearch, text);
  gtk_widget_class_bind_template_child (widget_class, DeskSymbolSearch, exchange);
  gtk_widget_class_bind_template_child (widget_class, DeskSymbolSearch, results);
  gtk_widget_class_bind_template_child (widget_class, DeskSymbolSearch, message);
  gtk_widget_class_bind_template_child (widget_class, DeskSymbolSearch, follow_button);
  gtk_widget_class_bind_template_child (widget_class, DeskSymbolSearch, ticket_button);
  gtk_widget_class_bind_template_callback (widget_class, by_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, follow_cb);
  gtk_widget_class_bind_template_callback (widget_class, ticket_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
desk_symbol_search_init (DeskSymbolSearch *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  const char *titles[G_N_ELEMENTS (ways) + 1] = { NULL };
  g_autoptr(GtkStringList) list = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  desk_name_mnemonics (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    titles[i] = _(ways[i].title);
  list = gtk_string_list_new (titles);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->by), G_LIST_MODEL (list));
  desk_name_drop_down (self->by, _("Search by"));
  by_changed_cb (self);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (self->text, keys);
  gtk_window_set_focus (GTK_WINDOW (self), self->text);
}

GtkWidget *
desk_symbol_search_new (GtkWindow   *parent,
                        DeskSession *session)
{
  DeskSymbolSearch *self = g_object_new (DESK_TYPE_SYMBOL_SEARCH, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  self->table = DESK_TABLE (desk_table_new (_("Symbols found"), columns, G_N_ELEMENTS (columns),
                                            desk_session_get_found (session), "symbols"));
  g_signal_connect (self->table, "row-activated", G_CALLBACK (activated_cb), self);
  g_signal_connect_swapped (self->table, "selection-changed", G_CALLBACK (selection_cb), self);
  adw_bin_set_child (ADW_BIN (self->results), GTK_WIDGET (self->table));
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  say (self, _("The server is asked; what it finds stands here. Enter on a row adds it to the watchlist."));
  return GTK_WIDGET (self);
}
