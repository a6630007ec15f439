/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <math.h>
#include <string.h>

#define VERIFY_PATIENCE (10 * G_USEC_PER_SEC) /* for quiet; then what still moves is called not provable */
#define VERIFY_LATEST   (30 * G_USEC_PER_SEC) /* after a fill, where the next ones never cease */

static const char no_question[] = "this numbering has no question for them; the server lists them once a connection, after the logon";

void
engine_verify_message (DeskEngine       *engine,
                       const DtcMessage *message,
                       const char       *account)
{
  const char *symbol = "";
  DeskGrid grid;

  if (message->type == DTC_MSG_ORDER_UPDATE)
    symbol = message->order_update.symbol;
  else if (message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    symbol = message->historical_order_fill_response.symbol;
  else if (message->type == DTC_MSG_POSITION_UPDATE)
    symbol = message->position_update.symbol;
  grid = engine_grid (engine, symbol);
  desk_ledger_take (engine->ledger, message, &grid, account, engine->world.utc (engine->world_data), engine->now);
}

/* ---- what the round has brought ---- */

static const EngineQuestion *
question_about (DeskEngine *engine,
                EngineStep  step,
                const char *account)
{
  guint i;

  for (i = 0; i < engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (engine->questions, i);

      if (question->step == step && (account == NULL || strcmp (question->account, account) == 0))
        return question;
    }
  return NULL;
}

static const char *
why_not (const EngineQuestion *question,
         const char           *otherwise)
{
  if (question == NULL)
    return otherwise;
  return question->text != NULL ? question->text : "its answer has not come whole";
}

static void
add_account (DeskEngine *engine,
             GArray     *accounts,
             const char *name,
             double      daily_profit)
{
  DeskVerifyAccount account = { .daily_profit = daily_profit };
  const EngineQuestion *question = question_about (engine, STEP_FILLS, name);

  g_strlcpy (account.account, name, sizeof account.account);
  account.fills_complete = g_hash_table_contains (engine->evidence.fills_complete, name);
  account.fills_why = account.fills_complete ? NULL : why_not (question, "the server was not asked for it");
  account.fills_since = question != NULL ? question->since * G_USEC_PER_SEC : 0;
  g_array_append_val (accounts, account);
}

static GArray *
list_accounts (DeskEngine *engine)
{
  GArray *accounts = g_array_new (FALSE, TRUE, sizeof (DeskVerifyAccount));
  guint i;

  for (i = 0; i < engine->accounts->len; i++)
    {
      const EngineAccount *account = g_ptr_array_index (engine->accounts, i);

      if (account->listed_epoch == desk_truth_get_epoch (engine->truth))
        add_account (engine, accounts, account->account, account->state.stale ? NAN : account->state.daily_profit);
    }
  if (accounts->len == 0 && engine->account[0] != '\0')
    add_account (engine, accounts, engine->account, NAN);
  return accounts;
}

/* (transfer full) */
static GHashTable *
list_undefined (DeskEngine *engine)
{
  GHashTable *undefined = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer symbol;

  g_hash_table_iter_init (&iter, engine->symbols);
  while (g_hash_table_iter_next (&iter, NULL, &symbol))
    {
      if (!engine_symbol_known (engine, symbol))
        g_hash_table_add (undefined, ((EngineSymbol *) symbol)->symbol);
    }
  return undefined;
}

static void
publish (DeskEngine    *engine,
         DeskVerifyRun *run,
         gboolean       again)
{
  DeskEvent *event = desk_event_new (DESK_EVENT_VERIFY);

  event->restored = again;
  /* A reader's own records are kept nowhere. */
  run->records = engine->config.read_only ? engine->restored : MAX (engine->restored, engine->appended);
  event->verify = desk_verify_run_ref (run);
  engine_publish (engine, event, engine->appended);
  g_clear_pointer (&engine->verified, desk_verify_run_unref);
  engine->verified = run;
}

/* A mismatch of these says that the server has something else than we know of, and more or less may be at risk: another
 * order than was sent, fills, positions or orders that only one side has. A late answer or another average does not. */
static gboolean
is_of_risk (const DeskFinding *finding)
{
  static const guint checks = 1u << 2 | 1u << 3 | 1u << 6 | 1u << 8 | 1u << 10 | 1u << 13 | 1u << 14;

  return finding->verdict == DESK_VERDICT_MISMATCH && !finding->information && (checks & 1u << finding->check) != 0;
}

/* The first finding for which trading is disarmed: nobody has seen it yet. -1: none. */
static int
find_news_of_risk (DeskEngine          *engine,
                   const DeskVerifyRun *verified)
{
  guint i;

  for (i = 0; i < verified->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (verified->findings, DeskFinding, i);

      if (is_of_risk (finding) && desk_finding_book_is_news (engine->findings, finding))
        return (int) i;
    }
  return -1;
}

static void
disarm_for (DeskEngine        *engine,
            const DeskFinding *finding)
{
  if (!engine->armed)
    return;
  engine->armed = FALSE;
  engine_human (engine, "disarm", "mismatch");
  engine_notice (engine, DESK_LEVEL_ALARM, "MISMATCH",
                 "Trading is disarmed: the comparison with the server has found mismatch #%" G_GUINT64_FORMAT
                 ". Exits work all the same; look at it before you arm again",
                 finding->number);
  engine_publish_arm (engine);
}

static void
run (DeskEngine *engine,
     const char *trigger)
{
  g_autoptr (GArray) accounts = list_accounts (engine);
  g_autoptr (GArray) bases = g_array_new (FALSE, TRUE, sizeof (DeskVerifyBase));
  g_autoptr (GHashTable) undefined = list_undefined (engine);
  DeskVerifyInput input = {
    .trigger = trigger, .now = engine->now, .utc = engine->world.utc (engine->world_data), .started = engine->evidence.started,
    .epoch = desk_truth_get_epoch (engine->truth), .evidence = &engine->evidence,
    .accounts = (const DeskVerifyAccount *) accounts->data, .n_accounts = accounts->len,
    .install = engine->config.read_only ? NULL : engine->config.install, .reader = engine->config.read_only,
    .matches = strcmp (trigger, "verify") == 0, .undefined = undefined,
  };
  g_autofree char *payload = NULL;
  DeskVerifyRun *verified;
  int news;

  input.orders_why = why_not (question_about (engine, STEP_ORDERS, NULL), no_question);
  input.orders_unaskable = engine->config.numbering == DTC_NUMBERING_BRIEF && question_about (engine, STEP_ORDERS, NULL) == NULL && engine->restated;
  input.positions_why = why_not (question_about (engine, STEP_POSITIONS, NULL), "the server was not asked for them");
  verified = desk_verify (engine->ledger, engine->truth, &input, bases);
  news = find_news_of_risk (engine, verified);
  /* A number that is in no journal would be another finding's in the next run. */
  payload = engine->config.read_only ? NULL : desk_finding_book_plan (engine->findings, verified, bases);
  if (payload != NULL)
    engine_commit (engine, engine_record (engine, DESK_RECORD_SNAPSHOT, payload), NULL, NULL, FALSE);
  desk_finding_book_label (engine->findings, verified);
  engine->verified_stir = desk_ledger_last_stir (engine->ledger);
  engine->verify_wanted = NULL;
  engine->verify_at = 0;
  publish (engine, verified, FALSE);
  if (news >= 0)
    disarm_for (engine, &g_array_index (verified->findings, DeskFinding, news));
}

/* A fill that was reported and the position it makes come one after the other. */
static gboolean
must_wait (DeskEngine *engine)
{
  gint64 stir = desk_ledger_last_stir (engine->ledger);

  return stir > 0 && engine->now - stir < DESK_VERIFY_QUIET && engine->now - engine->verify_since < VERIFY_PATIENCE;
}

static void
want (DeskEngine *engine,
      const char *trigger)
{
  /* A person's own wish stands above the others: it lists what matches too. */
  if (engine->verify_wanted == NULL)
    engine->verify_since = engine->now;
  if (engine->verify_wanted == NULL || strcmp (trigger, "verify") == 0)
    engine->verify_wanted = trigger;
}

void
engine_verify_suspect (DeskEngine *engine)
{
  if (engine->config.read_only || engine->verify_wanted != NULL || engine->link != DESK_LINK_LIVE)
    return;
  want (engine, "doubt");
  engine->verify_at = engine->now + DESK_VERIFY_QUIET;
}

void
engine_verify_round_ended (DeskEngine         *engine,
                           EngineRound         round,
                           const DeskEvidence *evidence)
{
  if (round == ROUND_VERIFY)
    want (engine, "verify");
  else if (round == ROUND_LINK && (engine->verify_when & DESK_VERIFY_AT_LINK) != 0)
    want (engine, "link");
  if (engine->verify_wanted != NULL && (round == ROUND_VERIFY || round == ROUND_FILL || round == ROUND_LINK))
    {
      if (engine->verify_since == 0)
        engine->verify_since = engine->now;
      if (must_wait (engine))
        engine->verify_at = desk_ledger_last_stir (engine->ledger) + DESK_VERIFY_QUIET;
      else
        run (engine, engine->verify_wanted);
    }
  desk_ledger_next_round (engine->ledger);
}

gint64
engine_verify_tick (DeskEngine *engine)
{
  gint64 stir = desk_ledger_last_stir (engine->ledger);

  if (engine->link != DESK_LINK_LIVE && engine->link != DESK_LINK_RESYNC)
    return G_MAXINT64;
  if (engine->verify_wanted != NULL && strcmp (engine->verify_wanted, "verify") == 0 && engine_round_is_stuck (engine, FALSE))
    {
      /* It is verified with what there is: what is missing is called not provable. */
      run (engine, engine->verify_wanted);
      return G_MAXINT64;
    }
  if (engine->verify_wanted == NULL && (engine->verify_when & DESK_VERIFY_ON_FILL) != 0 && stir > engine->verified_stir)
    {
      want (engine, "fill");
      engine->verify_at = stir + DESK_VERIFY_QUIET;
    }
  if (engine->verify_wanted == NULL || engine->verify_at == 0 || engine->round != ROUND_NONE)
    return G_MAXINT64;
  if (strcmp (engine->verify_wanted, "fill") == 0)
    engine->verify_at = MIN (stir + DESK_VERIFY_QUIET, engine->verify_since + VERIFY_LATEST);
  if (engine->now < engine->verify_at)
    return engine->verify_at;
  engine->verify_at = 0;
  engine_round_start (engine, ROUND_FILL);
  return engine->now;
}

void
engine_verify_link_lost (DeskEngine *engine)
{
  engine->verify_at = 0;
  if (engine->verify_wanted != NULL && strcmp (engine->verify_wanted, "verify") != 0)
    engine->verify_wanted = NULL;
  engine->verified_stir = 0;
  desk_ledger_next_round (engine->ledger);
}

/* ---- what people ask and say ---- */

static void
verify (DeskEngine        *engine,
        const DeskCommand *command)
{
  if (engine->link != DESK_LINK_LIVE && engine->link != DESK_LINK_RESYNC)
    {
      engine_deny (engine, DESK_DENY_LINK_DOWN, command->tag, command->input, "There is no live connection to ask");
      return;
    }
  want (engine, "verify");
  engine->verify_since = engine->now;
  /* A new link asks everything anyhow. */
  if (engine->round != ROUND_LINK)
    engine_round_start (engine, ROUND_VERIFY);
}

static void
decide (DeskEngine        *engine,
        const DeskCommand *command,
        const char        *action)
{
  const DeskFinding *finding = desk_finding_book_find (engine->findings, command->quantity > 0 ? (guint64) command->quantity : 0);
  g_autofree char *payload = NULL;
  DeskRecord *record;
  DeskVerifyRun *again;

  if (finding == NULL)
    {
      g_autofree char *text = g_strdup_printf ("There is no finding #%" G_GINT64_FORMAT, command->quantity);

      engine_deny (engine, DESK_DENY_USAGE, command->tag, command->input, text);
      return;
    }
  if (strcmp (action, "note") == 0 && (command->search == NULL || *command->search == '\0'))
    {
      engine_deny (engine, DESK_DENY_USAGE, command->tag, command->input, "A note has words; write them after the number");
      return;
    }
  payload = desk_finding_book_human (finding, action, command->search);
  record = engine_record (engine, DESK_RECORD_HUMAN, payload);
  record->account = finding->account[0] != '\0' ? g_strdup (finding->account) : NULL;
  record->symbol = finding->symbol[0] != '\0' ? g_strdup (finding->symbol) : NULL;
  record->client_order_id = finding->client_order_id[0] != '\0' ? g_strdup (finding->client_order_id) : NULL;
  record->server_order_id = finding->server_order_id[0] != '\0' ? g_strdup (finding->server_order_id) : NULL;
  engine_commit (engine, record, NULL, NULL, TRUE);
  engine_notice (engine, DESK_LEVEL_INFO, strcmp (action, "accept") == 0 ? "FINDING_ACCEPTED" : "FINDING_NOTED",
                 strcmp (action, "accept") == 0 ? "Finding #%" G_GUINT64_FORMAT " is accepted; it stays listed"
                                                : "Finding #%" G_GUINT64_FORMAT " has a note",
                 (guint64) command->quantity);
  if (engine->verified == NULL)
    return;
  again = desk_verify_run_copy (engine->verified);
  desk_finding_book_label (engine->findings, again);
  publish (engine, again, TRUE);
}

static void
baseline (DeskEngine        *engine,
          const DeskCommand *command)
{
  const char *account = engine_account_of (engine, command->ticket.account);
  const char *symbol = command->ticket.symbol;
  g_autofree char *payload = NULL;
  DeskRecord *record;
  gboolean known;
  gint64 quantity = engine_position (engine, account, symbol, &known);

  if (*symbol == '\0' || *account == '\0')
    {
      engine_deny (engine, *account == '\0' ? DESK_DENY_ACCOUNT : DESK_DENY_USAGE, command->tag, command->input,
                   *account == '\0' ? "Say of which account" : "Say of which symbol");
      return;
    }
  if (!known)
    {
      engine_deny (engine, DESK_DENY_LINK_DOWN, command->tag, command->input,
                   "The server has not told its position in this connection; there is nothing to start from");
      return;
    }
  payload = g_strdup_printf ("{\"action\":\"baseline\",\"quantity\":%" G_GINT64_FORMAT "}", quantity);
  record = engine_record (engine, DESK_RECORD_HUMAN, payload);
  record->account = g_strdup (account);
  record->symbol = g_strdup (symbol);
  engine_commit (engine, record, NULL, NULL, TRUE);
  engine_notice (engine, DESK_LEVEL_INFO, "BASELINE", "%s in %s: the sum of fills starts at the server's position of now, %" G_GINT64_FORMAT, symbol,
                 account, quantity);
  verify (engine, command);
}

void
engine_verify_command (DeskEngine        *engine,
                       const DeskCommand *command)
{
  switch (command->kind)
    {
    case DESK_COMMAND_VERIFY:
      verify (engine, command);
      break;
    case DESK_COMMAND_VERIFY_WHEN:
      engine->verify_when = (guint) command->quantity & (DESK_VERIFY_AT_LINK | DESK_VERIFY_ON_FILL);
      break;
    case DESK_COMMAND_ACCEPT:
      decide (engine, command, "accept");
      break;
    case DESK_COMMAND_NOTE:
      decide (engine, command, "note");
      break;
    case DESK_COMMAND_BASELINE:
      baseline (engine, command);
      break;
    default:
      break;
    }
}
