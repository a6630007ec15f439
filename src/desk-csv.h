/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-price.h"

G_BEGIN_DECLS

/* Cells of a comma-separated line. The decimal point is '.' in every language, times are ISO 8601 in UTC, and no text can be
 * read as a formula by a spreadsheet; control characters are "?". A line that is empty so far gets no comma. */

void desk_csv_text   (GString         *line,
                      const char      *text);   /* NULL: an empty one */
/* Empty where there is none. */
void desk_csv_number (GString         *line,
                      double           value);
void desk_csv_price  (GString         *line,
                      const DeskPrice *price);
/* Below zero is nothing said. */
void desk_csv_count  (GString         *line,
                      gint64           count);
void desk_csv_signed (GString         *line,
                      gint64           number);
/* UTC microseconds, 0: none. */
void desk_csv_time   (GString         *line,
                      gint64           utc);

G_END_DECLS
