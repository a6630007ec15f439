/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-symbol-chooser.h"

#include "desk-names.h"
#include "desk-rows.h"

#include <glib/gi18n.h>

struct _DeskSymbolChooser
{
  GtkWidget      parent_instance;

  GtkWidget     *drop_down;
  GListModel    *quotes;
  GtkStringList *names;        /* "" first: the ticket's */
  char          *symbol;
  char          *ticket_symbol;
  gboolean       filling;
};

G_DEFINE_FINAL_TYPE (DeskSymbolChooser, desk_symbol_chooser, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* (transfer full) */
static char *
ticket_text (DeskSymbolChooser *self)
{
  if (*self->ticket_symbol == '\0')
    return g_strdup (_("As in the ticket"));
  /* Translators: %s is a symbol; the panel follows the one in the ticket. Short. */
  return g_strdup_printf (_("%s (ticket)"), self->ticket_symbol);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          DeskSymbolChooser        *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         DeskSymbolChooser        *self)
{
  const char *name = gtk_string_object_get_string (gtk_list_item_get_item (item));
  g_autofree char *text = *name != '\0' ? g_strdup (name) : ticket_text (self);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
fill (DeskSymbolChooser *self)
{
  guint n = self->quotes != NULL ? g_list_model_get_n_items (self->quotes) : 0;
  g_autoptr(GPtrArray) names = g_ptr_array_new ();
  gboolean found = *self->symbol == '\0';

  g_ptr_array_add (names, (gpointer) "");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskQuote) quote = g_list_model_get_item (self->quotes, i);
      const char *symbol = desk_quote_get_state (quote)->symbol;

      found = found || g_str_equal (symbol, self->symbol);
      g_ptr_array_add (names, (gpointer) symbol);
    }
  if (!found)
    g_ptr_array_add (names, self->symbol);
  g_ptr_array_add (names, NULL);

  self->filling = TRUE;
  gtk_string_list_splice (self->names, 0, g_list_model_get_n_items (G_LIST_MODEL (self->names)),
                          (const char *const *) names->pdata);
  for (guint i = 0; i + 1 < names->len; i++)
    if (g_str_equal (gtk_string_list_get_string (self->names, i), self->symbol))
      {
        gtk_drop_down_set_selected (GTK_DROP_DOWN (self->drop_down), i);
        break;
      }
  self->filling = FALSE;
}

static void
selected_cb (DeskSymbolChooser *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->drop_down));
  const char *symbol;

  if (self->filling || selected == GTK_INVALID_LIST_POSITION)
    return;
  symbol = gtk_string_list_get_string (self->names, selected);
  if (g_str_equal (symbol, self->symbol))
    return;
  g_free (self->symbol);
  self->symbol = g_strdup (symbol);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
desk_symbol_chooser_dispose (GObject *object)
{
  DeskSymbolChooser *self = DESK_SYMBOL_CHOOSER (object);

  g_clear_pointer (&self->drop_down, gtk_widget_unparent);
  g_clear_object (&self->quotes);
  g_clear_object (&self->names);
  G_OBJECT_CLASS (desk_symbol_chooser_parent_class)->dispose (object);
}

static void
desk_symbol_chooser_finalize (GObject *object)
{
  g_free (DESK_SYMBOL_CHOOSER (object)->symbol);
  g_free (DESK_SYMBOL_CHOOSER (object)->ticket_symbol);
  G_OBJECT_CLASS (desk_symbol_chooser_parent_class)->finalize (object);
}

static void
desk_symbol_chooser_class_init (DeskSymbolChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_symbol_chooser_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_symbol_chooser_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
desk_symbol_chooser_init (DeskSymbolChooser *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->symbol = g_strdup ("");
  self->ticket_symbol = g_strdup ("");
  self->names = gtk_string_list_new ((const char *[]) { "", NULL });
  self->drop_down = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (self->names)), NULL);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (self->drop_down), factory);
  g_object_unref (factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Symbol shown"), -1);
  desk_name_drop_down (self->drop_down, _("Symbol shown"));
  gtk_widget_set_tooltip_text (self->drop_down, _("The market that this column shows"));
  gtk_widget_set_parent (self->drop_down, GTK_WIDGET (self));
  g_signal_connect_swapped (self->drop_down, "notify::selected", G_CALLBACK (selected_cb), self);
}

void
desk_symbol_chooser_set_model (DeskSymbolChooser *self,
                               GListModel        *quotes)
{
  g_return_if_fail (DESK_IS_SYMBOL_CHOOSER (self));

  g_set_object (&self->quotes, quotes);
  g_signal_connect_object (quotes, "items-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  fill (self);
}

void
desk_symbol_chooser_set (DeskSymbolChooser *self,
                         const char        *symbol)
{
  g_return_if_fail (DESK_IS_SYMBOL_CHOOSER (self));

  if (g_str_equal (symbol, self->symbol))
    return;
  g_free (self->symbol);
  self->symbol = g_strdup (symbol);
  fill (self);
}

const char *
desk_symbol_chooser_get (DeskSymbolChooser *self)
{
  g_return_val_if_fail (DESK_IS_SYMBOL_CHOOSER (self), "");
  return self->symbol;
}

void
desk_symbol_chooser_set_ticket_symbol (DeskSymbolChooser *self,
                                       const char        *symbol)
{
  g_return_if_fail (DESK_IS_SYMBOL_CHOOSER (self));

  if (g_str_equal (symbol, self->ticket_symbol))
    return;
  g_free (self->ticket_symbol);
  self->ticket_symbol = g_strdup (symbol);
  fill (self);
}
