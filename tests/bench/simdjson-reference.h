/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* simdjson's DOM parser on the same bytes, for comparison; only benchmarks know it. */
typedef struct SimdjsonReference SimdjsonReference;

SimdjsonReference *simdjson_reference_new   (const char        *text,
                                             size_t             len);
void               simdjson_reference_free  (SimdjsonReference *reference);
/* Parses the text once more; 0 when it did. */
int                simdjson_reference_parse (SimdjsonReference *reference);
const char        *simdjson_reference_name  (void);

#ifdef __cplusplus
}
#endif
