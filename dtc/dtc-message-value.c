/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-message-value.h"

#include <float.h>
#include <math.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (DtcMessage, dtc_message, dtc_message_copy, dtc_message_free)

DtcMessage *
dtc_message_new_for_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    if (strcmp (dtc_message_descs[i].name, name) == 0)
      return dtc_message_new (dtc_message_descs[i].type);
  return NULL;
}

guint
dtc_message_get_number (const DtcMessage *message)
{
  return message->type;
}

const char *
dtc_message_get_name (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  return desc != NULL ? desc->name : NULL;
}

char **
dtc_message_list_fields (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  guint                 n = desc != NULL ? desc->n_fields : 0;
  char                **names = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = g_strdup (desc->fields[i].name);
  return names;
}

static const DtcFieldDesc *
find_field (const DtcMessage *message,
            const char       *name,
            guint            *index)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, name) == 0)
      {
        *index = i;
        return &desc->fields[i];
      }
  return NULL;
}

GVariant *
dtc_message_get_value (const DtcMessage *message,
                       const char       *field)
{
  guint               index;
  const DtcFieldDesc *desc;

  g_return_val_if_fail (message != NULL && field != NULL, NULL);

  desc = find_field (message, field, &index);
  if (desc == NULL || !dtc_message_has (message, index))
    return NULL;
  switch ((DtcFieldType) desc->type)
    {
    case DTC_FIELD_STRING:
      return g_variant_ref_sink (g_variant_new_string (dtc_message_get_string (message, index)));
    case DTC_FIELD_FLOAT:
    case DTC_FIELD_DOUBLE:
      return g_variant_ref_sink (g_variant_new_double (dtc_message_get_double (message, index)));
    case DTC_FIELD_INT8:
    case DTC_FIELD_UINT8:
    case DTC_FIELD_INT16:
    case DTC_FIELD_UINT16:
    case DTC_FIELD_INT32:
    case DTC_FIELD_UINT32:
    case DTC_FIELD_INT64:
    case DTC_FIELD_UINT64:
    default:
      return g_variant_ref_sink (g_variant_new_int64 (dtc_message_get_int (message, index)));
    }
}

static gboolean
read_integer (GVariant *value,
              gint64   *number)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      *number = g_variant_get_boolean (value);
      return TRUE;
    case G_VARIANT_CLASS_BYTE:
      *number = g_variant_get_byte (value);
      return TRUE;
    case G_VARIANT_CLASS_INT16:
      *number = g_variant_get_int16 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT16:
      *number = g_variant_get_uint16 (value);
      return TRUE;
    case G_VARIANT_CLASS_INT32:
      *number = g_variant_get_int32 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT32:
      *number = g_variant_get_uint32 (value);
      return TRUE;
    case G_VARIANT_CLASS_INT64:
      *number = g_variant_get_int64 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT64:
      *number = (gint64) MIN (g_variant_get_uint64 (value), (guint64) G_MAXINT64);
      return g_variant_get_uint64 (value) <= (guint64) G_MAXINT64;
    case G_VARIANT_CLASS_HANDLE:
    case G_VARIANT_CLASS_DOUBLE:
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
    case G_VARIANT_CLASS_VARIANT:
    case G_VARIANT_CLASS_MAYBE:
    case G_VARIANT_CLASS_ARRAY:
    case G_VARIANT_CLASS_TUPLE:
    case G_VARIANT_CLASS_DICT_ENTRY:
    default:
      return FALSE;
    }
}

static gboolean
integer_fits (DtcFieldType type,
              gint64       number)
{
  switch (type)
    {
    case DTC_FIELD_INT8:
      return number >= G_MININT8 && number <= G_MAXINT8;
    case DTC_FIELD_UINT8:
      return number >= 0 && number <= G_MAXUINT8;
    case DTC_FIELD_INT16:
      return number >= G_MININT16 && number <= G_MAXINT16;
    case DTC_FIELD_UINT16:
      return number >= 0 && number <= G_MAXUINT16;
    case DTC_FIELD_INT32:
      return number >= G_MININT32 && number <= G_MAXINT32;
    case DTC_FIELD_UINT32:
      return number >= 0 && number <= G_MAXUINT32;
    case DTC_FIELD_UINT64:
      return number >= 0;
    case DTC_FIELD_INT64:
    case DTC_FIELD_FLOAT:
    case DTC_FIELD_DOUBLE:
      return TRUE;
    case DTC_FIELD_STRING:
    default:
      return FALSE;
    }
}

static gboolean
wrong_type (const DtcMessage *message,
            const char       *field,
            const char       *wanted,
            GError          **error)
{
  const char *name = dtc_message_get_name (message);

  g_set_error (error, DTC_ERROR, DTC_ERROR_WRONG_TYPE, "%s.%s %s", name != NULL ? name : "A message without a type",
               field, wanted);
  return FALSE;
}

static gboolean
set_number (DtcMessage          *message,
            const DtcFieldDesc  *desc,
            guint                index,
            GVariant            *value,
            GError             **error)
{
  gboolean floating = desc->type == DTC_FIELD_FLOAT || desc->type == DTC_FIELD_DOUBLE;
  gint64   number;
  double   real;

  if (read_integer (value, &number))
    {
      if (integer_fits ((DtcFieldType) desc->type, number))
        {
          dtc_message_set_int (message, index, number);
          return TRUE;
        }
    }
  else if (floating && g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    {
      real = g_variant_get_double (value);
      if (isfinite (real) && fabs (real) < (desc->type == DTC_FIELD_FLOAT ? (double) FLT_MAX : DBL_MAX))
        {
          dtc_message_set_double (message, index, real);
          return TRUE;
        }
    }
  else
    return wrong_type (message, desc->name, floating ? "needs a number" : "needs an integer", error);
  g_set_error (error, DTC_ERROR, DTC_ERROR_RANGE, "The number does not fit into %s", desc->name);
  return FALSE;
}

gboolean
dtc_message_set_value (DtcMessage  *message,
                       const char  *field,
                       GVariant    *value,
                       GError     **error)
{
  g_autoptr (GVariant) owned = value != NULL ? g_variant_ref_sink (value) : NULL;
  guint                index;
  const DtcFieldDesc  *desc;

  g_return_val_if_fail (message != NULL && field != NULL, FALSE);

  desc = find_field (message, field, &index);
  if (desc == NULL)
    return wrong_type (message, field, "does not exist", error);
  if (owned == NULL)
    {
      dtc_message_unset (message, index);
      return TRUE;
    }
  if (desc->type != DTC_FIELD_STRING)
    return set_number (message, desc, index, owned, error);
  if (!g_variant_is_of_type (owned, G_VARIANT_TYPE_STRING))
    return wrong_type (message, field, "needs a text", error);
  dtc_message_set_string (message, index, g_variant_get_string (owned, NULL));
  return TRUE;
}

char *
dtc_message_to_string (const DtcMessage *message)
{
  GString    *text = g_string_new (NULL);
  const char *name = dtc_message_get_name (message);

  if (name != NULL)
    g_string_append (text, name);
  else
    g_string_append_printf (text, "%u", message->wire_type);
  g_string_append_c (text, ' ');
  dtc_message_describe (message, text);
  return g_string_free (text, FALSE);
}
