/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-message-value.h"
#include "dtc-session.h"

G_BEGIN_DECLS

#define DTC_TYPE_CLIENT (dtc_client_get_type ())
G_DECLARE_FINAL_TYPE (DtcClient, dtc_client, DTC, CLIENT, GObject)

#define DTC_TYPE_LINK_STATE    (dtc_link_state_get_type ())
#define DTC_TYPE_NUMBERING     (dtc_numbering_get_type ())
#define DTC_TYPE_ENCODING_KIND (dtc_encoding_kind_get_type ())
GType dtc_link_state_get_type    (void);
GType dtc_numbering_get_type     (void);
GType dtc_encoding_kind_get_type (void);

/**
 * DtcClient:
 *
 * A DTC connection for programs with a main loop: signals for what happens, one call for what is sent. It keeps the
 * connection (handshake, logon, heartbeats, reconnects); what an order's state is after an outage is for the program
 * to find out. It resends nothing.
 *
 * Properties are set before dtc_client_start(). Signals come in the thread-default main context of the client's
 * creation, in the order in which things happened; the client must be used in that context only.
 */

/**
 * dtc_client_new:
 * @host: name or address of the server
 * @port: its port; Sierra Chart's default is 11099
 * @numbering: which numbers the server speaks; never guessed
 *
 * Returns: (transfer full): a client that has not started
 */
DtcClient    *dtc_client_new         (const char           *host,
                                      guint                 port,
                                      DtcNumbering          numbering);

/**
 * dtc_client_start:
 * @self: a client
 *
 * Begins to connect, and comes back by itself after each loss until dtc_client_stop_async() or a server that asks us
 * not to.
 */
void          dtc_client_start       (DtcClient            *self);

/**
 * dtc_client_stop_async:
 * @self: a client
 * @cancellable: (nullable): cancels the waiting, not the stop
 * @callback: (scope async): called when the connection is closed
 * @user_data: for @callback
 *
 * Logs off and closes. Final: no signal comes after it, and the client does not start again.
 */
void          dtc_client_stop_async  (DtcClient            *self,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean      dtc_client_stop_finish (DtcClient            *self,
                                      GAsyncResult         *result,
                                      GError              **error);

/**
 * dtc_client_send_async:
 * @self: a client
 * @message: what to send; copied
 * @cancellable: (nullable): cancels the waiting, not the message
 * @callback: (scope async): called when its fate is known
 * @user_data: for @callback
 *
 * Sends one message once.
 */
void          dtc_client_send_async  (DtcClient            *self,
                                      const DtcMessage     *message,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);

/**
 * dtc_client_send_finish:
 * @self: a client
 * @result: from the callback
 * @error: DTC_ERROR_NOT_CONNECTED, DTC_ERROR_QUEUE_FULL or why it cannot be encoded: not one byte left.
 *   DTC_ERROR_CLOSED: the link was lost while the bytes left: nobody knows whether the server has them
 *
 * Returns: %TRUE when the kernel took every byte, which is not the server's acceptance
 */
gboolean      dtc_client_send_finish (DtcClient            *self,
                                      GAsyncResult         *result,
                                      GError              **error);

/**
 * dtc_client_get_state:
 * @self: a client
 *
 * Returns: the state that the last "link-changed" signal told
 */
DtcLinkState  dtc_client_get_state   (DtcClient            *self);

G_END_DECLS
