/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "dtc-types.h"

G_BEGIN_DECLS

/* Private to dtc/. Who answers at the other end, judged by its first bytes, and where it may send us. */

typedef enum
{
  DTC_PEER_UNDECIDED, /* more bytes are needed */
  DTC_PEER_JSON,
  DTC_PEER_ENCODING,  /* the binary answer to an encoding request, whole */
  DTC_PEER_BINARY,    /* a message of DTC with a binary header */
  DTC_PEER_TLS,
  DTC_PEER_HTTP,
  DTC_PEER_SSH,
  DTC_PEER_OTHER,
} DtcPeerKind;

DtcPeerKind  dtc_peer_judge          (const guint8    *data,
                                      gsize            len,
                                      gboolean         encoding_asked,
                                      gboolean         binary_expected,
                                      gboolean         final,
                                      guint           *blanks);
/* (transfer full): a sentence that says who answers and what to check; @ours is what we speak. */
char        *dtc_peer_describe       (DtcPeerKind      kind,
                                      DtcEncodingKind  ours,
                                      const char      *host,
                                      guint16          port);
/* (transfer full): @error of a connection attempt in plain words. */
char        *dtc_peer_connect_error  (const GError *error,
                                      const char   *host,
                                      guint16       port);
/* "host", "host:port", "[v6]:port"; a missing port is @default_port. */
gboolean     dtc_peer_parse_address  (const char   *text,
                                      guint16       default_port,
                                      char        **host,
                                      guint16      *port);
gboolean     dtc_peer_address_listed (char        **list,
                                      guint16       default_port,
                                      const char   *host,
                                      guint16       port);

G_END_DECLS
