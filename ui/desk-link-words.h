/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

G_BEGIN_DECLS

/* How the two links and the verification stand, in the few words that a header has room for. All char * are
 * (transfer full), in the language of the window. */

/* "Orders: live 0.2 s", "Link lost 12 s", "Asking the server 5/9". @lost_at: monotonic, 0: no live link was lost. */
char *desk_link_words_orders (DeskSession *session,
                              gint64       lost_at);
/* "Data: 0.3 s"; without a link what comes next: "try 3 in 8 s". */
char *desk_link_words_data   (DeskSession *session);
/* "Verified 10:31", "Accepted 10:31", "Mismatch", "Not verified". */
char *desk_link_words_verdict (DeskSession *session);
/* "14 ok 1 !": of the checks; "14 ok · 1 not provable" where there is no question for the rest; "": none was run. */
char *desk_link_words_checks (DeskSession *session);
/* Why what is verified is not all, in whole sentences; or NULL. */
char *desk_link_words_rest   (DeskSession *session);
/* TRUE where something is wrong, not only unproved. */
gboolean desk_link_is_mismatch (DeskSession *session);
/* TRUE where everything matches. */
gboolean desk_link_is_verified (DeskSession *session);
gboolean desk_link_is_silent   (DeskSession *session);
/* TRUE while nothing new about orders is shown, for the disk of the journal does not answer. */
gboolean desk_link_is_blind    (DeskSession *session);

G_END_DECLS
