// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Whatever is made of an io_context turns its executor into an any_io_executor, and that takes a second to compile: it
// is compiled once, in any_executor.cpp. The integer is the constraint of Asio's constructor, in all of its versions.
#pragma once

#include <uplink/net.hpp>

extern template uplink::net::any_io_executor::any_io_executor(uplink::net::io_context::executor_type, int);
