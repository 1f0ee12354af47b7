// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What all copies of a tls_context refer to, and with it all clients that use it, on several threads: the
// options, the configuration that is in use, and the sessions kept for resumption.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/session_cache.hpp>
#include <uplink/detail/tls/session_facts.hpp>
#include <uplink/detail/tls/tls_configuration.hpp>
#include <uplink/net.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// A session of an earlier connection, with the chain that was verified in the whole handshake before it, and
/// when.
struct resumable_session {
    std::shared_ptr<SSL_SESSION> session{};
    shared_chain chain{};
    std::chrono::steady_clock::time_point verified{};
};

class tls_shared {
public:
    /// Throws std::bad_alloc.
    explicit tls_shared(tls_options&& options)
        : options_(std::make_shared<const tls_options>(std::move(options))),
          configuration_(std::make_shared<const tls_configuration>(options_)),
          sessions_(options_->session_cache) {}
    tls_shared(const tls_shared&) = delete;
    tls_shared& operator=(const tls_shared&) = delete;

    const tls_options& options() const noexcept { return *options_; }
    std::shared_ptr<const tls_configuration> configuration() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return configuration_;
    }

    /// Reads the files again, and uses the result if it is good. Returns it in any case. One reload at a
    /// time.
    std::shared_ptr<const tls_configuration> reload() {
        const std::lock_guard<std::mutex> one_at_a_time(reload_mutex_);
        auto fresh = std::make_shared<const tls_configuration>(options_);
        if (fresh->status()) return fresh;
        const std::lock_guard<std::mutex> lock(mutex_);
        if (fresh->roots() != configuration_->roots()) sessions_.clear();
        configuration_ = fresh;
        return fresh;
    }

    // --- Sessions, see session_cache ---

    void keep(std::string_view peer, resumable_session kept) {
        const bool is_ticket = SSL_SESSION_get_protocol_version(kept.session.get()) >= TLS1_3_VERSION;
        const std::chrono::seconds lifetime = lifetime_of(kept.session.get());
        if (lifetime <= lifetime.zero()) return;
        const auto expiry =
            (std::min)(std::chrono::steady_clock::now() + lifetime, kept.verified + longest_resumption);
        const std::lock_guard<std::mutex> lock(mutex_);
        sessions_.keep(peer, std::move(kept), is_ticket ? session_use::once : session_use::again, expiry);
    }
    std::optional<resumable_session> take(std::string_view peer) {
        const auto now = std::chrono::steady_clock::now();
        const std::lock_guard<std::mutex> lock(mutex_);
        return sessions_.take(peer, now);
    }
    void drop(std::string_view peer) noexcept {
        const std::lock_guard<std::mutex> lock(mutex_);
        sessions_.drop(peer);
    }

private:
    const std::shared_ptr<const tls_options> options_;
    mutable std::mutex mutex_{};  // of the members below
    std::shared_ptr<const tls_configuration> configuration_;
    session_cache<resumable_session> sessions_;
    std::mutex reload_mutex_{};
};

}  // namespace uplink::detail
