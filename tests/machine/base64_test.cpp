// Distributed under the Boost Software License, Version 1.0 (see LICENSE).

#include <uplink/detail/machine/base64.hpp>

#include "support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using detail::to_base64;
using namespace std::string_literals;

TEST_CASE("base64 is that of RFC 4648") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"\0\0\0"s, "AAAA"},
        {"\xff\xff\xff", "////"},
        {"\xfb\xef\xbe", "++++"},
        {"\x14\xfb\x9c\x03\xd9\x7e", "FPucA9l+"},
    };
    for (const auto& [bytes, text] : rows) CHECK(to_base64(bytes) == text);
}

}  // namespace

}  // namespace uplink::tests
