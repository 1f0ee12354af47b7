#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# older_language.sh INCLUDE COMPILER [ASIO-FOLDER]: compiled as C++17, each header that a user includes says that C++20 is
# needed and that a file is missing, and the compiler says nothing else. Lines that say which file includes which, or how
# many errors there were, are not counted.
set -euo pipefail
include=$1 compiler=$2 asio=${3:-}
most=2 failed=0
plain=-fno-diagnostics-show-caret
if "$compiler" --version | grep -q clang; then plain=-fno-caret-diagnostics; fi
file=$(mktemp --suffix=.cpp)
trap 'rm -f "$file"' EXIT
for header in $(cd "$include" && ls uplink.hpp uplink/*.hpp uplink/testing/*.hpp); do
    [ "$header" != uplink/version.hpp ] || continue # macros alone, for any language
    echo "#include <$header>" > "$file"
    output=$("$compiler" -std=c++17 -fsyntax-only $plain -I "$include" \
        ${asio:+-I "$asio"} "$file" 2>&1) && output="it compiles"
    output=$(grep -vE '^(In file included| +from |compilation terminated|[0-9]+ errors? generated)' <<< "$output" || true)
    if [ "$(grep -c 'error: .*"uplink needs C++20: compile with -std=c++20 or newer"' <<< "$output")" != 1 ] ||
        [ "$(wc -l <<< "$output")" -gt $most ]; then
        printf '%s as C++17:\n%s\n' "$header" "$output" >&2
        failed=1
    fi
done
exit $failed
