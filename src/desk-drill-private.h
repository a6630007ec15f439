/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-drill.h"

G_BEGIN_DECLS

/* A drill is a list of steps. Orders are counted from 1 in the order in which they were placed. */

typedef enum
{
  DRILL_END,
  DRILL_START,        /* the desk opens the drill's state file and connects */
  DRILL_START_OTHER,  /* a desk of its own in another process does, and reads words as its lines */
  DRILL_PLACE,        /* words: an order line */
  DRILL_TRY,          /* the same, and it must be denied */
  DRILL_TELL,         /* words: a command for the simulator */
  DRILL_CRASH_SERVER,
  DRILL_CRASH_OTHER,  /* that other desk dies */
  DRILL_VERIFY,       /* asks the server everything again */
  DRILL_WAIT_LINK,    /* for link */
  DRILL_WAIT_ORDER,   /* for order, in one of statuses and certainties, or in one of or_certainties */
  DRILL_WAIT_STALE,   /* until no row that is not final claims to be fresh */
  DRILL_WAIT_FRESH,   /* until every row that is not final has been confirmed */
  DRILL_WAIT_FILLS,   /* for exactly n executions of order, booked */
  DRILL_WAIT_RECEIVED, /* until the server has received n new orders */
  DRILL_WAIT_NOTICE,  /* words: the code of a notice that the desk has given */
  DRILL_WAIT_REPORT,  /* for the report of the last VERIFY */
} DrillDo;

#define DRILL_STATUS(status)       (1u << DESK_STATUS_##status)
#define DRILL_CERTAINTY(certainty) (1u << DESK_CERTAINTY_##certainty)

typedef struct
{
  DrillDo     what;
  const char *text;     /* what is done or to be seen; NULL: not told */
  const char *words;
  guint       order;
  guint       statuses, certainties; /* bits; 0: any */
  guint       or_certainties;        /* bits: these will do whatever the status */
  guint       n;
  DeskLink    link;
  DeskDenial  denial;
} DrillStep;

/* The steps of a drill, ended by DRILL_END. */
const DrillStep *drill_steps (const DeskDrillInfo *info);

/* desk-drill-count.c: what the state file intended, what the server's own log received. */
gboolean drill_count (const char       *state_path,
                      const char       *log_path,
                      DeskDrillReport  *report,
                      GError          **error);

G_END_DECLS
