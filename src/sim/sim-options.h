/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-fault.h"

G_BEGIN_DECLS

#define SIM_SESSION_NEVER_ENDS (-1)
#define SIM_NO_HISTORY         (-1)

/**
 * SimForms:
 * @SIM_FORMS_CLASSIC: 107, 108, 122 and 140, and what the bits of Integer_1 in LOGON_REQUEST ask for besides
 * @SIM_FORMS_SIERRA: by those bits alone, as Sierra Chart's server does: compact forms unless 0x8 is set
 * @SIM_FORMS_COMPACT: 112, 117, 122 and 140
 * @SIM_FORMS_V2: the newest: 147, 148, 122 and 109
 * @SIM_FORMS_RETIRED: those that DTC has dropped: 142, 143, 122 and 106
 * @SIM_FORMS_MIXED: each form that was ever defined, one after the other
 *
 * Which messages carry market data.
 */
typedef enum
{
  SIM_FORMS_CLASSIC,
  SIM_FORMS_SIERRA,
  SIM_FORMS_COMPACT,
  SIM_FORMS_V2,
  SIM_FORMS_RETIRED,
  SIM_FORMS_MIXED,
} SimForms;

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
 * @n_symbols: how many symbols there shall be at least; what @symbols lacks is made up
 * @session_break: minutes after the session's end in which the market is closed, then open for orders only; 0 is none
 * @commission: money a contract and side; a share costs a hundredth of it
 * @check_margin: initial margin is checked at submit, maintenance margin all the time
 * @max_quantity: contracts of one order, 0 for no limit; so are the next two, per account
 * @daily_loss_limit: money an account may lose in a session
 * @liquidate: an account that reached it is closed out
 * @refuse_self_trade: an order that would trade with its own account is refused; else the resting one is cancelled
 * @strict_brackets: a parent order is refused unless the client's next message brings its exits
 * @move_exits: a parent order whose price is changed takes its waiting exits along
 * @keep_stop_limit_distance: Price2 of a stop-limit follows Price1, whatever a change says
 * @allow_time_change: TimeInForce of a working order can be changed
 * @external_rate: how often a minute another trader does something on the accounts
 * @fills_any_account: a request for fills without an account is answered for each of them, not refused
 * @definitions_v2: definitions come as message 510 instead of 507
 * @auto_definitions: they also come unasked for each symbol that a client subscribes to
 * @new_id_on_replace: a completed replace gets another ServerOrderID
 * @quiet: nothing on standard error
 * @history_port: of the listener for historical prices; 0 picks one, SIM_NO_HISTORY is none
 * @tls: TLS on both ports
 * @certificate_path: (nullable): a PEM file; %NULL makes one of our own at the first use
 * @key_path: (nullable): its key; %NULL: in the same file
 * @faults: what goes wrong, and when; changes while the server runs
 * @control_path: (nullable): of the control socket
 * @depth_is_best: no quotes for who follows the depth: the best levels say it
 * @refused_data: (nullable): NULL-terminated symbols whose market data is refused; "*" is all
 * @ticks_as_bars: ticks are told as 803, as Sierra Chart does, not as 804
 * @replay_path: (nullable): a recording that moves the market instead of chance
 * @replay_names: (nullable): NULL-terminated "RECORDED=OURS": symbols that it calls otherwise
 * @one_history_request: a connection of the historical port ends after one request
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
  guint           n_symbols;
  int             session_break;
  double          commission;
  gboolean        check_margin;
  gint64          max_quantity;
  gint64          max_position;
  double          daily_loss_limit;
  gboolean        liquidate;
  gboolean        refuse_self_trade;
  gboolean        strict_brackets;
  gboolean        move_exits;
  gboolean        keep_stop_limit_distance;
  gboolean        allow_time_change;
  double          external_rate;
  gboolean        fills_any_account;
  gboolean        definitions_v2;
  gboolean        auto_definitions;

  char           *state_path;
  char           *log_path;
  int             history_port;
  gboolean        tls;
  char           *certificate_path;
  char           *key_path;
  SimFaults      *faults;
  char           *control_path;
  SimForms        forms;
  gboolean        depth_is_best;
  char          **refused_data;
  gboolean        ticks_as_bars;
  gboolean        one_history_request;
  char           *replay_path;
  char          **replay_names;
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
 * `--help` and `--help-faults` print and exit.
 *
 * Returns: (transfer full): the options, or %NULL
 */
SimOptions *sim_options_parse (char       ***argv,
                               gboolean     *show_version,
                               GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimOptions, sim_options_free)

G_END_DECLS
