/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "state-fixture.h"

#include <string.h>

#include <glib/gstdio.h>


void
state_fixture_set_up (StateFixture *fixture,
                      gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("desk-state-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "new folder", "state.sqlite", NULL);
  fixture->context = g_main_context_new ();
  fixture->restored = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
state_fixture_tear_down (StateFixture *fixture,
                         gconstpointer data)
{
  remove_tree (fixture->folder);
  g_main_context_unref (fixture->context);
  g_ptr_array_unref (fixture->restored);
  g_clear_error (&fixture->failure);
  g_clear_error (&fixture->damage);
  g_free (fixture->folder);
  g_free (fixture->path);
}

void
state_on_committed (guint64       seq,
                     gint64        commit_usec,
                     const GError *error,
                     gpointer      user_data)
{
  StateFixture *fixture = user_data;

  g_assert_cmpuint (seq, >=, fixture->durable);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  fixture->durable = seq;
  if (error == NULL)
    return;
  fixture->n_failures++;
  fixture->failure = g_error_copy (error);
}

static void
on_restored (const DeskRecord *record,
             const GError     *error,
             gpointer          user_data)
{
  StateFixture *fixture = user_data;

  g_assert_false (fixture->ended);
  if (record != NULL)
    {
      g_assert_null (error);
      g_ptr_array_add (fixture->restored, desk_record_copy (record));
      return;
    }
  fixture->ended = TRUE;
  fixture->damage = error != NULL ? g_error_copy (error) : NULL;
}

DeskStateManager *
state_open (StateFixture *fixture,
            DeskStateMode mode)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *manager = desk_state_manager_open (fixture->path, mode, &error);

  g_assert_no_error (error);
  fixture->durable = 0;
  desk_state_manager_set_completion (manager, fixture->context, state_on_committed, fixture);
  return manager;
}

void
state_refuse (StateFixture *fixture,
              DeskStateMode mode,
              DeskError     code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (desk_state_manager_open (fixture->path, mode, &error));
  g_assert_error (error, DESK_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_null (strchr (error->message, '\n'));
}

void
state_wait_durable (StateFixture *fixture,
                    guint64       seq)
{
  while (fixture->durable < seq && fixture->failure == NULL)
    g_main_context_iteration (fixture->context, TRUE);
}

void
state_restore (StateFixture     *fixture,
               DeskStateManager *manager)
{
  g_ptr_array_set_size (fixture->restored, 0);
  g_clear_error (&fixture->damage);
  fixture->ended = FALSE;
  desk_state_manager_restore (manager, on_restored, fixture);
  while (!fixture->ended)
    g_main_context_iteration (fixture->context, TRUE);
}

DeskRecord *
state_make_record (guint number)
{
  DeskRecord *record = desk_record_new (number % 3 == 0 ? DESK_RECORD_INTENT : DESK_RECORD_EVENT);
  g_autofree char *wire = g_strdup_printf ("{\"Type\":301,\"N\":%u}", number);

  record->epoch = 1;
  record->utc = 1793210400000000 + number;
  record->client_order_id = g_strdup_printf ("TAAAAAA-0001-%08u-AA", number / 4);
  record->server_order_id = number % 4 != 0 ? g_strdup_printf ("%u", 8000 + number / 4) : NULL;
  record->account = g_strdup ("SIM1");
  record->symbol = g_strdup ("ESZ6");
  record->tick = 0.25;
  record->multiplier = 1;
  record->wire = g_bytes_new (wire, strlen (wire) + 1);
  record->encoding = DTC_ENCODING_JSON;
  record->direction = DTC_TO_CLIENT;
  record->payload = g_strdup_printf ("{\"n\":%u}", number);
  return record;
}

guint64
state_append_one (DeskStateManager *manager,
                  guint             number,
                  DeskAppend        how)
{
  DeskRecord *record = state_make_record (number);

  return desk_state_manager_append (manager, &record, 1, how);
}

/* Checks what was restored: an INSTANCE record for each opening and closing, and @n of ours in order. */
void
state_assert_restored (StateFixture *fixture,
                       guint         n)
{
  guint i, ours = 0;

  for (i = 0; i < fixture->restored->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (fixture->restored, i);
      g_autoptr (DeskRecord) expected = NULL;

      g_assert_cmpuint (record->seq, ==, i + 1);
      if (record->kind == DESK_RECORD_INSTANCE)
        continue;
      expected = state_make_record (ours++);
      g_assert_cmpint (record->kind, ==, expected->kind);
      g_assert_cmpint (record->utc, ==, expected->utc);
      g_assert_cmpstr (record->client_order_id, ==, expected->client_order_id);
      g_assert_cmpstr (record->server_order_id, ==, expected->server_order_id);
      g_assert_cmpstr (record->payload, ==, expected->payload);
      g_assert_true (g_bytes_equal (record->wire, expected->wire));
    }
  g_assert_cmpuint (ours, ==, n);
}

void
state_write_history (StateFixture *fixture,
                     guint         from,
                     guint         n)
{
  DeskStateManager *manager = state_open (fixture, DESK_STATE_WRITER);
  guint64 seq = 0;
  guint i;

  state_restore (fixture, manager);
  g_assert_no_error (fixture->damage);
  for (i = 0; i < n; i++)
    seq = state_append_one (manager, from + i, DESK_APPEND_GROUP);
  state_wait_durable (fixture, seq);
  g_assert_no_error (fixture->failure);
  desk_state_manager_close (manager);
}

void
state_assert_check (StateFixture *fixture,
                    gboolean      ok,
                    const char   *says)
{
  g_autoptr (GError) error = NULL;
  DeskJournalCheck check;

  desk_journal_check (fixture->path, &check, &error);
  g_assert_no_error (error);
  if (ok)
    g_assert_cmpstr (check.text, ==, NULL);
  else
    g_assert_true (check.text != NULL && strstr (check.text, says) != NULL);
  g_assert_cmpint (check.ok, ==, ok);
  g_free (check.text);
}

gboolean
state_count_record (const DeskRecord *record,
                    gpointer          user_data)
{
  guint *n = user_data;

  (*n)++;
  return TRUE;
}
