// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The same job twice, on raw Asio and with uplink: connect to a name, send a line, receive a line, all within 5
// seconds.
#include "../echo_server.hpp"

#include <uplink/async_client.hpp>

#include <asio/connect.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

using namespace std::chrono_literals;
using answer_handler = std::function<void(std::error_code, std::string)>;

namespace raw {

// [raw]
class question : public std::enable_shared_from_this<question> {
public:
    question(asio::io_context& io, answer_handler done)
        : resolver_(io), socket_(io), limit_(io), done_(std::move(done)) {}

    void start(const std::string& host, const std::string& service) {
        limit_.expires_after(5s);
        limit_.async_wait([self = shared_from_this()](std::error_code ec) {
            if (!ec) self->finish(asio::error::timed_out);
        });
        resolver_.async_resolve(host, service, [self = shared_from_this()](std::error_code ec, auto found) {
            if (self->is_over(ec)) return;
            asio::async_connect(self->socket_, found, [self](std::error_code ec2, const auto&) {
                if (!self->is_over(ec2)) self->talk();
            });
        });
    }

private:
    void talk() {
        asio::async_write(
            socket_, asio::buffer(request_),
            [self = shared_from_this()](std::error_code ec, std::size_t) { self->is_over(ec); });
        asio::async_read_until(socket_, asio::dynamic_buffer(bytes_), '\n',
                               [self = shared_from_this()](std::error_code ec, std::size_t n) {
                                   if (self->is_over(ec)) return;
                                   self->bytes_.resize(n);
                                   self->finish({});
                               });
    }
    bool is_over(std::error_code ec) {
        if (ec && done_) finish(ec);
        return !done_;
    }
    void finish(std::error_code ec) {
        if (!done_) return;
        limit_.cancel();
        resolver_.cancel();  // a getaddrinfo that has begun goes on all the same
        socket_.close();
        std::exchange(done_, {})(ec, ec ? std::string() : std::move(bytes_));
    }

    asio::ip::tcp::resolver resolver_;
    asio::ip::tcp::socket socket_;
    asio::steady_timer limit_;
    std::string request_ = "hello\n", bytes_;
    answer_handler done_;
};

void ask(asio::io_context& io, const std::string& host, const std::string& service, answer_handler done) {
    std::make_shared<question>(io, std::move(done))->start(host, service);
}
// [/raw]

}  // namespace raw

namespace with_uplink {

// [uplink]
void ask(asio::io_context& io, const std::string& host, const std::string& service, answer_handler done) {
    const auto client = std::make_shared<uplink::tcp_client>(io);
    const auto limit = std::chrono::steady_clock::now() + 5s;  // one end for all of it
    client->async_connect(host, service, limit, [=](std::error_code ec, const auto&) {
        if (ec) return done(ec, {});
        client->async_send(std::string("hello\n"), limit, [](std::error_code, std::size_t) {});
        client->async_receive_until("\n", limit, [client, done](std::error_code ec2, std::string_view line) {
            done(ec2, std::string(line));
        });
    });
}
// [/uplink]

}  // namespace with_uplink

int main() {
    echo_server server;
    asio::io_context io;
    int good = 0;
    const auto print = [&](std::error_code ec, std::string line) {
        std::cout << (ec ? ec.message() + "\n" : line);
        good += line == "hello\n";
    };
    raw::ask(io, server.host(), server.service(), print);
    with_uplink::ask(io, server.host(), server.service(), print);
    io.run();
    return good == 2 ? 0 : 1;
}
