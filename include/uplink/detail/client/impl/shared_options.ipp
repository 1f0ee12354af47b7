// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of shared_options.hpp.
#pragma once

#include <uplink/detail/client/shared_options.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/options.hpp>

#include <memory>
#include <utility>
#include <variant>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL const client_options& default_options() {
    static const client_options options;
    return options;
}

// Each comparison decomposes its structure, so that adding an option without comparing it fails to compile.

UPLINK_DECL bool is_same(const connect_options& left, const connect_options& right) {
    const auto& [timeout, attempt_delay, resolution_delay, first_family_count, max_parallel, family,
                 addresses, port, network_interface, families_apart, resolver] = left;
    return timeout == right.timeout && attempt_delay == right.attempt_delay &&
           resolution_delay == right.resolution_delay && first_family_count == right.first_family_count &&
           max_parallel == right.max_parallel_attempts && family == right.family &&
           addresses == right.local_addresses && port == right.local_port &&
           network_interface == right.network_interface && families_apart == right.families_apart &&
           resolver == right.resolver;
}

UPLINK_DECL bool is_same(const keep_alive_options& left, const keep_alive_options& right) {
    const auto& [idle, interval, count] = left;
    return idle == right.idle && interval == right.interval && count == right.count;
}

UPLINK_DECL bool is_same(const socket_options& left, const socket_options& right) {
    const auto& [no_delay, keep_alive, user_timeout, dead_after, send_buffer, receive_buffer, dscp,
                 reset_on_close, before_connect] = left;
    return no_delay == right.no_delay && keep_alive.has_value() == right.keep_alive.has_value() &&
           (!keep_alive || is_same(*keep_alive, *right.keep_alive)) && user_timeout == right.user_timeout &&
           dead_after == right.dead_after && send_buffer == right.send_buffer &&
           receive_buffer == right.receive_buffer && dscp == right.dscp &&
           reset_on_close == right.reset_on_close && !before_connect && !right.before_connect;
}

UPLINK_DECL bool is_same(const send_queue_options& left, const send_queue_options& right) {
    const auto& [limit, low_water] = left;
    return limit == right.limit && low_water == right.low_water;
}

UPLINK_DECL bool is_same(const client_options& left, const client_options& right) {
    const auto& [connect, socket, idle_timeout, close_timeout, max_receive, send_queue, receive_spin, proxy,
                 observer] = left;
    return is_same(connect, right.connect) && is_same(socket, right.socket) &&
           idle_timeout == right.idle_timeout && close_timeout == right.close_timeout &&
           max_receive == right.max_receive && is_same(send_queue, right.send_queue) &&
           receive_spin == right.receive_spin && std::holds_alternative<no_proxy>(proxy) &&
           std::holds_alternative<no_proxy>(right.proxy) && observer == right.observer;
}

UPLINK_DECL shared_options::shared_options(client_options&& options) {
    if (!is_same(options, default_options())) {
        own_ = std::make_unique<const client_options>(std::move(options));
    }
    options_ = own_ ? own_.get() : &default_options();
}

UPLINK_DECL bool shared_options::is_default() const noexcept { return !own_; }

}  // namespace uplink::detail
