// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client whose received bytes go to a function of the test: its inside is compiled once, in sink_client.cpp. See
// instantiations.hpp.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/received_bytes.hpp>

#include <functional>
#include <string_view>

namespace uplink::tests {

using function_sink = sink_bytes<std::function<void(std::string_view)>>;
using sink_client = async_client<net::ip::tcp::socket, function_sink>;

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

using sink_core = client_core<net::ip::tcp::socket, tests::function_sink>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, sink_core);

}  // namespace uplink::detail
