// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Framings (faults 58 to 61): every split of the bytes gives the same messages, limits are met exactly and before
// memory is taken, and a user's framing is held to its word.

#include <uplink/framing.hpp>

#include "support/catch.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

namespace {

/// Feeds the stream in two steps, the first of `split` bytes, as a receive does: tells the messages, then the error.
template <class Framing>
std::vector<std::string> messages(Framing framing, std::string_view stream, std::size_t split) {
    std::vector<std::string> result;
    std::size_t begin = 0;
    std::size_t examined = 0;
    for (const std::size_t available : {split, stream.size()}) {
        for (;;) {
            const std::string_view pending = stream.substr(begin, available - begin);
            if (pending.empty()) break;
            const parse_result parsed = uplink::detail::parse_checked(framing, pending, examined);
            examined = pending.size();
            if (parsed.is_failed()) {
                result.push_back("error: " + parsed.error().message());
                return result;
            }
            if (parsed.needs_more()) break;
            result.emplace_back(pending.substr(parsed.begin(), parsed.end() - parsed.begin()));
            begin += parsed.consumed();
            examined = 0;
        }
    }
    return result;
}

template <class Framing>
void check_every_split(const Framing& framing, std::string_view stream,
                       const std::vector<std::string>& expected) {
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        CAPTURE(split);
        CHECK(messages(framing, stream, split) == expected);
    }
}

const std::string too_large = "error: " + error_code(errc::message_too_large).message();

/// A header with this length, in that order.
template <class Length> std::string prefix(std::uint64_t value, std::endian order) {
    std::string bytes;
    for (std::size_t i = 0; i != sizeof(Length); ++i) {
        const std::size_t place = order == std::endian::little ? i : sizeof(Length) - 1 - i;
        bytes += static_cast<char>(value >> (8 * place));
    }
    return bytes;
}

/// A size_t can hold this length and that of a prefix.
constexpr bool can_be_held(std::uint64_t length) {
    return length <= std::numeric_limits<std::size_t>::max() - sizeof(std::uint64_t);
}

template <class Length, std::endian Order> void check_length_prefixed() {
    using framing = uplink::length_prefixed<Length, Order>;
    CAPTURE(sizeof(Length), Order == std::endian::big);
    const auto whole = [](const std::string& text) { return prefix<Length>(text.size(), Order) + text; };
    check_every_split(framing{}, whole("one") + whole("") + whole("three"), {"one", "", "three"});
    check_every_split(framing{5}, whole("one") + whole("three"), {"one", "three"});
    check_every_split(framing{4}, whole("one") + whole("three"), {"one", too_large});
    check_every_split(framing{0}, whole("") + whole("x"), {"", too_large});
    // The largest number that the prefix can say: known to be too large from the prefix alone.
    const std::uint64_t most = std::numeric_limits<Length>::max();
    CHECK(framing{100}.parse(prefix<Length>(most, Order)).error() == errc::message_too_large);
    const auto all = framing{}.parse(prefix<Length>(most, Order));
    if (sizeof(Length) < sizeof(std::size_t)) {
        CHECK(all.at_least() == most);
    } else {
        CHECK(all.error() == errc::message_too_large);  // with its prefix it would pass the end of memory
    }
    // The number is the whole of the prefix: no byte of it is lost or moved.
    const auto counted = static_cast<std::uint64_t>(static_cast<Length>(0x0102030405060708u));
    const auto asks = framing{}.parse(prefix<Length>(counted, Order));
    CHECK(asks.needs_more() == can_be_held(counted));
    CHECK(asks.at_least() == (can_be_held(counted) ? counted : 0));
    for (std::size_t n = 0; n != sizeof(Length); ++n) {
        CHECK(framing{}.parse(std::string(n, '\x7f')).at_least() == sizeof(Length) - n);
    }
}

struct says {
    parse_result result;
    parse_result parse(std::string_view) const { return result; }
};

}  // namespace

TEST_CASE("a delimiter may be split anywhere") {
    check_every_split(uplink::delimited{"\r\n"}, "one\r\n\r\nthree\r\n", {"one", "", "three"});
    check_every_split(uplink::delimited{"aab"}, "aaab-aaaab-aab", {"a", "-aa", "-"});
    check_every_split(uplink::delimited{"\n"}, "x\r\ny\n", {"x\r", "y"});
    check_every_split(uplink::delimited{std::string("\0\0", 2)}, std::string_view("a\0b\0\0", 5),
                      {std::string("a\0b", 3)});
}

TEST_CASE("a delimiter at max is a message, one byte later it is too large") {
    check_every_split(uplink::delimited{"\r\n", 3}, "one\r\n", {"one"});
    check_every_split(uplink::delimited{"\r\n", 3}, "four\r\n", {too_large});
    check_every_split(uplink::delimited{"\r\n", 0}, "\r\n", {""});
    check_every_split(uplink::delimited{"\r\n", 0}, "x\r\n", {too_large});
    // What cannot become a message any more is refused as soon as that is certain, and no sooner.
    CHECK(uplink::delimited{"\r\n", 3}.parse("four").needs_more() == true);
    CHECK(uplink::delimited{"\r\n", 3}.parse("four-").error() == errc::message_too_large);
    CHECK(uplink::delimited{"\r\n", 3}.parse("one\r").needs_more());
}

TEST_CASE("an empty delimiter is an invalid argument") {
    CHECK(uplink::delimited{""}.parse("abc").error() == net::error::invalid_argument);
    CHECK(uplink::delimited{""}.parse("").error() == net::error::invalid_argument);
    CHECK(uplink::detail::through_delimiter{""}.parse("abc").error() == net::error::invalid_argument);
}

TEST_CASE("a search for a delimiter does not look again at what was examined, but for an overlap") {
    using uplink::detail::find_delimiter;
    CHECK(find_delimiter("ab--ab", "ab", 0) == 0);
    CHECK(find_delimiter("ab--ab", "ab", 2) == 4);  // told that the first two have been examined
    CHECK(find_delimiter("xxab", "ab", 3) == 2);    // the a was the last byte examined
    CHECK(find_delimiter("xxab", "ab", 4) == std::string_view::npos);
    CHECK(find_delimiter("xab", "ab", 0) == 1);
    CHECK(find_delimiter("", "ab", 0) == std::string_view::npos);
}

TEST_CASE("receive_until's framing includes the delimiter") {
    check_every_split(uplink::detail::through_delimiter{"\r\n"}, "one\r\n\r\nx\r\n",
                      {"one\r\n", "\r\n", "x\r\n"});
}

TEST_CASE("fixed_size gives messages of one size, and of none at once") {
    check_every_split(uplink::fixed_size{3}, "onetwo", {"one", "two"});
    const uplink::fixed_size nothing{0};
    auto framing = nothing;
    const auto parsed = uplink::detail::parse_checked(framing, "", 0);
    CHECK(parsed.is_message());
    CHECK(parsed.consumed() == 0);
    CHECK(uplink::fixed_size{5}.parse("ab").at_least() == 3);
    CHECK(uplink::fixed_size{std::numeric_limits<std::size_t>::max()}.parse("a").needs_more());
}

TEST_CASE("length prefixes of every width and order") {
    check_length_prefixed<std::uint8_t, std::endian::big>();
    check_length_prefixed<std::uint8_t, std::endian::little>();
    check_length_prefixed<std::uint16_t, std::endian::big>();
    check_length_prefixed<std::uint16_t, std::endian::little>();
    check_length_prefixed<std::uint32_t, std::endian::big>();
    check_length_prefixed<std::uint32_t, std::endian::little>();
    check_length_prefixed<std::uint64_t, std::endian::big>();
    check_length_prefixed<std::uint64_t, std::endian::little>();
}

TEST_CASE("lengths of 2^31, 2^32-1 and 2^63 are refused above max and asked for below it, without memory") {
    using four = uplink::length_prefixed<std::uint32_t>;
    using eight = uplink::length_prefixed<std::uint64_t, std::endian::little>;
    for (const std::uint64_t length :
         {std::uint64_t{1} << 31, (std::uint64_t{1} << 32) - 1, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        CAPTURE(length);
        const std::string wide = prefix<std::uint64_t>(length, std::endian::little);
        CHECK(eight{1 << 20}.parse(wide).error() == errc::message_too_large);
        CHECK(eight{static_cast<std::size_t>(length - 1)}.parse(wide).error() == errc::message_too_large);
        if (can_be_held(length)) {
            CHECK(eight{static_cast<std::size_t>(length)}.parse(wide).at_least() == length);
        }
        if (length >> 32 != 0) continue;
        const std::string narrow = prefix<std::uint32_t>(length, std::endian::big);
        CHECK(four{1 << 20}.parse(narrow).error() == errc::message_too_large);
        CHECK(four{static_cast<std::size_t>(length - 1)}.parse(narrow).error() == errc::message_too_large);
        if (can_be_held(length)) {
            CHECK(four{static_cast<std::size_t>(length)}.parse(narrow).at_least() == length);
        }
    }
}

TEST_CASE("a user's framing is held to its word") {
    const auto checked = [](parse_result said) {
        says framing{said};
        return uplink::detail::parse_checked(framing, "0123456789", 0);
    };
    CHECK(checked(parse_result::message(2, 5, 7)).is_message());
    CHECK(checked(parse_result::message(0, 10, 10)).is_message());
    CHECK(checked(parse_result::message(0, 0, 1)).is_message());
    const std::size_t huge = std::numeric_limits<std::size_t>::max();
    for (const auto& nonsense :
         {parse_result::message(5, 4, 7), parse_result::message(2, 8, 7), parse_result::message(2, 5, 11),
          parse_result::message(0, 0, 0), parse_result::message(huge, huge, huge),
          parse_result::message(0, huge, 5), parse_result::message(huge, 3, 5), parse_result::failed({})}) {
        CHECK(checked(nonsense).error() == errc::malformed_message);
    }
    CHECK(checked(parse_result::failed(net::error::message_size)).error() == net::error::message_size);
    CHECK(checked(parse_result::need_more(0)).needs_more());
    CHECK(checked(parse_result::need_more(huge)).needs_more());
}

}  // namespace uplink::tests
