// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A strand of an io_context, and the client's executor made of it, which takes a second to compile: that is compiled
// once, in context_strand.cpp. See any_executor.hpp.
#pragma once

#include <uplink/net.hpp>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/strand.hpp>
#else
#include <asio/strand.hpp>
#endif

namespace uplink::tests {

using context_strand = net::strand<net::io_context::executor_type>;

net::any_io_executor erased(const context_strand& strand);
/// Of a strand of its own.
net::any_io_executor strand_of(net::io_context& context);

}  // namespace uplink::tests
