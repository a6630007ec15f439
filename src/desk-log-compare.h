/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-store.h"

G_BEGIN_DECLS

/* Two logs side by side, order by order: which messages about it both have, in which order, and which only one. */

typedef enum
{
  DESK_LOG_STEP_SAME,
  DESK_LOG_STEP_LEFT,   /* only there */
  DESK_LOG_STEP_RIGHT,
} DeskLogStepKind;

/* @words: "-> SubmitNewSingleOrder", "<- OrderUpdate OPEN". @left, @right: the rows, 0: none. @left_after and
 * @right_after: microseconds since the order's first message there. */
typedef struct
{
  DeskLogStepKind kind;
  char           *words;
  guint64         left, right;
  gint64          left_after, right_after;
} DeskLogStep;

typedef struct
{
  char      *id;        /* ClientOrderID, or ServerOrderID where there is none */
  char      *symbol;
  GPtrArray *steps;     /* DeskLogStep */
  guint      n_same, n_left, n_right;
} DeskLogOrderPair;

/* (element-type DeskLogOrderPair) (transfer full): orders that differ first, then the others, each by its first message. */
GPtrArray *desk_log_compare (DeskLogSnapshot *left,
                             DeskLogSnapshot *right);

G_END_DECLS
