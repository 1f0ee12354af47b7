// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One function a way of writing the client, each in a file of its own.
#pragma once

#include "../workloads.hpp"

namespace uplink::benchmark {

peer raw_peer();
peer asio_peer();
peer asio_coroutine_peer();
peer uplink_peer();
peer uplink_timed_peer();
peer uplink_huge_peer();
peer uplink_stream_peer();
peer uplink_coroutine_peer();
peer libuv_peer();
peer beast_peer();
peer qt_peer();
peer poco_peer();

}  // namespace uplink::benchmark
