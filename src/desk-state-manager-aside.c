/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-manager-private.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

/* While a commit hangs nobody can say whether the disk will take it, and an exit cannot wait. What it rests on is then
 * kept in a file in memory, in the runtime directory of the user's session. It outlives this program, whichever way
 * that ends, but neither a crash of the computer nor the end of the session.
 *
 * All that is not durable goes there, and not the exit alone: an order's key counts the orders before it. */

/* Writing there must never wait: only a file system in memory will do, and not one that holds the state file itself. */
static gboolean
is_memory (const char *folder,
           const char *path)
{
  struct stat ours, state;
  struct statfs system;

  return stat (folder, &ours) == 0 && S_ISDIR (ours.st_mode) && ours.st_uid == geteuid () && statfs (folder, &system) == 0
         && (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC) && stat (path, &state) == 0
         && state.st_dev != ours.st_dev;
}

void
desk_state_manager_aside_open (DeskStateManager *self)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *base = g_path_get_basename (self->path);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->path, -1);
  g_autofree char *name = g_strdup_printf ("%s-%.16s.emergency", base, digest);
  g_autofree char *folder = NULL;

  /* Not g_get_user_runtime_dir(): without a session that is a folder on some disk. */
  if (runtime == NULL || !g_path_is_absolute (runtime) || !is_memory (runtime, self->path))
    return;
  folder = g_build_filename (runtime, "dtc-desk", NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0 || !is_memory (folder, self->path))
    return;
  self->aside_name = g_build_filename (folder, name, NULL);
  self->aside = desk_emergency_open_memory (self->aside_name);
}

void
desk_state_manager_aside_close (DeskStateManager *self)
{
  struct stat st;
  DeskJob *job;

  while ((job = g_queue_pop_head (&self->tail)) != NULL)
    desk_job_unref (job);
  g_clear_pointer (&self->anchor, desk_record_free);
  /* What is left in it is for the next start. */
  if (self->aside != NULL && stat (self->aside_name, &st) == 0 && st.st_size == 0)
    unlink (self->aside_name);
  g_clear_pointer (&self->aside, desk_emergency_close);
  g_clear_pointer (&self->aside_name, g_free);
}

void
desk_state_manager_aside_set_by (DeskStateManager *self)
{
  g_autofree char *old = g_strconcat (self->aside_name, ".old", NULL);

  if (rename (self->aside_name, old) == 0)
    g_message ("What was kept for another life of the state file %s stays as %s", self->path, old);
  desk_emergency_close (self->aside);
  self->aside = desk_emergency_open_memory (self->aside_name);
}

void
desk_state_manager_aside_durable (DeskStateManager *self,
                                  guint64           seq)
{
  g_mutex_lock (&self->aside_lock);
  if (self->kept > 0 && seq >= self->kept)
    {
      desk_emergency_clear (self->aside);
      self->kept = 0;
    }
  g_mutex_unlock (&self->aside_lock);
}

/* The records behind @after, up to @seq; the first ever follow the record of this opening. (transfer container) */
static GPtrArray *
list_tail (DeskStateManager *self,
           guint64           after,
           guint64           seq)
{
  GPtrArray *records = g_ptr_array_new ();
  GList *link;
  guint i;

  for (link = self->tail.head; link != NULL; link = link->next)
    {
      const DeskJob *job = link->data;

      for (i = 0; i < job->n_records && job->first + i <= seq; i++)
        if (job->first + i > after)
          g_ptr_array_add (records, job->records[i]);
    }
  if (records->len > 0 && self->kept == 0)
    g_ptr_array_insert (records, 0, self->anchor);
  return records;
}

DeskKept
desk_state_manager_keep_aside (DeskStateManager *self,
                               guint64           seq)
{
  guint64 durable = atomic_load_explicit (&self->durable, memory_order_acquire);
  g_autoptr (GPtrArray) records = NULL;
  DeskKept kept = DESK_KEPT_ASIDE;

  /* Before its own opening is durable this life has no place in the journal to which anything could be joined. */
  if (self->aside == NULL || durable < self->anchor->seq)
    return DESK_KEPT_NOWHERE;
  if (seq <= durable)
    return DESK_KEPT_ASIDE;
  g_mutex_lock (&self->aside_lock);
  if (seq > self->kept)
    {
      records = list_tail (self, MAX (self->kept, durable), seq);
      if (records->len > 0 && !desk_emergency_append (self->aside, (DeskRecord **) records->pdata, records->len, FALSE))
        kept = DESK_KEPT_FAILED;
      else if (records->len > 0)
        self->kept = seq;
    }
  g_mutex_unlock (&self->aside_lock);
  return kept;
}
