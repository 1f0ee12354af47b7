// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/both_worlds.hpp"

namespace uplink::tests {

peer_script::peer_script() = default;

peer_script::peer_script(const peer_script& other) = default;

peer_script::~peer_script() = default;

peer_script& peer_script::small_buffers() {
    has_small_buffers_ = true;
    simulated_.window(small);
    return *this;
}

peer_script& peer_script::expect(const std::string& bytes, location where) {
    real_.expect(bytes, where);
    simulated_.expect(bytes);
    return *this;
}

peer_script& peer_script::expect_eof(location where) {
    real_.expect_eof(where);
    simulated_.expect_eof();
    return *this;
}

peer_script& peer_script::take_all(location where) {
    real_.expect_anything_until_eof(where);
    simulated_.silent();
    return *this;
}

peer_script& peer_script::reply(const std::string& bytes, location where) {
    real_.reply(bytes, where);
    simulated_.reply(bytes);
    return *this;
}

peer_script& peer_script::reply_in_pieces(const std::string& bytes, std::size_t piece, location where) {
    if (piece == 0) return reply(bytes, where);
    real_.reply_in_pieces(bytes, piece, where);
    simulated_.split(piece).reply(bytes);
    return *this;
}

peer_script& peer_script::half_close(location where) {
    real_.half_close(where);
    simulated_.half_close();
    return *this;
}

peer_script& peer_script::close(location where) {
    real_.close(where);
    simulated_.close();
    return *this;
}

peer_script& peer_script::reset(location where) {
    real_.reset(where);
    simulated_.reset();
    return *this;
}

peer_script& peer_script::deaf(location where) {
    real_.silence(where);
    simulated_.deaf();
    return *this;
}

peer_script& peer_script::when_signalled(location where) {
    real_.when_signalled(where);
    simulated_.after(std::chrono::seconds(1));
    return *this;
}

simulated_world::simulated_world(const peer_script& script) {
    net.endpoint(server_endpoint()) = script.simulated_;
}

simulated_world::~simulated_world() {
    for (const std::string& each : net.failures()) FAIL_CHECK(each);
    CHECK(net.open_sockets() == 0);
}

net::ip::tcp::endpoint simulated_world::server_endpoint() const {
    return testing::detail::parse_endpoint("192.0.2.1:80");
}

async_client<testing::socket> simulated_world::connected(client_options options) {
    async_client<stream> client(executor(), std::move(options));
    connect(client);
    return client;
}

testing::socket simulated_world::connected_socket() {
    stream socket(executor());
    completion connected;
    socket.async_connect(server_endpoint(), record(connected));
    run_until(connected);
    REQUIRE_FALSE(connected.ec);
    return socket;
}

void simulated_world::run() {
    net.run();
    if (net.pending_operations() != 0) FAIL("something is still pending");
}

void simulated_world::run_until(const completion& result) {
    run_until([&] { return static_cast<bool>(result); });
}

std::string simulated_world::peer_got() const { return net.attempts().back().received; }

bool simulated_world::peer_has_ended() {
    return net.run_until([this] { return net.attempts().back().finished; });
}

loopback_world::loopback_world(const peer_script& script)
    : has_small_buffers_(script.has_small_buffers_),
      server({script.real_}, {.buffer_size = has_small_buffers_ ? peer_script::small : 0}) {}

net::ip::tcp::endpoint loopback_world::server_endpoint() const {
    return {net::ip::make_address(server.host()), server.port()};
}

async_client<> loopback_world::connected(client_options options) {
    if (has_small_buffers_) {
        options.socket.send_buffer = peer_script::small;
        options.socket.receive_buffer = peer_script::small;
    }
    async_client<stream> client(executor(), std::move(options));
    connect(client);
    return client;
}

net::ip::tcp::socket loopback_world::connected_socket() {
    ++connections_;
    stream socket(io);
    socket.connect(server_endpoint());
    return socket;
}

void loopback_world::settle() {
    io.restart();
    // With io_uring this may never end: the system says of a full socket that it is writable, and takes nothing.
    for (int turns = 0; turns != 10'000 && io.poll_one() != 0; ++turns) {
    }
}

std::string loopback_world::peer_got() const {
    REQUIRE(server.wait_for_end(connections_ - 1));
    return server.received(connections_ - 1);
}

template void simulated_world::connect(async_client<testing::socket>& client);
template void loopback_world::connect(async_client<>& client);

}  // namespace uplink::tests
