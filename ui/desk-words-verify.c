/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words-verify.h"

#include <glib/gi18n.h>

const char *
desk_words_verdict (DeskVerdict verdict)
{
  switch (verdict)
    {
    case DESK_VERDICT_MATCH:
      return C_("verdict", "Match");
    case DESK_VERDICT_MISMATCH:
      return C_("verdict", "Mismatch");
    case DESK_VERDICT_NOT_PROVABLE:
    default:
      return C_("verdict", "Not provable");
    }
}

const char *
desk_words_verdict_mark (DeskVerdict verdict)
{
  switch (verdict)
    {
    case DESK_VERDICT_MATCH:
      return "✓";
    case DESK_VERDICT_MISMATCH:
      return "≠";
    case DESK_VERDICT_NOT_PROVABLE:
    default:
      return "?";
    }
}

const char *
desk_words_verdict_style (DeskVerdict verdict)
{
  switch (verdict)
    {
    case DESK_VERDICT_MATCH:
      return "match";
    case DESK_VERDICT_MISMATCH:
      return "mismatch";
    case DESK_VERDICT_NOT_PROVABLE:
    default:
      return "not-provable";
    }
}

static const struct
{
  const char *title;
  const char *rule;
} checks[DESK_N_CHECKS + 1] = {
  { "", "" },
  { NC_("check", "First answer"),
    N_("The server answers every order for the first time within 5 s.") },
  { NC_("check", "Echo"),
    N_("The order that the server states is the one that was sent: account, symbol, side, quantity, type, prices and time in force.") },
  { NC_("check", "Filled quantity"),
    N_("The executions of an order, each counted once, add up to the filled quantity that the server states.") },
  { NC_("check", "Remaining quantity"),
    N_("While an order works, its filled and its remaining quantity add up to the order's quantity.") },
  { NC_("check", "Average price"),
    N_("The average price that the server states is that of the executions, to half a tick.") },
  { NC_("check", "Fills, both ways"),
    N_("Every execution that came live is in the server's list of fills, and every one of that list came live.") },
  { NC_("check", "Each fill"),
    N_("An execution is the same live and in the server's list of fills: side, quantity, price and time.") },
  { NC_("check", "Position"),
    N_("The baseline and all fills since, with their signs, add up to the position that the server states.") },
  { NC_("check", "Average of the position"),
    N_("Our average price of the position beside the server's. For information: methods differ.") },
  { NC_("check", "Open orders"),
    N_("The orders that work here are those that the server lists as open, both ways.") },
  { NC_("check", "Course of an order"),
    N_("Every order went through possible states only, and nothing filled after its end without a correction.") },
  { NC_("check", "Protection"),
    N_("No exit works while the position is flat, and where a stop is required the stops cover the whole position.") },
  { NC_("check", "Nothing twice"),
    N_("No execution is counted twice, and no order id was used for two orders.") },
  { NC_("check", "Orders of others"),
    N_("Orders and fills that were not placed here are listed as external and never mixed with our own.") },
  { NC_("check", "Daily P&L"),
    N_("Profit worked out from the fills beside the server's daily figure. For information.") },
};

const char *
desk_words_check_title (guint check)
{
  if (check < 1 || check > DESK_N_CHECKS)
    return "";
  return g_dpgettext2 (NULL, "check", checks[check].title);
}

const char *
desk_words_check_rule (guint check)
{
  if (check < 1 || check > DESK_N_CHECKS)
    return "";
  return _(checks[check].rule);
}

const char *
desk_words_verify_trigger (const char *trigger)
{
  static const struct { const char *nick; const char *words; } words[] = {
    { "verify", NC_("verification", "asked for") },
    { "link", NC_("verification", "after a reconnect") },
    { "fill", NC_("verification", "after a fill") },
    { "timer", NC_("verification", "by the clock") },
    { "doubt", NC_("verification", "after a doubt") },
    { "journal", NC_("verification", "from the journal alone") },
  };

  for (guint i = 0; trigger != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].nick, trigger))
      return g_dpgettext2 (NULL, "verification", words[i].words);
  return "";
}

char *
desk_words_finding (const DeskFinding *finding)
{
  const char *mark = finding->information ? "i" : desk_words_verdict_mark (finding->verdict);
  const char *word = finding->information ? C_("verdict", "For information") : desk_words_verdict (finding->verdict);

  if (finding->number == 0)
    return g_strdup_printf ("%s %s", mark, word);
  return g_strdup_printf ("%s %s #%" G_GUINT64_FORMAT, mark, word, finding->number);
}

/* The core's findings, in its English; %s stands for what it filled in. */
static const char *const sentences[] = {
  NC_("core", "the server has not given its list of fills"),
};

const char *const *
desk_words_verify_sentences (guint *n)
{
  *n = G_N_ELEMENTS (sentences);
  return sentences;
}
