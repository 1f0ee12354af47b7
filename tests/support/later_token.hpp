// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A completion token whose operation starts when the token's result is called with a handler, and each time again. So
// it may start when its client has moved, or has gone.
#pragma once

#include <uplink/net.hpp>

#include <tuple>
#include <utility>

namespace uplink::tests {

struct later_token {};

}  // namespace uplink::tests

template <class Signature> class uplink::net::async_result<uplink::tests::later_token, Signature> {
public:
    template <class Initiation, class... Arguments>
    static auto initiate(Initiation&& initiation, uplink::tests::later_token, Arguments&&... arguments) {
        return [initiation = std::forward<Initiation>(initiation),
                kept = std::make_tuple(std::forward<Arguments>(arguments)...)](auto handler) {
            std::apply([&](auto... each) { initiation(std::move(handler), std::move(each)...); }, kept);
        };
    }
};
