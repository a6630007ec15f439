/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-order-line.h"

#include <string.h>

#define LINE_MAX_LENGTH 512
#define QUANTITY_MAX    1000000000

/* The words of a line that are still to be read. */
typedef struct
{
  char                **words;
  guint                 next;
  DeskOrderLineLookup   lookup;
  gpointer              lookup_data;
  const DeskGrid       *grid; /* of the symbol that was read, or NULL */
} Words;

static const char *
peek (const Words *words)
{
  return words->words[words->next];
}

static const char *
take (Words *words)
{
  const char *word = words->words[words->next];

  if (word != NULL)
    words->next++;
  return word;
}

static gboolean
is (const char *word,
    const char *keyword)
{
  return word != NULL && g_ascii_strcasecmp (word, keyword) == 0;
}

/* "foo" is no side; write buy or sell. At the end of the line: The line ends before the side; … */
static gboolean
refuse (GError    **error,
        const char *word,
        const char *what,
        const char *instead)
{
  if (word == NULL)
    g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "The line ends before %s; write %s", what, instead);
  else
    g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "\"%.64s\" stands where %s belongs; write %s", word, what, instead);
  return FALSE;
}

static gboolean
refuse_rest (const Words *words,
             const char  *may_follow,
             GError     **error)
{
  const char *word = peek (words);

  if (word == NULL)
    return TRUE;
  g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "\"%.64s\" is one word too many; %s", word, may_follow);
  return FALSE;
}

static gboolean
read_quantity (Words   *words,
               gint64  *quantity,
               GError **error)
{
  const char *word = take (words);
  guint64 value;

  if (word == NULL || !g_ascii_string_to_unsigned (word, 10, 1, QUANTITY_MAX, &value, NULL))
    return refuse (error, word, "the quantity", "a whole number of at least 1, such as 2");
  *quantity = (gint64) value;
  return TRUE;
}

static gboolean
read_symbol (Words   *words,
             char     symbol[DESK_SYMBOL_SIZE],
             GError **error)
{
  const char *word = take (words);
  gboolean usable = word != NULL && strlen (word) < DESK_SYMBOL_SIZE;

  for (const char *p = word; usable && *p != '\0'; p++)
    usable = g_ascii_isgraph (*p) && *p != '"' && *p != '\\';
  if (!usable)
    return refuse (error, word, "the symbol", "it as the server names it, such as ESZ6");
  g_strlcpy (symbol, word, DESK_SYMBOL_SIZE);
  words->grid = words->lookup != NULL ? words->lookup (symbol, words->lookup_data) : NULL;
  return TRUE;
}

static gboolean
read_id (Words   *words,
         char     id[DESK_ID_SIZE],
         GError **error)
{
  const char *word = take (words);

  if (word == NULL || strlen (word) >= DESK_ID_SIZE)
    return refuse (error, word, "the order's id", "a client or server order id of at most 31 characters");
  g_strlcpy (id, word, DESK_ID_SIZE);
  return TRUE;
}

static gboolean
read_price (Words      *words,
            const char *what,
            gboolean   *has,
            double     *price,
            GError    **error)
{
  const char *word = take (words);
  DeskPrice parsed;

  if (word == NULL || !desk_price_parse (words->grid, word, &parsed))
    return refuse (error, word, what, "a plain number, such as 5000.25");
  *has = TRUE;
  *price = parsed.display;
  return TRUE;
}

static gboolean
read_good_till (Words   *words,
                gint64  *good_till,
                GError **error)
{
  const char *word = take (words);
  g_autofree char *upper = word != NULL ? g_ascii_strup (word, -1) : NULL;
  g_autoptr (GDateTime) time = upper != NULL ? g_date_time_new_from_iso8601 (upper, NULL) : NULL;

  if (time == NULL || g_date_time_to_unix (time) <= 0)
    return refuse (error, word, "the good-till date", "it with its time zone, such as 2026-12-01T21:00:00Z");
  *good_till = g_date_time_to_unix (time);
  return TRUE;
}

static gboolean
read_type (Words      *words,
           DeskTicket *ticket,
           GError    **error)
{
  const char *word = take (words);

  if (is (word, "market"))
    {
      ticket->type = DESK_ORDER_TYPE_MARKET;
      return TRUE;
    }
  if (is (word, "limit"))
    {
      ticket->type = DESK_ORDER_TYPE_LIMIT;
      return read_price (words, "the limit price", &ticket->has_price, &ticket->price, error);
    }
  if (is (word, "stop"))
    {
      ticket->type = DESK_ORDER_TYPE_STOP;
      return read_price (words, "the stop price", &ticket->has_price, &ticket->price, error);
    }
  if (is (word, "stoplimit"))
    {
      ticket->type = DESK_ORDER_TYPE_STOP_LIMIT;
      return read_price (words, "the stop price", &ticket->has_price, &ticket->price, error)
             && read_price (words, "the limit price", &ticket->has_price2, &ticket->price2, error);
    }
  return refuse (error, word, "the order type", "market, limit, stop or stoplimit");
}

static gboolean
read_tif (Words      *words,
          DeskTicket *ticket,
          GError    **error)
{
  ticket->tif = DESK_TIF_DAY;
  for (int tif = DESK_TIF_DAY; tif <= DESK_TIF_FOK; tif++)
    if (is (peek (words), desk_tif_nick ((DeskTif) tif)))
      {
        take (words);
        ticket->tif = (DeskTif) tif;
        return tif != DESK_TIF_GTD || read_good_till (words, &ticket->good_till, error);
      }
  return TRUE;
}

/* The words of a bracket are read, so that what is wrong in them is named first. */
static gboolean
refuse_bracket (Words   *words,
                GError **error)
{
  gboolean has = FALSE;
  gboolean any = FALSE;
  double price;

  while (is (peek (words), "target") || is (peek (words), "stop"))
    {
      const char *word = take (words);

      any = TRUE;
      if (!read_price (words, is (word, "stop") ? "the stop price" : "the target price", &has, &price, error))
        return FALSE;
    }
  if (!any)
    return TRUE;
  if (!refuse_rest (words, "a bracket ends with its target and stop prices", error))
    return FALSE;
  g_set_error_literal (error, DESK_ERROR, DESK_ERROR_USAGE,
                       "This version does not send brackets: leave target and stop away and send the exits as orders of their own");
  return FALSE;
}

static gboolean
read_order (Words       *words,
            DeskSide     side,
            DeskCommand *command,
            GError     **error)
{
  DeskTicket *ticket = &command->ticket;

  ticket->side = side;
  return read_quantity (words, &ticket->quantity, error) && read_symbol (words, ticket->symbol, error)
         && read_type (words, ticket, error) && read_tif (words, ticket, error) && refuse_bracket (words, error)
         && refuse_rest (words, "after the price may stand day, gtc, gtd with a date, ioc or fok", error);
}

static gboolean
read_cancel (Words       *words,
             DeskCommand *command,
             GError     **error)
{
  if (!is (peek (words), "all"))
    {
      command->kind = DESK_COMMAND_CANCEL;
      return read_id (words, command->id, error) && refuse_rest (words, "cancel takes one id, or all", error);
    }

  take (words);
  command->kind = DESK_COMMAND_CANCEL_ALL;
  if (peek (words) != NULL && !read_symbol (words, command->ticket.symbol, error))
    return FALSE;
  return refuse_rest (words, "after cancel all may stand one symbol", error);
}

static gboolean
read_modify (Words       *words,
             DeskCommand *command,
             GError     **error)
{
  command->kind = DESK_COMMAND_MODIFY;
  if (!read_id (words, command->id, error))
    return FALSE;

  do
    {
      const char *word = take (words);
      gboolean again = FALSE;

      if (is (word, "price"))
        {
          again = command->has_price;
          if (!read_price (words, "the new price", &command->has_price, &command->price, error))
            return FALSE;
        }
      else if (is (word, "price2"))
        {
          again = command->has_price2;
          if (!read_price (words, "the new second price", &command->has_price2, &command->price2, error))
            return FALSE;
        }
      else if (is (word, "qty"))
        {
          again = command->quantity != 0;
          if (!read_quantity (words, &command->quantity, error))
            return FALSE;
        }
      else
        return refuse (error, word, "what shall change", "price, price2 or qty and the new number");

      if (again)
        {
          g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "\"%s\" stands there twice; keep one of them", word);
          return FALSE;
        }
    }
  while (peek (words) != NULL);

  return TRUE;
}

static gboolean
read_line (Words       *words,
           DeskCommand *command,
           GError     **error)
{
  const char *word = take (words);

  if (is (word, "buy"))
    return read_order (words, DESK_SIDE_BUY, command, error);
  if (is (word, "sell"))
    return read_order (words, DESK_SIDE_SELL, command, error);
  if (is (word, "cancel"))
    return read_cancel (words, command, error);
  if (is (word, "modify"))
    return read_modify (words, command, error);
  if (is (word, "flatten"))
    {
      command->kind = DESK_COMMAND_FLATTEN;
      return read_symbol (words, command->ticket.symbol, error)
             && refuse_rest (words, "flatten takes one symbol", error);
    }
  if (is (word, "reverse"))
    {
      if (!read_symbol (words, command->ticket.symbol, error)
          || !refuse_rest (words, "reverse takes one symbol", error))
        return FALSE;
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_USAGE,
                           "This version does not reverse: flatten the symbol, then send the new order");
      return FALSE;
    }
  return refuse (error, word, "the first word", "buy, sell, cancel, modify or flatten");
}

static char **
split_words (const char *line)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const char *p = line;

  while (*p != '\0')
    {
      const char *start;

      while (g_ascii_isspace (*p))
        p++;
      start = p;
      while (*p != '\0' && !g_ascii_isspace (*p))
        p++;
      if (p > start)
        g_ptr_array_add (words, g_strndup (start, (gsize) (p - start)));
    }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

DeskCommand *
desk_order_line_parse (const char *line,
                       GError    **error)
{
  return desk_order_line_parse_full (line, NULL, NULL, error);
}

DeskCommand *
desk_order_line_parse_full (const char           *line,
                            DeskOrderLineLookup   lookup,
                            gpointer              lookup_data,
                            GError              **error)
{
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_SUBMIT);
  g_autofree char *valid = g_utf8_make_valid (line, -1);
  g_auto (GStrv) split = split_words (valid);
  Words words = { split, 0, lookup, lookup_data, NULL };

  if (strlen (valid) > LINE_MAX_LENGTH)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "The line is longer than %d characters", LINE_MAX_LENGTH);
      return NULL;
    }
  if (!read_line (&words, command, error))
    return NULL;

  command->input = g_steal_pointer (&valid);
  command->ticket.source = DESK_SOURCE_LINE;
  return g_steal_pointer (&command);
}

static void
append_number (GString *line,
               double   number)
{
  g_autofree char *text = desk_price_format_double (NULL, number);

  g_string_append_c (line, ' ');
  g_string_append (line, text);
}

char *
desk_order_line_format (const DeskTicket *ticket)
{
  GString *line = g_string_new (NULL);
  const char *side = desk_side_nick (ticket->side);
  const char *type = desk_order_type_nick (ticket->type);
  const char *tif = desk_tif_nick (ticket->tif);

  g_string_append_printf (line, "%s %" G_GINT64_FORMAT " %s %s", side != NULL ? side : "?", ticket->quantity,
                          ticket->symbol[0] != '\0' ? ticket->symbol : "?", type != NULL ? type : "?");
  if (ticket->has_price)
    append_number (line, ticket->price);
  if (ticket->has_price2)
    append_number (line, ticket->price2);
  if (tif != NULL)
    g_string_append_printf (line, " %s", tif);
  if (ticket->tif == DESK_TIF_GTD)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ticket->good_till);
      g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

      g_string_append_printf (line, " %s", text != NULL ? text : "?");
    }
  return g_string_free (line, FALSE);
}
