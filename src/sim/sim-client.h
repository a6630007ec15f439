/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-exchange.h"
#include "sim-fault.h"
#include "sim-log.h"

G_BEGIN_DECLS

/* One connection: encoding, logon, heartbeats, faults. What its messages mean is the server's affair. */

typedef struct _SimClient SimClient;

/* Which of the two ports it came to. */
typedef enum
{
  SIM_PORT_TRADING, /* market data and trading */
  SIM_PORT_HISTORY,
} SimPort;

/**
 * SimMischief:
 * @lost: the message arrived and takes no effect
 * @copies: how often it takes effect more than once
 * @delay: milliseconds before it does
 * @reject: SIM_FAULT_REJECT
 * @two_live: SIM_FAULT_TWO_LIVE
 * @fill: SIM_FAULT_FILL
 *
 * What faults make of a message that a client sent.
 */
typedef struct
{
  gboolean lost;
  guint    copies;
  guint    delay;
  gboolean reject;
  gboolean two_live;
  gboolean fill;
} SimMischief;

typedef struct
{
  /* A message of a client that is logged on; @problem is set when it could not be read whole. */
  void (*received)  (SimClient         *client,
                     const DtcMessage  *message,
                     const char        *problem,
                     const SimMischief *mischief,
                     gpointer           user_data);
  /* It logged on; the response is on its way. */
  void (*logged_on) (SimClient         *client,
                     gpointer           user_data);
  /* All bytes that had arrived were looked at: answers may leave. */
  void (*idle)      (gpointer           user_data);
  /* The connection is closed; the server drops its reference. */
  void (*closed)    (SimClient         *client,
                     gpointer           user_data);
} SimClientFuncs;

/**
 * SimClientSetup:
 * @certificate: (nullable): TLS is spoken
 * @log: (nullable): where messages are written
 *
 * What the clients of one port have in common; must outlive them.
 */
typedef struct
{
  SimPort           port;
  const SimOptions *options;
  GTlsCertificate  *certificate;
  SimLog           *log;
  SimClientFuncs    funcs;
  gpointer          user_data;
} SimClientSetup;

SimClient       *sim_client_new           (guint                   number,
                                           GSocketConnection      *connection,
                                           const SimClientSetup   *setup);
/* Lets the faults at it that strike a connection: that may be its end. */
void             sim_client_begin         (SimClient              *client);
SimClient       *sim_client_ref           (SimClient              *client);
void             sim_client_unref         (SimClient              *client);
guint            sim_client_get_number    (SimClient              *client);
SimPort          sim_client_get_port      (SimClient              *client);
gboolean         sim_client_is_logged_on  (SimClient              *client);
const char      *sim_client_get_username  (SimClient              *client);
/* What its frames are written in. */
const DtcCodec  *sim_client_get_codec     (SimClient              *client);
/* Integer_1 of its LOGON_REQUEST: which forms of market data it wants. */
gint32           sim_client_get_wishes    (SimClient              *client);
/* Queues @message; it leaves with the next flush. Market data is dropped when the client does not read. */
void             sim_client_send          (SimClient              *client,
                                           const DtcMessage       *message);
/* One market data message that is encoded already; for clients that no fault looks at. */
void             sim_client_send_data     (SimClient              *client,
                                           const guint8           *frame,
                                           gsize                   len);
/* Every message must come through sim_client_send(): there are faults. */
gboolean         sim_client_has_faults    (SimClient              *client);
/* The bytes of the wire, for what is no message: the compressed stream of a historical request. */
void             sim_client_send_bytes    (SimClient              *client,
                                           const guint8           *data,
                                           gsize                   len);
/* Market data that was dropped so far. */
guint32          sim_client_get_dropped   (SimClient              *client);
/* Writes what the kernel takes. */
void             sim_client_flush         (SimClient              *client);
/* Heartbeats and the dead-peer rule; @now is monotonic. */
void             sim_client_tick          (SimClient              *client,
                                           gint64                  now);
/* LOGOFF, the bytes that are queued, and the end. */
void             sim_client_log_off       (SimClient              *client,
                                           const char             *reason);
/* The end, once the bytes that are queued have left with the next flush. */
void             sim_client_finish        (SimClient              *client,
                                           const char             *why);
/* The end as its peer sees a fault: FIN, RST or silence. */
void             sim_client_cut           (SimClient              *client,
                                           SimCut                  how);
/* The end at once. */
void             sim_client_close         (SimClient              *client,
                                           const char             *why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimClient, sim_client_unref)

G_END_DECLS
