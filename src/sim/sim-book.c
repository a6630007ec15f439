/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-book.h"

#include "dtc.h"

/* Each side is sorted from the worst to the best price, in one price from the newest to the oldest, so that
 * what trades next stands at the end. */
struct _SimBook
{
  GPtrArray *bids;
  GPtrArray *asks;
};

static GPtrArray *
book_side (SimBook *book,
           int      side)
{
  return side == DTC_BUY ? book->bids : book->asks;
}

static int
other_side (int side)
{
  return side == DTC_BUY ? DTC_SELL : DTC_BUY;
}

static gboolean
is_worse (int    side,
          gint64 price,
          gint64 than)
{
  return side == DTC_BUY ? price < than : price > than;
}

SimBook *
sim_book_new (void)
{
  SimBook *book = g_new0 (SimBook, 1);

  book->bids = g_ptr_array_new_with_free_func (g_free);
  book->asks = g_ptr_array_new_with_free_func (g_free);
  return book;
}

void
sim_book_free (SimBook *book)
{
  if (!book)
    return;
  g_ptr_array_unref (book->bids);
  g_ptr_array_unref (book->asks);
  g_free (book);
}

/* The index of the newest entry at @price, or where it would stand. */
static guint
find_level (GPtrArray *entries,
            int        side,
            gint64     price)
{
  guint low = 0, high = entries->len;

  while (low < high)
    {
      guint               middle = low + (high - low) / 2;
      const SimBookEntry *entry = g_ptr_array_index (entries, middle);

      if (is_worse (side, entry->price, price))
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

SimBookEntry *
sim_book_add (SimBook  *book,
              gpointer  owner,
              int       side,
              gint64    price,
              gint64    quantity)
{
  GPtrArray    *entries = book_side (book, side);
  SimBookEntry *entry = g_new0 (SimBookEntry, 1);

  entry->owner = owner;
  entry->side = side;
  entry->price = price;
  entry->quantity = quantity;
  g_ptr_array_insert (entries, (int) find_level (entries, side, price), entry);
  return entry;
}

void
sim_book_remove (SimBook      *book,
                 SimBookEntry *entry)
{
  GPtrArray *entries = book_side (book, entry->side);
  guint      i;

  for (i = find_level (entries, entry->side, entry->price); i < entries->len; i++)
    if (g_ptr_array_index (entries, i) == entry)
      {
        g_ptr_array_remove_index (entries, i);
        return;
      }
  g_assert_not_reached ();
}

gint64
sim_book_match (SimBook      *book,
                int           side,
                gint64        limit,
                gint64        quantity,
                SimTradeFunc  func,
                gpointer      user_data)
{
  GPtrArray *entries = book_side (book, other_side (side));
  gint64     left = quantity;

  while (left > 0 && entries->len > 0)
    {
      SimBookEntry *entry = g_ptr_array_index (entries, entries->len - 1);
      gint64        take = MIN (left, entry->quantity);

      if (is_worse (side, limit, entry->price))
        break;
      entry->quantity -= take;
      left -= take;
      func (entry, entry->price, take, user_data);
      if (entry->quantity == 0)
        g_ptr_array_remove_index (entries, entries->len - 1);
    }
  return quantity - left;
}

gint64
sim_book_available (SimBook *book,
                    int      side,
                    gint64   limit,
                    gint64   wanted)
{
  GPtrArray *entries = book_side (book, other_side (side));
  gint64     found = 0;
  guint      i;

  for (i = entries->len; i > 0 && found < wanted; i--)
    {
      const SimBookEntry *entry = g_ptr_array_index (entries, i - 1);

      if (is_worse (side, limit, entry->price))
        break;
      found += entry->quantity;
    }
  return MIN (found, wanted);
}

gboolean
sim_book_best (SimBook *book,
               int      side,
               gint64  *price)
{
  GPtrArray *entries = book_side (book, side);

  if (entries->len == 0)
    return FALSE;
  *price = ((const SimBookEntry *) g_ptr_array_index (entries, entries->len - 1))->price;
  return TRUE;
}

guint
sim_book_depth (SimBook  *book,
                int       side,
                SimLevel *levels,
                guint     n_levels)
{
  GPtrArray *entries = book_side (book, side);
  guint      i, n = 0;

  for (i = entries->len; i > 0; i--)
    {
      const SimBookEntry *entry = g_ptr_array_index (entries, i - 1);

      if (n == 0 || levels[n - 1].price != entry->price)
        {
          if (n == n_levels)
            break;
          levels[n].price = entry->price;
          levels[n].quantity = 0;
          levels[n].orders = 0;
          n++;
        }
      levels[n - 1].quantity += entry->quantity;
      levels[n - 1].orders++;
    }
  return n;
}

void
sim_book_foreach (SimBook  *book,
                  int       side,
                  GFunc     func,
                  gpointer  user_data)
{
  GPtrArray *entries = book_side (book, side);
  guint      i;

  for (i = entries->len; i > 0; i--)
    func (g_ptr_array_index (entries, i - 1), user_data);
}
