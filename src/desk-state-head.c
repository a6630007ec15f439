/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-head.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC      "DTCHEAD\1"
#define MAGIC_SIZE 8
#define BODY_SIZE  (MAGIC_SIZE + 8 + DESK_HASH_SIZE)
#define SLOT_SIZE  (BODY_SIZE + 32) /* and the SHA-256 of the body */
#define SLOT_AT(n) ((n) * 512)      /* each in a sector of its own: a torn write spoils one */

struct _DeskStateHead
{
  int       fd;
  guint     slot;  /* to be written next */
  gboolean  fresh; /* nothing written yet: what stands there is an earlier life's */
};

static void
sum_of (const guint8 *body,
        guint8        sum[32])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize len = 32;

  g_checksum_update (checksum, body, BODY_SIZE);
  g_checksum_get_digest (checksum, sum, &len);
}

static int
open_file (const char *path,
           int         flags)
{
  g_autofree char *name = g_strconcat (path, ".head", NULL);
  struct stat st;
  int fd = open (name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

  if (fd >= 0 && (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_uid != geteuid ()))
    {
      close (fd);
      return -1;
    }
  return fd;
}

DeskStateHead *
desk_state_head_open (const char *path)
{
  int fd = open_file (path, O_RDWR | O_CREAT);
  DeskStateHead *self;

  if (fd < 0)
    return NULL;
  fchmod (fd, 0600);
  self = g_new0 (DeskStateHead, 1);
  self->fd = fd;
  self->fresh = TRUE;
  return self;
}

void
desk_state_head_close (DeskStateHead *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_free (self);
}

void
desk_state_head_write (DeskStateHead *self,
                       guint64        seq,
                       const guint8   hash[DESK_HASH_SIZE])
{
  guint8 slot[SLOT_SIZE];
  guint64 number = GUINT64_TO_LE (seq);
  guint n;

  memcpy (slot, MAGIC, MAGIC_SIZE);
  memcpy (slot + MAGIC_SIZE, &number, sizeof number);
  memcpy (slot + MAGIC_SIZE + sizeof number, hash, DESK_HASH_SIZE);
  sum_of (slot, slot + BODY_SIZE);
  /* A failure is no harm: an older head finds less. The first time both: the other one may name a history that is gone. */
  for (n = 0; n < (self->fresh ? 2 : 1); n++)
    {
      if (pwrite (self->fd, slot, sizeof slot, SLOT_AT (self->slot)) != sizeof slot)
        g_debug ("FILE.head was not written");
      self->slot = !self->slot;
    }
  self->fresh = FALSE;
}

void
desk_state_head_sync (DeskStateHead *self)
{
  if (fdatasync (self->fd) != 0)
    g_debug ("FILE.head was not synced");
}

gboolean
desk_state_head_read (const char *path,
                      guint64    *seq,
                      guint8      hash[DESK_HASH_SIZE])
{
  int fd = open_file (path, O_RDONLY);
  gboolean found = FALSE;
  guint n;

  *seq = 0;
  for (n = 0; fd >= 0 && n < 2; n++)
    {
      guint8 slot[SLOT_SIZE], sum[32];
      guint64 number;

      if (pread (fd, slot, sizeof slot, SLOT_AT (n)) != sizeof slot || memcmp (slot, MAGIC, MAGIC_SIZE) != 0)
        continue;
      sum_of (slot, sum);
      memcpy (&number, slot + MAGIC_SIZE, sizeof number);
      number = GUINT64_FROM_LE (number);
      if (memcmp (sum, slot + BODY_SIZE, sizeof sum) != 0 || number <= *seq)
        continue;
      *seq = number;
      memcpy (hash, slot + MAGIC_SIZE + sizeof number, DESK_HASH_SIZE);
      found = TRUE;
    }
  if (fd >= 0)
    close (fd);
  return found;
}
