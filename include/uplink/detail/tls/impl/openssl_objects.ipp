// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of openssl_objects.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bio_ptr reading(std::string_view bytes) {
    const std::size_t most = INT_MAX;
    if (bytes.size() > most) throw std::bad_alloc();
    return made(bio_ptr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))));
}

UPLINK_DECL std::string text_of(const bio_ptr& memory) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

UPLINK_DECL texts_digest::texts_digest() {
    if (EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

UPLINK_DECL void texts_digest::add(std::string_view text) {
    const std::uint64_t size = text.size();
    if (EVP_DigestUpdate(context_.get(), &size, sizeof size) != 1 ||
        EVP_DigestUpdate(context_.get(), text.data(), text.size()) != 1) {
        throw std::bad_alloc();
    }
}

UPLINK_DECL std::string texts_digest::value() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(context_.get(), bytes, &size) != 1) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace uplink::detail
