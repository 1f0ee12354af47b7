// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client whose state notes on which thread it is destroyed, and the reconnecting client over it: their inside is
// compiled once, in watched_client.cpp. See instantiations.hpp.
#pragma once

#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/reconnecting_client.hpp>

#include "support/reconnect_instantiations.hpp"

#include <thread>
#include <utility>

namespace uplink::tests {

/// Notes on which thread the one of them that is moved to last is destroyed.
class watched_bytes : public received_bytes {
public:
    explicit watched_bytes(std::thread::id& destroyed_on) noexcept : destroyed_on_(&destroyed_on) {}
    watched_bytes(watched_bytes&& other) noexcept
        : received_bytes(std::move(other)), destroyed_on_(std::exchange(other.destroyed_on_, nullptr)) {}
    watched_bytes& operator=(watched_bytes&&) = delete;
    ~watched_bytes() {
        if (destroyed_on_ != nullptr) *destroyed_on_ = std::this_thread::get_id();
    }

private:
    std::thread::id* destroyed_on_;
};
using watched_client = async_client<net::ip::tcp::socket, watched_bytes>;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

using watched_core = client_core<net::ip::tcp::socket, tests::watched_bytes>;
using watched_reconnect_core = reconnect_core<tests::watched_client>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, watched_core);
UPLINK_TESTS_RECONNECTING_INSIDE(extern, watched_reconnect_core);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

extern template class reconnecting_client<tests::watched_client>;

}  // namespace uplink
