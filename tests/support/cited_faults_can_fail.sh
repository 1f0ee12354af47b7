#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# The check beside this file accepts a sound little tree, and refuses it with any one bad line added.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/cited_faults.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cases=0

lay() {
    rm -rf "$folder/tree"
    mkdir -p "$folder/tree/"{tests/client,include/uplink,examples,.ci}
    cd "$folder/tree"
    printf '%s\n' '| # | what goes wrong | how |' '|---|---|---|' '| 1 | No name. | rows |' \
        '| 2 | No answer. | rows |' '| 3 | No end. | rows |' '' '1. A handler is called once.' '2. It is never called at once.' \
        > tests/faults.md
    printf '%s\n' '// Names (faults 1 to 3, promises 1 and' '// 2), and RFC 8305, section' '// 5.' \
        'TEST_CASE("faults 1, 3: the name")' 'int fault = 9; fault(7); if (faults > 8) default_9();' \
        > tests/client/name_test.cpp
    printf '%s\n' '#!/bin/sh' '# Faults 2 and 3.' | tee .ci/run > tests/client/names.sh
    echo '/// A half-close (RFC 9293, section 3.6), whatever the default 4.' > include/uplink/client.hpp
}

lay
bash "$check" . > /dev/null

# refuses FILE LINE...
refuses() {
    local file=$1
    lay
    shift
    printf '%s\n' "$@" >> "$file"
    cases=$((cases + 1))
    if bash "$check" . > /dev/null 2>&1; then
        echo "accepted in $file: $*" >&2
        exit 1
    fi
}
refuses tests/client/name_test.cpp '// fault 4'
refuses tests/client/name_test.cpp 'TEST_CASE("faults 1, 2, 40: a name")'
refuses tests/client/name_test.cpp '// (faults 1,' '// 2 and' '// 4)'
refuses tests/client/name_test.cpp '// faults 2 to 4'
refuses tests/client/name_test.cpp '// faults 3 to 1'
refuses tests/client/name_test.cpp '// Faults 9: a sentence begins.'
refuses tests/client/name_test.cpp '// (faults.md 8)'
refuses tests/client/name_test.cpp '// promise 3'
refuses tests/client/name_test.cpp '// promises 1, 2, and 5'
refuses tests/client/name_test.cpp '// the table of section 7'
refuses tests/client/names.sh '# faults 1 to 5'
refuses examples/first.cpp '// fault 4'
refuses .ci/run '# promise 7'
refuses include/uplink/client.hpp '// fault 1'
refuses include/uplink/client.hpp '// promise 1'
refuses include/uplink/client.hpp '// as a page says, sections 4.1 and 4.2'
refuses tests/faults.md '| 2 | Twice. | rows |'
refuses tests/faults.md '2. Twice.'
refuses tests/faults.md '| 4 | Nobody says how. | |'
lay
rm tests/client/* .ci/run
cases=$((cases + 1))
! bash "$check" . > /dev/null 2>&1 || { echo "accepted: a tree that cites nothing" >&2; exit 1; }
lay
rm tests/faults.md
cases=$((cases + 1))
! bash "$check" . > /dev/null 2>&1 || { echo "accepted: a tree without faults.md" >&2; exit 1; }
echo "the sound tree accepted, $cases bad ones refused"
