/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-types.h"

G_BEGIN_DECLS

/* A profile's password, in the Secret Service and never in a file. Where no Secret Service answers, it is kept in memory
 * until the program ends. Main thread only; DTC_USERNAME and DTC_PASSWORD are the caller's, who then does not come here
 * at all: no D-Bus is touched. */

void     desk_secrets_store_async   (const char           *slug,
                                     const char           *password,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
/* @only_in_memory: (out) (optional): the Secret Service did not take it. FALSE only when cancelled. */
gboolean desk_secrets_store_finish  (GAsyncResult         *result,
                                     gboolean             *only_in_memory,
                                     GError              **error);
void     desk_secrets_lookup_async  (const char           *slug,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
/* (transfer full): to be freed with desk_secrets_free(). NULL without @error: there is none. DESK_ERROR_SECRET: the
 * Secret Service did not answer. */
char    *desk_secrets_lookup_finish (GAsyncResult         *result,
                                     GError              **error);
void     desk_secrets_clear_async   (const char           *slug,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean desk_secrets_clear_finish  (GAsyncResult         *result,
                                     GError              **error);
/* Wipes and frees. */
void     desk_secrets_free          (char                 *password);
/* For the start of a program: a crash writes no core file, which would hold the password of the connection. */
void     desk_secrets_keep_from_cores (void);

G_END_DECLS
