/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define MAX_WAITING (8 * 1024 * 1024) /* bytes that wait for the disk */

struct _DtcCaptureWriter
{
  GThread     *thread;
  GAsyncQueue *queue;      /* GString lines; an empty one ends the thread */
  int          fd;
  gint64       max_bytes;
  gint64       bytes;      /* taken so far */
  gint         waiting;    /* atomic: bytes in the queue */
  guint        lost;       /* records left out since the last line */
  gboolean     full;
  gint64       began;      /* monotonic */
  guint        connection;
  guint64      frames;
  GError      *error;      /* the thread's; read after it has ended */
};

static gboolean
write_all (int         fd,
           const char *data,
           gsize       len,
           GError    **error)
{
  while (len > 0)
    {
      gssize n = write (fd, data, len);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          int saved = errno;

          g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "The recording cannot be written: %s",
                       g_strerror (saved));
          return FALSE;
        }
      data += n;
      len -= n;
    }

  return TRUE;
}

static gpointer
writer_thread (gpointer data)
{
  DtcCaptureWriter *writer = data;

  for (;;)
    {
      GString *line = g_async_queue_pop (writer->queue);
      gboolean last = line->len == 0;

      if (!last && writer->error == NULL)
        write_all (writer->fd, line->str, line->len, &writer->error);
      g_atomic_int_add (&writer->waiting, -(gint) line->len);
      g_string_free (line, TRUE);
      if (last)
        return NULL;
    }
}

static void
queue_line (DtcCaptureWriter *writer,
            GString          *line)
{
  writer->bytes += line->len;
  g_atomic_int_add (&writer->waiting, (gint) line->len);
  g_async_queue_push (writer->queue, line);
}

static GString *
begin_line (DtcCaptureWriter *writer,
            const char       *word,
            gint64            now)
{
  GString *line = g_string_new (word);
  char     time[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (time, sizeof time, "%.6f", (double) MAX (now - writer->began, 0) / G_USEC_PER_SEC);
  g_string_append_printf (line, " %s %u ", time, writer->connection);

  return line;
}

/* (transfer full) for @line. */
static void
push (DtcCaptureWriter *writer,
      GString          *line,
      gint64            now)
{
  if (!writer->full && writer->bytes + (gint64) line->len > writer->max_bytes)
    {
      GString *note = begin_line (writer, "note", now);

      writer->full = TRUE;
      g_string_append (note, "the recording has reached its size and ends here\n");
      queue_line (writer, note);
    }
  if (writer->full || g_atomic_int_get (&writer->waiting) > MAX_WAITING)
    {
      writer->lost++;
      g_string_free (line, TRUE);
      return;
    }
  if (writer->lost > 0)
    {
      GString *note = begin_line (writer, "note", now);

      g_string_append_printf (note, "the disk was too slow, %u records are missing here\n", writer->lost);
      writer->lost = 0;
      queue_line (writer, note);
    }
  queue_line (writer, line);
}

/* Printable ASCII as it is, the backslash twice, all else as \xNN. */
static void
append_escaped (GString      *line,
                const guint8 *data,
                gsize         len)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < len; i++)
    if (data[i] == '\\')
      g_string_append (line, "\\\\");
    else if (data[i] >= 0x20 && data[i] < 0x7f)
      g_string_append_c (line, (char) data[i]);
    else
      {
        char code[] = { '\\', 'x', digits[data[i] >> 4], digits[data[i] & 15], '\0' };

        g_string_append (line, code);
      }
}

DtcCaptureWriter *
dtc_capture_writer_new (const char  *path,
                        gint64       max_bytes,
                        GError     **error)
{
  g_autoptr (GDateTime) utc = g_date_time_new_now_utc ();
  g_autofree char      *started = g_date_time_format (utc, "%Y-%m-%dT%H:%M:%S");
  DtcCaptureWriter     *writer;
  GString              *head;
  int                   fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      int saved = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), saved == EEXIST
                     ? "%s exists already; name a new file for the recording"
                     : "The recording %s cannot be made: %s", path, g_strerror (saved));
      return NULL;
    }

  writer = g_new0 (DtcCaptureWriter, 1);
  writer->fd = fd;
  writer->max_bytes = CLAMP (max_bytes, 4096, DTC_CAPTURE_MAX_BYTES);
  writer->began = g_get_monotonic_time ();
  writer->queue = g_async_queue_new ();
  head = g_string_new (NULL);
  g_string_append_printf (head, "dtc-capture 1 %s.%06dZ\n", started, g_date_time_get_microsecond (utc));
  queue_line (writer, head);
  writer->thread = g_thread_new ("dtc-capture", writer_thread, writer);

  return writer;
}

void
dtc_capture_writer_link (DtcCaptureWriter    *writer,
                         const DtcLinkChange *change,
                         gint64               now)
{
  GString *line;

  if (change->state == DTC_LINK_CONNECTING)
    writer->connection++;
  line = begin_line (writer, "link", now);
  g_string_append_printf (line, "%s %s ", dtc_link_state_to_string (change->state),
                          dtc_link_reason_to_string (change->reason));
  append_escaped (line, (const guint8 *) change->text, strlen (change->text));
  g_string_append_c (line, '\n');
  push (writer, line, now);
}

void
dtc_capture_writer_wire (DtcCaptureWriter *writer,
                         DtcWireDirection  direction,
                         DtcCodec          codec,
                         const guint8     *frame,
                         gsize             len,
                         gint64            now)
{
  GString *line = begin_line (writer, "frame", now);
  guint16  type;
  gint32   encoding;

  /* The handshake is binary whatever is spoken before and after it. */
  if (dtc_handshake_read (frame, len, &type, &encoding))
    codec.encoding = DTC_ENCODING_BINARY;
  writer->frames++;
  g_string_append_printf (line, "%c %s %s %" G_GSIZE_FORMAT " ", direction == DTC_WIRE_SENT ? '>' : '<',
                          dtc_encoding_to_string (codec.encoding), dtc_numbering_to_string (codec.numbering), len);
  append_escaped (line, frame, len);
  g_string_append_c (line, '\n');
  push (writer, line, now);
}

guint64
dtc_capture_writer_count (DtcCaptureWriter *writer)
{
  return writer->frames;
}

gboolean
dtc_capture_writer_close (DtcCaptureWriter  *writer,
                          GError           **error)
{
  gboolean good;

  g_async_queue_push (writer->queue, g_string_new (NULL));
  g_thread_join (writer->thread);
  if (close (writer->fd) != 0 && writer->error == NULL)
    {
      int saved = errno;

      g_set_error (&writer->error, G_FILE_ERROR, g_file_error_from_errno (saved),
                   "The recording cannot be written: %s", g_strerror (saved));
    }
  good = writer->error == NULL;
  if (!good)
    g_propagate_error (error, writer->error);
  g_async_queue_unref (writer->queue);
  g_free (writer);

  return good;
}
