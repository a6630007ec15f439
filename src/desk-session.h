/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-book.h"
#include "desk-command.h"
#include "desk-event.h"
#include "desk-flight-recorder.h"
#include "desk-profile.h"
#include "desk-rows.h"
#include "desk-stats.h"
#include "desk-tape.h"

G_BEGIN_DECLS

/* One profile at work: state file, simulator where the profile wants it, bridge, engine, stores. The main thread's
 * handle; the window and dtcctl use the same one. */

#define DESK_TYPE_SESSION (desk_session_get_type ())
G_DECLARE_FINAL_TYPE (DeskSession, desk_session, DESK, SESSION, GObject)

typedef struct
{
  const char *state_path;     /* NULL: the profile's own */
  gboolean    read_only;      /* no lock, no trading */
  gboolean    memory_only;    /* no state file at all (implies read_only) */
  gboolean    verify;         /* as soon as the connection has been asked everything */
  gboolean    arm_at_live;
  gboolean    automated;
  gboolean    start_simulator; /* for a builtin_simulator profile; else the running one is looked up */
  const char *capture_path;   /* records the wire into this new file; or NULL */
  const char *username;       /* override the profile and the Secret Service; or NULL */
  const char *password;
} DeskSessionOptions;

/* (transfer full); @profile is copied. */
DeskSession *desk_session_new         (const DeskProfile        *profile,
                                       const DeskSessionOptions *options);
/* Opens the state file, starts the simulator, folds the journal and connects. The callback comes when the state
 * file is open and the first connection try is under way; errors are DESK_ERROR, each one clear sentence. Events wait until
 * desk_session_start_finish(): who connects to the signal then misses none. */
void         desk_session_start_async (DeskSession              *self,
                                       GCancellable             *cancellable,
                                       GAsyncReadyCallback       callback,
                                       gpointer                  user_data);
gboolean     desk_session_start_finish (DeskSession             *self,
                                        GAsyncResult            *result,
                                        GError                 **error);
/* Waits at most @wait_ms for orders in "sent", logs off, joins the threads, closes the file. Cancels nothing. */
void         desk_session_stop_async  (DeskSession              *self,
                                       guint                     wait_ms,
                                       GAsyncReadyCallback       callback,
                                       gpointer                  user_data);
gboolean     desk_session_stop_finish (DeskSession              *self,
                                       GAsyncResult             *result,
                                       GError                  **error);

/* (transfer full) for @command; returns its tag, which comes back on "denied" and "preview". */
guint64      desk_session_send        (DeskSession              *self,
                                       DeskCommand              *command);

/* Signal "event" (const DeskEvent *, pointer): every event in order, after the stores below have taken it. */

const DeskProfile   *desk_session_get_profile   (DeskSession *self);
char                *desk_session_dup_state_path (DeskSession *self); /* (transfer full) (nullable): what others may read while it runs */
const DeskLinkState *desk_session_get_link      (DeskSession *self);
const DeskArmState  *desk_session_get_arm       (DeskSession *self);
const DeskHealth    *desk_session_get_health    (DeskSession *self);
DeskResyncState     *desk_session_get_resync    (DeskSession *self); /* the last one, (transfer none); NULL: none yet */
DeskVerifyRun       *desk_session_get_verify    (DeskSession *self); /* the same */
DeskStats            desk_session_get_stats     (DeskSession *self); /* today, the selected account */
GListModel          *desk_session_get_orders    (DeskSession *self); /* DeskOrder, newest last */
GListModel          *desk_session_get_fills     (DeskSession *self); /* DeskFill */
GListModel          *desk_session_get_positions (DeskSession *self); /* DeskPosition */
GListModel          *desk_session_get_accounts  (DeskSession *self); /* DeskAccount */
GListModel          *desk_session_get_quotes    (DeskSession *self); /* DeskQuote */
DeskQuote           *desk_session_find_quote    (DeskSession *self,
                                                 const char  *symbol); /* (transfer none) (nullable) */
/* Depth and tape of a symbol: always the same objects, made when first asked for, whether something comes for them or not,
 * and empty while the symbol is not watched; (transfer none). DESK_COMMAND_WATCH_DEPTH asks for a book, watching a symbol for its tape. */
DeskBook            *desk_session_get_book      (DeskSession *self,
                                                 const char  *symbol);
DeskTape            *desk_session_get_tape      (DeskSession *self,
                                                 const char  *symbol);
GListModel          *desk_session_get_found     (DeskSession *self); /* DeskFound: the answer to the last search, so far */
/* How prices of the symbol are counted; NULL while the server has not defined it. Valid until the next event. */
const DeskGrid      *desk_session_find_grid     (DeskSession *self,
                                                 const char  *symbol);
DeskFlightRecorder  *desk_session_get_recorder  (DeskSession *self);

G_END_DECLS
