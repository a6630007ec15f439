/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-book.h"

struct _DeskBook
{
  GObject         parent_instance;

  DeskDepthState *state;
};

G_DEFINE_FINAL_TYPE (DeskBook, desk_book, G_TYPE_OBJECT)

static void
desk_book_finalize (GObject *object)
{
  desk_depth_state_unref (DESK_BOOK (object)->state);

  G_OBJECT_CLASS (desk_book_parent_class)->finalize (object);
}

static void
desk_book_class_init (DeskBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_book_finalize;
  g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
desk_book_init (DeskBook *self)
{
}

/**
 * desk_book_new:
 *
 * Returns: (transfer full): a book about which nothing was said yet
 */
DeskBook *
desk_book_new (void)
{
  return g_object_new (DESK_TYPE_BOOK, NULL);
}

/**
 * desk_book_get_state:
 * @self: a book
 *
 * Returns: (transfer none) (nullable): its newest whole state, or %NULL before the first
 */
const DeskDepthState *
desk_book_get_state (DeskBook *self)
{
  return self->state;
}

/**
 * desk_book_set_state:
 * @self: a book
 * @state: (transfer none) (nullable): what it is now; shared, not copied. %NULL: nothing is known any more
 */
void
desk_book_set_state (DeskBook       *self,
                     DeskDepthState *state)
{
  DeskDepthState *old = self->state;

  self->state = state != NULL ? desk_depth_state_ref (state) : NULL;
  desk_depth_state_unref (old);
}
