/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

#define CANCEL_AGAIN G_USEC_PER_SEC /* a cancel may be repeated by hand, not faster than this */

static DeskDenial
check_exit (DeskEngine   *engine,
            DeskGateExit  kind,
            const char   *account,
            char          text[256])
{
  DeskGateExitInput in = {
    .exit = kind, .link = engine->link, .numbering_ok = !engine->numbering_bad, .account = account, .found = TRUE,
    .account_known = engine_find_account (engine, account) != NULL || engine->waived[STEP_ACCOUNTS],
  };

  return desk_gate_check_exit (&in, text);
}

static gboolean
is_over (const DeskTruthOrder *order)
{
  return desk_status_is_final (order->base);
}

/* Kept, with its intent, in this connection only: DTC cancels by the server's id, and there is none yet. */
void
engine_want_cancel (DeskEngine     *engine,
                    DeskTruthOrder *order)
{
  g_autofree char *name = g_strdup (order->state.client_order_id);
  g_autofree char *payload = g_strdup_printf ("{\"transition\":\"cancel-intended\",\"key\":%" G_GUINT64_FORMAT "}", order->state.key);
  DeskRecord *record = engine_record (engine, DESK_RECORD_TRANSITION, payload);

  record->client_order_id = g_strdup (name);
  engine_commit (engine, record, NULL, NULL, FALSE);
  engine->cancel_wanted = TRUE;
  engine_notice (engine, DESK_LEVEL_WARNING, "CANCEL_WAITS",
                 "The server has given %s no id yet; the cancel leaves as soon as it does, and is dropped if the link is lost before", name);
}

/* After a restart some servers count their ids from the start: a command by such an id would hit a stranger's order. */
gboolean
engine_owns_id (DeskEngine           *engine,
                const DeskTruthOrder *order)
{
  return desk_truth_find_server (engine->truth, order->state.server_order_id) == order;
}

static void
cancel_order (DeskEngine        *engine,
              DeskTruthOrder    *order,
              const DeskCommand *command)
{
  g_autoptr (GError) error = NULL;

  if (order->state.server_order_id[0] == '\0')
    engine_want_cancel (engine, order);
  else if (!engine_owns_id (engine, order))
    engine_deny (engine, DESK_DENY_NO_SUCH_ORDER, command->tag, command->input,
                 ENGINE_ID_GIVEN_AWAY);
  else if (!engine_send_cancel (engine, order, command->tag, command->clicked, desk_source_nick (command->ticket.source), &error))
    engine_deny (engine, DESK_DENY_UNSUPPORTED_BY_SERVER, command->tag, command->input, error->message);
}

/* What else ends with this cancel, and what does not. */
static void
tell_relatives (DeskEngine           *engine,
                const DeskTruthOrder *order)
{
  const DeskTruthOrder *sibling = desk_truth_sibling (engine->truth, order);
  const DeskTruthOrder *parent = desk_truth_parent (engine->truth, order);
  g_autofree char *name = desk_truth_order_name (order);
  g_autofree char *other = NULL;

  if (order->state.role == DESK_ROLE_ENTRY && order->booked == 0)
    {
      engine_notice (engine, DESK_LEVEL_INFO, "CANCELS_EXITS", "With %s its two exits are cancelled too", name);
      return;
    }
  if (sibling == NULL || desk_status_is_final (sibling->base))
    return;
  other = desk_truth_order_name (sibling);
  if (parent == NULL)
    engine_notice (engine, DESK_LEVEL_INFO, "CANCELS_BOTH", "With %s the order it hangs together with is cancelled too: %s", name, other);
  else
    engine_notice (engine, DESK_LEVEL_INFO, "EXIT_STAYS", "Only %s is cancelled; the other exit stays: %s", name, other);
}

static void
cancel_one (DeskEngine        *engine,
            const DeskCommand *command)
{
  DeskTruthOrder *order = desk_truth_find (engine->truth, command->id);
  guint32 epoch = desk_truth_get_epoch (engine->truth);
  char text[256];
  DeskDenial denial;
  DeskGateExitInput in = { .exit = DESK_GATE_EXIT_CANCEL, .link = engine->link, .numbering_ok = !engine->numbering_bad };

  in.found = order != NULL && !is_over (order);
  in.in_flight = in.found
                 && (order->cancel_when_known
                     || (order->state.cancel == DESK_OVERLAY_SENT && order->cancel_epoch == epoch && !order->server_cancel
                         && engine->now - order->cancel_mono < CANCEL_AGAIN));
  denial = engine->config.read_only ? DESK_DENY_TRADING_OFF : desk_gate_check_exit (&in, text);
  if (engine->config.read_only)
    g_strlcpy (text, "This command only looks; it never trades", sizeof text);
  if (denial == DESK_DENY_NO_SUCH_ORDER && order != NULL)
    g_snprintf (text, sizeof text, "%s has ended: %s", command->id, desk_status_nick (order->state.status));
  if (denial != DESK_DENY_NONE)
    engine_deny (engine, denial, command->tag, command->input, text);
  else
    {
      tell_relatives (engine, order);
      cancel_order (engine, order, command);
    }
}

void
engine_tell_left (DeskEngine *engine,
                  guint       left)
{
  if (left == 1)
    engine_notice (engine, DESK_LEVEL_WARNING, "EXTERNAL_LEFT",
                   "One order that is not ours was left alone; cancel it by its id");
  else if (left > 1)
    engine_notice (engine, DESK_LEVEL_WARNING, "EXTERNAL_LEFT",
                   "%u orders that are not ours were left alone; cancel them by their id", left);
}

/* Our own working orders of the account; those of others only by their id. */
static guint
cancel_own (DeskEngine        *engine,
            const DeskCommand *command,
            const char        *account,
            const char        *symbol,
            guint             *under_way)
{
  g_autoptr (GPtrArray) open = g_ptr_array_copy ((GPtrArray *) desk_truth_open_orders (engine->truth), NULL, NULL);
  guint n = 0, left = 0, i;

  *under_way = 0;

  for (i = 0; i < open->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (strcmp (order->state.account, account) != 0 || (*symbol != '\0' && strcmp (order->state.symbol, symbol) != 0)
          || order->state.status == DESK_STATUS_NOT_AT_SERVER)
        continue;
      if (!order->ours)
        {
          left++;
          continue;
        }
      if (order->state.cancel == DESK_OVERLAY_SENT || order->cancel_when_known)
        {
          (*under_way)++;
          continue;
        }
      if (n++ == 0)
        engine_exit_begin (engine, EXIT_CANCEL_ALL, command, account, symbol);
      cancel_order (engine, order, command);
    }
  if (n > 0)
    engine_exit_end (engine, EXIT_CANCEL_ALL, account, symbol, "each has its cancel");
  engine_tell_left (engine, left);
  return n;
}

static gboolean
account_may_exit (DeskEngine        *engine,
                  const DeskCommand *command,
                  DeskGateExit       kind,
                  const char        *account)
{
  char text[256];
  DeskDenial denial = check_exit (engine, kind, account, text);

  if (engine->config.read_only)
    {
      denial = DESK_DENY_TRADING_OFF;
      g_strlcpy (text, "This command only looks; it never trades", sizeof text);
    }
  if (denial == DESK_DENY_NONE)
    return TRUE;
  engine_deny (engine, denial, command->tag, command->input, text);
  return FALSE;
}

static void
cancel_all (DeskEngine        *engine,
            const DeskCommand *command)
{
  const char *account = engine_account_of (engine, command->ticket.account);
  guint n, under_way;

  if (!account_may_exit (engine, command, DESK_GATE_EXIT_CANCEL_ALL, account))
    return;
  n = cancel_own (engine, command, account, command->ticket.symbol, &under_way);
  if (under_way == 1)
    engine_notice (engine, DESK_LEVEL_INFO, "CANCELS_UNDER_WAY", "One cancel in %s is on its way already and has no answer yet", account);
  else if (under_way > 1)
    engine_notice (engine, DESK_LEVEL_INFO, "CANCELS_UNDER_WAY", "%u cancels in %s are on their way already and have no answer yet", under_way, account);
  else if (n == 0)
    engine_notice (engine, DESK_LEVEL_INFO, "NOTHING_TO_CANCEL", "No working order of ours in %s", account);
}

static void
cancel_all_and_flatten (DeskEngine        *engine,
                        const DeskCommand *command)
{
  const char *account = engine_account_of (engine, command->ticket.account);
  g_autoptr (GHashTable) symbols = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const GPtrArray *open = desk_truth_open_orders (engine->truth);
  const GPtrArray *positions = desk_truth_positions (engine->truth);
  guint i;

  if (!account_may_exit (engine, command, DESK_GATE_EXIT_CANCEL_ALL, account))
    return;
  for (i = 0; i < open->len; i++)
    {
      const DeskTruthOrder *order = g_ptr_array_index (open, i);

      if (order->ours && strcmp (order->state.account, account) == 0 && order->state.status != DESK_STATUS_NOT_AT_SERVER
          && g_hash_table_add (symbols, (gpointer) order->state.symbol))
        g_ptr_array_add (names, g_strdup (order->state.symbol));
    }
  for (i = 0; i < positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (positions, i);
      gboolean known;

      if (strcmp (position->account, account) == 0 && engine_position (engine, account, position->symbol, &known) != 0
          && g_hash_table_add (symbols, (gpointer) position->symbol))
        g_ptr_array_add (names, g_strdup (position->symbol));
    }
  if (names->len == 0)
    {
      engine_deny (engine, DESK_DENY_FLAT, command->tag, command->input, "There is no position to flatten and no working order");
      return;
    }
  /* Whether Sierra Chart honours the message for a whole account is not established, and silence would cost the exit. */
  if (names->len > 1 && names->len <= ENGINE_TOGETHER && strcmp (engine->server_name, "SC DTC Server") != 0)
    engine->flatten_group = ++engine->last_group;
  engine_exit_begin (engine, EXIT_FLATTEN_ALL, command, account, "");
  for (i = 0; i < names->len; i++)
    engine_flatten (engine, command, g_ptr_array_index (names, i));
  engine->flatten_group = 0;
  engine_exit_end (engine, EXIT_FLATTEN_ALL, account, "", "each symbol was come to");
}

/* Orders whose cancel waited for the server's id. */
void
engine_cancel_wanted (DeskEngine *engine)
{
  g_autoptr (GPtrArray) open = NULL;
  gboolean waits = FALSE;
  guint i;

  if (!engine->cancel_wanted)
    return;
  open = g_ptr_array_copy ((GPtrArray *) desk_truth_open_orders (engine->truth), NULL, NULL);
  for (i = 0; i < open->len; i++)
    {
      DeskTruthOrder *order = g_ptr_array_index (open, i);
      g_autoptr (GError) error = NULL;

      if (!order->cancel_when_known)
        continue;
      if (order->state.server_order_id[0] == '\0')
        waits = TRUE;
      else if (!engine_send_cancel (engine, order, 0, engine->now, desk_source_nick (order->state.source), &error))
        engine_notice (engine, DESK_LEVEL_ALARM, "CANCEL_DROPPED", "The cancel of %s could not be sent: %s",
                       order->state.client_order_id, error->message);
    }
  engine->cancel_wanted = waits;
}

static void
arm (DeskEngine        *engine,
     const DeskCommand *command)
{
  DeskDenial denial = DESK_DENY_NONE;
  const char *text = "";

  if (engine->config.read_only || (engine->link == DESK_LINK_LIVE && !engine->trading_supported))
    {
      denial = DESK_DENY_TRADING_OFF;
      text = "Trading is off on this connection";
    }
  else if (engine->link == DESK_LINK_RESYNC)
    {
      denial = DESK_DENY_RESYNC_RUNNING;
      text = "Orders, fills and positions are still being compared with the server; arm when that has ended";
    }
  else if (engine->link != DESK_LINK_LIVE)
    {
      denial = DESK_DENY_LINK_DOWN;
      text = "There is no live connection; arm when there is";
    }
  else if (engine->numbering_bad)
    {
      denial = DESK_DENY_NUMBERING;
      text = "The server speaks the other numbering; choose it in the profile, and act at the server until then";
    }
  else if (engine->storage_failed)
    {
      denial = DESK_DENY_STORAGE;
      text = "The state file cannot be written; only exits work";
    }
  else if (desk_truth_get_halted (engine->truth))
    {
      denial = DESK_DENY_HALTED;
      text = "Trading is halted; release it with unhalt HALT";
    }
  if (denial != DESK_DENY_NONE)
    {
      engine_deny (engine, denial, command->tag, command->input, text);
      return;
    }
  engine_identity_confirm (engine);
  engine->armed = TRUE;
  engine_human (engine, "arm", NULL);
  engine_publish_arm (engine);
}

static void
disarm (DeskEngine *engine,
        const char *why)
{
  if (engine->armed)
    engine_human (engine, "disarm", why);
  engine->armed = FALSE;
  engine_publish_arm (engine);
}

static void
halt (DeskEngine        *engine,
      const DeskCommand *command)
{
  const char *account = engine_account_of (engine, command->ticket.account);
  guint under_way;

  engine->armed = FALSE;
  engine_human (engine, "halt", NULL);
  engine_publish_arm (engine);
  if (*account != '\0' && !engine->config.read_only && (engine->link == DESK_LINK_LIVE || engine->link == DESK_LINK_RESYNC) && !engine->numbering_bad)
    {
      engine_notice (engine, DESK_LEVEL_ALARM, "HALTED", "Trading is halted: no new risk; our own working orders are cancelled, positions are left as they are");
      cancel_own (engine, command, account, "", &under_way);
    }
  else
    engine_notice (engine, DESK_LEVEL_ALARM, "HALTED",
                   "Trading is halted: no new risk. No order could be cancelled on this connection; what works at the server goes on working");
}

static void
unhalt (DeskEngine *engine)
{
  engine_human (engine, "unhalt", NULL);
  engine_publish_arm (engine);
}

static void
select_account (DeskEngine        *engine,
                const DeskCommand *command)
{
  if (engine->accounts->len > 0 && engine_find_account (engine, command->ticket.account) == NULL)
    {
      engine_deny (engine, DESK_DENY_ACCOUNT, command->tag, command->input, "The server has no such account");
      return;
    }
  if (strcmp (engine->account, command->ticket.account) == 0)
    return;
  g_strlcpy (engine->account, command->ticket.account, sizeof engine->account);
  disarm (engine, "account changed");
}

void
desk_engine_command (DeskEngine        *engine,
                     const DeskCommand *command,
                     gint64             now)
{
  engine->now = MAX (now, engine->now);
  switch (command->kind)
    {
    case DESK_COMMAND_SUBMIT:
      engine_submit (engine, command, TRUE);
      break;
    case DESK_COMMAND_CANCEL:
      cancel_one (engine, command);
      break;
    case DESK_COMMAND_CANCEL_ALL:
      cancel_all (engine, command);
      break;
    case DESK_COMMAND_MODIFY:
      engine_modify (engine, command);
      break;
    case DESK_COMMAND_FLATTEN:
      if (command->ticket.symbol[0] == '\0')
        cancel_all_and_flatten (engine, command);
      else if (account_may_exit (engine, command, DESK_GATE_EXIT_CANCEL_ALL, engine_account_of (engine, command->ticket.account)))
        engine_flatten (engine, command, command->ticket.symbol);
      break;
    case DESK_COMMAND_REVERSE:
      if (account_may_exit (engine, command, DESK_GATE_EXIT_CANCEL_ALL, engine_account_of (engine, command->ticket.account)))
        engine_reverse (engine, command);
      break;
    case DESK_COMMAND_CANCEL_ALL_AND_FLATTEN:
      cancel_all_and_flatten (engine, command);
      break;
    case DESK_COMMAND_ARM:
      arm (engine, command);
      break;
    case DESK_COMMAND_DISARM:
      disarm (engine, NULL);
      break;
    case DESK_COMMAND_HALT:
      halt (engine, command);
      break;
    case DESK_COMMAND_UNHALT:
      unhalt (engine);
      break;
    case DESK_COMMAND_WAIVE:
      if (!engine_waive (engine, command->step))
        engine_deny (engine, DESK_DENY_USAGE, command->tag, command->input,
                     "Nothing to waive: the steps are accounts, open-orders and fills, while a connection is being compared");
      break;
    case DESK_COMMAND_VERIFY:
    case DESK_COMMAND_VERIFY_WHEN:
    case DESK_COMMAND_ACCEPT:
    case DESK_COMMAND_NOTE:
    case DESK_COMMAND_BASELINE:
      engine_verify_command (engine, command);
      break;
    case DESK_COMMAND_CASE:
      engine_case (engine, command);
      break;
    case DESK_COMMAND_RESOLVE:
      engine_resolve (engine, command);
      break;
    case DESK_COMMAND_WATCH_SYMBOL:
      engine_symbol_watch (engine, command);
      break;
    case DESK_COMMAND_UNWATCH_SYMBOL:
      engine_symbol_unwatch (engine, command);
      break;
    case DESK_COMMAND_WATCH_DEPTH:
    case DESK_COMMAND_UNWATCH_DEPTH:
    case DESK_COMMAND_WATCH_ORDERS:
    case DESK_COMMAND_UNWATCH_ORDERS:
      if (command->ticket.symbol[0] != '\0')
        engine_depth_command (engine, command);
      break;
    case DESK_COMMAND_FIND_SYMBOLS:
      engine_find (engine, command);
      break;
    case DESK_COMMAND_LIST_BALANCES:
    case DESK_COMMAND_LIST_JOURNAL:
    case DESK_COMMAND_ADD_JOURNAL:
      engine_list (engine, command);
      break;
    case DESK_COMMAND_SELECT_ACCOUNT:
      select_account (engine, command);
      break;
    case DESK_COMMAND_RECONNECT:
      /* A try that is under way has its own deadlines: asking again would only begin it anew each time. */
      if (engine->link != DESK_LINK_CONNECTING && engine->link != DESK_LINK_HANDSHAKE && engine->link != DESK_LINK_LOGON)
        engine->world.drop (engine->world_data, DTC_REASON_USER, "A new connection was asked for", TRUE);
      break;
    case DESK_COMMAND_STOP_TRYING:
      /* What has a link has orders that the server would still tell of. */
      if (engine->link != DESK_LINK_RESYNC && engine->link != DESK_LINK_LIVE && engine->world.rest != NULL)
        engine->world.rest (engine->world_data);
      break;
    case DESK_COMMAND_PREVIEW:
      engine_preview (engine, command);
      break;
    default:
      break;
    }
  engine_checklist_look (engine);
}
