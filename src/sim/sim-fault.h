/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-wire.h"

G_BEGIN_DECLS

/* Faults: what a test or a drill wants to go wrong. A fault is one line:
 *
 *   NAME [key=value…] [Field=value…] [set:Field=value…] [unset:Field…]
 *
 * Keys in small letters steer it, a DTC field chooses the messages it strikes, set: and unset: change them. Faults
 * only count messages: no clock and no chance decides when one strikes. README.md lists them. */

typedef enum
{
  SIM_FAULT_LOSE,      /* the message disappears */
  SIM_FAULT_DELAY,     /* it leaves, or takes effect, later; others pass it */
  SIM_FAULT_DUPLICATE, /* it leaves twice */
  SIM_FAULT_HOLD,      /* it leaves after so many later ones */
  SIM_FAULT_ALTER,     /* its fields change */
  SIM_FAULT_DROP,      /* a market data message is dropped, and counted in the heartbeat */
  SIM_FAULT_GARBAGE,   /* rubbish leaves before it */
  SIM_FAULT_CUT,       /* the connection is cut within it, or at a byte of the stream */
  SIM_FAULT_DEAF,      /* the server reads no more */
  SIM_FAULT_DENY,      /* a connection is accepted and refused */
  SIM_FAULT_REJECT,    /* a cancel or replace is refused with REJECTED and without a ServerOrderID; the order lives */
  SIM_FAULT_TWO_LIVE,  /* a replace makes a new order, and the old one lives on */
  SIM_FAULT_FILL,      /* a new order is filled, and nothing of it is told */
  SIM_FAULT_REUSE_IDS, /* at its start the server counts its ids from the beginning */
} SimFaultAction;

typedef enum
{
  SIM_GARBAGE_TEXT,
  SIM_GARBAGE_HALF,    /* an object that breaks off, with its terminator */
  SIM_GARBAGE_OPEN,    /* without: the next message is glued to it */
  SIM_GARBAGE_NUMBER,  /* NaN where a price belongs */
  SIM_GARBAGE_UTF8,
  SIM_GARBAGE_UNKNOWN, /* a message number that DTC lacks */
  SIM_GARBAGE_SHORT,   /* a binary message that is shorter than its own header */
  SIM_GARBAGE_HUGE,    /* two megabytes without an end */
} SimGarbage;

typedef struct _SimFault  SimFault;
typedef struct _SimFaults SimFaults;

#define SIM_FAULT_ERROR (sim_fault_error_quark ())
GQuark sim_fault_error_quark (void);

SimFaults      *sim_faults_new           (void);
void            sim_faults_free          (SimFaults          *faults);
/**
 * sim_faults_add:
 * @line: one fault
 * @error: a sentence about what is wrong with it
 *
 * Returns: its number, or 0
 */
guint           sim_faults_add           (SimFaults          *faults,
                                          const char         *line,
                                          GError            **error);
/* Every line of a file; empty ones and those that begin with # do not count. */
gboolean        sim_faults_load          (SimFaults          *faults,
                                          const char         *path,
                                          GError            **error);
/* Number 0 clears all; FALSE when there is none of that number. */
gboolean        sim_faults_clear         (SimFaults          *faults,
                                          guint               number);
gboolean        sim_faults_is_empty      (const SimFaults    *faults);
guint           sim_faults_length        (const SimFaults    *faults);
/* The fault at @index: its number, its line and how often it has struck. */
const SimFault *sim_faults_get           (const SimFaults    *faults,
                                          guint               index);

/**
 * sim_faults_strike:
 * @after: (nullable): the fault that was returned last for this message
 * @client: number of the connection
 * @direction: DTC_TO_SERVER for what a client sent
 * @message: the message
 *
 * Counts @message for every fault it fits.
 *
 * Returns: (transfer none) (nullable): the next fault that strikes it
 */
const SimFault *sim_faults_strike        (SimFaults          *faults,
                                          const SimFault     *after,
                                          guint               client,
                                          DtcDirection        direction,
                                          const DtcMessage   *message);
/* The next fault after @after that strikes a new connection: DENY, DEAF and CUT at a byte. */
const SimFault *sim_faults_strike_connection (SimFaults      *faults,
                                          const SimFault     *after,
                                          guint               client);
/* A fault that strikes at the start of the server. */
gboolean        sim_faults_strike_start  (SimFaults          *faults,
                                          SimFaultAction      action);

guint           sim_fault_number         (const SimFault     *fault);
const char     *sim_fault_text           (const SimFault     *fault);
guint           sim_fault_struck         (const SimFault     *fault);
SimFaultAction  sim_fault_action         (const SimFault     *fault);
/* Milliseconds of a delay. */
guint           sim_fault_delay          (const SimFault     *fault);
/* How many later messages go first. */
guint           sim_fault_hold           (const SimFault     *fault);
DtcDirection    sim_fault_direction      (const SimFault     *fault);
/* Of a cut: within the message that it strikes, or in the stream when it strikes a connection. */
guint64         sim_fault_byte           (const SimFault     *fault);
SimCut          sim_fault_how            (const SimFault     *fault);
SimGarbage      sim_fault_garbage        (const SimFault     *fault);
/* Does what set: and unset: say; fields that @message lacks are passed over. */
void            sim_fault_alter          (const SimFault     *fault,
                                          DtcMessage         *message);

/* For --help-faults. (transfer full) */
char           *sim_faults_help          (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimFaults, sim_faults_free)

G_END_DECLS
