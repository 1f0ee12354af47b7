// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of session_facts.hpp.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/detail/machine/server_name.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/certificate_chain.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/session_facts.hpp>

#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL std::string_view alpn_of(const SSL* ssl) noexcept {
    const unsigned char* bytes = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl, &bytes, &size);
    return {reinterpret_cast<const char*>(bytes), size};
}

UPLINK_DECL bool has_name(X509* certificate, const server_name& name) {
    constexpr unsigned int flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    if (!name.literal)
        return X509_check_host(certificate, name.name.data(), name.name.size(), flags, nullptr) == 1;
    if (name.literal->is_v4()) {
        const auto bytes = name.literal->to_v4().to_bytes();
        return X509_check_ip(certificate, bytes.data(), bytes.size(), flags) == 1;
    }
    const auto bytes = name.literal->to_v6().to_bytes();
    return X509_check_ip(certificate, bytes.data(), bytes.size(), flags) == 1;
}

UPLINK_DECL bool lies_ahead(const ASN1_TIME* time) {
    int days = 0, seconds = 0;
    return ASN1_TIME_diff(&days, &seconds, nullptr, time) == 1 && (days > 0 || seconds > 0);
}

UPLINK_DECL bool is_usable(const SSL_SESSION* session, const certificate_chain& chain,
                           const STACK_OF(X509_CRL) * lists) {
    const auto is_valid = [](const certificate_ptr& each) {
        return lies_ahead(X509_get0_notAfter(each.get()));
    };
    for (int i = 0; lists != nullptr && i < sk_X509_CRL_num(lists); ++i) {
        const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(sk_X509_CRL_value(lists, i));
        if (next != nullptr && !lies_ahead(next)) return false;
    }
    return SSL_SESSION_is_resumable(session) == 1 && std::all_of(chain.begin(), chain.end(), is_valid);
}

UPLINK_DECL std::chrono::seconds lifetime_of(const SSL_SESSION* session) noexcept {
    const auto said = static_cast<long long>(SSL_SESSION_get_ticket_lifetime_hint(session));
    const bool has_said = said != 0 || SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION;
    const auto limit = has_said ? said : static_cast<long long>(SSL_SESSION_get_timeout(session));
    return (std::min)(std::chrono::seconds(limit), std::chrono::seconds(longest_resumption));
}

UPLINK_DECL bool has_agreed(const SSL* ssl) noexcept {
    const OSSL_HANDSHAKE_STATE state = SSL_get_state(ssl);
    if (state == TLS_ST_BEFORE || state == TLS_ST_CW_CLNT_HELLO || state == TLS_ST_CR_SRVR_HELLO)
        return false;
    return SSL_get_current_cipher(ssl) != nullptr;
}

UPLINK_DECL void describe_session(SSL* ssl, tls_report& report) {
    if (!has_agreed(ssl)) return;
    report.protocol = SSL_get_version(ssl);
    report.cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl));
    const int group = static_cast<int>(SSL_get_negotiated_group(ssl));
    const char* const name = group != 0 ? SSL_group_to_name(ssl, group) : nullptr;
    report.group = name != nullptr ? name : "";
    report.alpn = alpn_of(ssl);
    report.resumed = SSL_is_init_finished(ssl) == 1 && SSL_session_reused(ssl) == 1;
}

}  // namespace uplink::detail
