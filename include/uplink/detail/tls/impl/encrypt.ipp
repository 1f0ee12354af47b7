// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of encrypt.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/encrypt.hpp>
#include <uplink/detail/tls/tls_session.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL bool record_collector::add(net::const_buffer piece, bool is_last) {
    while (piece.size() != 0) {
        if (size_ == 0 && (is_last || piece.size() >= most_in_record)) {
            const std::size_t whole = is_last ? piece.size() : piece.size() / most_in_record * most_in_record;
            if (!encrypt(net::buffer(piece, whole))) return false;
            piece += whole;
        } else {
            const std::size_t n = (std::min)(piece.size(), most_in_record - size_);
            std::memcpy(bytes_.data() + size_, piece.data(), n);
            size_ += n;
            piece += n;
            if (size_ == most_in_record && !finish()) return false;
        }
    }
    return true;
}

UPLINK_DECL bool record_collector::finish() {
    const net::const_buffer collected(bytes_.data(), size_);
    size_ = 0;
    return collected.size() == 0 || encrypt(collected);
}

UPLINK_DECL bool record_collector::encrypt(const net::const_buffer& bytes) {
    const tls_result result = session_.write(bytes);
    encrypted_ += result.bytes;
    return result.state == tls_state::done;
}

}  // namespace uplink::detail
