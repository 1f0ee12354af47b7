// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The truth tables of machine/outcome.hpp (faults 50, 63, 68). A row says what it wants of each fact: y, n, or - for
// either; every combination of facts that there is must meet exactly one row, and the row's result.

#include <uplink/detail/machine/outcome.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

using namespace uplink::detail;

namespace {

const error_code refused = errc::message_too_large;
const error_code failure = net::error::connection_reset;
const error_code end_error = errc::truncated;

template <class Result> struct row {
    std::string_view facts;
    Result result;
};

bool meets(std::string_view facts, std::string_view wanted) {
    for (std::size_t i = 0; i != facts.size(); ++i) {
        if (wanted[i] != '-' && wanted[i] != facts[i]) return false;
    }
    return facts.size() == wanted.size();
}

/// The result of the one row that the facts meet.
template <class Result> Result look_up(const std::vector<row<Result>>& table, const std::string& facts) {
    std::vector<Result> found;
    for (const auto& each : table) {
        if (meets(facts, each.facts)) found.push_back(each.result);
    }
    CAPTURE(facts);
    REQUIRE(found.size() == 1);
    return found.front();
}

char yes_no(bool value) { return value ? 'y' : 'n'; }
char letter(stop_reason reason) {
    return reason == stop_reason::none ? 'n' : reason == stop_reason::limit ? 'l' : 'c';
}

constexpr stop_reason every_reason[] = {stop_reason::none, stop_reason::limit, stop_reason::cancel};
constexpr bool both[] = {false, true};

}  // namespace

TEST_CASE(
    "a send ends when it is complete, then by the failure, then by a stop, and what has left of it counts") {
    // sent (0 nothing, p part, a all), part is enough, failure, stop, total cancellation
    const std::vector<row<send_outcome>> table = {
        {"a----", {true, {}, false}},
        {"py---", {true, {}, false}},
        {"pny--", {true, failure, false}},
        {"0-y--", {true, failure, false}},
        {"0-nn-", {false, {}, false}},
        {"pnnn-", {false, {}, false}},
        {"0-nl-", {true, errc::send_timeout, false}},
        {"0-nc-", {true, net::error::operation_aborted, false}},
        {"pnnly", {false, {}, false}},
        {"pnncy", {false, {}, false}},
        {"pnnln", {true, errc::send_timeout, true}},
        {"pnncn", {true, net::error::operation_aborted, true}},
    };
    int rows = 0;
    for (const char sent : {'0', 'p', 'a'})
        for (const bool partial : both)
            for (const bool failed : both)
                for (const stop_reason stop : every_reason)
                    for (const bool total : both) {
                        send_facts facts;
                        facts.size = 10;
                        facts.sent = sent == '0' ? 0 : sent == 'p' ? 9 : 10;
                        facts.partial_is_enough = partial;
                        if (failed) facts.failure = failure;
                        facts.stop = stop;
                        facts.stop_only_untouched = total;
                        const std::string name = {sent, yes_no(partial), yes_no(failed), letter(stop),
                                                  yes_no(total)};
                        CAPTURE(name);
                        CHECK(decide_send(facts) == look_up(table, name));
                        ++rows;
                    }
    CHECK(rows == 72);
}

TEST_CASE("a send of nothing ends as one of which nothing has left yet") {
    for (const stop_reason stop : every_reason)
        for (const bool failed : both)
            for (const bool total : both) {
                send_facts facts;
                if (failed) facts.failure = failure;
                facts.stop = stop;
                facts.stop_only_untouched = total;
                const error_code expected = failed ? failure : stop_error(stop, errc::send_timeout);
                CHECK(decide_send(facts) == send_outcome{true, expected, false});
            }
}

TEST_CASE("an end of stream is believed unless a reset may have been swallowed by the other direction") {
    // peer gone, write in flight, our half-close made
    const std::vector<row<end_meaning>> table = {
        {"n--", end_meaning::orderly},
        {"yy-", end_meaning::wait_for_write},
        {"yny", end_meaning::orderly},
        {"ynn", end_meaning::reset},
    };
    for (const bool gone : both)
        for (const bool writing : both)
            for (const bool ended : both) {
                const std::string name = {yes_no(gone), yes_no(writing), yes_no(ended)};
                CAPTURE(name);
                CHECK(decide_end({gone, writing, ended}) == look_up(table, name));
            }
}

TEST_CASE("whether the peer is gone is asked only if an end may hide a reset") {
    // local socket, write in flight, our half-close made
    const std::vector<row<bool>> table = {
        {"-y-", true},
        {"nnn", true},
        {"nny", false},
        {"yn-", false},
    };
    for (const bool local : both)
        for (const bool writing : both)
            for (const bool ended : both) {
                const std::string name = {yes_no(local), yes_no(writing), yes_no(ended)};
                CAPTURE(name);
                CHECK(may_hide_reset({false, writing, ended}, local) == look_up(table, name));
            }
}

TEST_CASE("a deadline is never reported as a cancel, nor a cancel as a deadline") {
    CHECK(stop_error(stop_reason::none, errc::send_timeout) == error_code());
    CHECK(stop_error(stop_reason::limit, errc::send_timeout) == errc::send_timeout);
    CHECK(stop_error(stop_reason::limit, errc::send_timeout) == uplink::condition::timeout);
    CHECK_FALSE(stop_error(stop_reason::limit, errc::send_timeout) == uplink::condition::cancelled);
    CHECK(stop_error(stop_reason::cancel, errc::send_timeout) == net::error::operation_aborted);
    CHECK(stop_error(stop_reason::cancel, errc::send_timeout) == uplink::condition::cancelled);
    CHECK_FALSE(stop_error(stop_reason::cancel, errc::send_timeout) == uplink::condition::timeout);
}

TEST_CASE("why a send ends early: a total cancellation counts only while nothing has left") {
    using uplink::detail::send_stop;
    const auto none = stop_reason::none;
    const auto cancel = stop_reason::cancel;
    const auto limit = stop_reason::limit;
    struct row {
        const char* asked;  ///< in this order: t total, c cancel, l limit
        stop_reason untouched;
        stop_reason touched;
        bool only_untouched;
    };
    const row rows[] = {
        {"", none, none, false},       {"t", cancel, cancel, true},   {"tt", cancel, cancel, true},
        {"c", cancel, cancel, false},  {"l", limit, limit, false},    {"tl", cancel, limit, false},
        {"tc", cancel, cancel, false}, {"lt", limit, limit, false},   {"lc", limit, limit, false},
        {"cl", cancel, cancel, false}, {"tlc", cancel, limit, false}, {"ctl", cancel, cancel, false}};
    for (const row& each : rows) {
        INFO(each.asked);
        send_stop stop;
        for (const char* what = each.asked; *what != 0; ++what) {
            if (*what == 't') stop.ask_total_cancellation();
            if (*what == 'c') stop.ask(cancel);
            if (*what == 'l') stop.ask(limit);
        }
        CHECK(stop.is_asked() == (*each.asked != 0));
        CHECK(stop.reason(true) == each.untouched);
        CHECK(stop.reason(false) == each.touched);
        CHECK(stop.is_only_untouched() == each.only_untouched);
    }
}

}  // namespace uplink::tests
