/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-test-message.h"
#include "layouts.h"

/* Binary with fixed and with variable-length strings, against what a compiler makes of the published structs, against
 * damage, and against peers whose structs are longer or shorter than ours. */

static const DtcCodec fixed = { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };
static const DtcCodec vls = { DTC_ENCODING_BINARY_VLS, DTC_NUMBERING_DTC };
static const DtcCodec *const codecs[] = { &fixed, &vls };

static void
put (guint8  *p,
     gsize    size,
     guint64  value)
{
  for (gsize i = 0; i < size; i++)
    p[i] = (guint8) (value >> (8 * i));
}

static guint
get16 (const guint8 *p)
{
  return p[0] | (guint) p[1] << 8;
}

static gboolean
decode (const DtcCodec *codec,
        const guint8   *frame,
        gsize           len,
        DtcMessage     *message,
        GError        **error)
{
  guint8 *exact = g_memdup2 (frame, len); /* so that a sanitizer sees a read past the frame */
  gboolean ok = dtc_codec_decode (codec, DTC_TO_CLIENT, exact, len, message, error);

  g_free (exact);
  return ok;
}

static void
refused (const DtcCodec *codec,
         const guint8   *frame,
         gsize           len,
         DtcError        code,
         const char     *what)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_false (decode (codec, frame, len, &message, &error));
  g_assert_error (error, DTC_ERROR, (int) code);
  if (strstr (error->message, what) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, what);
}

static GByteArray *
encode (const DtcCodec   *codec,
        const DtcMessage *message)
{
  GByteArray *out = g_byte_array_new ();
  GError *error = NULL;

  dtc_codec_encode (codec, DTC_TO_CLIENT, message, out, &error);
  g_assert_no_error (error);
  return out;
}

/* ---- layout ---- */

static void
test_vls_layout (void)
{
  g_assert_cmpuint (n_layouts, ==, DTC_N_MESSAGES);
  for (guint row = 0; row < n_layouts; row++)
    {
      const DtcMessageDesc *desc = dtc_message_desc ((guint16) layouts[row].type);

      g_assert_cmpuint (desc->vls_size, ==, layouts[row].size);
      for (guint i = 0; i < desc->n_fields; i++)
        g_assert_cmpuint (desc->fields[i].vls_offset, ==, layouts[row].offsets[i]);
    }
}

/* Every field alone: its bytes lie where the layout says, nothing else moves. */
static void
test_places (void)
{
  GRand *rand = g_rand_new_with_seed (5);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  guint checked = 0;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    for (guint c = 0; c < G_N_ELEMENTS (codecs); c++)
      {
        const DtcMessageDesc *desc = &dtc_message_descs[row];
        gboolean variable = codecs[c] == &vls;
        GByteArray *empty;

        if ((!variable && desc->wire_size == 0) || desc->type == DTC_MSG_CANCEL_REPLACE_ORDER)
          continue;
        dtc_message_init (&message, desc->type);
        empty = encode (codecs[c], &message);
        g_assert_cmpuint (empty->len, ==, variable ? desc->vls_size : desc->wire_size);
        g_assert_cmpuint (get16 (empty->data), ==, empty->len);
        g_assert_cmpuint (get16 (empty->data + 2), ==, desc->type);
        if (variable && desc->vls_based)
          g_assert_cmpuint (get16 (empty->data + 4), ==, empty->len);
        for (guint i = 0; i < desc->n_fields; i++)
          {
            const DtcFieldDesc *field = &desc->fields[i];
            gsize at = variable ? field->vls_offset : field->wire_offset;
            gsize size = field->type == DTC_FIELD_STRING
                           ? (variable && desc->vls_based ? 4 : field->len)
                           : (gsize[]) { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8 }[field->type];
            GByteArray *one;

            dtc_message_init (&message, desc->type);
            test_random_field (rand, &message, i);
            one = encode (codecs[c], &message);
            for (gsize k = 0; k < empty->len; k++)
              if (k >= 2 && (k < at || k >= at + size))
                g_assert_cmpuint (one->data[k], ==, empty->data[k]);
            if (field->type == DTC_FIELD_STRING && variable && desc->vls_based)
              {
                const char *text = dtc_message_get_string (&message, i);

                g_assert_cmpuint (get16 (one->data + at), ==, empty->len);
                g_assert_cmpuint (get16 (one->data + at + 2), ==, strlen (text) + 1);
                g_assert_cmpstr ((const char *) one->data + empty->len, ==, text);
                g_assert_cmpuint (one->len, ==, empty->len + strlen (text) + 1);
              }
            else if (field->type == DTC_FIELD_STRING)
              g_assert_cmpstr ((const char *) one->data + at, ==, dtc_message_get_string (&message, i));
            else if (field->type < DTC_FIELD_FLOAT)
              for (gsize k = 0; k < size; k++)
                g_assert_cmpuint (one->data[at + k], ==, (guint8) (dtc_message_get_int (&message, i) >> (8 * k)));
            checked++;
            g_byte_array_unref (one);
          }
        g_byte_array_unref (empty);
      }
  g_assert_cmpuint (checked, >, 1200);
  g_rand_free (rand);
}

/* ---- presence ---- */

static void
test_unset (void)
{
  static const double numbers[] = { DBL_MAX, (double) FLT_MAX, 1.79769e308 };
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = NULL;
  guint8 *p;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  bytes = encode (&fixed, &message);
  g_assert_true (decode (&fixed, bytes->data, bytes->len, &message, NULL));
  g_assert_false (dtc_message_has (&message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY));
  g_assert_false (dtc_message_has (&message, DTC_ORDER_UPDATE_F_PRICE1));
  g_assert_cmpfloat (message.order_update.price1, ==, 0);
  g_assert_false (dtc_message_has (&message, DTC_ORDER_UPDATE_F_SYMBOL));
  g_assert_false (dtc_message_has (&message, DTC_ORDER_UPDATE_F_LAST_FILL_DATE_TIME));
  g_assert_true (dtc_message_has (&message, DTC_ORDER_UPDATE_F_NO_ORDERS));
  /* A quantity of 0 is one. */
  p = bytes->data + dtc_message_desc (301)->fields[DTC_ORDER_UPDATE_F_FILLED_QUANTITY].wire_offset;
  put (p, 8, 0);
  g_assert_true (decode (&fixed, bytes->data, bytes->len, &message, NULL));
  g_assert_true (dtc_message_has (&message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      memcpy (p, &numbers[i], 8);
      g_assert_true (decode (&fixed, bytes->data, bytes->len, &message, NULL));
      g_assert_false (dtc_message_has (&message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY));
      g_assert_cmpfloat (message.order_update.filled_quantity, ==, 0);
    }

  /* A closed position says 0, where the struct has no other way to say anything. */
  g_clear_pointer (&bytes, g_byte_array_unref);
  dtc_message_init (&message, DTC_MSG_POSITION_UPDATE);
  dtc_message_set_string (&message, DTC_POSITION_UPDATE_F_SYMBOL, "ESZ6");
  bytes = encode (&fixed, &message);
  g_assert_true (decode (&fixed, bytes->data, bytes->len, &message, NULL));
  g_assert_true (dtc_message_has (&message, DTC_POSITION_UPDATE_F_QUANTITY));

  g_clear_pointer (&bytes, g_byte_array_unref);
  dtc_message_init (&message, DTC_MSG_MARKET_DATA_SNAPSHOT);
  bytes = encode (&fixed, &message);
  g_assert_true (decode (&fixed, bytes->data, bytes->len, &message, NULL));
  g_assert_false (dtc_message_has (&message, DTC_MARKET_DATA_SNAPSHOT_F_OPEN_INTEREST));
  g_assert_false (dtc_message_has (&message, DTC_MARKET_DATA_SNAPSHOT_F_BID_PRICE));
  g_assert_true (dtc_message_has (&message, DTC_MARKET_DATA_SNAPSHOT_F_SYMBOL_ID));
}

/* What neither order type nor change has a price for has none, 0 or not; a price of 0 that counts is one. */
static void
test_order_prices (void)
{
  static const struct { gint32 type; gboolean price1, price2; } types[] = {
    { DTC_ORDER_TYPE_MARKET, FALSE, FALSE }, { DTC_ORDER_TYPE_LIMIT, TRUE, FALSE }, { DTC_ORDER_TYPE_STOP, TRUE, FALSE },
    { DTC_ORDER_TYPE_STOP_LIMIT, TRUE, TRUE }, { DTC_ORDER_TYPE_MARKET_IF_TOUCHED, TRUE, FALSE },
    { DTC_ORDER_TYPE_LIMIT_IF_TOUCHED, TRUE, TRUE }, { DTC_ORDER_TYPE_MARKET_LIMIT, FALSE, FALSE },
  };
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint c = 0; c < G_N_ELEMENTS (codecs); c++)
      {
        GByteArray *bytes;

        dtc_message_init (&message, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
        dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_ORDER_TYPE, types[i].type);
        bytes = encode (codecs[c], &message);
        g_assert_true (decode (codecs[c], bytes->data, bytes->len, &message, NULL));
        g_assert_true (dtc_message_has (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1) == types[i].price1);
        g_assert_true (dtc_message_has (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE2) == types[i].price2);
        g_byte_array_unref (bytes);
        /* A market order with a price keeps it: a parent that its children are placed from has one. */
        dtc_message_set_double (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1, 5000.25);
        bytes = encode (codecs[c], &message);
        g_assert_true (decode (codecs[c], bytes->data, bytes->len, &message, NULL));
        g_assert_true (dtc_message_has (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1));
        g_assert_cmpfloat (message.submit_new_single_order.price1, ==, 5000.25);
        g_byte_array_unref (bytes);

        /* Exits by their distance from the entry have no price of their own. */
        for (int offsets = 0; offsets < 2; offsets++)
          {
            dtc_message_init (&message, DTC_MSG_SUBMIT_NEW_OCO_ORDER);
            dtc_message_set_int (&message, DTC_SUBMIT_NEW_OCO_ORDER_F_ORDER_TYPE_1, types[i].type);
            dtc_message_set_int (&message, DTC_SUBMIT_NEW_OCO_ORDER_F_ORDER_TYPE_2, types[i].type);
            dtc_message_set_int (&message, DTC_SUBMIT_NEW_OCO_ORDER_F_USE_OFFSETS, offsets);
            bytes = encode (codecs[c], &message);
            g_assert_true (decode (codecs[c], bytes->data, bytes->len, &message, NULL));
            g_assert_true (dtc_message_has (&message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1) == (types[i].price1 && !offsets));
            g_assert_true (dtc_message_has (&message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_2) == (types[i].price1 && !offsets));
            g_byte_array_unref (bytes);
          }

        dtc_message_init (&message, DTC_MSG_CANCEL_REPLACE_ORDER);
        dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, 0);
        dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 1);
        bytes = g_byte_array_new ();
        g_assert_false (dtc_codec_encode (codecs[c], DTC_TO_SERVER, &message, bytes, &error));
        g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
        g_clear_error (&error);
        g_assert_cmpuint (bytes->len, ==, 0);
        g_byte_array_unref (bytes);
        dtc_message_set_double (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2, 0);
        bytes = encode (codecs[c], &message);
        g_assert_true (decode (codecs[c], bytes->data, bytes->len, &message, NULL));
        g_assert_false (dtc_message_has (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1));
        g_assert_true (dtc_message_has (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2));
        g_byte_array_unref (bytes);
      }
}

/* ---- other peers ---- */

/* A struct cut at every byte: taken where none of our fields is cut in two, with the rest unset; else refused. */
static void
test_shorter (void)
{
  GRand *rand = g_rand_new_with_seed (6);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT, whole = DTC_MESSAGE_INIT;
  guint taken = 0, cut = 0;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];
      GByteArray *bytes;

      if (desc->wire_size == 0)
        continue;
      test_random_message (rand, &whole, desc->type, 1);
      bytes = encode (&fixed, &whole);
      g_assert_true (decode (&fixed, bytes->data, bytes->len, &whole, NULL));
      for (gsize len = 4; len < bytes->len; len++)
        {
          gboolean boundary = desc->type != DTC_MSG_MARKET_DATA_SNAPSHOT || len >= 120;
          GError *error = NULL;
          gboolean ok;

          for (guint i = 0; i < desc->n_fields; i++)
            {
              gsize at = desc->fields[i].wire_offset;
              gsize next = i + 1u < desc->n_fields ? desc->fields[i + 1].wire_offset : desc->wire_size;
              gsize size = desc->fields[i].type == DTC_FIELD_STRING
                             ? desc->fields[i].len
                             : (gsize[]) { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8 }[desc->fields[i].type];

              g_assert_cmpuint (at + size, <=, next);
              if (len > at && len < at + size)
                boundary = FALSE;
            }
          put (bytes->data, 2, len);
          ok = decode (&fixed, bytes->data, len, &message, &error);
          g_assert_true (ok == boundary);
          g_assert_true (ok == (error == NULL));
          g_assert_cmpuint (message.type, ==, desc->type);
          if (ok)
            {
              taken++;
              for (guint i = 0; i < desc->n_fields; i++)
                if (desc->fields[i].wire_offset >= len)
                  g_assert_false (dtc_message_has (&message, i));
                else if (dtc_message_has (&message, i))
                  g_assert_true (dtc_message_has (&whole, i) &&
                                 dtc_message_get_double (&message, i) == dtc_message_get_double (&whole, i) &&
                                 strcmp (dtc_message_get_string (&message, i), dtc_message_get_string (&whole, i)) == 0);
            }
          else
            {
              cut++;
              g_assert_error (error, DTC_ERROR, DTC_ERROR_SYNTAX);
              g_assert_cmpuint (message.present, ==, 0);
              g_clear_error (&error);
            }
        }
      g_byte_array_unref (bytes);
    }
  g_assert_cmpuint (taken, >, 500);
  g_assert_cmpuint (cut, >, 5000);
  g_rand_free (rand);
}

/* A newer peer has more fields at the end. */
static void
test_longer (void)
{
  GRand *rand = g_rand_new_with_seed (7);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT, whole = DTC_MESSAGE_INIT;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    for (guint more = 1; more < 40; more += 5)
      {
        const DtcMessageDesc *desc = &dtc_message_descs[row];
        GByteArray *bytes;

        if (desc->wire_size == 0)
          continue;
        test_random_message (rand, &whole, desc->type, 1);
        bytes = encode (&fixed, &whole);
        g_assert_true (decode (&fixed, bytes->data, bytes->len, &whole, NULL));
        for (guint i = 0; i < more; i++)
          g_byte_array_append (bytes, (const guint8[]) { (guint8) g_rand_int (rand) }, 1);
        put (bytes->data, 2, bytes->len);
        g_assert_true (decode (&fixed, bytes->data, bytes->len, &message, NULL));
        g_assert_true (dtc_message_equal (&message, &whole));
        g_byte_array_unref (bytes);
      }
  g_rand_free (rand);
}

/* The struct of a message with strings, shorter and longer: the strings move with it. */
static void
test_vls_base (void)
{
  GRand *rand = g_rand_new_with_seed (8);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT, whole = DTC_MESSAGE_INIT;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];
      GByteArray *bytes;

      if (!desc->vls_based)
        continue;
      test_random_message (rand, &whole, desc->type, 1);
      bytes = encode (&vls, &whole);
      g_assert_true (decode (&vls, bytes->data, bytes->len, &whole, NULL));
      for (gsize base = 0; base <= bytes->len + 1; base++)
        {
          gboolean boundary = base >= 6 && base <= bytes->len;
          gsize end = base; /* of what is known to belong to the message */
          gboolean ok;

          for (guint i = 0; i < desc->n_fields; i++)
            {
              gsize at = desc->fields[i].vls_offset;
              gsize size = desc->fields[i].type == DTC_FIELD_STRING
                             ? 4
                             : (gsize[]) { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8 }[desc->fields[i].type];

              if (base > at && base < at + size)
                boundary = FALSE;
              /* Strings may not begin inside the struct. */
              if (base > desc->vls_size && desc->fields[i].type == DTC_FIELD_STRING &&
                  get16 (bytes->data + at + 2) > 0 && get16 (bytes->data + at) < base)
                boundary = FALSE;
              if (base >= at + size && desc->fields[i].type == DTC_FIELD_STRING)
                end = MAX (end, get16 (bytes->data + at) + get16 (bytes->data + at + 2));
            }
          if (base <= desc->vls_size && bytes->len - end >= 8)
            boundary = FALSE;
          put (bytes->data + 4, 2, base);
          ok = decode (&vls, bytes->data, bytes->len, &message, NULL);
          g_assert_true (ok == boundary);
          for (guint i = 0; ok && i < desc->n_fields; i++)
            if (desc->fields[i].vls_offset >= base)
              g_assert_false (dtc_message_has (&message, i));
            else if (desc->type < 201 || desc->type > 208) /* whether an order has a price may hang on a later field */
              g_assert_true (dtc_message_has (&message, i) == dtc_message_has (&whole, i));
        }
      g_byte_array_unref (bytes);
    }
  g_rand_free (rand);
}

static void
test_sizes (void)
{
  guint8 bytes[720] = { 0 };

  put (bytes + 2, 2, DTC_MSG_HEARTBEAT);
  for (gsize len = 0; len < 4; len++)
    {
      put (bytes, 2, len);
      refused (&fixed, bytes, len, DTC_ERROR_SYNTAX, "says it has");
      refused (&vls, bytes, len, DTC_ERROR_SYNTAX, "says it has");
    }
  put (bytes, 2, 17);
  refused (&fixed, bytes, 16, DTC_ERROR_SYNTAX, "says it has 17");
  put (bytes, 2, 15);
  refused (&fixed, bytes, 16, DTC_ERROR_SYNTAX, "says it has 15");
  put (bytes, 2, 5);
  put (bytes + 2, 2, DTC_MSG_LOGOFF);
  refused (&vls, bytes, 5, DTC_ERROR_SYNTAX, "too short");
}

static void
test_unknown_type (void)
{
  static const guint8 bytes[] = { 9, 0, 0x74, 0x27, 'a', 'b', 'c', 'd', 'e' }; /* 10100, of a vendor */
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  for (guint c = 0; c < G_N_ELEMENTS (codecs); c++)
    {
      g_assert_true (decode (codecs[c], bytes, sizeof bytes, &message, NULL));
      g_assert_cmpuint (message.type, ==, 10100);
      g_assert_cmpuint (message.flags, ==, DTC_MESSAGE_UNKNOWN_TYPE);
      g_assert_cmpuint (message.present, ==, 0);
    }
}

/* The account's flatten has no fixed struct. */
static void
test_flatten_positions (void)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT, again = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) variable = NULL;
  g_autoptr (GError) error = NULL;

  dtc_message_init (&message, DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT);
  dtc_message_set_string (&message, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_TRADE_ACCOUNT, "SIM1");
  dtc_message_set_int (&message, DTC_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT_F_IS_AUTOMATED_ORDER, 1);
  g_assert_false (dtc_codec_encode (&fixed, DTC_TO_SERVER, &message, bytes, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT does not exist in binary with fixed strings"));
  g_assert_cmpuint (bytes->len, ==, 0);
  variable = encode (&vls, &message);
  refused (&fixed, variable->data, variable->len, DTC_ERROR_UNSUPPORTED, "does not exist in binary with fixed strings");
  g_assert_true (decode (&vls, variable->data, variable->len, &again, NULL));
  g_assert_true (dtc_message_equal (&message, &again));
}

/* ---- bad content ---- */

static GByteArray *
logoff (const DtcCodec *codec,
        const char     *reason)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  dtc_message_init (&message, DTC_MSG_LOGOFF);
  dtc_message_set_string (&message, DTC_LOGOFF_F_REASON, reason);
  dtc_message_set_int (&message, DTC_LOGOFF_F_DO_NOT_RECONNECT, 1);
  return encode (codec, &message);
}

static void
test_text (void)
{
  const DtcFieldDesc *reason = &dtc_message_desc (DTC_MSG_LOGOFF)->fields[DTC_LOGOFF_F_REASON];
  g_autoptr (GByteArray) array = logoff (&fixed, "seventeen letters");
  g_autoptr (GByteArray) variable = logoff (&vls, "seventeen letters");
  guint8 *in_array = array->data + reason->wire_offset, *in_variable = variable->data + reason->vls_offset;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  guint at = get16 (in_variable);

  /* Windows-1252, said so. */
  in_array[0] = 0x80;
  variable->data[at] = 0x80;
  g_assert_true (decode (&fixed, array->data, array->len, &message, NULL));
  g_assert_cmpstr (message.logoff.reason, ==, "\342\202\254eventeen letters");
  g_assert_cmpuint (message.flags, ==, DTC_MESSAGE_TRANSCODED);
  g_assert_true (decode (&vls, variable->data, variable->len, &message, NULL));
  g_assert_cmpstr (message.logoff.reason, ==, "\342\202\254eventeen letters");
  g_assert_cmpuint (message.flags, ==, DTC_MESSAGE_TRANSCODED);
  /* What follows the zero of an array is another message's. */
  in_array[3] = 0;
  g_assert_true (decode (&fixed, array->data, array->len, &message, NULL));
  g_assert_cmpstr (message.logoff.reason, ==, "\342\202\254ev");
  /* Of a variable string that is not all its length says, two readings are possible. */
  variable->data[at + 3] = 0;
  refused (&vls, variable->data, variable->len, DTC_ERROR_NUL, "a zero character in Reason");
  memset (variable->data + at + 3, 0, variable->len - at - 3);
  g_assert_true (decode (&vls, variable->data, variable->len, &message, NULL));
  g_assert_cmpstr (message.logoff.reason, ==, "\342\202\254ev");
  /* No end. */
  memset (in_array, 'x', reason->len);
  refused (&fixed, array->data, array->len, DTC_ERROR_TOO_LONG, "Reason has no end");
  memset (variable->data + at, 'x', variable->len - at);
  refused (&vls, variable->data, variable->len, DTC_ERROR_TOO_LONG, "Reason has no end");
  /* The other fields are read all the same. */
  g_assert_false (decode (&fixed, array->data, array->len, &message, NULL));
  g_assert_cmpint (message.logoff.do_not_reconnect, ==, 1);
  g_assert_false (dtc_message_has (&message, DTC_LOGOFF_F_REASON));
  g_assert_cmpstr (message.logoff.reason, ==, "");
}

static void
test_vls_bounds (void)
{
  const DtcFieldDesc *reason = &dtc_message_desc (DTC_MSG_LOGOFF)->fields[DTC_LOGOFF_F_REASON];
  g_autoptr (GByteArray) bytes = logoff (&vls, "why");
  guint8 *p = bytes->data + reason->vls_offset;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  guint end = bytes->len, base = dtc_message_desc (DTC_MSG_LOGOFF)->vls_size;

  for (guint offset = 0; offset < 80; offset++)
    for (guint length = 0; length < 80; length++)
      {
        gboolean whole = offset >= base && offset + length == end;
        gboolean ok;

        put (p, 2, offset);
        put (p + 2, 2, length);
        ok = decode (&vls, bytes->data, bytes->len, &message, NULL);
        g_assert_true (ok == (length == 0 || whole));
        g_assert_true (dtc_message_has (&message, DTC_LOGOFF_F_REASON) == (ok && length > 0));
      }
  put (p, 2, 65535);
  put (p + 2, 2, 65535);
  refused (&vls, bytes->data, bytes->len, DTC_ERROR_SYNTAX, "Reason lies outside the message");
}

/* A text for people may be longer than the fixed struct has room for; an identifier may not. */
static void
test_long_text (void)
{
  g_autofree char *text = g_strnfill (40000, 'x');
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GByteArray) none = g_byte_array_new ();
  GError *error = NULL;
  guint base;

  bytes = logoff (&vls, "x");
  base = bytes->len - 2;
  put (bytes->data + dtc_message_desc (5)->fields[0].vls_offset + 2, 2, 40001);
  g_byte_array_set_size (bytes, base);
  g_byte_array_append (bytes, (const guint8 *) text, 40001);
  put (bytes->data, 2, bytes->len);
  g_assert_true (decode (&vls, bytes->data, bytes->len, &message, NULL));
  g_assert_cmpuint (strlen (message.logoff.reason), ==, DTC_MAX_TEXT);
  g_assert_cmpuint (message.flags, ==, DTC_MESSAGE_TEXT_CUT);
  g_clear_pointer (&bytes, g_byte_array_unref);

  dtc_message_init (&message, DTC_MSG_CANCEL_ORDER);
  dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_TRADE_ACCOUNT, "x");
  bytes = encode (&vls, &message);
  base = bytes->len - 2;
  put (bytes->data + dtc_message_desc (203)->fields[DTC_CANCEL_ORDER_F_TRADE_ACCOUNT].vls_offset + 2, 2, 33);
  g_byte_array_set_size (bytes, base);
  g_byte_array_append (bytes, (const guint8 *) text, 32);
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  put (bytes->data, 2, bytes->len);
  refused (&vls, bytes->data, bytes->len, DTC_ERROR_TOO_LONG, "TradeAccount has 32 bytes, 31 are possible");

  for (guint c = 0; c < G_N_ELEMENTS (codecs); c++)
    {
      dtc_message_init (&message, DTC_MSG_CANCEL_ORDER);
      text[32] = '\0';
      dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_TRADE_ACCOUNT, text);
      g_assert_false (dtc_codec_encode (codecs[c], DTC_TO_SERVER, &message, none, &error));
      g_assert_error (error, DTC_ERROR, DTC_ERROR_TOO_LONG);
      g_clear_error (&error);
      g_assert_cmpuint (none->len, ==, 0);
      dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_TRADE_ACCOUNT, "\200");
      g_assert_false (dtc_codec_encode (codecs[c], DTC_TO_SERVER, &message, none, &error));
      g_assert_error (error, DTC_ERROR, DTC_ERROR_UNSUPPORTED);
      g_clear_error (&error);
      g_assert_cmpuint (none->len, ==, 0);
    }
}

/* Every string at its longest: each message can still say its size. */
static void
test_fullest (void)
{
  g_autofree char *text = g_strnfill (DTC_MAX_TEXT + 1, 'x');
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT, back = DTC_MESSAGE_INIT;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];
      GByteArray *bytes;

      dtc_message_init (&message, desc->type);
      for (guint i = 0; i < desc->n_fields; i++)
        if (desc->fields[i].type == DTC_FIELD_STRING)
          {
            gsize longest = desc->fields[i].len > 0 ? desc->fields[i].len - 1u
                            : g_str_equal (desc->fields[i].name, "FreeFormText") ? DTC_MAX_TEXT : 31;

            text[longest] = '\0';
            dtc_message_set_string (&message, i, text);
            text[longest] = 'x';
          }
        else
          dtc_message_set_int (&message, i, 1);
      bytes = encode (&vls, &message);
      g_assert_cmpuint (bytes->len, <=, G_MAXUINT16 / 4);
      g_assert_true (decode (&vls, bytes->data, bytes->len, &back, NULL));
      g_assert_true (dtc_message_equal (&message, &back));
      g_byte_array_unref (bytes);
    }
}

/* Neither NaN nor an infinity passes, in either direction. */
static void
test_not_finite (void)
{
  static const double wide[] = { NAN, -NAN, INFINITY, -INFINITY };
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) none = g_byte_array_new ();
  guint checked = 0;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    for (guint i = 0; i < dtc_message_descs[row].n_fields; i++)
      for (guint k = 0; k < G_N_ELEMENTS (wide); k++)
        {
          const DtcMessageDesc *desc = &dtc_message_descs[row];
          const DtcFieldDesc *field = &desc->fields[i];
          float narrow = (float) wide[k];
          GByteArray *bytes;
          GError *error = NULL;

          if (desc->wire_size == 0 || field->type == DTC_FIELD_STRING || field->type < DTC_FIELD_FLOAT)
            continue;
          dtc_message_init (&message, desc->type);
          if (desc->type == DTC_MSG_CANCEL_REPLACE_ORDER)
            {
              dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1_IS_SET, 0);
              dtc_message_set_int (&message, DTC_CANCEL_REPLACE_ORDER_F_PRICE2_IS_SET, 0);
            }
          bytes = encode (&fixed, &message);
          if (field->type == DTC_FIELD_FLOAT)
            memcpy (bytes->data + field->wire_offset, &narrow, 4);
          else
            memcpy (bytes->data + field->wire_offset, &wide[k], 8);
          refused (&fixed, bytes->data, bytes->len, DTC_ERROR_RANGE, field->name);
          dtc_message_set_double (&message, i, 1);
          if (field->type == DTC_FIELD_FLOAT)
            memcpy ((char *) &message.body + field->offset, &narrow, 4);
          else
            memcpy ((char *) &message.body + field->offset, &wide[k], 8);
          for (guint c = 0; c < G_N_ELEMENTS (codecs) && dtc_message_has (&message, i); c++)
            {
              g_assert_false (dtc_codec_encode (codecs[c], DTC_TO_SERVER, &message, none, &error));
              g_assert_error (error, DTC_ERROR, DTC_ERROR_RANGE);
              g_clear_error (&error);
              g_assert_cmpuint (none->len, ==, 0);
              checked++;
            }
          g_byte_array_unref (bytes);
        }
  g_assert_cmpuint (checked, >, 400);
}

/* A double that is made of two other fields gives the layout away: nothing of the struct is kept, nor is it written. */
static void
test_strange_layout (void)
{
  static const double small[] = { 5e-324, -5.3e-315, DBL_MIN / 2 };
  const DtcFieldDesc *filled = &dtc_message_desc (301)->fields[DTC_ORDER_UPDATE_F_FILLED_QUANTITY];
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GByteArray) none = g_byte_array_new ();
  GError *error = NULL;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, "8841");
  dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_FILLED);
  bytes = encode (&fixed, &message);
  for (guint i = 0; i < G_N_ELEMENTS (small); i++)
    {
      memcpy (bytes->data + filled->wire_offset, &small[i], 8);
      g_assert_false (decode (&fixed, bytes->data, bytes->len, &message, &error));
      g_assert_error (error, DTC_ERROR, DTC_ERROR_SYNTAX);
      g_clear_error (&error);
      g_assert_cmpuint (message.type, ==, DTC_MSG_ORDER_UPDATE);
      g_assert_cmpuint (message.present, ==, 0);
      g_assert_cmpstr (message.order_update.server_order_id, ==, "");
      g_assert_cmpint (message.order_update.order_status, ==, 0);

      dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, small[i]);
      for (guint c = 0; c < G_N_ELEMENTS (codecs); c++)
        {
          g_assert_false (dtc_codec_encode (codecs[c], DTC_TO_CLIENT, &message, none, &error));
          g_assert_error (error, DTC_ERROR, DTC_ERROR_RANGE);
          g_clear_error (&error);
          g_assert_cmpuint (none->len, ==, 0);
        }
    }
}

static void
test_bad_status (void)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) bytes = NULL;
  guint8 *p;

  dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
  bytes = encode (&fixed, &message);
  p = bytes->data + dtc_message_desc (301)->fields[DTC_ORDER_UPDATE_F_ORDER_STATUS].wire_offset;
  for (gint32 status = -2; status < 106; status++)
    {
      gboolean known = status >= 0 && status <= 10;

      put (p, 4, (guint32) status);
      g_assert_true (decode (&fixed, bytes->data, bytes->len, &message, NULL));
      g_assert_cmpint (message.wire_status, ==, status);
      g_assert_cmpint (message.order_update.order_status, ==, known ? status : 0);
      g_assert_true (((message.flags & DTC_MESSAGE_BAD_STATUS) == 0) == known);
    }
}

/* ---- damage ---- */

static void
check_sane (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  GString *line = g_string_new (NULL);

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (desc->fields[i].type == DTC_FIELD_STRING)
      g_assert_true (g_utf8_validate (dtc_message_get_string (message, i), -1, NULL));
    else
      g_assert_true (isfinite (dtc_message_get_double (message, i)));
  dtc_message_describe (message, line);
  g_string_free (line, TRUE);
}

static void
test_damage (void)
{
  GRand *rand = g_rand_new_with_seed (9);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT, whole = DTC_MESSAGE_INIT;

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    for (guint c = 0; c < G_N_ELEMENTS (codecs); c++)
      {
        const DtcMessageDesc *desc = &dtc_message_descs[row];
        GByteArray *bytes;

        if (codecs[c] == &fixed && desc->wire_size == 0)
          continue;
        test_random_message (rand, &whole, desc->type, 1);
        bytes = encode (codecs[c], &whole);
        /* Cut everywhere, the header saying so and not. */
        for (gsize len = 0; len < bytes->len; len++)
          {
            guint8 *part = g_memdup2 (bytes->data, len);

            g_assert_false (decode (codecs[c], part, len, &message, NULL));
            check_sane (&message);
            if (len >= 2)
              put (part, 2, len);
            decode (codecs[c], part, len, &message, NULL);
            check_sane (&message);
            g_free (part);
          }
        for (guint bit = 0; bit < bytes->len * 8; bit++)
          {
            bytes->data[bit / 8] ^= (guint8) (1u << (bit % 8));
            decode (codecs[c], bytes->data, bytes->len, &message, NULL);
            check_sane (&message);
            bytes->data[bit / 8] ^= (guint8) (1u << (bit % 8));
          }
        for (guint round = 0; round < 50; round++)
          {
            guint8 *noise = g_memdup2 (bytes->data, bytes->len);

            for (guint k = 4; k < bytes->len; k++)
              if (g_rand_int_range (rand, 0, 3) == 0)
                noise[k] = (guint8) g_rand_int (rand);
            decode (codecs[c], noise, bytes->len, &message, NULL);
            check_sane (&message);
            g_free (noise);
          }
        g_byte_array_unref (bytes);
      }
  g_rand_free (rand);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/binary/vls-layout", test_vls_layout);
  g_test_add_func ("/dtc/binary/places", test_places);
  g_test_add_func ("/dtc/binary/unset", test_unset);
  g_test_add_func ("/dtc/binary/order-prices", test_order_prices);
  g_test_add_func ("/dtc/binary/shorter", test_shorter);
  g_test_add_func ("/dtc/binary/longer", test_longer);
  g_test_add_func ("/dtc/binary/vls-base", test_vls_base);
  g_test_add_func ("/dtc/binary/sizes", test_sizes);
  g_test_add_func ("/dtc/binary/unknown-type", test_unknown_type);
  g_test_add_func ("/dtc/binary/flatten-positions", test_flatten_positions);
  g_test_add_func ("/dtc/binary/text", test_text);
  g_test_add_func ("/dtc/binary/vls-bounds", test_vls_bounds);
  g_test_add_func ("/dtc/binary/long-text", test_long_text);
  g_test_add_func ("/dtc/binary/fullest", test_fullest);
  g_test_add_func ("/dtc/binary/not-finite", test_not_finite);
  g_test_add_func ("/dtc/binary/strange-layout", test_strange_layout);
  g_test_add_func ("/dtc/binary/bad-status", test_bad_status);
  g_test_add_func ("/dtc/binary/damage", test_damage);
  return g_test_run ();
}
