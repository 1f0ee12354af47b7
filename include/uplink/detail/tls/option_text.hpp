// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Options that are a text or the path of a file with that text, and the exception for options that can't be
// used. The exception never leaves the room tls: the configuration turns it into a status with words.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <openssl/crypto.h>

#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct unusable_option {
    std::string words;  ///< which option, which file, what is wrong with it
};

/// Throws unusable_option. Tests a condition, for lists of checks that read as sentences.
inline void require_option(bool is_usable, std::string_view words) {
    if (!is_usable) throw unusable_option{std::string(words)};
}

inline std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

/// The bytes are wiped from memory when they are no longer needed: they may be a private key.
class option_text {
public:
    /// `name` is for error messages, such as `ca_pem`.
    option_text(std::string name, std::string bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}
    option_text(const option_text&) = delete;
    option_text& operator=(const option_text&) = delete;
    ~option_text() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

    /// Reads the file that the option gives. Throws unusable_option.
    static option_text of_file(std::string_view option, const std::string& path) {
        return {std::string(option) + ' ' + in_quotes(path), read(option, path)};
    }

    const std::string& name() const noexcept { return name_; }
    std::string_view bytes() const noexcept { return bytes_; }

private:
    static std::string read(std::string_view option, const std::string& path);

    std::string name_;
    std::string bytes_;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/option_text.ipp>
#endif
