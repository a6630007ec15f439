/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-descriptor.h"
#include "dtc-types.h"

G_BEGIN_DECLS

/* Bits of DtcMessage.flags. */
typedef enum
{
  DTC_MESSAGE_UNKNOWN_TYPE = 1 << 0, /* DTC has no such number: only type is filled */
  DTC_MESSAGE_TRANSCODED   = 1 << 1, /* a string was Windows-1252, not UTF-8 */
  DTC_MESSAGE_TEXT_CUT     = 1 << 2, /* a text for people was longer than DTC_MAX_TEXT */
  DTC_MESSAGE_UNKNOWN_KEYS = 1 << 3, /* keys that the table lacks: see unknown */
  DTC_MESSAGE_ARRAY_FORM   = 1 << 4, /* came as {"Type":n,"F":[…]} */
  DTC_MESSAGE_BAD_STATUS   = 1 << 5, /* OrderStatus has no meaning in the agreed numbering; order_status is 0 and wire_status the number */
} DtcMessageFlags;

typedef struct _DtcTextBlock DtcTextBlock;

/**
 * DtcMessage:
 * @type: the published message number, whatever numbering the wire speaks; 0 when it could not be read
 * @flags: DtcMessageFlags
 * @wire_type: the number that stood on the wire
 * @wire_status: 301 only: the OrderStatus that stood on the wire
 * @present: bit i is set when field i has a value
 * @nulls: bit i is set when field i was there as null
 * @unknown: (nullable): for the log: unknown keys and their values, as text
 *
 * One message. Unset, null and zero differ: a field without its bit in @present holds the table's default,
 * and 0 where the default is an "unset" number, never that number itself. Strings are never %NULL, are valid
 * UTF-8, and belong to the message.
 *
 * Initialise with DTC_MESSAGE_INIT or dtc_message_init(); a message can be reused for any number of decodes.
 */
typedef struct
{
  guint16     type;
  guint16     flags;
  guint16     wire_type;
  gint32      wire_status;
  guint64     present;
  guint64     nulls;
  const char *unknown;

  union
  {
    DtcMessageBody body;
    DTC_MESSAGE_MEMBERS /* logon_request, order_update and so on */
  };

  /*< private >*/
  DtcTextBlock *text;
} DtcMessage;

#define DTC_MESSAGE_INIT { 0 }

/**
 * dtc_message_init:
 * @message: a message, zero-filled or used before
 * @type: a published message number
 *
 * Makes @message an empty message of @type: every field unset, at its default.
 * Keeps the memory of earlier use.
 */
void        dtc_message_init       (DtcMessage       *message,
                                    guint16           type);
/**
 * dtc_message_clear:
 * @message: a message
 *
 * Frees what @message owns and zero-fills it.
 */
void        dtc_message_clear      (DtcMessage       *message);
DtcMessage *dtc_message_new        (guint16           type);
DtcMessage *dtc_message_copy       (const DtcMessage *message);
void        dtc_message_free       (DtcMessage       *message);

static inline gboolean
dtc_message_has (const DtcMessage *message,
                 guint             field)
{
  return (message->present >> field) & 1;
}

static inline gboolean
dtc_message_is_null (const DtcMessage *message,
                     guint             field)
{
  return (message->nulls >> field) & 1;
}

/**
 * dtc_message_set_int:
 * @message: a message
 * @field: a field index, such as DTC_ORDER_UPDATE_F_ORDER_STATUS
 * @value: the value; integer and floating fields take it
 *
 * Sets a number and its presence.
 */
void        dtc_message_set_int    (DtcMessage       *message,
                                    guint             field,
                                    gint64            value);
void        dtc_message_set_double (DtcMessage       *message,
                                    guint             field,
                                    double            value);
/**
 * dtc_message_set_string:
 * @message: a message
 * @field: the index of a string field
 * @value: (nullable): the text, copied; %NULL unsets the field
 *
 * Sets a string and its presence. The codec, not this function, refuses what does not fit the wire.
 */
void        dtc_message_set_string (DtcMessage       *message,
                                    guint             field,
                                    const char       *value);
void        dtc_message_unset      (DtcMessage       *message,
                                    guint             field);

/* Generic reading, for logs and tests; a number field as int64 or double, a string field as text. */
gint64      dtc_message_get_int    (const DtcMessage *message,
                                    guint             field);
double      dtc_message_get_double (const DtcMessage *message,
                                    guint             field);
const char *dtc_message_get_string (const DtcMessage *message,
                                    guint             field);

/**
 * dtc_message_equal:
 * @a: a message
 * @b: another
 *
 * Returns: %TRUE when both have the same type, presence and values; flags, nulls and unknown keys do not count
 */
gboolean    dtc_message_equal      (const DtcMessage *a,
                                    const DtcMessage *b);

/**
 * dtc_message_is_trading:
 * @type: a published message number
 *
 * Returns: %TRUE for messages about orders, fills, positions, accounts and balances, which may never be lost
 */
gboolean    dtc_message_is_trading (guint16           type);

/**
 * dtc_message_describe:
 * @message: a message
 * @out: where to append
 *
 * Appends one line for people: every present field as Name=value, separated by spaces, numbers that stand for
 * something as 7(ORDER_STATUS_FILLED), strings in quotes; the message's name is not part of it. User name and
 * password are masked, control characters escaped. Nothing that the server wrote can start a new line.
 */
void        dtc_message_describe   (const DtcMessage *message,
                                    GString          *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcMessage, dtc_message_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DtcMessage, dtc_message_clear)

G_END_DECLS
