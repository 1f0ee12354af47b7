// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The one read and the one write in flight: they run on the client's executor, in memory inside the
// connection, and keep the core alive until they have come back (promises 3 and 5).

#include <uplink/detail/connection/transfer_handler.hpp>

#include "support/connected.hpp"

#include <chrono>
#include <cstddef>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::endpoint;

static_assert(noexcept(uplink::detail::is_transient(error_code())));

TEST_CASE("only what a repeated call may cure is transient") {
    using uplink::detail::is_transient;
    CHECK(is_transient(net::error::would_block));
    CHECK(is_transient(net::error::try_again));
    CHECK(is_transient(net::error::interrupted));
    for (const error_code& ec :
         {error_code(), error_code(net::error::eof), error_code(net::error::operation_aborted),
          error_code(net::error::connection_reset), error_code(net::error::no_buffer_space),
          error_code(net::error::timed_out), error_code(net::error::no_memory),
          error_code(errc::receive_timeout)}) {
        CHECK_FALSE(is_transient(ec));
    }
}

TEST_CASE("a read and a write in flight each fit into the connection's own memory") {
    constexpr std::size_t size = uplink::detail::transfer_memory_size<net::any_io_executor>;
    uplink::detail::transfer_memory<net::any_io_executor> memory;
    void* block = memory.take(size, alignof(std::max_align_t));
    REQUIRE(block != nullptr);
    CHECK(memory.take(1, 1) == nullptr);  // it is taken
    CHECK(memory.give_back(block));
    CHECK(memory.take(size + 1, 1) == nullptr);
    int other = 0;
    CHECK_FALSE(memory.give_back(&other));
}

TEST_CASE(
    "a client may go while its read and its write are in flight, and they come back to nobody, safely") {
    connected talk([](endpoint& server) { server.accept().window(4).deaf(); });
    talk.receive();
    talk.send("0123456789");
    talk.network().run_for(1s);
    CHECK(talk.network().pending_operations() == 2);
    talk.destroy_client();
    CHECK(talk.network().pending_operations() == 0);  // cancelled, and their handlers are on the way
    talk.run();
    CHECK(talk.pending().empty());
    CHECK(talk.handlers_alive() == 0);
}

TEST_CASE("a read that is cancelled does not disturb the write, and the other way round") {
    connected talk([](endpoint& server) {
        server.accept().window(4).after(1s).expect("0123456789").reply("yes").close();
    });
    talk.inbound = {"yes"};
    operation& send = talk.send("0123456789");
    operation& cancelled = talk.receive();
    talk.network().run_for(10ms);
    talk.emit(cancelled.index, net::cancellation_type::terminal);
    talk.run();
    CHECK(cancelled == completed(aborted));
    CHECK(send == completed(success, 10));
    operation& received = talk.receive();
    talk.run();
    CHECK(received == completed(success, 3));
}

}  // namespace uplink::tests
