/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* An order whose fate nobody has stated, settled by hand: the evidence in plain words, the candidates, what may be
 * decided and what follows from it. Nothing is sent to the server from here. The evidence is renewed after each answer;
 * a choice made on older evidence is dropped, and all of it when the link changes. */

#define DESK_TYPE_CASE_DIALOG (desk_case_dialog_get_type ())
G_DECLARE_FINAL_TYPE (DeskCaseDialog, desk_case_dialog, DESK, CASE_DIALOG, AdwWindow)

/* @id: the client or server id of an order in doubt. */
GtkWidget *desk_case_dialog_new (GtkWindow   *parent, /* (nullable) */
                                 DeskSession *session,
                                 const char  *id);

G_END_DECLS
