// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the script of a simulated peer sees of its connection: the two pipes, or the plaintext of a layer over them. The
// peer owns the line; the line refers to the pipes of the connection.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/pipe.hpp>
#include <uplink/testing/peer_layer.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class peer_line {
public:
    /// `layer` may be null.
    peer_line(pipe& from_client, pipe& to_client, std::shared_ptr<peer_layer> layer)
        : in_(from_client), out_(to_client), layer_(std::move(layer)) {
        widen();
    }

    /// Takes what has arrived through the layer. `reads`: the script takes bytes now.
    void update(bool reads) {
        if (!layer_ || in_.arrived().empty() || (!reads && is_ready())) return;
        const std::string came(in_.arrived());
        in_.consume(came.size());
        const std::string plaintext = layer_->receive(came);
        total_ += plaintext.size();
        plaintext_ += plaintext;
        widen();
        flush();
    }

    /// False until the layer carries plaintext: the script waits.
    bool is_ready() const { return !layer_ || layer_->is_ready(); }
    std::string_view arrived() const noexcept { return layer_ ? plaintext_ : in_.arrived(); }
    std::size_t total_arrived() const noexcept { return layer_ ? total_ : in_.total_arrived(); }
    ending arrived_end() const {
        return in_.arrived_end() == ending::none && layer_ && layer_->has_ended() ? ending::fin
                                                                                  : in_.arrived_end();
    }
    void consume(std::size_t n) { layer_ ? static_cast<void>(plaintext_.erase(0, n)) : in_.consume(n); }

    /// How many bytes the network takes now.
    std::size_t room() const noexcept { return out_.room(); }
    void send(std::string_view bytes) {
        if (!layer_) return out_.send(bytes);
        layer_->send(bytes);
        flush();
    }
    void end(ending how) {
        if (layer_ && how == ending::fin) {
            layer_->end();
            flush();
        }
        out_.end(how);
    }

private:
    /// Until the layer is ready.
    void widen() {
        const bool is_wide = !is_ready();
        in_.make_wide(is_wide);
        out_.make_wide(is_wide);
    }
    void flush() {
        if (const std::string bytes = layer_->take_output(); !bytes.empty()) out_.send(bytes);
    }

    pipe& in_;
    pipe& out_;
    std::shared_ptr<peer_layer> layer_;
    std::string plaintext_{};
    std::size_t total_ = 0;
};

}  // namespace uplink::testing::detail
