// Distributed under the Boost Software License, Version 1.0 (see LICENSE).

#include <support/catch.hpp>

#include <uplink/detail/machine/write_share.hpp>

namespace {

using uplink::detail::write_share;

TEST_CASE("a client that is alone writes much at a time") {
    write_share share;
    CHECK(share.next(false) == write_share::alone);
    CHECK(share.next(false) == write_share::alone);
}

TEST_CASE("from when another client was at work writes are short, until it has been quiet for a while") {
    write_share share;
    share.next(false);
    CHECK(share.next(true) == write_share::shared);
    for (unsigned i = 1; i != write_share::quiet_writes; ++i) CHECK(share.next(false) == write_share::shared);
    CHECK(share.next(false) == write_share::alone);
}

TEST_CASE("another turn of the other begins the while anew") {
    write_share share;
    share.next(true);
    for (unsigned i = 1; i != write_share::quiet_writes; ++i) share.next(false);
    CHECK(share.next(true) == write_share::shared);
    for (unsigned i = 1; i != write_share::quiet_writes; ++i) CHECK(share.next(false) == write_share::shared);
    CHECK(share.next(false) == write_share::alone);
}

}  // namespace
