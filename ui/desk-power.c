/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-power.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define LOGIND      "org.freedesktop.login1"
#define MANAGER     "org.freedesktop.login1.Manager"
#define SESSION     "org.freedesktop.login1.Session"
#define PATH        "/org/freedesktop/login1"
#define PROPERTIES  "org.freedesktop.DBus.Properties"
#define HOLD_MS     500 /* until the disarming is in the journal */
#define N_SUBSCRIBED 3

struct _DeskPower
{
  GObject          parent_instance;

  GDBusConnection *connection;
  GCancellable    *cancellable;
  guint            subscribed[N_SUBSCRIBED];
  int              inhibitor;  /* -1: none */
  guint            hold_id;
};

enum
{
  SLEEPING,
  AWAKE,
  LOCKED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskPower, desk_power, G_TYPE_OBJECT)

/* Without a bus between there are no names. */
static const char *
peer (DeskPower *self)
{
  return g_dbus_connection_get_unique_name (self->connection) != NULL ? LOGIND : NULL;
}

static void
release (DeskPower *self)
{
  g_clear_handle_id (&self->hold_id, g_source_remove);
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = -1;
}

static gboolean
hold_over_cb (gpointer user_data)
{
  DeskPower *self = user_data;

  self->hold_id = 0;
  release (self);
  return G_SOURCE_REMOVE;
}

static void
inhibited_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GUnixFDList) descriptors = NULL;
  g_autoptr(GVariant) answer = NULL;
  DeskPower *self = user_data;
  int handle = -1;

  answer = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &descriptors, result, NULL);
  if (answer == NULL || descriptors == NULL)
    return; /* cancelled, or a system that has no such thing */
  g_variant_get (answer, "(h)", &handle);
  release (self);
  self->inhibitor = g_unix_fd_list_get (descriptors, handle, NULL);
}

static void
inhibit (DeskPower *self)
{
  g_dbus_connection_call_with_unix_fd_list (self->connection, peer (self), PATH, MANAGER, "Inhibit",
                                            g_variant_new ("(ssss)", "sleep", "DTC Desk", _("Disarms trading first"), "delay"),
                                            G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, self->cancellable,
                                            inhibited_cb, self);
}

static void
sleep_cb (GDBusConnection *connection,
          const char      *sender,
          const char      *path,
          const char      *interface,
          const char      *name,
          GVariant        *parameters,
          gpointer         user_data)
{
  DeskPower *self = user_data;
  gboolean goes = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &goes);
  if (goes)
    {
      g_signal_emit (self, signals[SLEEPING], 0);
      if (self->hold_id == 0)
        self->hold_id = g_timeout_add (HOLD_MS, hold_over_cb, self);
      return;
    }
  inhibit (self);
  g_signal_emit (self, signals[AWAKE], 0);
}

static void
lock_cb (GDBusConnection *connection,
         const char      *sender,
         const char      *path,
         const char      *interface,
         const char      *name,
         GVariant        *parameters,
         gpointer         user_data)
{
  g_signal_emit (user_data, signals[LOCKED], 0);
}

static void
hint_cb (GDBusConnection *connection,
         const char      *sender,
         const char      *path,
         const char      *interface,
         const char      *name,
         GVariant        *parameters,
         gpointer         user_data)
{
  g_autoptr(GVariant) changed = NULL;
  gboolean locked = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  changed = g_variant_get_child_value (parameters, 1);
  if (g_variant_lookup (changed, "LockedHint", "b", &locked) && locked)
    g_signal_emit (user_data, signals[LOCKED], 0);
}

static void
session_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  DeskPower *self = user_data;
  const char *path;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(&o)", &path);
  self->subscribed[1] = g_dbus_connection_signal_subscribe (self->connection, peer (self), SESSION, "Lock", path, NULL,
                                                            G_DBUS_SIGNAL_FLAGS_NONE, lock_cb, self, NULL);
  self->subscribed[2] = g_dbus_connection_signal_subscribe (self->connection, peer (self), PROPERTIES, "PropertiesChanged",
                                                            path, SESSION, G_DBUS_SIGNAL_FLAGS_NONE, hint_cb, self, NULL);
}

static void
begin (DeskPower       *self,
       GDBusConnection *connection)
{
  self->connection = g_object_ref (connection);
  self->subscribed[0] = g_dbus_connection_signal_subscribe (connection, peer (self), MANAGER, "PrepareForSleep", PATH, NULL,
                                                            G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb, self, NULL);
  inhibit (self);
  g_dbus_connection_call (connection, peer (self), PATH, MANAGER, "GetSession", g_variant_new ("(s)", "auto"),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, session_cb, self);
}

static void
bus_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) connection = g_bus_get_finish (result, &error);

  if (connection != NULL)
    begin (user_data, connection);
}

static void
desk_power_dispose (GObject *object)
{
  DeskPower *self = DESK_POWER (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < N_SUBSCRIBED; i++)
    if (self->subscribed[i] != 0)
      g_dbus_connection_signal_unsubscribe (self->connection, self->subscribed[i]);
  memset (self->subscribed, 0, sizeof self->subscribed);
  release (self);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (desk_power_parent_class)->dispose (object);
}

static void
desk_power_class_init (DeskPowerClass *klass)
{
  static const char *const names[N_SIGNALS] = { "sleeping", "awake", "locked" };

  G_OBJECT_CLASS (klass)->dispose = desk_power_dispose;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
desk_power_init (DeskPower *self)
{
  self->cancellable = g_cancellable_new ();
  self->inhibitor = -1;
}

DeskPower *
desk_power_new (GDBusConnection *connection)
{
  DeskPower *self = g_object_new (DESK_TYPE_POWER, NULL);

  if (connection != NULL)
    begin (self, connection);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
  return self;
}
