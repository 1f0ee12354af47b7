// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The result of a send to which several things have happened, in any order: bytes that have been sent, an
// error, a time limit that has passed, a cancellation. And the meaning of an end of the stream. Pure
// functions with one truth table each, called by the send machine and the receive machine.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstddef>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// An error of a read or write that says nothing about the connection.
inline bool is_transient(const error_code& ec) noexcept {
    return ec == net::error::would_block || ec == net::error::try_again || ec == net::error::interrupted;
}

/// The reason for ending an operation early. The first reason counts: a deadline is never reported as a
/// cancellation, nor a cancellation as a deadline.
enum class stop_reason : unsigned char { none, limit, cancel };

inline error_code stop_error(stop_reason reason, errc timeout_code) noexcept {
    switch (reason) {
    case stop_reason::none: break;
    case stop_reason::limit: return timeout_code;
    case stop_reason::cancel: return net::error::operation_aborted;
    }
    return {};
}

/// The reason for ending a send early. A total cancellation counts only while no byte of the send has been
/// sent; if a part has been sent meanwhile, the total cancellation is ignored. Then a later or stronger
/// request decides.
class send_stop {
public:
    bool is_asked() const noexcept { return strong_ != stop_reason::none || is_total_; }
    /// True if only a total cancellation was requested.
    bool is_only_untouched() const noexcept { return strong_ == stop_reason::none && is_total_; }
    /// The reason that counts. `is_untouched`: no byte of the send has been sent.
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
    bool is_total_ = false;  ///< requested before anything stronger
};

/// The facts about a send while no write is in flight.
struct send_facts {
    std::size_t size = 0;
    std::size_t sent = 0;            ///< given to the transport
    bool partial_is_enough = false;  ///< write_some: anything sent completes it
    error_code failure{};            ///< the connection's first fatal error
    stop_reason stop = stop_reason::none;
    bool stop_only_untouched = false;  ///< total cancellation: honoured only while nothing has been sent
    errc timeout_code = errc::send_timeout;
};

struct send_outcome {
    bool ended = false;
    error_code error{};
    bool interrupts = false;  ///< a part has been sent and the rest never will be: no send can follow

    friend bool operator==(const send_outcome&, const send_outcome&) = default;
};

inline send_outcome decide_send(const send_facts& facts) noexcept {
    // An empty send is complete only if it is not disturbed: it can be stopped, and it fails with the
    // connection.
    const bool undisturbed = !facts.failure && facts.stop == stop_reason::none;
    if (facts.sent == facts.size && (facts.size != 0 || undisturbed)) return {true, {}, false};
    if (facts.partial_is_enough && facts.sent != 0) return {true, {}, false};
    if (facts.failure) return {true, facts.failure, false};
    if (facts.stop == stop_reason::none) return {};
    if (facts.sent == 0) return {true, stop_error(facts.stop, facts.timeout_code), false};
    if (facts.stop_only_untouched) return {};
    return {true, stop_error(facts.stop, facts.timeout_code), true};
}

/// The facts about an end of the stream on the read side. A reset can look like an end if a write has
/// received its error. So an end counts as orderly only if the connection still exists, or if our own
/// half-close has been made (then an orderly end of the peer ends the connection too). A write in flight may
/// have received the error: it is waited for first.
struct end_facts {
    bool peer_gone = false;  ///< the connection is gone in both directions
    bool write_in_flight = false;
    bool write_side_ended = false;  ///< our own half-close has been made
};

/// True if such an end may hide a reset, so that the system has to be asked whether the peer is gone. On a
/// local socket a write never receives the error of a read, and a peer that has closed always counts as gone
/// (unix(7)): only a write in flight makes the end doubtful there.
inline bool may_hide_reset(const end_facts& facts, bool is_local) noexcept {
    return facts.write_in_flight || (!is_local && !facts.write_side_ended);
}

enum class end_meaning : unsigned char { orderly, wait_for_write, reset };

inline end_meaning decide_end(const end_facts& facts) noexcept {
    if (!facts.peer_gone) return end_meaning::orderly;
    if (facts.write_in_flight) return end_meaning::wait_for_write;
    if (facts.write_side_ended) return end_meaning::orderly;
    return end_meaning::reset;
}

}  // namespace uplink::detail
