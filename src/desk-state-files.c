/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-state-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-glib/json-glib.h>

#define ID_SCHEMA 1

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static gboolean
fail (GError     **error,
      const char  *path,
      const char  *what)
{
  g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The state file %s is refused (%s): %s", path, what,
               "use a file of your own in a folder of your own, or another --state.");
  return FALSE;
}

char *
desk_state_files_resolve (const char  *path,
                          gboolean     create_folder,
                          GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char *real = NULL;
  char *resolved;

  if (*path == '\0' || g_str_has_suffix (path, "/"))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "\"%s\" names no file: write a file name after --state.", path);
      return NULL;
    }
  if (create_folder && g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The folder %s for the state file cannot be made (%s): make it, or use another --state.",
                   folder, g_strerror (errno));
      return NULL;
    }

  real = realpath (folder, NULL);
  if (real == NULL)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The folder %s of the state file cannot be used (%s): check it, or use another --state.",
                   folder, g_strerror (errno));
      return NULL;
    }
  resolved = g_build_filename (real, name, NULL);
  free (real);
  return resolved;
}

/* Looks at one file without following a link. O_PATH on purpose: closing any other descriptor of a database file would
 * drop the POSIX locks that SQLite holds on it in this process. */
static gboolean
secure_one (const char  *path,
            gboolean     create,
            gboolean     repair,
            gint64      *size,
            GError     **error)
{
  struct stat st;
  gboolean ok = FALSE;
  int fd = open (path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

  *size = -1;
  if (fd < 0 && errno == ENOENT)
    {
      if (!create)
        return TRUE;
      fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
  if (fd < 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The state file %s cannot be %s (%s): check its permissions and those of its folder, or use another "
                   "--state.", path, repair ? "written" : "read", g_strerror (errno));
      return FALSE;
    }

  if (fstat (fd, &st) != 0)
    fail (error, path, g_strerror (errno));
  else if (S_ISLNK (st.st_mode))
    fail (error, path, "it is a symbolic link");
  else if (!S_ISREG (st.st_mode))
    fail (error, path, "it is no regular file");
  else if (st.st_uid != geteuid ())
    fail (error, path, "it belongs to another user");
  else
    ok = TRUE;

  if (ok && repair && (st.st_mode & 0077) != 0)
    {
      char self_path[64];

      g_snprintf (self_path, sizeof self_path, "/proc/self/fd/%d", fd);
      /* Taken away, never given: a file that its owner has made read-only stays so. */
      if (chmod (self_path, st.st_mode & 0700) != 0 && chmod (path, st.st_mode & 0700) != 0)
        ok = fail (error, path, g_strerror (errno));
    }
  *size = st.st_size;
  close (fd);
  return ok;
}

gboolean
desk_state_files_secure (const char  *path,
                         gboolean     create,
                         gboolean     repair,
                         gint64      *size,
                         GError     **error)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
  guint i;

  if (!secure_one (path, create, repair, size, error))
    return FALSE;
  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *beside = g_strconcat (path, suffixes[i], NULL);
      gint64 beside_size;

      if (!secure_one (beside, FALSE, repair, &beside_size, error))
        return FALSE;
    }
  return TRUE;
}

int
desk_state_files_lock (const char  *path,
                       GError     **error)
{
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  char text[32] = "";
  struct stat st;
  int fd = open (lock_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                   "The lock %s cannot be opened (%s): check the folder's permissions, or use another --state.",
                   lock_path, g_strerror (errno));
      return -1;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_uid != geteuid ())
    {
      fail (error, lock_path, "it is not a file of yours");
      close (fd);
      return -1;
    }

  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      long pid = 0;
      ssize_t n;

      if (errno != EWOULDBLOCK)
        {
          g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE,
                       "The lock %s does not work (%s): use a --state on a local disk.", lock_path, g_strerror (errno));
          close (fd);
          return -1;
        }
      n = pread (fd, text, sizeof text - 1, 0);
      if (n > 0)
        pid = strtol (text, NULL, 10);
      if (pid > 0)
        g_set_error (error, DESK_ERROR, DESK_ERROR_LOCKED,
                     "Another dtc-desk or dtcctl (process %ld) has the state file %s: close it or use another --state.",
                     pid, path);
      else
        g_set_error (error, DESK_ERROR, DESK_ERROR_LOCKED,
                     "Another dtc-desk or dtcctl has the state file %s: close it or use another --state.", path);
      close (fd);
      return -1;
    }

  fchmod (fd, 0600);
  g_snprintf (text, sizeof text, "%ld\n", (long) getpid ());
  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, strlen (text), 0) < 0)
    g_debug ("%s: the holder's number was not written: %s", lock_path, g_strerror (errno));
  return fd;
}

void
desk_state_files_stamp (const char  *path,
                        DeskStateId *id)
{
  struct statx st = { 0 };

  id->inode = id->born = 0;
  if (statx (AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &st) != 0)
    return;
  id->inode = st.stx_ino;
  if (st.stx_mask & STATX_BTIME)
    id->born = (guint64) st.stx_btime.tv_sec * G_USEC_PER_SEC + st.stx_btime.tv_nsec / 1000;
}

static gboolean
parse_hex (const char *text,
           guint8      hash[DESK_HASH_SIZE])
{
  guint i;

  if (text == NULL || strlen (text) != 2 * DESK_HASH_SIZE)
    return FALSE;
  for (i = 0; i < DESK_HASH_SIZE; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      hash[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

static char *
format_hex (const guint8 hash[DESK_HASH_SIZE])
{
  char *text = g_malloc (2 * DESK_HASH_SIZE + 1);
  guint i;

  for (i = 0; i < DESK_HASH_SIZE; i++)
    g_snprintf (text + 2 * i, 3, "%02x", hash[i]);
  return text;
}

static gint64
get_int (JsonObject *object,
         const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return -1;
  return json_node_get_int (node);
}

static const char *
get_text (JsonObject *object,
          const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static JsonObject *
parse_object (JsonParser *parser,
              const char *text,
              gssize      len)
{
  JsonNode *root;

  if (text == NULL || !json_parser_load_from_data (parser, text, len, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
}

static gboolean
read_identity (JsonObject  *object,
               DeskStateId *id)
{
  const char *install = get_text (object, "install");
  gint64 generation = get_int (object, "generation");
  gint64 high_water = get_int (object, "high_water");

  if (install == NULL || strlen (install) != 6 || strspn (install, alphabet) != 6 || generation < 1 || generation > G_MAXUINT || high_water < 0)
    return FALSE;
  g_strlcpy (id->install, install, sizeof id->install);
  id->generation = (guint) generation;
  id->high_water = (guint64) high_water;
  return TRUE;
}

gboolean
desk_state_id_parse (const char  *payload,
                     DeskStateId *id)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = payload != NULL && strlen (payload) < 1024 ? parse_object (parser, payload, -1) : NULL;

  return object != NULL && read_identity (object, id);
}

char *
desk_state_id_format (const DeskStateId *id,
                      const char        *event,
                      const char        *mark)
{
  return g_strdup_printf ("{\"event\":\"%s\",\"install\":\"%s\",\"generation\":%u,\"high_water\":%" G_GUINT64_FORMAT
                          ",\"schema\":%d%s%s%s}",
                          event, id->install, id->generation, id->high_water, DESK_JOURNAL_SCHEMA,
                          *mark != '\0' ? ",\"emergency\":\"" : "", mark, *mark != '\0' ? "\"" : "");
}

void
desk_state_id_random (char install[7])
{
  guint8 bytes[6];
  guint i;

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    for (i = 0; i < sizeof bytes; i++)
      bytes[i] = (guint8) g_random_int ();
  for (i = 0; i < sizeof bytes; i++)
    install[i] = alphabet[bytes[i] & 31];
  install[6] = '\0';
}

gboolean
desk_state_files_read_id (const char  *path,
                          DeskStateId *id)
{
  g_autofree char *id_path = g_strconcat (path, ".id", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;
  char text[1024];
  gint64 seq, inode, born;
  gssize n;
  int fd = open (id_path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

  memset (id, 0, sizeof *id);
  if (fd < 0)
    return FALSE;
  n = read (fd, text, sizeof text);
  close (fd);
  if (n <= 0)
    return FALSE;

  object = parse_object (parser, text, n);
  if (object == NULL || get_int (object, "schema") != ID_SCHEMA || !read_identity (object, id))
    return FALSE;
  seq = get_int (object, "seq");
  inode = get_int (object, "inode");
  born = get_int (object, "born");
  if (seq < 1 || inode < 0 || born < 0 || !parse_hex (get_text (object, "hash"), id->hash))
    return FALSE;
  id->seq = (guint64) seq;
  id->inode = (guint64) inode;
  id->born = (guint64) born;
  return TRUE;
}

gboolean
desk_state_files_write_id (const char         *path,
                           const DeskStateId  *id,
                           GError            **error)
{
  g_autofree char *id_path = g_strconcat (path, ".id", NULL);
  g_autofree char *hash = format_hex (id->hash);
  g_autofree char *text = NULL;

  text = g_strdup_printf ("{\"schema\":%d,\"install\":\"%s\",\"generation\":%u,\"high_water\":%" G_GUINT64_FORMAT
                          ",\"seq\":%" G_GUINT64_FORMAT ",\"inode\":%" G_GUINT64_FORMAT ",\"born\":%" G_GUINT64_FORMAT
                          ",\"hash\":\"%s\"}\n",
                          ID_SCHEMA, id->install, id->generation, id->high_water, id->seq, id->inode, id->born, hash);
  return g_file_set_contents_full (id_path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

gboolean
desk_state_files_check_empty (const char  *path,
                              GError     **error)
{
  DeskStateId id;

  if (!desk_state_files_read_id (path, &id))
    return TRUE;
  desk_sqlite_set_damaged (error, path, "it is empty and was not");
  return FALSE;
}
