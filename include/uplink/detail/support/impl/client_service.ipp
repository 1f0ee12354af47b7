// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of client_service.hpp.
#pragma once

#include <uplink/detail/support/client_service.hpp>
#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>

#include <memory>
#include <mutex>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL void client_registry::add(registered_client& client) noexcept {
    const std::lock_guard lock(mutex_);
    clients_.push_back(client);
}

UPLINK_DECL void client_registry::remove(registered_client& client) noexcept {
    const std::lock_guard lock(mutex_);
    if (client.is_linked()) clients_.erase(client);
}

UPLINK_DECL void client_registry::abandon_all() noexcept {
    for (;;) {
        std::shared_ptr<registered_client> client;
        {
            const std::lock_guard lock(mutex_);
            if (clients_.empty()) return;
            client = clients_.pop_front().keep_alive();
        }
        if (client) client->abandon();
    }
}

UPLINK_DECL client_service::client_service(net::execution_context& context)
    : service(context), registry_(std::make_shared<client_registry>()) {}

UPLINK_DECL void client_service::shutdown() noexcept { registry_->abandon_all(); }

}  // namespace uplink::detail
