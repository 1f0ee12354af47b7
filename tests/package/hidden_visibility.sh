#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# hidden_visibility.sh INCLUDE COMPILER [ASIO-FOLDER]: error codes are equal across the border of a shared library that
# was built with hidden visibility, as most are.
set -euo pipefail
include=$1 compiler=$2 asio=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
options=(-std=c++20 -Wall -Wextra -Werror -fvisibility=hidden -fvisibility-inlines-hidden -I "$include"
    ${asio:+-I "$asio"})
"$compiler" "${options[@]}" -fPIC -shared "$here/hidden_library.cpp" -o libhidden.so
"$compiler" "${options[@]}" "$here/hidden_main.cpp" -o program -L. -lhidden -Wl,-rpath,"$folder"
./program
