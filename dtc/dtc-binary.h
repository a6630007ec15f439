/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-message.h"

G_BEGIN_DECLS

/* The two binary encodings, one message at a time, in the published numbering; dtc-codec.h says what the functions
 * do, README.md how presence is read from a struct. @vls: strings are of variable length. */

gboolean dtc_binary_read  (gboolean           vls,
                           const guint8      *frame,
                           gsize              len,
                           DtcMessage        *message,
                           GError           **error);
gboolean dtc_binary_write (gboolean           vls,
                           const DtcMessage  *message,
                           GByteArray        *out,
                           GError           **error);

G_END_DECLS
