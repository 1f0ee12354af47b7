// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The certificates that are trusted: those of the options, or the system's. OpenSSL accepts places without
// certificates, and then rejects every server without a reason. Here that is an error which names the places.
//
// The system's roots are parsed once in a process, since that takes tens of milliseconds, and all contexts
// share them.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/option_text.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/x509_vfy.h>

#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct trusted_roots {
    store_ptr store{};
    std::string digest{};  ///< of their content, not of where it was found
};

// --- Directories of roots ---

/// The names of the entries that OpenSSL would look at: the hash of a subject, and a number. Sorted.
std::vector<std::string> hashed_entries(const std::string& directory, std::error_code& ec);

// --- The user's own ---

inline bool has_own_roots(const tls_options& options) noexcept {
    return !options.ca_file.empty() || !options.ca_directory.empty() || !options.ca_pem.empty();
}

/// Returns how many there are. Throws unusable_option.
std::size_t add_roots(X509_STORE* store, const option_text& text);

/// Throws unusable_option.
trusted_roots own_roots(const tls_options& options);

// --- The system's ---

struct root_places {
    std::vector<std::string> files{};        ///< the first that has any is used
    std::vector<std::string> directories{};  ///< all are used
    std::vector<std::string> stores{};       ///< URIs of OpenSSL's stores; all are used
};

/// Null if it is not set. A program that runs with more rights than its user has does not let the user choose
/// its roots.
const char* trusted_environment(const char* name) noexcept;

root_places system_places();

/// OpenSSL has a reader for this kind of store. A store without a reader is silently empty.
bool can_read_store(const std::string& uri);

/// Files are parsed here. Directories and stores are read by OpenSSL when it needs a root that is not among
/// those of the file, which then costs a look at the disk in the handshake. A store that can be read counts
/// as one with roots, since nobody can list it. Throws unusable_option if no place has any.
trusted_roots find_roots(const root_places& places);

/// Throws unusable_option. Only a success is kept: the next context looks again.
trusted_roots system_roots();

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/trusted_roots.ipp>
#endif
