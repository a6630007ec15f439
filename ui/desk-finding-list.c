/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-finding-list.h"

struct _DeskFindingItem
{
  GObject            parent_instance;

  DeskVerifyRun     *run;     /* that found it last */
  const DeskFinding *finding; /* inside the run */
  gint64             gone;
};

G_DEFINE_FINAL_TYPE (DeskFindingItem, desk_finding_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
desk_finding_item_finalize (GObject *object)
{
  desk_verify_run_unref (DESK_FINDING_ITEM (object)->run);
  G_OBJECT_CLASS (desk_finding_item_parent_class)->finalize (object);
}

static void
desk_finding_item_class_init (DeskFindingItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_finding_item_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
desk_finding_item_init (DeskFindingItem *self)
{
}

static DeskFindingItem *
item_new (DeskVerifyRun     *run,
          const DeskFinding *finding)
{
  DeskFindingItem *item = g_object_new (DESK_TYPE_FINDING_ITEM, NULL);

  item->run = desk_verify_run_ref (run);
  item->finding = finding;
  return item;
}

static void
item_set (DeskFindingItem   *self,
          DeskVerifyRun     *run,
          const DeskFinding *finding)
{
  DeskVerifyRun *before = self->run;

  self->run = desk_verify_run_ref (run);
  self->finding = finding;
  self->gone = 0;
  desk_verify_run_unref (before);
  g_signal_emit (self, changed_signal, 0);
}

const DeskFinding *
desk_finding_item_get (DeskFindingItem *self)
{
  g_return_val_if_fail (DESK_IS_FINDING_ITEM (self), NULL);
  return self->finding;
}

gint64
desk_finding_item_get_gone (DeskFindingItem *self)
{
  g_return_val_if_fail (DESK_IS_FINDING_ITEM (self), 0);
  return self->gone;
}

const char *
desk_finding_item_get_order (DeskFindingItem *self)
{
  g_return_val_if_fail (DESK_IS_FINDING_ITEM (self), "");
  return *self->finding->client_order_id != '\0' ? self->finding->client_order_id : self->finding->server_order_id;
}

struct _DeskFindingList
{
  GObject        parent_instance;

  DeskVerifyRun *run;      /* the last one, or NULL */
  GHashTable    *known;    /* number -> DeskFindingItem */
  GPtrArray     *standing; /* items of the last run, in its order; matches are not among them */
  GPtrArray     *gone;     /* latest first */
  GPtrArray     *shown;
  guint          check;
};

static GType
list_get_item_type (GListModel *model)
{
  return DESK_TYPE_FINDING_ITEM;
}

static guint
list_get_n_items (GListModel *model)
{
  return DESK_FINDING_LIST (model)->shown->len;
}

static gpointer
list_get_item (GListModel *model,
               guint       position)
{
  GPtrArray *shown = DESK_FINDING_LIST (model)->shown;

  return position < shown->len ? g_object_ref (g_ptr_array_index (shown, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DeskFindingList, desk_finding_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
add_of_check (DeskFindingList *self,
              GPtrArray       *shown,
              GPtrArray       *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      DeskFindingItem *item = g_ptr_array_index (items, i);

      if (self->check == 0 || item->finding->check == self->check)
        g_ptr_array_add (shown, g_object_ref (item));
    }
}

static void
add_matches (DeskFindingList *self,
             GPtrArray       *shown)
{
  if (self->check == 0 || self->run == NULL)
    return;
  for (guint i = 0; i < self->run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (self->run->findings, DeskFinding, i);

      if (finding->verdict == DESK_VERDICT_MATCH && finding->check == self->check)
        g_ptr_array_add (shown, item_new (self->run, finding));
    }
}

static void
show (DeskFindingList *self)
{
  GPtrArray *before = self->shown;
  GPtrArray *shown = g_ptr_array_new_with_free_func (g_object_unref);

  add_of_check (self, shown, self->standing);
  add_matches (self, shown);
  add_of_check (self, shown, self->gone);
  self->shown = shown;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before->len, shown->len);
  g_ptr_array_unref (before);
}

static void
desk_finding_list_finalize (GObject *object)
{
  DeskFindingList *self = DESK_FINDING_LIST (object);

  g_clear_pointer (&self->run, desk_verify_run_unref);
  g_hash_table_unref (self->known);
  g_ptr_array_unref (self->standing);
  g_ptr_array_unref (self->gone);
  g_ptr_array_unref (self->shown);
  G_OBJECT_CLASS (desk_finding_list_parent_class)->finalize (object);
}

static void
desk_finding_list_class_init (DeskFindingListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_finding_list_finalize;
}

static void
desk_finding_list_init (DeskFindingList *self)
{
  self->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->standing = g_ptr_array_new_with_free_func (g_object_unref);
  self->gone = g_ptr_array_new_with_free_func (g_object_unref);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
}

DeskFindingList *
desk_finding_list_new (void)
{
  return g_object_new (DESK_TYPE_FINDING_LIST, NULL);
}

static DeskFindingItem *
place (DeskFindingList   *self,
       DeskVerifyRun     *run,
       const DeskFinding *finding)
{
  DeskFindingItem *item = g_hash_table_lookup (self->known, &finding->number);

  if (item == NULL)
    {
      item = item_new (run, finding);
      g_hash_table_insert (self->known, g_memdup2 (&finding->number, sizeof finding->number), item);
      return item;
    }
  if (item->gone != 0)
    g_ptr_array_remove (self->gone, item);
  item_set (item, run, finding);
  return item;
}

void
desk_finding_list_take (DeskFindingList *self,
                        DeskVerifyRun   *run)
{
  GPtrArray *before;

  g_return_if_fail (DESK_IS_FINDING_LIST (self));
  g_return_if_fail (run != NULL);

  before = self->standing;
  self->standing = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->number != 0)
        g_ptr_array_add (self->standing, g_object_ref (place (self, run, finding)));
    }
  for (guint i = before->len; i-- > 0;)
    {
      DeskFindingItem *item = g_ptr_array_index (before, i);

      if (item->run == run)
        continue;
      item->gone = run->utc;
      g_ptr_array_insert (self->gone, 0, g_object_ref (item));
      g_signal_emit (item, changed_signal, 0);
    }
  g_ptr_array_unref (before);
  g_clear_pointer (&self->run, desk_verify_run_unref);
  self->run = desk_verify_run_ref (run);
  show (self);
}

void
desk_finding_list_set_check (DeskFindingList *self,
                             guint            check)
{
  g_return_if_fail (DESK_IS_FINDING_LIST (self));

  if (self->check == check)
    return;
  self->check = check;
  show (self);
}

guint
desk_finding_list_get_check (DeskFindingList *self)
{
  g_return_val_if_fail (DESK_IS_FINDING_LIST (self), 0);
  return self->check;
}

DeskFindingItem *
desk_finding_list_find (DeskFindingList *self,
                        guint64          number)
{
  g_return_val_if_fail (DESK_IS_FINDING_LIST (self), NULL);
  return g_hash_table_lookup (self->known, &number);
}

guint
desk_finding_list_count (DeskFindingList *self)
{
  g_return_val_if_fail (DESK_IS_FINDING_LIST (self), 0);
  return g_hash_table_size (self->known);
}
