// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/context_strand.hpp"

namespace uplink::tests {

net::any_io_executor erased(const context_strand& strand) { return strand; }

net::any_io_executor strand_of(net::io_context& context) { return net::make_strand(context); }

}  // namespace uplink::tests
