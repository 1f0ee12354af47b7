// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The client that the uplink programs use: on the io_context's own executor type.
#pragma once

#include "asio_common.hpp"

#include <uplink/async_client.hpp>

namespace uplink::benchmark {

using plain_client = async_client<asio_socket>;

}  // namespace uplink::benchmark
