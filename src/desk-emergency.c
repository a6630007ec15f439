/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-emergency.h"

#include "desk-failpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE   (1024 * 1024)
#define MEMORY_SIZE (16 * 1024 * 1024) /* it grows as it must, and has to take all that waits for the disk */
#define MAGIC      "DTCDESK\1"
#define MAGIC_SIZE 8
#define HASH_SIZE  32
#define HEAD_SIZE  (MAGIC_SIZE + 8 + HASH_SIZE) /* magic, length, SHA-256 of what follows */

struct _DeskEmergency
{
  GMutex lock; /* all of it; nobody comes here while the database works */
  int    fd;
  off_t  used, size; /* what stands in it, and what may */
  gboolean memory;
};

static gboolean
write_all (int           fd,
           gconstpointer data,
           gsize         len,
           off_t         at)
{
  while (len > 0)
    {
      ssize_t n = pwrite (fd, data, len, at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data = (const guint8 *) data + n;
      len -= (gsize) n;
      at += n;
    }
  return TRUE;
}

/* Zeros that are really there: a full disk must not take the room back. */
static gboolean
make_room (int   fd,
           off_t size)
{
  static const guint8 zeros[64 * 1024];

  while (size < FILE_SIZE)
    {
      gsize n = MIN (sizeof zeros, (gsize) (FILE_SIZE - size));

      if (!write_all (fd, zeros, n, size))
        return FALSE;
      size += (off_t) n;
    }
  return fsync (fd) == 0;
}

static DeskEmergency *
open_file (const char *name,
           gboolean    memory)
{
  DeskEmergency *self;
  struct stat st;
  int fd = open (name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_uid != geteuid () || fchmod (fd, 0600) != 0
      || (!memory && st.st_size < FILE_SIZE && !make_room (fd, st.st_size)))
    {
      close (fd);
      return NULL;
    }

  self = g_new0 (DeskEmergency, 1);
  g_mutex_init (&self->lock);
  self->fd = fd;
  self->size = memory ? MEMORY_SIZE : FILE_SIZE;
  self->memory = memory;
  return self;
}

DeskEmergency *
desk_emergency_open (const char *path)
{
  g_autofree char *name = g_strconcat (path, ".emergency", NULL);

  return open_file (name, FALSE);
}

DeskEmergency *
desk_emergency_open_memory (const char *name)
{
  return open_file (name, TRUE);
}

void
desk_emergency_close (DeskEmergency *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
hash_of (const guint8 *data,
         gsize         len,
         guint8        hash[HASH_SIZE])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize hash_len = HASH_SIZE;

  g_checksum_update (checksum, data, (gssize) len);
  g_checksum_get_digest (checksum, hash, &hash_len);
}

gboolean
desk_emergency_append (DeskEmergency  *self,
                       DeskRecord    **records,
                       guint           n_records,
                       gboolean        sync)
{
  g_autoptr (GByteArray) entry = g_byte_array_new ();
  gboolean matters = FALSE;
  guint64 len;
  gboolean ok;
  guint i;

  g_byte_array_set_size (entry, HEAD_SIZE);
  for (i = 0; i < n_records; i++)
    {
      guint at = entry->len;

      g_byte_array_set_size (entry, at + sizeof len);
      desk_record_serialise (records[i], entry);
      len = GUINT64_TO_LE ((guint64) entry->len - at - sizeof len);
      memcpy (entry->data + at, &len, sizeof len);
      matters |= records[i]->kind == DESK_RECORD_INTENT || records[i]->kind == DESK_RECORD_HUMAN;
    }
  memcpy (entry->data, MAGIC, MAGIC_SIZE);
  len = GUINT64_TO_LE ((guint64) entry->len - HEAD_SIZE);
  memcpy (entry->data + MAGIC_SIZE, &len, sizeof len);
  hash_of (entry->data + HEAD_SIZE, entry->len - HEAD_SIZE, entry->data + MAGIC_SIZE + sizeof len);

  g_mutex_lock (&self->lock);
  DESK_FAILPOINT ("emergency.before-write");
  ok = self->used + (off_t) entry->len <= (matters ? self->size : self->size / 2)
       && write_all (self->fd, entry->data, entry->len, self->used);
  if (ok)
    self->used += (off_t) entry->len;
  g_mutex_unlock (&self->lock);
  DESK_FAILPOINT ("emergency.before-sync");
  return ok && (!sync || fdatasync (self->fd) == 0);
}

/* Zeros from @from to the end of what stands there: a later entry must never be followed by an older one. */
static gboolean
scrub (DeskEmergency *self,
       off_t          from,
       off_t          to)
{
  static const guint8 zeros[64 * 1024];

  while (from < to)
    {
      gsize n = MIN (sizeof zeros, (gsize) (to - from));

      if (!write_all (self->fd, zeros, n, from))
        return FALSE;
      from += (off_t) n;
    }
  return fdatasync (self->fd) == 0;
}

/* All records of an entry, or none. */
static gboolean
read_entry (const guint8 *body,
            gsize         len,
            GPtrArray    *records)
{
  guint before = records->len;

  while (len > 0)
    {
      DeskRecord *record = NULL;
      guint64 size = 0;

      if (len > sizeof size)
        memcpy (&size, body, sizeof size);
      size = GUINT64_FROM_LE (size);
      if (size > 0 && size <= len - sizeof size)
        record = desk_record_deserialise (body + sizeof size, (gsize) size);
      if (record == NULL)
        {
          g_ptr_array_set_size (records, (int) before);
          return FALSE;
        }
      g_ptr_array_add (records, record);
      body += sizeof size + (gsize) size;
      len -= sizeof size + (gsize) size;
    }
  return TRUE;
}

GPtrArray *
desk_emergency_read (DeskEmergency *self,
                     char           mark[65])
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
  gint64 there = lseek (self->fd, 0, SEEK_END);
  gsize most = (gsize) CLAMP (there, 0, self->size);
  g_autofree guint8 *content = g_malloc (most);
  gssize size = pread (self->fd, content, most, 0);
  gsize at = 0, dirty;

  mark[0] = '\0';
  while (size > 0 && at + HEAD_SIZE <= (gsize) size && memcmp (content + at, MAGIC, MAGIC_SIZE) == 0)
    {
      const guint8 *body = content + at + HEAD_SIZE;
      guint8 hash[HASH_SIZE];
      guint64 len;

      memcpy (&len, content + at + MAGIC_SIZE, sizeof len);
      len = GUINT64_FROM_LE (len);
      if (len > (guint64) size - at - HEAD_SIZE)
        break;
      hash_of (body, (gsize) len, hash);
      if (memcmp (hash, content + at + MAGIC_SIZE + sizeof len, HASH_SIZE) != 0 || !read_entry (body, (gsize) len, records))
        break;
      at += HEAD_SIZE + (gsize) len;
    }

  DESK_FAILPOINT ("emergency.read");
  self->used = (off_t) at;
  for (dirty = (gsize) MAX (size, 0); dirty > at && content[dirty - 1] == 0; dirty--)
    ;
  if (dirty > at)
    scrub (self, (off_t) at, (off_t) dirty);
  if (at > 0)
    {
      g_autofree char *name = g_compute_checksum_for_data (G_CHECKSUM_SHA256, content, at);

      g_strlcpy (mark, name, 65);
    }
  return records;
}

void
desk_emergency_clear (DeskEmergency *self)
{
  g_mutex_lock (&self->lock);
  if (self->used == 0)
    {
      g_mutex_unlock (&self->lock);
      return;
    }
  DESK_FAILPOINT ("emergency.before-clear");
  /* In a file, the first entry's beginning first, and for certain: a power loss that left a part of the list would leave
   * one that no opening has spoken of. Memory is given back at once. */
  if (self->memory)
    self->used = ftruncate (self->fd, 0) == 0 ? 0 : self->used;
  else if (scrub (self, 0, MIN (MAGIC_SIZE, self->used)) && scrub (self, 0, self->used))
    self->used = 0;
  DESK_FAILPOINT ("emergency.cleared");
  g_mutex_unlock (&self->lock);
}
