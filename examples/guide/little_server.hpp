// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The server of the guide's programs: it calls a function for each connection, one after the other, on a thread of its
// own. The function waits for what comes and answers; when it returns the connection is closed. The server listens on
// a free port of the loopback address. It has to live longer than the clients that are connected to it.
#pragma once

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

class little_server {
    using tcp = asio::ip::tcp;

public:
    /// A connection as the server sees it.
    class peer {
    public:
        explicit peer(tcp::socket& socket) : socket_(socket) {}

        /// The next line without its end, which is "\n" or "\r\n". False: the client has ended.
        bool read_line(std::string& line) {
            std::size_t end = pending_.find('\n');
            for (; end == std::string::npos; end = pending_.find('\n'))
                if (!read_more()) return false;
            line = pending_.substr(0, end);
            if (line.ends_with('\r')) line.pop_back();
            pending_.erase(0, end + 1);
            return true;
        }
        /// Exactly `count` bytes. False: the client has ended.
        bool read(std::string& bytes, std::size_t count) {
            while (pending_.size() < count)
                if (!read_more()) return false;
            bytes = pending_.substr(0, count);
            pending_.erase(0, count);
            return true;
        }
        /// False: the client does not take it any more.
        bool say(std::string_view words) {
            std::error_code ec;
            while (!words.empty() && !ec)
                words.remove_prefix(socket_.write_some(asio::buffer(words.data(), words.size()), ec));
            return !ec;
        }

    private:
        bool read_more() {
            char bytes[16 * 1024];
            std::error_code ec;
            pending_.append(bytes, socket_.read_some(asio::buffer(bytes), ec));
            return !ec;
        }

        tcp::socket& socket_;
        std::string pending_{};
    };

    explicit little_server(std::function<void(peer&)> session)
        : session_(std::move(session)), listener_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          thread_([this] { serve(); }) {}
    ~little_server() {
        std::error_code ec;
        is_over_ = true;
        tcp::socket(io_).connect(listener_.local_endpoint(ec), ec);  // accept() returns
        thread_.join();
    }

    std::string host() const { return "127.0.0.1"; }
    std::string service() const { return std::to_string(listener_.local_endpoint().port()); }

private:
    void serve() {
        while (!is_over_) {
            tcp::socket socket(io_);
            std::error_code ec;
            listener_.accept(socket, ec);
            if (ec || is_over_) continue;
            peer client(socket);
            session_(client);
        }
    }

    const std::function<void(peer&)> session_;
    std::atomic<bool> is_over_ = false;
    asio::io_context io_;
    tcp::acceptor listener_;
    std::thread thread_;
};

/// A session: reads three lines that begin with a number, and answers the last first; no answer if there is nothing but
/// the number.
inline void answer_backwards(little_server::peer& peer) {
    std::string lines[3];
    for (std::string& line : lines)
        if (!peer.read_line(line)) return;
    for (int i = 2; i >= 0; --i)
        if (!lines[i].ends_with(' ')) peer.say(lines[i] + '\n');
    peer.read_line(lines[0]);  // waits for the client's end
}
