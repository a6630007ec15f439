/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-descriptor.h"

const DtcMessageDesc *
dtc_message_desc (guint16 type)
{
  /* dtc_message_index holds row + 1 for each number up to the highest; 0 is a number DTC lacks. */
  guint row = type <= DTC_MAX_MESSAGE_TYPE ? dtc_message_index[type] : 0;

  return row != 0 ? &dtc_message_descs[row - 1] : NULL;
}

const char *
dtc_enum_name (const DtcEnumDesc *desc,
               gint32             value)
{
  for (guint i = 0; desc != NULL && i < desc->n_values; i++)
    if (desc->values[i].value == value)
      return desc->values[i].name;
  return NULL;
}
