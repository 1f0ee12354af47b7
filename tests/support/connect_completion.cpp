// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "support/connect_completion.hpp"

#include <ostream>

namespace uplink::tests {

void connect_completion::connect_recorder::operator()(const error_code& result,
                                                      const net::ip::tcp::endpoint& winner) const {
    to_->set(result, winner);
    to_->at = network_->elapsed();
    to_->open = network_->open_sockets();
}

bool operator==(const connect_completion& seen, const expected_connect& expected) {
    if (!(seen == completed(expected.ec))) return false;
    return expected.ec ? seen.endpoint == net::ip::tcp::endpoint() && seen.open == 0 : seen.open == 1;
}

std::ostream& operator<<(std::ostream& out, const connect_completion& seen) {
    out << static_cast<const completion&>(seen);
    if (seen) out << ", endpoint " << seen.endpoint << ", " << seen.open << " open sockets";
    return out;
}

std::ostream& operator<<(std::ostream& out, const expected_connect& expected) {
    return out << completed(expected.ec)
               << (expected.ec ? ", no endpoint, no open socket" : ", one open socket");
}

net::ip::tcp::endpoint place(const std::string& address) { return {net::ip::make_address(address), 80}; }

}  // namespace uplink::tests

namespace uplink::inline UPLINK_NAMESPACE::detail {

template class handler_operation<connect_operation<simulated_core>,
                                 tests::connect_completion::connect_recorder, simulated_core::executor_type,
                                 net::recycling_allocator<void>>;

}  // namespace uplink::detail
