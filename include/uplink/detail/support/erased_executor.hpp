// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The usual executor of a client, any_io_executor, made of an io_context's. A compiler takes half a second
// for this conversion alone, so with UPLINK_SEPARATE_COMPILATION it is compiled once. Functions only; nothing
// is owned.
#pragma once

#include <uplink/net.hpp>

#include <type_traits>

namespace uplink::inline UPLINK_NAMESPACE::detail {

net::any_io_executor erased(const net::io_context::executor_type& executor);

/// True if erased() makes this type of executor.
template <class Executor> inline constexpr bool is_erased = std::is_same_v<Executor, net::any_io_executor>;

/// The executor of an execution context, as the type `Executor`.
template <class Executor, class Context> Executor executor_on(Context& context) {
    if constexpr (is_erased<Executor> && std::is_same_v<Context, net::io_context>) {
        return erased(context.get_executor());
    } else {
        return Executor(context.get_executor());
    }
}

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/support/impl/erased_executor.ipp>
#endif
