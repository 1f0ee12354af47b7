// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A handler that is passed as an lvalue is copied by every function, as Asio copies it: the caller can use it again.
#include "support/client_test.hpp"
#include "support/lvalue_operations.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

TEST_CASE_METHOD(client_test, "a handler passed as an lvalue is copied by every function", "[handler]") {
    async_client<> client{io};  // not connected: each operation is refused, which calls the handler too
    static const std::string text = "text";
    std::array<char, 8> room{};
    const net::ip::tcp::endpoint nowhere(net::ip::make_address("127.0.0.1"), 1);
    const std::vector<net::ip::tcp::endpoint> list{nowhere};

    start_twice("send", io, [&](auto& handler) { client.async_send(net::buffer(text), handler); });
    start_twice("send 1s", io, [&](auto& handler) { client.async_send(net::buffer(text), 1s, handler); });
    start_twice("send string", io, [&](auto& handler) { client.async_send(std::string("x"), handler); });
    start_twice("send vector", io, [&](auto& handler) { client.async_send(std::vector<char>(3), handler); });
    start_twice("shutdown", io, [&](auto& handler) { client.async_shutdown_send(handler); });
    start_twice("drain", io, [&](auto& handler) { client.async_drain(handler); });
    start_twice("receive", io, [&](auto& handler) { client.async_receive(handler); });
    start_twice("some", io, [&](auto& handler) { client.async_receive_some(handler); });
    start_twice("until", io, [&](auto& handler) { client.async_receive_until("x", handler); });
    start_twice("exactly", io, [&](auto& handler) { client.async_receive_exactly(3, handler); });
    start_twice("message", io,
                [&](auto& handler) { client.async_receive_message(fixed_size{3}, 1s, handler); });
    start_twice("exchange", io, [&](auto& handler) { client.async_exchange(net::buffer(text), handler); });
    start_twice("close", io, [&](auto& handler) { client.async_close(handler); });
    start_twice("read", io, [&](auto& handler) { client.async_read_some(net::buffer(room), handler); });
    start_twice("write", io, [&](auto& handler) { client.async_write_some(net::buffer(text), handler); });
    start_twice("limited read", io,
                [&](auto& handler) { client.limited(1s).async_read_some(net::buffer(room), handler); });
    start_twice("limited write", io,
                [&](auto& handler) { client.limited(1s).async_write_some(net::buffer(text), handler); });
    // The second is refused while the first is pending, and the first by the port.
    start_twice("connect", io, [&](auto& handler) { client.async_connect("127.0.0.1", "1", handler); });
    start_twice("connect number", io, [&](auto& handler) { client.async_connect("127.0.0.1", 1, handler); });
    start_twice("connect endpoint", io, [&](auto& handler) { client.async_connect(nowhere, handler); });
    start_twice("connect list", io, [&](auto& handler) { client.async_connect(list, 1s, handler); });
    start_twice("free exchange", io,
                [&](auto& handler) { uplink::async_exchange(io, "127.0.0.1", "1", "x", 1s, handler); });
}

}  // namespace uplink::tests
