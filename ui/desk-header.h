/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The header bar: mode, profile and numbering, account, arm switch, link, the way out, menu. */

#define DESK_TYPE_HEADER (desk_header_get_type ())
G_DECLARE_FINAL_TYPE (DeskHeader, desk_header, DESK, HEADER, AdwBin)

void desk_header_set_session (DeskHeader  *self,
                              DeskSession *session); /* (nullable) */
/* Opens what stands behind the link's place. */
void desk_header_show_link   (DeskHeader  *self);

G_END_DECLS
