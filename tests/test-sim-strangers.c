/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-peer.h"

/* What other people's clients said to other servers, said to this one: whole, and cut into pieces. It must answer what
 * it can, and serve the next client as if nothing had been. */

typedef struct
{
  const char *name;
  const char *answer; /* must be among what it hears; NULL: whatever it may be */
} Stranger;

static void
feed (SimServer    *server,
      const guint8 *data,
      gsize         len,
      gsize         piece,
      const char   *expected)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GByteArray) rest = NULL;
  Peer                   peer;
  gsize                  at;

  peer_open (&peer, server, DTC_NUMBERING_DTC);
  for (at = 0; at < len; at += piece)
    {
      char   buffer[4096];
      gssize n;
      guint  i;

      /* It may have been shown the door. */
      if (g_socket_send (peer.socket, (const char *) data + at, MIN (piece, len - at), NULL, NULL) < 0)
        break;
      for (i = 0; i < 3; i++)
        g_main_context_iteration (NULL, FALSE);
      while ((n = peer_receive (&peer, buffer, sizeof buffer, NULL)) > 0)
        g_byte_array_append (answer, (const guint8 *) buffer, (guint) n);
    }
  rest = peer_read_raw (&peer);
  g_byte_array_append (answer, rest->data, rest->len);
  if (expected)
    g_assert_nonnull (memmem (answer->data, answer->len, expected, strlen (expected)));
  peer_close (&peer);
}

static void
test_stranger (gconstpointer data)
{
  const Stranger       *stranger = data;
  g_autofree char      *path = g_test_build_filename (G_TEST_DIST, "fixtures", "transcripts", stranger->name, NULL);
  g_autofree char      *bytes = NULL;
  g_autoptr (GError)    error = NULL;
  g_autoptr (SimServer) server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  static const gsize    pieces[] = { 1000000, 61, 7, 1 };
  gsize                 len;
  guint                 i;
  Peer                  peer;

  g_file_get_contents (path, &bytes, &len, &error);
  g_assert_no_error (error);
  for (i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      feed (server, (const guint8 *) bytes, len, pieces[i], stranger->answer);
      peer_open (&peer, server, DTC_NUMBERING_DTC);
      g_assert_cmpint (peer_log_on (&peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
      peer_close (&peer);
    }
  /* Nobody was on its list: no order works, and each that came was refused. */
  g_assert_cmpuint (sim_server_get_exchange (server)->working->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  static const Stranger strangers[] = {
    { "trackdco_client__trackdco_server_fill.c2s.bin", "\"OrderUpdateReason\":8" },
    { "trackdco_client__trackdco_server_partial.c2s.bin", "\"OrderUpdateReason\":8" },
    { "johnyan_async_client__trackdco_server.c2s.bin", "\"Type\":103," },
    { "appv4_client__kate_legacy_json_server.c2s.bin", "\"Type\":2," },
    { "kate_client__kate_binary_server.c2s.bin", "HeartbeatIntervalInSeconds must be 5 to 60" },
    /* Servers, taken for clients. */
    { "kate_client__kate_binary_server.s2c.bin", NULL },
    { "trackdco_client__trackdco_server_fill.s2c.bin", NULL },
  };
  guint i;

  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *path = g_strconcat ("/sim/strangers/", strangers[i].name, NULL);

      g_test_add_data_func (path, &strangers[i], test_stranger);
    }
  return g_test_run ();
}
