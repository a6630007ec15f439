/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-types.h"

#include <string.h>

G_DEFINE_QUARK (desk-error-quark, desk_error)

static const char *const side_nicks[] = { NULL, "buy", "sell" };

static const char *const order_type_nicks[] = { NULL, "market", "limit", "stop", "stoplimit", "mit", "lit", "market-limit", "other" };

static const char *const tif_nicks[] = { NULL, "day", "gtc", "gtd", "ioc", "aon", "fok" };

static const char *const status_nicks[] = {
  "draft",     "blocked", "sent",    "working",  "held-by-parent", "changing",      "cancelling", "part-filled",
  "filled",    "cancelled", "expired", "rejected", "unknown",        "not-at-server", "not-sent",
};

static const char *const certainty_nicks[] = {
  "fresh", "stale", "unknown", "probable", "no-trace", "gone", "conflict", "external",
};

static const char *const reason_nicks[] = {
  NULL,          "accepted",        "rejected",        "filled",   "part-filled", "cancelled", "change-done",
  "change-rejected", "cancel-rejected", "restated", "general",     "link-lost", "no-answer", "reconciled",
};

static const char *const role_nicks[] = { NULL, "entry", "target", "stop", "oco", "flatten" };

static const char *const source_nicks[] = { "click", "key", "line", "script", "api", "flatten", "external" };

static const char *const denial_nicks[] = {
  NULL,
  "USAGE",
  "LINK_DOWN",
  "RESYNC_RUNNING",
  "NUMBERING",
  "TRADING_OFF",
  "HALTED",
  "DISARMED",
  "ACCOUNT",
  "SYMBOL",
  "NO_DEFINITION",
  "LIMITS",
  "PRICE_TICK",
  "QTY_MAX",
  "ORDER_VALUE_MAX",
  "POSITION_MAX_WORST_CASE",
  "PRICE_COLLAR",
  "DUPLICATE",
  "RATE",
  "WORKING_ORDERS_MAX",
  "UNKNOWN_ON_SYMBOL",
  "SELF_MATCH",
  "UNSUPPORTED_BY_SERVER",
  "STORAGE",
  "FLAT",
  "NO_SUCH_ORDER",
  "IN_FLIGHT",
};

static const char *const link_nicks[] = { "down", "connecting", "handshake", "logon", "resync", "live", "stopped" };

static const char *const level_nicks[] = { "info", "warning", "alarm" };

static const char *const trading_status_nicks[] = { NULL, "pre-open", "open", "close", "halt" };

static const char *const feed_nicks[] = { NULL, "unavailable", "available" };

static const char *const security_type_nicks[] = {
  NULL,           "future",        "stock",        "forex", "index", "futures-strategy",
  "stock-option", "futures-option", "index-option", "bond",  "fund",
};

static const char *const find_by_nicks[] = { "symbol", "description", "exchange", "underlyings", "underlying", "exchanges" };

G_STATIC_ASSERT (G_N_ELEMENTS (order_type_nicks) == DESK_ORDER_TYPE_OTHER + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (tif_nicks) == DESK_TIF_FOK + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (status_nicks) == DESK_STATUS_NOT_SENT + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (certainty_nicks) == DESK_CERTAINTY_EXTERNAL + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (reason_nicks) == DESK_REASON_RECONCILED + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (role_nicks) == DESK_ROLE_FLATTEN + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (source_nicks) == DESK_SOURCE_EXTERNAL + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (denial_nicks) == DESK_DENY_IN_FLIGHT + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (link_nicks) == DESK_LINK_STOPPED + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (level_nicks) == DESK_LEVEL_ALARM + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (trading_status_nicks) == DESK_TRADING_HALT + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (feed_nicks) == DESK_FEED_AVAILABLE + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (security_type_nicks) == DESK_SECURITY_FUND + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (find_by_nicks) == DESK_FIND_EXCHANGES + 1);

#define NICK(table, number) ((guint) (number) < G_N_ELEMENTS (table) ? (table)[(guint) (number)] : NULL)

const char *
desk_side_nick (DeskSide side)
{
  return NICK (side_nicks, side);
}

const char *
desk_order_type_nick (DeskOrderType type)
{
  return NICK (order_type_nicks, type);
}

const char *
desk_tif_nick (DeskTif tif)
{
  return NICK (tif_nicks, tif);
}

const char *
desk_status_nick (DeskStatus status)
{
  return NICK (status_nicks, status);
}

const char *
desk_certainty_nick (DeskCertainty certainty)
{
  return NICK (certainty_nicks, certainty);
}

const char *
desk_reason_nick (DeskReason reason)
{
  return NICK (reason_nicks, reason);
}

const char *
desk_role_nick (DeskRole role)
{
  return NICK (role_nicks, role);
}

const char *
desk_source_nick (DeskSource source)
{
  return NICK (source_nicks, source);
}

const char *
desk_denial_nick (DeskDenial denial)
{
  return NICK (denial_nicks, denial);
}

const char *
desk_link_nick (DeskLink link)
{
  return NICK (link_nicks, link);
}

const char *
desk_level_nick (DeskLevel level)
{
  return NICK (level_nicks, level);
}

const char *
desk_trading_status_nick (DeskTradingStatus status)
{
  return NICK (trading_status_nicks, status);
}

const char *
desk_feed_nick (DeskFeed feed)
{
  return NICK (feed_nicks, feed);
}

const char *
desk_security_type_nick (DeskSecurityType type)
{
  return NICK (security_type_nicks, type);
}

const char *
desk_find_by_nick (DeskFindBy by)
{
  return NICK (find_by_nicks, by);
}

gboolean
desk_status_is_final (DeskStatus status)
{
  switch (status)
    {
    case DESK_STATUS_BLOCKED:
    case DESK_STATUS_FILLED:
    case DESK_STATUS_CANCELLED:
    case DESK_STATUS_EXPIRED:
    case DESK_STATUS_REJECTED:
    case DESK_STATUS_NOT_AT_SERVER:
    case DESK_STATUS_NOT_SENT:
      return TRUE;

    case DESK_STATUS_DRAFT:
    case DESK_STATUS_SENT:
    case DESK_STATUS_WORKING:
    case DESK_STATUS_HELD_BY_PARENT:
    case DESK_STATUS_CHANGING:
    case DESK_STATUS_CANCELLING:
    case DESK_STATUS_PART_FILLED:
    case DESK_STATUS_UNKNOWN:
    default:
      return FALSE;
    }
}

char *
desk_text_inside (const char *text)
{
  gsize len;

  if (text == NULL)
    return g_strdup ("");
  len = strlen (text);
  while (len > 0 && g_ascii_isspace (text[len - 1]))
    len--;
  /* Three of them are no full stop. */
  if (len > 0 && text[len - 1] == '.' && (len == 1 || text[len - 2] != '.'))
    len--;
  return g_strndup (text, len);
}
