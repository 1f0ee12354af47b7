// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of certificate_pins.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>
#include <uplink/detail/tls/certificate_pins.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/option_text.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL certificate_pin parse_pin(const std::string& text) {
    constexpr std::size_t encoded_size = 44;
    std::array<unsigned char, 33> bytes{};  // OpenSSL decodes the padding to a byte
    std::array<unsigned char, encoded_size + 1> again{};
    const auto* const encoded = reinterpret_cast<const unsigned char*>(text.data());
    certificate_pin pin{};
    bool is_pin = text.size() == encoded_size &&
                  EVP_DecodeBlock(bytes.data(), encoded, encoded_size) == static_cast<int>(bytes.size());
    if (is_pin) {
        std::copy_n(bytes.begin(), pin.size(), pin.begin());
        EVP_EncodeBlock(again.data(), pin.data(), static_cast<int>(pin.size()));
        is_pin = std::equal(text.begin(), text.end(), reinterpret_cast<const char*>(again.data()));
    }
    require_option(is_pin, "pins: " + in_quotes(text) + " is not a SHA-256 digest in base64");
    return pin;
}

UPLINK_DECL std::vector<certificate_pin> parse_pins(const std::vector<std::string>& texts) {
    std::vector<certificate_pin> pins;
    for (const std::string& each : texts) pins.push_back(parse_pin(each));
    return pins;
}

UPLINK_DECL certificate_pin pin_of(const X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
    if (size < 0) throw std::bad_alloc();
    certificate_pin pin{};
    const int done =
        EVP_Digest(bytes, static_cast<std::size_t>(size), pin.data(), nullptr, EVP_sha256(), nullptr);
    OPENSSL_free(bytes);
    if (done != 1) throw std::bad_alloc();
    return pin;
}

UPLINK_DECL bool has_pinned_key(const certificate_chain& chain, const std::vector<certificate_pin>& pins) {
    return std::any_of(chain.begin(), chain.end(), [&](const certificate_ptr& each) {
        return std::find(pins.begin(), pins.end(), pin_of(each.get())) != pins.end();
    });
}

}  // namespace uplink::detail
