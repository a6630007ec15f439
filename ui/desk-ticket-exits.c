/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-exits.h"

#include <glib/gi18n.h>

/* A distance is typed in whole ticks, whatever a price of the symbol looks like. */
static const DeskGrid in_ticks = { 1.0, 1.0, 0, 0.0 };

struct _DeskTicketExits
{
  DeskTicketPart  parent_instance;

  DeskPriceEntry *target;
  DeskPriceEntry *stop;
  GtkWidget      *limit_label;
  DeskPriceEntry *limit;
  GtkWidget      *ticks;

  DeskGrid        prices;
  gboolean        more;
};

G_DEFINE_FINAL_TYPE (DeskTicketExits, desk_ticket_exits, DESK_TYPE_TICKET_PART)

static gboolean
is_in_ticks (DeskTicketExits *self)
{
  return gtk_check_button_get_active (GTK_CHECK_BUTTON (self->ticks));
}

static void
show_fields (DeskTicketExits *self)
{
  const DeskGrid *grid = is_in_ticks (self) ? &in_ticks : self->prices.tick > 0.0 ? &self->prices : NULL;

  desk_price_entry_set_grid (self->target, grid);
  desk_price_entry_set_grid (self->stop, grid);
  desk_price_entry_set_grid (self->limit, self->prices.tick > 0.0 ? &self->prices : NULL);
  /* A distance has no limit beside it: the server keeps one number for each exit. */
  desk_ticket_part_show (self->limit_label, self->limit,
                         !is_in_ticks (self) && (self->more || !desk_price_entry_is_empty (self->limit)));
}

static void
ticks_toggled_cb (DeskTicketExits *self)
{
  /* 5010 as a price is not 5010 ticks. */
  desk_ticket_exits_clear (self);
  show_fields (self);
  desk_ticket_part_changed (DESK_TICKET_PART (self));
}

static void
desk_ticket_exits_class_init (DeskTicketExitsClass *klass)
{
}

static void
desk_ticket_exits_init (DeskTicketExits *self)
{
  DeskTicketPart *part = DESK_TICKET_PART (self);

  self->target = desk_ticket_part_add_price (part, 0, _("Target"), NULL, NULL);
  self->stop = desk_ticket_part_add_price (part, 1, _("Protective stop"), NULL, NULL);
  self->limit = desk_ticket_part_add_price (part, 2, _("Limit of the stop"), NULL, &self->limit_label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->limit), _("Empty: the stop fills at the market once it is triggered"));
  self->ticks = gtk_check_button_new_with_label (_("in ticks from the entry"));
  gtk_grid_attach (GTK_GRID (self), self->ticks, 0, 3, 2, 1);
  gtk_widget_set_halign (self->ticks, GTK_ALIGN_END);
  g_signal_connect_swapped (self->ticks, "toggled", G_CALLBACK (ticks_toggled_cb), self);
  show_fields (self);
}

void
desk_ticket_exits_set_grid (DeskTicketExits *self,
                            const DeskGrid  *grid)
{
  g_return_if_fail (DESK_IS_TICKET_EXITS (self));

  self->prices = grid != NULL ? *grid : (DeskGrid) { 0 };
  show_fields (self);
}

void
desk_ticket_exits_clear (DeskTicketExits *self)
{
  g_return_if_fail (DESK_IS_TICKET_EXITS (self));

  desk_price_entry_clear (self->target);
  desk_price_entry_clear (self->stop);
  desk_price_entry_clear (self->limit);
}

void
desk_ticket_exits_set_more (DeskTicketExits *self,
                            gboolean         more)
{
  g_return_if_fail (DESK_IS_TICKET_EXITS (self));

  self->more = more;
  show_fields (self);
}

gboolean
desk_ticket_exits_read (DeskTicketExits  *self,
                        DeskTicket       *ticket,
                        char            **why)
{
  DeskTicketLeg *target = &ticket->leg[0];
  DeskTicketLeg *stop = &ticket->leg[1];

  g_return_val_if_fail (DESK_IS_TICKET_EXITS (self), FALSE);

  ticket->kind = DESK_TICKET_BRACKET;
  ticket->offsets = is_in_ticks (self);
  target->type = DESK_ORDER_TYPE_LIMIT;
  stop->type = DESK_ORDER_TYPE_STOP;
  target->side = stop->side = ticket->side == DESK_SIDE_BUY ? DESK_SIDE_SELL : DESK_SIDE_BUY;
  target->quantity = stop->quantity = ticket->quantity;
  if (ticket->offsets && self->prices.tick <= 0.0)
    {
      *why = g_strdup (_("The server has not said what a tick of this symbol is: give the exits as prices."));
      return FALSE;
    }
  if (!desk_ticket_part_price (self->target, &target->price, _("Give the target of the bracket."), why)
      || !desk_ticket_part_price (self->stop, &stop->price, _("Give the protective stop of the bracket."), why))
    return FALSE;
  target->has_price = stop->has_price = TRUE;
  if (ticket->offsets)
    {
      target->price *= self->prices.tick;
      stop->price *= self->prices.tick;
    }
  else if (!desk_price_entry_is_empty (self->limit))
    {
      if (!desk_ticket_part_price (self->limit, &stop->price2, "", why))
        return FALSE;
      stop->has_price2 = TRUE;
      stop->type = DESK_ORDER_TYPE_STOP_LIMIT;
    }
  return TRUE;
}
