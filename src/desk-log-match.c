/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-match.h"

#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "desk-log-chain.h"

/* What a term needs while it works. */
typedef struct
{
  char    *needle;       /* lower case */
  gsize    len;
  guint8  *strings;      /* answer for each string: 0 not asked yet, 1 no, 2 yes */
  guint8  *types;        /* WORDS, REGEX: the same for the name of each type */
  guint64  statuses[4];  /* WORDS: OrderStatus values whose name has the words */
  guint64  reasons[4];
  gboolean digits;       /* WORDS: could be part of a number */
  gboolean in_bytes;     /* REGEX: what it must find stands in no name and no number, so in the bytes or nowhere */
  guint8   column;       /* of the row that has the field, or NO_COLUMN */
} Work;

enum
{
  NO_COLUMN,
  COLUMN_SYMBOL,
  COLUMN_ACCOUNT,
  COLUMN_CLIENT,
  COLUMN_SERVER,
  COLUMN_STATUS,
  COLUMN_REASON,
};

struct _DeskLogMatcher
{
  const DeskLogFilter   *filter;
  const DeskLogSnapshot *snapshot;
  const guint8          *ids;
  guint                  n_ids;
  guint                  n_strings;
  Work                  *works;
  guint                  n_works;

  DtcMessage             message;  /* of the row in hand, when it was needed */
  gboolean               decoded;
  GString               *described;
  gboolean               is_described;
  guint                  given_up;
};

/* ---- filters ---- */

DeskLogFilter *
desk_log_filter_copy (const DeskLogFilter *filter)
{
  DeskLogFilter *copy = g_memdup2 (filter, sizeof *filter);

  if (copy->query != NULL)
    desk_log_query_ref (copy->query);
  copy->order = g_strdup (filter->order);
  if (filter->marked != NULL)
    copy->marked = g_array_copy (filter->marked);
  return copy;
}

void
desk_log_filter_free (DeskLogFilter *filter)
{
  if (filter == NULL)
    return;
  g_clear_pointer (&filter->query, desk_log_query_unref);
  g_clear_pointer (&filter->marked, g_array_unref);
  g_free (filter->order);
  g_free (filter);
}

gboolean
desk_log_filter_is_open (const DeskLogFilter *filter)
{
  return (filter->query == NULL || desk_log_query_get_root (filter->query) == NULL) && filter->chips == 0
         && !filter->hide_heartbeats && filter->link == 0 && filter->order == NULL && filter->marked == NULL;
}

guint
desk_log_row_chips (const DeskLogRow *row)
{
  guint errors = row->flags & (DESK_LOG_REFUSED | DESK_LOG_ODD | DESK_LOG_REJECT) ? DESK_LOG_CHIP_ERRORS : 0;
  guint16 type = row->type;

  switch (type)
    {
    case DTC_MSG_ORDER_UPDATE:
      if (row->reason == DTC_ORDER_FILLED || row->reason == DTC_ORDER_FILLED_PARTIALLY)
        return DESK_LOG_CHIP_ORDERS | DESK_LOG_CHIP_FILLS | errors;
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT:
    case DTC_MSG_ADD_CORRECTING_ORDER_FILL:
    case DTC_MSG_CORRECTING_ORDER_FILL_RESPONSE:
      return DESK_LOG_CHIP_FILLS | errors;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
    case DTC_MSG_CURRENT_POSITIONS_REJECT:
    case DTC_MSG_POSITION_UPDATE:
      return DESK_LOG_CHIP_POSITIONS | errors;
    default:
      break;
    }
  /* By the protocol's own hundreds. */
  if (type < 100 || (type >= 700 && type < 800))
    return DESK_LOG_CHIP_SESSION | errors;
  if (type >= 200 && type < 400)
    return DESK_LOG_CHIP_ORDERS | errors;
  if ((type >= 400 && type < 500) || (type >= 600 && type < 700))
    return DESK_LOG_CHIP_ACCOUNT | errors;
  if (type < 1000)
    return DESK_LOG_CHIP_MARKET | errors;
  return DESK_LOG_CHIP_SESSION | errors;
}

/* ---- text ---- */

static gboolean
same_in_any_case (const guint8 *text,
                  const char   *needle,
                  gsize         len)
{
  for (gsize i = 0; i < len; i++)
    if (g_ascii_tolower (text[i]) != needle[i])
      return FALSE;
  return TRUE;
}

/* Sixteen places at a time are looked at for the first and the last letter. */
const guint8 *
desk_log_find_text (const guint8 *text,
                    gsize         len,
                    const char   *needle,
                    gsize         needle_len)
{
  gsize at = 0;

  if (needle_len > len)
    return NULL;
#ifdef __SSE2__
  {
    const char first = needle[0], last = needle[needle_len - 1];
    const __m128i first_low = _mm_set1_epi8 (first), first_up = _mm_set1_epi8 (g_ascii_toupper (first));
    const __m128i last_low = _mm_set1_epi8 (last), last_up = _mm_set1_epi8 (g_ascii_toupper (last));

    for (; at + needle_len - 1 + 16 <= len; at += 16)
      {
        __m128i begins = _mm_loadu_si128 ((const __m128i *) (text + at));
        __m128i ends = _mm_loadu_si128 ((const __m128i *) (text + at + needle_len - 1));
        __m128i hits = _mm_and_si128 (_mm_or_si128 (_mm_cmpeq_epi8 (begins, first_low), _mm_cmpeq_epi8 (begins, first_up)),
                                      _mm_or_si128 (_mm_cmpeq_epi8 (ends, last_low), _mm_cmpeq_epi8 (ends, last_up)));
        guint mask = (guint) _mm_movemask_epi8 (hits);

        for (; mask != 0; mask &= mask - 1)
          {
            const guint8 *place = text + at + __builtin_ctz (mask);

            if (same_in_any_case (place, needle, needle_len))
              return place;
          }
      }
  }
#endif
  for (; at + needle_len <= len; at++)
    if (g_ascii_tolower (text[at]) == needle[0] && same_in_any_case (text + at, needle, needle_len))
      return text + at;
  return NULL;
}

static gboolean
regex_fits (DeskLogMatcher *self,
            const GRegex   *regex,
            const char     *text,
            gsize           len)
{
  g_autoptr (GError) error = NULL;
  gboolean fits;

  if (len > G_MAXINT)
    return FALSE;
  fits = g_regex_match_full (regex, text, (gssize) len, 0, 0, NULL, &error);
  if (error != NULL)
    self->given_up++;
  return fits;
}

static gboolean
string_fits (DeskLogMatcher    *self,
             const DeskLogTerm *term,
             const Work        *work,
             const char        *text)
{
  if (term->regex != NULL)
    return regex_fits (self, term->regex, text, strlen (text));
  if (term->kind == DESK_LOG_COMPARE && (term->operator == DESK_LOG_EQUAL || term->operator == DESK_LOG_DIFFERENT))
    return strcmp (text, term->text) == 0;
  return work->len == 0 || desk_log_find_text ((const guint8 *) text, strlen (text), work->needle, work->len) != NULL;
}

/* The answer for a string that many rows have. */
static gboolean
column_fits (DeskLogMatcher    *self,
             const DeskLogTerm *term,
             Work              *work,
             guint32            id)
{
  if (work->strings == NULL)
    work->strings = g_new0 (guint8, self->n_strings);
  if (work->strings[id] == 0)
    work->strings[id] = string_fits (self, term, work, desk_log_snapshot_string (self->snapshot, id)) ? 2 : 1;
  return work->strings[id] == 2;
}

static void
look_for_names (DeskLogMatcher    *self,
                const DeskLogTerm *term,
                Work              *work)
{
  work->types = g_new0 (guint8, DTC_MAX_MESSAGE_TYPE + 1);
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    work->types[dtc_message_descs[i].type] = string_fits (self, term, work, dtc_message_descs[i].camel_name);
}

static void
look_for_values (const DtcEnumDesc *desc,
                 const Work        *work,
                 guint64            set[4])
{
  for (guint i = 0; desc != NULL && i < desc->n_values; i++)
    {
      const char *name = desc->values[i].name;

      if (desc->values[i].value >= 0 && desc->values[i].value < DESK_LOG_NO_STATUS
          && desk_log_find_text ((const guint8 *) name, strlen (name), work->needle, work->len) != NULL)
        set[desc->values[i].value / 64] |= G_GUINT64_CONSTANT (1) << (desc->values[i].value % 64);
    }
}

static gboolean
in_set (const guint64 set[4],
        guint8        value)
{
  return value != DESK_LOG_NO_STATUS && (set[value / 64] >> (value % 64)) & 1;
}

/* ---- one row ---- */

static const DtcMessage *
message_of (DeskLogMatcher   *self,
            const DeskLogRow *row)
{
  if (!self->decoded)
    desk_log_row_decode (row, &self->message, NULL);
  self->decoded = TRUE;
  return &self->message;
}

static const GString *
description_of (DeskLogMatcher   *self,
                const DeskLogRow *row)
{
  if (!self->is_described)
    {
      g_string_truncate (self->described, 0);
      dtc_message_describe (message_of (self, row), self->described);
    }
  self->is_described = TRUE;
  return self->described;
}

static gboolean
words_fit (DeskLogMatcher    *self,
           const DeskLogTerm *term,
           Work              *work,
           const DeskLogRow  *row)
{
  if (work->len == 0)
    return TRUE;
  if (work->types == NULL)
    {
      const DtcMessageDesc *update = dtc_message_desc (DTC_MSG_ORDER_UPDATE);

      look_for_names (self, term, work);
      look_for_values (update->fields[DTC_ORDER_UPDATE_F_ORDER_STATUS].enumeration, work, work->statuses);
      look_for_values (update->fields[DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON].enumeration, work, work->reasons);
      work->digits = strspn (work->needle, "0123456789.-+e") == work->len;
    }
  if ((row->type <= DTC_MAX_MESSAGE_TYPE && work->types[row->type]) || in_set (work->statuses, row->status)
      || in_set (work->reasons, row->reason))
    return TRUE;
  if (row->symbol != 0 && row->symbol != DESK_LOG_TOO_MANY && column_fits (self, term, work, row->symbol))
    return TRUE;
  if (desk_log_find_text (row->raw, row->size, work->needle, work->len) != NULL)
    return TRUE;
  /* Numbers of a struct, and texts whose bytes are not what they mean. */
  if ((row->flags & DESK_LOG_ESCAPED) || (work->digits && !desk_log_row_is_text (row)))
    {
      const GString *text = description_of (self, row);

      return desk_log_find_text ((const guint8 *) text->str, text->len, work->needle, work->len) != NULL;
    }
  return FALSE;
}

/* TRUE when the words are in no name that a description has, and in no number. */
static gboolean
is_in_no_name (const char *literal)
{
  gsize len = strlen (literal);

  if (strpbrk (literal, "0123456789") != NULL)
    return FALSE;
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    for (guint k = 0; k < dtc_message_descs[i].n_fields; k++)
      {
        const DtcFieldDesc *field = &dtc_message_descs[i].fields[k];

        if (desk_log_find_text ((const guint8 *) field->name, field->name_len, literal, len) != NULL)
          return FALSE;
        for (guint n = 0; field->enumeration != NULL && n < field->enumeration->n_values; n++)
          {
            const char *name = field->enumeration->values[n].name;

            if (desk_log_find_text ((const guint8 *) name, strlen (name), literal, len) != NULL)
              return FALSE;
          }
      }
  return TRUE;
}

static gboolean
regex_term_fits (DeskLogMatcher    *self,
                 const DeskLogTerm *term,
                 Work              *work,
                 const DeskLogRow  *row)
{
  gboolean text = desk_log_row_is_text (row);

  if (work->types == NULL)
    {
      look_for_names (self, term, work);
      work->in_bytes = term->literal != NULL && is_in_no_name (term->literal);
    }
  if (row->type <= DTC_MAX_MESSAGE_TYPE && work->types[row->type])
    return TRUE;
  if (term->literal != NULL && (text || work->in_bytes)
      && desk_log_find_text (row->raw, row->size, term->literal, strlen (term->literal)) == NULL)
    return FALSE;
  if (text)
    return regex_fits (self, term->regex, (const char *) row->raw, row->size);
  return regex_fits (self, term->regex, description_of (self, row)->str, description_of (self, row)->len);
}

static gboolean
compare_numbers (DeskLogOperator operator,
                 gboolean        exact,
                 gint64          whole,
                 double          number,
                 const DeskLogTerm *term)
{
  int order = exact ? (whole > term->whole) - (whole < term->whole)
                    : (number > term->number) - (number < term->number);

  switch (operator)
    {
    case DESK_LOG_EQUAL:
      return order == 0;
    case DESK_LOG_DIFFERENT:
      return order != 0;
    case DESK_LOG_LESS:
      return order < 0;
    case DESK_LOG_AT_MOST:
      return order <= 0;
    case DESK_LOG_MORE:
      return order > 0;
    case DESK_LOG_AT_LEAST:
      return order >= 0;
    case DESK_LOG_CONTAINS:
    case DESK_LOG_LACKS:
    default:
      return FALSE;
    }
}

static gboolean
whole_fits (DeskLogMatcher    *self,
            const DeskLogTerm *term,
            Work              *work,
            gint64             value)
{
  if (term->operator == DESK_LOG_CONTAINS || term->operator == DESK_LOG_LACKS)
    {
      char text[32];

      g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, value);
      return string_fits (self, term, work, text) == (term->operator == DESK_LOG_CONTAINS);
    }
  return compare_numbers (term->operator, term->whole != G_MININT64 && (double) term->whole == term->number, value,
                          (double) value, term);
}

static gboolean
floating_fits (DeskLogMatcher    *self,
               const DeskLogTerm *term,
               Work              *work,
               double             value)
{
  if (term->operator == DESK_LOG_CONTAINS || term->operator == DESK_LOG_LACKS)
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (text, sizeof text, "%.15g", value);
      return string_fits (self, term, work, text) == (term->operator == DESK_LOG_CONTAINS);
    }
  return compare_numbers (term->operator, FALSE, 0, value, term);
}

static gboolean
wants (const DeskLogTerm *term)
{
  return term->operator == DESK_LOG_EQUAL || term->operator == DESK_LOG_CONTAINS;
}

/* Looked up in the message itself. */
static gboolean
field_fits (DeskLogMatcher    *self,
            const DeskLogTerm *term,
            Work              *work,
            const DeskLogRow  *row,
            guint              field)
{
  const DtcMessage *message = message_of (self, row);
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  const DtcFieldDesc *what;
  gboolean there;

  if (desc == NULL || field >= desc->n_fields)
    return FALSE;
  what = &desc->fields[field];
  there = dtc_message_has (message, field);
  if (term->unset)
    return there == (term->operator == DESK_LOG_DIFFERENT);
  if (!there)
    return FALSE;
  switch ((DtcFieldType) what->type)
    {
    case DTC_FIELD_STRING:
      return string_fits (self, term, work, dtc_message_get_string (message, field)) == wants (term);
    case DTC_FIELD_FLOAT:
    case DTC_FIELD_DOUBLE:
      return (term->is_number || term->text == NULL || !wants (term) || term->operator == DESK_LOG_CONTAINS)
             && floating_fits (self, term, work, dtc_message_get_double (message, field));
    default:
      if ((message->flags & DTC_MESSAGE_BAD_STATUS) && field == DTC_ORDER_UPDATE_F_ORDER_STATUS)
        return whole_fits (self, term, work, message->wire_status);
      return whole_fits (self, term, work, dtc_message_get_int (message, field));
    }
}

static guint32
string_of (const DeskLogRow *row,
           guint8            column)
{
  switch (column)
    {
    case COLUMN_SYMBOL:
      return row->symbol;
    case COLUMN_ACCOUNT:
      return row->account;
    case COLUMN_CLIENT:
      return row->client;
    case COLUMN_SERVER:
      return row->server;
    default:
      return 0;
    }
}

static gboolean
of_field_fits (DeskLogMatcher    *self,
               const DeskLogTerm *term,
               Work              *work,
               const DeskLogRow  *row)
{
  guint place = row->type <= DTC_MAX_MESSAGE_TYPE && dtc_message_index[row->type] != 0
                  ? term->places[dtc_message_index[row->type] - 1] : 0;
  guint32 id = string_of (row, work->column);

  /* What a price is about stands in the row, not in the message. */
  if (work->column == COLUMN_SYMBOL && place == 0 && id != 0 && id != DESK_LOG_TOO_MANY && !term->unset)
    return column_fits (self, term, work, id) == wants (term);
  if (place == 0)
    return FALSE;
  if (!term->unset && id != 0 && id != DESK_LOG_TOO_MANY)
    return column_fits (self, term, work, id) == wants (term);
  if (!term->unset && work->column == COLUMN_STATUS && row->status != DESK_LOG_NO_STATUS)
    return whole_fits (self, term, work, row->status);
  if (!term->unset && work->column == COLUMN_REASON && row->reason != DESK_LOG_NO_STATUS)
    return whole_fits (self, term, work, row->reason);
  return field_fits (self, term, work, row, place - 1);
}

static gboolean
id_fits (DeskLogMatcher    *self,
         const DeskLogTerm *term,
         Work              *work,
         const DeskLogRow  *row)
{
  const guint32 ids[] = { row->client, row->server, row->other, row->older };
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      if (ids[i] == 0 || ids[i] == DESK_LOG_TOO_MANY)
        continue;
      if (column_fits (self, term, work, ids[i]))
        return wants (term);
      any = TRUE;
    }
  return any && !wants (term);
}

static gboolean
comparison_fits (DeskLogMatcher    *self,
                 const DeskLogTerm *term,
                 Work              *work,
                 const DeskLogRow  *row)
{
  gint32 pair;

  switch (term->subject)
    {
    case DESK_LOG_OF_FIELD:
      return of_field_fits (self, term, work, row);
    case DESK_LOG_OF_TYPE:
      if (row->kind == DESK_LOG_NOTE)
        return FALSE;
      /* Either number: what a person calls it may be the wire's. */
      if (term->operator == DESK_LOG_DIFFERENT || term->operator == DESK_LOG_LACKS)
        return whole_fits (self, term, work, row->type) && whole_fits (self, term, work, row->wire_type);
      return whole_fits (self, term, work, row->type) || whole_fits (self, term, work, row->wire_type);
    case DESK_LOG_OF_NAME:
      return row->kind != DESK_LOG_NOTE && string_fits (self, term, work, desk_log_row_name (row)) == wants (term);
    case DESK_LOG_OF_LINK:
      return whole_fits (self, term, work, row->link);
    case DESK_LOG_OF_SIZE:
      return row->kind != DESK_LOG_NOTE && whole_fits (self, term, work, row->wire_size);
    case DESK_LOG_OF_NUMBER:
      return whole_fits (self, term, work, (gint64) row->number);
    case DESK_LOG_OF_DIRECTION:
      return row->kind != DESK_LOG_NOTE
             && string_fits (self, term, work, row->direction == DTC_WIRE_SENT ? "sent" : "received") == wants (term);
    case DESK_LOG_OF_ID:
      return id_fits (self, term, work, row);
    case DESK_LOG_OF_ANSWER:
      pair = desk_log_row_pair (row);
      if (pair >= 0)
        return FALSE;
      {
        guint position;

        /* An answer whose question is gone has no time. */
        return desk_log_snapshot_find (self->snapshot, row->number + (gint64) pair, &position)
               && floating_fits (self, term, work,
                                 (double) (row->mono - desk_log_snapshot_get (self->snapshot, position)->mono) / 1000.0);
      }
    default:
      return FALSE;
    }
}

static gboolean
fits (DeskLogMatcher    *self,
      const DeskLogTerm *term,
      const DeskLogRow  *row)
{
  switch (term->kind)
    {
    case DESK_LOG_AND:
      for (const DeskLogTerm *child = term->first; child != NULL; child = child->next)
        if (!fits (self, child, row))
          return FALSE;
      return TRUE;
    case DESK_LOG_OR:
      for (const DeskLogTerm *child = term->first; child != NULL; child = child->next)
        if (fits (self, child, row))
          return TRUE;
      return FALSE;
    case DESK_LOG_NOT:
      return !fits (self, term->first, row);
    case DESK_LOG_WORDS:
      return words_fit (self, term, &self->works[term->index], row);
    case DESK_LOG_REGEX:
      return regex_term_fits (self, term, &self->works[term->index], row);
    case DESK_LOG_COMPARE:
      return comparison_fits (self, term, &self->works[term->index], row);
    default:
      return FALSE;
    }
}

static gboolean
is_marked (const GArray *marked,
           guint64       number)
{
  guint low = 0, high = marked->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (marked, guint64, middle) < number)
        low = middle + 1;
      else
        high = middle;
    }
  return low < marked->len && g_array_index (marked, guint64, low) == number;
}

gboolean
desk_log_matcher_fits (DeskLogMatcher   *self,
                       const DeskLogRow *row)
{
  const DeskLogFilter *filter = self->filter;
  const DeskLogTerm *root;

  if (filter->hide_heartbeats && row->type == DTC_MSG_HEARTBEAT)
    return FALSE;
  if (filter->link != 0 && row->link != filter->link)
    return FALSE;
  if (filter->chips != 0 && !(desk_log_row_chips (row) & filter->chips))
    return FALSE;
  if (self->ids != NULL && !desk_log_chain_has (self->ids, self->n_ids, row))
    return FALSE;
  if (filter->marked != NULL && !is_marked (filter->marked, row->number))
    return FALSE;
  root = filter->query != NULL ? desk_log_query_get_root (filter->query) : NULL;
  if (root == NULL)
    return TRUE;
  self->decoded = FALSE;
  self->is_described = FALSE;
  return fits (self, root, row);
}

guint
desk_log_matcher_given_up (DeskLogMatcher *self)
{
  return self->given_up;
}

static void
prepare (DeskLogMatcher    *self,
         const DeskLogTerm *term)
{
  static const char *const columns[] = {
    [COLUMN_SYMBOL] = "Symbol", [COLUMN_ACCOUNT] = "TradeAccount", [COLUMN_CLIENT] = "ClientOrderID",
    [COLUMN_SERVER] = "ServerOrderID", [COLUMN_STATUS] = "OrderStatus", [COLUMN_REASON] = "OrderUpdateReason",
  };

  for (; term != NULL; term = term->next)
    {
      Work *work = &self->works[term->index];

      if (term->text != NULL)
        {
          work->needle = g_ascii_strdown (term->text, -1);
          work->len = strlen (work->needle);
        }
      for (guint i = COLUMN_SYMBOL; term->kind == DESK_LOG_COMPARE && term->subject == DESK_LOG_OF_FIELD
                                    && i < G_N_ELEMENTS (columns); i++)
        if (strcmp (term->field, columns[i]) == 0)
          work->column = (guint8) i;
      prepare (self, term->first);
    }
}

DeskLogMatcher *
desk_log_matcher_new (const DeskLogFilter   *filter,
                      const DeskLogSnapshot *snapshot,
                      const guint8          *ids,
                      guint                  n_ids)
{
  DeskLogMatcher *self = g_new0 (DeskLogMatcher, 1);

  self->filter = filter;
  self->snapshot = snapshot;
  self->ids = ids;
  self->n_ids = n_ids;
  self->n_strings = desk_log_snapshot_n_strings (snapshot);
  self->described = g_string_new (NULL);
  if (filter->query != NULL)
    {
      self->n_works = desk_log_query_n_terms (filter->query);
      self->works = g_new0 (Work, self->n_works + 1);
      prepare (self, desk_log_query_get_root (filter->query));
    }
  return self;
}

void
desk_log_matcher_free (DeskLogMatcher *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_works; i++)
    {
      g_free (self->works[i].needle);
      g_free (self->works[i].strings);
      g_free (self->works[i].types);
    }
  g_free (self->works);
  g_string_free (self->described, TRUE);
  dtc_message_clear (&self->message);
  g_free (self);
}
