// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The service argument of a function: which types it takes, and the text that it makes of the number of a
// port.
#include <uplink/detail/support/service_argument.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uplink::tests {

namespace {

using uplink::detail::port_text;
using uplink::detail::service_argument;

template <class... Types>
constexpr bool all_convert = (std::is_convertible_v<Types, service_argument> && ...);
template <class... Types>
constexpr bool any_converts = (std::is_convertible_v<Types, service_argument> || ...);

struct named_service {
    operator std::string() const { return "named"; }
};
enum port_enum { some_port = 80 };
enum class port_class : std::uint16_t { some_port = 80 };

// Each integer type is the number of a port, except those that are so by mistake.
static_assert(all_convert<signed char, unsigned char, short, unsigned short, int, unsigned, long,
                          unsigned long, long long, unsigned long long>);
static_assert(!any_converts<bool, char, wchar_t, char8_t, char16_t, char32_t>);
static_assert(all_convert<const char*, char (&)[5], std::string, const std::string&, named_service>);
static_assert(!any_converts<double, port_enum, port_class, void*, std::string_view, const wchar_t*>);

std::string text_of(const service_argument& service) { return service.text; }

}  // namespace

TEST_CASE("a service may be whatever makes a text, also an empty one") {
    const std::string text = "http";
    CHECK(text_of(text) == "http");
    CHECK(text_of("https") == "https");
    CHECK(text_of("") == "");
    CHECK(text_of(named_service()) == "named");
    CHECK(text == "http");
}

TEST_CASE("a service owns its text, and takes over the memory of one that is given up") {
    std::string text(100, 'x');
    const char* const bytes = text.data();
    const service_argument copied(text);
    CHECK(copied.text.data() != bytes);
    const service_argument taken(std::move(text));
    CHECK(taken.text.data() == bytes);
}

TEST_CASE("the number of a port becomes its text, from 0 to 65535 and in each type") {
    CHECK(text_of(0) == "0");
    CHECK(text_of(1) == "1");
    CHECK(text_of(80) == "80");
    CHECK(text_of(65535) == "65535");
    CHECK(text_of(std::uint16_t{443}) == "443");
    CHECK(text_of(std::uint8_t{65}) == "65");  // not the letter A
    CHECK(text_of(std::int8_t{65}) == "65");
    CHECK(text_of(8080ull) == "8080");
}

TEST_CASE("a number that is no port becomes 0, which is no service") {
    CHECK(text_of(-1) == "0");
    CHECK(text_of(std::int8_t{-1}) == "0");
    CHECK(text_of(65536) == "0");
    CHECK(text_of(65536 + 80) == "0");
    CHECK(text_of((1ll << 32) + 80) == "0");
    CHECK(text_of((std::numeric_limits<long long>::min)()) == "0");
    CHECK(port_text((std::numeric_limits<unsigned long long>::max)()) == "0");
}

}  // namespace uplink::tests
