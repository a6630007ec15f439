/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc.h"

#include <string.h>

#include "dtc-fake-server.h"

/* The bridge against a server in this thread. The sink runs on dtc-io and leaves notes. */
typedef struct
{
  DtcFakeServer    *server;
  DtcSessionConfig *config;
  DtcDataBridge    *bridge;

  GMutex        lock;
  GString      *notes;
  DtcLinkState  state;
  DtcLinkReason reason;
  char         *text;
  gint64        retry_at;
  guint         n_ready;
  guint         n_calls;
  guint         n_written;
  guint         n_partial;
  guint         n_untouched;
  gsize         accepted;
  gboolean      seen[4096]; /* cookies reported */
  gboolean      stopped;
  gint          n_order;
} Fixture;

static void
wake (Fixture *f)
{
  f->n_calls++;
  g_main_context_wakeup (NULL);
}

static void
sink_link (gpointer data, const DtcLinkChange *change, gint64 now)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  f->state = change->state;
  f->reason = change->reason;
  f->retry_at = change->retry_at;
  g_free (f->text);
  f->text = g_strdup (change->text);
  f->n_ready += change->state == DTC_LINK_READY;
  g_string_append_printf (f->notes, "link %s %s\n", dtc_link_state_to_string (change->state),
                          dtc_link_reason_to_string (change->reason));
  wake (f);
  g_mutex_unlock (&f->lock);
}

static void
sink_message (gpointer data, const DtcMessage *message, const DtcReceipt *receipt)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  g_string_append_printf (f->notes, "message %.*s\n", (int) receipt->raw_len, receipt->raw);
  wake (f);
  g_mutex_unlock (&f->lock);
}

static void
sink_written (gpointer data, guint64 cookie, gsize accepted, gsize total, gint64 now)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  g_assert_cmpuint (cookie, <, G_N_ELEMENTS (f->seen));
  g_assert_false (f->seen[cookie]);
  g_assert_cmpuint (accepted, <=, total);
  f->seen[cookie] = TRUE;
  f->n_written++;
  f->n_partial += accepted > 0 && accepted < total;
  f->n_untouched += accepted == 0;
  f->accepted += accepted;
  g_string_append_printf (f->notes, "written %u\n", (guint) cookie);
  wake (f);
  g_mutex_unlock (&f->lock);
}

static void
setup (Fixture *f, gconstpointer polite)
{
  g_mutex_init (&f->lock);
  f->notes = g_string_new (NULL);
  f->server = dtc_fake_server_new (GPOINTER_TO_INT (polite));
  f->config = dtc_session_config_new ();
  f->config->port = dtc_fake_server_get_port (f->server);
  f->config->heartbeat_seconds = 60;
}

static void
start (Fixture *f)
{
  static const DtcSink sink = { .link = sink_link, .message = sink_message, .written = sink_written };

  f->bridge = dtc_data_bridge_new (f->config, &sink, f);
  dtc_data_bridge_start (f->bridge);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (dtc_data_bridge_stop_finish (DTC_DATA_BRIDGE (source), result, &error));
  g_assert_no_error (error);
  ((Fixture *) data)->stopped = TRUE;
}

static gboolean
on_watchdog (gpointer data)
{
  g_error ("waited in vain; so far:\n%s", ((Fixture *) data)->notes->str);

  return G_SOURCE_REMOVE;
}

/* Runs the server's side until @condition, which is evaluated under the lock. */
#define WAIT(f, condition) \
  G_STMT_START { \
    guint watchdog = g_timeout_add_seconds (60, on_watchdog, f); \
    gboolean waited_for; \
    for (;;) \
      { \
        g_mutex_lock (&(f)->lock); \
        waited_for = (condition); \
        g_mutex_unlock (&(f)->lock); \
        if (waited_for) \
          break; \
        g_main_context_iteration (NULL, TRUE); \
      } \
    g_source_remove (watchdog); \
  } G_STMT_END

static void
stop (Fixture *f)
{
  f->stopped = FALSE;
  dtc_data_bridge_stop_async (f->bridge, NULL, on_stopped, f);
  WAIT (f, f->stopped);
}

static gboolean
mark_done (gpointer data)
{
  Fixture *f = data;

  g_mutex_lock (&f->lock);
  f->n_order = -1;
  g_main_context_wakeup (NULL);
  g_mutex_unlock (&f->lock);

  return G_SOURCE_REMOVE;
}

static void
teardown (Fixture *f, gconstpointer data)
{
  guint calls;

  if (f->bridge != NULL)
    {
      if (!f->stopped)
        stop (f);
      f->n_order = 0;
      /* After the end nothing is heard, whatever the server does. */
      calls = f->n_calls;
      dtc_fake_server_close (f->server);
      dtc_data_bridge_invoke (f->bridge, mark_done, f, NULL);
      WAIT (f, f->n_order == -1);
      g_assert_cmpuint (f->n_calls, ==, calls);
    }

  g_clear_object (&f->bridge);
  dtc_fake_server_free (f->server);
  dtc_session_config_free (f->config);
  g_string_free (f->notes, TRUE);
  g_free (f->text);
  g_mutex_clear (&f->lock);
}

typedef struct
{
  Fixture *f;
  guint    first;
  guint    n;
  DtcLane  lane;
  guint    padding;
  guint    refused;
  gboolean done;
} WriteJob;

static gboolean
write_on_io (gpointer data)
{
  WriteJob           *job = data;
  g_autofree char    *padding = g_strnfill (job->padding, 'x');
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  const DtcMessage   *messages[] = { &message };
  guint               i;

  for (i = 0; i < job->n; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char   *id = g_strdup_printf ("ID-%04u", job->first + i);

      dtc_message_init (&message, job->lane == DTC_LANE_URGENT ? DTC_MSG_CANCEL_ORDER
                                                               : DTC_MSG_SUBMIT_NEW_SINGLE_ORDER);
      if (job->lane == DTC_LANE_URGENT)
        dtc_message_set_string (&message, DTC_CANCEL_ORDER_F_CLIENT_ORDER_ID, id);
      else
        {
          dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID, id);
          dtc_message_set_string (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_FREE_FORM_TEXT, padding);
        }
      if (!dtc_session_write (dtc_data_bridge_get_session (job->f->bridge), messages, 1, job->lane, job->first + i,
                              g_get_monotonic_time (), &error))
        {
          g_assert_true (g_error_matches (error, DTC_ERROR, DTC_ERROR_QUEUE_FULL)
                         || g_error_matches (error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED));
          job->refused++;
        }
    }
  g_mutex_lock (&job->f->lock);
  job->done = TRUE;
  g_main_context_wakeup (NULL);
  g_mutex_unlock (&job->f->lock);

  return G_SOURCE_REMOVE;
}

static void
write_many (Fixture *f, WriteJob *job)
{
  job->f = f;
  dtc_data_bridge_invoke (f->bridge, write_on_io, job, NULL);
  WAIT (f, job->done);
}

static void
test_life (Fixture *f, gconstpointer data)
{
  WriteJob job = { .first = 1, .n = 3, .lane = DTC_LANE_NORMAL };

  start (f);
  WAIT (f, f->state == DTC_LINK_READY);
  write_many (f, &job);
  g_assert_cmpuint (job.refused, ==, 0);
  WAIT (f, f->n_written == 3);
  g_assert_cmpuint (f->n_partial + f->n_untouched, ==, 0);
  WAIT (f, dtc_fake_server_count (f->server, "\"Type\":208") == 3);
  dtc_fake_server_say (f->server, "{\"Type\":301,\"OrderStatus\":4,\"ClientOrderID\":\"ID-0001\"}");
  WAIT (f, strstr (f->notes->str, "ID-0001") != NULL);

  stop (f);
  g_assert_cmpint (f->state, ==, DTC_LINK_STOPPED);
  g_assert_cmpint (f->reason, ==, DTC_REASON_USER);
  g_assert_cmpuint (dtc_fake_server_count (f->server, "\"Type\":5"), ==, 1);
  g_assert_cmpuint (dtc_fake_server_n_connections (f->server), ==, 1);
  g_assert_false (dtc_fake_server_is_connected (f->server));
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("Nothing listens on 127.0.0.1:%u. Is Sierra Chart running, with its DTC "
                                               "server enabled?", f->config->port);

  dtc_fake_server_stop_listening (f->server);
  start (f);
  WAIT (f, f->state == DTC_LINK_DOWN && f->reason == DTC_REASON_CONNECT_FAILED);
  g_assert_cmpstr (f->text, ==, expected);
}

static void
test_lost (Fixture *f, gconstpointer data)
{
  start (f);
  WAIT (f, f->state == DTC_LINK_READY);
  /* The last words come before the news of the loss, and the half message never. */
  dtc_fake_server_say (f->server, "{\"Type\":301,\"OrderStatus\":7,\"ClientOrderID\":\"LAST\"}");
  dtc_fake_server_send (f->server, "{\"Type\":301,\"ClientOrderID\":\"HALF\"}", 35);
  dtc_fake_server_close (f->server);
  WAIT (f, f->state == DTC_LINK_DOWN);
  g_assert_cmpint (f->reason, ==, DTC_REASON_CLOSED);
  g_assert_nonnull (strstr (f->notes->str, "LAST"));
  g_assert_null (strstr (f->notes->str, "HALF"));
  g_assert_true (strstr (f->notes->str, "LAST") < strstr (f->notes->str, "link down"));

  /* And back. */
  WAIT (f, f->n_ready == 2);
  dtc_fake_server_reset (f->server);
  WAIT (f, f->state == DTC_LINK_DOWN);
  g_assert_cmpint (f->reason, ==, DTC_REASON_IO);
}

static void
test_half_close (Fixture *f, gconstpointer data)
{
  WriteJob job = { .first = 1, .n = 1, .lane = DTC_LANE_NORMAL };

  start (f);
  WAIT (f, f->state == DTC_LINK_READY);
  dtc_fake_server_shutdown_write (f->server);
  WAIT (f, f->state == DTC_LINK_DOWN);
  g_assert_cmpint (f->reason, ==, DTC_REASON_CLOSED);
  write_many (f, &job);
  g_assert_cmpuint (job.refused, ==, 1);
  g_assert_cmpuint (dtc_fake_server_count (f->server, "\"Type\":208"), ==, 0);
}

/* Up to the bound, and not one more. */
static guint
fill_queue (Fixture *f, guint *next)
{
  guint taken = 0;

  for (;;)
    {
      WriteJob job = { .first = *next, .n = 64, .lane = DTC_LANE_NORMAL, .padding = 40 };

      write_many (f, &job);
      taken += job.n - job.refused;
      *next += job.n;
      /* The refused have no cookie outstanding. */
      if (job.refused > 0)
        break;
      g_assert_cmpuint (*next, <, 3000);
    }

  return taken;
}

static void
test_zero_window (Fixture *f, gconstpointer data)
{
  WriteJob urgent = { .first = 4000, .n = 3, .lane = DTC_LANE_URGENT };
  guint    next = 1;
  guint    taken;
  guint    done_before;
  guint    after = 0;
  gsize    at;
  gboolean seen_urgent = FALSE;

  start (f);
  WAIT (f, f->state == DTC_LINK_READY);
  dtc_fake_server_set_reading (f->server, FALSE);
  taken = fill_queue (f, &next);
  g_mutex_lock (&f->lock);
  done_before = f->n_written;
  g_mutex_unlock (&f->lock);
  /* Something waits, or the test shows nothing. */
  g_assert_cmpuint (done_before, <, taken);

  /* The way out is not locked. */
  write_many (f, &urgent);
  g_assert_cmpuint (urgent.refused, ==, 0);
  dtc_fake_server_set_reading (f->server, TRUE);
  WAIT (f, f->n_written == taken + 3);
  WAIT (f, dtc_fake_server_count (f->server, "\"Type\":208") == taken);
  g_assert_cmpuint (f->n_partial + f->n_untouched, ==, 0);
  g_assert_cmpuint (dtc_fake_server_count (f->server, "\"Type\":203"), ==, 3);

  /* The cancels overtook the orders that were still waiting, save the one that was begun. */
  for (at = 16; at < dtc_fake_server_get_received (f->server)->len;)
    {
      const char *message = (const char *) dtc_fake_server_get_received (f->server)->data + at;

      seen_urgent |= strstr (message, "\"Type\":203") != NULL;
      after += seen_urgent && strstr (message, "\"Type\":208") != NULL;
      at += strlen (message) + 1;
    }
  g_assert_cmpuint (after + 1, >=, taken - done_before);
}

static void
test_lost_while_full (Fixture *f, gconstpointer data)
{
  guint next = 1;
  guint taken;

  start (f);
  WAIT (f, f->state == DTC_LINK_READY);
  dtc_fake_server_set_reading (f->server, FALSE);
  taken = fill_queue (f, &next);
  dtc_fake_server_reset (f->server);
  WAIT (f, f->state == DTC_LINK_DOWN);
  /* Every cookie once, before the news of the loss; at most one was cut in the middle. */
  g_assert_cmpuint (f->n_written, ==, taken);
  g_assert_cmpuint (f->n_partial, <=, 1);
  g_assert_cmpuint (f->n_untouched, >, 0);
  g_assert_true (g_strrstr (f->notes->str, "written") < g_strrstr (f->notes->str, "link down"));

  /* Nothing of it comes on the next connection. */
  WAIT (f, f->n_ready == 2);
  g_assert_cmpuint (dtc_fake_server_count (f->server, "\"Type\":208"), ==, 0);
}

/* dtc-io stands still while the world moves on. */
typedef struct
{
  WriteJob write;
  gint     waiting; /* atomic */
  gint     go_on;   /* atomic */
} Stall;

static gboolean
stall_on_io (gpointer data)
{
  Stall *stall = data;

  g_atomic_int_set (&stall->waiting, 1);
  g_main_context_wakeup (NULL);
  while (!g_atomic_int_get (&stall->go_on))
    g_usleep (1000);

  return write_on_io (&stall->write);
}

/* The first that we notice is that writing fails; what the server said before it went is heard all the same. */
static void
test_last_words (Fixture *f, gconstpointer data)
{
  Stall stall = { .write = { .f = f, .first = 1, .n = 1, .lane = DTC_LANE_NORMAL } };

  start (f);
  WAIT (f, f->state == DTC_LINK_READY);
  dtc_data_bridge_invoke (f->bridge, stall_on_io, &stall, NULL);
  WAIT (f, g_atomic_int_get (&stall.waiting));
  dtc_fake_server_say (f->server, "{\"Type\":301,\"OrderStatus\":7,\"ClientOrderID\":\"LAST\"}");
  dtc_fake_server_reset (f->server);
  g_atomic_int_set (&stall.go_on, 1);
  WAIT (f, f->state == DTC_LINK_DOWN);
  g_assert_nonnull (strstr (f->notes->str, "LAST"));
  g_assert_true (strstr (f->notes->str, "LAST") < strstr (f->notes->str, "link down"));
  g_assert_cmpuint (f->n_written, ==, 1);
  g_assert_cmpuint (f->n_untouched, ==, 1);
}

/* We stood still for longer than a silent peer is allowed, and the peer was not silent. */
static void
test_stall (Fixture *f, gconstpointer data)
{
  Stall stall = { .write = { .f = f, .first = 1, .n = 1, .lane = DTC_LANE_NORMAL } };

  if (!g_test_slow ())
    {
      g_test_message ("takes 12 s: run with -m slow");
      return;
    }

  f->config->heartbeat_seconds = 5;
  start (f);
  WAIT (f, f->state == DTC_LINK_READY);
  dtc_data_bridge_invoke (f->bridge, stall_on_io, &stall, NULL);
  WAIT (f, g_atomic_int_get (&stall.waiting));
  dtc_fake_server_say (f->server, "{\"Type\":3}");
  g_usleep (12 * G_USEC_PER_SEC);
  g_atomic_int_set (&stall.go_on, 1);
  WAIT (f, stall.write.done && f->n_written == 1);
  WAIT (f, dtc_fake_server_count (f->server, "\"Type\":3,") == 1);
  g_assert_cmpint (f->state, ==, DTC_LINK_READY);
  g_assert_cmpuint (f->n_ready, ==, 1);
}

static void
test_not_dtc (Fixture *f, gconstpointer data)
{
  start (f);
  WAIT (f, dtc_fake_server_get_received (f->server)->len == 16);
  dtc_fake_server_send (f->server, "HTTP/1.1 400 Bad Request\r\n", 26);
  WAIT (f, f->state == DTC_LINK_DOWN);
  g_assert_cmpint (f->reason, ==, DTC_REASON_NOT_DTC);
}

/* LeakSanitizer of Debian 12 crashes in a process that has loaded a TLS library into a thread of GIO, so that test
 * runs in a process of its own, without leak checks. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return g_test_subprocess ();
}

static void
test_tls (Fixture *f, gconstpointer data)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }

  f->config->use_tls = TRUE;
  start (f);
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      WAIT (f, dtc_fake_server_get_received (f->server)->len > 0);
      g_assert_cmpuint (dtc_fake_server_get_received (f->server)->data[0], ==, 0x16);
      dtc_fake_server_send (f->server, "{\"Type\":5}", 11);
      dtc_fake_server_close (f->server);
    }
  WAIT (f, f->state == DTC_LINK_DOWN);
  g_assert_cmpint (f->reason, ==, DTC_REASON_CONNECT_FAILED);
  g_assert_nonnull (strstr (f->text, "TLS"));
}

/* A server that neither answers nor closes: the way out takes DTC_LOGOFF_TIMEOUT at most, and needs no answer. */
static void
test_stop_unanswered (Fixture *f, gconstpointer data)
{
  start (f);
  WAIT (f, dtc_fake_server_get_received (f->server)->len == 16);
  dtc_fake_server_send (f->server, "\x10\0\7\0\x08\0\0\0\2\0\0\0DTC\0", 16);
  WAIT (f, dtc_fake_server_count (f->server, "\"Type\":1,") == 1);
  dtc_fake_server_say (f->server, "{\"Type\":2,\"Result\":1}");
  WAIT (f, f->state == DTC_LINK_READY);
  stop (f);
  g_assert_cmpint (f->state, ==, DTC_LINK_STOPPED);
}

static void
test_stop_early (Fixture *f, gconstpointer data)
{
  start (f);
  stop (f);
  g_assert_cmpint (f->state, ==, DTC_LINK_STOPPED);
  /* Twice is no harm. */
  stop (f);
}

typedef struct
{
  Fixture *f;
  gint     number;
} OrderJob;

static gboolean
check_order (gpointer data)
{
  OrderJob *job = data;

  g_mutex_lock (&job->f->lock);
  g_assert_cmpint (job->number, ==, job->f->n_order);
  job->f->n_order++;
  g_main_context_wakeup (NULL);
  g_mutex_unlock (&job->f->lock);

  /* Runs once, whatever it returns. */
  return G_SOURCE_CONTINUE;
}

static void
test_invoke (Fixture *f, gconstpointer data)
{
  gint i;

  start (f);
  for (i = 0; i < 10000; i++)
    {
      OrderJob *job = g_new (OrderJob, 1);

      job->f = f;
      job->number = i;
      dtc_data_bridge_invoke (f->bridge, check_order, job, g_free);
    }
  WAIT (f, f->n_order == 10000);
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint            n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static gboolean
drop_on_io (gpointer data)
{
  Fixture *f = data;

  dtc_session_drop (dtc_data_bridge_get_session (f->bridge), DTC_REASON_RESUME, "test", TRUE, g_get_monotonic_time ());

  return G_SOURCE_REMOVE;
}

static void
test_many_links (Fixture *f, gconstpointer data)
{
  guint before;
  guint i;

  start (f);
  WAIT (f, f->n_ready == 1);
  before = count_fds ();
  for (i = 0; i < 100; i++)
    {
      dtc_data_bridge_invoke (f->bridge, drop_on_io, f, NULL);
      WAIT (f, f->n_ready == i + 2);
    }
  g_assert_cmpuint (count_fds (), <=, before + 2);
}

int
main (int argc, char **argv)
{
  /* A proxy that does not exist: it must not be asked. */
  g_setenv ("ALL_PROXY", "socks5://127.0.0.1:1", TRUE);
  g_setenv ("all_proxy", "socks5://127.0.0.1:1", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, polite, func) \
  g_test_add ("/dtc/bridge/" path, Fixture, GINT_TO_POINTER (polite), setup, func, teardown)

  ADD ("life", TRUE, test_life);
  ADD ("refused", TRUE, test_refused);
  ADD ("lost", TRUE, test_lost);
  ADD ("half-close", TRUE, test_half_close);
  ADD ("zero-window", TRUE, test_zero_window);
  ADD ("lost-while-full", TRUE, test_lost_while_full);
  ADD ("last-words", TRUE, test_last_words);
  ADD ("stall", TRUE, test_stall);
  ADD ("not-dtc", FALSE, test_not_dtc);
  ADD ("tls", FALSE, test_tls);
  ADD ("stop-unanswered", FALSE, test_stop_unanswered);
  ADD ("stop-early", TRUE, test_stop_early);
  ADD ("invoke", TRUE, test_invoke);
  ADD ("many-links", TRUE, test_many_links);

  return g_test_run ();
}
