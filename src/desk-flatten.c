/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-flatten.h"

#include <string.h>

#define APART     (5 * G_USEC_PER_SEC)
#define MINUTE    (60 * G_USEC_PER_SEC)
#define PER_MINUTE 3

DeskFlatten *
desk_flatten_new (const char *account,
                  const char *symbol,
                  gint64      now)
{
  DeskFlatten *flatten = g_new0 (DeskFlatten, 1);

  g_strlcpy (flatten->account, account, sizeof flatten->account);
  g_strlcpy (flatten->symbol, symbol, sizeof flatten->symbol);
  flatten->step = DESK_FLATTEN_CANCEL_ENTRIES;
  flatten->deadline = now + DESK_FLATTEN_ENTRIES_WAIT;
  desk_batch_init (&flatten->batch);
  return flatten;
}

void
desk_flatten_free (DeskFlatten *flatten)
{
  if (flatten == NULL)
    return;
  desk_batch_clear (&flatten->batch);
  desk_command_free (flatten->reverse);
  g_free (flatten->text);
  g_free (flatten);
}

static DeskFlattenAction
go (DeskFlatten      *flatten,
    DeskFlattenStep   step,
    gint64            deadline,
    DeskFlattenAction action)
{
  flatten->step = step;
  flatten->deadline = deadline;
  return action;
}

static DeskFlattenAction
end (DeskFlatten     *flatten,
     DeskFlattenStep  step,
     const char      *text)
{
  g_free (flatten->text);
  flatten->text = g_strdup (text);
  return go (flatten, step, G_MAXINT64, DESK_FLATTEN_DO_END);
}

DeskFlattenAction
desk_flatten_entries (DeskFlatten *flatten,
                      guint        n_open,
                      gint64       now)
{
  if (flatten->step != DESK_FLATTEN_CANCEL_ENTRIES || n_open > 0)
    return DESK_FLATTEN_DO_NOTHING;
  return go (flatten, DESK_FLATTEN_READ_POSITION, now + DESK_FLATTEN_READ_WAIT, DESK_FLATTEN_DO_READ_POSITION);
}

DeskFlattenAction
desk_flatten_position (DeskFlatten *flatten,
                       gboolean     known,
                       gint64       quantity,
                       gint64       now)
{
  if (flatten->step != DESK_FLATTEN_READ_POSITION)
    return DESK_FLATTEN_DO_NOTHING;
  if (!known)
    return end (flatten, DESK_FLATTEN_FAILED,
                "the server did not say the position, so no exit was sent; protections stay. Act at the server if it cannot wait");
  flatten->position = quantity;
  if (flatten->blind)
    {
      flatten->blind = FALSE;
      if (quantity != 0)
        return go (flatten, DESK_FLATTEN_CANCEL_ENTRIES, now + DESK_FLATTEN_ENTRIES_WAIT, DESK_FLATTEN_DO_CANCEL_ENTRIES);
    }
  if (quantity == 0)
    return go (flatten, DESK_FLATTEN_CANCEL_PROTECTIONS, now + DESK_FLATTEN_VERIFY_WAIT, DESK_FLATTEN_DO_CANCEL_PROTECTIONS);
  return go (flatten, DESK_FLATTEN_EXIT, now + DESK_FLATTEN_EXIT_WAIT,
             flatten->at_market ? DESK_FLATTEN_DO_EXIT_AT_MARKET : DESK_FLATTEN_DO_EXIT);
}

DeskFlattenAction
desk_flatten_exit (DeskFlatten     *flatten,
                   DeskFlattenExit  state,
                   const char      *text,
                   gint64           now)
{
  g_autofree char *words = NULL;
  g_autofree char *why = NULL;

  if (flatten->step != DESK_FLATTEN_EXIT)
    return DESK_FLATTEN_DO_NOTHING;
  switch (state)
    {
    case DESK_FLATTEN_EXIT_ACCEPTED:
      return go (flatten, DESK_FLATTEN_CANCEL_PROTECTIONS, now + DESK_FLATTEN_VERIFY_WAIT, DESK_FLATTEN_DO_CANCEL_PROTECTIONS);
    case DESK_FLATTEN_EXIT_REJECTED:
      if (!flatten->at_market)
        {
          /* It may have been refused because nothing is left to close: never more than what the server says now. */
          flatten->at_market = TRUE;
          return go (flatten, DESK_FLATTEN_READ_POSITION, now + DESK_FLATTEN_READ_WAIT, DESK_FLATTEN_DO_READ_POSITION);
        }
      why = desk_text_inside (text);
      words = g_strdup_printf ("the exit was rejected (%s); protections stay, nothing is tried again", why);
      return end (flatten, DESK_FLATTEN_FAILED, words);
    case DESK_FLATTEN_EXIT_UNKNOWN:
      return end (flatten, DESK_FLATTEN_FAILED, "the outcome of the exit is unknown; protections stay, nothing is tried again. Check at the server");
    case DESK_FLATTEN_EXIT_WAITS:
    default:
      return DESK_FLATTEN_DO_NOTHING;
    }
}

DeskFlattenAction
desk_flatten_verify (DeskFlatten *flatten,
                     gint64       quantity,
                     guint        n_open,
                     gint64       now)
{
  if (flatten->step == DESK_FLATTEN_CANCEL_PROTECTIONS)
    go (flatten, DESK_FLATTEN_VERIFY, now + DESK_FLATTEN_VERIFY_WAIT, DESK_FLATTEN_DO_NOTHING);
  if (flatten->step != DESK_FLATTEN_VERIFY)
    return DESK_FLATTEN_DO_NOTHING;
  flatten->position = quantity;
  if (quantity == 0 && n_open == 0)
    return end (flatten, DESK_FLATTEN_DONE, "flat");
  return DESK_FLATTEN_DO_NOTHING;
}

DeskFlattenAction
desk_flatten_tick (DeskFlatten *flatten,
                   gint64       now)
{
  g_autofree char *words = NULL;

  if (now < flatten->deadline)
    return DESK_FLATTEN_DO_NOTHING;
  switch (flatten->step)
    {
    case DESK_FLATTEN_CANCEL_ENTRIES:
      return go (flatten, DESK_FLATTEN_READ_POSITION, now + DESK_FLATTEN_READ_WAIT, DESK_FLATTEN_DO_READ_POSITION);
    case DESK_FLATTEN_READ_POSITION:
      return desk_flatten_position (flatten, FALSE, 0, now);
    case DESK_FLATTEN_EXIT:
      return desk_flatten_exit (flatten, DESK_FLATTEN_EXIT_UNKNOWN, "", now);
    case DESK_FLATTEN_CANCEL_PROTECTIONS:
    case DESK_FLATTEN_VERIFY:
      if (flatten->was != 0 && flatten->position != 0 && (flatten->was > 0) != (flatten->position > 0))
        flatten->over = flatten->position;
      words = flatten->over != 0
                  ? g_strdup_printf ("now %s %" G_GINT64_FORMAT ": more was closed than was open; nothing is tried again",
                                     flatten->over < 0 ? "short" : "long", ABS (flatten->over))
              : flatten->position != 0
                  ? g_strdup_printf ("3 s after the exit the position is %s %" G_GINT64_FORMAT "; nothing is tried again",
                                     flatten->position < 0 ? "short" : "long", ABS (flatten->position))
                  : g_strdup ("flat, but an order on the symbol may still work");
      return end (flatten, DESK_FLATTEN_FAILED, words);
    case DESK_FLATTEN_DONE:
    case DESK_FLATTEN_FAILED:
    default:
      return DESK_FLATTEN_DO_NOTHING;
    }
}

gboolean
desk_flatten_allowed (GArray *times,
                      gint64  now)
{
  guint recent = 0, i;

  for (i = 0; i < times->len; i++)
    {
      gint64 when = g_array_index (times, gint64, i);

      if (now - when < APART)
        return FALSE;
      if (now - when < MINUTE)
        recent++;
    }
  return recent < PER_MINUTE;
}
