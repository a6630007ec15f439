/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-fault.h"

#include <math.h>
#include <string.h>

#include "sim-fault-names.h"
#include "sim-fields.h"

#define MAX_FAULTS 256
#define ALL        0 /* times: without end */

G_DEFINE_QUARK (sim-fault-error-quark, sim_fault_error)

typedef enum
{
  CLASS_ONE,     /* messages of one number */
  CLASS_ANY,
  CLASS_DATA,    /* market data */
  CLASS_TRADING, /* orders, fills, positions, accounts, balances */
} Class;

typedef enum
{
  TERM_MATCH,
  TERM_SET,
  TERM_UNSET,
} TermKind;

typedef struct
{
  TermKind kind;
  char    *field;
  char    *value;
} Term;

struct _SimFault
{
  guint          number;
  char          *text;
  SimFaultAction action;
  Class          class;
  guint16        type;
  gboolean       has_type;
  DtcDirection   direction;
  guint          client; /* 0: any */
  guint          nth;
  guint          times;
  guint          ms;
  guint          count;
  guint64        byte;
  SimCut         how;
  SimGarbage     garbage;
  GArray        *terms;
  guint          seen;
  guint          struck;
};

struct _SimFaults
{
  GPtrArray *list;
  guint      next;
};

static void
clear_term (gpointer data)
{
  Term *term = data;

  g_free (term->field);
  g_free (term->value);
}

static void
fault_free (gpointer data)
{
  SimFault *fault = data;

  g_free (fault->text);
  g_array_unref (fault->terms);
  g_free (fault);
}

static gboolean
fail (GError    **error,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError    **error,
      const char *format,
      ...)
{
  va_list          args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, SIM_FAULT_ERROR, 0, text);
  return FALSE;
}

static gboolean
read_type (SimFault   *fault,
           const char *text,
           GError    **error)
{
  guint64 number;
  guint   i;

  fault->has_type = TRUE;
  if (strcmp (text, "any") == 0)
    fault->class = CLASS_ANY;
  else if (strcmp (text, "data") == 0)
    fault->class = CLASS_DATA;
  else if (strcmp (text, "trading") == 0)
    fault->class = CLASS_TRADING;
  else
    {
      fault->class = CLASS_ONE;
      if (g_ascii_string_to_unsigned (text, 10, 1, DTC_MAX_MESSAGE_TYPE, &number, NULL)
          && dtc_message_desc ((guint16) number))
        {
          fault->type = (guint16) number;
          return TRUE;
        }
      for (i = 0; i < DTC_N_MESSAGES; i++)
        if (strcmp (dtc_message_descs[i].name, text) == 0)
          {
            fault->type = dtc_message_descs[i].type;
            return TRUE;
          }
      return fail (error, "There is no message type '%s': write a number, a name such as ORDER_UPDATE, any, data or "
                   "trading.", text);
    }
  return TRUE;
}

static gboolean
read_word (const char        *key,
           const char        *text,
           const char *const *words,
           guint             *value,
           GError           **error)
{
  g_autofree char *all = NULL;

  for (*value = 0; words[*value]; (*value)++)
    if (strcmp (words[*value], text) == 0)
      return TRUE;
  all = g_strjoinv (", ", (char **) words);
  return fail (error, "%s= is one of %s.", key, all);
}

static gboolean
read_number (const char *key,
             const char *text,
             guint64     most,
             guint64    *value,
             GError    **error)
{
  if (g_ascii_string_to_unsigned (text, 10, 0, most, value, NULL))
    return TRUE;
  return fail (error, "%s= is a whole number from 0 to %" G_GUINT64_FORMAT ".", key, most);
}

static gboolean
read_key (SimFault   *fault,
          const char *key,
          const char *text,
          GError    **error)
{
  static const char *const directions[] = { "in", "out", NULL };
  guint64                  number;
  guint                    word;

  if (strcmp (key, "type") == 0)
    return read_type (fault, text, error);
  if (strcmp (key, "dir") == 0)
    {
      if (!read_word (key, text, directions, &word, error))
        return FALSE;
      fault->direction = word == 0 ? DTC_TO_SERVER : DTC_TO_CLIENT;
      return TRUE;
    }
  if (strcmp (key, "how") == 0)
    {
      if (!read_word (key, text, sim_fault_cut_names, &word, error))
        return FALSE;
      fault->how = (SimCut) word;
      return TRUE;
    }
  if (strcmp (key, "form") == 0)
    {
      if (!read_word (key, text, sim_fault_garbage_names, &word, error))
        return FALSE;
      fault->garbage = (SimGarbage) word;
      return TRUE;
    }
  if (strcmp (key, "times") == 0 && strcmp (text, "all") == 0)
    {
      fault->times = ALL;
      return TRUE;
    }
  if (strcmp (key, "byte") == 0)
    return read_number (key, text, G_MAXUINT32, &fault->byte, error);
  if (!strcmp (key, "times") || !strcmp (key, "nth") || !strcmp (key, "client") || !strcmp (key, "ms")
      || !strcmp (key, "after"))
    {
      if (!read_number (key, text, 1000000, &number, error))
        return FALSE;
      if (number == 0 && (key[0] == 't' || key[0] == 'n' || key[0] == 'a'))
        return fail (error, "%s= begins with 1.", key);
      *(key[0] == 't' ? &fault->times : key[0] == 'n' ? &fault->nth : key[0] == 'c' ? &fault->client
        : key[0] == 'm' ? &fault->ms : &fault->count) = (guint) number;
      return TRUE;
    }
  return fail (error, "'%s' is no key of a fault: there are type, dir, nth, times, client, ms, after, byte, how and form, "
               "and the names of DTC fields.", key);
}

/* The number behind the name of an enumeration's value, as text; NULL when @name is none. */
static char *
find_enum_value (const DtcFieldDesc *field,
                 const char         *name)
{
  guint i;

  for (i = 0; field->enumeration && i < field->enumeration->n_values; i++)
    if (strcmp (field->enumeration->values[i].name, name) == 0)
      return g_strdup_printf ("%d", field->enumeration->values[i].value);
  return NULL;
}

static gboolean
is_number (const char *text)
{
  char *end = NULL;

  return *text && isfinite (g_ascii_strtod (text, &end)) && !*end;
}

/* Checks the term against every message that it may meet; names of numbers become numbers. */
static gboolean
check_term (const SimFault *fault,
            Term           *term,
            GError        **error)
{
  gboolean found = FALSE;
  guint    i;

  for (i = 0; i < DTC_N_MESSAGES; i++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[i];
      int                   index;
      char                 *value;

      if (fault->class == CLASS_ONE && desc->type != fault->type)
        continue;
      index = sim_field_find (desc, term->field);
      if (index < 0)
        continue;
      found = TRUE;
      if (!term->value || desc->fields[index].type == DTC_FIELD_STRING)
        continue;
      value = find_enum_value (&desc->fields[index], term->value);
      if (value)
        {
          g_free (term->value);
          term->value = value;
        }
      else if (!is_number (term->value))
        return fail (error, "%s is a number, and '%s' is none.", term->field, term->value);
    }
  if (!found)
    return fail (error, "There is no field '%s' in such messages.", term->field);
  return TRUE;
}

static gboolean
read_token (SimFault   *fault,
            const char *token,
            GError    **error)
{
  Term             term = { TERM_MATCH, NULL, NULL };
  const char      *equals = strchr (token, '=');
  g_autofree char *key = equals ? g_strndup (token, (gsize) (equals - token)) : g_strdup (token);

  if (g_str_has_prefix (token, "unset:"))
    term = (Term) { TERM_UNSET, g_strdup (token + strlen ("unset:")), NULL };
  else if (!equals)
    return fail (error, "'%s' needs a value: %s=….", token, token);
  else if (g_str_has_prefix (token, "set:"))
    term = (Term) { TERM_SET, g_strdup (key + strlen ("set:")), g_strdup (equals + 1) };
  else if (g_ascii_isupper (token[0]))
    term = (Term) { TERM_MATCH, g_strdup (key), g_strdup (equals + 1) };
  else
    return read_key (fault, key, equals + 1, error);
  /* What comes later on the line counts. */
  for (guint i = fault->terms->len; i > 0; i--)
    if (g_array_index (fault->terms, Term, i - 1).kind == term.kind
        && strcmp (g_array_index (fault->terms, Term, i - 1).field, term.field) == 0)
      g_array_remove_index (fault->terms, i - 1);
  g_array_append_val (fault->terms, term);
  return TRUE;
}

static gboolean
read_tokens (SimFault   *fault,
             char      **tokens,
             GError    **error)
{
  guint i;

  for (i = 0; tokens[i]; i++)
    if (!read_token (fault, tokens[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
check (SimFault *fault,
       GError  **error)
{
  gboolean on_connection = fault->action == SIM_FAULT_DENY || fault->action == SIM_FAULT_REUSE_IDS
                           || fault->action == SIM_FAULT_CUT || fault->action == SIM_FAULT_DEAF;
  guint    i;

  if (!fault->has_type && !on_connection)
    return fail (error, "Say which messages it strikes: type=ORDER_UPDATE, type=301, type=data, type=trading or "
                 "type=any.");
  if (!fault->has_type && fault->terms->len > 0)
    return fail (error, "Fields need type= beside them.");
  for (i = 0; i < fault->terms->len; i++)
    if (!check_term (fault, &g_array_index (fault->terms, Term, i), error))
      return FALSE;
  return TRUE;
}

guint
sim_faults_add (SimFaults  *faults,
                const char *line,
                GError    **error)
{
  g_autoptr (GError)   why = NULL;
  g_auto (GStrv)       tokens = NULL;
  g_auto (GStrv)       base = NULL;
  const SimFaultName  *name;
  SimFault            *fault;

  if (faults->list->len >= MAX_FAULTS)
    {
      fail (error, "There are too many faults already.");
      return 0;
    }
  if (!g_shell_parse_argv (line, NULL, &tokens, &why))
    {
      fail (error, "The fault '%s' cannot be read: %s.", line, why->message);
      return 0;
    }
  name = sim_fault_name_find (tokens[0]);
  if (!name)
    {
      fail (error, "There is no fault '%s': dtc-sim --help-faults lists them.", tokens[0]);
      return 0;
    }
  fault = g_new0 (SimFault, 1);
  fault->text = g_strstrip (g_strdup (line));
  fault->action = name->action;
  fault->direction = DTC_TO_CLIENT;
  fault->nth = fault->times = fault->count = 1;
  fault->terms = g_array_new (FALSE, FALSE, sizeof (Term));
  g_array_set_clear_func (fault->terms, clear_term);
  base = g_strsplit (name->base, "|", -1);
  if (!read_tokens (fault, base, &why) || !read_tokens (fault, tokens + 1, &why) || !check (fault, &why))
    {
      fail (error, "The fault '%s': %s", fault->text, why->message);
      fault_free (fault);
      return 0;
    }
  fault->number = faults->next++;
  g_ptr_array_add (faults->list, fault);
  return fault->number;
}

gboolean
sim_faults_load (SimFaults  *faults,
                 const char *path,
                 GError    **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char   *text = NULL;
  g_auto (GStrv)     lines = NULL;
  guint              i;

  if (!g_file_get_contents (path, &text, NULL, &why))
    return fail (error, "The fault script cannot be read: %s.", why->message);
  lines = g_strsplit (text, "\n", -1);
  for (i = 0; lines[i]; i++)
    {
      g_strstrip (lines[i]);
      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      if (!sim_faults_add (faults, lines[i], &why))
        return fail (error, "%s, line %u: %s", path, i + 1, why->message);
    }
  return TRUE;
}

SimFaults *
sim_faults_new (void)
{
  SimFaults *faults = g_new0 (SimFaults, 1);

  faults->list = g_ptr_array_new_with_free_func (fault_free);
  faults->next = 1;
  return faults;
}

void
sim_faults_free (SimFaults *faults)
{
  if (!faults)
    return;
  g_ptr_array_unref (faults->list);
  g_free (faults);
}

gboolean
sim_faults_clear (SimFaults *faults,
                  guint      number)
{
  guint i;

  if (number == 0)
    {
      g_ptr_array_set_size (faults->list, 0);
      return TRUE;
    }
  for (i = 0; i < faults->list->len; i++)
    if (sim_faults_get (faults, i)->number == number)
      {
        g_ptr_array_remove_index (faults->list, i);
        return TRUE;
      }
  return FALSE;
}

gboolean
sim_faults_is_empty (const SimFaults *faults)
{
  return faults->list->len == 0;
}

guint
sim_faults_length (const SimFaults *faults)
{
  return faults->list->len;
}

const SimFault *
sim_faults_get (const SimFaults *faults,
                guint            index)
{
  return g_ptr_array_index (faults->list, index);
}

/* Striking. */

static gboolean
term_fits (const Term       *term,
           const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  int                   index = desc ? sim_field_find (desc, term->field) : -1;

  if (index < 0)
    return FALSE;
  if (desc->fields[index].type == DTC_FIELD_STRING)
    return strcmp (dtc_message_get_string (message, (guint) index), term->value) == 0;
  if (desc->fields[index].type == DTC_FIELD_DOUBLE || desc->fields[index].type == DTC_FIELD_FLOAT)
    return dtc_message_get_double (message, (guint) index) == g_ascii_strtod (term->value, NULL);
  return dtc_message_get_int (message, (guint) index) == g_ascii_strtoll (term->value, NULL, 10);
}

static gboolean
fits (const SimFault   *fault,
      guint             client,
      DtcDirection      direction,
      const DtcMessage *message)
{
  guint i;

  if (!fault->has_type || fault->direction != direction || (fault->client && fault->client != client))
    return FALSE;
  switch (fault->class)
    {
    case CLASS_ONE:
      if (message->type != fault->type)
        return FALSE;
      break;
    case CLASS_DATA:
      if (message->type < 100 || message->type >= 200)
        return FALSE;
      break;
    case CLASS_TRADING:
      if (!dtc_message_is_trading (message->type))
        return FALSE;
      break;
    case CLASS_ANY:
    default:
      break;
    }
  for (i = 0; i < fault->terms->len; i++)
    if (g_array_index (fault->terms, Term, i).kind == TERM_MATCH
        && !term_fits (&g_array_index (fault->terms, Term, i), message))
      return FALSE;
  return TRUE;
}

/* One more event for @fault; TRUE when it strikes. */
static gboolean
count (SimFault *fault)
{
  fault->seen++;
  if (fault->seen < fault->nth || (fault->times != ALL && fault->struck >= fault->times))
    return FALSE;
  fault->struck++;
  return TRUE;
}

static guint
first_after (SimFaults      *faults,
             const SimFault *after)
{
  guint i = 0;

  if (after)
    while (i < faults->list->len && sim_faults_get (faults, i)->number <= after->number)
      i++;
  return i;
}

const SimFault *
sim_faults_strike (SimFaults        *faults,
                   const SimFault   *after,
                   guint             client,
                   DtcDirection      direction,
                   const DtcMessage *message)
{
  guint i;

  for (i = first_after (faults, after); i < faults->list->len; i++)
    {
      SimFault *fault = g_ptr_array_index (faults->list, i);

      if (fits (fault, client, direction, message) && count (fault))
        return fault;
    }
  return NULL;
}

const SimFault *
sim_faults_strike_connection (SimFaults      *faults,
                              const SimFault *after,
                              guint           client)
{
  guint i;

  for (i = first_after (faults, after); i < faults->list->len; i++)
    {
      SimFault *fault = g_ptr_array_index (faults->list, i);

      if (!fault->has_type && fault->action != SIM_FAULT_REUSE_IDS && (!fault->client || fault->client == client)
          && count (fault))
        return fault;
    }
  return NULL;
}

gboolean
sim_faults_strike_start (SimFaults      *faults,
                         SimFaultAction  action)
{
  guint i;

  for (i = 0; i < faults->list->len; i++)
    {
      SimFault *fault = g_ptr_array_index (faults->list, i);

      if (fault->action == action && count (fault))
        return TRUE;
    }
  return FALSE;
}

guint
sim_fault_number (const SimFault *fault)
{
  return fault->number;
}

const char *
sim_fault_text (const SimFault *fault)
{
  return fault->text;
}

guint
sim_fault_struck (const SimFault *fault)
{
  return fault->struck;
}

SimFaultAction
sim_fault_action (const SimFault *fault)
{
  return fault->action;
}

guint
sim_fault_delay (const SimFault *fault)
{
  return fault->ms;
}

guint
sim_fault_hold (const SimFault *fault)
{
  return fault->count;
}

DtcDirection
sim_fault_direction (const SimFault *fault)
{
  return fault->direction;
}

guint64
sim_fault_byte (const SimFault *fault)
{
  return fault->byte;
}

SimCut
sim_fault_how (const SimFault *fault)
{
  return fault->how;
}

SimGarbage
sim_fault_garbage (const SimFault *fault)
{
  return fault->garbage;
}

void
sim_fault_alter (const SimFault *fault,
                 DtcMessage     *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  guint                 i;

  for (i = 0; desc && i < fault->terms->len; i++)
    {
      const Term *term = &g_array_index (fault->terms, Term, i);
      int         index = sim_field_find (desc, term->field);

      if (index < 0 || term->kind == TERM_MATCH)
        continue;
      if (term->kind == TERM_UNSET)
        dtc_message_unset (message, (guint) index);
      else if (desc->fields[index].type == DTC_FIELD_STRING)
        dtc_message_set_string (message, (guint) index, term->value);
      else if (desc->fields[index].type == DTC_FIELD_DOUBLE || desc->fields[index].type == DTC_FIELD_FLOAT)
        dtc_message_set_double (message, (guint) index, g_ascii_strtod (term->value, NULL));
      else
        dtc_message_set_int (message, (guint) index, g_ascii_strtoll (term->value, NULL, 10));
    }
}
