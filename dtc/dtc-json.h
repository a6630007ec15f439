/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-numbering.h"

G_BEGIN_DECLS

/* JSON and JSON Compact, one message at a time; dtc-codec.h says what the functions do. */

gboolean dtc_json_read  (DtcNumbering       numbering,
                         DtcDirection       direction,
                         const guint8      *frame,
                         gsize              len,
                         DtcMessage        *message,
                         GError           **error);
gboolean dtc_json_write (DtcNumbering       numbering,
                         DtcDirection       direction,
                         gboolean           compact,
                         const DtcMessage  *message,
                         GByteArray        *out,
                         GError           **error);

G_END_DECLS
