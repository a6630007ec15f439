/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The words of the desk: sides, states, codes. Every enum has one table of nicks; the nicks are what JSON lines,
 * the journal and the tests say, and never change with the language. */

#define DESK_ID_SIZE      32 /* ClientOrderID, ServerOrderID, TradeAccount with their NUL, as DTC has them */
#define DESK_SYMBOL_SIZE  64
#define DESK_EXEC_ID_SIZE 64
#define DESK_NOTE_SIZE    48 /* FreeFormText with its NUL */
#define DESK_NOTE_MAX     23 /* what is left of it beside our id tag and a space */

typedef enum
{
  DESK_SIDE_NONE,
  DESK_SIDE_BUY,
  DESK_SIDE_SELL,
} DeskSide;

typedef enum
{
  DESK_ORDER_TYPE_UNSET,
  DESK_ORDER_TYPE_MARKET,
  DESK_ORDER_TYPE_LIMIT,
  DESK_ORDER_TYPE_STOP,
  DESK_ORDER_TYPE_STOP_LIMIT,
  DESK_ORDER_TYPE_MIT,          /* market if touched */
  DESK_ORDER_TYPE_LIT,          /* limit if touched */
  DESK_ORDER_TYPE_MARKET_LIMIT,
  DESK_ORDER_TYPE_OTHER,        /* a number that DTC did not have when this was written: shown, never sent */
} DeskOrderType;

/* The published numbers of TimeInForceEnum. */
typedef enum
{
  DESK_TIF_UNSET,
  DESK_TIF_DAY,
  DESK_TIF_GTC,
  DESK_TIF_GTD,
  DESK_TIF_IOC,
  DESK_TIF_AON,
  DESK_TIF_FOK,
} DeskTif;

typedef enum
{
  DESK_STATUS_DRAFT,
  DESK_STATUS_BLOCKED,
  DESK_STATUS_SENT,
  DESK_STATUS_WORKING,
  DESK_STATUS_HELD_BY_PARENT,
  DESK_STATUS_CHANGING,
  DESK_STATUS_CANCELLING,
  DESK_STATUS_PART_FILLED,
  DESK_STATUS_FILLED,
  DESK_STATUS_CANCELLED,
  DESK_STATUS_EXPIRED,
  DESK_STATUS_REJECTED,
  DESK_STATUS_UNKNOWN,
  DESK_STATUS_NOT_AT_SERVER,
  DESK_STATUS_NOT_SENT,
} DeskStatus;

typedef enum
{
  DESK_CERTAINTY_FRESH,
  DESK_CERTAINTY_STALE,
  DESK_CERTAINTY_UNKNOWN,
  DESK_CERTAINTY_PROBABLE,
  DESK_CERTAINTY_NO_TRACE,
  DESK_CERTAINTY_GONE,
  DESK_CERTAINTY_CONFLICT,
  DESK_CERTAINTY_EXTERNAL, /* fresh, and not ours */
} DeskCertainty;

typedef enum
{
  DESK_REASON_NONE, /* null in JSON */
  DESK_REASON_ACCEPTED,
  DESK_REASON_REJECTED,
  DESK_REASON_FILLED,
  DESK_REASON_PART_FILLED,
  DESK_REASON_CANCELLED,
  DESK_REASON_CHANGE_DONE,
  DESK_REASON_CHANGE_REJECTED,
  DESK_REASON_CANCEL_REJECTED,
  DESK_REASON_RESTATED,
  DESK_REASON_GENERAL,
  DESK_REASON_LINK_LOST,
  DESK_REASON_NO_ANSWER,
  DESK_REASON_RECONCILED,
} DeskReason;

/* A cancel or a change that is on its way, beside the order's own status. */
typedef enum
{
  DESK_OVERLAY_NONE,
  DESK_OVERLAY_INTENDED, /* waits for a ServerOrderID or for its commit */
  DESK_OVERLAY_SENT,
  DESK_OVERLAY_UNKNOWN,
  DESK_OVERLAY_REFUSED,
} DeskOverlay;

/* What an order is there for. */
typedef enum
{
  DESK_ROLE_NONE,    /* an order of its own; null in JSON */
  DESK_ROLE_ENTRY,   /* the parent of a bracket */
  DESK_ROLE_TARGET,  /* a bracket's exit with a profit */
  DESK_ROLE_STOP,    /* a bracket's protective exit */
  DESK_ROLE_OCO,     /* one of a free pair: one cancels the other */
  DESK_ROLE_FLATTEN, /* the exit of a flatten */
} DeskRole;

typedef enum
{
  DESK_SOURCE_CLICK,
  DESK_SOURCE_KEY,
  DESK_SOURCE_LINE,     /* typed at the command entry or a terminal */
  DESK_SOURCE_SCRIPT,   /* a pipe; IsAutomatedOrder = 1 */
  DESK_SOURCE_API,
  DESK_SOURCE_FLATTEN,
  DESK_SOURCE_EXTERNAL, /* seen at the server, not ours */
} DeskSource;

/* Denials in order of precedence: the gate answers with the first that applies. */
typedef enum
{
  DESK_DENY_NONE,
  DESK_DENY_USAGE,
  DESK_DENY_LINK_DOWN,
  DESK_DENY_RESYNC_RUNNING,
  DESK_DENY_NUMBERING,
  DESK_DENY_TRADING_OFF,
  DESK_DENY_HALTED,
  DESK_DENY_DISARMED,
  DESK_DENY_ACCOUNT,
  DESK_DENY_SYMBOL,
  DESK_DENY_NO_DEFINITION,
  DESK_DENY_LIMITS,
  DESK_DENY_PRICE_TICK,
  DESK_DENY_QTY_MAX,
  DESK_DENY_ORDER_VALUE_MAX,
  DESK_DENY_POSITION_MAX_WORST_CASE,
  DESK_DENY_PRICE_COLLAR,
  DESK_DENY_DUPLICATE,
  DESK_DENY_RATE,
  DESK_DENY_WORKING_ORDERS_MAX,
  DESK_DENY_UNKNOWN_ON_SYMBOL,
  DESK_DENY_SELF_MATCH,
  DESK_DENY_UNSUPPORTED_BY_SERVER,
  DESK_DENY_STORAGE,
  DESK_DENY_FLAT,
  DESK_DENY_NO_SUCH_ORDER,
  DESK_DENY_IN_FLIGHT,
} DeskDenial;

/* The published numbers of TradingStatusEnum. */
typedef enum
{
  DESK_TRADING_UNKNOWN,
  DESK_TRADING_PRE_OPEN,
  DESK_TRADING_OPEN,
  DESK_TRADING_CLOSE,
  DESK_TRADING_HALT,
} DeskTradingStatus;

/* The published numbers of MarketDataFeedStatusEnum. */
typedef enum
{
  DESK_FEED_UNKNOWN,
  DESK_FEED_UNAVAILABLE,
  DESK_FEED_AVAILABLE,
} DeskFeed;

/* The published numbers of SecurityTypeEnum. */
typedef enum
{
  DESK_SECURITY_UNKNOWN,
  DESK_SECURITY_FUTURE,
  DESK_SECURITY_STOCK,
  DESK_SECURITY_FOREX,
  DESK_SECURITY_INDEX,
  DESK_SECURITY_FUTURES_STRATEGY,
  DESK_SECURITY_STOCK_OPTION,
  DESK_SECURITY_FUTURES_OPTION,
  DESK_SECURITY_INDEX_OPTION,
  DESK_SECURITY_BOND,
  DESK_SECURITY_FUND,
} DeskSecurityType;

/* What a search of symbols goes by. */
typedef enum
{
  DESK_FIND_SYMBOL,      /* symbols that contain the text */
  DESK_FIND_DESCRIPTION, /* symbols whose description contains the text */
  DESK_FIND_EXCHANGE,    /* the symbols of an exchange */
  DESK_FIND_UNDERLYINGS, /* the underlyings of an exchange */
  DESK_FIND_UNDERLYING,  /* the symbols of an underlying */
  DESK_FIND_EXCHANGES,   /* the exchanges */
} DeskFindBy;

/* What the trader sees of the connection; "link" events print the nick. */
typedef enum
{
  DESK_LINK_DOWN,
  DESK_LINK_CONNECTING,
  DESK_LINK_HANDSHAKE,
  DESK_LINK_LOGON,
  DESK_LINK_RESYNC,
  DESK_LINK_LIVE,
  DESK_LINK_STOPPED,
} DeskLink;

typedef enum
{
  DESK_ARM_DISARMED,
  DESK_ARM_CONFIRM,  /* the window asks in its strip; a script's line goes straight to the gate */
  DESK_ARM_HALTED,   /* until unhalted */
} DeskArm;

typedef enum
{
  DESK_LEVEL_INFO,
  DESK_LEVEL_WARNING,
  DESK_LEVEL_ALARM,
} DeskLevel;

/* The nicks: "buy", "stoplimit", "part-filled", "no-trace", "LINK_DOWN", … NULL for a number outside. */
const char *desk_side_nick      (DeskSide      side);
const char *desk_order_type_nick (DeskOrderType type);
const char *desk_tif_nick       (DeskTif       tif);
const char *desk_status_nick    (DeskStatus    status);
const char *desk_certainty_nick (DeskCertainty certainty);
const char *desk_reason_nick    (DeskReason    reason);
const char *desk_role_nick      (DeskRole      role);
const char *desk_source_nick    (DeskSource    source);
const char *desk_denial_nick    (DeskDenial    denial);
const char *desk_link_nick      (DeskLink      link);
const char *desk_level_nick     (DeskLevel     level);
const char *desk_trading_status_nick (DeskTradingStatus status);
const char *desk_feed_nick      (DeskFeed      feed);
const char *desk_security_type_nick (DeskSecurityType type);
const char *desk_find_by_nick   (DeskFindBy    by);

/* Filled, cancelled, expired, rejected, not-at-server, not-sent, blocked: nothing more is expected of it. */
gboolean desk_status_is_final (DeskStatus status);

/* The words of another (a server, the system) for the middle of a sentence: without the full stop that they may end with.
 * NULL is "". (transfer full) */
char *desk_text_inside (const char *text);

/**
 * DeskError:
 * @DESK_ERROR_STORAGE: the disk or the state file refuses
 * @DESK_ERROR_CORRUPT: the state file is damaged or was changed by something else
 * @DESK_ERROR_NEWER: the state file was written by a newer version
 * @DESK_ERROR_LOCKED: another process has the state file
 * @DESK_ERROR_CONFIG: a profile or limits file does not parse
 * @DESK_ERROR_USAGE: an order line or an option does not parse
 * @DESK_ERROR_SIMULATOR: the built-in simulator did not start
 * @DESK_ERROR_SECRET: the Secret Service does not answer
 */
typedef enum
{
  DESK_ERROR_STORAGE,
  DESK_ERROR_CORRUPT,
  DESK_ERROR_NEWER,
  DESK_ERROR_LOCKED,
  DESK_ERROR_CONFIG,
  DESK_ERROR_USAGE,
  DESK_ERROR_SIMULATOR,
  DESK_ERROR_SECRET,
} DeskError;

#define DESK_ERROR (desk_error_quark ())
GQuark desk_error_quark (void);

G_END_DECLS
