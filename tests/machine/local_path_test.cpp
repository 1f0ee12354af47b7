// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Which paths of local sockets are fit, and what endpoints they are (faults 109).
#include <uplink/detail/machine/local_path.hpp>

#include "support/catch.hpp"
#include "support/platform.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using namespace std::string_literals;

struct row {
    std::string path;
    std::string_view reason;  ///< empty: it is fit
};

TEST_CASE("a path of a local socket is refused for what the system would cut or misunderstand", "[local]") {
    const std::string_view no_abstract_names = is_for_linux ? "" : "only Linux has abstract names";
    const row rows[] = {
        {"/run/x", {}},
        {"x", {}},
        {"a b\n\xff", {}},
        {std::string(107, 'x'), {}},
        {std::string(108, 'x'), "the path is longer than the system allows"},
        {std::string(100000, 'x'), "the path is longer than the system allows"},
        {"", "the path is empty"},
        {"\0"s, "the path has a NUL in it"},
        {"\0name"s, "the path has a NUL in it"},
        {"/run/x\0y"s, "the path has a NUL in it"},
        {"/run/x\0"s, "the path has a NUL in it"},
        {"@name", no_abstract_names},
        {"@" + std::string(106, 'x'), no_abstract_names},
        {"@" + std::string(107, 'x'), no_abstract_names},  // it needs no NUL at its end
        {"@" + std::string(108, 'x'), "the path is longer than the system allows"},
        {"@", "the abstract name is empty"},
        {"@a\0b"s, "the path has a NUL in it"},
    };
    for (const row& each : rows) {
        INFO(each.path);
        const detail::refusal why = detail::check_local_path(each.path);
        CHECK(why.reason == each.reason);
        const error_code invalid = each.reason == "only Linux has abstract names"
                                       ? net::error::operation_not_supported
                                       : net::error::invalid_argument;
        CHECK(why.error == (each.reason.empty() ? error_code() : invalid));
    }
}

TEST_CASE("a leading @ makes the endpoint of an abstract name, any other text that of a file", "[local]") {
    CHECK(detail::local_endpoint_of("/run/x").path() == "/run/x");
    CHECK(detail::local_endpoint_of("a@b").path() == "a@b");
    CHECK(detail::local_endpoint_of(std::string(107, 'x')).path().size() == 107);
    if (!is_for_linux) return;
    CHECK(detail::local_endpoint_of("@name").path() == "\0name"s);
    CHECK(detail::local_endpoint_of("@@").path() == "\0@"s);
    for (const std::size_t length : {105u, 106u, 107u}) {
        const std::string name = std::string(length - 1, 'x') + 'y';
        const auto endpoint = detail::local_endpoint_of('@' + name);
        CHECK(endpoint.path() == '\0' + name);
        CHECK(endpoint.size() == offsetof(sockaddr_un, sun_path) + 1 + length);
        CHECK(endpoint.capacity() >= endpoint.size());
    }
}

}  // namespace

}  // namespace uplink::tests
