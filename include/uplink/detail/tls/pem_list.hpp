// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Reads every object of one kind from a PEM text (RFC 7468). Other kinds in it are left alone. A text that
// was cut off, since somebody is still writing the file, is refused: half of a list of roots or of revoked
// certificates would be used as if it were all of it.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/openssl_words.hpp>
#include <uplink/detail/tls/option_text.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Behind the last object that is whole another one begins; its first line may be cut off too.
bool is_cut(std::string_view text) noexcept;

/// Calls `found` with each object that `read` returns. Throws unusable_option if there is none, or one that
/// can't be read. `what` says what they are, such as "certificate".
template <class Read, class Found>
void read_pem(const option_text& text, std::string_view what, Read read, Found found) {
    const bio_ptr bytes = reading(text.bytes());
    std::size_t count = 0;
    ERR_clear_error();
    while (auto object = read(bytes.get())) {
        found(std::move(object));
        ++count;
    }
    const unsigned long error = ERR_peek_last_error();
    if (ERR_GET_LIB(error) != ERR_LIB_PEM || ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
        throw unusable_option{text.name() + ": OpenSSL can't read the " + std::string(what) + " number " +
                              std::to_string(count + 1) + ": " + openssl_words()};
    }
    ERR_clear_error();
    require_option(count != 0, text.name() + " has no " + std::string(what) + " in PEM form");
    require_option(!is_cut(text.bytes()), text.name() + " ends in the middle of a line: it is not complete");
}

/// PEM_read_bio_X509 and its like, without the prompt for a password, which they have by default.
inline int no_password(char*, int, int, void*) noexcept { return -1; }

/// Appends the certificates of the text to `list`.
template <class Found> void read_certificates(const option_text& text, Found found) {
    const auto read = [](BIO* bytes) {
        return certificate_ptr(PEM_read_bio_X509_AUX(bytes, nullptr, no_password, nullptr));
    };
    read_pem(text, "certificate", read, found);
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/pem_list.ipp>
#endif
