// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A server that sends records which OpenSSL never writes: empty ones, padded ones, many KeyUpdates, alerts in pieces.
// The handshake is OpenSSL's; afterwards the forger seals what the test gives it with the server's key, AES-128-GCM in
// both versions (RFC 8446, section 5.2; RFC 5246, section 6.2.3.3, and RFC 5288).
#pragma once

#include "tls/certificates.hpp"
#include "tls/openssl_objects.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uplink::tests {

/// TLS's ContentType.
enum class record_kind : unsigned char {
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
};

/// A record without encryption.
std::string plain_record(record_kind kind, std::string_view content, std::uint16_t version = 0x0303);

class record_forger {
public:
    /// The server's context for this certificate and version. It sends no tickets.
    record_forger(const certificate& shown, int version);
    record_forger(const record_forger&) = delete;
    record_forger& operator=(const record_forger&) = delete;

    SSL_CTX* context() const noexcept { return context_.get(); }
    /// The handshake is done. From now on the forger sends, and this session does not.
    void take_over(SSL* server);
    /// The next record to the client; padding is of TLS 1.3 alone.
    std::string seal(record_kind kind, std::string_view content, std::size_t padding = 0);
    std::string data(std::string_view content) { return seal(record_kind::application_data, content); }
    std::string alert(int level, int number);
    /// TLS 1.3's, after which the next record is sealed with the next key.
    std::string key_update(bool is_answer_wanted);

private:
    bool is_1_3() const noexcept { return version_ == TLS1_3_VERSION; }
    void derive_keys();
    static void keep_secret(const SSL* server, const char* line);

    int version_;
    std::string secret_{};  // of what the server sends in TLS 1.3
    std::string key_{};
    std::string fixed_nonce_{};  // 12 bytes, in TLS 1.2 the first 4
    std::uint64_t sequence_ = 0;
    context_ptr context_;
};

}  // namespace uplink::tests
