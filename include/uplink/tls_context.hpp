// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What clients that speak TLS share: the parsed roots and certificate, and the sessions to resume. Needs
// OpenSSL 3.
#pragma once

#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/tls_options.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

class tls_shared;

}  // namespace detail

/// A handle to TLS settings in use. Copies refer to the same; one for many clients parses certificates once,
/// and lets a client resume the session of another. Each function may be called at any time from any thread.
///
/// Nothing fails when it is made: async_connect completes with errc::tls_configuration if the options can't
/// be used, and its report has the reason; status() says the same earlier.
class tls_context {
public:
    /// What it is made of: a client can be made with it directly.
    using settings_type = tls_options;

    tls_context() : tls_context(tls_options()) {}
    /// Reads the files now; the system's roots are read once in a process. Implicit, so that options can
    /// stand where a context is wanted. Throws std::bad_alloc alone.
    tls_context(tls_options options);
    // No move: a context always refers to something.
    /// Both handles refer to the same.
    tls_context(const tls_context&) = default;
    /// Both handles refer to the same.
    tls_context& operator=(const tls_context&) = default;
    ~tls_context() = default;

    /// None, or errc::tls_configuration. It is about what is in use, not about a reload that has failed.
    error_code status() const;

    /// Reads the files again. Connections to come use the result; those that exist go on as they are. On an
    /// error nothing changes. If the roots have changed, no earlier session is resumed. The system's own
    /// roots are not read again. `ec` is none, or errc::tls_configuration. Throws std::bad_alloc.
    void reload(error_code& ec);
    /// As above, but throws system_error, with the reason in words.
    void reload();

    // --- For the library ---

    /// Finds what makes a handshake with this host impossible, without a system call. `reason` is set on an
    /// error. An empty host is none that a user has named, and is not looked at.
    error_code check(std::string_view host, std::string& reason) const;
    /// For the stream: what the handle refers to.
    const std::shared_ptr<detail::tls_shared>& shared() const noexcept { return shared_; }

private:
    std::shared_ptr<detail::tls_shared> shared_;
};

}  // namespace uplink

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/impl/tls_context.ipp>
#endif
