// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Drives a send_machine by hand, as the sender does, and writes down each step as text:
//
//     interrupts            the event asked for the cancellation of the write in flight
//     write_now 10a+5b>7    a write that does not wait, of ten bytes of send a and five of b; the system took 7
//     write 10a             an asynchronous write has been started
//     not_started           it could not be started
//     a ok 10, b eof 3      a send has ended: its error, and how many of its bytes have left
//     drains ok             every async_drain has ended
//     shut_down ok          the write side of the socket has been ended
//     fail eof              the connection is to fail
//     finish_closing        async_close has sent all
#pragma once

#include <uplink/detail/machine/gathered_write.hpp>
#include <uplink/detail/machine/send_item.hpp>
#include <uplink/detail/machine/send_machine.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

inline std::string error_name(const error_code& ec) {
    if (!ec) return "ok";
    if (ec == net::error::operation_aborted) return "operation_aborted";
    if (ec == net::error::connection_reset) return "connection_reset";
    if (ec == net::error::broken_pipe) return "broken_pipe";
    if (ec == net::error::not_connected) return "not_connected";
    if (ec == net::error::no_memory) return "no_memory";
    if (ec == errc::send_timeout) return "send_timeout";
    if (ec == errc::send_interrupted) return "send_interrupted";
    return ec.message();
}

struct letters {
    std::string bytes;
};

/// A send whose bytes are all its own letter.
class lettered_send final : letters, public detail::send_item {
public:
    lettered_send(char its_letter, detail::send_kind its_kind, std::size_t its_size)
        : letters{std::string(its_size, its_letter)}, send_item(its_kind, its_size, bytes.data()),
          letter(its_letter) {}
    ~lettered_send() = default;

    std::size_t gather(net::const_buffer*, std::size_t) override { throw std::logic_error("is contiguous"); }
    void skip(std::size_t) override { throw std::logic_error("is contiguous"); }
    void progressed() noexcept override { ++progress; }
    void on_result() override { ++results; }
    void abandon_item() noexcept override {}

    const char letter;
    int progress = 0;
    int results = 0;
};

class send_rig {
public:
    static constexpr std::size_t all = static_cast<std::size_t>(-1);
    static constexpr std::size_t low_water = 4;

    explicit send_rig(bool can_write_now = true) : machine(can_write_now), writes_now(can_write_now) {}

    detail::send_machine machine;
    const bool writes_now;
    std::size_t takes_now = all;  ///< bytes of the next writes that do not wait
    error_code now_error{};       ///< of those
    bool can_start_writes = true;
    error_code shut_down_error{};
    std::size_t most = detail::write_limit_policy::exclusive;  ///< bytes of one write

    bool is_closed = false;
    bool is_closing = false;  ///< async_close has begun
    std::size_t drains = 0;
    std::vector<lettered_send*> queue{};  ///< that have not ended, in the order started

    // --- Events. Each carries out the steps that follow it. ---

    lettered_send& send(char letter, std::size_t size, bool completions_wait = false,
                        detail::send_kind kind = detail::send_kind::bytes) {
        sends_.push_back(std::make_unique<lettered_send>(letter, kind, size));
        queue.push_back(sends_.back().get());
        machine.add(*queue.back(), completions_wait);
        lettered_send& started = *queue.back();
        run();
        return started;
    }
    lettered_send& write_some(char letter, std::size_t size) {
        return send(letter, size, false, detail::send_kind::some);
    }
    lettered_send& half_close(char letter, bool completions_wait = false) {
        return send(letter, 0, completions_wait, detail::send_kind::half_close);
    }
    void resume_deferred() { machine.resume_deferred(), run(); }
    void drain(std::size_t mark = low_water) {
        ++drains;
        machine.add_drain(mark);
        run();
    }
    void end_drain() {
        --drains;
        machine.remove_drains(1);
        run();
    }
    void stop(detail::send_item& send, detail::stop_reason reason = detail::stop_reason::cancel) {
        ask(machine.stop(send, reason, false));
    }
    void stop_if_untouched(detail::send_item& send) {
        ask(machine.stop(send, detail::stop_reason::cancel, true));
    }
    void stop_all(detail::stop_reason reason = detail::stop_reason::cancel) { ask(machine.stop_all(reason)); }
    void fail(const error_code& ec) { ask(machine.fail(ec)); }
    /// As the connection does it: the socket is closed, then everything is stopped.
    void close() {
        is_closed = true;
        machine.close();
        machine.remove_drains(std::exchange(drains, 0));
        stop_all();
    }
    void close_when_empty() {
        is_closing = true;
        machine.close_when_empty();
        run();
    }
    /// The write in flight comes back.
    void written(std::size_t n = all, const error_code& ec = {}) {
        machine.commit_write(ec, (std::min)(n, gathered_.size()));
        run();
    }

    // --- What has happened ---

    /// The steps since the last call; none: only `wait`.
    std::string steps() {
        std::string text = std::exchange(steps_, {});
        return text.empty() ? "wait" : text;
    }
    /// In which state the machine is now.
    std::string state() const {
        std::string text = std::to_string(machine.queued_bytes()) + " queued";
        if (machine.is_idle()) text += ", idle";
        if (machine.is_write_in_flight()) text += ", in flight";
        if (machine.is_deferred()) text += ", deferred";
        if (machine.write_side_ended()) text += ", ended";
        else if (machine.is_ending()) text += ", ending";
        if (machine.is_interrupted()) text += ", interrupted";
        if (machine.failure()) text += ", failed";
        return text;
    }
    void run() {
        for (int count = 0;; ++count) {
            if (count == 1000) throw std::logic_error("the machine does not come to wait");
            const detail::send_step step = machine.next();
            if (step.action == detail::send_action::wait) return;
            carry_out(step);
        }
    }
    void note(const std::string& step) { steps_ += (steps_.empty() ? "" : "; ") + step; }

private:
    void ask(bool interrupts) {
        if (interrupts) note("interrupts");
        run();
    }

    void carry_out(const detail::send_step& step) {
        switch (step.action) {
        case detail::send_action::wait: return;
        case detail::send_action::complete: return complete(static_cast<lettered_send&>(*step.item));
        case detail::send_action::complete_drains:
            drains = 0;
            return note("drains " + error_name(machine.failure()));
        case detail::send_action::write_now: return write_now();
        case detail::send_action::write: return write();
        case detail::send_action::shut_down:
            note("shut_down " + error_name(shut_down_error));
            return machine.shut_down_done(shut_down_error);
        case detail::send_action::fail:
            note("fail " + error_name(machine.failure()));
            if (machine.fail(machine.failure())) note("interrupts");
            return;
        case detail::send_action::finish_closing: return note("finish_closing");
        }
    }

    void complete(lettered_send& send) {
        const auto place = std::find(queue.begin(), queue.end(), &send);
        if (place == queue.end()) throw std::logic_error("a send has ended twice");
        queue.erase(place);
        send.on_result();
        note(send.letter + (" " + error_name(send.error)) + " " + std::to_string(send.sent));
    }
    void write_now() {
        machine.prepare_write(gathered_, most, !machine.has_one_send());
        const std::size_t n = (std::min)(takes_now, gathered_.size());
        note("write_now " + gathered() + ">" + std::to_string(n) +
             (now_error ? " " + error_name(now_error) : ""));
        machine.commit_write(now_error, n);
    }
    void write() {
        machine.prepare_write(gathered_, most);
        note("write " + gathered());
        if (can_start_writes) return;
        note("not_started");
        machine.write_not_started();
    }

    /// The bytes of the prepared write, as runs of letters.
    std::string gathered() const {
        std::string bytes, text;
        for (const net::const_buffer& each : gathered_.buffers())
            bytes.append(static_cast<const char*>(each.data()), each.size());
        for (std::size_t at = 0; at != bytes.size();) {
            const std::size_t end = (std::min)(bytes.find_first_not_of(bytes[at], at), bytes.size());
            text += (at == 0 ? "" : "+") + std::to_string(end - at) + bytes[at];
            at = end;
        }
        return text;
    }

    std::vector<std::unique_ptr<lettered_send>> sends_{};
    detail::gathered_write gathered_{};
    std::string steps_{};
};

}  // namespace uplink::tests
