// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The words in which the tests of the receive machine write errors, steps and targets.
#pragma once

#include <uplink/detail/machine/receive_machine.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <string_view>

namespace uplink::tests {

inline std::string_view receive_word(const error_code& ec) {
    if (!ec) return "success";
    if (ec == net::error::operation_aborted) return "cancelled";
    if (ec == errc::receive_timeout) return "timeout";
    if (ec == net::error::connection_reset) return "reset";
    if (ec == net::error::broken_pipe) return "broken_pipe";
    if (ec == net::error::eof) return "eof";
    if (ec == net::error::no_memory) return "no_memory";
    if (ec == errc::truncated) return "truncated";
    if (ec == errc::receive_limit) return "receive_limit";
    if (ec == errc::malformed_message) return "refused";
    return "unexpected error";
}
inline std::string_view receive_word(detail::receive_action step) {
    using detail::receive_action;
    switch (step) {
    case receive_action::wait: return "wait";
    case receive_action::refill: return "refill";
    case receive_action::examine: return "examine";
    case receive_action::collect: return "collect";
    case receive_action::read_now: return "read_now";
    case receive_action::spin: return "spin";
    case receive_action::read: return "read";
    case receive_action::check_end: return "check_end";
    case receive_action::interrupt_write: return "interrupt_write";
    case receive_action::complete: return "complete";
    case receive_action::fail: return "fail";
    case receive_action::peer_ended: return "peer_ended";
    }
    return "unexpected action";
}
inline std::string_view receive_word(detail::read_target where) {
    using detail::read_target;
    switch (where) {
    case read_target::none: return "none";
    case read_target::state: return "state";
    case read_target::caller: return "caller";
    case read_target::overflow: return "overflow";
    case read_target::discard: return "discard";
    }
    return "unexpected target";
}

}  // namespace uplink::tests
