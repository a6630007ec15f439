/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server on a loopback port for tests: says what it is told, and can be rude. It lives in the main context that
 * is the thread's default when it is made. One connection at a time; a new one takes the place of the old. */

typedef struct _DtcFakeServer DtcFakeServer;

/* @polite: answers the encoding request, the logon and the logoff by itself. */
DtcFakeServer *dtc_fake_server_new             (gboolean       polite);
void           dtc_fake_server_free            (DtcFakeServer *server);
guint16        dtc_fake_server_get_port        (DtcFakeServer *server);
guint          dtc_fake_server_n_connections   (DtcFakeServer *server);
gboolean       dtc_fake_server_is_connected    (DtcFakeServer *server);
/* What came on the present connection. */
GByteArray    *dtc_fake_server_get_received    (DtcFakeServer *server);
/* How many zero-ended messages of it contain @needle. */
guint          dtc_fake_server_count           (DtcFakeServer *server,
                                                const char    *needle);
void           dtc_fake_server_send            (DtcFakeServer *server,
                                                const void    *data,
                                                gsize          len);
/* One JSON message with its zero byte. */
void           dtc_fake_server_say             (DtcFakeServer *server,
                                                const char    *json);
void           dtc_fake_server_set_reading     (DtcFakeServer *server,
                                                gboolean       reading);
void           dtc_fake_server_shutdown_write  (DtcFakeServer *server);
void           dtc_fake_server_close           (DtcFakeServer *server);
/* As a crash does: the peer sees a reset. */
void           dtc_fake_server_reset           (DtcFakeServer *server);
void           dtc_fake_server_stop_listening  (DtcFakeServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcFakeServer, dtc_fake_server_free)

G_END_DECLS
