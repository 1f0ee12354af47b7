// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/record_forger.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>

namespace uplink::tests {

namespace {

using kdf_ptr = std::unique_ptr<EVP_KDF, freed_by<EVP_KDF_free>>;
using kdf_context_ptr = std::unique_ptr<EVP_KDF_CTX, freed_by<EVP_KDF_CTX_free>>;
using cipher_context_ptr = std::unique_ptr<EVP_CIPHER_CTX, freed_by<EVP_CIPHER_CTX_free>>;

constexpr std::size_t tag_size = 16;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

template <class Integer> std::string big_endian(Integer value) {
    std::string text(sizeof value, '\0');
    for (std::size_t i = sizeof value; i-- != 0; value = static_cast<Integer>(value >> 8))
        text[i] = static_cast<char>(value & 0xff);
    return text;
}

OSSL_PARAM octets(const char* name, std::string& bytes) {
    return OSSL_PARAM_construct_octet_string(name, bytes.data(), bytes.size());
}

std::string derive(const char* algorithm, const OSSL_PARAM* parameters, std::size_t size) {
    const kdf_ptr kdf(EVP_KDF_fetch(nullptr, algorithm, nullptr));
    const kdf_context_ptr context(EVP_KDF_CTX_new(kdf.get()));
    std::string derived(size, '\0');
    require(EVP_KDF_derive(context.get(), bytes_of(derived), size, parameters) == 1, "a key is derived");
    return derived;
}

/// RFC 8446, section 7.1, with SHA-256 and no context.
std::string expand_label(std::string& secret, const std::string& label, std::size_t size) {
    const std::string full = "tls13 " + label;
    std::string info =
        big_endian(static_cast<std::uint16_t>(size)) + static_cast<char>(full.size()) + full + '\0';
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                     OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                     octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_INFO, info),
                                     OSSL_PARAM_construct_end()};
    return derive("HKDF", parameters, size);
}

/// RFC 5246, section 6.3, for AES-128-GCM.
std::string key_block(SSL* ssl) {
    std::string master(SSL_MAX_MASTER_KEY_LENGTH, '\0');
    master.resize(SSL_SESSION_get_master_key(SSL_get_session(ssl), bytes_of(master), master.size()));
    std::string server_random(32, '\0');
    std::string client_random(32, '\0');
    SSL_get_server_random(ssl, bytes_of(server_random), 32);
    SSL_get_client_random(ssl, bytes_of(client_random), 32);
    std::string seed = "key expansion" + server_random + client_random;
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                     octets(OSSL_KDF_PARAM_SECRET, master), octets(OSSL_KDF_PARAM_SEED, seed),
                                     OSSL_PARAM_construct_end()};
    return derive("TLS1-PRF", parameters, 16 + 16 + 4 + 4);
}

std::string seal_with(std::string_view key, std::string_view nonce, std::string_view header,
                      std::string_view content) {
    const cipher_context_ptr context(EVP_CIPHER_CTX_new());
    std::string sealed(content.size() + tag_size, '\0');
    int n = 0;
    const auto update = [&](unsigned char* out, std::string_view in) {
        return EVP_EncryptUpdate(context.get(), out, &n, bytes_of(in), static_cast<int>(in.size())) == 1;
    };
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) ==
                    1 &&
                update(nullptr, header) && (content.empty() || update(bytes_of(sealed), content)) &&
                EVP_EncryptFinal_ex(context.get(), bytes_of(sealed) + content.size(), &n) == 1 &&
                EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size),
                                    sealed.data() + content.size()) == 1,
            "a record is sealed");
    return sealed;
}

std::string header(record_kind kind, std::size_t size, std::uint16_t version = 0x0303) {
    return static_cast<char>(kind) + big_endian(version) + big_endian(static_cast<std::uint16_t>(size));
}

}  // namespace

std::string plain_record(record_kind kind, std::string_view content, std::uint16_t version) {
    return header(kind, content.size(), version).append(content);
}

record_forger::record_forger(const certificate& shown, int version)
    : version_(version), context_(server_context(shown)) {
    SSL_CTX_set_min_proto_version(context(), version);
    SSL_CTX_set_max_proto_version(context(), version);
    require(SSL_CTX_set_ciphersuites(context(), "TLS_AES_128_GCM_SHA256") == 1 &&
                SSL_CTX_set_cipher_list(context(), "ECDHE-ECDSA-AES128-GCM-SHA256") == 1,
            "ciphers are set");
    SSL_CTX_set_num_tickets(context(), 0);
    SSL_CTX_set_options(context(), SSL_OP_NO_TICKET);
    SSL_CTX_set_app_data(context(), this);
    SSL_CTX_set_keylog_callback(context(), &keep_secret);
}

/// A line is the name, the client's random and the secret, in hexadecimal digits.
void record_forger::keep_secret(const SSL* server, const char* line) {
    const std::string_view text(line);
    if (!text.starts_with("SERVER_TRAFFIC_SECRET_0 ")) return;
    auto& forger = *static_cast<record_forger*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(server)));
    const std::string_view digits = text.substr(text.rfind(' ') + 1);
    forger.secret_.clear();
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        forger.secret_ += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
}

void record_forger::take_over(SSL* server) {
    if (is_1_3()) {
        derive_keys();
        return;
    }
    const std::string block = key_block(server);
    key_ = block.substr(16, 16);
    fixed_nonce_ = block.substr(36, 4);
    sequence_ = 1;  // Finished was 0
}

void record_forger::derive_keys() {
    key_ = expand_label(secret_, "key", 16);
    fixed_nonce_ = expand_label(secret_, "iv", 12);
    sequence_ = 0;
}

std::string record_forger::seal(record_kind kind, std::string_view content, std::size_t padding) {
    const std::string number = big_endian(sequence_++);
    if (!is_1_3()) {
        const std::string covered =
            number + header(kind, content.size());  // with the size before it is sealed
        const std::string sealed = seal_with(key_, fixed_nonce_ + number, covered, content);
        return plain_record(kind, number + sealed);
    }
    std::string nonce = fixed_nonce_;
    for (std::size_t i = 0; i != number.size(); ++i)
        nonce[4 + i] = static_cast<char>(nonce[4 + i] ^ number[i]);
    std::string inner(content);
    inner += static_cast<char>(kind);
    inner.append(padding, '\0');
    const std::string outer = header(record_kind::application_data, inner.size() + tag_size);
    return outer + seal_with(key_, nonce, outer, inner);
}

std::string record_forger::alert(int level, int number) {
    return seal(record_kind::alert, std::string{static_cast<char>(level), static_cast<char>(number)});
}

std::string record_forger::key_update(bool is_answer_wanted) {
    const std::string message{24, 0, 0, 1, static_cast<char>(is_answer_wanted)};  // RFC 8446, section 4.6.3
    std::string record = seal(record_kind::handshake, message);
    secret_ = expand_label(secret_, "traffic upd", 32);
    derive_keys();
    return record;
}

}  // namespace uplink::tests
