/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "log-fixture.h"

/* The decode tree: every byte of a message in a part of its own. */

/* ---- anatomy ---- */

/* @kept: (out) (optional): the size of the row; that of a logon, which is kept masked, may differ from @size. */
static DeskLogAnatomy *
anatomy_and_size (const DtcCodec   *codec,
                  DtcWireDirection  direction,
                  const guint8     *raw,
                  gsize             size,
                  gsize            *kept)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;

  append_as (store, codec, direction, 1, 0, raw, size);
  snapshot = desk_log_store_snapshot (store);
  if (kept != NULL)
    *kept = desk_log_snapshot_get (snapshot, 0)->size;
  return desk_log_anatomy_new (desk_log_snapshot_get (snapshot, 0));
}

static DeskLogAnatomy *
anatomy_of (const DtcCodec   *codec,
            DtcWireDirection  direction,
            const guint8     *raw,
            gsize             size)
{
  return anatomy_and_size (codec, direction, raw, size, NULL);
}

static DeskLogAnatomy *
anatomy_of_json (const char *text)
{
  return anatomy_of (&json, DTC_WIRE_RECEIVED, (const guint8 *) text, strlen (text));
}

static DeskLogPart *
part_of (DeskLogAnatomy *anatomy,
         const char     *name)
{
  for (guint i = 0; i < anatomy->parts->len; i++)
    if (strcmp (((DeskLogPart *) anatomy->parts->pdata[i])->name, name) == 0)
      return anatomy->parts->pdata[i];
  g_error ("there is no %s", name);
}

static void
test_anatomy (void)
{
  static const struct
  {
    const char *text;
    const char *part; /* NULL: the message itself */
    guint       problems;
  } cases[] = {
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\"}", NULL, 0 },
    { "{\"Type\":301,\"OrderStatus\":\"7\",\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_WRONG_TYPE },
    { "{\"Type\":301,\"OrderStatus\":99,\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_ILLEGAL_VALUE },
    { "{\"Type\":301,\"OrderStatus\":7,\"BuySell\":9,\"ServerOrderID\":\"s\"}", "BuySell", DESK_LOG_ILLEGAL_VALUE },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":5}", "ServerOrderID", DESK_LOG_WRONG_TYPE },
    { "{\"Type\":301,\"OrderStatus\":99999999999,\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_OUT_OF_RANGE },
    { "{\"Type\":301,\"OrderStatus\":7}", "ServerOrderID", DESK_LOG_MISSING },
    { "{\"Type\":301,\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_MISSING },
    { "{\"Type\":301,\"NoOrders\":1}", "OrderStatus", 0 },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\",\"Wrongness\":{\"a\":[1,2]}}", "Wrongness", DESK_LOG_UNKNOWN_FIELD },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"\\u0000\"}", "ServerOrderID", DESK_LOG_BAD_TEXT },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\",\"ServerOrderID\":\"t\"}", "ServerOrderID", 0 },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s", NULL, DESK_LOG_MALFORMED },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\"}}", NULL, DESK_LOG_MALFORMED },
    { "{\"Type\":301 \"OrderStatus\":7}", NULL, DESK_LOG_MALFORMED },
    { "{\"OrderStatus\":7}", NULL, DESK_LOG_NO_TYPE },
    { "{\"Type\":\"301\"}", NULL, DESK_LOG_NO_TYPE },
    { "{\"Type\":54321}", NULL, DESK_LOG_UNKNOWN_TYPE },
    { "{\"Type\":208,\"Symbol\":\"A\",\"ClientOrderID\":\"c\",\"OrderType\":1,\"BuySell\":1,\"Quantity\":1}", NULL, DESK_LOG_WRONG_WAY },
    { "{\"Type\":306,\"OrderStatus\":7,\"OrderUpdateReason\":2,\"InfoText\":\"x\",\"FilledQuantity\":1}", NULL, DESK_LOG_TYPE_MISMATCH },
    { "", NULL, DESK_LOG_MALFORMED | DESK_LOG_NO_TYPE },
    { "[1,2]", NULL, DESK_LOG_MALFORMED | DESK_LOG_NO_TYPE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DeskLogAnatomy) anatomy = anatomy_of_json (cases[i].text);
      guint problems = cases[i].part != NULL ? part_of (anatomy, cases[i].part)->problems : anatomy->problems;

      if (problems != cases[i].problems)
        g_error ("%s: %s has %x, not %x", cases[i].text, cases[i].part != NULL ? cases[i].part : "the message", problems,
                 cases[i].problems);
    }
  {
    g_autoptr (DeskLogAnatomy) anatomy =
      anatomy_of_json ("{\"Type\":301,\"OrderStatus\":7,\"Price1\":1.7976931348623157e308,\"Price2\":null,\"InfoText\":\"a\\u00e9\",\"ServerOrderID\":\"s\"}");

    g_assert_cmpstr (part_of (anatomy, "OrderStatus")->meaning, ==, "ORDER_STATUS_FILLED");
    g_assert_cmpstr (part_of (anatomy, "OrderStatus")->value, ==, "7");
    g_assert_cmpint (part_of (anatomy, "Price1")->state, ==, DESK_LOG_PART_UNSET);
    g_assert_cmpint (part_of (anatomy, "Price2")->state, ==, DESK_LOG_PART_NULL);
    g_assert_cmpint (part_of (anatomy, "Symbol")->state, ==, DESK_LOG_PART_ABSENT);
    g_assert_cmpstr (part_of (anatomy, "InfoText")->value, ==, "a\u00e9");
    g_assert_cmpuint (anatomy->n_bad, ==, 0);
    g_assert_null (anatomy->refused);
  }
  {
    g_autoptr (DeskLogAnatomy) anatomy =
      anatomy_of_json ("{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\",\"OrderStatus\":\"x\",\"Symbol\":\"ES");

    /* Up to where it breaks it is told. */
    g_assert_cmpstr (part_of (anatomy, "ServerOrderID")->value, ==, "s");
    g_assert_nonnull (anatomy->refused);
    g_assert_cmpstr (part_of (anatomy, "…")->value, ==, "\"Symbol\":\"ES");
    g_assert_cmpuint (anatomy->problems & DESK_LOG_MALFORMED, !=, 0);
  }
}

/* The brief's orders and changes are read as the codec reads them. */
static void
test_anatomy_brief (void)
{
  static const DtcCodec brief = { DTC_ENCODING_JSON, DTC_NUMBERING_BRIEF };
  static const char *const texts[] = {
    "{\"Type\":300,\"Symbol\":\"ESZ6\",\"ClientOrderID\":\"c\",\"OrderType\":2,\"BuySell\":\"BUY\",\"Quantity\":2,\"Price1\":4900,\"TimeInForce\":\"DAY\"}",
    "{\"Type\":302,\"ClientOrderID\":\"c\",\"Price1\":4901}",
    "{\"Type\":302,\"ClientOrderID\":\"c\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (DeskLogAnatomy) anatomy = anatomy_of (&brief, DTC_WIRE_SENT, (const guint8 *) texts[i], strlen (texts[i]));

      g_assert_cmpuint (anatomy->n_bad, ==, 0);
      g_assert_cmpuint (anatomy->problems, ==, 0);
      if (i == 0)
        g_assert_cmpstr (part_of (anatomy, "BuySell")->meaning, ==, "BUY");
    }
}

static void
test_anatomy_binary (void)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS };

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      DtcCodec codec = { encodings[i], DTC_NUMBERING_DTC };
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autoptr (DeskLogAnatomy) good = NULL;
      g_autoptr (DeskLogAnatomy) cut = NULL;
      g_autoptr (DeskLogAnatomy) size = NULL;
      g_autoptr (DeskLogAnatomy) none = NULL;
      DeskLogPart *part;

      dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
      dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, 7);
      dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, "server-1");
      dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, 5000.25);
      g_assert_true (dtc_codec_encode (&codec, DTC_TO_CLIENT, &message, frame, NULL));
      good = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len);
      g_assert_cmpuint (good->problems & ~(guint) DESK_LOG_HARMLESS, ==, 0);
      part = part_of (good, "ServerOrderID");
      g_assert_cmpstr (part->value, ==, "server-1");
      g_assert_cmpint (memcmp (frame->data + part->at, "server-1", 8), ==, 0);
      g_assert_cmpstr (part_of (good, "OrderStatus")->meaning, ==, "ORDER_STATUS_FILLED");
      g_assert_cmpstr (part_of (good, "AverageFillPrice")->value, ==, "5000.25");
      g_assert_cmpint (part_of (good, "Price1")->state, ==, DESK_LOG_PART_UNSET);

      size = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len - 3);
      g_assert_cmpuint (size->problems & DESK_LOG_BAD_SIZE, !=, 0);
      g_assert_nonnull (size->refused);
      part = part_of (size, "OrderStatus");
      g_assert_cmpstr (part->value, ==, "7"); /* what is whole is told */
      none = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, 3);
      g_assert_cmpuint (none->problems & DESK_LOG_NO_TYPE, !=, 0);
      if (encodings[i] == DTC_ENCODING_BINARY_VLS)
        {
          const DtcFieldDesc *field = &dtc_message_desc (DTC_MSG_ORDER_UPDATE)->fields[DTC_ORDER_UPDATE_F_SERVER_ORDER_ID];

          frame->data[field->vls_offset + 1] = 0xff;
          cut = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len);
          g_assert_cmpuint (part_of (cut, "ServerOrderID")->problems & DESK_LOG_OUTSIDE, !=, 0);
        }
      else
        {
          const DtcFieldDesc *field = &dtc_message_desc (DTC_MSG_ORDER_UPDATE)->fields[DTC_ORDER_UPDATE_F_SERVER_ORDER_ID];

          memset (frame->data + field->wire_offset, 'x', field->len);
          cut = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len);
          g_assert_cmpuint (part_of (cut, "ServerOrderID")->problems & DESK_LOG_TOO_LONG, !=, 0);
        }
    }
}

/* Any bytes, in any encoding, both ways: something is told, every place lies inside the message, and what the codec
 * refuses is marked somewhere. */
static void
test_anatomy_random (void)
{
  for (guint i = 0; i < 6000; i++)
    {
      DtcCodec codec = { (DtcEncodingKind) g_test_rand_int_range (0, 4), (DtcNumbering) g_test_rand_int_range (0, 2) };
      gboolean text = codec.encoding >= DTC_ENCODING_JSON;
      g_autofree char *seed = random_message ();
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autoptr (DeskLogAnatomy) anatomy = NULL;
      gboolean marked;
      gsize kept;

      dtc_codec_decode (&json, DTC_TO_CLIENT, (const guint8 *) seed, strlen (seed), &message, NULL);
      if (text || !dtc_codec_encode (&codec, DTC_TO_CLIENT, &message, frame, NULL))
        {
          g_byte_array_set_size (frame, 0);
          g_byte_array_append (frame, (const guint8 *) seed, (guint) strlen (seed));
        }
      for (guint k = (guint) g_test_rand_int_range (0, 4); k > 0 && frame->len > 0; k--)
        frame->data[g_test_rand_int_range (0, (gint32) frame->len)] = (guint8) g_test_rand_int_range (0, 256);
      if (frame->len > 0 && g_test_rand_int_range (0, 3) == 0)
        g_byte_array_set_size (frame, (guint) g_test_rand_int_range (0, (gint32) frame->len));
      anatomy = anatomy_and_size (&codec, i % 2 == 0 ? DTC_WIRE_RECEIVED : DTC_WIRE_SENT, frame->data, frame->len, &kept);
      if (anatomy->desc == NULL || anatomy->desc->type != DTC_MSG_LOGON_REQUEST)
        g_assert_cmpuint (kept, ==, frame->len);
      marked = anatomy->problems != 0 || anatomy->n_bad > 0 || anatomy->refused != NULL;
      for (guint k = 0; k < anatomy->parts->len; k++)
        {
          const DeskLogPart *part = anatomy->parts->pdata[k];

          g_assert_cmpuint (part->at + part->len, <=, kept);
          g_assert_nonnull (part->name);
          g_assert_nonnull (part->value);
        }
      g_assert_true (marked || anatomy->refused == NULL);
    }
}

void
add_anatomy_tests (void)
{
  g_test_add_func ("/core/log/anatomy", test_anatomy);
  g_test_add_func ("/core/log/anatomy-brief", test_anatomy_brief);
  g_test_add_func ("/core/log/anatomy-binary", test_anatomy_binary);
  g_test_add_func ("/core/log/anatomy-random", test_anatomy_random);
}
