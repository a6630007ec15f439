/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"

G_BEGIN_DECLS

/* An outage rehearsed on a quiet day: a session of its own against a simulator of its own, with a state file of its own, in a
 * folder that goes when it ends. The trader's connection, state file and built-in simulator are not touched. Main thread.
 *
 * A drill places the orders it needs, makes the outage happen, tells step by step what is to be seen, waits until it is,
 * and ends with the same report that a real outage ends with, and with the proof that nothing was sent twice. */

#define DESK_TYPE_DRILL (desk_drill_get_type ())
G_DECLARE_FINAL_TYPE (DeskDrill, desk_drill, DESK, DRILL, GObject)

typedef struct
{
  const char *name;        /* "cut", "black-hole", …: what dtcctl and JSON lines say */
  const char *title;       /* "Cut the link": in English, to be translated, as is all text of a drill */
  const char *description; /* one sentence: what happens, and what it teaches */
  guint       seconds;     /* about how long it takes */
} DeskDrillInfo;

typedef enum
{
  DESK_DRILL_DID,    /* the drill did something */
  DESK_DRILL_LOOK,   /* what is to be seen now */
  DESK_DRILL_SEEN,   /* and it was: detail says how long it took */
  DESK_DRILL_MISSED, /* it was not: the drill has failed and ends */
} DeskDrillMark;

/* One line of its story. */
typedef struct
{
  DeskDrillMark mark;
  gint64        usec;   /* since the drill began */
  const char   *text;   /* static, a whole sentence in English */
  const char   *detail; /* bare values: an order line, an id, a time; or NULL */
} DeskDrillLine;

/* What was sent, in the order in which the report shows it. */
typedef enum
{
  DESK_DRILL_ORDERS,
  DESK_DRILL_CHANGES,
  DESK_DRILL_CANCELS,
  DESK_DRILL_FLATTENS,
  DESK_N_DRILL_COMMANDS
} DeskDrillCommand;

typedef struct
{
  const DeskDrillInfo *drill;
  DtcNumbering     numbering;
  gboolean         passed;   /* everything was seen, and nothing was sent twice */
  gint64           usec;     /* how long it took */
  DeskResyncState *resync;   /* the report of the last reconciliation, or NULL */
  DeskVerifyRun   *verify;   /* the last verification, or NULL */
  guint            intended[DESK_N_DRILL_COMMANDS]; /* commands in the state file: one a click */
  guint            received[DESK_N_DRILL_COMMANDS]; /* that the server's own log shows */
  guint            twice;    /* of those: more than were intended, or the same order again */
  char            *text;     /* the end in one sentence, in English */
} DeskDrillReport;

/* All of them, in the order of a menu. (transfer none) (array length=n) */
const DeskDrillInfo *desk_drill_list       (guint               *n);
/* By name; NULL: there is none. */
const DeskDrillInfo *desk_drill_find       (const char          *name);
const char          *desk_drill_command_nick (DeskDrillCommand   command); /* "orders", "changes", "cancels", "flattens" */

/**
 * desk_drill_new:
 * @info: which one, of desk_drill_list()
 * @numbering: what both sides speak
 *
 * Signal "line" (const DeskDrillLine *): the story goes on. Signal "event" (const DeskEvent *): what a window would be told.
 * Both come in the main context, and the pointers are valid during the signal only.
 *
 * Returns: (transfer full): a drill that does not run yet; it runs once
 */
DeskDrill       *desk_drill_new        (const DeskDrillInfo  *info,
                                        DtcNumbering          numbering);
/* Runs it to its end, at most about two minutes. Cancelling ends it early and clears up as well. */
void             desk_drill_run_async  (DeskDrill            *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
/* (transfer full): NULL with @error when it could not be run at all, or was cancelled; a drill that ended badly has a
 * report that says so. */
DeskDrillReport *desk_drill_run_finish (DeskDrill            *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void             desk_drill_report_free (DeskDrillReport     *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskDrillReport, desk_drill_report_free)

G_END_DECLS
