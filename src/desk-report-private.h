/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-report.h"

G_BEGIN_DECLS

typedef struct
{
  const DeskVerifyRun *run;
  const DeskProfile   *profile;
  guint64              records;    /* of the journal */
  char                 head[65];   /* hash of the last one, hexadecimal; "" */
  const char          *key;        /* that signs */
  gint64               utc;
} DeskReportFacts;

/* (transfer full) */
char *desk_report_csv  (const DeskReportFacts *facts);
char *desk_report_text (const DeskReportFacts *facts);

G_END_DECLS
