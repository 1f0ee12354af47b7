#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# cited_faults.sh TREE: what comments cite can be looked up.
#   Each number that tests/, examples/ and .ci/ cite ("faults 47, 48", "faults 58 to 61", "promise 9") stands in
#   TREE/tests/faults.md, which has each number once: faults as rows of tables, promises as a numbered list.
#   Headers in include/ cite no fault and no promise, since users have no tests/faults.md. There, and in the other
#   folders too, a section that is cited is one of an RFC: "RFC 8305, section 5".
set -euo pipefail
cd "$1"
folders=()
for folder in include tests examples .ci; do [ ! -d "$folder" ] || folders+=("$folder"); done
find "${folders[@]}" -type f \( -name '*.[ch]pp' -o -name '*.sh' -o -name '*.cmake' -o -name CMakeLists.txt \
    -o -path '.ci/*' \) ! -name 'cited_faults*.sh' | sort | xargs -r awk '
function complain(text) { print text; failed = 1 }
function is_known(kind, number) { return kind == "fault" ? number in faults : number in promises }

# A list of numbers and ranges: "47, 48 and 50 to 53".
function look_up(kind, list,    parts, count, i, number) {
    gsub(/,|and/, " ", list)
    count = split(list, parts, " ")
    for (i = 1; i <= count; i++) {
        if (parts[i] == "to") {
            if (parts[i + 1] + 0 <= parts[i - 1] + 0) complain(file ": " kind "s " list ": the range is empty")
            for (number = parts[i - 1] + 1; number < parts[i + 1] + 0; number++) look_up(kind, number "")
            continue
        }
        cited[kind]++
        if (!is_known(kind, parts[i] + 0)) complain(file ": " kind " " parts[i] " does not stand in tests/faults.md")
    }
}

# All of a file as one line, without the signs that begin a comment: a citation may go over two lines.
function check(text,    rest, found, kind) {
    rest = text
    while (match(rest, /[^a-z_](faults?|promises?)(\.md)? [0-9]+((,| to|,? and) [0-9]+)*/)) {
        found = substr(rest, RSTART + 1, RLENGTH - 1)
        kind = found ~ /^fault/ ? "fault" : "promise"
        rest = substr(rest, RSTART + RLENGTH)
        sub(/^[a-z.]+ /, "", found)
        if (file ~ /^include\//) complain(file ": a header cites " kind " " found)
        else look_up(kind, found)
    }
    rest = text
    gsub(/rfc [0-9]+, sections? [0-9]/, "", rest)
    if (match(rest, /sections? [0-9][0-9.]*/))
        complain(file ": " substr(rest, RSTART, RLENGTH) " of what? Cite an RFC, as in \"RFC 8305, section 5\"")
}

BEGIN {
    catalogue = "tests/faults.md"
    while ((getline line < catalogue) > 0) {
        if (line ~ /^\| *[0-9]+ *\|/) {
            number = line
            sub(/^\| */, "", number)
            sub(/ *\|.*/, "", number)
            if (faults[number + 0]++) complain(catalogue ": fault " number " stands twice")
            if (line !~ /^\| *[0-9]+ *\| *[^ |][^|]*\| *[^ |][^|]*\|$/)
                complain(catalogue ": fault " number " does not say what goes wrong, and how a test provokes it")
            rows++
        } else if (line ~ /^[0-9]+\. /) {
            number = line
            sub(/\..*/, "", number)
            if (promises[number + 0]++) complain(catalogue ": promise " number " stands twice")
        }
    }
    if (!rows) complain(catalogue ": no faults")
}
FNR == 1 {
    if (file != "") check(text)
    file = FILENAME
    text = ""
}
{
    line = tolower($0)
    sub(/^[ \t]*(\/\/+|#)?[ \t]*/, "", line)
    text = text " " line
}
END {
    if (file != "") check(text)
    if (!cited["fault"]) complain("nothing cites a fault")
    if (!failed)
        print "all stand in tests/faults.md: " cited["fault"] " citations of faults, " cited["promise"] + 0 " of promises"
    exit failed
}'
