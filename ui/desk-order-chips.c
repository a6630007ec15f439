/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-order-chips.h"

#include "desk-figure.h"
#include "desk-order-links.h"
#include "desk-wrap-layout.h"

#include <glib/gi18n.h>

#define REFILTER_MS 200

/* Of one row: what it is counted as. */
typedef struct
{
  guint64        key;
  DeskOrderGroup group;
  gboolean       external;
  gboolean       other;     /* of another account than the selected one */
  gboolean       live;
} Place;

struct _DeskOrderChips
{
  GtkWidget       parent_instance;

  GtkWidget      *chips[DESK_ORDER_GROUP_ALL + 1];
  GtkWidget      *others;     /* pressed: their orders are shown, too */
  GtkWidget      *linked;     /* pressed away: all groups again */
  GtkFilter      *filter;

  DeskSession    *session;
  char            account[DESK_ID_SIZE];
  char            group_id[DESK_ID_SIZE];
  DeskOrderGroup  shown;
  GHashTable     *places;     /* key of the row -> Place */
  guint           counts[2][DESK_ORDER_GROUP_ALL + 1]; /* of the selected account, of the others */
  guint           other_live;
  guint           refilter_id;
  gboolean        moved;      /* a row changed its place since the last refilter */
};

G_DEFINE_FINAL_TYPE (DeskOrderChips, desk_order_chips, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
chip_title (DeskOrderGroup group)
{
  switch (group)
    {
    case DESK_ORDER_GROUP_WORKING:
      return C_("orders", "Working");
    case DESK_ORDER_GROUP_DONE:
      return C_("orders", "Done");
    case DESK_ORDER_GROUP_REJECTED:
      return C_("orders", "Rejected");
    case DESK_ORDER_GROUP_UNKNOWN:
      return C_("orders", "Unknown");
    case DESK_ORDER_GROUP_EXTERNAL:
      return C_("orders", "External");
    case DESK_ORDER_GROUP_ALL:
    default:
      return C_("orders", "All");
    }
}

DeskOrderGroup
desk_order_chips_group (const DeskOrderState *order)
{
  if (order->certainty == DESK_CERTAINTY_UNKNOWN)
    return DESK_ORDER_GROUP_UNKNOWN;
  switch (order->status)
    {
    case DESK_STATUS_UNKNOWN:
    case DESK_STATUS_NOT_AT_SERVER:
      return DESK_ORDER_GROUP_UNKNOWN;
    case DESK_STATUS_REJECTED:
    case DESK_STATUS_BLOCKED:
    case DESK_STATUS_NOT_SENT:
      return DESK_ORDER_GROUP_REJECTED;
    case DESK_STATUS_FILLED:
    case DESK_STATUS_CANCELLED:
    case DESK_STATUS_EXPIRED:
      return DESK_ORDER_GROUP_DONE;
    case DESK_STATUS_DRAFT:
    case DESK_STATUS_SENT:
    case DESK_STATUS_WORKING:
    case DESK_STATUS_HELD_BY_PARENT:
    case DESK_STATUS_CHANGING:
    case DESK_STATUS_CANCELLING:
    case DESK_STATUS_PART_FILLED:
    default:
      return DESK_ORDER_GROUP_WORKING;
    }
}

static gboolean
shows_others (DeskOrderChips *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->others));
}

static gboolean
is_external (const DeskOrderState *order)
{
  return order->source == DESK_SOURCE_EXTERNAL;
}

/* An order whose account nobody named is never taken for another one's. */
static gboolean
is_other (DeskOrderChips       *self,
          const DeskOrderState *order)
{
  return *self->account != '\0' && *order->account != '\0' && !g_str_equal (order->account, self->account);
}

static void
set_label (GtkWidget  *button,
           const char *text)
{
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), text) != 0)
    gtk_button_set_label (GTK_BUTTON (button), text);
}

static void
set_attention (GtkWidget *chip,
               gboolean   attention)
{
  if (attention)
    gtk_widget_add_css_class (chip, "attention");
  else
    gtk_widget_remove_css_class (chip, "attention");
}

/* What works in another account is never hidden without a word. */
static void
show_others (DeskOrderChips *self)
{
  guint n = self->counts[1][DESK_ORDER_GROUP_ALL];
  guint rest = n - self->other_live;
  /* Translators: a button that shows the orders of the other accounts; how many of them are live. */
  g_autofree char *label = g_strdup_printf (_("Other accounts %u"), self->other_live);
  g_autofree char *live = g_strdup_printf (ngettext ("%u live order", "%u live orders", self->other_live),
                                           self->other_live);
  g_autofree char *ended = g_strdup_printf (ngettext ("%u ended", "%u ended", rest), rest);
  /* Translators: "2 live orders", "3 ended". */
  g_autofree char *tooltip = g_strdup_printf (_("In other accounts: %s, %s. Pressed, they are shown here too."), live,
                                              ended);

  set_label (self->others, label);
  desk_set_tooltip (self->others, tooltip);
  gtk_widget_set_visible (self->others, n > 0);
  set_attention (self->others, self->other_live > 0 && !shows_others (self));
}

static void
show_counts (DeskOrderChips *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->chips); i++)
    {
      guint n = self->counts[0][i] + (shows_others (self) ? self->counts[1][i] : 0);
      g_autofree char *label = g_strdup_printf ("%s %u", chip_title (i), n);

      set_label (self->chips[i], label);
      desk_set_tooltip (self->chips[i], label);
      /* Who trades alone has no use for its room. */
      if (i == DESK_ORDER_GROUP_EXTERNAL)
        gtk_widget_set_visible (self->chips[i], n > 0 || self->shown == i);
      if (i == DESK_ORDER_GROUP_UNKNOWN)
        set_attention (self->chips[i], n > 0);
    }
  show_others (self);
}

static gboolean
refilter_cb (gpointer user_data)
{
  DeskOrderChips *self = user_data;

  self->refilter_id = 0;
  show_counts (self);
  if (self->moved)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  self->moved = FALSE;
  return G_SOURCE_REMOVE;
}

static void
queue_refilter (DeskOrderChips *self)
{
  if (self->refilter_id == 0)
    self->refilter_id = g_timeout_add (REFILTER_MS, refilter_cb, self);
}

static void
count (DeskOrderChips *self,
       const Place    *place,
       int             n)
{
  self->counts[place->other][place->group] += (guint) n;
  self->counts[place->other][DESK_ORDER_GROUP_ALL] += (guint) n;
  if (place->external)
    self->counts[place->other][DESK_ORDER_GROUP_EXTERNAL] += (guint) n;
  if (place->other && place->live)
    self->other_live += (guint) n;
}

/* Counts follow each row by its key: nothing walks ten thousand rows for one that changed. */
void
desk_order_chips_place (DeskOrderChips       *self,
                        const DeskOrderState *order)
{
  Place now = { order->key, desk_order_chips_group (order), is_external (order), is_other (self, order),
                !desk_status_is_final (order->status) };
  Place *place = g_hash_table_lookup (self->places, &order->key);

  g_return_if_fail (DESK_IS_ORDER_CHIPS (self));

  if (place != NULL && place->group == now.group && place->external == now.external && place->other == now.other
      && place->live == now.live)
    {
      /* The group of linked orders may have been named meanwhile. */
      if (*self->group_id != '\0' && g_str_equal (desk_order_group_id (order), self->group_id))
        {
          self->moved = TRUE;
          queue_refilter (self);
        }
      return;
    }
  if (place != NULL)
    {
      count (self, place, -1);
      self->moved = self->moved || self->shown != DESK_ORDER_GROUP_ALL || place->other != now.other;
    }
  else
    {
      place = g_new0 (Place, 1);
      place->key = order->key;
      g_hash_table_insert (self->places, &place->key, place);
    }
  *place = now;
  count (self, place, 1);
  queue_refilter (self);
}

static gboolean
filter_cb (gpointer item,
           gpointer user_data)
{
  DeskOrderChips *self = user_data;
  const DeskOrderState *order = desk_order_get_state (item);

  if (*self->group_id != '\0' && !g_str_equal (desk_order_group_id (order), self->group_id))
    return FALSE;
  return (shows_others (self) || !is_other (self, order))
         && (self->shown == DESK_ORDER_GROUP_ALL
             || (self->shown == DESK_ORDER_GROUP_EXTERNAL ? is_external (order)
                                                          : desk_order_chips_group (order) == self->shown));
}

static void
chosen (DeskOrderChips *self)
{
  show_counts (self);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
chip_toggled_cb (GtkToggleButton *chip,
                 DeskOrderChips  *self)
{
  if (!gtk_toggle_button_get_active (chip))
    return;
  self->shown = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chip), "desk-group"));
  chosen (self);
}

static void
linked_clicked_cb (DeskOrderChips *self)
{
  desk_order_chips_show_group (self, "");
}

static void
desk_order_chips_dispose (GObject *object)
{
  DeskOrderChips *self = DESK_ORDER_CHIPS (object);
  GtkWidget *child;

  g_clear_handle_id (&self->refilter_id, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->filter);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_order_chips_parent_class)->dispose (object);
}

static void
desk_order_chips_finalize (GObject *object)
{
  g_hash_table_unref (DESK_ORDER_CHIPS (object)->places);
  G_OBJECT_CLASS (desk_order_chips_parent_class)->finalize (object);
}

static void
desk_order_chips_class_init (DeskOrderChipsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_order_chips_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_order_chips_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), DESK_TYPE_WRAP_LAYOUT);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
add_states (DeskOrderChips *self)
{
  static const DeskOrderGroup order[] = { DESK_ORDER_GROUP_ALL, DESK_ORDER_GROUP_WORKING, DESK_ORDER_GROUP_DONE,
                                          DESK_ORDER_GROUP_REJECTED, DESK_ORDER_GROUP_UNKNOWN,
                                          DESK_ORDER_GROUP_EXTERNAL };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      GtkWidget *chip = gtk_toggle_button_new_with_label (chip_title (order[i]));

      gtk_widget_add_css_class (chip, "chip");
      g_object_set_data (G_OBJECT (chip), "desk-group", GUINT_TO_POINTER (order[i]));
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (chip), GTK_TOGGLE_BUTTON (self->chips[order[0]]));
      self->chips[order[i]] = chip;
      gtk_widget_set_parent (chip, GTK_WIDGET (self));
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chips[DESK_ORDER_GROUP_ALL]), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_signal_connect (self->chips[order[i]], "toggled", G_CALLBACK (chip_toggled_cb), self);
}

static void
desk_order_chips_init (DeskOrderChips *self)
{
  self->shown = DESK_ORDER_GROUP_ALL;
  self->places = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->filter = GTK_FILTER (gtk_custom_filter_new (filter_cb, self, NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self), "order-chips");
  add_states (self);
  self->others = gtk_toggle_button_new_with_label ("");
  self->linked = gtk_button_new ();
  gtk_widget_add_css_class (self->others, "chip");
  gtk_widget_add_css_class (self->linked, "chip");
  gtk_widget_add_css_class (self->linked, "attention");
  gtk_widget_set_tooltip_text (self->linked, _("Only these orders are shown. Press to show the others again."));
  gtk_widget_set_visible (self->linked, FALSE);
  gtk_widget_set_parent (self->others, GTK_WIDGET (self));
  gtk_widget_set_parent (self->linked, GTK_WIDGET (self));
  g_signal_connect_swapped (self->others, "toggled", G_CALLBACK (chosen), self);
  g_signal_connect_swapped (self->linked, "clicked", G_CALLBACK (linked_clicked_cb), self);
}

GtkWidget *
desk_order_chips_new (DeskSession *session)
{
  DeskOrderChips *self = g_object_new (DESK_TYPE_ORDER_CHIPS, NULL);

  self->session = g_object_ref (session);
  g_strlcpy (self->account, desk_session_get_arm (session)->account, sizeof self->account);
  show_counts (self);
  return GTK_WIDGET (self);
}

GtkFilter *
desk_order_chips_get_filter (DeskOrderChips *self)
{
  g_return_val_if_fail (DESK_IS_ORDER_CHIPS (self), NULL);
  return self->filter;
}

void
desk_order_chips_set_account (DeskOrderChips *self,
                              const char     *account)
{
  GListModel *orders;
  guint n;

  g_return_if_fail (DESK_IS_ORDER_CHIPS (self));

  if (g_str_equal (account, self->account))
    return;
  g_strlcpy (self->account, account, sizeof self->account);
  orders = desk_session_get_orders (self->session);
  n = g_list_model_get_n_items (orders);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);

      desk_order_chips_place (self, desk_order_get_state (order));
    }
  chosen (self);
}

void
desk_order_chips_show_group (DeskOrderChips *self,
                             const char     *id)
{
  /* Translators: a button; %s names a group of linked orders. */
  g_autofree char *label = g_strdup_printf (_("Group %s ×"), id);

  g_return_if_fail (DESK_IS_ORDER_CHIPS (self));

  g_strlcpy (self->group_id, id, sizeof self->group_id);
  set_label (self->linked, label);
  gtk_widget_set_visible (self->linked, *id != '\0');
  chosen (self);
}

void
desk_order_chips_show (DeskOrderChips *self,
                       DeskOrderGroup  kind)
{
  g_return_if_fail (DESK_IS_ORDER_CHIPS (self));

  desk_order_chips_show_group (self, "");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chips[kind]), TRUE);
  if (self->counts[1][DESK_ORDER_GROUP_ALL] > 0)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->others), TRUE);
}

const char *
desk_order_chips_empty_text (DeskOrderChips *self)
{
  g_return_val_if_fail (DESK_IS_ORDER_CHIPS (self), "");

  if (self->shown != DESK_ORDER_GROUP_ALL || *self->group_id != '\0')
    return _("No orders of this kind.");
  return self->counts[1][DESK_ORDER_GROUP_ALL] > 0 && !shows_others (self) ? _("No orders in this account yet.")
                                                                           : _("No orders yet.");
}
