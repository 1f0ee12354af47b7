// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Carries out the steps of a receive machine as the receiver does, against a model that keeps the bytes. The user's
// code, which runs where a state or a framing is called, may stop, fail or close the connection in the middle.
#pragma once

#include "machine/receive_machine_model.hpp"
#include "machine/receive_machine_words.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

class receive_world {
    using action = detail::receive_action;
    using target = detail::read_target;

public:
    explicit receive_world(std::uint64_t seed, std::string* trace = nullptr)
        : chances_(seed), model_(chances_), machine_(model_.reads_now, model_.most, model_.spins),
          trace_(trace) {}

    /// A whole sequence. Returns how many events it had; throws what rule was broken.
    std::size_t play() {
        const std::size_t count = chances_.from_to(5, 80);
        for (std::size_t i = 0; i != count; ++i) {
            event();
            if (model_.is_closed && chances_.once_in(4)) break;
        }
        finish();
        return events_;
    }

private:
    static void need(bool is_right, const char* rule) { receive_model::need(is_right, rule); }
    void note(std::string_view what) {
        if (trace_ != nullptr) trace_->append(is_running_ ? " " : "\n").append(what);
    }

    // --- Events ---

    void event() {
        switch (chances_.below(16)) {
        case 0:
        case 1:
        case 2:
            note("arrive");
            model_.peer.arrive();
            break;
        case 3:
        case 4:
        case 5:
        case 6: end_read_in_flight(); break;
        case 7:
        case 8:
        case 9: start(); break;
        case 10: consume(); break;
        case 11: write(); break;
        case 12: probe(); break;
        case 13:
            if (model_.failure && !model_.is_pending && !model_.is_closed) {
                note("collect");
                machine_.collect(model_.state.size());
                run();
            }
            break;
        case 14:
            stop(chances_.once_in(2) ? error_code(errc::receive_timeout) : net::error::operation_aborted);
            break;
        case 15: rare_event(); break;
        }
        ++events_;
        model_.check(machine_);
    }
    void rare_event() {
        switch (chances_.below(6)) {
        case 0: fail(); break;
        case 1: close(); break;
        case 2:
        case 3: discard(); break;
        case 4:
        case 5: end_read_strangely(); break;
        }
    }
    /// In the middle of a step.
    void user_code() {
        if (!chances_.once_in(20)) return;
        ++events_;
        switch (chances_.below(7)) {
        case 0:
        case 1: stop(errc::receive_timeout); break;
        case 2: fail(); break;
        case 3: close(); break;
        case 4: probe(); break;
        case 5: discard(); break;
        case 6: start(); break;
        }
    }

    void start() {
        if (model_.is_pending || model_.is_closing || model_.is_closed) return;
        model_.kind = static_cast<receive_kind>(chances_.below(3));
        model_.wanted = chances_.below(model_.most + 2);
        model_.is_pending = model_.is_unexamined = true;
        model_.received = 0;
        model_.stop = {};
        model_.has_failed_since = model_.has_spun = model_.has_more = false;
        ++model_.started;
        const bool is_direct = model_.kind == receive_kind::direct;
        const detail::end_rule rule = is_direct ? detail::end_rule::eof
                                      : model_.kind == receive_kind::until_end
                                          ? detail::end_rule::success
                                          : detail::end_rule::eof_or_truncated;
        note("start " + std::to_string(static_cast<int>(model_.kind)) + " wants " +
             std::to_string(model_.wanted));
        machine_.start(is_direct, rule, model_.state.size());
        run();
    }
    void stop(const error_code& why) {
        note("stop");
        if (model_.is_pending && !model_.stop) model_.stop = why;
        interrupt_if(machine_.stop(why), model_.is_pending);
        run();
    }
    void fail() {
        if (is_failed_ || model_.is_closed) return;
        note("fail");
        is_failed_ = true;
        model_.fail(net::error::broken_pipe);
        interrupt_if(machine_.fail(net::error::broken_pipe), true);
        run();
        if (model_.is_closing) close();
    }
    void close() {
        note("close");
        model_.is_closed = true;
        interrupt_if(machine_.close(), true);
        stop(net::error::operation_aborted);
    }
    void discard() {
        if (model_.is_closed || model_.failure) return;
        note("discard");
        model_.is_closing = model_.is_end_to_tell = true;
        machine_.discard_until_end();
        run();
    }
    void consume() {
        if (model_.is_pending) return;
        note("consume");
        model_.take_out(chances_.below(model_.state.size() + 1));
    }
    void write() {
        if (!model_.peer.is_writing()) {
            if (!model_.failure && !model_.is_closed) model_.peer.start_write();
            return;
        }
        note("write settled");
        model_.peer.end_write();
        if (std::exchange(model_.awaits_write, false) && !model_.failure) model_.is_end_to_check = true;
        machine_.write_settled();
        run();
    }
    void probe() {
        if (model_.is_closed) return;
        note("probe");
        machine_.look_at_state(model_.state.size());
        need(machine_.must_peek() == model_.must_peek(), "must_peek");
        need(machine_.known_end() == model_.known_end(), "known_end");
        if (!model_.must_peek()) return;
        const error_code seen = model_.peer.peek();
        error_code known = seen == net::error::would_block ? error_code() : seen;
        if (seen == net::error::eof && is_reset(model_.peer.facts())) known = net::error::connection_reset;
        need(machine_.probed(seen, model_.peer.facts()) == known, "a probe says what the system shows");
        if (known && known != net::error::eof) model_.fail_by_read(known);
        run();
    }

    void interrupt_if(bool is_asked, bool can_be) {
        need(is_asked == (can_be && model_.is_in_flight), "a read in flight is interrupted");
        is_cancelled_ = is_cancelled_ || is_asked;
    }
    static bool is_reset(const detail::end_facts& facts) {
        return facts.peer_gone && !facts.write_in_flight && !facts.write_side_ended;
    }

    // --- Reads ---

    void end_read_in_flight() {
        if (!model_.is_in_flight) return;
        const bool is_outrun = chances_.once_in(2);
        if (model_.is_closed || (is_cancelled_ && !(is_outrun && model_.peer.has_something()))) {
            return end_read_in_flight({}, net::error::operation_aborted);
        }
        if (!model_.peer.has_something()) return;
        error_code ec;
        const std::vector<std::size_t> bytes = model_.peer.read(room_, ec);
        end_read_in_flight(bytes, ec);
    }
    /// By somebody who cancels on the stream itself, or for nothing.
    void end_read_strangely() {
        if (!model_.is_in_flight) return;
        const bool is_aborted = model_.is_closed || chances_.once_in(2);
        end_read_in_flight({}, is_aborted ? net::error::operation_aborted : net::error::would_block);
    }
    void end_read_in_flight(const std::vector<std::size_t>& bytes, const error_code& ec) {
        note("read comes back: " + std::to_string(bytes.size()));
        is_running_ = true;
        end_read(bytes, ec);
        is_running_ = false;
        run();
    }
    void end_read(const std::vector<std::size_t>& bytes, const error_code& ec) {
        const std::size_t n = bytes.size();
        const target where = machine_.target();
        if (n != 0) place(bytes, where);
        if (model_.is_in_flight) {
            model_.has_more = n == room_;
            model_.has_spun = false;
        }
        model_.is_in_flight = is_cancelled_ = false;
        model_.bytes += n;
        machine_.read_done(ec, n, model_.state.size());
        if (where == target::state) count(n);
        if (ec && !model_.is_closed) {
            if (ec == net::error::eof) model_.is_end_to_check = true;
            else if (ec == net::error::operation_aborted) {
                if (model_.is_pending && !model_.stop && !model_.failure) model_.stop = ec;
            } else if (!detail::is_transient(ec)) model_.fail_by_read(ec);
        }
    }
    void place(const std::vector<std::size_t>& bytes, target where) {
        if (where == target::state) return commit(bytes);
        if (where == target::overflow) {
            need(bytes.size() == 1 && !model_.overflow, "one byte is read aside");
            model_.overflow = bytes.front();
        } else if (where == target::caller) {
            need(model_.state.empty() && bytes.front() == model_.next_out,
                 "a direct read goes on where the last ended");
            model_.next_out += bytes.size();
            model_.is_satisfied = true;
        } else if (!model_.first_forgotten) {
            model_.first_forgotten = bytes.front();
        }
    }
    void commit(const std::vector<std::size_t>& bytes) {
        model_.state.insert(model_.state.end(), bytes.begin(), bytes.end());
        user_code();
        if (chances_.once_in(25)) refuse(errc::malformed_message);
    }
    void refuse(const error_code& ec) {
        note("refuse");
        model_.refuse(ec);
        machine_.refuse(ec);
    }
    void count(std::size_t n) {
        if (model_.is_pending) model_.received += n;
        if (n != 0) model_.is_unexamined = true;
    }
    /// The state may throw.
    bool has_no_memory() { return chances_.once_in(30); }

    // --- Steps; the rest is in receive_machine_steps.hpp ---

    void run();
    void do_step(action step);
    void refill();
    void examine();
    void collect();
    void read(action step);
    void check_end();
    void complete();
    void finish();

    receive_chances chances_;
    receive_model model_;
    detail::receive_machine machine_;
    std::string* trace_;
    std::size_t room_ = 0;  ///< of the present read
    std::size_t events_ = 0;
    bool is_failed_ = false;  ///< both sides of the connection have been told
    bool is_cancelled_ = false;
    bool is_running_ = false;
};

}  // namespace uplink::tests

#include "machine/receive_machine_steps.hpp"
