// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/on_threads.hpp"

#include <thread>
#include <vector>

namespace uplink::tests {

void on_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i != count; ++i) threads.emplace_back([&work, i] { work(i); });
    for (std::thread& each : threads) each.join();
}

}  // namespace uplink::tests
