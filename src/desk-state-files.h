/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-journal-row.h"

G_BEGIN_DECLS

/* What stands around the database: its folder, its lock, and the small file that notices a copy or a restored backup. */

/* The folder resolved, the name as it is: what may safely be opened without following a link. Creates the folder 0700
 * when asked. (transfer full) */
char    *desk_state_files_resolve (const char  *path,
                                   gboolean     create_folder,
                                   GError     **error);
/* Refuses links, other kinds of file, other owners; with @create makes a missing one. Takes group's and others'
 * rights away when @repair. @size: -1 when it does not exist. Also looks at -wal, -shm and -journal. */
gboolean desk_state_files_secure  (const char  *path,
                                   gboolean     create,
                                   gboolean     repair,
                                   gint64      *size,
                                   GError     **error);
/* An empty file is a new one, unless FILE.id says that it was not: DESK_ERROR_CORRUPT. */
gboolean desk_state_files_check_empty (const char *path,
                                       GError    **error);
/* Holds FILE.lock until closed; its text is the holder's process id. -1 with DESK_ERROR_LOCKED naming the holder. */
int      desk_state_files_lock    (const char  *path,
                                   GError     **error);

/* FILE.id: the identity as the last INSTANCE record had it, outside the database. */
typedef struct
{
  char    install[7];
  guint   generation;
  guint64 high_water;
  guint64 seq;                  /* of that record */
  guint8  hash[DESK_HASH_SIZE]; /* of that record */
  guint64 inode, born;          /* of the database file, born in microseconds or 0: another one is a copy */
} DeskStateId;

/* FALSE when there is none or it does not read: the same as another one. */
gboolean desk_state_files_read_id  (const char        *path,
                                    DeskStateId       *id);
gboolean desk_state_files_write_id (const char        *path,
                                    const DeskStateId *id,
                                    GError           **error);
/* Fills in inode and born of the file as it is. */
void     desk_state_files_stamp    (const char        *path,
                                    DeskStateId       *id);

/* {"install","generation","high_water",…} of an INSTANCE record. */
gboolean desk_state_id_parse  (const char        *payload,
                               DeskStateId       *id);
char    *desk_state_id_format (const DeskStateId *id,
                               const char        *event,  /* "create", "open", "close" */
                               const char        *mark);  /* of the emergency files that are taken in, or "" */
void     desk_state_id_random (char               install[7]);

G_END_DECLS
