/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-flight-recorder.h"
#include "desk-inbox.h"
#include "desk-session.h"

G_BEGIN_DECLS

/* What runs under a DeskSession: starts and stops state file, simulator, bridge and engine in the right order. It
 * can outlive the session, whose owner may drop it without waiting. Main thread. */

typedef struct _DeskRuntime DeskRuntime;

typedef void (*DeskRuntimeDone)  (const GError *error,
                                  gpointer      user_data);
typedef void (*DeskRuntimeReady) (gpointer      user_data);

/**
 * desk_runtime_new:
 * @profile: copied
 * @options: copied
 * @recorder: where the wire is written to
 * @ready: called when events wait in the inbox
 * @user_data: for @ready
 */
/* (transfer full): how @profile connects; user name and password from the environment stand above the profile's name. */
DtcSessionConfig *desk_runtime_config (const DeskProfile     *profile);
DeskRuntime *desk_runtime_new       (const DeskProfile        *profile,
                                     const DeskSessionOptions *options,
                                     DeskFlightRecorder       *recorder,
                                     DeskRuntimeReady          ready,
                                     gpointer                  user_data);
/* Nobody reads the inbox any more. */
void         desk_runtime_forget    (DeskRuntime              *self);
void         desk_runtime_start     (DeskRuntime              *self,
                                     DeskRuntimeDone           done,
                                     gpointer                  user_data);
/* Waits at most @wait_ms for the first answer to what was sent, leaves, and frees itself after @done. Once. */
void         desk_runtime_stop      (DeskRuntime              *self,
                                     guint                     wait_ms,
                                     DeskRuntimeDone           done,
                                     gpointer                  user_data);
/* Started; and once asked to stop, the way out only, for as long as the link is kept. */
gboolean     desk_runtime_takes     (DeskRuntime              *self,
                                     DeskCommandKind           kind);
/* (transfer full) for @command; only what desk_runtime_takes(). */
void         desk_runtime_command   (DeskRuntime              *self,
                                     DeskCommand              *command);
/* (transfer full) (nullable): NULL: it keeps none. */
char        *desk_runtime_dup_state_path (DeskRuntime         *self);
DeskInbox   *desk_runtime_get_inbox (DeskRuntime              *self);
/* Calls ready again a little later: the reader left something in the inbox. */
void         desk_runtime_again     (DeskRuntime              *self);

G_END_DECLS
