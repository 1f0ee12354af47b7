// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of endpoint.hpp.
#pragma once

#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/endpoint.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::testing {

UPLINK_TESTING_DECL endpoint::endpoint() : behaviours_(1) {}

UPLINK_TESTING_DECL endpoint& endpoint::over(peer_layer_maker make) {
    return last().layer = std::move(make), *this;
}

UPLINK_TESTING_DECL detail::behaviour& endpoint::last() { return behaviours_.back(); }

UPLINK_TESTING_DECL endpoint& endpoint::fail(error_code ec, clock::duration delay) {
    return connect(connect_result::fail, ec, delay);
}

UPLINK_TESTING_DECL endpoint& endpoint::self_connect(clock::duration delay) {
    return connect(connect_result::self_connect, {}, delay);
}

UPLINK_TESTING_DECL endpoint& endpoint::then() {
    behaviours_.emplace_back();
    return *this;
}

UPLINK_TESTING_DECL endpoint& endpoint::clear() {
    behaviours_.assign(1, {});
    used_ = 0;
    return *this;
}

UPLINK_TESTING_DECL std::shared_ptr<const detail::behaviour> endpoint::next() {
    const std::size_t index = (std::min)(used_, behaviours_.size() - 1);
    ++used_;
    return std::make_shared<const detail::behaviour>(behaviours_[index]);
}

UPLINK_TESTING_DECL endpoint& endpoint::connect(connect_result result, error_code ec, clock::duration delay) {
    last().result = result;
    last().error = ec;
    last().when = delay;
    return *this;
}

UPLINK_TESTING_DECL endpoint& endpoint::cut(detail::ending how, std::size_t bytes) {
    last().cut = how;
    last().cut_at = bytes;
    return *this;
}

UPLINK_TESTING_DECL endpoint& endpoint::add(detail::peer_step what) {
    last().steps.push_back(std::move(what));
    return *this;
}

}  // namespace uplink::testing
