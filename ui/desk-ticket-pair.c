/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-pair.h"

#include "desk-names.h"
#include "desk-words.h"

#include <glib/gi18n.h>

#define N_LEGS 2

typedef struct
{
  GtkWidget      *side;
  GtkWidget      *type;
  DeskPriceEntry *price;       /* the stop price of a stop, else the limit */
  GtkWidget      *price_label;
  DeskPriceEntry *limit;       /* of a stop-limit */
  GtkWidget      *limit_label;
} Leg;

struct _DeskTicketPair
{
  DeskTicketPart parent_instance;

  Leg            legs[N_LEGS];
};

G_DEFINE_FINAL_TYPE (DeskTicketPair, desk_ticket_pair, DESK_TYPE_TICKET_PART)

static const DeskSide sides[] = { DESK_SIDE_BUY, DESK_SIDE_SELL };
static const DeskOrderType types[] = { DESK_ORDER_TYPE_LIMIT, DESK_ORDER_TYPE_STOP, DESK_ORDER_TYPE_STOP_LIMIT };

static DeskSide
side_of (const Leg *leg)
{
  return sides[MIN (gtk_drop_down_get_selected (GTK_DROP_DOWN (leg->side)), G_N_ELEMENTS (sides) - 1)];
}

static DeskOrderType
type_of (const Leg *leg)
{
  return types[MIN (gtk_drop_down_get_selected (GTK_DROP_DOWN (leg->type)), G_N_ELEMENTS (types) - 1)];
}

static void
show_leg (const Leg *leg)
{
  DeskOrderType type = type_of (leg);

  gtk_label_set_text (GTK_LABEL (leg->price_label), type == DESK_ORDER_TYPE_LIMIT ? _("Price") : _("Stop price"));
  desk_ticket_part_show (leg->limit_label, leg->limit, type == DESK_ORDER_TYPE_STOP_LIMIT);
}

static void
type_changed_cb (DeskTicketPair *self)
{
  for (guint i = 0; i < N_LEGS; i++)
    show_leg (&self->legs[i]);
  desk_ticket_part_changed (DESK_TICKET_PART (self));
}

static void
desk_ticket_pair_class_init (DeskTicketPairClass *klass)
{
}

static void
add_leg (DeskTicketPair *self,
         guint           n,
         GtkSizeGroup   *names_group)
{
  /* The names a screen reader says: two fields called "Price" would be one too many. */
  const char *names[N_LEGS] = { C_("order of a pair", "First"), C_("order of a pair", "Second") };
  const char *prices[N_LEGS] = { _("Price of the first order"), _("Price of the second order") };
  const char *limits[N_LEGS] = { _("Limit of the first order"), _("Limit of the second order") };
  const char *sides_names[N_LEGS] = { _("Side of the first order"), _("Side of the second order") };
  const char *types_names[N_LEGS] = { _("Type of the first order"), _("Type of the second order") };
  DeskTicketPart *part = DESK_TICKET_PART (self);
  Leg *leg = &self->legs[n];
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = gtk_label_new (names[n]);
  GtkWidget *choice = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autoptr(GtkStringList) side_words = gtk_string_list_new (NULL);
  g_autoptr(GtkStringList) type_words = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    gtk_string_list_append (side_words, desk_words_side (sides[i]));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    gtk_string_list_append (type_words, desk_words_type (types[i]));
  leg->side = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (side_words)), NULL);
  leg->type = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (type_words)), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (leg->side), GTK_ACCESSIBLE_PROPERTY_LABEL, sides_names[n], -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (leg->type), GTK_ACCESSIBLE_PROPERTY_LABEL, types_names[n], -1);
  desk_narrow_drop_down (GTK_DROP_DOWN (leg->type));
  desk_name_drop_down (leg->side, sides_names[n]);
  desk_name_drop_down (leg->type, types_names[n]);
  gtk_widget_set_hexpand (leg->type, TRUE);
  gtk_widget_add_css_class (choice, "linked");
  gtk_box_append (GTK_BOX (choice), leg->side);
  gtk_box_append (GTK_BOX (choice), leg->type);
  gtk_widget_add_css_class (name, "field-label");
  gtk_label_set_xalign (GTK_LABEL (name), 0.0f);
  gtk_size_group_add_widget (names_group, name);
  gtk_widget_set_hexpand (choice, TRUE);
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), choice);
  gtk_grid_attach (GTK_GRID (self), row, 0, 3 * (int) n, 2, 1);
  leg->price = desk_ticket_part_add_price (part, 3 * (int) n + 1, _("Stop price"), prices[n], &leg->price_label);
  leg->limit = desk_ticket_part_add_price (part, 3 * (int) n + 2, _("Price"), limits[n], &leg->limit_label);
  /* What a pair is most often: the exits of a long position, out with a profit or out with a small loss. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (leg->side), 1);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (leg->type), n);
  desk_ticket_part_watch (part, leg->side, "notify::selected", NULL);
  g_signal_connect_swapped (leg->type, "notify::selected", G_CALLBACK (type_changed_cb), self);
  show_leg (leg);
}

static void
desk_ticket_pair_init (DeskTicketPair *self)
{
  g_autoptr(GtkSizeGroup) names_group = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  for (guint i = 0; i < N_LEGS; i++)
    add_leg (self, i, names_group);
}

void
desk_ticket_pair_set_grid (DeskTicketPair *self,
                           const DeskGrid *grid)
{
  g_return_if_fail (DESK_IS_TICKET_PAIR (self));

  for (guint i = 0; i < N_LEGS; i++)
    {
      desk_price_entry_set_grid (self->legs[i].price, grid);
      desk_price_entry_set_grid (self->legs[i].limit, grid);
    }
}

void
desk_ticket_pair_clear (DeskTicketPair *self)
{
  g_return_if_fail (DESK_IS_TICKET_PAIR (self));

  for (guint i = 0; i < N_LEGS; i++)
    {
      desk_price_entry_clear (self->legs[i].price);
      desk_price_entry_clear (self->legs[i].limit);
    }
}

gboolean
desk_ticket_pair_read (DeskTicketPair  *self,
                       DeskTicket      *ticket,
                       char           **why)
{
  g_return_val_if_fail (DESK_IS_TICKET_PAIR (self), FALSE);

  ticket->kind = DESK_TICKET_OCO;
  for (guint i = 0; i < N_LEGS; i++)
    {
      const Leg *from = &self->legs[i];
      DeskTicketLeg *leg = &ticket->leg[i];

      leg->side = side_of (from);
      leg->type = type_of (from);
      leg->quantity = ticket->quantity;
      if (!desk_ticket_part_price (from->price, &leg->price, i == 0 ? _("Give the price of the first order.")
                                                                     : _("Give the price of the second order."), why))
        return FALSE;
      leg->has_price = TRUE;
      if (leg->type != DESK_ORDER_TYPE_STOP_LIMIT)
        continue;
      if (!desk_ticket_part_price (from->limit, &leg->price2, i == 0 ? _("Give the limit of the first order.")
                                                                      : _("Give the limit of the second order."), why))
        return FALSE;
      leg->has_price2 = TRUE;
    }
  return TRUE;
}
