// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of spare_ciphertext.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/spare_ciphertext.hpp>

#include <cstddef>
#include <mutex>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL ciphertext_block spare_ciphertext::take(std::size_t size) noexcept {
    const std::lock_guard lock(mutex_);
    for (ciphertext_block& each : blocks_) {
        if (each.size >= size) return std::exchange(each, {});
    }
    return {};
}

UPLINK_DECL void spare_ciphertext::give(ciphertext_block block) noexcept {
    if (block.size > largest) return;
    const std::lock_guard lock(mutex_);
    for (ciphertext_block& each : blocks_) {
        if (each.size < block.size) std::swap(each, block);
    }
}

}  // namespace uplink::detail
