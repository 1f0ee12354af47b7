// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client with a default token: calls need none then. With as_tuple an error is a value and not an exception. Asio has
// had as_tuple in asio/experimental before it was in asio.
#include "little_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <iostream>

// [token]
#if __has_include(<asio/as_tuple.hpp>)
#include <asio/as_tuple.hpp>
using asio::as_tuple_t;
#else
#include <asio/experimental/as_tuple.hpp>
using asio::experimental::as_tuple_t;
#endif
using my_client = as_tuple_t<asio::use_awaitable_t<>>::as_default_on_t<uplink::tcp_client>;
// [/token]
using namespace std::chrono_literals;

// [use]
asio::awaitable<std::string> ask(std::string host, std::string service) {
    my_client client(co_await asio::this_coro::executor);
    if (const auto [ec, peer] = co_await client.async_connect(host, service, 5s); ec)
        co_return "connect: " + ec.message() + '\n' + to_string(client.last_connect());
    if (const auto [ec, n] = co_await client.async_send(std::string("time?\n"), 5s); ec)
        co_return "send: " + ec.message();
    const auto [ec, line] = co_await client.async_receive_until("\n", 5s);
    co_return ec ? "receive: " + ec.message() : std::string(line);
}
// [/use]

int main() try {
    little_server server([](little_server::peer& peer) {
        std::string line;
        if (peer.read_line(line)) peer.say("half past twelve\n");
    });
    asio::io_context io;
    auto answer = asio::co_spawn(io, ask(server.host(), server.service()), asio::use_future);
    auto problem = asio::co_spawn(io, ask("no host", server.service()), asio::use_future);
    io.run();
    return answer.get() == "half past twelve\n" && problem.get().starts_with("connect: ") ? 0 : 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
