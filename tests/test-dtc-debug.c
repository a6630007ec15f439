/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc.h"

#include <string.h>

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dtc/debug/wire", test_wire);
  g_test_add_func ("/dtc/debug/line", test_line);
  g_test_add_func ("/dtc/debug/off", test_off);

  return g_test_run ();
}
