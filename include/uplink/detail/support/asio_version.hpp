// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The one file that looks at Asio's version: what the range 1.22.1 .. 1.38 has under different rules.
#pragma once

#include <uplink/detail/support/asio.hpp>

#include <type_traits>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/version.hpp>
static_assert(BOOST_ASIO_VERSION >= 102400, "uplink needs Boost 1.81 or newer");
#else
#include <asio/version.hpp>
static_assert(ASIO_VERSION >= 102201, "uplink needs standalone Asio 1.22.1 or newer");
#endif

namespace uplink::detail {

/// Stands in for a default completion token where the executor has none (an ordinary one before Asio 1.31),
/// so that the compiler's message names what is missing.
struct pass_a_completion_token_as_the_last_argument {};

template <class Executor>
using default_token_t = std::conditional_t<std::is_void_v<net::default_completion_token_t<Executor>>,
                                           pass_a_completion_token_as_the_last_argument,
                                           net::default_completion_token_t<Executor>>;

}  // namespace uplink::detail
