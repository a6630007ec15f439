/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-profile.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The fields of one profile. */

#define DESK_TYPE_PROFILE_FORM (desk_profile_form_get_type ())
G_DECLARE_FINAL_TYPE (DeskProfileForm, desk_profile_form, DESK, PROFILE_FORM, GtkWidget)

void         desk_profile_form_set_profile  (DeskProfileForm   *self,
                                             const DeskProfile *profile);
/* What the fields say, or an error that names the field and what may stand there. (transfer full) */
DeskProfile *desk_profile_form_get_profile  (DeskProfileForm   *self,
                                             GError           **error);
/* TRUE when something was typed since set_profile(). */
gboolean     desk_profile_form_is_changed   (DeskProfileForm   *self);
void         desk_profile_form_set_password (DeskProfileForm   *self,
                                             const char        *password);
const char  *desk_profile_form_get_password (DeskProfileForm   *self);
/* The name, ready to be typed over. */
void         desk_profile_form_focus        (DeskProfileForm   *self);

G_END_DECLS
