/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

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
