/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A bad disk under the state file: SQLite's file layer, and our own calls for what stands beside the database (the
 * program is linked with --wrap for them). Its Nth operation of a kind fails, and everything that is done to it can be
 * written down, for a later power loss at any point of it. */

typedef enum
{
  DISK_NONE,
  /* SQLite's. */
  DISK_WRITE,    /* nothing is written */
  DISK_TORN,     /* half of it is written */
  DISK_FULL,
  DISK_SYNC,     /* fails once; the next one says that all is well */
  DISK_READ,
  DISK_TRUNCATE,
  DISK_OPEN,
  DISK_LOCK,
  DISK_SHM_MAP,
  DISK_SHM_LOCK,
  DISK_SIZE,
  DISK_DELETE,
  DISK_ACCESS,
  DISK_MEMORY,   /* not of the disk: SQLite is given no memory */
  /* Ours: FILE.emergency, FILE.id, FILE.head, the move of a new database to its place. */
  DISK_OWN_WRITE,
  DISK_OWN_FULL,
  DISK_OWN_SYNC,
  DISK_OWN_RENAME,
  DISK_OWN_REPLACE,
  /* SQLite's again: it neither works nor fails until disk_release(). */
  DISK_HANG_WRITE,
  DISK_HANG_SYNC,
} DiskFault;

typedef struct
{
  DiskFault fault;
  int       at;      /* counts down; the operation that reaches 0 fails */
  gboolean  after;   /* and every later one */
  int       hit;
} Disk;

extern Disk disk;

void disk_install (void);
/* Until somebody waits for it. */
void disk_wait_hung (void);
/* It goes on, and from now on @fault is what it does. */
void disk_release (DiskFault fault);

/* --- Writing down --- */

typedef enum
{
  DISK_OP_WRITE,
  DISK_OP_TRUNCATE,    /* to @at */
  DISK_OP_SYNC,
  DISK_OP_RENAME,      /* to @name */
  DISK_OP_REPLACE,     /* the whole file, in one piece */
  DISK_OP_DELETE,
  DISK_OP_SYNC_FOLDER,
  DISK_OP_CLAIM,       /* not of the disk: the test's own mark, in its place */
} DiskOpKind;

typedef struct
{
  DiskOpKind kind;
  char      *file;     /* the name without its folder */
  char      *name;
  gint64     at;
  guint8    *data;
  gsize      len;
} DiskOp;

/* From now on into an empty list. */
void       disk_trace_start (void);
void       disk_trace_claim (gint64 value,
                             gint64 second);
/* (element-type DiskOp) (transfer full): what was done. */
GPtrArray *disk_trace_stop  (void);

/* What stands on the disk after the first @n operations and a power loss: what was synced, and of the rest any sector
 * in any of its versions, any file's new size or old, and the first few or more of the names that were changed. */
typedef struct _DiskImage DiskImage;

DiskImage *disk_image_new    (void);
void       disk_image_free   (DiskImage    *image);
/* One more operation was done. */
void       disk_image_apply  (DiskImage    *image,
                              const DiskOp *op);
/* Writes the files into @folder (emptied first), as a power loss now would leave them. */
void       disk_image_cut    (DiskImage    *image,
                              GRand        *rand,
                              const char   *folder);

G_END_DECLS
