// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The execution context goes: before the client, after it, in a handler that owns the client, and while
// something of the library is still held elsewhere. What the sanitizers see here is half of the test.
#include "support/client_test.hpp"
#include "support/tokens.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

/// A socket that knows how many there are.
class counted_socket : public net::ip::tcp::socket {
public:
    template <class Executor1> struct rebind_executor { using other = counted_socket; };

    explicit counted_socket(const executor_type& ex) : net::ip::tcp::socket(ex) { ++alive; }
    counted_socket(counted_socket&& other) : net::ip::tcp::socket(std::move(other)) { ++alive; }
    counted_socket& operator=(counted_socket&&) = default;
    ~counted_socket() { --alive; }

    static inline int alive = 0;
};
using counted_client = async_client<counted_socket>;

/// A handler that owns something and must not be called.
struct uncalled_owner {
    std::shared_ptr<void> what;
    template <class... Values> void operator()(Values&&...) const {
        FAIL("a handler was called after its context");
    }
};

/// A connected client on a context of its own.
struct doomed {
    loopback_server server{loopback_server::echo()};
    std::unique_ptr<net::io_context> io = std::make_unique<net::io_context>();
    std::shared_ptr<counted_client> client =
        std::make_shared<counted_client>(*io, client_options{.send_queue = {.low_water = 0}});

    doomed() {
        client->async_connect(server.host(), server.service(),
                              [](error_code ec, const auto&) { CHECK_FALSE(ec); });
        io->run();
        io->restart();
    }
};

using start_owner = std::function<void(counted_client&, std::shared_ptr<void>)>;

/// Operations whose handler owns the client, behind a send that is complete and whose handler was not called
/// yet.
const std::vector<std::pair<const char*, start_owner>> held_operations{
    {"send",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{std::move(own)});
     }},
    {"drain",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_drain(uncalled_owner{std::move(own)});
     }},
    {"half-close",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_shutdown_send(uncalled_owner{std::move(own)});
     }},
    {"receive",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_receive(uncalled_owner{std::move(own)});
     }},
    {"exchange",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_exchange(std::string("b"), uncalled_owner{std::move(own)});
     }},
    {"close",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(net::buffer("b", 1), uncalled_owner{});
         on.async_close(uncalled_owner{std::move(own)});
     }},
    {"large send",
     [](counted_client& on, std::shared_ptr<void> own) {
         on.async_send(std::string(8 << 20, 'x'), uncalled_owner{std::move(own)});
         on.async_send(net::buffer("b", 1), uncalled_owner{});
     }},
};

}  // namespace

TEST_CASE_METHOD(same_descriptors,
                 "a context that goes first destroys a handler that is the last owner of its client",
                 "[lifetime]") {
    for (const auto& [name, start] : held_operations) {
        for (const bool first_completes : {false, true}) {
            INFO(name << ", " << first_completes);
            doomed all;
            std::weak_ptr<counted_client> watched = all.client;
            counted_client& client = *all.client;
            if (first_completes) client.async_send(net::buffer("a", 1), uncalled_owner{});
            start(client, std::move(all.client));
            CHECK_FALSE(watched.expired());
            all.io.reset();
            CHECK(watched.expired());
            CHECK(counted_socket::alive == 0);
        }
    }
}

TEST_CASE_METHOD(same_descriptors, "a client may be destroyed after its context", "[lifetime]") {
    for (const bool is_connected : {false, true}) {
        doomed all;
        if (!is_connected) {
            all.client->close();
            all.io->run();
        } else {
            all.client->async_receive(uncalled_owner{});
            all.client->async_send(std::string(8 << 20, 'x'), uncalled_owner{});
        }
        all.io.reset();
        CHECK(counted_socket::alive == 0);  // what belonged to the context went with it
        CHECK_FALSE(all.client->is_open());
        all.client->close();
        all.client.reset();
    }
}

TEST_CASE_METHOD(same_descriptors,
                 "what is left of a client after its context keeps nothing of it: a deferred operation",
                 "[lifetime]") {
    doomed all;
    auto later = std::make_optional(all.client->async_drain(tokens::deferred));
    SECTION("the client goes first") {
        all.client.reset();
        all.io->run();
        CHECK(counted_socket::alive == 0);  // though the operation holds the rest
        all.io.reset();
    }
    SECTION("the context goes first") {
        all.io.reset();
        CHECK(counted_socket::alive == 0);
        all.client.reset();
    }
    later.reset();
    CHECK(counted_socket::alive == 0);
}

TEST_CASE_METHOD(same_descriptors,
                 "what is left of a client after its context keeps nothing of it: a view in another context",
                 "[lifetime]") {
    net::io_context other;
    loopback_server server({server_script().reply("hello").expect_eof()});
    std::string text;
    {
        net::io_context io;
        auto on_strand = net::make_strand(io);
        counted_client client{on_strand};
        client.async_connect(server.host(), server.service(),
                             [](error_code ec, const auto&) { CHECK_FALSE(ec); });
        io.run();
        io.restart();
        client.async_receive_some(net::bind_executor(
            other.get_executor(), [&](error_code ec, std::string_view view) { text = ec ? "error" : view; }));
        io.run();
        client.close();
        io.restart();
        io.run();
    }
    CHECK(counted_socket::alive == 0);
    CHECK(text.empty());
    other.run();  // the view is still readable
    CHECK(text == "hello");
}

TEST_CASE_METHOD(client_test, "a deferred operation that is started when the client is gone is told so",
                 "[lifetime]") {
    loopback_server server(loopback_server::echo());
    auto client = std::make_unique<counted_client>(io);
    auto drain = client->async_drain(tokens::deferred);
    auto connect_again = client->async_connect(server.host(), server.service(), tokens::deferred);
    auto receive = client->async_receive_some(tokens::deferred);
    connect(*client, server);
    client.reset();
    run();
    CHECK(counted_socket::alive == 0);
    completion drained, connected, received;
    drain(record(drained));
    connect_again(record(connected));
    receive(record(received));
    run();
    CHECK(drained == completed(net::error::not_connected));
    CHECK(connected == completed(aborted));
    CHECK(received == completed(net::error::not_connected));
}

}  // namespace uplink::tests
