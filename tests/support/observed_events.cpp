// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/observed_events.hpp"

#include <cstring>

namespace uplink::tests {

observed_events::observed_events(bool keeps_lines) : keeps_lines_(keeps_lines) {}

observed_events::~observed_events() = default;

std::size_t observed_events::connect_called(const error_code& ec) {
    if (ec == errc::operation_in_progress || ec == net::error::already_connected) return 0;
    if (connects.empty()) return fail("the handler of a connect is called before its end is told"), 0;
    const result told = connects.front();
    connects.pop_front();
    const bool was_closed = !told.ec && ec == net::error::operation_aborted;
    if (ec != told.ec && !was_closed) fail("a connect ended with " + told.ec.message());
    if (was_closed && connection_ends.size() < told.connection) fail("closed, and the end is not told");
    return told.connection;
}

void observed_events::check_over() {
    if (!is_idle()) fail("a connect has no end");
    if (connected_) fail("a connection has no end");
}

void observed_events::lookup_started(std::uint64_t client, const std::string& host,
                                     const std::string& service) noexcept {
    begin(client);
    note([&] { return "lookup of " + host + " " + service; });
    if (lookup_ || had_lookup_) fail("a second lookup");
    lookup_ = had_lookup_ = true;
}

void observed_events::lookup_ended(std::uint64_t client, error_code ec, std::size_t addresses) noexcept {
    begin(client);
    note([&] { return "lookup: " + (ec ? ec.message() : std::to_string(addresses)); });
    if (!lookup_) fail("the end of no lookup");
    if (!ec == (addresses == 0)) fail("addresses with an error, or neither");
    lookup_ = false;
    last_lookup_error_ = ec;
}

void observed_events::attempt_started(std::uint64_t client, std::size_t index,
                                      const endpoint& place) noexcept {
    begin(client);
    note([&] { return "attempt " + std::to_string(index) + " at " + text_of(place); });
    if (index != attempts_.size()) fail("attempts are not counted one by one");
    if (in_proxy_ || in_handshake_) fail("an attempt in a conversation");
    attempts_.push_back({place, net::error::in_progress});
}

void observed_events::attempt_ended(std::uint64_t client, std::size_t index, const endpoint& place,
                                    error_code ec) noexcept {
    begin(client);
    note([&] { return "attempt " + std::to_string(index) + ": " + word(ec); });
    if (index >= attempts_.size() || attempts_[index].error != net::error::in_progress)
        return fail("the end of no attempt");
    if (place != attempts_[index].place) fail("an attempt ended elsewhere");
    if (ec == net::error::in_progress) fail("an attempt ended that goes on");
    attempts_[index].error = ec;
}

void observed_events::proxy_started(std::uint64_t client) noexcept {
    begin(client);
    note([&] { return std::string("proxy"); });
    if (in_proxy_ || in_handshake_ || lookup_ || !attempts_are_over() || attempts_.empty())
        fail("a proxy is asked too early");
    in_proxy_ = true;
}

void observed_events::proxy_ended(std::uint64_t client, error_code ec, int status) noexcept {
    begin(client);
    note([&] { return "proxy: " + word(ec) + ", status " + std::to_string(status); });
    if (!in_proxy_) fail("the end of no conversation");
    in_proxy_ = false;
}

void observed_events::handshake_started(std::uint64_t client) noexcept {
    begin(client);
    note([&] { return std::string("handshake"); });
    if (in_proxy_ || had_handshake_ || lookup_ || !attempts_are_over() || attempts_.empty())
        fail("a handshake too early");
    in_handshake_ = had_handshake_ = true;
}

void observed_events::handshake_ended(std::uint64_t client, error_code ec) noexcept {
    begin(client);
    note([&] { return "handshake: " + word(ec); });
    if (!in_handshake_) fail("the end of no handshake");
    in_handshake_ = false;
}

void observed_events::connect_ended(std::uint64_t client, error_code ec,
                                    std::chrono::nanoseconds total) noexcept {
    const bool was_refused = ec && is_idle() && attempts_.empty() && !had_lookup_;
    const bool stays_connected = was_refused && connected_;
    if (!stays_connected) begin(client);
    note([&] { return "connect: " + word(ec); });
    if (lookup_ || in_proxy_ || in_handshake_ || !attempts_are_over())
        fail("the end of a connect whose parts go on");
    bool has_winner = false;
    for (const auto& each : attempts_) has_winner = has_winner || !each.error;
    if (!ec && !has_winner) fail("a connect without a winner");
    last_attempts_ = std::move(attempts_);
    attempts_.clear();
    if (!had_lookup_) last_lookup_error_ = {};
    had_lookup_ = had_handshake_ = false;
    connected_ = !ec || stays_connected;
    if (!ec) ++connections_;
    connects.push_back({ec, total, ec ? 0 : connections_});
}

void observed_events::connection_ended(std::uint64_t client, error_code ec,
                                       const connection_stats& stats) noexcept {
    note([&] { return "connection: " + word(ec); });
    id = client;
    if (!connected_) fail("the end of no connection");
    if (!is_idle()) fail("the end of a connection in the next connect");
    connected_ = false;
    connection_ends.push_back(ec);
    last_stats = stats;
}

std::string observed_events::text() const {
    std::string all;
    for (const std::string& each : lines) all += each + '\n';
    return all;
}

std::string observed_events::word(const error_code& ec) { return ec ? ec.message() : "ok"; }

std::string observed_events::text_of(const endpoint& place) {
    if (place.protocol().family() == AF_UNIX) return "a path";
    net::ip::tcp::endpoint as_tcp;
    as_tcp.resize(place.size());
    std::memcpy(as_tcp.data(), place.data(), place.size());
    return detail::endpoint_to_string(as_tcp);
}

void observed_events::begin(std::uint64_t client) {
    if (id != 0 && id != client) fail("another client");
    id = client;
    if (connected_) fail("a connect before the end of the connection");
}

void observed_events::fail(const std::string& what) { failures.push_back("observer: " + what); }

bool observed_events::attempts_are_over() const {
    for (const auto& each : attempts_) {
        if (each.error == net::error::in_progress) return false;
    }
    return true;
}

}  // namespace uplink::tests
