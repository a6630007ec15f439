/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-part.h"

#include "desk-words.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkSizeGroup *labels;
} DeskTicketPartPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (DeskTicketPart, desk_ticket_part, GTK_TYPE_GRID)

enum
{
  CHANGED,
  ACTIVATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
activate_cb (DeskTicketPart *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
desk_ticket_part_dispose (GObject *object)
{
  DeskTicketPartPrivate *priv = desk_ticket_part_get_instance_private (DESK_TICKET_PART (object));

  g_clear_object (&priv->labels);
  G_OBJECT_CLASS (desk_ticket_part_parent_class)->dispose (object);
}

static void
desk_ticket_part_class_init (DeskTicketPartClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_ticket_part_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
}

static void
desk_ticket_part_init (DeskTicketPart *self)
{
  gtk_grid_set_row_spacing (GTK_GRID (self), 4);
  gtk_grid_set_column_spacing (GTK_GRID (self), 8);
}

void
desk_ticket_part_align (DeskTicketPart *self,
                        GtkSizeGroup   *labels)
{
  DeskTicketPartPrivate *priv = desk_ticket_part_get_instance_private (self);

  g_return_if_fail (DESK_IS_TICKET_PART (self));

  g_set_object (&priv->labels, labels);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); labels != NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_has_css_class (child, "field-label"))
      gtk_size_group_add_widget (labels, child);
}

GtkWidget *
desk_ticket_part_add (DeskTicketPart *self,
                      int             row,
                      const char     *name,
                      GtkWidget      *field)
{
  GtkWidget *label = gtk_label_new (name);

  g_return_val_if_fail (DESK_IS_TICKET_PART (self), NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_add_css_class (label, "field-label");
  gtk_widget_set_hexpand (field, TRUE);
  gtk_grid_attach (GTK_GRID (self), label, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self), field, 1, row, 1, 1);
  return label;
}

DeskPriceEntry *
desk_ticket_part_add_price (DeskTicketPart  *self,
                            int              row,
                            const char      *name,
                            const char      *accessible,
                            GtkWidget      **label)
{
  GtkWidget *entry = desk_price_entry_new (accessible != NULL ? accessible : name);
  GtkWidget *beside = desk_ticket_part_add (self, row, name, entry);

  if (label != NULL)
    *label = beside;
  desk_ticket_part_watch (self, entry, "changed", entry);
  return DESK_PRICE_ENTRY (entry);
}

void
desk_ticket_part_watch (DeskTicketPart *self,
                        gpointer        field,
                        const char     *changed,
                        gpointer        activates)
{
  g_signal_connect_swapped (field, changed, G_CALLBACK (desk_ticket_part_changed), self);
  if (activates != NULL)
    g_signal_connect_swapped (activates, "activate", G_CALLBACK (activate_cb), self);
}

void
desk_ticket_part_changed (DeskTicketPart *self)
{
  g_return_if_fail (DESK_IS_TICKET_PART (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_ticket_part_show (GtkWidget *label,
                       gpointer   field,
                       gboolean   visible)
{
  gtk_widget_set_visible (label, visible);
  gtk_widget_set_visible (GTK_WIDGET (field), visible);
}

gboolean
desk_ticket_part_price (DeskPriceEntry  *entry,
                        double          *price,
                        const char      *missing,
                        char           **why)
{
  switch (desk_price_entry_get (entry, price))
    {
    case DESK_PRICE_ENTRY_VALID:
      return TRUE;
    case DESK_PRICE_ENTRY_OFF_TICK:
      *why = g_strdup (desk_words_denial (DESK_DENY_PRICE_TICK));
      return FALSE;
    case DESK_PRICE_ENTRY_INVALID:
      *why = g_strdup (_("This is not a price."));
      return FALSE;
    case DESK_PRICE_ENTRY_EMPTY:
    default:
      *why = g_strdup (missing);
      return FALSE;
    }
}
