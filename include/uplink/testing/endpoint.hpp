// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The behaviour of an address in a simulated network: its answer to a connect, the effect of the network on
// the bytes, and the actions of the peer. A script reads as a conversation, seen from the peer:
//
//     net.endpoint("192.0.2.1:25").accept(20ms).reply("220 ready\r\n").expect("QUIT\r\n").after(1s).close();
//
// If the client departs from the script, the peer resets the connection, and network::failures() says what
// was expected and what came. An endpoint without a script takes every byte and says nothing. `then()`
// describes the next connection; the last description is used for all later ones. The network owns its
// endpoints; a connection keeps a copy of its behaviour.
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/clock.hpp>
#include <uplink/testing/peer_layer.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing {

namespace detail {

enum class ending : unsigned char { none, fin, reset };

struct peer_step {
    enum class kind {
        expect,
        expect_bytes,
        expect_eof,
        reply,
        after,
        half_close,
        close,
        reset,
        echo,
        silent,
        deaf
    };
    kind what{};
    std::string text{};
    std::size_t count = 0;
    clock::duration delay{};
};

struct behaviour {
    enum class connect_result { accept, fail, black_hole, cannot_open, self_connect };
    connect_result result = connect_result::accept;
    error_code error{};
    clock::duration when{};

    clock::duration latency{};   // one way
    std::size_t window = 65536;  // bytes on the way in one direction
    std::size_t piece = 0;       // size of the pieces of the peer's bytes; 0: whole
    clock::duration pace{};      // before each piece
    ending cut = ending::none;   // after cut_at bytes from the peer
    std::size_t cut_at = 0;
    peer_layer_maker layer{};  // none: the script's bytes are those of the network
    std::vector<peer_step> steps{};
};

}  // namespace detail

/// The behaviour of one address of a simulated network: each function adds to it, and returns the same
/// object. See endpoint.hpp for an example.
class endpoint {
    using step = detail::peer_step::kind;
    using connect_result = detail::behaviour::connect_result;

public:
    endpoint();

    /// @name The answer to a connect, a delay after the start of the attempt
    /// @{

    /// The connection is made.
    endpoint& accept(clock::duration delay = {}) { return connect(connect_result::accept, {}, delay); }
    /// Nobody listens there: connection_refused.
    endpoint& refuse(clock::duration delay = {}) { return fail(net::error::connection_refused, delay); }
    /// The attempt fails with this error.
    endpoint& fail(error_code ec, clock::duration delay = {});
    /// Nothing answers, ever.
    endpoint& black_hole() { return connect(connect_result::black_hole, {}, {}); }
    /// The socket cannot be created or bound.
    endpoint& cannot_open(error_code ec) { return connect(connect_result::cannot_open, ec, {}); }
    /// The socket connects to itself.
    endpoint& self_connect(clock::duration delay = {});
    /// @}

    /// @name The effect of the network on the bytes
    /// @{

    /// Each byte takes this long, in either direction.
    endpoint& latency(clock::duration one_way) { return last().latency = one_way, *this; }
    /// At most this many bytes (at least one) are on the way in each direction, including the buffers of both
    /// ends.
    endpoint& window(std::size_t bytes) { return last().window = (std::max<std::size_t>)(bytes, 1), *this; }
    /// The bytes of the peer arrive in pieces of at most this size.
    endpoint& split(std::size_t bytes) { return last().piece = bytes, *this; }
    /// Each piece of the peer arrives this much later than the piece before.
    endpoint& pace(clock::duration before_each) { return last().pace = before_each, *this; }
    /// After that many bytes the peer's FIN arrives, and no more bytes.
    endpoint& limit(std::size_t bytes) { return cut(detail::ending::fin, bytes); }
    /// After that many bytes the peer's RST arrives.
    endpoint& reset_after(std::size_t bytes) { return cut(detail::ending::reset, bytes); }
    /// @}

    /// The script of this connection speaks plaintext over a layer such as TLS, of which `make` makes one for
    /// each connection.
    endpoint& over(peer_layer_maker make);

    /// @name The actions of the peer, step by step
    /// @{

    /// Waits for exactly these bytes.
    endpoint& expect(std::string bytes) { return add({step::expect, std::move(bytes)}); }
    /// Waits for this number of bytes, whatever they are.
    endpoint& expect_bytes(std::size_t count) { return add({step::expect_bytes, {}, count}); }
    /// Waits for the client's FIN; a byte or a reset is a failure.
    endpoint& expect_eof() { return add({step::expect_eof}); }
    /// Sends these bytes.
    endpoint& reply(std::string bytes) { return add({step::reply, std::move(bytes)}); }
    /// Pauses.
    endpoint& after(clock::duration delay) { return add({step::after, {}, 0, delay}); }
    /// Sends FIN and continues to read.
    endpoint& half_close() { return add({step::half_close}); }
    /// Closes the socket, as Linux does: RST if bytes are unread, else FIN; later bytes are answered with
    /// RST.
    endpoint& close() { return add({step::close}); }
    /// Sends RST.
    endpoint& reset() { return add({step::reset}); }
    /// Sends all received bytes back, and FIN after the client's FIN.
    endpoint& echo() { return add({step::echo}); }
    /// Takes all bytes and sends nothing.
    endpoint& silent() { return add({step::silent}); }
    /// Stops reading, so that the client's writes block.
    endpoint& deaf() { return add({step::deaf}); }
    /// @}

    /// Begins the description of the next connection.
    endpoint& then();

    /// Clears the description, so that the endpoint can be described again. Existing connections keep their
    /// behaviour.
    endpoint& clear();

    /// For the simulated socket: takes the behaviour of the next connection.
    std::shared_ptr<const detail::behaviour> next();

private:
    detail::behaviour& last();

    endpoint& connect(connect_result result, error_code ec, clock::duration delay);

    endpoint& cut(detail::ending how, std::size_t bytes);

    endpoint& add(detail::peer_step what);

    std::vector<detail::behaviour> behaviours_;
    std::size_t used_ = 0;
};

}  // namespace uplink::testing

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/impl/endpoint.ipp>
#endif
