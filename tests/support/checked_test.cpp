// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The throwing form of a function that takes an error_code&.
#include <uplink/detail/support/checked.hpp>

#include "support/catch.hpp"

#include <memory>
#include <string_view>
#include <type_traits>

namespace uplink::tests {

using detail::checked;

TEST_CASE("checked: what the function returns is passed on, if anything", "[support]") {
    CHECK(checked("seven", [](error_code&) { return 7; }) == 7);
    CHECK(*checked("a pointer", [](error_code&) { return std::make_unique<int>(8); }) == 8);
    int calls = 0;
    const auto nothing = [&](error_code&) { ++calls; };
    static_assert(std::is_void_v<decltype(checked("nothing", nothing))>);
    checked("nothing", nothing);
    CHECK(calls == 1);
}

TEST_CASE("checked: an error is thrown with its name, whether or not the function returns something",
          "[support]") {
    const auto error_of = [](auto function) {
        try {
            checked("shutdown_send", function);
        } catch (const system_error& error) {
            CHECK(std::string_view(error.what()).substr(0, 13) == "shutdown_send");
            return error.code();
        }
        return error_code();
    };
    CHECK(error_of([](error_code& ec) { ec = errc::send_timeout; }) == errc::send_timeout);
    CHECK(error_of([](error_code& ec) { return ec = errc::send_timeout, 1; }) == errc::send_timeout);
}

}  // namespace uplink::tests
