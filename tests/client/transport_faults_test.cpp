// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a reset in the middle of a message costs, to the byte; whose a buffer is, and from when; and real peers that
// slice, hold back and cut short, each ended by an event and not by time.
#include "support/client_test.hpp"
#include "support/reset_code.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/sockios.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

/// How many bytes the kernel has accepted for this connection: those that the peer has acknowledged, the SYN among
/// them, and those in the send buffer.
std::uint64_t accepted_by_kernel(int descriptor) {
    constexpr std::size_t bytes_acked_at =
        120;  // in Linux's tcp_info, which is longer than that of the C library
    std::array<char, 256> info{};
    socklen_t size = info.size();
    std::uint64_t acknowledged = 0;
    int before = 0, after = -1;
    while (before != after) {  // not while acknowledgements come in
        REQUIRE(::ioctl(descriptor, SIOCOUTQ, &before) == 0);
        REQUIRE(::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, info.data(), &size) == 0);
        REQUIRE(::ioctl(descriptor, SIOCOUTQ, &after) == 0);
    }
    REQUIRE(size >= bytes_acked_at + sizeof(acknowledged));
    std::memcpy(&acknowledged, info.data() + bytes_acked_at, sizeof(acknowledged));
    return acknowledged - 1 + static_cast<std::uint64_t>(after);
}

/// A buffer of the caller's, and the handler that owns it: once called it overwrites and frees it.
struct freeing {
    std::unique_ptr<std::string> bytes;
    recorder note;

    void operator()(error_code ec, std::size_t count) {
        std::fill(bytes->begin(), bytes->end(), '#');
        bytes.reset();
        note(ec, count);
    }
};

}  // namespace

TEST_CASE_METHOD(client_test, "faults 29: after a reset in mid-message the count is what the kernel accepted",
                 "[reset][send]") {
    for (const std::size_t read_first : {0U, 1U, 50'000U}) {
        loopback_server server({server_script().expect_bytes(read_first).when_signalled().reset()},
                               {.buffer_size = 4096});
        const std::string bytes = many_bytes(16 << 20);
        async_client client{io, {.socket = {.send_buffer = 4096}}};
        connect(client, server);
        const int descriptor = client.lowest_layer().native_handle();
        completion sent, behind;
        io.restart();
        client.async_send(net::buffer(bytes), record(sent));
        client.async_send(std::string("behind"), record(behind));
        while (server.received_count() != read_first || client.stats().bytes_sent == 0) io.poll_one();
        while (io.poll() != 0) {
        }
        CHECK_FALSE(sent);
        const std::uint64_t accepted = accepted_by_kernel(descriptor);
        server.signal();
        REQUIRE(wait_until_gone(descriptor));
        run();
        CHECK(sent == completed(reset_code(sent), accepted));
        CHECK(sent.n >= read_first);
        CHECK(behind == completed(sent.ec, 0));

        completion later, ended, received;
        client.async_send(std::string("later"), record(later));
        client.async_shutdown_send(record(ended));
        client.async_receive(record(received));
        run();
        CHECK(later == completed(sent.ec, 0));
        CHECK(ended == completed(sent.ec));
        CHECK(received == completed(sent.ec));
    }
}

TEST_CASE_METHOD(client_test, "faults 33: a buffer that is freed in the handler is not read any more",
                 "[send]") {
    loopback_server server({server_script().expect_anything_until_eof().close()}, {.buffer_size = 4096});
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);
    std::string expected;
    std::vector<completion> sent(50);
    for (completion& each : sent) {
        auto bytes =
            std::make_unique<std::string>(20'000, static_cast<char>('a' + (&each - sent.data()) % 26));
        expected += *bytes;
        const net::const_buffer buffer = net::buffer(*bytes);
        client.async_send(buffer, freeing{std::move(bytes), record(each)});
    }
    completion ended;
    client.async_shutdown_send(record(ended));
    run();
    for (const completion& each : sent) CHECK(each == completed(success));
    CHECK(ended == completed(success));
    CHECK(server.wait_for_end());
    CHECK(same(server.received(), expected));
}

TEST_CASE_METHOD(client_test,
                 "faults 33: a buffer that is freed after a cancel, a limit or close is not read any more",
                 "[send][cancel]") {
    enum class ended_by { cancel, limit, close, destruction };
    for (const auto how : {ended_by::cancel, ended_by::limit, ended_by::close, ended_by::destruction}) {
        CAPTURE(how);
        loopback_server server({server_script().when_signalled().until_gone()}, {.buffer_size = 4096});
        async_client client{io, {.socket = {.send_buffer = 4096}}};
        connect(client, server);
        std::vector<completion> sent(3);
        std::string all;
        const auto limit = how == ended_by::limit ? async_client<>::time_limit(std::chrono::milliseconds(20))
                                                  : async_client<>::time_limit();
        for (completion& each : sent) {
            auto bytes =
                std::make_unique<std::string>(1 << 20, static_cast<char>('a' + (&each - sent.data())));
            all += *bytes;
            const net::const_buffer buffer = net::buffer(*bytes);
            client.async_send(buffer, limit, freeing{std::move(bytes), record(each)});
        }
        run_until([&] { return client.stats().bytes_sent != 0; });
        while (io.poll() != 0) {
        }
        if (how == ended_by::cancel) client.cancel();
        if (how == ended_by::close) client.close();
        if (how == ended_by::destruction) async_client<>(std::move(client)).is_open();  // destroys it
        run();
        for (const completion& each : sent) {
            if (how == ended_by::limit) CHECK(each.calls == 1);
            else CHECK(each == completed(aborted));
        }
        if (how == ended_by::limit) CHECK(sent[0] == completed(errc::send_timeout));
        CHECK(sent[0].n > 0);
        CHECK(sent[1].n + sent[2].n == 0);
        server.signal();
        if (how == ended_by::cancel || how == ended_by::limit) client.close();
        REQUIRE(server.wait_for_end());
        // What was counted, and nothing of what has overwritten it since.
        CHECK(same(server.received(), all.substr(0, sent[0].n)));
    }
}

TEST_CASE_METHOD(client_test, "faults 57: a real peer slices, holds back its end, and cuts short",
                 "[receive]") {
    const std::string reply = many_bytes(5000);
    loopback_server server(
        {server_script().reply_in_pieces(reply, 1).when_signalled().half_close().expect_eof(),
         server_script().reply_in_pieces(reply, 7).close()},
        {.buffer_size = 4096, .read_size = 1});
    async_client client{io};
    connect(client, server);
    completion exact, whole;
    client.async_receive_exactly(reply.size(), record(exact));
    run();
    CHECK(exact == completed(success));
    CHECK(same(exact.text, reply));
    client.async_receive(record(whole));
    io.restart();
    while (io.poll() != 0) {
    }
    CHECK_FALSE(whole);
    server.signal();
    run();
    CHECK(whole == completed(success, 0));
    client.close();

    connect(client, server);
    completion cut;
    client.async_receive_exactly(reply.size() + 1, record(cut));
    run();
    CHECK(cut == completed(errc::truncated));
    CHECK(same(client.state().view(), reply));
}

}  // namespace uplink::tests
