// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// An observer of one client that keeps what it is told, as lines for tests of single rules, and checks what holds for
// every client: each start has one end, in the order that <uplink/observer.hpp> gives, nothing is told between two
// connects but the end of the connection, and there is one for each connect that succeeded. What is wrong becomes a
// line in failures.
#pragma once

#include <uplink/connect_report.hpp>
#include <uplink/connection_stats.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>
#include <uplink/observer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

class observed_events : public client_observer {
public:
    /// The result of a connect, and which connection it made, if it made one.
    struct result {
        error_code ec{};
        std::chrono::nanoseconds total{};
        std::size_t connection = 0;
    };

    /// False: what is told is checked and not kept.
    explicit observed_events(bool keeps_lines = true) : keeps_lines_(keeps_lines) {}

    std::vector<std::string> lines{};
    std::vector<std::string> failures{};
    std::deque<result> connects{};              ///< whose handlers have not been called
    std::vector<error_code> connection_ends{};  ///< of each connection
    connection_stats last_stats{};
    std::uint64_t id = 0;  ///< of the client

    bool is_connected() const noexcept { return connected_; }
    std::size_t connections() const noexcept { return connections_; }
    /// No connect is going on.
    bool is_idle() const noexcept { return attempts_.empty() && !lookup_ && !in_proxy_ && !in_handshake_; }
    /// The attempts and the lookup of the last connect are those of the report. A proxy may be looked up again, which
    /// nobody is told.
    template <class Report> void check(const Report& report) {
        if (report.attempts.size() != last_attempts_.size()) return fail("not the attempts of the report");
        for (std::size_t i = 0; i != last_attempts_.size(); ++i) {
            if (report.attempts[i].error != last_attempts_[i].error ||
                endpoint(report.attempts[i].endpoint) != last_attempts_[i].place)
                fail("not the report's attempt " + std::to_string(i));
        }
        if (report.attempts.empty() && report.lookup_error != last_lookup_error_)
            fail("not the report's lookup_error");
    }
    /// The handler of a connect is called with this. Returns which connection it has; 0 if none.
    std::size_t connect_called(const error_code& ec) {
        if (ec == errc::operation_in_progress || ec == net::error::already_connected) return 0;
        if (connects.empty()) return fail("the handler of a connect is called before its end is told"), 0;
        const result told = connects.front();
        connects.pop_front();
        const bool was_closed = !told.ec && ec == net::error::operation_aborted;
        if (ec != told.ec && !was_closed) fail("a connect ended with " + told.ec.message());
        if (was_closed && connection_ends.size() < told.connection) fail("closed, and the end is not told");
        return told.connection;
    }
    /// The client and its operations are gone.
    void check_over() {
        if (!is_idle()) fail("a connect has no end");
        if (connected_) fail("a connection has no end");
    }

    void lookup_started(std::uint64_t client, const std::string& host,
                        const std::string& service) noexcept override {
        begin(client);
        note([&] { return "lookup of " + host + " " + service; });
        if (lookup_ || had_lookup_) fail("a second lookup");
        lookup_ = had_lookup_ = true;
    }
    void lookup_ended(std::uint64_t client, error_code ec, std::size_t addresses) noexcept override {
        begin(client);
        note([&] { return "lookup: " + (ec ? ec.message() : std::to_string(addresses)); });
        if (!lookup_) fail("the end of no lookup");
        if (!ec == (addresses == 0)) fail("addresses with an error, or neither");
        lookup_ = false;
        last_lookup_error_ = ec;
    }
    void attempt_started(std::uint64_t client, std::size_t index, const endpoint& place) noexcept override {
        begin(client);
        note([&] { return "attempt " + std::to_string(index) + " at " + text_of(place); });
        if (index != attempts_.size()) fail("attempts are not counted one by one");
        if (in_proxy_ || in_handshake_) fail("an attempt in a conversation");
        attempts_.push_back({place, net::error::in_progress});
    }
    void attempt_ended(std::uint64_t client, std::size_t index, const endpoint& place,
                       error_code ec) noexcept override {
        begin(client);
        note([&] { return "attempt " + std::to_string(index) + ": " + word(ec); });
        if (index >= attempts_.size() || attempts_[index].error != net::error::in_progress)
            return fail("the end of no attempt");
        if (place != attempts_[index].place) fail("an attempt ended elsewhere");
        if (ec == net::error::in_progress) fail("an attempt ended that goes on");
        attempts_[index].error = ec;
    }
    void proxy_started(std::uint64_t client) noexcept override {
        begin(client);
        note([&] { return std::string("proxy"); });
        if (in_proxy_ || in_handshake_ || lookup_ || !attempts_are_over() || attempts_.empty())
            fail("a proxy is asked too early");
        in_proxy_ = true;
    }
    void proxy_ended(std::uint64_t client, error_code ec, int status) noexcept override {
        begin(client);
        note([&] { return "proxy: " + word(ec) + ", status " + std::to_string(status); });
        if (!in_proxy_) fail("the end of no conversation");
        in_proxy_ = false;
    }
    void handshake_started(std::uint64_t client) noexcept override {
        begin(client);
        note([&] { return std::string("handshake"); });
        if (in_proxy_ || had_handshake_ || lookup_ || !attempts_are_over() || attempts_.empty())
            fail("a handshake too early");
        in_handshake_ = had_handshake_ = true;
    }
    void handshake_ended(std::uint64_t client, error_code ec) noexcept override {
        begin(client);
        note([&] { return "handshake: " + word(ec); });
        if (!in_handshake_) fail("the end of no handshake");
        in_handshake_ = false;
    }
    /// One that is refused may come while a connection that the peer has ended is not closed yet.
    void connect_ended(std::uint64_t client, error_code ec,
                       std::chrono::nanoseconds total) noexcept override {
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
    void connection_ended(std::uint64_t client, error_code ec,
                          const connection_stats& stats) noexcept override {
        note([&] { return "connection: " + word(ec); });
        id = client;
        if (!connected_) fail("the end of no connection");
        if (!is_idle()) fail("the end of a connection in the next connect");
        connected_ = false;
        connection_ends.push_back(ec);
        last_stats = stats;
    }

    /// The lines, a line break behind each.
    std::string text() const {
        std::string all;
        for (const std::string& each : lines) all += each + '\n';
        return all;
    }

private:
    struct attempt {
        endpoint place{};
        error_code error{};
    };

    static std::string word(const error_code& ec) { return ec ? ec.message() : "ok"; }
    static std::string text_of(const endpoint& place) {
        if (place.protocol().family() == AF_UNIX) return "a path";
        net::ip::tcp::endpoint as_tcp;
        as_tcp.resize(place.size());
        std::memcpy(as_tcp.data(), place.data(), place.size());
        return detail::endpoint_to_string(as_tcp);
    }

    void begin(std::uint64_t client) {
        if (id != 0 && id != client) fail("another client");
        id = client;
        if (connected_) fail("a connect before the end of the connection");
    }
    template <class MakeLine> void note(MakeLine make_line) {
        if (keeps_lines_) lines.push_back(make_line());
    }
    void fail(const std::string& what) { failures.push_back("observer: " + what); }
    bool attempts_are_over() const {
        for (const auto& each : attempts_) {
            if (each.error == net::error::in_progress) return false;
        }
        return true;
    }

    bool keeps_lines_;
    std::vector<attempt> attempts_{};
    std::vector<attempt> last_attempts_{};
    error_code last_lookup_error_{};
    std::size_t connections_ = 0;
    bool lookup_ = false;
    bool had_lookup_ = false;
    bool in_proxy_ = false;
    bool in_handshake_ = false;
    bool had_handshake_ = false;
    bool connected_ = false;
};

}  // namespace uplink::tests
