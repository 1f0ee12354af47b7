// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The overloads of the free async_exchange: with a half-close or not, with options or not, with a limit or not, the
// service as text or as a number.
#include "support/client_test.hpp"
#include "support/reset_code.hpp"
#include "support/tokens.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

struct response_handler {
    void operator()(error_code, const std::string&) const {}
};

template <class... Arguments>
concept can_exchange_once = requires(net::io_context& io, Arguments&&... arguments) {
    uplink::async_exchange(io, "host", std::forward<Arguments>(arguments)...);
};

// The order is: service, request, half_close, options, limit, token.
static_assert(can_exchange_once<const char*, const char*, response_handler>);
static_assert(can_exchange_once<int, std::string, half_close_t, client_options, std::chrono::seconds,
                                response_handler>);
static_assert(!can_exchange_once<int, std::string, client_options, half_close_t, response_handler>);
static_assert(!can_exchange_once<int, std::string, std::chrono::seconds, client_options, response_handler>);
static_assert(!can_exchange_once<int, std::string, std::chrono::seconds, half_close_t, response_handler>);

// A service is text, or an integer that is neither a truth nor a character.
static_assert(can_exchange_once<std::string&, std::string, response_handler>);
static_assert(can_exchange_once<std::uint16_t, std::string, response_handler>);
static_assert(can_exchange_once<const long long&, std::string, response_handler>);
static_assert(!can_exchange_once<bool, std::string, response_handler>);
static_assert(!can_exchange_once<char, std::string, response_handler>);
static_assert(!can_exchange_once<char16_t, std::string, response_handler>);
static_assert(!can_exchange_once<double, std::string, response_handler>);

}  // namespace

TEST_CASE_METHOD(client_test, "the whole job in each of its overloads", "[async_exchange]") {
    loopback_server half_closed({server_script().expect("question").expect_eof().reply("answer").close()});
    loopback_server open({server_script().expect("question").reply("answer").close()});
    std::array<completion, 16> all;
    const client_options options{.max_receive = 100};
    auto next = all.begin();
    const auto in_each = [&](const auto& to_half_closed, const auto& to_open) {
        async_exchange(io, "127.0.0.1", to_half_closed, "question", half_close, record(*next++));
        async_exchange(io, "127.0.0.1", to_half_closed, "question", half_close, 30s, record(*next++));
        async_exchange(io, "127.0.0.1", to_half_closed, "question", half_close, options, record(*next++));
        async_exchange(io, "127.0.0.1", to_half_closed, "question", half_close, options, 30s,
                       record(*next++));
        async_exchange(io, "127.0.0.1", to_open, "question", record(*next++));
        async_exchange(io, "127.0.0.1", to_open, "question", 30s, record(*next++));
        async_exchange(io, "127.0.0.1", to_open, "question", options, record(*next++));
        async_exchange(io.get_executor(), "127.0.0.1", to_open, "question", options, 30s, record(*next++));
    };
    in_each(half_closed.service(), open.service());
    in_each(half_closed.port(), static_cast<long long>(open.port()));
    run();
    for (const completion& each : all) CHECK(each == completed(success, "answer"));
}

TEST_CASE_METHOD(client_test,
                 "the whole job with a number that is no port is invalid_argument, by the handler",
                 "[async_exchange]") {
    std::array<completion, 6> all;
    async_exchange(io, "127.0.0.1", 0, "question", record(all[0]));
    async_exchange(io, "127.0.0.1", -1, "question", half_close, record(all[1]));
    async_exchange(io, "127.0.0.1", 65536, "question", 30s, record(all[2]));
    async_exchange(io, "127.0.0.1", (1ULL << 32) + 80, "question", record(all[3]));
    async_exchange(io, "127.0.0.1", (std::numeric_limits<std::int64_t>::min)(), "question", record(all[4]));
    async_exchange(io, "127.0.0.1", "65536", "question", record(all[5]));
    for (const completion& each : all) CHECK_FALSE(each);
    run();
    for (const completion& each : all) CHECK(each == completed(net::error::invalid_argument));
}

TEST_CASE_METHOD(client_test,
                 "the whole job sends on to a peer that has ended, and fails if it does not read on",
                 "[async_exchange]") {
    const std::string request = many_bytes(8 << 20);
    loopback_server server(
        {server_script().expect_bytes(1000).reply("enough").half_close().expect(request.substr(1000)),
         server_script().expect_bytes(1000).reply("enough").half_close().when_signalled().reset()},
        {.buffer_size = 4096});
    const client_options options{.socket = {.send_buffer = 4096}};
    completion read, unread;
    async_exchange(io, server.host(), server.service(), request, options, record(read));
    run();
    CHECK(read == completed(success, "enough"));
    async_exchange(io, server.host(), server.service(), request, options, record(unread));
    server.signal(1);
    run();
    const std::string beginning = std::string("enough").substr(0, unread.text.size());
    CHECK(unread == completed(reset_code(unread), beginning));
}

TEST_CASE_METHOD(client_test, "the whole job gives a large response whole", "[async_exchange]") {
    const std::string response = many_bytes(20 << 20);
    loopback_server server({server_script().reply(response).close()});
    completion exchanged;
    async_exchange(io, server.host(), server.service(), "", record(exchanged));
    run();
    CHECK(exchanged == completed(success));
    CHECK(same(exchanged.text, response));
}

}  // namespace uplink::tests
