/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <signal.h>
#include <string.h>

#include "desk-secrets.h"
#include "desk-standard-fds.h"
#include "dtcctl.h"

static const struct
{
  const char *name;
  guint       least, most; /* words that follow it */
  const char *words;       /* what they are */
  DtcctlExit (*run) (const DtcctlOptions *options);
} commands[] = {
  { "session", 0, 0, "no words; its lines come on standard input", dtcctl_session_run },
  { "order", 1, G_MAXUINT, "one order line, such as: order buy 1 ESZ6 market", dtcctl_order_run },
  { "watch", 0, G_MAXUINT, "symbols to follow, or nothing", dtcctl_watch_run },
  { "quotes", 1, G_MAXUINT, "symbols", dtcctl_market_run },
  { "depth", 1, G_MAXUINT, "symbols", dtcctl_market_run },
  { "tape", 1, G_MAXUINT, "symbols", dtcctl_market_run },
  { "symbols", 1, 1, "what to search for", dtcctl_find_run },
  { "exchanges", 0, 0, "no words", dtcctl_find_run },
  { "balances", 0, 0, "no words", dtcctl_find_run },
  { "journal-entries", 0, 2, "nothing, or add and one text", dtcctl_find_run },
  { "orders", 0, 0, "no words", dtcctl_list_run },
  { "fills", 0, 0, "no words", dtcctl_list_run },
  { "positions", 0, 0, "no words", dtcctl_list_run },
  { "accounts", 0, 0, "no words", dtcctl_list_run },
  { "verify", 0, 0, "no words", dtcctl_verify_run },
  { "report", 2, 2, "the word check and a report's file", dtcctl_report_run },
  { "history", 0, 1, "at most one order id", dtcctl_history_run },
  { "export", 1, 2, "csv or json, and for csv orders or fills", dtcctl_export_run },
  { "journal", 1, 1, "the word check", dtcctl_journal_run },
  { "sim", 1, G_MAXUINT, "a command for the simulator, such as: sim help", dtcctl_sim_run },
  { "drill", 1, 1, "the name of a drill, or list", dtcctl_drill_run },
  { "bars", 1, 1, "one symbol", dtcctl_bars_run },
  { "capture", 2, 3, "record, show or replay and a file", dtcctl_capture_run },
};

static DtcctlExit
run (const DtcctlOptions *options)
{
  const char *name = options->words[0];
  guint n_words;

  if (name == NULL)
    {
      dtcctl_complain ("Say what to do, such as session, order, watch, quotes, symbols, orders, fills, positions, accounts or "
                       "history; dtcctl --help explains them all");
      return DTCCTL_EXIT_USAGE;
    }

  n_words = g_strv_length (options->words) - 1;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (!g_str_equal (commands[i].name, name))
        continue;
      if (n_words < commands[i].least || n_words > commands[i].most)
        {
          dtcctl_complain ("After %s stands %s; dtcctl --help explains it", name, commands[i].words);
          return DTCCTL_EXIT_USAGE;
        }
      return commands[i].run (options);
    }

  dtcctl_complain ("\"%s\" is no command; dtcctl --help lists them", name);
  return DTCCTL_EXIT_USAGE;
}

int
main (int   argc,
      char *argv[])
{
  DtcctlOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  DtcctlExit status;

  desk_standard_fds_hold ();
  signal (SIGPIPE, SIG_IGN);
  desk_secrets_keep_from_cores ();
  signal (SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk, not our end */
  g_set_prgname ("dtcctl");

  if (!dtcctl_options_parse (&options, argc, argv, &error))
    {
      dtcctl_complain ("%s", error->message);
      status = g_error_matches (error, DESK_ERROR, DESK_ERROR_USAGE) ? DTCCTL_EXIT_USAGE : DTCCTL_EXIT_FAILED;
    }
  else if (options.help)
    {
      dtcctl_output_line (dtcctl_help ());
      status = DTCCTL_EXIT_DONE;
    }
  else if (options.version)
    {
      dtcctl_output_line ("dtcctl " APP_VERSION);
      status = DTCCTL_EXIT_DONE;
    }
  else
    status = run (&options);

  dtcctl_options_clear (&options);
  return status;
}
