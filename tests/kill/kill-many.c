/* SPDX-License-Identifier: GPL-3.0-or-later */

/* kill -9, many times: a child runs a whole session (state file, journal thread, dtc-io, engine, router) under order
 * flow; we are its server and its witness, and end it at a random moment or at a failpoint. What we then hold against it
 * are the bytes that reached us, the events it had told us of, and the rows of the state file as SQLite reads them:
 *
 *   bytes   every command that left stands in the journal as an intent, byte for byte
 *   events  every order state and fill it had told stands in the journal
 *   twice   no order came to us a second time, over all lives on one state file
 *   whole   rows without a hole, a start that never calls the file damaged, and journal check at the end of each file
 *   exits   a way out that was begun and has no end in the journal is told by the next start, and no other
 *   truth   at the end of each file, one last start says what we know, or says that it does not know
 *
 * kill-many [--kills N] [--seed N] [--numbering brief|dtc] [--points N]: N random kills, then each failpoint N times. */

#include "kill-life.h"
#include "kill-witness.h"

#include "desk-failpoint.h"
#include "desk-state-manager.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define LIVES_A_FILE 16
#define MAX_POINTS   512
#define HANG_USEC    (60 * G_USEC_PER_SEC)

/* One connection of the child. */
typedef struct
{
  int         fd;
  GByteArray *in;      /* all of it */
  GByteArray *out;     /* not taken by the kernel yet */
  gsize       parsed;  /* of @in, whole frames */
} Line;

static void
line_close (Witness *witness,
            Line    *line)
{
  if (line->fd < 0)
    return;
  close (line->fd);
  line->fd = -1;
  if (line->parsed < line->in->len)
    {
      g_autofree char *rest = g_strndup ((const char *) line->in->data + line->parsed, line->in->len - line->parsed);

      if (is_command (witness, rest))
        claim (witness, g_strconcat ("part ", rest, NULL));
    }
  g_byte_array_set_size (line->in, 0);
  g_byte_array_set_size (line->out, 0);
  line->parsed = 0;
}

static gboolean
line_read (Witness *witness,
           Line    *line)
{
  guint8 buffer[65536];
  ssize_t n = recv (line->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  gboolean leaves = FALSE;
  const guint8 *end;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return FALSE;
  if (n <= 0)
    {
      line_close (witness, line);
      return FALSE;
    }
  g_byte_array_append (line->in, buffer, (guint) n);
  if (line->parsed == 0 && line->in->len >= 16)
    line->parsed = 16; /* the encoding request */
  while (line->parsed >= 16
         && (end = memchr (line->in->data + line->parsed, 0, line->in->len - line->parsed)) != NULL)
    {
      const char *frame = (const char *) line->in->data + line->parsed;

      if (is_command (witness, frame))
        {
          witness->n_commands++;
          claim (witness, g_strconcat ("frame ", frame, NULL));
        }
      leaves |= g_str_has_prefix (frame, "{\"Type\":5,");
      line->parsed = (gsize) (end - line->in->data) + 1;
    }
  dtc_fake_exchange_feed (witness->exchange, buffer, (gsize) n, line->out);
  if (leaves)
    line_close (witness, line);
  return !leaves;
}

static void
line_write (Line *line)
{
  while (line->fd >= 0 && line->out->len > 0)
    {
      ssize_t n = send (line->fd, line->out->data, line->out->len, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n <= 0)
        return;
      g_byte_array_remove_range (line->out, 0, (guint) n);
    }
}

/* What the child says on its pipe. */
typedef struct
{
  int       fd;
  GString  *text;
  gboolean  live, closed;
  guint     n_rows;
} Ear;

static void
hear_row (Witness    *witness,
          const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", -1);
  const DtcFakeOrder *order = *parts[1] != '\0' ? dtc_fake_exchange_find (witness->exchange, parts[1]) : NULL;
  const char *status;
  gboolean same;

  if (strcmp (parts[5], "fresh") != 0)
    return;
  /* Never at the server: refused here, or its bytes did not get there and it says what it is. */
  if (order == NULL)
    {
      if (strcmp (parts[3], "working") == 0 || strcmp (parts[3], "filled") == 0 || strcmp (parts[3], "part-filled") == 0
          || strcmp (parts[3], "cancelled") == 0)
        fail (witness, "the last start calls fresh what the server never had: %s", line);
      return;
    }
  status = order->status == DTC_ORDER_STATUS_FILLED ? "filled" : order->status == DTC_ORDER_STATUS_CANCELED ? "cancelled"
           : order->status == DTC_ORDER_STATUS_REJECTED ? "rejected"
           : order->status == DTC_ORDER_STATUS_PENDING_CHILD ? "held-by-parent" : "working";
  same = (gint64) order->filled == g_ascii_strtoll (parts[4], NULL, 10)
         && (strcmp (parts[3], status) == 0 || order->status == DTC_ORDER_STATUS_PENDING_OPEN);
  if (!same)
    fail (witness, "the last start calls it fresh, and the server has %s, %g filled: %s", status, order->filled, line);
}

static void
hear (Witness *witness,
      Ear     *ear)
{
  char buffer[65536];
  ssize_t n = read (ear->fd, buffer, sizeof buffer);
  char *end;

  if (n <= 0)
    {
      if (n == 0 || errno != EINTR)
        {
          close (ear->fd);
          ear->fd = -1;
        }
      return;
    }
  g_string_append_len (ear->text, buffer, n);
  while ((end = strchr (ear->text->str, '\n')) != NULL)
    {
      g_autofree char *line = g_strndup (ear->text->str, (gsize) (end - ear->text->str));

      g_string_erase (ear->text, 0, end + 1 - ear->text->str);
      if (strcmp (line, "live") == 0)
        ear->live = TRUE;
      else if (strcmp (line, "closed") == 0)
        ear->closed = TRUE;
      else if (g_str_has_prefix (line, "refused"))
        fail (witness, "the next start refuses the file: %s", line);
      else if (g_str_has_prefix (line, "denied\t"))
        {
          witness->n_denied++;
          if (g_getenv ("KILL_VERBOSE") != NULL)
            printf ("# %s\n", line);
        }
      else if (strcmp (line, "cut") == 0)
        witness->told++;
      else if (g_str_has_prefix (line, "rows\t"))
        ear->n_rows = (guint) g_ascii_strtoull (line + 5, NULL, 10);
      else if (g_str_has_prefix (line, "row\t"))
        hear_row (witness, line);
      else
        {
          if (g_str_has_prefix (line, "fill"))
            witness->n_fills++;
          else
            witness->n_orders++;
          claim (witness, g_steal_pointer (&line));
        }
    }
}

/* One life. @kill_at: microseconds after its start (< 0: after it is live), or G_MAXINT64: it ends by itself or at its
 * failpoint. Returns the wait status. */
static int
run_life (Witness  *witness,
          LifePlan *plan,
          gint64    kill_at,
          gint64    cut_at,
          gboolean *was_live)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t n_address = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  Line line = { -1, g_byte_array_new (), g_byte_array_new (), 0 };
  Ear ear = { .text = g_string_new (NULL) };
  gint64 started, live_at = 0, now, ends_at = kill_at >= 0 && kill_at < G_MAXINT64 ? kill_at : G_MAXINT64;
  int pipe_fds[2], status = 0;
  gboolean killed = FALSE;
  pid_t pid;

  if (listener < 0 || bind (listener, (struct sockaddr *) &address, sizeof address) != 0 || listen (listener, 4) != 0
      || getsockname (listener, (struct sockaddr *) &address, &n_address) != 0 || pipe (pipe_fds) != 0)
    fail (witness, "no socket: %s", g_strerror (errno));
  plan->port = ntohs (address.sin_port);
  witness->told = 0;
  fflush (stdout);
  started = g_get_monotonic_time ();
  pid = fork ();
  if (pid < 0)
    fail (witness, "no child: %s", g_strerror (errno));
  if (pid == 0)
    {
      close (listener);
      close (pipe_fds[0]);
      run_child (plan, pipe_fds[1]);
    }
  close (pipe_fds[1]);
  ear.fd = pipe_fds[0];

  while (ear.fd >= 0)
    {
      struct pollfd fds[3] = { { ear.fd, POLLIN, 0 }, { listener, POLLIN, 0 }, { line.fd, POLLIN, 0 } };
      struct timespec wait = { 0, 0 };
      gint64 usec;

      if (line.fd >= 0 && line.out->len > 0)
        fds[2].events |= POLLOUT;
      now = g_get_monotonic_time () - started;
      if (ear.live && live_at == 0)
        {
          live_at = now;
          if (kill_at < 0)
            ends_at = now - kill_at;
          if (cut_at >= 0)
            cut_at += now;
        }
      usec = MIN (ends_at, live_at != 0 && cut_at >= 0 ? cut_at : G_MAXINT64);
      usec = CLAMP (usec - now, 0, 50 * 1000);
      if (now > HANG_USEC)
        {
          kill (pid, SIGKILL);
          fail (witness, "a life hung: kind %d, seed %u, failpoint %s", plan->kind, plan->seed,
                plan->failpoint != NULL ? plan->failpoint : "none");
        }
      if (!killed && now >= ends_at)
        {
          kill (pid, SIGKILL);
          killed = TRUE;
        }
      if (cut_at >= 0 && live_at != 0 && now >= cut_at)
        {
          line_close (witness, &line);
          cut_at = -1;
          continue;
        }
      wait.tv_nsec = killed ? 1000 * 1000 : usec * 1000;
      ppoll (fds, 3, &wait, NULL);
      if ((fds[1].revents & POLLIN) != 0 && line.fd < 0)
        {
          line.fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
          dtc_fake_exchange_connected (witness->exchange);
        }
      else if (line.fd >= 0 && fds[2].revents != 0)
        {
          line_read (witness, &line);
          line_write (&line);
        }
      if (fds[0].revents != 0)
        hear (witness, &ear);
    }
  waitpid (pid, &status, 0);
  /* What it had let go of arrives. */
  while (line.fd >= 0 && line_read (witness, &line))
    ;
  line_close (witness, &line);
  close (listener);
  *was_live = ear.live;
  if (g_getenv ("KILL_VERBOSE") != NULL)
    printf ("# kind %d live at %.1f ms, ended at %.1f ms\n", plan->kind, live_at / 1000.0, (g_get_monotonic_time () - started) / 1000.0);
  if (plan->kind == LIFE_QUIET && (!ear.closed || !WIFEXITED (status)))
    fail (witness, "the last start of the file did not end well (status %x)", (guint) status);
  if (plan->kind == LIFE_QUIET && ear.n_rows < dtc_fake_exchange_n_orders (witness->exchange))
    fail (witness, "the last start knows %u orders, and the server %u", ear.n_rows, dtc_fake_exchange_n_orders (witness->exchange));
  if (!WIFSIGNALED (status) ? WEXITSTATUS (status) != 0 : WTERMSIG (status) != SIGKILL && plan->failpoint == NULL)
    fail (witness, "a life ended by itself: status %x, kind %d, seed %u, failpoint %s", (guint) status, plan->kind, plan->seed,
          plan->failpoint != NULL ? plan->failpoint : "none");
  g_string_free (ear.text, TRUE);
  g_byte_array_unref (line.in);
  g_byte_array_unref (line.out);
  return status;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
begin_file (Witness *witness)
{
  const char *parent = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();

  witness->exchange = dtc_fake_exchange_new (witness->numbering);
  witness->folder = g_mkdtemp (g_build_filename (parent, "desk-kill-XXXXXX", NULL));
  g_assert_nonnull (witness->folder);
  witness->path = g_build_filename (witness->folder, "state.sqlite", NULL);
  witness->last_seq = 0;
  witness->intents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  witness->intended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  witness->executions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  witness->said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  witness->begun = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  witness->unexplained = g_ptr_array_new ();
}

static void
check_exits (Witness *witness,
             gboolean was_live)
{
  if (was_live && witness->must_tell >= 0 && witness->told != (guint) witness->must_tell)
    fail (witness, "%d ways out have a begin and no end, and %u were told", witness->must_tell, witness->told);
  witness->n_cuts += was_live ? witness->told : 0;
}

static void
end_file (Witness *witness)
{
  g_autoptr (GError) error = NULL;
  LifePlan plan = { LIFE_QUIET, 1, 0, witness->path, witness->numbering, NULL };
  DeskJournalCheck check = { 0 };
  gboolean was_live;
  guint i;

  run_life (witness, &plan, G_MAXINT64, -1, &was_live);
  read_journal (witness);
  check_exits (witness, was_live);
  check_claims (witness, TRUE, "at the end of the file");
  for (i = 0; i < dtc_fake_exchange_n_orders (witness->exchange); i++)
    {
      const DtcFakeOrder *order = dtc_fake_exchange_get_order (witness->exchange, i);

      if (order->n_submits != 1)
        fail (witness, "submitted %u times: %s", order->n_submits, order->client_order_id);
      if (!g_hash_table_contains (witness->intended, order->client_order_id))
        fail (witness, "at the server without an intent: %s", order->client_order_id);
    }
  if (!desk_journal_check (witness->path, &check, &error) || !check.ok)
    fail (witness, "journal check: %s", error != NULL ? error->message : check.text);
  g_free (check.text);

  dtc_fake_exchange_free (witness->exchange);
  remove_folder (witness->folder);
  g_clear_pointer (&witness->folder, g_free);
  g_clear_pointer (&witness->path, g_free);
  g_hash_table_unref (witness->intents);
  g_hash_table_unref (witness->intended);
  g_hash_table_unref (witness->executions);
  g_hash_table_unref (witness->said);
  g_hash_table_unref (witness->begun);
  g_ptr_array_unref (witness->unexplained);
}

/* @failpoint: where it ends, or NULL; a commit that fails under it comes on top with LIFE_STORAGE. */
static void
one_life (Witness    *witness,
          LifeKind    kind,
          guint32     seed,
          const char *failpoint,
          gint64      kill_at,
          gint64      cut_at)
{
  g_autofree char *spec = NULL;
  LifePlan plan = { kind, seed, 0, witness->path, witness->numbering, NULL };
  gboolean was_live;

#ifdef DESK_FAILPOINTS
  if (kind == LIFE_STORAGE)
    spec = g_strdup_printf ("journal.commit=fail@%u%s%s", 4 + seed % 32, failpoint != NULL ? "," : "",
                            failpoint != NULL ? failpoint : "");
#endif
  plan.failpoint = spec != NULL ? spec : failpoint;
  run_life (witness, &plan, kill_at, cut_at, &was_live);
  witness->n_live += was_live;
  witness->n_early += !was_live;
  witness->n_storage += kind == LIFE_STORAGE;
  witness->n_kills++;
  read_journal (witness);
  check_exits (witness, was_live);
  /* After a failed commit the rest stands in the emergency file, until a later start has taken it in. */
  check_claims (witness, kind != LIFE_STORAGE && witness->unexplained->len > 0 && was_live, "after a kill");
}

#ifdef DESK_FAILPOINTS

static _Atomic guint *hits;

/* The shape of a life in which a failpoint is passed. */
static LifeKind
kind_for (const char *name)
{
  if (g_str_has_prefix (name, "emergency.") || g_str_has_prefix (name, "storage."))
    return LIFE_STORAGE;
  if (g_str_has_prefix (name, "close."))
    return LIFE_CLOSE;
  if (g_str_has_prefix (name, "checkpoint."))
    return LIFE_PAUSES;
  return LIFE_LOAD;
}

/* What must have happened before a failpoint is passed at all. */
static void
prepare (Witness    *witness,
         const char *name,
         GRand      *rand)
{
  guint i;

  /* An emergency file is read and cleared in the life after the one that wrote it. */
  if (strcmp (name, "emergency.before-clear") == 0 || strcmp (name, "emergency.cleared") == 0)
    one_life (witness, LIFE_STORAGE, g_rand_int (rand) & ~0xff, NULL, -60000, -1);
  for (i = 0; g_str_has_prefix (name, "checkpoint.") && i < 4; i++)
    one_life (witness, LIFE_LOAD, g_rand_int (rand), NULL, -80000, -1);
}

/* Each failpoint @each times, at its first passages and then at later ones. Returns how many ended a life. */
static guint
sweep (Witness *witness,
       guint    each,
       GRand   *rand)
{
  guint i, n, ended = 0;

  for (i = 0; i < desk_failpoint_count (); i++)
    {
      const char *name = desk_failpoint_get (i)->name;
      gboolean fails = strcmp (name, "write.refused") == 0;

      /* It fails a commit and ends nothing: LIFE_STORAGE is full of it. */
      if (strcmp (name, "journal.commit") == 0)
        continue;
      for (n = 1; n <= each; n++)
        {
          LifeKind kind = kind_for (name);
          guint at = n <= 3 ? n : (guint) g_rand_int_range (rand, 1, kind == LIFE_LOAD ? 40 : 6);
          g_autofree char *spec = g_strdup_printf ("%s=%s@%u", name, fails ? "fail" : n % 2 == 0 ? "abort" : "kill", at);
          guint try, before = hits[i];

          /* What comes once in the life of a file comes at its beginning. */
          if (witness->folder == NULL)
            begin_file (witness);
          for (try = 0; try < 4; try++)
            {
              prepare (witness, name, rand);
              before += hits[i];
              hits[i] = 0;
              one_life (witness, kind, g_rand_int (rand) & ~0xff, spec,
                        kind == LIFE_CLOSE ? G_MAXINT64 : kind == LIFE_PAUSES ? -500000 : -50000,
                        g_str_has_prefix (name, "transition.") ? 8000 : -1);
              if (hits[i] >= at)
                break;
            }
          ended += hits[i] >= at;
          hits[i] += before;
          if (n % 6 == 0 || n == each)
            end_file (witness);
        }
    }
  return ended;
}

#endif

int
main (int    argc,
      char **argv)
{
  static int kills = 40, seed = 0, points = 0, from = 0;
  static char *numbering = NULL;
  static const GOptionEntry entries[] = {
    { "kills", 0, 0, G_OPTION_ARG_INT, &kills, "Random kills", "N" },
    { "from", 0, 0, G_OPTION_ARG_INT, &from, "The first of them", "N" },
    { "points", 0, 0, G_OPTION_ARG_INT, &points, "Then each failpoint so many times", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Of all that is random", "N" },
    { "numbering", 0, 0, G_OPTION_ARG_STRING, &numbering, "brief or dtc", "WHICH" },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Witness witness = { 0 };
  gint64 started = g_get_monotonic_time ();
  guint n_points = 0, never = 0, ended = 0, i;
  int n;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 2;
    }
  if (seed == 0)
    seed = (int) g_random_int_range (1, G_MAXINT32);
  witness.numbering = g_strcmp0 (numbering, "dtc") == 0 ? DTC_NUMBERING_DTC : DTC_NUMBERING_BRIEF;
  printf ("seed %d\n", seed);
#ifdef DESK_FAILPOINTS
  n_points = desk_failpoint_count ();
  hits = mmap (NULL, MAX_POINTS * sizeof *hits, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (hits != MAP_FAILED && n_points <= MAX_POINTS);
  desk_failpoint_share (hits);
#endif

  for (n = from; n < from + kills; n++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) seed + (guint32) n * 2654435761u);
      guint dice = (guint) g_rand_int_range (rand, 0, 100);
      LifeKind kind = dice < 4 ? LIFE_PAUSES : dice < 10 ? LIFE_CLOSE : dice < 16 ? LIFE_STORAGE : LIFE_LOAD;
      gint64 at = -(gint64) g_rand_int_range (rand, 1, kind == LIFE_PAUSES ? 250000 : kind == LIFE_CLOSE ? 60000 : 30000);
      gint64 cut = g_rand_int_range (rand, 0, 10) == 0 ? g_rand_int_range (rand, 0, 12000) : -1;

      /* Some die before they are live: while the file is opened, folded, or the server is asked. */
      if (dice >= 85)
        at = g_rand_int_range (rand, 0, 15000);
      if (witness.folder == NULL)
        begin_file (&witness);
      one_life (&witness, kind, g_rand_int (rand), NULL, at, cut);
      if ((n - from) % LIVES_A_FILE == LIVES_A_FILE - 1 || n == from + kills - 1)
        end_file (&witness);
      if ((n - from) % 1000 == 999)
        {
          printf ("# %d kills, %.0f s\n", n - from + 1, (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
          fflush (stdout);
        }
    }

#ifdef DESK_FAILPOINTS
  if (points > 0)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) seed);

      ended = sweep (&witness, (guint) points, rand);
      for (i = 0; i < n_points; i++)
        if (hits[i] == 0)
          {
            printf ("not ok: never hit: %s (%s:%d)\n", desk_failpoint_get (i)->name, desk_failpoint_get (i)->file,
                    desk_failpoint_get (i)->line);
            never++;
          }
    }
#else
  (void) i;
#endif
  printf ("ok: %" G_GUINT64_FORMAT " kills (%" G_GUINT64_FORMAT " before they were live, %" G_GUINT64_FORMAT
          " with a failed commit, %u at one of %u failpoints) in %.0f s: %" G_GUINT64_FORMAT " commands received, %"
          G_GUINT64_FORMAT " order events and %" G_GUINT64_FORMAT " fills told, %" G_GUINT64_FORMAT
          " records: all in the journal, none twice; %" G_GUINT64_FORMAT " ways out cut and told\n",
          witness.n_kills, witness.n_early, witness.n_storage, ended, n_points,
          (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC, witness.n_commands, witness.n_orders, witness.n_fills,
          witness.n_rows, witness.n_cuts);
  /* A witness who saw nothing has shown nothing. */
  return never == 0 && (kills == 0 || (witness.n_commands > 0 && witness.n_orders > 0)) ? 0 : 1;
}
