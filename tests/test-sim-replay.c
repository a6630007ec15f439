/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>

#include "sim-peer.h"

/* A market that was recorded from one server moves another one: at each moment the second shows what the first did. */

#define STEPS 40

/* What the first server's market was after each step. */
typedef struct
{
  SimLevel levels[2][SIM_DEPTH];
  guint    n_levels[2];
  gint64   last;
  gint64   volume;
} Moment;

typedef struct
{
  char  *folder;
  char  *base;    /* of the streams' names */
  Moment moments[STEPS];
} Recording;

static char *
file_of (const Recording *recording,
         const char      *suffix)
{
  return g_strconcat (recording->base, suffix, NULL);
}

static void
save (const Recording *recording,
      const char      *suffix,
      const void      *data,
      gsize            len)
{
  g_autofree char *path = file_of (recording, suffix);

  g_assert_true (g_file_set_contents (path, data, (gssize) len, NULL));
}

static void
look (SimMarket *market,
      Moment    *moment)
{
  moment->n_levels[0] = sim_book_depth (market->book, DTC_BUY, moment->levels[0], SIM_DEPTH);
  moment->n_levels[1] = sim_book_depth (market->book, DTC_SELL, moment->levels[1], SIM_DEPTH);
  moment->last = market->last;
  moment->volume = market->volume;
}

/* Records quotes and trades of ESZ6, which the client calls @symbol, and its depth when @depth. */
static void
record (Recording  *recording,
        const char *symbol,
        gboolean    depth)
{
  g_autoptr (GError)     error = NULL;
  g_autoptr (SimServer)  server = sim_start (sim_quiet_options (DTC_NUMBERING_DTC));
  SimMarket             *market = sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6");
  g_autoptr (GString)    to_server = g_string_new (NULL);
  g_autoptr (GByteArray) to_client = g_byte_array_new ();
  g_autoptr (GString)    log = g_string_new (NULL);
  Peer                   peer;
  gint64                 volume;
  guint                  i;

  recording->folder = g_dir_make_tmp ("sim-replay-XXXXXX", &error);
  g_assert_no_error (error);
  recording->base = g_build_filename (recording->folder, "market", NULL);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_log_on (&peer, "", "");
  peer_subscribe (&peer, DTC_MSG_MARKET_DATA_REQUEST, 5, "ESZ6");
  if (depth)
    peer_subscribe (&peer, DTC_MSG_MARKET_DEPTH_REQUEST, 5, "ESZ6");
  sim_run ();
  g_string_append_printf (to_server, "{\"Type\":101,\"RequestAction\":1,\"SymbolID\":5,\"Symbol\":\"%s\"}", symbol);
  g_string_append_c (to_server, '\0');
  g_string_append_printf (log, "0.000000 C>S off=0 len=%" G_GSIZE_FORMAT "\n", to_server->len);
  volume = market->volume;
  for (i = 0; i < STEPS; i++)
    {
      g_autoptr (GByteArray) bytes = peer_read_raw (&peer);

      /* A move that nobody is told of is no moment of a recording. */
      while (bytes->len == 0)
        {
          g_byte_array_unref (bytes);
          sim_server_step (server);
          bytes = peer_read_raw (&peer);
        }
      g_string_append_printf (log, "%u.000000 S>C off=%u len=%u\n", i + 1, to_client->len, bytes->len);
      g_byte_array_append (to_client, bytes->data, bytes->len);
      look (market, &recording->moments[i]);
      recording->moments[i].volume -= volume;
    }
  save (recording, ".c2s.bin", to_server->str, to_server->len);
  save (recording, ".s2c.bin", to_client->data, to_client->len);
  save (recording, ".log", log->str, log->len);
  peer_close (&peer);
}

static void
recording_clear (Recording *recording)
{
  static const char *const suffixes[] = { ".c2s.bin", ".s2c.bin", ".log" };
  guint                    i;

  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = file_of (recording, suffixes[i]);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_rmdir (recording->folder);
  g_free (recording->folder);
  g_free (recording->base);
}

static SimOptions *
replay_options (const Recording *recording)
{
  SimOptions *options = sim_quiet_options (DTC_NUMBERING_DTC);

  options->replay_path = file_of (recording, ".s2c.bin");
  return options;
}

static void
test_depth (void)
{
  Recording             recording;
  g_autoptr (SimServer) server = NULL;
  SimMarket            *market;
  guint                 step, side, i;

  record (&recording, "ESZ6", TRUE);
  server = sim_start (replay_options (&recording));
  market = sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6");
  for (step = 0; step < STEPS; step++)
    {
      const Moment *expected = &recording.moments[step];
      Moment        found;

      sim_server_step (server);
      look (market, &found);
      g_assert_cmpint (found.volume, ==, expected->volume);
      if (expected->volume > 0)
        g_assert_cmpint (found.last, ==, expected->last);
      for (side = 0; side < 2; side++)
        {
          g_assert_cmpuint (found.n_levels[side], ==, expected->n_levels[side]);
          for (i = 0; i < found.n_levels[side]; i++)
            {
              g_assert_cmpint (found.levels[side][i].price, ==, expected->levels[side][i].price);
              g_assert_cmpint (found.levels[side][i].quantity, ==, expected->levels[side][i].quantity);
            }
        }
    }
  /* At its end it stands still. */
  sim_server_step (server);
  g_assert_cmpint (market->volume, ==, recording.moments[STEPS - 1].volume);
  recording_clear (&recording);
}

/* Quotes alone: the best prices are the recorded ones, and something lies behind them. */
static void
test_quotes (void)
{
  Recording             recording;
  g_autoptr (SimServer) server = NULL;
  SimMarket            *market;
  guint                 step, side;

  record (&recording, "ESZ6", FALSE);
  server = sim_start (replay_options (&recording));
  market = sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6");
  for (step = 0; step < STEPS; step++)
    {
      Moment found;

      sim_server_step (server);
      look (market, &found);
      for (side = 0; side < 2; side++)
        {
          g_assert_cmpint (found.levels[side][0].price, ==, recording.moments[step].levels[side][0].price);
          g_assert_cmpint (found.levels[side][0].quantity, ==, recording.moments[step].levels[side][0].quantity);
          g_assert_cmpuint (found.n_levels[side], ==, SIM_DEPTH);
        }
    }
  recording_clear (&recording);
}

/* Orders trade with what the recording shows, and rest in it until it comes to them. */
static void
test_orders (void)
{
  Recording             recording;
  g_autoptr (SimServer) server = NULL;
  const DtcOrderUpdate *update;
  double                bid;
  guint                 step;
  Peer                  peer;

  record (&recording, "ESZ6", TRUE);
  server = sim_start (replay_options (&recording));
  sim_server_step (server);
  peer_open (&peer, server, DTC_NUMBERING_DTC);
  peer_log_on (&peer, "", "");
  peer_submit (&peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  update = peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  update = peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  bid = update->average_fill_price - 0.25;
  g_assert_cmpfloat (update->average_fill_price, ==, recording.moments[0].levels[1][0].price * 0.25);
  /* A bid at the market is sold to, sooner or later. */
  peer_submit (&peer, "A-2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, bid);
  peer_expect_update (&peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  for (step = 1; step < STEPS && sim_server_get_exchange (server)->working->len > 0; step++)
    sim_server_step (server);
  update = peer_expect_update (&peer, DTC_ORDER_FILLED, DTC_ORDER_STATUS_FILLED);
  g_assert_cmpfloat (update->average_fill_price, ==, bid);
  peer_close (&peer);
  recording_clear (&recording);
}

static void
assert_fails (SimOptions *options,
              const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sim_server_new (options, &error));
  g_assert_error (error, SIM_OPTIONS_ERROR, 0);
  g_assert_nonnull (strstr (error->message, text));
}

/* Symbols that the recording calls otherwise, and recordings that are none. */
static void
test_names (void)
{
  Recording             recording;
  g_autoptr (SimServer) server = NULL;
  SimOptions           *options;
  Moment                found;

  record (&recording, "ESZ26-CME", TRUE);
  assert_fails (replay_options (&recording), "ESZ26-CME");
  options = replay_options (&recording);
  options->replay_names = g_strsplit ("ESZ26-CME=NOPE", ",", -1);
  assert_fails (options, "NOPE");
  options = replay_options (&recording);
  options->replay_names = g_strsplit ("ESZ26-CME=ESZ6", ",", -1);
  server = sim_start (options);
  sim_server_step (server);
  look (sim_exchange_find_market (sim_server_get_exchange (server), "ESZ6"), &found);
  g_assert_cmpint (found.levels[0][0].price, ==, recording.moments[0].levels[0][0].price);

  options = sim_quiet_options (DTC_NUMBERING_DTC);
  options->replay_path = g_strdup ("/nonexistent");
  assert_fails (options, "/nonexistent");
  recording_clear (&recording);
}

int
main (int    argc,
      char **argv)
{
  g_unsetenv ("DTC_SIM_USERNAME");
  g_unsetenv ("DTC_SIM_PASSWORD");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/replay/depth", test_depth);
  g_test_add_func ("/sim/replay/quotes", test_quotes);
  g_test_add_func ("/sim/replay/orders", test_orders);
  g_test_add_func ("/sim/replay/names", test_names);
  return g_test_run ();
}
