// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The settings of TLS: a plain value, from which a tls_context is made. Without any, the server's certificate
// is verified with the system's roots, its name with the host connected to, and TLS 1.2 or newer is spoken. A
// text that is empty and a list that has no elements mean the default. An option that can't be used (a file
// that can't be read, a key that does not fit, a list that OpenSSL does not understand) is
// errc::tls_configuration, with the reason in words, and then no connection is made: nothing is left out
// silently.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE {

/// The versions of TLS that a client may speak.
enum class tls_version : unsigned char {
    v1_2,  ///< RFC 5246
    v1_3,  ///< RFC 8446
};

/// The settings of TLS, for designated initialisers. Without any the server's certificate is verified with
/// the system's roots, and its name with the host connected to. An option that cannot be used is
/// errc::tls_configuration; last_connect().reason says which.
struct tls_options {
    /// The roots to trust, instead of the system's: a file, PEM. What ca_file, ca_directory and ca_pem give
    /// is added up. An intermediate certificate that is given here is trusted as a root is.
    std::string ca_file{};
    /// As ca_file, but a folder with entries such as 1a2b3c4d.0, as `openssl rehash` makes them.
    std::string ca_directory{};
    std::string ca_pem{};  ///< as ca_file, but the text itself

    /// The client's own certificate: a file, PEM, the leaf first, its intermediates behind it. If there is no
    /// private key, it is looked for in the same text.
    std::string certificate_file{};
    std::string certificate_pem{};   ///< the text itself; instead of certificate_file
    std::string private_key_file{};  ///< of the client's own certificate, PEM
    std::string private_key_pem{};   ///< the text itself; instead of private_key_file
    /// Gives the password of an encrypted private key or of the PKCS#12 file. It is called when the context
    /// is made and when it is reloaded, and must not reload it. Without it, or if it throws, an encrypted key
    /// is an error; nobody is ever asked at a terminal.
    std::function<std::string()> password{};
    std::string pkcs12_file{};  ///< certificate, intermediates and key; instead of the four options above

    /// Application protocols to offer, the preferred one first (RFC 7301), such as {"h2", "http/1.1"}.
    std::vector<std::string> alpn{};
    bool require_alpn = false;  ///< A server that chooses none of them is errc::certificate_rejected.
    /// The name or the IP literal that the server's certificate has to prove. The client also sends a name to
    /// the server (SNI), but not a literal. Empty: the host connected to.
    std::string server_name{};

    std::optional<tls_version> min_version{};  ///< none: 1.2, or newer if the system's settings ask for it
    std::optional<tls_version> max_version{};  ///< none: the newest that OpenSSL speaks
    /// The ciphers of TLS 1.2, in OpenSSL's notation, such as "ECDHE+AESGCM". A name that OpenSSL does not
    /// know is an error, here and in the three options below. Behind `!`, `-` or `+` it is none, since lists
    /// in use take away ciphers that newer versions of OpenSSL no longer have.
    std::string ciphers{};
    std::string cipher_suites{};         ///< of TLS 1.3, such as "TLS_AES_256_GCM_SHA384"
    std::string groups{};                ///< for the key exchange, such as "X25519:P-256"
    std::string signature_algorithms{};  ///< such as "ECDSA+SHA256:RSA-PSS+SHA256"

    /// SHA-256 of a SubjectPublicKeyInfo in base64 (RFC 7469, section 2.4). If there are any, one of them has
    /// to be the key of a certificate of the verified chain; if nothing is verified, of the server's own
    /// certificate.
    std::vector<std::string> pins{};
    /// Lists of revoked certificates, PEM (RFC 5280, section 5). If it is given, it has to have a valid list
    /// of the issuer of the server's certificate; certificates above that one are looked up if it has the
    /// list of their issuer.
    std::string crl_file{};
    /// Called after every other check with the verified chain, PEM, the server's certificate first; if
    /// nothing is verified, with that certificate alone. False, or an exception, refuses the server. It is
    /// called in the handshake, on the client's executor, for resumed sessions too.
    std::function<bool(const std::vector<std::string>& chain)> verify{};

    /// Called with each line of the key log (the NSS format, which Wireshark reads), without a line end, from
    /// any thread that a client of this context runs on; exceptions are ignored. With these lines everything
    /// that is sent can be decrypted.
    std::function<void(std::string_view line)> key_log{};
    /// For how many servers sessions are kept, to be resumed by later connections; 0: none.
    std::size_t session_cache = 128;
    /// An end without close_notify counts as an orderly end between messages. An attacker in between can then
    /// cut a response short without being noticed.
    bool tolerate_missing_close_notify = false;
    /// No certificate and no name is verified: anybody can pose as the server.
    bool insecure_no_verification = false;
};

}  // namespace uplink
