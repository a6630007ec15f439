/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-state.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim-state-json.h"

#define COMPACT_MIN (1024 * 1024) /* bytes of changes before the file is written anew */

G_DEFINE_QUARK (sim-state-error-quark, sim_state_error)

struct _SimState
{
  char *path;
  int   fd;
  int   lock_fd;
  gsize snapshot;
  gsize appended;
};

static gboolean
fail (GError    **error,
      const char *path,
      const char *what)
{
  g_set_error (error, SIM_STATE_ERROR, 0, "The state file '%s' %s.", path, what);
  return FALSE;
}

static gboolean
fail_errno (GError    **error,
            const char *path,
            const char *what)
{
  int saved = errno;

  g_set_error (error, SIM_STATE_ERROR, 0, "The state file '%s' %s: %s.", path, what, g_strerror (saved));
  return FALSE;
}

static gboolean
write_all (int         fd,
           const char *data,
           gsize       len)
{
  while (len > 0)
    {
      gssize written = write (fd, data, len);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      data += written;
      len -= (gsize) written;
    }
  return TRUE;
}

static gboolean
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int              fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean         done;

  if (fd < 0)
    return FALSE;
  done = fsync (fd) == 0;
  close (fd);
  return done;
}

/* Writes everything to a new file and puts it in the place of the old one. */
static gboolean
write_snapshot (SimState    *state,
                SimExchange *exchange,
                GError     **error)
{
  g_autofree char    *temporary = g_strconcat (state->path, ".new", NULL);
  g_autoptr (GString) line = g_string_new (NULL);
  int                 fd;

  sim_state_json_write_all (exchange, line);
  fd = g_open (temporary, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_errno (error, temporary, "cannot be made");
  if (fchmod (fd, 0600) != 0 || !write_all (fd, line->str, line->len) || fsync (fd) != 0
      || g_rename (temporary, state->path) != 0 || !sync_folder (state->path))
    {
      fail_errno (error, state->path, "cannot be written");
      close (fd);
      g_unlink (temporary);
      return FALSE;
    }
  if (state->fd >= 0)
    close (state->fd);
  state->fd = fd;
  state->snapshot = line->len;
  state->appended = 0;
  return TRUE;
}

static gboolean
take_lock (SimState *state,
           GError  **error)
{
  g_autofree char *path = g_strconcat (state->path, ".lock", NULL);

  state->lock_fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (state->lock_fd < 0)
    return fail_errno (error, state->path, "cannot be locked");
  if (flock (state->lock_fd, LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? fail (error, state->path, "belongs to a simulator that is still running")
                                : fail_errno (error, state->path, "cannot be locked");
  return TRUE;
}

/* Reads line after line; what follows the last newline was torn by a crash before anyone was told of it. */
static gboolean
load (SimState    *state,
      SimExchange *exchange,
      GError     **error)
{
  g_autoptr (SimStateReader) reader = sim_state_reader_new (exchange);
  g_autofree char           *text = NULL;
  g_autoptr (GError)         local = NULL;
  gsize                      len;
  char                      *line, *end;
  guint                      number = 0;

  if (!g_file_get_contents (state->path, &text, &len, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, SIM_STATE_ERROR, 0, "The state file '%s' cannot be read: %s.", state->path,
                   local->message);
      return FALSE;
    }
  for (line = text; (end = memchr (line, '\n', len - (gsize) (line - text))) != NULL; line = end + 1)
    {
      number++;
      if (!sim_state_reader_read (reader, line, (gsize) (end - line), &local))
        {
          g_set_error (error, SIM_STATE_ERROR, 0,
                       "The state file '%s' is damaged or no state file (line %u: %s): move it away to start afresh.",
                       state->path, number, local->message);
          return FALSE;
        }
    }
  if (number == 0)
    return fail (error, state->path, "is no state file: move it away to start afresh");
  sim_state_reader_finish (reader);
  return TRUE;
}

SimState *
sim_state_open (const char  *path,
                SimExchange *exchange,
                GError     **error)
{
  SimState *state = g_new0 (SimState, 1);

  state->path = g_strdup (path);
  state->fd = state->lock_fd = -1;
  if (take_lock (state, error) && load (state, exchange, error) && write_snapshot (state, exchange, error))
    {
      sim_exchange_clear_dirty (exchange);
      return state;
    }
  sim_state_close (state);
  return NULL;
}

gboolean
sim_state_commit (SimState    *state,
                  SimExchange *exchange,
                  GError     **error)
{
  g_autoptr (GString) line = NULL;

  if (!sim_exchange_is_dirty (exchange))
    return TRUE;
  if (exchange->rewrite || state->appended > MAX (COMPACT_MIN, state->snapshot))
    {
      if (!write_snapshot (state, exchange, error))
        return FALSE;
    }
  else
    {
      line = g_string_new (NULL);
      sim_state_json_write_changes (exchange, line);
      if (!write_all (state->fd, line->str, line->len) || fdatasync (state->fd) != 0)
        return fail_errno (error, state->path, "cannot be written");
      state->appended += line->len;
    }
  sim_exchange_clear_dirty (exchange);
  return TRUE;
}

void
sim_state_close (SimState *state)
{
  if (!state)
    return;
  if (state->fd >= 0)
    close (state->fd);
  if (state->lock_fd >= 0)
    close (state->lock_fd);
  g_free (state->path);
  g_free (state);
}
