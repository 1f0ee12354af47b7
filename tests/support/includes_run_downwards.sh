#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# includes_run_downwards.sh INCLUDE-FOLDER: proves the layering of the headers, and names each line that breaks it.
# A room of uplink/detail includes itself and the rooms after it in this list, never one before it:
rooms='reconnecting client connect connection tls system machine support'
#   A public header may include any room. It stands where the highest room stands that it reaches: words that every room
#   speaks (error codes, options, time limits) reach none or low ones, and may be included from those up.
#   uplink/testing may include all that, and nothing but <uplink/testing/...> includes it.
#   Only <uplink/tls...>, <uplink/impl/tls...> and the room tls itself include the room tls: all others are free of OpenSSL.
#   Only <uplink/reconnecting_client.hpp> and the room reconnecting itself include the room reconnecting.
#   Asio is included by net.hpp and detail/support alone and never as a whole; asio_version.hpp alone looks at its
#   version; no header names awaitable, reads the wall clock (it jumps), or uses the standard streams. Comments may say
#   what they like.
set -euo pipefail
cd "$1"
find . -name '*.[hi]pp' | sed 's|^\./||' | sort | xargs -r awk -v rooms="$rooms" '
BEGIN {
    count = split(rooms, names, " ")
    for (i = 1; i <= count; i++) floor_of[names[i]] = count - i + 1  # support is 1
}
# The floor of a header of a room; 0: public; -1: in no room.
function room(header,    parts) {
    if (header !~ /^uplink\/detail\//) return 0
    split(header, parts, "/")
    return parts[3] in floor_of ? floor_of[parts[3]] : -1
}
function is_testing(header) { return header ~ /^uplink\/testing\// }
function complain(text) { print text; failed = 1 }
function forbid(what, regex) { if (code ~ regex) complain(FILENAME ":" FNR ": " what ": " $0) }

FNR == 1 {
    present[FILENAME] = 1
    level[FILENAME] = room(FILENAME)
    if (level[FILENAME] < 0) complain(FILENAME ": stands in none of the rooms " rooms)
    may_include_asio = FILENAME == "uplink/net.hpp" || level[FILENAME] == 1
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
    if (target ~ /^(boost\/)?asio\// && !may_include_asio)
        complain(FILENAME ":" FNR ": Asio is included outside net.hpp and detail/support")
    if (target == "iostream") complain(FILENAME ":" FNR ": the standard streams are included")
}
FILENAME != "uplink/detail/support/asio_version.hpp" { forbid("the version of Asio is looked at", "ASIO_VERSION") }
{
    forbid("awaitable is named", "(^|[^A-Za-z0-9_])awaitable([^A-Za-z0-9_]|$)")
    forbid("the wall clock is read", "(system|high_resolution|utc|file)_clock|gettimeofday|CLOCK_REALTIME|(^|[^A-Za-z0-9_.>])time[ \t]*[(]")
    forbid("the standard streams are used", "std::(cout|cerr|clog)|(^|[^A-Za-z0-9_])(printf|fprintf|puts|perror)[ \t]*[(]")
}
END {
    do {  # a public header stands as high as what it reaches
        changed = 0
        for (edge = 1; edge <= edges; edge++)
            if (room(source[edge]) == 0 && level[included[edge]] > level[source[edge]]) {
                level[source[edge]] = level[included[edge]]
                changed = 1
            }
    } while (changed)
    for (edge = 1; edge <= edges; edge++) {
        from = source[edge]
        to = included[edge]
        if (!(to in present)) complain(place[edge] ": there is no " to)
        else if (is_testing(to) && !is_testing(from)) complain(place[edge] ": " to " is for tests")
        else if (to ~ /^uplink\/((detail|impl)\/)?tls/ && from !~ /^uplink\/((detail|impl)\/)?tls/)
            complain(place[edge] ": " to " needs OpenSSL, which only <uplink/tls.hpp> leads to")
        else if (to ~ /^uplink\/detail\/reconnecting/ && from !~ /^uplink\/(detail\/reconnecting\/|reconnecting_client\.hpp)/)
            complain(place[edge] ": only <uplink/reconnecting_client.hpp> leads to " to)
        else if (room(from) > 0 && (level[to] > level[from] || to == "uplink.hpp"))
            complain(place[edge] ": " to " is above it")
    }
    for (header in present) headers++
    if (!headers) complain("no headers")
    if (!failed) print headers " headers: includes run downwards: " rooms
    exit failed
}'
