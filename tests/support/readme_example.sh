#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# readme_example.sh TREE: the first C++ block of the README is examples/first.cpp, to the byte, in at most 20 lines.
set -euo pipefail
block=$(awk '/^```cpp$/ { inside = 1; next } /^```$/ && inside { exit } inside' "$1/README.md")
diff -u "$1/examples/first.cpp" <(printf '%s\n' "$block")
lines=$(printf '%s\n' "$block" | wc -l)
[ "$lines" -le 20 ] || { echo "the README's example has $lines lines" >&2; exit 1; }
echo "the README's example is examples/first.cpp, $lines lines"
