// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Blocks of memory that the busy connections of one execution context pass on to each other: a connection
// takes one for as long as ciphertext keeps coming, and leaves it here when it has to wait. So an idle
// connection keeps no large block, and a busy one allocates none.
//
// The context owns the service, and the service and each connection own shares of the blocks, since a
// connection may outlive the context. The blocks may be used from several threads at once.
#pragma once

#include <uplink/detail/support/client_service.hpp>
#include <uplink/detail/support/namespace.hpp>
#include <uplink/net.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct ciphertext_block {
    std::unique_ptr<char[]> bytes{};
    std::size_t size = 0;
};

/// Keeps two blocks at most, one for each direction of a busy connection.
class spare_ciphertext {
public:
    /// A block of at least `size` bytes; an empty one if there is none.
    ciphertext_block take(std::size_t size) noexcept;
    /// Keeps the block instead of a smaller one, or frees it.
    void give(ciphertext_block block) noexcept;

private:
    static constexpr std::size_t largest = 512 * 1024;

    std::mutex mutex_;
    std::array<ciphertext_block, 2> blocks_{};
};

class spare_ciphertext_service final : public net::execution_context::service {
public:
    [[gnu::visibility("default")]] static inline net::execution_context::id id;
    using key_type = spare_ciphertext_service;

    explicit spare_ciphertext_service(net::execution_context& context)
        : service(context), spare_(std::make_shared<spare_ciphertext>()) {}

    const std::shared_ptr<spare_ciphertext>& spare() const noexcept { return spare_; }

private:
    void shutdown() noexcept override {}

    std::shared_ptr<spare_ciphertext> spare_;
};

/// The blocks of an executor's context, made at the first call. May throw what memory throws.
template <class Executor> std::shared_ptr<spare_ciphertext> spare_ciphertext_of(const Executor& executor) {
    return net::use_service<spare_ciphertext_service>(context_of(executor)).spare();
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/tls/impl/spare_ciphertext.ipp>
#endif
