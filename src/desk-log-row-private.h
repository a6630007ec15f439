/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-pairs.h"

G_BEGIN_DECLS

/* What a message says of itself that the log sorts by; strings belong to the message, never NULL. */
typedef struct
{
  const char *symbol;
  const char *account;
  const char *client;
  const char *server;
  const char *other;
  const char *older;
  guint32     symbol_id;
  guint8      status;
  guint8      reason;
  gboolean    reject;
} DeskLogKeys;

void desk_log_keys_read (const DtcMessage *message,
                         DeskLogKeys      *keys);

G_END_DECLS
