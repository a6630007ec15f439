/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "order-line-format.h"

static void
append_number (GString *line,
               double   number)
{
  g_autofree char *text = desk_price_format_double (NULL, number);

  g_string_append_c (line, ' ');
  g_string_append (line, text);
}

static void
append_word (GString    *line,
             const char *word)
{
  if (line->len > 0)
    g_string_append_c (line, ' ');
  g_string_append (line, word != NULL ? word : "?");
}

static void
append_size (GString          *line,
             gint64            quantity,
             const DeskTicket *ticket)
{
  if (line->len > 0)
    g_string_append_c (line, ' ');
  g_string_append_printf (line, "%" G_GINT64_FORMAT " %s", quantity, ticket->symbol[0] != '\0' ? ticket->symbol : "?");
}

static void
append_type (GString      *line,
             DeskOrderType type,
             gboolean      has_price,
             double        price,
             gboolean      has_price2,
             double        price2)
{
  append_word (line, desk_order_type_nick (type));
  if (has_price)
    append_number (line, price);
  if (has_price2)
    append_number (line, price2);
}

static void
append_leg (GString             *line,
            const DeskTicketLeg *leg)
{
  append_type (line, leg->type, leg->has_price, leg->price, leg->has_price2, leg->price2);
}

static void
append_good_till (GString          *line,
                  const DeskTicket *ticket)
{
  const char *tif = desk_tif_nick (ticket->tif);

  if (tif != NULL)
    append_word (line, tif);
  if (ticket->tif == DESK_TIF_GTD)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ticket->good_till);
      g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

      append_word (line, text);
    }
}

static void
append_oco (GString          *line,
            const DeskTicket *ticket)
{
  const DeskTicketLeg *leg = ticket->leg;

  append_word (line, "oco");
  if (leg[0].side == leg[1].side)
    append_word (line, desk_side_nick (leg[0].side));
  append_size (line, leg[0].quantity, ticket);
  for (guint i = 0; i < G_N_ELEMENTS (ticket->leg); i++)
    {
      if (leg[0].side != leg[1].side)
        append_word (line, desk_side_nick (leg[i].side));
      append_leg (line, &leg[i]);
    }
}

char *
order_line_format (const DeskTicket *ticket)
{
  GString *line = g_string_new (NULL);

  if (ticket->kind == DESK_TICKET_OCO)
    append_oco (line, ticket);
  else
    {
      append_word (line, desk_side_nick (ticket->side));
      append_size (line, ticket->quantity, ticket);
      append_type (line, ticket->type, ticket->has_price, ticket->price, ticket->has_price2, ticket->price2);
    }
  append_good_till (line, ticket);
  if (ticket->max_show > 0)
    g_string_append_printf (line, " show %" G_GINT64_FORMAT, ticket->max_show);
  if (ticket->note[0] != '\0')
    g_string_append_printf (line, " note \"%s\"", ticket->note);
  if (ticket->kind == DESK_TICKET_BRACKET)
    {
      if (ticket->offsets)
        append_word (line, "offsets");
      append_word (line, "target");
      append_number (line, ticket->leg[0].price);
      append_word (line, "stop");
      append_number (line, ticket->leg[1].price);
      if (ticket->leg[1].has_price2)
        append_number (line, ticket->leg[1].price2);
    }
  return g_string_free (line, FALSE);
}
