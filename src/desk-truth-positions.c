/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <math.h>
#include <string.h>

DeskTruthPosition *
desk_truth_find_position (DeskTruth  *truth,
                          const char *account,
                          const char *symbol)
{
  g_autofree char *key = g_strconcat (account, "\x1f", symbol, NULL);

  return g_hash_table_lookup (truth->by_position, key);
}

DeskTruthPosition *
desk_truth_get_position (DeskTruth  *truth,
                         const char *account,
                         const char *symbol)
{
  DeskTruthPosition *position = desk_truth_find_position (truth, account, symbol);

  if (position != NULL)
    return position;
  position = g_new0 (DeskTruthPosition, 1);
  g_strlcpy (position->account, account, sizeof position->account);
  g_strlcpy (position->symbol, symbol, sizeof position->symbol);
  position->average = NAN;
  position->open_profit = NAN;
  position->computed_average = NAN;
  /* It was not in the server's whole list, so it begins at nothing. */
  position->based = g_hash_table_contains (truth->flat_elsewhere, account);
  g_ptr_array_add (truth->positions, position);
  g_hash_table_insert (truth->by_position, g_strconcat (account, "\x1f", symbol, NULL), position);
  return position;
}

static void
position_changed (DeskTruthPosition *position,
                  DeskTruthChanges  *changes)
{
  if (!g_ptr_array_find (changes->positions, position, NULL))
    g_ptr_array_add (changes->positions, position);
}

/* The average of a position after @change contracts at @price: kept while it shrinks, new when it turns. */
static double
next_average (double average,
              gint64 before,
              gint64 change,
              double price)
{
  gint64 after = before + change;

  if (after == 0)
    return NAN;
  if (before == 0 || (before > 0) != (after > 0))
    return price;
  if ((before > 0) != (change > 0))
    return average;
  return (average * (double) before + price * (double) change) / (double) after;
}

void
desk_truth_position_fill (DeskTruth           *truth,
                          const DeskTruthFill *fill,
                          gint64               signed_quantity,
                          DeskTruthChanges    *changes)
{
  DeskTruthPosition *position;

  if (signed_quantity == 0 || fill->state.symbol[0] == '\0')
    return;
  position = desk_truth_get_position (truth, fill->state.account, fill->state.symbol);
  if (position->based)
    position->computed_average = next_average (position->computed_average, position->offset + position->booked, signed_quantity,
                                               fill->state.price.kind == DESK_PRICE_UNSET ? NAN : fill->state.price.display);
  position->booked += signed_quantity;
  if (position->grid.tick <= 0)
    position->grid = fill->state.grid;
  position_changed (position, changes);
}

void
desk_truth_position_update (DeskTruth        *truth,
                            const DeskRecord *record,
                            const DeskGrid   *grid,
                            const DtcMessage *message,
                            DeskTruthChanges *changes)
{
  const DtcPositionUpdate *update = &message->position_update;
  const char *account;
  DeskTruthPosition *position;
  gint64 quantity;

  if (update->no_positions)
    return;
  account = *update->trade_account != '\0' ? update->trade_account : record->account != NULL ? record->account : "";
  if (desk_truth_is_senseless (message) || !desk_truth_whole (update->quantity, &quantity))
    {
      /* It may have changed; to what nobody has said. */
      position = desk_truth_find_position (truth, account, update->symbol);
      if (position != NULL)
        {
          position->epoch = 0;
          position_changed (position, changes);
        }
      desk_truth_notice (changes, DESK_LEVEL_WARNING, "BAD_MESSAGE", "A position of the server could not be read; it is in the log only");
      return;
    }
  position = desk_truth_get_position (truth, account, update->symbol);
  position->quantity = quantity;
  position->average = dtc_message_has (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE) && quantity != 0
                          ? desk_truth_display (grid, update->average_price)
                          : NAN;
  position->open_profit = dtc_message_has (message, DTC_POSITION_UPDATE_F_OPEN_PROFIT_LOSS)
                                  && desk_truth_is_number (update->open_profit_loss)
                              ? update->open_profit_loss
                              : NAN;
  position->stated = TRUE;
  position->epoch = truth->epoch;
  position->as_of = record->utc;
  position->gridless = grid->tick <= 0;
  if (grid->tick > 0)
    position->grid = *grid;
  position_changed (position, changes);
}
