/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"
#include "desk-profile.h"
#include "desk-session.h"

G_BEGIN_DECLS

/* The command line face of the core. Scripts depend on every number and word below. */

typedef enum
{
  DTCCTL_EXIT_DONE = 0,
  DTCCTL_EXIT_FAILED = 1,   /* or the journal is broken */
  DTCCTL_EXIT_USAGE = 2,
  DTCCTL_EXIT_DENIED = 3,   /* by our own checks */
  DTCCTL_EXIT_REJECTED = 4, /* by the server */
  DTCCTL_EXIT_UNKNOWN = 5,  /* the outcome is not known */
  DTCCTL_EXIT_NO_LINK = 6,
  DTCCTL_EXIT_NOT_PROVABLE = 7, /* nothing mismatched, something not provable */
  DTCCTL_EXIT_LOCKED = 8,   /* another process has the state file */
} DtcctlExit;

typedef struct
{
  DeskProfile *profile;
  char        *state_path;  /* --state, or NULL: the profile's own */
  gboolean     arm;
  gboolean     start_simulator;
  gboolean     tls;
  gboolean     allow_plain;
  gboolean     numbering_given; /* --numbering stood there */
  gboolean     decode;
  gboolean     fast;
  gboolean     remote;
  gboolean     ticks;
  gboolean     zlib;
  gboolean     csv;
  const char  *interval;    /* of bars, as written; these belong to argv too */
  const char  *days;
  const char  *from;
  const char  *capture;     /* --capture, or NULL; this and the next belong to argv */
  const char  *seconds;
  const char  *report;      /* --report: a folder, or NULL */
  const char  *filter;      /* of capture show: a query, or NULL */
  const char  *to;
  gboolean     json;
  gboolean     follow;      /* --follow: quotes and depth do not end */
  gboolean     orders;      /* --orders: depth order by order */
  DeskFindBy   find_by;     /* --by */
  char        *exchange;    /* --exchange, or NULL */
  gboolean     help;
  gboolean     version;
  char        *control_path; /* --control, or NULL: the built-in simulator's */
  char       **words;       /* the command and what follows it */
} DtcctlOptions;

/* dtcctl-options.c */

/* DESK_ERROR_USAGE and DESK_ERROR_CONFIG, each with what to write instead. */
gboolean    dtcctl_options_parse   (DtcctlOptions       *options,
                                    int                  argc,
                                    char               **argv,
                                    GError             **error);
void        dtcctl_options_clear   (DtcctlOptions       *options);
/* (transfer full) */
char       *dtcctl_options_state_path (const DtcctlOptions *options);
const char *dtcctl_help            (void);

/* dtcctl-output.c: every line is written whole and at once. */

/* FALSE once nobody reads our output any more. */
gboolean    dtcctl_output_open     (void);
void        dtcctl_output_line     (const char          *line);
/* From now on a reader that is slow keeps lines waiting and not us; of quotes only the last is kept for it. @drained is
 * called when all has been taken and quotes were left out, or nobody reads any more. */
void        dtcctl_output_follow   (void               (*drained) (gpointer user_data),
                                    gpointer             user_data);
/* Ends that: the rest is written as long as it is taken within @patience_ms, -1 for ever. FALSE: not all was. */
gboolean    dtcctl_output_end_follow (int                patience_ms);
void        dtcctl_output_event    (const DtcctlOptions *options,
                                    const DeskEvent     *event);
/* One trade, as a quote that has a last only, at its own time; @received where it has none. */
void        dtcctl_output_print    (const DtcctlOptions *options,
                                    guint32              epoch,
                                    gint64               received,
                                    const DeskTrades    *trades,
                                    guint                i);
/* An order line or a line of a session that we refuse ourselves. */
void        dtcctl_output_denied   (const DtcctlOptions *options,
                                    guint32              epoch,
                                    DeskDenial           denial,
                                    const char          *text,
                                    const char          *input);
/* One sentence on standard error. */
void        dtcctl_complain        (const char          *format,
                                    ...) G_GNUC_PRINTF (1, 2);

/* dtcctl-live.c: a connected session and how a command ends. */

typedef struct _DtcctlLive DtcctlLive;

typedef struct
{
  void (*started)     (DtcctlLive      *live);
  void (*event)       (DtcctlLive      *live,
                       const DeskEvent *event);
  /* SIGTERM, SIGINT or nobody reads our output. */
  void (*interrupted) (DtcctlLive      *live);
} DtcctlLiveClass;

struct _DtcctlLive
{
  const DtcctlLiveClass *klass;
  const DtcctlOptions   *options;
  DeskSession           *session;
  GMainLoop             *loop;
  DtcctlExit             status;
  DeskLink               link;
  guint32                epoch;       /* the newest seen */
  guint32                first_epoch; /* of the first connection of this process, 0: none yet */
  guint                  refusals;    /* connections in a row that came to nothing */
  char                  *why;         /* of the last of them, or NULL */
  gboolean               started;
  gboolean               leaving;
  gboolean               interrupted;
  GHashTable            *printed;     /* what was last said of each order, position and of the link */
};

/* An event as it happens; one that differs from the last of its kind in nothing that a line says is not repeated. */
void        dtcctl_output_news     (DtcctlLive               *live,
                                    const DeskEvent          *event);
/* What the stores hold: orders, fills, positions, quotes or accounts that changed since @since_epoch. */
void        dtcctl_output_rows     (DtcctlLive               *live,
                                    DeskEventKind             kind,
                                    guint32                   since_epoch,
                                    gboolean                  open_only);
/* Runs until dtcctl_live_leave(); @live is the first member of the command's own struct. */
DtcctlExit  dtcctl_live_run        (DtcctlLive               *live,
                                    const DtcctlLiveClass    *klass,
                                    const DtcctlOptions      *options,
                                    const DeskSessionOptions *session_options);
/* Waits at most @wait_ms for orders without an answer, logs off and ends the run. */
void        dtcctl_live_leave      (DtcctlLive               *live,
                                    DtcctlExit                status,
                                    guint                     wait_ms);
/* Says that there is no connection, and ends the run. */
void        dtcctl_live_no_link    (DtcctlLive               *live);
/* As a signal does: nobody reads any more. */
void        dtcctl_live_interrupt  (DtcctlLive               *live);
/* No live connection is to be expected: stopped, or refused twice. */
gboolean    dtcctl_live_is_hopeless (DtcctlLive              *live);

/* The commands. */
DtcctlExit  dtcctl_session_run     (const DtcctlOptions *options);
DtcctlExit  dtcctl_order_run       (const DtcctlOptions *options);
DtcctlExit  dtcctl_watch_run       (const DtcctlOptions *options);
DtcctlExit  dtcctl_list_run        (const DtcctlOptions *options);
DtcctlExit  dtcctl_market_run      (const DtcctlOptions *options);
DtcctlExit  dtcctl_find_run        (const DtcctlOptions *options);
DtcctlExit  dtcctl_verify_run      (const DtcctlOptions *options);
DtcctlExit  dtcctl_report_run      (const DtcctlOptions *options);
DtcctlExit  dtcctl_history_run     (const DtcctlOptions *options);
DtcctlExit  dtcctl_export_run      (const DtcctlOptions *options);
DtcctlExit  dtcctl_journal_run     (const DtcctlOptions *options);
DtcctlExit  dtcctl_sim_run         (const DtcctlOptions *options);
DtcctlExit  dtcctl_drill_run       (const DtcctlOptions *options);
DtcctlExit  dtcctl_capture_run     (const DtcctlOptions *options);
DtcctlExit  dtcctl_bars_run        (const DtcctlOptions *options);

/* dtcctl-capture-show.c: one line for each record, or the whole tree of record number @only (0: of all, with --decode).
 * @numbers: (nullable): of the records to print (guint64), sorted; NULL: all. */
void        dtcctl_capture_print   (const DtcctlOptions *options,
                                    const DtcCapture    *capture,
                                    const GArray        *numbers,
                                    guint                only);
/* dtcctl-capture-replay.c */
DtcctlExit  dtcctl_capture_to_client (const DtcctlOptions *options,
                                      const DtcCapture    *capture);
DtcctlExit  dtcctl_capture_to_server (const DtcctlOptions *options,
                                      const DtcCapture    *capture);

G_END_DECLS
