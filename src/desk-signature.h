/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The Ed25519 key of this installation: one 0600 file beside the state files, made when it is first needed. */

typedef struct _DeskSigner DeskSigner;

/**
 * desk_signer_open:
 * @folder: of the state files
 * @create: make a key where there is none
 *
 * Returns: (transfer full): the key; %NULL with @error
 */
DeskSigner *desk_signer_open   (const char  *folder,
                                gboolean     create,
                                GError     **error);
void        desk_signer_free   (DeskSigner  *self);
/* The public part, base64 of its 32 bytes. */
const char *desk_signer_get_public (DeskSigner *self);
/* Base64 of the signature. (transfer full) */
char       *desk_signer_sign   (DeskSigner  *self,
                                const void  *data,
                                gsize        len,
                                GError     **error);
/* FALSE: not signed by the holder of @public, or no signature at all. */
gboolean    desk_signature_check (const char *public,
                                const char  *signature,
                                const void  *data,
                                gsize        len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskSigner, desk_signer_free)

G_END_DECLS
