// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How a send ends when several things have happened to it: bytes that have left, an error, a limit that ran out, a
// cancel, in whatever order they were seen; and what an end of the stream means. Pure functions, one truth table each,
// which the machines of the two directions ask.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The error of a read or write that says nothing about the connection.
inline bool is_transient(const error_code& ec) noexcept {
    return ec == net::error::would_block || ec == net::error::try_again || ec == net::error::interrupted;
}

/// Why an operation was asked to end early. The first reason stays: a deadline is never reported as a
/// cancel, nor a cancel as a deadline.
enum class stop_reason : unsigned char { none, limit, cancel };

inline error_code stop_error(stop_reason reason, errc timeout_code) noexcept {
    switch (reason) {
    case stop_reason::none: break;
    case stop_reason::limit: return timeout_code;
    case stop_reason::cancel: return net::error::operation_aborted;
    }
    return {};
}

/// Why a send was asked to end early. A total cancellation counts only while nothing of the send has left. If part has
/// left meanwhile, it is as if it had not been asked for: what asks later, or has asked more strongly, decides.
class send_stop {
public:
    bool is_asked() const noexcept { return strong_ != stop_reason::none || is_total_; }
    /// Total cancellation alone.
    bool is_only_untouched() const noexcept { return strong_ == stop_reason::none && is_total_; }
    /// What decides, where nothing or something of the send has left.
    stop_reason reason(bool is_untouched) const noexcept {
        return is_total_ && (is_untouched || strong_ == stop_reason::none) ? stop_reason::cancel : strong_;
    }

    void ask(stop_reason reason) noexcept {
        if (strong_ == stop_reason::none) strong_ = reason;
    }
    void ask_total_cancellation() noexcept {
        if (strong_ == stop_reason::none) is_total_ = true;
    }

private:
    stop_reason strong_ = stop_reason::none;
    bool is_total_ = false;  ///< asked for before anything stronger
};

/// What is known of a send while no write is in flight.
struct send_facts {
    std::size_t size = 0;
    std::size_t sent = 0;            ///< handed to the transport
    bool partial_is_enough = false;  ///< write_some: anything sent completes it
    error_code failure{};            ///< the connection's first fatal error
    stop_reason stop = stop_reason::none;
    bool stop_only_untouched = false;  ///< total cancellation: honoured only while nothing has left
    errc timeout_code = errc::send_timeout;
};

struct send_outcome {
    bool ended = false;
    error_code error{};
    bool interrupts = false;  ///< part has left and the rest never will: nothing can follow it

    friend bool operator==(const send_outcome&, const send_outcome&) = default;
};

inline send_outcome decide_send(const send_facts& facts) noexcept {
    // An empty send has nothing to show for itself: it can still be stopped, and it fails with the rest.
    const bool undisturbed = !facts.failure && facts.stop == stop_reason::none;
    if (facts.sent == facts.size && (facts.size != 0 || undisturbed)) return {true, {}, false};
    if (facts.partial_is_enough && facts.sent != 0) return {true, {}, false};
    if (facts.failure) return {true, facts.failure, false};
    if (facts.stop == stop_reason::none) return {};
    if (facts.sent == 0) return {true, stop_error(facts.stop, facts.timeout_code), false};
    if (facts.stop_only_untouched) return {};
    return {true, stop_error(facts.stop, facts.timeout_code), true};
}

/// What an end of stream on the read side means. A reset can show as an end when the other direction
/// swallowed its error, so an end is believed only when the connection can still be seen to stand, or
/// when nothing was in flight that could have swallowed anything.
struct end_facts {
    bool peer_gone = false;  ///< the connection is gone in both directions
    bool write_in_flight = false;
    bool write_side_ended = false;  ///< our own half-close has been made
};

enum class end_meaning : unsigned char { orderly, wait_for_write, reset };

inline end_meaning decide_end(const end_facts& facts) noexcept {
    if (!facts.peer_gone) return end_meaning::orderly;
    if (facts.write_in_flight) return end_meaning::wait_for_write;
    if (facts.write_side_ended) return end_meaning::orderly;
    return end_meaning::reset;
}

}  // namespace uplink::detail
