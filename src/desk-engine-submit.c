/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"
#include "desk-order-line.h"

#include <math.h>
#include <string.h>

const char *
engine_account_of (DeskEngine *engine,
                   const char *account)
{
  return *account != '\0' ? account : engine->account;
}

/* Of two that cancel each other only what one has more than the other can come on top of it. */
static gint64
beside (const DeskTruthOrder *order,
        const DeskTruthOrder *changed)
{
  gint64 left = order->state.remaining >= 0 ? order->state.remaining : order->state.quantity;
  gint64 other = changed->state.remaining >= 0 ? changed->state.remaining : changed->state.quantity;

  return left >= 0 && other >= 0 ? MAX (left - other, 0) : left;
}

static void
fill_in_orders (DeskEngine           *engine,
                GArray               *orders,
                const char           *account,
                const char           *symbol,
                const DeskTruthOrder *without,
                gboolean              bare)
{
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  guint i;

  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);
      const DeskOrderState *state = &order->state;
      DeskGateOrder row = {
        .side = state->side, .type = state->type, .price = state->price, .price2 = state->price2,
        .remaining = without != NULL && desk_truth_are_pair (engine->truth, order, without) && state->side == without->state.side
                         ? beside (order, without)
                         : desk_truth_worst_quantity (engine->truth, order),
        .held = desk_truth_is_held (engine->truth, order),
        .same_symbol = strcmp (state->symbol, symbol) == 0, .ours = order->ours,
        .unknown = state->certainty == DESK_CERTAINTY_UNKNOWN || state->certainty == DESK_CERTAINTY_CONFLICT
                   || state->certainty == DESK_CERTAINTY_PROBABLE || state->certainty == DESK_CERTAINTY_NO_TRACE,
      };

      if (bare && order->ours && row.same_symbol)
        continue;
      if (order != without && strcmp (state->account, account) == 0 && state->certainty != DESK_CERTAINTY_GONE)
        g_array_append_val (orders, row);
    }
}

static void
fill_in_recents (DeskEngine *engine,
                 GArray     *recents,
                 const char *account,
                 const char *symbol)
{
  guint i;

  for (i = 0; i < engine->recents->len; i++)
    {
      const EngineRecent *recent = &g_array_index (engine->recents, EngineRecent, i);

      if (strcmp (recent->account, account) == 0 && strcmp (recent->symbol, symbol) == 0)
        g_array_append_val (recents, recent->recent);
    }
}

static EngineBucket *
bucket_of (DeskEngine *engine,
           const char *account,
           const char *symbol)
{
  EngineBucket bucket = { 0 };
  guint i;

  for (i = 0; i < engine->buckets->len; i++)
    {
      EngineBucket *known = &g_array_index (engine->buckets, EngineBucket, i);

      if (strcmp (known->account, account) == 0 && strcmp (known->symbol, symbol) == 0)
        return known;
    }
  g_strlcpy (bucket.account, account, sizeof bucket.account);
  g_strlcpy (bucket.symbol, symbol, sizeof bucket.symbol);
  g_array_append_val (engine->buckets, bucket);
  return &g_array_index (engine->buckets, EngineBucket, engine->buckets->len - 1);
}

/* What of the order the server's logon said it cannot do; the flag is DTC's own word for it. */
static const char *
unsupported (DeskEngine   *engine,
             DeskRole      role,
             gboolean      change)
{
  if (change)
    return engine->replace_supported ? NULL : "changing an order (OrderCancelReplaceSupported is 0)";
  if (role == DESK_ROLE_NONE)
    return NULL;
  if (!engine->oco_supported)
    return "orders that cancel each other (OCOOrdersSupported is 0)";
  return role == DESK_ROLE_OCO || engine->bracket_supported ? NULL : "brackets (BracketOrdersSupported is 0)";
}

static double
entry_price (DeskEngine       *engine,
             const DeskTicket *ticket)
{
  const DeskQuoteState *quote;

  if (ticket->kind != DESK_TICKET_BRACKET || ticket->symbol[0] == '\0')
    return NAN;
  if (ticket->has_price)
    return ticket->price;
  quote = &engine_symbol (engine, ticket->symbol)->quote;
  if (quote->rejected || quote->received == 0)
    return NAN;
  return desk_gate_reference (ticket->side, &quote->bid, &quote->ask, &quote->last, engine->now - quote->received);
}

typedef struct
{
  DeskRole              role;
  const DeskTicket     *entry;       /* of a new exit: its bracket */
  double                entry_price;
  guint                 beside;
  const DeskTruthOrder *changed;
  const DeskGateChange *change;
  gboolean              bare;
} Question;

static DeskDenial
ask_gate (DeskEngine       *engine,
          const DeskTicket *ticket,
          const Question   *question,
          DeskGateVerdict  *verdict)
{
  g_autoptr (GArray) orders = g_array_new (FALSE, FALSE, sizeof (DeskGateOrder));
  g_autoptr (GArray) recents = g_array_new (FALSE, FALSE, sizeof (DeskGateRecent));
  const char *name = engine_account_of (engine, ticket->account);
  const EngineAccount *account = engine_find_account (engine, name);
  const EngineSymbol *symbol = ticket->symbol[0] != '\0' ? engine_symbol (engine, ticket->symbol) : NULL;
  DeskPrice none = DESK_PRICE_INIT;
  DeskGateInput in = {
    .ticket = ticket, .limits = engine->config.limits, .change = question->change, .now = engine->now,
    .utc = engine->world.utc (engine->world_data), .link = engine->link, .numbering_ok = !engine->numbering_bad,
    .trading_supported = engine->trading_supported && !engine->config.read_only, .unconfirmed = engine->unconfirmed,
    .live = engine->config.live,
    .halted = desk_truth_get_halted (engine->truth),
    /* What the failure of the state file has ended is refused in its name, not as if arming could help. */
    .armed = engine->armed || engine->storage_failed, .automated = engine_is_automated (engine, ticket),
    .storage_ok = !engine->storage_failed && !engine->stalled, .storage_waits = engine->stalled, .account = name,
    .account_known = account != NULL && account->listed_epoch == desk_truth_get_epoch (engine->truth),
    .account_disabled = account != NULL && account->state.trading_disabled, .bid = none, .ask = none, .last = none,
    .role = question->role, .entry = question->entry, .entry_price = question->entry_price, .beside = question->beside,
    .unsupported = unsupported (engine, question->role, question->change != NULL),
    .unsaid = engine->config.numbering == DTC_NUMBERING_BRIEF && question->change == NULL
              && (question->role == DESK_ROLE_NONE || question->role == DESK_ROLE_ENTRY)
              && ticket->type > DESK_ORDER_TYPE_STOP_LIMIT && ticket->type < DESK_ORDER_TYPE_OTHER,
    .held = question->entry != NULL || (question->changed != NULL && desk_truth_is_held (engine->truth, question->changed)),
  };

  /* A waived account list leaves the account to the person who waived it. */
  in.account_known = in.account_known || engine->waived[STEP_ACCOUNTS];
  if (symbol != NULL)
    {
      in.definition_known = engine_symbol_known (engine, symbol);
      in.definition_text = symbol->reject;
      in.grid = symbol->definition.grid;
      in.position = engine_position (engine, name, ticket->symbol, &in.position_known);
      if (question->bare)
        in.position = 0;
      if (!symbol->quote.rejected && symbol->quote.received > 0)
        {
          in.bid = symbol->quote.bid;
          in.ask = symbol->quote.ask;
          in.last = symbol->quote.last;
          in.reference_age = engine->now - symbol->quote.received;
        }
    }
  fill_in_orders (engine, orders, name, ticket->symbol, question->changed, question->bare);
  fill_in_recents (engine, recents, name, ticket->symbol);
  in.orders = (const DeskGateOrder *) (gconstpointer) orders->data;
  in.n_orders = orders->len;
  in.recent = (const DeskGateRecent *) (gconstpointer) recents->data;
  in.n_recent = recents->len;
  in.account_bucket = bucket_of (engine, name, "")->bucket;
  in.symbol_bucket = bucket_of (engine, name, ticket->symbol)->bucket;
  return desk_gate_check (&in, verdict);
}

DeskDenial
engine_gate (DeskEngine           *engine,
             const DeskTicket     *ticket,
             const DeskTruthOrder *changed,
             const DeskGateChange *change,
             gboolean              bare,
             DeskGateVerdict      *verdict)
{
  Question question = { .role = DESK_ROLE_NONE, .entry_price = NAN, .changed = changed, .change = change, .bare = bare };

  return ask_gate (engine, ticket, &question, verdict);
}

/* Every order of the ticket passes, or none is sent. */
static DeskDenial
check_ticket (DeskEngine       *engine,
              const DeskTicket *ticket,
              EngineChecked    *checked)
{
  guint i;

  checked->entry_price = entry_price (engine, ticket);
  checked->n = desk_ticket_split (ticket, checked->entry_price, checked->orders, checked->roles);
  checked->denial = DESK_DENY_NONE;
  checked->refused = 0;
  for (i = 0; i < checked->n; i++)
    {
      gboolean is_exit = checked->roles[i] == DESK_ROLE_TARGET || checked->roles[i] == DESK_ROLE_STOP;
      Question question = { .role = checked->roles[i], .entry = is_exit ? ticket : NULL, .entry_price = checked->entry_price, .beside = i };
      DeskDenial denial = ask_gate (engine, &checked->orders[i], &question, &checked->verdicts[i]);

      if (denial != DESK_DENY_NONE && (checked->denial == DESK_DENY_NONE || denial < checked->denial))
        {
          checked->denial = denial;
          checked->refused = i;
        }
    }
  return checked->denial;
}

void
engine_note_sent (DeskEngine            *engine,
                  const DeskTicket      *ticket,
                  const char            *account,
                  const DeskGateVerdict *verdict,
                  gboolean               is_new)
{
  const DeskLimits *limits = engine->config.limits;
  EngineRecent recent = { .recent = { engine->now, ticket->side, ticket->type, ticket->quantity, verdict->price, verdict->price2 } };

  if (limits->orders_per_second > 0)
    desk_gate_bucket_take (&bucket_of (engine, account, "")->bucket, limits->orders_per_second, (double) limits->orders_burst, engine->now);
  if (limits->orders_per_second_symbol > 0)
    desk_gate_bucket_take (&bucket_of (engine, account, ticket->symbol)->bucket, limits->orders_per_second_symbol,
                           desk_gate_symbol_burst (limits), engine->now);
  while (engine->recents->len > 0
         && engine->now - g_array_index (engine->recents, EngineRecent, 0).recent.when > ENGINE_RECENT)
    g_array_remove_index (engine->recents, 0);
  if (!is_new)
    return;
  g_strlcpy (recent.account, account, sizeof recent.account);
  g_strlcpy (recent.symbol, ticket->symbol, sizeof recent.symbol);
  g_array_append_val (engine->recents, recent);
}

void
engine_tell_warnings (DeskEngine            *engine,
                      const DeskTicket      *ticket,
                      const DeskGateVerdict *verdict,
                      gboolean               first)
{
  if (first && verdict->warnings & DESK_GATE_WARN_NO_REFERENCE)
    engine_notice (engine, DESK_LEVEL_INFO, "NO_REFERENCE", "%s has no price younger than 5 s to compare this order with", ticket->symbol);
  if (verdict->warnings & DESK_GATE_WARN_STOP_WRONG_SIDE)
    engine_notice (engine, DESK_LEVEL_WARNING, "STOP_WRONG_SIDE", "The stop in %s lies on the wrong side of the market and triggers at once", ticket->symbol);
  if (verdict->warnings & DESK_GATE_WARN_MARKETABLE_LIMIT)
    engine_notice (engine, DESK_LEVEL_INFO, "MARKETABLE_LIMIT", "The limit in %s can fill at once", ticket->symbol);
}

static char *
reference_members (DeskEngine *engine,
                   const char *name)
{
  const EngineSymbol *symbol = engine_symbol (engine, name);
  const DeskQuoteState *quote = &symbol->quote;
  const struct { const char *name; const DeskPrice *price; } prices[] = { { "bid", &quote->bid }, { "ask", &quote->ask }, { "last", &quote->last } };
  GString *out;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  guint i;

  if (quote->received == 0)
    return NULL;
  out = g_string_new (NULL);
  for (i = 0; i < G_N_ELEMENTS (prices); i++)
    {
      if (prices[i].price->kind != DESK_PRICE_UNSET)
        g_string_append_printf (out, ",\"%s\":%s", prices[i].name, g_ascii_dtostr (number, sizeof number, prices[i].price->display));
    }
  g_string_append_printf (out, ",\"reference_age_usec\":%" G_GINT64_FORMAT, engine->now - quote->received);
  return g_string_free (out, FALSE);
}

static void
set_price (DtcMessage *message,
           guint       field,
           double      price)
{
  if (isfinite (price))
    dtc_message_set_double (message, field, price);
}

/* The two orders that cancel each other, numbers @first and @first + 1 of the ticket; after a bracket's entry with
 * @parent its ClientOrderID. */
static void
fill_in_oco (DtcMessage          *message,
             const DeskTicket    *ticket,
             const EngineChecked *checked,
             const char          *account,
             guint                first,
             char                 ids[][DESK_ID_SIZE],
             const char          *parent,
             gboolean             automated)
{
  const DeskTicket *a = &checked->orders[first], *b = &checked->orders[first + 1];
  const DeskGateVerdict *at_a = &checked->verdicts[first], *at_b = &checked->verdicts[first + 1];
  gboolean offsets = parent != NULL && ticket->offsets;

  dtc_message_init (message, DTC_MSG_SUBMIT_NEW_OCO_ORDER);
  dtc_message_set_string (message, DTC_SUBMIT_NEW_OCO_ORDER_F_SYMBOL, ticket->symbol);
  dtc_message_set_string (message, DTC_SUBMIT_NEW_OCO_ORDER_F_TRADE_ACCOUNT, account);
  dtc_message_set_string (message, DTC_SUBMIT_NEW_OCO_ORDER_F_CLIENT_ORDER_ID_1, ids[first]);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_ORDER_TYPE_1, a->type);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_BUY_SELL_1, a->side == DESK_SIDE_BUY ? DTC_BUY : DTC_SELL);
  dtc_message_set_double (message, DTC_SUBMIT_NEW_OCO_ORDER_F_QUANTITY_1, (double) a->quantity);
  dtc_message_set_string (message, DTC_SUBMIT_NEW_OCO_ORDER_F_CLIENT_ORDER_ID_2, ids[first + 1]);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_ORDER_TYPE_2, b->type);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_BUY_SELL_2, b->side == DESK_SIDE_BUY ? DTC_BUY : DTC_SELL);
  dtc_message_set_double (message, DTC_SUBMIT_NEW_OCO_ORDER_F_QUANTITY_2, (double) b->quantity);
  if (!offsets)
    {
      set_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_1, at_a->wire_price);
      set_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_1, at_a->wire_price2);
      set_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE1_2, at_b->wire_price);
      set_price (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PRICE2_2, at_b->wire_price2);
    }
  dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_TIME_IN_FORCE, ticket->tif != DESK_TIF_UNSET ? (int) ticket->tif : DTC_TIF_DAY);
  if (ticket->tif == DESK_TIF_GTD)
    dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_GOOD_TILL_DATE_TIME, ticket->good_till);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_IS_AUTOMATED_ORDER, automated ? 1 : 0);
  /* One text for two orders: an id in it would name the wrong one of them. */
  if (ticket->note[0] != '\0')
    dtc_message_set_string (message, DTC_SUBMIT_NEW_OCO_ORDER_F_FREE_FORM_TEXT, ticket->note);
  dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PARTIAL_FILL_HANDLING, DTC_PARTIAL_FILL_HANDLING_REDUCE_QUANTITY);
  if (parent != NULL)
    dtc_message_set_string (message, DTC_SUBMIT_NEW_OCO_ORDER_F_PARENT_TRIGGER_CLIENT_ORDER_ID, parent);
  if (offsets)
    {
      DeskPrice target = desk_price_from_display (&checked->grid, ticket->leg[0].price);
      DeskPrice stop = desk_price_from_display (&checked->grid, ticket->leg[1].price);
      double wire;

      dtc_message_set_int (message, DTC_SUBMIT_NEW_OCO_ORDER_F_USE_OFFSETS, 1);
      if (desk_price_to_wire (&checked->grid, &target, &wire))
        dtc_message_set_double (message, DTC_SUBMIT_NEW_OCO_ORDER_F_OFFSET_FROM_PARENT1, wire);
      if (desk_price_to_wire (&checked->grid, &stop, &wire))
        dtc_message_set_double (message, DTC_SUBMIT_NEW_OCO_ORDER_F_OFFSET_FROM_PARENT2, wire);
    }
}

/* What the record says beside the bytes: the prices of the moment, and what the bytes cannot. */
static char *
intent_extra (DeskEngine       *engine,
              const DeskTicket *ticket,
              guint             leg)
{
  g_autofree char *reference = reference_members (engine, ticket->symbol);
  g_autofree char *number = leg > 0 ? g_strdup_printf ("%u", leg) : NULL;
  g_autofree char *members = engine_json ("note", ticket->note[0] != '\0' ? ticket->note : NULL, "#leg", number, NULL);
  gsize len = strlen (members);

  members[len - 1] = '\0'; /* without its braces */
  return g_strconcat (reference != NULL ? reference : "", len > 2 ? "," : "", members + 1, NULL);
}

/* One user action is one transaction and one write: an entry never leaves without its exits by our doing. */
static void
send_ticket (DeskEngine          *engine,
             const DeskCommand   *command,
             const char          *account,
             const EngineChecked *checked)
{
  const DeskTicket *ticket = &command->ticket;
  gboolean automated = engine_is_automated (engine, ticket);
  g_auto (DtcMessage) single = DTC_MESSAGE_INIT;
  g_auto (DtcMessage) oco = DTC_MESSAGE_INIT;
  g_autoptr (GByteArray) single_bytes = g_byte_array_new ();
  g_autoptr (GByteArray) oco_bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  char *extra[DESK_TICKET_MAX_ORDERS] = { NULL };
  EngineIntent intents[DESK_TICKET_MAX_ORDERS] = { 0 };
  char ids[DESK_TICKET_MAX_ORDERS][DESK_ID_SIZE];
  DeskRecord *reserve;
  guint first = ticket->kind == DESK_TICKET_OCO ? 0 : 1; /* order of the 201 */
  gboolean reduces = TRUE, encoded = TRUE;
  guint i;

  if (!engine_take_ids (engine, checked->n, ids, &reserve))
    {
      engine_deny (engine, DESK_DENY_STORAGE, command->tag, command->input, "The order numbers of this state file are used up; begin a new one");
      return;
    }
  if (ticket->kind != DESK_TICKET_OCO)
    {
      double price = checked->verdicts[0].wire_price;

      /* Distances are measured from a market entry's Price1 too. */
      if (ticket->kind == DESK_TICKET_BRACKET && ticket->offsets && !isfinite (price))
        {
          DeskPrice at = desk_price_from_display (&checked->grid, checked->entry_price);

          desk_price_to_wire (&checked->grid, &at, &price);
        }
      engine_fill_in_submit (&single, ticket, account, ids[0], price, checked->verdicts[0].wire_price2, automated);
      if (ticket->kind == DESK_TICKET_BRACKET)
        dtc_message_set_int (&single, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_PARENT_ORDER, 1);
      encoded = engine_encode (engine, &single, single_bytes, &error);
    }
  if (ticket->kind != DESK_TICKET_SINGLE && encoded)
    {
      fill_in_oco (&oco, ticket, checked, account, first, ids, first == 1 ? ids[0] : NULL, automated);
      encoded = engine_encode (engine, &oco, oco_bytes, &error);
    }
  if (!encoded)
    {
      engine_drop_reserve (engine, reserve);
      engine_deny (engine, DESK_DENY_UNSUPPORTED_BY_SERVER, command->tag, command->input, error->message);
      return;
    }
  for (i = 0; i < checked->n; i++)
    reduces = reduces && checked->verdicts[i].reduces;
  for (i = 0; i < checked->n; i++)
    {
      gboolean leg = ticket->kind != DESK_TICKET_SINGLE && i >= first;
      EngineIntent *intent = &intents[i];

      extra[i] = intent_extra (engine, ticket, leg ? i - first + 1 : 0);
      *intent = (EngineIntent) {
        .intent = "submit", .source = desk_source_nick (ticket->source), .automated = automated, .exit = reduces,
        .lane = DTC_LANE_NORMAL, .client_id = ids[i], .server_id = "", .account = account, .symbol = ticket->symbol,
        .grid = checked->grid, .clicked = command->clicked, .tag = command->tag, .input = command->input, .extra = extra[i],
        .message = leg ? &oco : &single, .bytes = leg ? oco_bytes : single_bytes,
      };
      /* The exits of a bracket are no orders that somebody could type twice. */
      if (i == 0 || checked->roles[i] == DESK_ROLE_OCO)
        engine_note_sent (engine, &checked->orders[i], account, &checked->verdicts[i], TRUE);
      engine_tell_warnings (engine, &checked->orders[i], &checked->verdicts[i], i == 0);
    }
  engine_commit_intents (engine, reserve, intents, checked->n);
  for (i = 0; i < checked->n; i++)
    g_free (extra[i]);
}

static const DeskGrid *
lookup_grid (const char *name,
             gpointer    user_data)
{
  DeskEngine *engine = user_data;
  const DeskTruthOrder *order = desk_truth_find (engine->truth, name);
  const EngineSymbol *symbol = g_hash_table_lookup (engine->symbols, order != NULL ? order->state.symbol : name);

  return symbol != NULL && engine_symbol_known (engine, symbol) ? &symbol->definition.grid : NULL;
}

DeskCommand *
engine_read_prices (DeskEngine        *engine,
                    const DeskCommand *command,
                    GError           **error)
{
  DeskCommand *read = desk_order_line_parse_full (command->input, lookup_grid, engine, error);

  if (read == NULL)
    return NULL;
  read->tag = command->tag;
  read->clicked = command->clicked;
  g_strlcpy (read->ticket.account, command->ticket.account, sizeof read->ticket.account);
  read->ticket.source = command->ticket.source;
  read->ticket.live = command->ticket.live;
  read->ticket.override_duplicate = command->ticket.override_duplicate;
  return read;
}

void
engine_submit (DeskEngine        *engine,
               const DeskCommand *command,
               gboolean           may_wait)
{
  const DeskTicket *ticket = &command->ticket;
  const char *account = engine_account_of (engine, ticket->account);
  EngineChecked checked;
  DeskDenial denial;

  if (command->prices_open && lookup_grid (ticket->symbol, engine) != NULL)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DeskCommand) read = engine_read_prices (engine, command, &error);

      if (read != NULL)
        engine_submit (engine, read, FALSE);
      else
        engine_deny (engine, DESK_DENY_USAGE, command->tag, command->input, error->message);
      return;
    }
  denial = check_ticket (engine, ticket, &checked);
  if (denial == DESK_DENY_NO_DEFINITION && may_wait && ticket->symbol[0] != '\0')
    {
      EngineSymbol *symbol = engine_symbol (engine, ticket->symbol);
      DeskCommand *copy;

      if (symbol->reject == NULL || symbol->asked_epoch != desk_truth_get_epoch (engine->truth))
        {
          symbol->watched = TRUE;
          engine_symbol_ask (engine, symbol);
          copy = desk_command_new (command->kind);
          copy->tag = command->tag;
          copy->input = g_strdup (command->input);
          copy->clicked = command->clicked;
          copy->ticket = *ticket;
          copy->prices_open = command->prices_open;
          g_ptr_array_add (symbol->waiting, copy);
          return;
        }
    }
  if (denial != DESK_DENY_NONE)
    {
      engine_deny (engine, denial, command->tag, command->input, checked.verdicts[checked.refused].text);
      return;
    }
  checked.grid = engine_grid (engine, ticket->symbol);
  send_ticket (engine, command, account, &checked);
}

/* Every message of the ticket as it would leave, one a line, without ids; as text, whatever the connection speaks. */
static void
preview_wire (DeskEngine          *engine,
              const DeskTicket    *ticket,
              const EngineChecked *checked,
              char                *wire,
              gsize                size)
{
  static char no_ids[DESK_TICKET_MAX_ORDERS][DESK_ID_SIZE];
  const DtcCodec text = { DTC_ENCODING_JSON, engine->config.numbering };
  const char *account = engine_account_of (engine, ticket->account);
  gboolean automated = engine_is_automated (engine, ticket);
  guint first = ticket->kind == DESK_TICKET_OCO ? 0 : 1;
  g_autoptr (GString) out = g_string_new (NULL);
  guint i;

  for (i = first == 0 ? 1 : 0; i < (ticket->kind == DESK_TICKET_SINGLE ? 1u : 2u); i++)
    {
      g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      if (i == 0)
        {
          engine_fill_in_submit (&message, ticket, account, "", checked->verdicts[0].wire_price, checked->verdicts[0].wire_price2, automated);
          dtc_message_unset (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_CLIENT_ORDER_ID);
          dtc_message_unset (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_FREE_FORM_TEXT);
          if (ticket->kind == DESK_TICKET_BRACKET)
            dtc_message_set_int (&message, DTC_SUBMIT_NEW_SINGLE_ORDER_F_IS_PARENT_ORDER, 1);
        }
      else
        {
          fill_in_oco (&message, ticket, checked, account, first, no_ids, NULL, automated);
          dtc_message_unset (&message, DTC_SUBMIT_NEW_OCO_ORDER_F_CLIENT_ORDER_ID_1);
          dtc_message_unset (&message, DTC_SUBMIT_NEW_OCO_ORDER_F_CLIENT_ORDER_ID_2);
        }
      if (!dtc_codec_encode (&text, DTC_TO_SERVER, &message, bytes, NULL))
        continue;
      g_byte_array_append (bytes, (const guint8 *) "", 1);
      g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", (const char *) bytes->data);
    }
  g_strlcpy (wire, out->str, size);
}

void
engine_preview (DeskEngine        *engine,
                const DeskCommand *command)
{
  EngineChecked checked;
  const DeskGateVerdict *verdict;
  DeskEvent *event = desk_event_new (DESK_EVENT_PREVIEW);
  EngineSymbol *symbol;
  guint i;

  if (command->ticket.symbol[0] != '\0')
    {
      symbol = engine_symbol (engine, command->ticket.symbol);
      if (!engine_symbol_known (engine, symbol) && symbol->asked_epoch != desk_truth_get_epoch (engine->truth))
        engine_symbol_ask (engine, symbol);
    }
  event->tag = command->tag;
  event->preview.denial = check_ticket (engine, &command->ticket, &checked);
  checked.grid = command->ticket.symbol[0] != '\0' ? engine_grid (engine, command->ticket.symbol) : (DeskGrid) { 0 };
  verdict = &checked.verdicts[0];
  event->preview.checks_passed = verdict->checks_passed;
  event->preview.checks_total = verdict->checks_total;
  event->preview.worst_long = verdict->worst_long;
  event->preview.worst_short = verdict->worst_short;
  event->preview.position = verdict->position;
  event->preview.distance_ticks = verdict->distance_ticks;
  event->preview.value = verdict->value;
  event->preview.tick_risk = verdict->tick_risk;
  event->preview.no_reference = (verdict->warnings & DESK_GATE_WARN_NO_REFERENCE) != 0;
  for (i = 1; i < checked.n; i++)
    {
      event->preview.checks_passed = MIN (event->preview.checks_passed, checked.verdicts[i].checks_passed);
      event->preview.worst_long = MAX (event->preview.worst_long, checked.verdicts[i].worst_long);
      event->preview.worst_short = MIN (event->preview.worst_short, checked.verdicts[i].worst_short);
    }
  if (checked.verdicts[checked.refused].text[0] != '\0')
    event->text = g_ref_string_new (checked.verdicts[checked.refused].text);
  preview_wire (engine, &command->ticket, &checked, event->preview.wire, sizeof event->preview.wire);
  engine_publish (engine, event, 0);
}
