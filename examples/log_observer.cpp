// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   log_observer               connects to a server of its own, and again when that is gone
//   log_observer HOST SERVICE  connects to that server
//
// An observer that writes a line for each event: the time since the program began, the client, and what happened. It
// may serve many clients on several threads, so a mutex keeps their lines apart.
#include "echo_server.hpp"
#include "endpoint_text.hpp"

#include <uplink/async_client.hpp>
#include <uplink/observer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>

using namespace std::chrono_literals;
using uplink::error_code;

class log_observer : public uplink::client_observer {
public:
    explicit log_observer(std::ostream& out) : out_(out) {}

    void lookup_started(std::uint64_t client, const std::string& host, const std::string&) noexcept override {
        line(client, "looking up ", host);
    }
    void lookup_ended(std::uint64_t client, error_code ec, std::size_t addresses) noexcept override {
        if (ec) line(client, "lookup: ", ec.message());
        else line(client, "lookup: ", addresses, " addresses");
    }
    void attempt_started(std::uint64_t client, std::size_t index, const endpoint& place) noexcept override {
        line(client, "attempt ", index, " to ", text_of(place));
    }
    void attempt_ended(std::uint64_t client, std::size_t index, const endpoint&,
                       error_code ec) noexcept override {
        line(client, "attempt ", index, ": ", word(ec));
    }
    void proxy_started(std::uint64_t client) noexcept override { line(client, "asking the proxy"); }
    void proxy_ended(std::uint64_t client, error_code ec, int status) noexcept override {
        line(client, "proxy: ", word(ec), ", status ", status);
    }
    void handshake_started(std::uint64_t client) noexcept override { line(client, "shaking hands"); }
    void handshake_ended(std::uint64_t client, error_code ec) noexcept override {
        line(client, "handshake: ", word(ec));
    }
    void connect_ended(std::uint64_t client, error_code ec,
                       std::chrono::nanoseconds total) noexcept override {
        line(client, "connect: ", word(ec), " after ", total / 1us, " us");
    }
    void connection_ended(std::uint64_t client, error_code ec,
                          const uplink::connection_stats& stats) noexcept override {
        line(client, "connection: ", ec ? ec.message() : "closed", " after ", stats.connected_for / 1us,
             " us, ", stats.bytes_sent, " bytes sent, ", stats.bytes_received, " received");
    }

private:
    static std::string word(const error_code& ec) { return ec ? ec.message() : "ok"; }

    template <class... Parts> void line(std::uint64_t client, const Parts&... parts) {
        const auto now = (std::chrono::steady_clock::now() - began_) / 1us;
        const std::lock_guard lock(mutex_);
        ((out_ << now << " us, client " << client << ": ") << ... << parts) << '\n';
    }

    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::mutex mutex_{};
    std::ostream& out_;
};

error_code ping(const std::string& host, const std::string& service, uplink::client_options options) {
    asio::io_context io;
    error_code result;
    uplink::async_exchange(io, host, service, "ping", uplink::half_close, std::move(options), 5s,
                           [&](error_code ec, const std::string&) { result = ec; });
    io.run();
    return result;
}

int main(int argc, char** argv) {
    const auto log = std::make_shared<log_observer>(std::cout);
    if (argc == 3) return ping(argv[1], argv[2], {.observer = log}) ? 1 : 0;

    std::string service;
    error_code done;
    {
        const echo_server server;
        service = server.service();
        done = ping("localhost", service, {.observer = log});
    }
    const error_code refused = ping("127.0.0.1", service, {.observer = log});  // it is gone
    return !done && refused ? 0 : 1;
}
