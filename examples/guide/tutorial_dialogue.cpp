// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The second step of the tutorial: a dialogue of lines in a coroutine, with a limit for each step, and each end told
// apart.
#include "../echo_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>

using namespace std::chrono_literals;
using asio::use_awaitable;

// [dialogue]
asio::awaitable<void> talk(uplink::tcp_client& client, std::string host, std::string service) {
    co_await client.async_connect(host, service, 5s, use_awaitable);
    for (const char* word : {"hello\n", "and good-bye\n"}) {
        co_await client.async_send(std::string(word), 5s, use_awaitable);
        const std::string line(co_await client.async_receive_until("\n", 5s, use_awaitable));
        std::cout << "the server says: " << line;
    }
    co_await client.async_close(5s, use_awaitable);
}
// [/dialogue]

// [ends]
std::string in_words(const uplink::tcp_client& client, const std::error_code& ec) {
    if (client.last_connect().error) return to_string(client.last_connect());  // who was tried, and why not
    if (ec == uplink::condition::timeout) return "too slow: " + ec.message();
    if (ec == uplink::condition::cancelled) return "somebody has cancelled it";
    if (ec == asio::error::eof) return "the server has ended, in order";
    if (ec == uplink::errc::truncated) return "the server has ended inside a line";
    return "the connection has failed: " + ec.message();
}
// [/ends]

// [main]
int talk_to(const std::string& host, const std::string& service) {
    asio::io_context io;
    uplink::tcp_client client{io};
    int status = 0;
    asio::co_spawn(io, talk(client, host, service), [&](std::exception_ptr problem) {
        try {
            if (problem) std::rethrow_exception(problem);
        } catch (const std::system_error& failure) {
            std::cout << in_words(client, failure.code()) << '\n';
            status = 1;
        }
    });
    io.run();
    return status;
}
// [/main]

int main() {
    std::string service;
    {
        echo_server server;
        service = server.service();
        if (talk_to(server.host(), service) != 0) return 1;
    }
    return talk_to("127.0.0.1", service) == 1 ? 0 : 1;  // it is not there any more
}
