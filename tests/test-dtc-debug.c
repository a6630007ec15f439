/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Each case prints in a process of its own; its standard error is what a colleague would grep. */

static void
test_wire (void)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  DtcCodec            brief = { DTC_ENCODING_JSON, DTC_NUMBERING_BRIEF };
  static const char   update[] = "{\"Type\":301,\"Symbol\":\"ESZ6\",\"OrderStatus\":3,\"FilledQuantity\":1,"
                                 "\"Price1\":5000.25,\"InfoText\":\"two\\nlines \\u001b[31m\"}";
  static const char   submit[] = "{\"Type\":300,\"Symbol\":\"ESZ6\",\"BuySell\":\"BUY\"}";
  static const char   stranger[] = "{\"Type\":4711}";
  static const char   logon[] = "{\"Type\":1,\"Username\":\"trader\",\"Password\":\"s3cret!\"}";

  if (g_test_subprocess ())
    {
      dtc_codec_decode (&brief, DTC_TO_CLIENT, (const guint8 *) update, strlen (update), &message, NULL);
      dtc_debug_wire (DTC_WIRE_RECEIVED, &message, strlen (update));
      dtc_codec_decode (&brief, DTC_TO_SERVER, (const guint8 *) submit, strlen (submit), &message, NULL);
      dtc_debug_wire (DTC_WIRE_SENT, &message, strlen (submit));
      dtc_codec_decode (&brief, DTC_TO_CLIENT, (const guint8 *) stranger, strlen (stranger), &message, NULL);
      dtc_debug_wire (DTC_WIRE_RECEIVED, &message, strlen (stranger));
      dtc_codec_decode (&brief, DTC_TO_SERVER, (const guint8 *) logon, strlen (logon), &message, NULL);
      dtc_debug_wire (DTC_WIRE_SENT, &message, strlen (logon));
      return;
    }

  g_setenv ("DEBUG_DTC", "1", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*[debug] dtc.recv type=301 OrderUpdate Symbol=ESZ6 OrderStatus=3 Price1=5000.25 "
                             "FilledQuantity=1 InfoText=\"two\\nlines \\x1b[31m\"\n*");
  g_test_trap_assert_stderr ("*\n[debug] dtc.send type=300 SubmitNewSingleOrder Symbol=ESZ6 BuySell=1\n*");
  g_test_trap_assert_stderr ("*\n[debug] dtc.recv type=4711 unknown bytes=13\n*");
  g_test_trap_assert_stderr ("*\n[debug] dtc.send type=1 LogonRequest Username=**** Password=****\n*");
  g_test_trap_assert_stderr_unmatched ("*s3cret*");
  g_test_trap_assert_stderr_unmatched ("*trader*");
}

static void
test_line (void)
{
  if (g_test_subprocess ())
    {
      g_autofree char *longer = g_strnfill (10000, 'x');

      dtc_debug_line ("panel3", "Order filled detected - will refresh metrics");
      dtc_debug_line ("debug", "router.order payload_preview={'Text': '%s'}", "a\n[panel3] forged\r\x7f \xff");
      dtc_debug_line ("debug", "long %s", longer);
      dtc_debug_line ("debug", "last");
      return;
    }

  g_setenv ("DEBUG_DTC", "yes", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*[panel3] Order filled detected - will refresh metrics\n*");
  g_test_trap_assert_stderr ("*\n[debug] router.order payload_preview={'Text': 'a\\n[panel3] forged\\r*'}\n*");
  g_test_trap_assert_stderr_unmatched ("*\n[panel3] forged*");
  g_test_trap_assert_stderr ("*\n[debug] long xxx*xxx…\n[debug] last\n*");
}

static void
test_off (void)
{
  if (g_test_subprocess ())
    {
      g_assert_false (dtc_debug_enabled ());
      dtc_debug_line ("debug", "nothing");
      return;
    }

  g_setenv ("DEBUG_DTC", "0", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr_unmatched ("*nothing*");
}

/* A reader that takes a page now and then, as a pager does: lines are lost and counted, and nobody waits for it. */
static void
test_slow_reader (void)
{
  if (g_test_subprocess ())
    {
      g_autofree char   *longer = g_strnfill (4080, 'x');
      g_autoptr (GString) seen = g_string_new (NULL);
      char               page[4096];
      int                ends[2];
      guint              i;

      alarm (20);
      g_assert_cmpint (pipe (ends), ==, 0);
      g_assert_cmpint (dup2 (ends[1], STDERR_FILENO), ==, STDERR_FILENO);
      close (ends[1]);
      for (i = 0; i < 40; i++)
        dtc_debug_line ("debug", "%s", longer);
      for (i = 0; i < 5; i++)
        {
          ssize_t n = read (ends[0], page, sizeof page);

          g_assert_cmpint (n, >, 0);
          g_string_append_len (seen, page, n);
          dtc_debug_line ("debug", "%s", longer);
          dtc_debug_line ("debug", "%s", longer);
        }
      g_assert_cmpint (fcntl (ends[0], F_SETFL, O_NONBLOCK), ==, 0);
      for (ssize_t n = 1; n > 0; g_string_append_len (seen, page, MAX (n, 0)))
        n = read (ends[0], page, sizeof page);
      g_assert_nonnull (strstr (seen->str, "[debug] dtc.log lost="));
      for (const char *line = seen->str; *line != '\0'; line = strchr (line, '\n') + 1)
        {
          g_assert_true (g_str_has_prefix (line, "[debug] "));
          g_assert_nonnull (strchr (line, '\n'));
        }
      return;
    }

  g_setenv ("DEBUG_DTC", "1", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dtc/debug/wire", test_wire);
  g_test_add_func ("/dtc/debug/line", test_line);
  g_test_add_func ("/dtc/debug/off", test_off);
  g_test_add_func ("/dtc/debug/slow-reader", test_slow_reader);

  return g_test_run ();
}
