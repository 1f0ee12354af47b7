// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/machine/characters.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

/// All characters of this class, in order.
std::string all(bool (*is_one)(char)) {
    std::string found;
    for (int c = 0; c != 256; ++c)
        if (is_one(static_cast<char>(c))) found.push_back(static_cast<char>(c));
    return found;
}

}  // namespace

TEST_CASE("characters belong to the classes that RFC 3986 gives them, and no byte above ASCII does") {
    const std::string digits = "0123456789", upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                      lower = "abcdefghijklmnopqrstuvwxyz";
    CHECK(all([](char c) { return detail::is_digit(c); }) == digits);
    CHECK(all([](char c) { return detail::is_letter(c); }) == upper + lower);
    CHECK(all([](char c) { return detail::is_hexadecimal(c); }) == digits + "ABCDEFabcdef");
    CHECK(all([](char c) { return detail::is_unreserved(c); }) == "-." + digits + upper + "_" + lower + "~");
    CHECK(all([](char c) { return detail::is_name_character(c); }) ==
          "!$&'()*+,-." + digits + ";=" + upper + "_" + lower + "~");
    const std::string controls = all([](char c) { return detail::is_control(c); });
    CHECK(controls.size() == 33);
    CHECK(controls.back() == 0x7f);
    CHECK(controls[controls.size() - 2] == 0x1f);
}

TEST_CASE("upper-case letters alone change in lower case") {
    CHECK(all([](char c) { return detail::to_lower(c) != c; }) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    CHECK(detail::to_lower('A') == 'a');
    CHECK(detail::to_lower('Z') == 'z');
}

}  // namespace uplink::tests
