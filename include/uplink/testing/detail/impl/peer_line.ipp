// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of peer_line.hpp.
#pragma once

#include <uplink/testing/detail/peer_line.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL bool peer_line::is_ready() const { return !layer_ || layer_->is_ready(); }

UPLINK_TESTING_DECL void peer_line::consume(std::size_t n) {
    layer_ ? static_cast<void>(plaintext_.erase(0, n)) : in_.consume(n);
}

UPLINK_TESTING_DECL peer_line::peer_line(pipe& from_client, pipe& to_client,
                                         std::shared_ptr<peer_layer> layer)
    : in_(from_client), out_(to_client), layer_(std::move(layer)) {
    widen();
}

UPLINK_TESTING_DECL void peer_line::update(bool reads) {
    if (!layer_ || in_.arrived().empty() || (!reads && is_ready())) return;
    const std::string came(in_.arrived());
    in_.consume(came.size());
    const std::string plaintext = layer_->receive(came);
    total_ += plaintext.size();
    plaintext_ += plaintext;
    widen();
    flush();
}

UPLINK_TESTING_DECL ending peer_line::arrived_end() const {
    return in_.arrived_end() == ending::none && layer_ && layer_->has_ended() ? ending::fin
                                                                              : in_.arrived_end();
}

UPLINK_TESTING_DECL void peer_line::send(std::string_view bytes) {
    if (!layer_) return out_.send(bytes);
    layer_->send(bytes);
    flush();
}

UPLINK_TESTING_DECL void peer_line::end(ending how) {
    if (layer_ && how == ending::fin) {
        layer_->end();
        flush();
    }
    out_.end(how);
}

UPLINK_TESTING_DECL void peer_line::widen() {
    const bool is_wide = !is_ready();
    in_.make_wide(is_wide);
    out_.make_wide(is_wide);
}

UPLINK_TESTING_DECL void peer_line::flush() {
    if (const std::string bytes = layer_->take_output(); !bytes.empty()) out_.send(bytes);
}

}  // namespace uplink::testing::detail
