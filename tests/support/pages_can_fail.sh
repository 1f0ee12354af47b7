#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# .ci/pages accepts a sound little tree, and refuses it with any one thing wrong; --fix mends what can be mended.
set -euo pipefail
command -v python3 > /dev/null || { echo "there is no python3"; exit 77; }
check=$(cd "$(dirname "$0")/../.." && pwd)/.ci/pages
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cases=0

lay() {
    rm -rf "$folder/tree"
    mkdir -p "$folder/tree/"{examples/guide,tests/client}
    cd "$folder/tree"
    printf '%s\n' 'int main() {' '    // [call]' '    if (true) {' '        return 0;' '' '    }' '    // [/call]' '}' \
        | tee examples/guide/small.cpp > examples/guide/part.hpp
    echo 'TEST_CASE("an end " "is told") {}' > tests/client/end_test.cpp
    printf '%s\n' '# Read me' '' '```sh' 'by hand' '```' '[the guide](examples/guide/index.md#what-it-is-for)' > README.md
    printf '%s\n' '# A guide' '' '## What `it` is for' '' 'It is short. [Back](../../README.md), or [up](#a-guide).' '' \
        '- One point, which has `code that counts once` and an end.' '- [tests/client/end_test.cpp](../../tests/client/end_test.cpp): "an end is told"' '' \
        '<!-- code: examples/guide/small.cpp#call -->' '```cpp' 'if (true) {' '    return 0;' '' '}' '```' '' \
        '<!-- code: examples/guide/small.cpp -->' '```cpp' > examples/guide/index.md
    cat examples/guide/small.cpp >> examples/guide/index.md
    printf '%s\n' '```' '' '```sh' 'make it [so](nowhere.md)' '```' >> examples/guide/index.md
}

lay
"$check" "$folder/tree" | grep -qF '2 blocks, 1 tests, 4 links' || { "$check" "$folder/tree" >&2; exit 1; }

# refuses COMPLAINT FILE SED-SCRIPT: the script must change the file.
refuses() {
    lay
    cp "$2" "$folder/before"
    sed -i "$3" "$2"
    cases=$((cases + 1))
    ! cmp -s "$folder/before" "$2" || { echo "changes nothing in $2: $3" >&2; exit 1; }
    if "$check" "$folder/tree" > "$folder/said" 2>&1; then
        echo "accepted in $2: $3" >&2
        exit 1
    fi
    grep -qF -- "$1" "$folder/said" || { echo "refused in $2, but not with \"$1\": $3" >&2; cat "$folder/said" >&2; exit 1; }
}
page=examples/guide/index.md
program=examples/guide/small.cpp
# A block that was changed, in the page or in the program.
refuses 'not what examples/guide/small.cpp says, from its line 2 on' $page '0,/    return 0;/s//    return 1;/'
refuses 'not what examples/guide/small.cpp says, from its line 2 on' $page '0,/    return 0;/s//   return 0;/'
refuses 'not what examples/guide/small.cpp says' $page '0,/    return 0;/{//d}'
refuses 'not what examples/guide/small.cpp says' $page '0,/^if (true) {/s//&\n/'
refuses 'not what examples/guide/small.cpp says' $program 's/return 0/return 2/'
refuses 'not what examples/guide/small.cpp says' $program '$a// more'
# A block without a line, and a line without a block.
refuses 'typed by hand' $page '/small.cpp#call/d'
refuses 'typed by hand' $page '/small.cpp -->/d'
refuses 'typed by hand' $page '$a```cpp\nmore();\n```'
refuses 'README.md:3: C++ that is typed by hand' README.md 's/^```sh/```cpp/'
refuses 'no block stands right below' $page '/small.cpp#call/s/$/\n/'
refuses 'not understood' $page 's/code: examples.guide.small.cpp#call/code examples/'
# A missing tag, and a file that is none, or no program.
refuses 'has no lines between // [calls]' $page 's/#call/#calls/'
refuses 'has no lines between // [call]' $program '/\[call\]/d'
refuses 'has no lines between // [call]' $program '/\[\/call\]/d'
refuses 'more than once' $program 's|^int|// [call]\n&|'
refuses 'there is no examples/guide/tiny.cpp' $page 's|guide/small.cpp -->|guide/tiny.cpp -->|'
refuses 'not one of the programs' $page 's|guide/small.cpp#call|guide/part.hpp#call|'
# Dead links.
refuses 'dead link: ../../READMENT.md' $page 's|README.md|READMENT.md|'
refuses 'index.md has no heading #the-guide' $page 's|#a-guide|#the-guide|'
refuses 'has no heading #what-it-is-for' $page 's|^## What|## Whom|'
refuses 'dead link: examples/guide/indexes.md' README.md 's|index.md|indexes.md|'
# Tests that are not there.
refuses 'there is no test file tests/client/start_test.cpp' $page 's|end_test|start_test|g'
refuses 'has no test case "an end is told"' tests/client/end_test.cpp 's|is told|is not told|'
# Long sentences, in paragraphs, lists and tables.
long='and on it goes, as long sentences do, with one word after another, and another, and one more, so that nobody knows how it all began'
refuses 'a sentence of' $page "s|It is short|It is not short, $long|"
refuses 'a sentence of' $page "s|^- One point|- One point, $long|"
refuses 'a sentence of' $page "\$a| a table | $long |"
refuses 'this block never ends' $page '$d'

# What --fix writes is accepted.
lay
sed -i 's/return 0/return 3/; 1i// first' $program
printf '\n<!-- code: examples/guide/small.cpp#call -->\n' >> $page
"$check" --fix "$folder/tree" > /dev/null
"$check" "$folder/tree" | grep -qF '3 blocks, 1 tests, 4 links' || { "$check" "$folder/tree" >&2; exit 1; }
echo "the sound tree accepted, $cases bad ones refused, and mended by --fix"
