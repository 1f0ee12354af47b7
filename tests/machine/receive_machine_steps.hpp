// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The steps of receive_world. Included at the end of receive_machine_world.hpp.
#pragma once

#include "machine/receive_machine_world.hpp"

namespace uplink::tests {

inline void receive_world::run() {
    if (is_running_) return;
    is_running_ = true;
    for (int count = 0;; ++count) {
        need(count != 200, "it reaches wait");
        const action step = machine_.next();
        if (step == action::wait) break;
        note(receive_word(step));
        do_step(step);
    }
    model_.check_wait();
    is_running_ = false;
}

inline void receive_world::do_step(action step) {
    switch (step) {
    case action::wait: break;
    case action::refill: refill(); break;
    case action::examine: examine(); break;
    case action::collect: collect(); break;
    case action::read_now:
    case action::spin:
    case action::read: read(step); break;
    case action::check_end: check_end(); break;
    case action::interrupt_write:
        model_.check_step();
        need(std::exchange(model_.is_write_to_interrupt, false),
             "a write is interrupted for an end of the stream");
        break;
    case action::complete: complete(); break;
    case action::fail:  // one that a probe has found is reported even while a read is in flight
        need(std::exchange(model_.is_failure_to_report, false), "a failure that was found is reported once");
        if (std::exchange(is_failed_, true)) break;
        interrupt_if(machine_.fail(machine_.failure()), true);
        if (model_.is_closing) close();
        break;
    case action::peer_ended:
        model_.check_step();
        need(model_.is_closing && model_.has_ended && !model_.is_pending,
             "async_close hears of the peer's end");
        need(std::exchange(model_.is_end_to_tell, false), "once");
        if (chances_.once_in(2)) close();
        break;
    }
}

inline void receive_world::refill() {
    model_.check_refill();
    user_code();
    if (model_.is_closed) return;
    if (has_no_memory()) {
        model_.refuse(net::error::no_memory);
        return machine_.no_memory();
    }
    commit({*std::exchange(model_.overflow, std::nullopt)});
    count(1);
    machine_.refilled(model_.state.size());
}

inline void receive_world::examine() {
    model_.check_examine();
    model_.is_unexamined = false;
    user_code();
    if (chances_.once_in(40)) {
        refuse(errc::malformed_message);
        return machine_.examined(false);
    }
    const std::size_t held = model_.state.size();
    if (model_.kind == receive_kind::direct) model_.is_satisfied = held != 0;
    else model_.is_satisfied = model_.kind == receive_kind::framed && held >= model_.wanted;
    if (model_.is_satisfied) model_.take_out(std::min(held, model_.wanted));
    machine_.examined(model_.is_satisfied);
}

inline void receive_world::collect() {
    model_.check_collect();
    user_code();
    if (model_.is_closed) return;
    if (has_no_memory()) {
        model_.refuse(net::error::no_memory);
        return machine_.no_memory();
    }
    error_code ec;
    const std::vector<std::size_t> bytes = model_.peer.read(model_.most - model_.state.size(), ec);
    if (!bytes.empty()) commit(bytes);
    model_.bytes += bytes.size();
    count(bytes.size());
    machine_.collected(ec, bytes.size(), model_.state.size());
}

inline void receive_world::read(action step) {
    const target where = machine_.target();
    model_.check_read(where);
    model_.check_speculation(step == action::spin, step == action::read_now);
    const bool is_now = step != action::read;
    model_.is_in_flight = !is_now;
    if (where == target::state) user_code();
    const std::size_t free = where == target::state ? model_.most - model_.state.size() : 4;
    room_ = where == target::overflow ? 1 : chances_.from_to(1, free);
    if (has_no_memory()) {
        model_.is_in_flight = is_cancelled_ = false;
        if (is_now) return machine_.not_read();
        if (where == target::discard) model_.fail_by_read(net::error::no_memory);
        else model_.refuse(net::error::no_memory);
        return machine_.no_memory();
    }
    need(machine_.may_read() == model_.may_read(), "may_read");
    error_code ec;
    std::vector<std::size_t> bytes;
    if (model_.may_read()) {
        if (!is_now) return machine_.read_started(room_);
        bytes = model_.peer.read(room_, ec);
        if (!ec || !detail::is_transient(ec)) return end_read(bytes, ec);
    }
    model_.is_in_flight = is_cancelled_ = false;
    machine_.not_read();
}

inline void receive_world::check_end() {
    model_.check_step();
    need(std::exchange(model_.is_end_to_check, false), "an end that was read is checked once");
    const detail::end_facts facts = model_.peer.facts();
    if (facts.peer_gone && facts.write_in_flight) model_.awaits_write = model_.is_write_to_interrupt = true;
    else if (is_reset(facts)) model_.fail_by_read(net::error::connection_reset);
    else model_.has_ended = model_.is_end_to_tell = true;
    machine_.end_checked(facts);
}

inline void receive_world::complete() {
    need(model_.is_pending && !model_.is_in_flight, "a pending receive ends, and no read goes on");
    const error_code expected = model_.outcome();
    if (trace_ != nullptr) {
        note("with");
        note(receive_word(machine_.result()));
        note("expected");
        note(receive_word(expected));
    }
    need(machine_.result() == expected, "a receive ends with what was decided first");
    need(machine_.received() == model_.received, "it has received so much");
    const bool is_by_end = !model_.is_closed && !model_.is_satisfied && !model_.refusal && !model_.overflow &&
                           !model_.failure && model_.has_ended;
    if (is_by_end) model_.is_end_reported = true;
    if (!model_.is_closed && !model_.is_satisfied) model_.refusal = {};
    model_.is_pending = model_.is_satisfied = model_.is_unexamined = false;
    model_.is_end_to_tell = true;
    if (!expected) ++model_.successes;
    ++model_.ended;
}

/// All comes to an end: a stopped receive as soon as its read has come back.
inline void receive_world::finish() {
    if (chances_.once_in(2)) close();
    else stop(net::error::operation_aborted);
    if (model_.is_in_flight && (model_.is_pending || model_.is_closed)) {
        end_read_in_flight({}, net::error::operation_aborted);
    }
    need(!model_.is_pending, "a stopped receive ends");
    model_.check(machine_);
}

}  // namespace uplink::tests
