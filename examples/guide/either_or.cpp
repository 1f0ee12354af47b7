// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The first of two: a line, or something else, with Asio's operator ||. The loser is cancelled, and not a byte is lost:
// half a line that has come stays for the next receive. as_tuple makes an error a result, which ends the wait too;
// without it || would wait on for the other one. If the other is a timer only, give the receive a limit instead.
#include "as_tuple.hpp"

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using asio::use_awaitable;
using client_type = uplink::async_client<uplink::testing::socket>;  // in the program: uplink::tcp_client
using timer_type = uplink::testing::timer_for<client_type>;         // in the program: asio::steady_timer

// [either]
asio::awaitable<std::string> line_or_signal(client_type& client, timer_type& signal) {
    auto first = co_await (client.async_receive_until("\n", as_tuple(use_awaitable)) ||
                           signal.async_wait(use_awaitable));
    if (first.index() == 1) co_return "the signal";
    const auto [ec, line] = std::get<0>(first);
    co_return ec ? ec.message() : std::string(line);
}
// [/either]

asio::awaitable<bool> talk(client_type& client) {
    co_await client.async_connect("192.0.2.1", 7, 5s, use_awaitable);
    timer_type signal(client.get_executor(), 300ms);
    const std::string first = co_await line_or_signal(client, signal);
    const std::string half(client.state().view());
    signal.expires_after(1h);
    const std::string second = co_await line_or_signal(client, signal);
    const std::string third = co_await line_or_signal(client, signal);
    co_return first == "the signal" && half == "half a " && second == "half a line\n" &&
        third == "End of file";
}

int main() {
    uplink::testing::network net;
    net.endpoint("192.0.2.1:7").accept().reply("half a ").after(1s).reply("line\n").after(1s).close();
    client_type client(net.get_executor());
    auto good = asio::co_spawn(net.context(), talk(client), asio::use_future);
    net.run();
    return good.get() && net.elapsed() == 2s ? 0 : 1;
}
