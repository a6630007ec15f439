/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-exit-strip.h"

#include "desk-keyed-store.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define N_STEPS    DESK_FLATTEN_DONE /* those before it */
#define MAX_HEIGHT 140
#define ROWS_WHOLE 2

typedef struct
{
  DeskExitStrip *strip;   /* not owned */
  GtkWidget     *widget;
  GtkWidget     *title;
  GtkWidget     *signs[N_STEPS];
  GtkWidget     *times[N_STEPS];
  GtkWidget     *unshown; /* that the disk hangs, and what that hides */
  GtkWidget     *result;
  GtkWidget     *over;    /* the prompt about a position on the other side */
  GtkWidget     *over_text;

  gboolean       halt;
  char           account[DESK_ID_SIZE];
  char           symbol[DESK_SYMBOL_SIZE];
  gint64         began;   /* monotonic */
  gint64         utc;
  int            step;    /* that runs */
  gboolean       ended;
  gboolean       kept;    /* the trader keeps what came out */
  gint64         was;     /* position when it began, signed */
  GArray        *orders;  /* guint64 keys: those that a halt cancels */
} Row;

struct _DeskExitStrip
{
  GtkWidget    parent_instance;

  GtkWidget   *scroller;
  GtkWidget   *box;
  GPtrArray   *rows;      /* Row, oldest first */

  DeskSession *session;
  gulong       event_id;
};

G_DEFINE_FINAL_TYPE (DeskExitStrip, desk_exit_strip, GTK_TYPE_WIDGET)

static void
row_free (gpointer data)
{
  Row *row = data;

  g_array_unref (row->orders);
  g_free (row);
}

/* One or two are shown whole whatever else wants room; a dozen flattened at once leave the desk its room. */
static void
update_room (DeskExitStrip *self)
{
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  self->rows->len > ROWS_WHOLE ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

static void
remove_row (Row *row)
{
  DeskExitStrip *self = row->strip;

  gtk_box_remove (GTK_BOX (self->box), row->widget);
  g_ptr_array_remove (self->rows, row);
  update_room (self);
}

static GtkWidget *
add_label (GtkWidget  *box,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
close_clicked_cb (Row *row)
{
  remove_row (row);
}

static gint64
position_now (DeskExitStrip *self,
              const char    *account,
              const char    *symbol)
{
  GListModel *positions = desk_session_get_positions (self->session);
  guint n = g_list_model_get_n_items (positions);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskPosition) position = g_list_model_get_item (positions, i);
      const DeskPositionState *state = desk_position_get_state (position);

      if (g_str_equal (state->symbol, symbol) && g_str_equal (state->account, account))
        return state->quantity;
    }
  return 0;
}

/* One more press by a person, for what is there now: never by itself, and never twice. */
static void
close_over_clicked_cb (Row *row)
{
  DeskExitStrip *self = row->strip;
  DeskCommand *command = desk_command_new (DESK_COMMAND_FLATTEN);

  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->ticket.symbol, row->symbol, sizeof command->ticket.symbol);
  g_strlcpy (command->ticket.account, row->account, sizeof command->ticket.account);
  command->ticket.live = desk_session_get_profile (self->session)->live;
  command->ticket.source = DESK_SOURCE_CLICK;
  row->kept = TRUE;
  gtk_widget_set_visible (row->over, FALSE);
  desk_session_send (self->session, command);
}

static void
keep_clicked_cb (Row *row)
{
  row->kept = TRUE;
  gtk_widget_set_visible (row->over, FALSE);
}

static void
make_over (Row *row)
{
  GtkWidget *close = gtk_button_new_with_label (_("Close it"));
  GtkWidget *keep = gtk_button_new_with_label (_("Keep it"));

  row->over = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  row->over_text = add_label (row->over, "exit-over");
  gtk_widget_set_tooltip_text (close, _("Flattens this position too, at market"));
  gtk_widget_add_css_class (close, "chip");
  gtk_widget_add_css_class (keep, "chip");
  g_signal_connect_swapped (close, "clicked", G_CALLBACK (close_over_clicked_cb), row);
  g_signal_connect_swapped (keep, "clicked", G_CALLBACK (keep_clicked_cb), row);
  gtk_box_append (GTK_BOX (row->over), close);
  gtk_box_append (GTK_BOX (row->over), keep);
  gtk_widget_set_visible (row->over, FALSE);
}

static void
add_steps (Row       *row,
           GtkWidget *line)
{
  for (guint i = 0; i < N_STEPS; i++)
    {
      GtkWidget *part = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

      row->signs[i] = add_label (part, "check-sign");
      gtk_label_set_text (GTK_LABEL (add_label (part, NULL)), desk_words_flatten_name (i));
      row->times[i] = add_label (part, "check-detail");
      gtk_box_append (GTK_BOX (line), part);
    }
}

/* What the server says of it waits for the disk as all its words do: the steps stand still, and not the exit. */
static void
show_unshown (Row *row)
{
  gtk_widget_set_visible (row->unshown, !row->ended && desk_session_get_health (row->strip->session)->journal_waits);
}

static Row *
add_row (DeskExitStrip *self,
         const char    *account,
         const char    *symbol,
         gboolean       halt)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  GtkWidget *below = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");
  GtkWidget *space = gtk_label_new (NULL);

  row->strip = self;
  row->halt = halt;
  row->began = g_get_monotonic_time ();
  row->utc = g_get_real_time ();
  row->orders = g_array_new (FALSE, FALSE, sizeof (guint64));
  row->was = position_now (self, account, symbol);
  g_strlcpy (row->account, account, sizeof row->account);
  g_strlcpy (row->symbol, symbol, sizeof row->symbol);
  row->widget = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_add_css_class (row->widget, "notice");
  gtk_widget_add_css_class (row->widget, "exit");
  row->title = add_label (line, "heading");
  if (!halt)
    add_steps (row, line);
  gtk_widget_set_hexpand (space, TRUE);
  gtk_box_append (GTK_BOX (line), space);
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_add_css_class (close, "circular");
  gtk_widget_set_valign (close, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (close, _("Close this report"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Close this report"), -1);
  g_signal_connect_swapped (close, "clicked", G_CALLBACK (close_clicked_cb), row);
  gtk_box_append (GTK_BOX (line), close);
  row->unshown = gtk_label_new (_("The disk does not answer: what the server says of this is not shown until it does. "
                                  "To know now, look at the server."));
  gtk_label_set_xalign (GTK_LABEL (row->unshown), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (row->unshown), TRUE);
  gtk_widget_add_css_class (row->unshown, "exit-unshown");
  row->result = add_label (below, NULL);
  gtk_label_set_wrap (GTK_LABEL (row->result), TRUE);
  gtk_widget_set_hexpand (row->result, TRUE);
  gtk_widget_set_visible (row->result, FALSE);
  make_over (row);
  gtk_box_append (GTK_BOX (below), row->over);
  gtk_box_append (GTK_BOX (row->widget), line);
  gtk_box_append (GTK_BOX (row->widget), row->unshown);
  gtk_box_append (GTK_BOX (row->widget), below);
  gtk_box_append (GTK_BOX (self->box), row->widget);
  g_ptr_array_add (self->rows, row);
  show_unshown (row);
  update_room (self);
  return row;
}

static Row *
find_row (DeskExitStrip *self,
          const char    *account,
          const char    *symbol)
{
  for (guint i = self->rows->len; i > 0; i--)
    {
      Row *row = g_ptr_array_index (self->rows, i - 1);

      if (!row->halt && g_str_equal (row->account, account) && g_str_equal (row->symbol, symbol))
        return row;
    }
  return NULL;
}

static void
set_result (Row        *row,
            const char *text)
{
  gtk_label_set_text (GTK_LABEL (row->result), text);
  gtk_widget_set_visible (row->result, *text != '\0');
}

static void
show_signs (Row             *row,
            DeskFlattenStep  step,
            gint64           utc)
{
  g_autofree char *took = desk_words_took (utc - row->utc);
  int behind = step == DESK_FLATTEN_DONE ? N_STEPS : step == DESK_FLATTEN_FAILED ? row->step : (int) step;

  for (int i = 0; i < N_STEPS; i++)
    {
      const char *sign = i < behind                           ? "✓"
                         : i == behind && step == DESK_FLATTEN_FAILED ? "✗"
                         : i == behind                        ? "…" : "○";

      gtk_label_set_text (GTK_LABEL (row->signs[i]), sign);
      /* When each was behind, from the press on. */
      if (i < behind && *gtk_label_get_text (GTK_LABEL (row->times[i])) == '\0')
        gtk_label_set_text (GTK_LABEL (row->times[i]), took);
      if (i < behind)
        gtk_widget_add_css_class (row->signs[i], "done");
      else if (i == behind && step == DESK_FLATTEN_FAILED)
        gtk_widget_add_css_class (row->signs[i], "failed");
    }
  if (step < DESK_FLATTEN_DONE)
    row->step = (int) step;
}

static void
show_over (Row *row)
{
  gint64 now = position_now (row->strip, row->account, row->symbol);
  gboolean over = row->ended && !row->kept && row->was != 0 && now != 0 && (now > 0) != (row->was > 0);
  g_autofree char *text = NULL;

  /* Translators: a position that has come out on the other side of the market; contracts, symbol. */
  if (now > 0)
    text = g_strdup_printf (_("Now long %d %s."), (int) now, row->symbol);
  else
    text = g_strdup_printf (_("Now short %d %s."), (int) -now, row->symbol);
  gtk_label_set_text (GTK_LABEL (row->over_text), text);
  gtk_widget_set_visible (row->over, over);
}

void
desk_exit_strip_show_step (DeskExitStrip          *self,
                           const DeskFlattenState *flatten,
                           gint64                  utc,
                           const char             *left_alone)
{
  gboolean over = flatten->step == DESK_FLATTEN_DONE || flatten->step == DESK_FLATTEN_FAILED;
  Row *row;
  g_autofree char *title = NULL;

  g_return_if_fail (DESK_IS_EXIT_STRIP (self));

  if (self->session == NULL)
    return;
  row = find_row (self, flatten->account, flatten->symbol);
  if (row != NULL && row->ended && !over)
    {
      remove_row (row);
      row = NULL;
    }
  if (row == NULL)
    {
      row = add_row (self, flatten->account, flatten->symbol, FALSE);
      row->utc = utc;
    }
  title = g_strdup_printf (flatten->reverses ? _("Reverse %s") : _("Flatten %s"), flatten->symbol);
  gtk_label_set_text (GTK_LABEL (row->title), title);
  show_signs (row, flatten->step, utc);
  if (over)
    {
      g_autoptr(GString) when = g_string_new (NULL);
      g_autoptr(GString) text = g_string_new (NULL);
      g_autofree char *took = desk_words_took (utc - row->utc);

      row->ended = TRUE;
      desk_words_time (when, utc, TRUE);
      if (flatten->step == DESK_FLATTEN_DONE)
        /* Translators: time of day, how long it took. */
        g_string_append_printf (text, _("Flat at %s, after %s."), when->str, took);
      else
        g_string_append_printf (text, _("Not flat at %s, after %s: look at the position and act."), when->str, took);
      if (flatten->reverses && flatten->step == DESK_FLATTEN_DONE)
        g_string_append_printf (text, " %s", _("The order the other way round follows in the table."));
      if (left_alone != NULL)
        g_string_append_printf (text, " %s", left_alone);
      set_result (row, text->str);
      show_unshown (row);
      gtk_widget_add_css_class (row->widget, flatten->step == DESK_FLATTEN_DONE ? "verified" : "alarm");
      show_over (row);
    }
}

gboolean
desk_exit_strip_say (DeskExitStrip *self,
                     const char    *sentence,
                     const char    *words)
{
  g_return_val_if_fail (DESK_IS_EXIT_STRIP (self), FALSE);

  for (guint i = self->rows->len; i > 0; i--)
    {
      Row *row = g_ptr_array_index (self->rows, i - 1);
      g_autofree char *failed = g_strdup_printf ("Flatten %s in %s: ", row->symbol, row->account);
      g_autofree char *flat = g_strdup_printf ("%s in %s is flat", row->symbol, row->account);

      if (row->halt || (!g_str_has_prefix (sentence, failed) && !g_str_has_prefix (sentence, flat)))
        continue;
      /* Flat it says already, with its time. */
      if (g_str_has_prefix (sentence, failed))
        {
          /* A lost link is told without a last step. */
          if (!row->ended)
            show_signs (row, DESK_FLATTEN_FAILED, g_get_real_time ());
          row->ended = TRUE;
          set_result (row, words);
          show_unshown (row);
          if (!gtk_widget_has_css_class (row->widget, "alarm"))
            gtk_widget_add_css_class (row->widget, "alarm");
        }
      return TRUE;
    }
  return FALSE;
}

static const DeskOrderState *
find_order (DeskExitStrip *self,
            guint64        key)
{
  DeskOrder *order = desk_keyed_store_lookup (DESK_KEYED_STORE (desk_session_get_orders (self->session)), &key);

  return order != NULL ? desk_order_get_state (order) : NULL;
}

/* What became of the orders that it cancels, and of the positions that it leaves. */
static void
show_halt (Row *row)
{
  DeskExitStrip *self = row->strip;
  g_autoptr(GString) when = g_string_new (NULL);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *took = desk_words_took (g_get_monotonic_time () - row->began);
  guint open = 0;
  guint cancelled = 0;
  guint other = 0;

  if (row->ended)
    return;
  for (guint i = 0; i < row->orders->len; i++)
    {
      const DeskOrderState *order = find_order (self, g_array_index (row->orders, guint64, i));

      if (order == NULL || !desk_status_is_final (order->status))
        open++;
      else if (order->status == DESK_STATUS_CANCELLED)
        cancelled++;
      else
        other++;
    }
  desk_words_time (when, row->utc, TRUE);
  /* Translators: time of day. */
  g_string_append_printf (text, _("Halted at %s."), when->str);
  if (row->orders->len == 0)
    g_string_append_printf (text, " %s", _("No order of yours was working."));
  else if (open > 0)
    g_string_append_printf (text, ngettext (" %u order is being cancelled, it may still fill.",
                                            " %u orders are being cancelled, they may still fill.", open), open);
  if (cancelled > 0)
    g_string_append_printf (text, ngettext (" %u order is cancelled.", " %u orders are cancelled.", cancelled), cancelled);
  if (other > 0)
    g_string_append_printf (text, ngettext (" %u order ended otherwise: see the table.",
                                            " %u orders ended otherwise: see the table.", other), other);
  if (open == 0 && row->orders->len > 0)
    /* Translators: how long it took. */
    g_string_append_printf (text, _(" All of it within %s."), took);
  g_string_append_printf (text, " %s", _("Positions stay as they are."));
  row->ended = open == 0;
  set_result (row, text->str);
  show_unshown (row);
}

void
desk_exit_strip_show_halt (DeskExitStrip *self)
{
  GListModel *orders;
  const char *account;
  guint n;
  Row *row;

  g_return_if_fail (DESK_IS_EXIT_STRIP (self));

  if (self->session == NULL)
    return;
  account = desk_session_get_arm (self->session)->account;
  for (guint i = self->rows->len; i > 0; i--)
    if (((Row *) g_ptr_array_index (self->rows, i - 1))->halt)
      remove_row (g_ptr_array_index (self->rows, i - 1));
  row = add_row (self, account, "", TRUE);
  gtk_widget_add_css_class (row->widget, "alarm");
  gtk_label_set_text (GTK_LABEL (row->title), _("Trading is halted"));
  orders = desk_session_get_orders (self->session);
  n = g_list_model_get_n_items (orders);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);
      const DeskOrderState *state = desk_order_get_state (order);

      if (state->source != DESK_SOURCE_EXTERNAL && !desk_status_is_final (state->status)
          && g_str_equal (state->account, account))
        g_array_append_val (row->orders, state->key);
    }
  show_halt (row);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskExitStrip   *self)
{
  if (event->kind != DESK_EVENT_ORDER && event->kind != DESK_EVENT_POSITION && event->kind != DESK_EVENT_HEALTH)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);

      if (event->kind == DESK_EVENT_HEALTH)
        show_unshown (row);
      else if (row->halt && event->kind == DESK_EVENT_ORDER)
        show_halt (row);
      else if (!row->halt && event->kind == DESK_EVENT_POSITION)
        show_over (row);
    }
}

static void
drop_session (DeskExitStrip *self)
{
  while (self->rows->len > 0)
    remove_row (g_ptr_array_index (self->rows, 0));
  if (self->session != NULL)
    g_clear_signal_handler (&self->event_id, self->session);
  g_clear_object (&self->session);
}

static void
desk_exit_strip_dispose (GObject *object)
{
  DeskExitStrip *self = DESK_EXIT_STRIP (object);

  if (self->scroller != NULL)
    drop_session (self);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_exit_strip_parent_class)->dispose (object);
}

static void
desk_exit_strip_finalize (GObject *object)
{
  g_ptr_array_unref (DESK_EXIT_STRIP (object)->rows);
  G_OBJECT_CLASS (desk_exit_strip_parent_class)->finalize (object);
}

static void
desk_exit_strip_class_init (DeskExitStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_exit_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_exit_strip_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
desk_exit_strip_init (DeskExitStrip *self)
{
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->scroller = gtk_scrolled_window_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  update_room (self);
}

void
desk_exit_strip_set_session (DeskExitStrip *self,
                             DeskSession   *session)
{
  g_return_if_fail (DESK_IS_EXIT_STRIP (self));

  drop_session (self);
  if (session == NULL)
    return;
  self->session = g_object_ref (session);
  self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
}
