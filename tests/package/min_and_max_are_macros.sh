#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# min_and_max_are_macros.sh INCLUDE COMPILER [ASIO-FOLDER]: all headers compile where min and max are function-like
# macros, as <windows.h> defines them. The standard's, the system's and Asio's headers come before them.
set -euo pipefail
include=$1 compiler=$2 asio=${3:-}
file=$(mktemp --suffix=.cpp)
trap 'rm -f "$file"' EXIT
{
    echo '#include <uplink/net.hpp>'
    grep -rhoE '^#include <[^>]+>' "$include" | grep -vE '<(uplink|asio|boost)[/ .]' | sort -u
    echo '#define min(a, b) (((a) < (b)) ? (a) : (b))'
    echo '#define max(a, b) (((a) > (b)) ? (a) : (b))'
    (cd "$include" && find . -name '*.hpp' | sed 's|^\./\(.*\)|#include <\1>|' | sort)
} > "$file"
"$compiler" -std=c++20 -fsyntax-only -I "$include" ${asio:+-I "$asio"} "$file"
