/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-codec.h"

G_BEGIN_DECLS

/* One client's side of a DTC conversation as a pure state machine: bytes, time and commands go in, effects come
 * out. It opens no socket, reads no clock and draws no random number. All times are monotonic microseconds. */

typedef struct _DtcSession DtcSession;

typedef enum
{
  DTC_HANDSHAKE_AUTO, /* 16 bytes first, on silence or close again without; what worked is tried first next time */
  DTC_HANDSHAKE_YES,
  DTC_HANDSHAKE_NO,   /* the profile's encoding from the first byte on */
} DtcHandshakePolicy;

/**
 * DtcLinkReason:
 *
 * Why the link changed; programs print the nick (dtc_link_reason_to_string()), people read the text beside it.
 */
typedef enum
{
  DTC_REASON_NONE,
  DTC_REASON_STARTED,
  DTC_REASON_CONNECT_FAILED,   /* name look-up, refused, unreachable, TLS */
  DTC_REASON_NOT_DTC,          /* the peer answers something that is not DTC */
  DTC_REASON_HANDSHAKE_FAILED,
  DTC_REASON_LOGON_REFUSED,    /* LOGON_ERROR */
  DTC_REASON_NO_RECONNECT,     /* LOGON_ERROR_NO_RECONNECT or LOGOFF.DoNotReconnect */
  DTC_REASON_REDIRECT_REFUSED, /* LOGON_RECONNECT_NEW_ADDRESS to an address the profile does not list */
  DTC_REASON_REDIRECTED,
  DTC_REASON_TIMEOUT,          /* a deadline of a step passed */
  DTC_REASON_SILENT,           /* nothing received for 2 x heartbeat interval + 1 s */
  DTC_REASON_CLOSED,           /* the peer closed */
  DTC_REASON_IO,               /* the socket failed */
  DTC_REASON_LOGOFF,           /* the server said LOGOFF */
  DTC_REASON_BAD_FRAME,        /* the byte stream is dead */
  DTC_REASON_NUMBERING,        /* a server called "SC DTC Server" met in the brief's numbering */
  DTC_REASON_USER,             /* we left */
  DTC_REASON_RESUME,           /* the machine slept */
  DTC_REASON_CERTIFICATE,      /* TLS: nobody vouches for the server's certificate, or it is not the pinned one */
} DtcLinkReason;

typedef struct
{
  DtcLinkState  state;
  DtcLinkState  previous;
  DtcLinkReason reason;
  const char   *text;           /* plain words, never NULL; may quote the server */
  guint         attempt;        /* connection tries since the last READY, from 1 */
  gint64        retry_at;       /* DOWN: when the next try starts, or 0 */
  const char   *host;           /* where to */
  guint16       port;
  DtcCodec      codec;          /* LOGON and READY: what is spoken */
  const DtcMessage *logon;      /* READY: the LOGON_RESPONSE, else NULL */
  const char       *certificate; /* reason CERTIFICATE: the fingerprint the server showed, else NULL */
  GTlsCertificateFlags certificate_flags; /* why it is not trusted */
  gboolean          certificate_changed;  /* another one is pinned */
} DtcLinkChange;

/* What came with a message besides its fields. Valid during the call only. */
typedef struct
{
  const guint8 *raw;            /* the frame as received, without its terminator */
  gsize         raw_len;
  gint64        received;       /* monotonic microseconds */
  DtcCodec      codec;          /* what it was decoded with */
} DtcReceipt;

typedef enum
{
  DTC_WIRE_RECEIVED,
  DTC_WIRE_SENT,
} DtcWireDirection;

/**
 * DtcSink:
 *
 * Where a session (and the bridge around it) reports. All calls come on the thread that drives the session and
 * must not free it. Every member may be %NULL.
 *
 * @link: the link changed. A loss is told after @written has told the fate of all bytes
 * @message: a message that is not the session's own business; LOGON_RESPONSE comes with @link, heartbeats are
 *   reported by @heartbeat
 * @bad_frame: a frame that did not decode; @partial has what was certain (type 0: not even that)
 * @heartbeat: the server's heartbeat and its count of dropped messages
 * @written: what became of the bytes of dtc_session_write(): @accepted of @total were taken by the kernel. Called
 *   once for each cookie, also when the link was lost before, with the number taken until then
 * @wire: every frame both ways, for logs, with the wire's own numbers in wire_type and wire_status; it only looks
 *   and commands nothing. Logon requests come with name and password already masked; @wire_len is what went over the
 *   wire then, else @raw_len
 * @tick: called whenever time has passed or something happened; returns when to call again, or G_MAXINT64
 */
typedef struct
{
  void   (*link)      (gpointer             user_data,
                       const DtcLinkChange *change,
                       gint64               now);
  void   (*message)   (gpointer             user_data,
                       const DtcMessage    *message,
                       const DtcReceipt    *receipt);
  void   (*bad_frame) (gpointer             user_data,
                       const DtcMessage    *partial,
                       const DtcReceipt    *receipt,
                       const GError        *error);
  void   (*heartbeat) (gpointer             user_data,
                       guint32              num_dropped,
                       gint64               now);
  void   (*written)   (gpointer             user_data,
                       guint64              cookie,
                       gsize                accepted,
                       gsize                total,
                       gint64               now);
  void   (*wire)      (gpointer             user_data,
                       DtcWireDirection     direction,
                       const DtcMessage    *message,
                       const guint8        *raw,
                       gsize                raw_len,
                       gsize                wire_len,
                       gint64               now);
  gint64 (*tick)      (gpointer             user_data,
                       gint64               now);
} DtcSink;

/**
 * DtcSessionWorld:
 * @open: begin to connect; ends in dtc_session_opened() or dtc_session_open_failed(), unless @close comes first
 * @close: close or stop connecting, at once and without a call back; every cookie still waiting is reported
 *   through DtcSink.written before this returns. Called for a link that is gone already, too
 * @write: queue bytes; cookie 0 is the session's own. %FALSE: the queue is full and nothing was taken. Reports
 *   nothing before it has returned
 * @random: 32 random bits
 *
 * What the session asks of the world around it: the bridge, or a test.
 */
typedef struct
{
  void    (*open)   (gpointer      user_data,
                     const char   *host,
                     guint16       port,
                     gboolean      use_tls);
  void    (*close)  (gpointer      user_data);
  gboolean (*write) (gpointer      user_data,
                     const guint8 *data,
                     gsize         len,
                     DtcLane       lane,
                     guint64       cookie);
  guint32 (*random) (gpointer      user_data);
} DtcSessionWorld;

/**
 * DtcLearned:
 * @known: whether anything is
 * @handshake: it answers the 16 bytes; %FALSE: it answered a logon only without them
 * @encoding: what was spoken then
 *
 * What a server was seen to want. Worth keeping for the next connection to the same host and port; a hint only.
 */
typedef struct
{
  gboolean        known;
  gboolean        handshake;
  DtcEncodingKind encoding;
} DtcLearned;

/* Deadlines and back-off, in microseconds; DTC's documents suggest 10 s, 20 s and 10 s. */
#define DTC_CONNECT_TIMEOUT   (10 * G_USEC_PER_SEC)
#define DTC_HANDSHAKE_TIMEOUT (20 * G_USEC_PER_SEC) /* with policy YES */
#define DTC_HANDSHAKE_SILENCE (5 * G_USEC_PER_SEC)  /* with policy AUTO: then again without */
#define DTC_LOGON_TIMEOUT     (10 * G_USEC_PER_SEC)
#define DTC_LOGOFF_TIMEOUT    (2 * G_USEC_PER_SEC)
#define DTC_BACKOFF_FIRST     (1 * G_USEC_PER_SEC)
#define DTC_BACKOFF_MAX       (30 * G_USEC_PER_SEC)
#define DTC_BACKOFF_RESET     (5 * G_USEC_PER_SEC)  /* READY for this long starts again at the first step */

typedef struct
{
  char              *host;
  guint16            port;
  gboolean           use_tls;
  char              *tls_pin;           /* or NULL: the fingerprint (dtc-tls.h) that host must show, and that
                                         * needs nobody else to vouch for it */
  char             **allowed_addresses; /* "host:port", NULL-terminated, or NULL: redirects are refused */
  DtcNumbering       numbering;
  gboolean           allow_plain;       /* a redirect may leave this computer without TLS */
  gboolean           encoding_auto;     /* ask for JSON, take what is granted */
  DtcEncodingKind    encoding;          /* when not auto */
  DtcHandshakePolicy handshake;
  guint              heartbeat_seconds; /* 5..60 */
  char              *username;          /* or NULL */
  char              *password;          /* or NULL */
  char              *client_name;       /* at most 31 bytes */
  DtcLearned         learned;           /* handshake AUTO: what host and port wanted the last time */
} DtcSessionConfig;

/* 127.0.0.1:11099 without TLS, published numbering, encoding and handshake automatic, heartbeat 10 s. */
DtcSessionConfig *dtc_session_config_new  (void);
DtcSessionConfig *dtc_session_config_copy (const DtcSessionConfig *config);
/* Overwrites the password before freeing it. */
void              dtc_session_config_free (DtcSessionConfig       *config);

DtcSession  *dtc_session_new           (const DtcSessionConfig *config,
                                        const DtcSessionWorld  *world,
                                        gpointer                world_data,
                                        const DtcSink          *sink,
                                        gpointer                sink_data);
void         dtc_session_free          (DtcSession             *session);

/* Commands. */
/* Starts, or starts again after STOPPED, or ends the wait for the next try. A profile that asks for what this program
 * does not speak ends in STOPPED. */
void         dtc_session_start         (DtcSession             *session,
                                        gint64                  now);
/* LOGOFF if logged on, then close; ends in STOPPED. */
void         dtc_session_stop          (DtcSession             *session,
                                        gint64                  now);
/* Close at once and come back by the back-off, or at once when @immediately. */
void         dtc_session_drop          (DtcSession             *session,
                                        DtcLinkReason           reason,
                                        const char             *text,
                                        gboolean                immediately,
                                        gint64                  now);
/**
 * dtc_session_write:
 * @session: a session
 * @messages: messages that leave back to back in one write; no heartbeat comes between
 * @n_messages: how many
 * @lane: which lane
 * @cookie: not 0: reported by DtcSink.written
 * @now: monotonic microseconds
 * @error: DTC_ERROR_NOT_CONNECTED, DTC_ERROR_QUEUE_FULL, or why it cannot be encoded
 *
 * Returns: %TRUE when the bytes were queued; %FALSE when not one byte will leave
 */
gboolean     dtc_session_write         (DtcSession             *session,
                                        const DtcMessage *const *messages,
                                        guint                   n_messages,
                                        DtcLane                 lane,
                                        guint64                 cookie,
                                        gint64                  now,
                                        GError                **error);
/* As dtc_session_write() for bytes made earlier by dtc_session_encode() in this connection. */
gboolean     dtc_session_write_bytes   (DtcSession             *session,
                                        const guint8           *data,
                                        gsize                   len,
                                        DtcLane                 lane,
                                        guint64                 cookie,
                                        gint64                  now,
                                        GError                **error);
/* The exact bytes, terminator included, that @message would leave as on this connection; nothing is sent. */
gboolean     dtc_session_encode        (DtcSession             *session,
                                        const DtcMessage       *message,
                                        GByteArray             *out,
                                        GError                **error);

/* What happened outside. What does not fit the state any more (too late, given up) is ignored. */
void         dtc_session_opened        (DtcSession             *session,
                                        gint64                  now);
void         dtc_session_open_failed   (DtcSession             *session,
                                        const GError           *error,
                                        gint64                  now);
/* In place of dtc_session_open_failed(): the server showed the certificate with this fingerprint, and it is not
 * trusted because of @flags, or, when @changed, is not the pinned one. */
void         dtc_session_open_untrusted (DtcSession            *session,
                                        const char             *fingerprint,
                                        GTlsCertificateFlags    flags,
                                        gboolean                changed,
                                        gint64                  now);
/* Bytes from the peer, cut anywhere; every whole message in them is reported before this returns. */
void         dtc_session_feed          (DtcSession             *session,
                                        const void             *data,
                                        gsize                   len,
                                        gint64                  now);
/* @error is NULL when the peer closed in good order. */
void         dtc_session_closed        (DtcSession             *session,
                                        const GError           *error,
                                        gint64                  now);
/* Time passed; returns when to call again, or G_MAXINT64. Calls DtcSink.tick too. */
gint64       dtc_session_tick          (DtcSession             *session,
                                        gint64                  now);

/* From inside DtcSink.message: what comes behind this message is one zlib stream of frames (DTC: an answer with
 * UseZLibCompression). After its end the frames are plain again. */
void         dtc_session_inflate       (DtcSession             *session);

DtcLinkState dtc_session_get_state     (DtcSession             *session);
DtcCodec     dtc_session_get_codec     (DtcSession             *session);
/* Monotonic microseconds of the last byte received and the last heartbeat received, or 0. */
gint64       dtc_session_get_last_receive   (DtcSession        *session);
gint64       dtc_session_get_last_heartbeat (DtcSession        *session);
/* The server's clock in its last heartbeat (CurrentDateTime), whole Unix seconds; 0: it does not say. */
gint64       dtc_session_get_server_seconds (DtcSession        *session);

/* What the profile's own host is known to want by now; it changes when a logon is answered, or when what was known
 * does not work any more. */
DtcLearned   dtc_session_get_learned        (DtcSession        *session);

/* Nothing that goes there leaves this computer: "localhost", 127.0.0.0/8, ::1. */
gboolean     dtc_host_is_loopback      (const char             *host);

/* Nicks: "connecting", "logon-refused"… */
const char  *dtc_link_state_to_string  (DtcLinkState            state);
const char  *dtc_link_reason_to_string (DtcLinkReason           reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcSession, dtc_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtcSessionConfig, dtc_session_config_free)

G_END_DECLS
