// Distributed under the Boost Software License, Version 1.0 (see LICENSE).

#include "support/catch.hpp"

#include <uplink/detail/machine/write_limit_policy.hpp>

namespace uplink::tests {

namespace {

using uplink::detail::write_limit_policy;

TEST_CASE("a client that is alone writes much at a time") {
    write_limit_policy share;
    CHECK(share.next(false) == write_limit_policy::exclusive);
    CHECK(share.next(false) == write_limit_policy::exclusive);
}

TEST_CASE("from when another client was at work writes are short, until it has been quiet for a while") {
    write_limit_policy share;
    share.next(false);
    CHECK(share.next(true) == write_limit_policy::shared);
    for (unsigned i = 1; i != write_limit_policy::quiet_writes; ++i)
        CHECK(share.next(false) == write_limit_policy::shared);
    CHECK(share.next(false) == write_limit_policy::exclusive);
}

TEST_CASE("another turn of the other begins the while anew") {
    write_limit_policy share;
    share.next(true);
    for (unsigned i = 1; i != write_limit_policy::quiet_writes; ++i) share.next(false);
    CHECK(share.next(true) == write_limit_policy::shared);
    for (unsigned i = 1; i != write_limit_policy::quiet_writes; ++i)
        CHECK(share.next(false) == write_limit_policy::shared);
    CHECK(share.next(false) == write_limit_policy::exclusive);
}

}  // namespace

}  // namespace uplink::tests
