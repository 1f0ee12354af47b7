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
    explicit observed_events(bool keeps_lines = true);
    ~observed_events() override;

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
    std::size_t connect_called(const error_code& ec);
    /// The client and its operations are gone.
    void check_over();

    void lookup_started(std::uint64_t client, const std::string& host,
                        const std::string& service) noexcept override;
    void lookup_ended(std::uint64_t client, error_code ec, std::size_t addresses) noexcept override;
    void attempt_started(std::uint64_t client, std::size_t index, const endpoint& place) noexcept override;
    void attempt_ended(std::uint64_t client, std::size_t index, const endpoint& place,
                       error_code ec) noexcept override;
    void proxy_started(std::uint64_t client) noexcept override;
    void proxy_ended(std::uint64_t client, error_code ec, int status) noexcept override;
    void handshake_started(std::uint64_t client) noexcept override;
    void handshake_ended(std::uint64_t client, error_code ec) noexcept override;
    /// One that is refused may come while a connection that the peer has ended is not closed yet.
    void connect_ended(std::uint64_t client, error_code ec, std::chrono::nanoseconds total) noexcept override;
    void connection_ended(std::uint64_t client, error_code ec,
                          const connection_stats& stats) noexcept override;

    /// The lines, a line break behind each.
    std::string text() const;

private:
    struct attempt {
        endpoint place{};
        error_code error{};
    };

    static std::string word(const error_code& ec);
    static std::string text_of(const endpoint& place);

    void begin(std::uint64_t client);
    template <class MakeLine> void note(MakeLine make_line) {
        if (keeps_lines_) lines.push_back(make_line());
    }
    void fail(const std::string& what);
    bool attempts_are_over() const;

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
