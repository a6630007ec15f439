/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-test-message.h"

/* The table describes structs of DTCProtocol.h: what it says about their layout must agree with itself. */

static gsize
wire_size (const DtcFieldDesc *field)
{
  static const gsize sizes[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8 };

  return field->type == DTC_FIELD_STRING ? field->len : sizes[field->type];
}

static void
test_layout (void)
{
  guint checked = 0;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];
      gsize end = 4, largest = 2;

      if (row > 0)
        g_assert_cmpuint (desc->type, >, dtc_message_descs[row - 1].type);
      g_assert_cmpuint (desc->n_fields, <=, 64);
      if (desc->wire_size == 0)
        continue;
      for (guint i = 0; i < desc->n_fields; i++)
        {
          const DtcFieldDesc *field = &desc->fields[i];
          gsize align = field->type == DTC_FIELD_STRING ? 1 : MIN (wire_size (field), desc->pack);

          g_assert_cmpuint (field->wire_offset, ==, (end + align - 1) / align * align);
          end = field->wire_offset + wire_size (field);
          largest = MAX (largest, align);
          checked++;
        }
      largest = MIN (largest, desc->pack);
      g_assert_cmpuint (desc->wire_size, ==, (end + largest - 1) / largest * largest);
    }
  g_assert_cmpuint (checked, >, 600);
}

static void
test_fields (void)
{
  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];

      g_assert_true (dtc_message_desc (desc->type) == desc);
      for (guint i = 0; i < desc->n_fields; i++)
        {
          const DtcFieldDesc *field = &desc->fields[i];

          g_assert_cmpuint (strlen (field->name), ==, field->name_len);
          g_assert_cmpuint (field->offset, <, desc->body_size);
          for (guint k = 0; k < i; k++)
            g_assert_cmpstr (field->name, !=, desc->fields[k].name);
          if (field->type == DTC_FIELD_STRING)
            g_assert_nonnull (*(const char *const *) ((const char *) desc->defaults + field->offset));
        }
    }
}

static void
test_lookup (void)
{
  guint found = 0;

  for (guint type = 0; type <= G_MAXUINT16; type++)
    {
      const DtcMessageDesc *desc = dtc_message_desc ((guint16) type);

      if (desc == NULL)
        continue;
      g_assert_cmpuint (desc->type, ==, type);
      found++;
    }
  g_assert_cmpuint (found, ==, DTC_N_MESSAGES);
  g_assert_cmpstr (dtc_message_desc (DTC_MSG_ORDER_UPDATE)->camel_name, ==, "OrderUpdate");
  g_assert_cmpuint (dtc_message_desc (DTC_MSG_ORDER_UPDATE)->wire_size, ==, 720);
  g_assert_cmpstr (dtc_enum_name (dtc_message_desc (DTC_MSG_ORDER_UPDATE)->fields[DTC_ORDER_UPDATE_F_ORDER_STATUS].enumeration, 7),
                   ==, "ORDER_STATUS_FILLED");
  g_assert_null (dtc_enum_name (dtc_message_desc (DTC_MSG_ORDER_UPDATE)->fields[DTC_ORDER_UPDATE_F_ORDER_STATUS].enumeration, 11));
  g_assert_null (dtc_enum_name (NULL, 1));
}

static void
test_trading (void)
{
  static const guint16 trading[] = { 201, 203, 204, 208, 209, 210, 300, 301, 304, 306, 401, 600 };
  static const guint16 other[] = { 1, 2, 3, 5, 104, 108, 507, 700, 803 };

  for (guint i = 0; i < G_N_ELEMENTS (trading); i++)
    g_assert_true (dtc_message_is_trading (trading[i]));
  for (guint i = 0; i < G_N_ELEMENTS (other); i++)
    g_assert_false (dtc_message_is_trading (other[i]));
}

static void
test_message_values (void)
{
  GRand *rand = g_rand_new_with_seed (1);
  DtcMessage message = DTC_MESSAGE_INIT;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];
      DtcMessage *copy;
      GString *line = g_string_new (NULL);

      test_random_message (rand, &message, desc->type, 2);
      copy = dtc_message_copy (&message);
      g_assert_true (dtc_message_equal (&message, copy));
      for (guint i = 0; i < desc->n_fields; i++)
        {
          if (desc->fields[i].type == DTC_FIELD_STRING)
            {
              g_assert_cmpstr (dtc_message_get_string (copy, i), ==, dtc_message_get_string (&message, i));
              g_assert_true (*dtc_message_get_string (copy, i) == '\0' ||
                             dtc_message_get_string (copy, i) != dtc_message_get_string (&message, i));
            }
          if (!dtc_message_has (&message, i))
            continue;
          dtc_message_unset (&message, i);
          g_assert_false (dtc_message_has (&message, i));
          g_assert_false (dtc_message_equal (&message, copy));
        }
      g_assert_cmpint (memcmp (&message.body, desc->defaults, desc->body_size), ==, 0);
      dtc_message_describe (copy, line);
      g_assert_true (g_utf8_validate (line->str, -1, NULL));
      for (const char *p = line->str; *p != '\0'; p++)
        g_assert_cmpint ((guchar) *p, >=, 0x20);
      g_string_free (line, TRUE);
      dtc_message_free (copy);
    }
  dtc_message_clear (&message);
  g_rand_free (rand);
}

static void
test_describe (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  GString *line = g_string_new (NULL);

  dtc_message_init (&message, DTC_MSG_LOGON_REQUEST);
  dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_USERNAME, "trader-name");
  dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_PASSWORD, "secret-word");
  dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_CLIENT_NAME, "a\nb\"c\342\200\256d\177\302\205e");
  dtc_message_describe (&message, line);
  g_assert_null (strstr (line->str, "trader-name"));
  g_assert_null (strstr (line->str, "secret-word"));
  g_assert_nonnull (strstr (line->str, "ClientName=\"a\\u000ab\\\"c\\u202ed\\u007f\\u0085e\""));
  g_string_truncate (line, 0);

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, 7);
  dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_PRICE1, 5000.25);
  dtc_message_describe (&message, line);
  g_assert_cmpstr (line->str, ==, "OrderStatus=7(ORDER_STATUS_FILLED) Price1=5000.25");
  g_string_free (line, TRUE);
  dtc_message_clear (&message);
}

/* A link that runs for weeks decodes into one message. */
static void
test_reuse (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  char *big = g_strnfill (500000, 'x');
  const char *first;

  for (int round = 0; round < 50; round++)
    {
      dtc_message_init (&message, DTC_MSG_USER_MESSAGE);
      for (int i = 0; i < 20; i++)
        dtc_message_set_string (&message, DTC_USER_MESSAGE_F_USER_MESSAGE, round % 2 ? big : "small");
      g_assert_cmpstr (message.user_message.user_message, ==, round % 2 ? big : "small");
    }
  /* The same memory serves again. */
  dtc_message_set_string (&message, DTC_USER_MESSAGE_F_USER_MESSAGE, "first");
  first = message.user_message.user_message;
  for (int round = 0; round < 3; round++)
    {
      dtc_message_init (&message, DTC_MSG_USER_MESSAGE);
      dtc_message_set_string (&message, DTC_USER_MESSAGE_F_USER_MESSAGE, "again");
      g_assert_true (round == 0 || message.user_message.user_message == first);
      first = message.user_message.user_message;
    }
  message.nulls = 1;
  dtc_message_set_string (&message, DTC_USER_MESSAGE_F_USER_MESSAGE, "no null");
  g_assert_cmpuint (message.nulls, ==, 0);
  dtc_message_set_string (&message, DTC_USER_MESSAGE_F_USER_MESSAGE, NULL);
  g_assert_cmpstr (message.user_message.user_message, ==, "");
  g_assert_cmpuint (message.present, ==, 0);
  dtc_message_set_double (&message, DTC_USER_MESSAGE_F_IS_POPUP_MESSAGE, 1);
  g_assert_cmpint (message.user_message.is_popup_message, ==, 1);
  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_PRICE1, DBL_MAX);
  g_assert_false (dtc_message_has (&message, DTC_ORDER_UPDATE_F_PRICE1));
  g_assert_cmpfloat (message.order_update.price1, ==, 0);
  dtc_message_clear (&message);
  g_free (big);
}

static void
test_names (void)
{
  DtcNumbering numbering;
  DtcEncodingKind encoding;

  for (int i = DTC_ENCODING_BINARY; i <= DTC_ENCODING_PROTOBUF; i++)
    {
      g_assert_true (dtc_encoding_from_string (dtc_encoding_to_string ((DtcEncodingKind) i), &encoding));
      g_assert_cmpint ((int) encoding, ==, i);
    }
  g_assert_true (dtc_numbering_from_string ("brief", &numbering) && numbering == DTC_NUMBERING_BRIEF);
  g_assert_true (dtc_numbering_from_string ("dtc", &numbering) && numbering == DTC_NUMBERING_DTC);
  g_assert_false (dtc_numbering_from_string ("DTC", &numbering));
  g_assert_false (dtc_encoding_from_string (NULL, &encoding));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/table/layout", test_layout);
  g_test_add_func ("/dtc/table/fields", test_fields);
  g_test_add_func ("/dtc/table/lookup", test_lookup);
  g_test_add_func ("/dtc/table/trading", test_trading);
  g_test_add_func ("/dtc/message/values", test_message_values);
  g_test_add_func ("/dtc/message/describe", test_describe);
  g_test_add_func ("/dtc/message/reuse", test_reuse);
  g_test_add_func ("/dtc/types/names", test_names);
  return g_test_run ();
}
