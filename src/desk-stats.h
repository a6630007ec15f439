/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"

G_BEGIN_DECLS

/* The metrics of one day and account: plain arithmetic over fills, first in first out by symbol. */
typedef struct
{
  guint   fills;
  gint64  contracts;
  double  realised;       /* account currency, without commission; NAN: a tick value is not known */
  guint   round_trips;    /* closed trades */
  guint   winners;        /* of them with profit */
  double  win_rate;       /* 0..1, NAN: no closed trade */
} DeskStats;

typedef struct _DeskStatsBook DeskStatsBook;

DeskStatsBook *desk_stats_book_new  (void);
void           desk_stats_book_free (DeskStatsBook       *book);
/* A fill counts once; one that replaces synthetic ones takes their place. */
void           desk_stats_book_add  (DeskStatsBook       *book,
                                     const DeskFillState *fill);
/* @account "" : all. From @from_utc (microseconds) on; positions opened before count with their price. */
DeskStats      desk_stats_book_get  (DeskStatsBook       *book,
                                     const char          *account,
                                     gint64               from_utc);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskStatsBook, desk_stats_book_free)

G_END_DECLS
