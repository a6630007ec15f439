/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib.h>
#include <stdint.h>

/* Runs a fuzz target over the files of a folder, so that every compiler and every test run has what was learned. */

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

int
main (int    argc,
      char **argv)
{
  GDir *dir = argc == 2 ? g_dir_open (argv[1], 0, NULL) : NULL;
  const char *name;
  guint files = 0;

  if (dir == NULL)
    g_error ("usage: %s FOLDER", argv[0]);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      char *path = g_build_filename (argv[1], name, NULL);
      char *data;
      gsize size;

      if (g_file_get_contents (path, &data, &size, NULL))
        {
          uint8_t *exact = g_memdup2 (data, size);

          LLVMFuzzerTestOneInput (exact, size);
          /* Also its every prefix, while that is cheap. */
          for (gsize len = 0; size <= 512 && len < size; len++)
            {
              uint8_t *part = g_memdup2 (exact, len);

              LLVMFuzzerTestOneInput (part, len);
              g_free (part);
            }
          files++;
          g_free (exact);
          g_free (data);
        }
      g_free (path);
    }
  g_dir_close (dir);
  g_print ("%u files\n", files);
  return files > 0 ? 0 : 1;
}
