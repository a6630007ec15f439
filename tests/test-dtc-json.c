/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-test-message.h"

/* What is JSON and what is not: each text stands as the value of an unknown key, of a known one, and in F. */

static const char *const good_values[] = {
  "0", "-0", "1", "-1", "10", "0.0", "1.5", "-1.5", "1e1", "1E1", "1e+1", "1e-1", "1.0e-10", "0e0", "123456789012345678901234567890",
  "1e400", "-1e400", "1e-400", "0.1e1", "20e1", "1.7976931348623157e308", "true", "false", "null", "\"\"", "\"a\"", "\" \"",
  "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\u0041\"", "\"\\u00e9\"", "\"\\uD83D\\uDE00\"", "\"\\ud83d\\ude00\"",
  "\"\\uFFFF\"", "\"\303\251\"", "\"\360\237\230\200\"", "\"\177\"", "\"\351\"", "\"\200\"", "\"/*no comment*/\"", "\"\\\\u0000\"", "\"\\\\a\"",
  "[]", "[1]", "[1,2]", "[ ]", "[\n]", "{}", "{ }", "{\"a\":1}", "{\"a\":1,\"b\":2}", "{\"\":0}", "[[[[[[]]]]]]", "[null,true,\"x\",-1.5,{},[]]",
  "{\"a\":{\"b\":{\"c\":[1]}}}", "[\"\"]", "[ 1 , 2 ]", "{ \"a\" : [ ] , \"b\" : { } }", "\t\r\n 7", "{\"a\":1,\"a\":2}",
};
static const char *const bad_values[] = {
  "", ",", ":", "}", "]", "-", "+1", "01", "-01", "010", "00", "0x10", "0X1", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1E-", "1ee1", "0e",
  "--1", "1-", "1+2", "-a", "1a", "1_000", "1,5", "NaN", "nan", "-NaN", "Infinity", "-Infinity", "inf", "1e1.5", "0x", "1 2", "\357\274\221",
  "True", "TRUE", "tru", "truee", "fals", "nul", "nulll", "Null", "undefined", "a", "'a'", "\"", "\"a", "\"a\"b", "\"\\\"", "\"\\", "\"\\x41\"",
  "\"\\a\"", "\"\\'\"", "\"\\0\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\U0041\"", "\"\\u-123\"", "\"\\u 123\"",
  "\"\n\"", "\"\r\"", "\"\t\"", "\"\001\"", "\"\037\"", "\"\\\n\"", "[", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1;2]", "[[]", "[]]", "[1}", "[\"a\":1]", "[:]",
  "[\"", "[\"a", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\",1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{1:1}",
  "{null:1}", "{\"a\":1]", "{\"a\"::1}", "{\"a\":1,,\"b\":2}", "{[]:1}", "{\"a\":}", "/**/1", "1/**/", "//1\n1", "#1", "\3571", "\302\240" "1", "\f1", "\v1", "<1>", "(1)", "1;",
  "\"\\ud800\\", "\"\\ud800\\u", "[[[[[[[[]]]]]]]", "*", "@", "&", "\\u0031", "\"a\" \"b\"", "{}{}", "[][]", "1 1", "true false",
};

static void
check_value (const char *value,
             gboolean    good)
{
  static const char *const frames[] = {
    "{\"Type\":3,\"x\":%s}",
    "{\"x\":%s,\"Type\":3}",
    "{\"Type\":3,\"x\":1,\"y\":%s,\"z\":1}",
    "{\"Type\":3,\"CurrentDateTime\":%s}",
    "{\"Type\":301,\"InfoText\":%s}",
    "{\"Type\":301,\"Price1\":%s,\"Price2\":1}",
    "{\"Type\":107,\"F\":[%s]}",
    "{\"Type\":3,\"F\":[1,2,%s]}",
    "{\"Type\":9999,\"x\":%s}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      char **halves = g_strsplit (frames[i], "%s", 2);
      char *text = g_strconcat (halves[0], value, halves[1], NULL);
      DtcMessage message = DTC_MESSAGE_INIT;
      GError *error = NULL;
      gboolean ok = test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text, -1, &message, &error);

      /* In a known field a good value may be of the wrong type, never a syntax error. */
      if (good && !ok && (error->code == DTC_ERROR_SYNTAX || error->code == DTC_ERROR_DEPTH || error->code == DTC_ERROR_NO_TYPE))
        g_error ("refused: %s: %s", text, error->message);
      if (good && i < 3 && !ok)
        g_error ("refused as an unknown value: %s: %s", text, error->message);
      /* "" and "]" are the end of an array, "1,5" and "1 , 2" are two elements, where the value stands in one. */
      if (!good && ok && !((i == 6) && (*value == '\0' || g_str_equal (value, "1,5"))) && !(i == 7 && g_str_equal (value, "1,5")))
        g_error ("accepted: %s", text);
      g_assert_true (ok == (error == NULL));
      g_clear_error (&error);
      dtc_message_clear (&message);
      g_free (text);
      g_strfreev (halves);
    }
}

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good_values); i++)
    check_value (good_values[i], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (bad_values); i++)
    check_value (bad_values[i], FALSE);
  g_test_message ("%u good and %u bad values, each in 9 places", (guint) G_N_ELEMENTS (good_values), (guint) G_N_ELEMENTS (bad_values));
}

/* ---- RFC 8259, as a grammar ---- */

/* A recogniser of its own: the end of what it takes, or NULL. Text is what a frame may be: bytes that are not UTF-8 are
 * Windows-1252 here, and a NUL is none; nor are unpaired surrogates, which the grammar has and no string can be. */
static const char *take_json (const char *at);

static const char *
skip_white (const char *at)
{
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
    at++;
  return at;
}

static const char *
take_digits (const char *at)
{
  const char *start = at;

  while (g_ascii_isdigit (*at))
    at++;
  return at > start ? at : NULL;
}

static const char *
take_number (const char *at)
{
  if (*at == '-')
    at++;
  at = *at == '0' ? at + 1 : take_digits (at);
  if (at != NULL && *at == '.')
    at = take_digits (at + 1);
  if (at != NULL && (*at == 'e' || *at == 'E'))
    at = take_digits (at + 1 + (at[1] == '+' || at[1] == '-'));
  return at;
}

static int
take_hex (const char *at)
{
  int code = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (at[i]))
        return -1;
      code = code * 16 + g_ascii_xdigit_value (at[i]);
    }
  return code;
}

static const char *
take_text (const char *at)
{
  if (*at++ != '"')
    return NULL;
  while (*at != '"')
    {
      if ((guchar) *at < 0x20)
        return NULL;
      if (*at++ != '\\')
        continue;
      if (*at == 'u')
        {
          int code = take_hex (at + 1);
          int second;

          if (code <= 0 || (code >= 0xdc00 && code < 0xe000))
            return NULL;
          at += 5;
          if (code < 0xd800 || code >= 0xe000)
            continue;
          second = at[0] == '\\' && at[1] == 'u' ? take_hex (at + 2) : -1;
          if (second < 0xdc00 || second >= 0xe000)
            return NULL;
          at += 6;
        }
      else if (*at != '\0' && strchr ("\"\\/bfnrt", *at) != NULL)
        at++;
      else
        return NULL;
    }
  return at + 1;
}

static const char *
take_list (const char *at,
           char        end)
{
  at = skip_white (at + 1);
  if (*at == end)
    return at + 1;
  for (;;)
    {
      if (end == '}')
        {
          at = take_text (at);
          if (at == NULL || *(at = skip_white (at)) != ':')
            return NULL;
          at++;
        }
      at = take_json (at);
      if (at == NULL)
        return NULL;
      if (*at == end)
        return at + 1;
      if (*at != ',')
        return NULL;
      at = skip_white (at + 1);
    }
}

static const char *
take_json (const char *at)
{
  at = skip_white (at);
  if (*at == '{' || *at == '[')
    at = take_list (at, *at == '{' ? '}' : ']');
  else if (*at == '"')
    at = take_text (at);
  else if (g_str_has_prefix (at, "true") || g_str_has_prefix (at, "null"))
    at += 4;
  else if (g_str_has_prefix (at, "false"))
    at += 5;
  else
    at = take_number (at);
  return at != NULL ? skip_white (at) : NULL;
}

static void
add_one_of (GString           *text,
            GRand             *rand,
            const char *const *choices,
            guint              n)
{
  g_string_append (text, choices[g_rand_int_range (rand, 0, (gint32) n)]);
}

/* A sentence of the grammar; keys count up, since a repeated one is refused for that. */
static void
add_json (GString *text,
          GRand   *rand,
          guint    depth,
          guint   *n_keys)
{
  static const char *const white[] = { "", "", "", " ", "\t", "\r\n", "  \n" };
  static const char *const leaves[] = {
    "0", "-0", "1", "-1", "10", "123.5", "0.25", "-0.001", "1e5", "1E+2", "2.5e-3", "9007199254740993", "true", "false", "null", "\"\"",
    "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9\\uD834\\uDd1e\"", "\"\\uffff\"", "\"\303\251\"", "\"\360\235\204\236\"", "\" /*x*/ \"",
    "\"\351\"", "\"\177\"", "\"[,]{:}\"", "1.7976931348623157e308", "-9223372036854775808", "18446744073709551615", "1e-400",
  };
  guint kind = depth == 0 ? 0 : (guint) g_rand_int_range (rand, 0, 4);
  guint n = (guint) g_rand_int_range (rand, 0, 4), i;

  add_one_of (text, rand, white, G_N_ELEMENTS (white));
  if (kind < 2)
    add_one_of (text, rand, leaves, G_N_ELEMENTS (leaves));
  else
    {
      g_string_append_c (text, kind == 2 ? '[' : '{');
      for (i = 0; i < n; i++)
        {
          if (i > 0)
            g_string_append_c (text, ',');
          add_one_of (text, rand, white, G_N_ELEMENTS (white));
          if (kind == 3)
            g_string_append_printf (text, g_rand_boolean (rand) ? "\"k%u\"" : "\"\\u006b%u\" ", (*n_keys)++);
          if (kind == 3)
            g_string_append_c (text, ':');
          add_json (text, rand, depth - 1, n_keys);
        }
      add_one_of (text, rand, white, G_N_ELEMENTS (white));
      g_string_append_c (text, kind == 2 ? ']' : '}');
    }
  add_one_of (text, rand, white, G_N_ELEMENTS (white));
}

/* Every sentence of the grammar is taken; with one character less, more or another, exactly those that still are one. A
 * number's size and a repeated key are refused for other reasons than the grammar, and named so. */
static void
test_grammar (void)
{
  static const char *const spoilers[] = {
    "", ",", ":", "[", "]", "{", "}", "\"", "\\", "0", "-", "+", ".", "e", "E", "x", "'", "/", "#", "n", "N", "\t", "\n", "\f", "\v", " ", "\001", "\177",
    "\302\240", "\357\273\277", "\377", "\\u", "\\u12", "\\ud800", "\\x41", "\\u0000", "NaN", "Infinity", "true", "nul", "//x\n", "/*x*/", "1 1",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (8259);
  guint n_good = 0, n_bad = 0, n_other = 0;

  for (guint i = 0; i < 400; i++)
    {
      g_autoptr (GString) text = g_string_new ("{\"Type\":9999,\"x\":");
      guint n_keys = 0;

      add_json (text, rand, (guint) g_rand_int_range (rand, 0, 5), &n_keys);
      g_string_append_c (text, '}');
      for (guint k = 0; k < 1 + G_N_ELEMENTS (spoilers) * 3; k++)
        {
          g_autofree char *spoiled = NULL;
          gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) text->len + 1);
          gsize over = k % 3 == 0 && k > 0 ? (gsize) g_rand_int_range (rand, 1, 4) : k % 3 == 1 ? 1 : 0;
          DtcMessage message = DTC_MESSAGE_INIT;
          GError *error = NULL;
          const char *end;
          gboolean good, ok;

          over = MIN (over, text->len - at);
          spoiled = k == 0 ? g_strdup (text->str)
                           : g_strdup_printf ("%.*s%s%s", (int) at, text->str, spoilers[(k - 1) / 3], text->str + at + over);
          end = *skip_white (spoiled) == '{' ? take_json (spoiled) : NULL;
          good = end != NULL && *end == '\0';
          g_assert_true (good || k > 0);
          ok = test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, spoiled, -1, &message, &error);
          if (good && !ok && error->code != DTC_ERROR_SYNTAX && error->code != DTC_ERROR_NUL)
            n_other++; /* too deep, twice the same key, Type not a type, a number that is none of ours */
          else if (good != ok)
            g_error ("%s: %s: %s", ok ? "taken" : "refused", spoiled, ok ? "the grammar has it not" : error->message);
          else if (good)
            n_good++;
          else
            n_bad++;
          g_clear_error (&error);
          dtc_message_clear (&message);
        }
    }
  g_test_message ("%u taken, %u refused, %u refused for what the grammar does not say", n_good, n_bad, n_other);
  g_assert_cmpuint (n_good, >, 1000);
  g_assert_cmpuint (n_bad, >, 10000);
}

static void
expect (DtcNumbering  numbering,
        const char   *text,
        gssize        len,
        int           code) /* -1: good */
{
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;
  gboolean ok = test_decode (numbering, DTC_TO_CLIENT, text, len, &message, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, DTC_ERROR, code);
  g_assert_true (ok == (code < 0));
  g_clear_error (&error);
  dtc_message_clear (&message);
}

/* Says which case is tried, in a form that the test protocol takes. */
static void
note_case (const char *text)
{
  char *shown = g_strescape (text, NULL);

  g_test_message ("%s", shown);
  g_free (shown);
}

static void
test_frames (void)
{
  static const struct
  {
    const char *text;
    int code;
  } cases[] = {
    { "{\"Type\":3}", -1 },
    { " \t\r\n{ \"Type\" : 3 } \r\n", -1 },
    { "{\"CurrentDateTime\":1,\"Type\":3}", -1 },
    { "{\"Ty\\u0070e\":3}", -1 },
    { "{\"Type\":3.0}", -1 },
    { "{\"Type\":3e0}", -1 },
    { "{\"Type\":65535}", -1 },
    { "", DTC_ERROR_SYNTAX },
    { " ", DTC_ERROR_SYNTAX },
    { "{", DTC_ERROR_SYNTAX },
    { "{}", DTC_ERROR_NO_TYPE },
    { "[]", DTC_ERROR_SYNTAX },
    { "3", DTC_ERROR_SYNTAX },
    { "null", DTC_ERROR_SYNTAX },
    { "\"Type\"", DTC_ERROR_SYNTAX },
    { "[{\"Type\":3}]", DTC_ERROR_SYNTAX },
    { "\357\273\277{\"Type\":3}", DTC_ERROR_SYNTAX },
    { "\377\376{\000", DTC_ERROR_SYNTAX },
    { "x{\"Type\":3}", DTC_ERROR_SYNTAX },
    { "{\"Type\":3}x", DTC_ERROR_SYNTAX },
    { "{\"Type\":3},", DTC_ERROR_SYNTAX },
    { "{\"Type\":3}}", DTC_ERROR_SYNTAX },
    { "{\"Type\":3}{\"Type\":3}", DTC_ERROR_SYNTAX },
    { "{\"Type\":3} {\"Type\":301}", DTC_ERROR_SYNTAX },
    { "{\"Type\":3}\n{\"Type\":301}", DTC_ERROR_SYNTAX },
    { "{\"Type\":3,}", DTC_ERROR_SYNTAX },
    { "{,\"Type\":3}", DTC_ERROR_SYNTAX },
    { "{\"Type\":3 \"x\":1}", DTC_ERROR_SYNTAX },
    { "{\"Type\" 3}", DTC_ERROR_SYNTAX },
    { "{\"type\":3}", DTC_ERROR_NO_TYPE },
    { "{\"Type \":3}", DTC_ERROR_NO_TYPE },
    { "{\"x\":{\"Type\":3}}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":\"3\"}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":null}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":-3}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":3.5}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":65536}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":4294967299}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":18446744073709551619}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":1e300}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":[3]}", DTC_ERROR_NO_TYPE },
    { "{\"x\":1,\"Type\":\"3\"}", DTC_ERROR_NO_TYPE },
    { "{\"x\":1,\"y\":2,\"z\":3,\"Type\":3}", -1 },
    { "{\"x\":1, \"y\":2, \"z\":3, \"Type\": 3}\r\n", -1 },
    { "{\"x\":1,\"y\":2,\"z\":3,\"Type\":03}", DTC_ERROR_NO_TYPE },
    { "{\"x\":1,\"y\":2,\"z\":3,\"Type\":70000}", DTC_ERROR_NO_TYPE },
    { "{\"x\":1,\"y\":2,\"z\":3,\"Type\":1234567}", DTC_ERROR_NO_TYPE },
    { "{\"x\":1,\"y\":[2,\"Type\":3}", DTC_ERROR_SYNTAX },
    { "{\"x\":1,\"y\":{\"z\":3,\"Type\":3}", DTC_ERROR_SYNTAX },
    { "{\"x\":1,\"y\":\"z,\"Type\":3}", DTC_ERROR_SYNTAX },
    { "{\"x\":1,\"y\":\"z,\\\"Type\":3}", DTC_ERROR_SYNTAX },
    { "{\"Typ\\u0065\":4,\"y\":1234567,\"Type\":3}", DTC_ERROR_NO_TYPE },
    { "{\"x\":1234567,\"Type\":\"3\",\"Type\":3}", DTC_ERROR_NO_TYPE },
    { "{\"Type\":3,\"Type\":3}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"Type\":301}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"x\":1,\"Type\":3,\"Ty\\u0070e\":3}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"x\":1,\"x\":1}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"x\":1,\"\\u0078\":1}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"CurrentDateTime\":1,\"CurrentDateTime\":1}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"CurrentDateTime\":null,\"CurrentDateTime\":1}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"CurrentDateTime\":1,\"CurrentDateTim\\u0065\":1}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"F\":[1],\"F\":[1]}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"F\":[1],\"NumDroppedMessages\":1}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":301,\"TotalNumMessages\":1,\"TotalNumberMessages\":1}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":9999,\"Type\":9999}", DTC_ERROR_DUPLICATE_KEY },
    { "{\"Type\":3,\"x\":\"\\u0000\"}", DTC_ERROR_NUL },
    { "{\"Type\":3,\"x\\u0000\":1}", DTC_ERROR_NUL },
    { "{\"Type\":301,\"ServerOrderID\":\"88\\u000041\"}", DTC_ERROR_NUL },
    { "{\"Type\":301,\"ServerOrderID\":\"\\ud800\"}", DTC_ERROR_SYNTAX },
    { "{\"Type\":301,\"ServerOrderID\":\"\\udc00\"}", DTC_ERROR_SYNTAX },
    { "{\"Type\":301,\"ServerOrderID\":\"\\ud800\\ud800\"}", DTC_ERROR_SYNTAX },
    { "{\"Type\":301,\"ServerOrderID\":\"\\ud800x\\udc00\"}", DTC_ERROR_SYNTAX },
    { "{\"Type\":3,\"x\":[[[[[[[1]]]]]]]}", -1 },
    { "{\"Type\":3,\"x\":[[[[[[[[1]]]]]]]]}", DTC_ERROR_DEPTH },
    { "{\"Type\":3,\"F\":[0,0,[[[[[[1]]]]]]]}", -1 },
    { "{\"Type\":3,\"F\":[0,0,[[[[[[[1]]]]]]]]}", DTC_ERROR_DEPTH },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      note_case (cases[i].text);
      expect (DTC_NUMBERING_DTC, cases[i].text, -1, cases[i].code);
    }
  expect (DTC_NUMBERING_DTC, "{\"Type\":3}\0", 11, DTC_ERROR_SYNTAX);
  expect (DTC_NUMBERING_DTC, "{\"Type\":3\0}", 11, DTC_ERROR_SYNTAX);
  expect (DTC_NUMBERING_DTC, "{\"Type\":3,\"x\":\"\0\"}", 18, DTC_ERROR_SYNTAX);
  expect (DTC_NUMBERING_DTC, "\020\0\007\0\010\0\0\0\0\0\0\0DTC\0", 16, DTC_ERROR_SYNTAX);
}

static gpointer
deep_thread (gpointer data)
{
  const char *const openings[] = { "[", "{\"a\":", "[[{\"a\":", "{\"Type\":3,\"x\":[" };

  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    for (int place = 0; place < 2; place++)
      {
        GString *text = g_string_new (place == 0 ? "{\"Type\":3,\"x\":" : "");
        DtcMessage message = DTC_MESSAGE_INIT;
        GError *error = NULL;

        for (int n = 0; n < 100000; n++)
          g_string_append (text, openings[i]);
        g_assert_false (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text->str, -1, &message, &error));
        g_assert_cmpint (error->domain, ==, DTC_ERROR);
        g_clear_error (&error);
        dtc_message_clear (&message);
        g_string_free (text, TRUE);
      }
  return NULL;
}

/* A hundred thousand openings need no stack. */
static void
test_depth (void)
{
  g_thread_join (g_thread_new ("deep", deep_thread, NULL));
}

static void
test_sizes (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;
  GString *text = g_string_new ("{\"Type\":301,\"ServerOrderID\":\"8\",\"InfoText\":\"");

  while (text->len < DTC_MAX_TRADING_FRAME - 2)
    g_string_append_c (text, 'x');
  g_string_append (text, "\"}");
  g_assert_cmpuint (text->len, ==, DTC_MAX_TRADING_FRAME);
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text->str, -1, &message, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (message.order_update.info_text), ==, DTC_MAX_TEXT);
  g_assert_true (message.flags & DTC_MESSAGE_TEXT_CUT);

  g_string_insert_c (text, 50, 'y');
  g_assert_false (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text->str, -1, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_FRAME_TOO_LARGE);
  g_clear_error (&error);
  g_assert_cmpint (message.type, ==, 301);

  g_string_assign (text, "{\"Type\":700,\"UserMessage\":\"");
  while (text->len < DTC_MAX_FRAME - 2)
    g_string_append (text, "\303\251");
  g_string_truncate (text, DTC_MAX_FRAME - 2 - (text->len & 1));
  g_string_append (text, "\"}");
  expect (DTC_NUMBERING_DTC, text->str, -1, -1);
  while (text->len <= DTC_MAX_FRAME)
    g_string_append_c (text, ' ');
  expect (DTC_NUMBERING_DTC, text->str, -1, DTC_ERROR_FRAME_TOO_LARGE);

  /* Cut between characters. */
  g_string_assign (text, "{\"Type\":700,\"UserMessage\":\"xy");
  for (int i = 0; i < DTC_MAX_TEXT; i++)
    g_string_append (text, "\342\202\254");
  g_string_append (text, "\"}");
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text->str, -1, &message, NULL));
  g_assert_true (g_utf8_validate (message.user_message.user_message, -1, NULL));
  g_assert_cmpuint (strlen (message.user_message.user_message), ==, (DTC_MAX_TEXT - 2) / 3 * 3 + 2);
  g_string_free (text, TRUE);
  dtc_message_clear (&message);
}

static void
test_unknown_keys (void)
{
  GString *text = g_string_new ("{\"Type\":3");
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;

  for (int i = 0; i < DTC_MAX_UNKNOWN_KEYS; i++)
    g_string_append_printf (text, ",\"k%d\":\"\351\"", i);
  g_string_append (text, "}");
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text->str, -1, &message, &error));
  g_assert_no_error (error);
  g_assert_true (message.flags & DTC_MESSAGE_UNKNOWN_KEYS);
  g_assert_true (g_str_has_prefix (message.unknown, "k0="));
  g_assert_cmpuint (strlen (message.unknown), <, 4096);
  g_assert_true (g_utf8_validate (message.unknown, -1, NULL));
  g_string_insert (text, 9, ",\"more\":1");
  expect (DTC_NUMBERING_DTC, text->str, -1, DTC_ERROR_TOO_LONG);
  g_string_free (text, TRUE);

  /* Case counts, nothing is guessed. */
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":301,\"orderstatus\":7,\"OrderStatus \":8,\"Quantity\":{\"a\":\"b\"}}", -1,
                              &message, NULL));
  g_assert_cmpuint (message.present, ==, 0);
  g_assert_cmpstr (message.unknown, ==, "orderstatus=7 OrderStatus =8 Quantity={\"a\":\"b\"}");
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":9999,\"a\":1}", -1, &message, NULL));
  g_assert_cmpint (message.flags, ==, DTC_MESSAGE_UNKNOWN_TYPE);
  g_assert_cmpint (message.type, ==, 9999);
  dtc_message_clear (&message);
}

static void
test_windows_1252 (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;

  /* The fill counts, whatever its text looks like. */
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT,
                              "{\"Type\":301,\"OrderStatus\":7,\"OrderUpdateReason\":4,\"FilledQuantity\":2,"
                              "\"InfoText\":\"Ausgef\374hrt \\\"\200\\\" \\u20ac\",\"LastFillExecutionID\":\"x1\"}", -1, &message, NULL));
  g_assert_cmpstr (message.order_update.info_text, ==, "Ausgef\303\274hrt \"\342\202\254\" \342\202\254");
  g_assert_cmpstr (message.order_update.last_fill_execution_id, ==, "x1");
  g_assert_cmpfloat (message.order_update.filled_quantity, ==, 2);
  g_assert_true (message.flags & DTC_MESSAGE_TRANSCODED);
  /* Overlong forms and surrogates as bytes are no UTF-8. */
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":301,\"InfoText\":\"\300\257\355\240\200\"}", -1, &message, NULL));
  g_assert_true (g_utf8_validate (message.order_update.info_text, -1, NULL));
  g_assert_true (message.flags & DTC_MESSAGE_TRANSCODED);
  for (int byte = 0x80; byte < 0x100; byte++)
    {
      char *text = g_strdup_printf ("{\"Type\":301,\"InfoText\":\"%c\"}", byte);

      g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text, -1, &message, NULL));
      g_assert_cmpint (g_utf8_strlen (message.order_update.info_text, -1), ==, 1);
      g_free (text);
    }
  dtc_message_clear (&message);
}

static double
read_price (const char *number)
{
  char *text = g_strdup_printf ("{\"Type\":301,\"Price1\":%s,\"Price2\":1}", number);
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;
  double value;

  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text, -1, &message, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (message.order_update.price2, ==, 1);
  value = dtc_message_has (&message, DTC_ORDER_UPDATE_F_PRICE1) ? message.order_update.price1 : NAN;
  g_assert_true (!isnan (value) || message.order_update.price1 == 0);
  dtc_message_clear (&message);
  g_free (text);
  return value;
}

/* Correctly rounded, like strtod of the C library. */
static void
test_doubles (void)
{
  static const char *const numbers[] = {
    "5000.25", "0.1", "0.3", "1e22", "1e23", "9007199254740993", "9007199254740992.5", "123456789012345678", "4.35", "2.2250738585072011e-308",
    "4.9e-324", "2e-324", "1.7976e307", "0.000001", "100000000000000000000000", "1e-22", "3.141592653589793238462643383279", "7205759403792793e-1",
    "8.5e-3", "0.30000000000000004", "17976931348623157e290", "179769313486231570000e285", "1456736458.123456",
  };
  GRand *rand = g_rand_new_with_seed (2);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpfloat (read_price (numbers[i]), ==, g_ascii_strtod (numbers[i], NULL));
  for (int i = 0; i < 20000; i++)
    {
      char text[64];

      g_snprintf (text, sizeof text, "%s%u.%0*ue%d", i % 2 ? "-" : "", g_rand_int (rand), g_rand_int_range (rand, 1, 12),
                  g_rand_int (rand), g_rand_int_range (rand, -30, 30));
      g_assert_cmpfloat (read_price (text), ==, g_ascii_strtod (text, NULL));
    }
  g_assert_false (signbit (read_price ("-0")));
  g_assert_false (signbit (read_price ("-0.0e5")));
  g_assert_false (signbit (read_price ("-0e999")));
  g_rand_free (rand);
}

static void
test_unset (void)
{
  static const char *const unset[] = { "1.7976931348623157e308", "1.7976931348623157E+308", "1.79769e+308", "179769313486231570e291",
                                       "3.4028234663852886e+38", "null" };
  char *digits = g_strdup_printf ("%.6f", DBL_MAX);
  DtcMessage message = DTC_MESSAGE_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (unset); i++)
    g_assert_true (isnan (read_price (unset[i])));
  g_assert_true (isnan (read_price (digits)));
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT,
                              "{\"Type\":104,\"OpenInterest\":4294967295,\"SessionNumTrades\":4294967294,\"BidPrice\":null,\"SymbolID\":4294967295}",
                              -1, &message, NULL));
  g_assert_false (dtc_message_has (&message, DTC_MARKET_DATA_SNAPSHOT_F_OPEN_INTEREST));
  g_assert_true (dtc_message_has (&message, DTC_MARKET_DATA_SNAPSHOT_F_SESSION_NUM_TRADES));
  g_assert_true (dtc_message_has (&message, DTC_MARKET_DATA_SNAPSHOT_F_SYMBOL_ID));
  g_assert_true (dtc_message_is_null (&message, DTC_MARKET_DATA_SNAPSHOT_F_BID_PRICE));
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT,
                              "{\"Type\":112,\"Price\":3.40282347e+38,\"Volume\":3.40282e38,\"DateTime\":7}", -1, &message, NULL));
  g_assert_cmpuint ((guint) __builtin_popcountll (message.present), ==, 1);
  dtc_message_clear (&message);
  g_free (digits);
}

static void
test_ranges (void)
{
  static const struct
  {
    const char *text;
    int code;
  } cases[] = {
    { "{\"Type\":301,\"OrderType\":2147483647}", -1 },
    { "{\"Type\":301,\"OrderType\":-2147483648}", -1 },
    { "{\"Type\":301,\"OrderType\":2147483648}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"OrderType\":-2147483649}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"OrderType\":3.0}", -1 },
    { "{\"Type\":301,\"OrderType\":1e2}", -1 },
    { "{\"Type\":301,\"OrderType\":300e-2}", -1 },
    { "{\"Type\":301,\"OrderType\":2.7}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"OrderType\":1e-1}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"OrderType\":1e300}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"NoOrders\":255}", -1 },
    { "{\"Type\":301,\"NoOrders\":256}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"NoOrders\":-1}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"NoOrders\":-0}", -1 },
    { "{\"Type\":301,\"LastFillDateTime\":9223372036854775807}", -1 },
    { "{\"Type\":301,\"LastFillDateTime\":-9223372036854775808}", -1 },
    { "{\"Type\":301,\"LastFillDateTime\":9223372036854775808}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"LastFillDateTime\":99999999999999999999}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"LastFillDateTime\":1793210400000.75}", -1 },
    { "{\"Type\":301,\"Price1\":1e999}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"Price1\":-1e999}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"Price1\":-1e308}", -1 },
    { "{\"Type\":112,\"Price\":1e39}", DTC_ERROR_RANGE },
    { "{\"Type\":112,\"Price\":-1e39}", DTC_ERROR_RANGE },
    { "{\"Type\":301,\"ServerOrderID\":\"1234567890123456789012345678901\"}", -1 },
    { "{\"Type\":301,\"ServerOrderID\":\"12345678901234567890123456789012\"}", DTC_ERROR_TOO_LONG },
    { "{\"Type\":301,\"ServerOrderID\":\"\351\351\351\351\351\351\351\351\351\351\351\351\351\351\351\351\351\351\351\351\"}", -1 },
    { "{\"Type\":301,\"InfoText\":\"a text of more than ninety-five bytes is kept, since it is meant for people and the server does send such\"}", -1 },
    { "{\"Type\":210,\"TradeAccount\":\"12345678901234567890123456789012\"}", DTC_ERROR_TOO_LONG },
  };
  char *digits = g_strnfill (400, '1');
  char *text = g_strdup_printf ("{\"Type\":301,\"Price1\":%s}", digits);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      note_case (cases[i].text);
      expect (DTC_NUMBERING_DTC, cases[i].text, -1, cases[i].code);
    }
  expect (DTC_NUMBERING_DTC, text, -1, DTC_ERROR_RANGE);
  g_free (text);
  text = g_strdup_printf ("{\"Type\":301,\"Price1\":1.%s%s}", digits, digits);
  expect (DTC_NUMBERING_DTC, text, -1, DTC_ERROR_RANGE);
  g_free (digits);
  g_free (text);
}

/* The exact whole numbers, not what a double makes of them. */
static void
test_integers (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;

  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT,
                              "{\"Type\":301,\"LastFillDateTime\":9223372036854775807,\"GoodTillDateTime\":-9223372036854775808,\"OrderType\":12e1}",
                              -1, &message, NULL));
  g_assert_cmpint (message.order_update.last_fill_date_time, ==, G_MAXINT64);
  g_assert_cmpint (message.order_update.good_till_date_time, ==, G_MININT64);
  g_assert_cmpint (message.order_update.order_type, ==, 120);
  dtc_message_clear (&message);
}

static void
test_array_form (void)
{
  DtcMessage message = DTC_MESSAGE_INIT;
  GError *error = NULL;

  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":107,\"F\":[1,0,2058.75,12,1456736458]}", -1, &message, &error));
  g_assert_cmpint (message.market_data_update_trade.symbol_id, ==, 1);
  g_assert_cmpfloat (message.market_data_update_trade.price, ==, 2058.75);
  g_assert_cmpfloat (message.market_data_update_trade.date_time, ==, 1456736458);
  g_assert_cmpint (message.flags, ==, DTC_MESSAGE_ARRAY_FORM);
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"F\":[1,0],\"Type\":107}", -1, &message, &error));
  g_assert_cmpuint (message.present, ==, 3);
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":3,\"F\":[0,null,7,\"x\",{\"a\":[]}]}", -1, &message, &error));
  g_assert_cmpuint (message.present, ==, 1);
  g_assert_cmpuint (message.nulls, ==, 2);
  g_assert_false (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":107,\"F\":[1,0,\"2058.75\",12]}", -1, &message, &error));
  g_assert_error (error, DTC_ERROR, DTC_ERROR_WRONG_TYPE);
  g_assert_nonnull (strstr (error->message, "Price"));
  g_assert_false (dtc_message_has (&message, DTC_MARKET_DATA_UPDATE_TRADE_F_PRICE));
  g_assert_cmpfloat (message.market_data_update_trade.volume, ==, 12);
  g_clear_error (&error);
  g_assert_true (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, "{\"Type\":301,\"F\":[0,1,1,\"ESZ6\",\"\",\"\",\"8841\"]}", -1, &message, &error));
  g_assert_cmpstr (message.order_update.server_order_id, ==, "8841");
  dtc_message_clear (&message);
}

static void
append_digits (GRand   *rand,
               GString *text,
               gint32   most)
{
  for (gint32 n = g_rand_int_range (rand, 0, most); n > 0; n--)
    g_string_append_c (text, (char) ('0' + (g_rand_boolean (rand) ? 0 : g_rand_int_range (rand, 0, 10))));
}

/* Short numbers are read on a short way; with an exponent of 0 the same number takes the long one. */
static void
test_short_numbers (void)
{
  static const struct { guint16 type; guint field; } fields[] = {
    { DTC_MSG_ORDER_UPDATE, DTC_ORDER_UPDATE_F_PRICE1 },
    { DTC_MSG_ORDER_UPDATE, DTC_ORDER_UPDATE_F_REQUEST_ID },
    { DTC_MSG_ORDER_UPDATE, DTC_ORDER_UPDATE_F_LAST_FILL_DATE_TIME },
    { DTC_MSG_ORDER_UPDATE, DTC_ORDER_UPDATE_F_NO_ORDERS },
    { DTC_MSG_MARKET_DATA_SNAPSHOT, DTC_MARKET_DATA_SNAPSHOT_F_OPEN_INTEREST },
    { DTC_MSG_MARKET_DATA_SNAPSHOT, DTC_MARKET_DATA_SNAPSHOT_F_TRADING_STATUS },
    { DTC_MSG_MARKET_DATA_UPDATE_TRADE, DTC_MARKET_DATA_UPDATE_TRADE_F_AT_BID_OR_ASK },
    { DTC_MSG_HISTORICAL_PRICE_DATA_REJECT, DTC_HISTORICAL_PRICE_DATA_REJECT_F_REJECT_REASON_CODE },
    { DTC_MSG_ACCOUNT_BALANCE_UPDATE, DTC_ACCOUNT_BALANCE_UPDATE_F_TRANSACTION_IDENTIFIER },
    { DTC_MSG_SECURITY_DEFINITION_RESPONSE, DTC_SECURITY_DEFINITION_RESPONSE_F_MIN_PRICE_INCREMENT },
    { DTC_MSG_LOGON_RESPONSE, DTC_LOGON_RESPONSE_F_SERVER_NAME },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  g_autoptr (GString) number = g_string_new (NULL);
  DtcMessage plain = DTC_MESSAGE_INIT, slow = DTC_MESSAGE_INIT;
  guint good = 0;

  for (guint round = 0; round < 60000; round++)
    {
      const DtcMessageDesc *desc = dtc_message_desc (fields[round % G_N_ELEMENTS (fields)].type);
      guint field = fields[round % G_N_ELEMENTS (fields)].field;
      g_autofree char *text = NULL, *long_text = NULL;
      GError *error = NULL, *long_error = NULL;
      gboolean ok;

      g_string_assign (number, g_rand_int_range (rand, 0, 4) == 0 ? "-" : "");
      append_digits (rand, number, g_rand_boolean (rand) ? 4 : 23);
      if (g_rand_boolean (rand))
        {
          g_string_append_c (number, '.');
          append_digits (rand, number, g_rand_boolean (rand) ? 4 : 23);
        }
      text = g_strdup_printf ("{\"Type\":%u,\"%s\":%s}", desc->type, desc->fields[field].name, number->str);
      long_text = g_strdup_printf ("{\"Type\":%u,\"%s\":%se0 }", desc->type, desc->fields[field].name, number->str);
      ok = test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, text, -1, &plain, &error);
      if (test_decode (DTC_NUMBERING_DTC, DTC_TO_CLIENT, long_text, -1, &slow, &long_error) != ok ||
          (error != NULL && !g_error_matches (long_error, error->domain, error->code)) || !dtc_message_equal (&plain, &slow) ||
          plain.nulls != slow.nulls || plain.flags != slow.flags)
        g_error ("%s is read in two ways", text);
      good += ok ? 1 : 0;
      g_clear_error (&error);
      g_clear_error (&long_error);
    }
  g_assert_cmpuint (good, >, 10000);
  dtc_message_clear (&plain);
  dtc_message_clear (&slow);
}

/* A peer may write its keys in any order, and in another one the next time. */
static void
test_key_orders (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);
  DtcMessage message = DTC_MESSAGE_INIT, back = DTC_MESSAGE_INIT;

  for (guint round = 0; round < 3000; round++)
    {
      const DtcMessageDesc *desc = &dtc_message_descs[g_rand_int_range (rand, 0, DTC_N_MESSAGES)];
      g_autoptr (GString) shuffled = g_string_new ("{");
      g_auto (GStrv) members = NULL;
      g_autofree char *text = NULL;
      guint n;

      test_random_message (rand, &message, desc->type, 1 + (int) round % 4);
      for (guint i = 0; i < desc->n_fields; i++)
        if (desc->fields[i].type == DTC_FIELD_STRING && dtc_message_has (&message, i))
          dtc_message_set_string (&message, i, "no");
      text = test_encode (DTC_ENCODING_JSON, DTC_NUMBERING_DTC, test_direction (desc), &message, NULL);
      text[strlen (text) - 1] = '\0';
      members = g_strsplit (text + 1, ",", -1);
      n = g_strv_length (members);
      for (guint i = 0; i + 1 < n; i++)
        {
          guint k = (guint) g_rand_int_range (rand, (gint32) i, (gint32) n);
          char *swap = members[i];

          members[i] = members[k];
          members[k] = swap;
        }
      for (guint i = 0; i < n; i++)
        g_string_append_printf (shuffled, "%s%s", i > 0 ? "," : "", members[i]);
      g_string_append_c (shuffled, '}');
      if (!test_decode (DTC_NUMBERING_DTC, test_direction (desc), shuffled->str, -1, &back, NULL) || !dtc_message_equal (&message, &back) ||
          back.flags != 0)
        g_error ("read otherwise: %s", shuffled->str);
    }
  dtc_message_clear (&message);
  dtc_message_clear (&back);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/json/values", test_values);
  g_test_add_func ("/dtc/json/grammar", test_grammar);
  g_test_add_func ("/dtc/json/frames", test_frames);
  g_test_add_func ("/dtc/json/depth", test_depth);
  g_test_add_func ("/dtc/json/sizes", test_sizes);
  g_test_add_func ("/dtc/json/unknown-keys", test_unknown_keys);
  g_test_add_func ("/dtc/json/windows-1252", test_windows_1252);
  g_test_add_func ("/dtc/json/doubles", test_doubles);
  g_test_add_func ("/dtc/json/unset", test_unset);
  g_test_add_func ("/dtc/json/ranges", test_ranges);
  g_test_add_func ("/dtc/json/integers", test_integers);
  g_test_add_func ("/dtc/json/array-form", test_array_form);
  g_test_add_func ("/dtc/json/short-numbers", test_short_numbers);
  g_test_add_func ("/dtc/json/key-orders", test_key_orders);
  return g_test_run ();
}
