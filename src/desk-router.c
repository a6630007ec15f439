/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-router.h"

#include "desk-rows-private.h"

struct _DeskRouter
{
  DeskKeyedStore *orders;
  DeskKeyedStore *fills;
  DeskKeyedStore *positions;
  DeskKeyedStore *accounts;
  DeskKeyedStore *quotes;
  GHashTable     *books;       /* symbol -> DeskBook */
  GHashTable     *tapes;       /* symbol -> DeskTape */
  GListStore     *found;
  GPtrArray      *finding;     /* DeskFound rows that join the list at the next flush */
  DeskStatsBook  *stats;
  DeskLinkState   link;
  DeskArmState    arm;
  DeskHealth      health;
  DeskResyncState *resync;     /* or NULL */
  DeskVerifyRun  *verify;      /* or NULL */
  GHashTable     *provisional; /* execution id that may be superseded -> the fill's key */
  GHashTable     *changed;     /* set of rows that owe a "changed" */
};

DeskRouter *
desk_router_new (void)
{
  DeskRouter *self = g_new0 (DeskRouter, 1);

  self->orders = desk_orders_store_new ();
  self->fills = desk_fills_store_new ();
  self->positions = desk_positions_store_new ();
  self->accounts = desk_accounts_store_new ();
  self->quotes = desk_quotes_store_new ();
  self->books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->tapes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->found = g_list_store_new (DESK_TYPE_FOUND);
  self->finding = g_ptr_array_new_with_free_func (g_object_unref);
  self->stats = desk_stats_book_new ();
  self->provisional = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->changed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->link.reason = "none";
  self->health.last_ack_usec = -1;
  self->health.p95_ack_usec = -1;
  self->health.journal_commit_usec = -1;
  self->health.journal_ok = TRUE;
  return self;
}

void
desk_router_free (DeskRouter *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->resync, desk_resync_state_unref);
  g_clear_pointer (&self->verify, desk_verify_run_unref);
  g_hash_table_unref (self->changed);
  g_hash_table_unref (self->provisional);
  desk_stats_book_free (self->stats);
  g_ptr_array_unref (self->finding);
  g_object_unref (self->found);
  g_hash_table_unref (self->tapes);
  g_hash_table_unref (self->books);
  g_object_unref (self->quotes);
  g_object_unref (self->accounts);
  g_object_unref (self->positions);
  g_object_unref (self->fills);
  g_object_unref (self->orders);
  g_free (self);
}

static void
owes_changed (DeskRouter *self,
              gpointer    row)
{
  if (!g_hash_table_contains (self->changed, row))
    g_hash_table_add (self->changed, g_object_ref (row));
}

static void
take_order (DeskRouter           *self,
            const DeskOrderState *state)
{
  DeskOrder *row = desk_keyed_store_lookup (self->orders, &state->key);
  DeskOrderState marked = *state;

  marked.unshown = self->health.journal_waits && !desk_status_is_final (state->status);
  if (row == NULL)
    desk_keyed_store_add (self->orders, desk_order_new (&marked));
  else if (desk_order_set_state (row, &marked))
    owes_changed (self, row);
}

static void
take_fill (DeskRouter          *self,
           const DeskFillState *state)
{
  DeskFill *row = desk_keyed_store_lookup (self->fills, &state->key);

  desk_stats_book_add (self->stats, state);
  for (guint i = 0; state->replaces != NULL && state->replaces[i] != NULL; i++)
    {
      const guint64 *key = g_hash_table_lookup (self->provisional, state->replaces[i]);

      if (key == NULL)
        continue;
      if (*key != state->key)
        desk_keyed_store_remove (self->fills, key);
      g_hash_table_remove (self->provisional, state->replaces[i]);
    }

  if (row == NULL)
    desk_keyed_store_add (self->fills, desk_fill_new (state));
  else if (desk_fill_set_state (row, state))
    owes_changed (self, row);
  if (g_str_has_prefix (state->execution_id, "syn:"))
    g_hash_table_insert (self->provisional, g_strdup (state->execution_id), g_memdup2 (&state->key, sizeof (guint64)));
}

static void
take_position (DeskRouter              *self,
               const DeskPositionState *state)
{
  DeskPosition *row = desk_keyed_store_lookup (self->positions, state);
  DeskPositionState marked = *state;

  marked.unshown = self->health.journal_waits;
  if (row == NULL)
    desk_keyed_store_add (self->positions, desk_position_new (&marked));
  else if (desk_position_set_state (row, &marked))
    owes_changed (self, row);
}

/* While the disk hangs every row that may change is marked: what the server says of it meanwhile is not shown. */
static void
take_health (DeskRouter       *self,
             const DeskHealth *health)
{
  gboolean turns = self->health.journal_waits != health->journal_waits;
  guint n_orders = turns ? g_list_model_get_n_items (G_LIST_MODEL (self->orders)) : 0;
  guint n_positions = turns ? g_list_model_get_n_items (G_LIST_MODEL (self->positions)) : 0;
  guint i;

  self->health = *health;
  for (i = 0; i < n_orders; i++)
    {
      g_autoptr (DeskOrder) row = g_list_model_get_item (G_LIST_MODEL (self->orders), i);
      DeskOrderState state = { 0 };

      desk_order_state_copy (&state, desk_order_get_state (row));
      take_order (self, &state);
      desk_order_state_clear (&state);
    }
  for (i = 0; i < n_positions; i++)
    {
      g_autoptr (DeskPosition) row = g_list_model_get_item (G_LIST_MODEL (self->positions), i);
      DeskPositionState state = *desk_position_get_state (row);

      take_position (self, &state);
    }
}

static void
take_account (DeskRouter             *self,
              const DeskAccountState *state)
{
  DeskAccount *row = desk_keyed_store_lookup (self->accounts, state->account);

  if (row == NULL)
    desk_keyed_store_add (self->accounts, desk_account_new (state));
  else if (desk_account_set_state (row, state))
    owes_changed (self, row);
}

static DeskQuote *
quote_row (DeskRouter *self,
           const char *symbol)
{
  DeskQuote *row = desk_keyed_store_lookup (self->quotes, symbol);

  if (row == NULL)
    {
      row = desk_quote_new (symbol);
      desk_keyed_store_add (self->quotes, row);
    }
  return row;
}

static void
take_depth (DeskRouter     *self,
            DeskDepthState *state)
{
  DeskBook *book = desk_router_get_book (self, state->symbol);

  desk_book_set_state (book, state);
  owes_changed (self, book);
}

static void
take_trades (DeskRouter       *self,
             const DeskTrades *trades)
{
  DeskTape *tape = desk_router_get_tape (self, trades->symbol);

  desk_tape_take (tape, trades);
  owes_changed (self, tape);
}

static void
take_found (DeskRouter           *self,
            const DeskFoundState *found)
{
  switch (found->kind)
    {
    case DESK_ROW_BEGIN:
      g_ptr_array_set_size (self->finding, 0);
      g_list_store_remove_all (self->found);
      break;
    case DESK_ROW_ITEM:
      g_ptr_array_add (self->finding, desk_found_new (&found->instrument));
      break;
    case DESK_ROW_END:
    default:
      break;
    }
}

/* Who holds the book or the tape of a symbol that is not watched any more sees an empty one, and the next of it should it
 * be watched again. */
static void
forget_symbol (DeskRouter *self,
               const char *symbol)
{
  DeskBook *book = g_hash_table_lookup (self->books, symbol);
  DeskTape *tape = g_hash_table_lookup (self->tapes, symbol);

  desk_keyed_store_remove (self->quotes, symbol);
  if (book != NULL)
    {
      desk_book_set_state (book, NULL);
      owes_changed (self, book);
    }
  if (tape != NULL)
    {
      desk_tape_clear (tape);
      owes_changed (self, tape);
    }
}

void
desk_router_take (DeskRouter      *self,
                  const DeskEvent *event)
{
  DeskQuote *quote;

  g_return_if_fail (self != NULL);
  g_return_if_fail (event != NULL);

  switch (event->kind)
    {
    case DESK_EVENT_LINK:
      self->link = event->link;
      break;
    case DESK_EVENT_ORDER:
      take_order (self, &event->order);
      break;
    case DESK_EVENT_FILL:
      take_fill (self, &event->fill);
      break;
    case DESK_EVENT_POSITION:
      take_position (self, &event->position);
      break;
    case DESK_EVENT_BALANCE:
    case DESK_EVENT_ACCOUNT:
      take_account (self, &event->account);
      break;
    case DESK_EVENT_QUOTE:
      quote = quote_row (self, event->quote.symbol);
      if (desk_quote_set_state (quote, &event->quote))
        owes_changed (self, quote);
      break;
    case DESK_EVENT_INSTRUMENT:
      quote = quote_row (self, event->instrument.symbol);
      if (desk_quote_set_instrument (quote, &event->instrument))
        owes_changed (self, quote);
      break;
    case DESK_EVENT_UNWATCHED:
      forget_symbol (self, event->instrument.symbol);
      break;
    case DESK_EVENT_DEPTH:
      take_depth (self, event->depth);
      break;
    case DESK_EVENT_TRADES:
      take_trades (self, &event->trades);
      break;
    case DESK_EVENT_FOUND:
      take_found (self, &event->found);
      break;
    case DESK_EVENT_ARM:
      self->arm = event->arm;
      break;
    case DESK_EVENT_HEALTH:
      take_health (self, &event->health);
      break;
    case DESK_EVENT_RESYNC:
      g_clear_pointer (&self->resync, desk_resync_state_unref);
      self->resync = desk_resync_state_ref (event->resync);
      break;
    case DESK_EVENT_VERIFY:
      g_clear_pointer (&self->verify, desk_verify_run_unref);
      self->verify = desk_verify_run_ref (event->verify);
      break;
    case DESK_EVENT_DENIED:
    case DESK_EVENT_NOTICE:
    case DESK_EVENT_FLATTEN:
    case DESK_EVENT_CASE:
    case DESK_EVENT_PREVIEW:
    case DESK_EVENT_QUEUE:
    case DESK_EVENT_LISTED:
    default:
      break;
    }
}

void
desk_router_flush (DeskRouter *self)
{
  g_autoptr (GHashTable) changed = NULL;
  GHashTableIter iter;
  gpointer row;

  g_return_if_fail (self != NULL);

  desk_keyed_store_flush (self->accounts);
  desk_keyed_store_flush (self->quotes);
  desk_keyed_store_flush (self->orders);
  desk_keyed_store_flush (self->fills);
  desk_keyed_store_flush (self->positions);
  if (self->finding->len > 0)
    {
      g_list_store_splice (self->found, g_list_model_get_n_items (G_LIST_MODEL (self->found)), 0, self->finding->pdata,
                           self->finding->len);
      g_ptr_array_set_size (self->finding, 0);
    }

  if (g_hash_table_size (self->changed) == 0)
    return;
  changed = g_steal_pointer (&self->changed);
  self->changed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    desk_row_changed (row);
}

const DeskLinkState *
desk_router_get_link (DeskRouter *self)
{
  return &self->link;
}

const DeskArmState *
desk_router_get_arm (DeskRouter *self)
{
  return &self->arm;
}

const DeskHealth *
desk_router_get_health (DeskRouter *self)
{
  return &self->health;
}

DeskResyncState *
desk_router_get_resync (DeskRouter *self)
{
  return self->resync;
}

DeskVerifyRun *
desk_router_get_verify (DeskRouter *self)
{
  return self->verify;
}

DeskStats
desk_router_get_stats (DeskRouter *self,
                       const char *account,
                       gint64      from_utc)
{
  return desk_stats_book_get (self->stats, account, from_utc);
}

DeskKeyedStore *
desk_router_get_orders (DeskRouter *self)
{
  return self->orders;
}

DeskKeyedStore *
desk_router_get_fills (DeskRouter *self)
{
  return self->fills;
}

DeskKeyedStore *
desk_router_get_positions (DeskRouter *self)
{
  return self->positions;
}

DeskKeyedStore *
desk_router_get_accounts (DeskRouter *self)
{
  return self->accounts;
}

DeskKeyedStore *
desk_router_get_quotes (DeskRouter *self)
{
  return self->quotes;
}

DeskBook *
desk_router_get_book (DeskRouter *self,
                      const char *symbol)
{
  DeskBook *book = g_hash_table_lookup (self->books, symbol);

  if (book == NULL)
    {
      book = desk_book_new ();
      g_hash_table_insert (self->books, g_strdup (symbol), book);
    }
  return book;
}

DeskTape *
desk_router_get_tape (DeskRouter *self,
                      const char *symbol)
{
  DeskTape *tape = g_hash_table_lookup (self->tapes, symbol);

  if (tape == NULL)
    {
      tape = desk_tape_new (symbol);
      g_hash_table_insert (self->tapes, g_strdup (symbol), tape);
    }
  return tape;
}

GListStore *
desk_router_get_found (DeskRouter *self)
{
  return self->found;
}
