/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-message.h"

G_BEGIN_DECLS

#define DTC_FIELD_BIT(field) (G_GUINT64_CONSTANT (1) << (field))

/* What makes a brief 302 a change, and a brief 300 an order. */
#define DTC_CHANGE_FIELDS (DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE1) | \
                           DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_PRICE2) | \
                           DTC_FIELD_BIT (DTC_CANCEL_REPLACE_ORDER_F_QUANTITY))
#define DTC_ORDER_FIELDS  (DTC_FIELD_BIT (DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL) | \
                           DTC_FIELD_BIT (DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL) | \
                           DTC_FIELD_BIT (DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY))

/* The two numberings as tables. Only the codecs of this layer look at them. */

/**
 * DtcWireKey:
 * @word: the first bytes of the name as they lie in memory, for comparing eight at a time
 * @mask: which bytes of @word count
 * @tail: its last eight bytes, when it has more than eight
 * @name: the key
 * @len: bytes of the key
 * @field: index of the published field it fills
 * @words: names for the values of this key, or %NULL
 * @write_words: those names are what goes on the wire
 * @whole: a floating field that goes on the wire without its fraction
 * @text: meant for people: cut when long, not refused
 * @limit: bytes that a string may have
 * @type: DtcFieldType of the published field
 * @offset: of its value in the message's body
 * @desc: the published field
 *
 * One key of a message on the wire.
 */
typedef struct
{
  guint64             word;
  guint64             mask;
  guint64             tail;
  const char         *name;
  guint8              len;
  guint8              field;
  guint8              type;
  guint8              write_words : 1;
  guint8              whole : 1;
  guint8              text : 1;
  guint16             limit;
  guint16             offset;
  const DtcEnumDesc  *words;
  const DtcFieldDesc *desc;
} DtcWireKey;

/**
 * DtcWireShape:
 * @type: the published message
 * @wire_type: the number it has on the wire
 * @desc: the published message
 * @keys: the keys in the order they are written; after the first @n_keys come other names, which are only read
 * @n_keys: keys that are written
 * @n_names: all keys
 * @order: what the reader learns about the order in which peers write the keys; see there
 *
 * How one message looks on the wire in one numbering.
 */
typedef struct
{
  guint16               type;
  guint16               wire_type;
  const DtcMessageDesc *desc;
  const DtcWireKey     *keys;
  guint8                n_keys;
  guint8                n_names;
  guint8               *order;
} DtcWireShape;

/* The shape of what stands on the wire as @wire_type; NULL and *foreign when this numbering has no such message
 * and the other one has; NULL alone when DTC has none. */
const DtcWireShape *dtc_numbering_read_shape  (DtcNumbering  numbering,
                                               DtcDirection  direction,
                                               guint         wire_type,
                                               gboolean     *foreign);
/* The shape in which a published message is written, or NULL when this numbering cannot say it. */
const DtcWireShape *dtc_numbering_write_shape (DtcNumbering  numbering,
                                               DtcDirection  direction,
                                               guint16       type);

/* Order status: FALSE when the number has no meaning there. */
gboolean dtc_numbering_status_from_wire (DtcNumbering  numbering,
                                         gint32        wire,
                                         gint32       *status);
gboolean dtc_numbering_status_to_wire   (DtcNumbering  numbering,
                                         gint32        status,
                                         gint32       *wire);

/* The OrderStatus of a 301 that was read as it stood on the wire: gives it its published meaning, or none.
 * @stood: there was one, be it unreadable. */
void     dtc_numbering_finish_status    (DtcNumbering  numbering,
                                         DtcMessage   *message,
                                         gboolean      stood);

/* A 302 of the brief's numbering was read as a change: makes it a cancel when no key of a change stood in it
 * (@seen: one bit for each field whose key stood there), else says which prices are set. */
void     dtc_numbering_finish_change    (DtcMessage       *message,
                                         guint64           seen);
/* Says in the brief's numbering: nothing of the message may get lost, and a change must not read as a cancel.
 * *omit gets the fields that are left out. */
gboolean dtc_numbering_check_write      (DtcNumbering        numbering,
                                         const DtcWireShape *shape,
                                         const DtcMessage   *message,
                                         guint64            *omit,
                                         GError            **error);

G_END_DECLS
