/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <glib.h>

G_BEGIN_DECLS

/* A real session against a real dtc-sim, with a relay of our own between them that looks at the clock and cuts. */

typedef enum
{
  LIVE_PASS,
  LIVE_FIN,     /* both ends are closed in good order */
  LIVE_RST,     /* the client's end is reset */
  LIVE_SILENCE, /* nothing is read or written any more, nothing is closed */
} LiveCut;

#define LIVE_SUBMITS 300 /* so many are timed */

typedef struct _Live Live;

typedef struct
{
  const char *const *sim_options; /* of dtc-sim, NULL-terminated; or NULL */
  const char *const *symbols;     /* watched from the start, NULL-terminated */
  guint              heartbeat;   /* seconds, 0: the profile's default */
} LiveOptions;

/* @argv0 finds dtc-sim beside the benchmark. The session does not run yet: live_start(). */
Live        *live_new          (const char        *argv0,
                                const LiveOptions *options);
void         live_free         (Live              *live);
DeskSession *live_get_session  (Live              *live);
const char  *live_get_state_path (Live            *live);
/* Starts it and returns when it is live. */
void         live_start        (Live              *live);
/* Logs off and closes the state file. */
void         live_stop         (Live              *live);
/* Cuts the connection; returns the monotonic time just before. LIVE_PASS lets connections through again. */
gint64       live_cut          (Live              *live,
                                LiveCut            how);
/* Monotonic times: when the client's last connection came, and when the last byte went to it. */
gint64       live_accepted     (Live              *live);
gint64       live_last_byte    (Live              *live);
/* Messages that went to the client. */
guint64      live_n_messages   (Live              *live);
/* Monotonic time when submit @n, from 0 and below LIVE_SUBMITS, came to the relay; 0: not yet. Each must have been sent alone. */
gint64       live_submitted    (Live              *live,
                                guint              n);
/* One command to the simulator; its answer must be good. */
void         live_tell         (Live              *live,
                                const char        *command);
/* An order line or another line of a session. */
void         live_send         (Live              *live,
                                const char        *line);
/* Runs the main context until @done answers TRUE, or the program ends with what it waited for. */
void         live_until        (const char        *what,
                                gboolean         (*done) (gpointer data),
                                gpointer           data);

G_END_DECLS
