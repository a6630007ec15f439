/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* The bytes of one connection, plain or TLS, and the ways in which they can be cut off. Knows no messages. */

typedef struct _SimWire SimWire;

/* How a connection ends for its peer. */
typedef enum
{
  SIM_CUT_FIN,
  SIM_CUT_RESET,
  SIM_CUT_SILENCE, /* the connection stays, and nothing passes any more in either direction */
} SimCut;

typedef struct
{
  void (*received) (const guint8 *data,
                    gsize         len,
                    gpointer      user_data);
  /* What had to wait for the kernel has left. */
  void (*drained)  (gpointer      user_data);
  /* No more will come; the wire is still to be closed. */
  void (*ended)    (const char   *why,
                    gpointer      user_data);
} SimWireFuncs;

/**
 * sim_wire_new:
 * @connection: a connection that was just accepted
 * @certificate: (nullable): TLS is spoken, as the server
 * @funcs: called from the thread-default main context; the wire must live until they return
 */
SimWire    *sim_wire_new         (GSocketConnection  *connection,
                                  GTlsCertificate    *certificate,
                                  const SimWireFuncs *funcs,
                                  gpointer            user_data);
void        sim_wire_free        (SimWire            *wire);
/* (transfer none): what is to be sent; append to it, then sim_wire_flush(). */
GByteArray *sim_wire_queue       (SimWire            *wire);
/* Bytes that the kernel does not have yet. */
gsize       sim_wire_waiting     (SimWire            *wire);
/* Writes what the kernel takes; the rest follows by itself. */
void        sim_wire_flush       (SimWire            *wire);
/* Something arrived and was not read yet. */
gboolean    sim_wire_has_input   (SimWire            *wire);
/* After SIM_CUT_SILENCE. */
gboolean    sim_wire_is_silent   (SimWire            *wire);
void        sim_wire_close       (SimWire            *wire);
/* Ends the connection as @how says, at once. */
void        sim_wire_cut         (SimWire            *wire,
                                  SimCut              how);
/**
 * sim_wire_cut_at:
 * @direction: DTC_TO_CLIENT counts what we send, DTC_TO_SERVER what we receive
 * @byte: how many bytes still pass in this direction, from the connection's first one on
 *
 * One cut for each direction; the bytes before it are sent and received as always.
 */
void        sim_wire_cut_at      (SimWire            *wire,
                                  DtcDirection        direction,
                                  guint64             byte,
                                  SimCut              how);
/* Where the next byte of the queue will stand in what was sent. */
guint64     sim_wire_sent_end    (SimWire            *wire);
/* Nothing is read any more: the peer's window closes. */
void        sim_wire_deafen      (SimWire            *wire);

G_END_DECLS
