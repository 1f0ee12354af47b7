#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# client_component.sh BUILD CMAKE: the component uplink_client of a build is the program bin/uplink alone, and it runs.
set -euo pipefail
build=$1 cmake=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$cmake" --install "$build" --prefix "$folder/in stalled" --component uplink_client
[ "$(cd "$folder/in stalled" && find . -type f)" = ./bin/uplink ]
"$folder/in stalled/bin/uplink" --help
[[ $("$folder/in stalled/bin/uplink" --version) == "uplink "* ]]
