// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What becomes of a socket that is handed over, for each set of facts.
#include <uplink/detail/machine/connected_socket.hpp>

#include "support/catch.hpp"

#include <string_view>

namespace uplink::tests {

namespace {

using detail::socket_facts;

const error_code none{};
const error_code reset = net::error::connection_reset;

struct row {
    socket_facts facts;
    std::string_view reason;  ///< of invalid_argument; empty: none
    error_code broken;
};

TEST_CASE("a handed-over socket is judged by the first fact that speaks against it", "[handed]") {
    const row rows[] = {
        {{true, true, none, true, true}, {}, none},
        {{true, true, reset, true, true}, {}, reset},
        {{true, true, reset, false, true}, {}, reset},
        {{true, true, reset, false, false}, {}, reset},
        {{true, true, none, false, true}, "the socket is not connected", none},
        {{true, true, none, false, false}, "the socket is not connected", none},
        {{true, true, none, true, false}, "the socket is of another protocol than the client's stream", none},
        {{true, false, none, true, true}, "the descriptor is not a stream socket", none},
        {{true, false, reset, false, false}, "the descriptor is not a stream socket", none},
        {{false, true, none, true, true}, "the socket is not open", none},
        {{false, false, reset, false, false}, "the socket is not open", none},
    };
    for (const row& each : rows) {
        INFO("row " << &each - rows);
        const detail::socket_verdict verdict = detail::check_connected_socket(each.facts);
        CHECK(verdict.why.reason == each.reason);
        CHECK(verdict.why.error == (each.reason.empty() ? none : error_code(net::error::invalid_argument)));
        CHECK(verdict.broken == each.broken);
    }
}

}  // namespace

}  // namespace uplink::tests
