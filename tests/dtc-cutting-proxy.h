/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A loopback cable that can be cut after any byte. It lives in the default main context. One connection at a time. */

typedef struct _DtcCuttingProxy DtcCuttingProxy;

typedef enum
{
  DTC_CABLE_TO_SERVER,
  DTC_CABLE_TO_CLIENT,
} DtcCableDirection;

DtcCuttingProxy *dtc_cutting_proxy_new           (guint16            server_port);
void             dtc_cutting_proxy_free          (DtcCuttingProxy   *proxy);
guint16          dtc_cutting_proxy_get_port      (DtcCuttingProxy   *proxy);
/* Cuts when @bytes more have passed in @direction, on this connection or the next; with a reset or a plain close. */
void             dtc_cutting_proxy_cut_after     (DtcCuttingProxy   *proxy,
                                                  DtcCableDirection  direction,
                                                  gsize              bytes,
                                                  gboolean           reset);
void             dtc_cutting_proxy_cut_now       (DtcCuttingProxy   *proxy);
guint            dtc_cutting_proxy_n_cuts        (DtcCuttingProxy   *proxy);
/* Bytes that passed on the present or last connection. */
gsize            dtc_cutting_proxy_get_passed    (DtcCuttingProxy   *proxy,
                                                  DtcCableDirection  direction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcCuttingProxy, dtc_cutting_proxy_free)

G_END_DECLS
