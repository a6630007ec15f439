/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words.h"

#include <glib/gi18n.h>

const char *
desk_words_denial (DeskDenial denial)
{
  switch (denial)
    {
    case DESK_DENY_USAGE:
      return _("This is not an order that can be read.");
    case DESK_DENY_LINK_DOWN:
      return _("No link to the server: nothing was sent, and nothing is kept for later.");
    case DESK_DENY_RESYNC_RUNNING:
      return _("The server is still being asked for orders and fills: wait until the link is live.");
    case DESK_DENY_NUMBERING:
      return _("The server speaks another numbering: choose the right profile, and act at the server until then.");
    case DESK_DENY_TRADING_OFF:
      return _("The server does not allow trading on this connection or account.");
    case DESK_DENY_HALTED:
      return _("Halted: only cancels, reductions and flatten work until the halt is released.");
    case DESK_DENY_DISARMED:
      return _("Disarmed: press F9 to arm trading.");
    case DESK_DENY_ACCOUNT:
      return _("Choose an account first.");
    case DESK_DENY_SYMBOL:
      return _("This symbol is not in the limits of the profile.");
    case DESK_DENY_NO_DEFINITION:
      return _("The server has no definition for this symbol.");
    case DESK_DENY_LIMITS:
      return _("The limits of the profile are missing or incomplete: no new risk without them.");
    case DESK_DENY_PRICE_TICK:
      return _("The price is not on the symbol's tick.");
    case DESK_DENY_QTY_MAX:
      return _("The quantity is above the limit of the profile.");
    case DESK_DENY_ORDER_VALUE_MAX:
      return _("The value of the order is above the limit of the profile.");
    case DESK_DENY_POSITION_MAX_WORST_CASE:
      return _("With everything filled the position would be above the limit of the profile.");
    case DESK_DENY_PRICE_COLLAR:
      return _("The price is too far from the market.");
    case DESK_DENY_DUPLICATE:
      return _("The same order was sent a moment ago.");
    case DESK_DENY_RATE:
      return _("Too many orders in a short time.");
    case DESK_DENY_WORKING_ORDERS_MAX:
      return _("Too many working orders.");
    case DESK_DENY_UNKNOWN_ON_SYMBOL:
      return _("An order on this symbol is unknown: settle it first.");
    case DESK_DENY_SELF_MATCH:
      return _("The order would trade with one of your own.");
    case DESK_DENY_UNSUPPORTED_BY_SERVER:
      return _("The server does not support this.");
    case DESK_DENY_STORAGE:
      return _("The disk of the journal is full, cannot be written or does not answer; nothing was sent.");
    case DESK_DENY_FLAT:
      return _("There is no position to close.");
    case DESK_DENY_NO_SUCH_ORDER:
      return _("There is no such order, or it is over.");
    case DESK_DENY_IN_FLIGHT:
      return _("The change before is not answered yet.");
    case DESK_DENY_NONE:
    default:
      return "";
    }
}
