/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-market-column.h"

#include "desk-depth-view.h"
#include "desk-depth-watch.h"
#include "desk-facts.h"
#include "desk-figure.h"
#include "desk-queue-view.h"
#include "desk-symbol-chooser.h"
#include "desk-tape-view.h"
#include "desk-words-market.h"
#include "desk-words.h"

#include <glib/gi18n.h>

/* So often ages are looked at. */
#define AGE_MS 250

struct _DeskMarketColumn
{
  GtkWidget          parent_instance;

  GtkWidget         *box;
  DeskSymbolChooser *chooser;
  GtkWidget         *facts_button;
  GtkWidget         *queue_button;
  GtkInscription *last;
  GtkInscription *change;
  GtkWidget         *trading;
  DeskDepthView     *depth;
  DeskQueueView     *queue;
  DeskTapeView      *tape;

  DeskSession       *session;
  char               ticket_symbol[DESK_SYMBOL_SIZE];

  /* Of the symbol on screen; nothing while there is none. */
  char               shown[DESK_SYMBOL_SIZE];
  DeskQuote         *quote;
  gulong             quote_id;
  DeskBook          *book;
  gulong             book_id;
  DeskOwnOrders     *own;
  gboolean           queue_watched;
  gulong             event_id;
  guint              tick_id;
  guint              age_id;
};

G_DEFINE_FINAL_TYPE (DeskMarketColumn, desk_market_column, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_label (GtkWidget  *label,
           const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

static gboolean
link_is_up (DeskMarketColumn *self)
{
  DeskLink link = desk_session_get_link (self->session)->state;

  return link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC;
}

static const DeskInstrumentState *
instrument (DeskMarketColumn *self)
{
  return self->quote != NULL ? desk_quote_get_instrument (self->quote) : NULL;
}

/* What is said where the levels would be. (transfer full) */
static char *
words_without_depth (DeskMarketColumn *self)
{
  const DeskInstrumentState *definition = instrument (self);
  const DeskDepthState *state = self->book != NULL ? desk_book_get_state (self->book) : NULL;

  if (*self->shown == '\0')
    return g_strdup (_("Choose a symbol above, or find one with Ctrl+F."));
  if (definition != NULL && !definition->known)
    return g_strdup (_("The server does not know this symbol."));
  if (self->quote != NULL && desk_quote_get_state (self->quote)->rejected)
    return desk_words_no_data (desk_quote_get_state (self->quote)->text);
  if (state != NULL && state->rejected)
    return desk_words_no_depth (state->text);
  if (!link_is_up (self))
    return g_strdup (_("No depth yet: there is no link."));
  if (self->quote == NULL)
    /* Translators: %s is a symbol. */
    return g_strdup_printf (_("%s is not followed yet."), self->shown);
  if (state != NULL && state->received > 0)
    return g_strdup (_("The book is empty."));
  /* Translators: %s is a symbol. */
  return g_strdup_printf (_("Waiting for the depth of %s…"), self->shown);
}

static void
show_age (DeskMarketColumn *self)
{
  const DeskDepthState *state = self->book != NULL ? desk_book_get_state (self->book) : NULL;
  const DeskQuoteState *quote = self->quote != NULL ? desk_quote_get_state (self->quote) : NULL;
  gboolean up = link_is_up (self);
  gint64 received = quote != NULL ? quote->received : 0;
  g_autofree char *doubt = NULL;
  g_autofree char *words = words_without_depth (self);
  gboolean cut = !up || (state != NULL && state->stale);

  if (state != NULL)
    received = MAX (received, state->received);
  doubt = desk_words_doubt (received, cut);
  desk_depth_view_set_doubt (self->depth, doubt);
  desk_depth_view_set_words (self->depth, words);
  desk_tape_view_set_doubt (self->tape, !up);
  if (doubt != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->last), "doubtful");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->last), "doubtful");
}

static void
show_quote (DeskMarketColumn *self)
{
  const DeskQuoteState *quote = self->quote != NULL ? desk_quote_get_state (self->quote) : NULL;
  g_autofree char *last = NULL;
  g_autofree char *change = NULL;
  g_autofree char *moved = NULL;

  if (quote == NULL)
    {
      desk_figure_set (self->last, "");
      desk_figure_set (self->change, "");
      set_label (self->trading, "");
      return;
    }
  last = desk_price_format (&quote->grid, &quote->last);
  change = desk_words_change (quote);
  moved = g_strdup_printf ("%s %s", desk_words_change_mark (quote), change);
  desk_figure_set (self->last, last);
  desk_figure_set (self->change, g_strstrip (moved));
  set_label (self->trading, quote->feed == DESK_FEED_UNAVAILABLE ? _("Data feed down")
                                                                 : desk_words_trading (quote->trading));
  if (quote->trading == DESK_TRADING_HALT || quote->feed == DESK_FEED_UNAVAILABLE)
    gtk_widget_add_css_class (self->trading, "warning");
  else
    gtk_widget_remove_css_class (self->trading, "warning");
  desk_depth_view_set_quote (self->depth, quote);
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  DeskMarketColumn *self = DESK_MARKET_COLUMN (widget);

  self->tick_id = 0;
  show_quote (self);
  if (self->book != NULL)
    desk_depth_view_set_state (self->depth, desk_book_get_state (self->book));
  show_age (self);
  return G_SOURCE_REMOVE;
}

/* At most once a frame, however often the market moves. */
static void
market_changed_cb (DeskMarketColumn *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
own_changed_cb (gpointer user_data)
{
  gtk_widget_queue_draw (GTK_WIDGET (((DeskMarketColumn *) user_data)->depth));
}

static gboolean
age_cb (gpointer user_data)
{
  DeskMarketColumn *self = user_data;

  show_age (self);
  desk_depth_view_follow (self->depth, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

static void
watch_queue (DeskMarketColumn *self,
             gboolean          watch)
{
  watch = watch && *self->shown != '\0' && self->quote != NULL;
  if (watch == self->queue_watched)
    return;
  self->queue_watched = watch;
  if (watch)
    desk_depth_watch_add (self->session, DESK_WATCH_ORDERS, self->shown);
  else
    desk_depth_watch_drop (self->session, DESK_WATCH_ORDERS, self->shown);
}

static void
let_go (DeskMarketColumn *self)
{
  watch_queue (self, FALSE);
  if (self->quote != NULL)
    {
      g_clear_signal_handler (&self->quote_id, self->quote);
      desk_depth_watch_drop (self->session, DESK_WATCH_LEVELS, self->shown);
    }
  if (self->book != NULL)
    g_clear_signal_handler (&self->book_id, self->book);
  g_clear_object (&self->quote);
  g_clear_object (&self->book);
  desk_depth_view_set_own (self->depth, NULL);
  g_clear_pointer (&self->own, desk_own_orders_free);
  desk_queue_view_set_state (self->queue, NULL);
}

/* The rows, the book and the tape of the symbol, which come and go with its place on the watchlist. */
static void
take_hold (DeskMarketColumn *self)
{
  DeskQuote *quote = *self->shown != '\0' ? desk_session_find_quote (self->session, self->shown) : NULL;
  DeskTape *tape = NULL;

  if (quote == self->quote && quote != NULL)
    return;
  let_go (self);
  if (quote != NULL)
    {
      self->quote = g_object_ref (quote);
      self->quote_id = g_signal_connect_swapped (quote, "changed", G_CALLBACK (market_changed_cb), self);
      self->book = g_object_ref (desk_session_get_book (self->session, self->shown));
      self->book_id = g_signal_connect_swapped (self->book, "changed", G_CALLBACK (market_changed_cb), self);
      self->own = desk_own_orders_new (self->session, self->shown, own_changed_cb, self);
      tape = desk_session_get_tape (self->session, self->shown);
      desk_depth_watch_add (self->session, DESK_WATCH_LEVELS, self->shown);
    }
  desk_depth_view_set_symbol (self->depth, self->shown);
  desk_depth_view_set_own (self->depth, self->own);
  desk_tape_view_set_tape (self->tape, self->shown, tape);
  watch_queue (self, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->queue_button)));
  gtk_widget_set_sensitive (self->facts_button, quote != NULL);
  tick_cb (GTK_WIDGET (self), NULL, NULL);
}

static void
show_symbol (DeskMarketColumn *self)
{
  const char *pinned = desk_symbol_chooser_get (self->chooser);
  const char *symbol = *pinned != '\0' ? pinned : self->ticket_symbol;

  if (g_str_equal (symbol, self->shown) || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  let_go (self);
  g_strlcpy (self->shown, symbol, sizeof self->shown);
  take_hold (self);
}

static void
chosen_cb (DeskMarketColumn *self)
{
  show_symbol (self);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
quotes_changed_cb (DeskMarketColumn *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    take_hold (self);
}

static void
event_cb (DeskSession      *session,
          const DeskEvent  *event,
          DeskMarketColumn *self)
{
  if (event->kind == DESK_EVENT_LINK)
    show_age (self);
  else if (event->kind == DESK_EVENT_QUEUE && self->queue_watched && g_str_equal (event->queue->symbol, self->shown))
    desk_queue_view_set_state (self->queue, event->queue);
}

static void
cursor_moved_cb (DeskMarketColumn *self)
{
  gint64 ticks;

  if (desk_depth_view_get_cursor (self->depth, &ticks))
    desk_queue_view_set_price (self->queue, ticks);
}

static void
queue_toggled_cb (DeskMarketColumn *self)
{
  gboolean active = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->queue_button));

  gtk_widget_set_visible (GTK_WIDGET (self->queue), active);
  cursor_moved_cb (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    watch_queue (self, active);
}

static void
make_facts_cb (GtkMenuButton *button,
               gpointer       user_data)
{
  DeskMarketColumn *self = user_data;
  GtkWidget *popover = gtk_popover_new ();

  gtk_popover_set_child (GTK_POPOVER (popover), desk_facts_new (instrument (self)));
  gtk_menu_button_set_popover (button, popover);
}

static void
recenter_cb (DeskMarketColumn *self)
{
  desk_depth_view_recenter (self->depth);
}

static void
desk_market_column_map (GtkWidget *widget)
{
  DeskMarketColumn *self = DESK_MARKET_COLUMN (widget);

  GTK_WIDGET_CLASS (desk_market_column_parent_class)->map (widget);
  self->event_id = g_signal_connect (self->session, "event", G_CALLBACK (event_cb), self);
  self->age_id = g_timeout_add (AGE_MS, age_cb, self);
  show_symbol (self);
  take_hold (self);
}

static void
desk_market_column_unmap (GtkWidget *widget)
{
  DeskMarketColumn *self = DESK_MARKET_COLUMN (widget);

  g_clear_signal_handler (&self->event_id, self->session);
  g_clear_handle_id (&self->age_id, g_source_remove);
  let_go (self);
  *self->shown = '\0';
  GTK_WIDGET_CLASS (desk_market_column_parent_class)->unmap (widget);
}

static gboolean
desk_market_column_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DESK_MARKET_COLUMN (widget)->depth));
}

static void
desk_market_column_dispose (GObject *object)
{
  DeskMarketColumn *self = DESK_MARKET_COLUMN (object);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_market_column_parent_class)->dispose (object);
}

static void
desk_market_column_class_init (DeskMarketColumnClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_market_column_dispose;
  widget_class->map = desk_market_column_map;
  widget_class->unmap = desk_market_column_unmap;
  widget_class->grab_focus = desk_market_column_grab_focus;
  g_type_ensure (DESK_TYPE_SYMBOL_CHOOSER);
  g_type_ensure (DESK_TYPE_DEPTH_VIEW);
  g_type_ensure (DESK_TYPE_QUEUE_VIEW);
  g_type_ensure (DESK_TYPE_TAPE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-market-column.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, box);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, chooser);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, facts_button);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, queue_button);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, last);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, change);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, trading);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, depth);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, queue);
  gtk_widget_class_bind_template_child (widget_class, DeskMarketColumn, tape);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, cursor_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, queue_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, recenter_cb);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
desk_market_column_init (DeskMarketColumn *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->facts_button), make_facts_cb, self, NULL);
}

GtkWidget *
desk_market_column_new (DeskSession *session)
{
  DeskMarketColumn *self = g_object_new (DESK_TYPE_MARKET_COLUMN, NULL);

  self->session = g_object_ref (session);
  desk_symbol_chooser_set_model (self->chooser, desk_session_get_quotes (session));
  g_signal_connect_object (desk_session_get_quotes (session), "items-changed", G_CALLBACK (quotes_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
desk_market_column_set_symbol (DeskMarketColumn *self,
                               const char       *symbol)
{
  g_return_if_fail (DESK_IS_MARKET_COLUMN (self));

  desk_symbol_chooser_set (self->chooser, symbol);
  show_symbol (self);
}

const char *
desk_market_column_get_symbol (DeskMarketColumn *self)
{
  g_return_val_if_fail (DESK_IS_MARKET_COLUMN (self), "");
  return desk_symbol_chooser_get (self->chooser);
}

void
desk_market_column_set_ticket_symbol (DeskMarketColumn *self,
                                      const char       *symbol)
{
  g_return_if_fail (DESK_IS_MARKET_COLUMN (self));

  g_strlcpy (self->ticket_symbol, symbol, sizeof self->ticket_symbol);
  desk_symbol_chooser_set_ticket_symbol (self->chooser, symbol);
  show_symbol (self);
}

const char *
desk_market_column_get_shown (DeskMarketColumn *self)
{
  g_return_val_if_fail (DESK_IS_MARKET_COLUMN (self), "");
  return self->shown;
}
