// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Starts coroutines on a context. What Asio makes of that is compiled once, in spawn.cpp.
#pragma once

#include "support/tokens.hpp"

#include <future>
#include <string>

namespace uplink::tests {

std::future<std::string> spawn(net::io_context& context, net::awaitable<std::string> work);
/// A lambda that is the coroutine has to outlive it.
void spawn(net::io_context& context, net::awaitable<void> work);

}  // namespace uplink::tests
