// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Large transfers over TLS: both ways at once, and with new keys in the middle of a send that is blocked.
#include "support/tokens.hpp"
#include "tls/tls_world.hpp"
#include "tls/verdict_table.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

using namespace std::chrono_literals;

/// Bytes that everybody can generate again. Their period is a prime number, and no size of a record or a window.
class pattern {
public:
    explicit pattern(std::uint32_t seed) : bytes_(std::make_shared<std::string>(period, '\0')) {
        std::minstd_rand random(seed);
        for (char& each : *bytes_) each = static_cast<char>(random() >> 8 & 0xff);
    }
    std::string take(std::size_t size) {
        std::string all;
        while (all.size() != size) all += next(size - all.size());
        return all;
    }
    /// True if these bytes are the next ones.
    bool compare(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::string_view expected = next(bytes.size());
            if (bytes.substr(0, expected.size()) != expected) return false;
            bytes.remove_prefix(expected.size());
        }
        return true;
    }

private:
    static constexpr std::size_t period = 1'048'573;

    std::string_view next(std::size_t most) {
        const std::string_view part = std::string_view(*bytes_).substr(at_, most);
        at_ = (at_ + part.size()) % period;
        return part;
    }

    std::shared_ptr<std::string> bytes_;
    std::size_t at_ = 0;
};

bool same_as(pattern expected, std::string_view bytes) { return expected.compare(bytes); }

/// The server's side, which counts and compares what it reads and keeps nothing.
class comparing_server : public tls_server_layer {
public:
    comparing_server(SSL_CTX* context, pattern expected, std::size_t& right)
        : tls_server_layer(context), expected_(expected), right_(right) {}

    std::string receive(std::string_view bytes) override {
        const std::string plaintext = tls_server_layer::receive(bytes);
        if (expected_.compare(plaintext)) right_ += plaintext.size();
        return plaintext;
    }

private:
    pattern expected_;
    std::size_t& right_;
};

}  // namespace

TEST_CASE("TLS bulk: 64 MiB both ways at once are the same bytes, whatever the version", "[verdict]") {
    verdict_table table;
    constexpr std::size_t size = 64 << 20, part = 1 << 18;
    const pattern ours(1), theirs(2);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        tls_world world(version);
        std::size_t right = 0;
        testing::endpoint& server = world.net.endpoint("192.0.2.1:443").accept().window(300'000).over([&] {
            return std::make_shared<comparing_server>(world.server.get(), ours, right);
        });
        pattern sending = theirs;
        for (std::size_t done = 0; done != size; done += part)
            server.reply(sending.take(part)).expect_bytes(part);
        server.close();
        auto client = world.client({}, {.max_receive = size});
        world.connect(client);
        const std::string bytes = pattern(ours).take(size);
        completion sent, received;
        client.async_send(net::buffer(bytes), record(sent));
        client.async_receive(record(received));
        world.net.run();
        CHECK(sent == completed(success, size));
        CHECK(received == completed(success, size));
        CHECK(right == size);
        table.add("64 MiB both ways at once", version,
                  std::to_string(sent.n) + " bytes out, " + std::to_string(received.n) + " bytes in");
        CHECK(same_as(theirs, client.state().view()));
        world.end(client);
    }
}

TEST_CASE("TLS bulk: keys are updated while a send of 16 MiB is blocked, and both directions go on") {
    constexpr std::size_t size = 16 << 20;
    const pattern ours(3);
    for (const std::size_t piece : {0u, 1u}) {
        CAPTURE(piece);
        tls_world world(TLS1_3_VERSION);
        std::size_t right = 0;
        world.net.endpoint("192.0.2.1:443")
            .accept()
            .window(100'000)
            .split(piece)
            .over([&] {
                const auto made = std::make_shared<comparing_server>(world.server.get(), ours, right);
                made->update_keys_with_next_send();
                return made;
            })
            .after(1s)
            .reply("between")
            .after(1s)
            .expect_bytes(size)
            .reply("after")
            .close();
        auto client = world.client();
        world.connect(client);
        const std::string bytes = pattern(ours).take(size);
        completion sent, some, rest;
        client.async_send(net::buffer(bytes), record(sent));
        world.net.run_for(500ms);
        CHECK_FALSE(sent);
        CHECK(client.stats().bytes_sent < size / 2);  // the window is full, and nobody reads
        client.async_receive_some(record(some));
        world.net.run_for(1s);
        CHECK(some == completed(success, "between"));  // behind the KeyUpdate, whose answer waits
        CHECK_FALSE(sent);
        CHECK(right <= 100'000);
        client.async_receive(record(rest));
        world.net.run();
        CHECK(sent == completed(success, size));
        CHECK(right == size);
        CHECK(rest == completed(success, 5));
        world.end(client);
    }
}

}  // namespace uplink::tests
