/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-notice-bar.h"

#include "desk-sentence.h"

#include <glib/gi18n.h>

#define MAX_NOTICES  6 /* kept; alarms are kept until they were seen */
#define MAX_ROWS     3 /* in sight */
#define QUIET_MS     300

struct _DeskNoticeBar
{
  GtkWidget         parent_instance;

  GtkWidget        *box;
  GtkWidget        *more;        /* how many have no place, and the button for them */
  GtkWidget        *waiting;
  GtkWidget        *toggle;
  gboolean          all;         /* whatever room it takes */
  GQueue            notices;     /* row widgets, oldest first, not owned */
  GtkWidget        *question;
  GtkWidget        *yes;
  GtkWidget        *entry;
  char             *word;
  guint             quiet_id;
  gboolean          quiet;
  DeskNoticeAnswer  answer;
  gpointer          answer_data;
};

G_DEFINE_FINAL_TYPE (DeskNoticeBar, desk_notice_bar, GTK_TYPE_WIDGET)

/* Gives the newest ones of a kind a place while there is one; returns how many had none. */
static guint
place (DeskNoticeBar *self,
       gboolean       alarms,
       guint         *left)
{
  guint hidden = 0;

  for (GList *l = self->notices.tail; l != NULL; l = l->prev)
    if ((g_object_get_data (l->data, "desk-alarm") != NULL) == alarms)
      {
        gtk_widget_set_visible (l->data, self->all || *left > 0);
        if (*left > 0)
          (*left)--;
        else
          hidden++;
      }
  return hidden;
}

/* The desk keeps its room: the newest alarms, then the newest news; the rest is behind a button. */
static void
update_place (DeskNoticeBar *self)
{
  guint left = MAX_ROWS;
  guint alarms = place (self, TRUE, &left);
  guint news = place (self, FALSE, &left);
  g_autoptr(GString) text = g_string_new (NULL);

  if (alarms + news == 0)
    self->all = FALSE;
  gtk_widget_set_visible (self->more, alarms + news > 0);
  if (self->all)
    g_string_append (text, _("All notices are shown."));
  else if (alarms > 0)
    g_string_append_printf (text, ngettext ("%u alarm more waits to be seen.", "%u alarms more wait to be seen.", alarms),
                            alarms);
  if (!self->all && news > 0)
    {
      if (text->len > 0)
        g_string_append_c (text, ' ');
      g_string_append_printf (text, ngettext ("%u notice more.", "%u notices more.", news), news);
    }
  gtk_label_set_text (GTK_LABEL (self->waiting), text->str);
  gtk_button_set_label (GTK_BUTTON (self->toggle), self->all ? _("Show fewer") : _("Show all"));
  if (alarms > 0)
    gtk_widget_add_css_class (self->more, "alarm");
  else
    gtk_widget_remove_css_class (self->more, "alarm");
}

static void
toggle_clicked_cb (DeskNoticeBar *self)
{
  self->all = !self->all;
  update_place (self);
}

static void
remove_row (DeskNoticeBar *self,
            GtkWidget     *row)
{
  g_queue_remove (&self->notices, row);
  gtk_box_remove (GTK_BOX (self->box), row);
  update_place (self);
}

static void
close_clicked_cb (GtkWidget     *button,
                  DeskNoticeBar *self)
{
  remove_row (self, gtk_widget_get_parent (gtk_widget_get_parent (button)));
}

static GtkWidget *
buttons_of (GtkWidget *row)
{
  return gtk_widget_get_last_child (row);
}

static GtkWidget *
make_row (const char *class_name,
          const char *icon_name,
          const char *text)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (row, "notice");
  gtk_widget_add_css_class (row, class_name);
  gtk_box_append (GTK_BOX (row), gtk_image_new_from_icon_name (icon_name));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_box_append (GTK_BOX (row), desk_sentence_new (label));
  /* In a box of their own: beside a label that wraps, buttons whose words stand at different heights make a row that
   * is higher when it is wide than GTK was told. */
  gtk_box_append (GTK_BOX (row), gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10));
  return row;
}

void
desk_notice_bar_say (DeskNoticeBar *self,
                     DeskLevel      level,
                     const char    *text)
{
  desk_notice_bar_say_about (self, text, level, text);
}

void
desk_notice_bar_say_about (DeskNoticeBar *self,
                           const char    *subject,
                           DeskLevel      level,
                           const char    *text)
{
  desk_notice_bar_offer (self, subject, level, text, NULL, NULL, NULL);
}

/* News makes room for news; an alarm goes when it was seen. */
static void
drop_oldest (DeskNoticeBar *self)
{
  guint n = 0;

  for (GList *l = self->notices.tail; l != NULL;)
    {
      GList *before = l->prev;

      if (g_object_get_data (l->data, "desk-alarm") == NULL && ++n > MAX_NOTICES)
        remove_row (self, l->data);
      l = before;
    }
}

void
desk_notice_bar_offer (DeskNoticeBar    *self,
                       const char       *subject,
                       DeskLevel         level,
                       const char       *text,
                       const char       *label,
                       DeskNoticeAnswer  answer,
                       gpointer          user_data)
{
  GtkWidget *row;
  GtkWidget *close;
  gboolean alarm;

  g_return_if_fail (DESK_IS_NOTICE_BAR (self));

  desk_notice_bar_forget (self, subject);
  alarm = level == DESK_LEVEL_ALARM;
  row = make_row (alarm ? "alarm" : level == DESK_LEVEL_WARNING ? "caution" : "info",
                  level == DESK_LEVEL_INFO ? "dialog-information-symbolic" : "dialog-warning-symbolic", text);
  g_object_set_data_full (G_OBJECT (row), "desk-subject", g_strdup (subject), g_free);
  g_object_set_data (G_OBJECT (row), "desk-alarm", GINT_TO_POINTER (alarm));
  close = alarm ? gtk_button_new_with_label (C_("notice", "Seen")) : gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_add_css_class (close, "flat");
  if (!alarm)
    gtk_widget_add_css_class (close, "circular");
  gtk_widget_set_valign (close, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (close, _("Close this notice"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Close this notice"), -1);
  g_signal_connect (close, "clicked", G_CALLBACK (close_clicked_cb), self);
  gtk_box_append (GTK_BOX (buttons_of (row)), close);
  gtk_box_append (GTK_BOX (self->box), row);
  g_queue_push_tail (&self->notices, row);
  if (label != NULL)
    desk_notice_bar_add_answer (self, subject, label, answer, user_data, NULL);
  drop_oldest (self);
  update_place (self);
}

static GtkWidget *
find_row (DeskNoticeBar *self,
          const char    *subject)
{
  for (GList *l = self->notices.head; l != NULL; l = l->next)
    if (g_strcmp0 (g_object_get_data (l->data, "desk-subject"), subject) == 0)
      return l->data;
  return NULL;
}

static void
answered_cb (GtkWidget *button)
{
  gtk_widget_set_sensitive (button, FALSE);
}

static void
insert_button (GtkWidget *row,
               GtkWidget *button)
{
  GtkWidget *buttons = buttons_of (row);

  gtk_box_insert_child_after (GTK_BOX (buttons), button,
                              gtk_widget_get_prev_sibling (gtk_widget_get_last_child (buttons)));
}

void
desk_notice_bar_add_action (DeskNoticeBar *self,
                            const char    *subject,
                            const char    *label,
                            const char    *action,
                            const char    *target)
{
  GtkWidget *row;
  GtkWidget *button;

  g_return_if_fail (DESK_IS_NOTICE_BAR (self));

  row = find_row (self, subject);
  if (row == NULL)
    return;
  button = gtk_button_new_with_label (label);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  insert_button (row, button);
}

void
desk_notice_bar_add_answer (DeskNoticeBar    *self,
                            const char       *subject,
                            const char       *label,
                            DeskNoticeAnswer  answer,
                            gpointer          user_data,
                            GClosureNotify    free)
{
  GtkWidget *row;
  GtkWidget *button;

  g_return_if_fail (DESK_IS_NOTICE_BAR (self));

  row = find_row (self, subject);
  button = gtk_button_new_with_label (label);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_data (button, "clicked", G_CALLBACK (answer), user_data, free, G_CONNECT_SWAPPED);
  g_signal_connect (button, "clicked", G_CALLBACK (answered_cb), NULL);
  if (row != NULL)
    insert_button (row, button);
  else
    g_object_unref (g_object_ref_sink (button));
}

void
desk_notice_bar_forget (DeskNoticeBar *self,
                        const char    *subject)
{
  GtkWidget *row;

  g_return_if_fail (DESK_IS_NOTICE_BAR (self));

  row = find_row (self, subject);
  if (row != NULL)
    remove_row (self, row);
}

gboolean
desk_notice_bar_has (DeskNoticeBar *self,
                     const char    *subject)
{
  g_return_val_if_fail (DESK_IS_NOTICE_BAR (self), FALSE);
  return find_row (self, subject) != NULL;
}

gboolean
desk_notice_bar_drop (DeskNoticeBar *self)
{
  g_return_val_if_fail (DESK_IS_NOTICE_BAR (self), FALSE);

  g_clear_handle_id (&self->quiet_id, g_source_remove);
  g_clear_pointer (&self->word, g_free);
  self->answer = NULL;
  self->yes = NULL;
  self->entry = NULL;
  if (self->question == NULL)
    return FALSE;
  gtk_box_remove (GTK_BOX (self->box), self->question);
  self->question = NULL;
  return TRUE;
}

static void
yes_clicked_cb (DeskNoticeBar *self)
{
  DeskNoticeAnswer answer = self->answer;

  if (answer == NULL || self->quiet || !gtk_widget_get_sensitive (self->yes))
    return;
  desk_notice_bar_drop (self);
  answer (self->answer_data);
}

static void
update_yes (DeskNoticeBar *self)
{
  gboolean matches = TRUE;

  if (self->entry != NULL)
    {
      g_autofree char *typed = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->entry)), -1);
      g_autofree char *word = g_utf8_casefold (self->word, -1);

      matches = g_str_equal (g_strstrip (typed), word);
    }
  gtk_widget_set_sensitive (self->yes, matches && !self->quiet);
}

static gboolean
quiet_over_cb (gpointer user_data)
{
  DeskNoticeBar *self = user_data;

  self->quiet_id = 0;
  self->quiet = FALSE;
  update_yes (self);
  if (self->entry == NULL)
    gtk_widget_grab_focus (self->yes);
  return G_SOURCE_REMOVE;
}

static void
no_clicked_cb (DeskNoticeBar *self)
{
  desk_notice_bar_drop (self);
}

void
desk_notice_bar_ask (DeskNoticeBar    *self,
                     const char       *question,
                     const char       *yes,
                     const char       *word,
                     DeskNoticeAnswer  answer,
                     gpointer          user_data)
{
  GtkWidget *no;

  g_return_if_fail (DESK_IS_NOTICE_BAR (self));

  desk_notice_bar_drop (self);
  self->answer = answer;
  self->answer_data = user_data;
  self->question = make_row ("question", "dialog-warning-symbolic", question);
  if (word != NULL)
    {
      self->word = g_strdup (word);
      self->entry = gtk_entry_new ();
      gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 12);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, question, -1);
      g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (update_yes), self);
      g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (yes_clicked_cb), self);
      gtk_box_append (GTK_BOX (buttons_of (self->question)), self->entry);
    }
  self->yes = gtk_button_new_with_label (yes);
  gtk_widget_add_css_class (self->yes, "destructive-action");
  g_signal_connect_swapped (self->yes, "clicked", G_CALLBACK (yes_clicked_cb), self);
  no = gtk_button_new_with_label (C_("answer", "No"));
  g_signal_connect_swapped (no, "clicked", G_CALLBACK (no_clicked_cb), self);
  gtk_box_append (GTK_BOX (buttons_of (self->question)), no);
  gtk_box_append (GTK_BOX (buttons_of (self->question)), self->yes);
  gtk_box_prepend (GTK_BOX (self->box), self->question);
  self->quiet = TRUE;
  self->quiet_id = g_timeout_add (QUIET_MS, quiet_over_cb, self);
  update_yes (self);
  gtk_widget_grab_focus (self->entry != NULL ? self->entry : no);
}

gboolean
desk_notice_bar_is_asking (DeskNoticeBar    *self,
                           DeskNoticeAnswer  answer)
{
  g_return_val_if_fail (DESK_IS_NOTICE_BAR (self), FALSE);
  return self->question != NULL && self->answer == answer;
}

void
desk_notice_bar_clear (DeskNoticeBar *self)
{
  g_return_if_fail (DESK_IS_NOTICE_BAR (self));

  desk_notice_bar_drop (self);
  while (self->notices.head != NULL)
    remove_row (self, self->notices.head->data);
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  return desk_notice_bar_drop (DESK_NOTICE_BAR (widget));
}

static void
desk_notice_bar_dispose (GObject *object)
{
  DeskNoticeBar *self = DESK_NOTICE_BAR (object);

  if (self->box != NULL)
    desk_notice_bar_clear (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_notice_bar_parent_class)->dispose (object);
}

static void
desk_notice_bar_class_init (DeskNoticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_notice_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
desk_notice_bar_init (DeskNoticeBar *self)
{
  g_queue_init (&self->notices);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->more = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class (self->more, "notice");
  self->waiting = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->waiting), 0.0f);
  gtk_widget_set_hexpand (self->waiting, TRUE);
  self->toggle = gtk_button_new_with_label (NULL);
  gtk_widget_add_css_class (self->toggle, "chip");
  gtk_widget_set_valign (self->toggle, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->toggle, "clicked", G_CALLBACK (toggle_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->more), self->waiting);
  gtk_box_append (GTK_BOX (self->more), self->toggle);
  gtk_box_append (GTK_BOX (self->box), self->more);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  update_place (self);
}
