/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session-rig.h"

/* A day in a few messages, for the loops below. */
static GByteArray *
make_stream (DtcNumbering numbering)
{
  static const char *const lines[] = {
    "{\"Type\":701,\"MessageText\":\"caf\\u00e9 na\xc3\xafve \\u20ac\"}",
    LOGON_OK,
    "{\"Type\":3,\"NumDroppedMessages\":0,\"CurrentDateTime\":1793210400}",
    "{\"Type\":301,\"RequestID\":0,\"TotalNumMessages\":1,\"MessageNumber\":1,\"Symbol\":\"ESZ6\","
    "\"TradeAccount\":\"SIM1\","
    "\"OrderStatus\":%s,\"OrderUpdateReason\":2,\"OrderType\":2,\"Price1\":5000.25,\"ServerOrderID\":\"8841\","
    "\"ClientOrderID\":\"A-1\",\"InfoText\":\"quote \\\" and \\\\ and \\u0041\"}",
    "{\"Type\":301,\"OrderStatus\":\"broken\",\"ServerOrderID\":\"8842\"}",
    "\r\n{\"Type\":306,\"Symbol\":\"ESZ6\",\"Quantity\":-2,\"AveragePrice\":4999.75}\r\n",
    "{\"Type\":301}{\"Type\":301}",
    "",
    "{\"Type\":4711,\"What\":1}",
    "{\"Type\":301,\"OrderStatus\":3,\"ServerOrderID\":\"8841\",\"FilledQuantity\":1e0}",
    "{\"Type\":3}",
  };
  GByteArray *stream = g_byte_array_new ();
  guint       i;

  g_byte_array_append (stream, json_answer, 16);
  for (i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (GStrv)   parts = g_strsplit (lines[i], "%s", 2);
      g_autofree char *line = g_strjoinv (numbering == DTC_NUMBERING_BRIEF ? "1" : "4", parts);

      g_byte_array_append (stream, (const guint8 *) line, strlen (line) + 1);
    }

  return stream;
}

static void
rig_prepare (Rig *rig, DtcNumbering numbering)
{
  rig->config->numbering = numbering;
  rig_start (rig);
  rig_opened (rig);
  g_string_truncate (rig->events, 0);
}

static void
test_fragments (void)
{
  DtcNumbering numbering;

  for (numbering = DTC_NUMBERING_DTC; numbering <= DTC_NUMBERING_BRIEF; numbering++)
    {
      g_autoptr (GByteArray) stream = make_stream (numbering);
      g_autoptr (Rig)        whole = rig_new ();
      gsize                  step;

      rig_prepare (whole, numbering);
      rig_feed (whole, stream->data, stream->len);
      g_assert_cmpint (whole->state, ==, DTC_LINK_READY);
      g_assert_cmpuint (whole->n_bad, ==, 2);
      g_assert_cmpuint (whole->n_messages, ==, 5);

      for (step = 1; step <= 64; step++)
        {
          g_autoptr (Rig) rig = rig_new ();
          gsize           at;

          rig_prepare (rig, numbering);
          for (at = 0; at < stream->len; at += step)
            rig_feed (rig, stream->data + at, MIN (step, stream->len - at));
          g_assert_cmpstr (rig->events->str, ==, whole->events->str);
        }
    }
}

/* The link is cut after every byte of the server's stream; then the whole stream comes on the next connection.
 * What was complete counts once for each connection, what was not never does. */
static void
test_cut_everywhere (void)
{
  DtcNumbering numbering;

  for (numbering = DTC_NUMBERING_DTC; numbering <= DTC_NUMBERING_BRIEF; numbering++)
    {
      g_autoptr (GByteArray) stream = make_stream (numbering);
      g_autoptr (Rig)        whole = rig_new ();
      gsize                  cut;

      rig_prepare (whole, numbering);
      rig_feed (whole, stream->data, stream->len);

      for (cut = 0; cut <= stream->len; cut++)
        {
          g_autoptr (Rig)  rig = rig_new ();
          g_autofree char *before = NULL;
          gsize            complete = 0;
          gsize            i;

          rig->config->handshake = DTC_HANDSHAKE_YES;
          rig_prepare (rig, numbering);
          rig_feed (rig, stream->data, cut);
          before = g_strdup (rig->events->str);

          /* Exactly a prefix of what the whole stream says. */
          g_assert_true (g_str_has_prefix (whole->events->str, before));
          for (i = 16; i < cut; i++)
            if (stream->data[i] == 0 && stream->data[i - 1] != 0)
              complete++;
          g_assert_cmpuint (count (before, "\nstill ") + count (before, "\nbad ") + count (before, "\nheartbeat ")
                              + count (before, "link ready"), ==, complete);

          rig_closed (rig);
          g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
          rig_run_until (rig, rig->retry_at);
          rig_opened (rig);
          g_string_truncate (rig->events, 0);
          rig_feed (rig, stream->data, stream->len);
          g_assert_cmpstr (rig->events->str, ==, whole->events->str);
        }
    }
}

/* Any byte lost, doubled or with one bit wrong: no crash, and the link is what it was or down for a named reason. */
static void
test_damage_everywhere (void)
{
  g_autoptr (GByteArray) stream = make_stream (DTC_NUMBERING_DTC);
  gsize                  at;
  guint                  how;

  for (at = 0; at < stream->len; at++)
    for (how = 0; how < 10; how++)
      {
        g_autoptr (Rig)        rig = rig_new ();
        g_autoptr (GByteArray) damaged = g_byte_array_new ();

        g_byte_array_append (damaged, stream->data, stream->len);
        if (how < 8)
          damaged->data[at] ^= 1u << how;
        else if (how == 8)
          g_byte_array_remove_index (damaged, at);
        else
          {
            g_byte_array_set_size (damaged, at);
            g_byte_array_append (damaged, stream->data + at, 1);
            g_byte_array_append (damaged, stream->data + at, stream->len - at);
          }
        rig_prepare (rig, DTC_NUMBERING_DTC);
        rig_feed (rig, damaged->data, damaged->len);
        rig_wait (rig, 0);
        g_assert_cmpuint (rig->n_messages, <=, 7);
        if (rig->state == DTC_LINK_DOWN || rig->state == DTC_LINK_STOPPED)
          g_assert_cmpint (rig->reason, !=, DTC_REASON_NONE);
      }
}

/* Random strangers: bytes from a seed, cut anywhere. */
static void
test_garbage (void)
{
  guint32 seed;

  for (seed = 0; seed < 500; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (Rig)   rig = rig_new ();
      guint             round;

      rig->config->handshake = (DtcHandshakePolicy) (seed % 3);
      rig_start (rig);
      for (round = 0; round < 60; round++)
        {
          guint8 bytes[64];
          guint  len = g_rand_int_range (rand, 1, sizeof bytes);
          guint  i;

          for (i = 0; i < len; i++)
            bytes[i] = g_rand_int_range (rand, 0, 4) == 0 ? (guint8) "{}\0\"[]:,1"[g_rand_int_range (rand, 0, 9)]
                                                         : (guint8) g_rand_int (rand);
          if (rig->opening)
            rig_opened (rig);
          else if (rig->open && g_rand_int_range (rand, 0, 8) == 0)
            rig_closed (rig);
          else
            rig_feed (rig, bytes, len);
          rig_wait (rig, g_rand_int_range (rand, 0, 3 * SECOND));
        }
      g_assert_cmpint (rig->state, !=, DTC_LINK_READY);
      g_assert_cmpint (rig->n_opens, <=, 60);
    }
}

static void
test_too_long (void)
{
  g_autoptr (Rig)  rig = rig_new ();
  g_autofree char *block = g_malloc (DTC_MAX_FRAME / 4);
  guint            i;

  memset (block, ' ', DTC_MAX_FRAME / 4);
  rig_start (rig);
  rig_log_on (rig);
  rig_feed (rig, "{\"Type\":301,", 12);
  for (i = 0; i < 5 && rig->open; i++)
    rig_feed (rig, block, DTC_MAX_FRAME / 4);
  g_assert_cmpint (rig->state, ==, DTC_LINK_DOWN);
  g_assert_cmpint (rig->reason, ==, DTC_REASON_BAD_FRAME);

  /* And the next connection is clean. */
  rig_run_until (rig, rig->retry_at);
  rig_log_on (rig);
}

static void
test_commands_inside (void)
{
  guint at;

  for (at = 1; at <= 5; at++)
    {
      g_autoptr (GByteArray) stream = make_stream (DTC_NUMBERING_DTC);
      g_autoptr (Rig)        stops = rig_new ();
      g_autoptr (Rig)        drops = rig_new ();

      stops->stop_at_message = at;
      rig_prepare (stops, DTC_NUMBERING_DTC);
      rig_feed (stops, stream->data, stream->len);
      g_assert_cmpint (stops->state, ==, at == 1 ? DTC_LINK_STOPPED : DTC_LINK_LEAVING);

      drops->drop_at_message = at;
      rig_prepare (drops, DTC_NUMBERING_DTC);
      rig_feed (drops, stream->data, stream->len);
      g_assert_cmpint (drops->state, ==, DTC_LINK_DOWN);
      g_assert_cmpuint (drops->n_messages, ==, at);
      rig_wait (drops, 0);
      rig_log_on (drops);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dtc/session-bytes/fragments", test_fragments);
  g_test_add_func ("/dtc/session-bytes/cut-everywhere", test_cut_everywhere);
  g_test_add_func ("/dtc/session-bytes/damage-everywhere", test_damage_everywhere);
  g_test_add_func ("/dtc/session-bytes/garbage", test_garbage);
  g_test_add_func ("/dtc/session-bytes/too-long", test_too_long);
  g_test_add_func ("/dtc/session-bytes/commands-inside", test_commands_inside);

  return g_test_run ();
}
