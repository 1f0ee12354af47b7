// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of tls_context.hpp.
#pragma once

#include <uplink/detail/machine/refusal.hpp>
#include <uplink/detail/machine/server_name.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/tls_configuration.hpp>
#include <uplink/detail/tls/tls_shared.hpp>
#include <uplink/net.hpp>
#include <uplink/tls_context.hpp>
#include <uplink/tls_options.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE {

UPLINK_DECL tls_context::tls_context(tls_options options)
    : shared_(std::make_shared<detail::tls_shared>(std::move(options))) {}

UPLINK_DECL error_code tls_context::status() const { return shared_->configuration()->status(); }

UPLINK_DECL void tls_context::reload(error_code& ec) { ec = shared_->reload()->status(); }

UPLINK_DECL void tls_context::reload() {
    const auto result = shared_->reload();
    if (const error_code ec = result->status()) throw system_error(ec, result->reason());
}

UPLINK_DECL error_code tls_context::check(std::string_view host, std::string& reason) const {
    const auto configuration = shared_->configuration();
    if (const error_code ec = configuration->status()) {
        reason = configuration->reason();
        return ec;
    }
    detail::server_name ignored;
    if (host.empty()) return {};
    const detail::refusal why = detail::classify_server_name(host, ignored);
    if (why) reason = "host " + std::string(why.reason);
    return why.error;
}

}  // namespace uplink
