/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-timeline-view.h"

#include "desk-empty.h"
#include "desk-order-links.h"
#include "desk-timeline-axis.h"
#include "desk-timeline-reader.h"
#include "desk-timeline-words.h"
#include "desk-words.h"

#include <glib/gi18n.h>

/* An order that changes often is read at most so often. */
#define REFRESH_MS 200
/* More marks than anybody reads one by one: the middle is left to the log. */
#define MAX_MARKS 240

struct _DeskTimelineView
{
  GtkWidget           parent_instance;

  GtkWidget          *overlay;
  GtkWidget          *title;
  GtkWidget          *latencies;
  GtkWidget          *paned;
  GtkWidget          *scroller;
  DeskTimelineAxis   *axis;
  GtkWidget          *heading;
  GtkTextBuffer      *detail;
  GtkWidget          *empty;

  DeskSession        *session;
  DeskTimelineReader *reader;  /* not owned: the session's */
  GPtrArray          *marks;   /* as shown, or NULL */
  char               *id;
  char               *error;
  guint               refresh_id;
  guint               scroll_id;
  gboolean            follows; /* the newest mark is chosen as it comes */
  gboolean            setting;
  gboolean            wants_focus; /* as soon as there is a mark to take it */
};

G_DEFINE_FINAL_TYPE (DeskTimelineView, desk_timeline_view, GTK_TYPE_WIDGET)

/* Of very many the first and the last are drawn; the one between stands for all the others. */
static guint
n_drawn (DeskTimelineView *self)
{
  return self->marks->len <= MAX_MARKS ? self->marks->len : MAX_MARKS + 1;
}

/* NULL for the one that stands for the others. */
static DeskTimelineMark *
drawn_mark (DeskTimelineView *self,
            guint             place)
{
  if (self->marks->len <= MAX_MARKS || place < MAX_MARKS / 2)
    return g_ptr_array_index (self->marks, place);
  if (place == MAX_MARKS / 2)
    return NULL;
  return g_ptr_array_index (self->marks, self->marks->len - (n_drawn (self) - place));
}

static DeskTimelineMark *
chosen_mark (DeskTimelineView *self)
{
  int chosen = desk_timeline_axis_get_chosen (self->axis);

  return self->marks != NULL && chosen >= 0 && (guint) chosen < n_drawn (self) ? drawn_mark (self, (guint) chosen) : NULL;
}

static void
show_chosen (DeskTimelineView *self)
{
  DeskTimelineMark *mark = chosen_mark (self);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *heading = mark != NULL ? desk_timeline_words_mark (mark) : g_strdup ("");

  if (mark != NULL)
    {
      g_autofree char *words = desk_words_core (mark->text);

      g_string_append (text, words);
      if (mark->raw != NULL && *mark->raw != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", mark->raw);
    }
  gtk_label_set_text (GTK_LABEL (self->heading), heading);
  gtk_widget_set_tooltip_text (self->heading, heading);
  gtk_text_buffer_set_text (self->detail, text->str, (int) text->len);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "timeline.record", mark != NULL && mark->record != 0);
}

static void
chosen_cb (DeskTimelineView *self)
{
  int chosen = desk_timeline_axis_get_chosen (self->axis);

  if (!self->setting)
    self->follows = chosen == (int) desk_timeline_axis_get_n (self->axis) - 1;
  show_chosen (self);
}

static void
show_order (DeskTimelineView *self)
{
  g_autoptr(DeskOrder) order = NULL;
  g_autofree char *title = NULL;
  g_autofree char *latencies = NULL;

  if (self->id != NULL)
    order = desk_order_links_find (desk_session_get_orders (self->session), NULL, self->id);
  if (order != NULL)
    {
      title = desk_timeline_words_order (desk_order_get_state (order));
      latencies = desk_timeline_words_latencies (desk_order_get_state (order));
    }
  gtk_label_set_text (GTK_LABEL (self->title), title != NULL ? title : self->id != NULL ? self->id : "");
  gtk_widget_set_tooltip_text (self->title, self->id);
  gtk_label_set_text (GTK_LABEL (self->latencies), latencies != NULL ? latencies : "");
  gtk_widget_set_tooltip_text (self->latencies, latencies);
  gtk_widget_set_visible (self->latencies, latencies != NULL && *latencies != '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "timeline.order", order != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "timeline.messages", self->id != NULL);
}

static void
show_empty (DeskTimelineView *self)
{
  gboolean any = self->marks != NULL && self->marks->len > 0;
  g_autofree char *words = NULL;

  if (self->id == NULL)
    words = g_strdup (_("Choose an order in the orders table: its course from the click to its end stands here."));
  else if (self->error != NULL)
    words = desk_words_core (self->error);
  else if (self->marks == NULL)
    words = g_strdup (_("Reading the journal…"));
  else
    words = g_strdup (_("The journal has nothing about this order."));
  gtk_label_set_text (GTK_LABEL (self->empty), words);
  gtk_widget_set_visible (self->empty, !any);
  gtk_widget_set_visible (self->paned, any);
}

static gboolean
scroll_cb (gpointer user_data)
{
  DeskTimelineView *self = user_data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  self->scroll_id = 0;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

static DeskAxisMark
axis_mark (DeskTimelineView *self,
           guint             place)
{
  DeskTimelineMark *mark = drawn_mark (self, place);
  DeskAxisMark out = { .since = -1 };

  if (mark == NULL)
    {
      guint more = self->marks->len - MAX_MARKS;

      out.label = g_strdup_printf (ngettext ("%u more", "%u more", more), more);
      out.spoken = g_strdup_printf (ngettext ("%u more message is not drawn; the DTC log has it",
                                              "%u more messages are not drawn; the DTC log has them", more), more);
      out.glyph = g_strdup ("⋯");
      return out;
    }
  out.since = mark->since_previous_usec;
  out.label = desk_timeline_words_label (mark);
  out.spoken = desk_timeline_words_mark (mark);
  out.glyph = g_strdup (desk_timeline_words_glyph (mark->kind));
  out.style = desk_timeline_words_style (mark->kind);
  return out;
}

void
desk_timeline_view_take (DeskTimelineView *self,
                         GPtrArray        *marks,
                         const char       *error)
{
  GArray *drawn;
  int chosen;

  g_return_if_fail (DESK_IS_TIMELINE_VIEW (self));

  g_free (self->error);
  self->error = g_strdup (error);
  /* What was read once is not blanked by a read that failed. */
  if (marks == NULL)
    {
      show_empty (self);
      return;
    }
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  self->marks = g_ptr_array_ref (marks);
  drawn = g_array_new (FALSE, TRUE, sizeof (DeskAxisMark));
  g_array_set_clear_func (drawn, (GDestroyNotify) desk_axis_mark_clear);
  for (guint i = 0; i < n_drawn (self); i++)
    {
      DeskAxisMark mark = axis_mark (self, i);

      g_array_append_val (drawn, mark);
    }
  chosen = self->follows ? (int) drawn->len - 1 : MIN (desk_timeline_axis_get_chosen (self->axis), (int) drawn->len - 1);
  self->setting = TRUE;
  desk_timeline_axis_set_marks (self->axis, drawn);
  desk_timeline_axis_choose (self->axis, chosen);
  self->setting = FALSE;
  show_empty (self);
  show_order (self);
  show_chosen (self);
  if (self->wants_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->axis));
  self->wants_focus = FALSE;
  if (self->follows && self->scroll_id == 0)
    self->scroll_id = g_timeout_add (50, scroll_cb, self);
}

static void
read_cb (DeskTimelineReader *reader,
         const char         *id,
         GPtrArray          *marks,
         const char         *error,
         DeskTimelineView   *self)
{
  if (g_strcmp0 (id, self->id) == 0)
    desk_timeline_view_take (self, marks, error);
}

static gboolean
refresh_cb (gpointer user_data)
{
  DeskTimelineView *self = user_data;

  self->refresh_id = 0;
  show_order (self);
  if (self->id != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    desk_timeline_reader_ask (self->reader, self->id);
  return G_SOURCE_REMOVE;
}

static void
queue_refresh (DeskTimelineView *self)
{
  if (self->refresh_id == 0)
    self->refresh_id = g_timeout_add (REFRESH_MS, refresh_cb, self);
}

static gboolean
is_shown (DeskTimelineView *self,
          const char       *client_order_id,
          const char       *server_order_id)
{
  return self->id != NULL && (g_str_equal (self->id, client_order_id) || g_str_equal (self->id, server_order_id));
}

static void
event_cb (DeskSession      *session,
          const DeskEvent  *event,
          DeskTimelineView *self)
{
  if ((event->kind == DESK_EVENT_ORDER
       && is_shown (self, event->order.client_order_id, event->order.server_order_id))
      || (event->kind == DESK_EVENT_FILL
          && is_shown (self, event->fill.client_order_id, event->fill.server_order_id)))
    queue_refresh (self);
}

static void
go_action (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  DeskTimelineView *self = DESK_TIMELINE_VIEW (widget);

  if (self->id != NULL)
    gtk_widget_activate_action (widget, g_str_equal (name, "timeline.order") ? "win.show-order" : "win.show-messages", "s",
                                self->id);
}

static void
record_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskTimelineMark *mark = chosen_mark (DESK_TIMELINE_VIEW (widget));

  if (mark != NULL && mark->record != 0)
    gtk_widget_activate_action (widget, "win.show-record", "t", mark->record);
}

/* The marks may still be on their way. */
static gboolean
desk_timeline_view_grab_focus (GtkWidget *widget)
{
  DeskTimelineView *self = DESK_TIMELINE_VIEW (widget);

  if (gtk_widget_grab_focus (GTK_WIDGET (self->axis)))
    return TRUE;
  self->wants_focus = self->id != NULL && self->error == NULL;
  return self->wants_focus;
}

static void
desk_timeline_view_map (GtkWidget *widget)
{
  DeskTimelineView *self = DESK_TIMELINE_VIEW (widget);

  GTK_WIDGET_CLASS (desk_timeline_view_parent_class)->map (widget);
  /* What happened while nobody looked. */
  if (self->id != NULL)
    desk_timeline_reader_ask (self->reader, self->id);
}

static void
desk_timeline_view_dispose (GObject *object)
{
  DeskTimelineView *self = DESK_TIMELINE_VIEW (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->scroll_id, g_source_remove);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_timeline_view_parent_class)->dispose (object);
}

static void
desk_timeline_view_finalize (GObject *object)
{
  DeskTimelineView *self = DESK_TIMELINE_VIEW (object);

  g_free (self->id);
  g_free (self->error);
  G_OBJECT_CLASS (desk_timeline_view_parent_class)->finalize (object);
}

static void
desk_timeline_view_class_init (DeskTimelineViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_timeline_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_timeline_view_finalize;
  widget_class->grab_focus = desk_timeline_view_grab_focus;
  widget_class->map = desk_timeline_view_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "timeline.order", NULL, go_action);
  gtk_widget_class_install_action (widget_class, "timeline.messages", NULL, go_action);
  gtk_widget_class_install_action (widget_class, "timeline.record", NULL, record_action);
}

static GtkWidget *
add_button (GtkWidget  *bar,
            const char *label,
            const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (bar), button);
  return button;
}

static GtkWidget *
make_label (const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_bar (DeskTimelineView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->title = make_label ("timeline-title");
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_box_append (GTK_BOX (bar), self->title);
  add_button (bar, _("Show order"), "timeline.order");
  add_button (bar, _("Show messages"), "timeline.messages");
  gtk_widget_set_tooltip_text (add_button (bar, _("Show in log"), "timeline.record"), _("The message of the chosen mark"));
  return bar;
}

/* All of them where there is no room for all. */
static gboolean
latencies_tooltip_cb (GtkWidget  *label,
                      int         x,
                      int         y,
                      gboolean    keyboard,
                      GtkTooltip *tooltip)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))))
    return FALSE;
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (GTK_LABEL (label)));
  return TRUE;
}

static GtkWidget *
make_axis (DeskTimelineView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->axis = DESK_TIMELINE_AXIS (desk_timeline_axis_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->axis), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Course of the order"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("Left and Right go from one mark to the next. Each step says how long it was."), -1);
  gtk_widget_set_valign (GTK_WIDGET (self->axis), GTK_ALIGN_CENTER);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->axis));
  gtk_widget_set_vexpand (self->scroller, TRUE);
  self->latencies = make_label ("timeline-latencies");
  gtk_label_set_wrap (GTK_LABEL (self->latencies), TRUE);
  gtk_label_set_lines (GTK_LABEL (self->latencies), 2);
  gtk_widget_set_has_tooltip (self->latencies, TRUE);
  g_signal_connect (self->latencies, "query-tooltip", G_CALLBACK (latencies_tooltip_cb), NULL);
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_box_append (GTK_BOX (box), self->latencies);
  return box;
}

static GtkWidget *
make_detail (DeskTimelineView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_text_view_new ();

  self->heading = make_label ("timeline-heading");
  self->detail = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 4);
  gtk_widget_add_css_class (view, "timeline-detail");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The message of the chosen mark"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), view);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_box_append (GTK_BOX (box), self->heading);
  gtk_box_append (GTK_BOX (box), scroll);
  gtk_widget_set_size_request (box, 230, -1);
  return box;
}

static void
desk_timeline_view_init (DeskTimelineView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->follows = TRUE;
  self->paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_box_append (GTK_BOX (box), make_bar (self));
  gtk_paned_set_start_child (GTK_PANED (self->paned), make_axis (self));
  gtk_paned_set_end_child (GTK_PANED (self->paned), make_detail (self));
  gtk_paned_set_resize_end_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_vexpand (self->paned, TRUE);
  gtk_box_append (GTK_BOX (box), self->paned);
  self->empty = desk_empty_new ();
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), box);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->empty);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  g_signal_connect_object (self->axis, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
desk_timeline_view_new (DeskSession *session)
{
  DeskTimelineView *self = g_object_new (DESK_TYPE_TIMELINE_VIEW, NULL);

  self->session = g_object_ref (session);
  self->reader = desk_timeline_reader_get (session);
  g_signal_connect_object (self->reader, "read", G_CALLBACK (read_cb), self, 0);
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  show_empty (self);
  show_order (self);
  show_chosen (self);
  return GTK_WIDGET (self);
}

void
desk_timeline_view_show (DeskTimelineView *self,
                         const char       *id)
{
  g_return_if_fail (DESK_IS_TIMELINE_VIEW (self));
  g_return_if_fail (id != NULL);

  if (g_str_equal (id, self->id != NULL ? self->id : ""))
    return;
  self->wants_focus = FALSE;
  g_free (self->id);
  self->id = *id != '\0' ? g_strdup (id) : NULL;
  self->follows = TRUE;
  g_clear_pointer (&self->error, g_free);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  show_empty (self);
  show_order (self);
  show_chosen (self);
  if (self->id != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      GPtrArray *marks = desk_timeline_reader_ask (self->reader, self->id);

      if (marks != NULL)
        desk_timeline_view_take (self, marks, NULL);
    }
}
