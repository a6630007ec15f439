/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-framer.h"
#include "dtc-test-message.h"

/* A session whose bytes were damaged on the way: nothing crashes, nothing reads outside, and the stream is right
 * again after the next zero byte. */

typedef struct
{
  DtcNumbering numbering;
  GByteArray *bytes;
  GPtrArray *messages; /* DtcMessage */
} Session;

static void
free_message (gpointer message)
{
  dtc_message_free (message);
}

/* A fill, a balance and one of each other message a server sends. */
static Session
record_session (DtcNumbering numbering)
{
  GRand *rand = g_rand_new_with_seed (5);
  Session session = { numbering, g_byte_array_new (), g_ptr_array_new_with_free_func (free_message) };

  for (guint row = 0; row < DTC_N_MESSAGES; row++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[row];
      DtcCodec codec = { row % 2 ? DTC_ENCODING_JSON : DTC_ENCODING_JSON_COMPACT, numbering };
      DtcMessage *message;

      if (!(desc->direction & DTC_TO_CLIENT) || (numbering == DTC_NUMBERING_BRIEF && desc->type == DTC_MSG_OPEN_ORDERS_REJECT))
        continue;
      message = dtc_message_new (desc->type);
      test_random_message (rand, message, desc->type, 2);
      if (desc->type == DTC_MSG_ORDER_UPDATE)
        {
          dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, "8841");
          dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_FILLED);
          dtc_message_set_double (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, 2);
          dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LATEST_TRANSACTION_DATE_TIME, 1793210400);
        }
      g_assert_true (dtc_codec_encode (&codec, DTC_TO_CLIENT, message, session.bytes, NULL));
      g_ptr_array_add (session.messages, message);
    }
  g_rand_free (rand);
  return session;
}

static void
free_session (Session *session)
{
  g_byte_array_unref (session->bytes);
  g_ptr_array_unref (session->messages);
}

/* What is in a message can be looked at, whatever it was read from. */
static void
check_sane (const DtcMessage *message)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (desc->fields[i].type == DTC_FIELD_STRING)
      g_assert_true (g_utf8_validate (dtc_message_get_string (message, i), -1, NULL));
    else if (desc->fields[i].type >= DTC_FIELD_FLOAT)
      g_assert_true (isfinite (dtc_message_get_double (message, i)));
  g_assert_cmpuint (message->present & message->nulls, ==, 0);
  g_assert_true (message->unknown == NULL || g_utf8_validate (message->unknown, -1, NULL));
  if (message->type == DTC_MSG_ORDER_UPDATE)
    g_assert_true (message->order_update.order_status >= 0 && message->order_update.order_status <= 10);
}

/* Decodes the stream; returns how many of the session's messages came through unchanged and in order. */
static guint
play (const Session *session,
      const guint8  *bytes,
      gsize          len,
      gsize          step,
      DtcMessage    *message)
{
  DtcCodec codec = { DTC_ENCODING_JSON_COMPACT, session->numbering };
  DtcFramer *framer = dtc_framer_new (codec.encoding, DTC_MAX_FRAME);
  guint same = 0, next = 0;
  const guint8 *frame;
  gsize frame_len;

  for (gsize at = 0; at < len; at += step)
    {
      dtc_framer_feed (framer, bytes + at, MIN (step, len - at));
      while (dtc_framer_pull (framer, &frame, &frame_len, NULL) == DTC_FRAMER_FRAME)
        {
          gboolean ok = dtc_codec_decode (&codec, DTC_TO_CLIENT, frame, frame_len, message, NULL);

          check_sane (message);
          for (guint i = next; ok && i < session->messages->len; i++)
            if (dtc_message_equal (message, session->messages->pdata[i]))
              {
                same++;
                next = i + 1;
                break;
              }
        }
    }
  dtc_framer_free (framer);
  return same;
}

static void
test_whole (gconstpointer data)
{
  Session session = record_session ((DtcNumbering) GPOINTER_TO_INT (data));
  DtcMessage message = DTC_MESSAGE_INIT;

  for (gsize step = 1; step <= 64; step++)
    g_assert_cmpuint (play (&session, session.bytes->data, session.bytes->len, step, &message), ==, session.messages->len);
  free_session (&session);
  dtc_message_clear (&message);
}

/* Decodes the message around the damage and its neighbours only: the others are the same bytes every time. */
static void
damage_all (const Session *session,
            void         (*damage) (GByteArray *bytes, guint at, guint bit),
            guint          n_bits)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  GByteArray *part = g_byte_array_new ();
  guint begin = 0, index = 0;

  for (guint end = 0; end < session->bytes->len; end++)
    {
      Session one = { session->numbering, NULL, g_ptr_array_new () };
      static const char before[] = "{\"Type\":3,\"CurrentDateTime\":1}", after[] = "{\"Type\":3,\"CurrentDateTime\":2}";
      DtcMessage *first, *last;

      if (session->bytes->data[end] != 0)
        {
          g_ptr_array_unref (one.messages);
          continue;
        }
      first = dtc_message_new (DTC_MSG_HEARTBEAT);
      last = dtc_message_new (DTC_MSG_HEARTBEAT);
      dtc_message_set_int (first, DTC_HEARTBEAT_F_CURRENT_DATE_TIME, 1);
      dtc_message_set_int (last, DTC_HEARTBEAT_F_CURRENT_DATE_TIME, 2);
      g_ptr_array_add (one.messages, first);
      g_ptr_array_add (one.messages, session->messages->pdata[index++]);
      g_ptr_array_add (one.messages, last);
      for (guint at = begin; at <= end; at++)
        for (guint bit = 0; bit < n_bits; bit++)
          {
            guint same;

            g_byte_array_set_size (part, 0);
            g_byte_array_append (part, (const guint8 *) before, sizeof before);
            g_byte_array_append (part, session->bytes->data + begin, end + 1 - begin);
            g_byte_array_append (part, (const guint8 *) after, sizeof after);
            damage (part, (guint) sizeof before + at - begin, bit);
            same = play (&one, part->data, part->len, part->len, &message);
            /* Only the loss of the zero byte itself takes the next message with it. */
            g_assert_cmpuint (same, >=, at == end ? 1 : 2);
          }
      dtc_message_free (first);
      dtc_message_free (last);
      g_ptr_array_unref (one.messages);
      begin = end + 1;
    }
  g_byte_array_unref (part);
  dtc_message_clear (&message);
}

static void
flip (GByteArray *bytes,
      guint       at,
      guint       bit)
{
  bytes->data[at] ^= (guint8) (1u << bit);
}

static void
drop (GByteArray *bytes,
      guint       at,
      guint       bit)
{
  g_byte_array_remove_index (bytes, at);
}

static void
repeat (GByteArray *bytes,
        guint       at,
        guint       bit)
{
  guint8 byte = bytes->data[at];

  g_byte_array_append (bytes, &byte, 1);
  memmove (bytes->data + at + 1, bytes->data + at, bytes->len - 1 - at);
}

static void
cut (GByteArray *bytes,
     guint       at,
     guint       bit)
{
  guint8 *zero = memchr (bytes->data + at, 0, bytes->len - at);

  if (zero > bytes->data + at)
    g_byte_array_remove_range (bytes, at, (guint) (zero - bytes->data) - at);
}

static void
test_flip (gconstpointer data)
{
  Session session = record_session ((DtcNumbering) GPOINTER_TO_INT (data));

  damage_all (&session, flip, 8);
  free_session (&session);
}

static void
test_drop (gconstpointer data)
{
  Session session = record_session ((DtcNumbering) GPOINTER_TO_INT (data));

  damage_all (&session, drop, 1);
  free_session (&session);
}

static void
test_repeat (gconstpointer data)
{
  Session session = record_session ((DtcNumbering) GPOINTER_TO_INT (data));

  damage_all (&session, repeat, 1);
  free_session (&session);
}

static void
test_cut (gconstpointer data)
{
  Session session = record_session ((DtcNumbering) GPOINTER_TO_INT (data));

  damage_all (&session, cut, 1);
  free_session (&session);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int numbering = 0; numbering < 2; numbering++)
    {
      static const struct
      {
        const char *name;
        GTestDataFunc test;
      } tests[] = { { "whole", test_whole }, { "flip", test_flip }, { "drop", test_drop }, { "repeat", test_repeat }, { "cut", test_cut } };

      for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        {
          char *path = g_strdup_printf ("/dtc/damage/%s/%s", tests[i].name, dtc_numbering_to_string ((DtcNumbering) numbering));

          g_test_add_data_func (path, GINT_TO_POINTER (numbering), tests[i].test);
          g_free (path);
        }
    }
  return g_test_run ();
}
