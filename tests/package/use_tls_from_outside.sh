#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# Builds and runs the program in tls/ as somebody else's, by an include path, as a subdirectory and installed; then shows
# that a machine without OpenSSL is told which package is missing. The folder of it all is removed again.
# use_tls_from_outside.sh SOURCE COMPILER CMAKE [ASIO-FOLDER]
set -euo pipefail
source=$1 compiler=$2 cmake=$3 asio=${4:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here/tls/CMakeLists.txt" "$here/tls/main.cpp" "$folder"
cd "$folder"

"$compiler" -std=c++20 -I "$source/include" ${asio:+-I "$asio"} main.cpp -lssl -lcrypto -o program
./program

common=(-DCMAKE_CXX_COMPILER="$compiler" -DUPLINK_ASIO_INCLUDE_DIR="$asio")
"$cmake" -S "$source" -B uplink-build "${common[@]}" \
    -DUPLINK_BUILD_TESTS=OFF -DUPLINK_BUILD_EXAMPLES=OFF -DUPLINK_BUILD_BENCHMARKS=OFF
"$cmake" --install uplink-build --prefix "$folder/installed"

"$cmake" -S . -B build-subdirectory "${common[@]}" -DUPLINK_SOURCE="$source"
"$cmake" -S . -B build-installed "${common[@]}" -DCMAKE_PREFIX_PATH="$folder/installed"
for way in subdirectory installed; do
    "$cmake" --build build-$way
    ./build-$way/program
    if "$cmake" -S . -B without-$way "${common[@]}" -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON \
        $([ $way = subdirectory ] && echo -DUPLINK_SOURCE="$source" || echo -DCMAKE_PREFIX_PATH="$folder/installed") \
        > without.txt 2>&1; then
        echo "$way: configured without OpenSSL" >&2
        exit 1
    fi
    if ! tr -s '\n ' '  ' < without.txt | grep -q 'libssl-dev'; then
        echo "$way: does not say which package is missing:" >&2
        cat without.txt >&2
        exit 1
    fi
done
