#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# other_systems.sh INCLUDE COMPILER: for Windows the compiler says in one sentence that the library does not work there,
# and no header asks for a POSIX file before that. That the branches for a Unix that is not Linux work is shown by the
# row posix of .ci/matrix.
set -euo pipefail
include=$1 compiler=$2
failed=0
output=$(echo '#include <uplink/detail/system/platform.hpp>' |
    "$compiler" -std=c++20 -fsyntax-only -D_WIN32 -I "$include" -x c++ - 2>&1) && output="it compiles"
if [ "$(grep -c 'error: ' <<< "$output")" != 2 ] || ! grep -q 'error: .*"uplink does not work on Windows: ' <<< "$output"; then
    printf 'as on Windows:\n%s\n' "$output" >&2
    failed=1
fi
# The files that C++ does not have are included under a condition, or beside platform.hpp.
cd "$include"
early=$(find . -name '*.hpp' | sort | xargs awk '
    FNR == 1 { inside = guarded = 0 }
    /^#if/ { ++inside }
    /^#endif/ { --inside }
    /^#include <uplink\/detail\/system\/platform\.hpp>/ { guarded = 1 }
    /^#include <.*\.h>/ && !/<openssl/ && !inside && !guarded { print FILENAME ": " $0 }')
if [ -n "$early" ]; then
    printf 'not every system has these files:\n%s\n' "$early" >&2
    failed=1
fi
exit $failed
