/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-options.h"

#include <stdlib.h>
#include <string.h>

#include "sim-instrument.h"

#define MAX_ACCOUNT 31   /* bytes of TradeAccount without its NUL */
#define MAX_SYMBOLS 2000

G_DEFINE_QUARK (sim-options-error-quark, sim_options_error)

/* What the command line says, before it is checked. */
typedef struct
{
  int      port;
  char    *bind;
  char    *numbering;
  char    *encoding;
  char    *server_name;
  char    *accounts;
  char    *symbols;
  gint64   seed;
  double   latency;
  char    *reject_text;
  char    *session_end;
  int      history_port;
  char    *forms;
  char    *refused_data;
  char    *faults_path;
  char   **faults;
  gboolean help_faults;
  gboolean version;
} RawOptions;

static void
raw_options_clear (RawOptions *raw)
{
  g_free (raw->bind);
  g_free (raw->numbering);
  g_free (raw->encoding);
  g_free (raw->server_name);
  g_free (raw->accounts);
  g_free (raw->symbols);
  g_free (raw->reject_text);
  g_free (raw->session_end);
  g_free (raw->forms);
  g_free (raw->refused_data);
  g_free (raw->faults_path);
  g_strfreev (raw->faults);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawOptions, raw_options_clear)

/* What was given takes the place of the default. */
static void
take (char **value,
      char **given)
{
  if (!*given)
    return;
  g_free (*value);
  *value = g_steal_pointer (given);
}

static char **
default_symbols (void)
{
  GPtrArray           *symbols = g_ptr_array_new ();
  const SimInstrument *instrument;

  for (instrument = sim_instruments; instrument->symbol; instrument++)
    g_ptr_array_add (symbols, g_strdup (instrument->symbol));
  g_ptr_array_add (symbols, NULL);
  return (char **) g_ptr_array_free (symbols, FALSE);
}

SimOptions *
sim_options_new (void)
{
  SimOptions *options = g_new0 (SimOptions, 1);

  options->bind = g_strdup ("127.0.0.1");
  options->port = 11099;
  options->numbering = DTC_NUMBERING_BRIEF;
  options->encoding = DTC_ENCODING_JSON;
  options->heartbeat = -1;
  options->server_name = g_strdup ("DTC Desk Simulator");
  options->username = g_strdup (g_getenv ("DTC_SIM_USERNAME"));
  options->password = g_strdup (g_getenv ("DTC_SIM_PASSWORD"));
  options->accounts = g_strsplit ("SIM1,SIM2", ",", -1);
  options->symbols = default_symbols ();
  options->seed = 1;
  options->speed = 1;
  options->reject_text = g_strdup ("Rejected by the simulator's reject rate");
  options->session_end = 22 * 60;
  options->commission = SIM_COMMISSION;
  options->max_quantity = 1000;
  options->history_port = SIM_NO_HISTORY;
  options->faults = sim_faults_new ();
  options->one_history_request = TRUE;
  return options;
}

void
sim_options_free (SimOptions *options)
{
  if (!options)
    return;
  g_free (options->bind);
  g_free (options->server_name);
  g_free (options->username);
  g_free (options->password);
  g_strfreev (options->accounts);
  g_strfreev (options->symbols);
  g_free (options->reject_text);
  g_free (options->state_path);
  g_free (options->log_path);
  g_free (options->certificate_path);
  g_free (options->key_path);
  sim_faults_free (options->faults);
  g_free (options->control_path);
  g_strfreev (options->refused_data);
  g_free (options->replay_path);
  g_strfreev (options->replay_names);
  g_free (options);
}

static gboolean
fail (GError    **error,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError    **error,
      const char *format,
      ...)
{
  va_list          args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, SIM_OPTIONS_ERROR, 0, text);
  return FALSE;
}

static gboolean
set_count (guint       *n_symbols,
           const char  *text,
           GError     **error)
{
  guint64 count;

  if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_SYMBOLS, &count, NULL))
    return fail (error, "--symbols takes a number of symbols from 1 to %d, or names.", MAX_SYMBOLS);
  *n_symbols = (guint) count;
  return TRUE;
}

static gboolean
set_names (char      ***names,
           const char  *list,
           const char  *option,
           gboolean     symbols,
           guint       *n_symbols,
           GError     **error)
{
  g_auto (GStrv) parts = NULL;
  guint          i, j;

  if (!list)
    return TRUE;
  if (symbols && *list && strspn (list, "0123456789") == strlen (list))
    return set_count (n_symbols, list, error);
  parts = g_strsplit (list, ",", -1);
  for (i = 0; parts[i]; i++)
    {
      g_strstrip (parts[i]);
      if (!*parts[i] || strlen (parts[i]) > MAX_ACCOUNT || !g_utf8_validate (parts[i], -1, NULL))
        return fail (error, "%s needs names of 1 to %d bytes, separated by commas.", option, MAX_ACCOUNT);
      for (j = 0; j < i; j++)
        if (strcmp (parts[i], parts[j]) == 0)
          return fail (error, "%s names '%s' twice.", option, parts[i]);
      if (symbols && !sim_instrument_find (parts[i]))
        return fail (error, "There is no symbol '%s': choose among ESZ6, CLZ6 and ZNZ6.", parts[i]);
    }
  if (i == 0)
    return fail (error, "%s needs at least one name.", option);
  g_strfreev (*names);
  *names = g_steal_pointer (&parts);
  return TRUE;
}

static gboolean
set_session_end (SimOptions *options,
                 const char *text,
                 GError    **error)
{
  if (!text)
    return TRUE;
  if (strcmp (text, "never") == 0)
    {
      options->session_end = SIM_SESSION_NEVER_ENDS;
      return TRUE;
    }
  if (strlen (text) == 5 && g_ascii_isdigit (text[0]) && g_ascii_isdigit (text[1]) && text[2] == ':'
      && g_ascii_isdigit (text[3]) && g_ascii_isdigit (text[4]))
    {
      int hour = g_ascii_digit_value (text[0]) * 10 + g_ascii_digit_value (text[1]);
      int minute = g_ascii_digit_value (text[3]) * 10 + g_ascii_digit_value (text[4]);

      if (hour < 24 && minute < 60)
        {
          options->session_end = hour * 60 + minute;
          return TRUE;
        }
    }
  return fail (error, "--session-end is a time of day in UTC such as 22:00, or 'never'.");
}

static gboolean
set_forms (SimOptions *options,
           const char *text,
           GError    **error)
{
  static const char *const names[] = { "classic", "sierra", "compact", "v2", "retired", "mixed" };
  guint                    i;

  for (i = 0; text && i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], text) == 0)
      {
        options->forms = (SimForms) i;
        return TRUE;
      }
  return !text || fail (error, "--market-forms is 'classic', 'sierra', 'compact', 'v2', 'retired' or 'mixed'.");
}

static gboolean
set_faults (SimOptions *options,
            RawOptions *raw,
            GError    **error)
{
  guint i;

  if (raw->faults_path && !sim_faults_load (options->faults, raw->faults_path, error))
    return FALSE;
  for (i = 0; raw->faults && raw->faults[i]; i++)
    if (!sim_faults_add (options->faults, raw->faults[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
is_loopback (const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  return inet && g_inet_address_get_is_loopback (inet);
}

static gboolean
check (SimOptions *options,
       RawOptions *raw,
       GError    **error)
{
  take (&options->bind, &raw->bind);
  take (&options->server_name, &raw->server_name);
  take (&options->reject_text, &raw->reject_text);
  if (raw->port < 0 || raw->port > 65535)
    return fail (error, "--port is a number from 0 to 65535.");
  if (!is_loopback (options->bind))
    return fail (error, "--bind takes a loopback address such as 127.0.0.1 only: the simulator is not for a network.");
  if (raw->numbering && !dtc_numbering_from_string (raw->numbering, &options->numbering))
    return fail (error, "--numbering is 'brief' or 'dtc'.");
  if (raw->encoding && strcmp (raw->encoding, "auto") != 0)
    {
      options->fixed_encoding = TRUE;
      if (!dtc_encoding_from_string (raw->encoding, &options->encoding)
          || !dtc_codec_usable (&(DtcCodec) { options->encoding, options->numbering }, NULL))
        return fail (error, options->numbering == DTC_NUMBERING_BRIEF
                            ? "--encoding is 'auto', 'json' or 'json-compact' in the numbering 'brief'."
                            : "--encoding is 'auto', 'json', 'json-compact', 'binary' or 'vls'.");
    }
  if (raw->seed < 0 || raw->seed > G_MAXUINT32)
    return fail (error, "--seed is a number from 0 to 4294967295.");
  if (!(options->speed >= 0 && options->speed <= 1000))
    return fail (error, "--speed is a number from 0 (frozen) to 1000.");
  if (!(raw->latency >= 0 && raw->latency <= 60000))
    return fail (error, "--latency is a number of milliseconds from 0 to 60000.");
  if (!(options->reject_rate >= 0 && options->reject_rate <= 1))
    return fail (error, "--reject-rate is a share from 0 to 1.");
  if (options->heartbeat < -1 || options->heartbeat > 3600)
    return fail (error, "--heartbeat is a number of seconds from 0 (none) to 3600.");
  if (options->session_break < 0 || options->session_break > 12 * 60)
    return fail (error, "--session-break is a number of minutes from 0 to 720.");
  if (!(options->commission >= 0 && options->commission <= 1000))
    return fail (error, "--commission is an amount of money from 0 to 1000.");
  if (options->max_quantity < 0 || options->max_position < 0)
    return fail (error, "--max-quantity and --max-position are numbers from 0 (no limit) on.");
  if (!(options->daily_loss_limit >= 0))
    return fail (error, "--daily-loss-limit is an amount of money from 0 (no limit) on.");
  if (!(options->external_rate >= 0 && options->external_rate <= 60))
    return fail (error, "--other-trader is a number of times a minute from 0 to 60.");
  if (raw->history_port < SIM_NO_HISTORY || raw->history_port > 65535)
    return fail (error, "--history-port is a number from 0 to 65535.");
  if (options->key_path && !options->certificate_path)
    return fail (error, "--key belongs to --cert.");
  options->tls = options->tls || options->certificate_path;
  options->history_port = raw->history_port;
  if (raw->refused_data)
    options->refused_data = g_strsplit (raw->refused_data, ",", -1);
  options->port = (guint) raw->port;
  options->seed = (guint32) raw->seed;
  options->latency = (gint64) (raw->latency * 1000);
  return set_names (&options->accounts, raw->accounts, "--accounts", FALSE, NULL, error)
         && set_names (&options->symbols, raw->symbols, "--symbols", TRUE, &options->n_symbols, error)
         && set_session_end (options, raw->session_end, error)
         && set_forms (options, raw->forms, error)
         && set_faults (options, raw, error);
}

SimOptions *
sim_options_parse (char   ***argv,
                   gboolean *show_version,
                   GError  **error)
{
  g_autoptr (SimOptions)     options = sim_options_new ();
  g_auto (RawOptions)        raw = { .port = (int) options->port, .history_port = SIM_NO_HISTORY,
                                       .seed = options->seed };
  g_autoptr (GOptionContext) context = g_option_context_new ("- a DTC server with a market and a matching engine");
  GOptionEntry               entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &raw.port,
      "Port to listen on; 0 picks a free one. Printed as 'port N' (default 11099)", "N" },
    { "bind", 0, 0, G_OPTION_ARG_STRING, &raw.bind, "Loopback address to listen on (default 127.0.0.1)", "ADDRESS" },
    { "numbering", 'n', 0, G_OPTION_ARG_STRING, &raw.numbering,
      "Message numbers: brief (300 submits, 302 cancels or changes) or dtc, the published ones (default brief)",
      "NAME" },
    { "encoding", 0, 0, G_OPTION_ARG_STRING, &raw.encoding,
      "auto (the client's first bytes decide), or json, json-compact, binary or vls from the first byte on (default "
      "auto)", "NAME" },
    { "fixed-encoding", 0, 0, G_OPTION_ARG_STRING, &raw.encoding, "The same", "NAME" },
    { "no-handshake", 0, 0, G_OPTION_ARG_NONE, &options->ignore_handshake, "Never answer an encoding request", NULL },
    { "heartbeat", 0, 0, G_OPTION_ARG_INT, &options->heartbeat,
      "Seconds between heartbeats, 0 for none (default: what the client asked for)", "SECONDS" },
    { "server-name", 0, 0, G_OPTION_ARG_STRING, &raw.server_name, "ServerName in the logon response", "TEXT" },
    { "accounts", 0, 0, G_OPTION_ARG_STRING, &raw.accounts, "Trade accounts (default SIM1,SIM2)", "LIST" },
    { "symbols", 0, 0, G_OPTION_ARG_STRING, &raw.symbols,
      "Which of ESZ6,CLZ6,ZNZ6 there are (default all), or how many symbols: these, and futures and stocks besides",
      "LIST|N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &raw.seed, "The same seed makes the same market (default 1)", "N" },
    { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &options->speed,
      "How fast the market moves; 0 freezes it: it never moves and refills after each order (default 1)", "FACTOR" },
    { "latency", 0, 0, G_OPTION_ARG_DOUBLE, &raw.latency, "Wait before each command takes effect (default 0)", "MS" },
    { "reject-rate", 0, 0, G_OPTION_ARG_DOUBLE, &options->reject_rate,
      "Share of new orders that are rejected, 0 to 1 (default 0)", "P" },
    { "reject-text", 0, 0, G_OPTION_ARG_STRING, &raw.reject_text, "The reason given with such a rejection", "TEXT" },
    { "trading-off", 0, 0, G_OPTION_ARG_NONE, &options->trading_off, "Say so at logon, and reject every order", NULL },
    { "new-id-on-replace", 0, 0, G_OPTION_ARG_NONE, &options->new_id_on_replace,
      "A changed order gets another ServerOrderID, as some services do", NULL },
    { "session-end", 0, 0, G_OPTION_ARG_STRING, &raw.session_end,
      "When day orders expire, UTC, or never (default 22:00)", "HH:MM" },
    { "session-break", 0, 0, G_OPTION_ARG_INT, &options->session_break,
      "After the session's end, minutes closed and then, as long again, open for orders only; ends with an auction "
      "(default 0)", "MINUTES" },
    { "commission", 0, 0, G_OPTION_ARG_DOUBLE, &options->commission,
      "Money a contract and side; a share costs a hundredth of it (default 2.05)", "MONEY" },
    { "margin", 0, 0, G_OPTION_ARG_NONE, &options->check_margin,
      "Refuse orders for which an account lacks the margin, and new risk under a margin call", NULL },
    { "max-quantity", 0, 0, G_OPTION_ARG_INT64, &options->max_quantity,
      "Contracts of one order, 0 for no limit (default 1000)", "N" },
    { "max-position", 0, 0, G_OPTION_ARG_INT64, &options->max_position,
      "Contracts of one position of an account, working orders counted (default 0: no limit)", "N" },
    { "daily-loss-limit", 0, 0, G_OPTION_ARG_DOUBLE, &options->daily_loss_limit,
      "Money that an account may lose in a session before new risk is refused (default 0: no limit)", "MONEY" },
    { "liquidate", 0, 0, G_OPTION_ARG_NONE, &options->liquidate, "Close an account out that reached it", NULL },
    { "refuse-self-trade", 0, 0, G_OPTION_ARG_NONE, &options->refuse_self_trade,
      "Refuse an order that would trade with its own account, instead of cancelling the one that rests", NULL },
    { "strict-brackets", 0, 0, G_OPTION_ARG_NONE, &options->strict_brackets,
      "Refuse a parent order unless the next message brings its exits, instead of holding it", NULL },
    { "move-exits", 0, 0, G_OPTION_ARG_NONE, &options->move_exits,
      "A parent order that is changed takes its waiting exits along", NULL },
    { "keep-stop-limit-distance", 0, 0, G_OPTION_ARG_NONE, &options->keep_stop_limit_distance,
      "Price2 of a stop-limit order follows Price1 whatever a change says, as Sierra Chart has it", NULL },
    { "allow-time-change", 0, 0, G_OPTION_ARG_NONE, &options->allow_time_change,
      "Let a change also change TimeInForce", NULL },
    { "other-trader", 0, 0, G_OPTION_ARG_DOUBLE, &options->external_rate,
      "How often a minute another trader places, changes or cancels an order on the accounts (default 0)", "RATE" },
    { "fills-of-all-accounts", 0, 0, G_OPTION_ARG_NONE, &options->fills_any_account,
      "Answer a request for fills that names no account, instead of refusing it", NULL },
    { "definitions-v2", 0, 0, G_OPTION_ARG_NONE, &options->definitions_v2,
      "Security definitions as message 510 instead of 507", NULL },
    { "auto-definitions", 0, 0, G_OPTION_ARG_NONE, &options->auto_definitions,
      "Send a definition unasked for each symbol that a client subscribes to", NULL },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &options->state_path,
      "Keep orders, fills, positions, balances and ids in this file, so that they survive a restart or a crash",
      "FILE" },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &options->log_path,
      "Append every message received and sent, market data excepted, as one JSON object a line", "FILE" },
    { "history-port", 0, 0, G_OPTION_ARG_INT, &raw.history_port,
      "Serve historical prices on this port; 0 picks a free one. Printed as 'history-port N'", "N" },
    { "ticks-as-bars", 0, 0, G_OPTION_ARG_NONE, &options->ticks_as_bars,
      "Historical ticks as message 803, as Sierra Chart sends them, instead of 804", NULL },
    { "many-history-requests", 0, G_OPTION_FLAG_REVERSE, G_OPTION_ARG_NONE, &options->one_history_request,
      "More than one historical request on a connection", NULL },
    { "tls", 0, 0, G_OPTION_ARG_NONE, &options->tls,
      "Speak TLS, with a certificate of its own that is made at the first use; its fingerprint is printed", NULL },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate_path, "Speak TLS with this certificate (PEM)", "FILE" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options->key_path, "Its key, when it is in another file", "FILE" },
    { "market-forms", 0, 0, G_OPTION_ARG_STRING, &raw.forms,
      "Which messages carry market data: classic, sierra, compact, v2, retired or mixed (default classic)", "NAME" },
    { "depth-is-best", 0, 0, G_OPTION_ARG_NONE, &options->depth_is_best,
      "Tell no quotes beside the depth: its best levels are the quotes", NULL },
    { "refuse-data", 0, 0, G_OPTION_ARG_STRING, &raw.refused_data,
      "Symbols whose market data is refused, as CME's is over DTC; '*' refuses all", "LIST" },
    { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw.faults, "Something that shall go wrong; may be given many times",
      "LINE" },
    { "faults", 0, 0, G_OPTION_ARG_FILENAME, &raw.faults_path, "A file of such lines", "FILE" },
    { "help-faults", 0, 0, G_OPTION_ARG_NONE, &raw.help_faults, "Explain the faults and exit", NULL },
    { "control", 0, 0, G_OPTION_ARG_FILENAME, &options->control_path,
      "Take commands at this socket while it runs (see dtcctl sim)", "FILE" },
    { "replay", 0, 0, G_OPTION_ARG_FILENAME, &options->replay_path,
      "Let a recording of a conversation with a server move the market instead of chance; --speed counts", "FILE" },
    { "replay-symbol", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->replay_names,
      "A symbol that the recording calls otherwise", "RECORDED=OURS" },
    { "exit-with-stdin", 0, 0, G_OPTION_ARG_NONE, &options->exit_with_stdin, "Stop when standard input ends", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "Say nothing on standard error but errors", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &raw.version, "Print the version and exit", NULL },
    { NULL },
  };

  g_option_context_set_summary (context,
    "Trades three futures (ESZ6, CLZ6 quoted in cents on the wire, ZNZ6 in half 32nds), or hundreds of\n"
    "symbols with --symbols N, for simulated accounts: market, limit, stop, stop-limit, market and limit\n"
    "if touched, and market-limit orders; OCO pairs and brackets; icebergs; day, GTC, GTD, IOC, FOK and\n"
    "AON; cancel and cancel/replace. It listens on this computer only.");
  g_option_context_set_description (context,
    "When DTC_SIM_USERNAME or DTC_SIM_PASSWORD is set in the environment, a logon must give the same.\n"
    "SIGTERM logs every client off. Exit status: 0 stopped, 1 failed, 2 wrong use.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, argv, error))
    return NULL;
  if ((*argv)[0] && (*argv)[1])
    {
      fail (error, "'%s' is not an option.", (*argv)[1]);
      return NULL;
    }
  *show_version = raw.version;
  if (raw.help_faults)
    {
      g_autofree char *help = sim_faults_help ();

      g_print ("%s", help);
      exit (0);
    }
  if (!check (options, &raw, error))
    return NULL;
  return g_steal_pointer (&options);
}
