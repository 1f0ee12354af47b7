// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the random test of the receive machine knows for itself: where each byte is, what has happened, and from that
// which step may come, with what a receive has to end, and whether the machine may wait. Broken rules are thrown.
#pragma once

#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include "machine/receive_machine_peer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

namespace uplink::tests {

enum class receive_kind : unsigned char { framed, until_end, direct };

struct receive_model {
    using machine_type = detail::receive_machine;
    using target = detail::read_target;

    explicit receive_model(receive_chances& chances)
        : reads_now(!chances.once_in(4)), spins(chances.once_in(3)), most(chances.from_to(1, 7)),
          peer(chances) {}

    const bool reads_now, spins;
    const std::size_t most;
    receive_peer peer;

    // The bytes, by their numbers
    std::vector<std::size_t> state{};
    std::optional<std::size_t> overflow{};
    std::size_t next_out = 0;  ///< the next byte that the user takes
    std::optional<std::size_t> first_forgotten{};

    // The receive
    bool is_pending = false;
    receive_kind kind = receive_kind::framed;
    std::size_t wanted = 0;
    std::size_t received = 0;
    bool is_satisfied = false;
    bool is_unexamined = false;     ///< it was not asked since bytes came
    bool has_failed_since = false;  ///< the connection has, since it was started
    error_code stop{};
    error_code refusal{};  ///< also without a receive, for the next one

    // The connection
    error_code failure{};
    bool is_failure_to_report = false;
    bool has_ended = false, is_end_reported = false, is_end_to_tell = false;
    bool is_end_to_check = false, awaits_write = false, is_write_to_interrupt = false;
    bool is_closing = false, is_closed = false;

    // The read
    bool is_in_flight = false;  ///< or about to be
    bool has_spun = false, has_more = false;

    std::uint64_t bytes = 0, successes = 0, started = 0, ended = 0;

    static void need(bool is_right, const char* rule) {
        if (!is_right) throw std::logic_error(rule);
    }

    bool has_room() const { return state.size() < most; }
    void take_out(std::size_t n) {
        for (std::size_t i = 0; i != n; ++i)
            need(state.at(i) == next_out + i, "bytes leave the state in order");
        state.erase(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(n));
        next_out += n;
    }
    void refuse(const error_code& ec) {
        if (!refusal) refusal = ec;
    }
    void fail(const error_code& ec) {
        if (failure) return;
        failure = ec;
        has_failed_since = is_pending;
    }
    /// The machine has found the failure itself.
    void fail_by_read(const error_code& ec) {
        if (failure || is_closed) return;
        fail(ec);
        is_failure_to_report = true;
    }
    bool may_read() const { return !is_closed && !failure && (is_pending ? !stop : is_closing); }
    bool must_peek() const { return !failure && state.empty() && !overflow && !has_ended && !awaits_write; }
    error_code known_end() const {
        if (failure) return failure;
        const bool is_over = state.empty() && !overflow && (has_ended || awaits_write);
        return is_over ? error_code(net::error::eof) : error_code();
    }

    // --- May this step come now? ---

    void check_step() const {
        need(!is_in_flight, "nothing is to be done while a read is in flight");
        need(!is_closed, "a closed connection only ends its receive");
    }
    void check_refill() const {
        check_step();
        need(overflow.has_value() && has_room() && !refusal,
             "the overflow byte goes into a state that has room");
        need(is_pending || failure, "without a receive it is put there only when the connection has failed");
    }
    void check_examine() const {
        check_step();
        need(is_pending && !is_satisfied && !refusal,
             "a pending receive is asked, and once it is satisfied no more");
        need(!overflow || !has_room(), "the overflow byte comes first");
    }
    void check_collect() const {
        check_step();
        need(reads_now && failure && !refusal && has_room(),
             "a failed connection is collected while there is room");
        need(!overflow, "the overflow byte comes before what is collected");
        need(!is_satisfied, "a delivered view is not written to");
    }
    void check_read(target where) const {
        check_step();
        need(!failure && !has_ended && !awaits_write && !is_end_to_check, "it reads while there may be more");
        if (!is_pending) {
            need(is_closing && where == target::discard, "without a receive only async_close reads");
            return;
        }
        need(!is_satisfied && !refusal && !overflow && !stop, "a receive that is decided reads no more");
        need(!is_unexamined, "a receive is asked before it reads again");
        const target room = has_room() ? target::state : target::overflow;
        need(where == (kind == receive_kind::direct ? target::caller : room),
             "the bytes go where they belong");
    }
    void check_speculation(bool is_spin, bool is_once) {
        const bool spins_now = is_pending && reads_now && spins && !has_spun;
        const bool asks_once = is_pending && reads_now && !spins_now && has_more;
        need(is_spin == spins_now, "it spins once a read that has waited, if the options say so");
        need(is_once == asks_once, "it asks once more after a read that has filled its room");
        has_more = false;
        if (is_spin) has_spun = true;
    }

    /// With what the receive ends now.
    error_code outcome() const {
        if (is_closed) {
            need(static_cast<bool>(stop), "a closed connection's receive ends when it is stopped");
            return stop;
        }
        if (is_satisfied) return {};
        if (refusal) return refusal;
        need(!is_unexamined, "a receive is asked before it ends");
        if (overflow) {
            need(!has_room(), "the limit is exceeded");
            return errc::receive_limit;
        }
        if (failure) {
            const bool is_left = kind == receive_kind::direct && has_failed_since;  // to the next receive
            need(is_left || !reads_now || peer.available() == 0 || !has_room(),
                 "what had come is in the state");
            return failure;
        }
        if (has_ended && kind == receive_kind::until_end) return {};
        if (has_ended)
            return kind == receive_kind::direct || state.empty() ? error_code(net::error::eof)
                                                                 : errc::truncated;
        need(static_cast<bool>(stop), "a receive ends for a reason");
        return stop;
    }
    void check_wait() const {
        if (is_in_flight) return need(!is_failure_to_report, "a failure is reported at once");
        if (is_closed) return need(!is_pending || !stop, "a stopped receive has ended");
        need(!is_failure_to_report && !is_end_to_check && !is_write_to_interrupt,
             "it waits when all is done");
        if (is_pending) {
            need(awaits_write && !failure && !stop && !is_satisfied && !refusal && !is_unexamined,
                 "a receive without a read waits for a write alone");
        } else if (is_closing) {
            need(has_ended ? !is_end_to_tell : failure || awaits_write, "async_close reads until the end");
        }
    }

    // --- What is true between any two steps ---

    void check(const machine_type& machine) const {
        std::size_t next = next_out;
        for (const std::size_t byte : state)
            need(byte == next++, "the state has the bytes in order, none twice");
        if (overflow) need(*overflow == next++, "the overflow byte follows those in the state");
        need(next == first_forgotten.value_or(peer.taken()), "no byte is lost");
        need(state.size() <= most, "the state holds no more than it may");
        need(machine.has_receive() == is_pending, "has_receive");
        need(machine.is_read_in_flight() == is_in_flight, "is_read_in_flight");
        need(machine.is_closed() == is_closed, "is_closed");
        need(machine.has_ended() == has_ended, "has_ended");
        need(machine.is_end_reported() == is_end_reported, "is_end_reported");
        need(machine.has_overflow() == overflow.has_value(), "has_overflow");
        need(machine.failure() == failure, "the first failure stays");
        need(machine.bytes_received() == bytes, "bytes_received");
        need(machine.receives_completed() == successes, "receives_completed");
        if (is_pending) need(machine.received() == received, "received");
        need(started == ended + (is_pending ? 1 : 0), "each receive ends once");
    }
};

}  // namespace uplink::tests
