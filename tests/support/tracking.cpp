// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/tracking.hpp"

#include <algorithm>

namespace uplink::tests {

int& running_executor() {
    thread_local int id = 0;
    return id;
}

void tracking_executor::run(std::unique_ptr<any_call> function) const {
    net::dispatch(inner_, [id = id_, called = std::move(function)] {
        const int outer = std::exchange(running_executor(), id);
        called->call();
        running_executor() = outer;
    });
}

std::vector<int> call_log::sorted_executors() const {
    std::vector<int> ids;
    for (const call& each : calls) ids.push_back(each.executor);
    std::sort(ids.begin(), ids.end());
    return ids;
}

void noting::operator()(error_code ec) const {
    log.calls.push_back({running_executor(), ec});
    log.inside += log.is_initiating;
}

}  // namespace uplink::tests
