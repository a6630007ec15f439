/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-store.h"

#include <string.h>

#include "desk-log-row-private.h"

#define BLOCK_ROWS 4096
#define CHUNK_BYTES (64 * 1024)
#define PAGE_STRINGS 1024
#define MAX_PAGES 1024

/* Bytes of messages, one behind the other. */
typedef struct
{
  gatomicrefcount refs;
  gsize           size, used;
  guint8          data[];
} Chunk;

/* Rows once written stay as they are, but for their pair; a changed stretch is a new block. */
typedef struct
{
  gatomicrefcount refs;
  guint           n;
  gsize           bytes; /* of its messages */
  GPtrArray      *chunks;
  DeskLogRow      rows[BLOCK_ROWS];
} Block;

/* Grows at its end only; what a snapshot knows of it never moves. */
typedef struct
{
  gatomicrefcount refs;
  guint           n;
  gsize           bytes;
  char          **pages[MAX_PAGES];
} Strings;

struct _DeskLogSnapshot
{
  gatomicrefcount refs;
  guint           n_blocks;
  Block         **blocks;
  guint          *starts; /* position of each block's first row in sight */
  guint           skip;   /* rows of the first block that are gone */
  guint           n;
  Strings        *strings;
  guint           n_strings;
};

struct _DeskLogStore
{
  GObject     parent_instance;

  guint       max_trading, max_chatter;
  gsize       max_bytes;

  GPtrArray  *blocks;
  guint       skip;
  guint       n, n_chatter;
  gsize       bytes;
  guint64     last_number;
  guint64     n_told;
  gboolean    dropped;

  Chunk      *chunks[2]; /* being filled: of trading messages, of chatter */
  Strings    *strings;
  GHashTable *ids;       /* text -> number; the texts are those of strings */

  GHashTable *last_mono; /* link -> gint64 * */
  GHashTable *symbols;   /* link and SymbolID -> number of its text */
  DeskLogPairs *pairs;
  DtcMessage  message;
};

G_DEFINE_FINAL_TYPE (DeskLogStore, desk_log_store, G_TYPE_OBJECT)

enum
{
  SIGNAL_APPENDED,
  SIGNAL_DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* ---- pieces ---- */

static void
chunk_unref (gpointer data)
{
  Chunk *chunk = data;

  if (g_atomic_ref_count_dec (&chunk->refs))
    g_free (chunk);
}

static Chunk *
chunk_new (gsize size)
{
  Chunk *chunk = g_malloc (sizeof (Chunk) + size);

  g_atomic_ref_count_init (&chunk->refs);
  chunk->size = size;
  chunk->used = 0;
  return chunk;
}

static Block *
block_new (void)
{
  Block *block = g_new (Block, 1);

  g_atomic_ref_count_init (&block->refs);
  block->n = 0;
  block->bytes = 0;
  block->chunks = g_ptr_array_new_with_free_func (chunk_unref);
  return block;
}

static void
block_unref (gpointer data)
{
  Block *block = data;

  if (!g_atomic_ref_count_dec (&block->refs))
    return;
  g_ptr_array_unref (block->chunks);
  g_free (block);
}

/* Rows come in the order of their bytes, but of two kinds. */
static void
block_hold (Block *block,
            Chunk *chunk)
{
  for (guint i = block->chunks->len; i > 0 && i + 2 > block->chunks->len; i--)
    if (block->chunks->pdata[i - 1] == chunk)
      return;
  g_atomic_ref_count_inc (&chunk->refs);
  g_ptr_array_add (block->chunks, chunk);
}

static void
strings_unref (Strings *strings)
{
  if (!g_atomic_ref_count_dec (&strings->refs))
    return;
  for (guint i = 0; i < strings->n; i++)
    g_free (strings->pages[i / PAGE_STRINGS][i % PAGE_STRINGS]);
  for (guint i = 0; i * PAGE_STRINGS < strings->n; i++)
    g_free (strings->pages[i]);
  g_free (strings);
}

static guint32
intern (DeskLogStore *self,
        const char   *text)
{
  Strings *strings = self->strings;
  gpointer id;
  char *copy;

  if (*text == '\0')
    return 0;
  if (g_hash_table_lookup_extended (self->ids, text, NULL, &id))
    return GPOINTER_TO_UINT (id);
  if (strings->n == PAGE_STRINGS * MAX_PAGES)
    return DESK_LOG_TOO_MANY;
  if (strings->n % PAGE_STRINGS == 0)
    strings->pages[strings->n / PAGE_STRINGS] = g_new (char *, PAGE_STRINGS);
  copy = g_strdup (text);
  strings->pages[strings->n / PAGE_STRINGS][strings->n % PAGE_STRINGS] = copy;
  strings->bytes += strlen (copy) + 64;
  g_hash_table_insert (self->ids, copy, GUINT_TO_POINTER (strings->n));
  return strings->n++;
}

/* ---- snapshots ---- */

DeskLogSnapshot *
desk_log_snapshot_ref (DeskLogSnapshot *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
desk_log_snapshot_unref (DeskLogSnapshot *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->n_blocks; i++)
    block_unref (self->blocks[i]);
  strings_unref (self->strings);
  g_free (self->blocks);
  g_free (self->starts);
  g_free (self);
}

DeskLogSnapshot *
desk_log_store_snapshot (DeskLogStore *self)
{
  DeskLogSnapshot *snapshot;
  guint at = 0;

  g_return_val_if_fail (DESK_IS_LOG_STORE (self), NULL);

  snapshot = g_new0 (DeskLogSnapshot, 1);
  g_atomic_ref_count_init (&snapshot->refs);
  snapshot->n_blocks = self->blocks->len;
  snapshot->blocks = g_new (Block *, self->blocks->len + 1);
  snapshot->starts = g_new (guint, self->blocks->len + 1);
  for (guint i = 0; i < self->blocks->len; i++)
    {
      Block *block = self->blocks->pdata[i];

      g_atomic_ref_count_inc (&block->refs);
      snapshot->blocks[i] = block;
      snapshot->starts[i] = at;
      at += block->n - (i == 0 ? self->skip : 0);
    }
  snapshot->skip = self->skip;
  snapshot->n = at;
  snapshot->strings = self->strings;
  g_atomic_ref_count_inc (&self->strings->refs);
  snapshot->n_strings = self->strings->n;
  return snapshot;
}

guint
desk_log_snapshot_get_n (const DeskLogSnapshot *self)
{
  return self->n;
}

guint
desk_log_snapshot_n_strings (const DeskLogSnapshot *self)
{
  return self->n_strings;
}

const char *
desk_log_snapshot_string (const DeskLogSnapshot *self,
                          guint32                id)
{
  if (id == 0 || id >= self->n_strings)
    return "";
  return self->strings->pages[id / PAGE_STRINGS][id % PAGE_STRINGS];
}

/* The last block that begins at or before @position. */
static guint
block_at (const DeskLogSnapshot *self,
          guint                  position)
{
  guint low = 0, high = self->n_blocks;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (self->starts[middle] <= position)
        low = middle;
      else
        high = middle;
    }
  return low;
}

const DeskLogRow *
desk_log_snapshot_get_run (const DeskLogSnapshot *self,
                           guint                  position,
                           guint                 *n)
{
  guint i;

  g_return_val_if_fail (position < self->n, NULL);

  i = block_at (self, position);
  *n = (i + 1 < self->n_blocks ? self->starts[i + 1] : self->n) - position;
  return &self->blocks[i]->rows[position - self->starts[i] + (i == 0 ? self->skip : 0)];
}

const DeskLogRow *
desk_log_snapshot_get (const DeskLogSnapshot *self,
                       guint                  position)
{
  guint n;

  return desk_log_snapshot_get_run (self, position, &n);
}

gboolean
desk_log_snapshot_find (const DeskLogSnapshot *self,
                        guint64                number,
                        guint                 *position)
{
  guint low = 0, high = self->n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (desk_log_snapshot_get (self, middle)->number < number)
        low = middle + 1;
      else
        high = middle;
    }
  *position = low;
  return low < self->n && desk_log_snapshot_get (self, low)->number == number;
}

/* ---- writing ---- */

static Block *
last_block (DeskLogStore *self)
{
  Block *block = self->blocks->len > 0 ? self->blocks->pdata[self->blocks->len - 1] : NULL;

  if (block == NULL || block->n == BLOCK_ROWS)
    {
      block = block_new ();
      g_ptr_array_add (self->blocks, block);
    }
  return block;
}

static const guint8 *
keep_bytes (DeskLogStore *self,
            Block        *block,
            gboolean      chatter,
            const guint8 *raw,
            gsize         size)
{
  Chunk **chunk = &self->chunks[chatter ? 1 : 0];
  guint8 *at;

  if (*chunk == NULL || (*chunk)->size - (*chunk)->used < size)
    {
      g_clear_pointer (chunk, chunk_unref);
      *chunk = chunk_new (MAX (CHUNK_BYTES, size));
    }
  at = (*chunk)->data + (*chunk)->used;
  if (size > 0)
    memcpy (at, raw, size);
  (*chunk)->used += size;
  block_hold (block, *chunk);
  return at;
}

static gpointer
symbol_key (guint32 link,
            guint32 symbol_id)
{
  return GSIZE_TO_POINTER ((gsize) link << 32 | symbol_id);
}

/* What the row says of itself. */
static void
read_row (DeskLogStore *self,
          DeskLogRow   *row)
{
  DeskLogKeys keys = { 0 };
  gboolean good = desk_log_row_decode (row, &self->message, NULL);

  desk_log_keys_read (&self->message, &keys);
  row->type = self->message.type;
  row->wire_type = self->message.wire_type != 0 ? self->message.wire_type : self->message.type;
  row->client = intern (self, keys.client);
  row->server = intern (self, keys.server);
  row->other = intern (self, keys.other);
  row->older = intern (self, keys.older);
  row->account = intern (self, keys.account);
  row->symbol = intern (self, keys.symbol);
  if (keys.symbol_id != 0)
    {
      gpointer key = symbol_key (row->link, keys.symbol_id);

      if (row->symbol != 0)
        g_hash_table_insert (self->symbols, key, GUINT_TO_POINTER (row->symbol));
      else
        row->symbol = GPOINTER_TO_UINT (g_hash_table_lookup (self->symbols, key));
    }
  row->status = keys.status;
  row->reason = keys.reason;
  if (!good)
    row->flags |= DESK_LOG_REFUSED;
  if (self->message.flags & (DTC_MESSAGE_UNKNOWN_TYPE | DTC_MESSAGE_UNKNOWN_KEYS | DTC_MESSAGE_BAD_STATUS))
    row->flags |= DESK_LOG_ODD;
  if (keys.reject)
    row->flags |= DESK_LOG_REJECT;
  if (desk_log_row_is_text (row) && memchr (row->raw, '\\', row->size) != NULL)
    row->flags |= DESK_LOG_ESCAPED;
  if (desk_log_is_chatter (row->type))
    row->flags |= DESK_LOG_CHATTER;
}

static guint32
since_last (DeskLogStore *self,
            guint32       link,
            gint64        mono)
{
  gint64 *last = g_hash_table_lookup (self->last_mono, GUINT_TO_POINTER (link));
  gint64 quiet;

  if (last == NULL)
    {
      last = g_new (gint64, 1);
      *last = mono;
      g_hash_table_insert (self->last_mono, GUINT_TO_POINTER (link), last);
      return 0;
    }
  quiet = mono - *last;
  *last = MAX (*last, mono);
  return quiet <= 0 ? 0 : (guint32) MIN (quiet / 1000, G_MAXUINT32);
}

static void
set_pair (DeskLogStore *self,
          guint64       number,
          gint32        value)
{
  guint low = 0, high = self->blocks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      Block *block = self->blocks->pdata[middle];

      if (block->n == 0 || block->rows[block->n - 1].number < number)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < self->blocks->len)
    {
      Block *block = self->blocks->pdata[low];
      guint from = 0, to = block->n;

      while (from < to)
        {
          guint middle = from + (to - from) / 2;

          if (block->rows[middle].number < number)
            from = middle + 1;
          else
            to = middle;
        }
      if (from < block->n && block->rows[from].number == number)
        atomic_store_explicit (&block->rows[from].pair, value, memory_order_relaxed);
    }
}

static void
find_pair (DeskLogStore *self,
           DeskLogRow   *row)
{
  gboolean asks = FALSE;
  guint64 asked = desk_log_pairs_take (self->pairs, row, &self->message, &asks);

  if (asks)
    row->flags |= DESK_LOG_ASKS;
  if (asked == 0 || row->number - asked > G_MAXINT32)
    return;
  atomic_store_explicit (&row->pair, -(gint32) (row->number - asked), memory_order_relaxed);
  if (desk_log_pairs_is_first (self->pairs))
    set_pair (self, asked, (gint32) (row->number - asked));
}

guint64
desk_log_store_append (DeskLogStore       *self,
                       const DeskLogEntry *entry)
{
  g_autoptr (GBytes) masked = NULL;
  const guint8 *raw = entry->raw;
  gsize size = entry->size;
  Block *block;
  DeskLogRow *row;

  g_return_val_if_fail (DESK_IS_LOG_STORE (self), 0);

  if (entry->kind == DESK_LOG_FRAME && desk_log_needs_mask (&entry->codec, entry->direction, raw, size))
    {
      masked = desk_log_mask (&entry->codec, raw, size);
      raw = g_bytes_get_data (masked, &size);
    }
  size = MIN (size, G_MAXUINT32);
  block = last_block (self);
  row = &block->rows[block->n];
  memset (row, 0, sizeof *row);
  row->number = ++self->last_number;
  row->utc = entry->utc;
  row->mono = entry->mono;
  row->link = entry->link;
  row->direction = (guint8) entry->direction;
  row->kind = (guint8) entry->kind;
  row->encoding = (guint8) entry->codec.encoding;
  row->numbering = (guint8) entry->codec.numbering;
  row->status = row->reason = DESK_LOG_NO_STATUS;
  row->raw = raw;
  row->size = (guint32) size;
  row->wire_size = (guint32) MIN (entry->wire_size != 0 ? entry->wire_size : entry->size, G_MAXUINT32);
  if (entry->kind != DESK_LOG_NOTE)
    {
      row->quiet = since_last (self, row->link, row->mono);
      read_row (self, row);
    }
  row->raw = keep_bytes (self, block, (row->flags & DESK_LOG_CHATTER) != 0, raw, size);
  if (entry->kind != DESK_LOG_NOTE)
    find_pair (self, row);
  if (row->flags & DESK_LOG_CHATTER)
    self->n_chatter++;
  block->bytes += size;
  self->bytes += size;
  block->n++;
  self->n++;
  return row->number;
}

void
desk_log_store_skip (DeskLogStore       *self,
                     const DeskLogEntry *entry)
{
  g_return_if_fail (DESK_IS_LOG_STORE (self));

  self->last_number++;
  since_last (self, entry->link, entry->mono);
}

/* ---- throwing away ---- */

/* Whole blocks from the oldest on lose their chatter until no more than @left is left. */
static void
drop_chatter (DeskLogStore *self,
              guint         left)
{
  GPtrArray *kept = g_ptr_array_new_with_free_func (block_unref);
  Block *target = NULL;
  guint i, rest;

  for (i = 0; i < self->blocks->len && self->n_chatter > left; i++)
    {
      Block *block = self->blocks->pdata[i];

      for (guint k = i == 0 ? self->skip : 0; k < block->n; k++)
        {
          const DeskLogRow *row = &block->rows[k];

          if (row->flags & DESK_LOG_CHATTER)
            {
              self->n_chatter--;
              self->n--;
              self->bytes -= row->size;
              continue;
            }
          if (target == NULL || target->n == BLOCK_ROWS)
            {
              target = block_new ();
              g_ptr_array_add (kept, target);
            }
          target->rows[target->n++] = *row;
          target->bytes += row->size;
          for (guint c = 0; c < block->chunks->len; c++)
            {
              Chunk *chunk = block->chunks->pdata[c];

              if (row->raw >= chunk->data && row->raw <= chunk->data + chunk->size)
                {
                  block_hold (target, chunk);
                  break;
                }
            }
        }
    }
  for (rest = i; rest < self->blocks->len; rest++)
    {
      Block *block = self->blocks->pdata[rest];

      g_atomic_ref_count_inc (&block->refs);
      g_ptr_array_add (kept, block);
    }
  g_ptr_array_unref (self->blocks);
  self->blocks = kept;
  if (i > 0)
    self->skip = 0;
  self->dropped = TRUE;
}

static void
drop_first (DeskLogStore *self)
{
  Block *block = self->blocks->pdata[0];
  const DeskLogRow *row = &block->rows[self->skip++];

  if (row->flags & DESK_LOG_CHATTER)
    self->n_chatter--;
  self->n--;
  self->bytes -= row->size;
  if (self->skip == block->n)
    {
      g_ptr_array_remove_index (self->blocks, 0);
      self->skip = 0;
    }
  self->dropped = TRUE;
}

void
desk_log_store_flush (DeskLogStore *self)
{
  gboolean appended;

  g_return_if_fail (DESK_IS_LOG_STORE (self));

  if (self->max_chatter > 0 && self->n_chatter > self->max_chatter)
    drop_chatter (self, self->max_chatter / 2);
  if (self->max_bytes > 0 && self->bytes > self->max_bytes && self->n_chatter > 0)
    drop_chatter (self, self->n_chatter / 2);
  while (self->n > 0 && ((self->max_trading > 0 && self->n - self->n_chatter > self->max_trading)
                         || (self->max_bytes > 0 && self->bytes > self->max_bytes)))
    drop_first (self);
  appended = self->n_told < self->last_number;
  self->n_told = self->last_number;
  if (self->dropped)
    {
      self->dropped = FALSE;
      g_signal_emit (self, signals[SIGNAL_DROPPED], 0);
    }
  if (appended)
    g_signal_emit (self, signals[SIGNAL_APPENDED], 0);
}

void
desk_log_store_set_max_chatter (DeskLogStore *self,
                                guint         max_chatter)
{
  g_return_if_fail (DESK_IS_LOG_STORE (self));

  self->max_chatter = max_chatter;
  desk_log_store_flush (self);
}

guint
desk_log_store_get_n (DeskLogStore *self)
{
  g_return_val_if_fail (DESK_IS_LOG_STORE (self), 0);

  return self->n;
}

gsize
desk_log_store_get_memory (DeskLogStore *self)
{
  g_return_val_if_fail (DESK_IS_LOG_STORE (self), 0);

  return self->blocks->len * sizeof (Block) + self->bytes + self->strings->bytes;
}

/* ---- the object ---- */

static void
desk_log_store_finalize (GObject *object)
{
  DeskLogStore *self = DESK_LOG_STORE (object);

  g_ptr_array_unref (self->blocks);
  for (guint i = 0; i < G_N_ELEMENTS (self->chunks); i++)
    g_clear_pointer (&self->chunks[i], chunk_unref);
  g_hash_table_unref (self->ids);
  strings_unref (self->strings);
  g_hash_table_unref (self->last_mono);
  g_hash_table_unref (self->symbols);
  desk_log_pairs_free (self->pairs);
  dtc_message_clear (&self->message);

  G_OBJECT_CLASS (desk_log_store_parent_class)->finalize (object);
}

static void
desk_log_store_class_init (DeskLogStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_log_store_finalize;

  signals[SIGNAL_APPENDED] = g_signal_new ("appended", DESK_TYPE_LOG_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
  signals[SIGNAL_DROPPED] = g_signal_new ("dropped", DESK_TYPE_LOG_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
desk_log_store_init (DeskLogStore *self)
{
  self->blocks = g_ptr_array_new_with_free_func (block_unref);
  self->strings = g_new0 (Strings, 1);
  g_atomic_ref_count_init (&self->strings->refs);
  self->strings->pages[0] = g_new (char *, PAGE_STRINGS);
  self->strings->pages[0][0] = g_strdup ("");
  self->strings->n = 1;
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->last_mono = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->symbols = g_hash_table_new (NULL, NULL);
  self->pairs = desk_log_pairs_new ();
}

DeskLogStore *
desk_log_store_new (guint max_trading,
                    guint max_chatter,
                    gsize max_bytes)
{
  DeskLogStore *self = g_object_new (DESK_TYPE_LOG_STORE, NULL);

  self->max_trading = max_trading;
  self->max_chatter = max_chatter;
  self->max_bytes = max_bytes;
  return self;
}
