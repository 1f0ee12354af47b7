// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client of a socket that knows how many there are: its inside is compiled once, in counted_client.cpp. See
// instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>

#include "support/catch.hpp"
#include "support/loopback_server.hpp"
#include "support/recorded_operations.hpp"

#include <memory>
#include <utility>

namespace uplink::tests {

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
    std::shared_ptr<void> what{};
    template <class... Values> void operator()(Values&&...) const {
        FAIL("a handler was called after its context");
    }
};

/// A connected client on a context of its own.
struct doomed {
    doomed();
    ~doomed();

    loopback_server server{loopback_server::echo()};
    std::unique_ptr<net::io_context> io = std::make_unique<net::io_context>();
    std::shared_ptr<counted_client> client =
        std::make_shared<counted_client>(*io, client_options{.send_queue = {.low_water = 0}});
};

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_COUNTED_CLIENT(PREFIX)                                                                  \
    UPLINK_DETAIL_CLIENT_INSTANTIATIONS(PREFIX, counted_core);                                               \
    UPLINK_TESTS_RECORDED(PREFIX, counted_core, connect_operation<counted_core>);                            \
    UPLINK_TESTS_RECORDED(PREFIX, counted_core, receive_framed<counted_core, whatever_is_there>);            \
    UPLINK_TESTS_RECORDED(PREFIX, counted_core, drain_operation<counted_core>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using counted_core = client_core<tests::counted_socket, received_bytes>;

UPLINK_TESTS_COUNTED_CLIENT(extern);

}  // namespace uplink::detail

namespace uplink::inline UPLINK_NAMESPACE {

extern template class async_client<tests::counted_socket>;
extern template tests::counted_client::async_client(net::io_context&, client_options, received_bytes);

}  // namespace uplink
