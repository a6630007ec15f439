/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-reason-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* What the journal keeps of a person's words. */
#define MAX_LENGTH 200

typedef struct
{
  GtkWidget       *dialog;   /* not owned: it goes with it */
  GtkWidget       *entry;
  gboolean         optional;
  DeskReasonAnswer answer;
  gpointer         user_data;
  GDestroyNotify   free;
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  if (question->free != NULL)
    question->free (question->user_data);
  g_free (question);
}

static char *
dup_text (Question *question)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (question->entry))));
}

static void
changed_cb (Question *question)
{
  g_autofree char *text = dup_text (question);

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (question->dialog), "yes",
                                           question->optional || *text != '\0');
}

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             gpointer          user_data)
{
  Question *question = user_data;
  g_autofree char *text = dup_text (question);

  if (g_str_equal (response, "yes") && (question->optional || *text != '\0'))
    question->answer (text, question->user_data);
}

void
desk_reason_dialog_present (GtkWindow                *parent,
                            const DeskReasonQuestion *question,
                            DeskReasonAnswer          answer,
                            gpointer                  user_data,
                            GDestroyNotify            free)
{
  Question *asked = g_new0 (Question, 1);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, question->heading, question->body));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *label = gtk_label_new (question->field);

  asked->dialog = GTK_WIDGET (dialog);
  asked->optional = question->optional;
  asked->answer = answer;
  asked->user_data = user_data;
  asked->free = free;
  asked->entry = gtk_entry_new ();
  gtk_entry_set_max_length (GTK_ENTRY (asked->entry), MAX_LENGTH);
  gtk_entry_set_activates_default (GTK_ENTRY (asked->entry), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (asked->entry), 40);
  gtk_editable_set_text (GTK_EDITABLE (asked->entry), question->text != NULL ? question->text : "");
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_add_css_class (label, "field-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (asked->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, question->field, -1);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), asked->entry);
  adw_message_dialog_set_extra_child (dialog, box);
  adw_message_dialog_add_responses (dialog, "cancel", _("Leave as it is"), "yes", question->yes, NULL);
  adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "yes");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_swapped (asked->entry, "changed", G_CALLBACK (changed_cb), asked);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), asked, question_free, 0);
  changed_cb (asked);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (asked->entry);
}
