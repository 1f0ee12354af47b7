// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the example client draws and writes, without a clock, a stream or a connection. What README.md shows of it is
// made here, from times that are the same every time.
#include "support/catch.hpp"

#include "examples/client/json.hpp"
#include "examples/client/progress.hpp"
#include "examples/client/report_text.hpp"
#include "examples/client/timeline.hpp"

#include <uplink/connect_report.hpp>
#include <uplink/error.hpp>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using tcp = net::ip::tcp;
using report_type = basic_connect_report<tcp::endpoint>;

tcp::endpoint endpoint(const char* address) { return {net::ip::make_address(address), 443}; }

/// The first address does not answer, the second does.
report_type a_race() {
    report_type report;
    report.host = "example.org";
    report.service = "443";
    report.lookup = 12'100us;
    report.attempts = {{endpoint("2001:db8::7"), 12'200us, 270'400us, net::error::operation_aborted},
                       {endpoint("192.0.2.7"), 262'400us, 20'200us, {}}};
    report.winner = 1;
    report.handshake = 38'300us;
    report.tls.protocol = "TLSv1.3";
    report.tls.cipher = "TLS_AES_256_GCM_SHA384";
    report.total = 321'000us;
    return report;
}
report_type a_failure() {
    report_type report;
    report.host = "db.internal";
    report.service = "5432";
    report.lookup = 3'200us;
    report.attempts = {
        {{net::ip::make_address("192.0.2.21"), 5432}, 3'300us, 400us, net::error::connection_refused},
        {{net::ip::make_address("192.0.2.22"), 5432}, 3'700us, 3'060'300us, net::error::host_unreachable}};
    report.total = 3'064ms;
    report.error = net::error::connection_refused;
    return report;
}

bool readme_shows(const std::string& screen) {
    std::ifstream file(UPLINK_TEST_README);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    INFO("README.md does not have this:\n" << screen);
    CHECK(!text.empty());
    return text.find(screen) != std::string::npos;
}

}  // namespace

TEST_CASE("example client: the timeline of a race, as the README shows it", "[example]") {
    CHECK(readme_shows(tool::draw(tool::timeline_of(a_race()))));
    CHECK(readme_shows(
        tool::draw(tool::timeline_of(a_failure())) +
        "uplink: db.internal 5432, tried 192.0.2.21:5432, tried 192.0.2.22:5432: Connection refused\n"));
}

TEST_CASE("example client: a route that the system calls an invalid argument is no wrong call", "[example]") {
    using tool::exit_status;
    report_type report;
    CHECK((tool::refusal_status(net::error::invalid_argument, report) == exit_status::usage));
    report.attempts.resize(1);  // the system's word for a route that leads nowhere
    CHECK((tool::refusal_status(net::error::invalid_argument, report) == exit_status::connect));
    CHECK((tool::refusal_status(net::error::host_not_found, report) == exit_status::lookup));
}

TEST_CASE("example client: a refusal names the server and what was tried", "[example]") {
    using tool::refused_place;
    CHECK(refused_place({"db", "80", {}}, {}, false) == "db 80");
    CHECK(refused_place({"db", "80", {}}, {"192.0.2.1:80"}, false) == "db 80, tried 192.0.2.1:80");
    CHECK(refused_place({"db", "80", {}}, {"a", "b"}, false) == "db 80, tried a, tried b");
    CHECK(refused_place({"192.0.2.1", "http", {}}, {"192.0.2.1:80"}, false) == "192.0.2.1:80");
    CHECK(refused_place({"::1", "80", {}}, {"[::1]:80"}, false) == "[::1]:80");
    CHECK(refused_place({"db", "80", {}}, {}, true) == "db 80 through a proxy");
    CHECK(refused_place({"db", "80", {}}, {"192.0.2.1:1080"}, true) ==
          "db 80 through the proxy 192.0.2.1:1080");
    CHECK(refused_place({"db", "80", {}}, {"a", "b"}, true) == "db 80 through the proxy, tried a, tried b");
    CHECK(refused_place({{}, {}, "/run/server"}, {}, false) == "unix:/run/server");
}

TEST_CASE("example client: the timeline has every stage, however short, and how it ended", "[example]") {
    using tool::bar_of;
    CHECK(bar_of({"", 0s, 10s, '+', ""}, 10s, 10) == "=========+");
    CHECK(bar_of({"", 5s, 5s, 'x', ""}, 10s, 10) == "     ====x");
    CHECK(bar_of({"", 5s, 0s, '-', ""}, 10s, 10) == "     -    ");
    CHECK(bar_of({"", 10s, 0s, 'x', ""}, 10s, 10) == "         x");
    CHECK(bar_of({"", 12s, 12s, 'x', ""}, 10s, 10) == "         x");
    CHECK(bar_of({"", 0s, 0s, '+', ""}, 0s, 10) == "+         ");

    report_type report;
    report.host = "a\nb";
    report.service = "80";
    report.total = 100ms;
    report.error = errc::proxy_http_status;
    report.attempts = {{endpoint("192.0.2.1"), 0ms, 50ms, {}}};
    report.winner = 0;
    report.proxy = 50ms;
    report.proxy_status = 403;
    const std::string text = tool::draw(tool::timeline_of(report), 4);
    CHECK(
        text ==
        "a?b 80: failed after 100.0 ms\n"
        "  192.0.2.1:443 |=+  | at    0.0 ms for   50.0 ms  connected\n"
        "  proxy         |  =x| at   50.0 ms for   50.0 ms  the proxy refused with an HTTP status, status 403\n");

    report_type unknown;
    unknown.host = "nobody";
    unknown.service = "80";
    unknown.lookup_error = unknown.error = net::error::host_not_found;
    CHECK(tool::draw(tool::timeline_of(unknown), 4) ==
          "nobody 80: failed after 0.0 ms\n  lookup |x   | at    0.0 ms for    0.0 ms  " +
              make_error_code(net::error::host_not_found).message() + "\n");

    report_type rejected = a_race();
    rejected.error = errc::certificate_rejected;
    rejected.tls.verify_error = "certificate has expired";
    CHECK(tool::timeline_of(rejected).stages.back().mark == 'x');
    CHECK(tool::timeline_of(rejected).stages.back().outcome ==
          "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate has expired");
}

TEST_CASE("example client: a failure says what the report knows, and does not send a user to the report",
          "[example]") {
    report_type refused;
    refused.proxy_status = 403;
    CHECK(tool::failure_text("a", errc::proxy_http_status, refused) ==
          "a: the proxy refused with an HTTP status (403)");
    CHECK(tool::failure_text("a", errc::proxy_not_allowed, refused).ends_with("allow this connection"));
    report_type rejected;
    rejected.tls.verify_error = "certificate has expired";
    CHECK(tool::failure_text("a", errc::certificate_rejected, rejected) ==
          "a: the server's certificate was rejected (certificate has expired)");
    CHECK(tool::failure_text("a", net::error::eof, report_type()) ==
          "a: " + make_error_code(net::error::eof).message());
}

TEST_CASE("example client: a message loses its advice for programs, and nothing behind it", "[example]") {
    CHECK(tool::message_of(errc::certificate_rejected) == "the server's certificate was rejected");
    CHECK(tool::without_advice("failed: rejected; see last_connect().tls; server 0") ==
          "failed: rejected; server 0");
    CHECK(tool::without_advice("failed; server 0") == "failed; server 0");
    report_type report = a_race();
    report.error = errc::certificate_rejected;
    report.handshake = 3ms;
    report.tls = {};
    CHECK(tool::timeline_of(report).stages.back().outcome == "the server's certificate was rejected");
}

TEST_CASE("example client: JSON texts", "[example]") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"", "\"\""},
        {"a\"b\\c\n\x01", "\"a\\\"b\\\\c\\u000a\\u0001\""},
        {"h\xc3\xb6st \xe2\x82\xac \xf0\x9f\x98\x80", "\"h\xc3\xb6st \xe2\x82\xac \xf0\x9f\x98\x80\""},
        {"\xc3", "\"\\ufffd\""},
        {"\xc0\x80", "\"\\ufffd\\ufffd\""},             // overlong
        {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},  // a surrogate
        {"\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
        {"\xff", "\"\\ufffd\""},
    };
    for (const auto& [text, expected] : rows) CHECK(tool::json_text(text) == expected);
}

TEST_CASE("example client: JSON of a report and of statistics", "[example]") {
    report_type report;
    report.host = "a";
    report.service = "80";
    report.attempts = {{endpoint("192.0.2.1"), 1ms, 2'500us, net::error::connection_refused}};
    report.total = 3'500us;
    report.error = net::error::connection_refused;
    CHECK(
        tool::to_json(5, "it failed", report, {}) ==
        "{\"exit_status\":5,\"failure\":\"it failed\",\"connect\":{\"host\":\"a\",\"service\":\"80\",\"error\":"
        "\"Connection refused\",\"reason\":\"\",\"total_ms\":3.500,\"lookup_ms\":0.000,\"lookup_error\":null,"
        "\"attempts\":[{\"endpoint\":\"192.0.2.1:443\",\"start_ms\":1.000,\"duration_ms\":2.500,\"error\":"
        "\"Connection refused\"}],\"winner\":null,\"proxy_ms\":0.000,\"proxy_status\":0,\"handshake_ms\":0.000},"
        "\"statistics\":{\"bytes_sent\":0,\"bytes_received\":0,\"sends\":0,\"receives\":0,\"connected_ms\":0.000,"
        "\"rtt_ms\":null,\"retransmits\":null}}");
    const std::string text = tool::report_to_json(a_race());
    CHECK(text.find("\"winner\":1,") != std::string::npos);
    CHECK(text.find("\"tls\":{\"protocol\":\"TLSv1.3\",") != std::string::npos);
    connection_stats stats;
    stats.bytes_sent = 7;
    stats.rtt = 120us;
    stats.retransmits = 3;
    CHECK(tool::stats_to_json(stats).ends_with("\"rtt_ms\":0.120,\"retransmits\":3}"));
}

TEST_CASE("example client: progress, as the README shows it, and figures at the end", "[example]") {
    const std::string half = tool::progress_text({18u << 20, 0, 40u << 20, 2s});
    CHECK(half ==
          "[=========>          ]  45%  sent 18.0 MiB of 40.0 MiB, received 0 B, 9.0 MiB/s, 2 s left");
    CHECK(readme_shows(half + "\n"));
    CHECK(tool::progress_text({120, 40u << 20, std::nullopt, 4s}) ==
          "sent 120 B, received 40.0 MiB, 10.0 MiB/s, 4.0 s");
    CHECK(tool::progress_text({10, 0, 10, 1s}) ==
          "[====================] 100%  sent 10 B of 10 B, received 0 B, 10 B/s, 1.0 s");
    CHECK(tool::progress_text({10, 40u << 20, 10, 4s}) ==
          "sent 10 B, received 40.0 MiB, 10.0 MiB/s, 4.0 s");  // not "100 %" while the answer comes
    CHECK(tool::progress_text({0, 0, 10, 1s}) ==
          "[>                   ]   0%  sent 0 B of 10 B, received 0 B, 0 B/s, 1.0 s");
    CHECK(tool::progress_bar(20, 10, 4) == "[====] 100%");  // the file has grown
    CHECK(tool::progress_bar(0, 0, 4) == "[====] 100%");
    connection_stats stats;
    stats.bytes_sent = 74;
    stats.bytes_received = 41943283;
    stats.connected_for = 2'130ms;
    CHECK(tool::stats_text(stats) == "sent 74 B (74 bytes), received 40.0 MiB (41943283 bytes) in 2.1 s");
    stats.rtt = 200us;
    stats.retransmits = 0;
    CHECK(readme_shows(tool::stats_text(stats) + "\n"));
}

}  // namespace uplink::tests
