// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client is a stream for Asio's composed operations and Beast's: asio::async_read_until, http::async_read. limited()
// puts one limit on all reads and writes that such a call makes, so that a server that drips byte after byte meets it.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <asio/co_spawn.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <asio/write.hpp>

using namespace std::chrono_literals;
using asio::use_awaitable;
using client_type = uplink::async_client<uplink::testing::socket>;  // in the program: uplink::tcp_client

// [limited]
asio::awaitable<std::string> ask(client_type& client, std::string question, uplink::error_code& ec) {
    auto stream = client.limited(5s);  // from now on, for all of it
    std::string answer;
    co_await asio::async_write(stream, asio::buffer(question), asio::redirect_error(use_awaitable, ec));
    if (!ec)
        co_await asio::async_read_until(stream, asio::dynamic_buffer(answer), '\n',
                                        asio::redirect_error(use_awaitable, ec));
    co_return answer;  // on an error what had come
}
// [/limited]

asio::awaitable<bool> talk(client_type& client) {
    uplink::error_code quick, slow;
    co_await client.async_connect("192.0.2.1", 7, 5s, use_awaitable);
    const std::string answer = co_await ask(client, "first?\n", quick);
    const std::string part = co_await ask(client, "second?\n", slow);
    co_return !quick && answer == "quick\n" && slow == uplink::errc::receive_timeout && part == "dripp";
}

int main() {
    uplink::testing::network net;
    auto& server = net.endpoint("192.0.2.1:7").accept();
    server.expect("first?\n").reply("quick\n").expect("second?\n");
    for (const char byte : std::string("dripping\n")) server.after(999ms).reply({byte});
    client_type client(net.get_executor());
    auto good = asio::co_spawn(net.context(), talk(client), asio::use_future);
    net.run();
    return good.get() ? 0 : 1;
}
