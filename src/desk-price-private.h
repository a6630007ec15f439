/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price.h"

G_BEGIN_DECLS

/* The denominator of a PriceDisplayFormat and in how many parts it is written: 134 is 32nds in halves. FALSE: decimals. */
gboolean desk_price_format_fraction (int  format,
                                     int *denominator,
                                     int *parts);

G_END_DECLS
