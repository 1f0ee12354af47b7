#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# header_list.sh TREE: .cmake/uplink_headers.cmake names every header of include/, and no other, in order; and <uplink.hpp>
# includes every public header, except those of TLS and for tests.
set -euo pipefail
cd "$1"
export LC_ALL=C
list=.cmake/uplink_headers.cmake
failed=0
difference=$(mktemp)
trap 'rm -f "$difference"' EXIT
if ! diff <(cd include && find . -name '*.hpp' -o -name '*.ipp' | sed 's|^\./||' | sort) \
    <(sed -n 's/^    \(uplink[^ ]*\)$/\1/p' $list) > "$difference"; then
    sed -n -e "s|^< |$list does not have |p" -e "s|^> |$list has, but include/ does not, or it stands elsewhere: |p" "$difference" >&2
    failed=1
fi

for header in $(cd include && ls uplink/*.hpp | grep -v '^uplink/tls'); do
    grep -qxF "#include <$header>" include/uplink.hpp || { echo "<uplink.hpp> does not include <$header>" >&2; failed=1; }
done
exit $failed
