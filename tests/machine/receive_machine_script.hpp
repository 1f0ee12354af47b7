// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Plays events, which are named in words, on a receive_machine and carries its steps out as the receiver does. What
// next() returns is written down in words too. A step that needs a result gets the usual one: a look at the state finds
// too little, a read without waiting or for the step collect finds nothing, the overflow byte fits, an end is judged by
// the facts.
#pragma once

#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include "machine/receive_machine_words.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

class receive_script {
public:
    using action = detail::receive_action;
    using target = detail::read_target;
    static constexpr std::size_t most = 4;  ///< that the state may hold
    static constexpr std::size_t room = 2;  ///< that it gives at once, and that the caller's buffer has

    receive_script(bool reads_now, bool spins) : machine_(reads_now, most, spins) {}

    /// False if the event can't happen now. An event that is no result leaves the result of the present step to come.
    bool can_play(std::string_view event) const;
    /// One event, and then the steps until the machine waits, or until it is at the step `until`.
    void play(std::string_view event, std::string_view until = {});
    /// A request in the middle of a step, whose result is still to come.
    void play_in_step(std::string_view event) {
        if (!step_ || !can_request(event))
            throw std::logic_error("can't be requested: " + std::string(event));
        request(event);
    }
    /// A stop by the user.
    void cancel() { interrupts_if(machine_.stop(net::error::operation_aborted)); }
    /// What has been seen since the last call.
    std::string seen() { return std::exchange(seen_, {}); }
    const detail::receive_machine& machine() const { return machine_; }
    std::size_t held() const { return held_; }

    /// All events but "consume", which is for scripts alone: the user empties the state.
    static const std::vector<std::string_view>& events();

private:
    bool is_reading() const {
        return step_ ? *step_ == action::read_now || *step_ == action::spin : machine_.is_read_in_flight();
    }
    bool can_request(std::string_view event) const;
    bool request(std::string_view event);
    void result(std::string_view event);
    void probe(std::string_view answer);
    void usual_result();
    void run(std::string_view until);
    void write_questions();

    void discard() {
        is_closing_ = true;
        machine_.discard_until_end();
    }
    void see(std::string_view what) { seen_.append(seen_.empty() ? "" : "; ").append(what); }
    void interrupts_if(bool is_interrupted) {
        if (is_interrupted) see("interrupts");
    }
    std::size_t room_now() const {
        switch (machine_.target()) {
        case target::overflow: return 1;
        case target::state: return (std::min)(room, most - held_);
        default: return room;
        }
    }
    void end_read(const error_code& ec, std::size_t n) {
        if (machine_.target() == target::state) held_ += n;
        machine_.read_done(ec, n, held_);
    }
    static detail::end_facts facts_of(std::string_view event) {
        detail::end_facts facts;
        facts.peer_gone = event.find("gone") != event.npos || event.find("writing") != event.npos;
        facts.write_in_flight = event.find("writing") != event.npos;
        facts.write_side_ended = event.find("half-closed") != event.npos;
        return facts;
    }

    detail::receive_machine machine_;
    std::optional<action> step_{};  ///< that has no result yet
    detail::end_facts facts_{};
    std::size_t held_ = 0;
    bool is_closing_ = false;
    std::string seen_{};
};

inline const std::vector<std::string_view>& receive_script::events() {
    static const std::vector<std::string_view> all = {
        // Requests, of the user and of the other parts of the connection
        "start framed", "start until end", "start direct", "stop", "fail", "close", "collect", "discard",
        "write settled", "probe nothing", "probe would block", "probe eof", "probe eof gone",
        "probe eof gone half-closed", "probe eof writing", "probe reset", "ask",
        // Results of a read, then of the other steps
        "read 1", "read full", "read 1 refused", "read eof", "read eof gone", "read eof gone half-closed",
        "read eof writing", "read reset", "read aborted", "read would block", "read 1 and reset", "not read",
        "no memory", "refilled", "refilled refused", "collected 1", "collected 1 refused",
        "collected nothing", "collected empty", "collected reset", "satisfied", "not satisfied", "refused",
        "end", "end gone", "end gone half-closed", "end writing"};
    return all;
}

inline bool receive_script::can_request(std::string_view event) const {
    const bool is_open = !machine_.is_closed();
    if (event.starts_with("start")) {
        // The client refuses a second receive, and any once async_close has begun.
        return is_open && !machine_.has_receive() && !is_closing_ &&
               (!step_ || *step_ == action::refill || *step_ == action::collect);
    }
    if (event == "collect") return is_open && machine_.failure() && !machine_.has_receive();
    if (event == "discard") return is_open;
    if (event.starts_with("probe")) {  // in a step, by the user's code alone
        const bool is_users = step_ != action::check_end && step_ != action::interrupt_write &&
                              step_ != action::complete && step_ != action::fail &&
                              step_ != action::peer_ended;
        return is_open && is_users && machine_.must_peek();
    }
    // The driver asks between steps, and before a read that has been decided.
    if (event == "ask") return !step_ || machine_.target() != target::none;
    return event == "stop" || event == "fail" || event == "close" || event == "write settled" ||
           event == "consume";
}

inline bool receive_script::can_play(std::string_view event) const {
    if (can_request(event)) return true;
    if (event.starts_with("read") || event == "not read") {
        if (event == "not read") return is_reading() || step_ == action::read;
        const bool has_bytes = event == "read full" || event.find('1') != event.npos;
        if (has_bytes && machine_.is_closed()) return false;  // a closed connection receives nothing any more
        if (event == "read full") return is_reading() && !step_ && room_now() != 1;
        if (event == "read 1 refused") return is_reading() && machine_.target() == target::state;
        return is_reading();
    }
    if (!step_) return false;
    if (event == "no memory")
        return *step_ == action::read || *step_ == action::refill || *step_ == action::collect;
    if (event.starts_with("refilled")) return *step_ == action::refill;
    if (event.starts_with("collected")) return *step_ == action::collect;
    if (event == "satisfied" || event == "not satisfied" || event == "refused")
        return *step_ == action::examine;
    return event.starts_with("end") && *step_ == action::check_end;
}

inline void receive_script::play(std::string_view event, std::string_view until) {
    if (!can_play(event)) throw std::logic_error("can't happen now: " + std::string(event));
    if (!request(event)) {
        step_.reset();
        result(event);
    }
    if (step_) usual_result();
    run(until);
}

inline bool receive_script::request(std::string_view event) {
    if (event == "start framed") machine_.start(false, detail::end_rule::eof_or_truncated, held_);
    else if (event == "start until end") machine_.start(false, detail::end_rule::success, held_);
    else if (event == "start direct") machine_.start(true, detail::end_rule::eof, held_);
    else if (event == "stop") interrupts_if(machine_.stop(errc::receive_timeout));
    else if (event == "fail") interrupts_if(machine_.fail(net::error::broken_pipe));
    else if (event == "close") interrupts_if(machine_.close());
    else if (event == "collect") machine_.collect(held_);
    else if (event == "discard") discard();
    else if (event == "write settled") machine_.write_settled();
    else if (event == "consume") held_ = 0;
    else if (event == "ask") write_questions();
    else if (event.starts_with("probe")) probe(event);
    else return false;
    return true;
}

inline void receive_script::probe(std::string_view answer) {
    error_code ec;
    if (answer.find("would block") != answer.npos) ec = net::error::would_block;
    if (answer.find("eof") != answer.npos) ec = net::error::eof;
    if (answer.find("reset") != answer.npos) ec = net::error::connection_reset;
    machine_.look_at_state(held_);
    see("says ");
    seen_.append(receive_word(machine_.probed(ec, facts_of(answer))));
}

inline void receive_script::result(std::string_view event) {
    const bool is_refused = event.find("refused") != event.npos;
    if (is_refused) machine_.refuse(errc::malformed_message);
    const std::size_t n = event.find('1') != event.npos ? 1 : 0;
    if (event == "read full") end_read({}, room_now());
    else if (event.starts_with("read eof")) {
        facts_ = facts_of(event);
        end_read(net::error::eof, 0);
    } else if (event == "read aborted") end_read(net::error::operation_aborted, 0);
    else if (event == "read would block") end_read(net::error::would_block, 0);
    else if (event.starts_with("read")) {
        end_read(event.ends_with("reset") ? error_code(net::error::connection_reset) : error_code(), n);
    } else if (event == "not read") machine_.not_read();
    else if (event == "no memory") machine_.no_memory();
    else if (event.starts_with("refilled")) machine_.refilled(++held_);
    else if (event.starts_with("collected")) {
        error_code ec;
        if (event == "collected nothing") ec = net::error::would_block;
        if (event == "collected reset") ec = net::error::connection_reset;
        machine_.collected(ec, n, held_ += n);
    } else if (event.starts_with("end")) machine_.end_checked(facts_of(event));
    else machine_.examined(event == "satisfied");
}

/// What a step usually brings, after what has happened in the middle of it.
inline void receive_script::usual_result() {
    const action step = *std::exchange(step_, std::nullopt);
    switch (step) {
    case action::refill:
        if (!machine_.is_closed()) machine_.refilled(++held_);
        break;
    case action::collect:
        if (!machine_.is_closed()) machine_.collected(net::error::would_block, 0, held_);
        break;
    case action::examine: machine_.examined(false); break;
    case action::read_now:
    case action::spin: machine_.not_read(); break;
    case action::read:
        if (machine_.may_read()) machine_.read_started(room_now());
        else machine_.not_read();
        break;
    case action::check_end: machine_.end_checked(facts_); break;
    case action::fail: static_cast<void>(machine_.fail(machine_.failure())); break;  // as the connection does
    case action::interrupt_write:
    case action::complete:
    case action::peer_ended:
    case action::wait: break;
    }
}

inline void receive_script::run(std::string_view until) {
    for (int count = 0; count != 50; ++count) {
        const action step = machine_.next();
        see(receive_word(step));
        if (step == action::read || step == action::read_now || step == action::spin) {
            seen_.append(" ").append(receive_word(machine_.target()));
        } else if (step == action::complete) {
            seen_.append(" ").append(receive_word(machine_.result())).append(" ");
            seen_.append(std::to_string(machine_.received()));
        } else if (step == action::fail) {
            seen_.append(" ").append(receive_word(machine_.failure()));
        }
        if (step == action::wait) return;
        step_ = step;
        if (receive_word(step) == until) return;
        usual_result();
    }
    throw std::logic_error("it never waits: " + seen_);
}

inline void receive_script::write_questions() {
    see("known ");
    seen_.append(receive_word(machine_.known_end()));
    const auto see_if = [this](bool answer, std::string_view what) {
        if (answer) see(what);
    };
    see_if(machine_.has_receive(), "receive");
    see_if(machine_.is_read_in_flight(), "in flight");
    see_if(machine_.must_peek(), "must peek");
    see_if(machine_.may_read(), "may read");
    see_if(machine_.has_overflow(), "overflow");
    see_if(machine_.has_ended(), "ended");
    see_if(machine_.is_end_reported(), "reported");
    see_if(machine_.is_closed(), "closed");
    see("bytes " + std::to_string(machine_.bytes_received()));
    see("receives " + std::to_string(machine_.receives_completed()));
}

}  // namespace uplink::tests
