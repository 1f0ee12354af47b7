// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A protocol between the script of a simulated peer and the network, such as the server's side of TLS. The
// script speaks plaintext; the layer turns it into the bytes that the network carries, and back.
// endpoint::over() gives each connection a layer of its own, which the connection owns.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::testing {

/// A protocol between the script of a simulated server and the network, such as TLS. See peer_layer.hpp.
class peer_layer {
public:
    virtual ~peer_layer() = default;

    /// Takes bytes that the client has sent, and returns the plaintext that they complete.
    virtual std::string receive(std::string_view bytes) = 0;
    /// Takes plaintext of the script. A layer that is not ready yet keeps it.
    virtual void send(std::string_view plaintext) = 0;
    /// The layer carries plaintext. Until then it reads by itself; afterwards it gets bytes only when the
    /// script reads.
    virtual bool is_ready() const = 0;
    /// The script has ended the peer's sending side.
    virtual void end() = 0;
    /// The client has ended its sending side in the layer's own protocol.
    virtual bool has_ended() const = 0;
    /// Returns the bytes for the client that have not been returned yet. It is called after each of the
    /// functions above.
    virtual std::string take_output() = 0;
};

/// Makes a layer for each connection.
using peer_layer_maker = std::function<std::shared_ptr<peer_layer>()>;

}  // namespace uplink::testing
