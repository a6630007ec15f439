/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-confirm-strip.h"
#include "desk-date-entry.h"
#include "desk-ticket-exits.h"
#include "desk-ticket-extras.h"
#include "desk-ticket-line.h"
#include "desk-ticket-pair.h"
#include "desk-ticket-preview.h"
#include "desk-ticket-touch.h"
#include "desk-ticket-view.h"

G_BEGIN_DECLS

/* The ticket in two files: its fields (desk-ticket-view.c), and what becomes of them: the preview, the question, the
 * order (desk-ticket-propose.c). */

struct _DeskTicketView
{
  GtkWidget          parent_instance;

  GtkWidget         *scroller;
  DeskTicketLine    *line;
  GtkWidget         *symbol;
  GtkWidget         *symbols;
  DeskTicketTouch   *touch;
  GtkWidget         *kinds[DESK_TICKET_OCO + 1];
  GtkWidget         *more;
  GtkSizeGroup      *labels;
  GtkWidget         *order;
  GtkWidget         *side;
  GtkWidget         *type;
  GtkWidget         *quantity;
  GtkWidget         *quick_place;
  DeskPriceEntry    *price;
  GtkWidget         *price_label;
  DeskPriceEntry    *stop;
  GtkWidget         *stop_label;
  DeskTicketExits   *exits;
  DeskTicketPair    *pair;
  DeskTicketExtras  *extras;
  GtkWidget         *tif;
  DeskDateEntry     *good_till;
  GtkWidget         *good_till_label;
  DeskTicketPreview *preview;
  DeskConfirmStrip  *strip;
  GtkWidget         *question;   /* the preview, or the strip in its place */
  GtkWidget         *hint;
  DeskDenial         hint_denial; /* what the hint says; NONE: something else */
  GtkWidget         *buy;
  GtkWidget         *sell;
  GtkWidget         *place;      /* the pair has its sides in its fields */

  DeskSession       *session;
  guint              preview_id;
  guint              refresh_id;
  guint              sent_id;
  guint32            epoch;
  DeskLink           link;
  char               account[DESK_ID_SIZE];
  guint64            preview_tag; /* of the preview that fills the lines */
  DeskTicket         previewed;
  guint64            propose_tag; /* of the preview that opens the strip */
  DeskTicket         proposed;
  guint64            submit_tag;
};

/* desk-ticket-view.c */
const DeskInstrumentState *ticket_instrument     (DeskTicketView   *self); /* of the symbol in the field, or NULL */
const DeskGrid            *ticket_grid           (DeskTicketView   *self); /* NULL: not known */

/* desk-ticket-propose.c */
/* Strip, order line and keys. */
void                       ticket_connect        (DeskTicketView   *self);
/* A sentence below the buttons; NULL: none. */
void                       ticket_set_hint       (DeskTicketView   *self,
                                                  const char       *text,
                                                  gboolean          bad);
/* The sentence is no longer true once the link is live. */
void                       ticket_hint_linked    (DeskTicketView   *self);
void                       ticket_queue_preview  (DeskTicketView   *self);
/* What the fields say, on that side; DESK_SIDE_NONE for a pair. */
void                       ticket_propose_side   (DeskTicketView   *self,
                                                  DeskSide          side,
                                                  DeskSource        source);
/* A preview or a refusal that may be the answer to a command of the ticket. */
void                       ticket_take_answer    (DeskTicketView   *self,
                                                  const DeskEvent  *event);
/* What was asked was asked of another connection, account or mode: @why the question is dropped. */
void                       ticket_surprise       (DeskTicketView   *self,
                                                  const char       *why);

G_END_DECLS
