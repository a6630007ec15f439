/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-dtc.h"

/* Binary with fixed strings. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  return fuzz_struct (DTC_ENCODING_BINARY, data, size);
}
