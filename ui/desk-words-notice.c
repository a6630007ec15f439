/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *code;
  const char *sentence;
} Sentence;

static const Sentence link_reasons[] = {
  { "connect-failed", N_("The server does not answer: is it started, and are host and port right?") },
  { "not-dtc", N_("What answers there is not a DTC server: check host and port.") },
  { "handshake-failed", N_("The server and this program found no common encoding.") },
  { "logon-refused", N_("The server refused the logon: check user name and password.") },
  { "no-reconnect", N_("The server asks not to connect again.") },
  { "redirect-refused", N_("The server sent us to an address that the profile does not list.") },
  { "timeout", N_("The server did not answer in time.") },
  { "silent", N_("The server has gone silent.") },
  { "closed", N_("The server closed the connection.") },
  { "io", N_("The connection broke.") },
  { "logoff", N_("The server logged us off.") },
  { "bad-frame", N_("The server sent something that is not DTC.") },
  { "numbering", N_("The server speaks another numbering: choose the right profile.") },
  { "certificate", N_("Nobody vouches for the server's certificate, or it is not the one this profile trusts.") },
  { "resume", N_("The computer has slept.") },
};

static const Sentence notices[] = {
  { "ACCOUNT_MISSING", N_("The server does not have the account: its orders are refused.") },
  { "ANOTHER_COPY", N_("An order bears our name and is not in our journal: another copy of this installation is running.") },
  { "BASELINE", N_("The sum of fills starts at the server's position of now.") },
  { "RECORDS_LOST", N_("The state file has lost its last records: it is an older copy, or its log was damaged. Compare with the server, then arm by hand.") },
  { "RESOLVED", N_("An order in doubt was decided by hand.") },
  { "SERVER_CHANGED", N_("This is not the server of the last time: look first whether this is right.") },
  { "TWO_LIVE_SECOND", N_("A change left two live orders at the server: cancel one of them.") },
  { "BAD_MESSAGE", N_("A message of the server could not be read; it is in the log.") },
  { "BRACKET_CUT", N_("The link was lost in the middle of a bracket: look at the server, nothing is sent again.") },
  { "CANCELS_BOTH", N_("With one order of the pair the other is cancelled too.") },
  { "CANCELS_EXITS", N_("With the entry its two exits are cancelled too.") },
  { "CANCEL_DROPPED", N_("A cancel could not be sent and is not kept.") },
  { "CANCELS_UNDER_WAY", N_("Cancels are on their way already and have no answer yet.") },
  { "CANCEL_WAITS", N_("The cancel leaves as soon as the server has named the order.") },
  { "CAPTURE", N_("What was captured could not be written whole.") },
  { "CHANGED_ELSEWHERE", N_("An order was changed by another client or the broker.") },
  { "CHANGE_DIFFERS", N_("A change came back different from what was asked.") },
  { "DROPPED_MESSAGES", N_("The server has dropped messages; everything is asked again.") },
  { "EXIT_STAYS", N_("Only this exit is cancelled; the other stays.") },
  { "EXIT_CUT", N_("A way out was begun, and its end is not in the journal: look at the positions and the orders.") },
  { "EXTERNAL_LEFT", N_("Orders that are not ours were left alone; cancel them one by one.") },
  { "FEED_OFF", N_("The server has no market data now; orders work without.") },
  { "FEED_ON", N_("The server has market data again.") },
  { "FILL_CORRECTED", N_("The server has corrected a fill; everything is asked again.") },
  { "FILLED_BEFORE_CANCEL", N_("An order was filled before its cancel arrived.") },
  { "FINDING_ACCEPTED", N_("The finding is accepted; it stays listed.") },
  { "FINDING_NOTED", N_("The finding has a note.") },
  { "FLATTEN_DONE", N_("Flat.") },
  { "FLATTEN_FAILED", N_("Flatten did not end flat: look at the position and act.") },
  { "FOREIGN_REJECT", N_("The server refused a request for an order that is not ours.") },
  { "HALTED", N_("Trading is halted; positions stay as they are.") },
  { "ID_CONFLICT", N_("A message of the server names two orders; it was applied to neither.") },
  { "ID_REUSED", N_("The server uses one id for two orders; they are kept apart.") },
  { "KEPT_ASIDE", N_("The disk of the journal does not answer: this exit went out and is kept in the runtime directory, which survives a crash of this program, but not of the computer. Until it answers, orders are refused.") },
  { "LATE_FILL", N_("An order that had ended was filled all the same.") },
  { "MARKETABLE_LIMIT", N_("This limit can fill at once.") },
  { "MISMATCH", N_("Trading is disarmed: the server and our own books do not agree. Exits work.") },
  { "NOTHING_TO_CANCEL", N_("There is no working order to cancel.") },
  { "NOT_RECORDED", N_("The journal cannot be written: this exit is kept in the emergency file beside it.") },
  { "NO_ANSWER", N_("The server has not answered: the outcome is unknown, nothing is sent again.") },
  { "NO_BALANCES", N_("The server has not told the balances.") },
  { "NO_DEPTH", N_("The server gives no market depth of a symbol; orders work without.") },
  { "NO_MARKET_DATA", N_("The server offers no market data on this connection; orders work without.") },
  { "NO_ORDER_BOOK", N_("The server does not show single orders of a symbol.") },
  { "NO_POSITIONS", N_("The server has not told the positions; they are not provable.") },
  { "NO_QUOTES", N_("The server gives no quotes of a symbol; orders work without.") },
  { "NO_REFERENCE", N_("No market price to compare with: collar and distance are not checked.") },
  { "NUMBERING", N_("The server speaks another numbering: choose the right profile, and act at the server until then.") },
  { "ORDER_WITHOUT_ID", N_("The server reported an order without any id; it is in the log.") },
  { "OVERFILL", N_("More contracts are filled than were ordered.") },
  { "POSITION_MISMATCH", N_("The server's position and our own fills do not agree; nothing is repaired by itself.") },
  { "RESUME", N_("The computer has slept; everything is asked again.") },
  { "RESYNC_STEP", N_("The server has not told everything; orders wait until it does or the step is waived.") },
  { "REVERSE_STOPPED", N_("The position was not reversed: nothing was entered.") },
  { "SECOND_EXIT", N_("One exit is filled and the other may still work: cancel it.") },
  { "SECRET", N_("The Secret Service does not answer; the connection is tried without a password.") },
  { "SIMULATOR", N_("The built-in simulator has ended.") },
  { "SLOW_ANSWER", N_("The server is slow to answer.") },
  { "STOP_WRONG_SIDE", N_("The stop lies on the wrong side of the market and triggers at once.") },
  { "STORAGE_BACK", N_("The disk of the journal answers again.") },
  { "STORAGE_SLOW", N_("The disk of the journal does not answer: nothing new about orders is shown, orders are refused, and exits wait. To get out now, act at the server.") },
  { "STORAGE", N_("The journal cannot be written: free disk space or repair the folder, then try again.") },
  { "SYMBOL_HELD", N_("A symbol with an order or a position stays on the list.") },
  { "TOO_MANY_NAMES", N_("The server names more accounts, symbols or positions than are kept; orders and their fills are all kept.") },
  { "TRADING_OFF", N_("The server does not allow trading on this connection or account.") },
  { "TWO_LIVE_ORDERS", N_("A change left two live orders at the server: cancel one of them.") },
  { "UNCLEAN_END", N_("The last session was not closed properly; the server is asked about its live orders.") },
  { "UNPROTECTED", N_("A position is open and its exits do not work at the server: place a stop or flatten.") },
  { "WAIVED", N_("A question to the server was waived for this connection.") },
};

gboolean
desk_words_are_english (void)
{
  return g_str_equal (C_("order state", "Working"), "Working");
}

static const char *
find (const Sentence *sentences,
      gsize           n,
      const char     *code)
{
  for (gsize i = 0; code != NULL && i < n; i++)
    if (g_str_equal (sentences[i].code, code))
      return _(sentences[i].sentence);
  return NULL;
}

const char *
desk_words_link_reason (const char *nick)
{
  const char *sentence = find (link_reasons, G_N_ELEMENTS (link_reasons), nick);

  return sentence != NULL ? sentence : "";
}

gboolean
desk_words_is_server_message (const char *code)
{
  return g_strcmp0 (code, "USER_MESSAGE") == 0 || g_strcmp0 (code, "ALERT") == 0;
}

/* Every number of @text stands in @sentence, too. */
static gboolean
has_numbers_of (const char *sentence,
                const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      gsize n = strspn (p, "0123456789");
      g_autofree char *number = g_strndup (p, n);

      if (n == 0)
        continue;
      if (strstr (sentence, number) == NULL)
        return FALSE;
      p += n - 1;
    }
  return TRUE;
}

char *
desk_words_notice (const char *code,
                   const char *text)
{
  const char *sentence;

  /* The server's words, whatever they look like. */
  if (desk_words_is_server_message (code))
    /* Translators: %s is what the server's operator or program says. */
    return g_strdup_printf (g_str_equal (code, "ALERT") ? _("Alert from the server: %s") : _("Message from the server: %s"),
                            text);
  /* The engine's own sentence has the numbers and ids in it. */
  if (desk_words_are_english () || desk_words_core_knows (text))
    return desk_words_core (text);
  sentence = find (notices, G_N_ELEMENTS (notices), code);
  if (sentence == NULL)
    return g_strdup (text);
  /* How many, and which, is worth a sentence in English. */
  return has_numbers_of (sentence, text) ? g_strdup (sentence) : g_strdup_printf ("%s (%s)", sentence, text);
}

char *
desk_words_denial_text (DeskDenial  denial,
                        const char *text)
{
  if (text == NULL)
    text = "";
  /* Those two name what a script does; here there are a key and a menu. */
  if (denial == DESK_DENY_NONE || (denial != DESK_DENY_DISARMED && denial != DESK_DENY_HALTED && *text != '\0'
                                   && (desk_words_are_english () || desk_words_core_knows (text))))
    return desk_words_core (text);
  return g_strdup (desk_words_denial (denial));
}
