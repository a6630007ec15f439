/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

#include "desk-limits.h"

G_BEGIN_DECLS

/* A connection profile: a JSON file the trader may read and edit; never a password. A value. */
typedef struct
{
  char              *name;        /* "Built-in simulator" */
  char              *slug;        /* "built-in-simulator": names the files */
  gboolean           builtin_simulator; /* start dtc-sim ourselves; host and port are found at start */
  gboolean           live;        /* LIVE or SIM, as the trader declared it */
  char              *host;
  guint16            port;
  guint16            history_port; /* of historical prices */
  gboolean           use_tls;
  char              *tls_pin;     /* "": whom authorities vouch for; else the fingerprint (dtc-tls.h) to expect */
  gboolean           allow_plain; /* beyond loopback without TLS, because the trader said so */
  char             **allowed_addresses;
  DtcNumbering       numbering;
  gboolean           encoding_auto;
  DtcEncodingKind    encoding;
  DtcHandshakePolicy handshake;
  guint              heartbeat_seconds;
  char              *account;     /* "": the only one */
  char              *username;    /* "" : none; the password is in the Secret Service */
  char             **symbols;     /* to follow from the start */
  DeskLimits        *limits;
} DeskProfile;

DeskProfile *desk_profile_new      (const char         *name);
DeskProfile *desk_profile_copy     (const DeskProfile  *profile);
void         desk_profile_free     (DeskProfile        *profile);
/* The three that ship: Built-in simulator, Sierra Chart on this computer, Sierra Chart elsewhere. */
GPtrArray   *desk_profile_shipped  (void);
/* Shipped ones and the trader's own, own ones first where the slug is the same; a file that does not parse is
 * reported through @broken (array of GError, or NULL) and left as it is. (transfer full) (element DeskProfile) */
GPtrArray   *desk_profile_list     (GPtrArray         **broken);
/* By name or slug, whatever the case; DESK_ERROR_CONFIG when there is none or it cannot be used as it stands. */
/* DESK_ERROR_USAGE: there is no such profile; DESK_ERROR_CONFIG: its file does not parse. */
DeskProfile *desk_profile_find     (const char         *name,
                                    GError            **error);
/* Can be connected with; @error says what to write where. @where: the file, or NULL for the profile's name. */
gboolean     desk_profile_validate (const DeskProfile  *profile,
                                    const char         *where,
                                    GError            **error);
DeskProfile *desk_profile_parse    (const char         *text,
                                    gssize              len,
                                    const char         *path,
                                    GError            **error);
char        *desk_profile_to_text  (const DeskProfile  *profile);
gboolean     desk_profile_save     (const DeskProfile  *profile,
                                    GError            **error);
gboolean     desk_profile_delete   (const char         *slug,
                                    GError            **error);
/* $XDG_CONFIG_HOME/dtc-desk/profiles/<slug>.json (transfer full) */
char        *desk_profile_path     (const char         *slug);
/* $XDG_DATA_HOME/dtc-desk/<slug>.sqlite (transfer full) */
char        *desk_profile_state_path (const DeskProfile *profile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskProfile, desk_profile_free)

G_END_DECLS
