// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Calls a handler with the results of its operation, on the handler's associated executor. Functions only.
#pragma once

#include <uplink/detail/support/operation.hpp>
#include <uplink/net.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// Calls the handler later. `executor` is used if the handler has none.
template <class Executor, class Handler, class... Results>
void post_handler(const Executor& executor, Handler&& handler, Results... results) {
    using arguments = std::tuple<Results...>;
    const auto where = net::get_associated_executor(handler, executor);
    net::post(where, bound_completion<std::decay_t<Handler>, arguments>(std::forward<Handler>(handler),
                                                                        arguments(std::move(results)...)));
}

/// The caller runs on `executor`: if that is the handler's executor too, the handler is called directly.
template <class Executor, class Handler, class... Results>
void dispatch_handler(const Executor& executor, Handler&& handler, Results... results) {
    using arguments = std::tuple<Results...>;
    const auto where = net::get_associated_executor(handler, executor);
    if constexpr (std::is_same_v<std::decay_t<decltype(where)>, Executor>) {
        if (where == executor) return std::forward<Handler>(handler)(std::move(results)...);
    }
    net::dispatch(where, bound_completion<std::decay_t<Handler>, arguments>(
                             std::forward<Handler>(handler), arguments(std::move(results)...)));
}

}  // namespace uplink::detail
