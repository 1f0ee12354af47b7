// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// raw HOST SERVICE: what examples/first.cpp does, written by hand on Asio alone: looks the name up, tries the addresses
// in turn, sends "ping" while it receives, and prints what comes until the other end closes; all within ten seconds.
#include <asio/buffer.hpp>
#include <asio/connect.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

class exchange : public std::enable_shared_from_this<exchange> {
public:
    using handler_type = std::function<void(std::error_code, std::string)>;

    exchange(asio::io_context& io, std::string request, handler_type handler)
        : resolver_(io), socket_(io), timer_(io), request_(std::move(request)), handler_(std::move(handler)) {
    }

    void start(const std::string& host, const std::string& service, std::chrono::seconds limit) {
        timer_.expires_after(limit);
        timer_.async_wait([self = shared_from_this()](std::error_code ec) {
            if (!ec) self->finish(asio::error::timed_out);
        });
        resolver_.async_resolve(
            host, service,
            [self = shared_from_this()](std::error_code ec, asio::ip::tcp::resolver::results_type found) {
                if (ec) return self->finish(ec);
                self->connect(found);
            });
    }

private:
    void connect(const asio::ip::tcp::resolver::results_type& found) {
        if (is_done_) return;
        asio::async_connect(socket_, found,
                            [self = shared_from_this()](std::error_code ec, const asio::ip::tcp::endpoint&) {
                                if (ec) return self->finish(ec);
                                self->transfer();
                            });
    }

    void transfer() {
        if (is_done_) return;
        asio::async_write(socket_, asio::buffer(request_),
                          [self = shared_from_this()](std::error_code ec, std::size_t) {
                              if (ec) return self->finish(ec);
                              self->is_sent_ = true;
                              if (self->is_received_) self->finish({});
                          });
        asio::async_read(socket_, asio::dynamic_buffer(response_),
                         [self = shared_from_this()](std::error_code ec, std::size_t) {
                             if (ec != asio::error::eof) return self->finish(ec);
                             self->is_received_ = true;
                             if (self->is_sent_) self->finish({});
                         });
    }

    void finish(std::error_code ec) {
        if (std::exchange(is_done_, true)) return;
        std::error_code ignored;
        resolver_.cancel();
        timer_.cancel();
        socket_.close(ignored);
        handler_(ec, std::move(response_));
    }

    asio::ip::tcp::resolver resolver_;
    asio::ip::tcp::socket socket_;
    asio::steady_timer timer_;
    std::string request_;
    std::string response_;
    handler_type handler_;
    bool is_sent_ = false;
    bool is_received_ = false;
    bool is_done_ = false;
};

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    asio::io_context io;
    std::make_shared<exchange>(io, "ping", [](std::error_code ec, std::string reply) {
        if (ec) std::cerr << ec.message() << '\n';
        else std::cout << reply << '\n';
    })->start(argv[1], argv[2], std::chrono::seconds(10));
    io.run();
}
