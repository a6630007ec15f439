/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-test-message.h"

static const char *const not_numbers[] = { "\"5\"", "\"\"", "true", "false", "[]", "[5]", "{}", "{\"a\":5}" };
static const char *const not_texts[] = { "5", "-1.5", "0", "true", "false", "[]", "[\"x\"]", "{\"a\":\"x\"}" };

/* Every field of every message with eight values of other types: refused by name, the others kept. */
static void
test_wrong_types (void)
{
  guint tried = 0;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];

      for (guint i = 0; i < desc->n_fields; i++)
        for (guint k = 0; k < 8; k++)
          for (int form = 0; form < 2; form++)
            {
              const DtcFieldDesc *field = &desc->fields[i];
              const char *value = field->type == DTC_FIELD_STRING ? not_texts[k] : not_numbers[k];
              DtcMessage message = DTC_MESSAGE_INIT;
              GError *error = NULL;
              GString *text = g_string_new (NULL);

              g_string_printf (text, form == 0 ? "{\"Type\":%u" : "{\"Type\":%u,\"F\":[", desc->type);
              for (guint other = 0; other < desc->n_fields; other++)
                {
                  if (form == 0)
                    g_string_append_printf (text, ",\"%s\":", desc->fields[other].name);
                  else if (other > 0)
                    g_string_append_c (text, ',');
                  g_string_append (text, other == i ? value : desc->fields[other].type == DTC_FIELD_STRING ? "\"t\"" : "1");
                }
              g_string_append (text, form == 0 ? "}" : "]}");

              g_assert_false (test_decode (DTC_NUMBERING_DTC, test_direction (desc), text->str, -1, &message, &error));
              g_assert_error (error, DTC_ERROR, DTC_ERROR_WRONG_TYPE);
              g_assert_nonnull (strstr (error->message, field->name));
              g_assert_cmpint (message.type, ==, desc->type);
              g_assert_cmpuint (message.present, ==,
                                ((G_GUINT64_CONSTANT (1) << desc->n_fields) - 1) & ~(G_GUINT64_CONSTANT (1) << i));
              g_assert_cmpuint (message.nulls, ==, 0);
              for (guint other = 0; other < desc->n_fields; other++)
                if (other != i && desc->fields[other].type == DTC_FIELD_STRING)
                  g_assert_cmpstr (dtc_message_get_string (&message, other), ==, "t");
                else if (other != i && !(desc->type == DTC_MSG_ORDER_UPDATE && other == DTC_ORDER_UPDATE_F_ORDER_STATUS))
                  g_assert_cmpfloat (dtc_message_get_double (&message, other), ==, 1);
              g_clear_error (&error);
              g_string_free (text, TRUE);
              dtc_message_clear (&message);
              tried++;
            }
    }
  g_test_message ("%u messages: %u wrong values", (guint) DTC_N_MESSAGES, tried);
  g_assert_cmpuint (tried, >, 10000);
}

/* Absent, null and zero are three things in every field; null may stand for each of them. */
static void
test_null (void)
{
  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];

      for (guint i = 0; i < desc->n_fields; i++)
        {
          char *text = g_strdup_printf ("{\"Type\":%u,\"%s\":null}", desc->type, desc->fields[i].name);
          DtcMessage message = DTC_MESSAGE_INIT;
          GError *error = NULL;
          char *back;

          g_assert_true (test_decode (DTC_NUMBERING_DTC, test_direction (desc), text, -1, &message, &error));
          g_assert_cmpuint (message.present, ==, 0);
          g_assert_cmpuint (message.nulls, ==, G_GUINT64_CONSTANT (1) << i);
          g_assert_cmpint (memcmp (&message.body, desc->defaults, desc->body_size), ==, 0);
          back = test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, test_direction (desc), &message, &error);
          g_assert_cmpstr (back, ==, text);
          g_free (back);
          g_free (text);
          dtc_message_clear (&message);
        }
    }
}

/* Every key twice, in every order of its message's other keys. */
static void
test_duplicates (void)
{
  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];

      for (guint i = 0; i < desc->n_fields; i++)
        {
          const char *value = desc->fields[i].type == DTC_FIELD_STRING ? "\"a\"" : "1";
          char *text = g_strdup_printf ("{\"Type\":%u,\"%s\":%s,\"x\":1,\"%s\":%s}", desc->type, desc->fields[i].name, value,
                                        desc->fields[i].name, value);
          DtcMessage message = DTC_MESSAGE_INIT;
          GError *error = NULL;

          g_assert_false (test_decode (DTC_NUMBERING_DTC, test_direction (desc), text, -1, &message, &error));
          g_assert_error (error, DTC_ERROR, DTC_ERROR_DUPLICATE_KEY);
          g_assert_cmpuint (message.present, ==, 0);
          g_assert_cmpint (message.type, ==, desc->type);
          g_clear_error (&error);
          g_free (text);
          dtc_message_clear (&message);
        }
    }
}

/* Keys in the reverse and in the alphabetic order, as some servers write them, and the two spellings of totals. */
static void
test_order (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];
      GString *text = g_string_new ("{");
      GError *error = NULL;

      for (guint i = desc->n_fields; i > 0; i--)
        {
          const char *name = desc->fields[i - 1].name;

          if (g_str_equal (name, "TotalNumMessages"))
            name = "TotalNumberMessages";
          else if (g_str_equal (name, "TotalNumberMessages"))
            name = "TotalNumMessages";
          g_string_append_printf (text, "\"%s\" :\t%s ,\r\n", name, desc->fields[i - 1].type == DTC_FIELD_STRING ? "\"t\"" : "1");
        }
      g_string_append_printf (text, "\"Type\":%u}", desc->type);
      g_assert_true (test_decode (DTC_NUMBERING_DTC, test_direction (desc), text->str, -1, &message, &error));
      g_assert_no_error (error);
      g_assert_cmpint (message.flags, ==, 0);
      g_assert_cmpuint (message.present, ==, (G_GUINT64_CONSTANT (1) << desc->n_fields) - 1);
      g_string_free (text, TRUE);
    }
  dtc_message_clear (&message);
}

/* The limits of every whole number, and one beyond. */
static void
test_limits (void)
{
  static const struct
  {
    const char *inside[2];
    const char *outside[2];
  } limits[] = {
    [DTC_FIELD_INT8] = { { "-128", "127" }, { "-129", "128" } },
    [DTC_FIELD_UINT8] = { { "0", "255" }, { "-1", "256" } },
    [DTC_FIELD_INT16] = { { "-32768", "32767" }, { "-32769", "32768" } },
    [DTC_FIELD_UINT16] = { { "0", "65535" }, { "-1", "65536" } },
    [DTC_FIELD_INT32] = { { "-2147483648", "2147483647" }, { "-2147483649", "2147483648" } },
    [DTC_FIELD_UINT32] = { { "0", "4294967294" }, { "-1", "4294967296" } },
    [DTC_FIELD_INT64] = { { "-9223372036854775808", "9223372036854775807" }, { "-9223372036854775809", "9223372036854775808" } },
    [DTC_FIELD_UINT64] = { { "0", "18446744073709551615" }, { "-1", "18446744073709551616" } },
  };
  DtcMessage message = DTC_MESSAGE_INIT;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];

      for (guint i = 0; i < desc->n_fields; i++)
        for (int end = 0; end < 2 && desc->fields[i].type < DTC_FIELD_FLOAT; end++)
          {
            char *inside = g_strdup_printf ("{\"Type\":%u,\"%s\":%s}", desc->type, desc->fields[i].name,
                                            limits[desc->fields[i].type].inside[end]);
            char *outside = g_strdup_printf ("{\"Type\":%u,\"%s\":%s}", desc->type, desc->fields[i].name,
                                             limits[desc->fields[i].type].outside[end]);
            GError *error = NULL;

            g_assert_true (test_decode (DTC_NUMBERING_DTC, test_direction (desc), inside, -1, &message, &error));
            g_assert_cmpuint (message.present, ==, G_GUINT64_CONSTANT (1) << i);
            if (!(message.flags & DTC_MESSAGE_BAD_STATUS))
              {
                char *back = test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, test_direction (desc), &message, NULL);

                g_assert_cmpstr (back, ==, inside);
                g_free (back);
              }
            g_assert_false (test_decode (DTC_NUMBERING_DTC, test_direction (desc), outside, -1, &message, &error));
            g_assert_error (error, DTC_ERROR, DTC_ERROR_RANGE);
            g_assert_cmpuint (message.present, ==, 0);
            g_clear_error (&error);
            g_free (inside);
            g_free (outside);
          }
    }
  dtc_message_clear (&message);
}

static void
expect_price (double      value,
              const char *text)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  char *expected = g_strdup_printf ("{\"Type\":301,\"Price1\":%s}", text);
  char *written;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_PRICE1, value);
  written = test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, DTC_TO_CLIENT, &message, NULL);
  g_assert_cmpstr (written, ==, expected);
  g_free (written);
  g_free (expected);
  dtc_message_clear (&message);
}

static void
test_shortest (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  char *written;

  expect_price (0, "0");
  expect_price (-0.0, "0");
  expect_price (5001, "5001");
  expect_price (-5001, "-5001");
  expect_price (5000.25, "5000.25");
  expect_price (-0.5, "-0.5");
  expect_price (0.1, "0.1");
  expect_price (0.1 + 0.2, "0.30000000000000004");
  expect_price (4.35, "4.35");
  expect_price (1e15, "1e+15");
  expect_price (999999999999999, "999999999999999");
  expect_price (1e-9, "0.000000001");
  expect_price (110.015625, "110.015625");
  expect_price (1456736458.001, "1456736458.001");

  /* A float has fewer digits than the double it is passed on as. */
  dtc_message_init (&message, DTC_MSG_SECURITY_DEFINITION_RESPONSE);
  dtc_message_set_double (&message, DTC_SECURITY_DEFINITION_RESPONSE_F_MIN_PRICE_INCREMENT, 0.1f);
  dtc_message_set_double (&message, DTC_SECURITY_DEFINITION_RESPONSE_F_DISPLAY_PRICE_MULTIPLIER, 0.01f);
  written = test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, DTC_TO_CLIENT, &message, NULL);
  g_assert_cmpstr (written, ==, "{\"Type\":507,\"MinPriceIncrement\":0.1,\"DisplayPriceMultiplier\":0.01}");
  g_free (written);
  dtc_message_clear (&message);
}

static void
test_write_refuses (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;
  static const double no_numbers[] = { INFINITY, -INFINITY, NAN };

  dtc_message_init (&message, DTC_MSG_CANCEL_ORDER);
  dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, "1234567890123456789012345678901");
  g_free (test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, DTC_TO_SERVER, &message, &error));
  g_assert_no_error (error);
  dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, "12345678901234567890123456789012");
  g_assert_null (test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, DTC_TO_SERVER, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_TOO_LONG);
  g_clear_error (&error);
  dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_SERVER_ORDER_ID, "\351");
  g_assert_null (test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, DTC_TO_SERVER, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  for (guint i = 0; i < G_N_ELEMENTS (no_numbers); i++)
    {
      dtc_message_init (&message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
      dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, no_numbers[i]);
      g_assert_null (test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, DTC_TO_SERVER, &message, &error));
      g_assert_error (error, DTC_ERROR, DTC_ERROR_RANGE);
      g_clear_error (&error);
    }
  dtc_message_init (&message, 9999);
  g_assert_null (test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, DTC_TO_SERVER, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  dtc_message_clear (&message);
}

/* Messages that Sierra Chart itself sent and received in 2020. */
static void
test_sierra (void)
{
  char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "sierra-2020.txt", NULL);
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;
  char *text;
  char **lines;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_no_error (error);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 10);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean ok = test_decode (DTC_NUMBERING_DTC, lines[i][0] == '<' ? DTC_TO_CLIENT : DTC_TO_SERVER, lines[i] + 2, -1, &message, &error);

      g_assert_no_error (error);
      g_assert_true (ok);
      g_assert_true (dtc_message_desc (message.type)->direction & (lines[i][0] == '<' ? DTC_TO_CLIENT : DTC_TO_SERVER));
      if (i == 1)
        {
          g_assert_cmpstr (message.logon_response.server_name, ==, "SC DTC Server");
          g_assert_cmpint (message.logon_response.result, ==, DTC_LOGON_SUCCESS);
          g_assert_true (g_str_has_prefix (message.logon_response.result_text, "Connected to SC DTC Protocol server."));
          g_assert_cmpuint (strlen (message.logon_response.result_text), >, 95);
          g_assert_cmpint (message.logon_response.trading_is_supported, ==, 0);
        }
      if (i == 4)
        {
          g_assert_cmpfloat (message.market_data_snapshot.bid_price, ==, 282800);
          g_assert_cmpfloat (message.market_data_snapshot.bid_ask_date_time, ==, 1587762000.001);
          g_assert_cmpuint (message.market_data_snapshot.symbol_id, ==, 2114831995);
        }
      if (i == 7)
        g_assert_cmpint (message.heartbeat.current_date_time, ==, 1587847556);
    }
  g_strfreev (lines);
  g_free (text);
  g_free (path);
  dtc_message_clear (&message);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/fields/wrong-types", test_wrong_types);
  g_test_add_func ("/dtc/fields/null", test_null);
  g_test_add_func ("/dtc/fields/duplicates", test_duplicates);
  g_test_add_func ("/dtc/fields/order", test_order);
  g_test_add_func ("/dtc/fields/limits", test_limits);
  g_test_add_func ("/dtc/fields/shortest", test_shortest);
  g_test_add_func ("/dtc/fields/write-refuses", test_write_refuses);
  g_test_add_func ("/dtc/fields/sierra", test_sierra);
  return g_test_run ();
}
