// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The parts of the example client that decide, without a clock, a stream or a connection.
#include "support/catch.hpp"

#include "examples/client/connection_border.hpp"
#include "examples/client/exit_status.hpp"
#include "examples/client/line_ends.hpp"
#include "examples/client/target.hpp"
#include "examples/client/text.hpp"

#include <uplink/error.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;
using tool::exit_status;
using tool::phase;

std::string shown(const std::optional<tool::target>& server) {
    if (!server) return "none";
    return server->path ? "path " + *server->path : server->host + " " + server->service;
}

}  // namespace

TEST_CASE("example client: a request of HTTP is known by its first line", "[example]") {
    CHECK(tool::is_http_request("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK(tool::is_http_request("POST /a HTTP/1.0\n"));
    for (const char* other :
         {"", "ping", "GET / HTTP/1.1", "GET /\r\n", "HTTP/1.1 200 OK\r\n", "\nGET / HTTP/1.1\n"})
        CHECK_FALSE(tool::is_http_request(other));
}

TEST_CASE("example client: the server is one or two words", "[example]") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> rows{
        {{"host", "80"}, "host 80"},
        {{"host:80"}, "host 80"},
        {{"192.0.2.1:http"}, "192.0.2.1 http"},
        {{"[2001:db8::1]:80"}, "2001:db8::1 80"},
        {{"[fe80::1%eth0]:80"}, "fe80::1%eth0 80"},
        {{"2001:db8::1", "80"}, "2001:db8::1 80"},
        {{"[::1]", "80"}, "[::1] 80"},
        {{"unix:/run/server"}, "path /run/server"},
        {{"unix:@name"}, "path @name"},
        {{"unix:"}, "path "},
        {{"unix:a:80"}, "path a:80"},
        {{"unix:/run/server", "80"}, "none"},
        {{"host"}, "none"},
        {{""}, "none"},
        {{"host:"}, "none"},
        {{":80"}, "none"},
        {{"::1:80"}, "none"},
        {{"[::1]80"}, "none"},
        {{"[::1]:"}, "none"},
        {{"[]:80"}, "none"},
        {{"http://host:80"}, "none"},
    };
    for (const auto& [words, expected] : rows) {
        INFO(words[0]);
        CHECK(shown(tool::parse_target(words[0], words.size() == 2 ? std::optional(words[1])
                                                                   : std::nullopt)) == expected);
    }
}

TEST_CASE("example client: times as they are typed", "[example]") {
    const std::vector<std::pair<std::string, std::optional<std::chrono::nanoseconds>>> rows{
        {"2", 2s},
        {"0.5", 500ms},
        {"1.25s", 1250ms},
        {"300ms", 300ms},
        {"0.5ms", 500us},
        {"5m", 5min},
        {"1h", 1h},
        {"999999h", 999999h},
        {"0", 0s},
        {"", std::nullopt},
        {"s", std::nullopt},
        {".5", std::nullopt},
        {"1.", std::nullopt},
        {"-1", std::nullopt},
        {"1 s", std::nullopt},
        {"1d", std::nullopt},
        {"1.5.5", std::nullopt},
        {"1234567", std::nullopt},
        {"1.2345", std::nullopt},
    };
    for (const auto& [text, expected] : rows) {
        INFO(text);
        CHECK((tool::parse_time(text) == expected));
    }
}

TEST_CASE("example client: a text with bytes by their escapes", "[example]") {
    using namespace std::string_view_literals;
    CHECK(tool::unescaped("plain").value() == "plain");
    CHECK(tool::unescaped("").value().empty());
    CHECK(tool::unescaped("a\\r\\n\\t\\\\b\\0").value() == "a\r\n\t\\b\0"sv);
    CHECK(tool::unescaped("\\x41\\xfF1").value() == "A\xff"
                                                    "1");
    for (const std::string wrong : {"\\", "a\\", "\\q", "\\x", "\\x4", "\\xg1", "\\x4g", "\\x-1"}) {
        INFO(wrong);
        CHECK(!tool::unescaped(wrong));
    }
}

TEST_CASE("example client: amounts and durations for people", "[example]") {
    const std::vector<std::pair<std::uint64_t, std::string>> amounts{{0, "0 B"},
                                                                     {1023, "1023 B"},
                                                                     {1024, "1.0 KiB"},
                                                                     {1536, "1.5 KiB"},
                                                                     {1048575, "1023.9 KiB"},
                                                                     {1048576, "1.0 MiB"},
                                                                     {41943283, "40.0 MiB"},
                                                                     {std::uint64_t(5) << 40, "5.0 TiB"},
                                                                     {~std::uint64_t(0), "16383.9 PiB"}};
    for (const auto& [bytes, expected] : amounts) CHECK(tool::amount(bytes) == expected);
    CHECK(tool::milliseconds(1'250us) == "1.2 ms");
    CHECK(tool::milliseconds(-1s) == "0.0 ms");
    CHECK(tool::duration_text(3'290ms) == "3.2 s");
    CHECK(tool::duration_text(999ms) == "999.0 ms");
    CHECK(tool::duration_text(125s) == "2 min 5 s");
    CHECK(tool::duration_text(3900s) == "1 h 5 min");
    CHECK(tool::rate_of(1000, 2s) == 500);
    CHECK(tool::rate_of(1000, 0s) == 1'000'000);
    CHECK(tool::rate_of(std::uint64_t(1) << 60, 1s) == std::uint64_t(1) << 60);
}

TEST_CASE("example client: CRLF across pieces", "[example]") {
    tool::crlf_writer writer;
    CHECK(writer.convert("a\nb\r\n\n\r") == "a\r\nb\r\n\r\n\r");
    CHECK(writer.convert("\nc\n") == "\nc\r\n");
}

TEST_CASE("example client: whole lines out of pieces", "[example]") {
    tool::whole_lines lines;
    CHECK(lines.feed("a").empty());
    CHECK(lines.feed("b\nc\nd") == "ab\nc\n");
    CHECK(lines.feed("\r\n") == "d\r\n");
    CHECK(lines.feed("rest").empty());
    CHECK(lines.rest() == "rest");
    CHECK(lines.rest().empty());
    tool::whole_lines without_cr(true);
    CHECK(without_cr.feed("a\r").empty());
    CHECK(without_cr.feed("\nb\rc\nd\r") == "a\nb\rc\n");
    CHECK(without_cr.rest() == "d\r");
    // A line without an end does not grow for ever.
    const std::string much(tool::whole_lines::longest, 'x');
    CHECK(lines.feed(much).empty());
    CHECK(lines.feed("y").size() == much.size() + 1);
    CHECK(lines.rest().empty());
}

TEST_CASE("example client: CRLF becomes LF in a line that is given out in pieces, wherever it is cut",
          "[example]") {
    tool::whole_lines lines(true);
    const std::string much(tool::whole_lines::longest, 'x');
    CHECK(lines.feed(much).empty());
    CHECK((lines.feed("y\r") == much + 'y'));
    CHECK(lines.feed("\nz") == "\n");
    CHECK(lines.feed("\r\n") == "z\n");
    CHECK(lines.feed(much).empty());
    CHECK((lines.feed("\r") == much));
    CHECK(lines.rest() == "\r");
}

TEST_CASE("example client: each line with its end", "[example]") {
    using lines = std::vector<std::string_view>;
    CHECK((tool::split_lines("") == lines{}));
    CHECK((tool::split_lines("a\n\nb\r\n") == lines{"a\n", "\n", "b\r\n"}));
    CHECK((tool::split_lines("a\nb") == lines{"a\n", "b"}));
}

TEST_CASE("example client: the bytes of two connections are told apart", "[example]") {
    tool::connection_border border;
    border.receive_began();
    CHECK(!border.receive_ended(false));
    border.receive_began();
    CHECK(border.receive_ended(true));  // the receive is told first
    border.receive_began();
    CHECK(!border.state_lost());
    CHECK(!border.receive_ended(false));
    border.receive_began();
    CHECK(!border.state_lost());  // the state first
    CHECK(border.receive_ended(true));
    border.receive_began();
    CHECK(!border.receive_ended(false));
    CHECK(border.state_lost());  // nobody receives
    border.receive_began();
    CHECK(!border.state_lost());  // the receive has just ended with bytes
    CHECK(border.receive_ended(false));
    border.receive_began();
    CHECK(!border.receive_ended(false));
}

TEST_CASE("example client: an exit status for each kind of failure", "[example]") {
    struct row {
        error_code error;
        exit_status connecting, connected;
    };
    const std::vector<row> rows{
        {{}, exit_status::done, exit_status::done},
        {net::error::connection_refused, exit_status::connect, exit_status::broken},
        {net::error::connection_reset, exit_status::connect, exit_status::broken},
        {net::error::timed_out, exit_status::connect, exit_status::broken},  // the system's, not a limit
        {errc::truncated, exit_status::connect, exit_status::broken},
        {errc::self_connect, exit_status::connect, exit_status::broken},
        {errc::connection_lost, exit_status::connect, exit_status::broken},
        {net::error::host_not_found, exit_status::lookup, exit_status::lookup},
        {net::error::service_not_found, exit_status::lookup, exit_status::lookup},
        {errc::resolve_timeout, exit_status::timeout, exit_status::timeout},
        {errc::proxy_timeout, exit_status::timeout, exit_status::timeout},
        {errc::receive_timeout, exit_status::timeout, exit_status::timeout},
        {errc::close_timeout, exit_status::timeout, exit_status::timeout},
        {errc::proxy_protocol_error, exit_status::proxy, exit_status::proxy},
        {errc::proxy_http_status, exit_status::proxy, exit_status::proxy},
        {errc::tls_configuration, exit_status::tls, exit_status::tls},
        {errc::certificate_rejected, exit_status::tls, exit_status::tls},
        {errc::tls_alert, exit_status::tls, exit_status::tls},
        {errc::tls_failed, exit_status::tls, exit_status::tls},
        {net::error::invalid_argument, exit_status::usage, exit_status::usage},
        {net::error::no_memory, exit_status::failed, exit_status::failed},
        {net::error::operation_aborted, exit_status::interrupted, exit_status::interrupted},
    };
    for (const row& each : rows) {
        INFO(each.error.message());
        CHECK((tool::exit_status_of(each.error, phase::connecting) == each.connecting));
        CHECK((tool::exit_status_of(each.error, phase::connected) == each.connected));
    }
}

}  // namespace uplink::tests
