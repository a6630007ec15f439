/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-client.h"

G_BEGIN_DECLS

/* Private to sim-client*.c. */

struct _SimClient
{
  guint                 refs;
  guint                 number;
  const SimClientSetup *setup;
  const SimOptions     *options;
  SimWire              *wire;

  GByteArray           *head;      /* bytes seen before the encoding was known */
  DtcFramer            *framer;    /* NULL until then */
  DtcCodec              codec;
  DtcMessage            message;
  gboolean              logged_on;
  gboolean              refused;   /* the logon response, as it left, says no */
  gboolean              hopeless;  /* it does not read; sending closes nothing, the next flush does */
  gboolean              closed;
  char                 *finish;    /* why it ends once everything is sent */
  char                 *username;
  gint32                wishes;
  int                   heartbeat; /* seconds; 0 none */
  int                   patience;  /* seconds of silence we bear; 0 until logon */
  gint64                connected;
  gint64                last_input;
  gint64                last_beat;
  guint32               dropped;
  GPtrArray            *held;      /* Held: messages that leave later */
};

/* To the log and to standard error. */
void       sim_client_say              (SimClient             *client,
                                        const char            *event,
                                        const char            *text);
GPtrArray *sim_client_held_new         (void);

/* sim-client-logon.c */

/* Looks at the first bytes; FALSE when more are needed or the connection is closed. */
gboolean   sim_client_find_encoding    (SimClient             *client);
/* A later change of encoding, asked for as a message. */
void       sim_client_change_encoding  (SimClient             *client);
void       sim_client_log_on           (SimClient             *client);

G_END_DECLS
