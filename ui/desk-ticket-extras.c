/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-extras.h"

#include <glib/gi18n.h>

struct _DeskTicketExtras
{
  DeskTicketPart parent_instance;

  GtkWidget     *show_label;
  GtkWidget     *show;
  GtkWidget     *note;
  DeskTicketKind kind;
};

G_DEFINE_FINAL_TYPE (DeskTicketExtras, desk_ticket_extras, DESK_TYPE_TICKET_PART)

static void
desk_ticket_extras_class_init (DeskTicketExtrasClass *klass)
{
}

static void
desk_ticket_extras_init (DeskTicketExtras *self)
{
  DeskTicketPart *part = DESK_TICKET_PART (self);

  self->show = gtk_spin_button_new_with_range (0, 1000000, 1);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (self->show), TRUE);
  gtk_editable_set_alignment (GTK_EDITABLE (self->show), 1.0f);
  gtk_widget_set_tooltip_text (self->show, _("Contracts that the book shows; 0 shows them all"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->show), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show only"), -1);
  self->note = gtk_entry_new ();
  gtk_entry_set_max_length (GTK_ENTRY (self->note), DESK_NOTE_MAX);
  gtk_widget_set_tooltip_text (self->note, _("Your own words; the server keeps them with the order"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->note), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Note"), -1);
  self->show_label = desk_ticket_part_add (part, 0, _("Show only"), self->show);
  desk_ticket_part_add (part, 1, _("Note"), self->note);
  desk_ticket_part_watch (part, self->show, "changed", gtk_editable_get_delegate (GTK_EDITABLE (self->show)));
  desk_ticket_part_watch (part, self->note, "changed", self->note);
}

void
desk_ticket_extras_set_kind (DeskTicketExtras *self,
                             DeskTicketKind    kind)
{
  g_return_if_fail (DESK_IS_TICKET_EXTRAS (self));

  self->kind = kind;
  desk_ticket_part_show (self->show_label, self->show, kind != DESK_TICKET_OCO);
}

gboolean
desk_ticket_extras_are_set (DeskTicketExtras *self)
{
  g_return_val_if_fail (DESK_IS_TICKET_EXTRAS (self), FALSE);
  return (self->kind != DESK_TICKET_OCO && gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->show)) > 0)
         || *gtk_editable_get_text (GTK_EDITABLE (self->note)) != '\0';
}

void
desk_ticket_extras_sent (DeskTicketExtras *self)
{
  g_return_if_fail (DESK_IS_TICKET_EXTRAS (self));
  gtk_editable_set_text (GTK_EDITABLE (self->note), "");
}

gboolean
desk_ticket_extras_read (DeskTicketExtras  *self,
                         DeskTicket        *ticket,
                         char             **why)
{
  g_autofree char *note = NULL;

  g_return_val_if_fail (DESK_IS_TICKET_EXTRAS (self), FALSE);

  gtk_spin_button_update (GTK_SPIN_BUTTON (self->show));
  if (self->kind != DESK_TICKET_OCO)
    ticket->max_show = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->show));
  note = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->note))));
  /* What the order line takes: it goes through the server's field and comes back the same. */
  for (const char *p = note; *p != '\0'; p++)
    if (!g_ascii_isprint (*p) || *p == '"')
      {
        *why = g_strdup (_("The note takes plain letters, digits and signs, no quotation marks."));
        return FALSE;
      }
  g_strlcpy (ticket->note, note, sizeof ticket->note);
  return TRUE;
}
