// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of openssl_words.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/openssl_words.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <string>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL std::string openssl_words() {
    std::string words;
    const char* data = nullptr;
    int flags = 0;
    while (const unsigned long error = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
        const char* const reason = ERR_reason_error_string(error);
        char number[256];
        if (reason == nullptr) ERR_error_string_n(error, number, sizeof number);
        std::string one = reason != nullptr ? reason : number;
        if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0') {
            one.append(" (").append(data).append(")");
        }
        if (words.find(one) != std::string::npos) continue;
        if (!words.empty()) words += ", ";
        words += one;
    }
    return words.empty() ? "no reason given" : words;
}

UPLINK_DECL std::string subject_of(const X509* certificate) {
    if (certificate == nullptr) return {};
    const bio_ptr memory(BIO_new(BIO_s_mem()));
    if (!memory) return {};
    X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    return text_of(memory);
}

}  // namespace uplink::detail
