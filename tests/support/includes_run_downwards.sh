#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# includes_run_downwards.sh INCLUDE-FOLDER: proves the layering of the headers, and names each line that breaks it.
#   testing -> public -> op -> machine -> support, never upwards.
#   Words that every layer speaks (error codes, options, time limits) are public headers too: a public header that
#   reaches neither op nor machine may be included from there. Support includes support alone.
#   Asio is included by detail/support alone and never as a whole; asio_version.hpp alone looks at its version; no
#   header names awaitable, reads the wall clock (faults.md 65), or uses the standard streams. Comments may say what
#   they like.
set -euo pipefail
cd "$1"
find . -name '*.hpp' | sed 's|^\./||' | sort | xargs -r awk '
function layer(header) {
    if (header ~ /^uplink\/detail\/support\//) return 1
    if (header == "uplink/version.hpp") return 1  # includes nothing
    if (header ~ /^uplink\/detail\/machine\//) return 2
    if (header ~ /^uplink\/detail\/op\//) return 3
    if (header ~ /^uplink\/testing\//) return 5
    if (header == "uplink.hpp") return 6
    return header ~ /^uplink\/detail\// ? 0 : 4
}
function complain(text) { print text; failed = 1 }
function forbid(what, regex) { if (code ~ regex) complain(FILENAME ":" FNR ": " what ": " $0) }

FNR == 1 {
    present[FILENAME] = 1
    from = layer(FILENAME)
    if (from == 0) complain(FILENAME ": stands in none of support, machine and op")
    if (from == 2 || from == 3) heavy[FILENAME] = 1
}
{
    code = $0
    sub(/\/\/.*/, "", code)
}
code ~ /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    target = code
    sub(/^[^<"]*[<"]/, "", target)
    sub(/[>"].*/, "", target)
    if (target ~ /^uplink[.\/]/) {
        edges++
        source[edges] = FILENAME
        included[edges] = target
        place[edges] = FILENAME ":" FNR
    }
    if (target ~ /^(boost\/)?asio\.hpp$/) complain(FILENAME ":" FNR ": the whole of Asio is included")
    if (target ~ /^(boost\/)?asio\// && from != 1) complain(FILENAME ":" FNR ": Asio is included outside detail/support")
    if (target == "iostream") complain(FILENAME ":" FNR ": the standard streams are included")
}
FILENAME != "uplink/detail/support/asio_version.hpp" { forbid("the version of Asio is looked at", "ASIO_VERSION") }
{
    forbid("awaitable is named", "(^|[^A-Za-z0-9_])awaitable([^A-Za-z0-9_]|$)")
    forbid("the wall clock is read", "(system|high_resolution|utc|file)_clock|gettimeofday|CLOCK_REALTIME|(^|[^A-Za-z0-9_.>])time[ \t]*[(]")
    forbid("the standard streams are used", "std::(cout|cerr|clog)|(^|[^A-Za-z0-9_])(printf|fprintf|puts|perror)[ \t]*[(]")
}
END {
    do {  # heavy: what reaches an op or a machine
        changed = 0
        for (edge = 1; edge <= edges; edge++)
            if (heavy[included[edge]] && !heavy[source[edge]]) changed = heavy[source[edge]] = 1
    } while (changed)
    for (edge = 1; edge <= edges; edge++) {
        from = layer(source[edge])
        to = layer(included[edge])
        if (!(included[edge] in present)) complain(place[edge] ": there is no " included[edge])
        else if (to > from && !(to == 4 && from >= 2 && !heavy[included[edge]]))
            complain(place[edge] ": " included[edge] " is above it")
    }
    for (header in present) headers++
    if (!headers) complain("no headers")
    if (!failed) print headers " headers: includes run downwards"
    exit failed
}'
