// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of received_bytes.hpp.
#pragma once

#include <uplink/detail/support/byte_storage.hpp>
#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/net.hpp>
#include <uplink/received_bytes.hpp>

#include <cstddef>
#include <memory>

namespace uplink::inline UPLINK_NAMESPACE {

namespace detail {

UPLINK_DECL net::mutable_buffer passing_buffer::prepare(std::size_t n) {
    if (!memory_) memory_ = std::make_unique_for_overwrite<char[]>(size);
    return net::mutable_buffer(memory_.get(), n < size ? n : size);
}

}  // namespace detail

}  // namespace uplink
