/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-peer.h"

/* Every question over the wire: how its answers are numbered, where they end, and how it is refused. */

typedef struct
{
  SimServer *server;
  Peer       peer;
} Desk;

static void
set_up_with (Desk       *desk,
             SimOptions *options)
{
  desk->server = sim_start (options);
  peer_open (&desk->peer, desk->server, options->numbering);
  g_assert_cmpint (peer_log_on (&desk->peer, "", "")->result, ==, DTC_LOGON_SUCCESS);
}

static void
tear_down (Desk *desk)
{
  peer_close (&desk->peer);
  sim_server_free (desk->server);
}

static gint64
read_int (const DtcMessage *message,
          const char       *name)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  guint                 i;

  for (i = 0; i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, name) == 0)
      return dtc_message_get_int (message, i);
  return G_MININT64;
}

/* The answers to @request_id, of @type: those with a total are numbered from 1 to it, the others end with @final. */
static guint
read_batch (Peer       *peer,
            int         type,
            int         request_id,
            const char *final)
{
  guint n = 0;

  for (;;)
    {
      const DtcMessage *m = peer_expect (peer, type);
      gint64            total = read_int (m, "TotalNumMessages");

      if (read_int (m, "RequestID") != G_MININT64 && read_int (m, "RequestID") != request_id)
        continue;
      n++;
      if (final)
        {
          if (read_int (m, final))
            return n;
          continue;
        }
      if (total == G_MININT64)
        total = read_int (m, "TotalNumberMessages");
      g_assert_cmpint (read_int (m, "MessageNumber"), ==, n);
      g_assert_cmpint (total, >=, n);
      if (total == n)
        return n;
    }
}

/* Everything about an account: first of nothing, then of something. */
static void
test_accounts (void)
{
  Desk              desk;
  Peer             *peer = &desk.peer;
  const DtcMessage *m;
  SimOptions       *options = sim_quiet_options (DTC_NUMBERING_DTC);

  options->fills_any_account = TRUE;
  set_up_with (&desk, options);
  peer_ask (peer, DTC_MSG_TRADE_ACCOUNTS_REQUEST, 2, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_TRADE_ACCOUNT_RESPONSE, 2, NULL), ==, 2);
  peer_ask (peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 3, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_POSITION_UPDATE, 3, NULL), ==, 1);
  g_assert_cmpint (peer->message.position_update.no_positions, ==, 1);
  peer_ask (peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, 4, "SIM1");
  g_assert_cmpuint (read_batch (peer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE, 4, NULL), ==, 1);
  g_assert_cmpint (peer->message.historical_order_fill_response.no_order_fills, ==, 1);
  peer_ask (peer, DTC_MSG_OPEN_ORDERS_REQUEST, 5, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_ORDER_UPDATE, 5, NULL), ==, 1);
  g_assert_cmpint (peer->message.order_update.no_orders, ==, 1);
  peer_ask (peer, DTC_MSG_JOURNAL_ENTRIES_REQUEST, 6, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_JOURNAL_ENTRY_RESPONSE, 6, "IsFinalResponse"), ==, 1);

  peer_submit (peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 2, 0);
  peer_submit (peer, "A-2", DTC_ORDER_TYPE_MARKET, DTC_BUY, 2, 0);
  peer_submit (peer, "A-3", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4990);
  peer_submit (peer, "A-4", DTC_ORDER_TYPE_LIMIT, DTC_BUY, 2, 4991);
  peer_ask (peer, DTC_MSG_OPEN_ORDERS_REQUEST, 7, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_ORDER_UPDATE, 7, NULL), ==, 2);
  peer_ask (peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 8, "SIM1");
  g_assert_cmpuint (read_batch (peer, DTC_MSG_POSITION_UPDATE, 8, NULL), ==, 1);
  g_assert_cmpfloat (peer->message.position_update.quantity, ==, 4);
  peer_ask (peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, 9, "SIM1");
  g_assert_cmpuint (read_batch (peer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE, 9, NULL), ==, 2);
  /* All accounts: a batch for each. */
  peer_ask (peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, 10, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE, 10, NULL), ==, 2);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE, 10, NULL), ==, 1);
  peer_ask (peer, DTC_MSG_ACCOUNT_BALANCE_REQUEST, 11, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_ACCOUNT_BALANCE_UPDATE, 11, NULL), ==, 2);
  peer_ask (peer, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST, 12, "SIM1");
  g_assert_cmpuint (read_batch (peer, DTC_MSG_HISTORICAL_ACCOUNT_BALANCE_RESPONSE, 12, "IsFinalResponse"), ==, 1);
  peer_send_text (peer, "{\"Type\":703,\"JournalEntry\":\"first\"}");
  peer_send_text (peer, "{\"Type\":703,\"JournalEntry\":\"second\"}");
  peer_ask (peer, DTC_MSG_JOURNAL_ENTRIES_REQUEST, 13, NULL);
  g_assert_cmpuint (read_batch (peer, DTC_MSG_JOURNAL_ENTRY_RESPONSE, 13, "IsFinalResponse"), ==, 2);
  g_assert_cmpstr (peer->message.body.journal_entry_response.journal_entry, ==, "second");

  /* Refusals. */
  peer_ask (peer, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REQUEST, 14, "NOPE");
  m = peer_expect (peer, DTC_MSG_HISTORICAL_ACCOUNT_BALANCES_REJECT);
  g_assert_cmpint (read_int (m, "RequestID"), ==, 14);
  peer_ask (peer, DTC_MSG_ACCOUNT_BALANCE_REQUEST, 15, "NOPE");
  g_assert_cmpint (read_int (peer_expect (peer, DTC_MSG_ACCOUNT_BALANCE_REJECT), "RequestID"), ==, 15);
  peer_ask (peer, DTC_MSG_CURRENT_POSITIONS_REQUEST, 16, "NOPE");
  g_assert_cmpint (read_int (peer_expect (peer, DTC_MSG_CURRENT_POSITIONS_REJECT), "RequestID"), ==, 16);
  peer_ask (peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST, 17, "NOPE");
  g_assert_cmpint (read_int (peer_expect (peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT), "RequestID"), ==, 17);
  peer_send_text (peer, "{\"Type\":303,\"RequestID\":18,\"TradeAccount\":\"SIM1\"}");
  g_assert_cmpint (read_int (peer_expect (peer, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT), "RequestID"), ==, 18);
  peer_ask (peer, DTC_MSG_OPEN_ORDERS_REQUEST, 19, "NOPE");
  g_assert_cmpint (read_int (peer_expect (peer, DTC_MSG_OPEN_ORDERS_REJECT), "RequestID"), ==, 19);
  /* One order by its ServerOrderID. */
  peer_send_text (peer, "{\"Type\":300,\"RequestID\":20,\"RequestAllOrders\":0,\"ServerOrderID\":\"nothing\"}");
  g_assert_cmpuint (read_batch (peer, DTC_MSG_ORDER_UPDATE, 20, NULL), ==, 1);
  g_assert_cmpint (peer->message.order_update.no_orders, ==, 1);
  tear_down (&desk);
}

typedef struct
{
  const char *question;
  guint       answers;
  const char *last; /* symbol of the last one, "" for nothing found, NULL for a refusal */
} Lookup;

static void
test_symbols (gconstpointer data)
{
  static const Lookup lookups[] = {
    { "{\"Type\":506,\"RequestID\":%d,\"Symbol\":\"ESZ6\"}", 1, "ESZ6" },
    { "{\"Type\":506,\"RequestID\":%d,\"Symbol\":\"esz6\"}", 0, NULL },
    { "{\"Type\":502,\"RequestID\":%d}", 60, NULL },
    { "{\"Type\":502,\"RequestID\":%d,\"Exchange\":\"MARS\"}", 0, NULL },
    { "{\"Type\":502,\"RequestID\":%d,\"Exchange\":\"NASDAQ\",\"SecurityType\":1}", 1, "" },
    { "{\"Type\":504,\"RequestID\":%d,\"UnderlyingSymbol\":\"ES\"}", 2, "ESH7" },
    { "{\"Type\":504,\"RequestID\":%d,\"UnderlyingSymbol\":\"NONE\"}", 1, "" },
    { "{\"Type\":503,\"RequestID\":%d,\"Exchange\":\"COMEX\"}", 3, "HG" },
    { "{\"Type\":508,\"RequestID\":%d,\"SearchText\":\"esz\",\"SearchType\":1}", 1, "ESZ6" },
    { "{\"Type\":508,\"RequestID\":%d,\"SearchText\":\"euro-bund\",\"SearchType\":2}", 1, "FGBLZ6" },
    { "{\"Type\":508,\"RequestID\":%d,\"SearchText\":\"nowhere\",\"SearchType\":2}", 1, "" },
  };
  gboolean    v2 = data != NULL;
  int         type = v2 ? DTC_MSG_SECURITY_DEFINITION_RESPONSE_V2 : DTC_MSG_SECURITY_DEFINITION_RESPONSE;
  SimOptions *options = sim_quiet_options (DTC_NUMBERING_DTC);
  Desk        desk;
  guint       i;

  options->n_symbols = 60;
  options->definitions_v2 = v2;
  set_up_with (&desk, options);
  for (i = 0; i < G_N_ELEMENTS (lookups); i++)
    {
      g_autofree char *text = NULL;
      const char      *symbol;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      text = g_strdup_printf (lookups[i].question, (int) i + 1);
#pragma GCC diagnostic pop
      peer_send_text (&desk.peer, text);
      if (lookups[i].answers == 0)
        {
          g_assert_cmpint (read_int (peer_expect (&desk.peer, DTC_MSG_SECURITY_DEFINITION_REJECT), "RequestID"), ==,
                           i + 1);
          continue;
        }
      g_assert_cmpuint (read_batch (&desk.peer, type, (int) i + 1, "IsFinalMessage"), ==, lookups[i].answers);
      symbol = v2 ? desk.peer.message.security_definition_response_v2.symbol
                  : desk.peer.message.security_definition_response.symbol;
      if (lookups[i].last)
        g_assert_cmpstr (symbol, ==, lookups[i].last);
    }
  peer_ask (&desk.peer, DTC_MSG_EXCHANGE_LIST_REQUEST, 99, NULL);
  g_assert_cmpuint (read_batch (&desk.peer, DTC_MSG_EXCHANGE_LIST_RESPONSE, 99, "IsFinalMessage"), ==, 7);
  tear_down (&desk);
}

/* Parent and exits in one write, as a client sends them. */
static void
test_bracket (gconstpointer data)
{
  DtcNumbering    numbering = GPOINTER_TO_INT (data);
  const char     *parent = numbering == DTC_NUMBERING_DTC
    ? "{\"Type\":208,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"P\",\"OrderType\":2,"
      "\"BuySell\":1,\"Quantity\":2,\"Price1\":4990,\"TimeInForce\":1,\"IsParentOrder\":1}"
    : "{\"Type\":300,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"P\",\"OrderType\":2,"
      "\"BuySell\":\"BUY\",\"Quantity\":2,\"Price1\":4990,\"TimeInForce\":\"DAY\",\"IsParentOrder\":1}";
  static const char exits[] =
    "{\"Type\":201,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ParentTriggerClientOrderID\":\"P\","
    "\"ClientOrderID_1\":\"T\",\"OrderType_1\":2,\"BuySell_1\":2,\"Price1_1\":5010,\"Quantity_1\":2,"
    "\"ClientOrderID_2\":\"S\",\"OrderType_2\":3,\"BuySell_2\":2,\"Price1_2\":4980,\"Quantity_2\":2,\"TimeInForce\":1}";
  g_autofree char      *id = NULL;
  const DtcOrderUpdate *update;
  Desk                  desk;

  set_up_with (&desk, sim_quiet_options (numbering));
  g_assert_cmpint (desk.peer.message.logon_response.bracket_orders_supported, ==, 1);
  g_assert_cmpint (desk.peer.message.logon_response.oco_orders_supported, ==, 1);
  if (numbering == DTC_NUMBERING_BRIEF)
    peer_expect (&desk.peer, DTC_MSG_ORDER_UPDATE); /* nothing to restate */
  peer_send_text (&desk.peer, parent);
  peer_send_text (&desk.peer, exits);
  update = peer_expect_update (&desk.peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_OPEN);
  g_assert_cmpstr (update->client_order_id, ==, "P");
  id = g_strdup (update->server_order_id);
  update = peer_expect_update (&desk.peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_PENDING_CHILD);
  g_assert_cmpstr (update->parent_server_order_id, ==, id);
  g_assert_cmpstr (update->client_order_id, ==, "T");
  update = peer_expect_update (&desk.peer, DTC_NEW_ORDER_ACCEPTED, DTC_ORDER_STATUS_PENDING_CHILD);
  g_assert_cmpstr (update->client_order_id, ==, "S");
  g_assert_cmpstr (update->oco_linked_order_server_order_id, !=, "");
  peer_cancel (&desk.peer, id, "P");
  peer_expect_update (&desk.peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
  peer_expect_update (&desk.peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
  peer_expect_update (&desk.peer, DTC_ORDER_CANCELED, DTC_ORDER_STATUS_CANCELED);
  tear_down (&desk);
}

/* Times beyond reason are no reason to answer wrongly. */
static void
test_times (void)
{
  static const struct
  {
    gint64 start;
    gint32 days;
    guint  n;
  } spans[] = { { 0, 1, 1 }, { 0, 150000000, 1 }, { 0, G_MAXINT32, 1 }, { G_MININT64 + 1, 1, 1 }, { 1, 0, 1 },
                { G_MAXINT64, 0, 0 } };
  g_auto (DtcMessage) m = DTC_MESSAGE_INIT;
  Desk                desk;
  guint               i;

  set_up_with (&desk, sim_quiet_options (DTC_NUMBERING_DTC));
  peer_submit (&desk.peer, "A-1", DTC_ORDER_TYPE_MARKET, DTC_BUY, 1, 0);
  for (i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      dtc_message_init (&m, DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST);
      dtc_message_set_int (&m, DTC_HISTORICAL_ORDER_FILLS_REQUEST_F_REQUEST_ID, 10 + i);
      dtc_message_set_string (&m, DTC_HISTORICAL_ORDER_FILLS_REQUEST_F_TRADE_ACCOUNT, "SIM1");
      dtc_message_set_int (&m, DTC_HISTORICAL_ORDER_FILLS_REQUEST_F_NUMBER_OF_DAYS, spans[i].days);
      dtc_message_set_int (&m, DTC_HISTORICAL_ORDER_FILLS_REQUEST_F_START_DATE_TIME, spans[i].start);
      peer_send (&desk.peer, &m);
      g_assert_cmpint (peer_expect (&desk.peer, DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)->historical_order_fill_response.no_order_fills,
                       ==, spans[i].n == 0);
    }
  tear_down (&desk);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/requests/accounts", test_accounts);
  g_test_add_func ("/sim/requests/times", test_times);
  g_test_add_data_func ("/sim/requests/symbols/507", NULL, test_symbols);
  g_test_add_data_func ("/sim/requests/symbols/510", "", test_symbols);
  g_test_add_data_func ("/sim/requests/bracket/dtc", GINT_TO_POINTER (DTC_NUMBERING_DTC), test_bracket);
  g_test_add_data_func ("/sim/requests/bracket/brief", GINT_TO_POINTER (DTC_NUMBERING_BRIEF), test_bracket);
  return g_test_run ();
}
