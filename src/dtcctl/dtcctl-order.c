/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "desk-clock.h"
#include "desk-order-line.h"

#define LINK_SECONDS   15
#define ANSWER_SECONDS 12  /* the engine says "unknown" after 5; this is for what it cannot say */
#define GRACE_MS       500 /* for a denial of a command that has nothing to do */
#define LEAVE_MS       5000 /* for what has begun and would be cut off halfway */
#define LEAVE_SIGNAL_MS 2000

typedef struct
{
  DtcctlLive   live;
  DeskCommand *command;  /* until it is sent */
  char        *line;
  guint        timer;
  guint        grace_timer;
  gboolean     sent;
  guint64      tag;
  DeskCommandKind kind;
  char         id[DESK_ID_SIZE];
  char         symbol[DESK_SYMBOL_SIZE];
  GHashTable  *waiting;  /* keys of the orders whose end is waited for; of a submit or a reverse, those known before */
  guint64      key;      /* of the order that is cancelled or changed, 0: not seen yet */
  gboolean     rejected; /* one of several */
  guint        n_orders; /* of a submit: 3 of a bracket, 2 of an OCO */
  GHashTable  *answered; /* keys of those that the server has spoken of */
  DtcctlExit   worst;    /* of what it said of them */
  GHashTable  *flattens; /* symbols that are being flattened */
  GHashTable  *exits;    /* keys of those exits of theirs whose fate nobody knows */
} Order;

static void
leave_in (Order     *order,
          DtcctlExit status,
          guint      wait_ms)
{
  g_clear_handle_id (&order->timer, g_source_remove);
  g_clear_handle_id (&order->grace_timer, g_source_remove);
  dtcctl_live_leave (&order->live, status, wait_ms);
}

static void
leave (Order     *order,
       DtcctlExit status)
{
  leave_in (order, status, 0);
}

static void
give_up (Order      *order,
         const char *text)
{
  if (order->live.leaving)
    return;
  dtcctl_output_denied (order->live.options, order->live.epoch, DESK_DENY_LINK_DOWN, text, order->line);
  leave (order, DTCCTL_EXIT_NO_LINK);
}

static gboolean
timer_cb (gpointer user_data)
{
  Order *order = user_data;

  order->timer = 0;
  if (!order->sent)
    give_up (order, "There is no live connection; nothing was sent");
  else
    {
      dtcctl_complain ("The server has not answered; look at the server before you send anything again");
      leave (order, DTCCTL_EXIT_UNKNOWN);
    }
  return G_SOURCE_REMOVE;
}

static void
order_started (DtcctlLive *live)
{
  Order *order = (Order *) live;

  if (order->timer == 0 && !order->sent && !live->leaving)
    order->timer = g_timeout_add_seconds (LINK_SECONDS, timer_cb, order);
}

/* Keys are 64 bit wide and pointers need not be. */
static void
remember (Order  *order,
          guint64 key)
{
  g_hash_table_add (order->waiting, g_memdup2 (&key, sizeof key));
}

static gboolean
is_of_cancel_all (const Order          *order,
                  const DeskOrderState *state)
{
  const char *account = order->live.options->profile->account;

  return !desk_status_is_final (state->status) && state->source != DESK_SOURCE_EXTERNAL
         && state->client_order_id[0] != '\0' && (order->symbol[0] == '\0' || g_str_equal (order->symbol, state->symbol))
         && (account == NULL || *account == '\0' || g_str_equal (account, state->account));
}

static gboolean
grace_cb (gpointer user_data)
{
  Order *order = user_data;

  order->grace_timer = 0;
  leave (order, DTCCTL_EXIT_DONE);
  return G_SOURCE_REMOVE;
}

static void
send_line (Order *order)
{
  GListModel *rows = desk_session_get_orders (order->live.session);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (DeskOrder) row = g_list_model_get_item (rows, i);
      const DeskOrderState *state = desk_order_get_state (row);

      if (order->kind == DESK_COMMAND_SUBMIT || order->kind == DESK_COMMAND_REVERSE || (order->kind == DESK_COMMAND_CANCEL_ALL && is_of_cancel_all (order, state)))
        remember (order, state->key);
    }

  order->sent = TRUE;
  order->command->clicked = desk_clock_mono ();
  order->tag = desk_session_send (order->live.session, g_steal_pointer (&order->command));
  g_clear_handle_id (&order->timer, g_source_remove);
  order->timer = g_timeout_add_seconds (ANSWER_SECONDS, timer_cb, order);
  if (order->kind == DESK_COMMAND_CANCEL_ALL && g_hash_table_size (order->waiting) == 0)
    order->grace_timer = g_timeout_add (GRACE_MS, grace_cb, order);
}

static void
note_exit (Order                *order,
           const DeskOrderState *state)
{
  if (state->role != DESK_ROLE_FLATTEN)
    return;
  if (state->status == DESK_STATUS_SENT || state->status == DESK_STATUS_UNKNOWN)
    g_hash_table_add (order->exits, g_memdup2 (&state->key, sizeof state->key));
  else
    g_hash_table_remove (order->exits, &state->key);
}

/* What the exit status says first when several orders were sent. */
static int
weight (DtcctlExit status)
{
  switch (status)
    {
    case DTCCTL_EXIT_UNKNOWN:
      return 3;
    case DTCCTL_EXIT_REJECTED:
      return 2;
    case DTCCTL_EXIT_FAILED:
      return 1;
    default:
      return 0;
    }
}

static void
note_worst (Order     *order,
            DtcctlExit status)
{
  if (weight (status) > weight (order->worst))
    order->worst = status;
}

static void
judge_submit (Order                *order,
              const DeskOrderState *state)
{
  DtcctlExit status = DTCCTL_EXIT_DONE;

  switch (state->status)
    {
    case DESK_STATUS_REJECTED:
      status = DTCCTL_EXIT_REJECTED;
      break;
    case DESK_STATUS_UNKNOWN:
      status = DTCCTL_EXIT_UNKNOWN;
      break;
    case DESK_STATUS_NOT_SENT:
    case DESK_STATUS_BLOCKED:
      status = DTCCTL_EXIT_FAILED;
      break;
    case DESK_STATUS_DRAFT:
    case DESK_STATUS_SENT:
      return;
    case DESK_STATUS_WORKING:
    case DESK_STATUS_HELD_BY_PARENT:
    case DESK_STATUS_CHANGING:
    case DESK_STATUS_CANCELLING:
    case DESK_STATUS_PART_FILLED:
    case DESK_STATUS_FILLED:
    case DESK_STATUS_CANCELLED:
    case DESK_STATUS_EXPIRED:
    case DESK_STATUS_NOT_AT_SERVER:
    default:
      break;
    }
  g_hash_table_add (order->answered, g_memdup2 (&state->key, sizeof state->key));
  note_worst (order, status);
  if (g_hash_table_size (order->answered) >= order->n_orders)
    leave (order, order->worst);
}

/* Of a cancel or a change: the server's word about it, not our own that it is on its way. */
static void
judge_request (Order                *order,
               const DeskOrderState *state)
{
  gboolean cancel = order->kind == DESK_COMMAND_CANCEL;

  if (state->reason == (cancel ? DESK_REASON_CANCEL_REJECTED : DESK_REASON_CHANGE_REJECTED))
    leave (order, DTCCTL_EXIT_REJECTED);
  else if (cancel && state->status == DESK_STATUS_CANCELLED)
    leave (order, DTCCTL_EXIT_DONE);
  else if (!cancel && state->reason == DESK_REASON_CHANGE_DONE)
    leave (order, DTCCTL_EXIT_DONE);
  else if (desk_status_is_final (state->status))
    leave (order, DTCCTL_EXIT_FAILED); /* something else ended it first */
  else if (state->status == DESK_STATUS_UNKNOWN
           || (cancel ? state->cancel : state->change) == DESK_OVERLAY_UNKNOWN)
    leave (order, DTCCTL_EXIT_UNKNOWN);
}

static void
judge_cancel_all (Order                *order,
                  const DeskOrderState *state)
{
  if (!g_hash_table_contains (order->waiting, &state->key))
    return;
  if (state->reason == DESK_REASON_CANCEL_REJECTED)
    order->rejected = TRUE;
  else if (!desk_status_is_final (state->status))
    return;
  g_hash_table_remove (order->waiting, &state->key);
  if (g_hash_table_size (order->waiting) == 0)
    leave (order, order->rejected ? DTCCTL_EXIT_REJECTED : DTCCTL_EXIT_DONE);
}

static gboolean
is_our_order (Order           *order,
              const DeskEvent *event)
{
  const DeskOrderState *state = &event->order;

  switch (order->kind)
    {
    case DESK_COMMAND_SUBMIT:
    case DESK_COMMAND_REVERSE:
      return event->tag == order->tag
             || (state->source != DESK_SOURCE_EXTERNAL && state->client_order_id[0] != '\0'
                 && !g_hash_table_contains (order->waiting, &state->key));
    case DESK_COMMAND_CANCEL:
    case DESK_COMMAND_MODIFY:
      if (order->key == 0
          && (g_str_equal (state->client_order_id, order->id) || g_str_equal (state->server_order_id, order->id)))
        order->key = state->key;
      return order->key != 0 && state->key == order->key;
    default:
      return order->symbol[0] == '\0' || g_str_equal (order->symbol, state->symbol);
    }
}

static void
take_order (Order           *order,
            const DeskEvent *event)
{
  if (!is_our_order (order, event))
    return;
  dtcctl_output_news (&order->live, event);
  note_exit (order, &event->order);
  switch (order->kind)
    {
    case DESK_COMMAND_SUBMIT:
      judge_submit (order, &event->order);
      break;
    case DESK_COMMAND_REVERSE:
      /* Its exit is the flatten's business. */
      if (event->order.role != DESK_ROLE_FLATTEN)
        judge_submit (order, &event->order);
      break;
    case DESK_COMMAND_CANCEL:
    case DESK_COMMAND_MODIFY:
      judge_request (order, &event->order);
      break;
    case DESK_COMMAND_CANCEL_ALL:
      judge_cancel_all (order, &event->order);
      break;
    default:
      break;
    }
}

static void
take_flatten (Order           *order,
              const DeskEvent *event)
{
  const DeskFlattenState *flatten = &event->flatten;

  dtcctl_output_news (&order->live, event);
  if (flatten->step != DESK_FLATTEN_DONE && flatten->step != DESK_FLATTEN_FAILED)
    {
      g_hash_table_add (order->flattens, g_strdup (flatten->symbol));
      return;
    }
  g_hash_table_remove (order->flattens, flatten->symbol);
  /* "Failed" would invite a second exit beside one that may work. */
  if (flatten->step == DESK_FLATTEN_FAILED)
    note_worst (order, g_hash_table_size (order->exits) > 0 ? DTCCTL_EXIT_UNKNOWN : DTCCTL_EXIT_FAILED);
  if (order->worst == DTCCTL_EXIT_DONE && order->kind == DESK_COMMAND_REVERSE)
    return;
  if (g_hash_table_size (order->flattens) == 0)
    leave (order, order->worst);
}

static void
take_link (Order           *order,
           const DeskEvent *event)
{
  if (!order->sent)
    {
      dtcctl_output_news (&order->live, event);
      if (event->link.state == DESK_LINK_LIVE)
        send_line (order);
      else if (dtcctl_live_is_hopeless (&order->live))
        give_up (order, "The server does not take this connection; nothing was sent");
    }
  else if (event->link.state == DESK_LINK_DOWN || event->link.state == DESK_LINK_STOPPED)
    dtcctl_output_news (&order->live, event); /* the order itself will be said to be unknown */
}

static void
order_event (DtcctlLive      *live,
             const DeskEvent *event)
{
  Order *order = (Order *) live;

  if (event->restored)
    return;
  /* What the server says while we leave is still printed; that we leave is not. */
  if (live->leaving
      && (event->kind == DESK_EVENT_LINK
          || (event->kind == DESK_EVENT_ORDER && event->order.reason == DESK_REASON_LINK_LOST)))
    return;

  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      take_link (order, event);
      break;
    case DESK_EVENT_ORDER:
      if (order->sent)
        take_order (order, event);
      break;
    case DESK_EVENT_DENIED:
      if (!order->sent || event->tag != order->tag)
        break;
      dtcctl_output_news (live, event);
      /* One of several may have been refused: the others leave, and a flatten goes on to its end. */
      leave_in (order, event->denial == DESK_DENY_USAGE ? DTCCTL_EXIT_USAGE : DTCCTL_EXIT_DENIED, LEAVE_MS);
      break;
    case DESK_EVENT_FLATTEN:
      if (order->sent)
        take_flatten (order, event);
      break;
    case DESK_EVENT_FILL:
      if (order->sent && (order->symbol[0] == '\0' || g_str_equal (event->fill.symbol, order->symbol)))
        dtcctl_output_news (live, event);
      break;
    case DESK_EVENT_NOTICE:
      dtcctl_output_news (live, event);
      if (order->kind == DESK_COMMAND_REVERSE && order->sent && g_str_equal (event->code, "REVERSE_STOPPED"))
        leave (order, DTCCTL_EXIT_FAILED);
      break;
    default:
      break;
    }
}

static void
order_interrupted (DtcctlLive *live)
{
  Order *order = (Order *) live;

  leave_in (order, order->sent ? DTCCTL_EXIT_UNKNOWN : DTCCTL_EXIT_FAILED, LEAVE_SIGNAL_MS);
}

static const DtcctlLiveClass order_class = { order_started, order_event, order_interrupted };

/* The shell has taken the quotes of a note away. */
static char *
join_words (char **words)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gboolean note = i > 0 && g_ascii_strcasecmp (words[i - 1], "note") == 0 && strchr (words[i], '"') == NULL;

      g_string_append_printf (line, note ? "%s\"%s\"" : "%s%s", i > 0 ? " " : "", words[i]);
    }
  return g_string_free (line, FALSE);
}

static guint
n_orders_of (const DeskTicket *ticket)
{
  DeskTicket orders[DESK_TICKET_MAX_ORDERS];
  DeskRole roles[DESK_TICKET_MAX_ORDERS];

  return desk_ticket_split (ticket, NAN, orders, roles);
}

DtcctlExit
dtcctl_order_run (const DtcctlOptions *options)
{
  Order order = { 0 };
  DeskSessionOptions session_options = { 0 };
  g_autoptr (GError) error = NULL;
  DtcctlExit status;

  order.line = join_words (options->words + 1);
  order.command = desk_order_line_parse (order.line, &error);
  if (order.command == NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (order.line, -1);

      dtcctl_output_denied (options, 0, DESK_DENY_USAGE, error->message, valid);
      g_free (order.line);
      return DTCCTL_EXIT_USAGE;
    }

  session_options.automated = !isatty (STDIN_FILENO);
  order.kind = order.command->kind;
  order.command->ticket.source = session_options.automated ? DESK_SOURCE_SCRIPT : DESK_SOURCE_LINE;
  order.command->ticket.live = options->profile->live;
  g_strlcpy (order.id, order.command->id, sizeof order.id);
  g_strlcpy (order.symbol, order.command->ticket.symbol, sizeof order.symbol);
  order.n_orders = n_orders_of (&order.command->ticket);
  order.worst = DTCCTL_EXIT_DONE;
  order.answered = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  order.flattens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  order.exits = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  order.waiting = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  status = dtcctl_live_run (&order.live, &order_class, options, &session_options);

  g_clear_handle_id (&order.timer, g_source_remove);
  g_clear_handle_id (&order.grace_timer, g_source_remove);
  g_clear_pointer (&order.command, desk_command_free);
  g_hash_table_unref (order.waiting);
  g_hash_table_unref (order.answered);
  g_hash_table_unref (order.flattens);
  g_hash_table_unref (order.exits);
  g_free (order.line);
  return status;
}
