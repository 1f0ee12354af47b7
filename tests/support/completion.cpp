// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/completion.hpp"

#include <ostream>

namespace uplink::tests {

namespace {

/// Only the beginning of a long text.
void print_text(std::ostream& out, std::string_view text) {
    constexpr std::size_t most = 60;
    out << ", \"" << text.substr(0, most) << '"';
    if (text.size() > most) out << "... of " << text.size() << " bytes";
}

}  // namespace

bool operator==(const completion& seen, const expected_completion& expected) {
    return seen.calls == 1 && seen.ec == expected.ec && (!expected.n || seen.n == *expected.n) &&
           (!expected.text || seen.text == *expected.text);
}

std::ostream& operator<<(std::ostream& out, const completion& seen) {
    if (seen.calls == 0) return out << "not called";
    if (seen.calls == 1) out << "called once: ";
    else out << "called " << seen.calls << " times, last: ";
    out << (seen.ec ? seen.ec.message() : "success") << ", n = " << seen.n;
    print_text(out, seen.text);
    return out;
}

std::ostream& operator<<(std::ostream& out, const expected_completion& expected) {
    out << "called once: " << (expected.ec ? expected.ec.message() : "success");
    if (expected.n) out << ", n = " << *expected.n;
    if (expected.text) print_text(out, *expected.text);
    return out;
}

}  // namespace uplink::tests
