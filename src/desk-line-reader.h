/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Command lines out of a stream of bytes that may be cut anywhere. A line is one when its newline has come, and not
 * before: what a torn pipe leaves of "5000.25" is a price, too. Pure. */

typedef struct _DeskLineReader DeskLineReader;

/* In bytes. A longer line is no command; what is kept of it is longer, too. */
#define DESK_LINE_MAX_LENGTH 4096

DeskLineReader *desk_line_reader_new  (void);
void            desk_line_reader_free (DeskLineReader *reader);

/**
 * desk_line_reader_feed:
 * @reader: a reader
 * @data: what came, in pieces of any size
 * @len: how many bytes
 *
 * A zero byte reads as a blank.
 */
void            desk_line_reader_feed (DeskLineReader *reader,
                                       const char     *data,
                                       gsize           len);
/**
 * desk_line_reader_next:
 * @reader: a reader
 *
 * Returns: (transfer full) (nullable): the next whole line, valid UTF-8 and without its newline; %NULL: none yet
 */
char           *desk_line_reader_next (DeskLineReader *reader);
/* No whole line waits. */
gboolean        desk_line_reader_is_empty (const DeskLineReader *reader);
/**
 * desk_line_reader_take_rest:
 * @reader: a reader whose input has ended
 *
 * Returns: (transfer full) (nullable): what stands behind the last newline, valid UTF-8; %NULL: nothing
 */
char           *desk_line_reader_take_rest (DeskLineReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLineReader, desk_line_reader_free)

G_END_DECLS
