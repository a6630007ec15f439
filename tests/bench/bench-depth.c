/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "desk-clock.h"
#include "desk-depth-book.h"
#include "dtc-codec.h"

/* Depth-of-book updates applied to a book; in the same run a book that is a balanced tree (GTree) a side, and the JSON
 * decode of the same updates, which comes before either. The market walks, and most of what changes is near the touch. */

#define N_UPDATES 20000
#define N_ROUNDS  100
#define LEVELS    50
#define BATCH     8

static const DeskGrid grid = { 0.25, 0.01, 2, 12.5 };

static DeskDepthUpdate updates[N_UPDATES];

static void
make_updates (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  gint touch = 20000;

  for (guint i = 0; i < N_UPDATES; i++)
    {
      DeskDepthUpdate *update = &updates[i];
      gint away = (gint) floor (-log (1 - g_rand_double (random)) * 4);

      if (i % 64 == 0)
        touch += g_rand_int_range (random, -1, 2);
      away = MIN (away, LEVELS - 1);
      update->side = g_rand_boolean (random) ? DESK_SIDE_BUY : DESK_SIDE_SELL;
      update->price = (DeskWirePrice) { (touch + (update->side == DESK_SIDE_BUY ? -1 - away : away)) * 25.0, TRUE, FALSE };
      update->gone = g_rand_int_range (random, 0, 5) == 0;
      update->quantity = update->gone ? 0 : g_rand_int_range (random, 1, 100);
      update->orders = 3;
      update->mark = i % BATCH == BATCH - 1 ? DESK_BATCH_END : DESK_BATCH_INSIDE;
    }
}

static gint
compare_price (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
run_book (guint *n_levels)
{
  g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
  g_autoptr (DeskDepthState) state = NULL;
  gint64 begin;
  double took;

  desk_depth_book_set_grid (book, &grid);
  begin = desk_clock_mono ();
  for (guint i = 0; i < N_UPDATES; i++)
    desk_depth_book_take (book, &updates[i]);
  took = (double) (desk_clock_mono () - begin);
  state = desk_depth_book_snapshot (book, "ESZ6", 1);
  *n_levels = state->n_bids + state->n_asks;
  return took;
}

static double
run_snapshots (void)
{
  g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
  gint64 begin;

  desk_depth_book_set_grid (book, &grid);
  begin = desk_clock_mono ();
  for (guint i = 0; i < N_UPDATES; i++)
    if (desk_depth_book_take (book, &updates[i]) == DESK_DEPTH_WHOLE)
      desk_depth_state_unref (desk_depth_book_snapshot (book, "ESZ6", 1));
  return (double) (desk_clock_mono () - begin);
}

static double
run_tree (guint *n_levels)
{
  g_autoptr (GTree) bids = g_tree_new_full (compare_price, NULL, g_free, g_free);
  g_autoptr (GTree) asks = g_tree_new_full (compare_price, NULL, g_free, g_free);
  DeskScale scale;
  gint64 begin;
  double took;

  desk_scale_init (&scale, &grid);
  begin = desk_clock_mono ();

  for (guint i = 0; i < N_UPDATES; i++)
    {
      GTree *side = updates[i].side == DESK_SIDE_BUY ? bids : asks;
      DeskPrice price = desk_scale_price (&scale, updates[i].price.value, FALSE);

      if (updates[i].gone)
        g_tree_remove (side, &price.display);
      else
        {
          DeskDepthLevel level = { price, updates[i].quantity, updates[i].orders };

          g_tree_replace (side, g_memdup2 (&price.display, sizeof price.display), g_memdup2 (&level, sizeof level));
        }
    }
  took = (double) (desk_clock_mono () - begin);
  *n_levels = (guint) (g_tree_nnodes (bids) + g_tree_nnodes (asks));
  return took;
}

static GPtrArray *
make_json (void)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };

  for (guint i = 0; i < N_UPDATES; i++)
    {
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      GByteArray *bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;

      dtc_message_init (&message, DTC_MSG_MARKET_DEPTH_UPDATE_LEVEL);
      dtc_message_set_int (&message, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_SYMBOL_ID, 1);
      dtc_message_set_int (&message, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_SIDE, updates[i].side == DESK_SIDE_BUY ? DTC_AT_BID : DTC_AT_ASK);
      dtc_message_set_double (&message, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_PRICE, updates[i].price.value);
      dtc_message_set_double (&message, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_QUANTITY, updates[i].quantity);
      dtc_message_set_int (&message, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_UPDATE_TYPE,
                           updates[i].gone ? DTC_MARKET_DEPTH_DELETE_LEVEL : DTC_MARKET_DEPTH_INSERT_UPDATE_LEVEL);
      dtc_message_set_int (&message, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_NUM_ORDERS, updates[i].orders);
      dtc_message_set_int (&message, DTC_MARKET_DEPTH_UPDATE_LEVEL_F_FINAL_UPDATE_IN_BATCH,
                           updates[i].mark == DESK_BATCH_END ? DTC_FINAL_UPDATE_TRUE : DTC_FINAL_UPDATE_FALSE);
      if (!dtc_codec_encode (&codec, DTC_TO_CLIENT, &message, bytes, &error))
        g_error ("%s", error->message);
      g_ptr_array_add (lines, bytes);
    }
  return lines;
}

/* From the bytes to the book, as the engine does it; without @book the decode alone. */
static double
run_json (GPtrArray *lines,
          gboolean   apply)
{
  DtcCodec codec = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };
  g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gint64 begin;

  desk_depth_book_set_grid (book, &grid);
  begin = desk_clock_mono ();
  for (guint i = 0; i < lines->len; i++)
    {
      const GByteArray *bytes = g_ptr_array_index (lines, i);
      DeskMarketNews news;

      if (!dtc_codec_decode (&codec, DTC_TO_CLIENT, bytes->data, bytes->len - 1, &message, NULL))
        g_error ("an update does not decode");
      if (apply && desk_market_read (&message, &news))
        desk_depth_book_take (book, &news.depth);
    }
  return (double) (desk_clock_mono () - begin);
}

static void
say (const char *name,
     double      usec,
     double      reference)
{
  g_print ("%-52s %7.1f ns/update %10.0f updates/s", name, usec * 1000 / N_UPDATES, N_UPDATES / usec * 1e6);
  if (reference > 0)
    g_print ("   %.2f of the reference", usec / reference);
  g_print ("\n");
}

int
main (int   argc,
      char *argv[])
{
  double best[5] = { INFINITY, INFINITY, INFINITY, INFINITY, INFINITY };
  guint n_levels[2] = { 0, 0 };
  g_autoptr (GPtrArray) lines = NULL;

  make_updates ();
  lines = make_json ();
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      best[0] = fmin (best[0], run_book (&n_levels[0]));
      best[1] = fmin (best[1], run_tree (&n_levels[1]));
      best[2] = fmin (best[2], run_snapshots ());
      best[3] = fmin (best[3], run_json (lines, FALSE));
      best[4] = fmin (best[4], run_json (lines, TRUE));
    }
  if (n_levels[0] != n_levels[1])
    g_error ("the books differ: %u and %u levels", n_levels[0], n_levels[1]);
  say ("depth updates applied to the book", best[0], best[1]);
  say ("reference: the same with a GTree a side", best[1], 0);
  say ("applied, with a snapshot at every batch of 8", best[2], best[1]);
  say ("from JSON bytes to the book", best[4], best[3]);
  say ("reference: the JSON decode alone", best[3], 0);
  return 0;
}
