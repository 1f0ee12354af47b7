// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// trace_observer [FILE]: talks to a server of its own, and writes what happened when into FILE, or trace.json, in
// Chrome's trace format: https://ui.perfetto.dev and chrome://tracing show it. Each client is a process there: row 0
// has its connects and connections, row 1 lookups, proxies and handshakes, and each further row an attempt.
#include "echo_server.hpp"
#include "endpoint_text.hpp"

#include <uplink/blocking_client.hpp>
#include <uplink/observer.hpp>

#include <fstream>
#include <iomanip>
#include <map>
#include <mutex>

using std::chrono::steady_clock;
using uplink::error_code;

class trace_observer : public uplink::client_observer {
public:
    using id = std::uint64_t;
    using text = std::string;
    using count = std::size_t;

    explicit trace_observer(std::ostream& out) : out_(out) { out_ << std::fixed << '['; }
    ~trace_observer() { out_ << "\n]\n"; }

    void lookup_started(id client, const text&, const text&) noexcept override { start(client, 1); }
    void lookup_ended(id client, error_code ec, count) noexcept override { end(client, 1, "lookup", ec); }
    void attempt_started(id client, count i, const endpoint&) noexcept override { start(client, i + 2); }
    void attempt_ended(id client, count i, const endpoint& to, error_code ec) noexcept override {
        end(client, i + 2, text_of(to), ec);
    }
    void proxy_started(id client) noexcept override { start(client, 1); }
    void proxy_ended(id client, error_code ec, int) noexcept override { end(client, 1, "proxy", ec); }
    void handshake_started(id client) noexcept override { start(client, 1); }
    void handshake_ended(id client, error_code ec) noexcept override { end(client, 1, "handshake", ec); }
    void connect_ended(id client, error_code ec, std::chrono::nanoseconds total) noexcept override {
        write(client, 0, "connect", ec, total);
    }
    void connection_ended(id client, error_code ec, const uplink::connection_stats& stats) noexcept override {
        write(client, 0, "connection", ec, stats.connected_for);
    }

private:
    using microseconds = std::chrono::duration<double, std::micro>;
    /// Only the client's own events touch it.
    steady_clock::time_point& start_of(id client, count row) {
        const std::lock_guard lock(mutex_);
        return starts_[{client, row}];
    }
    void start(id client, count row) { start_of(client, row) = steady_clock::now(); }
    void end(id client, count row, const text& name, error_code ec) {
        write(client, row, name, ec, steady_clock::now() - start_of(client, row));
    }
    /// Something that took this long, and ends now.
    void write(id client, count row, const text& name, error_code ec, microseconds time) {
        const microseconds began = steady_clock::now() - program_began_ - time;
        const std::lock_guard lock(mutex_);
        out_ << separator_ << R"({"ph":"X","pid":)" << client << R"(,"tid":)" << row << R"(,"ts":)"
             << began.count() << R"(,"dur":)" << time.count() << R"(,"name":)" << std::quoted(name)
             << R"(,"args":{"result":)" << std::quoted(ec ? ec.message() : "ok") << "}}";
        separator_ = ",\n";
    }

    const steady_clock::time_point program_began_ = steady_clock::now();
    std::mutex mutex_{};
    std::map<std::pair<id, count>, steady_clock::time_point> starts_{};
    std::ostream& out_;
    const char* separator_ = "\n";
};

int main(int argc, char** argv) {
    std::ofstream file(argc > 1 ? argv[1] : "trace.json");
    const echo_server server;
    uplink::blocking_client client({.observer = std::make_shared<trace_observer>(file)});
    client.connect("localhost", server.service(), std::chrono::seconds(5));
    client.exchange("ping", uplink::half_close);
}
