#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# Builds and runs the program beside this file as somebody else's, in a folder of its own that is removed again.
# use_from_outside.sh subdirectory|installed|plain SOURCE COMPILER CMAKE [ASIO-FOLDER]
set -euo pipefail
way=$1 source=$2 compiler=$3 cmake=$4 asio=${5:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here/CMakeLists.txt" "$here/main.cpp" "$folder"
cd "$folder"

case $way in
plain)
    "$compiler" -std=c++20 -I "$source/include" ${asio:+-I "$asio"} main.cpp -o program
    ./program
    exit
    ;;
installed)
    "$cmake" -S "$source" -B uplink-build -DCMAKE_CXX_COMPILER="$compiler" -DUPLINK_ASIO_INCLUDE_DIR="$asio" \
        -DUPLINK_BUILD_TESTS=OFF -DUPLINK_BUILD_EXAMPLES=OFF -DUPLINK_BUILD_BENCHMARKS=OFF
    "$cmake" --install uplink-build --prefix "$folder/installed"
    how=(-DCMAKE_PREFIX_PATH="$folder/installed")
    ;;
subdirectory) how=(-DUPLINK_SOURCE="$source") ;;
*) echo "unknown way: $way" >&2 && exit 2 ;;
esac
"$cmake" -S . -B build -DCMAKE_CXX_COMPILER="$compiler" -DUPLINK_ASIO_INCLUDE_DIR="$asio" "${how[@]}"
"$cmake" --build build
./build/program
if [ -e build/CTestTestfile.cmake ] || [ -e build/uplink/tests ]; then
    echo "uplink's own tests were configured in somebody else's project" >&2
    exit 1
fi
