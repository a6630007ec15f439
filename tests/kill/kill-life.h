/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

/* How a life goes on after it is live. */
typedef enum
{
  LIFE_LOAD,
  LIFE_PAUSES,  /* the journal gets idle moments */
  LIFE_CLOSE,   /* leaves by itself, if it may */
  LIFE_STORAGE, /* a commit fails under it: exits only, and the emergency file */
  LIFE_QUIET,   /* says what it knows, and closes */
} LifeKind;

typedef struct
{
  LifeKind     kind;
  guint32      seed;
  guint16      port;
  const char  *path;
  DtcNumbering numbering;
  const char  *failpoint;
} LifePlan;

/* The child of a fork: a whole session against 127.0.0.1:@port, under order flow; it tells @out of itself, a line a time. */
void run_child (const LifePlan *plan, int out) G_GNUC_NORETURN;
