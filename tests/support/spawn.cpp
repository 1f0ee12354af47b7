// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/spawn.hpp"

#include <utility>

namespace uplink::tests {

std::future<std::string> spawn(net::io_context& context, net::awaitable<std::string> work) {
    return net::co_spawn(context, std::move(work), net::use_future);
}

void spawn(net::io_context& context, net::awaitable<void> work) {
    net::co_spawn(context, std::move(work), net::detached);
}

}  // namespace uplink::tests
