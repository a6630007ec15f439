/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

/* A message taken apart for people: every field with its name, place and meaning, what is wrong with it, and what of a
 * message that the codec refused can still be told. */

typedef enum
{
  DESK_LOG_WRONG_TYPE    = 1 << 0,  /* text where a number belongs, and so on */
  DESK_LOG_OUT_OF_RANGE  = 1 << 1,  /* a number that does not fit */
  DESK_LOG_ILLEGAL_VALUE = 1 << 2,  /* a number that its enumeration lacks */
  DESK_LOG_TOO_LONG      = 1 << 3,  /* a text without end, or longer than its room */
  DESK_LOG_BAD_TEXT      = 1 << 4,  /* a zero character, or half a character */
  DESK_LOG_TWICE         = 1 << 5,  /* a key that stood there before */
  DESK_LOG_UNKNOWN_FIELD = 1 << 6,  /* DTC has no such field in this message */
  DESK_LOG_MISSING       = 1 << 7,  /* the message makes no sense without it */
  DESK_LOG_OUTSIDE       = 1 << 8,  /* a text that lies outside the message */
  DESK_LOG_MALFORMED     = 1 << 9,  /* not JSON from here on */
  DESK_LOG_BAD_SIZE      = 1 << 10, /* the size it says is not the size it has; or it ends inside a field */
  DESK_LOG_UNKNOWN_TYPE  = 1 << 11, /* DTC has no such message */
  DESK_LOG_NO_TYPE       = 1 << 12, /* it does not say what it is */
  DESK_LOG_WRONG_WAY     = 1 << 13, /* only the other side sends such a message */
  DESK_LOG_TYPE_MISMATCH = 1 << 14, /* its fields are those of another message */
  DESK_LOG_LONGER        = 1 << 15, /* bytes behind the last field that is known: no fault, a newer peer */
  DESK_LOG_SHORTER       = 1 << 16, /* fields at the end are not there: no fault, an older peer */
} DeskLogProblem;

/* These are worth knowing and nothing is wrong. */
#define DESK_LOG_HARMLESS (DESK_LOG_LONGER | DESK_LOG_SHORTER)

typedef enum
{
  DESK_LOG_PART_SET,
  DESK_LOG_PART_UNSET,  /* there, and says that it is not set */
  DESK_LOG_PART_NULL,
  DESK_LOG_PART_ABSENT,
} DeskLogPartState;

/**
 * DeskLogPart:
 * @name: the field's name in the table, or what stands there for an unknown one
 * @value: as it stands there, readable; "" when it is absent
 * @meaning: the name of the value, a time in UTC; or %NULL
 * @field: (nullable): its description
 * @at: first byte in the message
 * @len: bytes, 0: it has no place
 * @state: whether it is set
 * @problems: DeskLogProblem
 */
typedef struct
{
  char               *name;
  char               *value;
  char               *meaning;
  const DtcFieldDesc *field;
  gsize               at;
  gsize               len;
  DeskLogPartState    state;
  guint               problems;
} DeskLogPart;

/**
 * DeskLogAnatomy:
 * @desc: (nullable): the message as DTC describes it
 * @wire_type: the number on the wire
 * @parts: (element-type DeskLogPart): in the order of the table; unknown ones behind
 * @problems: of the message itself
 * @refused: (nullable): the codec's own words
 * @said: BAD_SIZE: the size it says
 * @other: TYPE_MISMATCH: the message whose fields these are
 * @n_bad: parts with a problem that is none of the harmless
 */
typedef struct
{
  const DtcMessageDesc *desc;
  guint                 wire_type;
  GPtrArray            *parts;
  guint                 problems;
  char                 *refused;
  gsize                 said;
  const DtcMessageDesc *other;
  guint                 n_bad;
} DeskLogAnatomy;

/* (transfer full); of a note an empty one. Never fails: whatever stands there is told as far as it goes. */
DeskLogAnatomy *desk_log_anatomy_new  (const DeskLogRow *row);
void            desk_log_anatomy_free (DeskLogAnatomy   *self);
/* A field's value as a time in UTC, in whole seconds; NULL: it is no time, or none that can be shown. (transfer full) */
char           *desk_log_time_text    (const DtcFieldDesc *field,
                                       double            value);
/* Adds bytes, sixteen a line with their place and as characters, each line behind @before. */
void            desk_log_add_hex      (GString          *out,
                                       const char       *before,
                                       const guint8     *raw,
                                       gsize             size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLogAnatomy, desk_log_anatomy_free)

G_END_DECLS
