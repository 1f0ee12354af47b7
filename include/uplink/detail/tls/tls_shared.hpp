// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What all copies of a tls_context refer to, and with it all clients that use it, on several threads: the
// options, the configuration that is in use, and the sessions kept for resumption.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>
#include <uplink/detail/tls/session_cache.hpp>
#include <uplink/detail/tls/tls_configuration.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

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
    explicit tls_shared(tls_options&& options);
    tls_shared(const tls_shared&) = delete;
    tls_shared& operator=(const tls_shared&) = delete;

    const tls_options& options() const noexcept { return *options_; }
    std::shared_ptr<const tls_configuration> configuration() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return configuration_;
    }

    /// Reads the files again, and uses the result if it is good. Returns it in any case. One reload at a
    /// time.
    std::shared_ptr<const tls_configuration> reload();

    // --- Sessions, see session_cache ---

    void keep(std::string_view peer, resumable_session kept);
    std::optional<resumable_session> take(std::string_view peer);
    void drop(std::string_view peer) noexcept;

private:
    const std::shared_ptr<const tls_options> options_;
    mutable std::mutex mutex_{};  // of the members below
    std::shared_ptr<const tls_configuration> configuration_;
    session_cache<resumable_session> sessions_;
    std::mutex reload_mutex_{};
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/tls_shared.ipp>
#endif
