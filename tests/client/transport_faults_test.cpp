// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What a reset in the middle of a message costs, to the byte; whose a buffer is, and from when; and real peers that
// slice, hold back and cut short, each ended by an event and not by time.
#include "support/client_test.hpp"

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
    noted_in note;

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
        loopback_server server({conversation().expect_bytes(read_first).when_told().reset()},
                               {.buffer_size = 4096});
        const std::string bytes = many_bytes(16 << 20);
        async_client client{io, {.socket = {.send_buffer = 4096}}};
        connect(client, server);
        const int descriptor = client.lowest_layer().native_handle();
        outcome sent, behind;
        io.restart();
        client.async_send(net::buffer(bytes), noted_in(sent));
        client.async_send(std::string("behind"), noted_in(behind));
        while (server.received_count() != read_first || client.stats().bytes_sent == 0) io.poll_one();
        while (io.poll() != 0) {
        }
        CHECK_FALSE(sent);
        const std::uint64_t accepted = accepted_by_kernel(descriptor);
        server.tell();
        REQUIRE(wait_until_gone(descriptor));
        run();
        CHECK(sent.count == accepted);
        CHECK(sent.count >= read_first);
        const bool is_exact =
            sent.failed_with(net::error::connection_reset) || sent.failed_with(net::error::broken_pipe);
        CHECK(is_exact);
        CHECK(behind.failed_with(sent.ec));
        CHECK(behind.count == 0);

        outcome later, ended, received;
        client.async_send(std::string("later"), noted_in(later));
        client.async_shutdown_send(noted_in(ended));
        client.async_receive(noted_in(received));
        run();
        CHECK(later.failed_with(sent.ec));
        CHECK(later.count == 0);
        CHECK(ended.failed_with(sent.ec));
        CHECK(received.failed_with(sent.ec));
    }
}

TEST_CASE_METHOD(client_test, "faults 33: a buffer that is freed in the handler is not read any more",
                 "[send]") {
    loopback_server server({conversation().expect_anything_until_eof().close()}, {.buffer_size = 4096});
    async_client client{io, {.socket = {.send_buffer = 4096}}};
    connect(client, server);
    std::string expected;
    std::vector<outcome> sent(50);
    for (outcome& each : sent) {
        auto bytes =
            std::make_unique<std::string>(20'000, static_cast<char>('a' + (&each - sent.data()) % 26));
        expected += *bytes;
        const net::const_buffer buffer = net::buffer(*bytes);
        client.async_send(buffer, freeing{std::move(bytes), noted_in(each)});
    }
    outcome ended;
    client.async_shutdown_send(noted_in(ended));
    run();
    for (const outcome& each : sent) CHECK(each.succeeded());
    CHECK(ended.succeeded());
    CHECK(server.wait_for_end());
    CHECK(same(server.received(), expected));
}

TEST_CASE_METHOD(client_test,
                 "faults 33: a buffer that is freed after a cancel, a limit or close is not read any more",
                 "[send][cancel]") {
    for (int how = 0; how != 4; ++how) {
        INFO("way " << how);
        loopback_server server({conversation().when_told().until_gone()}, {.buffer_size = 4096});
        async_client client{io, {.socket = {.send_buffer = 4096}}};
        connect(client, server);
        std::vector<outcome> sent(3);
        std::string all;
        const auto limit = how == 1 ? async_client<>::time_limit(std::chrono::milliseconds(20))
                                    : async_client<>::time_limit();
        for (outcome& each : sent) {
            auto bytes =
                std::make_unique<std::string>(1 << 20, static_cast<char>('a' + (&each - sent.data())));
            all += *bytes;
            const net::const_buffer buffer = net::buffer(*bytes);
            client.async_send(buffer, limit, freeing{std::move(bytes), noted_in(each)});
        }
        run_until([&] { return client.stats().bytes_sent != 0; });
        while (io.poll() != 0) {
        }
        if (how == 0) client.cancel();
        if (how == 2) client.close();
        if (how == 3) async_client<>(std::move(client)).is_open();  // destroys it
        run();
        for (const outcome& each : sent) {
            CHECK(each.calls == 1);
            if (how != 1) CHECK(each.is_aborted());
        }
        if (how == 1) CHECK(sent[0].failed_with(errc::send_timeout));
        CHECK(sent[0].count > 0);
        CHECK(sent[1].count + sent[2].count == 0);
        server.tell();
        if (how < 2) client.close();
        REQUIRE(server.wait_for_end());
        // What was counted, and nothing of what has overwritten it since.
        CHECK(same(server.received(), all.substr(0, sent[0].count)));
    }
}

TEST_CASE_METHOD(client_test, "faults 57: a real peer slices, holds back its end, and cuts short",
                 "[receive]") {
    const std::string reply = many_bytes(5000);
    loopback_server server({conversation().reply_in_pieces(reply, 1).when_told().half_close().expect_eof(),
                            conversation().reply_in_pieces(reply, 7).close()},
                           {.buffer_size = 4096, .read_size = 1});
    async_client client{io};
    connect(client, server);
    outcome exact, whole;
    client.async_receive_exactly(reply.size(), noted_in(exact));
    run();
    CHECK(exact.succeeded());
    CHECK(same(exact.text, reply));
    client.async_receive(noted_in(whole));
    io.restart();
    while (io.poll() != 0) {
    }
    CHECK_FALSE(whole);
    server.tell();
    run();
    CHECK(whole.succeeded());
    CHECK(whole.count == 0);
    client.close();

    connect(client, server);
    outcome cut;
    client.async_receive_exactly(reply.size() + 1, noted_in(cut));
    run();
    CHECK(cut.failed_with(errc::truncated));
    CHECK(same(client.state().view(), reply));
}

}  // namespace uplink::tests
