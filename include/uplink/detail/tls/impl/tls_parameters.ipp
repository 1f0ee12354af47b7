// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of tls_parameters.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/openssl_words.hpp>
#include <uplink/detail/tls/option_text.hpp>
#include <uplink/detail/tls/tls_parameters.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL void set_fixed_parameters(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_clear_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                       SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_post_handshake_auth(context, 0);
    SSL_CTX_set_quiet_shutdown(context, 0);
}

UPLINK_DECL int version_number(std::string_view option, tls_version version) {
    switch (version) {
    case tls_version::v1_2: return TLS1_2_VERSION;
    case tls_version::v1_3: return TLS1_3_VERSION;
    }
    throw unusable_option{std::string(option) + " is no version of TLS"};
}

UPLINK_DECL void set_versions(SSL_CTX* context, const tls_options& options) {
    const int lowest =
        options.min_version
            ? version_number("min_version", *options.min_version)
            : (std::max)(static_cast<int>(SSL_CTX_get_min_proto_version(context)), TLS1_2_VERSION);
    const int highest = options.max_version ? version_number("max_version", *options.max_version)
                                            : static_cast<int>(SSL_CTX_get_max_proto_version(context));
    if (highest != 0 && lowest > highest) {
        throw unusable_option{options.min_version && options.max_version
                                  ? "min_version is above max_version"
                                  : "the versions of TLS that the options allow and those that the system's "
                                    "settings allow have none in common"};
    }
    if (SSL_CTX_set_min_proto_version(context, lowest) != 1 ||
        SSL_CTX_set_max_proto_version(context, highest) != 1) {
        throw unusable_option{"min_version, max_version: " + openssl_words()};
    }
}

UPLINK_DECL std::vector<std::string> split(std::string_view list, std::string_view separators) {
    std::vector<std::string> found;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = (std::min)(list.find_first_of(separators, begin), list.size());
        found.emplace_back(list.substr(begin, end - begin));
        begin = end + 1;
    }
    return found;
}

UPLINK_DECL std::vector<std::string> elements(std::string_view option, const std::string& list) {
    require_option(list.find('\0') == std::string::npos, std::string(option) + " has a NUL byte");
    std::vector<std::string> found = split(list, ":");
    for (const std::string& each : found) {
        const bool is_empty = each.find_first_not_of(" \t\r\n") == std::string::npos;
        require_option(!is_empty, std::string(option) + " has an empty element");
    }
    return found;
}

UPLINK_DECL void set_ciphers(SSL_CTX* context, const std::string& list) {
    if (list.empty()) return;
    require_option(list.find('\0') == std::string::npos, "ciphers has a NUL byte");
    constexpr std::string_view takes_away = "!-+@";
    for (const std::string& each : split(list, ":, ;")) {
        if (each.empty() || takes_away.find(each.front()) != std::string_view::npos) continue;
        ERR_clear_error();
        if (SSL_CTX_set_cipher_list(context, each.c_str()) != 1)
            throw unusable_option{"ciphers: OpenSSL has none for " + in_quotes(each)};
    }
    ERR_clear_error();
    if (SSL_CTX_set_cipher_list(context, list.c_str()) != 1)
        throw unusable_option{"ciphers " + in_quotes(list) + ": " + openssl_words()};
}

UPLINK_DECL void set_cipher_suites(SSL_CTX* context, const std::string& list) {
    if (list.empty()) return;
    const std::vector<std::string> wanted = elements("cipher_suites", list);
    ERR_clear_error();
    if (SSL_CTX_set_ciphersuites(context, list.c_str()) != 1)
        throw unusable_option{"cipher_suites " + in_quotes(list) + ": " + openssl_words()};
    const STACK_OF(SSL_CIPHER)* const taken = SSL_CTX_get_ciphers(context);
    for (const std::string& each : wanted) {
        bool is_taken = false;
        for (int i = 0; i < sk_SSL_CIPHER_num(taken); ++i)
            is_taken = is_taken || each == SSL_CIPHER_get_name(sk_SSL_CIPHER_value(taken, i));
        require_option(is_taken, "cipher_suites: OpenSSL does not know " + in_quotes(each));
    }
}

UPLINK_DECL void set_groups(SSL_CTX* context, const std::string& list) {
    if (list.empty()) return;
    (void)elements("groups", list);
    ERR_clear_error();
    if (SSL_CTX_set1_groups_list(context, list.c_str()) != 1)
        throw unusable_option{"groups " + in_quotes(list) + ": " + openssl_words()};
}

UPLINK_DECL void set_signature_algorithms(SSL_CTX* context, const std::string& list) {
    if (list.empty()) return;
    (void)elements("signature_algorithms", list);
    ERR_clear_error();
    if (SSL_CTX_set1_sigalgs_list(context, list.c_str()) != 1)
        throw unusable_option{"signature_algorithms " + in_quotes(list) + ": " + openssl_words()};
}

UPLINK_DECL std::string alpn_wire_form(const std::vector<std::string>& protocols) {
    constexpr std::size_t longest_protocol = 255;
    constexpr std::size_t longest_list = 65535;
    std::string wire;
    for (const std::string& each : protocols) {
        require_option(!each.empty(), "alpn has an empty element");
        require_option(each.size() <= longest_protocol, "alpn has an element longer than 255 bytes");
        wire += static_cast<char>(each.size());
        wire += each;
    }
    require_option(wire.size() <= longest_list, "alpn is longer than 65535 bytes");
    return wire;
}

UPLINK_DECL void set_alpn(SSL_CTX* context, const tls_options& options) {
    require_option(!options.require_alpn || !options.alpn.empty(), "require_alpn is set without alpn");
    const std::string wire = alpn_wire_form(options.alpn);
    if (wire.empty()) return;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(wire.data());
    // 0 is success, other than everywhere else in OpenSSL.
    if (SSL_CTX_set_alpn_protos(context, bytes, static_cast<unsigned int>(wire.size())) != 0)
        throw std::bad_alloc();
}

UPLINK_DECL void set_parameters(SSL_CTX* context, const tls_options& options) {
    set_fixed_parameters(context);
    set_versions(context, options);
    set_ciphers(context, options.ciphers);
    set_cipher_suites(context, options.cipher_suites);
    set_groups(context, options.groups);
    set_signature_algorithms(context, options.signature_algorithms);
    set_alpn(context, options);
}

}  // namespace uplink::detail
