// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Pins: digests of the public keys of which one has to be in the server's chain (RFC 7469, section 2.4). They
// come after the normal verification, and replace none of it.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>

#include <openssl/x509.h>

#include <array>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

using certificate_pin = std::array<unsigned char, 32>;  // SHA-256

/// Throws unusable_option if it is not the base64 of 32 bytes (RFC 4648, section 4), to the last bit.
certificate_pin parse_pin(const std::string& text);

std::vector<certificate_pin> parse_pins(const std::vector<std::string>& texts);

certificate_pin pin_of(const X509* certificate);

bool has_pinned_key(const certificate_chain& chain, const std::vector<certificate_pin>& pins);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/certificate_pins.ipp>
#endif
