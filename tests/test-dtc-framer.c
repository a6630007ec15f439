/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "dtc-framer.h"

static const char stream[] = "{\"a\":1}\0\0\r\n\0{\"b\":\"\303\251\\u00e9\"}\r\n\0\n{\"c\":-1.5e3}\0x\0";
#define STREAM_LEN (sizeof stream - 1)
static const char *const frames[] = { "{\"a\":1}", "{\"b\":\"\303\251\\u00e9\"}", "{\"c\":-1.5e3}", "x" };

/* Pulls all there is; returns how many frames matched. */
static guint
pull_and_compare (DtcFramer *framer,
                  guint      next)
{
  const guint8 *frame;
  gsize len;

  while (dtc_framer_pull (framer, &frame, &len, NULL) == DTC_FRAMER_FRAME)
    {
      g_assert_cmpuint (next, <, G_N_ELEMENTS (frames));
      g_assert_cmpmem (frame, len, frames[next], strlen (frames[next]));
      next++;
    }
  return next;
}

static void
test_cut (void)
{
  for (gsize cut = 0; cut <= STREAM_LEN; cut++)
    {
      DtcFramer *framer = dtc_framer_new (DTC_ENCODING_JSON, 1000);
      guint next;

      dtc_framer_feed (framer, stream, cut);
      next = pull_and_compare (framer, 0);
      dtc_framer_feed (framer, stream + cut, STREAM_LEN - cut);
      g_assert_cmpuint (pull_and_compare (framer, next), ==, G_N_ELEMENTS (frames));
      dtc_framer_free (framer);
    }
}

static void
test_fragments (void)
{
  for (gsize step = 1; step <= 64; step++)
    for (gsize pull_each = 1; pull_each <= 3; pull_each++)
      {
        DtcFramer *framer = dtc_framer_new (DTC_ENCODING_JSON_COMPACT, 1000);
        guint next = 0;
        gsize fed = 0;

        for (gsize at = 0; at < STREAM_LEN; at += step)
          {
            dtc_framer_feed (framer, stream + at, MIN (step, STREAM_LEN - at));
            if (++fed % pull_each == 0)
              next = pull_and_compare (framer, next);
          }
        g_assert_cmpuint (pull_and_compare (framer, next), ==, G_N_ELEMENTS (frames));
        dtc_framer_free (framer);
      }
}

static void
expect_sticky (DtcFramer *framer,
               int        code)
{
  const guint8 *frame;
  gsize len;

  for (int i = 0; i < 3; i++)
    {
      GError *error = NULL;

      g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, &error), ==, DTC_FRAMER_ERROR);
      g_assert_error (error, DTC_ERROR, code);
      g_clear_error (&error);
      dtc_framer_feed (framer, "{}", 3);
    }
  dtc_framer_reset (framer, DTC_ENCODING_JSON);
  dtc_framer_feed (framer, "{}", 3);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_FRAME);
  g_assert_cmpmem (frame, len, "{}", 2);
}

static void
test_limit (void)
{
  char *text = g_strnfill (101, 'x');
  DtcFramer *framer = dtc_framer_new (DTC_ENCODING_JSON, 100);
  const guint8 *frame;
  gsize len;

  dtc_framer_feed (framer, text, 100);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_NEED_MORE);
  dtc_framer_feed (framer, "", 1);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_FRAME);
  g_assert_cmpuint (len, ==, 100);
  dtc_framer_feed (framer, text, 102); /* with its zero byte */
  expect_sticky (framer, DTC_ERROR_FRAME_TOO_LARGE);

  dtc_framer_feed (framer, text, 101); /* without */
  expect_sticky (framer, DTC_ERROR_FRAME_TOO_LARGE);
  dtc_framer_feed (framer, text, 101);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_ERROR);
  dtc_framer_feed (framer, text, 101); /* a dead stream keeps nothing */
  g_assert_null (dtc_framer_peek (framer, &len));
  dtc_framer_free (framer);
  g_free (text);
}

/* A peer that never ends its message costs one search of each byte, and no more memory than the limit. */
static void
test_endless (void)
{
  DtcFramer *framer = dtc_framer_new (DTC_ENCODING_JSON, DTC_MAX_FRAME);
  const guint8 *frame;
  gsize len, fed = 0;
  DtcFramerStatus status;

  do
    {
      dtc_framer_feed (framer, "y", 1);
      fed++;
      status = dtc_framer_pull (framer, &frame, &len, NULL);
    }
  while (status == DTC_FRAMER_NEED_MORE);
  g_assert_cmpint (status, ==, DTC_FRAMER_ERROR);
  g_assert_cmpuint (fed, ==, DTC_MAX_FRAME + 1);
  dtc_framer_free (framer);
}

static void
test_empty (void)
{
  DtcFramer *framer = dtc_framer_new (DTC_ENCODING_JSON, 100);
  guint8 *zeros = g_malloc0 (100000);
  const guint8 *frame;
  gsize len;

  for (int i = 0; i < 10; i++)
    {
      dtc_framer_feed (framer, zeros, 100000);
      g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_NEED_MORE);
    }
  dtc_framer_feed (framer, "\r\n{}\r\n", 7);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_FRAME);
  g_assert_cmpmem (frame, len, "{}", 2);
  g_free (zeros);
  dtc_framer_free (framer);
}

static void
test_binary (void)
{
  static const guint8 bytes[] = { 16, 0, 7, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0, 4, 0, 9, 9, '{', '}', 0 };

  for (gsize cut = 0; cut <= sizeof bytes; cut++)
    {
      DtcFramer *framer = dtc_framer_new (DTC_ENCODING_BINARY, DTC_MAX_FRAME);
      const guint8 *frame;
      gsize len;
      guint n = 0;

      dtc_framer_feed (framer, bytes, cut);
      for (int half = 0; half < 2; half++)
        {
          while (n < 2 && dtc_framer_pull (framer, &frame, &len, NULL) == DTC_FRAMER_FRAME)
            {
              g_assert_cmpmem (frame, len, bytes + (n == 0 ? 0 : 16), n == 0 ? 16u : 4u);
              n++;
            }
          if (half == 0)
            dtc_framer_feed (framer, bytes + cut, sizeof bytes - cut);
        }
      g_assert_cmpuint (n, ==, 2);
      g_assert_cmpmem (dtc_framer_peek (framer, &len), 3, "{}", 3);
      g_assert_cmpuint (len, ==, 3);
      dtc_framer_set_encoding (framer, DTC_ENCODING_JSON);
      g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_FRAME);
      g_assert_cmpmem (frame, len, "{}", 2);
      g_assert_null (dtc_framer_peek (framer, &len));
      dtc_framer_free (framer);
    }
}

static void
test_binary_short (void)
{
  DtcFramer *framer = dtc_framer_new (DTC_ENCODING_BINARY, 100);
  const guint8 *frame;
  gsize len;

  dtc_framer_feed (framer, "\004\000\003", 3);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_NEED_MORE);
  dtc_framer_feed (framer, "", 1);
  g_assert_cmpint (dtc_framer_pull (framer, &frame, &len, NULL), ==, DTC_FRAMER_FRAME);
  g_assert_cmpuint (len, ==, 4);

  dtc_framer_feed (framer, "\003\000\001\000", 4);
  expect_sticky (framer, DTC_ERROR_SYNTAX);
  dtc_framer_set_encoding (framer, DTC_ENCODING_BINARY);
  dtc_framer_feed (framer, "\145\000", 2);
  expect_sticky (framer, DTC_ERROR_FRAME_TOO_LARGE);
  dtc_framer_free (framer);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/framer/cut", test_cut);
  g_test_add_func ("/dtc/framer/fragments", test_fragments);
  g_test_add_func ("/dtc/framer/limit", test_limit);
  g_test_add_func ("/dtc/framer/endless", test_endless);
  g_test_add_func ("/dtc/framer/empty", test_empty);
  g_test_add_func ("/dtc/framer/binary", test_binary);
  g_test_add_func ("/dtc/framer/binary-short", test_binary_short);
  return g_test_run ();
}
