/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A power loss at every operation on the disk: a session of commands is written down, operation by operation, with what
 * it was told to be durable; then, for each of them, the disk is put as a loss right there might leave it (unsynced
 * sectors lost, torn and in any order, new sizes and names there or not), and the next start must open it, find it
 * whole, with everything that was called durable and no half of a transaction, and never give an id twice.
 *
 * Some of the operations in each run; all of them, several times over, with -m slow. */

#include "desk-journal-row.h"
#include "desk-state-files.h"
#include "desk-state-manager.h"

#include "state-disk.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define N_COMMANDS 500

typedef struct
{
  char         *path;
  GMainContext *context;
  guint         next;      /* number of the next record */
  GArray       *ends;      /* gboolean by number: a unit ends with it */
  GHashTable   *numbers;   /* seq of this life -> number + 1 */
  guint64       durable;
  guint         claimed;   /* numbers below it were called durable */
  gboolean      failed, restored;
  guint         generation;
  guint64       counter, reserved; /* the next id; the first that is not ours yet */
  char          install[7];
} Session;

static void
claim (Session *session,
       guint    number)
{
  if (number <= session->claimed)
    return;
  session->claimed = number;
  disk_trace_claim (number, (gint64) session->generation << 32 | (gint64) session->counter);
}

static void
on_committed (guint64       seq,
              gint64        commit_usec,
              const GError *error,
              gpointer      user_data)
{
  Session *session = user_data;

  session->failed |= error != NULL;
  for (; session->durable < seq; session->durable++)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (session->numbers, GSIZE_TO_POINTER (session->durable + 1)));

      if (number > 0)
        claim (session, number);
    }
}

static void
on_restored (const DeskRecord *record,
             const GError     *error,
             gpointer          user_data)
{
  Session *session = user_data;

  g_assert_no_error (error);
  if (record != NULL)
    session->durable = record->seq;
  else
    session->restored = TRUE;
}

static DeskStateManager *
begin (Session *session)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *manager = desk_state_manager_open (session->path, DESK_STATE_WRITER, &error);

  g_assert_no_error (error);
  session->durable = 0;
  session->failed = session->restored = FALSE;
  g_hash_table_remove_all (session->numbers);
  desk_state_manager_get_identity (manager, session->install, &session->generation, &session->counter);
  session->reserved = session->counter;
  desk_state_manager_set_completion (manager, session->context, on_committed, session);
  desk_state_manager_restore (manager, on_restored, session);
  while (!session->restored)
    g_main_context_iteration (session->context, TRUE);
  return manager;
}

static DeskRecord *
make (Session        *session,
      DeskRecordKind  kind)
{
  DeskRecord *record = desk_record_new (kind);

  record->utc = session->next++;
  record->client_order_id = g_strdup_printf ("T%06u-%04u", session->next, session->generation);
  record->wire = g_bytes_new_take (g_strnfill (120 + session->next % 400, 'x'), 120 + session->next % 400);
  record->payload = g_strdup_printf ("{\"counter\":%" G_GUINT64_FORMAT "}", session->counter);
  return record;
}

static guint64
append (Session           *session,
        DeskStateManager  *manager,
        DeskRecord       **records,
        guint              n,
        DeskAppend         how)
{
  guint first = 0, i;
  guint64 last;
  gboolean end;

  for (i = 0; i < n; i++)
    {
      if (records[i]->kind == DESK_RECORD_INSTANCE)
        continue;
      if (first == 0)
        first = (guint) records[i]->utc + 1;
      end = i == n - 1;
      g_array_append_val (session->ends, end);
    }
  last = desk_state_manager_append (manager, records, n, how);
  for (i = 0; first + i <= session->next; i++)
    g_hash_table_insert (session->numbers, GSIZE_TO_POINTER (last - (session->next - first) + i), GUINT_TO_POINTER (first + i));
  return last;
}

static void
command (Session          *session,
         DeskStateManager *manager)
{
  DeskRecord *records[3];
  guint64 seq;
  guint n = 0;

  if (session->counter >= session->reserved)
    {
      session->reserved = session->counter + 64;
      records[n] = desk_record_new (DESK_RECORD_INSTANCE);
      records[n++]->payload = g_strdup_printf ("{\"install\":\"%s\",\"generation\":%u,\"high_water\":%" G_GUINT64_FORMAT "}",
                                               session->install, session->generation, session->reserved);
    }
  session->counter++;
  records[n++] = make (session, DESK_RECORD_INTENT);
  seq = append (session, manager, records, n, DESK_APPEND_NOW);
  while (session->durable < seq && !session->failed)
    g_main_context_iteration (session->context, TRUE);
  if (session->failed)
    return;
  records[0] = make (session, DESK_RECORD_OUTCOME);
  append (session, manager, records, 1, DESK_APPEND_GROUP);
  records[0] = make (session, DESK_RECORD_EVENT);
  records[1] = make (session, DESK_RECORD_TRANSITION);
  append (session, manager, records, 2, DESK_APPEND_GROUP);
}

/* An exit while the database takes no more: when the call returns it is there. */
static void
leave (Session          *session,
       DeskStateManager *manager)
{
  DeskRecord *records[1] = { make (session, DESK_RECORD_INTENT) };
  gboolean end = TRUE;

  g_array_append_val (session->ends, end);
  desk_state_manager_append (manager, records, 1, DESK_APPEND_NOW);
  claim (session, session->next);
}

/* Several lives on one file: made, closed, moved out of its log, failing under a command, and taken up again. */
static void
live (Session *session,
      guint    n_commands)
{
  DeskStateManager *manager = begin (session);
  guint i;

  for (i = 0; i < n_commands; i++)
    {
      if (i == n_commands / 4)
        {
          desk_state_manager_close (manager);
          claim (session, session->next);
          manager = begin (session);
        }
      /* The journal thread uses a pause to move the log into the database. */
      if (i % (n_commands / 4) == n_commands / 5)
        g_usleep (100 * 1000);
      if (i == n_commands / 2)
        {
          disk.fault = DISK_WRITE;
          disk.at = 3;
        }
      command (session, manager);
      if (session->failed)
        {
          guint n;

          disk.fault = DISK_NONE;
          for (n = 0; n < 10; n++)
            leave (session, manager);
          desk_state_manager_close (manager);
          manager = begin (session);
        }
    }
  desk_state_manager_close (manager);
  claim (session, session->next);
}

/* --- After the loss --- */

typedef struct
{
  GArray       *numbers;
  gboolean      ended;
  GError       *damage;
  guint64       next_counter;
  guint         generation;
} Look;

static void
on_seen (const DeskRecord *record,
         const GError     *error,
         gpointer          user_data)
{
  Look *look = user_data;
  guint number;

  if (record == NULL)
    {
      look->ended = TRUE;
      look->damage = error != NULL ? g_error_copy (error) : NULL;
      return;
    }
  if (record->kind == DESK_RECORD_INSTANCE)
    {
      DeskStateId id;

      if (desk_state_id_parse (record->payload, &id) && id.generation == look->generation)
        look->next_counter = MAX (look->next_counter, id.high_water);
      return;
    }
  number = (guint) record->utc;
  g_array_append_val (look->numbers, number);
}

static void
on_nothing (guint64       seq,
            gint64        commit_usec,
            const GError *error,
            gpointer      user_data)
{
  g_assert_no_error (error);
}

/* FILE.id names the inode, and ours is another one than was written down. */
static void
adopt (const char        *path,
       const DeskStateId *traced)
{
  g_autofree char *id_path = g_strconcat (path, ".id", NULL);
  DeskStateId id;

  if (!desk_state_files_read_id (path, &id) || id.inode != traced->inode || id.born != traced->born)
    return;
  desk_state_files_stamp (path, &id);
  g_assert_true (desk_state_files_write_id (path, &id, NULL));
}

static void
look_after (const char    *path,
            GMainContext  *context,
            const GArray  *ends,
            guint          claimed,
            gint64         identity,
            gboolean       thorough)
{
  g_autoptr (GError) error = NULL;
  DeskStateManager *manager = desk_state_manager_open (path, DESK_STATE_WRITER, &error);
  Look look = { 0 };
  char install[7];
  guint i;

  g_assert_no_error (error);
  g_assert_cmpuint (desk_state_manager_get_lost (manager), ==, 0);
  look.numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  desk_state_manager_get_identity (manager, install, &look.generation, &look.next_counter);
  desk_state_manager_set_completion (manager, context, on_nothing, NULL);
  desk_state_manager_restore (manager, on_seen, &look);
  while (!look.ended)
    g_main_context_iteration (context, TRUE);
  g_assert_no_error (look.damage);
  g_assert_cmpuint (look.numbers->len, >=, claimed);
  for (i = 0; i < look.numbers->len; i++)
    g_assert_cmpuint (g_array_index (look.numbers, guint, i), ==, i);
  if (i > 0)
    g_assert_true (g_array_index (ends, gboolean, i - 1));
  if (claimed > 0 && look.generation == (guint) (identity >> 32))
    g_assert_cmpuint (look.next_counter, >=, (guint32) identity);
  else if (claimed > 0)
    g_assert_cmpuint (look.generation, >, (guint) (identity >> 32));
  desk_state_manager_close (manager);
  g_array_unref (look.numbers);

  if (thorough)
    {
      DeskJournalCheck check;

      desk_journal_check (path, &check, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (check.text, ==, NULL);
      g_free (check.text);
    }
}

static char *
make_folder (void)
{
  const char *parent = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();

  return g_mkdtemp (g_build_filename (parent, "desk-power-XXXXXX", NULL));
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
test_power_loss (void)
{
  gboolean all = g_test_slow ();
  g_autofree char *folder = make_folder (), *after = make_folder ();
  g_autofree char *path = g_build_filename (folder, "state.sqlite", NULL);
  g_autofree char *cut_path = g_build_filename (after, "state.sqlite", NULL);
  g_autoptr (GPtrArray) ops = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  Session session = { .path = path };
  DiskImage *image = disk_image_new ();
  DeskStateId traced;
  guint claimed = 0, n_cuts = 0, n_syncs = 0, n_moved = 0, i;
  gint64 identity = 0;

  session.context = g_main_context_new ();
  session.ends = g_array_new (FALSE, FALSE, sizeof (gboolean));
  session.numbers = g_hash_table_new (NULL, NULL);
  disk_trace_start ();
  live (&session, all ? N_COMMANDS : 40);
  ops = disk_trace_stop ();
  desk_state_files_stamp (path, &traced);

  for (i = 0; i <= ops->len; i++)
    {
      const DiskOp *op = i < ops->len ? g_ptr_array_index (ops, i) : NULL;

      /* Everything near a change of names, and of the rest as many as there is time for. */
      if (all || op == NULL || g_rand_int_range (rand, 0, (gint32) ops->len) < 120
          || (op->kind > DISK_OP_SYNC && op->kind < DISK_OP_CLAIM))
        {
          if (g_getenv ("POWER_VERBOSE") != NULL)
            g_printerr ("cut at %u of %u, claimed %u\n", i, ops->len, claimed);
          disk_image_cut (image, rand, after);
          adopt (cut_path, &traced);
          look_after (cut_path, session.context, session.ends, claimed, identity, n_cuts % 4 == 0);
          n_cuts++;
        }
      if (op == NULL)
        break;
      disk_image_apply (image, op);
      if (g_getenv ("POWER_VERBOSE") != NULL)
        g_printerr ("%u: kind %d %s at %" G_GINT64_FORMAT " len %zu\n", i, op->kind, op->file != NULL ? op->file : "", op->at, op->len);
      n_syncs += op->kind == DISK_OP_SYNC;
      n_moved += op->kind == DISK_OP_WRITE && strcmp (op->file, "state.sqlite") == 0;
      if (op->kind == DISK_OP_CLAIM)
        {
          claimed = (guint) op->at;
          identity = (gint64) op->len;
        }
    }
  g_test_message ("%u operations, %u of them syncs, %u writes into the database; power lost at %u points; %u records", ops->len,
                  n_syncs, n_moved, n_cuts, session.next);
  g_assert_cmpuint (claimed, ==, session.next);
  g_assert_cmpuint (n_moved, >, 0);

  disk_image_free (image);
  g_main_context_unref (session.context);
  g_array_unref (session.ends);
  g_hash_table_unref (session.numbers);
  remove_folder (folder);
  remove_folder (after);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  disk_install ();
  g_test_add_func ("/core/power/loss", test_power_loss);
  return g_test_run ();
}
