/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-market-view.h"

#include "desk-market-column.h"
#include "desk-settings.h"

#include <glib/gi18n.h>

#define MAX_COLUMNS 3

struct _DeskMarketView
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  GtkWidget   *columns;
  GtkWidget   *counts[MAX_COLUMNS];
  DeskSession *session;
  GPtrArray   *shown;          /* DeskMarketColumn, not owned */
  char         ticket_symbol[DESK_SYMBOL_SIZE];
};

G_DEFINE_FINAL_TYPE (DeskMarketView, desk_market_view, GTK_TYPE_WIDGET)

static void
save (DeskMarketView *self)
{
  const char *symbols[MAX_COLUMNS + 1] = { NULL };

  for (guint i = 0; i < self->shown->len; i++)
    symbols[i] = desk_market_column_get_symbol (g_ptr_array_index (self->shown, i));
  if (desk_settings_get () != NULL)
    g_settings_set_strv (desk_settings_get (), "market-columns", symbols);
}

static void
add_column (DeskMarketView *self,
            const char     *symbol)
{
  GtkWidget *column = desk_market_column_new (self->session);

  desk_market_column_set_ticket_symbol (DESK_MARKET_COLUMN (column), self->ticket_symbol);
  desk_market_column_set_symbol (DESK_MARKET_COLUMN (column), symbol);
  g_signal_connect_object (column, "chosen", G_CALLBACK (save), self, G_CONNECT_SWAPPED);
  gtk_widget_set_hexpand (column, TRUE);
  g_ptr_array_add (self->shown, column);
  gtk_box_append (GTK_BOX (self->columns), column);
}

static gboolean
is_shown (DeskMarketView *self,
          const char     *symbol)
{
  for (guint i = 0; i < self->shown->len; i++)
    {
      const char *column = desk_market_column_get_symbol (g_ptr_array_index (self->shown, i));

      if (g_str_equal (*column != '\0' ? column : self->ticket_symbol, symbol))
        return TRUE;
    }
  return FALSE;
}

/* A new column begins with a market that is not there yet. */
static char *
next_symbol (DeskMarketView *self)
{
  GListModel *quotes = desk_session_get_quotes (self->session);
  guint n = g_list_model_get_n_items (quotes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskQuote) quote = g_list_model_get_item (quotes, i);
      const char *symbol = desk_quote_get_state (quote)->symbol;

      if (!is_shown (self, symbol))
        return g_strdup (symbol);
    }
  return g_strdup ("");
}

static void
show_count (DeskMarketView *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->counts[self->shown->len - 1]), TRUE);
}

static void
count_cb (GtkToggleButton *button,
          DeskMarketView  *self)
{
  guint n = 1;

  if (!gtk_toggle_button_get_active (button))
    return;
  while (n < MAX_COLUMNS && self->counts[n - 1] != GTK_WIDGET (button))
    n++;
  if (n == self->shown->len)
    return;
  while (self->shown->len > n)
    {
      GtkWidget *last = g_ptr_array_remove_index (self->shown, self->shown->len - 1);

      gtk_box_remove (GTK_BOX (self->columns), last);
    }
  while (self->shown->len < n)
    {
      g_autofree char *symbol = next_symbol (self);

      add_column (self, symbol);
    }
  save (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.fit-market", NULL);
}

static GtkWidget *
make_bar (DeskMarketView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *counts = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (_("Columns"));
  GtkWidget *find = gtk_button_new_from_icon_name ("edit-find-symbolic");
  GtkWidget *move = gtk_button_new_from_icon_name ("view-dual-symbolic");

  gtk_widget_add_css_class (bar, "market-tools");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (counts, "linked");
  gtk_widget_set_hexpand (counts, TRUE);
  for (guint i = 0; i < MAX_COLUMNS; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i + 1);
      g_autofree char *name = g_strdup_printf (ngettext ("%u market", "%u markets side by side", i + 1), i + 1);

      self->counts[i] = gtk_toggle_button_new_with_label (text);
      gtk_widget_add_css_class (self->counts[i], "chip");
      gtk_widget_set_tooltip_text (self->counts[i], name);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->counts[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->counts[i]), GTK_TOGGLE_BUTTON (self->counts[0]));
      g_signal_connect (self->counts[i], "toggled", G_CALLBACK (count_cb), self);
      gtk_box_append (GTK_BOX (counts), self->counts[i]);
    }
  gtk_widget_add_css_class (find, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (find), "win.find-symbol");
  gtk_widget_set_tooltip_text (find, _("Find a symbol (Ctrl+F)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (find), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Find a symbol"), -1);
  gtk_widget_add_css_class (move, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (move), "win.move-market");
  gtk_widget_set_tooltip_text (move, _("Market at the side or in the middle (F8)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (move), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Market at the side or in the middle"), -1);
  gtk_box_append (GTK_BOX (bar), label);
  gtk_box_append (GTK_BOX (bar), counts);
  gtk_box_append (GTK_BOX (bar), find);
  gtk_box_append (GTK_BOX (bar), move);
  return bar;
}

static gboolean
desk_market_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (g_ptr_array_index (DESK_MARKET_VIEW (widget)->shown, 0));
}

static void
desk_market_view_dispose (GObject *object)
{
  DeskMarketView *self = DESK_MARKET_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_market_view_parent_class)->dispose (object);
}

static void
desk_market_view_class_init (DeskMarketViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_market_view_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = desk_market_view_grab_focus;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_market_view_init (DeskMarketView *self)
{
  self->shown = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), make_bar (self));
  self->columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_set_homogeneous (GTK_BOX (self->columns), TRUE);
  gtk_widget_set_vexpand (self->columns, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->columns);
}

GtkWidget *
desk_market_view_new (DeskSession *session)
{
  DeskMarketView *self = g_object_new (DESK_TYPE_MARKET_VIEW, NULL);
  g_auto(GStrv) symbols = NULL;

  self->session = g_object_ref (session);
  if (desk_settings_get () != NULL)
    symbols = g_settings_get_strv (desk_settings_get (), "market-columns");
  for (guint i = 0; symbols != NULL && symbols[i] != NULL && i < MAX_COLUMNS; i++)
    add_column (self, symbols[i]);
  if (self->shown->len == 0)
    add_column (self, "");
  show_count (self);
  return GTK_WIDGET (self);
}

void
desk_market_view_set_ticket_symbol (DeskMarketView *self,
                                    const char     *symbol)
{
  g_return_if_fail (DESK_IS_MARKET_VIEW (self));

  g_strlcpy (self->ticket_symbol, symbol, sizeof self->ticket_symbol);
  for (guint i = 0; i < self->shown->len; i++)
    desk_market_column_set_ticket_symbol (g_ptr_array_index (self->shown, i), symbol);
}

void
desk_market_view_show_symbol (DeskMarketView *self,
                              const char     *symbol)
{
  DeskMarketColumn *column;

  g_return_if_fail (DESK_IS_MARKET_VIEW (self));

  if (is_shown (self, symbol))
    return;
  column = g_ptr_array_index (self->shown, 0);
  for (guint i = self->shown->len; i > 0; i--)
    if (*desk_market_column_get_symbol (g_ptr_array_index (self->shown, i - 1)) != '\0')
      column = g_ptr_array_index (self->shown, i - 1);
  desk_market_column_set_symbol (column, symbol);
  save (self);
}

guint
desk_market_view_get_n_columns (DeskMarketView *self)
{
  g_return_val_if_fail (DESK_IS_MARKET_VIEW (self), 1);
  return self->shown->len;
}
