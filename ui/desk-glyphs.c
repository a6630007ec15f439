/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-glyphs.h"

#include <math.h>

typedef struct
{
  PangoFont     *font; /* owned; NULL: nothing to draw, only a width */
  PangoGlyphInfo info;
} Glyph;

struct _DeskGlyphs
{
  PangoContext     *context;
  PangoAttrList    *attributes;
  PangoGlyphString *run;
  GHashTable       *glyphs;  /* gunichar -> Glyph */
  int               ascent;
  int               descent;
  int               digit;
};

static void
glyph_free (Glyph *glyph)
{
  g_clear_object (&glyph->font);
  g_free (glyph);
}

static Glyph *
shape (DeskGlyphs *self,
       gunichar    character)
{
  g_autoptr(PangoLayout) layout = pango_layout_new (self->context);
  Glyph *glyph = g_new0 (Glyph, 1);
  char text[8] = "";
  PangoLayoutLine *line;

  g_unichar_to_utf8 (character, text);
  pango_layout_set_attributes (layout, self->attributes);
  pango_layout_set_text (layout, text, -1);
  line = pango_layout_get_line_readonly (layout, 0);
  if (line != NULL && line->runs != NULL)
    {
      PangoGlyphItem *item = line->runs->data;

      if (item->glyphs->num_glyphs > 0)
        {
          glyph->font = g_object_ref (item->item->analysis.font);
          glyph->info = item->glyphs->glyphs[0];
        }
    }
  g_hash_table_insert (self->glyphs, GUINT_TO_POINTER (character), glyph);
  return glyph;
}

static Glyph *
find (DeskGlyphs *self,
      gunichar    character)
{
  Glyph *glyph = g_hash_table_lookup (self->glyphs, GUINT_TO_POINTER (character));

  return glyph != NULL ? glyph : shape (self, character);
}

DeskGlyphs *
desk_glyphs_new (GtkWidget   *widget,
                 PangoWeight  weight)
{
  DeskGlyphs *self = g_new0 (DeskGlyphs, 1);
  g_autoptr(PangoFontDescription) font = NULL;
  PangoFontMetrics *metrics;

  self->context = g_object_ref (gtk_widget_get_pango_context (widget));
  font = pango_font_description_copy (pango_context_get_font_description (self->context));
  pango_font_description_set_weight (font, weight);
  self->attributes = pango_attr_list_new ();
  pango_attr_list_insert (self->attributes, pango_attr_font_desc_new (font));
  pango_attr_list_insert (self->attributes, pango_attr_font_features_new ("tnum=1"));
  self->run = pango_glyph_string_new ();
  self->glyphs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) glyph_free);

  metrics = pango_context_get_metrics (self->context, font, NULL);
  self->ascent = PANGO_PIXELS_CEIL (pango_font_metrics_get_ascent (metrics));
  self->descent = PANGO_PIXELS_CEIL (pango_font_metrics_get_descent (metrics));
  pango_font_metrics_unref (metrics);
  for (char c = '0'; c <= '9'; c++)
    self->digit = MAX (self->digit, find (self, (gunichar) c)->info.geometry.width);
  /* Some fonts have no tabular digits. */
  for (char c = '0'; c <= '9'; c++)
    {
      Glyph *glyph = find (self, (gunichar) c);

      glyph->info.geometry.x_offset += (self->digit - glyph->info.geometry.width) / 2;
      glyph->info.geometry.width = self->digit;
    }
  return self;
}

void
desk_glyphs_free (DeskGlyphs *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->glyphs);
  pango_glyph_string_free (self->run);
  pango_attr_list_unref (self->attributes);
  g_object_unref (self->context);
  g_free (self);
}

int
desk_glyphs_get_ascent (DeskGlyphs *self)
{
  return self->ascent;
}

int
desk_glyphs_get_descent (DeskGlyphs *self)
{
  return self->descent;
}

int
desk_glyphs_get_digit (DeskGlyphs *self)
{
  return PANGO_PIXELS_CEIL (self->digit);
}

static int
measure (DeskGlyphs *self,
         const char *text)
{
  int width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += find (self, g_utf8_get_char (p))->info.geometry.width;
  return width;
}

double
desk_glyphs_measure (DeskGlyphs *self,
                     const char *text)
{
  return (double) measure (self, text) / PANGO_SCALE;
}

/* What was gathered in one font; returns where the next glyph begins. */
static double
flush_run (DeskGlyphs    *self,
           GtkSnapshot   *snapshot,
           PangoFont     *font,
           int            n,
           double         x,
           double         baseline,
           const GdkRGBA *color)
{
  double width = 0.0;

  for (int i = 0; i < n; i++)
    width += (double) self->run->glyphs[i].geometry.width / PANGO_SCALE;
  if (n > 0 && font != NULL)
    {
      g_autoptr(GskRenderNode) node = NULL;

      self->run->num_glyphs = n;
      node = gsk_text_node_new (font, self->run, color, &GRAPHENE_POINT_INIT ((float) x, (float) baseline));
      if (node != NULL)
        gtk_snapshot_append_node (snapshot, node);
    }
  return x + width;
}

void
desk_glyphs_append (DeskGlyphs    *self,
                    GtkSnapshot   *snapshot,
                    const char    *text,
                    double         x,
                    double         baseline,
                    double         xalign,
                    const GdkRGBA *color)
{
  PangoFont *font = NULL;
  int n = 0;

  /* On whole pixels: a digit that stands between two is blurred. */
  x = round (x - xalign * (double) measure (self, text) / PANGO_SCALE);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      Glyph *glyph = find (self, g_utf8_get_char (p));

      if (n > 0 && (glyph->font != font || n == 64))
        {
          x = flush_run (self, snapshot, font, n, x, baseline, color);
          n = 0;
        }
      if (n == 0)
        {
          font = glyph->font;
          pango_glyph_string_set_size (self->run, 64);
        }
      self->run->glyphs[n++] = glyph->info;
    }
  flush_run (self, snapshot, font, n, x, baseline, color);
}
