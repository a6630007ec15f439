/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-connections.h"

#include "desk-names.h"
#include "desk-profile-form.h"
#include "desk-secrets.h"
#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskConnections
{
  AdwWindow        parent_instance;

  GtkWidget       *list;
  GtkWidget       *message;
  GtkWidget       *delete_button;
  DeskProfileForm *form;
  GPtrArray       *profiles;  /* DeskProfile */
  char            *in_use;
  char            *asked;     /* the profile that the next press of Delete deletes */
  GCancellable    *cancellable;
};

G_DEFINE_FINAL_TYPE (DeskConnections, desk_connections, ADW_TYPE_WINDOW)

static void
say (DeskConnections *self,
     const char      *text,
     gboolean         bad)
{
  /* What refuses may be the core, in English. */
  g_autofree char *words = desk_words_core (text);

  gtk_label_set_text (GTK_LABEL (self->message), words);
  gtk_widget_set_visible (self->message, *words != '\0');
  gtk_widget_remove_css_class (self->message, bad ? "success" : "error");
  gtk_widget_add_css_class (self->message, bad ? "error" : "success");
}

static DeskProfile *
selected (DeskConnections *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  return index >= 0 && (guint) index < self->profiles->len ? g_ptr_array_index (self->profiles, (guint) index) : NULL;
}

static gboolean
ships (const DeskProfile *profile)
{
  g_autoptr(GPtrArray) shipped = desk_profile_shipped ();

  for (guint i = 0; i < shipped->len; i++)
    if (g_str_equal (((DeskProfile *) g_ptr_array_index (shipped, i))->slug, profile->slug))
      return TRUE;
  return FALSE;
}

static GtkWidget *
make_row (DeskConnections   *self,
          const DeskProfile *profile)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *name = gtk_label_new (desk_words_profile (profile->name));
  gboolean in_use = self->in_use != NULL && g_str_equal (self->in_use, profile->name);
  g_autofree char *where = profile->builtin_simulator
                               ? g_strdup (_("starts by itself"))
                               : g_strdup_printf ("%s:%u", profile->host, profile->port);
  /* Translators: a profile in the list: mode, address, and whether it is the one in use. */
  g_autofree char *text = g_strdup_printf (in_use ? _("%s, %s, in use") : _("%s, %s"),
                                           profile->live ? _("LIVE") : _("SIM"), where);
  GtkWidget *about = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (name), 0.0f);
  gtk_label_set_xalign (GTK_LABEL (about), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (about), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (about, "caption");
  gtk_widget_add_css_class (about, "dim-label");
  gtk_widget_add_css_class (box, "profile-row");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), about);
  return box;
}

static void
load (DeskConnections *self,
      const char      *select_name)
{
  g_autoptr(GPtrArray) broken = NULL;
  GtkListBoxRow *row;
  int index = 0;

  g_clear_pointer (&self->profiles, g_ptr_array_unref);
  self->profiles = desk_profile_list (&broken);
  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
  for (guint i = 0; i < self->profiles->len; i++)
    {
      const DeskProfile *profile = g_ptr_array_index (self->profiles, i);

      gtk_list_box_append (GTK_LIST_BOX (self->list), make_row (self, profile));
      if (select_name != NULL && g_str_equal (profile->name, select_name))
        index = (int) i;
    }
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), index));
  if (broken != NULL && broken->len > 0)
    say (self, ((GError *) g_ptr_array_index (broken, 0))->message, TRUE);
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  DeskConnections *self = user_data;
  char *password;
  g_autoptr(GError) error = NULL;

  password = desk_secrets_lookup_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  desk_profile_form_set_password (self->form, password != NULL ? password : "");
  desk_secrets_free (password);
}

static void
row_selected_cb (DeskConnections *self)
{
  const DeskProfile *profile;

  /* The list loses its selection once more when the dialog goes. */
  if (self->cancellable == NULL)
    return;
  profile = selected (self);
  g_clear_pointer (&self->asked, g_free);
  say (self, "", FALSE);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (self->delete_button, profile != NULL && !ships (profile));
  if (profile == NULL)
    return;
  desk_profile_form_set_profile (self->form, profile);
  if (*profile->username != '\0')
    desk_secrets_lookup_async (profile->slug, self->cancellable, looked_up_cb, self);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(DeskConnections) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean only_in_memory = FALSE;

  if (!desk_secrets_store_finish (result, &only_in_memory, &error))
    say (self, error->message, TRUE);
  else if (only_in_memory)
    say (self, _("No Secret Service answers: the password is kept until the program ends, and not longer."), TRUE);
}

/* TRUE when the form was right and lies on disk. */
static gboolean
save (DeskConnections *self)
{
  g_autoptr(DeskProfile) profile = NULL;
  g_autoptr(GError) error = NULL;
  const char *password;

  profile = desk_profile_form_get_profile (self->form, &error);
  if (profile == NULL || !desk_profile_save (profile, &error))
    {
      say (self, error->message, TRUE);
      return FALSE;
    }
  password = desk_profile_form_get_password (self->form);
  if (*profile->username != '\0' && *password != '\0')
    desk_secrets_store_async (profile->slug, password, NULL, stored_cb, g_object_ref (self));
  load (self, profile->name);
  say (self, _("Saved."), FALSE);
  return TRUE;
}

static void
save_cb (DeskConnections *self)
{
  save (self);
}

static void
connect_cb (DeskConnections *self)
{
  const DeskProfile *profile;

  if (desk_profile_form_is_changed (self->form) && !save (self))
    return;
  profile = selected (self);
  if (profile == NULL)
    return;
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "open-profile",
                                  g_variant_new_string (profile->name));
  gtk_window_close (GTK_WINDOW (self));
}

/* A new profile begins as a copy of the chosen one under a name that is free. */
static void
new_cb (DeskConnections *self)
{
  g_autoptr(DeskProfile) profile = NULL;
  const DeskProfile *from = selected (self);
  g_autofree char *name = NULL;
  gboolean taken = TRUE;

  for (guint n = 1; taken; n++)
    {
      g_free (name);
      name = n == 1 ? g_strdup (_("New connection")) : g_strdup_printf (_("New connection %u"), n);
      taken = FALSE;
      for (guint i = 0; i < self->profiles->len; i++)
        taken |= g_str_equal (((DeskProfile *) g_ptr_array_index (self->profiles, i))->name, name);
    }
  profile = desk_profile_new (name);
  if (from != NULL && from->limits != NULL)
    {
      desk_limits_free (profile->limits);
      profile->limits = desk_limits_copy (from->limits);
    }
  gtk_list_box_unselect_all (GTK_LIST_BOX (self->list));
  desk_profile_form_set_profile (self->form, profile);
  desk_profile_form_focus (self->form);
  say (self, _("Name it, say where the server is, and save."), FALSE);
}

static void
cleared_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  /* A password that was never there is as good as one that is gone. */
  desk_secrets_clear_finish (result, NULL);
}

static void
delete_cb (DeskConnections *self)
{
  const DeskProfile *profile = selected (self);
  g_autofree char *slug = NULL;
  g_autoptr(GError) error = NULL;

  if (profile == NULL)
    return;
  if (self->in_use != NULL && g_str_equal (self->in_use, profile->name))
    {
      say (self, _("This connection is in use. Open another one first."), TRUE);
      return;
    }
  if (self->asked == NULL || !g_str_equal (self->asked, profile->name))
    {
      g_autofree char *question = g_strdup_printf (_("Press Delete again to delete the connection %s. Its state file is kept."),
                                                   desk_words_profile (profile->name));

      g_free (self->asked);
      self->asked = g_strdup (profile->name);
      say (self, question, FALSE);
      return;
    }
  slug = g_strdup (profile->slug);
  if (!desk_profile_delete (slug, &error))
    {
      say (self, error->message, TRUE);
      return;
    }
  desk_secrets_clear_async (slug, NULL, cleared_cb, NULL);
  load (self, NULL);
  say (self, _("Deleted. Its state file was kept."), FALSE);
}

static void
desk_connections_dispose (GObject *object)
{
  DeskConnections *self = DESK_CONNECTIONS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (desk_connections_parent_class)->dispose (object);
}

static void
desk_connections_finalize (GObject *object)
{
  DeskConnections *self = DESK_CONNECTIONS (object);

  g_clear_pointer (&self->profiles, g_ptr_array_unref);
  g_free (self->in_use);
  g_free (self->asked);
  G_OBJECT_CLASS (desk_connections_parent_class)->finalize (object);
}

static void
desk_connections_class_init (DeskConnectionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_connections_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_connections_finalize;
  g_type_ensure (DESK_TYPE_PROFILE_FORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-connections.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskConnections, list);
  gtk_widget_class_bind_template_child (widget_class, DeskConnections, message);
  gtk_widget_class_bind_template_child (widget_class, DeskConnections, delete_button);
  gtk_widget_class_bind_template_child (widget_class, DeskConnections, form);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
desk_connections_init (DeskConnections *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  desk_name_mnemonics (GTK_WIDGET (self));
}

GtkWidget *
desk_connections_new (GtkWindow  *parent,
                      const char *current)
{
  DeskConnections *self = g_object_new (DESK_TYPE_CONNECTIONS, "transient-for", parent, NULL);

  self->in_use = g_strdup (current);
  load (self, current);
  return GTK_WIDGET (self);
}
