/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-fake-exchange.h"

struct _DtcFakeExchange
{
  DtcCodec    codec;
  DtcFramer  *framer;
  GByteArray *head;
  gboolean    greeted;
  gboolean    logged_on;
  GArray     *orders;
  GArray     *fills;
  guint       counts[G_MAXUINT16];
  DtcMessage  in;
  DtcMessage  out;
  guint       next_id;
  guint       next_execution;
  gint64      seconds;
  guint       n_forgotten_fills; /* the first ones */
  DtcFakeManners manners;
  GByteArray *held;    /* a statement that the next one overtakes */
};

/* What it says (dtc-fake-exchange-say.c): a message is begun and sent, or one of its books is told whole. */

DtcMessage *dtc_fake_exchange_begin (DtcFakeExchange *exchange, guint16 type);
void dtc_fake_exchange_send (DtcFakeExchange *exchange, GByteArray *out);
DtcFakeOrder *dtc_fake_exchange_order_at (DtcFakeExchange *exchange, guint index);
void dtc_fake_exchange_set_batch (DtcMessage *m, guint total, guint total_field, guint number, guint number_field);
void dtc_fake_exchange_say_order (DtcFakeExchange *exchange, guint index, gint32 reason, gint32 request_id, guint total,
                                  guint number, const char *text, GByteArray *out);
void dtc_fake_exchange_say_open_orders (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out);
void dtc_fake_exchange_say_position (DtcFakeExchange *exchange, gint32 request_id, gboolean unsolicited, GByteArray *out);
void dtc_fake_exchange_say_fills (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out);
void dtc_fake_exchange_say_balance (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out);
void dtc_fake_exchange_say_definition (DtcFakeExchange *exchange, gint32 request_id, GByteArray *out);
void dtc_fake_exchange_say_reject (DtcFakeExchange *exchange, guint16 type, gint32 request_id, GByteArray *out);
