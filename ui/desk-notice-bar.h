/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Sentences that stay until they are read, alarms until they were marked as seen, and the one question the window asks without a dialog. */

#define DESK_TYPE_NOTICE_BAR (desk_notice_bar_get_type ())
G_DECLARE_FINAL_TYPE (DeskNoticeBar, desk_notice_bar, DESK, NOTICE_BAR, GtkWidget)

typedef void (*DeskNoticeAnswer) (gpointer user_data);

void     desk_notice_bar_say   (DeskNoticeBar    *self,
                                DeskLevel         level,
                                const char       *text);
/* Takes the place of what was said about the same subject. */
void     desk_notice_bar_say_about
                               (DeskNoticeBar    *self,
                                const char       *subject,
                                DeskLevel         level,
                                const char       *text);
/* The same with a button that mends it. */
void     desk_notice_bar_offer (DeskNoticeBar    *self,
                                const char       *subject,
                                DeskLevel         level,
                                const char       *text,
                                const char       *label,
                                DeskNoticeAnswer  answer,
                                gpointer          user_data);
/* One more button on what was said about @subject; nothing without that. It acts once. @free: of the data. */
void     desk_notice_bar_add_answer (DeskNoticeBar    *self,
                                     const char       *subject,
                                     const char       *label,
                                     DeskNoticeAnswer  answer,
                                     gpointer          user_data,
                                     GClosureNotify    free);
/* One more button, for an action with a text as its parameter; it acts as often as it is pressed. */
void     desk_notice_bar_add_action (DeskNoticeBar    *self,
                                     const char       *subject,
                                     const char       *label,
                                     const char       *action,
                                     const char       *target);
gboolean desk_notice_bar_has        (DeskNoticeBar    *self,
                                     const char       *subject);
/* What was said about the subject is over. */
void     desk_notice_bar_forget
                               (DeskNoticeBar    *self,
                                const char       *subject);
/**
 * desk_notice_bar_ask:
 * @yes: what the button that does it says
 * @word: (nullable): a word that must be typed first
 * @answer: called once, when the trader says yes
 *
 * A question put before drops the one that was open. Escape says no. "Yes" takes no click for 300 ms, so that a
 * double click on the button that asks does not answer.
 */
void     desk_notice_bar_ask   (DeskNoticeBar    *self,
                                const char       *question,
                                const char       *yes,
                                const char       *word,
                                DeskNoticeAnswer  answer,
                                gpointer          user_data);
/* Takes an open question away. TRUE if there was one. */
gboolean desk_notice_bar_is_asking
                               (DeskNoticeBar    *self,
                                DeskNoticeAnswer  answer);
gboolean desk_notice_bar_drop  (DeskNoticeBar    *self);
void     desk_notice_bar_clear (DeskNoticeBar    *self);

G_END_DECLS
