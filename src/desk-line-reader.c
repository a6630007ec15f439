/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-line-reader.h"

struct _DeskLineReader
{
  GQueue   whole;   /* char *; lines that have ended and were not taken */
  GString *partial; /* what stands behind the last newline */
};

DeskLineReader *
desk_line_reader_new (void)
{
  DeskLineReader *reader = g_new0 (DeskLineReader, 1);

  g_queue_init (&reader->whole);
  reader->partial = g_string_new (NULL);
  return reader;
}

void
desk_line_reader_free (DeskLineReader *reader)
{
  if (reader == NULL)
    return;
  g_queue_clear_full (&reader->whole, g_free);
  g_string_free (reader->partial, TRUE);
  g_free (reader);
}

static char *
take_partial (DeskLineReader *reader)
{
  char *line = g_utf8_make_valid (reader->partial->str, (gssize) reader->partial->len);

  g_string_truncate (reader->partial, 0);
  return line;
}

void
desk_line_reader_feed (DeskLineReader *reader,
                       const char     *data,
                       gsize           len)
{
  for (gsize i = 0; i < len; i++)
    {
      if (data[i] == '\n')
        g_queue_push_tail (&reader->whole, take_partial (reader));
      else if (reader->partial->len <= DESK_LINE_MAX_LENGTH)
        g_string_append_c (reader->partial, data[i] != '\0' ? data[i] : ' ');
    }
}

char *
desk_line_reader_next (DeskLineReader *reader)
{
  return g_queue_pop_head (&reader->whole);
}

gboolean
desk_line_reader_is_empty (const DeskLineReader *reader)
{
  return reader->whole.length == 0;
}

char *
desk_line_reader_take_rest (DeskLineReader *reader)
{
  return reader->partial->len > 0 ? take_partial (reader) : NULL;
}
