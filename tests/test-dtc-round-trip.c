/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-framer.h"
#include "dtc-test-message.h"

/* Every message through every encoding, numbering and direction that the protocol has for it, with random presence
 * and random legal values; what was tried is the table in dtc/COVERAGE.md. */

#define ROUNDS 300

typedef struct
{
  const char *title;
  DtcCodec    codec;
} Way;

static const Way ways[] = {
  { "JSON", { DTC_ENCODING_JSON, DTC_NUMBERING_DTC } },
  { "JSON, brief", { DTC_ENCODING_JSON, DTC_NUMBERING_BRIEF } },
  { "JSON Compact", { DTC_ENCODING_JSON_COMPACT, DTC_NUMBERING_DTC } },
  { "JSON Compact, brief", { DTC_ENCODING_JSON_COMPACT, DTC_NUMBERING_BRIEF } },
  { "binary", { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC } },
  { "binary VLS", { DTC_ENCODING_BINARY_VLS, DTC_NUMBERING_DTC } },
};

static gboolean
is_json (const DtcCodec *codec)
{
  return codec->encoding == DTC_ENCODING_JSON || codec->encoding == DTC_ENCODING_JSON_COMPACT;
}

/* What the protocol leaves empty; nothing else may be. */
static gboolean
is_nothing (const DtcCodec *codec,
            guint16         type)
{
  if (codec->numbering == DTC_NUMBERING_BRIEF) /* open orders come by themselves there */
    return type == DTC_MSG_OPEN_ORDERS_REQUEST || type == DTC_MSG_OPEN_ORDERS_REJECT;
  return codec->encoding == DTC_ENCODING_BINARY && type == DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT;
}

static void
keep_fields (DtcMessage *message,
             guint64     kept)
{
  for (guint i = 0; i < dtc_message_desc (message->type)->n_fields; i++)
    if (!((kept >> i) & 1))
      dtc_message_unset (message, i);
}

/* Leaves in it what the brief's numbering can carry. */
static void
make_brief (GRand      *rand,
            DtcMessage *message,
            guint       round)
{
  if (message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    {
      static const guint8 carried[] = {
        DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL, DTC_SUBMIT_NEW_SINGLE_ORDER_F_TRADE_ACCOUNT,
        DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE,
        DTC_SUBMIT_NEW_SINGLE_ORDER_F_BUY_SELL, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1,
        DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2, DTC_SUBMIT_NEW_SINGLE_ORDER_F_QUANTITY,
        DTC_SUBMIT_NEW_SINGLE_ORDER_F_TIME_IN_FORCE, DTC_SUBMIT_NEW_SINGLE_ORDER_F_GOOD_TILL_DATE_TIME,
        DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_AUTOMATED_ORDER, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_PARENT_ORDER,
      };
      guint64 kept = 0;

      for (guint i = 0; i < G_N_ELEMENTS (carried); i++)
        kept |= G_GUINT64_CONSTANT (1) << carried[i];
      test_random_field (rand, message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_SYMBOL);
      keep_fields (message, kept);
    }
  else if (message->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      keep_fields (message, 1u << DTC_CANCEL_REPLACE_ORDER_F_SERVER_ORDER_ID | 1u << DTC_CANCEL_REPLACE_ORDER_F_CLIENT_ORDER_ID |
                               1u << DTC_CANCEL_REPLACE_ORDER_F_TRADE_ACCOUNT | 1u << DTC_CANCEL_REPLACE_ORDER_F_PRICE1 |
                               1u << DTC_CANCEL_REPLACE_ORDER_F_PRICE2);
      dtc_message_set_int (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET,
                           dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1));
      dtc_message_set_int (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET,
                           dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2));
      if (round % 2 == 0 || !(message->cancel_replace_order.price1_is_set || message->cancel_replace_order.price2_is_set))
        dtc_message_set_double (message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY, 1 + round);
    }
  else if (message->type == DTC_MSG_ORDER_UPDATE)
    {
      if (message->order_update.order_status == DTC_ORDER_STATUS_ORDER_SENT)
        dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_FILLED);
      if (dtc_message_has (message, DTC_ORDER_UPDATE_F_LATEST_TRANSACTION_DATE_TIME))
        dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LATEST_TRANSACTION_DATE_TIME, 1793210400 + round);
    }
}

/* A struct has no other way than the sign of its type for a price that an order does not have. */
static void
expect_price (DtcMessage *expected,
              guint       field,
              gboolean    used)
{
  if (!used && dtc_message_get_double (expected, field) == 0)
    dtc_message_unset (expected, field);
}

static void
expect_order_prices (DtcMessage *expected,
                     gint32      order_type,
                     gboolean    offsets,
                     guint       price1,
                     guint       price2)
{
  gboolean two = order_type == DTC_ORDER_TYPE_STOP_LIMIT || order_type == DTC_ORDER_TYPE_LIMIT_IF_TOUCHED;

  expect_price (expected, price1, order_type != DTC_ORDER_TYPE_MARKET && order_type != DTC_ORDER_TYPE_UNSET
                                    && order_type != DTC_ORDER_TYPE_MARKET_LIMIT && !offsets);
  expect_price (expected, price2, two);
}

/* How a message reads after it was a struct: every value is the same, and what has no "unset" of its own is there. */
static void
expect_binary (DtcMessage *expected,
               gboolean    vls)
{
  const DtcMessageDesc *desc = dtc_message_desc (expected->type);

  for (guint i = 0; i < desc->n_fields; i++)
    {
      const DtcFieldDesc *field = &desc->fields[i];

      if (field->type == DTC_FIELD_STRING)
        {
          const char *text = dtc_message_get_string (expected, i);

          if (vls && desc->vls_based)
            continue;
          if (*text == '\0' && **(const char *const *) ((const char *) desc->defaults + field->offset) == '\0')
            dtc_message_unset (expected, i);
          else
            dtc_message_set_string (expected, i, text);
        }
      else if (field->time != DTC_TIME_NONE && dtc_message_get_double (expected, i) == 0)
        dtc_message_unset (expected, i);
      else if (!dtc_message_has (expected, i) && field->unset == DTC_UNSET_NONE)
        {
          if (field->type >= DTC_FIELD_FLOAT)
            dtc_message_set_double (expected, i, dtc_message_get_double (expected, i));
          else
            dtc_message_set_int (expected, i, dtc_message_get_int (expected, i));
        }
    }
  if (expected->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
    expect_order_prices (expected, expected->submit_new_single_order.order_type, FALSE,
                         DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2);
  else if (expected->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER)
    {
      expect_order_prices (expected, expected->submit_new_oco_order.order_type_1, expected->submit_new_oco_order.use_offsets != 0,
                           DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_1);
      expect_order_prices (expected, expected->submit_new_oco_order.order_type_2, expected->submit_new_oco_order.use_offsets != 0,
                           DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_2, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_2);
    }
  else if (expected->type == DTC_MSG_CANCEL_REPLACE_ORDER)
    {
      expect_price (expected, DTC_CANCEL_REPLACE_ORDER_F_PRICE1, expected->cancel_replace_order.price1_is_set != 0);
      expect_price (expected, DTC_CANCEL_REPLACE_ORDER_F_PRICE2, expected->cancel_replace_order.price2_is_set != 0);
    }
}

/* A change that sets a price without having one is refused in binary, see test-dtc-binary. */
static void
make_binary (DtcMessage *message)
{
  if (message->type != DTC_MSG_CANCEL_REPLACE_ORDER)
    return;
  if (!dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1))
    dtc_message_set_int (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, 0);
  if (!dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2))
    dtc_message_set_int (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 0);
}

static void
same_values (const DtcMessage *a,
             const DtcMessage *b)
{
  const DtcMessageDesc *desc = dtc_message_desc (a->type);

  for (guint i = 0; i < desc->n_fields; i++)
    if (desc->fields[i].type == DTC_FIELD_STRING)
      g_assert_cmpstr (dtc_message_get_string (a, i), ==, dtc_message_get_string (b, i));
    else if (desc->fields[i].type >= DTC_FIELD_FLOAT)
      g_assert_cmpfloat (dtc_message_get_double (a, i), ==, dtc_message_get_double (b, i));
    else
      g_assert_cmpint (dtc_message_get_int (a, i), ==, dtc_message_get_int (b, i));
}

static void
fail_with (const DtcMessage *message,
           const DtcMessage *back)
{
  g_autoptr (GString) meant = g_string_new (NULL), read = g_string_new (NULL);

  dtc_message_describe (message, meant);
  dtc_message_describe (back, read);
  g_error ("%s: meant %s; read %s", dtc_message_desc (message->type)->name, meant->str, read->str);
}

/* Through the codec, a byte stream and the framer, and back; *wire_type gets the number it had there. */
static gboolean
goes_round (const DtcCodec   *codec,
            DtcDirection      direction,
            const DtcMessage *message,
            guint16          *wire_type,
            gboolean         *array)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (DtcFramer) framer = dtc_framer_new (codec->encoding, DTC_MAX_FRAME);
  g_autoptr (DtcMessage) expected = dtc_message_copy (message);
  g_auto (DtcMessage) back = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *exact = NULL; /* so that a sanitizer sees a read past the frame */
  const guint8 *frame;
  gsize len;

  if (!dtc_codec_encode (codec, direction, message, bytes, &error))
    {
      g_assert_cmpuint (bytes->len, ==, 0);
      return FALSE;
    }
  if (is_json (codec))
    for (guint i = 0; i + 1 < bytes->len; i++)
      g_assert_true (bytes->data[i] >= 0x20 && bytes->data[i] < 0x7f);
  else
    expect_binary (expected, codec->encoding == DTC_ENCODING_BINARY_VLS);
  dtc_framer_feed (framer, bytes->data, bytes->len);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_FRAME);
  exact = g_memdup2 (frame, len);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_NEED_MORE);
  len = bytes->len - (is_json (codec) ? 1u : 0u);
  dtc_codec_decode (codec, direction, exact, len, &back, &error);
  g_assert_no_error (error);
  if (!dtc_message_equal (expected, &back))
    fail_with (expected, &back);
  same_values (message, &back);
  *array = (back.flags & DTC_MESSAGE_ARRAY_FORM) != 0;
  *wire_type = back.wire_type;
  g_assert_cmpint (back.flags & ~DTC_MESSAGE_ARRAY_FORM, ==, 0);
  g_assert_cmpuint (back.nulls, ==, *array ? back.nulls : 0);
  /* The second time nothing changes at all. */
  dtc_codec_encode (codec, direction, &back, again, &error);
  g_assert_no_error (error);
  if (again->len != bytes->len || memcmp (again->data, bytes->data, bytes->len) != 0)
    fail_with (message, &back);
  return TRUE;
}

/* Random messages of one type, one way. */
static gboolean
try_cell (const Way    *way,
          DtcDirection  direction,
          guint16       type,
          guint16      *wire_type,
          gboolean     *array)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (type);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  for (guint round = 0; round < ROUNDS; round++)
    {
      test_random_message (rand, &message, type, 1 + (int) round % 4);
      if (way->codec.numbering == DTC_NUMBERING_BRIEF)
        make_brief (rand, &message, round);
      if (!is_json (&way->codec))
        make_binary (&message);
      if (!goes_round (&way->codec, direction, &message, wire_type, array))
        {
          g_assert_cmpuint (round, ==, 0); /* all or none */
          return FALSE;
        }
      g_assert_true (*array == (way->codec.encoding == DTC_ENCODING_JSON_COMPACT && dtc_message_desc (type)->compact == 1));
    }
  return TRUE;
}

static void
append_cell (GString   *table,
             const Way *way,
             guint16    type)
{
  guint direction = dtc_message_desc (type)->direction;
  gboolean done[2] = { FALSE, FALSE }, array = FALSE;
  guint16 wire_type = type;

  for (guint i = 0; i < 2; i++)
    if (direction & (i == 0 ? DTC_TO_SERVER : DTC_TO_CLIENT))
      {
        done[i] = try_cell (way, i == 0 ? DTC_TO_SERVER : DTC_TO_CLIENT, type, &wire_type, &array);
        if (done[i] == is_nothing (&way->codec, type))
          g_error ("%s is %s in %s", dtc_message_desc (type)->name, done[i] ? "said" : "not said", way->title);
      }
  if (!done[0] && !done[1])
    {
      g_string_append (table, " – |");
      return;
    }
  g_string_append_printf (table, " %s", done[0] && done[1] ? "↔" : done[0] ? "→" : "←");
  if (wire_type != type)
    g_string_append_printf (table, " as %u", wire_type);
  g_string_append (table, array ? " F |" : " |");
}

static void
test_table (void)
{
  g_autoptr (GString) table = g_string_new (NULL);
  g_autofree char *committed_path = g_test_build_filename (G_TEST_DIST, "..", "dtc", "COVERAGE.md", NULL);
  g_autofree char *written_path = g_test_build_filename (G_TEST_BUILT, "COVERAGE.md", NULL);
  g_autofree char *committed = NULL;

  g_string_append (table,
                   "# Messages, encodings, directions\n\n"
                   "Written by tests/test-dtc-round-trip.c: each arrow stands for messages with random presence and random\n"
                   "legal values that were encoded, framed, decoded and compared, all fields of them, and encoded again to\n"
                   "the same bytes. → client to server, ← server to client, F in array form, – what the protocol leaves\n"
                   "empty: FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT has no struct with fixed strings, and in the brief's numbering\n"
                   "open orders come without being asked for. The brief's numbering exists in JSON only.\n\n"
                   "| | message |");
  for (guint w = 0; w < G_N_ELEMENTS (ways); w++)
    g_string_append_printf (table, " %s |", ways[w].title);
  g_string_append (table, "\n|---|---|");
  for (guint w = 0; w < G_N_ELEMENTS (ways); w++)
    g_string_append (table, "---|");
  g_string_append_c (table, '\n');
  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];

      g_string_append_printf (table, "| %u | %s%s |", desc->type, desc->name,
                              desc->status == DTC_STATUS_RETIRED ? " (retired)" : "");
      for (guint w = 0; w < G_N_ELEMENTS (ways); w++)
        append_cell (table, &ways[w], desc->type);
      g_string_append_c (table, '\n');
    }
  g_assert_true (g_file_set_contents (written_path, table->str, -1, NULL));
  if (!g_file_get_contents (committed_path, &committed, NULL, NULL) || strcmp (committed, table->str) != 0)
    g_error ("dtc/COVERAGE.md is not what this test writes: cp %s dtc/COVERAGE.md", written_path);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/round-trip/table", test_table);
  return g_test_run ();
}
