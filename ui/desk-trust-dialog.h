/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks whether the certificate that was refused when @link ended is to be trusted from now on. With yes it
 * is pinned in the profile, which is saved and connected again. Nothing else than this question ever trusts one. */
void desk_trust_dialog_present (GtkWindow           *parent,
                                const DeskProfile   *profile,
                                const DeskLinkState *link);

G_END_DECLS
