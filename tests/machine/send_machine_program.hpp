// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One random sequence of events for the send machine, with a transport that takes random parts, fails and aborts. Each
// event, each step and each answer to a question is held against the model.
#pragma once

#include "machine/send_machine_checks.hpp"
#include "machine/send_machine_model.hpp"

#include <uplink/detail/machine/gathered_write.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

namespace uplink::tests {

class send_program {
public:
    send_program(std::uint64_t seed, std::ostream* log = nullptr)
        : random_(seed), log_(log), model_{!one_in(4), below(60)}, machine_(model_.writes_now) {
        most_ = one_in(3) ? 1 + below(200) : detail::write_limit_policy::exclusive;
        copies_ = !one_in(4);
    }

    std::size_t events() const noexcept { return events_; }

    void play() {
        for (std::size_t left = 4 + below(90); left != 0; --left) {
            happen();
            // Little can happen after the end of everything.
            if (model_.failure || model_.is_interrupted || model_.is_closed)
                left = (std::min)(left, below(8) + 1);
        }
        const auto way = below(3);
        note("end", way);
        if (way == 0) return take_all();
        if (way == 1 && !model_.is_closed) close();
        while (model_.is_flying || model_.is_deferred) model_.is_flying ? come_back(true) : resume();
        must(model_.queue.empty(), "everything ends when the transport takes everything");
        must(model_.drains == 0 && machine_.is_idle(), "an empty queue is idle");
        for (const modelled_send& each : sends_) must(each.results == 1, "each send ends exactly once");
    }

private:
    // --- Events ---

    void happen() {
        ++events_;
        const auto dice = below(200);
        if (model_.is_flying && dice < 70) return come_back(false);
        if (model_.is_deferred && dice < 90) return resume();
        if (dice < 140) return add();
        if (dice < 170) return stop();
        if (dice < 182) return drain();
        if (dice < 188) return end_drain();
        if (dice < 192) return stop_all();
        if (dice < 194) return fail();
        if (dice < 197) return close_when_empty();
        if (dice < 198) return close();
    }

    void add() {
        if (model_.is_closed || model_.is_closing) return;
        auto kind = one_in(12)  ? detail::send_kind::half_close
                    : one_in(6) ? detail::send_kind::some
                                : detail::send_kind::bytes;
        if (model_.is_ending()) kind = detail::send_kind::half_close;
        if (kind == detail::send_kind::half_close && !one_in(4)) return;
        const std::size_t size = kind == detail::send_kind::half_close ? 0
                                 : one_in(20)                          ? below(3000)
                                 : one_in(8)                           ? 0
                                                                       : below(40);
        const std::size_t piece = one_in(3) ? 1 + below(30) : 0;
        sends_.emplace_back(sends_.size(), kind, bytes(size), piece);
        modelled_send& send = sends_.back();
        const bool completions_wait = one_in(2);
        note("add", send.number, size, completions_wait);
        check_room(send);
        model_.queue.push_back(&send);
        model_.is_deferred = model_.writes_now && completions_wait;
        machine_.add(send, completions_wait);
        run();
    }
    void check_room(const modelled_send& send) {
        const std::size_t limit = one_in(2) ? below(100) : model_.waiting_behind_first() + send.size;
        const bool has_room = model_.queue.empty() || send.kind != detail::send_kind::bytes ||
                              model_.waiting_behind_first() + send.size <= limit;
        must(machine_.has_room_for(send, limit) == has_room,
             "the limit is for what waits and is in no write");
    }
    void resume() {
        note("resume");
        model_.is_deferred = false;
        machine_.resume_deferred();
        run();
    }
    void stop() {
        if (model_.is_closed || sends_.empty()) return;
        const bool is_any = model_.queue.empty() || one_in(8);
        stop(is_any ? sends_[below(sends_.size())] : *model_.queue[below(model_.queue.size())]);
        run();
    }
    void stop(modelled_send& send) {
        const bool is_total = one_in(2);
        const auto why = one_in(2) ? detail::stop_reason::limit : detail::stop_reason::cancel;
        note("stop", send.number, is_total, static_cast<std::size_t>(why));
        const bool does_nothing = send.results != 0 || (is_total && send.gone != 0);
        if (!does_nothing) {
            is_total ? send.ask_total() : send.ask(why);
            send.is_alone = true;
            model_.is_deferred = false;
        }
        const bool interrupts = !does_nothing && model_.is_flying && send.is_in_write;
        must(machine_.stop(send, why, is_total) == interrupts,
             "a stop cancels the write only if the send is in it");
    }
    void stop_all() {
        note("stop_all");
        for (modelled_send* each : model_.queue) each->ask(detail::stop_reason::cancel);
        model_.is_deferred = false;
        model_.all_end = true;
        must(machine_.stop_all(detail::stop_reason::cancel) == model_.is_flying,
             "stop_all cancels the write");
        run();
    }
    void fail() {
        if (model_.failure || model_.is_closed) return;
        note("fail");
        model_.failure = net::error::broken_pipe;
        model_.is_deferred = false;
        must(machine_.fail(model_.failure) == model_.is_flying, "a failure cancels the write");
        run();
    }
    void close() {
        if (model_.is_closed) return;
        note("close");
        model_.is_closed = true;
        machine_.close();
        machine_.remove_drains(model_.drains);
        model_.drains = 0;
        stop_all();
    }
    void close_when_empty() {
        if (model_.is_closed || model_.is_closing || has_closed_ || model_.failure) return;
        note("close_when_empty");
        model_.is_closing = has_closed_ = true;
        model_.is_deferred = false;
        machine_.close_when_empty();
        run();
    }
    void drain() {
        if (model_.is_closed || model_.failure) return;
        note("drain");
        ++model_.drains;
        machine_.add_drain(model_.low_water);
        run();
    }
    void end_drain() {
        if (model_.drains == 0) return;
        note("end_drain");
        --model_.drains;
        machine_.remove_drains(1);
        run();
    }
    /// The write in flight comes back. What the read side does then, before the next step, may stop or fail something.
    void come_back(bool is_whole) {
        commit(is_whole);
        if (!model_.failure && !model_.is_closed && one_in(6)) {
            if (one_in(6)) return fail();
            if (modelled_send* const other = unfinished(); other != nullptr) stop(*other);
        }
        run();
    }
    modelled_send* unfinished() {
        if (model_.queue.empty()) return nullptr;
        modelled_send* const send = model_.queue[below(model_.queue.size())];
        return send->is_complete() || send->is_stopped() ? nullptr : send;
    }
    void take_all() {
        std::size_t count = 0;
        for (; detail::send_item* const each = machine_.take(); ++count) each->on_result();
        must(count == model_.queue.size(), "take() gives out what waits");
        for (const modelled_send& each : sends_)
            must(each.results == 1, "each send ends once or is taken once");
    }

    // --- Steps ---

    void run() {
        for (std::size_t count = 0;; ++count) {
            must(count < 1000, "next() comes to wait");
            const detail::send_step step = machine_.next();
            must((step.item != nullptr) == (step.action == detail::send_action::complete),
                 "only a send ends");
            switch (step.action) {
            case detail::send_action::wait: return check_waiting(model_, machine_);
            case detail::send_action::complete: complete(static_cast<modelled_send&>(*step.item)); break;
            case detail::send_action::complete_drains: complete_drains(); break;
            case detail::send_action::write_now: write(true); break;
            case detail::send_action::write: write(false); break;
            case detail::send_action::shut_down: shut_down(); break;
            case detail::send_action::fail: report_failure(); break;
            case detail::send_action::finish_closing: finish_closing(); break;
            }
        }
    }
    void complete(modelled_send& send) {
        note("  complete", send.number, send.sent);
        model_.complete(send);
        send.on_result();
        // An exchange stops its second part when the first has ended. Not here what ends together with others already:
        // see send_machine_order_test.cpp.
        const bool all_end = model_.all_end || model_.failure || model_.is_interrupted || model_.is_closed;
        const auto is_stopped = [](const modelled_send* each) { return each->is_stopped(); };
        if (all_end || std::any_of(model_.queue.begin(), model_.queue.end(), is_stopped) || !one_in(8))
            return;
        if (modelled_send* const other = unfinished(); other != nullptr) stop(*other), run();
    }
    void complete_drains() {
        note("  drains");
        must(model_.drains != 0 && model_.are_drains_due(), "drains end when they are due");
        model_.drains = 0;
    }
    void write(bool is_now) {
        check_write(model_, is_now);
        model_.has_tried = is_now;
        if (!is_now && one_in(800)) return not_started();  // there was no memory for its state
        machine_.prepare_write(gathered_, most_, copies_);
        size_ = model_.prepare(gathered_.buffers(), most_);
        note(is_now ? "  write_now" : "  write", size_);
        if (is_now) return commit(false);
        for (modelled_send* each : model_.queue) {
            if (each->is_in_write) model_.begin(*each);
        }
        model_.is_flying = true;
        if (one_in(800)) not_started();
    }
    void not_started() {
        for (modelled_send* each : model_.queue) each->is_in_write = false;
        model_.is_flying = false;
        model_.fail_by_write(net::error::no_memory);
        machine_.write_not_started();
    }
    void commit(bool is_whole) {
        const std::size_t n = is_whole || one_in(3) ? size_ : one_in(3) ? 0 : below(size_ + 1);
        const error_code ec = is_whole ? error_code() : write_error();
        note("  written", n, static_cast<std::size_t>(ec.value()));
        model_.commit(ec, n, size_, most_);
        machine_.commit_write(ec, n);
    }
    error_code write_error() {
        const auto dice = below(200);
        if (dice < 12) return net::error::operation_aborted;
        if (dice < 30) return net::error::would_block;
        return dice < 32 ? error_code(net::error::connection_reset) : error_code();
    }
    void shut_down() {
        const bool is_empty = model_.queue.empty();
        check_shut_down(model_);
        const error_code ec = one_in(8) ? error_code(net::error::not_connected) : error_code();
        note("  shut_down", static_cast<std::size_t>(ec.value()));
        model_.side_ended = true;
        const error_code reset = ec ? error_code(net::error::connection_reset) : ec;
        if (!is_empty) model_.queue.front()->shut_down_error = reset;
        if (ec) model_.fail_by_write(reset);
        machine_.shut_down_done(ec);
    }
    void report_failure() {
        note("  fail");
        must(model_.must_report && machine_.failure() == model_.failure, "a failure is reported once");
        model_.must_report = false;
        must(!machine_.fail(model_.failure), "there is no write then");
    }
    void finish_closing() {
        note("  finish_closing");
        check_finish_closing(model_);
        model_.is_closing = false;
    }

    // --- Chance ---

    std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }
    bool one_in(std::size_t n) { return below(n) == 0; }
    std::string_view bytes(std::size_t n) {
        return std::string_view(random_text()).substr(below(random_text().size() - n), n);
    }
    template <class... Numbers> void note(const char* what, Numbers... numbers) {
        if (log_ == nullptr) return;
        *log_ << what;
        ((*log_ << ' ' << numbers), ...);
        *log_ << '\n';
    }

    std::mt19937_64 random_;
    std::ostream* const log_;
    send_model model_;
    detail::send_machine machine_;
    std::deque<modelled_send> sends_{};
    detail::gathered_write gathered_{};
    std::size_t most_ = 0;  ///< bytes of one write
    bool copies_ = true;
    bool has_closed_ = false;
    std::size_t size_ = 0;  ///< of the write that is prepared, in bytes
    std::size_t events_ = 0;
};

}  // namespace uplink::tests
