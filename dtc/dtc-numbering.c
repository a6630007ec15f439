/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-numbering.h"

#include <string.h>

#include "dtc-message-private.h"

/* Brief numbers for what the published protocol numbers otherwise. */
enum
{
  BRIEF_SUBMIT = 300,
  BRIEF_CHANGE = 302, /* cancels when it carries an identity only */
};

static const DtcEnumValue side_values[] = { { DTC_BUY, "BUY" }, { DTC_SELL, "SELL" } };
static const DtcEnumDesc side_words = { "BuySell", side_values, G_N_ELEMENTS (side_values) };

static const DtcEnumValue time_in_force_values[] = {
  { DTC_TIF_DAY, "DAY" },
  { DTC_TIF_GOOD_TILL_CANCELED, "GTC" },
  { DTC_TIF_GOOD_TILL_DATE_TIME, "GTD" },
  { DTC_TIF_IMMEDIATE_OR_CANCEL, "IOC" },
  { DTC_TIF_FILL_OR_KILL, "FOK" },
  { DTC_TIF_ALL_OR_NONE, "AON" },
};
static const DtcEnumDesc time_in_force_words = { "TimeInForce", time_in_force_values,
                                                 G_N_ELEMENTS (time_in_force_values) };

static const struct
{
  gint32 status;
  gint32 wire;
} brief_statuses[] = {
  { DTC_ORDER_STATUS_UNSPECIFIED, 0 },
  { DTC_ORDER_STATUS_OPEN, 1 },
  { DTC_ORDER_STATUS_FILLED, 3 },
  { DTC_ORDER_STATUS_CANCELED, 7 },
  { DTC_ORDER_STATUS_PENDING_OPEN, 100 },
  { DTC_ORDER_STATUS_PENDING_CHILD, 101 },
  { DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE, 102 },
  { DTC_ORDER_STATUS_PENDING_CANCEL, 103 },
  { DTC_ORDER_STATUS_REJECTED, 104 },
  { DTC_ORDER_STATUS_PARTIALLY_FILLED, 105 },
};

/* A key of the brief's numbering: NULL stands for the published name. */
typedef struct
{
  guint8      field;
  const char *name;
} BriefKey;

static const BriefKey brief_submit[] = {
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1 },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2 },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_GOOD_TILL_DATE_TIME },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_AUTOMATED_ORDER },
  { DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_PARENT_ORDER },
};
static const BriefKey brief_change[] = {
  { DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID },
  { DTC_CANCEL_REPLACE_ORDER_F_CLIENT_ORDER_ID },
  { DTC_CANCEL_REPLACE_ORDER_F_TRADE_ACCOUNT },
  { DTC_CANCEL_REPLACE_ORDER_F_PRICE1 },
  { DTC_CANCEL_REPLACE_ORDER_F_PRICE2 },
  { DTC_CANCEL_REPLACE_ORDER_F_QUANTITY },
};
static const BriefKey brief_cancel[] = {
  { DTC_CANCEL_ORDER_F_SERVER_ORDER_ID },
  { DTC_CANCEL_ORDER_F_CLIENT_ORDER_ID },
  { DTC_CANCEL_ORDER_F_TRADE_ACCOUNT },
};
static const BriefKey brief_update[] = {
  { DTC_ORDER_UPDATE_F_REQUEST_ID },
  { DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES },
  { DTC_ORDER_UPDATE_F_MESSAGE_NUMBER },
  { DTC_ORDER_UPDATE_F_SYMBOL },
  { DTC_ORDER_UPDATE_F_TRADE_ACCOUNT },
  { DTC_ORDER_UPDATE_F_ORDER_STATUS },
  { DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON },
  { DTC_ORDER_UPDATE_F_ORDER_TYPE },
  { DTC_ORDER_UPDATE_F_BUY_SELL },
  { DTC_ORDER_UPDATE_F_ORDER_QUANTITY, "Quantity" },
  { DTC_ORDER_UPDATE_F_FILLED_QUANTITY },
  { DTC_ORDER_UPDATE_F_REMAINING_QUANTITY },
  { DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE },
  { DTC_ORDER_UPDATE_F_PRICE1 },
  { DTC_ORDER_UPDATE_F_PRICE2 },
  { DTC_ORDER_UPDATE_F_TIME_IN_FORCE },
  { DTC_ORDER_UPDATE_F_GOOD_TILL_DATE_TIME },
  { DTC_ORDER_UPDATE_F_LATEST_TRANSACTION_DATE_TIME, "DateTime" },
  { DTC_ORDER_UPDATE_F_SERVER_ORDER_ID },
  { DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID },
};

typedef enum
{
  REST_NONE,    /* other published fields do not exist there */
  REST_READ,    /* they are understood, not written */
  REST_WRITTEN, /* they are as published */
} BriefRest;

static const struct
{
  guint16         type;
  guint16         wire_type;
  const BriefKey *keys;
  guint8          n_keys;
  guint8          rest;
} brief_messages[] = {
  { DTC_MSG_SUBMIT_NEW_SINGLE_ORDER, BRIEF_SUBMIT, brief_submit, G_N_ELEMENTS (brief_submit), REST_READ },
  { DTC_MSG_CANCEL_REPLACE_ORDER, BRIEF_CHANGE, brief_change, G_N_ELEMENTS (brief_change), REST_NONE },
  { DTC_MSG_CANCEL_ORDER, BRIEF_CHANGE, brief_cancel, G_N_ELEMENTS (brief_cancel), REST_NONE },
  { DTC_MSG_ORDER_UPDATE, DTC_MSG_ORDER_UPDATE, brief_update, G_N_ELEMENTS (brief_update), REST_WRITTEN },
};

/* Texts for people may be longer than the binary struct has room for; the server is known to send such. */
static const char *const texts_for_people[] = {
  "InfoText", "RejectText", "ResultText", "Reason", "Description", "ExchangeDescription", "FreeFormText",
  "GeneralTextData", "UserMessage", "MessageText", "JournalEntry", "ServerName",
};

#define IDENTIFIER_LIMIT 31 /* where the table has no length: as identifiers elsewhere */

static DtcWireShape published[DTC_N_MESSAGES];
static DtcWireShape brief[G_N_ELEMENTS (brief_messages)];

static void
fill_key (DtcWireKey         *key,
          const DtcFieldDesc *desc,
          guint               field,
          const char         *name)
{
  memset (key, 0, sizeof *key);
  key->name = name != NULL ? name : desc->name;
  key->len = (guint8) strlen (key->name);
  memcpy (&key->word, key->name, MIN (key->len, 8u));
  memset (&key->mask, 0xff, MIN (key->len, 8u));
  if (key->len > 8)
    memcpy (&key->tail, key->name + key->len - 8, 8);
  key->field = (guint8) field;
  key->type = desc->type;
  key->offset = desc->offset;
  key->desc = desc;
  if (desc->enumeration != NULL && g_str_equal (desc->enumeration->name, "BuySellEnum"))
    key->words = &side_words;
  else if (desc->enumeration != NULL && g_str_equal (desc->enumeration->name, "TimeInForceEnum"))
    key->words = &time_in_force_words;
  key->limit = desc->len > 0 ? desc->len - 1 : IDENTIFIER_LIMIT;
  for (guint i = 0; i < G_N_ELEMENTS (texts_for_people); i++)
    if (g_str_equal (desc->name, texts_for_people[i]))
      {
        key->text = TRUE;
        key->limit = desc->len > 0 ? desc->len - 1 : DTC_MAX_TEXT;
      }
}

/* The vendor's own documentation mixes the two spellings. */
static const char *
second_name (const DtcFieldDesc *desc)
{
  if (g_str_equal (desc->name, "TotalNumMessages"))
    return "TotalNumberMessages";
  if (g_str_equal (desc->name, "TotalNumberMessages"))
    return "TotalNumMessages";
  return desc->alias;
}

static void
close_shape (DtcWireShape *shape,
             GArray       *keys,
             guint64       written)
{
  shape->n_keys = (guint8) keys->len;
  for (guint i = 0; i < shape->desc->n_fields; i++)
    {
      const DtcFieldDesc *desc = &shape->desc->fields[i];
      DtcWireKey key;

      if (second_name (desc) == NULL || !(written & DTC_FIELD_BIT (i)))
        continue;
      fill_key (&key, desc, i, second_name (desc));
      g_array_append_val (keys, key);
    }
  shape->n_names = (guint8) keys->len;
  shape->order = g_malloc0 (keys->len + 1);
  shape->keys = (const DtcWireKey *) g_array_free (keys, FALSE);
}

static void
build_published (DtcWireShape         *shape,
                 const DtcMessageDesc *desc)
{
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (DtcWireKey));

  shape->type = shape->wire_type = desc->type;
  shape->desc = desc;
  for (guint i = 0; i < desc->n_fields; i++)
    {
      DtcWireKey key;

      fill_key (&key, &desc->fields[i], i, NULL);
      g_array_append_val (keys, key);
    }
  close_shape (shape, keys, G_MAXUINT64);
}

static void
build_brief (DtcWireShape *shape,
             guint         row)
{
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (DtcWireKey));
  guint64 listed = 0;
  DtcWireKey key;
  guint n_written;

  shape->type = brief_messages[row].type;
  shape->wire_type = brief_messages[row].wire_type;
  shape->desc = dtc_message_desc (shape->type);
  for (guint i = 0; i < brief_messages[row].n_keys; i++)
    {
      const BriefKey *entry = &brief_messages[row].keys[i];
      const DtcFieldDesc *desc = &shape->desc->fields[entry->field];

      fill_key (&key, desc, entry->field, entry->name);
      key.write_words = key.words != NULL;
      key.whole = entry->name != NULL && desc->time == DTC_TIME_SECONDS_FRACTION;
      g_array_append_val (keys, key);
      listed |= DTC_FIELD_BIT (entry->field);
    }
  n_written = keys->len;
  for (guint i = 0; brief_messages[row].rest != REST_NONE && i < shape->desc->n_fields; i++)
    if (!(listed & DTC_FIELD_BIT (i)))
      {
        fill_key (&key, &shape->desc->fields[i], i, NULL);
        g_array_append_val (keys, key);
      }
  close_shape (shape, keys, listed);
  if (brief_messages[row].rest == REST_READ)
    shape->n_keys = (guint8) n_written;
}

static void
ensure_tables (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    build_published (&published[i], &dtc_message_descs[i]);
  for (guint i = 0; i < G_N_ELEMENTS (brief); i++)
    build_brief (&brief[i], i);
  g_once_init_leave (&done, 1);
}

static const DtcWireShape *
published_shape (guint type)
{
  guint row = type <= DTC_MAX_MESSAGE_TYPE ? dtc_message_index[type] : 0;

  return row != 0 ? &published[row - 1] : NULL;
}

static gboolean
differs_in_brief (guint type)
{
  return type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER || type == DTC_MSG_CANCEL_ORDER ||
         type == DTC_MSG_CANCEL_REPLACE_ORDER || type == DTC_MSG_OPEN_ORDERS_REQUEST ||
         type == DTC_MSG_OPEN_ORDERS_REJECT || type == DTC_MSG_ORDER_UPDATE;
}

const DtcWireShape *
dtc_numbering_read_shape (DtcNumbering  numbering,
                          DtcDirection  direction,
                          guint         wire_type,
                          gboolean     *foreign)
{
  *foreign = FALSE;
  ensure_tables ();
  if (numbering == DTC_NUMBERING_DTC || !differs_in_brief (wire_type))
    return published_shape (wire_type);
  for (guint i = 0; i < G_N_ELEMENTS (brief); i++)
    if (brief[i].wire_type == wire_type && (brief[i].desc->direction & direction))
      return &brief[i];
  *foreign = TRUE;
  return NULL;
}

const DtcWireShape *
dtc_numbering_write_shape (DtcNumbering numbering,
                           DtcDirection direction,
                           guint16      type)
{
  ensure_tables ();
  if (numbering == DTC_NUMBERING_DTC || !differs_in_brief (type))
    return published_shape (type);
  for (guint i = 0; i < G_N_ELEMENTS (brief); i++)
    if (brief[i].type == type && (brief[i].desc->direction & direction))
      return &brief[i];
  return NULL;
}

gboolean
dtc_numbering_status_from_wire (DtcNumbering  numbering,
                                gint32        wire,
                                gint32       *status)
{
  if (numbering == DTC_NUMBERING_DTC)
    {
      *status = wire;
      return wire >= DTC_ORDER_STATUS_UNSPECIFIED && wire <= DTC_ORDER_STATUS_PARTIALLY_FILLED;
    }
  for (guint i = 0; i < G_N_ELEMENTS (brief_statuses); i++)
    if (brief_statuses[i].wire == wire)
      {
        *status = brief_statuses[i].status;
        return TRUE;
      }
  return FALSE;
}

gboolean
dtc_numbering_status_to_wire (DtcNumbering  numbering,
                              gint32        status,
                              gint32       *wire)
{
  if (numbering == DTC_NUMBERING_DTC)
    {
      *wire = status;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (brief_statuses); i++)
    if (brief_statuses[i].status == status)
      {
        *wire = brief_statuses[i].wire;
        return TRUE;
      }
  return FALSE;
}

void
dtc_numbering_finish_status (DtcNumbering  numbering,
                             DtcMessage   *message,
                             gboolean      stood)
{
  DtcOrderUpdate *update = &message->order_update;
  gint32 status = 0;

  message->wire_status = update->order_status;
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_ORDER_STATUS)
        ? !dtc_numbering_status_from_wire (numbering, message->wire_status, &status)
        : stood && !dtc_message_is_null (message, DTC_ORDER_UPDATE_F_ORDER_STATUS))
    {
      status = 0;
      message->flags |= DTC_MESSAGE_BAD_STATUS;
    }
  update->order_status = status;
}

void
dtc_numbering_finish_change (DtcMessage *message,
                             guint64     seen)
{
  DtcCancelReplaceOrder *change = &message->cancel_replace_order;
  DtcCancelOrder cancel;
  guint64 present = message->present, nulls = message->nulls;

  if (seen & DTC_CHANGE_FIELDS)
    {
      change->price1_is_set = (present >> DTC_CANCEL_REPLACE_ORDER_F_PRICE1) & 1;
      change->price2_is_set = (present >> DTC_CANCEL_REPLACE_ORDER_F_PRICE2) & 1;
      message->present |= DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET) |
                          DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET);
      return;
    }
  cancel.server_order_id = change->server_order_id;
  cancel.client_order_id = change->client_order_id;
  cancel.trade_account = change->trade_account;
  message->type = DTC_MSG_CANCEL_ORDER;
  message->cancel_order = cancel;
#define MOVE(bits, from, to) ((((bits) >> (from)) & 1) << (to))
#define MOVE_IDENTITY(bits) \
  (MOVE (bits, DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID) | \
   MOVE (bits, DTC_CANCEL_REPLACE_ORDER_F_CLIENT_ORDER_ID, DTC_CANCEL_ORDER_F_CLIENT_ORDER_ID) | \
   MOVE (bits, DTC_CANCEL_REPLACE_ORDER_F_TRADE_ACCOUNT, DTC_CANCEL_ORDER_F_TRADE_ACCOUNT))
  message->present = MOVE_IDENTITY (present);
  message->nulls = MOVE_IDENTITY (nulls);
#undef MOVE_IDENTITY
#undef MOVE
}

static gboolean
is_default (const DtcMessage   *message,
            const DtcFieldDesc *desc)
{
  gconstpointer slot = dtc_message_const_slot (message, desc);
  gconstpointer standard = (const char *) dtc_message_desc (message->type)->defaults + desc->offset;

  switch ((DtcFieldType) desc->type)
    {
    case DTC_FIELD_INT8:
    case DTC_FIELD_UINT8: return memcmp (slot, standard, 1) == 0;
    case DTC_FIELD_INT16:
    case DTC_FIELD_UINT16: return memcmp (slot, standard, 2) == 0;
    case DTC_FIELD_INT32:
    case DTC_FIELD_UINT32: return memcmp (slot, standard, 4) == 0;
    case DTC_FIELD_INT64:
    case DTC_FIELD_UINT64: return memcmp (slot, standard, 8) == 0;
    case DTC_FIELD_FLOAT: return *(const float *) slot == *(const float *) standard;
    case DTC_FIELD_DOUBLE: return *(const double *) slot == *(const double *) standard;
    case DTC_FIELD_STRING: return TRUE; /* exchange, free text, prices as text: nothing an order's meaning hangs on */
    }
  return FALSE;
}

/* Something of what makes a brief 300 an order will stand there: a value or null. */
static gboolean
names_an_order (const DtcMessage     *message,
                const DtcMessageDesc *desc)
{
  static const guint fields[] = { DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL,
                                  DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY };

  if (message->nulls & DTC_ORDER_FIELDS)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (dtc_message_has (message, fields[i]) && !dtc_message_slot_is_unset (message, &desc->fields[fields[i]]) &&
        /* no word, and left out */
        (fields[i] != DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL || message->submit_new_single_order.buy_sell != 0))
      return TRUE;
  return FALSE;
}

gboolean
dtc_numbering_check_write (DtcNumbering         numbering,
                           const DtcWireShape  *shape,
                           const DtcMessage    *message,
                           guint64             *omit,
                           GError             **error)
{
  guint64 carried = 0;

  *omit = 0;
  if (numbering == DTC_NUMBERING_DTC || !differs_in_brief (message->type))
    return TRUE;
  for (guint i = 0; i < shape->n_keys; i++)
    carried |= DTC_FIELD_BIT (shape->keys[i].field);
  if (message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER && !names_an_order (message, shape->desc))
    {
      g_set_error_literal (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED,
                           "An order without symbol, side and quantity would read as a question for open orders");
      return FALSE;
    }
  if (message->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      const DtcCancelReplaceOrder *change = &message->cancel_replace_order;
      guint64 changes = message->present & DTC_CHANGE_FIELDS;

      if (!change->price1_is_set)
        *omit |= DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE1);
      if (!change->price2_is_set)
        *omit |= DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE2);
      if (change->quantity == 0)
        *omit |= DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_QUANTITY);
      if ((changes & ~*omit) == 0)
        {
          g_set_error_literal (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED,
                               "A change without a new price or quantity would read as a cancel");
          return FALSE;
        }
      carried |= DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET) |
                 DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET);
    }
  for (guint i = 0; i < shape->desc->n_fields; i++)
    if (dtc_message_has (message, i) && !(carried & DTC_FIELD_BIT (i)) &&
        !is_default (message, &shape->desc->fields[i]))
      {
        g_set_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED, "The brief's numbering cannot carry %s of %s",
                     shape->desc->fields[i].name, shape->desc->name);
        return FALSE;
      }
  return TRUE;
}
