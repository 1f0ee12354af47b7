// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of ciphertext.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/ciphertext.hpp>
#include <uplink/detail/tls/ciphertext_sizes.hpp>
#include <uplink/detail/tls/spare_ciphertext.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL void ciphertext::shrink(std::size_t kept) noexcept {
    if (!is_empty() || capacity_ <= kept) return;
    ciphertext_block block{std::move(bytes_), std::exchange(capacity_, 0)};
    begin_ = end_ = 0;
    ciphertext_block small = std::exchange(small_, {});
    if (small.size <= kept) {
        bytes_ = std::move(small.bytes);
        capacity_ = small.size;
    }
    if (spare_ != nullptr && block.size > kept_ciphertext) spare_->give(std::move(block));
}

UPLINK_DECL void ciphertext::make_room(std::size_t n) {
    if (capacity_ - size() >= n && begin_ >= size()) {  // the free bytes in front are enough
        std::memcpy(bytes_.get(), bytes_.get() + begin_, size());
    } else {
        const std::size_t wanted = (std::max)(size() + n, 2 * capacity_);
        ciphertext_block larger;
        if (spare_ != nullptr && wanted > kept_ciphertext) larger = spare_->take(wanted);
        if (!larger.bytes) larger = {std::unique_ptr<char[]>(new char[wanted]), wanted};
        if (!is_empty()) std::memcpy(larger.bytes.get(), bytes_.get() + begin_, size());
        if (bytes_ && capacity_ <= kept_ciphertext && larger.size > kept_ciphertext)
            small_ = {std::move(bytes_), capacity_};
        bytes_ = std::move(larger.bytes);
        capacity_ = larger.size;
    }
    end_ -= begin_;
    begin_ = 0;
}

}  // namespace uplink::detail
