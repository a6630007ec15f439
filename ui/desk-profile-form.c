/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-profile-form.h"

#include "desk-names.h"

#include <glib/gi18n.h>
#include <math.h>

/* The numbers among the limits: one row each. A limit that is left empty refuses new risk. */
static const struct
{
  const char *title;
  gsize       offset;
  gboolean    is_double;
} limit_rows[] = {
  { N_("Largest order, contracts"), G_STRUCT_OFFSET (DeskLimits, max_order_quantity), FALSE },
  { N_("Largest position by symbol, working orders counted"), G_STRUCT_OFFSET (DeskLimits, max_position), FALSE },
  { N_("Largest order value, account currency"), G_STRUCT_OFFSET (DeskLimits, max_order_value), TRUE },
  { N_("Farthest price from the market, percent"), G_STRUCT_OFFSET (DeskLimits, price_collar_percent), TRUE },
  { N_("Most open orders by symbol"), G_STRUCT_OFFSET (DeskLimits, max_open_orders_symbol), FALSE },
  { N_("Most open orders by account"), G_STRUCT_OFFSET (DeskLimits, max_open_orders_account), FALSE },
  { N_("Orders a second"), G_STRUCT_OFFSET (DeskLimits, orders_per_second), TRUE },
  { N_("Orders at once"), G_STRUCT_OFFSET (DeskLimits, orders_burst), FALSE },
  { N_("Orders a second by symbol"), G_STRUCT_OFFSET (DeskLimits, orders_per_second_symbol), TRUE },
  { N_("The same order again is refused for, milliseconds"), G_STRUCT_OFFSET (DeskLimits, duplicate_window_ms), FALSE },
};

static const char *const mode_names[] = { N_("SIM: simulation"), N_("LIVE: real money"), NULL };
static const char *const numbering_names[] = { N_("dtc: as Sierra Chart (208 submits, 7 is filled)"),
                                               N_("brief: 300 submits, 3 is filled"), NULL };
static const char *const encoding_names[] = { N_("Automatic"), N_("JSON"), N_("JSON Compact"), N_("Binary"),
                                              N_("Binary with variable-length strings"), NULL };

/* As the choices above, after Automatic. */
static const DtcEncodingKind encodings[] = { DTC_ENCODING_JSON, DTC_ENCODING_JSON_COMPACT, DTC_ENCODING_BINARY,
                                             DTC_ENCODING_BINARY_VLS };

static const char *const handshake_names[] = { N_("Automatic"), N_("Always ask for the encoding"), N_("Never ask"),
                                               NULL };

struct _DeskProfileForm
{
  GtkWidget      parent_instance;

  GtkWidget     *page;
  GtkWidget     *name, *mode;
  GtkWidget     *server_group, *host, *port, *history, *tls, *pin, *plain, *addresses;
  GtkWidget     *numbering, *encoding, *handshake, *heartbeat;
  GtkWidget     *account, *username, *password, *symbols;
  GtkWidget     *allowed, *limits[G_N_ELEMENTS (limit_rows)];
  DeskProfile   *profile;
  gboolean       changed;
  gboolean       filling;
};

G_DEFINE_FINAL_TYPE (DeskProfileForm, desk_profile_form, GTK_TYPE_WIDGET)

static void
changed_cb (DeskProfileForm *self)
{
  if (!self->filling)
    self->changed = TRUE;
}

static GtkWidget *
add_entry (DeskProfileForm *self,
           GtkWidget       *group,
           const char      *title,
           gboolean         secret)
{
  GtkWidget *row = secret ? adw_password_entry_row_new () : adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_signal_connect_object (row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static GtkWidget *
add_choice (DeskProfileForm   *self,
            GtkWidget         *group,
            const char        *title,
            const char *const *names)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr(GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    gtk_string_list_append (list, _(names[i]));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static GtkWidget *
add_switch (DeskProfileForm *self,
            GtkWidget       *group,
            const char      *title,
            const char      *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_signal_connect_object (toggle, "notify::active", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return toggle;
}

static GtkWidget *
add_group (DeskProfileForm *self,
           const char      *title,
           const char      *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self->page), ADW_PREFERENCES_GROUP (group));
  return group;
}

static void
set_text (GtkWidget  *row,
          const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
}

static void
set_number (GtkWidget *row,
            double     value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  set_text (row, value < 0.0 ? "" : g_ascii_formatd (text, sizeof text, "%.12g", value));
}

static void
set_words (GtkWidget *row,
           char     **words)
{
  g_autofree char *text = words != NULL ? g_strjoinv (" ", words) : NULL;

  set_text (row, text);
}

static char *
get_text (GtkWidget *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static char **
get_words (GtkWidget *row)
{
  g_autofree char *text = get_text (row);
  g_auto(GStrv) parts = g_strsplit_set (text, " ,;\t", -1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

/* "12", "0.5", "0,5"; empty is -1: not set. */
static gboolean
get_number (GtkWidget *row,
            gboolean   whole,
            double    *value,
            GError   **error)
{
  g_autofree char *text = get_text (row);
  char *end = NULL;

  *value = -1.0;
  if (*text == '\0')
    return TRUE;
  g_strdelimit (text, ",", '.');
  if (g_ascii_isdigit (*text))
    *value = g_ascii_strtod (text, &end);
  if (end != NULL && *end == '\0' && isfinite (*value) && *value <= 1e12 && (!whole || *value == floor (*value)))
    return TRUE;
  g_set_error (error, DESK_ERROR, DESK_ERROR_CONFIG,
               whole ? _("“%s” must be a whole number, such as 5.") : _("“%s” must be a number, such as 2.5."),
               adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  gtk_widget_grab_focus (row);
  return FALSE;
}

static void
desk_profile_form_dispose (GObject *object)
{
  DeskProfileForm *self = DESK_PROFILE_FORM (object);

  g_clear_pointer (&self->page, gtk_widget_unparent);
  g_clear_pointer (&self->profile, desk_profile_free);
  G_OBJECT_CLASS (desk_profile_form_parent_class)->dispose (object);
}

static void
desk_profile_form_class_init (DeskProfileFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_profile_form_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_profile_form_init (DeskProfileForm *self)
{
  GtkWidget *group;

  self->page = adw_preferences_page_new ();
  gtk_widget_set_parent (self->page, GTK_WIDGET (self));

  group = add_group (self, _("Profile"), NULL);
  self->name = add_entry (self, group, _("Name"), FALSE);
  self->mode = add_choice (self, group, _("Mode"), mode_names);

  group = add_group (self, _("Server"), NULL);
  self->server_group = group;
  self->host = add_entry (self, group, _("Host"), FALSE);
  self->port = add_entry (self, group, _("Port"), FALSE);
  self->history = add_entry (self, group, _("Port for historical prices"), FALSE);
  self->tls = add_switch (self, group, _("Encrypt the connection (TLS)"),
                          _("Needed for every server that is not this computer"));
  self->pin = add_entry (self, group, _("Certificate to trust, SHA-256 (empty: authorities vouch)"), FALSE);
  self->plain = add_switch (self, group, _("Allow a connection that is not encrypted"),
                            _("Beyond this computer everybody on the way can read and change orders"));
  self->addresses = add_entry (self, group, _("Addresses the server may redirect to (host:port)"), FALSE);

  group = add_group (self, _("Protocol"),
                     _("The numbering cannot be found out on the wire. Sierra Chart speaks dtc."));
  self->numbering = add_choice (self, group, _("Numbering"), numbering_names);
  self->encoding = add_choice (self, group, _("Encoding"), encoding_names);
  self->handshake = add_choice (self, group, _("Handshake"), handshake_names);
  self->heartbeat = add_entry (self, group, _("Heartbeat, 5 to 60 seconds"), FALSE);

  group = add_group (self, _("Account"), _("The password is kept by the Secret Service of the desktop, never in a file."));
  self->account = add_entry (self, group, _("Trade account (empty: the only one)"), FALSE);
  self->username = add_entry (self, group, _("User name"), FALSE);
  self->password = add_entry (self, group, _("Password"), TRUE);
  desk_name_icon_buttons (self->password);
  self->symbols = add_entry (self, group, _("Symbols to follow"), FALSE);

  group = add_group (self, _("Limits"),
                     _("Checked before every order. While one is empty, new risk is refused; cancel and flatten always "
                       "work."));
  self->allowed = add_entry (self, group, _("Symbols that may be traded (* is all)"), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (limit_rows); i++)
    self->limits[i] = add_entry (self, group, _(limit_rows[i].title), FALSE);
}

static guint
choice_of (const DeskProfile *profile)
{
  for (guint i = 0; !profile->encoding_auto && i < G_N_ELEMENTS (encodings); i++)
    if (encodings[i] == profile->encoding)
      return i + 1;
  return 0;
}

static void
set_pin (GtkWidget  *row,
         const char *pin)
{
  g_autofree char *shown = dtc_tls_fingerprint_show (pin);

  set_text (row, shown);
}

static gboolean
get_pin (GtkWidget *row,
         char     **pin,
         GError   **error)
{
  g_autofree char *text = get_text (row);

  g_free (*pin);
  *pin = *text != '\0' ? dtc_tls_fingerprint_parse (text) : g_strdup ("");
  if (*pin != NULL)
    return TRUE;
  *pin = g_strdup ("");
  g_set_error_literal (error, DESK_ERROR, DESK_ERROR_CONFIG,
                       _("The fingerprint of a certificate has 64 hexadecimal digits, with or without colons."));
  gtk_widget_grab_focus (row);
  return FALSE;
}

void
desk_profile_form_set_profile (DeskProfileForm   *self,
                               const DeskProfile *profile)
{
  g_return_if_fail (DESK_IS_PROFILE_FORM (self));

  self->filling = TRUE;
  g_clear_pointer (&self->profile, desk_profile_free);
  self->profile = desk_profile_copy (profile);
  set_text (self->name, profile->name);
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->mode), profile->live ? 1 : 0);
  gtk_widget_set_visible (self->server_group, !profile->builtin_simulator);
  set_text (self->host, profile->host);
  set_number (self->port, profile->port);
  set_number (self->history, profile->history_port);
  gtk_switch_set_active (GTK_SWITCH (self->tls), profile->use_tls);
  gtk_switch_set_active (GTK_SWITCH (self->plain), profile->allow_plain);
  set_pin (self->pin, profile->tls_pin);
  set_words (self->addresses, profile->allowed_addresses);
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->numbering), profile->numbering == DTC_NUMBERING_BRIEF ? 1 : 0);
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->encoding), choice_of (profile));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->handshake), profile->handshake == DTC_HANDSHAKE_YES  ? 1
                                                               : profile->handshake == DTC_HANDSHAKE_NO ? 2
                                                                                                        : 0);
  set_number (self->heartbeat, profile->heartbeat_seconds);
  set_text (self->account, profile->account);
  set_text (self->username, profile->username);
  set_text (self->password, "");
  set_words (self->symbols, profile->symbols);
  set_words (self->allowed, profile->limits != NULL ? profile->limits->symbols : NULL);
  for (guint i = 0; i < G_N_ELEMENTS (limit_rows); i++)
    {
      double value = -1.0;

      if (profile->limits != NULL)
        value = limit_rows[i].is_double ? G_STRUCT_MEMBER (double, profile->limits, limit_rows[i].offset)
                                        : (double) G_STRUCT_MEMBER (gint64, profile->limits, limit_rows[i].offset);
      set_number (self->limits[i], value);
    }
  self->changed = FALSE;
  self->filling = FALSE;
}

static gboolean
read_limits (DeskProfileForm *self,
             DeskLimits      *limits,
             GError         **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (limit_rows); i++)
    {
      double value;

      if (!get_number (self->limits[i], !limit_rows[i].is_double, &value, error))
        return FALSE;
      if (limit_rows[i].is_double)
        G_STRUCT_MEMBER (double, limits, limit_rows[i].offset) = value;
      else
        G_STRUCT_MEMBER (gint64, limits, limit_rows[i].offset) = (gint64) value;
    }
  g_strfreev (limits->symbols);
  limits->symbols = get_words (self->allowed);
  if (limits->symbols[0] == NULL)
    g_clear_pointer (&limits->symbols, g_strfreev);
  limits->loaded = TRUE;
  return TRUE;
}

static void
take_text (char     **field,
           GtkWidget *row)
{
  g_free (*field);
  *field = get_text (row);
}

DeskProfile *
desk_profile_form_get_profile (DeskProfileForm *self,
                               GError         **error)
{
  static const DtcHandshakePolicy handshakes[] = { DTC_HANDSHAKE_AUTO, DTC_HANDSHAKE_YES, DTC_HANDSHAKE_NO };
  g_autofree char *name = NULL;
  g_autoptr(DeskProfile) profile = NULL;
  guint selected;
  double port;
  double history;
  double heartbeat;

  g_return_val_if_fail (DESK_IS_PROFILE_FORM (self) && self->profile != NULL, NULL);

  name = get_text (self->name);
  if (*name == '\0')
    {
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_CONFIG, _("The connection needs a name."));
      desk_profile_form_focus (self);
      return NULL;
    }
  /* Another name is another profile: it gets files of its own. */
  if (g_str_equal (name, self->profile->name))
    profile = desk_profile_copy (self->profile);
  else
    {
      g_autoptr(DeskProfile) fresh = desk_profile_new (name);

      profile = desk_profile_copy (self->profile);
      g_free (profile->name);
      profile->name = g_strdup (fresh->name);
      g_free (profile->slug);
      profile->slug = g_strdup (fresh->slug);
    }
  if (!get_number (self->port, TRUE, &port, error) || !get_number (self->history, TRUE, &history, error)
      || !get_number (self->heartbeat, TRUE, &heartbeat, error))
    return NULL;
  take_text (&profile->host, self->host);
  if (!profile->builtin_simulator && (*profile->host == '\0' || port < 1.0 || port > 65535.0))
    {
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_CONFIG,
                           _("The server needs a host, such as 127.0.0.1, and a port from 1 to 65535."));
      gtk_widget_grab_focus (*profile->host == '\0' ? self->host : self->port);
      return NULL;
    }
  if (heartbeat < 5.0 || heartbeat > 60.0)
    {
      g_set_error_literal (error, DESK_ERROR, DESK_ERROR_CONFIG, _("The heartbeat must be from 5 to 60 seconds."));
      gtk_widget_grab_focus (self->heartbeat);
      return NULL;
    }
  profile->port = (guint16) CLAMP (port, 0.0, 65535.0);
  profile->history_port = (guint16) CLAMP (history, 0.0, 65535.0);
  profile->heartbeat_seconds = (guint) heartbeat;
  profile->live = adw_combo_row_get_selected (ADW_COMBO_ROW (self->mode)) == 1;
  profile->use_tls = gtk_switch_get_active (GTK_SWITCH (self->tls));
  profile->allow_plain = gtk_switch_get_active (GTK_SWITCH (self->plain));
  if (!get_pin (self->pin, &profile->tls_pin, error))
    return NULL;
  g_strfreev (profile->allowed_addresses);
  profile->allowed_addresses = get_words (self->addresses);
  profile->numbering = adw_combo_row_get_selected (ADW_COMBO_ROW (self->numbering)) == 1 ? DTC_NUMBERING_BRIEF
                                                                                        : DTC_NUMBERING_DTC;
  selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->encoding));
  profile->encoding_auto = selected == 0;
  profile->encoding = selected >= 1 && selected <= G_N_ELEMENTS (encodings) ? encodings[selected - 1] : DTC_ENCODING_JSON;
  selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->handshake));
  profile->handshake = handshakes[MIN (selected, G_N_ELEMENTS (handshakes) - 1)];
  take_text (&profile->account, self->account);
  take_text (&profile->username, self->username);
  g_strfreev (profile->symbols);
  profile->symbols = get_words (self->symbols);
  if (profile->limits == NULL)
    profile->limits = desk_limits_new ();
  if (!read_limits (self, profile->limits, error))
    return NULL;
  return g_steal_pointer (&profile);
}

gboolean
desk_profile_form_is_changed (DeskProfileForm *self)
{
  g_return_val_if_fail (DESK_IS_PROFILE_FORM (self), FALSE);
  return self->changed;
}

void
desk_profile_form_set_password (DeskProfileForm *self,
                                const char      *password)
{
  g_return_if_fail (DESK_IS_PROFILE_FORM (self));
  self->filling = TRUE;
  set_text (self->password, password);
  self->filling = FALSE;
}

const char *
desk_profile_form_get_password (DeskProfileForm *self)
{
  g_return_val_if_fail (DESK_IS_PROFILE_FORM (self), "");
  return gtk_editable_get_text (GTK_EDITABLE (self->password));
}

void
desk_profile_form_focus (DeskProfileForm *self)
{
  g_return_if_fail (DESK_IS_PROFILE_FORM (self));
  gtk_widget_grab_focus (self->name);
  gtk_editable_select_region (GTK_EDITABLE (self->name), 0, -1);
}
