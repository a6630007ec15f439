/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-window.h"

#include "desk-banner.h"
#include "desk-exits.h"
#include "desk-header.h"
#include "desk-notice-bar.h"
#include "desk-placed.h"
#include "desk-power.h"
#include "desk-reconcile-view.h"
#include "desk-resync-bar.h"
#include "desk-status-bar.h"
#include "desk-ticket-view.h"
#include "desk-workspace.h"

G_BEGIN_DECLS

/* The window in three files: what it holds (desk-window.c), what can be asked of it (desk-window-actions.c), and what it
 * says of what happens (desk-window-news.c). */

struct _DeskWindow
{
  AdwApplicationWindow parent_instance;

  GtkWidget     *frame;
  DeskHeader    *header;
  DeskBanner    *banner;
  DeskResyncBar *resync;
  DeskExitStrip *strip;
  DeskNoticeBar *notices;
  GtkWidget     *stack;
  GtkWidget     *failure;
  GtkWidget     *advice;
  DeskStatusBar *status;

  DeskSession   *session;
  DeskPlaced    *placed;
  DeskWorkspace *workspace;
  char          *trouble;          /* why there is no link, as it was said on standard error */
  gulong         event_id;
  gint64         last_escape;
  guint64        finding;          /* that the notice is about */
  DeskExits     *exits;
  DeskArm        arm;              /* as it was told last */
  gboolean       arm_told;
  gint64         since;            /* UTC: when this window was made */
  DeskPower     *power;
};

/* NULL before there is a session. */
DeskTicketView *window_get_ticket (DeskWindow *self);

/* desk-window-actions.c */
void window_install_actions (GtkWidgetClass *widget_class);
void window_update_actions  (DeskWindow *self);
/* A command that needs no more than its kind, by key. */
void window_send            (DeskWindow      *self,
                             DeskCommandKind  kind);

/* desk-window-news.c */
void window_say        (DeskWindow *self,
                        DeskLevel   level,
                        const char *text);
void window_event_cb   (DeskSession     *session,
                        const DeskEvent *event,
                        DeskWindow      *self);
/* A mismatch was found, or the last one is settled. */
void window_found_cb   (DeskReconcileView *view,
                        guint64            number,
                        const char        *words,
                        DeskWindow        *self);
void window_settled_cb (DeskWindow *self);

G_END_DECLS
