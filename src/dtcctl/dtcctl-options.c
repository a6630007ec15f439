/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <string.h>

#define DEFAULT_PROFILE "Built-in simulator"

static const char help_text[] =
  "dtcctl - trade and watch through a DTC server from a terminal or a script\n"
  "\n"
  "  dtcctl [OPTIONS] COMMAND\n"
  "\n"
  "Commands that trade (one at a time for each state file):\n"
  "  session              stays connected, reconnects by itself, reads lines on standard input and prints\n"
  "                       every event until end of input or quit; its lines are below\n"
  "  order LINE...        sends one order line and waits for the server's first word about it\n"
  "\n"
  "Commands that look (beside a running session too):\n"
  "  watch [SYMBOL...]    prints every event until it is stopped\n"
  "  orders | fills | positions | accounts\n"
  "                       prints what the server says now\n"
  "  verify [--report DIR]\n"
  "                       compares what was sent with what the server says, lists as fills and holds as positions;\n"
  "                       a report is signed and comes as JSON, CSV and text. Exit 1: a mismatch, 7: not provable\n"
  "  quotes SYMBOL...     prints the quotes of symbols once; --follow goes on\n"
  "  depth SYMBOL...      prints their market depth, with --orders order by order; --follow goes on\n"
  "  tape SYMBOL...       prints every trade in them until it is stopped\n"
  "  symbols TEXT         searches symbols; --by and --exchange say how\n"
  "  exchanges            prints the exchanges that the server knows\n"
  "  balances             prints the balances of the account over time, as the server keeps them\n"
  "  journal-entries [add TEXT]\n"
  "                       prints the server's journal, or writes one entry into it\n"
  "\n"
  "Commands that need no server:\n"
  "  history [ID]         prints the journal, or the course of one order\n"
  "  export csv [fills|orders] | export json\n"
  "                       prints fills and orders for other programs\n"
  "  report check FILE    tells whether a report is what was signed, and of which journal it speaks\n"
  "  journal check        checks the state file from its first record to its last\n"
  "\n"
  "A command for the simulator:\n"
  "  sim COMMAND...       tells the simulator what to do: faults, moves of the market, fills; sim help lists them\n"
  "\n"
  "Rehearsing an outage:\n"
  "  drill NAME | drill list\n"
  "                       plays one against a simulator and a state file of its own, tells what is to be seen,\n"
  "                       and proves at the end that nothing was sent twice; --numbering says what both speak\n"
  "\n"
  "Historical prices, from the server's port for them:\n"
  "  bars SYMBOL --interval SECONDS | --ticks [--days N] [--from TIME] [--to TIME] [--zlib] [--csv]\n"
  "                       one line a bar or tick, oldest first; prices in the scale of the trading service\n"
  "  --history-port N     without it the profile's, 11098 for a --server\n"
  "\n"
  "Recordings of what goes over the wire, without user name and password:\n"
  "  capture record FILE [--seconds N]\n"
  "                       connects without trading and records into a new file, until it is stopped\n"
  "  capture show FILE [NUMBER] [--decode] [--filter QUERY]\n"
  "                       one line a message; with its number, or --decode, every field. FILE is a recording or\n"
  "                       NAME of a pair NAME.c2s.bin and NAME.s2c.bin. QUERY is that of the window's log, such as\n"
  "                       'type=301 & OrderStatus=REJECTED & Symbol~ES', words or a /regular expression/\n"
  "  capture replay FILE --to client|server [--fast] [--remote]\n"
  "                       plays the server's side to a client that connects to the port it prints, or the client's\n"
  "                       side to --server. Orders are never sent to another computer\n"
  "\n"
  "Where to:\n"
  "  --profile NAME       a connection profile; without it \"Built-in simulator\"\n"
  "  --server HOST:PORT   a server without a profile; needs --numbering\n"
  "  --tls                encrypts the connection to a --server\n"
  "  --tls-pin SHA256     the certificate to expect, 64 hexadecimal digits; whoever signed it\n"
  "  --allow-plain        without TLS to another computer, where the way there is safe\n"
  "  --control FILE       the control socket of a simulator; without it the built-in one's\n"
  "  --start-simulator    starts the built-in simulator for this command\n"
  "  --account NAME       the trade account; without it the only one there is\n"
  "  --numbering brief|dtc\n"
  "                       which message numbers the server speaks; dtc are the published ones\n"
  "  --encoding auto|json|json-compact|binary|vls\n"
  "                       without it auto: asks for JSON and takes what the server grants\n"
  "  --handshake yes|no   whether to begin with the encoding request; without it as the server wants it\n"
  "  --heartbeat 5..60    seconds between heartbeats; without it 10\n"
  "\n"
  "How:\n"
  "  --arm                lets orders through that increase risk; without it they are denied\n"
  "  --limits FILE        the pre-trade limits; without limits every new risk is denied\n"
  "  --state FILE         the state file; without it the profile's own\n"
  "  --capture FILE       of session: records the wire into a new file\n"
  "  --json               one JSON object a line instead of text\n"
  "  --by symbol|description|exchange|underlyings|underlying\n"
  "                       what symbols searches by; without it symbol\n"
  "  --exchange NAME      the exchange that symbols is to search\n"
  "  --follow, --orders   for quotes and depth, see above\n"
  "  --help, --version\n"
  "\n"
  "User name and password come from DTC_USERNAME and DTC_PASSWORD, or from the Secret Service.\n"
  "\n"
  "Order lines:\n"
  "  buy 2 ESZ6 limit 5000.25 day             sell 1 ESZ6 stop 4990\n"
  "  buy 1 ESZ6 stoplimit 5010 5010.50 gtc    buy 1 ESZ6 market\n"
  "  sell 3 ESZ6 limit 5010 gtd 2026-12-01T21:00:00Z    (or ioc, or fok)\n"
  "  buy 1 ESZ6 mit 4990    buy 1 ESZ6 lit 4990 4991    buy 1 ESZ6 marketlimit\n"
  "  buy 10 ESZ6 limit 5000 show 2 note \"first try\"      shows 2 at a time\n"
  "  buy 1 ZNZ6 limit 110'16.5                prices as the market writes them\n"
  "  buy 1 ESZ6 limit 5000 target 5010 stop 4995          a bracket, held at the server\n"
  "  buy 1 ESZ6 market offsets target 10 stop 5           the same, by distances\n"
  "  oco sell 1 ESZ6 limit 5010 stop 4990                 two orders, one cancels the other\n"
  "  cancel ID      cancel all [SYMBOL]       modify ID price 5001 qty 3\n"
  "  flatten SYMBOL | flatten all             reverse SYMBOL\n"
  "\n"
  "More lines of a session:\n"
  "  wait live [SECONDS]  reads on when orders can be sent; without a number waits 15 s\n"
  "  arm | disarm         halt | unhalt HALT\n"
  "  waive STEP           goes on without an answer that the server owes\n"
  "  verify               asks the server everything again, and compares\n"
  "  case ID              tells what is known of an order in doubt, and what the server has that may be it\n"
  "  resolve ID DECISION [WORDS]\n"
  "                       settles it by hand, recorded with the evidence; nothing is sent. The decision is\n"
  "                       mine SERVERID, filled, cancelled, never or working\n"
  "  accept N [WORDS]     accepts finding N of a verification; note N WORDS explains it\n"
  "  baseline SYMBOL      takes the server's position in a symbol as what fills are added to\n"
  "  orders | fills | positions\n"
  "  quit                 leaves as end of input does: nothing is cancelled\n"
  "  A line is done when its newline has come: a last one without is refused, as it may be cut off.\n"
  "\n"
  "Exit status:\n"
  "  0 done or accepted   1 failed              2 usage\n"
  "  3 denied by checks   4 rejected by server  5 outcome unknown\n"
  "  6 no live connection 7 not provable        8 another process has the state file";

const char *
dtcctl_help (void)
{
  return help_text;
}

/* Options as written, before they are put together. */
typedef struct
{
  const char *profile;
  const char *server;
  const char *numbering;
  const char *encoding;
  const char *handshake;
  const char *account;
  const char *state;
  const char *limits;
  const char *heartbeat;
  const char *tls_pin;
  const char *by;
  const char *exchange;
  const char *control;
  const char *capture;
  const char *seconds;
  const char *report;
  const char *filter;
  const char *to;
  const char *from;
  const char *interval;
  const char *days;
  const char *history_port;
} Raw;

static const struct
{
  const char *name;
  gsize       offset;
  const char *value;
} value_options[] = {
  { "profile", G_STRUCT_OFFSET (Raw, profile), "the name of a profile" },
  { "server", G_STRUCT_OFFSET (Raw, server), "HOST:PORT" },
  { "numbering", G_STRUCT_OFFSET (Raw, numbering), "brief or dtc" },
  { "encoding", G_STRUCT_OFFSET (Raw, encoding), "auto, json, json-compact, binary or vls" },
  { "handshake", G_STRUCT_OFFSET (Raw, handshake), "yes or no" },
  { "account", G_STRUCT_OFFSET (Raw, account), "the name of a trade account" },
  { "state", G_STRUCT_OFFSET (Raw, state), "the path of a state file" },
  { "limits", G_STRUCT_OFFSET (Raw, limits), "the path of a limits file" },
  { "capture", G_STRUCT_OFFSET (Raw, capture), "the path of a new file" },
  { "filter", G_STRUCT_OFFSET (Raw, filter), "a query" },
  { "seconds", G_STRUCT_OFFSET (Raw, seconds), "how long to record" },
  { "report", G_STRUCT_OFFSET (Raw, report), "the folder for a signed report" },
  { "to", G_STRUCT_OFFSET (Raw, to), "client or server, or a time" },
  { "from", G_STRUCT_OFFSET (Raw, from), "a time, such as 2026-12-01T14:30:00Z" },
  { "interval", G_STRUCT_OFFSET (Raw, interval), "the seconds of a bar" },
  { "days", G_STRUCT_OFFSET (Raw, days), "how many days" },
  { "history-port", G_STRUCT_OFFSET (Raw, history_port), "the server's port for historical prices" },
  { "tls-pin", G_STRUCT_OFFSET (Raw, tls_pin), "the SHA-256 fingerprint of the server's certificate" },
  { "heartbeat", G_STRUCT_OFFSET (Raw, heartbeat), "seconds from 5 to 60" },
  { "by", G_STRUCT_OFFSET (Raw, by), "symbol, description, exchange, underlyings or underlying" },
  { "exchange", G_STRUCT_OFFSET (Raw, exchange), "the name of an exchange" },
  { "control", G_STRUCT_OFFSET (Raw, control), "the path of a simulator's control socket" },
};

static const struct
{
  const char *name;
  gsize       offset;
} flag_options[] = {
  { "arm", G_STRUCT_OFFSET (DtcctlOptions, arm) },
  { "allow-plain", G_STRUCT_OFFSET (DtcctlOptions, allow_plain) },
  { "ticks", G_STRUCT_OFFSET (DtcctlOptions, ticks) },
  { "zlib", G_STRUCT_OFFSET (DtcctlOptions, zlib) },
  { "csv", G_STRUCT_OFFSET (DtcctlOptions, csv) },
  { "decode", G_STRUCT_OFFSET (DtcctlOptions, decode) },
  { "fast", G_STRUCT_OFFSET (DtcctlOptions, fast) },
  { "remote", G_STRUCT_OFFSET (DtcctlOptions, remote) },
  { "tls", G_STRUCT_OFFSET (DtcctlOptions, tls) },
  { "start-simulator", G_STRUCT_OFFSET (DtcctlOptions, start_simulator) },
  { "json", G_STRUCT_OFFSET (DtcctlOptions, json) },
  { "follow", G_STRUCT_OFFSET (DtcctlOptions, follow) },
  { "orders", G_STRUCT_OFFSET (DtcctlOptions, orders) },
  { "help", G_STRUCT_OFFSET (DtcctlOptions, help) },
  { "version", G_STRUCT_OFFSET (DtcctlOptions, version) },
};

static gboolean
usage (GError    **error,
       const char *format,
       ...) G_GNUC_PRINTF (2, 3);

static gboolean
usage (GError    **error,
       const char *format,
       ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, DESK_ERROR, DESK_ERROR_USAGE, text);
  return FALSE;
}

/* Takes one option; @i is moved past its value. */
static gboolean
read_option (DtcctlOptions *options,
             Raw           *raw,
             int            argc,
             char         **argv,
             int           *i,
             GError       **error)
{
  const char *text = argv[*i] + 2;
  const char *equals = strchr (text, '=');
  g_autofree char *name = equals != NULL ? g_strndup (text, (gsize) (equals - text)) : g_strdup (text);

  for (guint k = 0; k < G_N_ELEMENTS (flag_options); k++)
    if (g_str_equal (name, flag_options[k].name))
      {
        if (equals != NULL)
          return usage (error, "--%s takes no value", name);
        G_STRUCT_MEMBER (gboolean, options, flag_options[k].offset) = TRUE;
        return TRUE;
      }

  for (guint k = 0; k < G_N_ELEMENTS (value_options); k++)
    if (g_str_equal (name, value_options[k].name))
      {
        const char **value = &G_STRUCT_MEMBER (const char *, raw, value_options[k].offset);

        if (*value != NULL)
          return usage (error, "--%s stands there twice; keep one of them", name);
        if (equals != NULL)
          *value = equals + 1;
        else if (*i + 1 < argc)
          *value = argv[++*i];
        if (*value == NULL || **value == '\0')
          return usage (error, "After --%s stands %s", name, value_options[k].value);
        return TRUE;
      }

  if (g_str_equal (name, "password") || g_str_equal (name, "username"))
    return usage (error, "--%s would be seen by everyone on this computer; set DTC_USERNAME and DTC_PASSWORD instead", name);
  return usage (error, "--%s is no option; dtcctl --help lists them", name);
}

static gboolean
read_words (DtcctlOptions *options,
            Raw           *raw,
            int            argc,
            char         **argv,
            GError       **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gboolean no_more = FALSE;

  for (int i = 1; i < argc; i++)
    {
      const char *arg = argv[i];

      if (no_more || arg[0] != '-' || g_ascii_isdigit (arg[1]) || arg[1] == '.')
        g_ptr_array_add (words, g_strdup (arg)); /* "-1.5" is a price */
      else if (g_str_equal (arg, "--"))
        no_more = TRUE;
      else if (g_str_equal (arg, "-h"))
        options->help = TRUE;
      else if (arg[1] != '-')
        return usage (error, "%s is no option; dtcctl --help lists them", arg);
      else if (!read_option (options, raw, argc, argv, &i, error))
        return FALSE;
    }

  g_ptr_array_add (words, NULL);
  options->words = (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  return TRUE;
}

/* "127.0.0.1:11099", "localhost:11099", "[::1]:11099" */
static gboolean
read_server (DeskProfile *profile,
             const char  *server,
             GError     **error)
{
  const char *colon = strrchr (server, ':');
  g_autofree char *host = colon != NULL ? g_strndup (server, (gsize) (colon - server)) : NULL;
  gsize len = host != NULL ? strlen (host) : 0;
  guint64 port;

  if (len > 2 && host[0] == '[' && host[len - 1] == ']')
    {
      host[len - 1] = '\0';
      memmove (host, host + 1, len - 1);
    }
  else if (len > 0 && strchr (host, ':') != NULL)
    return usage (error, "\"%s\" reads two ways; write an IPv6 address as [ADDRESS]:PORT", server);
  if (len == 0 || *host == '\0' || !g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &port, NULL))
    return usage (error, "\"%s\" is no server; write HOST:PORT, such as 127.0.0.1:11099", server);

  g_free (profile->host);
  profile->host = g_steal_pointer (&host);
  profile->port = (guint16) port;
  return TRUE;
}

/* "127.0.0.1:11099" names its state file 127-0-0-1-11099. */
static char *
make_slug (const char *server)
{
  char *slug = g_ascii_strdown (server, -1);

  for (char *p = slug; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p))
      *p = '-';
  return slug;
}

static gboolean
make_profile (DtcctlOptions *options,
              const Raw     *raw,
              GError       **error)
{
  if (raw->server == NULL)
    {
      options->profile = desk_profile_find (raw->profile != NULL ? raw->profile : DEFAULT_PROFILE, error);
      return options->profile != NULL;
    }

  if (raw->profile != NULL)
    return usage (error, "--profile and --server exclude each other");
  if (raw->numbering == NULL)
    return usage (error, "--server needs --numbering brief or --numbering dtc: it cannot be seen from the wire which one "
                  "the server speaks, and taking the wrong one loses money");
  options->profile = desk_profile_new (raw->server);
  options->profile->builtin_simulator = FALSE;
  g_free (options->profile->slug);
  options->profile->slug = make_slug (raw->server);
  return read_server (options->profile, raw->server, error);
}

static gboolean
read_encoding (DeskProfile *profile,
               const char  *text,
               GError     **error)
{
  if (g_str_equal (text, "auto"))
    {
      profile->encoding_auto = TRUE;
      return TRUE;
    }
  if (!dtc_encoding_from_string (text, &profile->encoding))
    return usage (error, "\"%s\" is no encoding; write auto, json, json-compact, binary or vls", text);
  profile->encoding_auto = FALSE;
  return TRUE;
}

/* The published numbers exist in every encoding, the brief's in JSON only. */
static gboolean
check_encoding (const DeskProfile *profile,
                GError           **error)
{
  DtcCodec codec = { profile->encoding, profile->numbering };
  g_autoptr (GError) why = NULL;

  if (profile->encoding_auto || dtc_codec_usable (&codec, &why))
    return TRUE;
  if (profile->numbering == DTC_NUMBERING_BRIEF)
    return usage (error, "The numbering brief exists in json and json-compact only, because its sides and times in force "
                  "are words that the binary encodings have no room for; choose one of them, or --numbering dtc");
  return usage (error, "%s; write --encoding json or leave it away", why->message);
}

static gboolean
read_limits (DeskProfile *profile,
             const char  *path,
             GError     **error)
{
  DeskLimits *limits;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      dtcctl_complain ("There is no limits file %s; every order that increases risk is denied", path);
      limits = desk_limits_new ();
    }
  else
    {
      limits = desk_limits_load (path, error);
      if (limits == NULL)
        return FALSE;
    }
  g_clear_pointer (&profile->limits, desk_limits_free);
  profile->limits = limits;
  return TRUE;
}

static gboolean
read_tls (DtcctlOptions *options,
          const Raw     *raw,
          GError       **error)
{
  DeskProfile *profile = options->profile;
  char *pin;

  if (options->tls && profile->builtin_simulator)
    return usage (error, "--tls belongs to --server or to a profile of a server, not to the built-in simulator");
  profile->use_tls |= options->tls;
  profile->allow_plain |= options->allow_plain;
  if (!profile->builtin_simulator && !profile->use_tls && !dtc_host_is_loopback (profile->host))
    {
      if (!profile->allow_plain)
        return usage (error, "%s is not this computer, and without TLS everybody on the way can read and change orders; "
                      "write --tls, or --allow-plain where the way is safe", profile->host);
      dtcctl_complain ("The connection to %s is not encrypted", profile->host);
    }
  if (raw->tls_pin == NULL)
    return TRUE;
  if (!profile->use_tls)
    return usage (error, "--tls-pin names a certificate, and this connection uses none; write --tls too");
  pin = dtc_tls_fingerprint_parse (raw->tls_pin);
  if (pin == NULL)
    return usage (error, "\"%s\" is no SHA-256 fingerprint; write its 64 hexadecimal digits, with or without colons",
                  raw->tls_pin);
  g_free (profile->tls_pin);
  profile->tls_pin = pin;
  return TRUE;
}

static gboolean
fill_profile (DtcctlOptions *options,
              const Raw     *raw,
              GError       **error)
{
  DeskProfile *profile = options->profile;
  guint64 seconds;

  if (raw->numbering != NULL && !dtc_numbering_from_string (raw->numbering, &profile->numbering))
    return usage (error, "\"%s\" is no numbering; write brief or dtc", raw->numbering);
  if (raw->encoding != NULL && !read_encoding (profile, raw->encoding, error))
    return FALSE;
  if (!check_encoding (profile, error))
    return FALSE;

  if (!read_tls (options, raw, error))
    return FALSE;

  if (raw->handshake != NULL)
    {
      if (g_str_equal (raw->handshake, "yes"))
        profile->handshake = DTC_HANDSHAKE_YES;
      else if (g_str_equal (raw->handshake, "no"))
        profile->handshake = DTC_HANDSHAKE_NO;
      else
        return usage (error, "After --handshake stands yes or no");
    }

  if (raw->heartbeat != NULL)
    {
      if (!g_ascii_string_to_unsigned (raw->heartbeat, 10, 5, 60, &seconds, NULL))
        return usage (error, "After --heartbeat stands a whole number of seconds from 5 to 60");
      profile->heartbeat_seconds = (guint) seconds;
    }

  if (raw->history_port != NULL)
    {
      guint64 port;

      if (!g_ascii_string_to_unsigned (raw->history_port, 10, 1, 65535, &port, NULL))
        return usage (error, "After --history-port stands a whole number from 1 to 65535");
      profile->history_port = (guint16) port;
    }

  if (raw->account != NULL)
    {
      if (strlen (raw->account) >= DESK_ID_SIZE)
        return usage (error, "The account's name is longer than the %d characters that DTC has room for", DESK_ID_SIZE - 1);
      g_free (profile->account);
      profile->account = g_strdup (raw->account);
    }

  if (options->start_simulator && !profile->builtin_simulator)
    return usage (error, "--start-simulator belongs to the profile \"" DEFAULT_PROFILE "\"; leave --server or --profile away");
  return raw->limits == NULL || read_limits (profile, raw->limits, error);
}

static gboolean
read_find (DtcctlOptions *options,
           const Raw     *raw,
           GError       **error)
{
  options->exchange = g_strdup (raw->exchange);
  if (raw->by == NULL)
    return TRUE;
  for (int by = DESK_FIND_SYMBOL; by < DESK_FIND_EXCHANGES; by++)
    if (g_str_equal (raw->by, desk_find_by_nick ((DeskFindBy) by)))
      {
        options->find_by = (DeskFindBy) by;
        return TRUE;
      }
  return usage (error, "\"%s\" is nothing to search by; write symbol, description, exchange, underlyings or underlying", raw->by);
}

gboolean
dtcctl_options_parse (DtcctlOptions *options,
                      int            argc,
                      char         **argv,
                      GError       **error)
{
  Raw raw = { 0 };

  if (!read_words (options, &raw, argc, argv, error))
    return FALSE;
  if (options->help || options->version)
    return TRUE;
  if (!make_profile (options, &raw, error) || !fill_profile (options, &raw, error) || !read_find (options, &raw, error))
    return FALSE;
  options->state_path = g_strdup (raw.state);
  options->control_path = g_strdup (raw.control);
  options->numbering_given = raw.numbering != NULL;
  options->capture = raw.capture;
  options->seconds = raw.seconds;
  options->report = raw.report;
  options->filter = raw.filter;
  options->to = raw.to;
  options->from = raw.from;
  options->interval = raw.interval;
  options->days = raw.days;
  return TRUE;
}

void
dtcctl_options_clear (DtcctlOptions *options)
{
  g_clear_pointer (&options->profile, desk_profile_free);
  g_clear_pointer (&options->state_path, g_free);
  g_clear_pointer (&options->exchange, g_free);
  g_clear_pointer (&options->control_path, g_free);
  g_clear_pointer (&options->words, g_strfreev);
}

char *
dtcctl_options_state_path (const DtcctlOptions *options)
{
  return options->state_path != NULL ? g_strdup (options->state_path) : desk_profile_state_path (options->profile);
}
