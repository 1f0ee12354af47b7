#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# old_io_uring.sh INCLUDE COMPILER [ASIO-FOLDER]: with io_uring, an Asio older than 1.28 is an error that says so, and a
# newer one is none. What else the compiler says, without liburing's headers, does not count. Without io_uring there is
# no such error.
set -euo pipefail
include=$1 compiler=$2 asio=${3:-}
failed=0
all=-fmax-errors=0
if "$compiler" --version | grep -q clang; then all=-ferror-limit=0; fi

# refusals MACRO...: how many sentences about io_uring the compiler writes.
refusals() {
    echo '#include <uplink/detail/support/asio_version.hpp>' |
        "$compiler" -std=c++20 -fsyntax-only $all "$@" -I "$include" ${asio:+-I "$asio"} -x c++ - 2>&1 |
        grep -cE 'error: .*uplink needs Asio 1\.28 or newer for io_uring: ' || true
}

expected=0
if printf '#include <asio/version.hpp>\n#if ASIO_VERSION < 102800\nold\n#endif\n' |
    "$compiler" -E -P ${asio:+-I "$asio"} -x c++ - | grep -q '^old$'; then
    expected=1
fi
with=$(refusals -DASIO_HAS_IO_URING_AS_DEFAULT)
without=$(refusals)
if [ "$with" != $expected ]; then
    echo "with io_uring: $with refusals instead of $expected" >&2
    failed=1
fi
if [ "$without" != 0 ]; then
    echo "without io_uring: $without refusals" >&2
    failed=1
fi
exit $failed
