// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What tls_options have become: a SSL_CTX that is complete before the first connection uses it, and is never
// changed afterwards. If the options can't be used, it says so in words, and makes no connection. Connections
// share it; a reload makes another.
#pragma once

#include <uplink/detail/machine/server_name.hpp>
#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/certificate_pins.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

class tls_configuration {
public:
    /// Reads the files. Throws std::bad_alloc.
    explicit tls_configuration(std::shared_ptr<const tls_options> options);
    tls_configuration(const tls_configuration&) = delete;
    tls_configuration& operator=(const tls_configuration&) = delete;

    /// Null if OpenSSL could not even make it, which the status says.
    SSL_CTX* context() const noexcept { return context_.get(); }
    /// None, or errc::tls_configuration.
    error_code status() const { return reason_.empty() ? error_code() : error_code(errc::tls_configuration); }
    /// Of the status, in words.
    const std::string& reason() const noexcept { return reason_; }

    const tls_options& options() const noexcept { return *options_; }
    bool verifies() const noexcept { return !options_->insecure_no_verification; }
    /// Empty if the option is.
    const server_name& name() const noexcept { return name_; }
    const std::vector<certificate_pin>& pins() const noexcept { return pins_; }
    /// Null if there are none.
    STACK_OF(X509_CRL) * revocation_lists() const noexcept { return revocation_lists_.get(); }

    /// The content of the roots.
    const std::string& roots() const noexcept { return roots_; }
    /// Everything in which a resumed connection must not differ from the earlier one, beside the peer itself.
    const std::string& identity() const noexcept { return identity_; }

private:
    void make();
    void set_name();

    /// Names stand in the subjectAltName alone, and a wildcard is a whole label (RFC 9525, section 6.3).
    void set_verification();

    /// Returns the text of the lists.
    std::string set_revocation();
    void add_parameters(texts_digest& digest) const;

    const std::shared_ptr<const tls_options> options_;
    context_ptr context_{};
    std::string reason_{};
    server_name name_{};
    std::vector<certificate_pin> pins_{};
    revocation_lists_ptr revocation_lists_{};
    std::string roots_{};
    std::string identity_{};
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/tls_configuration.ipp>
#endif
