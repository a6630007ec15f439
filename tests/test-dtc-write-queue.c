/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-write-queue.h"

#include <string.h>

/* Every buffer is its own letter in its own length, so that the output says whether one was broken up. */

static void
test_bounds (void)
{
  DtcWriteQueue *queue = dtc_write_queue_new (100, 20);
  guint8         bytes[200] = { 0 };
  DtcWriteFate   fate;
  gsize          len;

  g_assert_false (dtc_write_queue_push (queue, bytes, 101, DTC_LANE_NORMAL, 1));
  g_assert_true (dtc_write_queue_push (queue, bytes, 60, DTC_LANE_NORMAL, 2));
  g_assert_false (dtc_write_queue_push (queue, bytes, 41, DTC_LANE_NORMAL, 3));
  g_assert_true (dtc_write_queue_push (queue, bytes, 40, DTC_LANE_NORMAL, 4));
  g_assert_false (dtc_write_queue_push (queue, bytes, 1, DTC_LANE_NORMAL, 5));
  g_assert_true (dtc_write_queue_push (queue, bytes, 20, DTC_LANE_URGENT, 6));
  g_assert_false (dtc_write_queue_push (queue, bytes, 1, DTC_LANE_URGENT, 7));
  g_assert_cmpuint (dtc_write_queue_size (queue), ==, 120);

  /* Room comes back as the kernel takes bytes. */
  g_assert_nonnull (dtc_write_queue_peek (queue, &len));
  g_assert_cmpuint (len, ==, 20);
  g_assert_true (dtc_write_queue_advance (queue, 20, &fate));
  g_assert_cmpuint (fate.cookie, ==, 6);
  g_assert_nonnull (dtc_write_queue_peek (queue, &len));
  g_assert_false (dtc_write_queue_advance (queue, 10, &fate));
  g_assert_true (dtc_write_queue_push (queue, bytes, 10, DTC_LANE_NORMAL, 8));

  g_assert_true (dtc_write_queue_fail (queue, &fate));
  g_assert_cmpuint (fate.cookie, ==, 2);
  g_assert_cmpuint (fate.accepted, ==, 10);
  g_assert_cmpuint (fate.total, ==, 60);
  g_assert_true (dtc_write_queue_fail (queue, &fate));
  g_assert_cmpuint (fate.cookie, ==, 4);
  g_assert_cmpuint (fate.accepted, ==, 0);
  g_assert_true (dtc_write_queue_fail (queue, &fate));
  g_assert_false (dtc_write_queue_fail (queue, &fate));
  g_assert_cmpuint (dtc_write_queue_size (queue), ==, 0);
  g_assert_null (dtc_write_queue_peek (queue, &len));
  dtc_write_queue_free (queue);
}

static void
test_pin (void)
{
  DtcWriteQueue *queue = dtc_write_queue_new (100, 100);
  DtcWriteFate   fate;
  gsize          len;
  guint          pinned;

  for (pinned = 0; pinned < 2; pinned++)
    {
      dtc_write_queue_push (queue, (const guint8 *) "nnnn", 4, DTC_LANE_NORMAL, 1);
      g_assert_cmpint (*dtc_write_queue_peek (queue, &len), ==, 'n');
      if (pinned)
        dtc_write_queue_pin (queue);
      dtc_write_queue_push (queue, (const guint8 *) "u", 1, DTC_LANE_URGENT, 2);
      g_assert_cmpint (*dtc_write_queue_peek (queue, &len), ==, pinned ? 'n' : 'u');
      while (dtc_write_queue_peek (queue, &len) != NULL)
        dtc_write_queue_advance (queue, len, &fate);
    }
  dtc_write_queue_free (queue);
}

/* Random pushes and random bites of the kernel, and a loss at a random moment: no buffer is broken up by another,
 * lanes keep their order, the urgent one is never behind a buffer that was not begun, every cookie is told once. */
static void
test_random (void)
{
  guint32 seed;

  for (seed = 0; seed < 2000; seed++)
    {
      g_autoptr (GRand)   rand = g_rand_new_with_seed (seed);
      g_autoptr (GString) out = g_string_new (NULL);
      DtcWriteQueue      *queue = dtc_write_queue_new (400, 60);
      guint               told[64] = { 0 };
      gsize               lens[64] = { 0 };
      guint               last_done[2] = { 0, 0 };
      guint               n = 0;
      guint               i;
      DtcWriteFate        fate;

      while (n < 60)
        {
          const guint8 *data;
          gsize         len;

          if (g_rand_boolean (rand))
            {
              DtcLane lane = g_rand_int_range (rand, 0, 3) == 0 ? DTC_LANE_URGENT : DTC_LANE_NORMAL;
              guint8  bytes[40];

              len = g_rand_int_range (rand, 1, sizeof bytes);
              memset (bytes, (lane == DTC_LANE_URGENT ? 128 : 0) + (int) n + 1, len);
              if (dtc_write_queue_push (queue, bytes, len, lane, (lane == DTC_LANE_URGENT ? 128 : 0) + n + 1))
                {
                  lens[n + 1] = len;
                  n++;
                }
            }
          data = dtc_write_queue_peek (queue, &len);
          if (data != NULL && g_rand_boolean (rand))
            {
              gsize bite = g_rand_int_range (rand, 0, (gint) len + 1);

              g_string_append_len (out, (const char *) data, bite);
              if (dtc_write_queue_advance (queue, bite, &fate))
                {
                  guint lane = fate.cookie >= 128;
                  guint id = fate.cookie & 127;

                  told[id]++;
                  g_assert_cmpuint (fate.accepted, ==, lens[id]);
                  g_assert_cmpuint (fate.total, ==, lens[id]);
                  g_assert_cmpuint (id, >, last_done[lane]);
                  last_done[lane] = id;
                }
            }
        }
      while (dtc_write_queue_fail (queue, &fate))
        told[fate.cookie & 127]++;
      for (i = 1; i <= n; i++)
        g_assert_cmpuint (told[i], ==, 1);

      /* Whole buffers, except the last. */
      for (i = 0; i < out->len;)
        {
          guint8 letter = (guint8) out->str[i];
          gsize  run = 0;

          while (i + run < out->len && (guint8) out->str[i + run] == letter)
            run++;
          g_assert_true (run == lens[letter & 127] || i + run == out->len);
          i += run;
        }
      dtc_write_queue_free (queue);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dtc/write-queue/bounds", test_bounds);
  g_test_add_func ("/dtc/write-queue/pin", test_pin);
  g_test_add_func ("/dtc/write-queue/random", test_random);

  return g_test_run ();
}
