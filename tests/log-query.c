/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "log-fixture.h"

/* What a query means, and that it finds what a plain look at every message finds. */

/* ---- the query ---- */

DeskLogStore *
small_log (void)
{
  DeskLogStore *store = desk_log_store_new (0, 0, 0);

  /* 1 */ append (store, DTC_WIRE_SENT, 0, "{\"Type\":208,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"c1\",\"BuySell\":1,\"OrderType\":2,\"Price1\":5000.25,\"Quantity\":2}");
  /* 2 */ append (store, DTC_WIRE_RECEIVED, 34000, "{\"Type\":301,\"Symbol\":\"ESZ6\",\"ClientOrderID\":\"c1\",\"ServerOrderID\":\"s1\",\"OrderStatus\":4,\"OrderUpdateReason\":2,\"Price1\":5000.25,\"InfoText\":\"caf\\u00e9 open\"}");
  /* 3 */ append (store, DTC_WIRE_RECEIVED, 50000, "{\"Type\":3,\"NumDroppedMessages\":0}");
  /* 4 */ append (store, DTC_WIRE_RECEIVED, 60000, "{\"Type\":301,\"Symbol\":\"NQZ6\",\"ServerOrderID\":\"s9\",\"OrderStatus\":8,\"InfoText\":\"no margin\",\"OrderUpdateReason\":8}");
  /* 5 */ append (store, DTC_WIRE_RECEIVED, 70000, "{\"Type\":301,\"Symbol\":\"ESZ6\",\"ServerOrderID\":\"s2\",\"PreviousServerOrderID\":\"s1\",\"OrderStatus\":9}");
  /* 6 */ note (store, "link #1 ended: The server closed the connection");
  /* 7 */ append (store, DTC_WIRE_RECEIVED, 80000, "{\"Type\":306,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM2\",\"Quantity\":-3");
  desk_log_store_flush (store);
  return store;
}

static void
test_query (void)
{
  g_autoptr (DeskLogStore) store = small_log ();

  assert_found (store, "", "1 2 3 4 5 6 7");
  assert_found (store, "  ", "1 2 3 4 5 6 7");
  assert_found (store, "type=301", "2 4 5");
  assert_found (store, "type=301 & OrderStatus=9 & Symbol~ES", "5");
  assert_found (store, "type=301 OrderStatus=9 symbol~es", "5");
  assert_found (store, "type=301|type=3", "2 3 4 5");
  assert_found (store, "!type=301", "1 3 6 7");
  assert_found (store, "! type=301 & Symbol=ESZ6", "1 7");
  assert_found (store, "!(type=301 | Symbol=ESZ6)", "3 6");
  assert_found (store, "(type=208|type=301)&(Symbol=ESZ6)", "1 2 5");
  assert_found (store, "Symbol!=ESZ6", "4");
  assert_found (store, "!Symbol=ESZ6", "3 4 6");
  assert_found (store, "Symbol=\"ESZ6\"", "1 2 5 7");
  assert_found (store, "Symbol~/^N/", "4");
  assert_found (store, "Symbol!~/^n/i", "1 2 5 7");
  assert_found (store, "Price1>=5000.25", "1 2");
  assert_found (store, "Price1 > 5000.25", "");
  assert_found (store, "Price1<1e4", "1 2");
  assert_found (store, "Quantity<0", "7");
  assert_found (store, "Quantity=2", "1");
  assert_found (store, "Quantity~2", "1");
  assert_found (store, "OrderStatus=REJECTED", "5");
  assert_found (store, "OrderStatus=ORDER_STATUS_REJECTED", "5");
  assert_found (store, "OrderStatus=FILLED", "");
  assert_found (store, "OrderStatus>=8", "4 5");
  assert_found (store, "Price1=unset", "4 5");
  assert_found (store, "Price1!=unset", "1 2");
  assert_found (store, "ClientOrderID=unset & type=301", "4 5");
  assert_found (store, "margin", "4");
  assert_found (store, "MARGIN", "4");
  assert_found (store, "\"no margin\"", "4");
  assert_found (store, "caf\u00e9", "2");
  assert_found (store, "rejected", "4 5");
  assert_found (store, "orderupdate", "2 4 5");
  assert_found (store, "/no m.rgin/", "4");
  assert_found (store, "/NO M.RGIN/i", "4");
  assert_found (store, "closed", "6");
  assert_found (store, "direction=sent", "1");
  assert_found (store, "direction=received type=301", "2 4 5");
  assert_found (store, "id=s1", "2 5");
  assert_found (store, "id~c", "1 2");
  assert_found (store, "id!=s1", "1 4");
  assert_found (store, "name~position", "7");
  assert_found (store, "number<=2", "1 2");
  assert_found (store, "size>1000", "");
  assert_found (store, "link=1 & type=3", "3");
  assert_found (store, "answer>30", "2");
  assert_found (store, "answer>=35", "");
  assert_found (store, "NumDroppedMessages=0", "3");
}

static void
test_query_complaints (void)
{
  static const struct
  {
    const char *text;
    guint       at;
    const char *complaint;
  } cases[] = {
    { "OrderStatis=9", 0, "DTC has no field \"OrderStatis\"; did you mean OrderStatus?" },
    { "type=301 & Qwertyuiop=1", 11, "DTC has no field \"Qwertyuiop\"" },
    { "OrderStatus=", 12, "A value is missing after OrderStatus" },
    { "OrderStatus=maybe", 12, "OrderStatus has no value \"maybe\"; it has, for example, PARTIALLY_FILLED" },
    { "Symbol<ES", 7, "Symbol is a text: it can be compared by = != ~ and !~ only" },
    { "Price1=x", 7, "Price1 is a number, and \"x\" is none" },
    { "type=x", 5, "type is a number, and \"x\" is none" },
    { "Price1=nan", 7, "Price1 is a number, and \"nan\" is none" },
    { "size<-inf", 5, "size is a number, and \"-inf\" is none" },
    { "size<1e999", 5, "size is a number, and \"1e999\" is none" },
    { "direction=up", 10, "A direction is sent or received, not up" },
    { "Price1<unset", 7, "unset is neither more nor less than anything; write = or !=" },
    { "(type=301", 0, "A bracket is opened and not closed" },
    { "type=301)", 8, "A bracket is closed that was not opened" },
    { "\"no end", 0, "The text in quotes has no end" },
    { "/no end", 0, "The expression between slashes has no end" },
    { "a &", 3, "Something is missing at the end" },
    { "a & | b", 4, "\"|\" stands where a word or a field should be" },
    { "=3", 0, "\"=\" stands where a word or a field should be" },
    { "\xff", 0, "The query is no text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint at = G_MAXUINT;

      g_assert_null (desk_log_query_parse (cases[i].text, &at, &error));
      g_assert_cmpstr (error->message, ==, cases[i].complaint);
      g_assert_cmpuint (at, ==, cases[i].at);
    }
  {
    g_autoptr (GError) error = NULL;
    g_autofree char *deep = g_strnfill (100, '(');
    g_autofree char *nots = g_strnfill (4000, '!');
    g_autofree char *endless = g_strnfill (5000, 'a');

    g_assert_null (desk_log_query_parse ("/(/", NULL, &error));
    g_assert_true (g_str_has_prefix (error->message, "The expression /(/ cannot be used: "));
    g_assert_null (strstr (error->message, "LIMIT_MATCH"));
    g_clear_error (&error);
    g_assert_null (desk_log_query_parse (deep, NULL, &error));
    g_assert_cmpstr (error->message, ==, "The query is nested too deeply");
    g_clear_error (&error);
    g_assert_null (desk_log_query_parse (nots, NULL, &error));
    g_clear_error (&error);
    g_assert_null (desk_log_query_parse (endless, NULL, &error));
    g_assert_cmpstr (error->message, ==, "The query is too long");
  }
}

/* Whatever is typed is a query or a sentence, and finds something or nothing. */
static void
test_query_random (void)
{
  static const char *const pieces[] = {
    "type", "OrderStatus", "Symbol", "Price1", "nonsense", "=", "!=", "~", "!~", "<", ">=", "&", "|", "!", "(", ")", " ", "301",
    "9", "ES", "/E.Z/", "/(/", "\"", "/", "unset", "FILLED", "\\", "-1e308", "9223372036854775807", "i", "id", "answer", "\xc3\xa9",
  };
  g_autoptr (DeskLogStore) store = small_log ();
  g_autoptr (DeskLogSnapshot) snapshot = desk_log_store_snapshot (store);
  guint good = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      DeskLogFilter filter = { 0 };
      guint at = 0;

      for (guint n = (guint) g_test_rand_int_range (1, 9); n > 0; n--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      filter.query = desk_log_query_parse (text->str, &at, &error);
      if (filter.query == NULL)
        {
          g_assert_nonnull (error);
          g_assert_cmpuint (at, <=, text->len);
          g_assert_cmpuint (strlen (error->message), >, 0);
          continue;
        }
      g_assert_no_error (error);
      g_array_unref (desk_log_filter_run (&filter, snapshot));
      desk_log_query_unref (filter.query);
      good++;
    }
  g_assert_cmpuint (good, >, 1000);
}

/* An expression that never comes to an end is given up, and says so. */
static void
test_query_patience (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  g_autoptr (DeskLogMatcher) matcher = NULL;
  g_autofree char *as = g_strnfill (4000, 'q');
  g_autofree char *text = g_strconcat ("{\"Type\":301,\"InfoText\":\"", as, "\"}", NULL);
  DeskLogFilter filter = { .query = parse ("/(q+)+[^q\\\"]/") };

  append (store, DTC_WIRE_RECEIVED, 0, text);
  snapshot = desk_log_store_snapshot (store);
  matcher = desk_log_matcher_new (&filter, snapshot, NULL, 0);
  g_assert_false (desk_log_matcher_fits (matcher, desk_log_snapshot_get (snapshot, 0)));
  g_assert_cmpuint (desk_log_matcher_given_up (matcher), ==, 1);
  desk_log_query_unref (filter.query);
}

/* ---- index and scan ---- */

typedef struct
{
  DeskLogStore *store;
  GPtrArray    *raws; /* char * */
} Random;

static const char *const symbols[] = { "ESZ6", "NQZ6", "CLF7", "ES" };
static const char *const clients[] = { "", "c1", "c2", "c3" };

char *
random_message (void)
{
  GString *text = g_string_new (NULL);

  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      g_string_append_printf (text, "{\"Type\":208,\"Symbol\":\"%s\",\"ClientOrderID\":\"%s\",\"Price1\":%d.25,\"Quantity\":%d}",
                              symbols[g_test_rand_int_range (0, 4)], clients[g_test_rand_int_range (0, 4)],
                              g_test_rand_int_range (0, 4), g_test_rand_int_range (1, 4));
      break;
    case 1:
    case 2:
      g_string_append_printf (text, "{\"Type\":301,\"Symbol\":\"%s\",\"ClientOrderID\":\"%s\",\"ServerOrderID\":\"s%d\",\"OrderStatus\":%d",
                              symbols[g_test_rand_int_range (0, 4)], clients[g_test_rand_int_range (0, 4)],
                              g_test_rand_int_range (1, 6), g_test_rand_int_range (0, 12));
      if (g_test_rand_int_range (0, 2))
        g_string_append_printf (text, ",\"OrderUpdateReason\":%d", g_test_rand_int_range (0, 12));
      if (g_test_rand_int_range (0, 2))
        g_string_append_printf (text, ",\"Price1\":%d", g_test_rand_int_range (0, 4));
      if (g_test_rand_int_range (0, 4) == 0)
        g_string_append_printf (text, ",\"PreviousServerOrderID\":\"s%d\"", g_test_rand_int_range (1, 6));
      if (g_test_rand_int_range (0, 4) == 0)
        g_string_append (text, ",\"InfoText\":\"Filled \\u0045S\\n\"");
      g_string_append_c (text, '}');
      break;
    case 3:
      g_string_append_printf (text, "{\"Type\":3}");
      break;
    case 4:
      g_string_append_printf (text, "{\"Type\":107,\"SymbolID\":%d,\"Price\":%d,\"Volume\":2}", g_test_rand_int_range (1, 3),
                              g_test_rand_int_range (0, 4));
      break;
    default:
      g_string_append_printf (text, "{\"Type\":301,\"Symbol\":\"%s\",\"OrderStatus\":\"x", symbols[g_test_rand_int_range (0, 4)]);
      break;
    }
  return g_string_free (text, FALSE);
}

static gboolean
has_word (const char *text,
          const char *word)
{
  g_autofree char *low = g_ascii_strdown (text, -1);

  return strstr (low, word) != NULL;
}

typedef gboolean (*Naive) (const DtcMessage *message,
                           const char       *raw);

static gboolean
naive_status (const DtcMessage *message,
              const char       *raw)
{
  return message->type == 301 && dtc_message_has (message, DTC_ORDER_UPDATE_F_ORDER_STATUS)
         && ((message->flags & DTC_MESSAGE_BAD_STATUS) ? message->wire_status : message->order_update.order_status) == 9;
}

static const char *
text_of (const DtcMessage *message,
         const char       *name)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);

  for (guint i = 0; desc != NULL && i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, name) == 0 && dtc_message_has (message, i))
      return dtc_message_get_string (message, i);
  return NULL;
}

static gboolean
naive_symbol (const DtcMessage *message,
              const char       *raw)
{
  return text_of (message, "Symbol") != NULL && has_word (text_of (message, "Symbol"), "es");
}

static gboolean
naive_client (const DtcMessage *message,
              const char       *raw)
{
  return g_strcmp0 (text_of (message, "ClientOrderID"), "c2") == 0;
}

static gboolean
naive_price (const DtcMessage *message,
             const char       *raw)
{
  return (message->type == 208 && dtc_message_has (message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_PRICE1)
          && message->submit_new_single_order.price1 > 1)
         || (message->type == 301 && dtc_message_has (message, DTC_ORDER_UPDATE_F_PRICE1) && message->order_update.price1 > 1);
}

static gboolean
naive_mixed (const DtcMessage *message,
             const char       *raw)
{
  return (naive_status (message, raw) || naive_client (message, raw)) && !naive_symbol (message, raw);
}

static gboolean
naive_regex (const DtcMessage *message,
             const char       *raw)
{
  return strstr (raw, "\"s3\"") != NULL || strstr (raw, "\"s4\"") != NULL;
}

static gboolean
naive_filled (const DtcMessage *message,
              const char       *raw)
{
  return strstr (raw, "\"Filled") != NULL;
}

static gboolean
naive_fill (const DtcMessage *message,
            const char       *raw)
{
  return strstr (raw, "Filled ") != NULL;
}

static gboolean
naive_words (const DtcMessage *message,
             const char       *raw)
{
  g_autoptr (GString) text = g_string_new (NULL);

  dtc_message_describe (message, text);
  return has_word (text->str, "filled") || has_word (raw, "filled");
}

/* What the index and its short cuts find is what reading every message finds. */
static void
test_scan (void)
{
  static const struct
  {
    const char *query;
    Naive       naive;
  } cases[] = {
    { "OrderStatus=9", naive_status },
    { "Symbol~es", naive_symbol },
    { "ClientOrderID=c2", naive_client },
    { "Price1>1", naive_price },
    { "(OrderStatus=9 | ClientOrderID=c2) & !Symbol~ES", naive_mixed },
    { "/\"s[34]\"/", naive_regex },
    { "/\"Filled* .u0*45S/", naive_filled },
    { "/FILLE*D? .?/i", naive_fill },
    { "Filled", naive_words },
  };
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (GPtrArray) raws = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  for (guint i = 0; i < 10000; i++)
    {
      g_ptr_array_add (raws, random_message ());
      append (store, i % 2 == 0 ? DTC_WIRE_RECEIVED : DTC_WIRE_SENT, i, raws->pdata[i]);
    }
  snapshot = desk_log_store_snapshot (store);
  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      DeskLogFilter filter = { .query = parse (cases[c].query) };
      g_autoptr (GArray) numbers = desk_log_filter_run (&filter, snapshot);
      guint at = 0;

      for (guint i = 0; i < raws->len; i++)
        {
          const char *raw = raws->pdata[i];

          dtc_codec_decode (&json, i % 2 == 0 ? DTC_TO_CLIENT : DTC_TO_SERVER, (const guint8 *) raw, strlen (raw), &message, NULL);
          if (cases[c].naive (&message, raw))
            {
              if (at == numbers->len || g_array_index (numbers, guint64, at) != i + 1)
                g_error ("%s misses %s", cases[c].query, raw);
              at++;
            }
          else if (at < numbers->len && g_array_index (numbers, guint64, at) == i + 1)
            g_error ("%s finds %s", cases[c].query, raw);
        }
      g_assert_cmpuint (at, ==, numbers->len);
      g_assert_cmpuint (at, >, 0);
      desk_log_query_unref (filter.query);
    }
}

static void
test_find_text (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      char text[80], needle[8];
      guint len = (guint) g_test_rand_int_range (0, 70), n = (guint) g_test_rand_int_range (1, 6);
      g_autofree char *low = NULL;
      const guint8 *place;
      const char *expected;

      for (guint k = 0; k < len; k++)
        text[k] = "abAB"[g_test_rand_int_range (0, 4)];
      text[len] = '\0';
      for (guint k = 0; k < n; k++)
        needle[k] = "ab"[g_test_rand_int_range (0, 2)];
      needle[n] = '\0';
      low = g_ascii_strdown (text, -1);
      expected = strstr (low, needle);
      place = desk_log_find_text ((const guint8 *) text, len, needle, n);
      g_assert_true ((place == NULL) == (expected == NULL));
      if (place != NULL)
        g_assert_cmpint (place - (const guint8 *) text, ==, expected - low);
    }
}

void
add_query_tests (void)
{
  g_test_add_func ("/core/log/query", test_query);
  g_test_add_func ("/core/log/query-complaints", test_query_complaints);
  g_test_add_func ("/core/log/query-random", test_query_random);
  g_test_add_func ("/core/log/query-patience", test_query_patience);
  g_test_add_func ("/core/log/scan", test_scan);
  g_test_add_func ("/core/log/find-text", test_find_text);
}
