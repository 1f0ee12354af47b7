// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The first bytes choose a framing, its limit and how the rest arrives; the rest is the stream.

#include <fuzz/targets.hpp>

#include <uplink/framing.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

namespace {

using uplink::parse_result;

struct outcome {
    std::vector<std::string> messages{};
    std::string error{};
    std::size_t left = 0;
};

/// As a receive does: parses what is pending, waits for at least what is missing, remembers what it has seen.
template <class Framing> outcome feed(Framing framing, std::string_view stream, std::size_t step) {
    outcome result;
    std::size_t begin = 0;
    std::size_t available = 0;
    std::size_t examined = 0;
    std::size_t awaited = 0;
    for (;;) {
        const std::string_view pending = stream.substr(begin, available - begin);
        const parse_result parsed = uplink::detail::parse_checked(framing, pending, examined);
        examined = pending.size();
        require(!parsed.is_message() || pending.size() >= awaited, "less than was asked for made a message");
        if (parsed.is_failed()) {
            result.error = parsed.error().message();
            break;
        }
        if (parsed.is_message()) {
            require(parsed.begin() <= parsed.end() && parsed.end() <= parsed.consumed(),
                    "the offsets are in order");
            require(parsed.consumed() <= pending.size(), "the message is there");
            result.messages.emplace_back(pending.substr(parsed.begin(), parsed.end() - parsed.begin()));
            begin += parsed.consumed();
            examined = awaited = 0;
            if (parsed.consumed() == 0) break;  // as many as one likes
            continue;
        }
        require(parsed.needs_more() && parsed.at_least() != 0, "something is missing");
        awaited = parsed.at_least() > stream.size() ? stream.size() + 1 : pending.size() + parsed.at_least();
        if (available == stream.size()) break;
        available = std::min(stream.size(), available + step);
    }
    result.left = stream.size() - begin;
    return result;
}

template <class Framing> void check(const Framing& framing, std::string_view stream, std::size_t step) {
    const outcome whole = feed(framing, stream, stream.size() + 1);
    const outcome pieces = feed(framing, stream, step);
    // An error may be known before the bytes that make it certain for sure have all come, never the other way round.
    require(whole.messages == pieces.messages, "the same messages, however they arrive");
    require(whole.error == pieces.error, "the same error, however they arrive");
}

/// What lines of at most `max` bytes are, said plainly.
outcome lines(std::string_view stream, const std::string& delimiter, std::size_t max) {
    outcome result;
    for (;;) {
        const std::size_t found = stream.find(delimiter);
        const std::size_t length = found == std::string_view::npos ? stream.size() : found;
        if (found == std::string_view::npos ? stream.size() >= delimiter.size() + max : length > max) {
            result.error = uplink::make_error_code(uplink::errc::message_too_large).message();
        }
        if (!result.error.empty() || found == std::string_view::npos) break;
        result.messages.emplace_back(stream.substr(0, length));
        stream.remove_prefix(length + delimiter.size());
    }
    result.left = stream.size();
    return result;
}

}  // namespace

void framing(std::string_view input) {
    if (input.size() < 4) return;
    const auto byte = [&input](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(input[i]));
    };
    const std::size_t which = byte(0) % 12;
    const std::size_t max = byte(1) == 255 ? static_cast<std::size_t>(-1) : byte(1);
    const std::size_t step = 1 + byte(2) % 16;
    const std::size_t length = std::min(1 + byte(3) % 4, input.size() - 4);
    const std::string delimiter(input.substr(4, length));
    const std::string_view stream = input.substr(4);
    using std::endian;
    switch (which) {
    case 0: check(uplink::length_prefixed<std::uint8_t, endian::big>{max}, stream, step); break;
    case 1: check(uplink::length_prefixed<std::uint16_t, endian::big>{max}, stream, step); break;
    case 2: check(uplink::length_prefixed<std::uint32_t, endian::big>{max}, stream, step); break;
    case 3: check(uplink::length_prefixed<std::uint64_t, endian::big>{max}, stream, step); break;
    case 4: check(uplink::length_prefixed<std::uint8_t, endian::little>{max}, stream, step); break;
    case 5: check(uplink::length_prefixed<std::uint16_t, endian::little>{max}, stream, step); break;
    case 6: check(uplink::length_prefixed<std::uint32_t, endian::little>{max}, stream, step); break;
    case 7: check(uplink::length_prefixed<std::uint64_t, endian::little>{max}, stream, step); break;
    case 8: check(uplink::fixed_size{max}, stream, step); break;
    case 9: check(uplink::detail::through_delimiter{delimiter}, stream.substr(length), step); break;
    default:
        const std::string_view text = stream.substr(length);
        check(uplink::delimited{delimiter, max}, text, step);
        if (delimiter.empty() || max > text.size() + 1) break;
        const outcome plain = lines(text, delimiter, max);
        const outcome whole = feed(uplink::delimited{delimiter, max}, text, step);
        require(plain.messages == whole.messages && plain.error == whole.error,
                "delimited is what lines are");
    }
}

}  // namespace fuzz
