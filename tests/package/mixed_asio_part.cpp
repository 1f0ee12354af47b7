// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One part of a program, compiled twice: for standalone Asio and, with UPLINK_USE_BOOST_ASIO, for Boost.Asio, as two
// libraries of one program may be. It looks a name up, connects, receives to the end and names an error.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <string>

namespace net = uplink::net;

namespace {

bool receives_from_a_real_server() {
    net::io_context io;
    net::ip::tcp::acceptor listener(io, {net::ip::address_v4::loopback(), 0});
    listener.async_accept([](auto, net::ip::tcp::socket peer) { peer.write_some(net::buffer("pong", 4)); });
    uplink::async_client<> client(io);
    uplink::error_code received = uplink::errc::receive_timeout;
    client.async_connect("localhost", std::to_string(listener.local_endpoint().port()), [&](auto ec, auto) {
        if (!ec) client.async_receive([&](uplink::error_code result, std::size_t) { received = result; });
    });
    io.run();
    return !received && client.state().str() == "pong";
}

bool receives_from_a_simulated_server() {
    uplink::testing::network simulated;
    simulated.endpoint("192.0.2.1:80").accept().reply("pong").close();
    uplink::async_client<uplink::testing::socket> client(simulated.get_executor());
    client.async_connect("192.0.2.1", "80", [&](auto, auto) { client.async_receive([](auto, auto) {}); });
    simulated.run();
    return client.state().str() == "pong";
}

bool names_its_errors() {
    const uplink::error_code ec = uplink::errc::receive_limit;
    const uplink::error_code unknown(9999, ec.category());
    return ec.category().name() == std::string("uplink") && ec.message() != unknown.message();
}

}  // namespace

#if defined(UPLINK_USE_BOOST_ASIO)
bool part_with_boost();
bool part_with_boost()
#else
bool part_with_standalone();
bool part_with_standalone()
#endif
{
    return receives_from_a_real_server() && receives_from_a_simulated_server() && names_its_errors();
}
