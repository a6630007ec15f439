/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "frames.h"
#include "ui-fixture.h"

#include "desk-market-column.h"

/* Three markets side by side, each with its depth replaced 60 times and 10 000 prints a second. Beside it, in the same
 * run: the panels with nothing to do, and the same numbers in a grid of labels. */

#define N_MARKETS  3
#define N_LEVELS   20
#define PERIOD_MS  16
#define N_PRINTS   (10000 * PERIOD_MS / 1000)
#define RUN_MS     5000
#define SETTLE_MS  1500
#define LABEL_ROWS 40

typedef struct
{
  DeskSession *session;
  GRand       *random;
  GtkLabel    *labels[N_MARKETS][LABEL_ROWS][4]; /* the reference, or NULL */
  gint64       turn_cpu;
  guint        turns;
} Bench;

static const char *const symbols[N_MARKETS] = { "AZ6", "BZ6", "CZ6" };

static DeskDepthState *
make_book (Bench      *bench,
           const char *symbol)
{
  DeskDepthState *state = desk_depth_state_new (symbol, 1, N_LEVELS, N_LEVELS);
  gint64 middle = 20000 + g_rand_int_range (bench->random, -2, 3);

  state->grid = ui_es;
  state->received = g_get_monotonic_time ();
  for (guint i = 0; i < N_LEVELS; i++)
    {
      state->bids[i] = (DeskDepthLevel) { desk_price_from_ticks (&ui_es, middle - (gint64) i),
                                          g_rand_int_range (bench->random, 1, 200), 0 };
      state->asks[i] = (DeskDepthLevel) { desk_price_from_ticks (&ui_es, middle + 1 + (gint64) i),
                                          g_rand_int_range (bench->random, 1, 200), 0 };
    }
  return state;
}

static void
print_some (Bench    *bench,
            DeskTape *tape)
{
  DeskTrades trades = { .grid = ui_es };

  for (guint i = 0; i < N_PRINTS; i++)
    {
      DeskPrint one = { desk_price_from_ticks (&ui_es, 20000 + g_rand_int_range (bench->random, -2, 3)),
                        g_rand_int_range (bench->random, 1, 50), i % 2 == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL,
                        g_get_real_time (), 0 };

      desk_trades_add (&trades, &one);
    }
  desk_tape_take (tape, &trades);
  desk_trades_clear (&trades);
  desk_row_changed (tape);
}

static gboolean
update_cb (gpointer user_data)
{
  Bench *bench = user_data;
  gint64 begin = frames_thread_cpu ();

  for (guint i = 0; i < N_MARKETS; i++)
    {
      g_autoptr (DeskDepthState) state = make_book (bench, symbols[i]);
      DeskBook *book = desk_session_get_book (bench->session, symbols[i]);

      desk_book_set_state (book, state);
      desk_row_changed (book);
      print_some (bench, desk_session_get_tape (bench->session, symbols[i]));
    }
  bench->turn_cpu += frames_thread_cpu () - begin;
  bench->turns++;
  return G_SOURCE_CONTINUE;
}

static gboolean
labels_cb (gpointer user_data)
{
  Bench *bench = user_data;
  char text[32];

  for (guint i = 0; i < N_MARKETS; i++)
    for (guint row = 0; row < LABEL_ROWS; row++)
      for (guint k = 0; k < 4; k++)
        {
          g_snprintf (text, sizeof text, "%d", g_rand_int_range (bench->random, 1, 200));
          gtk_label_set_text (bench->labels[i][row][k], text);
        }
  return G_SOURCE_CONTINUE;
}

static void
run (Bench       *bench,
     GtkWidget   *window,
     GSourceFunc  update,
     const char  *name)
{
  Frames *frames = frames_new (window);
  guint timer = update != NULL ? g_timeout_add (PERIOD_MS, update, bench) : 0;
  gint64 begin;
  double cpu;
  double share;

  ui_spin (SETTLE_MS);
  frames_reset (frames);
  bench->turn_cpu = 0;
  bench->turns = 0;
  begin = g_get_monotonic_time ();
  cpu = frames_cpu_seconds ();
  ui_spin (RUN_MS);
  share = (frames_cpu_seconds () - cpu) / ((double) (g_get_monotonic_time () - begin) / 1e6);
  g_clear_handle_id (&timer, g_source_remove);

  g_print ("%-40s %5.1f %% of a core, %4.1f frames/s", name, share * 100, frames_get_n (frames) * 1000.0 / RUN_MS);
  frames_print (frames);
  frames_free (frames);
  if (bench->turns > 0)
    g_print (", %.2f ms CPU to take %d prints and %d books", (double) bench->turn_cpu / bench->turns / 1e3,
             N_MARKETS * N_PRINTS, N_MARKETS);
  g_print ("\n");
}

static GtkWidget *
make_labels (Bench *bench)
{
  GtkWidget *grid = gtk_grid_new ();

  for (guint i = 0; i < N_MARKETS; i++)
    for (guint row = 0; row < LABEL_ROWS; row++)
      for (guint k = 0; k < 4; k++)
        {
          GtkWidget *label = gtk_label_new ("100");

          gtk_label_set_width_chars (GTK_LABEL (label), 9);
          gtk_grid_attach (GTK_GRID (grid), label, (int) (i * 4 + k), (int) row, 1, 1);
          bench->labels[i][row][k] = GTK_LABEL (label);
        }
  return grid;
}

static GtkWidget *
show (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 960, 700);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (500);
  return window;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (DeskSession) session = NULL;
  GtkWidget *columns;
  GtkWidget *window;
  Bench bench = { 0 };

  gtk_init ();
  adw_init ();
  session = ui_session_new ();
  bench.session = session;
  bench.random = g_rand_new_with_seed (1);
  columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  for (guint i = 0; i < N_MARKETS; i++)
    {
      GtkWidget *column = desk_market_column_new (session);

      desk_keyed_store_add (DESK_KEYED_STORE (desk_session_get_quotes (session)), desk_quote_new (symbols[i]));
      desk_keyed_store_flush (DESK_KEYED_STORE (desk_session_get_quotes (session)));
      desk_market_column_set_symbol (DESK_MARKET_COLUMN (column), symbols[i]);
      gtk_box_append (GTK_BOX (columns), column);
    }
  window = show (columns);
  run (&bench, window, NULL, "three markets, nothing moves");
  run (&bench, window, update_cb, "three markets, 30 000 prints/s in all");
  gtk_window_destroy (GTK_WINDOW (window));

  window = show (make_labels (&bench));
  run (&bench, window, labels_cb, "reference: 480 labels set each frame");
  gtk_window_destroy (GTK_WINDOW (window));
  g_rand_free (bench.random);
  return 0;
}
