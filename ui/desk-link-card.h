/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Behind the link's place in the header: how the link stands, the whole checklist of the last questions, and the ways
 * to try again or to stop trying. */

#define DESK_TYPE_LINK_CARD (desk_link_card_get_type ())
G_DECLARE_FINAL_TYPE (DeskLinkCard, desk_link_card, DESK, LINK_CARD, GtkWidget)

void desk_link_card_set_session (DeskLinkCard *self,
                                 DeskSession  *session); /* (nullable) */

G_END_DECLS
