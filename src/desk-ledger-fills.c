/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-ledger-private.h"

#include <math.h>
#include <string.h>

#define ID_RESTS  G_TIME_SPAN_HOUR /* no server gives an execution's id again within */
#define LIST_EDGE (60 * G_USEC_PER_SEC) /* what happened as a list began may be in it or not */

static gint64
signed_of (guint8 side,
           gint64 quantity)
{
  return side == DESK_SIDE_BUY ? quantity : side == DESK_SIDE_SELL ? -quantity : 0;
}

/* The newest of that id. */
static DeskLedgerExec *
find (DeskLedger *self,
      const char *account,
      const char *id)
{
  char key[DESK_ID_SIZE + DESK_EXEC_ID_SIZE + 2];

  g_snprintf (key, sizeof key, "%s\x1f%s", account, id);
  return g_hash_table_lookup (self->by_exec, key);
}

/* Both sides of a trade may bear one id, and those of yesterday are given again: an execution is of one order. */
static DeskLedgerExec *
find_reported (DeskLedger            *self,
               const DeskLedgerOrder *order,
               const char            *id)
{
  DeskLedgerExec *exec = find (self, order->account, id);

  while (exec != NULL && exec->order != NULL && exec->order != order)
    exec = exec->namesake;
  return exec;
}

/* Of rows ids of orders are given again, too: which one it is their times say, both of which are the server's. */
static DeskLedgerExec *
find_listed (DeskLedger            *self,
             const DeskLedgerOrder *order,
             const char            *account,
             const char            *server_id,
             const char            *id,
             guint8                 side,
             gint64                 time)
{
  DeskLedgerExec *exec, *likely = NULL;

  for (exec = find (self, account, id); exec != NULL; exec = exec->namesake)
    {
      gint64 known = exec->h_time != 0 ? exec->h_time : exec->time;
      guint8 known_side = exec->h_side != DESK_SIDE_NONE ? exec->h_side : exec->side;
      gboolean same_order = strcmp (exec->server_id, server_id) == 0 || exec->order == order || exec->order == NULL || order == NULL;
      gboolean timed = known != 0 && time != 0;

      if (timed && ABS (known - time) > ID_RESTS)
        continue;
      /* Of its own order it may contradict itself, which is for a check to say. */
      if (!same_order && (known_side != side || !timed))
        continue;
      if (same_order && timed)
        return exec;
      if (likely == NULL)
        likely = exec;
    }
  return likely;
}

/* An execution that was reported without an id, and is named now. */
static void
name_exec (DeskLedger     *self,
           DeskLedgerExec *exec,
           const char     *id)
{
  char key[DESK_ID_SIZE + DESK_EXEC_ID_SIZE + 2];
  const char *kept;

  if (*id == '\0')
    return;
  g_snprintf (key, sizeof key, "%s\x1f%s", exec->account, id);
  kept = ledger_text (self, key);
  exec->id = strchr (kept, '\x1f') + 1;
  exec->namesake = g_hash_table_lookup (self->by_exec, kept);
  g_hash_table_replace (self->by_exec, (gpointer) kept, exec);
}

static DeskLedgerExec *
add (DeskLedger        *self,
     DeskLedgerOrder   *order,
     const char        *account,
     const char        *symbol,
     const char        *server_id,
     const char        *id,
     const LedgerStamp *stamp)
{
  DeskLedgerExec *exec = g_new0 (DeskLedgerExec, 1);

  exec->id = "";
  exec->account = ledger_word (self, account);
  exec->symbol = ledger_word (self, symbol);
  exec->server_id = order != NULL && strcmp (order->server_id, server_id) == 0 ? order->server_id : ledger_text (self, server_id);
  exec->order = order;
  exec->seen = stamp->utc;
  exec->seen_record = stamp->seq;
  exec->seen_epoch = stamp->epoch;
  exec->price = NAN;
  exec->h_price = NAN;
  exec->grid = stamp->grid;
  name_exec (self, exec, id);
  g_ptr_array_add (self->execs, exec);
  if (order != NULL)
    {
      exec->next = order->execs;
      order->execs = exec;
    }
  else
    {
      exec->next = g_hash_table_lookup (self->nobodys, exec->server_id);
      g_hash_table_replace (self->nobodys, (gpointer) exec->server_id, exec);
    }
  return exec;
}

/* Contracts that are new in the position, and what they cost. */
static void
add_to_position (DeskLedger        *self,
                 const char        *account,
                 const char        *symbol,
                 gint64             change,
                 double             price,
                 const LedgerStamp *stamp)
{
  DeskLedgerPosition *position;
  DeskGrid grid;
  gint64 before, after;
  double display;

  if (change == 0 || *symbol == '\0')
    return;
  position = ledger_position (self, account, symbol);
  grid = desk_ledger_grid (self, stamp->grid, symbol);
  display = isnan (price) ? NAN : desk_price_wire_to_display (&grid, price);
  before = position->average_sum;
  after = before + change;
  if (after == 0)
    position->cost = 0;
  else if (before == 0 || (before > 0) != (after > 0))
    position->cost = display * (double) after;
  else if ((before > 0) == (change > 0))
    position->cost += display * (double) change;
  else
    position->cost = position->cost / (double) before * (double) after;
  position->average_sum = after;
  position->sum += change;
  if (stamp->grid != 0)
    position->grid = stamp->grid;
}

void
ledger_count (DeskLedger        *self,
              DeskLedgerOrder   *order,
              double             price,
              const LedgerStamp *stamp)
{
  gint64 target = MAX (order->filled_most, order->executed);
  guint8 side = order->echo.side != DESK_SIDE_NONE ? order->echo.side : order->sent.side;
  gint64 change = MAX (target, 0) - order->counted;

  if (change == 0 || side == DESK_SIDE_NONE)
    return;
  if (isnan (price) && change > 0 && !isnan (order->average))
    price = order->average;
  order->counted += change;
  add_to_position (self, order->account, order->symbol, signed_of (side, change), price, stamp);
}

/* UTC microseconds, 0: not said. Seconds or milliseconds as documented; other units were met. */
static gint64
stated_time (gint64 stated)
{
  if (stated <= 0 || stated >= G_GINT64_CONSTANT (253402300800000000))
    return 0;
  if (stated < G_GINT64_CONSTANT (100000000000))
    return stated * G_USEC_PER_SEC;
  return stated < G_GINT64_CONSTANT (100000000000000) ? stated * 1000 : stated;
}

/* The oldest fill of so many contracts that nobody has reported. */
static DeskLedgerExec *
listed_only (DeskLedgerOrder *order,
             gint64           quantity)
{
  DeskLedgerExec *found = NULL, *exec;

  for (exec = order->execs; exec != NULL; exec = exec->next)
    if (exec->n_live == 0 && exec->h_quantity == quantity)
      found = exec;
  return found;
}

void
ledger_live_fill (DeskLedger        *self,
                  DeskLedgerOrder   *order,
                  const DtcMessage  *message,
                  gint64             filled_before,
                  const LedgerStamp *stamp)
{
  const DtcOrderUpdate *update = &message->order_update;
  const char *id = update->last_fill_execution_id;
  DeskLedgerExec *exec = NULL;
  gint64 quantity = 0, filled = -1;

  if (update->order_update_reason != DTC_ORDER_FILLED && update->order_update_reason != DTC_ORDER_FILLED_PARTIALLY)
    return;
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY))
    ledger_whole (update->filled_quantity, &filled);
  if (!dtc_message_has (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY) || !ledger_whole (update->last_fill_quantity, &quantity)
      || quantity <= 0)
    quantity = MAX (filled - filled_before, 0);
  if (*id != '\0')
    exec = find_reported (self, order, id);
  else if (filled <= filled_before)
    return; /* the same count again, and nothing that tells a second fill from the first */
  else if (filled <= order->executed && (exec = listed_only (order, quantity)) == NULL)
    return; /* it was listed before it was told */
  if (exec == NULL && quantity <= 0)
    return;
  if (exec == NULL)
    exec = add (self, order, order->account, order->symbol, *update->server_order_id != '\0' ? update->server_order_id : order->server_id,
                id, stamp);
  if (exec->n_live < G_MAXUINT16)
    exec->n_live++;
  if (*order->symbol != '\0')
    ledger_stir (self, ledger_position (self, order->account, order->symbol), stamp);
  if (exec->n_live > 1)
    {
      exec->again_record = stamp->seq;
      return;
    }
  exec->quantity = quantity;
  exec->side = order->echo.side;
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE) && isfinite (update->last_fill_price)
      && fabs (update->last_fill_price) < 1e300)
    exec->price = update->last_fill_price;
  exec->grid = stamp->grid;
  exec->time = stated_time (update->last_fill_date_time);
  exec->mono = stamp->mono;
  exec->epoch = stamp->epoch;
  exec->record = stamp->seq;
  if (exec->h_quantity == 0)
    {
      order->executed += quantity;
      ledger_count (self, order, exec->price, stamp);
    }
}

/* Of prices, NAN: not said. */
static gboolean
differ (double a,
        double b)
{
  return isnan (a) != isnan (b) || (!isnan (a) && a != b);
}

/* A row that names no execution, or names one that was reported without its name: told by what it says. */
static DeskLedgerExec *
find_alike (DeskLedger      *self,
            DeskLedgerOrder *order,
            const char      *server_id,
            const char      *id,
            gint64           quantity,
            double           price,
            gint64           time,
            gint32           request)
{
  DeskLedgerExec *exec = order != NULL ? order->execs : g_hash_table_lookup (self->nobodys, server_id);
  DeskLedgerExec *alike = NULL;

  for (; exec != NULL; exec = exec->next)
    {
      gboolean listed = exec->h_quantity > 0;

      if (*exec->id != '\0' && (*id != '\0' || listed))
        continue; /* it has a name of its own */
      if (listed && (*id != '\0' || exec->h_quantity != quantity || differ (exec->h_price, price) || exec->h_time != time
                     || (exec->h_round == self->round && exec->h_request == request)))
        continue;
      if (!listed && (exec->quantity != quantity || (!isnan (exec->price) && !isnan (price) && exec->price != price)))
        continue;
      alike = exec; /* the oldest one */
    }
  return alike;
}

/* An earlier list of this connection, whole and reaching back so far, lacked it: it happened while the connection stood.
 * Its time and the list's beginning are both the server's; our clock has no say. */
static gboolean
is_fresh (DeskLedger        *self,
          const char        *account,
          gint64             time,
          const LedgerStamp *stamp)
{
  const LedgerList *list = g_hash_table_lookup (self->lists, account);

  return list != NULL && list->epoch == stamp->epoch && time >= list->since + LIST_EDGE;
}

void
ledger_listed_fill (DeskLedger        *self,
                    const DtcMessage  *message,
                    const LedgerStamp *stamp)
{
  const DtcHistoricalOrderFillResponse *row = &message->historical_order_fill_response;
  const char *account = *row->trade_account != '\0' ? row->trade_account : stamp->account != NULL ? stamp->account : "";
  const char *id = row->unique_execution_id;
  guint8 side = row->buy_sell == DTC_BUY ? DESK_SIDE_BUY : row->buy_sell == DTC_SELL ? DESK_SIDE_SELL : DESK_SIDE_NONE;
  gint64 time = stated_time (row->date_time);
  DeskLedgerOrder *order = *row->server_order_id != '\0' ? g_hash_table_lookup (self->by_server, row->server_order_id) : NULL;
  DeskLedgerExec *exec = *id != '\0' ? find_listed (self, order, account, row->server_order_id, id, side, time) : NULL;
  gint64 quantity;
  double price = dtc_message_has (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_PRICE) && isfinite (row->price) && fabs (row->price) < 1e300
                   ? row->price : NAN;
  gboolean is_new;

  if (!ledger_whole (row->quantity, &quantity) || quantity <= 0 || side == DESK_SIDE_NONE || *row->symbol == '\0')
    return;
  if (order != NULL
      && ((*order->symbol != '\0' && strcmp (order->symbol, row->symbol) != 0)
          || (*order->account != '\0' && *account != '\0' && strcmp (order->account, account) != 0)
          || (order->echo.side != DESK_SIDE_NONE && order->echo.side != side && exec == NULL)))
    order = NULL; /* another order's id, given again */
  if (exec == NULL)
    exec = find_alike (self, order, row->server_order_id, id, quantity, price, time, row->request_id);
  is_new = exec == NULL;
  if (is_new)
    {
      exec = add (self, order, account, row->symbol, row->server_order_id, id, stamp);
      exec->fresh = is_fresh (self, account, time, stamp);
      /* Its report may be on the way behind the list. */
      if (exec->fresh)
        ledger_stir (self, ledger_position (self, account, row->symbol), stamp);
    }
  else if (*exec->id == '\0')
    name_exec (self, exec, id);

  if (exec->h_quantity > 0 && exec->h_round == self->round && exec->h_request == row->request_id)
    {
      if (exec->n_history < G_MAXUINT16)
        exec->n_history++;
      return;
    }
  exec->n_history = 1;
  exec->h_round = self->round;
  exec->h_request = row->request_id;
  exec->h_quantity = quantity;
  exec->h_price = price;
  exec->h_grid = stamp->grid;
  exec->h_time = time;
  exec->h_side = side;
  if (stamp->seq != 0)
    exec->h_record = stamp->seq;
  if (!is_new)
    return;
  if (exec->order == NULL)
    {
      add_to_position (self, account, row->symbol, signed_of (side, quantity), exec->h_price, stamp);
      return;
    }
  order->executed += quantity;
  ledger_count (self, order, exec->h_price, stamp);
}

void
ledger_claim (DeskLedger      *self,
              DeskLedgerOrder *order,
              const char      *server_id)
{
  DeskLedgerExec *exec = g_hash_table_lookup (self->nobodys, server_id);
  DeskLedgerExec *left = NULL;

  if (exec == NULL)
    return;
  g_hash_table_remove (self->nobodys, server_id);
  while (exec != NULL)
    {
      DeskLedgerExec *next = exec->next;
      guint8 side = order->sent.side != DESK_SIDE_NONE ? order->sent.side : order->echo.side;

      /* Heard of before the order was sent: of an earlier one that had this id. */
      if ((*order->symbol != '\0' && strcmp (exec->symbol, order->symbol) != 0) || (side != DESK_SIDE_NONE && side != exec->h_side)
          || (exec->seen_record != 0 && exec->seen_record < order->sent_record))
        {
          exec->next = left;
          left = exec;
        }
      else
        {
          exec->order = order;
          exec->next = order->execs;
          order->execs = exec;
          order->executed += exec->h_quantity;
          /* It stands in the position's sum already. */
          order->counted += exec->h_quantity;
        }
      exec = next;
    }
  if (left != NULL)
    g_hash_table_replace (self->nobodys, (gpointer) left->server_id, left);
}
