/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-fields.h"

#include <string.h>

#define DAY      (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)
#define MAX_TIME (G_MAXINT64 / 4) /* can be added to */
#define MAX_DAYS (1000 * 366)

int
sim_field_find (const DtcMessageDesc *desc,
                const char           *name)
{
  guint i;

  for (i = 0; i < desc->n_fields; i++)
    if (strcmp (desc->fields[i].name, name) == 0)
      return (int) i;
  return -1;
}

gboolean
sim_field_number (const DtcMessage *message,
                  const char       *name,
                  double           *value)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  int                   index = desc ? sim_field_find (desc, name) : -1;

  if (index < 0 || desc->fields[index].type == DTC_FIELD_STRING || !dtc_message_has (message, (guint) index))
    return FALSE;
  if (desc->fields[index].type == DTC_FIELD_DOUBLE || desc->fields[index].type == DTC_FIELD_FLOAT)
    *value = dtc_message_get_double (message, (guint) index);
  else
    *value = (double) dtc_message_get_int (message, (guint) index);
  return TRUE;
}

gint64
sim_field_time (gint64 stated)
{
  if (stated > G_GINT64_CONSTANT (100000000000000))
    return MIN (stated, MAX_TIME);
  if (stated > G_GINT64_CONSTANT (100000000000))
    return stated * 1000;
  return MAX (stated, 0) * G_USEC_PER_SEC;
}

gint64
sim_days_before (gint64 time,
                 gint64 days)
{
  return time - CLAMP (days, 0, MAX_DAYS) * DAY;
}
