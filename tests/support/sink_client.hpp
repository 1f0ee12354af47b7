// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client whose received bytes go to a function of the test: its inside is compiled once, in sink_client.cpp. See
// instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/received_bytes.hpp>

#include "support/recorded_operations.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace uplink::tests {

using function_sink = sink_bytes<std::function<void(std::string_view)>>;
using sink_client = async_client<net::ip::tcp::socket, function_sink>;

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_SINK_CLIENT(PREFIX)                                                                     \
    UPLINK_DETAIL_CLIENT_INSTANTIATIONS(PREFIX, sink_core);                                                  \
    UPLINK_TESTS_RECORDED(PREFIX, sink_core, connect_operation<sink_core>);                                  \
    UPLINK_TESTS_RECORDED(PREFIX, sink_core, receive_until_end<sink_core>);                                  \
    UPLINK_TESTS_RECORDED(PREFIX, sink_core, send_operation<sink_core, owned_bytes<std::string>>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using sink_core = client_core<net::ip::tcp::socket, tests::function_sink>;

UPLINK_TESTS_SINK_CLIENT(extern);

}  // namespace uplink::detail
