// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The record of one operation's completion, the handler that writes it, and the expectation that a check compares it
// with. A check that fails prints both: how often the handler was called, the error code, the count and the text.
//   completion sent;
//   client.async_send(bytes, record(sent));
//   run();
//   CHECK(sent == completed(success, 7));
#pragma once

#include <uplink/net.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

inline const error_code success{};
inline const error_code aborted = net::error::operation_aborted;
inline const error_code end_of_stream = net::error::eof;
inline const error_code was_reset = net::error::connection_reset;

/// It must outlive the operation.
struct completion {
    int calls = 0;
    int order = 0;  ///< the number of this call among all calls of the program
    error_code ec{};
    std::size_t n = 0;
    std::string text{};
    net::ip::tcp::endpoint endpoint{};
    std::function<void()> and_then{};  ///< what the handler does when it has written this

    /// The handler has been called.
    explicit operator bool() const noexcept { return calls != 0; }

    void set(error_code error);
    void set(error_code error, std::size_t count);
    void set(error_code error, std::string_view bytes);
    void set(error_code error, const std::string& bytes);
    void set(error_code error, const net::ip::tcp::endpoint& where);
    void set(error_code error, const net::local::stream_protocol::endpoint& where);
    /// A reconnecting client's status, which is not kept.
    template <class Status>
        requires requires(const Status& status) { status.generation; }
    void set(error_code error, const Status&) { set(error); }
};

/// The handler of every operation whose completion a test records.
class recorder {
public:
    explicit recorder(completion& to) noexcept : to_(&to) {}
    template <class... Args> void operator()(const error_code& ec, const Args&... args) const {
        to_->set(ec, args...);
        if (to_->and_then) to_->and_then();
    }

private:
    completion* to_;
};
inline recorder record(completion& to) noexcept { return recorder(to); }

/// Likewise, with a cancellation slot.
class slotted_recorder : public recorder {
public:
    using cancellation_slot_type = net::cancellation_slot;
    slotted_recorder(completion& to, net::cancellation_signal& signal) noexcept
        : recorder(to), slot_(signal.slot()) {}
    net::cancellation_slot get_cancellation_slot() const noexcept { return slot_; }

private:
    net::cancellation_slot slot_;
};
inline slotted_recorder record(completion& to, net::cancellation_signal& signal) noexcept {
    return slotted_recorder(to, signal);
}

/// One call with these arguments; an argument that is not given may have any value.
struct expected_completion {
    error_code ec{};
    std::optional<std::size_t> n{};
    std::optional<std::string> text{};
};
expected_completion completed(const error_code& ec);
expected_completion completed(const error_code& ec, std::size_t n);
template <std::integral Count> expected_completion completed(const error_code& ec, Count n) {
    return completed(ec, static_cast<std::size_t>(n));
}
expected_completion completed(const error_code& ec, std::string_view text);

bool operator==(const completion& seen, const expected_completion& expected);

std::ostream& operator<<(std::ostream& out, const completion& seen);
std::ostream& operator<<(std::ostream& out, const expected_completion& expected);

}  // namespace uplink::tests
