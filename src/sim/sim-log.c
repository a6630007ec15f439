/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sim-state.h"

struct _SimLog
{
  int      fd;
  GString *line;
};

SimLog *
sim_log_open (const char *path,
              GError    **error)
{
  int     fd = g_open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  int     saved = errno;
  SimLog *log;

  if (fd < 0)
    {
      g_set_error (error, SIM_STATE_ERROR, 0, "The log file '%s' cannot be written: %s.", path, g_strerror (saved));
      return NULL;
    }
  log = g_new0 (SimLog, 1);
  log->fd = fd;
  log->line = g_string_new (NULL);
  return log;
}

void
sim_log_close (SimLog *log)
{
  if (!log)
    return;
  close (log->fd);
  g_string_free (log->line, TRUE);
  g_free (log);
}

static void
append_string (GString    *line,
               const char *text)
{
  const char *p;

  g_string_append_c (line, '"');
  for (p = text; *p; p++)
    if (*p == '"' || *p == '\\')
      {
        g_string_append_c (line, '\\');
        g_string_append_c (line, *p);
      }
    else if ((guchar) *p < 0x20)
      g_string_append_printf (line, "\\u%04x", (guchar) *p);
    else
      g_string_append_c (line, *p);
  g_string_append_c (line, '"');
}

static void
append_field (GString            *line,
              const DtcMessage   *message,
              const DtcFieldDesc *field,
              guint               index)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (g_strcmp0 (field->name, "Password") == 0 || g_strcmp0 (field->name, "Username") == 0)
    g_string_append (line, "\"***\"");
  else if (field->type == DTC_FIELD_STRING)
    append_string (line, dtc_message_get_string (message, index));
  else if (field->type == DTC_FIELD_DOUBLE || field->type == DTC_FIELD_FLOAT)
    {
      double value = dtc_message_get_double (message, index);

      g_string_append (line, isfinite (value) ? g_ascii_dtostr (text, sizeof text, value) : "null");
    }
  else
    g_string_append_printf (line, "%" G_GINT64_FORMAT, dtc_message_get_int (message, index));
}

static void
finish (SimLog *log)
{
  const char *data = log->line->str;
  gsize       len = log->line->len + 1;

  g_string_append_c (log->line, '\n');
  data = log->line->str;
  while (len > 0)
    {
      gssize written = write (log->fd, data, len);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          g_printerr ("dtc-sim: the log file cannot be written: %s\n", g_strerror (errno));
          return;
        }
      data += written;
      len -= (gsize) written;
    }
}

static void
begin (SimLog     *log,
       guint       client,
       const char *what,
       gint64      now)
{
  g_string_truncate (log->line, 0);
  g_string_append_printf (log->line, "{\"time\":%" G_GINT64_FORMAT ",\"client\":%u,\"dir\":\"%s\"", now, client, what);
}

void
sim_log_message (SimLog           *log,
                 guint             client,
                 DtcDirection      direction,
                 const DtcMessage *message,
                 const char       *problem,
                 gint64            now)
{
  const DtcMessageDesc *desc = dtc_message_desc (message->type);
  gboolean              any = FALSE;
  guint                 i;

  if (!log)
    return;
  begin (log, client, direction == DTC_TO_SERVER ? "in" : "out", now);
  g_string_append_printf (log->line, ",\"type\":%u", message->type);
  if (direction == DTC_TO_SERVER)
    g_string_append_printf (log->line, ",\"wire_type\":%u", message->wire_type);
  if (desc)
    {
      g_string_append (log->line, ",\"name\":");
      append_string (log->line, desc->name);
      g_string_append (log->line, ",\"fields\":{");
      for (i = 0; i < desc->n_fields; i++)
        if (dtc_message_has (message, i))
          {
            if (any)
              g_string_append_c (log->line, ',');
            any = TRUE;
            append_string (log->line, desc->fields[i].name);
            g_string_append_c (log->line, ':');
            append_field (log->line, message, &desc->fields[i], i);
          }
      g_string_append_c (log->line, '}');
    }
  if (message->unknown)
    {
      g_string_append (log->line, ",\"unknown\":");
      append_string (log->line, message->unknown);
    }
  if (problem)
    {
      g_string_append (log->line, ",\"problem\":");
      append_string (log->line, problem);
    }
  g_string_append_c (log->line, '}');
  finish (log);
}

void
sim_log_event (SimLog     *log,
               guint       client,
               const char *event,
               const char *text,
               gint64      now)
{
  if (!log)
    return;
  begin (log, client, event, now);
  g_string_append (log->line, ",\"text\":");
  append_string (log->line, text);
  g_string_append_c (log->line, '}');
  finish (log);
}
