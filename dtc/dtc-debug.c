/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-debug.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A line no longer than this goes into a pipe whole or not at all. */
#define MAX_LINE 4096
#define PATIENCE 50 /* ms that a reader may keep us waiting; the thread that logs also sends heartbeats */

gboolean
dtc_debug_enabled (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      const char *value = g_getenv ("DEBUG_DTC");

      g_once_init_leave (&once, value != NULL && *value != '\0' && strcmp (value, "0") != 0 ? 2 : 1);
    }

  return once == 2;
}

static void
append_escaped (GString    *line,
                const char *text)
{
  const char *p;

  for (p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n')
        g_string_append (line, "\\n");
      else if (c == '\r')
        g_string_append (line, "\\r");
      else if (c == '\t')
        g_string_append (line, "\\t");
      else if (c == '\\')
        g_string_append (line, "\\\\");
      else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        g_string_append_printf (line, "\\x%02x", c);
      else if (g_unichar_type (c) == G_UNICODE_FORMAT || c == 0x2028 || c == 0x2029)
        g_string_append_printf (line, "\\u%04x", c);
      else
        g_string_append_unichar (line, c);
    }
}

/* Room for something is not room for all of it, so a pipe or a terminal is written to without waiting: by a description of
 * our own, for others write to theirs. */
static int
open_log (void)
{
  struct stat about;
  int         fd = -1;

  if (fstat (STDERR_FILENO, &about) == 0 && (S_ISFIFO (about.st_mode) || isatty (STDERR_FILENO)))
    fd = open ("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  return fd >= 0 ? fd : STDERR_FILENO;
}

static gboolean
put (int         fd,
     const char *text,
     gsize       len)
{
  ssize_t n;

  do
    n = write (fd, text, len);
  while (n < 0 && errno == EINTR);

  return n == (ssize_t) len;
}

/* FALSE: no. A terminal may have taken a part; the note about what was lost begins a new line. */
static gboolean
put_note (int   fd,
          guint n_lost)
{
  g_autofree char *note = g_strdup_printf ("%s[debug] dtc.log lost=%u\n", isatty (fd) ? "\n" : "", n_lost);

  return put (fd, note, strlen (note));
}

/* One write for each line. A reader that has stopped reading costs lines, not the thread. */
static void
write_line (GString *line)
{
  static GMutex   lock;
  static int      log = -1;
  static gboolean stalled;
  static guint    n_lost;
  struct pollfd   fd = { .events = POLLOUT };

  if (line->len > MAX_LINE - 1)
    {
      gsize cut = MAX_LINE - 5;

      while (cut > 0 && ((guchar) line->str[cut] & 0xc0) == 0x80)
        cut--;
      g_string_truncate (line, cut);
      g_string_append (line, "…");
    }
  g_string_append_c (line, '\n');

  g_mutex_lock (&lock);
  if (log < 0)
    log = open_log ();
  fd.fd = log;
  stalled = poll (&fd, 1, stalled ? 0 : PATIENCE) == 0;
  if (!stalled && n_lost > 0 && put_note (log, n_lost))
    n_lost = 0;
  if (stalled || n_lost > 0 || !put (log, line->str, line->len))
    {
      stalled = TRUE;
      n_lost++;
    }
  g_mutex_unlock (&lock);
}

void
dtc_debug_line (const char *area,
                const char *format,
                ...)
{
  g_autoptr (GString) line = NULL;
  g_autofree char    *text = NULL;
  g_autofree char    *valid = NULL;
  va_list             args;

  if (!dtc_debug_enabled ())
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  valid = g_utf8_make_valid (text, -1);

  line = g_string_sized_new (256);
  g_string_append_printf (line, "[%s] ", area);
  append_escaped (line, valid);
  write_line (line);
}

static gboolean
is_secret (const char *name)
{
  return strcmp (name, "Username") == 0 || strcmp (name, "Password") == 0;
}

/* Quoted only when it would not read as one word; a text cannot end its own quotes and go on as a field. */
static void
append_text (GString    *line,
             const char *text)
{
  g_auto (GStrv) parts = NULL;
  guint          i;

  if (*text != '\0' && strpbrk (text, " =\"'") == NULL)
    {
      append_escaped (line, text);
      return;
    }

  parts = g_strsplit (text, "\"", -1);
  g_string_append_c (line, '"');
  for (i = 0; parts[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (line, "\\\"");
      append_escaped (line, parts[i]);
    }
  g_string_append_c (line, '"');
}

static void
append_field (GString            *line,
              const DtcMessage   *message,
              const DtcFieldDesc *field,
              guint               index)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (line, " %s=", field->name);
  if (is_secret (field->name))
    {
      g_string_append (line, "****");
      return;
    }

  switch (field->type)
    {
    case DTC_FIELD_STRING:
      append_text (line, dtc_message_get_string (message, index));
      break;
    case DTC_FIELD_FLOAT:
      g_string_append (line, g_ascii_formatd (number, sizeof number, "%.9g", dtc_message_get_double (message, index)));
      break;
    case DTC_FIELD_DOUBLE:
      g_string_append (line, g_ascii_formatd (number, sizeof number, "%.15g", dtc_message_get_double (message, index)));
      break;
    default:
      if (message->type == DTC_MSG_ORDER_UPDATE && index == DTC_ORDER_UPDATE_F_ORDER_STATUS)
        g_string_append_printf (line, "%d", message->wire_status);
      else
        g_string_append_printf (line, "%" G_GINT64_FORMAT, dtc_message_get_int (message, index));
      break;
    }
}

void
dtc_debug_wire (DtcWireDirection  direction,
                const DtcMessage *message,
                gsize             raw_len)
{
  g_autoptr (GString)   line = NULL;
  const DtcMessageDesc *desc;
  guint                 i;

  if (!dtc_debug_enabled ())
    return;

  line = g_string_sized_new (512);
  g_string_append_printf (line, "[debug] dtc.%s type=%u", direction == DTC_WIRE_SENT ? "send" : "recv",
                          message->wire_type != 0 ? message->wire_type : message->type);
  desc = dtc_message_desc (message->type);
  if (desc != NULL && !(message->flags & DTC_MESSAGE_UNKNOWN_TYPE))
    {
      g_string_append_printf (line, " %s", desc->camel_name);
      for (i = 0; i < desc->n_fields; i++)
        if (dtc_message_has (message, i))
          append_field (line, message, &desc->fields[i], i);
    }
  else
    g_string_append_printf (line, " %s bytes=%" G_GSIZE_FORMAT, message->type == 0 ? "unreadable" : "unknown", raw_len);
  if (message->unknown != NULL && *message->unknown != '\0')
    {
      g_string_append (line, " unknown=");
      append_text (line, message->unknown);
    }
  write_line (line);
}
