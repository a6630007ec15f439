/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* The simulator as a server on a socket; everything runs in the thread-default main context of its creation. Tests
 * embed it with a frozen market and look into its exchange. */

typedef struct _SimServer SimServer;

typedef enum
{
  SIM_COUNT_SUBMIT, /* new orders, flattening ones included */
  SIM_COUNT_CANCEL,
  SIM_COUNT_REPLACE,
  SIM_COUNT_KINDS
} SimCount;

/**
 * sim_server_new:
 * @options: (transfer full): what it should be
 * @error: a sentence for people: the port is in use, the state cannot be read…
 *
 * Returns: (transfer full): a server that listens, or %NULL
 */
SimServer   *sim_server_new           (SimOptions *options,
                                       GError    **error);
/* Cuts the clients off and frees everything. */
void         sim_server_free          (SimServer  *server);
guint        sim_server_get_port      (SimServer  *server);
/* Where historical prices are served; 0: nowhere. */
guint        sim_server_get_history_port (SimServer *server);
/* (transfer full) (nullable): SHA-256 of the certificate, when TLS is spoken. */
char        *sim_server_get_fingerprint (SimServer *server);
SimExchange *sim_server_get_exchange  (SimServer  *server);
/* (transfer none): what goes wrong from now on. */
SimFaults   *sim_server_get_faults    (SimServer  *server);
guint        sim_server_get_n_clients (SimServer  *server);
SimClient   *sim_server_get_client    (SimServer  *server,
                                       guint       index);
/* @func is called when the state cannot be written any more: the server has stopped answering. */
void         sim_server_set_failed    (SimServer  *server,
                                       void      (*func) (const GError *error, gpointer user_data),
                                       gpointer    user_data);
/* LOGOFF to everyone, and no new clients. */
void         sim_server_log_off       (SimServer  *server);
/* Every connection ends without a word, as when a cable is cut. */
void         sim_server_cut           (SimServer  *server);
/* Ends connection @number, or all when it is 0, as @how says; returns how many. */
guint        sim_server_cut_clients   (SimServer  *server,
                                       guint       number,
                                       SimCut      how);
/* LOGOFF to everyone; they may come back. Returns how many there were. */
guint        sim_server_log_off_clients (SimServer *server,
                                       const char *reason);
/* Tells what was done to the exchange from outside. */
void         sim_server_settle        (SimServer  *server);
/* The market moves once, also when it is frozen. */
void         sim_server_step          (SimServer  *server);
/**
 * sim_server_count:
 * @kind: what kind of command
 * @client_order_id: (nullable): of which order; %NULL counts all
 *
 * Returns: how many such commands arrived in this run, refused ones included
 */
guint        sim_server_count         (SimServer  *server,
                                       SimCount    kind,
                                       const char *client_order_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimServer, sim_server_free)

G_END_DECLS
