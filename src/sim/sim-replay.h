/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-exchange.h"

G_BEGIN_DECLS

/* A recorded market, played again: its quotes, its depth and its trades move the market of the same name instead of
 * chance, and orders trade with what the recording shows. */

typedef struct _SimReplay SimReplay;

/**
 * sim_replay_new:
 * @path: a capture of a conversation with a server; or one of a pair of raw streams, NAME.c2s.bin and NAME.s2c.bin
 * @names: (nullable): NULL-terminated "RECORDED=OURS": symbols that the recording calls otherwise
 * @exchange: whose markets are to be moved; those that the recording knows stand still from now on but for it
 * @error: a sentence for people
 */
SimReplay *sim_replay_new   (const char   *path,
                             char        **names,
                             SimExchange  *exchange,
                             GError      **error);
void       sim_replay_free  (SimReplay    *replay);
/* Microseconds from the first event of the recording to the next one to be played; -1 at the end. */
gint64     sim_replay_next  (SimReplay    *replay);
/* Plays what happened up to @time, counted as above. */
void       sim_replay_play  (SimReplay    *replay,
                             gint64        time,
                             gint64        now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimReplay, sim_replay_free)

G_END_DECLS
