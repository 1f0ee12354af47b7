// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The report of a client's last connect: what a new connect keeps of it, which reason it gives, and the list
// of addresses whose memory serves again.
#include <uplink/detail/connect/connect_record.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using tcp_endpoint = net::ip::tcp::endpoint;
using tcp_record = uplink::detail::connect_record<tcp_endpoint>;

const error_code denied = net::error::access_denied;

/// A list with room for so many, as a connect gives it back.
std::vector<tcp_endpoint> list_for(std::size_t room) {
    std::vector<tcp_endpoint> list;
    list.reserve(room);
    list.resize(room);
    return list;
}

}  // namespace

TEST_CASE("a new connect begins an empty report of what was asked for, in the attempts' old memory") {
    tcp_record record;
    auto& report = record.report();
    report.attempts.resize(5);
    const auto* const memory = report.attempts.data();
    report.reason = "a reason";
    report.lookup = report.proxy = report.handshake = report.total = 1s;
    report.lookup_began = 1s;
    report.time_to_live = 1s;
    report.winner = 4;
    report.proxy_status = 200;
    report.lookup_error = report.error = denied;
    report.tls.protocol = "TLSv1.3";
    report.tls.depth = 2;
    record.begin({"host", "service"});
    CHECK(&record.report() == &report);
    CHECK(&std::as_const(record).report() == &report);
    CHECK(report.host == "host");
    CHECK(report.service == "service");
    CHECK(report.attempts.empty());
    CHECK(report.attempts.data() == memory);
    CHECK(report.reason.empty());
    for (const auto& time : {report.lookup, report.proxy, report.handshake, report.total}) CHECK(time == 0s);
    CHECK_FALSE(report.lookup_began);
    CHECK_FALSE(report.time_to_live);
    CHECK_FALSE(report.winner);
    CHECK(report.proxy_status == 0);
    CHECK_FALSE(report.lookup_error);
    CHECK_FALSE(report.error);
    CHECK(report.tls.protocol.empty());
    CHECK(report.tls.depth == -1);
    record.begin({});
    CHECK(report.host.empty());
    CHECK(report.service.empty());
}

TEST_CASE(
    "a refused connect is reported with what was asked for, its error and its reason, and nothing else") {
    tcp_record record;
    record.report().attempts.resize(1);
    record.refuse({denied, "not allowed"}, {"host", "service"});
    CHECK(record.report().host == "host");
    CHECK(record.report().service == "service");
    CHECK(record.report().error == denied);
    CHECK(record.report().reason == "not allowed");
    CHECK(record.report().attempts.empty());
}

TEST_CASE("the reason is the last one given, and stays as it was if there is no memory for another") {
    tcp_record record;
    record.explain("first");
    record.explain("second");
    CHECK(record.report().reason == "second");
    record.begin({});
    // Longer than any string can be; it is not read.
    record.explain(std::string_view("x", std::string().max_size() + 1));
    CHECK(record.report().reason.empty());
}

TEST_CASE("the shortest time for which an answer may be used is kept, and no answer need tell any") {
    tcp_record record;
    record.note_time_to_live(std::nullopt);
    CHECK_FALSE(record.report().time_to_live);
    record.note_time_to_live(60s);
    CHECK(record.report().time_to_live == 60s);
    record.note_time_to_live(90s);
    record.note_time_to_live(std::nullopt);
    CHECK(record.report().time_to_live == 60s);
    record.note_time_to_live(0s);
    CHECK(record.report().time_to_live == 0s);
}

TEST_CASE(
    "a connect that has ended reports its time, its error, and the reason of the attempt that decided it") {
    tcp_record record;
    record.report().attempts.resize(2);
    record.report().attempts[1].error = denied;
    detail::refused_attempts refused;
    refused.add(1, {denied, "not allowed"});
    SECTION("a refused one decided it") {
        record.finish(denied, 3s, refused);
        CHECK(record.report().reason == "not allowed");
        CHECK(record.report().error == denied);
    }
    SECTION("another one decided it") {
        record.report().attempts[0].error = denied;
        record.finish(denied, 3s, refused);
        CHECK(record.report().reason.empty());
    }
    SECTION("it has succeeded") {
        record.finish({}, 3s, refused);
        CHECK(record.report().reason.empty());
        CHECK_FALSE(record.report().error);
    }
    CHECK(record.report().total == 3s);
}

TEST_CASE("a list that is given back serves the next connect, empty, and once") {
    tcp_record record;
    CHECK(record.take_list().empty());
    auto list = list_for(3);
    const auto* const memory = list.data();
    record.give_back(std::move(list));
    const auto taken = record.take_list();
    CHECK(taken.empty());
    CHECK(taken.data() == memory);
    CHECK(record.take_list().capacity() == 0);
}

TEST_CASE("the memory of eight addresses is kept, and that of nine is not") {
    tcp_record record;
    record.give_back(list_for(9));
    CHECK(record.take_list().capacity() == 0);
    record.give_back(list_for(8));
    CHECK(record.take_list().capacity() == 8);
}

}  // namespace uplink::tests
