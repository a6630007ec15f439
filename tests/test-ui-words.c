/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-order-line.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

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

/* ---- every notice that the core's sources say ---- */

typedef struct
{
  char *code;
  char *text; /* with a number of its own at each place that is filled in */
} Said;

static void
said_free (gpointer data)
{
  Said *said = data;

  g_free (said->code);
  g_free (said->text);
  g_free (said);
}

/* Up to the bracket that closes the one at @open. */
static char *
arguments (const char *open)
{
  gboolean quoted = FALSE;
  int depth = 0;
  const char *p;

  for (p = open; *p != '\0'; p++)
    {
      if (quoted && *p == '\\')
        p++;
      else if (*p == '"')
        quoted = !quoted;
      else if (!quoted && *p == '(')
        depth++;
      else if (!quoted && *p == ')' && --depth == 0)
        break;
    }
  return g_strndup (open + 1, (gsize) (p - open - 1));
}

/* "…%" G_GINT64_FORMAT "…" as the one text that it is, filled in. */
static char *
filled (const char *pieces)
{
  g_autoptr (GRegex) piece = g_regex_new ("\"((?:[^\"\\\\]|\\\\.)*)\"|(G_G\\w+_FORMAT)", 0, 0, NULL);
  g_autoptr (GRegex) hole = g_regex_new ("(?:%[-+0-9.]*l*[sdugd])+", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  guint number = 71001;

  for (g_regex_match (piece, pieces, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *text = g_match_info_fetch (match, 1);
      g_autofree char *format = g_match_info_fetch (match, 2);
      g_autofree char *plain = g_strcompress (text);

      g_string_append (whole, format != NULL && *format != '\0' ? "d" : plain);
    }
  for (const char *p = whole->str; *p != '\0';)
    {
      g_autoptr (GMatchInfo) at = NULL;
      int begin, end;

      if (p[0] == '%' && p[1] == '%')
        {
          g_string_append_c (out, '%');
          p += 2;
        }
      else if (g_regex_match (hole, p, G_REGEX_MATCH_ANCHORED, &at) && g_match_info_fetch_pos (at, 0, &begin, &end))
        {
          g_string_append_printf (out, "%u", number++);
          p += end;
        }
      else
        g_string_append_c (out, *p++);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
find_said (const char *source,
           GPtrArray  *out)
{
  g_autoptr (GRegex) call = g_regex_new ("\\b\\w*(?:notice|notice_about|late_word|tell_now) (\\()", 0, 0, NULL);
  g_autoptr (GRegex) name = g_regex_new ("\"([A-Z][A-Z0-9_]{3,})\"", 0, 0, NULL);
  g_autoptr (GRegex) text = g_regex_new ("(?:(?:\"(?:[^\"\\\\]|\\\\.)*\"|G_G\\w+_FORMAT)\\s*)+", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (call, source, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *whole = g_match_info_fetch (match, 0);
      g_autofree char *body = NULL;
      g_autoptr (GMatchInfo) code = NULL;
      g_autoptr (GMatchInfo) words = NULL;
      int open;

      g_match_info_fetch_pos (match, 1, &open, NULL);
      body = arguments (source + open);
      if (!g_regex_match (name, body, 0, &code))
        continue;
      for (g_regex_match (text, body, 0, &words); g_match_info_matches (words); g_match_info_next (words, NULL))
        {
          g_autofree char *pieces = g_match_info_fetch (words, 0);
          g_autofree char *sentence = filled (pieces);
          Said *said;

          /* A part of a sentence, or a code. */
          if (strchr (sentence, ' ') == NULL || strlen (sentence) < 12)
            continue;
          said = g_new0 (Said, 1);
          said->code = g_match_info_fetch (code, 1);
          said->text = g_str_has_prefix (whole, "late_word") ? g_strdup_printf ("buy 71101 ESZ6 (A-71102): %s", sentence) : g_strdup (sentence);
          g_ptr_array_add (out, said);
        }
    }
}

/* Those that are made of parts, or elsewhere. */
static const char *const more_said[][2] = {
  { "RECORDS_LOST", "The state file has lost its last 71001 records: it is an older copy, or its log was damaged. Orders of that time may be "
                    "shown as another program's, or not at all. Compare with the server, then arm by hand" },
  { "CHANGE_DIFFERS", "buy 71101 ESZ6 (A-71102): asked for price 71001, the server has 71002" },
  { "CHANGE_DIFFERS", "buy 71101 ESZ6 (A-71102): asked for price 71001, the server has 71002; asked for quantity 71003, the server has 71004" },
  { "CHANGE_DIFFERS", "buy 71101 ESZ6 (A-71102): the second price was to stay at 71001, the server has 71002" },
  { "FINDING_ACCEPTED", "Finding #71001 is accepted; it stays listed" },
  { "BAD_MESSAGE", "A message of the server could not be read: 71001" },
  { "BAD_MESSAGE", "A message of the server could not be read (71001); everything is asked again" },
  /* Nobody has a sentence for this one: it is added as it is. */
  { "ID_REUSED", "Something new about 71001 and 71002" },
};

static gboolean
is_composed (const char *text)
{
  return strstr (text, "could not be read7") != NULL || g_str_has_prefix (text, "71001: 71002") || strstr (text, "Something new") != NULL;
}

static void
check_numbers (const char *language,
               const char *code,
               const char *text)
{
  g_autofree char *words = desk_words_notice (code, text);
  g_autoptr (GRegex) number = g_regex_new ("[0-9]+", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (number, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *digits = g_match_info_fetch (match, 0);

      if (strstr (words, digits) == NULL)
        g_test_fail_printf ("%s: %s: %s is in \"%s\" and not in \"%s\"", language, code, digits, text, words);
    }
  if (!is_composed (text) && !desk_words_core_knows (text))
    g_test_fail_printf ("%s: not known to the window: %s", code, text);
}

/* Every number of a notice stands in its translation, too. */
static void
test_notice_numbers (void)
{
  static const char *const languages[] = { "es", "fr" };
  extern int _nl_msg_cat_cntr;
  const char *folder = g_getenv ("DESK_CORE_SOURCES");
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (said_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *file;

  if (folder == NULL)
    {
      g_test_skip ("DESK_CORE_SOURCES does not name the sources of the core");
      return;
    }
  dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autofree char *source = NULL;

      if (!g_str_has_suffix (file, ".c"))
        continue;
      g_file_get_contents (path, &source, NULL, &error);
      g_assert_no_error (error);
      find_said (source, all);
    }
  g_assert_cmpuint (all->len, >, 80);

  setlocale (LC_ALL, "C.UTF-8");
  bindtextdomain (GETTEXT_PACKAGE, BUILD_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  for (guint k = 0; k < G_N_ELEMENTS (languages); k++)
    {
      g_setenv ("LANGUAGE", languages[k], TRUE);
      _nl_msg_cat_cntr++;
      g_assert_false (desk_words_are_english ());
      for (guint i = 0; i < all->len; i++)
        {
          const Said *said = g_ptr_array_index (all, i);

          check_numbers (languages[k], said->code, said->text);
        }
      for (guint i = 0; i < G_N_ELEMENTS (more_said); i++)
        check_numbers (languages[k], more_said[i][0], more_said[i][1]);
    }
  g_setenv ("LANGUAGE", "C", TRUE);
  setlocale (LC_ALL, "C");
  _nl_msg_cat_cntr++;
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
  g_test_add_func ("/ui/words/notice-numbers", test_notice_numbers);
  return g_test_run ();
}
