/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-framer.h"
#include "dtc-session.h"

G_BEGIN_DECLS

/* Shared by the session's two halves: dtc-session.c connects, waits and writes, dtc-session-receive.c reads. */

struct _DtcSession
{
  DtcSessionConfig *config;
  DtcSessionWorld   world;
  gpointer          world_data;
  DtcSink           sink;
  gpointer          sink_data;

  DtcLinkState state;
  DtcCodec     codec;
  DtcFramer   *framer;
  GConverter  *inflater;  /* the frames come compressed */
  gboolean     inflate;   /* and begin to with the next byte */
  GByteArray  *head;      /* the connection's first bytes, until we know who talks */
  gboolean     in_frames; /* we know, and the bytes go to the framer */
  DtcMessage   incoming;
  DtcMessage   echo;      /* what we sent, read back for DtcSink.wire */
  GByteArray  *out;

  char    *host;          /* of this try; differs from the profile's after a redirect */
  guint16  port;
  gboolean redirected;
  gboolean asking;        /* this connection begins with the 16 bytes */
  gboolean hinted;        /* asking and wanted come from what was learned; the usual way is still open */
  gboolean switched;      /* this try has changed to the encoding it was answered in; once is enough */
  DtcEncodingKind wanted; /* what this connection asks for, or speaks from its first byte on */
  DtcLearned learned;     /* about the profile's own host */

  const char *shown;      /* a certificate that is being refused, else NULL */
  GTlsCertificateFlags shown_flags;
  gboolean shown_changed;

  guint  turn;            /* counts links and losses: a loop that sees it change is talking to nobody */
  guint  attempt;
  gint64 interval;        /* between heartbeats */
  gint64 backoff;
  gint64 retry_at;
  gint64 deadline;        /* of the step we are in */
  gint64 step_since;
  gint64 ready_since;     /* 0: this try was never ready */
  gint64 next_heartbeat;
  gint64 last_receive;
  gint64 last_heartbeat;
  gint64 server_seconds; /* its clock in that heartbeat, Unix time; 0: not said */
};

gboolean dtc_session_is_open       (DtcSession       *session);
/* Tells the sink. The last thing a function does, or it looks at turn afterwards: the sink may command us. */
void     dtc_session_report        (DtcSession       *session,
                                    DtcLinkState      previous,
                                    DtcLinkReason     reason,
                                    const char       *text,
                                    const DtcMessage *logon,
                                    gint64            now);
/* Ends this try; @state is DOWN or STOPPED. */
void     dtc_session_lose          (DtcSession       *session,
                                    DtcLinkState      state,
                                    DtcLinkReason     reason,
                                    const char       *text,
                                    gboolean          immediately,
                                    gint64            now);
void     dtc_session_connect       (DtcSession       *session,
                                    DtcLinkReason     reason,
                                    const char       *text,
                                    gint64            now);
/* Same try, without the 16 bytes, in @encoding: to a server that is set to JSON they are garbage. */
void     dtc_session_connect_plain (DtcSession       *session,
                                    DtcEncodingKind   encoding,
                                    const char       *why,
                                    gint64            now);
/* What the profile asks for, whatever was learned. */
DtcEncodingKind dtc_session_wanted (DtcSession       *session);
/* What was learned does not work: forgotten, and the same try goes the usual way. FALSE: this was the usual way. */
gboolean dtc_session_start_over    (DtcSession       *session,
                                    gint64            now);
void     dtc_session_set_target    (DtcSession       *session,
                                    const char       *host,
                                    guint16           port,
                                    gboolean          redirected);
void     dtc_session_send_logon    (DtcSession       *session,
                                    gint64            now);
void     dtc_session_tap_encoding  (DtcSession       *session,
                                    DtcWireDirection  direction,
                                    const guint8     *bytes,
                                    gint32            encoding,
                                    gint64            now);
/* Looks at the first bytes; TRUE when the rest goes to the framer. @final: no more will come. */
gboolean dtc_session_judge         (DtcSession       *session,
                                    gboolean          final,
                                    gint64            now);
/* Bytes for the framer, inflated first if they come compressed. */
void     dtc_session_take          (DtcSession       *session,
                                    const guint8     *data,
                                    gsize             len,
                                    gint64            now);
/* Takes whole messages out of the framer. */
void     dtc_session_pump          (DtcSession       *session,
                                    gint64            now);

G_END_DECLS
