/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-capture.h"

#include <string.h>

#include "dtc-framer.h"

static void
record_free (gpointer data)
{
  DtcCaptureRecord *record = data;

  g_clear_pointer (&record->frame, g_bytes_unref);
  g_free (record->text);
  g_free (record);
}

static DtcCapture *
capture_new (void)
{
  DtcCapture *capture = g_new0 (DtcCapture, 1);

  capture->records = g_ptr_array_new_with_free_func (record_free);

  return capture;
}

void
dtc_capture_free (DtcCapture *capture)
{
  if (capture == NULL)
    return;

  g_free (capture->started);
  g_ptr_array_unref (capture->records);
  g_free (capture);
}

/* Text records. */

/* The next field up to one space; @at moves behind the space. NULL at the end. */
static char *
next_field (const char **at,
            const char  *end)
{
  const char *space = memchr (*at, ' ', end - *at);
  char       *field;

  if (*at >= end)
    return NULL;
  if (space == NULL)
    space = end;
  field = g_strndup (*at, space - *at);
  *at = MIN (space + 1, end);

  return field;
}

static GByteArray *
unescape (const char *at,
          const char *end)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new ((guint) (end - at) + 1); /* data is not NULL */

  while (at < end)
    {
      guint8 byte = (guint8) *at++;

      if (byte == '\\')
        {
          if (end - at >= 1 && *at == '\\')
            at++;
          else if (end - at >= 3 && *at == 'x' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]))
            {
              byte = (guint8) (g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2]));
              at += 3;
            }
          else
            return NULL;
        }
      g_byte_array_append (bytes, &byte, 1);
    }

  return g_steal_pointer (&bytes);
}

static gboolean
read_time (const char *text,
           gint64     *time)
{
  char  *end = NULL;
  double seconds;

  if (text == NULL || !g_ascii_isdigit (*text))
    return FALSE;
  seconds = g_ascii_strtod (text, &end);
  if (*end != '\0' || !(seconds < 1e9))
    return FALSE;
  *time = (gint64) (seconds * G_USEC_PER_SEC + 0.5);

  return TRUE;
}

/* NULL when the line is no record. */
static DtcCaptureRecord *
parse_line (const char *at,
            const char *end)
{
  g_autofree char       *word = next_field (&at, end);
  g_autofree char       *time = next_field (&at, end);
  g_autofree char       *number = next_field (&at, end);
  g_autoptr (GByteArray) bytes = NULL;
  DtcCaptureRecord       record = { 0 };
  guint64                connection;

  if (!read_time (time, &record.time)
      || !g_ascii_string_to_unsigned (number != NULL ? number : "", 10, 0, G_MAXUINT32, &connection, NULL))
    return NULL;
  record.connection = (guint) connection;

  if (g_str_equal (word, "frame"))
    {
      g_autofree char *direction = next_field (&at, end);
      g_autofree char *encoding = next_field (&at, end);
      g_autofree char *numbering = next_field (&at, end);
      g_autofree char *size = next_field (&at, end);
      guint64          len;

      if (size == NULL || strlen (direction) != 1 || strchr ("<>", *direction) == NULL
          || !dtc_encoding_from_string (encoding, &record.codec.encoding)
          || !dtc_numbering_from_string (numbering, &record.codec.numbering)
          || !g_ascii_string_to_unsigned (size, 10, 0, DTC_MAX_FRAME, &len, NULL))
        return NULL;
      bytes = unescape (at, end);
      if (bytes == NULL || bytes->len != len)
        return NULL;
      record.kind = DTC_CAPTURE_FRAME;
      record.direction = *direction == '>' ? DTC_TO_SERVER : DTC_TO_CLIENT;
      record.frame = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    }
  else if (g_str_equal (word, "link") || g_str_equal (word, "note"))
    {
      record.kind = *word == 'l' ? DTC_CAPTURE_LINK : DTC_CAPTURE_NOTE;
      bytes = unescape (at, end);
      if (bytes == NULL)
        return NULL;
      record.text = g_utf8_make_valid ((const char *) bytes->data, bytes->len);
    }
  else
    return NULL;

  return g_memdup2 (&record, sizeof record);
}

static DtcCapture *
parse_text (const char *text,
            gsize       len)
{
  DtcCapture *capture = capture_new ();
  const char *end = text + len;
  const char *at = text;

  while (at < end)
    {
      const char       *stop = memchr (at, '\n', end - at);
      DtcCaptureRecord *record;

      /* Whoever wrote it was cut off in the middle of it. */
      if (stop == NULL)
        {
          capture->torn = TRUE;
          break;
        }
      if (at == text)
        capture->started = g_utf8_make_valid (at + strlen ("dtc-capture 1 "), stop - at - (gssize) strlen ("dtc-capture 1 "));
      else if ((record = parse_line (at, stop)) != NULL)
        g_ptr_array_add (capture->records, record);
      else
        capture->damaged++;
      at = stop + 1;
    }

  return capture;
}

/* Pairs of raw streams. */

typedef struct
{
  const char   *bytes;
  gsize         len;
  gsize         at;        /* fed so far */
  DtcDirection  direction;
  DtcFramer    *framer;
  DtcCodec      codec;
  gboolean      dead;      /* what follows is no frame */
} Stream;

static void
stream_begin (Stream       *stream,
              DtcDirection  direction,
              DtcNumbering  numbering)
{
  stream->direction = direction;
  stream->codec.numbering = numbering;
  /* Whoever is set to JSON begins with it; everybody else begins in binary, with the handshake or without. */
  stream->codec.encoding = stream->len > 0 && stream->bytes[0] == '{' ? DTC_ENCODING_JSON : DTC_ENCODING_BINARY;
  stream->framer = dtc_framer_new (stream->codec.encoding, DTC_MAX_FRAME);
}

static void
stream_switch (Stream          *stream,
               DtcEncodingKind  encoding)
{
  stream->codec.encoding = encoding;
  dtc_framer_set_encoding (stream->framer, encoding);
}

static void
add_frame (DtcCapture   *capture,
           Stream       *stream,
           gint64        time,
           const guint8 *frame,
           gsize         len)
{
  DtcCaptureRecord *record = g_new0 (DtcCaptureRecord, 1);

  record->kind = DTC_CAPTURE_FRAME;
  record->time = time;
  record->connection = 1;
  record->direction = stream->direction;
  record->codec = stream->codec;
  record->frame = g_bytes_new (frame, len);
  g_ptr_array_add (capture->records, record);
}

static void
add_note (DtcCapture *capture,
          gint64      time,
          char       *text)
{
  DtcCaptureRecord *record = g_new0 (DtcCaptureRecord, 1);

  record->kind = DTC_CAPTURE_NOTE;
  record->time = time;
  record->connection = 1;
  record->text = text;
  g_ptr_array_add (capture->records, record);
}

/* Both sides change after the answer; what was asked for holds until there is one. */
static void
take_handshake (Stream       *stream,
                Stream       *other,
                const guint8 *frame,
                gsize         len)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gint32              encoding;

  if (!dtc_codec_decode (&stream->codec, stream->direction, frame, len, &message, NULL)
      || (message.type != DTC_MSG_ENCODING_REQUEST && message.type != DTC_MSG_ENCODING_RESPONSE))
    return;
  encoding = message.encoding_request.encoding;
  if (encoding < DTC_ENCODING_BINARY || encoding > DTC_ENCODING_PROTOBUF)
    return;
  stream_switch (stream, (DtcEncodingKind) encoding);
  if (message.type == DTC_MSG_ENCODING_RESPONSE)
    stream_switch (other, (DtcEncodingKind) encoding);
}

static void
feed (DtcCapture *capture,
      Stream     *stream,
      Stream     *other,
      gsize       len,
      gint64      time)
{
  g_autoptr (GError) error = NULL;
  const guint8      *frame;
  gsize              frame_len;

  len = MIN (len, stream->len - stream->at);
  dtc_framer_feed (stream->framer, stream->bytes + stream->at, len);
  stream->at += len;
  while (!stream->dead)
    switch (dtc_framer_pull (stream->framer, &frame, &frame_len, &error))
      {
      case DTC_FRAMER_FRAME:
        add_frame (capture, stream, time, frame, frame_len);
        take_handshake (stream, other, frame, frame_len);
        break;
      case DTC_FRAMER_NEED_MORE:
        return;
      case DTC_FRAMER_ERROR:
      default:
        stream->dead = TRUE;
        add_note (capture, time, g_strdup_printf ("what %s sent goes on as something that is no message: %s",
                                                  stream->direction == DTC_TO_SERVER ? "the client" : "the server",
                                                  error->message));
        break;
      }
}

/* "    0.001 C>S off=0 len=184 …": which piece came when. */
static void
feed_by_log (DtcCapture *capture,
             Stream     *to_server,
             Stream     *to_client,
             const char *log,
             gint64     *last)
{
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (g_strchug (lines[i]), " ", 5);
      guint64        len;

      if (g_strv_length (parts) < 4 || !g_str_has_prefix (parts[3], "len=")
          || !g_ascii_string_to_unsigned (parts[3] + 4, 10, 0, DTC_CAPTURE_MAX_BYTES, &len, NULL)
          || !read_time (parts[0], last))
        continue;
      if (g_str_equal (parts[1], "C>S"))
        feed (capture, to_server, to_client, len, *last);
      else if (g_str_equal (parts[1], "S>C"))
        feed (capture, to_client, to_server, len, *last);
    }
}

static void
note_rest (DtcCapture *capture,
           Stream     *stream,
           gint64      time)
{
  gsize rest;

  dtc_framer_peek (stream->framer, &rest);
  if (rest > 0 && !stream->dead)
    add_note (capture, time, g_strdup_printf ("%s last %" G_GSIZE_FORMAT " bytes are no whole message",
                                              stream->direction == DTC_TO_SERVER ? "the client's" : "the server's", rest));
  dtc_framer_free (stream->framer);
}

DtcCapture *
dtc_capture_split (GBytes       *to_server,
                   GBytes       *to_client,
                   const char   *log,
                   DtcNumbering  numbering)
{
  DtcCapture *capture = capture_new ();
  Stream      client = { 0 };
  Stream      server = { 0 };
  gint64      last = 0;

  client.bytes = g_bytes_get_data (to_server, &client.len);
  server.bytes = g_bytes_get_data (to_client, &server.len);
  stream_begin (&client, DTC_TO_SERVER, numbering);
  stream_begin (&server, DTC_TO_CLIENT, numbering);
  if (log != NULL)
    feed_by_log (capture, &client, &server, log, &last);
  feed (capture, &client, &server, G_MAXSIZE, last);
  feed (capture, &server, &client, G_MAXSIZE, last);
  note_rest (capture, &client, last);
  note_rest (capture, &server, last);

  return capture;
}

static GBytes *
load_bytes (const char  *name,
            const char  *suffix,
            GError     **error)
{
  g_autofree char         *path = g_strconcat (name, suffix, NULL);
  g_autoptr (GMappedFile)  file = g_mapped_file_new (path, FALSE, error);

  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

static DtcCapture *
load_pair (const char    *name,
           DtcNumbering   numbering,
           GError       **error)
{
  g_autofree char    *log_path = g_strconcat (name, ".log", NULL);
  g_autofree char    *log = NULL;
  g_autoptr (GBytes)  to_server = load_bytes (name, ".c2s.bin", error);
  g_autoptr (GBytes)  to_client = to_server != NULL ? load_bytes (name, ".s2c.bin", error) : NULL;

  if (to_client == NULL)
    return NULL;
  g_file_get_contents (log_path, &log, NULL, NULL);

  return dtc_capture_split (to_server, to_client, log, numbering);
}

DtcCapture *
dtc_capture_load (const char    *path,
                  DtcNumbering   numbering,
                  GError       **error)
{
  static const char *const suffixes[] = { ".c2s.bin", ".s2c.bin", ".log" };
  g_autoptr (GMappedFile)  file = NULL;
  g_autofree char         *pair = g_strconcat (path, ".c2s.bin", NULL);
  g_autofree char         *name = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes) && name == NULL; i++)
    if (g_str_has_suffix (path, suffixes[i]))
      name = g_strndup (path, strlen (path) - strlen (suffixes[i]));
  if (name == NULL && !g_file_test (path, G_FILE_TEST_EXISTS) && g_file_test (pair, G_FILE_TEST_EXISTS))
    name = g_strdup (path);
  if (name != NULL)
    return load_pair (name, numbering, error);

  file = g_mapped_file_new (path, FALSE, error);
  if (file == NULL)
    return NULL;
  if (g_mapped_file_get_length (file) > DTC_CAPTURE_MAX_BYTES + DTC_MAX_FRAME)
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_FRAME_TOO_LARGE, "%s is larger than a recording may be", path);
      return NULL;
    }
  if (g_mapped_file_get_length (file) < strlen ("dtc-capture 1 ")
      || strncmp (g_mapped_file_get_contents (file), "dtc-capture 1 ", strlen ("dtc-capture 1 ")) != 0)
    {
      g_set_error (error, DTC_ERROR, DTC_ERROR_SYNTAX, "%s is no recording: it does not begin with \"dtc-capture 1\"", path);
      return NULL;
    }

  return parse_text (g_mapped_file_get_contents (file), g_mapped_file_get_length (file));
}

gboolean
dtc_capture_may_trade (const DtcCaptureRecord *record)
{
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gsize               len;
  const guint8       *data = g_bytes_get_data (record->frame, &len);

  /* Whoever reads it differently than we do may find an order behind it, or in what we do not know: one server's
   * question for the open orders is the other one's order. */
  if (!dtc_codec_decode (&record->codec, record->direction, data, len, &message, NULL)
      || (message.flags & DTC_MESSAGE_UNKNOWN_KEYS) != 0)
    return TRUE;

  switch (message.type)
    {
    case DTC_MSG_ENCODING_REQUEST:
    case DTC_MSG_LOGON_REQUEST:
    case DTC_MSG_LOGOFF:
    case DTC_MSG_HEARTBEAT:
    case DTC_MSG_MARKET_DATA_REQUEST:
    case DTC_MSG_MARKET_DEPTH_REQUEST:
    case DTC_MSG_OPEN_ORDERS_REQUEST:
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
    case DTC_MSG_TRADE_ACCOUNTS_REQUEST:
    case DTC_MSG_ACCOUNT_BALANCE_REQUEST:
    case DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST:
    case DTC_MSG_HISTORICAL_PRICE_DATA_REQUEST:
      return FALSE;
    default:
      return TRUE;
    }
}
