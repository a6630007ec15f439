/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-exchange.h"
#include "sim-log.h"

G_BEGIN_DECLS

/* One connection: bytes, encoding, logon, heartbeats. What its messages mean is the server's affair. */

typedef struct _SimClient SimClient;

/* One symbol that a client looks at. */
typedef struct
{
  guint32    id;
  SimMarket *market;
  gboolean   quotes;
  gboolean   depth;
  SimLevel   best[2];                /* last told; bids first */
  SimLevel   levels[2][SIM_DEPTH];   /* last told */
  guint      n_levels[2];
} SimSubscription;

typedef struct
{
  /* A message of a client that is logged on; @problem is set when it could not be read whole. */
  void (*received)  (SimClient        *client,
                     const DtcMessage *message,
                     const char       *problem,
                     gpointer          user_data);
  /* It logged on; the response is on its way. */
  void (*logged_on) (SimClient        *client,
                     gpointer          user_data);
  /* All bytes that had arrived were looked at: answers may leave. */
  void (*idle)      (gpointer          user_data);
  /* The connection is closed; the server drops its reference. */
  void (*closed)    (SimClient        *client,
                     gpointer          user_data);
} SimClientFuncs;

SimClient       *sim_client_new           (guint                   number,
                                           GSocketConnection      *connection,
                                           const SimOptions       *options,
                                           SimLog                 *log,
                                           const SimClientFuncs   *funcs,
                                           gpointer                user_data);
SimClient       *sim_client_ref           (SimClient              *client);
void             sim_client_unref         (SimClient              *client);
gboolean         sim_client_is_logged_on  (SimClient              *client);
const char      *sim_client_get_username  (SimClient              *client);
/* (element-type SimSubscription) */
GPtrArray       *sim_client_get_subscriptions (SimClient          *client);
/* Queues @message; it leaves with the next flush. Market data is dropped when the client does not read. */
void             sim_client_send          (SimClient              *client,
                                           const DtcMessage       *message);
/* Writes what the kernel takes. */
void             sim_client_flush         (SimClient              *client);
/* Heartbeats and the dead-peer rule; @now is monotonic. */
void             sim_client_tick          (SimClient              *client,
                                           gint64                  now);
/* LOGOFF, the bytes that are queued, and the end. */
void             sim_client_log_off       (SimClient              *client,
                                           const char             *reason);
/* The end at once. */
void             sim_client_close         (SimClient              *client,
                                           const char             *why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimClient, sim_client_unref)

G_END_DECLS
