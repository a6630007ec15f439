/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The window's memory. Without an installed schema everything works and nothing is kept. */

/* (transfer none) (nullable) */
GSettings *desk_settings_get               (void);

char      *desk_settings_dup_string        (const char *key);       /* "" without a schema */
void       desk_settings_set_string        (const char *key,
                                            const char *value);
int        desk_settings_get_int           (const char *key,
                                            int         fallback);
void       desk_settings_set_int           (const char *key,
                                            int         value);
gboolean   desk_settings_get_boolean       (const char *key,
                                            gboolean    fallback);
void       desk_settings_set_boolean       (const char *key,
                                            gboolean    value);

/* 0: not saved yet. */
int        desk_settings_get_column_width  (const char *table,
                                            const char *column);
gboolean   desk_settings_get_column_hidden (const char *table,
                                            const char *column,
                                            gboolean    fallback);
void       desk_settings_set_column        (const char *table,
                                            const char *column,
                                            int         width,
                                            gboolean    hidden);

G_END_DECLS
