#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the linker's list of what the shared library exports: what its installed headers declare, and no more.

usage: gen-exports.py OUT.map HEADER…
"""
import re
import sys

names = set()
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    names.update(re.findall(r"\b(dtc_\w+)\s*\(", text))
    names.update(re.findall(r"^extern\b.*?\b(dtc_\w+)\s*\[", text, flags=re.M))
    for prefix in re.findall(r"G_DECLARE_FINAL_TYPE \(\w+, (dtc_\w+)", text):
        names.add(f"{prefix}_get_type")
with open(sys.argv[1], "w", encoding="utf-8") as f:
    f.write("{\nglobal:\n" + "".join(f"  {name};\n" for name in sorted(names)) + "local:\n  *;\n};\n")
