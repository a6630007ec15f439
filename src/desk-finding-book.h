/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-record.h"
#include "desk-verify.h"

G_BEGIN_DECLS

/* The findings of every verification while the state file lives: their numbers, what people said about them, and those
 * that are over. It is the fold of the records it plans itself and of what people decided. Pure. */

typedef struct _DeskFindingBook DeskFindingBook;

DeskFindingBook *desk_finding_book_new   (void);
void             desk_finding_book_free  (DeskFindingBook       *self);
void             desk_finding_book_fold  (DeskFindingBook       *self,
                                          const DeskRecord      *record);
/**
 * desk_finding_book_plan:
 * @run: a run whose findings have no numbers yet
 * @bases: (element-type DeskVerifyBase): starts of sums to be kept with it
 *
 * Returns: (transfer full) (nullable): the payload of a SNAPSHOT record that keeps what is new; %NULL: nothing is
 */
char            *desk_finding_book_plan  (DeskFindingBook       *self,
                                          const DeskVerifyRun   *run,
                                          const GArray          *bases);
/* Before that record is folded: neither the last run had it, nor has a person taken it. A position's difference stays the
 * same however fills move both sides. */
gboolean         desk_finding_book_is_news (DeskFindingBook     *self,
                                          const DeskFinding     *finding);
/* After that record was folded: gives the run its numbers, notes, past and the verdict of the whole. */
void             desk_finding_book_label (DeskFindingBook       *self,
                                          DeskVerifyRun         *run);
/* (transfer none) (nullable) */
const DeskFinding *desk_finding_book_find (DeskFindingBook      *self,
                                          guint64                number);
/* The payload of a HUMAN record: "accept" or "note", and the person's words. (transfer full) */
char            *desk_finding_book_human (const DeskFinding     *finding,
                                          const char            *action,
                                          const char            *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskFindingBook, desk_finding_book_free)

G_END_DECLS
