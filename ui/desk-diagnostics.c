/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-diagnostics.h"

#include "desk-latency.h"
#include "desk-state-manager.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <libpanel.h>

/* One line: what it is, and its value when it was written last. */
typedef struct
{
  const char *section; /* translated, as the next */
  const char *name;
  GtkWidget  *value;
} Line;

struct _DeskDiagnostics
{
  AdwWindow    parent_instance;

  GtkWidget   *page;
  GtkWidget   *group;   /* the last one */
  GtkWidget   *copy;
  GArray      *lines;   /* Line */
  guint        next;    /* that is written */
  const char  *section;

  DeskSession *session;
  gint64       since;
  guint        timer_id;
};

G_DEFINE_FINAL_TYPE (DeskDiagnostics, desk_diagnostics, ADW_TYPE_WINDOW)

static void
begin (DeskDiagnostics *self,
       const char      *section)
{
  self->section = section;
  if (self->next < self->lines->len)
    return;
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), section);
  gtk_box_append (GTK_BOX (self->page), self->group);
}

/* (transfer full) for @value. The first round makes the rows, the next ones write them. @bad: it should not be so. */
static void
put (DeskDiagnostics *self,
     const char      *name,
     char            *value,
     gboolean         bad)
{
  Line *line;

  if (self->next == self->lines->len)
    {
      Line added = { self->section, name, gtk_label_new (NULL) };
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
      gtk_label_set_selectable (GTK_LABEL (added.value), TRUE);
      gtk_label_set_xalign (GTK_LABEL (added.value), 1.0f);
      gtk_widget_add_css_class (added.value, "numeric");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), added.value);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
      g_array_append_val (self->lines, added);
    }
  line = &g_array_index (self->lines, Line, self->next++);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (line->value)), value) != 0)
    gtk_label_set_text (GTK_LABEL (line->value), value);
  if (bad)
    gtk_widget_add_css_class (line->value, "error");
  else
    gtk_widget_remove_css_class (line->value, "error");
  g_free (value);
}

static void
put_count (DeskDiagnostics *self,
           const char      *name,
           guint64          count)
{
  put (self, name, g_strdup_printf ("%" G_GUINT64_FORMAT, count), count > 0);
}

static char *
age_text (gint64 since)
{
  return since > 0 ? desk_words_age (g_get_monotonic_time () - since) : g_strdup ("–");
}

static char *
millis_text (gint64 usec)
{
  return usec >= 0 ? g_strdup_printf (_("%.1f ms"), (double) usec / 1000.0) : g_strdup ("–");
}

static void
put_never (DeskDiagnostics  *self,
           const DeskHealth *health)
{
  begin (self, _("What must never happen"));
  put_count (self, _("An order, a change or a cancel sent again by itself"), health->never_events[0]);
  put_count (self, _("An order kept for later while the link was down"), health->never_events[1]);
  put_count (self, _("An end of an order that the server did not state"), health->never_events[2]);
  put_count (self, _("A fill or a position invented to make things agree"), health->never_events[3]);
}

static void
put_link (DeskDiagnostics  *self,
          const DeskHealth *health)
{
  const DeskLinkState *link = desk_session_get_link (self->session);
  const DeskProfile *profile = desk_session_get_profile (self->session);

  begin (self, _("Link"));
  put (self, _("State"), g_strdup (desk_words_link (link->state)), FALSE);
  put (self, _("Server"), g_strdup_printf ("%s%s%s:%u", link->server_name, *link->server_name != '\0' ? ", " : "",
                                           profile->host != NULL ? profile->host : "", profile->port), FALSE);
  put (self, _("Numbering"), g_strdup (profile->numbering == DTC_NUMBERING_BRIEF ? "brief" : "dtc"), FALSE);
  put (self, _("Live since"), age_text (health->link_since), FALSE);
  put (self, _("Age of the last message"), age_text (health->last_receive), FALSE);
  put (self, _("Age of the last heartbeat"), age_text (health->last_heartbeat), FALSE);
  put (self, _("The server's clock against ours"),
       health->clock_known ? g_strdup_printf (_("%+.1f s, told in whole seconds"),
                                              (double) health->clock_offset_usec / G_USEC_PER_SEC)
                           : g_strdup (_("not told")), FALSE);
  put_count (self, _("Messages that the server dropped for us"), health->dropped);
  put (self, _("Bytes that wait to be sent"), g_strdup_printf ("%u", health->write_queue), FALSE);
}

static const char *
journal_state (const DeskHealth *health)
{
  if (health->journal_ok)
    return _("ok");
  if (!health->journal_waits)
    return _("cannot be written");
  return health->journal_aside ? _("the disk does not answer; exits went out and are kept in the runtime directory")
                               : _("the disk does not answer");
}

static void
put_journal (DeskDiagnostics  *self,
             const DeskHealth *health)
{
  begin (self, _("Journal"));
  put (self, _("State"), g_strdup (journal_state (health)), !health->journal_ok);
  put (self, _("Records"), g_strdup_printf ("%" G_GUINT64_FORMAT, health->journal_records), FALSE);
  put (self, _("Last commit to disk"), millis_text (health->journal_commit_usec), FALSE);
}

static void
put_latencies (DeskDiagnostics *self)
{
  const char *const names[DESK_N_LATENCIES] = {
    _("Click to journal"), _("Journal to socket"), _("Socket to first answer"), _("First answer to first fill"),
    _("Cancel to confirmation"),
  };
  DeskLatency measured[DESK_N_LATENCIES];

  desk_latency_measure (desk_session_get_orders (self->session), self->since, measured);
  /* Translators: how long things took; p50 is the median, and so on. */
  begin (self, _("Orders since the start: p50 / p95 / p99 / longest, in ms"));
  for (guint i = 0; i < DESK_N_LATENCIES; i++)
    put (self, names[i], measured[i].n == 0
                         ? g_strdup ("–")
                         : g_strdup_printf (ngettext ("%.1f / %.1f / %.1f / %.1f of %u order",
                                                      "%.1f / %.1f / %.1f / %.1f of %u orders", measured[i].n),
                                            (double) measured[i].p50 / 1000.0, (double) measured[i].p95 / 1000.0,
                                            (double) measured[i].p99 / 1000.0, (double) measured[i].max / 1000.0,
                                            measured[i].n), FALSE);
}

static void
put_versions (DeskDiagnostics *self)
{
  begin (self, _("Versions"));
  put (self, _("DTC Desk"), g_strdup (APP_VERSION), FALSE);
  put (self, "GTK", g_strdup_printf ("%u.%u.%u", gtk_get_major_version (), gtk_get_minor_version (),
                                     gtk_get_micro_version ()), FALSE);
  put (self, "libadwaita", g_strdup_printf ("%u.%u.%u", adw_get_major_version (), adw_get_minor_version (),
                                            adw_get_micro_version ()), FALSE);
  put (self, "GLib", g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version), FALSE);
  /* These two cannot be asked at run time. */
  put (self, "libpanel", g_strdup (PANEL_VERSION_S), FALSE);
  put (self, "json-glib", g_strdup (JSON_VERSION_S), FALSE);
  put (self, "SQLite", g_strdup (desk_state_manager_get_sqlite_version ()), FALSE);
}

static gboolean
update_cb (gpointer user_data)
{
  DeskDiagnostics *self = user_data;
  const DeskHealth *health = desk_session_get_health (self->session);

  self->next = 0;
  put_never (self, health);
  put_link (self, health);
  put_journal (self, health);
  put_latencies (self);
  put_versions (self);
  return G_SOURCE_CONTINUE;
}

char *
desk_diagnostics_dup_text (DeskDiagnostics *self)
{
  GString *out = g_string_new (NULL);
  const char *section = NULL;

  g_return_val_if_fail (DESK_IS_DIAGNOSTICS (self), NULL);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = &g_array_index (self->lines, Line, i);

      if (line->section != section)
        g_string_append_printf (out, "%s%s\n", section != NULL ? "\n" : "", line->section);
      section = line->section;
      g_string_append_printf (out, "  %s: %s\n", line->name, gtk_label_get_text (GTK_LABEL (line->value)));
    }
  return g_string_free (out, FALSE);
}

static void
copy_clicked_cb (DeskDiagnostics *self)
{
  g_autofree char *text = desk_diagnostics_dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_button_set_label (GTK_BUTTON (self->copy), _("Copied"));
}

static void
desk_diagnostics_dispose (GObject *object)
{
  DeskDiagnostics *self = DESK_DIAGNOSTICS (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_diagnostics_parent_class)->dispose (object);
}

static void
desk_diagnostics_finalize (GObject *object)
{
  g_array_unref (DESK_DIAGNOSTICS (object)->lines);
  G_OBJECT_CLASS (desk_diagnostics_parent_class)->finalize (object);
}

static void
desk_diagnostics_class_init (DeskDiagnosticsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_diagnostics_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_diagnostics_finalize;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
desk_diagnostics_init (DeskDiagnostics *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  self->copy = gtk_button_new_with_label (_("Copy as text"));
  g_signal_connect_swapped (self->copy, "clicked", G_CALLBACK (copy_clicked_cb), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->copy);
  self->page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_add_css_class (self->page, "case");
  gtk_widget_add_css_class (self->page, "diagnostics");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 720);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->page);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (content), header);
  gtk_box_append (GTK_BOX (content), scroller);
  adw_window_set_content (ADW_WINDOW (self), content);
  gtk_window_set_title (GTK_WINDOW (self), _("Diagnostics"));
  gtk_window_set_default_size (GTK_WINDOW (self), 700, 660);
}

GtkWidget *
desk_diagnostics_new (GtkWindow   *parent,
                      DeskSession *session,
                      gint64       since_utc)
{
  DeskDiagnostics *self = g_object_new (DESK_TYPE_DIAGNOSTICS, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  self->since = since_utc;
  update_cb (self);
  self->timer_id = g_timeout_add (1000, update_cb, self);
  return GTK_WIDGET (self);
}
