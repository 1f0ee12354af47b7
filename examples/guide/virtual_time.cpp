// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Tests of code that has a client and a timer, without sockets and without waiting: the stream is a template parameter,
// and timer_for<Stream> is the timer that goes with it. On the simulated network minutes pass at once.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

using namespace std::chrono_literals;
using asio::use_awaitable;

// [code]
/// Asks each 30 s whether the server is alive; returns how often it was. In the program: count_pongs<>.
template <class Stream = asio::ip::tcp::socket>
asio::awaitable<int> count_pongs(std::string host, typename Stream::executor_type ex) {
    uplink::async_client<Stream> client(ex);
    uplink::testing::timer_for<Stream> pause(ex);
    int pongs = 0;
    try {
        for (co_await client.async_connect(host, 7, 10s, use_awaitable);; ++pongs) {
            co_await client.async_send(std::string("ping\n"), 5s, use_awaitable);
            co_await client.async_receive_until("pong\n", 5s, use_awaitable);
            pause.expires_after(30s);
            co_await pause.async_wait(use_awaitable);
        }
    } catch (const uplink::system_error& end) {
        if (end.code() != uplink::condition::timeout) throw;
    }
    co_return pongs;
}
// [/code]

// [test]
int pongs_on(uplink::testing::network& net) {
    net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"});
    auto pongs =
        asio::co_spawn(net.context(), count_pongs<uplink::testing::socket>("server.test", net.get_executor()),
                       asio::use_future);
    net.run();
    return pongs.get();
}

int main() {
    uplink::testing::network dies;  // after two answers; its address of IPv6 does not answer at all
    dies.endpoint("[2001:db8::1]:7").black_hole();
    auto& server = dies.endpoint("192.0.2.1:7").accept(20ms);
    for (int i = 0; i != 2; ++i) server.expect("ping\n").after(1s).reply("pong\n");
    server.silent();
    if (pongs_on(dies) != 2 || dies.elapsed() != 270ms + 2 * (1s + 30s) + 5s) return 1;

    uplink::testing::network nowhere;
    nowhere.elsewhere().black_hole();
    return pongs_on(nowhere) == 0 && nowhere.elapsed() == 10s ? 0 : 1;
}
// [/test]
