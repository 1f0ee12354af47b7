// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Streams that connect, wake up or read in an odd way, for tests of the connect operation. Their clients are compiled
// once, in odd_streams.cpp. See instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/socket.hpp>
#include <uplink/testing/timer.hpp>

#include "support/recorded_operations.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

namespace uplink::tests {

/// A handshake that ends when the peer speaks.
class waiting_handshake : public testing::faulty_stream<net::ip::tcp::socket> {
public:
    using testing::faulty_stream<net::ip::tcp::socket>::faulty_stream;

    template <class Handler> void async_handshake(const detail::handshake_target&, Handler handler) {
        next_layer().async_wait(net::socket_base::wait_read, std::move(handler));
    }
};

/// Its first wait ends at once, though nothing has happened.
class early_waking_socket : public net::ip::tcp::socket {
public:
    using net::ip::tcp::socket::socket;

    template <class Handler> void async_wait(wait_type what, Handler handler) {
        if (waits++ != 0) return net::ip::tcp::socket::async_wait(what, std::move(handler));
        net::post(get_executor(), [handler = std::move(handler)]() mutable { handler(error_code()); });
    }

    static inline int waits = 0;
};

/// Gives a read back 50 ms after its end, and after its cancel too.
class late_reading_stream : public testing::faulty_stream<testing::socket> {
    using base = testing::faulty_stream<testing::socket>;

    template <class Handler> struct late {
        using executor_type = typename base::executor_type;

        Handler handler;
        std::shared_ptr<testing::timer> timer;
        executor_type get_executor() const noexcept { return timer->get_executor(); }
        void operator()(error_code ec, std::size_t count) {
            testing::timer& clock = *timer;
            clock.expires_after(std::chrono::milliseconds(50));
            clock.async_wait([self = std::move(*this), ec, count](error_code) mutable {
                self.timer.reset();
                std::move(self.handler)(ec, count);
            });
        }
    };

public:
    template <class Executor1> struct rebind_executor { using other = late_reading_stream; };

    using base::base;

    template <class Buffers, class Handler> void async_read_some(const Buffers& buffers, Handler handler) {
        base::async_read_some(
            buffers, late<Handler>{std::move(handler), std::make_shared<testing::timer>(get_executor())});
    }
};

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing, and `CORE` names a client's core.
#define UPLINK_TESTS_ODD_CLIENT(PREFIX, CORE)                                                                \
    UPLINK_DETAIL_CLIENT_INSTANTIATIONS(PREFIX, CORE);                                                       \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, connect_operation<CORE>);                                            \
    UPLINK_TESTS_RECORDED(PREFIX, CORE, receive_until_end<CORE>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using waiting_core = client_core<tests::waiting_handshake, received_bytes>;
using early_waking_core = client_core<tests::early_waking_socket, received_bytes>;
using late_reading_core = client_core<tests::late_reading_stream, received_bytes>;

UPLINK_TESTS_ODD_CLIENT(extern, waiting_core);
UPLINK_TESTS_ODD_CLIENT(extern, early_waking_core);
UPLINK_TESTS_ODD_CLIENT(extern, late_reading_core);

}  // namespace uplink::detail
