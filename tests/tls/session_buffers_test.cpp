// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// OpenSSL's own buffers are given back while a session waits, wherever in a record that is, and no byte is lost.
#include "support/catch.hpp"
#include "tls/tls_pair.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <string>

namespace uplink::tests {

using detail::tls_session;
using detail::tls_state;

TEST_CASE("TLS session: buffers that are given back between any two bytes of records cost no byte") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_pair pair(version);
        REQUIRE(pair.shake_hands());
        std::string received;
        const auto read_and_release = [&] {
            pair.client->release_buffers();
            received += tls_pair::read_all(*pair.client, 3).bytes;
            pair.client->release_buffers();
        };
        for (const char* message : {"one", "two, which is longer than the room of a read", "three"}) {
            pair.server->write(net::buffer(std::string(message)));
            tls_pair::move(*pair.server, *pair.client, 1, read_and_release);
            CHECK(received == message);
            received.clear();
        }
    }
}

TEST_CASE("TLS session: buffers that are given back while plaintext is left cost no byte") {
    tls_pair pair;
    REQUIRE(pair.shake_hands());
    pair.server->write(net::buffer("hello", 5));
    tls_pair::move(*pair.server, *pair.client, 0, [] {});
    std::string received;
    char byte = 0;
    while (pair.client->read(net::buffer(&byte, 1)).bytes == 1) {
        received += byte;
        pair.client->release_buffers();
    }
    CHECK(received == "hello");
}

TEST_CASE("TLS session: buffers may be given back during the handshake, and after close_notify") {
    tls_pair pair;
    for (int round = 0; round != 10; ++round) {
        pair.client->handshake();
        pair.client->release_buffers();
        tls_pair::move(*pair.client, *pair.server, 1, [&] { pair.server->handshake(); });
        tls_pair::move(*pair.server, *pair.client, 1, [&] { pair.client->release_buffers(); });
    }
    CHECK(pair.client->handshake().state == tls_state::done);
    pair.client->shut_down();
    pair.client->release_buffers();
    tls_pair::move(*pair.client, *pair.server, 0, [] {});
    CHECK(tls_pair::read_all(*pair.server).state == tls_state::ended);
}

}  // namespace uplink::tests
