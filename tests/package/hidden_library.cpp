// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Somebody else's shared library, in which everything is hidden but this function: it gives error codes out. See
// hidden_visibility.sh.
#include <uplink/error.hpp>

[[gnu::visibility("default")]] bool same_in_library(const uplink::error_code& ec) {
    return ec == uplink::errc::receive_timeout && ec == uplink::condition::timeout;
}
[[gnu::visibility("default")]] uplink::error_code code_of_library() { return uplink::errc::receive_timeout; }
[[gnu::visibility("default")]] uplink::error_condition condition_of_library() {
    return make_error_condition(uplink::condition::timeout);
}
