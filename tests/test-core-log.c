/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "desk-flight-recorder.h"
#include "desk-log-chain.h"
#include "desk-log-compare.h"
#include "desk-log-decode.h"
#include "desk-log-export.h"
#include "desk-log-file.h"
#include "desk-log-latency.h"
#include "desk-log-line.h"
#include "desk-log-list.h"

static const DtcCodec json = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };

static gint64
append_as (DeskLogStore     *store,
           const DtcCodec   *codec,
           DtcWireDirection  direction,
           guint32           link,
           gint64            mono,
           const guint8     *raw,
           gsize             size)
{
  DeskLogEntry entry = { DESK_LOG_FRAME, 1000000000 + mono, mono, link, direction, *codec, raw, size };

  return (gint64) desk_log_store_append (store, &entry);
}

static gint64
append (DeskLogStore     *store,
        DtcWireDirection  direction,
        gint64            mono,
        const char       *text)
{
  return append_as (store, &json, direction, 1, mono, (const guint8 *) text, strlen (text));
}

static void
note (DeskLogStore *store,
      const char   *text)
{
  DeskLogEntry entry = { DESK_LOG_NOTE, 0, 0, 1, DTC_WIRE_RECEIVED, { 0 }, (const guint8 *) text, strlen (text) };

  desk_log_store_append (store, &entry);
}

static DeskLogQuery *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  DeskLogQuery *query = desk_log_query_parse (text, NULL, &error);

  if (query == NULL)
    g_error ("%s: %s", text, error->message);
  return query;
}

/* "1 3 4": the numbers that fit. */
static char *
found (DeskLogStore *store,
       const char   *text)
{
  DeskLogFilter filter = { .query = parse (text) };
  g_autoptr (DeskLogSnapshot) snapshot = desk_log_store_snapshot (store);
  g_autoptr (GArray) numbers = desk_log_filter_run (&filter, snapshot);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (out, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "", g_array_index (numbers, guint64, i));
  desk_log_query_unref (filter.query);
  return g_string_free (out, FALSE);
}

#define assert_found(store, text, expected) \
  G_STMT_START { \
    g_autofree char *found_ = found (store, text); \
    if (strcmp (found_, expected) != 0) \
      g_error ("%s:%d: \"%s\" finds \"%s\", not \"%s\"", __FILE__, __LINE__, text, found_, expected); \
  } G_STMT_END

/* ---- the query ---- */

static DeskLogStore *
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

static char *
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

/* ---- chips, chain, pairs ---- */

static char *
filtered (DeskLogStore  *store,
          DeskLogFilter *filter)
{
  g_autoptr (DeskLogSnapshot) snapshot = desk_log_store_snapshot (store);
  g_autoptr (GArray) numbers = desk_log_filter_run (filter, snapshot);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (out, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "", g_array_index (numbers, guint64, i));
  return g_string_free (out, FALSE);
}

#define assert_filtered(store, expected, ...) \
  G_STMT_START { \
    DeskLogFilter filter_ = { __VA_ARGS__ }; \
    g_autofree char *found_ = filtered (store, &filter_); \
    g_assert_cmpstr (found_, ==, expected); \
  } G_STMT_END

static void
test_chips (void)
{
  g_autoptr (DeskLogStore) store = small_log ();

  append (store, DTC_WIRE_RECEIVED, 90000, "{\"Type\":301,\"ServerOrderID\":\"s9\",\"OrderStatus\":7,\"OrderUpdateReason\":5}"); /* 8 */
  append (store, DTC_WIRE_RECEIVED, 91000, "{\"Type\":107,\"SymbolID\":1}");                                                 /* 9 */
  append (store, DTC_WIRE_RECEIVED, 92000, "{\"Type\":600}");                                                                /* 10 */
  append_as (store, &json, DTC_WIRE_RECEIVED, 2, 93000, (const guint8 *) "{\"Type\":54321}", 14);                            /* 11 */
  assert_filtered (store, "1 2 4 5 8", .chips = DESK_LOG_CHIP_ORDERS);
  assert_filtered (store, "8", .chips = DESK_LOG_CHIP_FILLS);
  assert_filtered (store, "7", .chips = DESK_LOG_CHIP_POSITIONS);
  assert_filtered (store, "10", .chips = DESK_LOG_CHIP_ACCOUNT);
  assert_filtered (store, "9", .chips = DESK_LOG_CHIP_MARKET);
  assert_filtered (store, "3 6 11", .chips = DESK_LOG_CHIP_SESSION);
  assert_filtered (store, "6 11", .chips = DESK_LOG_CHIP_SESSION, .hide_heartbeats = TRUE);
  assert_filtered (store, "4 5 7 11", .chips = DESK_LOG_CHIP_ERRORS);
  assert_filtered (store, "7 8 10", .chips = DESK_LOG_CHIP_POSITIONS | DESK_LOG_CHIP_FILLS | DESK_LOG_CHIP_ACCOUNT);
  assert_filtered (store, "11", .link = 2);
}

static void
test_chain (void)
{
  g_autoptr (DeskLogStore) store = small_log ();

  /* c1 became s1, was replaced by s2 and that by s3; a pair stands in one message and is two orders. */
  append (store, DTC_WIRE_RECEIVED, 90000, "{\"Type\":301,\"ServerOrderID\":\"s3\",\"PreviousServerOrderID\":\"s2\",\"OrderStatus\":4}"); /* 8 */
  append (store, DTC_WIRE_SENT, 91000, "{\"Type\":203,\"ServerOrderID\":\"s3\"}");                                                     /* 9 */
  append (store, DTC_WIRE_SENT, 92000, "{\"Type\":201,\"Symbol\":\"ESZ6\",\"ClientOrderID_1\":\"a\",\"ClientOrderID_2\":\"b\"}");       /* 10 */
  append (store, DTC_WIRE_RECEIVED, 93000, "{\"Type\":301,\"ClientOrderID\":\"a\",\"ServerOrderID\":\"sa\",\"OrderStatus\":4}");         /* 11 */
  append (store, DTC_WIRE_RECEIVED, 94000, "{\"Type\":301,\"ClientOrderID\":\"b\",\"ServerOrderID\":\"sb\",\"OrderStatus\":4}");         /* 12 */
  assert_filtered (store, "1 2 5 8 9", .order = (char *) "c1");
  assert_filtered (store, "1 2 5 8 9", .order = (char *) "s3");
  assert_filtered (store, "4", .order = (char *) "s9");
  assert_filtered (store, "10 11", .order = (char *) "a");
  assert_filtered (store, "10 12", .order = (char *) "sb");
  assert_filtered (store, "", .order = (char *) "s");
}

static int
pair_of (DeskLogStore *store,
         guint64       number)
{
  g_autoptr (DeskLogSnapshot) snapshot = desk_log_store_snapshot (store);
  guint position;

  g_assert_true (desk_log_snapshot_find (snapshot, number, &position));
  return desk_log_row_pair (desk_log_snapshot_get (snapshot, position));
}

static void
test_pairs (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;

  /* 1 */ append (store, DTC_WIRE_SENT, 0, "{\"Type\":1,\"ProtocolVersion\":8}");
  /* 2 */ append (store, DTC_WIRE_RECEIVED, 1, "{\"Type\":2,\"Result\":1}");
  /* 3 */ append (store, DTC_WIRE_SENT, 2, "{\"Type\":300,\"RequestID\":7,\"RequestAllOrders\":1}");
  /* 4 */ append (store, DTC_WIRE_SENT, 3, "{\"Type\":305,\"RequestID\":8}");
  /* 5 */ append (store, DTC_WIRE_RECEIVED, 4, "{\"Type\":306,\"RequestID\":8,\"Symbol\":\"A\",\"Quantity\":1}");
  /* 6 */ append (store, DTC_WIRE_RECEIVED, 5, "{\"Type\":301,\"RequestID\":7,\"ServerOrderID\":\"s1\",\"ClientOrderID\":\"c1\"}");
  /* 7 */ append (store, DTC_WIRE_RECEIVED, 6, "{\"Type\":301,\"RequestID\":7,\"ServerOrderID\":\"s2\"}");
  /* 8 */ append (store, DTC_WIRE_SENT, 7, "{\"Type\":208,\"ClientOrderID\":\"c3\",\"Symbol\":\"A\"}");
  /* 9 */ append (store, DTC_WIRE_SENT, 8, "{\"Type\":203,\"ClientOrderID\":\"c3\"}");
  /* 10 */ append (store, DTC_WIRE_RECEIVED, 9, "{\"Type\":301,\"ClientOrderID\":\"c3\",\"ServerOrderID\":\"s3\",\"OrderStatus\":4}");
  /* 11 */ append (store, DTC_WIRE_RECEIVED, 10, "{\"Type\":301,\"ClientOrderID\":\"c3\",\"ServerOrderID\":\"s3\",\"OrderStatus\":8}");
  /* 12 */ append (store, DTC_WIRE_RECEIVED, 11, "{\"Type\":301,\"ClientOrderID\":\"c3\",\"ServerOrderID\":\"s3\",\"OrderStatus\":8}");
  /* 13 */ append (store, DTC_WIRE_SENT, 12, "{\"Type\":601,\"RequestID\":9}");
  /* 14 */ append_as (store, &json, DTC_WIRE_RECEIVED, 2, 13, (const guint8 *) "{\"Type\":600,\"RequestID\":9}", 26);
  /* 15 */ append (store, DTC_WIRE_SENT, 14, "{\"Type\":101,\"RequestAction\":1,\"SymbolID\":4,\"Symbol\":\"ESZ6\"}");
  /* 16 */ append (store, DTC_WIRE_RECEIVED, 15, "{\"Type\":104,\"SymbolID\":4}");
  /* 17 */ append (store, DTC_WIRE_SENT, 16, "{\"Type\":101,\"RequestAction\":2,\"SymbolID\":4,\"Symbol\":\"ESZ6\"}");

  g_assert_cmpint (pair_of (store, 1), ==, 1);
  g_assert_cmpint (pair_of (store, 2), ==, -1);
  g_assert_cmpint (pair_of (store, 3), ==, 3); /* the first of two */
  g_assert_cmpint (pair_of (store, 4), ==, 1);
  g_assert_cmpint (pair_of (store, 6), ==, -3);
  g_assert_cmpint (pair_of (store, 7), ==, -4);
  g_assert_cmpint (pair_of (store, 8), ==, 2);
  g_assert_cmpint (pair_of (store, 9), ==, 2);
  g_assert_cmpint (pair_of (store, 10), ==, -2);
  g_assert_cmpint (pair_of (store, 11), ==, -2);
  g_assert_cmpint (pair_of (store, 12), ==, 0); /* news */
  g_assert_cmpint (pair_of (store, 13), ==, 0); /* another link has other numbers */
  g_assert_cmpint (pair_of (store, 14), ==, 0);
  g_assert_cmpint (pair_of (store, 16), ==, -1);

  snapshot = desk_log_store_snapshot (store);
  for (guint i = 0; i < desk_log_snapshot_get_n (snapshot); i++)
    {
      const DeskLogRow *row = desk_log_snapshot_get (snapshot, i);
      gboolean asks = row->number == 1 || row->number == 3 || row->number == 4 || row->number == 8 || row->number == 9
                      || row->number == 13 || row->number == 15;

      g_assert_cmpint ((row->flags & DESK_LOG_ASKS) != 0, ==, asks);
    }
  /* A trade has no symbol of its own: the subscription said it. */
  append (store, DTC_WIRE_RECEIVED, 17, "{\"Type\":107,\"SymbolID\":4,\"Price\":5000}");
  assert_found (store, "Symbol=ESZ6 & type=107", "18");
}

static void
test_quiet (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  DeskLogEntry unkept = { DESK_LOG_FRAME, 0, 20 * G_USEC_PER_SEC, 1, DTC_WIRE_RECEIVED, json, NULL, 0 };

  append (store, DTC_WIRE_RECEIVED, 0, "{\"Type\":3}");
  append_as (store, &json, DTC_WIRE_RECEIVED, 2, 10 * G_USEC_PER_SEC, (const guint8 *) "{\"Type\":3}", 10);
  desk_log_store_skip (store, &unkept);
  append (store, DTC_WIRE_RECEIVED, 21 * G_USEC_PER_SEC, "{\"Type\":3}");
  append (store, DTC_WIRE_RECEIVED, 19 * G_USEC_PER_SEC, "{\"Type\":3}");
  snapshot = desk_log_store_snapshot (store);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 0)->quiet, ==, 0);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 1)->quiet, ==, 0);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 2)->quiet, ==, 1000); /* what was not kept was heard */
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 2)->number, ==, 4);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 3)->quiet, ==, 0);
}

/* ---- secrets ---- */

static void
test_secrets (void)
{
  static const char *const logons[] = {
    "{\"Type\":1,\"ProtocolVersion\":8,\"Username\":\"joe-secret\",\"Password\":\"pw-secret\",\"TradeAccount\":\"A\"}",
    "{\"Password\":\"pw-secret\",\"Type\":1}",
    "{\"Type\":1,\"Pass\\u0077ord\":\"pw-secret\"}",
    "{\"Type\":1,\"F\":[8,\"joe-secret\",\"pw-secret\"]}",
    "{\"Type\":1,\"Username\":\"joe-secret\",\"Password\":\"pw-secr",
    "{\"Type\":\"1\",\"Username\":\"joe-secret\"}",
  };
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  DtcCodec binary = { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (logons); i++)
    append (store, DTC_WIRE_SENT, i, logons[i]);
  dtc_message_init (&message, DTC_MSG_LOGON_REQUEST);
  dtc_message_set_string (&message, DTC_LOGON_REQUEST_F_PASSWORD, "pw-secret");
  g_assert_true (dtc_codec_encode (&binary, DTC_TO_SERVER, &message, frame, NULL));
  append_as (store, &binary, DTC_WIRE_SENT, 1, 10, frame->data, frame->len);
  frame->data[0]++; /* its size is wrong */
  append_as (store, &binary, DTC_WIRE_SENT, 1, 11, frame->data, frame->len);

  snapshot = desk_log_store_snapshot (store);
  g_assert_cmpuint (desk_log_snapshot_get_n (snapshot), ==, G_N_ELEMENTS (logons) + 2);
  for (guint i = 0; i < desk_log_snapshot_get_n (snapshot); i++)
    {
      const DeskLogRow *row = desk_log_snapshot_get (snapshot, i);

      g_assert_null (memmem (row->raw, row->size, "secr", 4));
      g_assert_cmpuint (row->wire_size, ==, i < G_N_ELEMENTS (logons) ? strlen (logons[i]) : frame->len);
    }
  /* The account is no secret, and what could be read can still be read. */
  assert_found (store, "TradeAccount=A", "1");
  assert_found (store, "type=1 & Password=****", "1 2 3 4 7");
}

/* ---- limits ---- */

typedef struct
{
  GArray *copy; /* numbers, kept by following "items-changed" alone */
  guint   n_signals;
} Observer;

static guint64
number_at (GListModel *model,
           guint       position)
{
  g_autoptr (DeskLogItem) item = g_list_model_get_item (model, position);

  return desk_log_item_get_number (item);
}

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Observer   *observer)
{
  observer->n_signals++;
  if (removed > 0)
    g_array_remove_range (observer->copy, position, removed);
  for (guint i = 0; i < added; i++)
    {
      guint64 number = number_at (model, position + i);

      g_array_insert_val (observer->copy, position + i, number);
    }
  g_assert_cmpuint (observer->copy->len, ==, g_list_model_get_n_items (model));
}

static void
assert_same (Observer   *observer,
             GListModel *model)
{
  g_assert_cmpuint (observer->copy->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < observer->copy->len; i++)
    {
      g_assert_cmpuint (g_array_index (observer->copy, guint64, i), ==, number_at (model, i));
      if (i > 0)
        g_assert_cmpuint (number_at (model, i), >, number_at (model, i - 1));
    }
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

static void
wait_settled (DeskLogList *list)
{
  guint limit = g_timeout_add_seconds (60, too_late_cb, NULL);

  while (desk_log_list_is_busy (list))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

/* Market data goes before any trading message does; trading messages go one by one, oldest first. Every list that
 * follows "items-changed" has what the model has, filtered or not. */
static void
test_limits (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (500, 300, 0);
  g_autoptr (DeskLogList) all = desk_log_list_new (store);
  g_autoptr (DeskLogList) orders = desk_log_list_new (store);
  DeskLogFilter filter = { .chips = DESK_LOG_CHIP_ORDERS };
  Observer observers[2] = { { g_array_new (FALSE, FALSE, sizeof (guint64)), 0 },
                            { g_array_new (FALSE, FALSE, sizeof (guint64)), 0 } };
  guint trading = 0;

  g_signal_connect (all, "items-changed", G_CALLBACK (items_changed_cb), &observers[0]);
  g_signal_connect (orders, "items-changed", G_CALLBACK (items_changed_cb), &observers[1]);
  desk_log_list_set_filter (orders, &filter);
  for (guint i = 0; i < 4000; i++)
    {
      append (store, DTC_WIRE_RECEIVED, i, g_test_rand_int_range (0, 3) == 0 ? "{\"Type\":301,\"ServerOrderID\":\"s\"}"
                                           : i % 2 == 0 ? "{\"Type\":3}" : "{\"Type\":107,\"SymbolID\":1}");
      if (g_test_rand_int_range (0, 20) == 0)
        desk_log_store_flush (store);
      if (i == 1500)
        wait_settled (orders);
    }
  desk_log_store_flush (store);
  wait_settled (orders);
  assert_same (&observers[0], G_LIST_MODEL (all));
  assert_same (&observers[1], G_LIST_MODEL (orders));
  for (guint i = 0; i < observers[0].copy->len; i++)
    trading += desk_log_list_get_row (all, i)->type == 301 ? 1 : 0;
  g_assert_cmpuint (trading, ==, 500);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (orders)), ==, 500);
  g_assert_cmpuint (observers[0].copy->len - trading, <=, 300);
  /* Back to all, and to a filter that finds nothing. */
  filter.chips = 0;
  desk_log_list_set_filter (orders, &filter);
  assert_same (&observers[1], G_LIST_MODEL (orders));
  g_assert_cmpuint (observers[1].copy->len, ==, observers[0].copy->len);
  filter.order = (char *) "nobody";
  desk_log_list_set_filter (orders, &filter);
  wait_settled (orders);
  g_assert_cmpuint (observers[1].copy->len, ==, 0);
  /* The order it asks for comes later. */
  append (store, DTC_WIRE_SENT, 5000, "{\"Type\":208,\"ClientOrderID\":\"nobody\"}");
  append (store, DTC_WIRE_RECEIVED, 5001, "{\"Type\":301,\"ClientOrderID\":\"nobody\",\"ServerOrderID\":\"s77\"}");
  desk_log_store_flush (store);
  wait_settled (orders);
  append (store, DTC_WIRE_RECEIVED, 5002, "{\"Type\":301,\"ServerOrderID\":\"s77\"}");
  desk_log_store_flush (store);
  wait_settled (orders);
  assert_same (&observers[1], G_LIST_MODEL (orders));
  g_assert_cmpuint (observers[1].copy->len, ==, 3);
  g_array_unref (observers[0].copy);
  g_array_unref (observers[1].copy);
}

static void
test_bytes (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 100000);
  g_autofree char *fill = g_strnfill (1000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"Type\":301,\"InfoText\":\"%s\"}", fill);

  for (guint i = 0; i < 1000; i++)
    {
      append (store, DTC_WIRE_RECEIVED, i, i % 2 == 0 ? text : "{\"Type\":3}");
      desk_log_store_flush (store);
    }
  g_assert_cmpuint (desk_log_store_get_n (store), >, 50);
  g_assert_cmpuint (desk_log_store_get_n (store), <, 200);
}

/* A picture stays what it was. */
static void
test_snapshot (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (10, 10, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  guint position;

  for (guint i = 0; i < 10; i++)
    append (store, DTC_WIRE_RECEIVED, i, "{\"Type\":301,\"ServerOrderID\":\"old\"}");
  desk_log_store_flush (store);
  snapshot = desk_log_store_snapshot (store);
  for (guint i = 0; i < 10000; i++)
    {
      append (store, DTC_WIRE_RECEIVED, i, i % 2 ? "{\"Type\":3}" : "{\"Type\":301,\"ServerOrderID\":\"new\"}");
      if (i % 100 == 0)
        desk_log_store_flush (store);
    }
  desk_log_store_flush (store);
  g_assert_cmpuint (desk_log_snapshot_get_n (snapshot), ==, 10);
  for (guint i = 0; i < 10; i++)
    {
      const DeskLogRow *row = desk_log_snapshot_get (snapshot, i);

      g_assert_cmpuint (row->number, ==, i + 1);
      g_assert_cmpstr (desk_log_snapshot_string (snapshot, row->server), ==, "old");
      g_assert_nonnull (memmem (row->raw, row->size, "old", 3));
      g_assert_true (desk_log_snapshot_find (snapshot, i + 1, &position));
      g_assert_cmpuint (position, ==, i);
    }
  g_assert_false (desk_log_snapshot_find (snapshot, 11, &position));
  g_assert_cmpuint (position, ==, 10);
}

/* ---- the recorder ---- */

static void
wait_for_number (DeskLogList *list,
                 guint64      number)
{
  GListModel *model = G_LIST_MODEL (list);
  guint limit = g_timeout_add_seconds (60, too_late_cb, NULL);

  while (g_list_model_get_n_items (model) == 0
         || number_at (model, g_list_model_get_n_items (model) - 1) < number)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static void
test_recorder (void)
{
  static const guint8 handshake[] = { 16, 0, 6, 0, 8, 0, 0, 0, 2, 0, 0, 0, 'D', 'T', 'C', 0 };
  g_autoptr (DeskFlightRecorder) recorder = desk_flight_recorder_new ();
  g_autoptr (DeskLogList) list = desk_log_list_new (desk_flight_recorder_get_store (recorder));
  g_autoptr (DeskLogItem) item = NULL;
  g_autoptr (DeskLogItem) again = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  const char *bad = "{\"Type\":301,\"InfoText\":\"caf\xe9\"}";

  g_assert_false (desk_flight_recorder_get_everything (recorder));
  /* Binary although JSON is agreed. */
  desk_flight_recorder_wire (recorder, DTC_WIRE_SENT, &json, handshake, sizeof handshake, sizeof handshake, 1, 1000, 1);
  desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) bad, strlen (bad), 321, 1, 1001, 2);
  desk_flight_recorder_note (recorder, "the link is down", 1, 2000, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  wait_for_number (list, 3);

  item = g_list_model_get_item (G_LIST_MODEL (list), 0);
  again = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true (item == again);
  g_assert_cmpuint (desk_log_list_get_row (list, 0)->type, ==, DTC_MSG_ENCODING_REQUEST);
  g_assert_cmpint (desk_log_list_get_row (list, 0)->flags & DESK_LOG_REFUSED, ==, 0);
  /* What was masked before it came here is as long as it was on the wire. */
  g_assert_cmpuint (desk_log_list_get_row (list, 0)->wire_size, ==, sizeof handshake);
  g_assert_cmpuint (desk_log_list_get_row (list, 1)->wire_size, ==, 321);
  assert_found (desk_flight_recorder_get_store (recorder), "size=321", "2");
  bytes = desk_log_row_dup_raw (desk_log_list_get_row (list, 0));
  g_assert_cmpstr (bytes, ==, "10 00 06 00 08 00 00 00 02 00 00 00 44 54 43 00");
  text = desk_log_row_dup_raw (desk_log_list_get_row (list, 1));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpstr (desk_log_row_name (desk_log_list_get_row (list, 1)), ==, "OrderUpdate");
  g_assert_cmpuint (desk_log_list_get_row (list, 2)->kind, ==, DESK_LOG_NOTE);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 3));
  /* An item outlives its list. */
  g_clear_object (&list);
  g_assert_cmpuint (desk_log_item_get_number (item), ==, 1);
  g_assert_null (desk_log_item_get_row (item));
}

static void
test_recorder_limits (void)
{
  g_autoptr (DeskFlightRecorder) recorder = desk_flight_recorder_new ();
  g_autoptr (DeskLogList) list = desk_log_list_new (desk_flight_recorder_get_store (recorder));
  static const char *const texts[] = { "{\"Type\":301}", "{\"Type\":108}", "{\"Type\":3}" };
  guint64 number = 0;
  guint trading = 0, n;

  for (guint i = 0; i < DESK_FLIGHT_RECORDER_MAX + 100; i++)
    for (guint k = 0; k < 3; k++)
      {
        number++;
        desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) texts[k], strlen (texts[k]), strlen (texts[k]), 1, 0, 0);
        if (number % 9000 == 0)
          wait_for_number (list, number);
      }
  wait_for_number (list, number);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  for (guint i = 0; i < n; i++)
    trading += desk_log_list_get_row (list, i)->type == 301 ? 1 : 0;
  g_assert_cmpuint (trading, ==, DESK_FLIGHT_RECORDER_MAX);
  g_assert_cmpuint (n - trading, <=, DESK_FLIGHT_RECORDER_CHATTER);
  /* A main thread that stands still loses market data, and numbers tell. */
  for (guint i = 0; i < 60000; i++)
    desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) texts[1], strlen (texts[1]), strlen (texts[1]), 1, 0, 0);
  desk_flight_recorder_wire (recorder, DTC_WIRE_RECEIVED, &json, (const guint8 *) texts[0], strlen (texts[0]), strlen (texts[0]), 1, 0, 0);
  wait_for_number (list, number + 60001);
  g_assert_cmpuint (number_at (G_LIST_MODEL (list), g_list_model_get_n_items (G_LIST_MODEL (list)) - 2), <, number + 60000);
}

/* ---- files ---- */

static char *
write_file (const char *text,
            gssize      len)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("log-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, len, NULL));
  return path;
}

static void
test_debug_log (void)
{
  static const char text[] =
    "[debug] router.order payload_preview={}\n"
    "12:00:01 [debug] dtc.send type=300 SubmitNewSingleOrder Symbol=ESZ6 ClientOrderID=c1 Quantity=2 Price1=5000.25\r\n"
    "[debug] dtc.recv type=301 OrderUpdate Symbol=ESZ6 ClientOrderID=c1 ServerOrderID=s1 OrderStatus=7 InfoText=\"it \\\"is\\\" a = b\\n\"\n"
    "[debug] dtc.send type=1 LogonRequest Username=joe Password=\"a b\" ClientName=x\n"
    "[debug] dtc.recv type=999 unknown bytes=12\n"
    "[debug] dtc.recv type=301 OrderUpdate Symbol=\"cut of\n"
    "something else\n"
    "[panel3] Order filled: c1\n";
  g_autofree char *path = write_file (text, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskLogFile) file = desk_log_file_load (path, DTC_NUMBERING_DTC, &error);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  g_assert_no_error (error);
  g_assert_false (file->timed);
  g_assert_cmpstr (file->remark, ==, "1 lines of the file are none of a log and are left out");
  g_assert_cmpuint (desk_log_store_get_n (file->store), ==, 7);
  /* Message 300 is an order here, so 7 means canceled. */
  assert_found (file->store, "OrderStatus=CANCELED", "3");
  assert_found (file->store, "type=208", "2");
  assert_found (file->store, "type=300", "2");
  assert_found (file->store, "id=c1", "2 3");
  assert_found (file->store, "Price1>5000", "2");
  assert_found (file->store, "name=\"?\"", "5");
  assert_found (file->store, "filled", "7");
  assert_found (file->store, "joe", "");
  assert_found (file->store, "/a b/", "");
  {
    const char *twice = "[debug] dtc.send type=1 LogonRequest GeneralTextData=\"no Password=1\" Password=secret";
    g_autofree char *masked = desk_log_line_mask (twice, strlen (twice));

    g_assert_null (strstr (masked, "secret"));
  }
  assert_filtered (file->store, "5 6", .chips = DESK_LOG_CHIP_ERRORS);
  snapshot = desk_log_store_snapshot (file->store);
  g_assert_true (desk_log_row_decode (desk_log_snapshot_get (snapshot, 2), &message, &error));
  g_assert_cmpstr (message.order_update.info_text, ==, "it \"is\" a = b\n");
  g_assert_false (desk_log_row_decode (desk_log_snapshot_get (snapshot, 5), &message, &error));
  g_assert_cmpstr (error->message, ==, "The line was cut off");
  g_unlink (path);
}

/* What dtc_debug_wire() would write is read back the same. */
static void
test_capture_file (void)
{
  static const char text[] =
    "dtc-capture 1 2026-11-30T10:00:00Z\n"
    "link 0.000001 1 connecting\n"
    "frame 0.5 1 > json dtc 29 {\"Type\":3,\"ServerOrderID\":\"\"}\n"
    "nonsense\n"
    "frame 1.25 1 < json dtc 12 {\"Type\":301}\n"
    "frame 2 1 < json dtc 12 {\"Type\":3";
  g_autofree char *path = write_file (text, -1);
  g_autofree char *foreign = write_file ("hello\nworld\n", -1);
  g_autofree char *empty = write_file ("", 0);
  g_autofree char *zeros = write_file ("\0\0\0\0\0\0\0\0", 8);
  g_autofree char *lines = write_file ("{\"Type\":208,\"ClientOrderID\":\"c1\"}\n{\"Type\":301,\"ClientOrderID\":\"c1\"}\n", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskLogFile) file = desk_log_file_load (path, DTC_NUMBERING_DTC, &error);
  g_autoptr (DeskLogFile) objects = NULL;
  g_autoptr (DeskLogSnapshot) snapshot = NULL;

  g_assert_no_error (error);
  g_assert_true (file->timed);
  g_assert_cmpstr (file->remark, ==, "1 lines of the file are no records and are left out");
  snapshot = desk_log_store_snapshot (file->store);
  g_assert_cmpuint (desk_log_snapshot_get_n (snapshot), ==, 3);
  g_assert_cmpuint (desk_log_snapshot_get (snapshot, 0)->kind, ==, DESK_LOG_NOTE);
  g_assert_cmpint (desk_log_snapshot_get (snapshot, 2)->utc, ==, G_GINT64_CONSTANT (1796032801250000));
  g_assert_cmpint (desk_log_snapshot_get (snapshot, 2)->mono, ==, 1250000);

  g_assert_null (desk_log_file_load (foreign, DTC_NUMBERING_DTC, &error));
  g_assert_true (g_str_has_suffix (error->message, "is neither a recording nor a DEBUG_DTC log"));
  g_clear_error (&error);
  g_assert_null (desk_log_file_load (empty, DTC_NUMBERING_DTC, &error));
  g_clear_error (&error);
  g_assert_null (desk_log_file_load (zeros, DTC_NUMBERING_DTC, &error));
  g_clear_error (&error);
  g_assert_null (desk_log_file_load ("/nowhere/at all", DTC_NUMBERING_DTC, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (desk_log_file_load (g_get_tmp_dir (), DTC_NUMBERING_DTC, &error));
  g_assert_true (g_str_has_suffix (error->message, "is a folder"));
  g_clear_error (&error);
  objects = desk_log_file_load (lines, DTC_NUMBERING_DTC, &error);
  g_assert_no_error (error);
  assert_found (objects->store, "direction=sent", "1");
  assert_found (objects->store, "id=c1", "1 2");
  g_unlink (path);
  g_unlink (foreign);
  g_unlink (empty);
  g_unlink (zeros);
  g_unlink (lines);
}

/* Any bytes are a log or a sentence. */
static void
test_damaged_file (void)
{
  static const char good[] =
    "dtc-capture 1 2026-11-30T10:00:00Z\n"
    "frame 0.5 1 > json dtc 12 {\"Type\":301}\n"
    "frame 0.6 1 < binary dtc 8 \\x08\\x00\\x03\\x00\\x00\\x00\\x00\\x00\n"
    "note 0.7 1 nothing\n"
    "[debug] dtc.recv type=301 OrderUpdate Symbol=\"E S\" OrderStatus=7 Price1=1e5\n";

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *text = g_strndup (good, sizeof good - 1);
      g_autofree char *path = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (DeskLogFile) file = NULL;
      gsize len = (gsize) g_test_rand_int_range (0, sizeof good);
      gsize from = i % 2 == 0 ? 0 : (gsize) (strstr (good, "[debug]") - good);

      len = MAX (len, from);
      for (guint k = 0; k < i % 5; k++)
        text[g_test_rand_int_range (0, sizeof good - 1)] = (char) g_test_rand_int_range (0, 256);
      path = write_file (text + from, (gssize) (len - from));
      file = desk_log_file_load (path, DTC_NUMBERING_DTC, &error);
      g_assert_true ((file == NULL) == (error != NULL));
      if (file != NULL)
        {
          g_autofree char *some = found (file->store, "OrderStatus=7 | /E/ | 301");

          g_assert_nonnull (some);
        }
      g_unlink (path);
    }
}

/* ---- anatomy ---- */

/* @kept: (out) (optional): the size of the row; that of a logon, which is kept masked, may differ from @size. */
static DeskLogAnatomy *
anatomy_and_size (const DtcCodec   *codec,
                  DtcWireDirection  direction,
                  const guint8     *raw,
                  gsize             size,
                  gsize            *kept)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;

  append_as (store, codec, direction, 1, 0, raw, size);
  snapshot = desk_log_store_snapshot (store);
  if (kept != NULL)
    *kept = desk_log_snapshot_get (snapshot, 0)->size;
  return desk_log_anatomy_new (desk_log_snapshot_get (snapshot, 0));
}

static DeskLogAnatomy *
anatomy_of (const DtcCodec   *codec,
            DtcWireDirection  direction,
            const guint8     *raw,
            gsize             size)
{
  return anatomy_and_size (codec, direction, raw, size, NULL);
}

static DeskLogAnatomy *
anatomy_of_json (const char *text)
{
  return anatomy_of (&json, DTC_WIRE_RECEIVED, (const guint8 *) text, strlen (text));
}

static DeskLogPart *
part_of (DeskLogAnatomy *anatomy,
         const char     *name)
{
  for (guint i = 0; i < anatomy->parts->len; i++)
    if (strcmp (((DeskLogPart *) anatomy->parts->pdata[i])->name, name) == 0)
      return anatomy->parts->pdata[i];
  g_error ("there is no %s", name);
}

static void
test_anatomy (void)
{
  static const struct
  {
    const char *text;
    const char *part; /* NULL: the message itself */
    guint       problems;
  } cases[] = {
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\"}", NULL, 0 },
    { "{\"Type\":301,\"OrderStatus\":\"7\",\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_WRONG_TYPE },
    { "{\"Type\":301,\"OrderStatus\":99,\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_ILLEGAL_VALUE },
    { "{\"Type\":301,\"OrderStatus\":7,\"BuySell\":9,\"ServerOrderID\":\"s\"}", "BuySell", DESK_LOG_ILLEGAL_VALUE },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":5}", "ServerOrderID", DESK_LOG_WRONG_TYPE },
    { "{\"Type\":301,\"OrderStatus\":99999999999,\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_OUT_OF_RANGE },
    { "{\"Type\":301,\"OrderStatus\":7}", "ServerOrderID", DESK_LOG_MISSING },
    { "{\"Type\":301,\"ServerOrderID\":\"s\"}", "OrderStatus", DESK_LOG_MISSING },
    { "{\"Type\":301,\"NoOrders\":1}", "OrderStatus", 0 },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\",\"Wrongness\":{\"a\":[1,2]}}", "Wrongness", DESK_LOG_UNKNOWN_FIELD },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"\\u0000\"}", "ServerOrderID", DESK_LOG_BAD_TEXT },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\",\"ServerOrderID\":\"t\"}", "ServerOrderID", 0 },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s", NULL, DESK_LOG_MALFORMED },
    { "{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\"}}", NULL, DESK_LOG_MALFORMED },
    { "{\"Type\":301 \"OrderStatus\":7}", NULL, DESK_LOG_MALFORMED },
    { "{\"OrderStatus\":7}", NULL, DESK_LOG_NO_TYPE },
    { "{\"Type\":\"301\"}", NULL, DESK_LOG_NO_TYPE },
    { "{\"Type\":54321}", NULL, DESK_LOG_UNKNOWN_TYPE },
    { "{\"Type\":208,\"Symbol\":\"A\",\"ClientOrderID\":\"c\",\"OrderType\":1,\"BuySell\":1,\"Quantity\":1}", NULL, DESK_LOG_WRONG_WAY },
    { "{\"Type\":306,\"OrderStatus\":7,\"OrderUpdateReason\":2,\"InfoText\":\"x\",\"FilledQuantity\":1}", NULL, DESK_LOG_TYPE_MISMATCH },
    { "", NULL, DESK_LOG_MALFORMED | DESK_LOG_NO_TYPE },
    { "[1,2]", NULL, DESK_LOG_MALFORMED | DESK_LOG_NO_TYPE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DeskLogAnatomy) anatomy = anatomy_of_json (cases[i].text);
      guint problems = cases[i].part != NULL ? part_of (anatomy, cases[i].part)->problems : anatomy->problems;

      if (problems != cases[i].problems)
        g_error ("%s: %s has %x, not %x", cases[i].text, cases[i].part != NULL ? cases[i].part : "the message", problems,
                 cases[i].problems);
    }
  {
    g_autoptr (DeskLogAnatomy) anatomy =
      anatomy_of_json ("{\"Type\":301,\"OrderStatus\":7,\"Price1\":1.7976931348623157e308,\"Price2\":null,\"InfoText\":\"a\\u00e9\",\"ServerOrderID\":\"s\"}");

    g_assert_cmpstr (part_of (anatomy, "OrderStatus")->meaning, ==, "ORDER_STATUS_FILLED");
    g_assert_cmpstr (part_of (anatomy, "OrderStatus")->value, ==, "7");
    g_assert_cmpint (part_of (anatomy, "Price1")->state, ==, DESK_LOG_PART_UNSET);
    g_assert_cmpint (part_of (anatomy, "Price2")->state, ==, DESK_LOG_PART_NULL);
    g_assert_cmpint (part_of (anatomy, "Symbol")->state, ==, DESK_LOG_PART_ABSENT);
    g_assert_cmpstr (part_of (anatomy, "InfoText")->value, ==, "a\u00e9");
    g_assert_cmpuint (anatomy->n_bad, ==, 0);
    g_assert_null (anatomy->refused);
  }
  {
    g_autoptr (DeskLogAnatomy) anatomy =
      anatomy_of_json ("{\"Type\":301,\"OrderStatus\":7,\"ServerOrderID\":\"s\",\"OrderStatus\":\"x\",\"Symbol\":\"ES");

    /* Up to where it breaks it is told. */
    g_assert_cmpstr (part_of (anatomy, "ServerOrderID")->value, ==, "s");
    g_assert_nonnull (anatomy->refused);
    g_assert_cmpstr (part_of (anatomy, "…")->value, ==, "\"Symbol\":\"ES");
    g_assert_cmpuint (anatomy->problems & DESK_LOG_MALFORMED, !=, 0);
  }
}

/* The brief's orders and changes are read as the codec reads them. */
static void
test_anatomy_brief (void)
{
  static const DtcCodec brief = { DTC_ENCODING_JSON, DTC_NUMBERING_BRIEF };
  static const char *const texts[] = {
    "{\"Type\":300,\"Symbol\":\"ESZ6\",\"ClientOrderID\":\"c\",\"OrderType\":2,\"BuySell\":\"BUY\",\"Quantity\":2,\"Price1\":4900,\"TimeInForce\":\"DAY\"}",
    "{\"Type\":302,\"ClientOrderID\":\"c\",\"Price1\":4901}",
    "{\"Type\":302,\"ClientOrderID\":\"c\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (DeskLogAnatomy) anatomy = anatomy_of (&brief, DTC_WIRE_SENT, (const guint8 *) texts[i], strlen (texts[i]));

      g_assert_cmpuint (anatomy->n_bad, ==, 0);
      g_assert_cmpuint (anatomy->problems, ==, 0);
      if (i == 0)
        g_assert_cmpstr (part_of (anatomy, "BuySell")->meaning, ==, "BUY");
    }
}

static void
test_anatomy_binary (void)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS };

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      DtcCodec codec = { encodings[i], DTC_NUMBERING_DTC };
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autoptr (DeskLogAnatomy) good = NULL;
      g_autoptr (DeskLogAnatomy) cut = NULL;
      g_autoptr (DeskLogAnatomy) size = NULL;
      g_autoptr (DeskLogAnatomy) none = NULL;
      DeskLogPart *part;

      dtc_message_init (&message, DTC_MSG_ORDER_UPDATE);
      dtc_message_set_int (&message, DTC_ORDER_UPDATE_F_ORDER_STATUS, 7);
      dtc_message_set_string (&message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, "server-1");
      dtc_message_set_double (&message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, 5000.25);
      g_assert_true (dtc_codec_encode (&codec, DTC_TO_CLIENT, &message, frame, NULL));
      good = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len);
      g_assert_cmpuint (good->problems & ~(guint) DESK_LOG_HARMLESS, ==, 0);
      part = part_of (good, "ServerOrderID");
      g_assert_cmpstr (part->value, ==, "server-1");
      g_assert_cmpint (memcmp (frame->data + part->at, "server-1", 8), ==, 0);
      g_assert_cmpstr (part_of (good, "OrderStatus")->meaning, ==, "ORDER_STATUS_FILLED");
      g_assert_cmpstr (part_of (good, "AverageFillPrice")->value, ==, "5000.25");
      g_assert_cmpint (part_of (good, "Price1")->state, ==, DESK_LOG_PART_UNSET);

      size = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len - 3);
      g_assert_cmpuint (size->problems & DESK_LOG_BAD_SIZE, !=, 0);
      g_assert_nonnull (size->refused);
      part = part_of (size, "OrderStatus");
      g_assert_cmpstr (part->value, ==, "7"); /* what is whole is told */
      none = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, 3);
      g_assert_cmpuint (none->problems & DESK_LOG_NO_TYPE, !=, 0);
      if (encodings[i] == DTC_ENCODING_BINARY_VLS)
        {
          const DtcFieldDesc *field = &dtc_message_desc (DTC_MSG_ORDER_UPDATE)->fields[DTC_ORDER_UPDATE_F_SERVER_ORDER_ID];

          frame->data[field->vls_offset + 1] = 0xff;
          cut = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len);
          g_assert_cmpuint (part_of (cut, "ServerOrderID")->problems & DESK_LOG_OUTSIDE, !=, 0);
        }
      else
        {
          const DtcFieldDesc *field = &dtc_message_desc (DTC_MSG_ORDER_UPDATE)->fields[DTC_ORDER_UPDATE_F_SERVER_ORDER_ID];

          memset (frame->data + field->wire_offset, 'x', field->len);
          cut = anatomy_of (&codec, DTC_WIRE_RECEIVED, frame->data, frame->len);
          g_assert_cmpuint (part_of (cut, "ServerOrderID")->problems & DESK_LOG_TOO_LONG, !=, 0);
        }
    }
}

/* Any bytes, in any encoding, both ways: something is told, every place lies inside the message, and what the codec
 * refuses is marked somewhere. */
static void
test_anatomy_random (void)
{
  for (guint i = 0; i < 6000; i++)
    {
      DtcCodec codec = { (DtcEncodingKind) g_test_rand_int_range (0, 4), (DtcNumbering) g_test_rand_int_range (0, 2) };
      gboolean text = codec.encoding >= DTC_ENCODING_JSON;
      g_autofree char *seed = random_message ();
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autoptr (DeskLogAnatomy) anatomy = NULL;
      gboolean marked;
      gsize kept;

      dtc_codec_decode (&json, DTC_TO_CLIENT, (const guint8 *) seed, strlen (seed), &message, NULL);
      if (text || !dtc_codec_encode (&codec, DTC_TO_CLIENT, &message, frame, NULL))
        {
          g_byte_array_set_size (frame, 0);
          g_byte_array_append (frame, (const guint8 *) seed, (guint) strlen (seed));
        }
      for (guint k = (guint) g_test_rand_int_range (0, 4); k > 0 && frame->len > 0; k--)
        frame->data[g_test_rand_int_range (0, (gint32) frame->len)] = (guint8) g_test_rand_int_range (0, 256);
      if (frame->len > 0 && g_test_rand_int_range (0, 3) == 0)
        g_byte_array_set_size (frame, (guint) g_test_rand_int_range (0, (gint32) frame->len));
      anatomy = anatomy_and_size (&codec, i % 2 == 0 ? DTC_WIRE_RECEIVED : DTC_WIRE_SENT, frame->data, frame->len, &kept);
      if (anatomy->desc == NULL || anatomy->desc->type != DTC_MSG_LOGON_REQUEST)
        g_assert_cmpuint (kept, ==, frame->len);
      marked = anatomy->problems != 0 || anatomy->n_bad > 0 || anatomy->refused != NULL;
      for (guint k = 0; k < anatomy->parts->len; k++)
        {
          const DeskLogPart *part = anatomy->parts->pdata[k];

          g_assert_cmpuint (part->at + part->len, <=, kept);
          g_assert_nonnull (part->name);
          g_assert_nonnull (part->value);
        }
      g_assert_true (marked || anatomy->refused == NULL);
    }
}

/* ---- reports ---- */

static DeskLogSnapshot *
session_log (gboolean filled)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);

  append (store, DTC_WIRE_SENT, 0, "{\"Type\":208,\"ClientOrderID\":\"c1\",\"Symbol\":\"ESZ6\"}");
  append (store, DTC_WIRE_RECEIVED, 20000, "{\"Type\":301,\"ClientOrderID\":\"c1\",\"ServerOrderID\":\"s1\",\"OrderStatus\":4}");
  append (store, DTC_WIRE_SENT, 30000, "{\"Type\":208,\"ClientOrderID\":\"c2\",\"Symbol\":\"NQZ6\"}");
  append (store, DTC_WIRE_RECEIVED, 70000, "{\"Type\":301,\"ClientOrderID\":\"c2\",\"ServerOrderID\":\"s2\",\"OrderStatus\":4}");
  if (filled)
    append (store, DTC_WIRE_RECEIVED, 100000, "{\"Type\":301,\"ClientOrderID\":\"c1\",\"ServerOrderID\":\"s1\",\"OrderStatus\":7,\"OrderUpdateReason\":4}");
  append (store, DTC_WIRE_SENT, 110000, "{\"Type\":203,\"ClientOrderID\":\"c2\"}");
  append (store, DTC_WIRE_RECEIVED, 115000, "{\"Type\":301,\"ServerOrderID\":\"s2\",\"ClientOrderID\":\"c2\",\"OrderStatus\":8}");
  append (store, DTC_WIRE_SENT, 120000, "{\"Type\":208,\"ClientOrderID\":\"c3\",\"Symbol\":\"ESZ6\"}");
  return desk_log_store_snapshot (store);
}

static void
test_latency (void)
{
  g_autoptr (DeskLogSnapshot) snapshot = session_log (TRUE);
  g_autoptr (DeskLogLatency) latency = desk_log_latency_new (snapshot);
  const DeskLogAnswers *submits = &g_array_index (latency->answers, DeskLogAnswers, 1);
  const DeskLogOrderTimes *order = latency->orders->pdata[0];

  g_assert_cmpuint (latency->answers->len, ==, 2);
  g_assert_cmpuint (submits->type, ==, 208);
  g_assert_cmpuint (submits->n, ==, 2);
  g_assert_cmpuint (submits->unanswered, ==, 1);
  g_assert_cmpint (submits->least, ==, 20000);
  g_assert_cmpint (submits->p50, ==, 20000);
  g_assert_cmpint (submits->p99, ==, 40000);
  g_assert_cmpint (submits->most, ==, 40000);
  g_assert_cmpuint (latency->orders->len, ==, 3);
  g_assert_cmpstr (order->id, ==, "c1");
  g_assert_cmpint (order->ack, ==, 20000);
  g_assert_cmpint (order->fill, ==, 100000);
  g_assert_cmpint (order->cancel, ==, -1);
  order = latency->orders->pdata[1];
  g_assert_cmpint (order->fill, ==, -1);
  g_assert_cmpint (order->cancel, ==, 5000);
  order = latency->orders->pdata[2];
  g_assert_cmpint (order->ack, ==, -1);
}

static void
test_compare (void)
{
  g_autoptr (DeskLogSnapshot) left = session_log (TRUE);
  g_autoptr (DeskLogSnapshot) right = session_log (FALSE);
  g_autoptr (GPtrArray) pairs = desk_log_compare (left, right);
  g_autoptr (GPtrArray) same = desk_log_compare (left, left);
  const DeskLogOrderPair *pair = pairs->pdata[0];
  const DeskLogStep *step = pair->steps->pdata[2];

  g_assert_cmpuint (pairs->len, ==, 3);
  g_assert_cmpstr (pair->id, ==, "c1");
  g_assert_cmpuint (pair->n_same, ==, 2);
  g_assert_cmpuint (pair->n_left, ==, 1);
  g_assert_cmpuint (pair->n_right, ==, 0);
  g_assert_cmpint (step->kind, ==, DESK_LOG_STEP_LEFT);
  g_assert_cmpstr (step->words, ==, "← OrderUpdate FILLED");
  g_assert_cmpuint (step->left, ==, 5);
  g_assert_cmpuint (step->right, ==, 0);
  g_assert_cmpint (step->left_after, ==, 100000);
  for (guint i = 0; i < same->len; i++)
    g_assert_cmpuint (((DeskLogOrderPair *) same->pdata[i])->n_left + ((DeskLogOrderPair *) same->pdata[i])->n_right, ==, 0);
}

static void
test_export (void)
{
  g_autoptr (DeskLogStore) store = desk_log_store_new (0, 0, 0);
  g_autoptr (DeskLogSnapshot) snapshot = NULL;
  g_autoptr (GString) csv = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  append (store, DTC_WIRE_RECEIVED, 5, "{\"Type\":301,\"ClientOrderID\":\"=1+1\",\"InfoText\":\"a, \\\"b\\\"\"}");
  snapshot = desk_log_store_snapshot (store);
  desk_log_export_row (snapshot, desk_log_snapshot_get (snapshot, 0), DESK_LOG_EXPORT_CSV, csv);
  g_assert_cmpstr (csv->str, ==, "1,\"1970-01-01T00:16:40.000005Z\",1,\"received\",301,\"OrderUpdate\",\"\",\"\",\"'=1+1\",\"\",57,"
                                 "\"ClientOrderID=\"\"=1+1\"\" InfoText=\"\"a, \\\"\"b\\\"\"\"\"\"\r\n");
  desk_log_export_row (snapshot, desk_log_snapshot_get (snapshot, 0), DESK_LOG_EXPORT_TEXT, text);
  g_assert_true (g_str_has_suffix (text->str, "<-    57 301 OrderUpdate ClientOrderID=\"=1+1\" InfoText=\"a, \\\"b\\\"\"\n"));
}

int
main (int   argc,
      char *argv[])
{
  g_unsetenv ("DEBUG_DTC");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/log/query", test_query);
  g_test_add_func ("/core/log/query-complaints", test_query_complaints);
  g_test_add_func ("/core/log/query-random", test_query_random);
  g_test_add_func ("/core/log/query-patience", test_query_patience);
  g_test_add_func ("/core/log/scan", test_scan);
  g_test_add_func ("/core/log/find-text", test_find_text);
  g_test_add_func ("/core/log/chips", test_chips);
  g_test_add_func ("/core/log/chain", test_chain);
  g_test_add_func ("/core/log/pairs", test_pairs);
  g_test_add_func ("/core/log/quiet", test_quiet);
  g_test_add_func ("/core/log/secrets", test_secrets);
  g_test_add_func ("/core/log/limits", test_limits);
  g_test_add_func ("/core/log/bytes", test_bytes);
  g_test_add_func ("/core/log/snapshot", test_snapshot);
  g_test_add_func ("/core/log/recorder", test_recorder);
  g_test_add_func ("/core/log/recorder-limits", test_recorder_limits);
  g_test_add_func ("/core/log/debug-log", test_debug_log);
  g_test_add_func ("/core/log/capture-file", test_capture_file);
  g_test_add_func ("/core/log/damaged-file", test_damaged_file);
  g_test_add_func ("/core/log/anatomy", test_anatomy);
  g_test_add_func ("/core/log/anatomy-brief", test_anatomy_brief);
  g_test_add_func ("/core/log/anatomy-binary", test_anatomy_binary);
  g_test_add_func ("/core/log/anatomy-random", test_anatomy_random);
  g_test_add_func ("/core/log/latency", test_latency);
  g_test_add_func ("/core/log/compare", test_compare);
  g_test_add_func ("/core/log/export", test_export);
  return g_test_run ();
}
