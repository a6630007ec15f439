/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-types.h"

G_BEGIN_DECLS

/* The pre-trade limits of a profile; a file of its own JSON. A missing file or key refuses new risk (LIMITS). */
typedef struct
{
  gboolean loaded;
  char   **symbols;                 /* NULL: the key is missing; {"*"}: all */
  gint64   max_order_quantity;      /* each: -1 when the key is missing */
  gint64   max_position;
  double   max_order_value;         /* account currency; -1: missing */
  double   price_collar_percent;
  gint64   max_open_orders_symbol;
  gint64   max_open_orders_account;
  double   orders_per_second;
  gint64   orders_burst;
  double   orders_per_second_symbol;
  gint64   duplicate_window_ms;     /* 0: off */
  char     digest[17];              /* of the file, for the journal */
} DeskLimits;

DeskLimits *desk_limits_new    (void);                 /* nothing loaded: refuses new risk */
DeskLimits *desk_limits_copy   (const DeskLimits *limits);
void        desk_limits_free   (DeskLimits       *limits);
/* DESK_ERROR_CONFIG with file, key and what to write instead. (transfer full) */
DeskLimits *desk_limits_load   (const char       *path,
                                GError          **error);
DeskLimits *desk_limits_parse  (const char       *json,
                                gssize            len,
                                const char       *name,
                                GError          **error);
char       *desk_limits_to_text (const DeskLimits *limits);
/* The first key that is missing or senseless, or NULL when new risk may be checked against them. */
const char *desk_limits_missing (const DeskLimits *limits);
gboolean    desk_limits_allow_symbol (const DeskLimits *limits,
                                      const char       *symbol);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLimits, desk_limits_free)

G_END_DECLS
