#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# cost.sh SOURCE COMPILER [ASIO-FOLDER]: how much code examples/first.cpp becomes at -O2, beside the same written by hand on
# Asio alone, raw_first.cpp: header-only, and with UPLINK_SEPARATE_COMPILATION. And a program of two files that is compiled
# so links, runs, and does not link without the file that includes <uplink/impl/src.hpp>.
set -euo pipefail
source=$1 compiler=$2 asio=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
options=(-std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -pthread -I "$source/include" ${asio:+-I "$asio"})
separate=-DUPLINK_SEPARATE_COMPILATION

# Hundredths of the size of raw's code, and the bound; to be lowered where it has become less.
check() {
    local ratio=$((100 * $(code_of "$2.o") / raw))
    echo "$1: $ratio % of the code by hand, at most $3 %"
    [ $ratio -le "$3" ] || failed=1
}
code_of() {
    size -A "$1" | awk '$1 ~ /^\.text/ { sum += $2 } END { print sum }'
}
"$compiler" "${options[@]}" -O2 -c "$here/raw_first.cpp" -o raw.o
"$compiler" "${options[@]}" -O2 -c "$source/examples/first.cpp" -o whole.o
"$compiler" "${options[@]}" -O2 $separate -c "$source/examples/first.cpp" -o separate.o
raw=$(code_of raw.o)
failed=0
check header-only whole 340
check separate separate 60

"$compiler" "${options[@]}" $separate -c "$here/separate_main.cpp" -o main.o
"$compiler" "${options[@]}" $separate -c "$here/separate_source.cpp" -o source.o
"$compiler" "${options[@]}" main.o source.o -o program
./program
"$compiler" "${options[@]}" separate.o source.o -o first
if "$compiler" "${options[@]}" main.o -o without 2> messages.txt; then
    echo "it links without <uplink/impl/src.hpp>" >&2
    exit 1
fi
grep -q 'undefined.*uplink' messages.txt || { cat messages.txt >&2; exit 1; }
exit $failed
