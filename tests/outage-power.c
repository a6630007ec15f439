/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "outage-fixture.h"

#include "desk-notice-bar.h"
#include "desk-power.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

/* logind as far as it is needed, at the other end of a socket. */
static const char logind_xml[] =
  "<node><interface name='org.freedesktop.login1.Manager'>"
  "<method name='Inhibit'><arg type='s'/><arg type='s'/><arg type='s'/><arg type='s'/>"
  "<arg type='h' direction='out'/></method>"
  "<method name='GetSession'><arg type='s'/><arg type='o' direction='out'/></method>"
  "</interface></node>";

typedef struct
{
  GDBusConnection *ours, *theirs;
  int              inhibitor; /* our end of the one that was given out; -1: none */
  guint            n_inhibited;
  guint            n_sessions;
  guint            sleeping, awake, locked;
} Logind;

static void
logind_call_cb (GDBusConnection       *connection,
                const char            *sender,
                const char            *path,
                const char            *interface,
                const char            *method,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
  Logind *logind = user_data;
  const char *what, *who, *why, *mode;
  int ends[2];

  if (g_str_equal (method, "GetSession"))
    {
      logind->n_sessions++;
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/org/freedesktop/login1/session/_31"));
      return;
    }
  g_variant_get (parameters, "(&s&s&s&s)", &what, &who, &why, &mode);
  g_assert_cmpstr (what, ==, "sleep");
  g_assert_cmpstr (mode, ==, "delay");
  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ends[0], TRUE, NULL));
  {
    g_autoptr(GUnixFDList) descriptors = g_unix_fd_list_new_from_array (&ends[1], 1);

    /* The list owns it; what is sent is a copy. */
    g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0), descriptors);
  }
  logind->inhibitor = ends[0];
  logind->n_inhibited++;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  *(GDBusConnection **) user_data = g_dbus_connection_new_finish (result, &error);
  g_assert_no_error (error);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
logind_open (Logind *logind)
{
  static const GDBusInterfaceVTable calls = { logind_call_cb, NULL, NULL, { 0 } };
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (logind_xml, NULL);
  int ends[2];

  logind->inhibitor = -1;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GSocket) socket = g_socket_new_from_fd (ends[i], NULL);
      g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection (socket);

      g_dbus_connection_new (G_IO_STREAM (stream), i == 0 ? guid : NULL,
                             i == 0 ? G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                                    : G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                             NULL, NULL, connected_cb, i == 0 ? &logind->theirs : &logind->ours);
    }
  while (logind->ours == NULL || logind->theirs == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_dbus_connection_register_object (logind->theirs, "/org/freedesktop/login1", node->interfaces[0],
                                                       &calls, logind, NULL, NULL), >, 0);
}

static void
logind_say (Logind     *logind,
            const char *path,
            const char *interface,
            const char *name,
            GVariant   *parameters)
{
  g_assert_true (g_dbus_connection_emit_signal (logind->theirs, NULL, path, interface, name, parameters, NULL));
}

/* Waits until the counter has come as far. */
static void
wait_count (const guint *count,
            guint        wanted)
{
  while (*count < wanted)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (*count, ==, wanted);
}

/* Sleep is held up until we have stood down, and again the next time; a locked screen is told by either sign. */
static void
test_power (void)
{
  static const char session_path[] = "/org/freedesktop/login1/session/_31";
  Logind logind = { 0 };
  GVariantDict dict;
  DeskPower *power;
  char byte;

  logind_open (&logind);
  power = desk_power_new (logind.ours);
  g_signal_connect_swapped (power, "sleeping", G_CALLBACK (count_cb), &logind.sleeping);
  g_signal_connect_swapped (power, "awake", G_CALLBACK (count_cb), &logind.awake);
  g_signal_connect_swapped (power, "locked", G_CALLBACK (count_cb), &logind.locked);
  wait_count (&logind.n_inhibited, 1);
  wait_count (&logind.n_sessions, 1);
  logind_say (&logind, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
              g_variant_new ("(b)", TRUE));
  wait_count (&logind.sleeping, 1);
  /* Closing its end is what lets the computer go. */
  while (read (logind.inhibitor, &byte, 1) != 0)
    g_main_context_iteration (NULL, TRUE);
  close (logind.inhibitor);
  logind_say (&logind, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
              g_variant_new ("(b)", FALSE));
  wait_count (&logind.awake, 1);
  wait_count (&logind.n_inhibited, 2);
  logind_say (&logind, session_path, "org.freedesktop.login1.Session", "Lock", NULL);
  wait_count (&logind.locked, 1);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "LockedHint", "b", FALSE);
  logind_say (&logind, session_path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
              g_variant_new ("(s@a{sv}as)", "org.freedesktop.login1.Session", g_variant_dict_end (&dict), NULL));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "LockedHint", "b", TRUE);
  logind_say (&logind, session_path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
              g_variant_new ("(s@a{sv}as)", "org.freedesktop.login1.Session", g_variant_dict_end (&dict), NULL));
  wait_count (&logind.locked, 2);
  g_object_unref (power);
  close (logind.inhibitor);
  g_dbus_connection_close_sync (logind.ours, NULL, NULL);
  g_object_unref (logind.ours);
  g_object_unref (logind.theirs);
}

/* What waited for a confirmation is gone, and the orders that stay are named. */
static void
test_sleep (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskWindow *window = lost_window (session);
  GtkWidget *notices = ui_find (GTK_WIDGET (window), DESK_TYPE_NOTICE_BAR);

  take_link (session, DESK_LINK_LIVE, 2);
  take_arm (session, DESK_ARM_DISARMED);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.halt", NULL);
  g_assert_true (says (notices, "Halt: refuse new risk"));
  desk_window_sleep (window);
  g_assert_false (says (notices, "Halt: refuse new risk"));
  g_assert_true (says (notices, "The computer has slept with 1 open order"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.halt", NULL);
  desk_window_lock (window);
  g_assert_false (says (notices, "Halt: refuse new risk"));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

void
add_power_tests (void)
{
  g_test_add_func ("/ui/outage/power", test_power);
  g_test_add_func ("/ui/outage/sleep", test_sleep);
}
