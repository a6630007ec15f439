/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-ticket.h"

G_BEGIN_DECLS

/* What a person or a script asks of the engine. */

typedef enum
{
  DESK_COMMAND_SUBMIT,      /* ticket */
  DESK_COMMAND_CANCEL,      /* id */
  DESK_COMMAND_CANCEL_ALL,  /* symbol or "" */
  DESK_COMMAND_MODIFY,      /* id, has_price…, quantity 0: unchanged; ticket.tif with good_till, unset: unchanged */
  DESK_COMMAND_FLATTEN,     /* symbol, "": the whole account; account from ticket.account */
  DESK_COMMAND_REVERSE,     /* symbol; flatten, see that it is flat, then enter the other way round */
  DESK_COMMAND_CANCEL_ALL_AND_FLATTEN, /* every symbol of the account with a position or a working order */
  DESK_COMMAND_ARM,
  DESK_COMMAND_DISARM,
  DESK_COMMAND_HALT,
  DESK_COMMAND_UNHALT,
  DESK_COMMAND_WAIVE,       /* step */
  DESK_COMMAND_VERIFY,      /* ask the server everything again, and verify */
  DESK_COMMAND_VERIFY_WHEN, /* quantity: bits of DeskVerifyWhen, beside "Run now" */
  DESK_COMMAND_CASE,        /* id: the evidence about an order in doubt */
  DESK_COMMAND_RESOLVE,     /* id, step: a DeskDecision's nick, search: the person's words; candidate: whose it is */
  DESK_COMMAND_ACCEPT,      /* quantity: the finding's number, search: why the server's value is taken */
  DESK_COMMAND_NOTE,        /* quantity: the finding's number, search: a note on it */
  DESK_COMMAND_BASELINE,    /* account, symbol: the server's position now is the new start of the sum */
  DESK_COMMAND_WATCH_SYMBOL, /* ask for its definition and quotes, and keep it on the list */
  DESK_COMMAND_UNWATCH_SYMBOL, /* its row goes, unless an order or a position needs its quotes */
  DESK_COMMAND_WATCH_DEPTH,  /* the book of ticket.symbol */
  DESK_COMMAND_UNWATCH_DEPTH,
  DESK_COMMAND_WATCH_ORDERS, /* the book of ticket.symbol, order by order */
  DESK_COMMAND_UNWATCH_ORDERS,
  DESK_COMMAND_FIND_SYMBOLS, /* search, find_by, exchange in step ("": any); ends an earlier search */
  DESK_COMMAND_LIST_BALANCES, /* the balances of account ("": the selected one) over time, as the server keeps them */
  DESK_COMMAND_LIST_JOURNAL, /* the entries of the server's journal */
  DESK_COMMAND_ADD_JOURNAL,  /* search: one more entry */
  DESK_COMMAND_SELECT_ACCOUNT, /* ticket.account */
  DESK_COMMAND_RECONNECT,   /* do not wait for the back-off */
  DESK_COMMAND_STOP_TRYING, /* no more tries until RECONNECT; nothing where there is a link */
  DESK_COMMAND_PREVIEW,     /* ticket: run the gate, send nothing; answered by DESK_EVENT_PREVIEW */
} DeskCommandKind;

/* When a verification runs by itself. */
typedef enum
{
  DESK_VERIFY_AT_LINK  = 1 << 0, /* after each reconciliation of a new link */
  DESK_VERIFY_ON_FILL  = 1 << 1, /* after each fill, once it has been quiet for 2 s */
} DeskVerifyWhen;

typedef struct
{
  DeskCommandKind kind;
  guint64         tag;       /* of the asker: comes back with "denied"; 0: none */
  char           *input;     /* the line as typed, for "denied"; or NULL */
  gint64          clicked;   /* monotonic microseconds of the click or line */
  DeskTicket      ticket;    /* SUBMIT; account, symbol and source for the others */
  char            id[DESK_ID_SIZE]; /* a ClientOrderID or a ServerOrderID */
  gboolean        has_price, has_price2;
  double          price, price2;
  gboolean        prices_open; /* SUBMIT, MODIFY: input has prices that only the symbol's grid can read, such as 110'16.5 */
  gint64          quantity;
  char            step[32];
  char            candidate[DESK_ID_SIZE]; /* RESOLVE: the ServerOrderID of the candidate, "": none */
  char           *search;    /* FIND_SYMBOLS, ADD_JOURNAL; a person's words; or NULL */
  DeskFindBy      find_by;
} DeskCommand;

DeskCommand *desk_command_new  (DeskCommandKind kind);
void         desk_command_free (DeskCommand    *command);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskCommand, desk_command_free)

G_END_DECLS
