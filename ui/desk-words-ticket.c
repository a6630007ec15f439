/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

static gboolean
is_off_tick (const DeskGrid *grid,
             double          price)
{
  return grid != NULL && desk_price_from_display (grid, price).kind != DESK_PRICE_TICKS;
}

gboolean
desk_words_ticket_off_tick (const DeskTicket *ticket,
                            const DeskGrid   *grid)
{
  gboolean off = ticket->kind != DESK_TICKET_OCO && ((ticket->has_price && is_off_tick (grid, ticket->price))
                                                     || (ticket->has_price2 && is_off_tick (grid, ticket->price2)));

  for (guint i = 0; ticket->kind != DESK_TICKET_SINGLE && i < G_N_ELEMENTS (ticket->leg); i++)
    off = off || (ticket->leg[i].has_price && is_off_tick (grid, ticket->leg[i].price))
          || (ticket->leg[i].has_price2 && is_off_tick (grid, ticket->leg[i].price2));
  return off;
}

static void
append_prices (GString        *line,
               const DeskGrid *grid,
               gboolean        has_price,
               double          price,
               gboolean        has_price2,
               double          price2)
{
  g_autofree char *first = has_price ? desk_price_format_double (grid, price) : NULL;
  g_autofree char *second = has_price2 ? desk_price_format_double (grid, price2) : NULL;

  if (first != NULL)
    g_string_append_printf (line, " %s", first);
  if (second != NULL)
    g_string_append_printf (line, " / %s", second);
}

static void
append_distance (GString        *line,
                 const DeskGrid *grid,
                 double          distance,
                 gboolean        above)
{
  if (grid != NULL && grid->tick > 0.0)
    {
      int ticks = (int) CLAMP (round (distance / grid->tick), 0.0, (double) G_MAXINT);

      /* Translators: where the exit of a bracket lies. */
      g_string_append_printf (line, above ? ngettext ("%d tick above the entry", "%d ticks above the entry", (gulong) ticks)
                                          : ngettext ("%d tick below the entry", "%d ticks below the entry", (gulong) ticks),
                              ticks);
    }
  else
    {
      g_autofree char *text = desk_price_format_double (grid, distance);

      g_string_append_printf (line, above ? _("%s above the entry") : _("%s below the entry"), text);
    }
}

static void
append_leg (GString             *line,
            const char          *title,
            const DeskTicketLeg *leg)
{
  /* Translators: what the order is for, its side, quantity and type: "Target: Sell 2 Limit". */
  g_string_append_printf (line, _("%s: %s %d %s"), title, desk_words_side (leg->side), (int) leg->quantity,
                          desk_words_type (leg->type));
}

static void
append_terms (GString          *line,
              const DeskTicket *ticket)
{
  g_string_append_printf (line, ", %s", desk_words_tif (ticket->tif));
  if (ticket->tif == DESK_TIF_GTD && ticket->good_till > 0)
    {
      g_autofree char *date = desk_words_date (ticket->good_till);

      g_string_append_printf (line, " %s UTC", date);
    }
  if (ticket->max_show > 0)
    /* Translators: contracts of an iceberg order that the book shows. */
    g_string_append_printf (line, _(", showing %d"), (int) ticket->max_show);
  if (*ticket->note != '\0')
    /* Translators: the trader's own note on an order. */
    g_string_append_printf (line, _(", note “%s”"), ticket->note);
}

/* The exits of a bracket: the entry's quantity, the other side. */
static void
append_exits (GString          *line,
              const DeskTicket *ticket,
              const DeskGrid   *grid)
{
  gboolean buys = ticket->side == DESK_SIDE_BUY;

  for (guint i = 0; i < G_N_ELEMENTS (ticket->leg); i++)
    {
      DeskTicketLeg leg = ticket->leg[i];

      leg.side = buys ? DESK_SIDE_SELL : DESK_SIDE_BUY;
      leg.quantity = ticket->quantity;
      g_string_append_c (line, '\n');
      append_leg (line, desk_words_role (i == 0 ? DESK_ROLE_TARGET : DESK_ROLE_STOP), &leg);
      if (ticket->offsets)
        {
          g_string_append (line, ", ");
          append_distance (line, grid, leg.price, (i == 0) == buys);
        }
      else
        append_prices (line, grid, leg.has_price, leg.price, leg.has_price2, leg.price2);
    }
}

static void
append_pair (GString          *line,
             const DeskTicket *ticket,
             const DeskGrid   *grid)
{
  /* Translators: two orders on one symbol of which one cancels the other. */
  g_string_append_printf (line, _("Pair on %s"), ticket->symbol);
  append_terms (line, ticket);
  for (guint i = 0; i < G_N_ELEMENTS (ticket->leg); i++)
    {
      const DeskTicketLeg *leg = &ticket->leg[i];

      g_string_append_c (line, '\n');
      append_leg (line, i == 0 ? C_("order of a pair", "One") : C_("order of a pair", "Other"), leg);
      append_prices (line, grid, leg->has_price, leg->price, leg->has_price2, leg->price2);
    }
}

char *
desk_words_ticket (const DeskTicket *ticket,
                   const DeskGrid   *grid)
{
  g_autofree char *quantity = g_strdup_printf ("%" G_GINT64_FORMAT, ticket->quantity);
  g_autoptr(GString) line = g_string_new (NULL);

  if (ticket->kind == DESK_TICKET_OCO)
    {
      append_pair (line, ticket, grid);
      return g_string_free (g_steal_pointer (&line), FALSE);
    }
  /* Translators: side, quantity, symbol, order type: "Buy 2 ESZ6 limit". */
  g_string_append_printf (line, _("%s %s %s %s"), desk_words_side (ticket->side), quantity, ticket->symbol,
                          desk_words_type (ticket->type));
  append_prices (line, grid, ticket->has_price, ticket->price, ticket->has_price2, ticket->price2);
  append_terms (line, ticket);
  if (ticket->kind == DESK_TICKET_BRACKET)
    append_exits (line, ticket, grid);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

const char *
desk_words_ticket_promise (const DeskTicket *ticket)
{
  switch (ticket->kind)
    {
    case DESK_TICKET_BRACKET:
      return _("Three orders, held at the server. The exits wait for the entry to fill; the first to fill cancels the "
               "other.");
    case DESK_TICKET_OCO:
      return _("Two orders, held at the server. The first to fill cancels the other.");
    case DESK_TICKET_SINGLE:
    default:
      return NULL;
    }
}
