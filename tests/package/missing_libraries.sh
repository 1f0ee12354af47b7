#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# missing_libraries.sh INCLUDE COMPILER: compiled where there is no Asio, no Boost or no OpenSSL, a header says what to
# install and that a file is missing, and the compiler says nothing else.
set -euo pipefail
include=$1 compiler=$2 failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The compiler's own folders; in place of that of the system one that lacks some of its entries.
folders=()
while IFS= read -r each; do
    [ "$(readlink -f "$each")" != /usr/include ] || each=$folder/system
    folders+=(-isystem "$each")
done < <("$compiler" -E -v -x c++ /dev/null 2>&1 | sed -n '/^#include <...>/,/^End of/{s/^ //p}')
hide() {
    rm -rf "$folder/system"
    mkdir "$folder/system"
    ln -s /usr/include/* "$folder/system/"
    for each; do rm -f "$folder/system/$each"; done
}

# says WORDS HEADER OPTION...
says() {
    local words=$1 header=$2
    shift 2
    echo "#include <$header>" > "$folder/user.cpp"
    "$compiler" -std=c++20 -fsyntax-only -nostdinc -nostdinc++ "${folders[@]}" -I "$include" "$@" "$folder/user.cpp" \
        > "$folder/said" 2>&1 && echo "it compiles" > "$folder/said"
    if [ "$(grep -c 'error: ' "$folder/said")" != 2 ] || ! grep -qF "$words" "$folder/said"; then
        printf '%s without it:\n' "$header" >&2
        cat "$folder/said" >&2
        failed=1
    fi
}
hide
echo '#include <asio/version.hpp>' > "$folder/user.cpp"
if ! "$compiler" -std=c++20 -fsyntax-only -nostdinc -nostdinc++ "${folders[@]}" "$folder/user.cpp" 2> /dev/null; then
    echo "Asio is not in the folder of the system"
    exit 77
fi
hide asio asio.hpp boost
says 'uplink needs Asio: install libasio-dev' uplink/async_client.hpp
says 'uplink needs Asio: install libasio-dev' uplink/fwd.hpp
says 'uplink needs Boost 1.81 or newer: install' uplink.hpp -DUPLINK_USE_BOOST_ASIO
hide openssl
says 'uplink/tls.hpp needs OpenSSL 3.0 or newer: install libssl-dev' uplink/tls.hpp
says 'uplink/tls.hpp needs OpenSSL 3.0 or newer: install libssl-dev' uplink/tls.hpp -DUPLINK_SEPARATE_COMPILATION
exit $failed
