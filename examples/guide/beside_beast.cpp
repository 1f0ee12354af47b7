// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The same job twice, with Boost.Beast's tcp_stream and with uplink: a page by HTTP, within 5 seconds. Both let Beast
// parse the response. This program is built only where Boost 1.81 or newer is.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <uplink/async_client.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using asio::ip::tcp;
using request = http::request<http::empty_body>;
using response = http::response<http::string_body>;

// [beast]
asio::awaitable<std::string> get_with_beast(std::string host, std::string service, request question) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    // No limit covers the lookup: expires_after() is the stream's alone.
    const auto found = co_await resolver.async_resolve(host, service, use_awaitable);
    beast::tcp_stream stream(executor);
    stream.expires_after(5s);  // one address after the other, each may use all of it
    co_await stream.async_connect(found, use_awaitable);
    stream.expires_after(5s);
    co_await http::async_write(stream, question, use_awaitable);
    beast::flat_buffer buffer;
    response answer;
    co_await http::async_read(stream, buffer, answer, use_awaitable);
    co_return answer.body();
}
// [/beast]

// [uplink]
asio::awaitable<std::string> get_with_uplink(std::string host, std::string service, request question) {
    const auto executor = co_await asio::this_coro::executor;
    const auto limit = std::chrono::steady_clock::now() + 5s;  // lookup, race and all the rest
    uplink::tcp_client client{executor};
    co_await client.async_connect(host, service, limit, use_awaitable);
    auto stream = client.limited(limit);
    co_await http::async_write(stream, question, use_awaitable);
    beast::flat_buffer buffer;
    response answer;
    co_await http::async_read(stream, buffer, answer, use_awaitable);
    co_return answer.body();
}
// [/uplink]

asio::awaitable<void> serve(tcp::acceptor& listener, int times) {
    while (times-- > 0) {
        beast::tcp_stream peer(co_await listener.async_accept(use_awaitable));
        beast::flat_buffer buffer;
        request question;
        co_await http::async_read(peer, buffer, question, use_awaitable);
        response answer(http::status::ok, question.version());
        answer.body() = "the page\n";
        answer.prepare_payload();
        co_await http::async_write(peer, answer, use_awaitable);
    }
}

int main() {
    asio::io_context io;
    tcp::acceptor listener(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const std::string service = std::to_string(listener.local_endpoint().port());
    request question(http::verb::get, "/", 11);
    question.set(http::field::host, "127.0.0.1");
    int good = 0;
    const auto print = [&](std::exception_ptr problem, std::string page) {
        std::cout << (problem ? "failed\n" : page);
        good += !problem && page == "the page\n";
    };
    asio::co_spawn(io, serve(listener, 2), asio::detached);
    asio::co_spawn(io, get_with_beast("127.0.0.1", service, question), print);
    asio::co_spawn(io, get_with_uplink("127.0.0.1", service, question), print);
    io.run();
    return good == 2 ? 0 : 1;
}
