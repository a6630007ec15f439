/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-message.h"

#include <float.h>
#include <string.h>

#include "dtc-message-private.h"

#define FIRST_BLOCK 1024
#define KEEP_BLOCK  (64 * 1024) /* one huge message must not cost its memory for ever */

struct _DtcTextBlock
{
  DtcTextBlock *next;
  gsize         size;
  gsize         used;
  char          data[];
};

char *
dtc_message_text_reserve (DtcMessage *message,
                          gsize       len)
{
  DtcTextBlock *block = message->text;

  if (block == NULL || block->size - block->used < len)
    {
      gsize size = MAX (len, block != NULL ? MIN (block->size * 2, KEEP_BLOCK) : FIRST_BLOCK);

      block = g_malloc (sizeof *block + size);
      block->next = message->text;
      block->size = size;
      block->used = 0;
      message->text = block;
    }
  return block->data + block->used;
}

void
dtc_message_text_take (DtcMessage *message,
                       gsize       len)
{
  message->text->used += len;
}

static const char *
copy_text (DtcMessage *message,
           const char *text)
{
  gsize len = strlen (text) + 1;
  char *copy = dtc_message_text_reserve (message, len);

  memcpy (copy, text, len);
  dtc_message_text_take (message, len);
  return copy;
}

/* Keeps the newest block, which is the largest, unless it is a giant. */
static void
reset_text (DtcMessage *message)
{
  DtcTextBlock *block = message->text;

  if (block == NULL)
    return;
  while (block->next != NULL)
    {
      DtcTextBlock *old = block->next;

      block->next = old->next;
      g_free (old);
    }
  block->used = 0;
  if (block->size > KEEP_BLOCK)
    {
      g_free (block);
      message->text = NULL;
    }
}

static const DtcFieldDesc *
get_field (const DtcMessage *message,
           guint             field)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  return desc != NULL && field < desc->n_fields ? &desc->fields[field] : NULL;
}

void
dtc_message_begin (DtcMessage *message)
{
  reset_text (message);
  message->type = 0;
  message->wire_type = 0;
  message->flags = 0;
  message->wire_status = 0;
  message->present = 0;
  message->nulls = 0;
  message->unknown = NULL;
}

void
dtc_message_set_type (DtcMessage *message,
                      guint16     type)
{
  const DtcMessageDesc *desc = dtc_message_desc (type);

  message->type = type;
  message->wire_type = type;
  if (desc != NULL)
    memcpy (&message->body, desc->defaults, desc->body_size);
  else
    memset (&message->body, 0, sizeof message->body);
}

void
dtc_message_init (DtcMessage *message,
                  guint16     type)
{
  dtc_message_begin (message);
  dtc_message_set_type (message, type);
}

void
dtc_message_clear (DtcMessage *message)
{
  while (message->text != NULL)
    {
      DtcTextBlock *block = message->text;

      message->text = block->next;
      g_free (block);
    }
  memset (message, 0, sizeof *message);
}

/**
 * dtc_message_new:
 * @type: a published message number
 *
 * Returns: (transfer full): an empty message of @type
 */
DtcMessage *
dtc_message_new (guint16 type)
{
  DtcMessage *message = g_new0 (DtcMessage, 1);

  dtc_message_init (message, type);
  return message;
}

/**
 * dtc_message_copy:
 * @message: a message
 *
 * Returns: (transfer full): a copy that shares nothing with @message
 */
DtcMessage *
dtc_message_copy (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  DtcMessage *copy = g_memdup2 (message, sizeof *message);
  gsize len = message->unknown != NULL ? strlen (message->unknown) + 1 : 0;

  copy->text = NULL;
  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (desc->fields[i].type == DTC_FIELD_STRING)
      len += strlen (*(const char *const *) dtc_message_const_slot (message, &desc->fields[i])) + 1;
  if (len > 0)
    dtc_message_text_reserve (copy, len);
  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (desc->fields[i].type == DTC_FIELD_STRING)
      {
        const char **slot = dtc_message_slot (copy, &desc->fields[i]);

        *slot = copy_text (copy, *slot);
      }
  if (message->unknown != NULL)
    copy->unknown = copy_text (copy, message->unknown);
  return copy;
}

void
dtc_message_free (DtcMessage *message)
{
  if (message == NULL)
    return;
  dtc_message_clear (message);
  g_free (message);
}

static void
mark_present (DtcMessage *message,
              guint       field)
{
  message->present |= G_GUINT64_CONSTANT (1) << field;
  message->nulls &= ~(G_GUINT64_CONSTANT (1) << field);
}

void
dtc_message_set_int (DtcMessage *message,
                     guint       field,
                     gint64      value)
{
  const DtcFieldDesc *desc = get_field (message, field);
  gpointer slot;

  g_return_if_fail (desc != NULL && desc->type != DTC_FIELD_STRING);

  slot = dtc_message_slot (message, desc);
  switch ((DtcFieldType) desc->type)
    {
    case DTC_FIELD_INT8: *(gint8 *) slot = (gint8) value; break;
    case DTC_FIELD_UINT8: *(guint8 *) slot = (guint8) value; break;
    case DTC_FIELD_INT16: *(gint16 *) slot = (gint16) value; break;
    case DTC_FIELD_UINT16: *(guint16 *) slot = (guint16) value; break;
    case DTC_FIELD_INT32: *(gint32 *) slot = (gint32) value; break;
    case DTC_FIELD_UINT32: *(guint32 *) slot = (guint32) value; break;
    case DTC_FIELD_INT64: *(gint64 *) slot = value; break;
    case DTC_FIELD_UINT64: *(guint64 *) slot = (guint64) value; break;
    case DTC_FIELD_FLOAT: *(float *) slot = (float) value; break;
    case DTC_FIELD_DOUBLE: *(double *) slot = (double) value; break;
    case DTC_FIELD_STRING: break;
    }
  mark_present (message, field);
}

/**
 * dtc_message_set_double:
 * @message: a message
 * @field: the index of a number field
 * @value: the value; the field's "unset" number unsets it
 *
 * Sets a number and its presence. Integer fields take the whole part.
 */
void
dtc_message_set_double (DtcMessage *message,
                        guint       field,
                        double      value)
{
  const DtcFieldDesc *desc = get_field (message, field);

  g_return_if_fail (desc != NULL && desc->type != DTC_FIELD_STRING);

  if ((desc->unset == DTC_UNSET_DBL_MAX && value == DBL_MAX) || (desc->unset == DTC_UNSET_FLT_MAX && value >= FLT_MAX))
    {
      dtc_message_unset (message, field);
      return;
    }
  if (desc->type == DTC_FIELD_DOUBLE)
    *(double *) dtc_message_slot (message, desc) = value;
  else if (desc->type == DTC_FIELD_FLOAT)
    *(float *) dtc_message_slot (message, desc) = (float) value;
  else
    dtc_message_set_int (message, field, (gint64) CLAMP (value, -9.2e18, 9.2e18));
  mark_present (message, field);
}

void
dtc_message_set_string (DtcMessage *message,
                        guint       field,
                        const char *value)
{
  const DtcFieldDesc *desc = get_field (message, field);

  g_return_if_fail (desc != NULL && desc->type == DTC_FIELD_STRING);

  if (value == NULL)
    {
      dtc_message_unset (message, field);
      return;
    }
  *(const char **) dtc_message_slot (message, desc) = copy_text (message, value);
  mark_present (message, field);
}

gboolean
dtc_message_slot_is_unset (const DtcMessage   *message,
                           const DtcFieldDesc *field)
{
  gconstpointer slot = dtc_message_const_slot (message, field);

  switch ((DtcUnset) field->unset)
    {
    case DTC_UNSET_DBL_MAX: return *(const double *) slot == DBL_MAX;
    case DTC_UNSET_FLT_MAX: return *(const float *) slot == FLT_MAX;
    case DTC_UNSET_UINT32_MAX: return *(const guint32 *) slot == G_MAXUINT32;
    case DTC_UNSET_NONE: break;
    }
  return FALSE;
}

static gsize
slot_size (const DtcFieldDesc *desc)
{
  static const guint8 sizes[] = { 1, 1, 2, 2, 4, 4, 8, 8, sizeof (float), sizeof (double), sizeof (char *) };

  return sizes[desc->type];
}

/**
 * dtc_message_unset:
 * @message: a message
 * @field: a field index
 *
 * Puts the field back to its default and takes away its presence.
 */
void
dtc_message_unset (DtcMessage *message,
                   guint       field)
{
  const DtcFieldDesc *desc = get_field (message, field);

  g_return_if_fail (desc != NULL);

  memcpy (dtc_message_slot (message, desc),
          (const char *) dtc_message_desc (message->type)->defaults + desc->offset,
          slot_size (desc));
  message->present &= ~(G_GUINT64_CONSTANT (1) << field);
  message->nulls &= ~(G_GUINT64_CONSTANT (1) << field);
}

gint64
dtc_message_get_int (const DtcMessage *message,
                     guint             field)
{
  const DtcFieldDesc *desc = get_field (message, field);
  gconstpointer slot;

  g_return_val_if_fail (desc != NULL, 0);

  slot = dtc_message_const_slot (message, desc);
  switch ((DtcFieldType) desc->type)
    {
    case DTC_FIELD_INT8: return *(const gint8 *) slot;
    case DTC_FIELD_UINT8: return *(const guint8 *) slot;
    case DTC_FIELD_INT16: return *(const gint16 *) slot;
    case DTC_FIELD_UINT16: return *(const guint16 *) slot;
    case DTC_FIELD_INT32: return *(const gint32 *) slot;
    case DTC_FIELD_UINT32: return *(const guint32 *) slot;
    case DTC_FIELD_INT64: return *(const gint64 *) slot;
    case DTC_FIELD_UINT64: return (gint64) *(const guint64 *) slot;
    case DTC_FIELD_FLOAT: return (gint64) CLAMP (*(const float *) slot, -9.2e18f, 9.2e18f);
    case DTC_FIELD_DOUBLE: return (gint64) CLAMP (*(const double *) slot, -9.2e18, 9.2e18);
    case DTC_FIELD_STRING: break;
    }
  return 0;
}

double
dtc_message_get_double (const DtcMessage *message,
                        guint             field)
{
  const DtcFieldDesc *desc = get_field (message, field);

  g_return_val_if_fail (desc != NULL, 0);

  switch ((DtcFieldType) desc->type)
    {
    case DTC_FIELD_FLOAT: return *(const float *) dtc_message_const_slot (message, desc);
    case DTC_FIELD_DOUBLE: return *(const double *) dtc_message_const_slot (message, desc);
    case DTC_FIELD_UINT64: return (double) *(const guint64 *) dtc_message_const_slot (message, desc);
    default: return (double) dtc_message_get_int (message, field);
    }
}

const char *
dtc_message_get_string (const DtcMessage *message,
                        guint             field)
{
  const DtcFieldDesc *desc = get_field (message, field);

  g_return_val_if_fail (desc != NULL, "");

  return desc->type == DTC_FIELD_STRING ? *(const char *const *) dtc_message_const_slot (message, desc) : "";
}

gboolean
dtc_message_equal (const DtcMessage *a,
                   const DtcMessage *b)
{
  const DtcMessageDesc *desc = dtc_message_desc (a->type);

  if (a->type != b->type || a->present != b->present)
    return FALSE;
  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    {
      if (!dtc_message_has (a, i))
        continue;
      switch ((DtcFieldType) desc->fields[i].type)
        {
        case DTC_FIELD_STRING:
          if (strcmp (dtc_message_get_string (a, i), dtc_message_get_string (b, i)) != 0)
            return FALSE;
          break;
        case DTC_FIELD_FLOAT:
        case DTC_FIELD_DOUBLE:
          if (dtc_message_get_double (a, i) != dtc_message_get_double (b, i))
            return FALSE;
          break;
        default:
          if (dtc_message_get_int (a, i) != dtc_message_get_int (b, i))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
dtc_message_is_trading (guint16 type)
{
  /* The header numbers its groups by hundreds: orders, their state, accounts, balances. */
  return (type >= 200 && type < 500) || (type >= 600 && type < 700);
}

static void
describe_text (GString    *out,
               const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0';)
    {
      gunichar c = g_utf8_get_char_validated (p, -1);
      gboolean broken = c >= (gunichar) -2; /* only a caller of our own can have put it there */

      p = broken ? p + 1 : g_utf8_next_char (p);
      if (broken)
        g_string_append (out, "\\ufffd");
      else if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", (char) c);
      else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
               g_unichar_type (c) == G_UNICODE_FORMAT)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_unichar (out, c);
    }
  g_string_append_c (out, '"');
}

void
dtc_message_describe (const DtcMessage *message,
                      GString          *out)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  const char *separator = "";

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    {
      const DtcFieldDesc *field = &desc->fields[i];
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      const char *name;

      if (!dtc_message_has (message, i) && !dtc_message_is_null (message, i))
        continue;
      g_string_append_printf (out, "%s%s=", separator, field->name);
      separator = " ";
      if (!dtc_message_has (message, i))
        {
          g_string_append (out, "null");
          continue;
        }
      switch ((DtcFieldType) field->type)
        {
        case DTC_FIELD_STRING:
          if (g_str_equal (field->name, "Username") || g_str_equal (field->name, "Password"))
            g_string_append (out, "***");
          else
            describe_text (out, dtc_message_get_string (message, i));
          break;
        case DTC_FIELD_FLOAT:
          g_string_append (out, g_ascii_formatd (number, sizeof number, "%.9g", dtc_message_get_double (message, i)));
          break;
        case DTC_FIELD_DOUBLE:
          g_ascii_formatd (number, sizeof number, "%.15g", dtc_message_get_double (message, i));
          if (g_ascii_strtod (number, NULL) != dtc_message_get_double (message, i))
            g_ascii_formatd (number, sizeof number, "%.17g", dtc_message_get_double (message, i));
          g_string_append (out, number);
          break;
        case DTC_FIELD_UINT64:
          g_string_append_printf (out, "%" G_GUINT64_FORMAT, (guint64) dtc_message_get_int (message, i));
          break;
        default:
          g_string_append_printf (out, "%" G_GINT64_FORMAT, dtc_message_get_int (message, i));
          name = dtc_enum_name (field->enumeration, (gint32) dtc_message_get_int (message, i));
          if (name != NULL)
            g_string_append_printf (out, "(%s)", name);
          break;
        }
    }
  if (message->unknown != NULL)
    {
      g_string_append_printf (out, "%sunknown=", separator);
      describe_text (out, message->unknown);
    }
}
