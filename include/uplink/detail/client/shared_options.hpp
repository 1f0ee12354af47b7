// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The options of a client. Most programs do not change them, and their clients share one default object; a
// client with other options owns a copy. So ten thousand clients do not keep ten thousand equal copies.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/options.hpp>

#include <memory>

namespace uplink::inline UPLINK_NAMESPACE::detail {

const client_options& default_options();
bool is_same(const connect_options& left, const connect_options& right);
bool is_same(const keep_alive_options& left, const keep_alive_options& right);

/// Functions cannot be compared: options with a before_connect never count as the same.
bool is_same(const socket_options& left, const socket_options& right);

bool is_same(const send_queue_options& left, const send_queue_options& right);

/// Options with a proxy never count as the same.
bool is_same(const client_options& left, const client_options& right);

class shared_options {
public:
    explicit shared_options(client_options&& options);
    shared_options(const shared_options&) = delete;
    shared_options& operator=(const shared_options&) = delete;

    const client_options& get() const noexcept { return *options_; }
    bool is_default() const noexcept;

private:
    std::unique_ptr<const client_options> own_;
    const client_options* options_;
};

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/client/impl/shared_options.ipp>
#endif
