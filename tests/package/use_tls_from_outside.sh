#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# Builds and runs a program in tls/ as somebody else's, by pkg-config, or an include path if there is none, as a
# subdirectory and installed; then shows that a machine without OpenSSL, and an installation without TLS, are told apart.
# The program is main.cpp as a subdirectory, and small.cpp elsewhere, which compiles sooner and links as much of OpenSSL.
# Once it is main.cpp and source.cpp, compiled with UPLINK_SEPARATE_COMPILATION.
# The folder of it all is removed again.
# use_tls_from_outside.sh SOURCE COMPILER CMAKE [ASIO-FOLDER]
set -euo pipefail
source=$1 compiler=$2 cmake=$3 asio=${4:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here"/tls/* "$folder"
cd "$folder"

# says WORDS: the message in without.txt has them.
says() {
    if ! tr -s '\n ' '  ' < without.txt | grep -qF -- "$1"; then
        printf 'the message does not say "%s":\n' "$1" >&2
        cat without.txt >&2
        exit 1
    fi
}

common=(-DCMAKE_CXX_COMPILER="$compiler" -DUPLINK_ASIO_INCLUDE_DIR="$asio")
"$cmake" -S "$source" -B uplink-build "${common[@]}" \
    -DUPLINK_BUILD_TESTS=OFF -DUPLINK_BUILD_EXAMPLES=OFF -DUPLINK_BUILD_BENCHMARKS=OFF
"$cmake" --install uplink-build --prefix "$folder/installed"

flags=(-I "$source/include" -lssl -lcrypto)
if command -v pkg-config > /dev/null; then
    export PKG_CONFIG_PATH=$folder/installed/share/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
    eval "flags=($(pkg-config --cflags --libs uplink-tls))"
fi
"$compiler" -std=c++20 small.cpp "${flags[@]}" ${asio:+-I "$asio"} -o program
./program

"$cmake" -S . -B build-subdirectory "${common[@]}" -DUPLINK_SOURCE="$source" -DUPLINK_PROGRAM=main.cpp
"$cmake" -S . -B build-installed "${common[@]}" -DCMAKE_PREFIX_PATH="$folder/installed" -DUPLINK_PROGRAM=small.cpp
for way in subdirectory installed; do
    "$cmake" --build build-$way
    ./build-$way/program
    if "$cmake" -S . -B without-$way "${common[@]}" -DUPLINK_PROGRAM=small.cpp -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON \
        $([ $way = subdirectory ] && echo -DUPLINK_SOURCE="$source" || echo -DCMAKE_PREFIX_PATH="$folder/installed") \
        > without.txt 2>&1; then
        echo "$way: configured without OpenSSL" >&2
        exit 1
    fi
    says libssl-dev
done

# In two files; the first alone does not link.
"$cmake" -S . -B build-separate "${common[@]}" -DCMAKE_PREFIX_PATH="$folder/installed" -DUPLINK_SEPARATE=ON \
    -DUPLINK_PROGRAM='main.cpp;source.cpp'
"$cmake" --build build-separate
./build-separate/program
if "$compiler" build-separate/CMakeFiles/program.dir/main.cpp.o "${flags[@]}" -pthread -o without > without.txt 2>&1; then
    echo "it links without <uplink/impl/tls_src.hpp>" >&2
    exit 1
fi
grep -q 'undefined.*tls_context' without.txt || { cat without.txt >&2; exit 1; }

# An installation without TLS says that it is one.
rm "$folder/installed/share/cmake/uplink/uplinkTlsTargets.cmake"
if "$cmake" -S . -B without-tls "${common[@]}" -DUPLINK_PROGRAM=small.cpp \
    -DCMAKE_PREFIX_PATH="$folder/installed" > without.txt 2>&1; then
    echo "configured with an installation that has no TLS" >&2
    exit 1
fi
says 'this installation was made without TLS'
