/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-stats.h"

#include <math.h>
#include <string.h>

typedef struct
{
  guint64  number;       /* order of arrival */
  gint64   utc;
  char     execution_id[DESK_EXEC_ID_SIZE];
  char     account[DESK_ID_SIZE];
  char     symbol[DESK_SYMBOL_SIZE];
  DeskSide side;
  gint64   quantity;
  double   price;
  double   tick;
  double   tick_value;
} Fill;

typedef struct
{
  gint64 quantity; /* signed, what is left of it */
  double price;
} Lot;

/* One account and symbol while the fills are walked. */
typedef struct
{
  GArray  *lots;   /* oldest first */
  guint    first;
  double   trip;   /* realised since the position was last flat; NAN: unknown */
} Book;

struct _DeskStatsBook
{
  GPtrArray  *fills;
  GHashTable *by_id;  /* account, execution id -> Fill */
  guint64     next;
  gboolean    sorted;
};

static guint
fill_hash (gconstpointer data)
{
  const Fill *fill = data;

  return g_str_hash (fill->execution_id) ^ (g_str_hash (fill->account) * 31);
}

static gboolean
fill_equal (gconstpointer a,
            gconstpointer b)
{
  const Fill *x = a;
  const Fill *y = b;

  return g_str_equal (x->execution_id, y->execution_id) && g_str_equal (x->account, y->account);
}

static void
book_free (Book *book)
{
  g_array_unref (book->lots);
  g_free (book);
}

/**
 * desk_stats_book_new:
 *
 * Returns: (transfer full): a book without fills
 */
DeskStatsBook *
desk_stats_book_new (void)
{
  DeskStatsBook *book = g_new0 (DeskStatsBook, 1);

  book->fills = g_ptr_array_new_with_free_func (g_free);
  book->by_id = g_hash_table_new (fill_hash, fill_equal);
  book->sorted = TRUE;
  return book;
}

/**
 * desk_stats_book_free:
 * @book: (nullable): a book
 */
void
desk_stats_book_free (DeskStatsBook *book)
{
  if (book == NULL)
    return;
  g_hash_table_unref (book->by_id);
  g_ptr_array_unref (book->fills);
  g_free (book);
}

static Fill *
lookup (DeskStatsBook *book,
        const char    *account,
        const char    *execution_id)
{
  Fill key;

  g_strlcpy (key.account, account, sizeof key.account);
  g_strlcpy (key.execution_id, execution_id, sizeof key.execution_id);
  return g_hash_table_lookup (book->by_id, &key);
}

/**
 * desk_stats_book_add:
 * @book: a book
 * @fill: an execution, live or historical
 *
 * Counts @fill once, by account and execution id; one that replaces synthetic ones takes their place.
 */
void
desk_stats_book_add (DeskStatsBook       *book,
                     const DeskFillState *fill)
{
  Fill *entry;

  for (guint i = 0; fill->replaces != NULL && fill->replaces[i] != NULL; i++)
    {
      Fill *old = lookup (book, fill->account, fill->replaces[i]);

      if (old == NULL)
        continue;
      g_hash_table_remove (book->by_id, old);
      g_ptr_array_remove (book->fills, old);
    }

  if (fill->quantity <= 0 || (fill->side != DESK_SIDE_BUY && fill->side != DESK_SIDE_SELL)
      || lookup (book, fill->account, fill->execution_id) != NULL)
    return;

  entry = g_new0 (Fill, 1);
  entry->number = book->next++;
  entry->utc = fill->server_time != 0 ? fill->server_time : fill->received;
  g_strlcpy (entry->execution_id, fill->execution_id, sizeof entry->execution_id);
  g_strlcpy (entry->account, fill->account, sizeof entry->account);
  g_strlcpy (entry->symbol, fill->symbol, sizeof entry->symbol);
  entry->side = fill->side;
  entry->quantity = fill->quantity;
  entry->price = fill->price.kind == DESK_PRICE_UNSET ? NAN : fill->price.display;
  entry->tick = fill->grid.tick;
  entry->tick_value = fill->grid.tick_value;

  if (book->fills->len > 0)
    {
      const Fill *last = g_ptr_array_index (book->fills, book->fills->len - 1);

      if (last->utc > entry->utc)
        book->sorted = FALSE;
    }
  g_ptr_array_add (book->fills, entry);
  g_hash_table_add (book->by_id, entry);
}

static int
compare_fills (gconstpointer a,
               gconstpointer b)
{
  const Fill *x = *(const Fill *const *) a;
  const Fill *y = *(const Fill *const *) b;

  if (x->utc != y->utc)
    return x->utc < y->utc ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

static Book *
find_book (GHashTable *books,
           const Fill *fill)
{
  g_autofree char *key = g_strconcat (fill->account, "\n", fill->symbol, NULL);
  Book *book = g_hash_table_lookup (books, key);

  if (book == NULL)
    {
      book = g_new0 (Book, 1);
      book->lots = g_array_new (FALSE, FALSE, sizeof (Lot));
      g_hash_table_insert (books, g_steal_pointer (&key), book);
    }
  return book;
}

/* Money of @quantity contracts between two prices; NAN when a tick's value is not known. */
static double
profit_of (const Fill *fill,
           double      entry,
           gint64      signed_quantity)
{
  if (!(fill->tick > 0) || !(fill->tick_value > 0))
    return NAN;
  return (fill->price - entry) / fill->tick * fill->tick_value * (double) signed_quantity;
}

static void
apply_fill (Book       *book,
            const Fill *fill,
            gboolean    counts,
            DeskStats  *stats)
{
  gint64 left = fill->side == DESK_SIDE_BUY ? fill->quantity : -fill->quantity;

  while (left != 0 && book->first < book->lots->len)
    {
      Lot *lot = &g_array_index (book->lots, Lot, book->first);
      gint64 closed;
      double profit;

      if ((lot->quantity > 0) == (left > 0))
        break;
      closed = MIN (ABS (lot->quantity), ABS (left));
      if (lot->quantity < 0)
        closed = -closed;
      profit = profit_of (fill, lot->price, closed);
      book->trip += profit;
      if (counts)
        stats->realised += profit;
      lot->quantity -= closed;
      left += closed;
      if (lot->quantity != 0)
        continue;

      book->first++;
      if (book->first < book->lots->len)
        continue;

      /* Flat: one trade is closed. */
      g_array_set_size (book->lots, 0);
      book->first = 0;
      if (counts)
        {
          stats->round_trips++;
          if (book->trip > 0)
            stats->winners++;
        }
      book->trip = 0;
    }

  if (left != 0)
    {
      Lot lot = { left, fill->price };

      g_array_append_val (book->lots, lot);
    }
}

/**
 * desk_stats_book_get:
 * @book: a book
 * @account: an account, or "" for all
 * @from_utc: microseconds since 1970
 *
 * The figures from @from_utc on, first in, first out by account and symbol; a trade is closed when its position is
 * flat again. Positions opened before @from_utc count with the price they were opened at.
 *
 * Returns: the figures
 */
DeskStats
desk_stats_book_get (DeskStatsBook *book,
                     const char    *account,
                     gint64         from_utc)
{
  DeskStats stats = { .win_rate = NAN };
  g_autoptr (GHashTable) books = NULL;

  if (!book->sorted)
    {
      g_ptr_array_sort (book->fills, compare_fills);
      book->sorted = TRUE;
    }

  books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) book_free);
  for (guint i = 0; i < book->fills->len; i++)
    {
      const Fill *fill = g_ptr_array_index (book->fills, i);
      gboolean counts = fill->utc >= from_utc;

      if (*account != '\0' && !g_str_equal (account, fill->account))
        continue;
      if (counts)
        {
          stats.fills++;
          stats.contracts += fill->quantity;
        }
      apply_fill (find_book (books, fill), fill, counts, &stats);
    }

  if (stats.round_trips > 0)
    stats.win_rate = (double) stats.winners / stats.round_trips;
  return stats;
}
