// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A TLS stream that is used without the client, whose server is refused, or whose handshake is given up: nothing is
// read and nothing written afterwards, and a server that is refused receives nothing more.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

constexpr int every_version[] = {TLS1_2_VERSION, TLS1_3_VERSION};
const net::ip::tcp::endpoint server_place(net::ip::make_address("192.0.2.1"), 443);
const detail::handshake_target target{"server.test", "443", ""};

/// Counts what has come, and stops answering when it is told so.
class counting_server : public tls_server_layer {
public:
    struct facts {
        std::size_t received = 0;  ///< bytes
        int flights = 0;
        bool is_silent = false;
    };
    counting_server(SSL_CTX* context, facts& seen) : tls_server_layer(context), seen_(seen) {}

    std::string receive(std::string_view bytes) override {
        seen_.received += bytes.size();
        ++seen_.flights;
        return tls_server_layer::receive(bytes);
    }
    std::string take_output() override {
        std::string bytes = tls_server_layer::take_output();
        return seen_.is_silent ? std::string() : bytes;
    }

private:
    facts& seen_;
};

struct stream_world : tls_world {
    stream_world(int version, tls_options options) : tls_world(version) {
        net.endpoint("192.0.2.1:443").accept().over([this] {
            return std::make_shared<counting_server>(server.get(), seen);
        });
        options.ca_pem = root.pem();
        testing::socket socket(net.get_executor());
        completion connected;
        socket.async_connect(server_place, record(connected));
        net.run();
        REQUIRE(connected == completed(success));
        stream =
            std::make_unique<tls_stream<testing::socket>>(std::move(socket), tls_context(std::move(options)));
    }
    void shake_hands() {
        stream->async_handshake(target, net::bind_cancellation_slot(stop.slot(), record(shaken)));
        net.run();
    }
    /// Nothing is read, nothing is written, and the server receives no byte.
    void check_that_it_is_unusable() {
        const std::size_t before = seen.received;
        char bytes[8] = {};
        completion read, written;
        stream->async_read_some(net::buffer(bytes), record(read));
        stream->async_write_some(net::buffer("secret"), record(written));
        net.run();
        CHECK(read == completed(net::error::not_connected, 0));
        CHECK(written == completed(net::error::not_connected, 0));
        error_code ec;
        CHECK(stream->read_some(net::buffer(bytes), ec) == 0);
        CHECK(ec == net::error::not_connected);
        CHECK(seen.received == before);
        stream.reset();
        net.run();
    }

    counting_server::facts seen{};
    std::unique_ptr<tls_stream<testing::socket>> stream{};
    net::cancellation_signal stop{};
    completion shaken{};
};

}  // namespace

TEST_CASE("TLS stream: a server that pins, hook or ALPN refuse is neither read from nor written to") {
    const auto refuses = [](const std::vector<std::string>&) { return false; };
    for (const int version : every_version) {
        for (const tls_options& options :
             {tls_options{.pins = {an_authority("Another").signed_by_itself().pin()}},
              tls_options{.verify = refuses}, tls_options{.alpn = {"h2"}, .require_alpn = true}}) {
            CAPTURE(version, options.pins.size(), options.require_alpn);
            stream_world world(version, options);
            world.shake_hands();
            CHECK(world.shaken == completed(errc::certificate_rejected));
            CHECK(world.seen.flights == (version == TLS1_3_VERSION ? 1 : 2));  // the hello; the keys
            world.check_that_it_is_unusable();
        }
    }
}

TEST_CASE("TLS stream: after a handshake that was cancelled nothing is read or written") {
    for (const int version : every_version) {
        CAPTURE(version);
        stream_world world(version, {});
        world.seen.is_silent = true;
        world.shake_hands();
        CHECK(world.shaken.calls == 0);
        world.stop.emit(net::cancellation_type::terminal);
        world.net.run();
        CHECK(world.shaken == completed(aborted));
        world.check_that_it_is_unusable();
    }
}

TEST_CASE("TLS stream: nothing is read or written before a handshake, and all after it") {
    stream_world before(TLS1_3_VERSION, {});
    before.check_that_it_is_unusable();

    stream_world after(TLS1_3_VERSION, {});
    after.shake_hands();
    CHECK(after.shaken == completed(success));
    completion written;
    after.stream->async_write_some(net::buffer("hello", 5), record(written));
    after.net.run();
    CHECK(written == completed(success, 5));
    after.stream.reset();
    after.net.run();
}

}  // namespace uplink::tests
