// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The reply of an HTTP proxy, as tables: what every form of it means, and where it ends.
#include <uplink/detail/machine/http_tunnel.hpp>

#include "machine/proxy_conversation.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

using detail::http_tunnel;
using detail::make_proxy_target;
using namespace std::string_literals;

constexpr std::size_t max_size = detail::http::max_answer_size;

http_tunnel make() { return {http_proxy{.host = "proxy.test"}, make_proxy_target("a", 80)}; }

TEST_CASE("each status has its meaning, and the head is read to its end") {
    const std::string fields = " Reason\r\nA: b\r\n\r\n";
    for (int status = 200; status != 1000; ++status) {
        const std::string reply = "HTTP/1.1 " + std::to_string(status) + fields;
        error_code expected = errc::proxy_http_status;
        if (status < 300) expected = {};
        if (status == 407) expected = errc::proxy_authentication_failed;
        const proxy_conversation whole(make(), reply + "t", {}, reading::limited);
        CHECK(whole.outcome() == proxy_outcome{expected, status, reply.size()});
        if (status % 100 < 10) check_conversation(make, reply, expected, status);
    }
}

TEST_CASE("these replies are complete") {
    struct row {
        std::string reply;
        error_code error;
        int status;
    };
    const error_code none;
    const error_code refused = errc::proxy_http_status;
    const std::vector<row> rows = {
        {"HTTP/1.1 200 OK\r\n\r\n", none, 200},
        {"HTTP/1.0 200 Connection established\r\n\r\n", none, 200},
        {"HTTP/1.9 200 OK\r\n\r\n", none, 200},
        {"HTTP/1.1 200 \r\n\r\n", none, 200},
        {"HTTP/1.1 200\r\n\r\n", none, 200},  // without the space that a server has to send
        {"HTTP/1.0 200\r\nA: b\r\n\r\n", none, 200},
        {"HTTP/1.1 200  \t\xc3\xbc\r\n\r\n", none, 200},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", none, 200},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", none, 200},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n",
         none, 200},
        {"HTTP/1.1 204 No Content\r\n\r\n", none, 204},
        {"HTTP/1.1 299 x\r\nA:\r\nB:b\r\nC: \t c \t\r\n\r\n", none, 299},
        {"HTTP/1.1 200 OK\r\n!#$%&'*+-.^_`|~09azAZ: \xff\x80\r\n\r\n", none, 200},
        {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\td\r\nE: f\r\n\r\n", none, 200},  // folded
        {"HTTP/1.1 200 OK\r\nA:\r\n \r\n\r\n", none, 200},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", none, 200},
        {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 199 \r\n\r\nHTTP/1.0 201 OK\r\nA: b\r\n\r\n",
         none, 201},
        {"HTTP/1.1 102 x\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n", refused, 403},
        {"HTTP/1.1 302 Found\r\nLocation: http://a/\r\n\r\n", refused, 302},
        {"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\nContent-Length: 5\r\n\r\n",
         errc::proxy_authentication_failed, 407},
        {"HTTP/1.1 407 x\r\nConnection: close\r\n\r\n", errc::proxy_authentication_failed, 407},
        {"HTTP/1.1 401 Unauthorized\r\n\r\n", refused, 401},
        {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\n", refused, 502},
    };
    for (const row& row : rows) check_conversation(make, row.reply, row.error, row.status);
}

TEST_CASE("these replies make no sense from their last byte on") {
    struct row {
        std::string reply;
        int status;
    };
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::vector<row> rows = {
        {"\r", 0},  // an empty line before the status line
        {"\n", 0},
        {" ", 0},
        {"<", 0},  // HTTP/0.9
        {"\x05", 0},
        {"\xef", 0},
        {"h", 0},
        {"HTTP/2", 0},
        {"HTTP/0", 0},
        {"HTTP/1.1\r", 0},
        {"HTTP/1.x", 0},
        {"HTTP/1.10", 0},
        {"HTTP/1,", 0},
        {"HTTPS", 0},
        {"I", 0},
        {"HTTP/1.1  ", 0},
        {"HTTP/1.1\t", 0},
        {"HTTP/1.1 20 ", 0},
        {"HTTP/1.1 2000", 0},
        {"HTTP/1.1 20x", 0},
        {"HTTP/1.1 -", 0},
        {"HTTP/1.1 +", 0},
        {"HTTP/1.1 099", 0},
        {"HTTP/1.1 000", 0},
        {"HTTP/1.1 200\rO", 200},
        {"HTTP/1.1 200\r\r", 200},
        {"HTTP/1.1 200\n", 0},
        {"HTTP/1.1 200\t", 0},
        {"HTTP/1.1 200 O\n", 200},  // an LF alone
        {"HTTP/1.1 200 O\rK", 200},
        {"HTTP/1.1 200 O\r\r", 200},
        {"HTTP/1.1 200 O\0"s, 200},
        {"HTTP/1.1 200 O\x7f", 200},
        {"HTTP/1.1 200 O\x1b", 200},
        {ok + "\n", 200},
        {ok + " ", 200},  // a folded line behind the status line
        {ok + "\t", 200},
        {ok + ":", 200},  // a field without a name
        {ok + "A ", 200},
        {ok + "A\t", 200},
        {ok + "A\r", 200},  // no colon
        {ok + "A\n", 200},
        {ok + "A(", 200},
        {ok + "A\xc3", 200},
        {ok + "A\0"s, 200},
        {ok + "A: b\n", 200},
        {ok + "A: b\rc", 200},
        {ok + "A: b\0"s, 200},
        {ok + "A: b\x01", 200},
        {ok + "A: b\x7f", 200},
        {ok + "A: b\r\n c\n", 200},
        {ok + "A: b\r\n:", 200},
        {ok + "\rx", 200},
        {ok + "\r\r", 200},
        {ok + "A: b\r\n\r ", 200},
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 101},
        {"HTTP/1.1 100 Continue\r\n\r\n\r", 100},
        {"HTTP/1.1 100 Continue\r\n\r\nx", 100},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 x\r\n\r\n", 101},
    };
    for (const row& row : rows) check_conversation(make, row.reply, errc::proxy_protocol_error, row.status);
}

TEST_CASE("replies of status 1xx are skipped, sixteen of them") {
    std::string interim;
    for (int i = 0; i != 16; ++i) interim += "HTTP/1.1 1" + std::to_string(10 + i) + " \r\n\r\n";
    check_conversation(make, interim + "HTTP/1.1 200 \r\n\r\n", {}, 200);
    check_conversation(make, interim + "HTTP/1.1 199 \r\n\r\n", errc::proxy_protocol_error, 199);
}

/// The head of a reply that has that many bytes.
std::string head_of(std::size_t size, const std::string& begin) {
    const std::string end = "\r\n\r\n";
    return begin + std::string(size - begin.size() - end.size(), 'x') + end;
}

TEST_CASE("the whole answer has at most 64 KiB") {
    STATIC_REQUIRE(max_size == 65536);
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::string interim = "HTTP/1.1 100 x\r\n\r\n";
    for (const std::string& begin :
         {"HTTP/1.1 200 "s, ok + "A: ", ok + "A: b\r\n c", ok + "A:\r\nB:", interim + ok + "A:"}) {
        for (const auto& split :
             {std::vector<std::size_t>{}, {1}, {max_size - 2}, {max_size - 1}, {max_size}}) {
            for (const reading how : {reading::limited, reading::peeking}) {
                INFO("begins with " << begin);
                const std::string longest = head_of(max_size, begin);
                CHECK(proxy_conversation(make(), longest + "tunnel", split, how).outcome() ==
                      proxy_outcome{{}, 200, max_size});
                const proxy_outcome too_long{errc::proxy_protocol_error, 200, max_size};
                CHECK(proxy_conversation(make(), head_of(max_size + 1, begin), split, how).outcome() ==
                      too_long);
                CHECK(proxy_conversation(make(), begin + std::string(max_size, 'x'), split, how).outcome() ==
                      too_long);
            }
        }
    }
    std::string fields = ok;
    while (fields.size() < 2 * max_size) fields += "A: b\r\n";
    CHECK(proxy_conversation(make(), fields, {}, reading::limited).outcome() ==
          proxy_outcome{errc::proxy_protocol_error, 200, max_size});
    CHECK(proxy_conversation(make(), ok + std::string(2 * max_size, 'x'), {}, reading::limited).outcome() ==
          proxy_outcome{errc::proxy_protocol_error, 200, max_size});
    const std::string refused = head_of(max_size, "HTTP/1.1 503 ");
    CHECK(proxy_conversation(make(), refused, {}, reading::limited).outcome() ==
          proxy_outcome{errc::proxy_http_status, 503, max_size});
}

TEST_CASE("a careful reader reads no byte of the tunnel, whatever the lengths in the reply") {
    for (std::size_t reason = 0; reason != 8; ++reason) {
        for (std::size_t name = 0; name != 8; ++name) {
            for (std::size_t value = 0; value != 8; ++value) {
                std::string reply = "HTTP/1.1 200 " + std::string(reason, 'r') + "\r\n";
                if (name != 0) reply += std::string(name, 'n') + ":" + std::string(value, 'v') + "\r\n";
                reply += "\r\n";
                INFO(reply);
                for (const std::size_t first : {std::size_t{0}, reply.size() / 2, reply.size() - 6}) {
                    CHECK(proxy_conversation(make(), reply + "tunnel", {first}, reading::limited).outcome() ==
                          proxy_outcome{{}, 200, reply.size()});
                }
            }
        }
    }
}

TEST_CASE("a reply of few reads takes few") {
    const std::vector<std::pair<std::string, std::size_t>> rows = {
        {"HTTP/1.1 200\r\n\r\n", 1},
        {"HTTP/1.1 200 \r\n\r\n", 2},
        {"HTTP/1.1 200 OK\r\n\r\n", 2},
        {"HTTP/1.1 200 Connection established\r\n\r\n", 7},
        {"HTTP/1.1 200 OK\r\n" + std::string(100, 'n') + ": " + std::string(100, 'v') + "\r\n\r\n", 52},
    };
    for (const auto& [reply, most] : rows) {
        INFO(reply);
        CHECK(proxy_conversation(make(), reply, {}, reading::limited).reads() <= most);
        CHECK(proxy_conversation(make(), reply + "tunnel", {}, reading::peeking).reads() == 1);
    }
}

}  // namespace

}  // namespace uplink::tests
