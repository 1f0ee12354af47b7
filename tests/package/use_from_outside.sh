#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# Builds and runs a program beside this file as somebody else's, in a folder of its own, whose path has a space in it and
# which is removed again; and shows what those are told who ask for what is not there. The program is main.cpp, or
# small.cpp, which compiles in half the time, where another way compiles the same headers.
# use_from_outside.sh plain|subdirectory|fetch_content|installed|pkg_config SOURCE COMPILER CMAKE [ASIO-FOLDER]
#   plain          an include path
#   subdirectory   add_subdirectory, with the examples too, whose targets have names of their own
#   fetch_content  CMake's FetchContent of an archive, by its hash, with no network; and how uplink itself fetches Asio
#   installed      find_package in a folder that was moved after the installation
#   pkg_config     pkg-config in a folder that was moved after the installation
set -euo pipefail
way=$1 source=$2 compiler=$3 cmake=$4 asio=${5:-}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/out side"
cd "$folder/out side"
cp "$here/CMakeLists.txt" "$here/main.cpp" "$here/small.cpp" .
ln -s "$source" "uplink source"
program=small.cpp
[ "$way" != plain ] && [ "$way" != installed ] || program=main.cpp
common=(-DUPLINK_PROGRAM=$program -DCMAKE_CXX_COMPILER="$compiler" -DUPLINK_ASIO_INCLUDE_DIR="$asio")

# As on a machine without Asio.
no_asio=(-DUPLINK_ASIO_INCLUDE_DIR= -DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON
    -DCMAKE_DISABLE_FIND_PACKAGE_asio=ON -DUPLINK_TLS=OFF)

# configure NAME OPTION...: of the program's project, or that in $project, in build-NAME.
configure() {
    local name=$1
    shift
    "$cmake" -S "${project:-.}" -B "build-$name" "${common[@]}" "$@"
}
# refused NAME WORDS OPTION...: it can't be configured so, and the message has these words.
refused() {
    local name=$1 words=$2
    shift 2
    if configure "$name" "$@" > message.txt 2>&1; then
        echo "$name: it was configured" >&2
        exit 1
    fi
    if ! tr -s '\n ' '  ' < message.txt | grep -qF -- "$words"; then
        printf '%s: the message does not say "%s":\n' "$name" "$words" >&2
        cat message.txt >&2
        exit 1
    fi
}
build_and_run() {
    "$cmake" --build "build-$1" --target program
    "./build-$1/program"
}
# Installs to "$PWD/moved here", by way of another folder.
install_and_move() {
    "$cmake" -S "uplink source" -B uplink-build "${common[@]:1}" -DUPLINK_BUILD_TESTS=OFF -DUPLINK_BUILD_EXAMPLES=OFF \
        -DUPLINK_BUILD_BENCHMARKS=OFF -DCMAKE_ERROR_ON_ABSOLUTE_INSTALL_DESTINATION=ON "$@"
    "$cmake" --install uplink-build --prefix "$PWD/in stalled"
    mv "in stalled" "moved here"
    if grep -rlF -e "in stalled" -e "$source" "moved here"; then
        echo "these files have a path of the folder where uplink was built or installed first" >&2
        exit 1
    fi
}

case $way in
plain)
    "$compiler" -std=c++20 -I "uplink source/include" ${asio:+-I "$asio"} $program -o program
    ./program
    ;;
subdirectory)
    configure it -DUPLINK_SOURCE="$PWD/uplink source" -DUPLINK_BUILD_EXAMPLES=ON
    build_and_run it
    if [ -e build-it/CTestTestfile.cmake ] || [ -e build-it/uplink/tests ]; then
        echo "uplink's own tests were configured in somebody else's project" >&2
        exit 1
    fi
    "$cmake" --install build-it --prefix "$PWD/nothing"
    if [ -e nothing ]; then
        echo "uplink was installed with somebody else's project" >&2
        exit 1
    fi
    refused tests "its tests and benchmarks are built only where uplink itself is configured" \
        -DUPLINK_SOURCE="$PWD/uplink source" -DUPLINK_BUILD_TESTS=ON
    refused nothing "install libasio-dev (Debian, Ubuntu)" -DUPLINK_SOURCE="$PWD/uplink source" \
        -DUPLINK_FETCH_DEPENDENCIES=ON "${no_asio[@]}"
    mkdir -p "old asio/asio"
    echo '#define ASIO_VERSION 101802 // 1.18.2' > "old asio/asio/version.hpp"
    refused old "uplink needs Asio 1.22.1 or newer" -DUPLINK_SOURCE="$PWD/uplink source" -DUPLINK_ASIO_INCLUDE_DIR="$PWD/old asio"
    grep -qw '1\.18\.2' message.txt
    configure without_tls -DUPLINK_SOURCE="$PWD/uplink source" -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON | tee message.txt
    grep -q 'install libssl-dev.*there is no target uplink::tls' message.txt
    ;;
fetch_content)
    tar -C "$source" -czf uplink.tar.gz --transform 's|^|uplink-0/|' CMakeLists.txt .cmake include LICENSE
    archive=(-DUPLINK_ARCHIVE="$PWD/uplink.tar.gz" -DUPLINK_HASH="$(sha256sum uplink.tar.gz | cut -d' ' -f1)")
    configure it "${archive[@]}"
    build_and_run it
    # Once it is there the network may be forbidden.
    configure it "${archive[@]}" -DFETCHCONTENT_FULLY_DISCONNECTED=ON

    # uplink itself takes Asio by FetchContent, from a folder if it is given one, and from the network only if it may.
    project="uplink source"
    common=("${common[@]:1}" "${no_asio[@]}" -DUPLINK_BUILD_TESTS=OFF -DUPLINK_BUILD_EXAMPLES=OFF
        -DUPLINK_BUILD_BENCHMARKS=OFF -DFETCHCONTENT_FULLY_DISCONNECTED=ON)
    refused unasked "-DUPLINK_FETCH_DEPENDENCIES=ON allows CMake to fetch it"
    refused disconnected "Asio is not installed and was not fetched" -DUPLINK_FETCH_DEPENDENCIES=ON
    mkdir -p "asio source/include"
    ln -s "${asio:-/usr/include}/asio" "asio source/include/asio"
    configure given -DUPLINK_FETCH_DEPENDENCIES=ON -DFETCHCONTENT_SOURCE_DIR_UPLINK_ASIO="$PWD/asio source"
    ;;
installed)
    install_and_move
    prefix=(-DCMAKE_PREFIX_PATH="$PWD/moved here")
    configure it "${prefix[@]}" -DUPLINK_WANTED=0.2
    build_and_run it
    mkdir old
    printf '%s\n' 'cmake_minimum_required(VERSION 3.2)' 'project(old CXX)' \
        'find_package(uplink CONFIG QUIET REQUIRED OPTIONAL_COMPONENTS tls)' > old/CMakeLists.txt
    project=old configure old "${prefix[@]}" > message.txt 2>&1 || { cat message.txt >&2; exit 1; }
    if grep -q 'uplink:' message.txt; then
        echo "find_package(uplink QUIET) says something" >&2
        exit 1
    fi
    refused newer "version: 0.2" "${prefix[@]}" -DUPLINK_WANTED=0.3
    refused older "version: 0.2" "${prefix[@]}" -DUPLINK_WANTED=0.1
    refused component "uplink has no component quic" "${prefix[@]}" -DUPLINK_COMPONENTS=quic
    refused flavour "this installation is for standalone Asio" "${prefix[@]}" -DUPLINK_USE_BOOST_ASIO=ON
    refused asio "install libasio-dev (Debian, Ubuntu)" "${prefix[@]}" "${no_asio[@]}"
    ;;
pkg_config)
    command -v pkg-config > /dev/null || { echo "there is no pkg-config"; exit 77; }
    install_and_move -DUPLINK_TLS=OFF
    export PKG_CONFIG_PATH="$PWD/moved here/share/pkgconfig"
    pkg-config --exact-version="$(pkg-config --modversion uplink)" uplink
    [ "$(pkg-config --variable=flavour uplink)" = "standalone Asio" ]
    eval "flags=($(pkg-config --cflags --libs uplink))"
    "$compiler" -std=c++20 $program "${flags[@]}" ${asio:+-I "$asio"} -o program
    ./program
    ;;
*) echo "unknown way: $way" >&2 && exit 2 ;;
esac
