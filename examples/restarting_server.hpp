// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A server that does not stay: it sends back one line, closes the connection, and is away for a moment, in which
// connects are refused; then it comes back on the same port of the loopback address. It runs on a thread of its own.
#pragma once

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

class restarting_server {
    using tcp = asio::ip::tcp;

public:
    restarting_server() : address_(asio::ip::address_v4::loopback(), 0) {
        listen();
        address_ = listener_->local_endpoint();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~restarting_server() {
        io_.stop();
        thread_.join();
    }

    std::string host() const { return address_.address().to_string(); }
    std::string service() const { return std::to_string(address_.port()); }

private:
    void listen() {
        listener_.emplace(io_, address_);
        listener_->async_accept([this](std::error_code ec, tcp::socket peer) {
            if (ec) return go_away();
            peer_.emplace(std::move(peer));
            read();
        });
    }
    void read() {
        asio::async_read_until(*peer_, asio::dynamic_buffer(line_), '\n',
                               [this](std::error_code ec, std::size_t) { ec ? go_away() : write(); });
    }
    void write() {
        asio::async_write(*peer_, asio::buffer(line_), [this](std::error_code, std::size_t) { go_away(); });
    }
    void go_away() {
        line_.clear();
        listener_.reset();
        peer_.reset();
        timer_.expires_after(std::chrono::milliseconds(100));
        timer_.async_wait([this](std::error_code) { come_back(); });
    }
    /// Somebody else may have taken the port meanwhile: then once more.
    void come_back() {
        try {
            listen();
        } catch (const std::system_error&) {
            go_away();
        }
    }

    asio::io_context io_{1};
    tcp::endpoint address_;
    std::optional<tcp::acceptor> listener_{};
    std::optional<tcp::socket> peer_{};
    std::string line_{};
    asio::steady_timer timer_{io_};
    std::thread thread_{};
};
