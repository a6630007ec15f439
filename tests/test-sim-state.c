/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sim-fixture.h"
#include "sim-state.h"

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* Everything that must survive, in words. */
static char *
digest (SimExchange *exchange)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GString              *text = g_string_new (NULL);
  GHashTableIter        iter;
  gpointer              key, value;
  guint                 i, j;

  g_hash_table_iter_init (&iter, exchange->orders);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const SimOrder *o = value;

      g_ptr_array_add (lines, g_strdup_printf (
        "order %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s %s %s %s %s %s %d %d %d %d %" G_GINT64_FORMAT
        " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
        " %" G_GINT64_FORMAT " %d | %" G_GINT64_FORMAT " %d %s %s %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
        o->number, o->place, o->server_id, o->client_id, o->account, o->instrument->symbol, o->text, o->username,
        o->status, o->type, o->side, o->tif, o->price1, o->price2, o->quantity, o->filled, o->value, o->good_till,
        o->expires, o->triggered, o->show, o->is_parent, o->linked ? o->linked->server_id : "-",
        o->parent ? o->parent->server_id : "-", o->partial_fill, o->offset, o->covered));
    }
  g_hash_table_iter_init (&iter, exchange->used_ids);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_ptr_array_add (lines, g_strdup_printf ("id %s %" G_GINT64_FORMAT, (char *) key, *(gint64 *) value));
  for (i = 0; i < exchange->fills->len; i++)
    {
      const SimFill *fill = g_ptr_array_index (exchange->fills, i);

      g_ptr_array_add (lines, g_strdup_printf ("fill %s %s %s %s %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                                               " %" G_GINT64_FORMAT,
                                               fill->execution_id, fill->server_id, fill->account,
                                               fill->instrument->symbol, fill->side, fill->price, fill->quantity,
                                               fill->time));
    }
  for (i = 0; i < exchange->accounts->len; i++)
    {
      const SimAccount *a = g_ptr_array_index (exchange->accounts, i);

      g_ptr_array_add (lines, g_strdup_printf ("account %s %.17g %.17g %" G_GINT64_FORMAT, a->name, a->cash,
                                               a->realized, a->session));
      for (j = 0; j < a->n_positions; j++)
        g_ptr_array_add (lines, g_strdup_printf ("position %s %s %" G_GINT64_FORMAT " %.17g %" G_GINT64_FORMAT,
                                                 a->name, a->positions[j].instrument->symbol,
                                                 a->positions[j].quantity, a->positions[j].cost,
                                                 a->positions[j].opened));
      for (j = 0; j < a->history->len; j++)
        {
          const SimBalance *balance = g_ptr_array_index (a->history, j);

          g_ptr_array_add (lines, g_strdup_printf ("balance %s %" G_GINT64_FORMAT " %.17g %s %s", a->name,
                                                   balance->time, balance->cash, balance->info,
                                                   balance->transaction));
        }
    }
  for (i = 0; i < exchange->journal->len; i++)
    {
      const SimJournalEntry *entry = g_ptr_array_index (exchange->journal, i);

      g_ptr_array_add (lines, g_strdup_printf ("journal %" G_GINT64_FORMAT " %s", entry->time, entry->text));
    }
  for (i = 0; i < exchange->markets->len; i++)
    {
      const SimMarket *m = g_ptr_array_index (exchange->markets, i);

      g_ptr_array_add (lines, g_strdup_printf ("market %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                                               " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %u",
                                               m->instrument->symbol, m->open, m->high, m->low, m->settlement,
                                               m->session_date, m->open_interest, m->phase));
    }
  g_ptr_array_add (lines, g_strdup_printf ("next %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                                           exchange->tag, exchange->next_order, exchange->next_id,
                                           exchange->next_fill));
  g_ptr_array_sort (lines, compare);
  for (i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s\n", (char *) g_ptr_array_index (lines, i));
  return g_string_free (text, FALSE);
}

static char *
make_path (const char *folder)
{
  return g_build_filename (folder, "state", NULL);
}

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char              *folder = g_dir_make_tmp ("sim-state-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Cut off at any byte, a file holds what was committed before, whole. */
static void
test_cut (void)
{
  g_autofree char      *folder = make_folder ();
  g_autofree char      *path = make_path (folder);
  g_autoptr (GRand)     rand = g_rand_new_with_seed (3);
  g_autoptr (GPtrArray) digests = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray)    sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GError)    error = NULL;
  g_autofree char      *whole = NULL;
  Fixture               f;
  SimState             *state;
  GStatBuf              info;
  gsize                 len, cut;
  guint                 i;

  fixture_init (&f, DTC_NUMBERING_BRIEF);
  state = sim_state_open (path, f.exchange, &error);
  g_assert_no_error (error);
  sim_exchange_open (f.exchange, f.now);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  for (i = 0; i < 60; i++)
    {
      gsize size;

      g_assert_cmpint (g_stat (path, &info), ==, 0);
      size = (gsize) info.st_size;
      if (i == 0 || size != g_array_index (sizes, gsize, sizes->len - 1))
        {
          g_array_append_val (sizes, size);
          g_ptr_array_add (digests, digest (f.exchange));
        }
      fixture_random (&f, rand);
      g_assert_true (sim_state_commit (state, f.exchange, &error));
    }
  sim_state_close (state);
  g_assert_cmpuint (sizes->len, >, 20);
  g_assert_true (g_file_get_contents (path, &whole, &len, NULL));

  for (cut = g_array_index (sizes, gsize, 0), i = 0; cut <= len; cut++)
    {
      g_autofree char *seen = NULL;
      Fixture          again;
      gsize            end = i + 1 < sizes->len ? g_array_index (sizes, gsize, i + 1) : len;

      while (i + 1 < sizes->len && g_array_index (sizes, gsize, i + 1) <= cut)
        i++;
      if (i + 1 == sizes->len)
        break; /* the last commits may not be noted */
      /* Every byte near the ends of a line, a few in its middle. */
      if (cut > g_array_index (sizes, gsize, i) + 2 && cut + 3 < end && cut % 211 != 0)
        continue;
      g_assert_true (g_file_set_contents (path, whole, (gssize) cut, NULL));
      fixture_init (&again, DTC_NUMBERING_BRIEF);
      state = sim_state_open (path, again.exchange, &error);
      g_assert_no_error (error);
      seen = digest (again.exchange);
      g_assert_cmpstr (seen, ==, g_ptr_array_index (digests, i));
      sim_state_close (state);
      fixture_clear (&again);
    }
  fixture_clear (&f);
  remove_folder (folder);
}

/* Life goes on after a restart as it would have without one. */
static void
test_restart (void)
{
  g_autofree char   *folder = make_folder ();
  g_autofree char   *path = make_path (folder);
  g_autoptr (GRand)  rand = g_rand_new_with_seed (11);
  g_autoptr (GError) error = NULL;
  guint              life, i, working = 0;
  gint64             now = 0;
  guint              next_id = 0;
  g_autofree char   *before = NULL;

  for (life = 0; life < 12; life++)
    {
      Fixture   f;
      SimState *state;

      fixture_init (&f, DTC_NUMBERING_BRIEF);
      state = sim_state_open (path, f.exchange, &error);
      g_assert_no_error (error);
      if (now)
        {
          g_autofree char *after = digest (f.exchange);

          g_assert_cmpstr (before, ==, after);
          f.now = now;
          f.next_id = next_id;
        }
      sim_exchange_open (f.exchange, f.now);
      working += f.exchange->working->len;
      /* Time alone may have ended some. */
      for (i = 0; i < f.told->len; i++)
        g_assert_cmpint (fixture_update (&f, i)->order_update_reason, ==, DTC_ORDER_CANCELED);
      fixture_forget (&f);
      for (i = 0; i < 40; i++)
        {
          fixture_random (&f, rand);
          g_assert_true (sim_state_commit (state, f.exchange, &error));
        }
      sim_exchange_add_journal (f.exchange, "A line of \"the\" journal", f.now);
      g_assert_null (sim_exchange_adjust_balance (f.exchange, "SIM2", 12.5, "Interest", f.now));
      g_assert_true (sim_state_commit (state, f.exchange, &error));
      for (i = 0; i < f.exchange->working->len; i++)
        {
          const SimOrder *order = g_ptr_array_index (f.exchange->working, i);

          g_assert_true (order->list || order->entry);
        }
      g_free (before);
      before = digest (f.exchange);
      now = f.now;
      next_id = f.next_id;
      sim_state_close (state);
      fixture_clear (&f);
    }
  g_assert_cmpuint (working, >, 5);
  remove_folder (folder);
}

/* The file is written anew when its changes have grown, and says the same. */
static void
test_compaction (void)
{
  g_autofree char   *folder = make_folder ();
  g_autofree char   *path = make_path (folder);
  g_autoptr (GRand)  rand = g_rand_new_with_seed (4);
  g_autoptr (GError) error = NULL;
  g_autofree char   *before = NULL;
  g_autofree char   *after = NULL;
  Fixture            f, again;
  SimState          *state;
  GStatBuf           info;
  gint64             size = 0;
  guint              shrunk = 0;

  fixture_init (&f, DTC_NUMBERING_BRIEF);
  state = sim_state_open (path, f.exchange, &error);
  sim_exchange_open (f.exchange, f.now);
  while (shrunk < 2)
    {
      fixture_random (&f, rand);
      fixture_forget (&f);
      g_assert_true (sim_state_commit (state, f.exchange, &error));
      g_assert_cmpint (g_stat (path, &info), ==, 0);
      shrunk += info.st_size < size;
      size = info.st_size;
    }
  before = digest (f.exchange);
  sim_state_close (state);
  fixture_init (&again, DTC_NUMBERING_BRIEF);
  state = sim_state_open (path, again.exchange, &error);
  g_assert_no_error (error);
  after = digest (again.exchange);
  g_assert_cmpstr (before, ==, after);
  sim_state_close (state);
  fixture_clear (&again);
  fixture_clear (&f);
  remove_folder (folder);
}

/* A file of a simulator that knew neither pairs nor balances nor sessions. */
static void
test_old_file (void)
{
  static const char old[] =
    "{\"version\":1,\"whole\":1,\"tag\":\"A\",\"next_order\":7,\"next_fill\":3,\"orders\":[{\"number\":5,\"place\":6,"
    "\"server_id\":\"A-5\",\"client_id\":\"C\",\"account\":\"SIM1\",\"text\":\"\",\"username\":\"\","
    "\"symbol\":\"ESZ6\",\"status\":4,\"type\":2,\"side\":1,\"tif\":2,\"open_or_close\":0,\"price1\":19900,"
    "\"price2\":0,\"quantity\":3,\"filled\":0,\"value\":0,\"good_till\":0,\"expires\":0,\"received\":1,\"changed\":1,"
    "\"triggered\":0}],\"fills\":[],\"used\":[],\"accounts\":[{\"name\":\"SIM1\",\"cash\":77.5,"
    "\"realized\":0.0,\"session\":0,\"positions\":[]}],"
    "\"markets\":[{\"symbol\":\"ESZ6\",\"fair\":20010,\"last\":20011}]}\n";
  g_autofree char   *folder = make_folder ();
  g_autofree char   *path = make_path (folder);
  g_autoptr (GError) error = NULL;
  Fixture            f;
  SimState          *state;
  const SimMarket   *market;

  g_assert_true (g_file_set_contents (path, old, -1, NULL));
  fixture_init (&f, DTC_NUMBERING_BRIEF);
  state = sim_state_open (path, f.exchange, &error);
  g_assert_no_error (error);
  sim_exchange_open (f.exchange, f.now);
  market = sim_exchange_find_market (f.exchange, "ESZ6");
  g_assert_cmpint (fixture_order (&f, "C")->entry->quantity, ==, 3);
  g_assert_cmpint (market->last, ==, 20011);
  g_assert_cmpint (market->high, ==, 20011);
  g_assert_cmpfloat (sim_exchange_find_account (f.exchange, "SIM1")->cash, ==, 77.5);
  fixture_submit (&f, "ESZ6", "SIM2", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 1, 4990, 0, DTC_TIF_DAY, 0);
  g_assert_cmpstr (fixture_order (&f, "T-1")->server_id, ==, "A-7");
  sim_state_close (state);
  fixture_clear (&f);
  remove_folder (folder);
}

static void
test_bad_files (void)
{
  static const char *bad[] = {
    "", "hello\n", "{}\n", "[]\n", "{\"version\":1}\n", "{\"version\":2,\"whole\":1,\"tag\":\"A\"}\n",
    "{\"version\":1,\"whole\":0,\"tag\":\"A\"}\n", "{\"version\":1,\"whole\":1,\"tag\":\"A\",\"orders\":7}\n",
    "{\"version\":1,\"whole\":1,\"tag\":\"A\",\"orders\":[7]}\n",
    "{\"version\":1,\"whole\":1,\"tag\":\"A\",\"orders\":[{\"symbol\":{}}]}\n",
    "{\"version\":1,\"whole\":1,\"tag\":\"A\",\"orders\":[{\"symbol\":\"ESZ6\",\"account\":\"SIM1\"}]}\n",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", "\xff\xfe\n", "{\"version\":1,\"whole\":1,\"tag\":\"A\"",
  };
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_path (folder);
  guint            i;

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char   *left = NULL;
      Fixture            f;

      g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
      fixture_init (&f, DTC_NUMBERING_BRIEF);
      g_assert_null (sim_state_open (path, f.exchange, &error));
      g_assert_error (error, SIM_STATE_ERROR, 0);
      g_assert_nonnull (strstr (error->message, path));
      /* It is left as it was found. */
      g_assert_true (g_file_get_contents (path, &left, NULL, NULL));
      g_assert_cmpstr (left, ==, bad[i]);
      fixture_clear (&f);
    }
  remove_folder (folder);
}

static void
test_lock (void)
{
  g_autofree char   *folder = make_folder ();
  g_autofree char   *path = make_path (folder);
  g_autoptr (GError) error = NULL;
  Fixture            f, g;
  SimState          *state;

  fixture_init (&f, DTC_NUMBERING_BRIEF);
  fixture_init (&g, DTC_NUMBERING_BRIEF);
  state = sim_state_open (path, f.exchange, &error);
  g_assert_no_error (error);
  g_assert_null (sim_state_open (path, g.exchange, &error));
  g_assert_error (error, SIM_STATE_ERROR, 0);
  g_assert_nonnull (strstr (error->message, "running"));
  sim_state_close (state);
  fixture_clear (&f);
  fixture_clear (&g);
  remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/state/cut", test_cut);
  g_test_add_func ("/sim/state/restart", test_restart);
  g_test_add_func ("/sim/state/compaction", test_compaction);
  g_test_add_func ("/sim/state/old-file", test_old_file);
  g_test_add_func ("/sim/state/bad-files", test_bad_files);
  g_test_add_func ("/sim/state/lock", test_lock);
  return g_test_run ();
}
