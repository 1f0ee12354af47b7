#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# mixed_asio.sh INCLUDE COMPILER BOOST-FOLDER [ASIO-FOLDER]: a program of which one part uses the library with standalone
# Asio and the other with Boost.Asio links and works, whichever part comes first when it is linked.
set -euo pipefail
include=$1 compiler=$2 boost=$3 asio=${4:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
options=(-std=c++20 -c -I "$include" ${asio:+-isystem "$asio"} -isystem "$boost")
"$compiler" "${options[@]}" "$here/mixed_asio_part.cpp" -o standalone.o
"$compiler" "${options[@]}" -DUPLINK_USE_BOOST_ASIO "$here/mixed_asio_part.cpp" -o boost.o
"$compiler" -std=c++20 "$here/mixed_asio_main.cpp" standalone.o boost.o -o standalone_first -pthread
"$compiler" -std=c++20 "$here/mixed_asio_main.cpp" boost.o standalone.o -o boost_first -pthread
./standalone_first
./boost_first
