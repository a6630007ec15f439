/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-test-message.h"

#define ID "T7K2QX4A-0001-00000012-5B"

static const char submit_line[] =
  "{\"Type\":300,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"" ID "\",\"OrderType\":2,\"BuySell\":\"BUY\","
  "\"Quantity\":2,\"Price1\":5000.25,\"TimeInForce\":\"DAY\",\"IsAutomatedOrder\":0}";
static const char cancel_line[] =
  "{\"Type\":302,\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\",\"TradeAccount\":\"SIM1\"}";
static const char change_line[] =
  "{\"Type\":302,\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\",\"TradeAccount\":\"SIM1\",\"Price1\":5001,\"Quantity\":3}";
static const char update_line[] =
  "{\"Type\":301,\"RequestID\":0,\"TotalNumMessages\":1,\"MessageNumber\":1,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\","
  "\"OrderStatus\":1,\"OrderUpdateReason\":2,\"OrderType\":2,\"BuySell\":\"BUY\",\"Quantity\":2,\"FilledQuantity\":0,"
  "\"RemainingQuantity\":2,\"AverageFillPrice\":0,\"Price1\":5000.25,\"TimeInForce\":\"DAY\",\"DateTime\":1793210400,"
  "\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\"}";

static void
read_line (DtcNumbering  numbering,
           DtcDirection  direction,
           const char   *text,
           DtcMessage   *message)
{
  GError *error = NULL;
  gboolean ok = test_decode (numbering, direction, text, -1, message, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
expect_line (DtcNumbering      numbering,
             DtcDirection      direction,
             const DtcMessage *message,
             const char       *text)
{
  GError *error = NULL;
  char *written = test_encode (DTC_ENCODING_JSON, numbering, direction, message, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (written, ==, text);
  g_free (written);
  written = test_encode (DTC_ENCODING_JSON_COMPACT, numbering, direction, message, &error);
  g_assert_cmpstr (written, ==, text);
  g_free (written);
}

static void
expect_refused (DtcNumbering      numbering,
                DtcDirection      direction,
                const DtcMessage *message,
                int               code)
{
  GError *error = NULL;

  g_assert_null (test_encode (DTC_ENCODING_JSON, numbering, direction, message, &error));
  g_assert_error (error, DTC_ERROR, code);
  g_clear_error (&error);
}

static void
test_submit (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  DtcSubmitNewSingleOrder *order = &message.submit_new_single_order;

  dtc_message_init (&message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, "ESZ6");
  dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, ID);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, DTC_ORDER_TYPE_LIMIT);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, DTC_BUY);
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY, 2);
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, 5000.25);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE, DTC_TIF_DAY);
  dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_AUTOMATED_ORDER, 0);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, submit_line);
  expect_line (DTC_NUMBERING_DTC, DTC_TO_SERVER, &message,
               "{\"Type\":208,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"" ID "\",\"OrderType\":2,\"BuySell\":1,"
               "\"Price1\":5000.25,\"Quantity\":2,\"TimeInForce\":1,\"IsAutomatedOrder\":0}");

  /* Free text is dropped; what changes the order's meaning is not. */
  dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_FREE_FORM_TEXT, "note");
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_MAX_SHOW_QUANTITY, 0);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, submit_line);
  dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_MAX_SHOW_QUANTITY, 1);
  expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, DTC_ERROR_UNSUPPORTED);

  read_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, submit_line, &message);
  g_assert_cmpint (message.type, ==, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
  g_assert_cmpint (message.wire_type, ==, 300);
  g_assert_cmpint (message.flags, ==, 0);
  g_assert_cmpstr (order->symbol, ==, "ESZ6");
  g_assert_cmpint (order->buy_sell, ==, DTC_BUY);
  g_assert_cmpint (order->time_in_force, ==, DTC_TIF_DAY);
  g_assert_cmpfloat (order->quantity, ==, 2);
  g_assert_cmpfloat (order->price1, ==, 5000.25);
  g_assert_true (dtc_message_has (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_AUTOMATED_ORDER));
  g_assert_false (dtc_message_has (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2));
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, submit_line);
  dtc_message_clear (&message);
}

static void
test_cancel (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;

  read_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, cancel_line, &message);
  g_assert_cmpint (message.type, ==, DTC_MSG_CANCEL_ORDER);
  g_assert_cmpint (message.wire_type, ==, 302);
  g_assert_cmpstr (message.cancel_order.server_order_id, ==, "8841");
  g_assert_cmpstr (message.cancel_order.client_order_id, ==, ID);
  g_assert_cmpstr (message.cancel_order.trade_account, ==, "SIM1");
  g_assert_cmpuint (message.present, ==, 7);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, cancel_line);
  expect_line (DTC_NUMBERING_DTC, DTC_TO_SERVER, &message,
               "{\"Type\":203,\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\",\"TradeAccount\":\"SIM1\"}");
  read_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, "{\"Type\":302,\"TradeAccount\":\"SIM1\",\"Symbol\":\"ES\"}", &message);
  g_assert_cmpint (message.type, ==, DTC_MSG_CANCEL_ORDER);
  g_assert_cmpuint (message.present, ==, 4);
  dtc_message_clear (&message);
}

static void
test_change (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  DtcCancelReplaceOrder *change = &message.cancel_replace_order;
  GError *error = NULL;

  read_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, change_line, &message);
  g_assert_cmpint (message.type, ==, DTC_MSG_CANCEL_REPLACE_ORDER);
  g_assert_cmpfloat (change->price1, ==, 5001);
  g_assert_cmpfloat (change->quantity, ==, 3);
  g_assert_cmpint (change->price1_is_set, ==, 1);
  g_assert_cmpint (change->price2_is_set, ==, 0);
  g_assert_true (dtc_message_has (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET));
  g_assert_cmpstr (change->trade_account, ==, "SIM1");
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, change_line);
  expect_line (DTC_NUMBERING_DTC, DTC_TO_SERVER, &message,
               "{\"Type\":204,\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\",\"Price1\":5001,\"Quantity\":3,"
               "\"Price1IsSet\":1,\"Price2IsSet\":0,\"TradeAccount\":\"SIM1\"}");

  /* Quantity only: the prices are said to be unset, which in DTC they are not by default. */
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, 0);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message,
               "{\"Type\":302,\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\",\"TradeAccount\":\"SIM1\",\"Quantity\":3}");
  dtc_message_unset (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1);
  expect_line (DTC_NUMBERING_DTC, DTC_TO_SERVER, &message,
               "{\"Type\":204,\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\",\"Quantity\":3,"
               "\"Price1IsSet\":0,\"Price2IsSet\":0,\"TradeAccount\":\"SIM1\"}");

  /* Nothing left that changes: it must not go out as a cancel. */
  dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY, 0);
  expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, DTC_ERROR_UNSUPPORTED);
  dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2, 4990);
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 1);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message,
               "{\"Type\":302,\"ServerOrderID\":\"8841\",\"ClientOrderID\":\"" ID "\",\"TradeAccount\":\"SIM1\",\"Price2\":4990}");
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 0);
  expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, DTC_ERROR_UNSUPPORTED);
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 1);
  dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_TIME_IN_FORCE, DTC_TIF_DAY);
  expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, DTC_ERROR_UNSUPPORTED);

  /* What may have been meant as a change is no cancel. */
  read_line (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, "{\"Type\":302,\"ServerOrderID\":\"8841\",\"Price1\":null}", &message);
  g_assert_cmpint (message.type, ==, DTC_MSG_CANCEL_REPLACE_ORDER);
  g_assert_cmpint (change->price1_is_set, ==, 0);
  g_assert_false (test_decode (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, "{\"Type\":302,\"ServerOrderID\":\"8841\",\"OrderQuantity\":3}", -1, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_cmpint (message.type, ==, DTC_MSG_CANCEL_REPLACE_ORDER);
  g_assert_false (test_decode (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, "{\"Type\":302,\"ServerOrderID\":\"8841\",\"Quantity\":\"3\"}", -1, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_cmpint (message.type, ==, DTC_MSG_CANCEL_REPLACE_ORDER);
  for (gsize len = 0; len < strlen (change_line); len++)
    {
      g_assert_false (test_decode (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, change_line, (gssize) len, &message, NULL));
      g_assert_cmpint (message.type, !=, DTC_MSG_CANCEL_ORDER);
    }
  dtc_message_clear (&message);
}

static void
test_update (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  DtcOrderUpdate *update = &message.order_update;
  char *text;

  read_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, update_line, &message);
  g_assert_cmpint (message.flags, ==, 0);
  g_assert_cmpint (update->order_status, ==, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpint (message.wire_status, ==, 1);
  g_assert_cmpfloat (update->order_quantity, ==, 2);
  g_assert_cmpfloat (update->latest_transaction_date_time, ==, 1793210400);
  g_assert_cmpint (update->buy_sell, ==, DTC_BUY);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, update_line);

  /* Fractions of a second stay behind, the rest follows as published. */
  dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_LATEST_TRANSACTION_DATE_TIME, 1793210400.75);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, update_line);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_INFO_TEXT, "caf\303\251");
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_LAST_FILL_DATE_TIME, 1793210400123);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_PREVIOUS_SERVER_ORDER_ID, "8840");
  text = g_strdup_printf ("%.*s,\"PreviousServerOrderID\":\"8840\",\"LastFillDateTime\":1793210400123,\"InfoText\":\"caf\\u00e9\"}",
                          (int) strlen (update_line) - 1, update_line);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, text);
  g_free (text);

  /* The published name of a renamed field is nothing in the brief's numbering, and the other way round. */
  read_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, "{\"Type\":301,\"OrderQuantity\":5}", &message);
  g_assert_cmpuint (message.present, ==, 0);
  read_line (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":301,\"Quantity\":5,\"DateTime\":1}", &message);
  g_assert_cmpuint (message.present, ==, 0);
  dtc_message_clear (&message);
}

static void
test_status (void)
{
  static const gint32 brief[] = { 0, -1, 100, 101, 1, 102, 103, 3, 7, 104, 105 }; /* by published status */
  DtcMessage message = DTC_MESSAGE_INIT;

  for (gint32 wire = -3; wire < 120; wire++)
    {
      char *text = g_strdup_printf ("{\"Type\":301,\"OrderStatus\":%d}", wire);
      gint32 published = -1;

      for (gint32 i = 0; i < (gint32) G_N_ELEMENTS (brief); i++)
        if (brief[i] == wire && wire >= 0)
          published = i;
      read_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, text, &message);
      g_assert_cmpint (message.wire_status, ==, wire);
      g_assert_cmpint (message.order_update.order_status, ==, MAX (published, 0));
      g_assert_cmpint (message.flags, ==, published < 0 ? DTC_MESSAGE_BAD_STATUS : 0);
      if (published >= 0)
        expect_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, text);

      read_line (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text, &message);
      g_assert_cmpint (message.wire_status, ==, wire);
      g_assert_cmpint (message.order_update.order_status, ==, wire >= 0 && wire <= 10 ? wire : 0);
      g_assert_cmpint (message.flags, ==, wire >= 0 && wire <= 10 ? 0 : DTC_MESSAGE_BAD_STATUS);
      g_free (text);
    }
  for (int numbering = 0; numbering < 2; numbering++)
    {
      GError *error = NULL;

      g_assert_false (test_decode ((DtcNumbering) numbering, DTC_TO_CLIENT, "{\"Type\":301,\"ServerOrderID\":\"8\",\"OrderStatus\":\"FILLED\"}", -1, &message, &error));
      g_assert_error (error, DTC_ERROR, DTC_ERROR_WRONG_TYPE);
      g_clear_error (&error);
      g_assert_true (message.flags & DTC_MESSAGE_BAD_STATUS);
      g_assert_cmpstr (message.order_update.server_order_id, ==, "8");
      read_line ((DtcNumbering) numbering, DTC_TO_CLIENT, "{\"Type\":301,\"OrderStatus\":null}", &message);
      g_assert_cmpint (message.flags, ==, 0);
      read_line ((DtcNumbering) numbering, DTC_TO_CLIENT, "{\"Type\":301}", &message);
      g_assert_cmpint (message.flags, ==, 0);
      /* Half a message must not show the wire's number as a published status. */
      g_assert_false (test_decode ((DtcNumbering) numbering, DTC_TO_CLIENT, "{\"Type\":301,\"OrderStatus\":3,", -1, &message, NULL));
      g_assert_cmpint (message.order_update.order_status, ==, numbering == DTC_NUMBERING_BRIEF ? 7 : 3);
    }
  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_ORDER_SENT);
  expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, DTC_ERROR_UNSUPPORTED);
  dtc_message_clear (&message);
}

static void
test_words (void)
{
  static const struct
  {
    const char *word;
    gint32 value;
  } words[] = { { "DAY", 1 }, { "GTC", 2 }, { "GTD", 3 }, { "IOC", 4 }, { "AON", 5 }, { "FOK", 6 } };
  DtcMessage message = DTC_MESSAGE_INIT;

  for (int numbering = 0; numbering < 2; numbering++)
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      {
        char *text = g_strdup_printf ("{\"Type\":301,\"BuySell\":\"%s\",\"TimeInForce\":\"%s\"}", i % 2 ? "SELL" : "BUY", words[i].word);
        char *numbers = g_strdup_printf ("{\"Type\":301,\"BuySell\":%d,\"TimeInForce\":%d}", i % 2 ? 2 : 1, words[i].value);

        read_line ((DtcNumbering) numbering, DTC_TO_CLIENT, text, &message);
        g_assert_cmpint (message.order_update.time_in_force, ==, words[i].value);
        g_assert_cmpint (message.order_update.buy_sell, ==, i % 2 ? DTC_SELL : DTC_BUY);
        expect_line ((DtcNumbering) numbering, DTC_TO_CLIENT, &message, numbering == DTC_NUMBERING_BRIEF ? text : numbers);
        read_line ((DtcNumbering) numbering, DTC_TO_CLIENT, numbers, &message);
        g_assert_cmpint (message.order_update.time_in_force, ==, words[i].value);
        g_free (text);
        g_free (numbers);
      }
  for (int numbering = 0; numbering < 2; numbering++)
    {
      static const char *const wrong[] = { "buy", "Buy", "BUY ", "", "1", "B", "BUYSELL" };

      for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
        {
          char *text = g_strdup_printf ("{\"Type\":301,\"BuySell\":\"%s\"}", wrong[i]);
          GError *error = NULL;

          g_assert_false (test_decode ((DtcNumbering) numbering, DTC_TO_CLIENT, text, -1, &message, &error));
          g_assert_error (error, DTC_ERROR, DTC_ERROR_WRONG_TYPE);
          g_assert_cmpuint (message.present, ==, 0);
          g_clear_error (&error);
          g_free (text);
        }
    }
  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_BUY_SELL, 0);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_TIME_IN_FORCE, 0);
  expect_line (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, "{\"Type\":301}");
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_BUY_SELL, 3);
  expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, DTC_ERROR_UNSUPPORTED);
  dtc_message_clear (&message);
}

/* Numbers that mean one thing to one side and another to the other. */
static void
test_foreign (void)
{
  static const struct
  {
    DtcDirection direction;
    const char *text;
  } foreign[] = {
    { DTC_TO_SERVER, "{\"Type\":208,\"Symbol\":\"ES\"}" },
    { DTC_TO_SERVER, "{\"Type\":203,\"ServerOrderID\":\"1\"}" },
    { DTC_TO_SERVER, "{\"Type\":204,\"ServerOrderID\":\"1\"}" },
    { DTC_TO_CLIENT, "{\"Type\":300,\"RequestID\":1}" },
    { DTC_TO_CLIENT, "{\"Type\":302,\"RequestID\":1,\"RejectText\":\"no\"}" },
  };
  static const guint16 unsayable[] = { DTC_MSG_OPEN_ORDERS_REQUEST, DTC_MSG_OPEN_ORDERS_REJECT };
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_assert_false (test_decode (DTC_NUMBERING_BRIEF, foreign[i].direction, foreign[i].text, -1, &message, &error));
      g_assert_error (error, DTC_ERROR, DTC_ERROR_NUMBERING);
      g_clear_error (&error);
      g_assert_cmpint (message.type, ==, 0);
      g_assert_cmpint (message.wire_type, !=, 0);
      read_line (DTC_NUMBERING_DTC, foreign[i].direction, foreign[i].text, &message);
      g_assert_cmpint (message.type, ==, message.wire_type);
    }
  for (guint i = 0; i < G_N_ELEMENTS (unsayable); i++)
    {
      dtc_message_init (&message, unsayable[i]);
      expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, DTC_ERROR_UNSUPPORTED);
      expect_refused (DTC_NUMBERING_BRIEF, DTC_TO_CLIENT, &message, DTC_ERROR_UNSUPPORTED);
    }
  /* The published open orders request is no submit. */
  g_assert_false (test_decode (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, "{\"Type\":300,\"RequestID\":4,\"RequestAllOrders\":1}", -1, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_NUMBERING);
  g_clear_error (&error);
  g_assert_cmpint (message.type, ==, 0);
  dtc_message_clear (&message);
}

static void
test_usable (void)
{
  for (int encoding = DTC_ENCODING_BINARY; encoding <= DTC_ENCODING_PROTOBUF; encoding++)
    for (int numbering = 0; numbering < 2; numbering++)
      {
        DtcCodec codec = { (DtcEncodingKind) encoding, (DtcNumbering) numbering };
        gboolean json = encoding == DTC_ENCODING_JSON || encoding == DTC_ENCODING_JSON_COMPACT;
        gboolean usable = json || (numbering == DTC_NUMBERING_DTC && encoding != DTC_ENCODING_PROTOBUF);
        GError *error = NULL;

        g_assert_true (dtc_codec_usable (&codec, &error) == usable);
        g_assert_true (usable == (error == NULL));
        g_clear_error (&error);
      }
}

static void
test_handshake (void)
{
  static const guint8 request[] = { 0x10, 0, 6, 0, 8, 0, 0, 0, 2, 0, 0, 0, 0x44, 0x54, 0x43, 0 };
  DtcCodec codec = { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };
  DtcMessage message = DTC_MESSAGE_INIT;
  GByteArray *out = g_byte_array_new ();
  guint8 bytes[DTC_HANDSHAKE_SIZE];
  GError *error = NULL;
  guint16 type;
  gint32 encoding;

  dtc_handshake_write (DTC_MSG_ENCODING_REQUEST, DTC_ENCODING_JSON, bytes);
  g_assert_cmpmem (bytes, sizeof bytes, request, sizeof request);
  g_assert_true (dtc_handshake_read (request, sizeof request, &type, &encoding));
  g_assert_cmpint (type, ==, 6);
  g_assert_cmpint (encoding, ==, 2);
  for (gsize len = 0; len < sizeof request; len++)
    g_assert_false (dtc_handshake_read (request, len, &type, &encoding));
  for (guint i = 0; i < sizeof request; i++)
    {
      memcpy (bytes, request, sizeof bytes);
      bytes[i] ^= 0x40;
      /* Version and encoding may be anything. */
      g_assert_true (dtc_handshake_read (bytes, sizeof bytes, &type, &encoding) == (i >= 4 && i < 12));
    }
  /* In every binary encoding and numbering, before another one is agreed on. */
  for (int binary = DTC_ENCODING_BINARY; binary <= DTC_ENCODING_PROTOBUF; binary++)
    for (int numbering = 0; numbering < 2; numbering++)
      {
        codec = (DtcCodec) { (DtcEncodingKind) binary, (DtcNumbering) numbering };
        if (binary == DTC_ENCODING_JSON || binary == DTC_ENCODING_JSON_COMPACT)
          continue;
        g_assert_true (dtc_codec_decode (&codec, DTC_TO_SERVER, request, sizeof request, &message, NULL));
        g_assert_cmpint (message.type, ==, DTC_MSG_ENCODING_REQUEST);
        g_assert_cmpint (message.encoding_request.encoding, ==, 2);
        g_byte_array_set_size (out, 0);
        g_assert_true (dtc_codec_encode (&codec, DTC_TO_SERVER, &message, out, NULL));
        g_assert_cmpmem (out->data, out->len, request, sizeof request);
        dtc_message_init (&message, DTC_MSG_HEARTBEAT);
        if (dtc_codec_usable (&codec, NULL))
          continue;
        g_assert_false (dtc_codec_encode (&codec, DTC_TO_SERVER, &message, out, &error));
        g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
        g_clear_error (&error);
        g_assert_false (dtc_codec_decode (&codec, DTC_TO_SERVER, (const guint8 *) "\004\000\003\000", 4, &message, &error));
        g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
        g_clear_error (&error);
      }
  g_byte_array_unref (out);
  dtc_message_clear (&message);
}

/* A 300 without content is the published question for open orders: it is neither read nor written as an order. */
static void
test_empty_order (void)
{
  static const struct { const char *text; gboolean written; } orders[] = {
    { "{\"Type\":300,\"Quantity\":1.7976931348623155e308}", FALSE },
    { "{\"Type\":300,\"BuySell\":-0,\"Price2\":1}", FALSE },
    { "{\"Type\":300,\"Symbol\":null}", TRUE },
    { "{\"Type\":300,\"BuySell\":\"BUY\"}", TRUE },
    { "{\"Type\":300,\"Quantity\":0}", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      g_auto (DtcMessage) again = DTC_MESSAGE_INIT;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      g_assert_true (test_decode (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, orders[i].text, -1, &message, NULL));
      text = test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_BRIEF, DTC_TO_SERVER, &message, &error);
      if (!orders[i].written)
        {
          g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
          g_assert_null (text);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (test_decode (DTC_NUMBERING_BRIEF, DTC_TO_SERVER, text, -1, &again, &error));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/numbering/submit", test_submit);
  g_test_add_func ("/dtc/numbering/cancel", test_cancel);
  g_test_add_func ("/dtc/numbering/change", test_change);
  g_test_add_func ("/dtc/numbering/update", test_update);
  g_test_add_func ("/dtc/numbering/status", test_status);
  g_test_add_func ("/dtc/numbering/words", test_words);
  g_test_add_func ("/dtc/numbering/foreign", test_foreign);
  g_test_add_func ("/dtc/codec/usable", test_usable);
  g_test_add_func ("/dtc/codec/handshake", test_handshake);
  g_test_add_func ("/dtc/numbering/empty-order", test_empty_order);
  return g_test_run ();
}
