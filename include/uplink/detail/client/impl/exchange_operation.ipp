// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of exchange_operation.hpp.
#pragma once

#include <uplink/detail/client/exchange_operation.hpp>
#include <uplink/detail/support/separate_compilation.hpp>

#include <cstddef>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

template <class Core, class Request> UPLINK_DECL void exchange_operation<Core, Request>::start_parts() {
    const bool sends = request_part_.size != 0;
    parts_ = (sends ? 1 : 0) + (half_closes_ ? 1 : 0);
    auto& queue = this->core->current()->sends();
    if (sends) queue.start(request_part_);
    if (half_closes_) queue.start(half_close_part_);
}

template <class Core, class Request>
UPLINK_DECL void exchange_operation<Core, Request>::end_early(stop_reason reason) {
    is_stopped_ = true;
    if (!receive_ended_) this->core->connections().stop_receive(*this, reason);
    stop_parts(reason);  // now: waiting bytes must not be sent while the read comes back
}

template <class Core, class Request> UPLINK_DECL void exchange_operation<Core, Request>::on_result() {
    receive_ended_ = true;
    // Either the part's error has stopped the receive, or an end of stream was read while a stop was
    // pending.
    if (part_error_ && (!this->error || this->error == net::error::operation_aborted))
        this->error = part_error_;
    if (parts_ == 0) return finish();
    if (this->error) stop_parts(stop_reason::cancel);
}

template <class Core, class Request>
UPLINK_DECL void exchange_operation<Core, Request>::on_deadline(total_limit) {
    if (!is_stopped_) timed_out_sending_ = request_part_.left() != 0;
    end_early(stop_reason::limit);
}

template <class Core, class Request>
UPLINK_DECL void exchange_operation<Core, Request>::on_deadline(idle_limit) {
    // As for any send, no pause counts while the request waits behind earlier sends.
    if (request_part_.is_linked() && !request_part_.begun) return restart_idle();
    on_deadline(total_limit{});
}

template <class Core, class Request>
UPLINK_DECL void exchange_operation<Core, Request>::stop_parts(stop_reason reason) {
    // Before the request is removed: the sender would make a half-close that has become the first of the
    // queue.
    if (half_close_part_.is_linked()) half_close_part_.stop.ask(reason);
    this->core->connections().stop_send(request_part_, reason, false);
    this->core->connections().stop_send(half_close_part_, reason, false);
}

template <class Core, class Request>
UPLINK_DECL void exchange_operation<Core, Request>::part_ended(send_item& ended) {
    --parts_;
    // No half-close without its request: the peer would take the end of stream for the end of the
    // request.
    if (ended.error && half_close_part_.is_linked()) half_close_part_.stop.ask(stop_reason::cancel);
    if (!part_error_) part_error_ = ended.error;
    if (receive_ended_) {
        if (!this->error) this->error = part_error_;
        if (parts_ == 0) finish();
        return;
    }
    // The receive is notified of errors of the connection by itself, and of no other error.
    if (part_error_ && !this->core->connections().is_lost())
        this->core->connections().stop_receive(*this, stop_reason::cancel);
}

template <class Core, class Request> UPLINK_DECL void exchange_operation<Core, Request>::finish() {
    this->remove_limits();
    this->core->deliver(*this);
}

template <class Core, class Request>
UPLINK_DECL void exchange_operation<Core, Request>::restart_idle() noexcept {
    if (!is_ending()) this->core->restart_idle(this->idle);
}

}  // namespace uplink::detail
