// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the random test asks of the send machine at each step, and whenever it waits for the next event.
#pragma once

#include "machine/send_machine_model.hpp"

#include <uplink/detail/machine/send_machine.hpp>

namespace uplink::tests {

inline void check_write(const send_model& model, bool is_now) {
    const bool is_free = !model.is_flying && !model.is_deferred && !model.failure && !model.is_interrupted &&
                         !model.side_ended && !model.queue.empty();
    must(is_free, "one write goes on at a time, and none after the end");
    const modelled_send& front = *model.queue.front();
    must(front.left_bytes() != 0 && !front.is_complete() && !front.is_stopped(),
         "what has ended is not written");
    must(model.drains == 0 || !model.are_drains_due(), "drains that are due come before the next write");
    const bool is_tried_first = model.writes_now && !model.has_tried && !model.is_blocked;
    must(is_now == is_tried_first, "a write is first tried without waiting, once");
}

inline void check_shut_down(const send_model& model) {
    must(!model.is_flying && !model.is_deferred && !model.failure && !model.is_closed && !model.side_ended,
         "the write side ends once, and not after the end of everything");
    if (model.queue.empty())
        return must(model.is_closing, "without a half-close only async_close ends the write side");
    const modelled_send& front = *model.queue.front();
    must(front.kind == detail::send_kind::half_close,
         "the write side ends when all before the half-close has left");
    must(!front.is_stopped() && !model.is_interrupted, "a half-close that has ended is not made");
}

inline void check_finish_closing(const send_model& model) {
    must(model.is_closing && model.side_ended && !model.failure && !model.is_closed, "async_close goes on");
    must(model.queue.empty() && model.drains == 0 && !model.is_flying, "async_close has sent all");
}

inline void check_questions(const send_model& model, detail::send_machine& machine) {
    must(machine.queued_bytes() == model.queued(), "queued_bytes is exact");
    must(machine.bytes_sent() == model.wire, "bytes_sent is exact");
    must(machine.sends_completed() == model.successes, "sends_completed is exact");
    must(machine.is_write_in_flight() == model.is_flying, "is_write_in_flight");
    must(machine.is_deferred() == model.is_deferred, "is_deferred");
    must(machine.is_interrupted() == model.is_interrupted, "is_interrupted");
    must(machine.failure() == model.failure, "failure");
    must(machine.write_side_ended() == model.side_ended, "write_side_ended");
    must(machine.has_one_send() == (model.queue.size() == 1), "has_one_send");
    must(machine.is_idle() == (model.queue.empty() && !model.is_flying && model.drains == 0), "is_idle");
    must(machine.is_ending() == model.is_ending(), "is_ending");
}

/// next() has said `wait`.
inline void check_waiting(send_model& model, detail::send_machine& machine) {
    if (model.queue.empty() && !model.is_flying) {
        const bool goes_on = model.is_closing && !model.failure && !model.is_closed;
        must(!goes_on, "async_close goes on with an empty queue");
        model.is_closing = model.has_tried = model.all_end = false;
    }
    check_questions(model, machine);
    for (const modelled_send* each : model.queue) {
        must(each->sent == each->gone && (each->piece == 0 || each->skipped == each->gone),
             "bytes are exact");
        must(each->progress == each->progress_due, "a send is told of each progress once");
        must(each->begun == each->has_begun, "a send knows whether a write has begun with it");
        const bool is_held = model.is_flying && (each->is_in_write || !each->is_alone);
        must(is_held || !each->is_stopped(), "a stopped send ends at once if no write has it");
    }
    must(model.drains == 0 || !model.are_drains_due(), "drains that are due end");
    if (model.is_flying) return;
    must(model.is_deferred || model.queue.empty(), "what can be written does not wait");
    must(!model.must_report, "a failure is reported");
    must(!model.is_deferred || !model.queue.empty(), "only sends are deferred");
}

}  // namespace uplink::tests
