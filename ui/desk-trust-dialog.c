/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-trust-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  DeskProfile *profile;     /* as it is now */
  char        *fingerprint; /* what was shown in the dialog, whatever the server shows meanwhile */
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  desk_profile_free (question->profile);
  g_free (question->fingerprint);
  g_free (question);
}

static void
complain (GtkWindow  *parent,
          const char *text)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, _("The certificate was not saved"), text);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             gpointer          user_data)
{
  Question *question = user_data;
  g_autoptr(DeskProfile) profile = NULL;
  g_autoptr(GVariant) name = NULL;
  g_autoptr(GError) error = NULL;

  if (!g_str_equal (response, "trust"))
    return;
  profile = desk_profile_copy (question->profile);
  g_free (profile->tls_pin);
  profile->tls_pin = g_strdup (question->fingerprint);
  name = g_variant_ref_sink (g_variant_new_string (profile->name));
  if (!desk_profile_save (profile, &error))
    complain (gtk_window_get_transient_for (GTK_WINDOW (dialog)), error->message);
  else
    g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "open-profile", name);
}

static GtkWidget *
add_line (GtkWidget  *grid,
          int         row,
          const char *title,
          const char *text)
{
  GtkWidget *name = gtk_label_new (title);
  GtkWidget *value = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (name), 1.0f);
  gtk_widget_set_valign (name, GTK_ALIGN_START);
  gtk_widget_add_css_class (name, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (value), 0.0f);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 48);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, name, NULL, -1);
  gtk_grid_attach (GTK_GRID (grid), name, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), value, 1, row, 1, 1);
  return value;
}

/* Thirty-two pairs, eight in a line: as two people read them to each other. */
static char *
in_lines (const char *fingerprint)
{
  g_autofree char *shown = dtc_tls_fingerprint_show (fingerprint);
  GString *text = g_string_new (NULL);

  for (guint i = 0; shown[i] != '\0'; i++)
    g_string_append_c (text, i % 24 == 23 ? '\n' : shown[i]);
  return g_string_free (text, FALSE);
}

/* The same as dtc_tls_describe_flags(), one reason a line. */
static char *
reasons (GTlsCertificateFlags flags)
{
  static const struct { GTlsCertificateFlags flag; const char *words; } words[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, N_("No authority that this computer knows has signed it") },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, N_("It is for another host name") },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, N_("It is not valid yet") },
    { G_TLS_CERTIFICATE_EXPIRED, N_("It has expired") },
    { G_TLS_CERTIFICATE_REVOKED, N_("It was revoked") },
    { G_TLS_CERTIFICATE_INSECURE, N_("It is too weak") },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if ((flags & words[i].flag) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", _(words[i].words));
  if (text->len == 0)
    g_string_append (text, _("It could not be checked"));
  return g_string_free (text, FALSE);
}

void
desk_trust_dialog_present (GtkWindow           *parent,
                           const DeskProfile   *profile,
                           const DeskLinkState *link)
{
  g_autofree char *server = g_strdup_printf ("%s:%u", profile->host, profile->port);
  g_autofree char *shown = in_lines (link->certificate);
  Question *question;
  GtkWidget *dialog;
  GtkWidget *grid;
  int row = 0;

  g_return_if_fail (*link->certificate != '\0');

  question = g_new0 (Question, 1);
  question->profile = desk_profile_copy (profile);
  question->fingerprint = g_strdup (link->certificate);

  dialog = adw_message_dialog_new (parent,
                                   link->certificate_changed ? _("The server shows another certificate than before")
                                                             : _("Trust this certificate?"),
                                   link->certificate_changed
                                       ? _("Somebody may stand between you and the server, read your password and "
                                           "change your orders. Trust the new certificate only if whoever runs the "
                                           "server says that it was replaced, and its fingerprint is this one.")
                                       : _("Nobody that this computer knows vouches for it. Trust it only if the "
                                           "fingerprint is the one that the server itself shows."));
  grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  add_line (grid, row++, _("Server"), server);
  if (!link->certificate_changed)
    {
      g_autofree char *why = reasons (link->certificate_flags);

      add_line (grid, row++, _("Not trusted because"), why);
    }
  if (link->certificate_changed)
    {
      g_autofree char *before = in_lines (profile->tls_pin);

      gtk_widget_add_css_class (add_line (grid, row++, _("Trusted until now"), before), "monospace");
    }
  gtk_widget_add_css_class (add_line (grid, row++, _("SHA-256 fingerprint"), shown), "monospace");
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), grid);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Do not trust"), "trust",
                                    _("Trust and connect"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "trust", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
