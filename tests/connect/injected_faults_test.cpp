// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Failures of system calls that no test can bring about by itself: strace injects them. These cases are hidden and
// are run one by one by strace_faults.sh, which says what fails in each.
#include <uplink/detail/system/open_socket.hpp>
#include <uplink/detail/system/system_resolver.hpp>

#include "support/catch.hpp"
#include "support/descriptors.hpp"

#include <vector>

namespace uplink::tests {

using uplink::detail::open_socket;
using tcp = net::ip::tcp;

namespace {

error_code system_code(int number) { return {number, net::error::get_system_category()}; }

// The code of one attempt, which leaves nothing open if it fails.
error_code attempt(const uplink::connect_options& connect = {}) {
    net::io_context context;
    tcp::socket socket(context);
    const std::size_t before = open_descriptors();
    const error_code ec = open_socket(socket, {net::ip::address_v4::loopback(), 9}, connect, {}).error;
    CHECK(socket.is_open() == !ec);
    CHECK(open_descriptors() == before + (ec ? 0 : 1));
    return ec;
}

}  // namespace

TEST_CASE("injected: no thread for a lookup", "[.]") {
    net::io_context context;
    const auto resolver = uplink::detail::system_resolver_of(context);
    error_code code;
    int answers = 0;
    resolver->resolve({"name.test", "80", uplink::address_family::v4},
                      [&](const uplink::lookup_answer& answer) {
                          code = answer.error;
                          ++answers;
                      });
    CHECK(answers == 1);
    CHECK(code == system_code(EAGAIN));
    CHECK(resolver->threads() == 0);
}

TEST_CASE("injected: no memory for an option", "[.]") { CHECK(attempt() == system_code(ENOMEM)); }

TEST_CASE("injected: no descriptor for the second socket", "[.]") {
    CHECK(!attempt());
    CHECK(attempt() == net::error::no_descriptors);
    CHECK(!attempt());
}

TEST_CASE("injected: the reactor cannot watch another socket", "[.]") {
    CHECK(attempt() == system_code(ENOSPC));
}

TEST_CASE("injected: no right to bind", "[.]") {
    CHECK(!attempt());
    CHECK(attempt({.local_addresses = {"127.0.0.1"}}) == system_code(EACCES));
}

}  // namespace uplink::tests
