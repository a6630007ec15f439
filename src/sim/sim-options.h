/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

#define SIM_SESSION_NEVER_ENDS (-1)

/**
 * SimOptions:
 * @port: 0 picks a free one
 * @seed: of the market; the same seed makes the same market
 * @speed: how fast the market moves, 1 is a human pace; 0 freezes it: it refills after each order and never moves
 * @latency: microseconds between a command's arrival and its effect
 * @reject_rate: share of new orders refused with @reject_text, 0 to 1
 * @accounts: NULL-terminated
 * @symbols: NULL-terminated; of sim_instruments
 * @fixed_encoding: %FALSE: the first bytes of a client decide
 * @ignore_handshake: encoding requests are swallowed
 * @heartbeat: seconds between our heartbeats; -1 is as the client asked, 0 never
 * @session_end: minutes after midnight UTC at which day orders expire, or SIM_SESSION_NEVER_ENDS
 * @new_id_on_replace: a completed replace gets another ServerOrderID
 * @quiet: nothing on standard error
 *
 * Everything that a server can be told at its start.
 */
typedef struct
{
  char           *bind;
  guint           port;
  DtcNumbering    numbering;
  gboolean        fixed_encoding;
  DtcEncodingKind encoding;
  gboolean        ignore_handshake;
  int             heartbeat;
  char           *server_name;
  char           *username;
  char           *password;

  char          **accounts;
  char          **symbols;
  guint32         seed;
  double          speed;
  gint64          latency;
  double          reject_rate;
  char           *reject_text;
  gboolean        trading_off;
  gboolean        new_id_on_replace;
  int             session_end;

  char           *state_path;
  char           *log_path;
  gboolean        exit_with_stdin;
  gboolean        quiet;
} SimOptions;

#define SIM_OPTIONS_ERROR (sim_options_error_quark ())
GQuark sim_options_error_quark (void);

/* The defaults, with the user name and password of the environment. */
SimOptions *sim_options_new   (void);
void        sim_options_free  (SimOptions   *options);
/**
 * sim_options_parse:
 * @argv: the command line, NULL-terminated; taken apart
 * @show_version: (out): --version was there and nothing else counts
 * @error: one sentence about what is wrong
 *
 * `--help` prints and exits.
 *
 * Returns: (transfer full): the options, or %NULL
 */
SimOptions *sim_options_parse (char       ***argv,
                               gboolean     *show_version,
                               GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimOptions, sim_options_free)

G_END_DECLS
