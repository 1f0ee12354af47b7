// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The proxy that the example socks5_client talks to: it serves one connection on a free port of the loopback address,
// on a thread of its own. It knows a name that no name server knows, echo.example, and plays the server behind it too,
// which sends back what comes. For any other name it has the answer "host unreachable" (RFC 1928, section 6).
#pragma once

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>

class little_socks5_proxy {
    using tcp = asio::ip::tcp;

public:
    little_socks5_proxy() : listener_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        thread_ = std::thread([this] { serve(); });
    }
    ~little_socks5_proxy() { thread_.join(); }

    std::uint16_t port() const { return listener_.local_endpoint().port(); }

private:
    std::string read(tcp::socket& peer, std::size_t count) {
        std::string bytes(count, '\0');
        asio::read(peer, asio::buffer(bytes));
        return bytes;
    }
    std::size_t read_size(tcp::socket& peer) { return static_cast<unsigned char>(read(peer, 1)[0]); }

    void serve() {
        try {
            tcp::socket peer = listener_.accept();
            read(peer, 1);                // the version
            read(peer, read_size(peer));  // the log-in methods that are offered
            asio::write(peer, asio::buffer("\5\0", 2));
            read(peer, 4);  // the version, the command, and that a name follows
            const std::string name = read(peer, read_size(peer));
            read(peer, 2);  // the port
            const bool is_known = name == "echo.example";
            const std::array<char, 10> reply{5, static_cast<char>(is_known ? 0 : 4), 0, 1};
            asio::write(peer, asio::buffer(reply));
            std::array<char, 1024> bytes;
            std::error_code ec;
            while (is_known && !ec) {
                const std::size_t n = peer.read_some(asio::buffer(bytes), ec);
                asio::write(peer, asio::buffer(bytes, n));
            }
        } catch (const std::system_error&) {  // the client has gone
        }
    }

    asio::io_context io_;
    tcp::acceptor listener_;
    std::thread thread_;
};
