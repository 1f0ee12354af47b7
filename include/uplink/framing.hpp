// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Where one message ends and the next begins. A framing is any type with
//     parse_result parse(std::string_view pending)
// which is called with all bytes that are pending, from the first of the message on. It may also have
//     parse_result parse(std::string_view pending, std::size_t examined)
// which is called instead; `examined` is how many of those bytes it has seen in this receive, so that a
// search need not begin again. Lengths are checked before memory is taken for them.
//
// A framing lives as long as the receive that it was given to. parse() is called on the client's executor,
// within the initiating function too, with a view that is valid during the call only; after need_more(n) it
// is not called before n more bytes have come. An exception from it, and invalid offsets (outside
// `pending`, begin > end, end > consumed, consumed == 0), are errc::malformed_message; std::bad_alloc is
// asio::error::no_memory.
#pragma once

#include <uplink/error.hpp>
#include <uplink/fwd.hpp>
#include <uplink/net.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

/// What a framing made of the pending bytes.
class parse_result {
public:
    /// The message is not there yet: at least `at_least` more bytes are missing (1 if unknown; 0 counts as
    /// 1).
    static parse_result need_more(std::size_t at_least = 1) noexcept {
        parse_result result(kind::need_more);
        result.consumed_ = at_least;
        return result;
    }
    /// The payload is [begin, end) of the pending bytes, and the first `consumed` of them are no longer
    /// needed.
    static parse_result message(std::size_t begin, std::size_t end, std::size_t consumed) noexcept {
        parse_result result(kind::message);
        result.begin_ = begin;
        result.end_ = end;
        result.consumed_ = consumed;
        return result;
    }
    /// The bytes can't be a message; the receive ends with `error`, and they stay in state(). No error at all
    /// is errc::malformed_message.
    static parse_result failed(error_code error) noexcept {
        parse_result result(kind::failed);
        result.error_ = error;
        return result;
    }

    /// Made by need_more().
    bool needs_more() const noexcept { return kind_ == kind::need_more; }
    /// Made by message().
    bool is_message() const noexcept { return kind_ == kind::message; }
    /// Made by failed().
    bool is_failed() const noexcept { return kind_ == kind::failed; }
    /// Of need_more(): the number of bytes that are missing.
    std::size_t at_least() const noexcept { return consumed_; }
    /// Of message(): where the payload begins.
    std::size_t begin() const noexcept { return begin_; }
    /// Of message(): where it ends.
    std::size_t end() const noexcept { return end_; }
    /// Of message(): how many bytes are no longer needed.
    std::size_t consumed() const noexcept { return consumed_; }
    /// Of failed(): why.
    const error_code& error() const noexcept { return error_; }

private:
    enum class kind : unsigned char { need_more, message, failed };
    explicit parse_result(kind value) noexcept : kind_(value) {}

    kind kind_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t consumed_ = 0;
    error_code error_{};
};

/// What async_receive_message takes: a type with `parse_result parse(std::string_view pending)`. See
/// framing.hpp for its rules.
template <class T>
concept framing = std::move_constructible<T> && requires(T framing, std::string_view pending) {
    { framing.parse(pending) } -> std::same_as<parse_result>;
};

namespace detail {

/// The place of `delimiter` in `pending`. Does not search again the examined bytes that can't hold its
/// beginning.
inline std::size_t find_delimiter(std::string_view pending, std::string_view delimiter,
                                  std::size_t examined) noexcept {
    const std::size_t overlap = delimiter.size() - 1;
    return pending.find(delimiter, examined > overlap ? examined - overlap : 0);
}

}  // namespace detail

/// Messages that end with a delimiter, which is not part of them. An empty delimiter is
/// asio::error::invalid_argument; a payload longer than `max` is errc::message_too_large, as soon as it is
/// certain.
struct delimited {
    /// `max` is of the payload, in bytes. Not an aggregate: g++ 12 destroys the strings of an aggregate twice
    /// if it is written inside a co_await expression.
    explicit delimited(std::string delimiter_bytes,
                       std::size_t max_payload = (std::numeric_limits<std::size_t>::max)())
        : delimiter(std::move(delimiter_bytes)), max{max_payload} {}

    std::string delimiter;  ///< at least one byte
    std::size_t max;        ///< bytes of payload

    /// As a framing has to.
    parse_result parse(std::string_view pending) const noexcept { return parse(pending, 0); }
    /// As above, but without the bytes that were examined before.
    parse_result parse(std::string_view pending, std::size_t examined) const noexcept {
        if (delimiter.empty()) return parse_result::failed(net::error::invalid_argument);
        const std::size_t found = detail::find_delimiter(pending, delimiter, examined);
        if (found == std::string_view::npos) {
            // A delimiter that begins at `max` at the latest would be complete by now.
            const bool too_long =
                pending.size() >= delimiter.size() && pending.size() - delimiter.size() >= max;
            return too_long ? parse_result::failed(errc::message_too_large) : parse_result::need_more();
        }
        if (found > max) return parse_result::failed(errc::message_too_large);
        return parse_result::message(0, found, found + delimiter.size());
    }
};

/// Messages of one size, in bytes. Size 0 is an empty message, at once.
struct fixed_size {
    std::size_t size = 0;  ///< bytes

    /// As a framing has to.
    parse_result parse(std::string_view pending) const noexcept {
        if (pending.size() < size) return parse_result::need_more(size - pending.size());
        return parse_result::message(0, size, size);
    }
};

/// Messages behind their length: an unsigned integer of one to eight bytes, in the byte order Order, that
/// counts the bytes of the payload, not itself. A length above `max` is errc::message_too_large, before the
/// payload is awaited.
template <std::unsigned_integral Length, std::endian Order> struct length_prefixed {
    static_assert(sizeof(Length) <= sizeof(std::uint64_t) && !std::same_as<Length, bool>,
                  "the length is an unsigned integer of one to eight bytes");
    static_assert(Order == std::endian::big || Order == std::endian::little,
                  "the length is big or little endian");

    std::size_t max = (std::numeric_limits<std::size_t>::max)();  ///< bytes of payload

    /// As a framing has to.
    parse_result parse(std::string_view pending) const noexcept {
        constexpr std::size_t header = sizeof(Length);
        if (pending.size() < header) return parse_result::need_more(header - pending.size());
        unsigned long long length = 0;
        for (std::size_t i = 0; i != header; ++i) {
            const std::size_t place = Order == std::endian::big ? i : header - 1 - i;
            length = (length << 8) | static_cast<unsigned char>(pending[place]);
        }
        if (length > max || length > (std::numeric_limits<std::size_t>::max)() - header) {
            return parse_result::failed(errc::message_too_large);
        }
        const std::size_t whole = header + static_cast<std::size_t>(length);
        if (pending.size() < whole) return parse_result::need_more(whole - pending.size());
        return parse_result::message(header, whole, whole);
    }
};

namespace detail {

/// async_receive_some: whatever is there.
struct whatever_is_there {
    parse_result parse(std::string_view pending) const noexcept {
        if (pending.empty()) return parse_result::need_more();
        return parse_result::message(0, pending.size(), pending.size());
    }
};

/// async_receive_until: as `delimited`, but the view ends with the delimiter.
struct through_delimiter {
    std::string delimiter;

    parse_result parse(std::string_view pending) const noexcept { return parse(pending, 0); }
    parse_result parse(std::string_view pending, std::size_t examined) const noexcept {
        if (delimiter.empty()) return parse_result::failed(net::error::invalid_argument);
        const std::size_t found = find_delimiter(pending, delimiter, examined);
        if (found == std::string_view::npos) return parse_result::need_more();
        return parse_result::message(0, found + delimiter.size(), found + delimiter.size());
    }
};

/// Calls a framing and checks its result: an exception, and invalid offsets, are
/// malformed_message, want of memory is no_memory. Only a message that is known to be empty beforehand may
/// consume nothing, or a receive would never end.
template <class Framing>
parse_result parse_checked(Framing& framing, std::string_view pending, std::size_t examined) noexcept {
    parse_result result = [&] {
        try {
            if constexpr (requires { framing.parse(pending, examined); }) {
                return framing.parse(pending, examined);
            } else {
                return framing.parse(pending);
            }
        } catch (const std::bad_alloc&) {
            return parse_result::failed(net::error::no_memory);
        } catch (...) {
            return parse_result::failed(errc::malformed_message);
        }
    }();
    if (result.is_failed() && !result.error()) return parse_result::failed(errc::malformed_message);
    if (!result.is_message()) return result;
    const bool ordered = result.begin() <= result.end() && result.end() <= result.consumed() &&
                         result.consumed() <= pending.size();
    const bool moves_on = result.consumed() != 0 || std::same_as<Framing, fixed_size>;
    return ordered && moves_on ? result : parse_result::failed(errc::malformed_message);
}

}  // namespace detail

}  // namespace uplink
