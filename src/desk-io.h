/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-engine.h"
#include "desk-flight-recorder.h"
#include "desk-inbox.h"
#include "desk-state-manager.h"

G_BEGIN_DECLS

/* The dtc-io thread's share of a session: the engine with its world around it. What comes from the link goes to the
 * engine; its records go to the state file, its bytes to the link, its events to the inbox. Nothing here waits for
 * the main thread. */

typedef struct _DeskIo DeskIo;

/* Called on the dtc-io thread. */
typedef void (*DeskIoFunc) (const GError *error,
                            gpointer      user_data);

/**
 * desk_io_new:
 * @config: of the engine; copied
 * @manager: (nullable): the state file; %NULL keeps nothing
 * @inbox: where events go
 * @recorder: where every message goes
 *
 * Returns: (transfer full): the adapters; @manager, @inbox and @recorder must outlive them
 */
DeskIo        *desk_io_new       (const DeskEngineConfig *config,
                                  DeskStateManager       *manager,
                                  DeskInbox              *inbox,
                                  DeskFlightRecorder     *recorder);
/* Called on the dtc-io thread when it changes what the server is known to want. */
typedef void (*DeskIoLearned) (const DtcLearned *learned,
                               gpointer          user_data);
/* @known: what the session was started with. */
void           desk_io_set_learned (DeskIo               *self,
                                    const DtcLearned     *known,
                                    DeskIoLearned         func,
                                    gpointer              user_data);
/* Everything that goes over the wire is recorded there, too; before the bridge starts. */
void           desk_io_set_capture (DeskIo               *self,
                                    DtcCaptureWriter     *writer);
/* What the bridge is made with: the sink, and the DeskIo as its data. */
const DtcSink *desk_io_sink      (void);
/* Names the bridge that was made; before anything below. */
void           desk_io_attach    (DeskIo                 *self,
                                  DtcDataBridge          *bridge);
/* Folds the journal into the engine; @func comes once, with an error when the file is damaged. */
void           desk_io_restore   (DeskIo                 *self,
                                  DeskIoFunc              func,
                                  gpointer                user_data);
/* (transfer full) for @command. In the order of the calls, never waiting. Any thread. */
void           desk_io_command   (DeskIo                 *self,
                                  DeskCommand            *command);
/* Calls @func when no order waits for its first answer any more, or at @deadline (monotonic). Any thread. */
void           desk_io_drain     (DeskIo                 *self,
                                  gint64                  deadline,
                                  DeskIoFunc              func,
                                  gpointer                user_data);
/* The same when every record is durable; from then on nothing goes to the state file, which may be closed. */
void           desk_io_settle    (DeskIo                 *self,
                                  gint64                  deadline,
                                  DeskIoFunc              func,
                                  gpointer                user_data);
/* Once the bridge has stopped and the state file is closed: frees everything on the dtc-io thread itself, where a
 * last call may still be under way, then calls @func there. */
void           desk_io_finish    (DeskIo                 *self,
                                  DeskIoFunc              func,
                                  gpointer                user_data);

G_END_DECLS
