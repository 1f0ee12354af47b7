// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/completion.hpp"

#include <atomic>
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

void completion::set(error_code error) {
    static std::atomic<int> last_order{0};
    order = ++last_order;
    ++calls;
    ec = error;
}
void completion::set(error_code error, std::size_t count) {
    set(error);
    n = count;
}
void completion::set(error_code error, std::string_view bytes) {
    set(error);
    text = bytes;
}
void completion::set(error_code error, const std::string& bytes) { set(error, std::string_view(bytes)); }
void completion::set(error_code error, const net::ip::tcp::endpoint& where) {
    set(error);
    endpoint = where;
}
void completion::set(error_code error, const net::local::stream_protocol::endpoint&) { set(error); }

expected_completion completed(const error_code& ec) { return {ec, {}, {}}; }
expected_completion completed(const error_code& ec, std::size_t n) { return {ec, n, {}}; }
expected_completion completed(const error_code& ec, std::string_view text) {
    return {ec, {}, std::string(text)};
}

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
