/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DTC_PROTOCOL_VERSION 8

/* Limits of what we read, each with a test. */
#define DTC_MAX_FRAME         (1024 * 1024) /* bytes of one message; a longer one closes the link */
#define DTC_MAX_TRADING_FRAME (64 * 1024)   /* bytes of an order, fill or position message */
#define DTC_MAX_DEPTH         8             /* nesting inside one JSON message */
#define DTC_MAX_TEXT          4096          /* bytes kept of a text meant for people (InfoText, ResultText…) */
#define DTC_MAX_UNKNOWN_KEYS  1024          /* unknown keys accepted in one message */

/* Where the two encodings differ by a factor of a hundred, the wire wins. */
typedef enum
{
  DTC_ENCODING_BINARY = 0,
  DTC_ENCODING_BINARY_VLS = 1,
  DTC_ENCODING_JSON = 2,
  DTC_ENCODING_JSON_COMPACT = 3,
  DTC_ENCODING_PROTOBUF = 4,
} DtcEncodingKind;

/**
 * DtcNumbering:
 * @DTC_NUMBERING_DTC: the published numbers: 208 submits, 203 cancels, 204 changes, status 7 is filled
 * @DTC_NUMBERING_BRIEF: 300 submits, 302 cancels or changes, status 3 is filled, 7 is canceled
 *
 * Chosen by a person in the connection profile; there is no safe way to tell them apart on the wire.
 */
typedef enum
{
  DTC_NUMBERING_DTC,
  DTC_NUMBERING_BRIEF,
} DtcNumbering;

/* Lanes of the write queue; a lower one goes first. */
typedef enum
{
  DTC_LANE_URGENT, /* cancels and exits */
  DTC_LANE_NORMAL,
} DtcLane;

/* What a session's connection is doing. */
typedef enum
{
  DTC_LINK_DOWN,       /* waiting for the next try, or never started */
  DTC_LINK_CONNECTING,
  DTC_LINK_HANDSHAKE,
  DTC_LINK_LOGON,
  DTC_LINK_READY,      /* the server said yes; whether that is "live" is decided above */
  DTC_LINK_LEAVING,    /* LOGOFF sent, waiting for the peer's close */
  DTC_LINK_STOPPED,    /* no further try by itself */
} DtcLinkState;

/**
 * DtcError:
 * @DTC_ERROR_SYNTAX: not one well-formed JSON object
 * @DTC_ERROR_DUPLICATE_KEY: a key stands twice in one message
 * @DTC_ERROR_WRONG_TYPE: a field has a value of another JSON type
 * @DTC_ERROR_RANGE: a number does not fit its field
 * @DTC_ERROR_TOO_LONG: a string is longer than its field may be
 * @DTC_ERROR_NUL: a string contains U+0000
 * @DTC_ERROR_DEPTH: nested deeper than DTC_MAX_DEPTH
 * @DTC_ERROR_NO_TYPE: "Type" is missing or is no message number
 * @DTC_ERROR_FRAME_TOO_LARGE: longer than the limits above
 * @DTC_ERROR_ENCODING: the peer speaks an encoding we did not agree on
 * @DTC_ERROR_NUMBERING: the peer speaks the other numbering
 * @DTC_ERROR_UNSUPPORTED: this encoding or numbering cannot carry the message
 * @DTC_ERROR_TIMEOUT: a deadline of the session passed
 * @DTC_ERROR_LOGON: the server refused the logon
 * @DTC_ERROR_CLOSED: the peer closed the connection
 * @DTC_ERROR_NOT_CONNECTED: there is no logged-on connection
 * @DTC_ERROR_QUEUE_FULL: the server does not read; nothing more is queued
 * @DTC_ERROR_REFUSED: the server refuses what was asked
 *
 * What can go wrong with bytes and peers. Messages are for the log; programs act on the code.
 */
typedef enum
{
  DTC_ERROR_SYNTAX,
  DTC_ERROR_DUPLICATE_KEY,
  DTC_ERROR_WRONG_TYPE,
  DTC_ERROR_RANGE,
  DTC_ERROR_TOO_LONG,
  DTC_ERROR_NUL,
  DTC_ERROR_DEPTH,
  DTC_ERROR_NO_TYPE,
  DTC_ERROR_FRAME_TOO_LARGE,
  DTC_ERROR_ENCODING,
  DTC_ERROR_NUMBERING,
  DTC_ERROR_UNSUPPORTED,
  DTC_ERROR_TIMEOUT,
  DTC_ERROR_LOGON,
  DTC_ERROR_CLOSED,
  DTC_ERROR_NOT_CONNECTED,
  DTC_ERROR_QUEUE_FULL,
  DTC_ERROR_REFUSED,
} DtcError;

#define DTC_ERROR (dtc_error_quark ())
GQuark dtc_error_quark (void);

/* "dtc"/"brief" and "json"/"json-compact"/"binary"/"vls", as profiles and options spell them. */
const char *dtc_numbering_to_string (DtcNumbering     numbering);
gboolean    dtc_numbering_from_string (const char    *text,
                                       DtcNumbering  *numbering);
const char *dtc_encoding_to_string  (DtcEncodingKind  encoding);
gboolean    dtc_encoding_from_string (const char      *text,
                                      DtcEncodingKind *encoding);

G_END_DECLS
