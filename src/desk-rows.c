/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-rows-private.h"

#include <math.h>
#include <string.h>

/* How the members of a state are compared: the bytes behind a text's NUL, padding do not count,
 * and "none" (NAN) equals "none". */
typedef enum
{
  FIELD_INT32,
  FIELD_INT64,
  FIELD_DOUBLE,
  FIELD_TEXT,   /* char[] */
  FIELD_STRING, /* char * or GRefString * */
  FIELD_STRV,
  FIELD_PRICE,
  FIELD_GRID,
} FieldKind;

typedef struct
{
  guint16   offset;
  FieldKind kind;
} Field;

static gboolean
same_double (double a,
             double b)
{
  return (isnan (a) && isnan (b)) || !(a < b || a > b || isnan (a) || isnan (b));
}

static gboolean
same_price (const DeskPrice *a,
            const DeskPrice *b)
{
  return a->kind == b->kind && a->ticks == b->ticks && same_double (a->display, b->display);
}

static gboolean
same_grid (const DeskGrid *a,
           const DeskGrid *b)
{
  return same_double (a->tick, b->tick) && same_double (a->multiplier, b->multiplier) && a->format == b->format
         && same_double (a->tick_value, b->tick_value);
}

static gboolean
same_strv (char **a,
           char **b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

static gboolean
same_field (const Field  *field,
            const guint8 *a,
            const guint8 *b)
{
  switch (field->kind)
    {
    case FIELD_INT32:
      return memcmp (a, b, sizeof (gint32)) == 0;
    case FIELD_INT64:
      return memcmp (a, b, sizeof (gint64)) == 0;
    case FIELD_DOUBLE:
      return same_double (*(const double *) a, *(const double *) b);
    case FIELD_TEXT:
      return strcmp ((const char *) a, (const char *) b) == 0;
    case FIELD_STRING:
      return g_strcmp0 (*(char *const *) a, *(char *const *) b) == 0;
    case FIELD_STRV:
      return same_strv (*(char ***) a, *(char ***) b);
    case FIELD_PRICE:
      return same_price ((const DeskPrice *) a, (const DeskPrice *) b);
    case FIELD_GRID:
      return same_grid ((const DeskGrid *) a, (const DeskGrid *) b);
    default:
      g_assert_not_reached ();
    }
}

static gboolean
same_state (const Field  *fields,
            guint         n_fields,
            gconstpointer a,
            gconstpointer b)
{
  for (guint i = 0; i < n_fields; i++)
    {
      if (!same_field (&fields[i], (const guint8 *) a + fields[i].offset, (const guint8 *) b + fields[i].offset))
        return FALSE;
    }
  return TRUE;
}

#define F(Type, member, kind) { G_STRUCT_OFFSET (Type, member), FIELD_##kind }

static const Field order_fields[] = {
#define O(member, kind) F (DeskOrderState, member, kind)
  O (key, INT64), O (epoch, INT32), O (status, INT32), O (certainty, INT32), O (reason, INT32), O (filled, INT64),
  O (remaining, INT64), O (quantity, INT64), O (average_price, DOUBLE), O (price, PRICE), O (price2, PRICE),
  O (text, STRING), O (cancel, INT32), O (change, INT32), O (changed, INT64), O (as_of, INT64), O (unshown, INT32),
  O (client_order_id, TEXT), O (server_order_id, TEXT), O (account, TEXT), O (symbol, TEXT), O (side, INT32),
  O (type, INT32), O (tif, INT32), O (good_till, INT64), O (asked_price, PRICE), O (asked_price2, PRICE),
  O (asked_quantity, INT64), O (source, INT32), O (automated, INT32), O (held_here, INT32), O (created, INT64),
  O (sent, INT64), O (acked, INT64), O (ack_usec, INT64), O (journal_usec, INT64), O (wire_usec, INT64),
  O (fill_usec, INT64), O (cancel_usec, INT64), O (grid, GRID),
#undef O
};

static const Field fill_fields[] = {
#define O(member, kind) F (DeskFillState, member, kind)
  O (key, INT64), O (epoch, INT32), O (execution_id, TEXT), O (client_order_id, TEXT), O (server_order_id, TEXT),
  O (account, TEXT), O (symbol, TEXT), O (side, INT32), O (price, PRICE), O (quantity, INT64), O (historical, INT32),
  O (server_time, INT64), O (received, INT64), O (replaces, STRV), O (grid, GRID),
#undef O
};

static const Field position_fields[] = {
#define O(member, kind) F (DeskPositionState, member, kind)
  O (account, TEXT), O (symbol, TEXT), O (provable, INT32), O (quantity, INT64), O (average_price, DOUBLE),
  O (computed, INT64), O (computed_known, INT32), O (computed_average, DOUBLE), O (open_profit, DOUBLE),
  O (worst_long, INT64), O (worst_short, INT64), O (working_buys, INT64), O (working_sells, INT64),
  O (stale, INT32), O (as_of, INT64), O (unshown, INT32), O (grid, GRID),
#undef O
};

static const Field account_fields[] = {
#define O(member, kind) F (DeskAccountState, member, kind)
  O (account, TEXT), O (currency, TEXT), O (trading_disabled, INT32), O (cash, DOUBLE), O (available, DOUBLE),
  O (margin, DOUBLE), O (open_profit, DOUBLE), O (daily_profit, DOUBLE), O (daily_loss_limit, DOUBLE),
  O (securities, DOUBLE), O (stale, INT32), O (as_of, INT64),
#undef O
};

static const Field quote_fields[] = {
#define O(member, kind) F (DeskQuoteState, member, kind)
  O (symbol, TEXT), O (symbol_id, INT32), O (bid, PRICE), O (ask, PRICE), O (last, PRICE), O (bid_size, DOUBLE),
  O (ask_size, DOUBLE), O (last_size, DOUBLE), O (received, INT64), O (traded, INT64), O (open, PRICE),
  O (high, PRICE), O (low, PRICE), O (settlement, PRICE), O (volume, DOUBLE), O (n_trades, DOUBLE),
  O (open_interest, DOUBLE), O (session_date, INT64), O (trading, INT32), O (feed, INT32), O (stale, INT32),
  O (rejected, INT32), O (text, STRING), O (grid, GRID),
#undef O
};

static const Field instrument_fields[] = {
#define O(member, kind) F (DeskInstrumentState, member, kind)
  O (symbol, TEXT), O (description, TEXT), O (currency, TEXT), O (exchange, TEXT), O (underlying, TEXT),
  O (type, INT32), O (tick, TEXT), O (known, INT32), O (has_depth, INT32), O (expires, INT64), O (grid, GRID),
#undef O
};

static void
plain_position_copy (DeskPositionState       *to,
                     const DeskPositionState *from)
{
  *to = *from;
}

static void
plain_position_clear (DeskPositionState *state)
{
}

static void
plain_account_copy (DeskAccountState       *to,
                    const DeskAccountState *from)
{
  *to = *from;
}

static void
plain_account_clear (DeskAccountState *state)
{
}

/* One row type: a GObject around a state, with its getter, its setter and "changed". */
#define DEFINE_ROW(Name, name, State, copy, clear, fields, ...)                                                     \
  struct _##Name                                                                                                    \
  {                                                                                                                 \
    GObject parent_instance;                                                                                        \
    State   state;                                                                                                  \
    __VA_ARGS__                                                                                                     \
  };                                                                                                                \
                                                                                                                    \
  G_DEFINE_FINAL_TYPE (Name, name, G_TYPE_OBJECT)                                                                   \
                                                                                                                    \
  static void                                                                                                       \
  name##_finalize (GObject *object)                                                                                 \
  {                                                                                                                 \
    clear (&((Name *) object)->state);                                                                              \
    G_OBJECT_CLASS (name##_parent_class)->finalize (object);                                                        \
  }                                                                                                                 \
                                                                                                                    \
  static void                                                                                                       \
  name##_class_init (Name##Class *klass)                                                                            \
  {                                                                                                                 \
    G_OBJECT_CLASS (klass)->finalize = name##_finalize;                                                             \
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);    \
  }                                                                                                                 \
                                                                                                                    \
  static void                                                                                                       \
  name##_init (Name *self)                                                                                          \
  {                                                                                                                 \
  }                                                                                                                 \
                                                                                                                    \
  const State *                                                                                                     \
  name##_get_state (Name *self)                                                                                     \
  {                                                                                                                 \
    return &self->state;                                                                                            \
  }                                                                                                                 \
                                                                                                                    \
  gboolean                                                                                                          \
  name##_set_state (Name *self, const State *state)                                                                 \
  {                                                                                                                 \
    if (same_state (fields, G_N_ELEMENTS (fields), &self->state, state))                                            \
      return FALSE;                                                                                                 \
    copy (&self->state, state);                                                                                     \
    return TRUE;                                                                                                    \
  }

#define DEFINE_ROW_NEW(Name, name, State, copy)                                                                     \
  Name *                                                                                                            \
  name##_new (const State *state)                                                                                   \
  {                                                                                                                 \
    Name *self = g_object_new (name##_get_type (), NULL);                                                           \
                                                                                                                    \
    copy (&self->state, state);                                                                                     \
    return self;                                                                                                    \
  }

DEFINE_ROW (DeskOrder, desk_order, DeskOrderState, desk_order_state_copy, desk_order_state_clear, order_fields, )
DEFINE_ROW_NEW (DeskOrder, desk_order, DeskOrderState, desk_order_state_copy)
DEFINE_ROW (DeskFill, desk_fill, DeskFillState, desk_fill_state_copy, desk_fill_state_clear, fill_fields, )
DEFINE_ROW_NEW (DeskFill, desk_fill, DeskFillState, desk_fill_state_copy)
DEFINE_ROW (DeskPosition, desk_position, DeskPositionState, plain_position_copy, plain_position_clear, position_fields, )
DEFINE_ROW_NEW (DeskPosition, desk_position, DeskPositionState, plain_position_copy)
DEFINE_ROW (DeskAccount, desk_account, DeskAccountState, plain_account_copy, plain_account_clear, account_fields, )
DEFINE_ROW_NEW (DeskAccount, desk_account, DeskAccountState, plain_account_copy)

DEFINE_ROW (DeskQuote, desk_quote, DeskQuoteState, desk_quote_state_copy, desk_quote_state_clear, quote_fields,
            DeskInstrumentState instrument;
            gboolean            has_instrument;)

DeskQuote *
desk_quote_new (const char *symbol)
{
  DeskQuote *self = g_object_new (DESK_TYPE_QUOTE, NULL);

  desk_quote_state_init (&self->state, symbol);
  return self;
}

const DeskInstrumentState *
desk_quote_get_instrument (DeskQuote *self)
{
  return self->has_instrument ? &self->instrument : NULL;
}

gboolean
desk_quote_set_instrument (DeskQuote                 *self,
                           const DeskInstrumentState *instrument)
{
  if (self->has_instrument
      && same_state (instrument_fields, G_N_ELEMENTS (instrument_fields), &self->instrument, instrument))
    return FALSE;
  self->instrument = *instrument;
  self->has_instrument = TRUE;
  return TRUE;
}

struct _DeskFound
{
  GObject             parent_instance;
  DeskInstrumentState state;
};

G_DEFINE_FINAL_TYPE (DeskFound, desk_found, G_TYPE_OBJECT)

static void
desk_found_class_init (DeskFoundClass *klass)
{
}

static void
desk_found_init (DeskFound *self)
{
}

DeskFound *
desk_found_new (const DeskInstrumentState *state)
{
  DeskFound *self = g_object_new (DESK_TYPE_FOUND, NULL);

  self->state = *state;
  return self;
}

const DeskInstrumentState *
desk_found_get_state (DeskFound *self)
{
  return &self->state;
}

void
desk_row_changed (gpointer row)
{
  g_signal_emit_by_name (row, "changed");
}

static gconstpointer
order_key (gpointer item)
{
  return &DESK_ORDER (item)->state.key;
}

static gconstpointer
fill_key (gpointer item)
{
  return &DESK_FILL (item)->state.key;
}

static gconstpointer
position_key (gpointer item)
{
  return &DESK_POSITION (item)->state;
}

static gconstpointer
account_key (gpointer item)
{
  return DESK_ACCOUNT (item)->state.account;
}

static gconstpointer
quote_key (gpointer item)
{
  return DESK_QUOTE (item)->state.symbol;
}

static guint
position_hash (gconstpointer key)
{
  const DeskPositionState *state = key;

  return g_str_hash (state->account) * 31 + g_str_hash (state->symbol);
}

static gboolean
position_equal (gconstpointer a,
                gconstpointer b)
{
  const DeskPositionState *left = a;
  const DeskPositionState *right = b;

  return strcmp (left->symbol, right->symbol) == 0 && strcmp (left->account, right->account) == 0;
}

DeskKeyedStore *
desk_orders_store_new (void)
{
  return desk_keyed_store_new (DESK_TYPE_ORDER, order_key, g_int64_hash, g_int64_equal);
}

DeskKeyedStore *
desk_fills_store_new (void)
{
  return desk_keyed_store_new (DESK_TYPE_FILL, fill_key, g_int64_hash, g_int64_equal);
}

DeskKeyedStore *
desk_positions_store_new (void)
{
  return desk_keyed_store_new (DESK_TYPE_POSITION, position_key, position_hash, position_equal);
}

DeskKeyedStore *
desk_accounts_store_new (void)
{
  return desk_keyed_store_new (DESK_TYPE_ACCOUNT, account_key, g_str_hash, g_str_equal);
}

DeskKeyedStore *
desk_quotes_store_new (void)
{
  return desk_keyed_store_new (DESK_TYPE_QUOTE, quote_key, g_str_hash, g_str_equal);
}
