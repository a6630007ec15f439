/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "sim-server.h"

/* A client of a simulator that runs in the same thread, for tests. */

#define PATIENCE (20 * (gint64) G_USEC_PER_SEC) /* only a broken server needs so long */

/* A client that reads one message after another. Server and client share this thread. */
typedef struct
{
  GSocketConnection *connection;
  GSocket           *socket;
  DtcFramer         *framer;
  DtcCodec           codec;
  DtcMessage         message;
  gboolean           ended;
  GIOStream         *tls;
} Peer;

gssize peer_receive (Peer *peer, char *buffer, gsize size, GError **error);
void peer_read_more (Peer *peer);

/* The next message, market data included; FALSE at the end of the connection. */
gboolean peer_next (Peer *peer);

/* The next message of @type; others are passed over. */
const DtcMessage *peer_expect (Peer *peer, int type);

const DtcOrderUpdate *peer_expect_update (Peer *peer, int reason, int status);
void peer_send_bytes (Peer *peer, const void *data, gsize len);

/* With its zero byte. */
void peer_send_text (Peer *peer, const char *text);

void peer_send (Peer *peer, const DtcMessage *message);
void peer_open_port (Peer *peer, guint port, DtcNumbering numbering);
void peer_open (Peer *peer, SimServer *server, DtcNumbering numbering);
void peer_close (Peer *peer);

/* @wishes is Integer_1 of the request. */
const DtcLogonResponse *peer_log_on_wishing (Peer *peer, const char *username, const char *password, gint32 wishes);

const DtcLogonResponse *peer_log_on (Peer *peer, const char *username, const char *password);
void peer_shake_hands (Peer *peer, DtcEncodingKind wanted, DtcEncodingKind expected);
void peer_submit (Peer *peer, const char *id, int type, int side, double quantity, double price1);
void peer_cancel (Peer *peer, const char *server_id, const char *client_id);
void peer_change_quantity (Peer *peer, const char *server_id, const char *client_id, double quantity);

/* A question with a RequestID and, when not NULL, an account; both are found by their names. */
void peer_ask (Peer *peer, guint16 type, int request_id, const char *account);

SimOptions *sim_quiet_options (DtcNumbering numbering);
SimServer *sim_start (SimOptions *options);
void peer_subscribe (Peer *peer, guint16 type, guint id, const char *symbol);

/* Lets the server look at what was sent to it: what it has not done then it will not do. */
void sim_run (void);

/* All bytes up to the end of the connection, or until there are no more for now. */
GByteArray *peer_read_raw (Peer *peer);
