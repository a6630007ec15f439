/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <float.h>

#include "dtc-message.h"

G_BEGIN_DECLS

/* Text storage of a message, for the codecs of this layer. */

/* dtc_message_init() in two steps: text can be reserved after the first, and the second keeps it. */
void  dtc_message_begin        (DtcMessage *message);
void  dtc_message_set_type     (DtcMessage *message,
                                guint16     type);
/* At least @len bytes in one piece, which stay where they are until the message is initialised again. */
char *dtc_message_text_reserve (DtcMessage *message,
                                gsize       len);
/* Takes the first @len bytes of the last reservation; the rest is free again. */
void  dtc_message_text_take    (DtcMessage *message,
                                gsize       len);

/* Servers print the "unset" limits of C with all digits or with few; some put that of float into a double. */
static inline gboolean
dtc_is_unset_number (double   value,
                     gboolean single)
{
  return value >= 1.7976e308 || value == (double) FLT_MAX || (single && value >= 3.4028e38 && value < 3.4029e38);
}

/* The field lies in the message as the number that stands for "unset". */
gboolean dtc_message_slot_is_unset (const DtcMessage   *message,
                                    const DtcFieldDesc *field);

static inline gpointer
dtc_message_slot (DtcMessage         *message,
                  const DtcFieldDesc *field)
{
  return (char *) &message->body + field->offset;
}

static inline gconstpointer
dtc_message_const_slot (const DtcMessage   *message,
                        const DtcFieldDesc *field)
{
  return (const char *) &message->body + field->offset;
}

G_END_DECLS
