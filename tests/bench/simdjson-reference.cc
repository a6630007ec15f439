// SPDX-License-Identifier: GPL-3.0-or-later

#include "simdjson-reference.h"

#include <simdjson.h>

struct SimdjsonReference
{
  SimdjsonReference (const char *bytes, size_t len) : text (bytes, len) {}

  simdjson::dom::parser   parser;
  simdjson::padded_string text;
};

SimdjsonReference *
simdjson_reference_new (const char *text, size_t len)
{
  return new SimdjsonReference (text, len);
}

void
simdjson_reference_free (SimdjsonReference *reference)
{
  delete reference;
}

int
simdjson_reference_parse (SimdjsonReference *reference)
{
  // The text has its padding, the parser its memory: nothing is copied or allocated.
  return reference->parser.parse (reference->text).error ();
}

const char *
simdjson_reference_name (void)
{
  static const std::string name = "simdjson " + std::string (SIMDJSON_STRINGIFY (SIMDJSON_VERSION)) + ", "
                                  + simdjson::get_active_implementation ()->name ();

  return name.c_str ();
}
