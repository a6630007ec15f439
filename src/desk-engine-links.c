/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

/* Brackets and OCO over time: what must follow a fill within two seconds, and is said aloud when it has not. Nothing
 * is ever sent from here: a missing exit is for the trader to replace. */

/* Each part of a fill is given its own time: what must follow the next part may still be under way. */
static void
watch (DeskEngine           *engine,
       EngineLinkKind        kind,
       const DeskTruthOrder *order)
{
  EngineLinkWatch new_watch = { kind, order->state.key, order->booked, engine->now + ENGINE_LINKS_WAIT };
  guint i;

  for (i = 0; i < engine->link_watches->len; i++)
    {
      const EngineLinkWatch *known = &g_array_index (engine->link_watches, EngineLinkWatch, i);

      if (known->kind == kind && known->key == new_watch.key && known->filled == new_watch.filled)
        return;
    }
  g_array_append_val (engine->link_watches, new_watch);
}

static gboolean
works (const DeskTruthOrder *order)
{
  return (order->base == DESK_STATUS_WORKING || order->base == DESK_STATUS_PART_FILLED)
         && (order->state.certainty == DESK_CERTAINTY_FRESH || order->state.certainty == DESK_CERTAINTY_EXTERNAL);
}

/* What of a bracket's entry is filled and not yet got out of by its own exits. */
static gint64
exposed (DeskEngine           *engine,
         const DeskTruthOrder *entry)
{
  gint64 open = entry->booked;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (entry->child_keys); i++)
    {
      const DeskTruthOrder *exit = desk_truth_child (engine->truth, entry, i);

      open -= exit != NULL ? exit->booked : 0;
    }
  return MAX (open, 0);
}

/* Both of a pair that cancel each other may together fill what one of them was for. */
static gint64
too_much (DeskEngine           *engine,
          const DeskTruthOrder *order,
          const DeskTruthOrder *sibling)
{
  const DeskTruthOrder *parent = desk_truth_parent (engine->truth, order);
  gint64 together = parent != NULL ? parent->booked : MAX (order->linked_quantity, sibling->linked_quantity);
  gint64 left = sibling->state.remaining >= 0 ? sibling->state.remaining : MAX (sibling->state.quantity, 0);

  if (desk_status_is_final (sibling->base) || sibling->state.certainty == DESK_CERTAINTY_GONE
      || sibling->state.certainty == DESK_CERTAINTY_NO_TRACE)
    return 0;
  if (order->base == DESK_STATUS_FILLED || together <= 0)
    return order->base == DESK_STATUS_FILLED ? left : 0;
  return MAX (order->booked + left - together, 0);
}

/* The server has it, or may have it; an exit that has ended before its entry filled protects nothing. */
static gboolean
is_there (const DeskTruthOrder *order)
{
  return !desk_status_is_final (order->base) && (order->answered || order->state.certainty == DESK_CERTAINTY_FRESH);
}

static gboolean
lacks_exits (DeskEngine           *engine,
             const DeskTruthOrder *entry)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (entry->child_keys); i++)
    {
      const DeskTruthOrder *exit = desk_truth_child (engine->truth, entry, i);

      if (exit != NULL && !is_there (exit))
        return TRUE;
    }
  return FALSE;
}

void
engine_links_note (DeskEngine           *engine,
                   const DeskTruthOrder *order)
{
  const DeskTruthOrder *parent = desk_truth_parent (engine->truth, order);
  const DeskTruthOrder *sibling = desk_truth_sibling (engine->truth, order);
  const DeskTruthOrder *entry = order->state.role == DESK_ROLE_ENTRY ? order : parent;

  if (order->state.role == DESK_ROLE_NONE)
    return;
  if (entry != NULL && entry->state.role == DESK_ROLE_ENTRY
      && (entry->booked > 0 ? entry == order || !works (order) || g_hash_table_contains (engine->link_alarms, &entry->state.key)
                            : entry->answered && !desk_status_is_final (entry->base) && lacks_exits (engine, entry)))
    watch (engine, LINK_PROTECT, entry);
  if (sibling != NULL && order->booked > 0 && too_much (engine, order, sibling) > 0)
    watch (engine, LINK_SECOND, order);
}

void
engine_links_live (DeskEngine *engine)
{
  guint i;

  for (i = 0; i < desk_truth_n_orders (engine->truth); i++)
    {
      const DeskTruthOrder *order = desk_truth_get_order (engine->truth, i);

      if (order->state.role == DESK_ROLE_ENTRY && !order->state.held_here && !desk_status_is_final (order->base))
        watch (engine, LINK_PROTECT, order);
      else
        engine_links_note (engine, order);
    }
}

void
engine_links_lost (DeskEngine *engine)
{
  g_array_set_size (engine->link_watches, 0);
  g_hash_table_remove_all (engine->link_alarms);
}

/* FALSE: this much of it has been said on this connection. */
static gboolean
is_new_alarm (DeskEngine           *engine,
              const DeskTruthOrder *order,
              gint64                filled)
{
  const gint64 *said = g_hash_table_lookup (engine->link_alarms, &order->state.key);

  if (said != NULL && *said >= filled)
    return FALSE;
  g_hash_table_replace (engine->link_alarms, g_memdup2 (&order->state.key, sizeof order->state.key),
                        g_memdup2 (&filled, sizeof filled));
  return TRUE;
}

static gboolean
is_being_flattened (DeskEngine           *engine,
                    const DeskTruthOrder *order)
{
  guint i;

  for (i = 0; i < engine->flattens->len; i++)
    {
      const DeskFlatten *flatten = g_ptr_array_index (engine->flattens, i);

      if (g_str_equal (flatten->symbol, order->state.symbol) && g_str_equal (flatten->account, order->state.account))
        return TRUE;
    }
  return FALSE;
}

/* The position has gone another way, now or at any time since the entry filled: there is nothing left to protect. What
 * the server said of it may be older than the fill. */
static gboolean
was_out (DeskEngine           *engine,
         const DeskTruthOrder *entry)
{
  const DeskTruthPosition *known_position = desk_truth_find_position (engine->truth, entry->state.account, entry->state.symbol);
  gint64 sign = entry->state.side == DESK_SIDE_BUY ? 1 : -1;
  gboolean known;
  gint64 position = engine_position (engine, entry->state.account, entry->state.symbol, &known);
  guint i;

  if (!known)
    return FALSE;
  if (known_position != NULL && known_position->based && sign * position <= 0)
    position = known_position->offset + known_position->booked;
  if (sign * position <= 0)
    return TRUE;
  for (i = desk_truth_n_fills (engine->truth); i > 0; i--)
    {
      DeskTruthFill *fill = desk_truth_get_fill (engine->truth, i - 1);

      if (fill->superseded || strcmp (fill->state.symbol, entry->state.symbol) != 0
          || strcmp (fill->state.account, entry->state.account) != 0)
        continue;
      if (strcmp (fill->state.client_order_id, entry->state.client_order_id) == 0)
        break;
      position -= fill->signed_quantity;
      if (sign * position <= 0)
        return TRUE;
    }
  return FALSE;
}

/* Of the entry's @filled contracts; what has filled since has a watch of its own. */
static void
check_protection (DeskEngine           *engine,
                  const DeskTruthOrder *entry,
                  gint64                filled)
{
  gint64 open = exposed (engine, entry) - MAX (entry->booked - filled, 0);
  const DeskTruthOrder *missing = NULL;
  g_autofree char *name = NULL;
  guint i;

  if (entry->booked > 0 && (open <= 0 || was_out (engine, entry) || is_being_flattened (engine, entry)))
    return;
  for (i = 0; i < G_N_ELEMENTS (entry->child_keys); i++)
    {
      const DeskTruthOrder *exit = desk_truth_child (engine->truth, entry, i);
      gint64 left = exit == NULL ? 0 : exit->state.remaining >= 0 ? exit->state.remaining : MAX (exit->state.quantity, 0);
      gboolean fine;

      /* What the trader has taken away needs no word. */
      if (exit == NULL || (desk_status_is_final (exit->base) && exit->cancel_epoch != 0))
        continue;
      fine = entry->booked > 0 ? works (exit) && left >= open : is_there (exit);
      /* The server is still being asked what works. */
      if (!fine && engine->link == DESK_LINK_RESYNC && exit->state.certainty == DESK_CERTAINTY_STALE)
        {
          watch (engine, LINK_PROTECT, entry);
          return;
        }
      if (!fine && missing == NULL)
        missing = exit;
    }
  /* Protected again: the next time is news. */
  if (missing == NULL)
    g_hash_table_remove (engine->link_alarms, &entry->state.key);
  if (missing == NULL || (entry->booked == 0 && (!entry->answered || desk_status_is_final (entry->base)))
      || !is_new_alarm (engine, entry, entry->booked))
    return;
  name = desk_truth_order_name (entry);
  if (entry->booked > 0)
    engine_notice_about (engine, entry, DESK_LEVEL_ALARM, "UNPROTECTED",
                         "The position of %s is not protected: %" G_GINT64_FORMAT " are filled and the %s does not work for them at the server. "
                         "Nothing is sent by itself; place a stop or flatten",
                         name, open, missing->state.role == DESK_ROLE_STOP ? "stop" : "target");
  else
    engine_notice_about (engine, entry, DESK_LEVEL_ALARM, "UNPROTECTED",
                         "%s is at the server without its exits: a fill of it would not be protected. "
                         "The exits are not sent again by themselves; cancel it, or be ready to place a stop",
                         name);
}

static void
check_second (DeskEngine           *engine,
              const DeskTruthOrder *order,
              gint64                filled)
{
  const DeskTruthOrder *sibling = desk_truth_sibling (engine->truth, order);
  g_autofree char *name = NULL;
  g_autofree char *other = NULL;

  if (sibling == NULL || too_much (engine, order, sibling) <= MAX (order->booked - filled, 0) || !is_new_alarm (engine, order, order->booked))
    return;
  name = desk_truth_order_name (order);
  other = desk_truth_order_name (sibling);
  if (order->base == DESK_STATUS_FILLED)
    engine_notice_about (engine, sibling, DESK_LEVEL_ALARM, "SECOND_EXIT",
                         "%s is filled, and %s, which it should have cancelled, may still work: both could fill. Cancel it", name, other);
  else
    engine_notice_about (engine, sibling, DESK_LEVEL_ALARM, "SECOND_EXIT",
                         "%s is filled in part, and %s, which it should have reduced, works for more than what is left. Change or cancel it",
                         name, other);
}

gint64
engine_links_tick (DeskEngine *engine)
{
  gint64 next = G_MAXINT64;
  guint i = 0;

  while (i < engine->link_watches->len)
    {
      EngineLinkWatch due = g_array_index (engine->link_watches, EngineLinkWatch, i);
      const DeskTruthOrder *order;

      if (engine->now < due.deadline)
        {
          next = MIN (next, due.deadline);
          i++;
          continue;
        }
      g_array_remove_index (engine->link_watches, i);
      order = desk_truth_find_key (engine->truth, due.key);
      if (order == NULL || !engine->link_up)
        continue;
      if (due.kind == LINK_PROTECT)
        check_protection (engine, order, due.filled);
      else
        check_second (engine, order, due.filled);
    }
  return next;
}
