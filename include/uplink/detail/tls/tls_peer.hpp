// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What one connection checks about its server: the chain and the name during the handshake, everything else
// right after it, and what it keeps for the next connection to the same server. It has the configuration that
// was in use when it was made, until it ends.
//
// Sessions are kept only after finish() has accepted the server. Those that come earlier, as in TLS 1.2,
// wait.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/machine/server_name.hpp>
#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/tls_events.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class tls_configuration;
class tls_shared;

class tls_peer final : private tls_events {
public:
    explicit tls_peer(const std::shared_ptr<tls_shared>& shared);
    tls_peer(const tls_peer&) = delete;
    tls_peer& operator=(const tls_peer&) = delete;

    /// For SSL_new. Null if the configuration can't be used at all.
    SSL_CTX* context() const noexcept;

    /// Before the handshake. Throws std::bad_alloc.
    error_code begin(SSL* ssl, const handshake_target& target);

    /// After a handshake that OpenSSL calls done. Throws std::bad_alloc.
    error_code finish(SSL* ssl);

    /// Or was given up. If an earlier session was offered, that may have been the reason: the sessions of
    /// this server are deleted.
    void handshake_failed() noexcept;

    /// Writes what is known now. `alert` is the server's, -1 if there is none.
    void describe(SSL* ssl, int alert, tls_report& report) const;

    /// When the server proved in a whole handshake who it is: in this connection, or in one that it resumes.
    std::chrono::steady_clock::time_point verified_at() const noexcept { return verified_; }

    bool tolerates_missing_close_notify() const noexcept;

private:
    // --- Before the handshake ---

    bool expect_name(SSL* ssl) const;
    std::string key_of(const handshake_target& target) const;
    void offer_session(SSL* ssl);

    // --- During the handshake ---

    bool verify_chain(X509_STORE_CTX* store) noexcept override;
    bool certificate_verified(bool is_good, X509_STORE_CTX* store) noexcept override;
    bool keep_session(SSL_SESSION* session) noexcept override;

    /// Sessions of a connection that has failed are forgotten (RFC 5246, section 7.2.2; RFC 8446, section
    /// 6.2).
    void failed_fatally() noexcept override;
    void log_key(std::string_view line) noexcept override;

    // --- After the handshake ---

    error_code refuse(errc why);
    /// Returns what is wrong with the server, in words; empty if nothing is.
    std::string_view find_fault(SSL* ssl);
    bool asks_hook(const tls_options& options) const;

    /// A copy is kept, and a copy is offered: OpenSSL writes into a session that is in use, and what is kept
    /// is read by other threads.
    void keep(const session_ptr& in_use);

    /// The report names the first fault.
    void note_fault(std::string_view why, int depth, const X509* certificate) noexcept;
    void note_fault(std::string_view why, SSL* ssl) noexcept;

    const std::shared_ptr<tls_shared> shared_;
    const std::shared_ptr<const tls_configuration> configuration_;
    server_name name_{};
    std::string resumption_key_{};  ///< empty: nothing is resumed, and nothing kept
    shared_chain chain_{};
    shared_chain offered_chain_{};
    std::chrono::steady_clock::time_point verified_{};  ///< when the chain was
    std::vector<session_ptr> early_sessions_{};
    std::string verify_error_{};
    std::string subject_{};
    int depth_ = -1;
    bool has_offered_ = false;
    bool is_accepted_ = false;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/tls_peer.ipp>
#endif
