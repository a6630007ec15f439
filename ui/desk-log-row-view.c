/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-row-view.h"

#include "desk-log-words.h"

#include <glib/gi18n.h>

/* Rows out of sight that are looked through for a silence. */
#define MAX_HIDDEN 4096
#define PADDING 5.0

struct _DeskLogRowView
{
  GtkWidget           parent_instance;

  const DeskLogScene *scene;
  guint               position;
  guint64             number;
  GString            *bar;     /* above the row */
  gboolean            waits;
};

G_DEFINE_FINAL_TYPE (DeskLogRowView, desk_log_row_view, GTK_TYPE_WIDGET)

static const struct
{
  const char *id;
  const char *title;
} columns[DESK_LOG_N_COLUMNS] = {
  [DESK_LOG_COLUMN_NUMBER] = { "number", N_("#") },
  [DESK_LOG_COLUMN_TIME] = { "time", NC_("log", "Time (UTC)") },
  [DESK_LOG_COLUMN_DELTA] = { "delta", N_("After") },
  [DESK_LOG_COLUMN_DIRECTION] = { "direction", "" },
  [DESK_LOG_COLUMN_TYPE] = { "type", N_("Message") },
  [DESK_LOG_COLUMN_LINK] = { "link", N_("Link") },
  [DESK_LOG_COLUMN_ACCOUNT] = { "account", N_("Account") },
  [DESK_LOG_COLUMN_SYMBOL] = { "symbol", N_("Symbol") },
  [DESK_LOG_COLUMN_CLIENT] = { "client", N_("Client id") },
  [DESK_LOG_COLUMN_SERVER] = { "server", N_("Server id") },
  [DESK_LOG_COLUMN_SUMMARY] = { "summary", N_("In words") },
  [DESK_LOG_COLUMN_SIZE] = { "size", N_("Bytes") },
};

const char *
desk_log_column_title (DeskLogColumn column)
{
  const char *title = columns[column].title;

  if (column == DESK_LOG_COLUMN_TIME)
    return g_dpgettext2 (NULL, "log", title);
  return *title != '\0' ? _(title) : "";
}

const char *
desk_log_column_id (DeskLogColumn column)
{
  return columns[column].id;
}

gboolean
desk_log_row_is_unanswered (const DeskLogScene *scene,
                            const DeskLogRow   *row)
{
  return (row->flags & DESK_LOG_ASKS) && desk_log_row_pair (row) == 0 && row->mono > 0
         && scene->now - row->mono > DESK_LOG_PATIENCE;
}

static const DeskLogRow *
row_before (const DeskLogScene *scene,
            guint               position)
{
  return position > 0 ? desk_log_list_get_row (scene->list, position - 1) : NULL;
}

void
desk_log_column_write (const DeskLogScene *scene,
                       DeskLogColumn       column,
                       const DeskLogRow   *row,
                       const DeskLogRow   *before,
                       GString            *out)
{
  DeskLogSnapshot *snapshot = desk_log_list_get_snapshot (scene->list);
  gboolean note = row->kind == DESK_LOG_NOTE;

  switch (column)
    {
    case DESK_LOG_COLUMN_NUMBER:
      if (g_hash_table_contains (scene->marks, &row->number))
        g_string_append (out, "★ ");
      g_string_append_printf (out, "%" G_GUINT64_FORMAT, row->number);
      break;
    case DESK_LOG_COLUMN_TIME:
      desk_log_words_time (row, out);
      break;
    case DESK_LOG_COLUMN_DELTA:
      if (before != NULL && (row->mono > 0 || before->mono > 0))
        {
          g_string_append_c (out, '+');
          desk_log_words_span (MAX (row->mono - before->mono, 0), out);
        }
      break;
    case DESK_LOG_COLUMN_DIRECTION:
      if (!note)
        g_string_append (out, row->direction == DTC_WIRE_SENT ? "→" : "←");
      break;
    case DESK_LOG_COLUMN_TYPE:
      if (!note)
        g_string_append_printf (out, "%u %s", row->wire_type, desk_log_row_name (row));
      break;
    case DESK_LOG_COLUMN_LINK:
      if (row->link > 0)
        g_string_append_printf (out, "%u", row->link);
      break;
    case DESK_LOG_COLUMN_ACCOUNT:
      g_string_append (out, desk_log_snapshot_string (snapshot, row->account));
      break;
    case DESK_LOG_COLUMN_SYMBOL:
      g_string_append (out, desk_log_snapshot_string (snapshot, row->symbol));
      break;
    case DESK_LOG_COLUMN_CLIENT:
      g_string_append (out, desk_log_snapshot_string (snapshot, row->client));
      break;
    case DESK_LOG_COLUMN_SERVER:
      g_string_append (out, desk_log_snapshot_string (snapshot, row->server));
      break;
    case DESK_LOG_COLUMN_SUMMARY:
      {
        g_autofree char *summary = desk_log_words_summary (row);
        const char *mark = g_hash_table_lookup (scene->marks, &row->number);

        if (mark != NULL && *mark != '\0')
          g_string_append_printf (out, "%s — ", mark);
        g_string_append (out, summary);
      }
      break;
    case DESK_LOG_COLUMN_SIZE:
      if (!note)
        g_string_append_printf (out, "%u", row->wire_size);
      break;
    case DESK_LOG_N_COLUMNS:
    default:
      break;
    }
}

/* The longest silence between what is shown and what is shown next; messages that are not shown end it too. */
static guint
silence (const DeskLogScene *scene,
         const DeskLogRow   *row,
         const DeskLogRow   *before)
{
  DeskLogSnapshot *snapshot = desk_log_list_get_snapshot (scene->list);
  guint most = row->quiet;
  guint at;

  if (before == NULL || !desk_log_snapshot_find (snapshot, row->number, &at))
    return most;
  for (guint n = 0; n < MAX_HIDDEN && at > 0; n++)
    {
      const DeskLogRow *hidden = desk_log_snapshot_get (snapshot, --at);

      if (hidden->number <= before->number)
        break;
      most = MAX (most, hidden->quiet);
    }
  return most;
}

void
desk_log_bar_write (const DeskLogScene *scene,
                    guint               position,
                    GString            *out)
{
  const DeskLogRow *row = desk_log_list_get_row (scene->list, position);
  const DeskLogRow *before = row_before (scene, position);
  guint quiet;

  if (row == NULL || row->kind == DESK_LOG_NOTE)
    return;
  if (before != NULL && before->kind != DESK_LOG_NOTE && before->link != row->link)
    g_string_append_printf (out, _("link #%u from here"), row->link);
  quiet = silence (scene, row, before);
  if (quiet >= DESK_LOG_QUIET_MS)
    {
      g_autoptr (GString) span = g_string_new (NULL);

      desk_log_words_span ((gint64) quiet / 1000 * G_USEC_PER_SEC, span);
      if (out->len > 0)
        g_string_append (out, " · ");
      g_string_append_printf (out, _("no message for %s"), span->str);
    }
}

/* ---- drawing ---- */

static void
look_up (GtkWidget  *widget,
         const char *name,
         GdkRGBA    *color)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (!gtk_style_context_lookup_color (context, name, color))
    gtk_style_context_get_color (context, color);
}

static void
fill (GtkSnapshot   *snapshot,
      GdkRGBA        color,
      float          alpha,
      float          y,
      float          width,
      float          height)
{
  color.alpha = alpha;
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (0, y, width, height));
}

static int
line_height (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));

  pango_font_metrics_unref (metrics);
  return height;
}

static void
draw_text (GtkSnapshot   *snapshot,
           PangoLayout   *layout,
           const char    *text,
           double         x,
           double         y,
           double         width,
           PangoAlignment align,
           const GdkRGBA *color)
{
  if (*text == '\0' || width <= 2 * PADDING)
    return;
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int) ((width - 2 * PADDING) * PANGO_SCALE));
  pango_layout_set_alignment (layout, align);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (x + PADDING), (float) y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static PangoAlignment
align_of (DeskLogColumn column)
{
  switch (column)
    {
    case DESK_LOG_COLUMN_NUMBER:
    case DESK_LOG_COLUMN_DELTA:
    case DESK_LOG_COLUMN_LINK:
    case DESK_LOG_COLUMN_SIZE:
      return PANGO_ALIGN_RIGHT;
    case DESK_LOG_COLUMN_DIRECTION:
      return PANGO_ALIGN_CENTER;
    default:
      return PANGO_ALIGN_LEFT;
    }
}

/* What the row is to the selected one, before its words. */
static void
append_relation (DeskLogRowView   *self,
                 const DeskLogRow *row,
                 GString          *out)
{
  const DeskLogScene *scene = self->scene;
  const DeskLogRow *other;

  if (scene->partner == 0 || (row->number != scene->partner && row->number != scene->selected))
    return;
  other = desk_log_list_find_row (scene->list, row->number == scene->partner ? scene->selected : scene->partner);
  if (other == NULL)
    return;
  {
    g_autoptr (GString) span = g_string_new (NULL);
    char number[24];

    desk_log_words_span (ABS (row->mono - other->mono), span);
    g_snprintf (number, sizeof number, "%" G_GUINT64_FORMAT, other->number);
    /* Translators: the number of a message, and a length of time. */
    g_string_append_printf (out, row->number > other->number ? _("[answers #%s after %s] ") : _("[answered by #%s after %s] "),
                            number, span->str);
  }
}

static void
draw_row (DeskLogRowView   *self,
          GtkSnapshot      *snapshot,
          const DeskLogRow *row,
          double            y)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const DeskLogScene *scene = self->scene;
  const DeskLogRow *before = row_before (scene, self->position);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, NULL);
  g_autoptr (PangoAttrList) tabular = pango_attr_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  GdkRGBA normal, dim, sent, received, error;
  gboolean unanswered = desk_log_row_is_unanswered (scene, row);
  gboolean bad = row->flags & (DESK_LOG_REFUSED | DESK_LOG_REJECT | DESK_LOG_ODD);
  gboolean selected = scene->selected == row->number;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &normal);
  look_up (widget, "desk_dim", &dim);
  look_up (widget, "desk_buy", &sent);
  look_up (widget, "desk_sell", &received);
  look_up (widget, "error_color", &error);
  pango_attr_list_insert (tabular, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, tabular);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  if (selected)
    dim = sent = received = error = normal;

  for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
    {
      const GdkRGBA *color = &normal;

      if (scene->layout.width[i] <= 0)
        continue;
      g_string_truncate (text, 0);
      if (i == DESK_LOG_COLUMN_SUMMARY)
        {
          append_relation (self, row, text);
          if (unanswered)
            g_string_append_printf (text, "[%s] ", _("no answer"));
          if (bad || unanswered)
            color = &error;
        }
      else if (i == DESK_LOG_COLUMN_DIRECTION)
        color = row->direction == DTC_WIRE_SENT ? &sent : &received;
      else if (i == DESK_LOG_COLUMN_NUMBER || i == DESK_LOG_COLUMN_DELTA || i == DESK_LOG_COLUMN_LINK || i == DESK_LOG_COLUMN_SIZE)
        color = &dim;
      desk_log_column_write (scene, (DeskLogColumn) i, row, before, text);
      /* The end of an id tells more than its middle. */
      pango_layout_set_ellipsize (layout, i == DESK_LOG_COLUMN_CLIENT || i == DESK_LOG_COLUMN_SERVER ? PANGO_ELLIPSIZE_MIDDLE
                                                                                                    : PANGO_ELLIPSIZE_END);
      draw_text (snapshot, layout, text->str, scene->layout.x[i], y, scene->layout.width[i], align_of ((DeskLogColumn) i), color);
    }
}

static void
draw_bar (DeskLogRowView *self,
          GtkSnapshot    *snapshot,
          const char     *words,
          float           y,
          float           height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, words);
  GdkRGBA color;
  int width = gtk_widget_get_width (widget);
  int text_width, text_height;

  look_up (widget, "desk_dim", &color);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_width (layout, MAX (width - 80, 40) * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  fill (snapshot, color, 0.10f, y, (float) width, height);
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (8, y + height / 2, (float) MAX ((width - text_width) / 2 - 20, 0), 1));
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT ((float) (width + text_width) / 2 + 12, y + height / 2,
                                                                   (float) MAX ((width - text_width) / 2 - 20, 0), 1));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (40, y + (height - (float) text_height) / 2));
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
desk_log_row_view_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  DeskLogRowView *self = DESK_LOG_ROW_VIEW (widget);
  const DeskLogRow *row = self->number != 0 ? desk_log_list_find_row (self->scene->list, self->number) : NULL;
  float width = (float) gtk_widget_get_width (widget);
  float line = (float) line_height (widget) + 4;
  float y = 0;

  if (row == NULL)
    return;
  if (row->kind == DESK_LOG_NOTE)
    {
      g_autofree char *words = desk_log_words_note (row);
      g_autoptr (GString) text = g_string_new (NULL);

      desk_log_words_time (row, text);
      if (text->len > 0)
        g_string_append (text, "  ");
      g_string_append (text, words);
      draw_bar (self, snapshot, text->str, 0, line);
      return;
    }
  if (self->bar->len > 0)
    {
      draw_bar (self, snapshot, self->bar->str, 0, line);
      y = line;
    }
  if (self->scene->partner == row->number)
    {
      GdkRGBA accent;

      look_up (widget, "accent_bg_color", &accent);
      fill (snapshot, accent, 0.22f, y, width, line);
    }
  draw_row (self, snapshot, row, y + 2);
}

static void
desk_log_row_view_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  DeskLogRowView *self = DESK_LOG_ROW_VIEW (widget);
  int line = line_height (widget) + 4;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = 100;
  else
    *minimum = *natural = self->bar->len > 0 ? 2 * line : line;
}

void
desk_log_row_view_bind (DeskLogRowView *self,
                        guint           position,
                        guint64         number)
{
  const DeskLogScene *scene = self->scene;
  const DeskLogRow *row;
  gboolean had_bar = self->bar->len > 0;

  self->position = position;
  self->number = number;
  g_string_truncate (self->bar, 0);
  row = desk_log_list_find_row (scene->list, number);
  self->waits = row != NULL && (row->flags & DESK_LOG_ASKS) && desk_log_row_pair (row) == 0;
  if (row != NULL)
    {
      g_autoptr (GString) words = g_string_new (NULL);

      desk_log_bar_write (scene, position, self->bar);
      for (guint i = DESK_LOG_COLUMN_TIME; i <= DESK_LOG_COLUMN_SUMMARY; i++)
        if (i == DESK_LOG_COLUMN_TIME || i == DESK_LOG_COLUMN_TYPE || i == DESK_LOG_COLUMN_SUMMARY)
          {
            if (words->len > 0)
              g_string_append (words, ", ");
            desk_log_column_write (scene, (DeskLogColumn) i, row, NULL, words);
          }
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words->str, -1);
    }
  if (had_bar != (self->bar->len > 0))
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_log_row_view_unbind (DeskLogRowView *self)
{
  self->number = 0;
  self->waits = FALSE;
}

gboolean
desk_log_row_view_waits (DeskLogRowView *self)
{
  return self->waits;
}

static void
desk_log_row_view_finalize (GObject *object)
{
  g_string_free (DESK_LOG_ROW_VIEW (object)->bar, TRUE);
  G_OBJECT_CLASS (desk_log_row_view_parent_class)->finalize (object);
}

static void
desk_log_row_view_class_init (DeskLogRowViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_log_row_view_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = desk_log_row_view_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = desk_log_row_view_measure;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "logrow");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
desk_log_row_view_init (DeskLogRowView *self)
{
  self->bar = g_string_new (NULL);
}

GtkWidget *
desk_log_row_view_new (const DeskLogScene *scene)
{
  DeskLogRowView *self = g_object_new (DESK_TYPE_LOG_ROW_VIEW, NULL);

  self->scene = scene;
  return GTK_WIDGET (self);
}
