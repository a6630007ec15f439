/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-reconcile-view-private.h"

#include "desk-figure.h"
#include "desk-settings.h"
#include "desk-words.h"
#include "desk-words-verify.h"

#include <glib/gi18n.h>

/* From here on the findings stand beside the orders, else below them. */
#define WIDE 980

#define POSITION_CHECK 8

G_DEFINE_FINAL_TYPE (DeskReconcileView, desk_reconcile_view, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_AT_LINK,
  PROP_ON_FILL,
  N_PROPS
};

enum
{
  FOUND,
  SETTLED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

gboolean
reconcile_is_linked (DeskReconcileView *self)
{
  DeskLink link = desk_session_get_link (self->session)->state;

  return link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC;
}

DeskCommand *
reconcile_command_new (DeskCommandKind kind)
{
  DeskCommand *command = desk_command_new (kind);

  command->clicked = g_get_monotonic_time ();
  command->ticket.source = DESK_SOURCE_CLICK;
  return command;
}

static void
send_when (DeskReconcileView *self)
{
  DeskCommand *command = reconcile_command_new (DESK_COMMAND_VERIFY_WHEN);

  command->quantity = (self->at_link ? DESK_VERIFY_AT_LINK : 0) | (self->on_fill ? DESK_VERIFY_ON_FILL : 0);
  desk_session_send (self->session, command);
}

/* Those that count: nobody has accepted them, and they are more than information. */
static guint
count_open (DeskVerifyRun *run,
            DeskVerdict    verdict)
{
  guint n = 0;

  for (guint i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->verdict == verdict && !finding->information && !finding->accepted)
        n += desk_finding_count (finding);
    }
  return n;
}

/* What came of it: "≠ 2 mismatches · 1 not provable · 1 accepted". */
static char *
run_words (DeskReconcileView *self)
{
  guint mismatches = count_open (self->run, DESK_VERDICT_MISMATCH);
  guint not_provable = count_open (self->run, DESK_VERDICT_NOT_PROVABLE);
  guint accepted = self->run->n_accepted;
  GString *out = g_string_new (desk_words_verdict_mark (self->run->verdict));

  g_string_append_c (out, ' ');
  if (mismatches > 0)
    g_string_append_printf (out, ngettext ("%u mismatch", "%u mismatches", mismatches), mismatches);
  if (not_provable > 0)
    {
      g_string_append (out, mismatches > 0 ? " · " : "");
      g_string_append_printf (out, ngettext ("%u not provable", "%u not provable", not_provable), not_provable);
    }
  if (accepted > 0)
    {
      g_string_append (out, mismatches + not_provable > 0 ? " · " : "");
      /* Translators: findings that do not match or are not provable, and that a person has taken. */
      g_string_append_printf (out, ngettext ("%u accepted", "%u accepted", accepted), accepted);
    }
  if (mismatches + not_provable + accepted == 0)
    g_string_append (out, desk_words_verdict (self->run->verdict));
  return g_string_free (out, FALSE);
}

static char *
age_words (DeskReconcileView *self)
{
  g_autoptr(GString) when = g_string_new (NULL);

  desk_words_time (when, self->run->utc, FALSE);
  if (!reconcile_is_linked (self))
    /* Translators: %s is a time of day; the comparison is as old as that. */
    return g_strdup_printf (_("as of %s; the link is down"), when->str);
  /* Translators: a time of day, and what set the comparison off: "after a fill". */
  return g_strdup_printf (_("as of %s, %s"), when->str, desk_words_verify_trigger (self->run->trigger));
}

/* The question that is open. */
static char *
running_words (DeskReconcileView *self)
{
  DeskResyncState *resync = desk_session_get_resync (self->session);

  for (guint i = 0; resync != NULL && !resync->ended && i < DESK_N_RESYNC_LINES; i++)
    if (resync->lines[i].mark == DESK_RESYNC_RUNNING)
      /* Translators: %s is what is being asked: "fills", "positions". */
      return g_strdup_printf (_("Asking the server: %s…"), desk_words_resync_step (desk_resync_step_nick (i)));
  return g_strdup (_("Asking the server…"));
}

static void
set_summary_style (DeskReconcileView *self,
                   const char        *style)
{
  if (self->summary_style != NULL)
    gtk_widget_remove_css_class (self->summary, self->summary_style);
  if (style != NULL)
    gtk_widget_add_css_class (self->summary, style);
  self->summary_style = style;
}

static void
show_empty (DeskReconcileView *self)
{
  DeskTable *table = desk_ledger_table_get_table (self->ledger);

  if (self->run == NULL)
    {
      desk_table_set_empty (table, reconcile_is_linked (self)
                                   ? _("Nothing was compared yet. “Run now” asks the server for orders, fills and "
                                       "positions and compares them with what was sent.")
                                   : _("Nothing was compared yet. That begins when the link is there."));
      desk_findings_view_set_empty (self->findings, _("What is found stands here, with the messages that show it."));
      return;
    }
  desk_table_set_empty (table, _("No orders to compare yet. Place one: it stands here with what the server made of it."));
  if (desk_finding_list_get_check (self->list) != 0)
    desk_findings_view_set_empty (self->findings, _("This check had nothing to compare."));
  else if (desk_finding_list_count (self->list) == 0)
    desk_findings_view_set_empty (self->findings, _("No findings: whatever could be compared agrees."));
}

static void
show_summary (DeskReconcileView *self)
{
  g_autofree char *words = NULL;
  g_autofree char *age = self->run != NULL ? age_words (self) : NULL;
  gboolean linked = reconcile_is_linked (self);

  if (self->running)
    words = running_words (self);
  else if (self->run != NULL)
    words = run_words (self);
  else
    words = g_strdup (_("Not compared yet"));
  gtk_label_set_text (GTK_LABEL (self->summary), words);
  desk_set_tooltip (self->summary, words);
  set_summary_style (self, self->running || self->run == NULL ? NULL
                           : !linked ? "stale" : desk_words_verdict_style (self->run->verdict));
  gtk_label_set_text (GTK_LABEL (self->age), age != NULL ? age : "");
  gtk_widget_set_visible (self->age, age != NULL);
  gtk_widget_set_visible (self->spinner, self->running);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), self->running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "reconcile.run", linked && !self->running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "reconcile.export", self->run != NULL);
  desk_set_tooltip (self->run_button, linked ? _("Ask the server for everything again, and compare (F5)")
                                             : desk_words_denial (DESK_DENY_LINK_DOWN));
  show_empty (self);
}

void
reconcile_set_running (DeskReconcileView *self,
                       gboolean           running)
{
  self->running = running;
  if (!running)
    self->run_tag = 0;
  show_summary (self);
}

static void
show_rule (DeskReconcileView *self)
{
  guint check = desk_finding_list_get_check (self->list);
  g_autofree char *text = g_strdup_printf ("V%u %s: %s", check, desk_words_check_title (check),
                                           desk_words_check_rule (check));

  gtk_widget_set_visible (self->rule_bar, check != 0);
  gtk_label_set_text (GTK_LABEL (self->rule), text);
  gtk_widget_set_tooltip_text (self->rule, text);
}

static void
check_chosen_cb (DeskReconcileView *self)
{
  desk_finding_list_set_check (self->list, desk_check_strip_get (self->strip));
  show_rule (self);
  show_empty (self);
}

/* What was not told yet is told once; an accepted finding is settled. */
static void
tell (DeskReconcileView *self)
{
  const DeskFinding *first = NULL;

  for (guint i = 0; i < self->run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (self->run->findings, DeskFinding, i);

      if (finding->verdict != DESK_VERDICT_MISMATCH || finding->information || finding->accepted)
        continue;
      /* An alarm of the core's own says that already. */
      if (finding->check == POSITION_CHECK)
        continue;
      if (g_hash_table_add (self->told, g_memdup2 (&finding->number, sizeof finding->number)) && first == NULL)
        first = finding;
    }
  if (first != NULL)
    {
      g_autofree char *what = desk_words_finding (first);
      g_autofree char *why = desk_words_core (first->text);
      g_autofree char *words = g_strdup_printf ("%s: %s", what, why);

      g_signal_emit (self, signals[FOUND], 0, first->number, words);
    }
  else if (count_open (self->run, DESK_VERDICT_MISMATCH) == 0)
    g_signal_emit (self, signals[SETTLED], 0);
}

static void
take (DeskReconcileView *self,
      DeskVerifyRun     *run)
{
  g_clear_pointer (&self->run, desk_verify_run_unref);
  self->run = desk_verify_run_ref (run);
  desk_check_strip_take (self->strip, run);
  desk_ledger_table_take (self->ledger, run);
  desk_ledger_feet_take (self->feet, run);
  desk_finding_list_take (self->list, run);
  desk_findings_view_choose_first (self->findings);
  reconcile_set_running (self, FALSE);
  tell (self);
}

static void
event_cb (DeskSession       *session,
          const DeskEvent   *event,
          DeskReconcileView *self)
{
  switch ((guint) event->kind)
    {
    case DESK_EVENT_VERIFY:
      take (self, event->verify);
      break;
    case DESK_EVENT_RESYNC:
      if (event->resync->ended)
        reconcile_set_running (self, FALSE);
      else if (g_str_equal (event->resync->trigger, "verify"))
        reconcile_set_running (self, TRUE);
      break;
    case DESK_EVENT_LINK:
      reconcile_set_running (self, self->running && reconcile_is_linked (self));
      break;
    case DESK_EVENT_DENIED:
      if (self->run_tag != 0 && event->tag == self->run_tag)
        reconcile_set_running (self, FALSE);
      break;
    default:
      break;
    }
}

static gboolean
turn_cb (gpointer user_data)
{
  DeskReconcileView *self = user_data;
  gboolean wide = gtk_widget_get_width (GTK_WIDGET (self)) >= WIDE;

  self->turn_id = 0;
  self->placed = TRUE;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned), wide ? GTK_ORIENTATION_HORIZONTAL
                                                                     : GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_position (GTK_PANED (self->paned), wide ? gtk_widget_get_width (self->paned) * 58 / 100
                                                        : gtk_widget_get_height (self->paned) * 40 / 100);
  return G_SOURCE_REMOVE;
}

static void
desk_reconcile_view_size_allocate (GtkWidget *widget,
                                   int        width,
                                   int        height,
                                   int        baseline)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);
  gboolean is_wide = gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) == GTK_ORIENTATION_HORIZONTAL;

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  /* Not while sizes are being given out. */
  if (((width >= WIDE) != is_wide || !self->placed) && self->turn_id == 0)
    self->turn_id = g_idle_add (turn_cb, self);
}

static void
desk_reconcile_view_measure (GtkWidget      *widget,
                             GtkOrientation  orientation,
                             int             for_size,
                             int            *minimum,
                             int            *natural,
                             int            *minimum_baseline,
                             int            *natural_baseline)
{
  gtk_widget_measure (DESK_RECONCILE_VIEW (widget)->box, orientation, for_size, minimum, natural, minimum_baseline,
                      natural_baseline);
}

static gboolean
desk_reconcile_view_grab_focus (GtkWidget *widget)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (widget);

  return gtk_widget_grab_focus (GTK_WIDGET (self->ledger)) || gtk_widget_grab_focus (self->run_button);
}

static void
desk_reconcile_view_get_property (GObject    *object,
                                  guint       id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (object);

  switch (id)
    {
    case PROP_AT_LINK:
      g_value_set_boolean (value, self->at_link);
      break;
    case PROP_ON_FILL:
      g_value_set_boolean (value, self->on_fill);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
desk_reconcile_view_set_property (GObject      *object,
                                  guint         id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (object);
  gboolean *when = id == PROP_AT_LINK ? &self->at_link : &self->on_fill;

  if (*when == g_value_get_boolean (value))
    return;
  *when = g_value_get_boolean (value);
  desk_settings_set_boolean (id == PROP_AT_LINK ? "verify-at-link" : "verify-on-fill", *when);
  send_when (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
desk_reconcile_view_dispose (GObject *object)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (object);

  g_clear_handle_id (&self->turn_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->run, desk_verify_run_unref);
  g_clear_object (&self->list);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_reconcile_view_parent_class)->dispose (object);
}

static void
desk_reconcile_view_finalize (GObject *object)
{
  DeskReconcileView *self = DESK_RECONCILE_VIEW (object);

  g_hash_table_unref (self->told);
  g_free (self->export_path);
  G_OBJECT_CLASS (desk_reconcile_view_parent_class)->finalize (object);
}

static void
desk_reconcile_view_class_init (DeskReconcileViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = desk_reconcile_view_dispose;
  object_class->finalize = desk_reconcile_view_finalize;
  object_class->get_property = desk_reconcile_view_get_property;
  object_class->set_property = desk_reconcile_view_set_property;
  widget_class->size_allocate = desk_reconcile_view_size_allocate;
  widget_class->measure = desk_reconcile_view_measure;
  widget_class->grab_focus = desk_reconcile_view_grab_focus;

  properties[PROP_AT_LINK] = g_param_spec_boolean ("at-link", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ON_FILL] = g_param_spec_boolean ("on-fill", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[FOUND] = g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_STRING);
  signals[SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  reconcile_install_actions (widget_class);
  gtk_widget_class_install_property_action (widget_class, "reconcile.at-link", "at-link");
  gtk_widget_class_install_property_action (widget_class, "reconcile.on-fill", "on-fill");
}

static GtkWidget *
make_bar (DeskReconcileView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *said = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *when = gtk_menu_button_new ();
  GtkWidget *export = gtk_button_new_with_label (_("Export report…"));
  g_autoptr(GMenu) menu = g_menu_new ();

  g_menu_append (menu, _("On every fill"), "reconcile.on-fill");
  g_menu_append (menu, _("At reconnect"), "reconcile.at-link");
  self->run_button = gtk_button_new_with_label (_("Run now"));
  self->spinner = gtk_spinner_new ();
  self->summary = gtk_label_new (NULL);
  self->age = gtk_label_new (NULL);
  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_widget_add_css_class (self->run_button, "chip");
  gtk_widget_add_css_class (self->summary, "verify-summary");
  gtk_widget_add_css_class (self->summary, "numeric");
  gtk_widget_add_css_class (when, "chip-menu");
  gtk_widget_add_css_class (self->age, "verify-age");
  gtk_widget_add_css_class (self->age, "numeric");
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0.0f);
  gtk_label_set_xalign (GTK_LABEL (self->age), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (self->summary), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (self->age), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (said, TRUE);
  gtk_widget_set_valign (said, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (said), self->summary);
  gtk_box_append (GTK_BOX (said), self->age);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->run_button), "reconcile.run");
  gtk_widget_add_css_class (export, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (export), "reconcile.export");
  gtk_widget_set_tooltip_text (export, _("All that was compared and found, signed, as JSON, as a table and as text"));
  /* Translators: a menu: when everything is compared by itself. */
  gtk_menu_button_set_label (GTK_MENU_BUTTON (when), _("Runs"));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (when), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (when, _("When everything is compared by itself"));
  gtk_box_append (GTK_BOX (bar), self->run_button);
  gtk_box_append (GTK_BOX (bar), self->spinner);
  gtk_box_append (GTK_BOX (bar), said);
  gtk_box_append (GTK_BOX (bar), when);
  gtk_box_append (GTK_BOX (bar), export);
  gtk_box_append (GTK_BOX (bar), desk_table_column_button (desk_ledger_table_get_table (self->ledger)));
  return bar;
}

static GtkWidget *
make_said (DeskReconcileView *self)
{
  GtkWidget *open = gtk_button_new_with_label (_("Open the folder"));
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");

  self->said = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->said_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->said_label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (self->said_label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_selectable (GTK_LABEL (self->said_label), TRUE);
  gtk_widget_set_hexpand (self->said_label, TRUE);
  gtk_widget_add_css_class (self->said, "notice");
  gtk_widget_add_css_class (open, "chip");
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_set_tooltip_text (close, _("Close"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Close"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (open), "reconcile.open-folder");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (close), "reconcile.close-said");
  gtk_box_append (GTK_BOX (self->said), self->said_label);
  gtk_box_append (GTK_BOX (self->said), open);
  gtk_box_append (GTK_BOX (self->said), close);
  gtk_widget_set_visible (self->said, FALSE);
  return self->said;
}

static GtkWidget *
make_findings (DeskReconcileView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *all = gtk_button_new_with_label (_("All checks"));

  self->rule_bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->rule = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->rule), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (self->rule), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->rule, TRUE);
  gtk_widget_add_css_class (all, "chip");
  gtk_widget_add_css_class (self->rule_bar, "rule-bar");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (all), "reconcile.all-checks");
  gtk_box_append (GTK_BOX (self->rule_bar), self->rule);
  gtk_box_append (GTK_BOX (self->rule_bar), all);
  gtk_widget_set_visible (self->rule_bar, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->findings), TRUE);
  gtk_box_append (GTK_BOX (box), self->rule_bar);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->findings));
  return box;
}

static GtkWidget *
make_orders (DeskReconcileView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_vexpand (GTK_WIDGET (self->ledger), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->feet), FALSE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->ledger));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->feet));
  return box;
}

static void
ledger_selected_cb (DeskReconcileView *self)
{
  DeskLedgerItem *item = desk_ledger_table_get_selected (self->ledger);

  if (item != NULL && desk_ledger_item_get (item)->finding != 0)
    desk_findings_view_show (self->findings, desk_ledger_item_get (item)->finding);
}

static void
desk_reconcile_view_init (DeskReconcileView *self)
{
  self->told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->list = desk_finding_list_new ();
  self->strip = DESK_CHECK_STRIP (desk_check_strip_new ());
  self->ledger = DESK_LEDGER_TABLE (desk_ledger_table_new ());
  self->feet = DESK_LEDGER_FEET (desk_ledger_feet_new ());
  self->findings = DESK_FINDINGS_VIEW (desk_findings_view_new (self->list));
  self->paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_start_child (GTK_PANED (self->paned), make_orders (self));
  gtk_paned_set_end_child (GTK_PANED (self->paned), make_findings (self));
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_vexpand (self->paned, TRUE);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), make_bar (self));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->strip));
  gtk_box_append (GTK_BOX (self->box), make_said (self));
  gtk_box_append (GTK_BOX (self->box), self->paned);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->strip, "chosen", G_CALLBACK (check_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->ledger, "selected", G_CALLBACK (ledger_selected_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
desk_reconcile_view_new (DeskSession *session)
{
  DeskReconcileView *self = g_object_new (DESK_TYPE_RECONCILE_VIEW, NULL);

  self->session = g_object_ref (session);
  self->at_link = desk_settings_get_boolean ("verify-at-link", TRUE);
  self->on_fill = desk_settings_get_boolean ("verify-on-fill", TRUE);
  send_when (self);
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  if (desk_session_get_verify (session) != NULL)
    take (self, desk_session_get_verify (session));
  else
    show_summary (self);
  return GTK_WIDGET (self);
}

gboolean
desk_reconcile_view_show (DeskReconcileView *self,
                          guint64            number)
{
  g_return_val_if_fail (DESK_IS_RECONCILE_VIEW (self), FALSE);

  if (desk_finding_list_find (self->list, number) == NULL)
    return FALSE;
  desk_check_strip_set (self->strip, 0);
  return desk_findings_view_show (self->findings, number);
}
