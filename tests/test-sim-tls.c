/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "sim-certificate.h"
#include "sim-peer.h"

/* TLS: the certificate that the simulator makes for itself, and what happens when only one side speaks it. */

typedef struct
{
  char *folder;
  char *state;
  char *certificate;
} Place;

static void
place_init (Place *place)
{
  g_autoptr (GError) error = NULL;

  place->folder = g_dir_make_tmp ("sim-tls-XXXXXX", &error);
  g_assert_no_error (error);
  place->state = g_build_filename (place->folder, "state", NULL);
  place->certificate = g_build_filename (place->folder, "simulator-certificate.pem", NULL);
}

static void
place_clear (Place *place)
{
  g_autofree char *lock = g_strconcat (place->state, ".lock", NULL);

  g_unlink (place->state);
  g_unlink (lock);
  g_unlink (place->certificate);
  g_assert_cmpint (g_rmdir (place->folder), ==, 0);
  g_free (place->folder);
  g_free (place->state);
  g_free (place->certificate);
}

static SimServer *
start_tls (const Place *place)
{
  SimOptions *options = sim_quiet_options (DTC_NUMBERING_DTC);

  options->tls = TRUE;
  options->history_port = 0;
  options->state_path = g_strdup (place->state);
  return sim_start (options);
}

static gboolean
on_accept (GTlsConnection      *connection,
           GTlsCertificate     *certificate,
           GTlsCertificateFlags errors,
           gpointer             user_data)
{
  g_autofree char *fingerprint = sim_certificate_fingerprint (certificate);

  return strcmp (fingerprint, user_data) == 0;
}

static void
on_shaken (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(int *) user_data = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL) ? 1 : -1;
}

/* Begins TLS and trusts that one certificate; FALSE when it is another one. */
static gboolean
begin_tls (Peer       *peer,
           const char *fingerprint)
{
  g_autoptr (GError) error = NULL;
  int                done = 0;

  peer->tls = g_tls_client_connection_new (G_IO_STREAM (peer->connection), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (peer->tls, "accept-certificate", G_CALLBACK (on_accept), (gpointer) fingerprint);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (peer->tls), G_PRIORITY_DEFAULT, NULL, on_shaken, &done);
  while (done == 0)
    g_main_context_iteration (NULL, TRUE);
  return done == 1;
}

static void
test_conversation (void)
{
  g_autoptr (SimServer) server = NULL;
  g_autofree char      *fingerprint = NULL;
  Place                 place;
  Peer                  peer;
  guint                 i;

  place_init (&place);
  server = start_tls (&place);
  fingerprint = sim_server_get_fingerprint (server);
  g_assert_cmpuint (strlen (fingerprint), ==, 64);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_true (begin_tls (&peer, fingerprint));
  peer_shake_hands (&peer, DTC_ENCODING_BINARY, DTC_ENCODING_BINARY);
  g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  /* More than one record and more than the kernel takes at once. */
  peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 1, "ESZ6");
  sim_run ();
  for (i = 0; i < 300; i++)
    sim_server_step (server);
  for (i = 0; i < 500; i++)
    g_assert_true (peer_next (&peer));
  peer_close (&peer);
  /* The historical port is no other. */
  peer_open_port (&peer, sim_server_get_history_port (server), DTC_NUMBERING_DTC);
  g_assert_true (begin_tls (&peer, fingerprint));
  g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
  peer_close (&peer);
  place_clear (&place);
}

static void
test_certificate (void)
{
  g_autoptr (SimServer) server = NULL;
  g_autofree char      *fingerprint = NULL;
  g_autofree char      *again = NULL;
  g_autofree char      *other = NULL;
  GStatBuf              info;
  Place                 place;
  Peer                  peer;

  place_init (&place);
  server = start_tls (&place);
  fingerprint = sim_server_get_fingerprint (server);
  g_assert_cmpint (g_stat (place.certificate, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_clear_pointer (&server, sim_server_free);
  /* It stays what it is. */
  server = start_tls (&place);
  again = sim_server_get_fingerprint (server);
  g_assert_cmpstr (again, ==, fingerprint);
  g_clear_pointer (&server, sim_server_free);
  /* Another one is another one, and who expected the first sees it. */
  g_unlink (place.certificate);
  server = start_tls (&place);
  other = sim_server_get_fingerprint (server);
  g_assert_cmpstr (other, !=, fingerprint);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_false (begin_tls (&peer, fingerprint));
  peer_close (&peer);
  /* The server goes on. */
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_true (begin_tls (&peer, other));
  peer_close (&peer);
  g_clear_pointer (&server, sim_server_free);
  place_clear (&place);
}

/* Its own certificate, and files that are none. */
static void
test_own_files (void)
{
  g_autoptr (SimServer) server = NULL;
  g_autoptr (GError)    error = NULL;
  g_autofree char      *fingerprint = NULL;
  g_autofree char      *again = NULL;
  g_autofree char      *pem = NULL;
  SimOptions           *options;
  Place                 place;

  place_init (&place);
  server = start_tls (&place);
  fingerprint = sim_server_get_fingerprint (server);
  g_clear_pointer (&server, sim_server_free);
  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->tls = TRUE;
  options->certificate_path = g_strdup (place.certificate);
  options->key_path = g_strdup (place.certificate);
  server = sim_start (options);
  again = sim_server_get_fingerprint (server);
  g_assert_cmpstr (again, ==, fingerprint);
  g_clear_pointer (&server, sim_server_free);

  g_assert_true (g_file_set_contents (place.certificate, "nonsense", -1, NULL));
  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->tls = TRUE;
  options->certificate_path = g_strdup (place.certificate);
  g_assert_null (sim_server_new (options, &error));
  g_assert_error (error, SIM_OPTIONS_ERROR, 0);
  g_assert_nonnull (strstr (error->message, place.certificate));
  place_clear (&place);
}

/* A plain client at a TLS port and the reverse: closed, and the log says why. */
static void
test_one_side (void)
{
  g_autofree char *log = NULL;
  g_autofree char *text = NULL;
  SimOptions      *options;
  SimServer       *server;
  Place            place;
  Peer             peer;

  place_init (&place);
  log = g_build_filename (place.folder, "log", NULL);
  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->tls = TRUE;
  options->state_path = g_strdup (place.state);
  options->log_path = g_strdup (log);
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_send_text (&peer, "{\"Type\":1,\"ProtocolVersion\":8,\"HeartbeatIntervalInSeconds\":60}");
  g_byte_array_unref (peer_read_raw (&peer));
  g_assert_true (peer.ended);
  peer_close (&peer);
  sim_server_free (server);
  g_assert_true (g_file_get_contents (log, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "this port wants TLS"));
  g_clear_pointer (&text, g_free);

  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->log_path = g_strdup (log);
  server = sim_start (options);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  g_assert_false (begin_tls (&peer, ""));
  peer_close (&peer);
  sim_server_free (server);
  g_assert_true (g_file_get_contents (log, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "this port is plain"));
  g_unlink (log);
  place_clear (&place);
}

int
main (int    argc,
      char **argv)
{
  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_message ("no TLS here");
      return 77;
    }
  g_test_add_func ("/sim/tls/conversation", test_conversation);
  g_test_add_func ("/sim/tls/certificate", test_certificate);
  g_test_add_func ("/sim/tls/own-files", test_own_files);
  g_test_add_func ("/sim/tls/one-side", test_one_side);
  return g_test_run ();
}
