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
  gboolean              open; /* a price was met that only the grid can read */
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

  if (word != NULL && words->grid == NULL && desk_price_needs_grid (word))
    {
      words->open = TRUE;
      *has = TRUE;
      *price = 0;
      return TRUE;
    }
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
read_type (Words         *words,
           DeskTicketLeg *leg,
           GError       **error)
{
  static const struct { const char *word; DeskOrderType type; const char *price, *price2; } types[] = {
    { "market", DESK_ORDER_TYPE_MARKET, NULL, NULL },
    { "limit", DESK_ORDER_TYPE_LIMIT, "the limit price", NULL },
    { "stop", DESK_ORDER_TYPE_STOP, "the stop price", NULL },
    { "stoplimit", DESK_ORDER_TYPE_STOP_LIMIT, "the stop price", "the limit price" },
    { "mit", DESK_ORDER_TYPE_MIT, "the trigger price", NULL },
    { "lit", DESK_ORDER_TYPE_LIT, "the trigger price", "the limit price" },
    { "marketlimit", DESK_ORDER_TYPE_MARKET_LIMIT, NULL, NULL },
    { "market-limit", DESK_ORDER_TYPE_MARKET_LIMIT, NULL, NULL },
  };
  const char *word = take (words);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (is (word, types[i].word))
      {
        leg->type = types[i].type;
        return (types[i].price == NULL || read_price (words, types[i].price, &leg->has_price, &leg->price, error))
               && (types[i].price2 == NULL || read_price (words, types[i].price2, &leg->has_price2, &leg->price2, error));
      }
  return refuse (error, word, "the order type", "market, limit, stop, stoplimit, mit, lit or marketlimit");
}

/* day, gtc, gtd with its date, ioc, aon or fok; FALSE without @error when something else stands there. */
static gboolean
read_tif (Words      *words,
          DeskTicket *ticket,
          GError    **error)
{
  for (int tif = DESK_TIF_DAY; tif <= DESK_TIF_FOK; tif++)
    if (is (peek (words), desk_tif_nick ((DeskTif) tif)))
      {
        take (words);
        ticket->tif = (DeskTif) tif;
        return tif != DESK_TIF_GTD || read_good_till (words, &ticket->good_till, error);
      }
  return FALSE;
}

static gboolean
read_note (Words   *words,
           char     note[DESK_NOTE_SIZE],
           GError **error)
{
  const char *word = take (words);
  const char *text = word != NULL && *word == '"' ? word + 1 : word;

  if (text == NULL || *text == '\0')
    return refuse (error, word, "the note", "its words in quotes, such as \"second try\"");
  if (strlen (text) > DESK_NOTE_MAX)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "The note is too long: at most %d characters", DESK_NOTE_MAX);
      return FALSE;
    }
  g_strlcpy (note, text, DESK_NOTE_SIZE);
  return TRUE;
}

typedef enum
{
  EXTRA_TIF     = 1 << 0,
  EXTRA_SHOW    = 1 << 1,
  EXTRA_NOTE    = 1 << 2,
  EXTRA_OFFSETS = 1 << 3,
  EXTRA_TARGET  = 1 << 4,
  EXTRA_STOP    = 1 << 5,
} Extra;

static Extra
extra_of (const char *word)
{
  static const struct { const char *word; Extra extra; } extras[] = {
    { "show", EXTRA_SHOW }, { "note", EXTRA_NOTE }, { "offsets", EXTRA_OFFSETS }, { "target", EXTRA_TARGET }, { "stop", EXTRA_STOP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (extras); i++)
    if (is (word, extras[i].word))
      return extras[i].extra;
  for (int tif = DESK_TIF_DAY; tif <= DESK_TIF_FOK; tif++)
    if (is (word, desk_tif_nick ((DeskTif) tif)))
      return EXTRA_TIF;
  return 0;
}

/* A stop price, and behind it the limit of a stoplimit exit. */
static gboolean
read_stop (Words         *words,
           DeskTicketLeg *leg,
           GError       **error)
{
  DeskPrice limit;

  leg->type = DESK_ORDER_TYPE_STOP;
  if (!read_price (words, "the stop price", &leg->has_price, &leg->price, error))
    return FALSE;
  if (peek (words) == NULL || !((words->grid == NULL && desk_price_needs_grid (peek (words)))
                                || desk_price_parse (words->grid, peek (words), &limit)))
    return TRUE;
  leg->type = DESK_ORDER_TYPE_STOP_LIMIT;
  return read_price (words, "the limit price", &leg->has_price2, &leg->price2, error);
}

static gboolean
read_extra (Words      *words,
            Extra       extra,
            DeskTicket *ticket,
            GError    **error)
{
  if (extra == EXTRA_TIF)
    return read_tif (words, ticket, error);
  take (words);
  switch (extra)
    {
    case EXTRA_SHOW:
      return read_quantity (words, &ticket->max_show, error);
    case EXTRA_NOTE:
      return read_note (words, ticket->note, error);
    case EXTRA_OFFSETS:
      ticket->offsets = TRUE;
      return TRUE;
    case EXTRA_TARGET:
      ticket->leg[0].type = DESK_ORDER_TYPE_LIMIT;
      return read_price (words, "the target price", &ticket->leg[0].has_price, &ticket->leg[0].price, error);
    case EXTRA_STOP:
      return read_stop (words, &ticket->leg[1], error);
    case EXTRA_TIF:
    default:
      return FALSE;
    }
}

/* What may stand behind the price, each once, of what is @allowed. */
static gboolean
read_extras (Words      *words,
             guint       allowed,
             DeskTicket *ticket,
             guint      *seen,
             GError    **error)
{
  Extra extra;

  *seen = 0;
  ticket->tif = DESK_TIF_DAY;
  while ((extra = extra_of (peek (words))) != 0 && (allowed & extra))
    {
      if (*seen & extra)
        {
          g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "\"%.64s\" stands there twice; keep one of them", peek (words));
          return FALSE;
        }
      if (extra == EXTRA_TIF && (*seen & (EXTRA_TARGET | EXTRA_STOP)))
        {
          g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "\"%.64s\" stands before the target and the stop of a bracket", peek (words));
          return FALSE;
        }
      *seen |= extra;
      if (!read_extra (words, extra, ticket, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_order (Words       *words,
            DeskSide     side,
            DeskCommand *command,
            GError     **error)
{
  DeskTicket *ticket = &command->ticket;
  DeskTicketLeg leg = { 0 };
  guint seen;

  if (!read_quantity (words, &ticket->quantity, error) || !read_symbol (words, ticket->symbol, error)
      || !read_type (words, &leg, error))
    return FALSE;
  ticket->side = side;
  ticket->type = leg.type;
  ticket->has_price = leg.has_price;
  ticket->price = leg.price;
  ticket->has_price2 = leg.has_price2;
  ticket->price2 = leg.price2;
  if (!read_extras (words, EXTRA_TIF | EXTRA_SHOW | EXTRA_NOTE | EXTRA_OFFSETS | EXTRA_TARGET | EXTRA_STOP, ticket, &seen, error)
      || !refuse_rest (words, "after the price may stand day, gtc, gtd with a date, ioc or fok, show, note, and target and stop", error))
    return FALSE;
  if (!(seen & (EXTRA_TARGET | EXTRA_STOP | EXTRA_OFFSETS)))
    return TRUE;
  if (!(seen & EXTRA_TARGET) || !(seen & EXTRA_STOP))
    {
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_USAGE, "A bracket has a target and a stop; name both");
      return FALSE;
    }
  ticket->kind = DESK_TICKET_BRACKET;
  return TRUE;
}

static gboolean
read_side (Words    *words,
           DeskSide *side,
           GError  **error)
{
  const char *word = take (words);

  *side = is (word, "buy") ? DESK_SIDE_BUY : is (word, "sell") ? DESK_SIDE_SELL : DESK_SIDE_NONE;
  return *side != DESK_SIDE_NONE || refuse (error, word, "the side", "buy or sell");
}

/* oco sell 1 ESZ6 limit 5010 stop 4990: two ways out. oco 1 ESZ6 buy stop 5010 sell stop 4990: two ways in. */
static gboolean
read_oco (Words       *words,
          DeskCommand *command,
          GError     **error)
{
  DeskTicket *ticket = &command->ticket;
  DeskTicketLeg *leg = ticket->leg;
  gboolean one_side = is (peek (words), "buy") || is (peek (words), "sell");
  guint seen;

  ticket->kind = DESK_TICKET_OCO;
  if ((one_side && !read_side (words, &leg[0].side, error)) || !read_quantity (words, &leg[0].quantity, error)
      || !read_symbol (words, ticket->symbol, error))
    return FALSE;
  leg[1].side = leg[0].side;
  leg[1].quantity = leg[0].quantity;
  for (guint i = 0; i < 2; i++)
    {
      if ((!one_side && !read_side (words, &leg[i].side, error)) || !read_type (words, &leg[i], error))
        return FALSE;
    }
  return read_extras (words, EXTRA_TIF | EXTRA_NOTE, ticket, &seen, error)
         && refuse_rest (words, "after the two orders may stand day, gtc, gtd with a date, ioc or fok, and note", error);
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
  words->grid = words->lookup != NULL ? words->lookup (command->id, words->lookup_data) : NULL;

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
      else if (is (word, "offset"))
        {
          again = command->ticket.offsets;
          command->ticket.offsets = TRUE;
        }
      else if (extra_of (word) == EXTRA_TIF)
        {
          again = command->ticket.tif != DESK_TIF_UNSET;
          words->next--;
          if (!read_tif (words, &command->ticket, error))
            return FALSE;
        }
      else
        return refuse (error, word, "what shall change", "price, price2 or qty and the new number, or day, gtc, gtd with a date");

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
  if (is (word, "oco"))
    return read_oco (words, command, error);
  if (is (word, "cancel"))
    return read_cancel (words, command, error);
  if (is (word, "modify"))
    return read_modify (words, command, error);
  if (is (word, "flatten"))
    {
      command->kind = DESK_COMMAND_FLATTEN;
      if (is (peek (words), "all"))
        take (words);
      else if (!read_symbol (words, command->ticket.symbol, error))
        return FALSE;
      return refuse_rest (words, "flatten takes one symbol, or all", error);
    }
  if (is (word, "reverse"))
    {
      command->kind = DESK_COMMAND_REVERSE;
      return read_symbol (words, command->ticket.symbol, error) && refuse_rest (words, "reverse takes one symbol", error);
    }
  return refuse (error, word, "the first word", "buy, sell, oco, cancel, modify, flatten or reverse");
}

/* A word in quotes keeps its first one, so that it is told from others. NULL: a quote is not closed. */
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
      if (*p == '"')
        {
          const char *end = strchr (p + 1, '"');

          if (end == NULL)
            return NULL;
          g_ptr_array_add (words, g_strndup (start, (gsize) (end - start)));
          p = end + 1;
          continue;
        }
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
  Words words = { split, 0, lookup, lookup_data, NULL, FALSE };

  if (strlen (valid) > LINE_MAX_LENGTH)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_USAGE, "The line is longer than %d characters", LINE_MAX_LENGTH);
      return NULL;
    }
  if (split == NULL)
    {
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_USAGE, "A quotation mark is not closed");
      return NULL;
    }
  if (!read_line (&words, command, error))
    return NULL;

  command->input = g_steal_pointer (&valid);
  command->ticket.source = DESK_SOURCE_LINE;
  command->prices_open = words.open;
  return g_steal_pointer (&command);
}
