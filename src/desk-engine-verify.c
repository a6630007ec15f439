/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

void
engine_verify_message (DeskEngine       *engine,
                       const DtcMessage *message,
                       const char       *account)
{
  const char *symbol = "";
  DeskGrid grid;

  if (message->type == DTC_MSG_ORDER_UPDATE)
    symbol = message->order_update.symbol;
  else if (message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    symbol = message->historical_order_fill_response.symbol;
  else if (message->type == DTC_MSG_POSITION_UPDATE)
    symbol = message->position_update.symbol;
  grid = engine_grid (engine, symbol);
  desk_ledger_take (engine->ledger, message, &grid, account, engine->world.utc (engine->world_data), engine->now);
}

void
engine_verify_round_ended (DeskEngine         *engine,
                           EngineRound         round,
                           const DeskEvidence *evidence)
{
  desk_ledger_next_round (engine->ledger);
}
