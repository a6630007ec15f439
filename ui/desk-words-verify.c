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
    case DESK_VERDICT_ACCEPTED:
      return C_("verdict", "Accepted");
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
    case DESK_VERDICT_ACCEPTED:
      return "○";
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
    case DESK_VERDICT_ACCEPTED:
      return "informs";
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

/* The core's findings and the course of an order in its English; %s stands for what it filled in, and what is more special stands first. */
static const char *const sentences[] = {
  NC_("core", "The server has not answered %s within 5 s"),
  NC_("core", "The link was lost before the server answered %s; what became of it is not known"),
  NC_("core", "The link was lost before the server answered %s; it spoke of it on a later connection"),
  NC_("core", "The server's first answer to %s took %s s; 5 s are the limit"),
  NC_("core", "The server has not said what it made of %s"),
  NC_("core", "The server's echo of %s does not say: %s"),
  NC_("core", "The server's price of %s cannot be read: %s has no definition on this connection yet"),
  NC_("core", "%s stands at the server with another %s than was sent: %s instead of %s"),
  NC_("core", "side"),
  NC_("core", "quantity"),
  NC_("core", "type"),
  NC_("core", "time in force"),
  NC_("core", "time"),
  NC_("core", "The server does not say how many contracts of %s are filled"),
  NC_("core", "%s: its fills add up to %s contracts, the server counts %s"),
  NC_("core", "%s: its fills add up to %s contracts; the server's last count, %s, is older than they are"),
  NC_("core", "%s: %s filled contracts were never reported one by one, and the server's list of fills is not "
              "available: %s"),
  NC_("core", "%s: %s filled contracts are in no fill, and the list of fills begins after the order"),
  NC_("core", "%s: the server counts %s contracts as filled, its fills add up to %s"),
  NC_("core", "The server does not say how many contracts of %s are %s"),
  NC_("core", "ordered"),
  NC_("core", "left"),
  NC_("core", "%s: the server counts %s filled and %s left, which is not its quantity of %s"),
  NC_("core", "The average of %s cannot be checked: not every fill of it is known"),
  NC_("core", "The average of %s cannot be checked: a fill of it has no price"),
  NC_("core", "The server does not say at which average %s was filled"),
  NC_("core", "%s: the server's average is %s, its fills make %s"),
  NC_("core", "The server's list of fills names no executions; a row of %s cannot be told from those that were "
              "reported"),
  NC_("core", "Fill %s of %s is in the server's list and was not reported while the connection stood"),
  NC_("core", "Fill %s of %s is older than the list of fills that was asked for, which begins at %s"),
  NC_("core", "The server reported a fill of %s without an execution id; it cannot be looked up in its list"),
  NC_("core", "Fill %s of %s was reported and is missing from the server's list of fills"),
  NC_("core", "Not listed one by one: %s more like these; the newest is about %s"),
  NC_("core", "reported"),
  NC_("core", "not reported"),
  NC_("core", "Fill %s of %s was reported without a price"),
  NC_("core", "Fill %s of %s is listed without a price"),
  NC_("core", "Fill %s of %s: the %s was reported as %s and is listed as %s"),
  NC_("core", "The server reported fill %s of %s %s times; it is counted once"),
  NC_("core", "The server's list has fill %s of %s %s times; it is counted once"),
  NC_("core", "The ClientOrderID of %s stands for a second order at the server: %s"),
  NC_("core", "without an id"),
  NC_("core", "The server called %s %s %s (%s) %s after it had called it %s"),
  NC_("core", "The server called %s (%s) %s after it had called it %s"),
  NC_("core", "The server filled %s after its end: %s contracts, %s when it ended"),
  NC_("core", "The server called %s filled with %s of %s contracts"),
  NC_("core", "The server took contracts of %s back: %s filled, %s before"),
  NC_("core", "The server has not said in which state %s is"),
  NC_("core", "unspecified"),
  NC_("core", "sent"),
  NC_("core", "pending open"),
  NC_("core", "pending child"),
  NC_("core", "open"),
  NC_("core", "pending change"),
  NC_("core", "pending cancel"),
  NC_("core", "canceled"),
  NC_("core", "partially filled"),
  NC_("core", "One message of the server names %s and another order: %s"),
  NC_("core", "%s has an id of this installation and was not sent from here: a copy of it trades, or its state "
              "file was restored"),
  NC_("core", "%s is not ours and stands in the list as ours"),
  NC_("core", "no such order"),
  NC_("core", "external"),
  NC_("core", "Whether somebody else has traded in %s is not known: its list of fills is not available: %s"),
  NC_("core", "The server has not listed its open orders: %s"),
  NC_("core", "%s is not among the server's open orders, and nothing says why"),
  NC_("core", "%s has ended here, and the server lists it as working"),
  NC_("core", "working"),
  NC_("core", "absent"),
  NC_("core", "it was not asked"),
  NC_("core", "its account was not asked about"),
  NC_("core", "its list of fills has not come whole"),
  NC_("core", "its answer has not come whole"),
  NC_("core", "the server was not asked for it"),
  NC_("core", "the server was not asked for them"),
  NC_("core", "this numbering has no question for them; the server lists them once a connection, after the logon"),
  NC_("core", "The server has named no account; its fills cannot be asked for"),
  NC_("core", "The server has named no account; no position can be checked"),
  NC_("core", "The %s reported fills of %s cannot be compared with the server's list: %s"),
  NC_("core", "Side, quantity, price and time of the %s reported fills of %s cannot be compared with the server's "
              "list: %s"),
  NC_("core", "The server has not told the positions of %s: %s"),
  NC_("core", "The server has not told the position of %s in %s: %s"),
  NC_("core", "%s in %s is still moving: its last fill is younger than 2 s"),
  NC_("core", "There is no baseline of %s in %s yet: its position of now, %s, is taken as the start of the sum"),
  NC_("core", "There is no baseline of %s in %s yet: its position of now, %s, becomes one when a session that writes "
              "the journal verifies it"),
  NC_("core", "There is no baseline of %s in %s yet: its position of now, %s, can only become one when the list "
              "of fills is available"),
  NC_("core", "%s in %s: the server's position is %s, the baseline and the known fills make %s, and fills while "
              "the link was lost cannot be looked up: %s"),
  NC_("core", "the list of fills has not come"),
  NC_("core", "%s in %s: the server's position is %s, the baseline and the fills since make %s; the difference is "
              "%s"),
  NC_("core", "The average of %s in %s cannot be compared: %s"),
  NC_("core", "the server does not say it"),
  NC_("core", "not every fill of the position is known"),
  NC_("core", "The server's average of %s in %s is %s, ours is %s; the methods may differ"),
  NC_("core", "Whether exits of %s in %s work without a position is not known: the server has not told it"),
  NC_("core", "%s in %s is flat, and one exit still works: it would open a position"),
  NC_("core", "%s in %s is flat, and %s exits still work: they would open a position"),
  NC_("core", "The server does not say the day's result of %s"),
  NC_("core", "The day's result of %s cannot be compared: the value of a tick or a price is not known"),
  NC_("core", "The server's result of the day in %s is %s, the closed fills of today make %s; commissions, open "
              "positions and the start of the day may differ"),
  NC_("core", "There is no finding #%s"),
  NC_("core", "A note has words; write them after the number"),
  NC_("core", "Finding #%s is accepted; it stays listed"),
  NC_("core", "Trading is disarmed: the comparison with the server has found mismatch #%s. Exits work all the same; look at it before "
              "you arm again"),
  NC_("core", "Finding #%s has a note"),
  NC_("core", "Say of which account"),
  NC_("core", "Say of which symbol"),
  NC_("core", "The server has not told its position in this connection; there is nothing to start from"),
  NC_("core", "%s in %s: the sum of fills starts at the server's position of now, %s"),
  NC_("core", "Submit by %s"),
  NC_("core", "Submit recorded"),
  NC_("core", "Submit sent: %s bytes"),
  NC_("core", "Submit cut off: the kernel took %s of %s bytes"),
  NC_("core", "Submit not answered within 5 s"),
  NC_("core", "Cancel by %s"),
  NC_("core", "Cancel recorded"),
  NC_("core", "Cancel sent: %s bytes"),
  NC_("core", "Cancel cut off: the kernel took %s of %s bytes"),
  NC_("core", "Cancel not answered within 5 s"),
  NC_("core", "Change by %s"),
  NC_("core", "Change recorded"),
  NC_("core", "Change sent: %s bytes"),
  NC_("core", "Change cut off: the kernel took %s of %s bytes"),
  NC_("core", "Change not answered within 5 s"),
  NC_("core", "Flatten by %s"),
  NC_("core", "Flatten recorded"),
  NC_("core", "Flatten sent: %s bytes"),
  NC_("core", "Flatten cut off: the kernel took %s of %s bytes"),
  NC_("core", "Flatten not answered within 5 s"),
  NC_("core", "click"),
  NC_("core", "key"),
  NC_("core", "line"),
  NC_("core", "script"),
  NC_("core", "us"),
  NC_("core", "Not sent: the link was lost before the first byte"),
  NC_("core", "Not sent"),
  NC_("core", "Cancel waits for the server's id"),
  NC_("core", "The connection was live"),
  NC_("core", "A connection began"),
  NC_("core", "The program was started again"),
  NC_("core", "The link was lost"),
  NC_("core", "Listed as open"),
  NC_("core", "Accepted"),
  NC_("core", "Filled"),
  NC_("core", "Part filled"),
  NC_("core", "Cancelled"),
  NC_("core", "Changed"),
  NC_("core", "Rejected"),
  NC_("core", "Cancel rejected"),
  NC_("core", "Change rejected"),
  NC_("core", "Update"),
  NC_("core", "A message that could not be read"),
  NC_("core", "Filled %s at %s, as the server's list of fills says (%s)"),
  NC_("core", "Filled %s at %s, as the server's list of fills says"),
  NC_("core", "%s, %s of %s filled: %s"),
  NC_("core", "%s, %s of %s filled"),
  NC_("core", "Filled %s at %s (%s)"),
  NC_("core", "Filled %s at %s"),
  NC_("core", "Filled %s"),
  NC_("core", "The report could not be written to %s: %s"),
  NC_("core", "There is no report: the state file %s does not have the record %s that was verified last. Look at it "
              "with \"dtcctl journal check\"."),
  NC_("core", "The folder %s could not be made: %s"),
  NC_("core", "The key that signs reports could not be written to %s: %s"),
  NC_("core", "The key that signs reports could not be read from %s: %s"),
  NC_("core", "The key that signs reports could not be read from %s"),
  NC_("core", "%s can be read by others; a key that signs reports has mode 0600"),
  NC_("core", "%s is no Ed25519 key"),
};

const char *const *
desk_words_verify_sentences (guint *n)
{
  *n = G_N_ELEMENTS (sentences);
  return sentences;
}
