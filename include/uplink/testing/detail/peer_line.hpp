// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the script of a simulated peer sees of its connection: the two pipes, or the plaintext of a layer over
// them. The peer owns the line; the line refers to the pipes of the connection.
#pragma once

#include <uplink/detail/support/namespace.hpp>
#include <uplink/testing/detail/pipe.hpp>
#include <uplink/testing/peer_layer.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

class peer_line {
public:
    /// `layer` may be null.
    peer_line(pipe& from_client, pipe& to_client, std::shared_ptr<peer_layer> layer);

    /// Takes what has arrived through the layer. `reads`: the script takes bytes now.
    void update(bool reads);

    /// False until the layer carries plaintext: the script waits.
    bool is_ready() const;
    std::string_view arrived() const noexcept { return layer_ ? plaintext_ : in_.arrived(); }
    std::size_t total_arrived() const noexcept { return layer_ ? total_ : in_.total_arrived(); }
    ending arrived_end() const;
    void consume(std::size_t n);

    /// How many bytes the network takes now.
    std::size_t room() const noexcept { return out_.room(); }
    void send(std::string_view bytes);
    void end(ending how);

private:
    /// Until the layer is ready.
    void widen();
    void flush();

    pipe& in_;
    pipe& out_;
    std::shared_ptr<peer_layer> layer_;
    std::string plaintext_{};
    std::size_t total_ = 0;
};

}  // namespace uplink::testing::detail

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/detail/impl/peer_line.ipp>
#endif
