/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-header.h"

#include "desk-figure.h"
#include "desk-link-card.h"
#include "desk-link-words.h"
#include "desk-names.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _DeskHeader
{
  AdwBin         parent_instance;

  GtkWidget     *mode;
  GtkWidget     *profile_button;
  GtkWidget     *profile;
  GtkWidget     *numbering;
  GtkWidget     *security;
  GtkWidget     *account;
  GtkWidget     *center;
  GtkWidget     *arm;
  GtkWidget     *arm_mark;
  GtkWidget     *arm_word;
  GtkWidget     *arm_short;
  GtkWidget     *link;
  GtkWidget     *link_orders;
  GtkWidget     *link_data;
  GtkWidget     *card;
  GtkWidget     *verify;
  GtkWidget     *verdict;
  GtkWidget     *checks;
  GtkWidget     *flatten;

  DeskSession   *session;
  GtkStringList *accounts;
  gboolean       updating;  /* the drop-down is being filled, not chosen from */
  gulong         event_id;
  gulong         accounts_id;
  guint          timer_id;
  gboolean       blind;        /* the disk did not answer when last told */
  gboolean       verdict_due;  /* an order changed: one may be in doubt now */
  gint64         lost_at;   /* monotonic: a live link ended then; 0: none did */
  DeskLink       last_link;
};

G_DEFINE_FINAL_TYPE (DeskHeader, desk_header, ADW_TYPE_BIN)

static void
swap_class (GtkWidget  *widget,
            const char *class_name,
            gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, class_name);
  else
    gtk_widget_remove_css_class (widget, class_name);
}

static void
show_arm (DeskHeader *self)
{
  const DeskArmState *arm = desk_session_get_arm (self->session);
  gboolean armed = arm->arm == DESK_ARM_CONFIRM;
  gboolean halted = arm->arm == DESK_ARM_HALTED;
  const char *word = halted  ? C_("arm state", "Halted")
                     : armed ? C_("arm state", "Armed")
                             : C_("arm state", "Disarmed");

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->arm), armed);
  gtk_label_set_text (GTK_LABEL (self->arm_mark), halted ? "■" : armed ? "●" : "○");
  gtk_label_set_text (GTK_LABEL (self->arm_word), armed ? C_("arm state", "Armed, confirm each order") : word);
  gtk_label_set_text (GTK_LABEL (self->arm_short), word);
  swap_class (self->arm, "armed", armed);
  swap_class (self->arm, "halted", halted);
  desk_set_tooltip (self->arm, halted  ? _("Halted: release the halt in the menu")
                               : armed ? _("Armed, each order is confirmed; press F9 to disarm")
                                       : _("Press F9 to arm: each order is then confirmed beside the click"));
}

static void
set_text (GtkWidget  *label,
          const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
}

static void
show_link (DeskHeader *self)
{
  DeskLink link = desk_session_get_link (self->session)->state;
  g_autofree char *orders = desk_link_words_orders (self->session, self->lost_at);
  g_autofree char *data = desk_link_words_data (self->session);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", orders, data);

  set_text (self->link_orders, orders);
  set_text (self->link_data, data);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->link), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  desk_set_tooltip (self->flatten, link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC
                    ? _("Cancels every order of the account and closes its positions at market; works "
                        "disarmed, asks once")
                    : desk_words_denial (DESK_DENY_LINK_DOWN));
  swap_class (self->link, "live", link == DESK_LINK_LIVE);
  swap_class (self->link, "silent", desk_link_is_silent (self->session) || desk_link_is_blind (self->session));
  swap_class (self->link, "down", link == DESK_LINK_DOWN || link == DESK_LINK_STOPPED);
}

static void
show_verdict (DeskHeader *self)
{
  g_autofree char *verdict = desk_link_words_verdict (self->session);
  g_autofree char *checks = desk_link_words_checks (self->session);
  g_autofree char *rest = desk_link_words_rest (self->session);
  g_autofree char *tooltip = NULL;
  g_autofree char *both = g_strdup_printf ("%s%s%s", verdict, *checks != '\0' ? ", " : "", checks);
  /* Translators: the verdict of the verification, and the counts of its checks if there were any. */
  g_autofree char *spoken = g_strdup_printf (_("Verification: %s"), both);

  self->verdict_due = FALSE;
  set_text (self->verdict, verdict);
  set_text (self->checks, checks);
  tooltip = g_strdup_printf ("%s%s%s", _("The checks of what was sent against what the server says: agreed, wrong (!), not provable (?)"),
                             rest != NULL ? "\n" : "", rest != NULL ? rest : "");
  desk_set_tooltip (self->verify, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->verify), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  swap_class (self->verify, "verified", desk_link_is_verified (self->session));
  swap_class (self->verify, "mismatch", desk_link_is_mismatch (self->session));
}

/* What leaves this computer unencrypted says so all the time. */
static void
show_security (DeskHeader        *self,
               const DeskProfile *profile)
{
  gboolean here = profile->builtin_simulator || dtc_host_is_loopback (profile->host);

  gtk_label_set_text (GTK_LABEL (self->security), profile->use_tls ? C_("connection", "Encrypted")
                                                                   : C_("connection", "Not encrypted"));
  gtk_widget_set_tooltip_text (self->security,
                               !profile->use_tls ? _("Everybody on the way to the server can read and change orders. "
                                                     "The profile allows it; turn on TLS to end it.")
                               : *profile->tls_pin != '\0' ? _("TLS, with the one certificate that you trusted")
                                                           : _("TLS, with a certificate that an authority vouches for"));
  swap_class (self->security, "plain", !profile->use_tls);
  gtk_widget_set_visible (self->security, profile->use_tls || !here);
}

static gboolean
lists_names (GtkStringList     *list,
             const char *const *names)
{
  guint n = g_strv_length ((char **) names);

  if (g_list_model_get_n_items (G_LIST_MODEL (list)) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!g_str_equal (gtk_string_list_get_string (list, i), names[i]))
      return FALSE;
  return TRUE;
}

static void
show_accounts (DeskHeader *self)
{
  GListModel *accounts = desk_session_get_accounts (self->session);
  const DeskArmState *arm = desk_session_get_arm (self->session);
  guint n = g_list_model_get_n_items (accounts);
  guint selected = GTK_INVALID_LIST_POSITION;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskAccount) account = g_list_model_get_item (accounts, i);
      const char *name = desk_account_get_state (account)->account;

      if (g_str_equal (name, arm->account))
        selected = i;
      g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_add (names, NULL);

  self->updating = TRUE;
  if (!lists_names (self->accounts, (const char *const *) names->pdata))
    gtk_string_list_splice (self->accounts, 0, g_list_model_get_n_items (G_LIST_MODEL (self->accounts)),
                            (const char *const *) names->pdata);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->account), selected);
  self->updating = FALSE;
  gtk_widget_set_visible (self->account, n > 0);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskHeader      *self)
{
  if (event->kind == DESK_EVENT_ARM)
    {
      show_arm (self);
      show_accounts (self);
    }
  else if (event->kind == DESK_EVENT_LINK)
    {
      if (event->link.state == DESK_LINK_LIVE)
        self->lost_at = 0;
      else if (self->last_link == DESK_LINK_LIVE)
        self->lost_at = g_get_monotonic_time ();
      self->last_link = event->link.state;
      show_link (self);
      show_verdict (self);
    }
  else if (event->kind == DESK_EVENT_RESYNC || event->kind == DESK_EVENT_VERIFY)
    {
      show_link (self);
      show_verdict (self);
    }
  else if (event->kind == DESK_EVENT_ORDER)
    self->verdict_due = TRUE;
  else if (event->kind == DESK_EVENT_HEALTH && event->health.journal_waits != self->blind)
    {
      self->blind = event->health.journal_waits;
      show_link (self);
      show_verdict (self);
    }
}

static void
accounts_changed_cb (GListModel *model,
                     guint       position,
                     guint       removed,
                     guint       added,
                     DeskHeader *self)
{
  show_accounts (self);
}

static gboolean
timer_cb (gpointer user_data)
{
  DeskHeader *self = user_data;

  show_link (self);
  if (self->verdict_due)
    show_verdict (self);
  return G_SOURCE_CONTINUE;
}

static void
account_selected_cb (DeskHeader *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->account));
  const char *name;
  DeskCommand *command;

  if (self->updating || self->session == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  name = gtk_string_list_get_string (self->accounts, selected);
  if (name == NULL || g_str_equal (name, desk_session_get_arm (self->session)->account))
    return;
  command = desk_command_new (DESK_COMMAND_SELECT_ACCOUNT);
  g_strlcpy (command->ticket.account, name, sizeof command->ticket.account);
  desk_session_send (self->session, command);
}

static void
arm_clicked_cb (DeskHeader *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.arm", NULL);
  /* The button shows what the engine says, not what was pressed. */
  if (self->session != NULL)
    show_arm (self);
}

static void
drop_session (DeskHeader *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->session == NULL)
    return;
  desk_link_card_set_session (DESK_LINK_CARD (self->card), NULL);
  g_clear_signal_handler (&self->event_id, self->session);
  g_clear_signal_handler (&self->accounts_id, desk_session_get_accounts (self->session));
  g_clear_object (&self->session);
}

static void
desk_header_dispose (GObject *object)
{
  drop_session (DESK_HEADER (object));
  G_OBJECT_CLASS (desk_header_parent_class)->dispose (object);
}

static void
desk_header_class_init (DeskHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_header_dispose;
  g_type_ensure (DESK_TYPE_LINK_CARD);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-header.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, mode);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, profile_button);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, profile);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, numbering);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, security);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, account);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, center);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, arm);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, arm_mark);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, arm_word);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, arm_short);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, link);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, link_orders);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, link_data);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, card);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, verify);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, verdict);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, checks);
  gtk_widget_class_bind_template_child (widget_class, DeskHeader, flatten);
  gtk_widget_class_bind_template_callback (widget_class, arm_clicked_cb);
}

static void
desk_header_init (DeskHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  desk_name_drop_down (GTK_WIDGET (self->account), _("Account"));
  self->accounts = gtk_string_list_new (NULL);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->account), G_LIST_MODEL (self->accounts));
  g_object_unref (self->accounts);
  g_signal_connect_swapped (self->account, "notify::selected", G_CALLBACK (account_selected_cb), self);
}

void
desk_header_set_session (DeskHeader  *self,
                         DeskSession *session)
{
  const DeskProfile *profile;
  g_autofree char *numbering = NULL;

  g_return_if_fail (DESK_IS_HEADER (self));

  drop_session (self);
  gtk_widget_set_visible (self->mode, session != NULL);
  gtk_widget_set_visible (self->profile_button, session != NULL);
  gtk_widget_set_visible (self->center, session != NULL);
  gtk_widget_set_visible (self->flatten, session != NULL);
  gtk_widget_set_visible (self->account, FALSE);
  gtk_widget_set_visible (self->security, FALSE);
  if (session == NULL)
    return;

  self->session = g_object_ref (session);
  profile = desk_session_get_profile (session);
  gtk_label_set_text (GTK_LABEL (self->mode), profile->live ? C_("mode", "LIVE") : C_("mode", "SIM"));
  swap_class (self->mode, "live", profile->live);
  swap_class (self->mode, "sim", !profile->live);
  gtk_label_set_text (GTK_LABEL (self->profile), desk_words_profile (profile->name));
  gtk_widget_set_tooltip_text (self->profile_button, desk_words_profile (profile->name));
  /* Translators: which numbers of messages and states the connection uses; %s is "brief" or "dtc". */
  numbering = g_strdup_printf (_("numbering %s"), profile->numbering == DTC_NUMBERING_BRIEF ? "brief" : "dtc");
  gtk_label_set_text (GTK_LABEL (self->numbering), numbering);
  self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
  self->accounts_id = g_signal_connect (desk_session_get_accounts (session), "items-changed",
                                        G_CALLBACK (accounts_changed_cb), self);
  self->timer_id = g_timeout_add (500, timer_cb, self);
  self->last_link = desk_session_get_link (session)->state;
  self->lost_at = 0;
  desk_link_card_set_session (DESK_LINK_CARD (self->card), session);
  show_security (self, profile);
  show_arm (self);
  show_link (self);
  show_verdict (self);
  show_accounts (self);
}

void
desk_header_show_link (DeskHeader *self)
{
  g_return_if_fail (DESK_IS_HEADER (self));

  gtk_menu_button_popup (GTK_MENU_BUTTON (self->link));
}
