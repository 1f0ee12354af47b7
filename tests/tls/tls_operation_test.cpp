// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// An operation that waits in a TLS channel: its memory is given back before its handler, which may own that memory, is
// called or destroyed; and no cancellation reaches it afterwards.
#include <uplink/detail/tls/tls_operation.hpp>
#include <uplink/tls_stream.hpp>

#include "support/catch.hpp"
#include "support/owned_memory.hpp"

#include <new>
#include <tuple>

namespace uplink::tests {

namespace {

class waiting : public detail::tls_wait {
public:
    error_code go_on(bool) override { return {}; }
    std::tuple<error_code> results(const error_code& ec) const { return {ec}; }
};

template <class Handler>
using operation_of = detail::tls_operation_with<waiting, net::io_context::executor_type, Handler>;

struct cancellable {
    using cancellation_slot_type = net::cancellation_slot;

    net::cancellation_slot slot;
    cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }
    void operator()(const error_code&) const {}
};

struct counting_channel {
    int cancelled = 0;
    void cancel(waiting&) { ++cancelled; }
};

/// A slot that has no memory for what it is to call.
class full_slot {
public:
    explicit full_slot(int& cleared) noexcept : cleared_(&cleared) {}
    bool is_connected() const noexcept { return true; }
    template <class Function> void assign(Function&&) { throw std::bad_alloc(); }
    void clear() noexcept { ++*cleared_; }

private:
    int* cleared_;
};

class owner_with_full_slot : public memory_owner {
public:
    using cancellation_slot_type = full_slot;

    owner_with_full_slot(arena_record& record, int& cleared) : memory_owner(record), slot_(cleared) {}
    full_slot get_cancellation_slot() const noexcept { return slot_; }

private:
    full_slot slot_;
};

}  // namespace

TEST_CASE("TLS operation: its memory goes before its handler", "[lifetime]") {
    net::io_context io;
    arena_record record;
    const auto make = [&]() -> detail::tls_operation& {
        return operation_of<memory_owner>::make(io.get_executor(), memory_owner(record));
    };
    SECTION("abandoned") { make().abandon(); }
    SECTION("completed") {
        net::post(io, [&] { make().complete({}); });
        io.run();
        CHECK(record.calls == 1);
    }
    SECTION("posted") {
        make().post({});
        io.run();
        CHECK(record.calls == 1);
    }
    CHECK(record.gone == 1);
    CHECK(record.blocks != 0);
    CHECK(record.blocks_when_gone == 0);
}

TEST_CASE("TLS operation: a cancellation reaches it while it waits, and not when it has gone", "[cancel]") {
    net::io_context io;
    counting_channel channel;
    net::cancellation_signal signal;
    auto& operation = operation_of<cancellable>::make(io.get_executor(), cancellable{signal.slot()});
    operation.on_cancel(channel);
    signal.emit(net::cancellation_type::none);
    CHECK(channel.cancelled == 0);
    signal.emit(net::cancellation_type::terminal);
    CHECK(channel.cancelled == 1);
    SECTION("abandoned") { operation.abandon(); }
    SECTION("posted") { operation.post({}); }
    signal.emit(net::cancellation_type::terminal);
    CHECK(channel.cancelled == 1);
    CHECK_FALSE(signal.slot().has_handler());
}

TEST_CASE("TLS operation: without memory for its cancellation it has not started, and is gone", "[cancel]") {
    net::io_context io;
    tls_stream<net::ip::tcp::socket> stream{net::ip::tcp::socket(io)};
    arena_record record;
    int cleared = 0;
    char byte = 0;
    const auto owner = [&] { return owner_with_full_slot(record, cleared); };
    SECTION("a handshake") {
        CHECK_THROWS_AS(stream.async_handshake({"server.test", "443", ""}, owner()), std::bad_alloc);
        CHECK(stream.native_handle() == nullptr);
    }
    SECTION("a read") {
        CHECK_THROWS_AS(stream.async_read_some(net::buffer(&byte, 1), owner()), std::bad_alloc);
    }
    SECTION("a write") {
        CHECK_THROWS_AS(stream.async_write_some(net::buffer("x", 1), owner()), std::bad_alloc);
    }
    CHECK(record.made == 1);
    CHECK(record.gone == 1);
    CHECK(record.blocks == 1);
    CHECK(record.blocks_when_gone == 0);
    CHECK(cleared == 1);
    io.run();
    CHECK(record.calls == 0);
}

}  // namespace uplink::tests
