// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client's own certificate and private key, from PEM texts or from a PKCS#12 file (RFC 7292), given to a
// SSL_CTX. The key has to fit. An encrypted key asks the caller's function for the password, and never a
// terminal.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/option_text.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <functional>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Asks the caller's function when OpenSSL asks for a password, and keeps what came of that.
class password_question {
public:
    explicit password_question(const std::function<std::string()>& ask) : ask_(ask) {}
    password_question(const password_question&) = delete;
    password_question& operator=(const password_question&) = delete;
    ~password_question() { OPENSSL_cleanse(answer_.data(), answer_.size()); }

    /// False if there is no password.
    bool ask() noexcept;
    const std::string& answer() const noexcept { return answer_; }
    /// The rest of a sentence about the key; empty if no password was needed.
    std::string_view why() const noexcept { return why_; }

    static int callback(char* room, int size, int, void* question) noexcept;

private:
    const std::function<std::string()>& ask_;
    std::string answer_{};
    std::string_view why_{};
};

struct client_certificate {
    certificate_ptr leaf{};
    key_ptr key{};
    certificates_ptr chain = made(certificates_ptr(sk_X509_new_null()));

    void add(certificate_ptr next);
};

/// Null if the text has no key. Throws unusable_option if it has one that can't be read.
key_ptr read_key(const option_text& text, const tls_options& options);

client_certificate read_pem_certificate(const option_text& certificate, const option_text* key,
                                        const tls_options& options);

client_certificate read_pkcs12(const option_text& text, const tls_options& options);

/// Gives the certificate of the options to the context, and returns its text in DER; empty if there is none.
/// Throws unusable_option.
std::string use_client_certificate(SSL_CTX* context, const tls_options& options);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/client_certificate.ipp>
#endif
