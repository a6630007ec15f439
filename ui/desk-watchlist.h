/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

G_BEGIN_DECLS

/* Which symbols the trader follows, kept for each profile from one start to the next. Until something is added or
 * removed they are the profile's own. */

/* Asks for what was followed, and no more for what was removed. */
void desk_watchlist_restore (DeskSession *session);
void desk_watchlist_add     (DeskSession *session,
                             const char  *symbol);
void desk_watchlist_remove  (DeskSession *session,
                             const char  *symbol);

G_END_DECLS
