#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# reference_comments.sh HEADER.hpp... EXAMPLES.cpp...: the comment of each initiating function in the headers, in which the class
# comes before what refers to its comment.
#   The first overload of each has these parts, each once and in this order: one sentence; a paragraph that begins with
#   "Completes"; @param lines, whose names the function has; Completion Signature; Executor; Per-Operation
#   Cancellation, with a line for each type; Error Codes, each with "Usable:"; Concurrency; Exceptions; Example, of one
#   to eight lines; @see. Further overloads begin with "As above, but", or in another header with "As the NAME of
#   <HEADER>, but". No line is longer than 110 characters.
#   What holds for all functions is said once, in the comment of the class, and a part that is no different says "As for
#   the class." instead: several such parts may share one heading, and one that says "As for the class" first and then
#   what is different need not repeat types of cancellation or error codes. The class comment must have a part of that
#   name; what a @param says stands under Parameters there.
#   Each example stands word for word, indentation apart, in EXAMPLES, files that are compiled, between
#   "// Example of NAME" and "// End of example", in the order of the headers, and no other does.
set -euo pipefail
headers=() examples=()
for file in "$@"; do
    if [[ $file == *.cpp ]]; then examples+=("$file"); else headers+=("$file"); fi
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

awk -v shown="$folder/shown" '
function complain(text) { print FILENAME ":" FNR ": " name ": " text; failed = 1 }

# Which part begins with this line of a comment; 0: none.
function part_of(line, i) {
    if (line ~ /^Completes /) return 2
    if (line ~ /^@param /) return 3
    for (i = 4; i <= 10; i++) if (line == "@par " title[i]) return i
    if (line ~ /^@par Further Error Codes /) return 7
    if (line ~ /^@see /) return 11
    return line ~ /^@par / ? -1 : 0
}

function check_item() {
    if (item != "" && item !~ /Usable: +[a-z]/)
        complain("an error code does not say whether the connection is usable: " item)
    item = ""
}

# A line of a list of error codes; true if it begins one.
function is_new_code(line) {
    if (line == "" || line ~ /^- /) check_item()
    if (line ~ /^- /) item = line
    else if (item != "") item = item " " line
    return line ~ /^- /
}
function type_in(line) {
    return line ~ /^- (terminal|partial|total): ./ ? substr(line, 3, index(line, ":") - 2) : ""
}

function check_class(i, line, part, types) {
    item = ""
    split("", class_has)
    for (i = 1; i <= count; i++) {
        line = comment[i]
        if (line ~ /^@par /) { check_item(); part = substr(line, 6); continue }
        if (part != "" && line != "") class_has[part] = 1
        if (part == title[6]) types = types type_in(line)
        if (part == title[7]) is_new_code(line)
    }
    check_item()
    if (class_has[title[6]] && types != "terminal:partial:total:")
        complain("it does not say what each type of cancellation leaves")
}

# Part `at` says that it is as for the class.
function refer_to_class(at, part) {
    part = at == 3 ? "Parameters" : title[at]
    if (!class_has[part]) complain("it is as for the class, whose comment has nothing under \"" part "\"")
    as_class[at] = 1
}

# A heading names one part or several; `at` is the part before. Returns the last one.
function enter_parts(line, at, i, part, names) {
    shared = split(substr(line, 6), names, ", ")
    for (i = 1; i <= shared; i++) {
        part = part_of("@par " names[i])
        if (part == -1) complain("no such part: @par " names[i])
        else {
            if (part != at + 1) complain("\"" title[part] "\" stands after \"" title[at] "\"")
            at = part
        }
    }
    return at
}

function check_first(i, at, part, line, code, types, codes, sentence, lines, parameter, names, before) {
    at = 1
    code = 0
    shared = 1
    split("", as_class)
    item = ""
    split("", body)
    for (i = 1; i <= count; i++) {
        line = comment[i]
        if (line == "@endcode") code = 0
        if (code) {
            lines++
            if (lines == 1) match(line, /^ */)
            print name "|" substr(line, RLENGTH + 1) > shown
            continue
        }
        if (line == "@code" && at == 10) { code = 1; body[10]++; continue }
        part = part_of(line)
        if (part == 3 && at == 3) part = 0
        if (line ~ /^@par /) {
            check_item()
            before = at
            at = enter_parts(line, at)
        } else if (part > 0) {
            check_item()
            shared = 1
            if (part != at + 1) complain("\"" title[part] "\" stands after \"" title[at] "\"")
            at = part
            body[part]++
        } else if (line != "") {
            if (shared == 1) before = at - 1
            else if (line != "As for the class.") complain("parts that share a heading are not as for the class: " line)
            for (part = before + 1; part <= at; part++) {
                body[part]++
                if (line ~ /[Aa]s for the class/) refer_to_class(part)
            }
        }
        if (at == 1) sentence = sentence line " "
        if (line ~ /^@param /) {
            parameter = line
            sub(/^@param +/, "", parameter)
            if (parameter !~ / /) complain("nothing is said of the parameter " parameter)
            if (parameter ~ /as for the class/) refer_to_class(3)
            sub(/ .*/, "", parameter)
            split(parameter, names, ",")
            for (part in names) if (declaration !~ ("[ &]" names[part] "([,) ]|$)"))
                complain("it has no parameter " names[part])
        }
        if (at == 6) types = types type_in(line)
        if (at == 7) codes += is_new_code(line)
    }
    for (i = 1; i <= 11; i++) if (!body[i]) complain("nothing under \"" title[i] "\"")
    if (sentence !~ /^[A-Z].*\. *$/ || sentence ~ /\. +[A-Z]/)
        complain("it does not begin with one sentence: " sentence)
    if (!as_class[6] && types != "terminal:partial:total:")
        complain("it does not say what each type of cancellation leaves")
    if (!as_class[7] && !codes) complain("it names no error codes")
    if (lines < 1 || lines > 8) complain("its example has " (lines + 0) " lines")
}

BEGIN {
    title[1] = "one sentence"
    title[2] = "Completes"
    title[3] = "@param"
    title[4] = "Completion Signature"
    title[5] = "Executor"
    title[6] = "Per-Operation Cancellation"
    title[7] = "Error Codes"
    title[8] = "Concurrency"
    title[9] = "Exceptions"
    title[10] = "Example"
    title[11] = "@see"
    printf "" > shown
}
/^ *\/\/\// {
    if (!inside) count = 0
    inside = 1
    if (length($0) > 110) { name = "comment"; complain("longer than 110 characters") }
    line = $0
    sub(/^ *\/\/\/ ?/, "", line)
    comment[++count] = line
    next
}
{ inside = 0 }
/^(template <.*> )?class [a-z_]+ \{$/ {
    name = $0
    sub(/.*class /, "", name)
    sub(/ .*/, "", name)
    if ($0 ~ /^[ct]/) class_name = name
    check_class()
}
/^ *auto async_[a-z_]+\(/ {
    name = $0
    sub(/\(.*/, "", name)
    member = name ~ /^ /
    sub(/.*async_/, "async_", name)
    if (member) name = class_name "::" name
    declaration = ""
    pending = 1
}
pending {
    declaration = declaration " " $0
    if ($0 !~ /\{$|;$/) next
    pending = 0
    functions += !seen[name]
    if (!count) complain("it has no comment")
    else if (!seen[name]) check_first()
    else if (comment[1] !~ /^As (above|the async_[a-z_]+ of <[a-z_\/.]+>), but /)
        complain("a further overload does not begin with \"As above, but\"")
    seen[name] = 1
    count = 0
    next
}
/[;}{]$/ { count = 0 }
END {
    if (!functions) { print FILENAME ": no initiating functions"; failed = 1 }
    if (!failed) print functions " initiating functions have all parts of their comments"
    exit failed
}' "${headers[@]}"

awk -v compiled="$folder/compiled" '
BEGIN { printf "" > compiled }
/^ *\/\/ Example of / { name = $NF; first = 1; next }
/^ *\/\/ End of example$/ { name = ""; next }
name != "" {
    if (first) match($0, /^ */)
    first = 0
    print name "|" substr($0, RLENGTH + 1) > compiled
}' "${examples[@]}"

if ! diff -u "$folder/shown" "$folder/compiled" > "$folder/difference"; then
    echo "the examples of ${headers[*]} (-) are not those of ${examples[*]} (+):"
    sed 1,2d "$folder/difference"
    exit 1
fi
echo "their examples stand in ${examples[*]}"
