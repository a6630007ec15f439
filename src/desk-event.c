/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-event.h"

/**
 * desk_event_new:
 * @kind: which member of the union counts
 *
 * Returns: (transfer full): an event with everything else zero
 */
DeskEvent *
desk_event_new (DeskEventKind kind)
{
  DeskEvent *event = g_new0 (DeskEvent, 1);

  event->kind = kind;
  return event;
}

/**
 * desk_event_copy:
 * @event: an event
 *
 * Returns: (transfer full): its copy; text is shared
 */
DeskEvent *
desk_event_copy (const DeskEvent *event)
{
  DeskEvent *copy = g_memdup2 (event, sizeof *event);

  if (copy->text != NULL)
    g_ref_string_acquire (copy->text);
  if (copy->input != NULL)
    g_ref_string_acquire (copy->input);

  switch (event->kind)
    {
    case DESK_EVENT_ORDER:
      copy->order.text = NULL;
      copy->order.note = NULL;
      desk_order_state_copy (&copy->order, &event->order);
      break;
    case DESK_EVENT_FILL:
      copy->fill.replaces = NULL;
      desk_fill_state_copy (&copy->fill, &event->fill);
      break;
    case DESK_EVENT_QUOTE:
      copy->quote.text = NULL;
      desk_quote_state_copy (&copy->quote, &event->quote);
      break;
    case DESK_EVENT_DEPTH:
      desk_depth_state_ref (copy->depth);
      break;
    case DESK_EVENT_QUEUE:
      desk_queue_state_ref (copy->queue);
      break;
    case DESK_EVENT_TRADES:
      desk_trades_copy (&copy->trades, &event->trades);
      break;
    case DESK_EVENT_RESYNC:
      desk_resync_state_ref (copy->resync);
      break;
    case DESK_EVENT_VERIFY:
      desk_verify_run_ref (copy->verify);
      break;
    case DESK_EVENT_CASE:
      desk_case_ref (copy->doubt);
      break;
    default:
      break;
    }

  return copy;
}

/**
 * desk_event_free:
 * @event: (nullable): an event
 */
void
desk_event_free (DeskEvent *event)
{
  if (event == NULL)
    return;

  switch (event->kind)
    {
    case DESK_EVENT_ORDER:
      desk_order_state_clear (&event->order);
      break;
    case DESK_EVENT_FILL:
      desk_fill_state_clear (&event->fill);
      break;
    case DESK_EVENT_QUOTE:
      desk_quote_state_clear (&event->quote);
      break;
    case DESK_EVENT_DEPTH:
      desk_depth_state_unref (event->depth);
      break;
    case DESK_EVENT_QUEUE:
      desk_queue_state_unref (event->queue);
      break;
    case DESK_EVENT_TRADES:
      desk_trades_clear (&event->trades);
      break;
    case DESK_EVENT_RESYNC:
      desk_resync_state_unref (event->resync);
      break;
    case DESK_EVENT_VERIFY:
      desk_verify_run_unref (event->verify);
      break;
    case DESK_EVENT_CASE:
      desk_case_unref (event->doubt);
      break;
    default:
      break;
    }

  g_clear_pointer (&event->text, g_ref_string_release);
  g_clear_pointer (&event->input, g_ref_string_release);
  g_free (event);
}
