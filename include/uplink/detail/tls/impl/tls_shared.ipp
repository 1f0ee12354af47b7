// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of tls_shared.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/session_cache.hpp>
#include <uplink/detail/tls/session_facts.hpp>
#include <uplink/detail/tls/tls_configuration.hpp>
#include <uplink/detail/tls/tls_shared.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL tls_shared::tls_shared(tls_options&& options)
    : options_(std::make_shared<const tls_options>(std::move(options))),
      configuration_(std::make_shared<const tls_configuration>(options_)),
      sessions_(options_->session_cache) {}

UPLINK_DECL std::shared_ptr<const tls_configuration> tls_shared::reload() {
    const std::lock_guard<std::mutex> one_at_a_time(reload_mutex_);
    auto fresh = std::make_shared<const tls_configuration>(options_);
    if (fresh->status()) return fresh;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (fresh->roots() != configuration_->roots()) sessions_.clear();
    configuration_ = fresh;
    return fresh;
}

UPLINK_DECL void tls_shared::keep(std::string_view peer, resumable_session kept) {
    const bool is_ticket = SSL_SESSION_get_protocol_version(kept.session.get()) >= TLS1_3_VERSION;
    const std::chrono::seconds lifetime = lifetime_of(kept.session.get());
    if (lifetime <= lifetime.zero()) return;
    const auto expiry =
        (std::min)(std::chrono::steady_clock::now() + lifetime, kept.verified + longest_resumption);
    const std::lock_guard<std::mutex> lock(mutex_);
    sessions_.keep(peer, std::move(kept), is_ticket ? session_use::once : session_use::again, expiry);
}

UPLINK_DECL std::optional<resumable_session> tls_shared::take(std::string_view peer) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard<std::mutex> lock(mutex_);
    return sessions_.take(peer, now);
}

UPLINK_DECL void tls_shared::drop(std::string_view peer) noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    sessions_.drop(peer);
}

}  // namespace uplink::detail
