/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-book.h"

#include "dtc.h"

/* Each side is sorted from the worst to the best price, in one price from the newest to the oldest, so that
 * what trades next stands at the end. */
struct _SimBook
{
  GPtrArray *bids;
  GPtrArray *asks;
  guint64    last_id;
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

static void
queue (SimBook      *book,
       SimBookEntry *entry)
{
  GPtrArray *entries = book_side (book, entry->side);

  entry->id = ++book->last_id;
  g_ptr_array_insert (entries, (int) find_level (entries, entry->side, entry->price), entry);
}

SimBookEntry *
sim_book_add (SimBook  *book,
              gpointer  owner,
              int       side,
              gint64    price,
              gint64    quantity)
{
  return sim_book_add_iceberg (book, owner, side, price, quantity, 0);
}

SimBookEntry *
sim_book_add_iceberg (SimBook  *book,
                      gpointer  owner,
                      int       side,
                      gint64    price,
                      gint64    quantity,
                      gint64    show)
{
  SimBookEntry *entry = g_new0 (SimBookEntry, 1);

  entry->owner = owner;
  entry->side = side;
  entry->price = price;
  entry->show = show;
  entry->quantity = show > 0 ? MIN (show, quantity) : quantity;
  entry->hidden = quantity - entry->quantity;
  queue (book, entry);
  return entry;
}

void
sim_book_resize (SimBookEntry *entry,
                 gint64        quantity)
{
  if (entry->show == 0 || quantity < entry->quantity)
    entry->quantity = quantity;
  entry->hidden = quantity - entry->quantity;
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

SimBookEntry *
sim_book_newest (SimBook *book,
                 int      side,
                 gint64   price)
{
  GPtrArray    *entries = book_side (book, side);
  guint         at = find_level (entries, side, price);
  SimBookEntry *entry = at < entries->len ? g_ptr_array_index (entries, at) : NULL;

  return entry && entry->price == price ? entry : NULL;
}

SimBookEntry *
sim_book_front (SimBook *book,
                int      side)
{
  GPtrArray *entries = book_side (book, side);

  return entries->len > 0 ? g_ptr_array_index (entries, entries->len - 1) : NULL;
}

SimBookEntry *
sim_book_take (SimBook      *book,
               SimBookEntry *entry,
               gint64        quantity)
{
  GPtrArray *entries = book_side (book, entry->side);

  entry->quantity -= quantity;
  if (entry->quantity > 0)
    return NULL;
  g_ptr_array_steal_index (entries, entries->len - 1);
  if (entry->hidden == 0)
    return entry;
  entry->quantity = MIN (entry->show, entry->hidden);
  entry->hidden -= entry->quantity;
  queue (book, entry);
  return NULL;
}

gint64
sim_book_match (SimBook      *book,
                int           side,
                gint64        limit,
                gint64        quantity,
                SimTradeFunc  func,
                gpointer      user_data)
{
  gint64        left = quantity;
  SimBookEntry *entry;

  while (left > 0 && (entry = sim_book_front (book, other_side (side))) != NULL
         && !is_worse (side, limit, entry->price))
    {
      gint64                   take = MIN (left, entry->quantity);
      gint64                   price = entry->price;
      g_autofree SimBookEntry *gone G_GNUC_UNUSED = sim_book_take (book, entry, take);

      left -= take;
      func (entry, price, take, user_data);
    }
  return quantity - left;
}

SimBookEntry *
sim_book_find_reached (SimBook   *book,
                       int        side,
                       gint64     limit,
                       gint64     quantity,
                       gboolean (*func) (const SimBookEntry *, gpointer),
                       gpointer   user_data)
{
  GPtrArray *entries = book_side (book, other_side (side));
  gint64     hidden = 0, level = 0;
  guint      i;

  /* What is hidden trades after all that its level shows. */
  for (i = entries->len; i > 0 && quantity > 0; i--)
    {
      SimBookEntry *entry = g_ptr_array_index (entries, i - 1);

      if (is_worse (side, limit, entry->price))
        break;
      if (entry->price != level)
        {
          quantity -= hidden;
          hidden = 0;
          level = entry->price;
        }
      if (quantity > 0 && func (entry, user_data))
        return entry;
      quantity -= entry->quantity;
      hidden += entry->hidden;
    }
  return NULL;
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
      found += entry->quantity + entry->hidden;
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

void
sim_book_makers (SimBook   *book,
                 int        side,
                 GPtrArray *makers)
{
  GPtrArray *entries = book_side (book, side);
  guint      i;

  for (i = entries->len; i > 0; i--)
    {
      SimBookEntry *entry = g_ptr_array_index (entries, i - 1);

      if (!entry->owner)
        g_ptr_array_add (makers, entry);
    }
}
