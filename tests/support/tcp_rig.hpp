// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One connection over Linux's loopback and one on the simulated network, which take the same steps and write
// down what they are told. Loopback delivers within the system call of the sender, so that the real side needs
// no waiting either.
#pragma once

#include <uplink/testing/network.hpp>

#include "support/catch.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

/// Of the peer.
enum class peer_act { send, take, fin, close, reset };
using peer_acts = std::vector<peer_act>;

/// What a step told: "write 5", "read reset".
inline std::string line_of(const std::string& what, const error_code& ec, std::size_t count) {
    if (!ec) return what + " " + std::to_string(count);
    if (ec == net::error::eof) return what + " eof";
    if (ec == net::error::connection_reset) return what + " reset";
    if (ec == net::error::broken_pipe) return what + " pipe";
    if (ec == net::error::not_connected) return what + " unconnected";
    return what + " " + ec.message();
}

/// A connection whose peer does one act at each call of peer().
template <class Socket> class tcp_rig {
public:
    explicit tcp_rig(Socket socket) : socket_(std::move(socket)) {}
    virtual ~tcp_rig() = default;
    virtual void peer() = 0;
    virtual void settle() = 0;

    void start_read() {
        socket_.async_read_some(net::buffer(incoming_), [this](error_code ec, std::size_t n) {
            told.push_back(line_of("read", ec, n));
        });
    }
    /// Without Asio's reactor, which may leave a read that follows an end waiting for one more edge.
    void read() {
        error_code ec;
        socket_.non_blocking(true, ec);
        const std::size_t count = socket_.read_some(net::buffer(incoming_), ec);
        told.push_back(line_of("read", ec, count));
    }
    void start_write() {
        socket_.async_write_some(net::buffer("hello", 5), [this](error_code ec, std::size_t n) {
            told.push_back(line_of("write", ec, n));
        });
    }
    void write() {
        start_write();
        settle();
    }
    /// Writes until a write stays pending.
    void fill() {
        fill_on();
        settle();
    }
    void remote() {
        error_code ec;
        socket_.remote_endpoint(ec);
        told.push_back(line_of("remote", ec, 0));
    }
    void shutdown_send() {
        error_code ec;
        socket_.shutdown(net::socket_base::shutdown_send, ec);
        told.push_back(line_of("shutdown", ec, 0));
        settle();
    }

    std::vector<std::string> told;

private:
    void fill_on() {
        socket_.async_write_some(net::buffer(block_), [this](error_code ec, std::size_t n) {
            if (ec) {
                told.push_back(line_of("write", ec, n));
            } else {
                fill_on();
            }
        });
    }

    std::array<char, 3> incoming_{};
    std::string block_ = std::string(1 << 20, 'x');

protected:
    Socket socket_;
};

struct simulated_rig : private testing::network, tcp_rig<testing::socket> {
    explicit simulated_rig(const peer_acts& script)
        : tcp_rig(testing::socket(static_cast<testing::network&>(*this).get_executor())) {
        auto& where = endpoint("192.0.2.1:80");
        for (const peer_act each : script) {
            where.after(std::chrono::seconds(1));
            switch (each) {
            case peer_act::send: where.reply("data"); break;
            case peer_act::take: where.expect_bytes(5); break;
            case peer_act::fin: where.half_close(); break;
            case peer_act::close: where.close(); break;
            case peer_act::reset: where.reset(); break;
            }
        }
        where.after(std::chrono::hours(24));
        socket_.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"), [](error_code) {});
        run_for(std::chrono::seconds(0));
    }
    void peer() override { run_for(std::chrono::seconds(1)); }
    void settle() override { run_for(std::chrono::seconds(0)); }
};

struct linux_rig : private net::io_context, tcp_rig<net::ip::tcp::socket> {
    explicit linux_rig(peer_acts script)
        : tcp_rig(net::ip::tcp::socket(static_cast<net::io_context&>(*this))), script_(std::move(script)) {
        net::basic_socket_acceptor<net::ip::tcp> acceptor(
            static_cast<net::io_context&>(*this), net::ip::tcp::endpoint(net::ip::address_v4::loopback(), 0));
        acceptor.set_option(net::socket_base::receive_buffer_size(4096));
        socket_.open(net::ip::tcp::v4());
        socket_.set_option(net::socket_base::send_buffer_size(4096));
        socket_.connect(acceptor.local_endpoint());
        acceptor.accept(peer_);
    }
    void peer() override {
        std::array<char, 16> incoming{};
        switch (script_.at(next_++)) {
        case peer_act::send: peer_.send(net::buffer("data", 4)); break;
        case peer_act::take: CHECK(peer_.receive(net::buffer(incoming)) == 5); break;
        case peer_act::fin: peer_.shutdown(net::socket_base::shutdown_send); break;
        case peer_act::close: peer_.close(); break;
        case peer_act::reset:
            peer_.set_option(net::socket_base::linger(true, 0));
            peer_.close();
            break;
        }
        settle();
    }
    void settle() override {
        restart();
        poll();
    }

private:
    peer_acts script_;
    std::size_t next_ = 0;
    net::ip::tcp::socket peer_{static_cast<net::io_context&>(*this)};
};

}  // namespace uplink::tests
