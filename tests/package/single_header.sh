#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# single_header.sh SOURCE COMPILER CMAKE [ASIO-FOLDER]: the target single_header, made in somebody else's project, writes a
# header that needs Asio alone and has each header of the library once; two files that include it link and run; with
# another header of the library beside it there is one clear error; and the examples that use neither TLS nor the headers
# for tests compile with it. It is precompiled, to save time.
set -euo pipefail
source=$1 compiler=$2 cmake=$3 asio=${4:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cp "$here/CMakeLists.txt" .
mkdir only
sed 's|<uplink/async_client.hpp>|<uplink_single_header.hpp>|' "$here/main.cpp" > main.cpp
"$cmake" -S . -B build -DUPLINK_PROGRAM=main.cpp -DUPLINK_SOURCE="$source" -DCMAKE_CXX_COMPILER="$compiler" \
    -DUPLINK_ASIO_INCLUDE_DIR="$asio" -DUPLINK_TLS=OFF
"$cmake" --build build --target uplink_single_header
mv build/uplink/uplink_single_header.hpp only
header=only/uplink_single_header.hpp
options=(-std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -pthread -I only ${asio:+-I "$asio"})

# Each public header but tls and testing is there, and none of them twice; no include of the library is left.
for name in $(cd "$source/include" && ls uplink.hpp uplink/*.hpp | grep -v '^uplink/tls'); do
    grep -qxF "// --- <$name> ---" $header || { echo "<$name> is not in the single header" >&2; exit 1; }
done
twice=$(grep -E '^// --- <.*> ---$' $header | sort | uniq -d)
[ -z "$twice" ] || { echo "more than once in the single header: $twice" >&2; exit 1; }
if grep -nE '^ *# *include *[<"]uplink[/.]|^// --- <uplink/(tls|testing)' $header; then
    echo "this does not belong into the single header" >&2
    exit 1
fi

# The compiler takes the precompiled header where there is one beside it, g++ at least. It warns of #pragma once then.
if ! grep -q clang <<< "$("$compiler" --version)"; then
    "$compiler" "${options[@]}" -w -x c++-header $header -o $header.gch
fi
printf '#include <uplink_single_header.hpp>\n#include <uplink_single_header.hpp>\n' > other.cpp
"$compiler" "${options[@]}" main.cpp other.cpp -o program
./program

for order in '<uplink_single_header.hpp> <uplink/error.hpp>' '<uplink/error.hpp> <uplink_single_header.hpp>'; do
    printf '#include %s\n' $order > both.cpp
    if "$compiler" "${options[@]}" -Wfatal-errors -I "$source/include" -fsyntax-only both.cpp 2> both.txt; then
        echo "both kinds of headers in one file compile: $order" >&2
        exit 1
    fi
    grep -q 'use one of the two' both.txt || { cat both.txt >&2; exit 1; }
done

# For the examples each header of the library is the single one.
mkdir -p instead/uplink
for name in uplink.hpp $(cd "$source/include" && ls uplink/*.hpp | grep -v '^uplink/tls'); do
    echo '#include <uplink_single_header.hpp>' > "instead/$name"
done
mapfile -t examples < <(grep -LE '^#include <uplink/(tls|testing/)' "$source"/examples/*.cpp)
examples+=("$source"/examples/client/{main,plain}.cpp)
[ ${#examples[@]} -gt 5 ] || { echo "there are no examples in $source/examples" >&2; exit 1; }
printf '%s\0' "${examples[@]}" | xargs -0 -n 1 -P "$(nproc)" "$compiler" "${options[@]}" -I instead -fsyntax-only
echo "${#examples[@]} examples compile with the single header"
