/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* What a person types to find messages: type=301 & OrderStatus=9 & Symbol~ES
 *
 *   words         the text of the message has them, in any case; "in quotes" with its spaces
 *   /expression/  a regular expression (PCRE2) finds something in it; /…/i in any case
 *   Field=value   also != < <= > >=, ~ (contains, in any case, or ~/expression/) and !~. Names are DTC's own, in any case;
 *                 besides: type, name, link, size, number, direction (sent, received), id (any id of an order), answer (ms)
 *   Field=unset   the message could say it, and does not
 *   a & b, a b    both; a | b one of them; !a not; ( ) first
 *
 * A comparison holds only where the message has the field: !OrderStatus=9 also finds those without, OrderStatus!=9 does not.
 * Values of an enumeration have their names: OrderStatus=FILLED. A status is DTC's published one, whatever the wire's numbering. */

typedef enum
{
  DESK_LOG_AND,
  DESK_LOG_OR,
  DESK_LOG_NOT,
  DESK_LOG_WORDS,
  DESK_LOG_REGEX,
  DESK_LOG_COMPARE,
} DeskLogTermKind;

typedef enum
{
  DESK_LOG_EQUAL,
  DESK_LOG_DIFFERENT,
  DESK_LOG_LESS,
  DESK_LOG_AT_MOST,
  DESK_LOG_MORE,
  DESK_LOG_AT_LEAST,
  DESK_LOG_CONTAINS,
  DESK_LOG_LACKS,
} DeskLogOperator;

/* What is compared. */
typedef enum
{
  DESK_LOG_OF_FIELD,
  DESK_LOG_OF_TYPE,
  DESK_LOG_OF_NAME,
  DESK_LOG_OF_LINK,
  DESK_LOG_OF_SIZE,
  DESK_LOG_OF_NUMBER,
  DESK_LOG_OF_DIRECTION,
  DESK_LOG_OF_ID,
  DESK_LOG_OF_ANSWER,
} DeskLogSubject;

typedef struct _DeskLogTerm DeskLogTerm;

/**
 * DeskLogTerm:
 * @first: of AND, OR, NOT: the terms below, linked by @next
 * @text: WORDS: what is looked for; COMPARE: the value
 * @regex: REGEX, or COMPARE with ~/…/; else %NULL
 * @literal: (nullable): with @regex: what must stand, in any case of letters, where it finds something; lower case
 * @field: OF_FIELD: the name as DTC has it
 * @places: OF_FIELD: index + 1 of the field in each row of the message table, 0: that message lacks it
 * @number: the value, when @is_number
 * @unset: the value is the word unset
 * @index: counts the terms of a query
 */
struct _DeskLogTerm
{
  DeskLogTermKind  kind;
  DeskLogTerm     *first;
  DeskLogTerm     *next;
  char            *text;
  GRegex          *regex;
  char            *literal;
  DeskLogSubject   subject;
  DeskLogOperator  operator;
  const char      *field;
  guint8          *places;
  double           number;
  gint64           whole;
  gboolean         is_number;
  gboolean         unset;
  guint            index;
};

typedef struct _DeskLogQuery DeskLogQuery;

/**
 * desk_log_query_parse:
 * @text: what was typed
 * @at: (out) (optional): where it goes wrong, in bytes
 * @error: DESK_ERROR_USAGE: what is wrong, one sentence
 *
 * Returns: (transfer full): the query; an empty text finds everything
 */
DeskLogQuery      *desk_log_query_parse     (const char    *text,
                                             guint         *at,
                                             GError       **error);
DeskLogQuery      *desk_log_query_ref       (DeskLogQuery  *self);
void               desk_log_query_unref     (DeskLogQuery  *self);
/* NULL: everything. */
const DeskLogTerm *desk_log_query_get_root  (DeskLogQuery  *self);
guint              desk_log_query_n_terms   (DeskLogQuery  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLogQuery, desk_log_query_unref)

G_END_DECLS
