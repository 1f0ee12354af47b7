// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Certificates that tests make in memory: authorities, intermediates, leaves with any name, date, use and key, and
// their texts. A test reads as a sentence:
//   const certificate root = an_authority("Root").signed_by_itself();
//   const certificate leaf = a_leaf().for_host("server.test").that_has_expired().signed_by(root);
// Everything here throws std::runtime_error, with OpenSSL's words, where OpenSSL refuses.
#pragma once

#include "tls/openssl_objects.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

/// One of RSA is made once in the process, since that takes long: all certificates of that kind share it. The others
/// are new for each certificate.
enum class key_kind {
    p256,      ///< ECDSA on NIST's curve P-256
    p384,      ///< ECDSA on NIST's curve P-384
    ed25519,   ///< EdDSA
    rsa,       ///< of 2048 bits
    rsa_weak,  ///< of 768 bits, which no security level above 0 takes
};

/// A certificate with its private key, and the certificates that a server sends behind it. Copies share them.
class certificate {
public:
    X509* x509() const noexcept { return x509_.get(); }
    EVP_PKEY* key() const noexcept { return key_.get(); }
    /// The authorities between this certificate and its root, nearest first.
    const std::vector<std::shared_ptr<X509>>& intermediates() const noexcept { return intermediates_; }
    /// The same certificate, of a server that does not send the intermediates.
    certificate without_intermediates() const;
    /// The same certificate, of a server that sends this one behind it, such as the root.
    certificate followed_by(const certificate& next) const;

    std::string pem() const;
    /// This certificate and the intermediates.
    std::string chain_pem() const;
    /// Encrypted if there is a password.
    std::string key_pem(std::string_view password = {}) const;
    /// PKCS#12 with key, certificate and intermediates. With old ciphers (RC2 of 40 bits), OpenSSL 3 reads it only with
    /// its legacy provider; empty if this machine has none to write it with.
    std::string pkcs12(const std::string& password, bool with_old_ciphers = false) const;
    /// SHA-256 of the SubjectPublicKeyInfo in base64 (RFC 7469, section 2.4).
    std::string pin() const;
    /// In the notation of RFC 2253, such as "CN=Leaf".
    std::string subject() const;

private:
    friend class certificate_builder;
    std::shared_ptr<X509> x509_{};
    std::shared_ptr<EVP_PKEY> key_{};
    std::vector<std::shared_ptr<X509>> intermediates_{};
    bool is_root_ = false;
};

/// Valid from an hour ago until a day from now, with a key on P-256, signed with SHA-256 (or as Ed25519 does), unless
/// said otherwise.
class certificate_builder {
public:
    explicit certificate_builder(std::string common_name) : common_name_(std::move(common_name)) {}

    // --- Names; each call adds one ---

    /// A dNSName with any bytes, a NUL among them too.
    certificate_builder& for_host(std::string_view name);
    /// An iPAddress, as a literal.
    certificate_builder& for_address(const std::string& literal);
    certificate_builder& for_mail(std::string_view address);
    /// No common name: the subject is empty.
    certificate_builder& without_subject();

    // --- Dates, counted from now ---

    certificate_builder& valid(std::chrono::seconds from, std::chrono::seconds until);
    certificate_builder& that_has_expired();
    certificate_builder& that_is_not_yet_valid();

    // --- Use ---

    /// A CA, which may sign certificates and lists; with so many authorities below it at most.
    certificate_builder& as_authority(std::optional<int> path_length = std::nullopt);
    /// keyUsage in OpenSSL's notation, such as "keyCertSign, cRLSign"; critical.
    certificate_builder& with_key_usage(std::string usage);
    /// extendedKeyUsage in OpenSSL's notation, such as "clientAuth".
    certificate_builder& with_extended_usage(std::string usage);
    /// nameConstraints in OpenSSL's notation, such as "permitted;DNS:a.test"; critical.
    certificate_builder& with_name_constraints(std::string constraints);

    // --- Key and signature ---

    certificate_builder& with_key(key_kind kind);
    /// The key of another certificate, as a renewed certificate has it.
    certificate_builder& with_key_of(const certificate& other);
    /// The issuer signs with SHA-1.
    certificate_builder& with_sha1_signature();

    certificate signed_by(const certificate& issuer) const;
    certificate signed_by_itself() const;

private:
    certificate make(const certificate* issuer) const;
    void add_names(X509* made) const;
    void add_extensions(X509* made, X509* issuer) const;

    struct alternative_name {
        int type;  // of GENERAL_NAME
        std::string bytes;
    };
    std::string common_name_;
    std::vector<alternative_name> names_{};
    std::chrono::seconds from_ = std::chrono::hours(-1);
    std::chrono::seconds until_ = std::chrono::hours(24);
    std::optional<std::string> basic_constraints_{};
    std::string key_usage_{};
    std::string extended_usage_{};
    std::string name_constraints_{};
    key_kind kind_ = key_kind::p256;
    std::shared_ptr<EVP_PKEY> key_{};
    bool is_sha1_ = false;
};

inline certificate_builder a_leaf(std::string common_name = "Leaf") {
    return certificate_builder(std::move(common_name));
}
inline certificate_builder an_authority(std::string common_name) {
    certificate_builder made(std::move(common_name));
    made.as_authority();
    return made;
}

/// Of a server that shows this certificate and what it has behind it. It takes weak keys and signatures: what is to be
/// refused is the client's to refuse.
context_ptr server_context(const certificate& shown);

}  // namespace uplink::tests
