// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The heart of a client: cancel(), close(), destruction and moves at any time, handlers that throw, contexts
// that go (promises 15, 16, 25; faults 69 to 77, 79).

#include <uplink/detail/client/client_core.hpp>
#include <uplink/detail/client/initiation.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using testing::endpoint;
using testing::network;

namespace {

const auto remote = uplink::testing::detail::parse_endpoint(server_address);

struct throwing {};

}  // namespace

TEST_CASE(
    "cancel() ends everything with operation_aborted, at once, and leaves a connection whose state is kept") {
    connected talk(deaf_with_reply, {.send_queue = {.low_water = 0}});
    talk.inbound = {"abc"};
    const operation& stopped = talk.receive_until("\n");
    talk.send("0123");
    talk.drain();
    talk.network().run_for(1s);
    talk.cancel();
    talk.run();
    CHECK(stopped == completed(aborted));
    CHECK(talk.client()->is_open());
    CHECK(talk.held() == "abc");
    CHECK(talk.network().elapsed() == 1s);
    const operation& received = talk.receive_exactly(3);
    talk.run();
    CHECK(received == completed(success, "abc"));
}

TEST_CASE("cancel() and close() twice, on a fresh client, and after close() are nothing") {
    client_run talk(true);
    talk.cancel();
    talk.close();
    talk.close();
    talk.cancel();
    talk.run();
    CHECK(talk.handlers_called() == 0);
    CHECK_FALSE(talk.client()->is_open());
}

TEST_CASE("the one receive that is pending has its place inside the client") {
    using namespace uplink::detail;
    using socket = net::basic_stream_socket<net::ip::tcp, net::io_context::executor_type>;
    using core_type = client_core<socket, uplink::received_bytes>;
    using operation_type = receive_framed<core_type, uplink::delimited>;
    net::io_context io;
    const auto core = std::make_shared<core_type>(io.get_executor(), no_layer_options{},
                                                  uplink::client_options{}, uplink::received_bytes{});
    const auto* begin = reinterpret_cast<const std::byte*>(core.get());
    auto memory = detail::memory_for<operation_type>(*core);
    std::allocator_traits<decltype(memory)>::rebind_alloc<std::byte> allocator(memory);
    const auto gives_the_place = [&] {
        std::byte* place = allocator.allocate(1);
        const bool is_inside =
            std::less_equal<>()(begin, place) && std::less<>()(place, begin + sizeof(core_type));
        allocator.deallocate(place, 1);
        return is_inside;
    };
    CHECK(gives_the_place());
    int calls = 0;
    bool is_free_within = false;
    bool* const flag = &is_free_within;
    const auto handler = [&calls, flag, &gives_the_place](error_code, std::string_view) {
        ++calls;
        *flag = gives_the_place();
    };
    launch<operation_type>(
        *core, handler, [](auto& admission, auto& made) { admission.receive(made, core_type::time_limit()); },
        uplink::delimited{"\n"});
    CHECK_FALSE(gives_the_place());  // taken, and a second one does without
    io.run();
    CHECK(calls == 1);
    CHECK(is_free_within);
}

TEST_CASE("take_state() throws while a receive is pending, and gives everything otherwise") {
    connected talk(deaf_with_reply);
    talk.inbound = {"abc"};
    talk.receive_until("\n");
    talk.network().poll();
    CHECK_THROWS_AS(talk.client()->take_state(), std::logic_error);
    CHECK(talk.held() == "abc");
    talk.cancel();
    CHECK_THROWS_AS(talk.client()->take_state(), std::logic_error);  // its handler has not been called
    talk.run();
    CHECK(talk.client()->take_state().view() == "abc");
    CHECK(talk.client()->state().empty());
}

TEST_CASE("a client is destroyed in any of its handlers, by the last owner of itself") {
    enum class op { connect, receive, send, drain, shutdown_send, exchange, close };
    for (const auto which :
         {op::connect, op::receive, op::send, op::drain, op::shutdown_send, op::exchange, op::close}) {
        CAPTURE(which);
        network net;
        net.endpoint(remote).accept().reply("text\n").expect("x").expect_eof().close();
        auto client = std::make_shared<client_type>(net.get_executor());
        std::weak_ptr<client_type> weak = client;
        int calls = 0;
        auto last = [&calls, client](auto...) mutable {
            ++calls;
            client.reset();
        };
        client->async_connect(remote, [&, which, last = std::move(last)](error_code, auto) mutable {
            const auto start = [&](auto& owner) {
                if (which == op::receive) owner.async_receive_until("\n", std::move(last));
                if (which == op::send) owner.async_send(std::string("x"), std::move(last));
                if (which == op::drain) owner.async_drain(std::move(last));
                if (which == op::shutdown_send) owner.async_shutdown_send(std::move(last));
                if (which == op::exchange)
                    owner.async_exchange(std::string("x"), half_close, std::move(last));
                if (which == op::close) owner.async_close(std::move(last));
            };
            if (which == op::connect) return last();
            start(*weak.lock());
        });
        client.reset();
        net.run();
        CHECK(calls == 1);
        CHECK(weak.expired());
        CHECK(net.open_sockets() == 0);
        CHECK(net.pending_operations() == 0);
    }
}

TEST_CASE("faults 74: a handler that owns its client is destroyed with the context, and nothing leaks") {
    for (const bool connects : {false, true}) {
        std::weak_ptr<client_type> weak;
        {
            network net;
            connects ? net.endpoint(remote).black_hole() : net.endpoint(remote).accept().window(1).deaf();
            auto client = std::make_shared<client_type>(
                net.get_executor(), uplink::client_options{.send_queue = {.low_water = 0}});
            weak = client;
            bool called = false;
            client->async_connect(remote, [client, &called](error_code, auto) {
                client->async_receive([client, &called](error_code, std::size_t) { called = true; });
                for (int i = 0; i != 3; ++i) {
                    client->async_send(std::string("xyz"),
                                       [client, &called](error_code, std::size_t) { called = true; });
                }
                client->async_drain(1h, [client, &called](error_code) { called = true; });
            });
            client.reset();
            net.run_for(1s);
            CHECK_FALSE(called);
            CHECK_FALSE(weak.expired());
        }
        CHECK(weak.expired());
    }
}

TEST_CASE("faults 75: a client moves while operations are pending, and they go on") {
    network net;
    net.endpoint(remote).accept().expect("ping").after(1s).reply("pong").close();
    client_type first(net.get_executor());
    std::vector<error_code> results;
    first.async_connect(remote, [&](error_code ec, auto) { results.push_back(ec); });
    client_type second(std::move(first));
    net.run_until([&] { return results.size() == 1; });
    second.async_send(std::string("ping"), [&](error_code ec, std::size_t) { results.push_back(ec); });
    second.async_receive([&](error_code ec, std::size_t) { results.push_back(ec); });
    client_type third(net.get_executor());
    third = std::move(second);
    net.run();
    CHECK(results == std::vector<error_code>(3));
    CHECK(third.state().view() == "pong");
    second = client_type(net.get_executor());  // a moved-from client is assigned
    CHECK_FALSE(second.is_open());
}

TEST_CASE("assigning to a client closes what it had, as destruction does") {
    network net;
    net.endpoint(remote).accept().deaf();
    client_type client(net.get_executor());
    error_code result;
    client.async_connect(remote, [&](error_code, auto) {
        client.async_receive([&](error_code ec, std::size_t) { result = ec; });
        client = client_type(net.get_executor());
    });
    net.run();
    CHECK(result == aborted);
    CHECK(net.open_sockets() == 0);
}

TEST_CASE("faults 77: a handler that throws leaves the others to the next run()") {
    network net;
    net.endpoint(remote).accept().reply("text").deaf();
    client_type client(net.get_executor());
    int called = 0;
    client.async_connect(remote, [&](error_code, auto) {
        for (int i = 0; i != 10; ++i) {
            client.async_send(std::string(), [&](error_code, std::size_t) {
                ++called;
                throw throwing();
            });
        }
    });
    for (int i = 0; i != 10; ++i) {
        CHECK_THROWS_AS(net.run(), throwing);
        CHECK(called == i + 1);
    }
    net.run();
    bool received = false;
    client.async_receive_exactly(4, [&](error_code ec, std::string_view) { received = !ec; });
    net.run();
    CHECK(received);
}

TEST_CASE("a handler that throws after closing the client leaves nothing stuck") {
    network net;
    net.endpoint(remote).accept().deaf();
    client_type client(net.get_executor());
    error_code receive;
    client.async_connect(remote, [&](error_code, auto) {
        client.async_receive([&](error_code ec, std::size_t) { receive = ec; });
        client.async_send(std::string("x"), [&](error_code, std::size_t) {
            client.close();
            throw throwing();
        });
    });
    CHECK_THROWS_AS(net.run(), throwing);
    net.run();
    CHECK(receive == aborted);
}

TEST_CASE("faults 79: run in small steps, stopped and restarted in between, everything still ends once") {
    connected talk([](endpoint& where) {
        where.accept().window(3).expect("0123456789").expect_eof().reply("bye").close();
    });
    talk.inbound = {"bye"};
    talk.send("0123456789");
    talk.shutdown_send();
    const operation& received = talk.receive();
    for (int i = 0; i != 1000; ++i) {
        talk.network().context().stop();
        CHECK(talk.network().run() == 0);
        talk.network().context().restart();
        talk.network().step();
    }
    CHECK(talk.pending().empty());
    CHECK(received == completed(success, 3));
}

TEST_CASE("faults 69, 70: a signal that is emitted again, too late, or for the next operation") {
    network net;
    net.endpoint(remote).accept().reply("abc").deaf();
    client_type client(net.get_executor());
    net::cancellation_signal signal;
    std::vector<error_code> results;
    struct handler {
        using cancellation_slot_type = net::cancellation_slot;
        net::cancellation_slot slot;
        std::vector<error_code>* results;
        cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }
        void operator()(error_code ec, std::string_view) const { results->push_back(ec); }
    };
    client.async_connect(remote, [](error_code, auto) {});
    net.run();
    client.async_receive_exactly(10, handler{signal.slot(), &results});
    signal.emit(net::cancellation_type::total);
    signal.emit(net::cancellation_type::terminal);
    net.run();
    client.async_receive_exactly(3, handler{signal.slot(), &results});  // nothing of the first is left
    net.run();
    client.async_receive_exactly(1, handler{signal.slot(), &results});
    net.run();
    signal.emit(net::cancellation_type::partial);
    net.run();
    signal.emit(net::cancellation_type::terminal);
    CHECK(results == std::vector<error_code>{aborted, error_code(), aborted});
}

}  // namespace uplink::tests
