/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-order-line.h"
#include "desk-words.h"

#include <locale.h>

/* The sentences of the core that the window must know to say them in the language. */

static void
test_line_errors (void)
{
  static const char *const lines[] = {
    "", "bye 1 ESZ6 market", "buy", "buy x ESZ6 market", "buy 1", "buy 1 ESZ6", "buy 1 ESZ6 limitt 5000",
    "buy 1 ESZ6 limit", "buy 1 ESZ6 limit x", "buy 1 ESZ6 stop x", "buy 1 ESZ6 stoplimit 1 x",
    "buy 1 ESZ6 limit 5000 gtd", "buy 1 ESZ6 limit 5000 gtd soon", "buy 1 ESZ6 market day day",
    "buy 1 ESZ6 limit 5000 target 5010", "buy 1 ESZ6 limit 5000 stop 4990", "buy 1 ESZ6 limit 5000 target x stop 4990",
    "buy 1 ESZ6 limit 5000 target 5010 stop x", "buy 1 ESZ6 limit 5000 target 5010 stop 4990 day", "buy 1 ESZ6 mit", "buy 1 ESZ6 lit 4990", "buy 1 ESZ6 lit 4990 x",
    "buy 1 ESZ6 limit 5000 show", "buy 1 ESZ6 limit 5000 show 0", "buy 1 ESZ6 limit 5000 show 1 show 1",
    "buy 1 ESZ6 limit 5000 note", "buy 1 ESZ6 limit 5000 note \"open", "buy 1 ESZ6 limit 5000 note \"\"",
    "buy 1 ESZ6 limit 5000 note \"longer than the field of the server takes\"", "buy 1 ESZ6 limit 5000 offsets",
    "oco", "oco 1", "oco 1 ESZ6", "oco 1 ESZ6 buy", "oco 1 ESZ6 buy stop 5010", "oco 1 ESZ6 buy stop 5010 stop 4990",
    "oco sell", "oco sell 1 ESZ6 limit 5010", "oco sell 1 ESZ6 limit 5010 stop 4990 show 1",
    "oco sell 1 ESZ6 limit 5010 stop 4990 day day", "cancel", "cancel A B", "cancel all ESZ6 CLZ6", "modify", "modify A",
    "modify A colour red", "modify A price x", "modify A price2 x", "modify A qty 0", "modify A qty 1 qty 2", "flatten",
    "flatten ESZ6 CLZ6", "flatten all ESZ6", "modify A gtd", "modify A gtc gtc", "modify A offset offset", "reverse",
    "reverse ESZ6 CLZ6", "reverse all now",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(DeskCommand) command = desk_order_line_parse (lines[i], &error);
      g_autofree char *words = NULL;

      g_assert_null (command);
      if (!desk_words_core_knows (error->message))
        g_error ("not known to the window: %s", error->message);
      /* Without a translation nothing of it may be lost or put in another place. */
      words = desk_words_core (error->message);
      g_assert_cmpstr (words, ==, error->message);
    }
}

static void
test_parts (void)
{
  static const char *const sentences[] = {
    "The price 5000.3 is not a whole number of ticks of 0.25",
    "The second price 5000.3 is not a whole number of ticks of 0.25",
    "The price 3000.00 is too far from the market at 5013.75: max 20 %, asked 40.16 %",
    "The position could become too large with every working order filled: max 50, worst case short 61",
    "3 open orders: 2 confirmed, 1 not known; 0 fills are new",
    "T7K2QX4A-0001-00000012-5B: 5 contracts are filled, more than were ordered",
    "The stop of a buy must lie below its entry at 5000.25",
    "The note is too long: at most 23 characters",
    "A lit order needs a trigger price and a limit price",
    "Reverse ESZ6: it was not made flat, so nothing was entered",
    "The position of A-1 is not protected: 2 are filled and the stop does not work for them at the server. Nothing is sent "
    "by itself; place a stop or flatten",
    "A flatten of ESZ6 in SIM1 was begun at 2026-10-28 18:16:40 UTC, and its end is not in the journal. By the journal no exit order "
    "of it left: look at the position, and act now if it is still open",
    "A reverse of ESZ6 in SIM1 was begun at 2026-10-28 18:16:40 UTC, and its end is not in the journal. Its exit order A-1 is in the "
    "journal, but not whether it left; the server is asked about it. Wait for that answer, and look at the position before you act "
    "again",
    "buy 2 ESZ6 (A-1)",
    "sell 1 ESZ6 (A-1) is filled, and sell 1 ESZ6 (A-2), which it should have cancelled, may still work: both could fill. Cancel it",
    "The link was lost while the bracket of A-1 was on its way: the server may hold or work the entry without its exits. "
    "Neither is ever sent again by itself; look at the server",
    /* A sentence in a sentence, without its full stop. */
    "The state file cannot be written (The disk with the state file /a is full: make room and start again). New orders are "
    "refused; cancels and exits still go out and are kept in the emergency file beside it as far as its room goes. Free the "
    "disk or repair the file, then start again",
  };

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      g_autofree char *words = desk_words_core (sentences[i]);

      g_assert_true (desk_words_core_knows (sentences[i]));
      g_assert_cmpstr (words, ==, sentences[i]);
    }
}

/* The findings of a verification and the course of an order: parts may be sentences themselves. */
static void
test_findings (void)
{
  static const char *const sentences[] = {
    "The server has not answered buy 2 ESZ6 (A-1) within 5 s",
    "The server's first answer to buy 2 ESZ6 (A-1) took 7.250 s; 5 s are the limit",
    "buy 2 ESZ6 (A-1) stands at the server with another time in force than was sent: gtc instead of day",
    "buy 2 ESZ6 (A-1): its fills add up to 1 contracts, the server counts 2",
    "The server does not say how many contracts of buy 2 ESZ6 (A-1) are left",
    "buy 2 ESZ6 (A-1): the server counts 1 filled and 2 left, which is not its quantity of 2",
    "Fill E-7 of buy 2 ESZ6 (A-1): the price was reported as 5000.25 and is listed as 5001",
    "The server reported fill E-7 of buy 2 ESZ6 (A-1) 2 times; it is counted once",
    "The server called buy 2 ESZ6 (A-1) open after it had called it filled",
    "The server called ESZ6 (A-1) open after it had called it filled",
    "sell 1 ESZ6 (A-2) is not among the server's open orders, and nothing says why",
    "There is no baseline of ESZ6 in SIM1 yet: its position of now, 3, is taken as the start of the sum",
    "ESZ6 in SIM1: the server's position is 3, the baseline and the fills since make 2; the difference is +1",
    "Finding #7 is accepted; it stays listed",
    "Submit by click", "Cancel recorded", "Change sent: 212 bytes", "Accepted, 0 of 2 filled",
    "Filled 2 at 5000.25 (E-7), 2 of 2 filled", "Rejected, 0 of 2 filled: not enough margin",
    "Filled 2 at 5000.25, as the server's list of fills says (E-7)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      g_autofree char *words = desk_words_core (sentences[i]);

      if (!desk_words_core_knows (sentences[i]))
        g_error ("not known to the window: %s", sentences[i]);
      g_assert_cmpstr (words, ==, sentences[i]);
    }
}

/* What the server's people write is said to be theirs, and is neither translated nor a format. */
static void
test_server_messages (void)
{
  g_autofree char *message = desk_words_notice ("USER_MESSAGE", "Say which symbol %s");
  g_autofree char *alert = desk_words_notice ("ALERT", "<b>100 %</b>");

  g_assert_cmpstr (message, ==, "Message from the server: Say which symbol %s");
  g_assert_cmpstr (alert, ==, "Alert from the server: <b>100 %</b>");
}

static void
test_foreign (void)
{
  static const char *const texts[] = { "", "%s", "%n%n", "Not enough <b>margin</b> & 100 % refused", "\303\251" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *words = desk_words_core (texts[i]);

      g_assert_false (desk_words_core_knows (texts[i]));
      g_assert_cmpstr (words, ==, texts[i]);
    }
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/words/server-messages", test_server_messages);
  g_test_add_func ("/ui/words/line-errors", test_line_errors);
  g_test_add_func ("/ui/words/parts", test_parts);
  g_test_add_func ("/ui/words/findings", test_findings);
  g_test_add_func ("/ui/words/foreign", test_foreign);
  return g_test_run ();
}
