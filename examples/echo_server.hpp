// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The server that the examples talk to: sends back what comes on each connection, and ends when the client does.
// It listens on a free port of the loopback address and runs on a thread of its own.
#pragma once

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

class echo_server {
    using tcp = asio::ip::tcp;

public:
    echo_server() : listener_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        accept();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~echo_server() {
        io_.stop();
        thread_.join();
    }

    std::string host() const { return listener_.local_endpoint().address().to_string(); }
    std::string service() const { return std::to_string(listener_.local_endpoint().port()); }

private:
    struct connection : std::enable_shared_from_this<connection> {
        explicit connection(tcp::socket&& peer) : socket(std::move(peer)) {}

        void read() {
            socket.async_read_some(asio::buffer(bytes),
                                   [self = shared_from_this()](std::error_code ec, std::size_t n) {
                                       if (!ec) self->write(n);
                                   });
        }
        void write(std::size_t count) {
            asio::async_write(socket, asio::buffer(bytes, count),
                              [self = shared_from_this()](std::error_code ec, std::size_t) {
                                  if (!ec) self->read();
                              });
        }

        tcp::socket socket;
        std::array<char, 16 * 1024> bytes;
    };

    void accept() {
        listener_.async_accept([this](std::error_code ec, tcp::socket peer) {
            if (!ec) std::make_shared<connection>(std::move(peer))->read();
            accept();
        });
    }

    asio::io_context io_;
    tcp::acceptor listener_;
    std::thread thread_;
};
