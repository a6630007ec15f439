/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-record.h"

G_BEGIN_DECLS

/* FILE.emergency: room that was made and synced beforehand, for when the database takes no more. Exits still leave then,
 * and what they say is kept here until the next start takes it into the journal. Any thread. A second one lies in memory
 * (desk-state-manager-aside.c), for when the disk does not even say that it takes no more. */

typedef struct _DeskEmergency DeskEmergency;

/* Makes the room where it is missing. NULL: there is none, and no exit is kept; everything else works. */
DeskEmergency *desk_emergency_open   (const char       *path);
/* The same in a file @name of a file system in memory: no room is made beforehand, and nothing waits for a disk. */
DeskEmergency *desk_emergency_open_memory (const char  *name);
void           desk_emergency_close  (DeskEmergency    *self);
/* Returns once they are written, with @sync once they are on the disk; FALSE: no room. They stand or fall together. The
 * last half is for intents and human decisions alone. */
gboolean       desk_emergency_append (DeskEmergency    *self,
                                      DeskRecord      **records,
                                      guint             n_records,
                                      gboolean          sync);
/* What an earlier process left, oldest first; stops at the first entry that is not whole. @mark: a name for exactly this
 * content, or "" for none. (transfer full) (element DeskRecord) */
GPtrArray     *desk_emergency_read   (DeskEmergency    *self,
                                      char              mark[65]);
/* The journal has it now. */
void           desk_emergency_clear  (DeskEmergency    *self);

G_END_DECLS
