// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Status and history as text: every state and every part of the lines, with a clock that a test sets, and with one that
// says no time, as a simulated network's.
#include <uplink/reconnect_text.hpp>
#include <uplink/reconnecting_client.hpp>

#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <string>
#include <system_error>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

/// It is always a hundred hours after its epoch.
struct set_clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<set_clock>;
    static time_point now() noexcept { return time_point(100h); }
};
using set_status = basic_reconnect_status<set_clock>;
using set_record = basic_reconnect_record<set_clock>;
using silent_status = basic_reconnect_status<testing::clock>;
using silent_record = basic_reconnect_record<testing::clock>;

const error_code refused = net::error::connection_refused;

set_status since(std::chrono::nanoseconds ago) {
    set_status status;
    status.since = set_clock::now() - ago;
    return status;
}
std::string state_and_time(std::chrono::nanoseconds ago) {
    const std::string text = to_string(since(ago));
    return text.substr(0, text.find(';'));
}

/// Its message would break a line of a log.
class broken_words : public std::error_category {
public:
    const char* name() const noexcept override { return "broken"; }
    std::string message(int) const override { return "go\naway"; }
};

}  // namespace

TEST_CASE("Reconnect text: each state has a word") {
    std::string all;
    for (const reconnect_state each :
         {reconnect_state::idle, reconnect_state::connecting, reconnect_state::preparing,
          reconnect_state::connected, reconnect_state::waiting, reconnect_state::stopping,
          reconnect_state::stopped, reconnect_state::failed})
        all += to_string(each) + " ";
    CHECK(all == "idle connecting preparing connected waiting stopping stopped failed ");
}

TEST_CASE("Reconnect text: times are as exact as a person wants them") {
    CHECK(state_and_time(0s) == "idle for 0.0 ms");
    CHECK(state_and_time(999ms) == "idle for 999.0 ms");
    CHECK(state_and_time(1s) == "idle for 1.0 s");
    CHECK(state_and_time(59999ms) == "idle for 59.9 s");
    CHECK(state_and_time(1min) == "idle for 1 min 0 s");
    CHECK(state_and_time(59min + 59s) == "idle for 59 min 59 s");
    CHECK(state_and_time(1h + 4min) == "idle for 1 h 4 min");
    CHECK(state_and_time(47h) == "idle for 47 h 0 min");
    CHECK(state_and_time(79h) == "idle for 3 d 7 h");
}

TEST_CASE("Reconnect text: a status says the state, the failures, the next attempt and what there was") {
    set_status status = since(12'400ms);
    status.state = reconnect_state::waiting;
    status.next_attempt = set_clock::now() + 3100ms;
    status.failures = 7;
    status.last_error = refused;
    status.server = 2;
    status.connections = 1;
    status.dropped_bytes = 12;
    CHECK(to_string(status) ==
          "waiting for 12.4 s, the next attempt in 3.1 s; 7 failures in a row, the last error: " +
              refused.message() + "; server 2; 1 connection so far; 12 bytes dropped");
    status.next_attempt = set_clock::now();
    status.failures = 1;
    status.connections = 0;
    status.dropped_bytes = 1;
    CHECK(to_string(status) == "waiting for 12.4 s, the next attempt is due; 1 failure, the last error: " +
                                   refused.message() + "; server 2; 0 connections so far; 1 byte dropped");
    // The loss of a stable connection is no failure, and its error is told all the same.
    set_status lost = since(1s);
    lost.state = reconnect_state::connected;
    lost.last_error = net::error::eof;
    lost.connections = 3;
    CHECK(to_string(lost) == "connected for 1.0 s; the last error: " + lost.last_error.message() +
                                 "; server 0; 3 connections so far");
    // Those that came before a connection count until it is stable.
    lost.failures = 2;
    CHECK(to_string(lost) == "connected for 1.0 s; 2 failures in a row before, the last error: " +
                                 lost.last_error.message() + "; server 0; 3 connections so far");
}

TEST_CASE("Reconnect text: a message of any kind stays on its line") {
    static const broken_words words;
    const error_code broken = std::error_code(1, words);
    set_status status = since(1s);
    status.last_error = broken;
    CHECK(to_string(status) == "idle for 1.0 s; the last error: go?away; server 0; 0 connections so far");
    const std::vector<set_record> history{{set_clock::now(), 0, 1s, broken, false}};
    CHECK(to_string(history) == "the newest, 0.0 ms ago: server 0, failed after 1.0 s: go?away");
}

TEST_CASE("Reconnect text: history is a line an attempt, times relative to the newest") {
    const auto start = set_clock::now() - 70s;
    CHECK(to_string(std::vector<set_record>()) == "no attempt has ended yet");
    std::vector<set_record> history{{start - 62s, 0, 10ms, refused, false},
                                    {start - 1500ms, 1, 20ms, net::error::eof, true},
                                    {start, 0, 2s, {}, true}};
    CHECK(to_string(history) ==
          "1 min 2 s earlier: server 0, failed after 10.0 ms: " + refused.message() +
              "\n1.5 s earlier: server 1, connected after 20.0 ms, ended: " + history[1].error.message() +
              "\nthe newest, 1 min 10 s ago: server 0, connected after 2.0 s, not ended");
}

TEST_CASE("Reconnect text: a clock that says no time leaves out what counts to now") {
    silent_status status;
    status.since = testing::clock::time_point(5s);
    status.state = reconnect_state::waiting;
    status.next_attempt = testing::clock::time_point(6500ms);
    CHECK(to_string(status) ==
          "waiting, the next attempt 1.5 s after that began; server 0; 0 connections so far");
    status.next_attempt = testing::clock::time_point(5s);
    CHECK(to_string(status) == "waiting, the next attempt is due; server 0; 0 connections so far");
    const std::vector<silent_record> history{{testing::clock::time_point(5s), 0, 2s, {}, true}};
    CHECK(to_string(history) == "the newest: server 0, connected after 2.0 s, not ended");
}

TEST_CASE_METHOD(reconnect_test, "Reconnect text: why a client is down, from its status and its history") {
    server().accept(10ms).after(1s).close().then().refuse(10ms).then().refuse(10ms);
    simulated_reconnect client = make(every(1s));
    client.start();
    net.run_for(3s);
    const std::string ended = error_code(net::error::eof).message();
    CHECK(to_string(client.status()) ==
          "waiting, the next attempt 990.0 ms after that began; 2 failures in a row, the last error: " +
              refused.message() + "; server 0; 1 connection so far");
    CHECK(to_string(client.history()) ==
          "2.0 s earlier: server 0, connected after 10.0 ms, ended: " + ended +
              "\nthe newest: server 0, failed after 10.0 ms: " + refused.message());
}

}  // namespace uplink::tests
