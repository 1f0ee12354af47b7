// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Somebody else's program, as small as can be, for ways in that differ from others only in how the headers are found.
// Exit code 0 if a code of the library is of its category.
#include <uplink/error.hpp>
#include <uplink/version.hpp>

int main() {
    const uplink::error_code ec = uplink::errc::truncated;
    static_assert(UPLINK_VERSION >= 200);
    return ec.category() == uplink::uplink_category() && !ec.message().empty() ? 0 : 1;
}
