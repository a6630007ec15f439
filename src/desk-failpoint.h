/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Named places at which a test ends, stalls or fails the program: one at every boundary that a crash must not fall
 * through. A build for use (buildtype release, minsize or plain) has none of them: both macros are nothing there.
 *
 * The environment variable DESK_FAILPOINT says what happens where, as NAME=ACTION[@N] with commas between: kill
 * (SIGKILL), abort, sleep:MILLISECONDS or fail, at the Nth passage (1 unless given; sleep and fail without @N: at every
 * one). "intent.before-append=kill@7". A name that is compiled nowhere is an error on stderr and ends the program. */

#ifdef DESK_FAILPOINTS

typedef struct
{
  const char   *name;
  const char   *file;
  int           line;
  guint         index; /* of its counter, once they are shared */
  _Atomic guint hits;
} DeskFailpoint;

/* A pointer to each lies in one section, so that the linker makes the list of all that are compiled. */
#define DESK_FAILPOINT_FAILS(label) \
  (G_GNUC_EXTENSION ({ \
    static DeskFailpoint desk_failpoint_here = { label, __FILE__, __LINE__, 0, 0 }; \
    static DeskFailpoint *desk_failpoint_entry __attribute__ ((section ("desk_failpoints"), used)) = &desk_failpoint_here; \
    desk_failpoint_pass (&desk_failpoint_here); \
  }))
/* A place that only ends or stalls the program. */
#define DESK_FAILPOINT(label) G_STMT_START { (void) DESK_FAILPOINT_FAILS (label); } G_STMT_END

/* Counts the passage and does what was asked for; TRUE: the caller is to fail here. */
gboolean desk_failpoint_pass  (DeskFailpoint *point);
/* What the environment variable would say, instead of it; NULL: nothing any more. Before other threads pass. FALSE: it
 * does not read, and *wrong (transfer full) says why. */
gboolean desk_failpoint_set   (const char    *text,
                               char         **wrong);
/* How many are compiled, and their names (a name may stand at more than one place). */
guint    desk_failpoint_count (void);
const DeskFailpoint *desk_failpoint_get (guint index);
/* Counts into @hits, which has one for each, too: memory that is shared with children that do not survive. */
void     desk_failpoint_share (_Atomic guint *hits);

#else

#define DESK_FAILPOINT_FAILS(label) FALSE
#define DESK_FAILPOINT(label) G_STMT_START { } G_STMT_END

#endif

G_END_DECLS
