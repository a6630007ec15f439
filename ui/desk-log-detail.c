/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-detail.h"

#include "desk-log-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* Narrower than this the bytes stand below the fields. */
#define WIDE 560

/* ---- nodes of the tree ---- */

#define DESK_TYPE_LOG_NODE (desk_log_node_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogNode, desk_log_node, DESK, LOG_NODE, GObject)

struct _DeskLogNode
{
  GObject     parent_instance;
  char       *name;
  char       *value;
  char       *meaning;
  char       *trouble;
  gboolean    dim;
  gsize       at, len;
  GListStore *children;
};

G_DEFINE_FINAL_TYPE (DeskLogNode, desk_log_node, G_TYPE_OBJECT)

static void
desk_log_node_finalize (GObject *object)
{
  DeskLogNode *self = DESK_LOG_NODE (object);

  g_free (self->name);
  g_free (self->value);
  g_free (self->meaning);
  g_free (self->trouble);
  g_clear_object (&self->children);
  G_OBJECT_CLASS (desk_log_node_parent_class)->finalize (object);
}

static void
desk_log_node_class_init (DeskLogNodeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_log_node_finalize;
}

static void
desk_log_node_init (DeskLogNode *self)
{
}

static DeskLogNode *
add_node (GListStore *store,
          const char *name,
          const char *value)
{
  g_autoptr (DeskLogNode) node = g_object_new (DESK_TYPE_LOG_NODE, NULL);

  node->name = g_strdup (name);
  node->value = g_strdup (value);
  g_list_store_append (store, node);
  return node;
}

/* Its children are there before it is: the tree asks once. */
static DeskLogNode *
add_group (GListStore *store,
           const char *name)
{
  g_autoptr (DeskLogNode) node = g_object_new (DESK_TYPE_LOG_NODE, NULL);

  node->name = g_strdup (name);
  node->value = g_strdup ("");
  node->children = g_list_store_new (DESK_TYPE_LOG_NODE);
  g_list_store_append (store, node);
  return node;
}

static char *
trouble_text (guint problems)
{
  GString *out = g_string_new (NULL);

  for (guint bit = 0; bit < 32; bit++)
    if (problems & (1u << bit))
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", desk_log_words_problem ((DeskLogProblem) (1u << bit)));
  return g_string_free (out, out->len == 0);
}

static const char *
shown_value (const DeskLogPart *part)
{
  switch (part->state)
    {
    case DESK_LOG_PART_UNSET:
      return C_("field", "unset");
    case DESK_LOG_PART_NULL:
      return "null";
    case DESK_LOG_PART_ABSENT:
      return C_("field", "not there");
    case DESK_LOG_PART_SET:
    default:
      return part->value;
    }
}

static void
add_part (GListStore        *store,
          const DeskLogPart *part)
{
  gboolean text = part->state == DESK_LOG_PART_SET && part->field != NULL && part->field->type == DTC_FIELD_STRING;
  g_autofree char *line = g_strdelimit (g_strdup (shown_value (part)), "\r\n", ' ');
  g_autofree char *quoted = text ? g_strdup_printf ("\"%s\"", line) : NULL;
  DeskLogNode *node = add_node (store, part->name, quoted != NULL ? quoted : line);

  node->meaning = g_strdup (part->meaning);
  node->trouble = trouble_text (part->problems);
  node->dim = part->state != DESK_LOG_PART_SET;
  node->at = part->at;
  node->len = part->len;
}

static void
fill_tree (GListStore           *store,
           const DeskLogRow     *row,
           const DeskLogAnatomy *anatomy)
{
  static const char *const encodings[] = { "Binary", "Binary VLS", "JSON", "JSON Compact", "Protocol Buffers" };
  g_autofree char *type = g_strdup_printf ("%u", anatomy->wire_type);
  g_autofree char *size = g_strdup_printf ("%u", row->wire_size);
  DeskLogNode *head;
  DeskLogNode *node;
  DeskLogNode *fields;
  DeskLogNode *unset = NULL;
  DeskLogNode *unknown = NULL;

  fields = add_group (store, _("Fields"));
  for (guint i = 0; i < anatomy->parts->len; i++)
    {
      const DeskLogPart *part = anatomy->parts->pdata[i];

      if (part->field == NULL)
        {
          if (unknown == NULL)
            unknown = add_group (store, _("Unknown"));
          add_part (unknown->children, part);
        }
      else if (part->state == DESK_LOG_PART_ABSENT && part->problems == 0)
        {
          if (unset == NULL)
            unset = g_object_new (DESK_TYPE_LOG_NODE, NULL);
          if (unset->children == NULL)
            unset->children = g_list_store_new (DESK_TYPE_LOG_NODE);
          add_part (unset->children, part);
        }
      else
        add_part (fields->children, part);
    }
  head = add_group (store, _("Header"));
  node = add_node (head->children, _("Type"), type);
  node->meaning = anatomy->desc != NULL ? g_strdup (anatomy->desc->name) : NULL;
  if (anatomy->desc != NULL && anatomy->desc->type != anatomy->wire_type)
    {
      g_free (node->meaning);
      node->meaning = g_strdup_printf ("%s (%u)", anatomy->desc->name, anatomy->desc->type);
    }
  node->trouble = trouble_text (anatomy->problems & (DESK_LOG_NO_TYPE | DESK_LOG_UNKNOWN_TYPE | DESK_LOG_TYPE_MISMATCH));
  node = add_node (head->children, _("Direction"), row->direction == DTC_WIRE_SENT ? C_("log", "→ sent") : C_("log", "← received"));
  node->trouble = trouble_text (anatomy->problems & DESK_LOG_WRONG_WAY);
  node = add_node (head->children, _("Size"), size);
  node->trouble = trouble_text (anatomy->problems & (DESK_LOG_BAD_SIZE | DESK_LOG_LONGER | DESK_LOG_SHORTER | DESK_LOG_MALFORMED));
  if (row->kind == DESK_LOG_FRAME)
    {
      node = add_node (head->children, _("Encoding"), encodings[MIN (row->encoding, G_N_ELEMENTS (encodings) - 1)]);
      if (row->numbering == DTC_NUMBERING_BRIEF)
        node->meaning = g_strdup (_("the brief's numbering"));
    }
  if (unset != NULL)
    {
      unset->name = g_strdup (_("Not in the message"));
      unset->value = g_strdup_printf ("%u", g_list_model_get_n_items (G_LIST_MODEL (unset->children)));
      unset->dim = TRUE;
      g_list_store_append (store, unset);
      g_object_unref (unset);
    }
}

/* ---- the widget ---- */

struct _DeskLogDetail
{
  GtkWidget           parent_instance;

  GtkWidget          *box;
  GtkWidget          *title;
  GtkWidget          *verdict;
  GtkWidget          *paned;
  GtkWidget          *view;
  GtkWidget          *raw_view;
  GtkTextBuffer      *raw;
  GtkTextTag         *here;
  GListStore         *root;
  GtkTreeListModel   *tree;
  GtkSingleSelection *selection;
  gboolean            hex;
  gboolean            exact;   /* byte places of the message are places of the text */
  gboolean            wide;
};

G_DEFINE_FINAL_TYPE (DeskLogDetail, desk_log_detail, GTK_TYPE_WIDGET)

static GListModel *
children_of (gpointer item,
             gpointer user_data)
{
  DeskLogNode *node = item;

  return node->children != NULL ? G_LIST_MODEL (g_object_ref (node->children)) : NULL;
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  static const char *const classes[] = { "log-name", "log-value", "log-meaning", "log-trouble" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, classes[i]);
      if (i == 0)
        gtk_label_set_width_chars (GTK_LABEL (label), 22);
      else
        gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (item, expander);
}

static void
set_part (GtkWidget  *label,
          const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL && *text != '\0');
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  g_autoptr (DeskLogNode) node = gtk_tree_list_row_get_item (row);
  GtkWidget *expander = gtk_list_item_get_child (item);
  GtkWidget *box = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (expander));
  GtkWidget *label = gtk_widget_get_first_child (box);
  const char *const texts[] = { node->name, node->value, node->meaning, node->trouble };
  g_autofree char *all = g_strdup_printf ("%s: %s %s %s", node->name, node->value, node->meaning != NULL ? node->meaning : "",
                                          node->trouble != NULL ? node->trouble : "");

  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (expander), row);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++, label = gtk_widget_get_next_sibling (label))
    set_part (label, texts[i]);
  if (node->dim)
    gtk_widget_add_css_class (box, "log-unset");
  else
    gtk_widget_remove_css_class (box, "log-unset");
  if (node->children != NULL)
    gtk_widget_add_css_class (box, "log-group");
  else
    gtk_widget_remove_css_class (box, "log-group");
  gtk_widget_set_tooltip_text (box, node->children == NULL ? all : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, all, -1);
}

/* Where byte @at of the message stands in the text of its bytes. */
static void
iter_at (DeskLogDetail *self,
         gsize          at,
         GtkTextIter   *iter)
{
  if (self->hex)
    gtk_text_buffer_get_iter_at_line_offset (self->raw, iter, (int) (at / 16), 6 + 3 * (int) (at % 16));
  else
    {
      GtkTextIter begin;
      g_autofree char *text = NULL;
      GtkTextIter end;

      gtk_text_buffer_get_bounds (self->raw, &begin, &end);
      text = gtk_text_buffer_get_text (self->raw, &begin, &end, TRUE);
      at = MIN (at, strlen (text));
      gtk_text_buffer_get_iter_at_offset (self->raw, iter, (int) g_utf8_pointer_to_offset (text, text + at));
    }
}

static void
selected_cb (DeskLogDetail *self)
{
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (DeskLogNode) node = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;
  GtkTextIter from, to;

  gtk_text_buffer_get_bounds (self->raw, &from, &to);
  gtk_text_buffer_remove_tag (self->raw, self->here, &from, &to);
  if (node == NULL || node->len == 0 || !self->exact)
    return;
  if (self->hex)
    {
      /* Line by line, so that the characters at the right stay as they are. */
      for (gsize at = node->at; at < node->at + node->len;)
        {
          gsize next = MIN ((at / 16 + 1) * 16, node->at + node->len);

          iter_at (self, at, &from);
          iter_at (self, next - 1, &to);
          gtk_text_iter_forward_chars (&to, 2);
          gtk_text_buffer_apply_tag (self->raw, self->here, &from, &to);
          at = next;
        }
      iter_at (self, node->at, &from);
    }
  else
    {
      iter_at (self, node->at, &from);
      iter_at (self, node->at + node->len, &to);
      gtk_text_buffer_apply_tag (self->raw, self->here, &from, &to);
    }
  gtk_text_buffer_place_cursor (self->raw, &from);
  gtk_text_view_scroll_to_iter (GTK_TEXT_VIEW (self->raw_view), &from, 0.05, FALSE, 0, 0);
}

static char *
raw_text (const DeskLogRow *row)
{
  GString *text;

  if (desk_log_row_is_text (row))
    return g_utf8_make_valid ((const char *) row->raw, row->size);
  text = g_string_new (NULL);
  desk_log_add_hex (text, "", row->raw, row->size);
  return g_string_free (text, FALSE);
}

void
desk_log_detail_show (DeskLogDetail    *self,
                      const DeskLogRow *row)
{
  g_autoptr (DeskLogAnatomy) anatomy = NULL;
  g_autofree char *raw = NULL;
  g_autofree char *title = NULL;
  g_autofree char *verdict = NULL;

  g_return_if_fail (DESK_IS_LOG_DETAIL (self));

  g_list_store_remove_all (self->root);
  gtk_text_buffer_set_text (self->raw, "", 0);
  gtk_widget_set_visible (self->verdict, FALSE);
  gtk_widget_set_visible (self->paned, row != NULL);
  gtk_widget_set_visible (self->title, TRUE);
  if (row == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->title), _("Select a message to see its fields."));
      gtk_widget_add_css_class (self->title, "dim-label");
      return;
    }
  gtk_widget_remove_css_class (self->title, "dim-label");
  if (row->kind == DESK_LOG_NOTE)
    {
      title = desk_log_words_note (row);
      gtk_label_set_text (GTK_LABEL (self->title), title);
      gtk_widget_set_visible (self->paned, FALSE);
      return;
    }
  anatomy = desk_log_anatomy_new (row);
  title = g_strdup_printf ("#%" G_GUINT64_FORMAT "  %s %u", row->number, desk_log_row_name (row), anatomy->wire_type);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  verdict = desk_log_words_verdict (anatomy);
  if (*verdict == '\0' && anatomy->n_bad > 0)
    {
      g_free (verdict);
      verdict = g_strdup_printf (ngettext ("%u field is marked", "%u fields are marked", anatomy->n_bad), anatomy->n_bad);
    }
  gtk_label_set_text (GTK_LABEL (self->verdict), verdict);
  gtk_widget_set_visible (self->verdict, *verdict != '\0');
  fill_tree (self->root, row, anatomy);
  raw = raw_text (row);
  self->hex = !desk_log_row_is_text (row);
  self->exact = self->hex || strlen (raw) == row->size;
  gtk_text_buffer_set_text (self->raw, raw, -1);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->raw_view), self->hex ? GTK_WRAP_NONE : GTK_WRAP_CHAR);
}

static void
append_nodes (GString    *out,
              GListModel *nodes,
              guint       depth)
{
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (DeskLogNode) node = g_list_model_get_item (nodes, i);

      g_string_append_printf (out, "%*s%-32s %s", (int) depth * 2, "", node->name, node->value);
      if (node->meaning != NULL)
        g_string_append_printf (out, "  %s", node->meaning);
      if (node->trouble != NULL)
        g_string_append_printf (out, "  [%s]", node->trouble);
      g_string_append_c (out, '\n');
      if (node->children != NULL)
        append_nodes (out, G_LIST_MODEL (node->children), depth + 1);
    }
}

char *
desk_log_detail_dup_text (const DeskLogRow *row)
{
  g_autoptr (DeskLogAnatomy) anatomy = desk_log_anatomy_new (row);
  g_autoptr (GListStore) root = g_list_store_new (DESK_TYPE_LOG_NODE);
  g_autofree char *verdict = desk_log_words_verdict (anatomy);
  g_autofree char *raw = raw_text (row);
  GString *out = g_string_new (NULL);

  if (row->kind == DESK_LOG_NOTE)
    {
      g_autofree char *note = desk_log_words_note (row);

      g_string_append (out, note);
      return g_string_free (out, FALSE);
    }
  fill_tree (root, row, anatomy);
  if (*verdict != '\0')
    g_string_append_printf (out, "%s\n", verdict);
  append_nodes (out, G_LIST_MODEL (root), 0);
  g_string_append_printf (out, "\n%s\n", raw);
  return g_string_free (out, FALSE);
}

char *
desk_log_detail_dup_tree (DeskLogDetail *self)
{
  GString *out = g_string_new (NULL);

  append_nodes (out, G_LIST_MODEL (self->root), 0);
  return g_string_free (out, FALSE);
}

static void
desk_log_detail_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  DeskLogDetail *self = DESK_LOG_DETAIL (widget);
  gboolean wide = width >= WIDE || height < 200;

  if (wide != self->wide)
    {
      self->wide = wide;
      gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned), wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
      gtk_paned_set_resize_end_child (GTK_PANED (self->paned), wide);
    }
  gtk_widget_allocate (self->box, width, height, baseline, NULL);
}

static void
desk_log_detail_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  gtk_widget_measure (DESK_LOG_DETAIL (widget)->box, orientation, -1, minimum, natural, NULL, NULL);
}

static void
desk_log_detail_dispose (GObject *object)
{
  DeskLogDetail *self = DESK_LOG_DETAIL (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->root);
  G_OBJECT_CLASS (desk_log_detail_parent_class)->dispose (object);
}

static void
desk_log_detail_class_init (DeskLogDetailClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_log_detail_dispose;
  GTK_WIDGET_CLASS (klass)->size_allocate = desk_log_detail_size_allocate;
  GTK_WIDGET_CLASS (klass)->measure = desk_log_detail_measure;
}

static void
desk_log_detail_init (DeskLogDetail *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *raw_scroll = gtk_scrolled_window_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (head, "log-detail-head");
  self->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->title, "heading");
  self->verdict = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->verdict), 0);
  gtk_label_set_wrap (GTK_LABEL (self->verdict), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->verdict), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->verdict), TRUE);
  gtk_widget_add_css_class (self->verdict, "log-trouble");
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->verdict);
  gtk_box_append (GTK_BOX (self->box), head);

  self->root = g_list_store_new (DESK_TYPE_LOG_NODE);
  self->tree = gtk_tree_list_model_new (G_LIST_MODEL (g_object_ref (self->root)), FALSE, TRUE, children_of, NULL, NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->tree));
  g_object_unref (self->tree);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->view = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_widget_add_css_class (self->view, "log-tree");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Fields of the message"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->view);

  self->raw_view = gtk_text_view_new ();
  self->raw = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->raw_view));
  self->here = gtk_text_buffer_create_tag (self->raw, "here", "weight", PANGO_WEIGHT_BOLD, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->raw_view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->raw_view), TRUE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->raw_view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->raw_view), 4);
  gtk_widget_add_css_class (self->raw_view, "log-raw");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->raw_view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Bytes of the message"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (raw_scroll), self->raw_view);

  self->paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_start_child (GTK_PANED (self->paned), scroll);
  gtk_paned_set_end_child (GTK_PANED (self->paned), raw_scroll);
  /* One above the other the fields have the room: the bytes say the same again. */
  gtk_paned_set_resize_end_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_size_request (raw_scroll, 90, 62);
  gtk_widget_set_size_request (scroll, 150, 40);
  gtk_widget_set_vexpand (self->paned, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->paned);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  desk_log_detail_show (self, NULL);
}

GtkWidget *
desk_log_detail_new (void)
{
  return g_object_new (DESK_TYPE_LOG_DETAIL, NULL);
}
