/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-query.h"

#include <math.h>
#include <string.h>

#include "desk-types.h"

#define MAX_LENGTH 4096
#define MAX_DEPTH 64
/* An expression that looks back and forth for ever is given up for that message. */
#define PATIENCE "(*LIMIT_MATCH=100000)"

struct _DeskLogQuery
{
  gatomicrefcount refs;
  DeskLogTerm    *root;
  guint           n_terms;
};

typedef struct
{
  const char *text;
  const char *at;
  guint       depth;
  guint       n_terms;
  GError     *error;
  guint       wrong;
} Parser;

/* ---- what fields there are ---- */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Every name once, sorted. */
static GPtrArray *
all_names (void)
{
  static GPtrArray *names;
  static gsize done;

  if (g_once_init_enter (&done))
    {
      g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

      names = g_ptr_array_new ();
      for (guint i = 0; i < DTC_N_MESSAGES; i++)
        for (guint k = 0; k < dtc_message_descs[i].n_fields; k++)
          if (g_hash_table_add (seen, (gpointer) dtc_message_descs[i].fields[k].name))
            g_ptr_array_add (names, (gpointer) dtc_message_descs[i].fields[k].name);
      g_ptr_array_sort (names, compare_names);
      g_once_init_leave (&done, 1);
    }
  return names;
}

static const struct
{
  const char    *name;
  DeskLogSubject subject;
  gboolean       text;
} others[] = {
  { "type", DESK_LOG_OF_TYPE, FALSE },
  { "name", DESK_LOG_OF_NAME, TRUE },
  { "link", DESK_LOG_OF_LINK, FALSE },
  { "size", DESK_LOG_OF_SIZE, FALSE },
  { "number", DESK_LOG_OF_NUMBER, FALSE },
  { "direction", DESK_LOG_OF_DIRECTION, TRUE },
  { "id", DESK_LOG_OF_ID, TRUE },
  { "answer", DESK_LOG_OF_ANSWER, FALSE },
};

static const char *
find_name (const char *word)
{
  GPtrArray *names = all_names ();
  const char *any_case = NULL;

  for (guint i = 0; i < names->len; i++)
    {
      if (strcmp (names->pdata[i], word) == 0)
        return names->pdata[i];
      if (any_case == NULL && g_ascii_strcasecmp (names->pdata[i], word) == 0)
        any_case = names->pdata[i];
    }
  return any_case;
}

/* How many letters to change, at most @limit. */
static guint
distance (const char *a,
          const char *b,
          guint       limit)
{
  gsize n = strlen (b);
  g_autofree guint *row = g_new (guint, n + 1);

  for (gsize k = 0; k <= n; k++)
    row[k] = (guint) k;
  for (gsize i = 0; a[i] != '\0'; i++)
    {
      guint corner = row[0];

      row[0] = (guint) i + 1;
      for (gsize k = 0; k < n; k++)
        {
          guint change = corner + (g_ascii_tolower (a[i]) != g_ascii_tolower (b[k]) ? 1 : 0);

          corner = row[k + 1];
          row[k + 1] = MIN (change, MIN (row[k], row[k + 1]) + 1);
        }
    }
  return MIN (row[n], limit);
}

static const char *
similar_name (const char *word)
{
  GPtrArray *names = all_names ();
  guint limit = MAX (2u, (guint) strlen (word) / 4) + 1;
  const char *best = NULL;

  for (guint i = 0; strlen (word) <= 64 && i < names->len; i++)
    {
      guint far = distance (word, names->pdata[i], limit);

      if (far < limit)
        {
          limit = far;
          best = names->pdata[i];
        }
    }
  return best;
}

/* ---- parsing ---- */

static void
term_free (DeskLogTerm *term)
{
  while (term != NULL)
    {
      DeskLogTerm *next = term->next;

      term_free (term->first);
      g_free (term->text);
      g_clear_pointer (&term->regex, g_regex_unref);
      g_free (term->literal);
      g_free (term->places);
      g_free (term);
      term = next;
    }
}

static DeskLogTerm *
term_new (Parser          *parser,
          DeskLogTermKind  kind)
{
  DeskLogTerm *term = g_new0 (DeskLogTerm, 1);

  term->kind = kind;
  term->index = parser->n_terms++;
  return term;
}

static void G_GNUC_PRINTF (3, 4)
fail (Parser     *parser,
      const char *at,
      const char *format,
      ...)
{
  va_list args;

  if (parser->error != NULL)
    return;
  va_start (args, format);
  parser->error = g_error_new_valist (DESK_ERROR, DESK_ERROR_USAGE, format, args);
  va_end (args);
  parser->wrong = (guint) (at - parser->text);
}

static void
skip_space (Parser *parser)
{
  while (g_ascii_isspace (*parser->at))
    parser->at++;
}

static gboolean
is_word_char (char c)
{
  return c != '\0' && !g_ascii_isspace (c) && strchr ("&|!()=<>~\"", c) == NULL;
}

/* (nullable) (transfer full): what stands between two signs; the sign can be written behind a backslash. */
static char *
read_between (Parser     *parser,
              char        sign,
              gboolean    keep_escapes)
{
  GString *out = g_string_new (NULL);
  const char *from = parser->at++;

  for (; *parser->at != '\0' && *parser->at != sign; parser->at++)
    {
      if (*parser->at == '\\' && parser->at[1] != '\0')
        {
          if (keep_escapes && parser->at[1] != sign)
            g_string_append_c (out, '\\');
          parser->at++;
        }
      g_string_append_c (out, *parser->at);
    }
  if (*parser->at != sign)
    {
      if (sign == '"')
        fail (parser, from, "The text in quotes has no end");
      else
        fail (parser, from, "The expression between slashes has no end");
      g_string_free (out, TRUE);
      return NULL;
    }
  parser->at++;
  return g_string_free (out, FALSE);
}

/* The longest run of letters and digits that a match cannot do without; nothing where that is not plain to see. Most rows
 * lack it, and need no expression to be told so. */
static char *
find_literal (const char *pattern)
{
  const char *best = NULL;
  gsize best_len = 2;

  if (strpbrk (pattern, "|()[]\\") != NULL)
    return NULL;
  for (const char *p = pattern; *p != '\0';)
    {
      gsize len = 0;

      while (g_ascii_isalnum (p[len]))
        len++;
      /* What follows may make its last letter do without. */
      if (len > 0 && p[len] != '\0' && strchr ("?*{", p[len]) != NULL && len - 1 > best_len)
        {
          best = p;
          best_len = len - 1;
        }
      else if (len > best_len && (p[len] == '\0' || strchr ("?*{", p[len]) == NULL))
        {
          best = p;
          best_len = len;
        }
      p += len;
      if (*p == '{')
        while (*p != '\0' && *p != '}')
          p++;
      if (*p != '\0')
        p++;
    }
  return best != NULL ? g_ascii_strdown (best, (gssize) best_len) : NULL;
}

static GRegex *
read_regex (Parser      *parser,
            DeskLogTerm *term)
{
  const char *from = parser->at;
  g_autofree char *pattern = read_between (parser, '/', TRUE);
  g_autofree char *patient = NULL;
  g_autoptr (GError) error = NULL;
  GRegexCompileFlags flags = G_REGEX_OPTIMIZE | G_REGEX_RAW;
  GRegex *regex;

  if (pattern == NULL)
    return NULL;
  if (*parser->at == 'i' && !is_word_char (parser->at[1]))
    {
      flags |= G_REGEX_CASELESS;
      parser->at++;
    }
  /* What is looked through is UTF-8 nearly always; where it is not, the expression is none of letters. */
  patient = g_strconcat (PATIENCE, pattern, NULL);
  regex = g_regex_new (patient, flags, 0, &error);
  if (regex == NULL)
    {
      g_autoptr (GError) plain = NULL;

      /* What is wrong with what was typed, not with what we put before it. */
      regex = g_regex_new (pattern, flags, 0, &plain);
      fail (parser, from, "The expression /%s/ cannot be used: %s", pattern, plain != NULL ? plain->message : error->message);
      g_clear_pointer (&regex, g_regex_unref);
    }
  term->literal = find_literal (pattern);
  return regex;
}

static char *
read_word (Parser *parser)
{
  const char *from = parser->at;

  while (is_word_char (*parser->at))
    parser->at++;
  return g_strndup (from, (gsize) (parser->at - from));
}

static gboolean
read_operator (Parser          *parser,
               DeskLogOperator *operator)
{
  static const struct
  {
    const char      sign[3];
    DeskLogOperator operator;
  } signs[] = { { "!=", DESK_LOG_DIFFERENT }, { "!~", DESK_LOG_LACKS }, { "<=", DESK_LOG_AT_MOST }, { ">=", DESK_LOG_AT_LEAST },
                { "==", DESK_LOG_EQUAL }, { "=", DESK_LOG_EQUAL }, { "~", DESK_LOG_CONTAINS }, { "<", DESK_LOG_LESS },
                { ">", DESK_LOG_MORE } };

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_has_prefix (parser->at, signs[i].sign))
      {
        parser->at += strlen (signs[i].sign);
        *operator = signs[i].operator;
        return TRUE;
      }
  return FALSE;
}

static gboolean
find_subject (Parser      *parser,
              DeskLogTerm *term,
              const char  *word,
              const char  *at,
              gboolean    *text)
{
  *text = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_ascii_strcasecmp (others[i].name, word) == 0)
      {
        term->subject = others[i].subject;
        term->field = others[i].name;
        *text = others[i].text;
        return TRUE;
      }
  term->subject = DESK_LOG_OF_FIELD;
  term->field = find_name (word);
  if (term->field == NULL)
    {
      const char *similar = similar_name (word);

      if (similar != NULL)
        fail (parser, at, "DTC has no field \"%s\"; did you mean %s?", word, similar);
      else
        fail (parser, at, "DTC has no field \"%s\"", word);
      return FALSE;
    }
  term->places = g_new0 (guint8, DTC_N_MESSAGES);
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    for (guint k = 0; k < dtc_message_descs[i].n_fields; k++)
      if (strcmp (dtc_message_descs[i].fields[k].name, term->field) == 0)
        {
          term->places[i] = (guint8) (k + 1);
          if (dtc_message_descs[i].fields[k].type == DTC_FIELD_STRING)
            *text = TRUE;
        }
  return TRUE;
}

/* What all names of an enumeration begin with. */
static gsize
common_start (const DtcEnumDesc *desc)
{
  gsize len = strlen (desc->values[0].name);

  for (guint i = 1; i < desc->n_values; i++)
    {
      gsize k = 0;

      while (k < len && desc->values[i].name[k] == desc->values[0].name[k])
        k++;
      len = k;
    }
  while (len > 0 && desc->values[0].name[len - 1] != '_')
    len--;
  return desc->n_values > 1 ? len : 0;
}

static gboolean
find_enum_value (DeskLogTerm *term)
{
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    {
      const DtcEnumDesc *desc;

      if (term->places[i] == 0)
        continue;
      desc = dtc_message_descs[i].fields[term->places[i] - 1].enumeration;
      for (guint k = 0; desc != NULL && k < desc->n_values; k++)
        if (g_ascii_strcasecmp (desc->values[k].name, term->text) == 0
            || g_ascii_strcasecmp (desc->values[k].name + common_start (desc), term->text) == 0)
          {
            term->number = desc->values[k].value;
            term->whole = desc->values[k].value;
            term->is_number = TRUE;
            return TRUE;
          }
    }
  return FALSE;
}

/* The name of a value that the field has, beside that of zero; NULL: its values have no names. */
static const char *
find_enum_example (const DeskLogTerm *term)
{
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    {
      const DtcEnumDesc *desc;

      if (term->places[i] == 0)
        continue;
      desc = dtc_message_descs[i].fields[term->places[i] - 1].enumeration;
      if (desc != NULL && desc->n_values > 0)
        return desc->values[desc->n_values - 1].name + common_start (desc);
    }
  return NULL;
}

static void
read_number (DeskLogTerm *term)
{
  char *end = NULL;

  if (term->text[0] == '\0' || g_ascii_isspace (term->text[0]))
    return;
  term->number = g_ascii_strtod (term->text, &end);
  /* What is not a number is neither more nor less nor something else than any. */
  term->is_number = *end == '\0' && isfinite (term->number);
  if (term->is_number && !g_ascii_string_to_signed (term->text, 10, G_MININT64, G_MAXINT64, &term->whole, NULL))
    term->whole = term->number > -9e18 && term->number < 9e18 ? (gint64) term->number : G_MININT64;
}

static DeskLogTerm *
read_comparison (Parser     *parser,
                 const char *word,
                 const char *from)
{
  DeskLogTerm *term = term_new (parser, DESK_LOG_COMPARE);
  gboolean quoted = FALSE;
  gboolean text;
  const char *at;

  if (!find_subject (parser, term, word, from, &text))
    return term;
  skip_space (parser);
  read_operator (parser, &term->operator);
  skip_space (parser);
  at = parser->at;
  if (*parser->at == '/' && (term->operator == DESK_LOG_CONTAINS || term->operator == DESK_LOG_LACKS))
    {
      term->regex = read_regex (parser, term);
      return term;
    }
  quoted = *parser->at == '"';
  term->text = quoted ? read_between (parser, '"', FALSE) : read_word (parser);
  if (term->text == NULL)
    return term;
  if (*term->text == '\0' && !quoted)
    {
      fail (parser, at, "A value is missing after %s", term->field);
      return term;
    }
  if (term->operator == DESK_LOG_CONTAINS || term->operator == DESK_LOG_LACKS)
    return term;
  if (!quoted && term->subject == DESK_LOG_OF_FIELD && strcmp (term->text, "unset") == 0)
    {
      term->unset = TRUE;
      if (term->operator != DESK_LOG_EQUAL && term->operator != DESK_LOG_DIFFERENT)
        fail (parser, at, "unset is neither more nor less than anything; write = or !=");
      return term;
    }
  if (!quoted)
    read_number (term);
  if (text && term->operator != DESK_LOG_EQUAL && term->operator != DESK_LOG_DIFFERENT)
    fail (parser, at, "%s is a text: it can be compared by = != ~ and !~ only", term->field);
  else if (term->subject == DESK_LOG_OF_DIRECTION && g_ascii_strcasecmp (term->text, "sent") != 0
           && g_ascii_strcasecmp (term->text, "received") != 0)
    fail (parser, at, "A direction is sent or received, not %s", term->text);
  else if (!text && !term->is_number && (term->subject != DESK_LOG_OF_FIELD || !find_enum_value (term)))
    {
      const char *example = term->subject == DESK_LOG_OF_FIELD ? find_enum_example (term) : NULL;

      if (example != NULL)
        fail (parser, at, "%s has no value \"%s\"; it has, for example, %s", term->field, term->text, example);
      else
        fail (parser, at, "%s is a number, and \"%s\" is none", term->field, term->text);
    }
  return term;
}

static DeskLogTerm *read_either (Parser *parser);

static DeskLogTerm *
read_one (Parser *parser)
{
  const char *from;
  const char *behind;
  DeskLogOperator unused;
  g_autofree char *word = NULL;
  DeskLogTerm *term;

  skip_space (parser);
  from = parser->at;
  if (parser->error != NULL || ++parser->depth > MAX_DEPTH)
    {
      fail (parser, from, "The query is nested too deeply");
      return NULL;
    }
  if (*from == '!')
    {
      parser->at++;
      term = term_new (parser, DESK_LOG_NOT);
      term->first = read_one (parser);
    }
  else if (*from == '(')
    {
      parser->at++;
      term = read_either (parser);
      skip_space (parser);
      if (*parser->at == ')')
        parser->at++;
      else
        fail (parser, from, "A bracket is opened and not closed");
    }
  else if (*from == '"')
    {
      term = term_new (parser, DESK_LOG_WORDS);
      term->text = read_between (parser, '"', FALSE);
    }
  else if (*from == '/')
    {
      term = term_new (parser, DESK_LOG_REGEX);
      term->regex = read_regex (parser, term);
    }
  else if (!is_word_char (*from))
    {
      term = NULL;
      if (*from == '\0')
        fail (parser, from, "Something is missing at the end");
      else
        fail (parser, from, "\"%c\" stands where a word or a field should be", *from);
    }
  else
    {
      word = read_word (parser);
      behind = parser->at;
      skip_space (parser);
      if (*parser->at == '!' && parser->at[1] != '=' && parser->at[1] != '~')
        parser->at = behind;
      from = parser->at;
      if (read_operator (parser, &unused))
        {
          parser->at = from;
          term = read_comparison (parser, word, behind - strlen (word));
        }
      else
        {
          parser->at = behind;
          term = term_new (parser, DESK_LOG_WORDS);
          term->text = g_steal_pointer (&word);
        }
    }
  parser->depth--;
  return term;
}

/* Terms joined by what is written between them, or by nothing. */
static DeskLogTerm *
read_all (Parser *parser)
{
  DeskLogTerm *first = read_one (parser);
  DeskLogTerm *last = first;
  DeskLogTerm *all;

  while (parser->error == NULL)
    {
      skip_space (parser);
      if (*parser->at == '&')
        while (*parser->at == '&')
          parser->at++;
      else if (*parser->at == '\0' || *parser->at == '|' || *parser->at == ')')
        break;
      last->next = read_one (parser);
      if (last->next == NULL)
        break;
      last = last->next;
    }
  if (first == NULL || first->next == NULL)
    return first;
  all = term_new (parser, DESK_LOG_AND);
  all->first = first;
  return all;
}

static DeskLogTerm *
read_either (Parser *parser)
{
  DeskLogTerm *first = read_all (parser);
  DeskLogTerm *last = first;
  DeskLogTerm *either;

  while (parser->error == NULL)
    {
      skip_space (parser);
      if (*parser->at != '|')
        break;
      while (*parser->at == '|')
        parser->at++;
      last->next = read_all (parser);
      if (last->next == NULL)
        break;
      last = last->next;
    }
  if (first == NULL || first->next == NULL)
    return first;
  either = term_new (parser, DESK_LOG_OR);
  either->first = first;
  return either;
}

/* What costs least goes first. */
static guint
cost (const DeskLogTerm *term)
{
  guint most = 0;

  switch (term->kind)
    {
    case DESK_LOG_WORDS:
      return 4;
    case DESK_LOG_REGEX:
      return 5;
    case DESK_LOG_COMPARE:
      return term->subject == DESK_LOG_OF_FIELD ? 3 : 1;
    case DESK_LOG_AND:
    case DESK_LOG_OR:
    case DESK_LOG_NOT:
      break;
    }
  for (const DeskLogTerm *child = term->first; child != NULL; child = child->next)
    most = MAX (most, cost (child));
  return most;
}

static void
put_in_order (DeskLogTerm *term)
{
  DeskLogTerm *sorted = NULL;
  DeskLogTerm *child = term->first;

  while (child != NULL)
    {
      DeskLogTerm *next = child->next;
      DeskLogTerm **at = &sorted;

      put_in_order (child);
      while (*at != NULL && cost (*at) <= cost (child))
        at = &(*at)->next;
      child->next = *at;
      *at = child;
      child = next;
    }
  term->first = sorted;
}

DeskLogQuery *
desk_log_query_parse (const char  *text,
                      guint       *at,
                      GError     **error)
{
  Parser parser = { .text = text, .at = text };
  DeskLogTerm *root = NULL;
  DeskLogQuery *self;

  if (at != NULL)
    *at = 0;
  if (strlen (text) > MAX_LENGTH)
    fail (&parser, text, "The query is too long");
  else if (!g_utf8_validate (text, -1, NULL))
    fail (&parser, text, "The query is no text");
  skip_space (&parser);
  if (parser.error == NULL && *parser.at != '\0')
    {
      root = read_either (&parser);
      skip_space (&parser);
      if (*parser.at == ')')
        fail (&parser, parser.at, "A bracket is closed that was not opened");
    }
  if (parser.error != NULL)
    {
      if (at != NULL)
        *at = parser.wrong;
      term_free (root);
      g_propagate_error (error, parser.error);
      return NULL;
    }
  if (root != NULL)
    put_in_order (root);
  self = g_new0 (DeskLogQuery, 1);
  g_atomic_ref_count_init (&self->refs);
  self->root = root;
  self->n_terms = parser.n_terms;
  return self;
}

DeskLogQuery *
desk_log_query_ref (DeskLogQuery *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
desk_log_query_unref (DeskLogQuery *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  term_free (self->root);
  g_free (self);
}

const DeskLogTerm *
desk_log_query_get_root (DeskLogQuery *self)
{
  return self->root;
}

guint
desk_log_query_n_terms (DeskLogQuery *self)
{
  return self->n_terms;
}
