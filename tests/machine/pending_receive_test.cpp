// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The receive that is pending on a connection: how it is stopped, what it counts, and the result with which
// it ends.
#include <uplink/detail/machine/pending_receive.hpp>

#include "support/catch.hpp"

#include <cstddef>

namespace uplink::tests {

namespace {

using uplink::detail::end_rule;
using uplink::detail::pending_receive;

/// The result of a receive by this rule, at the end of a stream that leaves so many bytes in the state.
error_code result_at_end(end_rule rule, std::size_t held) {
    pending_receive receive;
    receive.start(false, rule);
    receive.end_of_stream(held);
    CHECK_FALSE(receive.exists());
    CHECK(receive.completed() == (receive.result() ? 0 : 1));
    return receive.result();
}

}  // namespace

TEST_CASE("a receive is pending, and direct or not, from its start until it succeeds or fails") {
    pending_receive receive;
    for (const bool is_direct : {true, false, true}) {
        CHECK_FALSE(receive.exists());
        receive.start(is_direct, end_rule::eof);
        CHECK(receive.exists());
        CHECK(receive.is_direct() == is_direct);
        if (is_direct) receive.succeed();
        else receive.fail(net::error::eof);
    }
    CHECK_FALSE(receive.exists());
}

TEST_CASE("the first stop decides the error of a receive") {
    pending_receive receive;
    receive.start(false, end_rule::success);
    CHECK_FALSE(receive.is_stopped());
    receive.stop(errc::receive_timeout);
    receive.stop(net::error::operation_aborted);
    CHECK(receive.is_stopped());
    CHECK(receive.stop_error() == errc::receive_timeout);
}

TEST_CASE("a stop is for the pending receive alone, and the next one may be stopped for another reason") {
    pending_receive receive;
    receive.stop(errc::receive_timeout);  // there is none yet
    CHECK_FALSE(receive.is_stopped());
    for (const error_code& why : {error_code(errc::receive_timeout), error_code(net::error::eof)}) {
        receive.start(false, end_rule::success);
        CHECK_FALSE(receive.is_stopped());
        receive.stop(why);
        CHECK(receive.stop_error() == why);
        receive.fail(receive.stop_error());
        CHECK_FALSE(receive.is_stopped());
    }
}

TEST_CASE("bytes count for the pending receive alone, and each receive begins at none") {
    pending_receive receive;
    receive.add(5);
    CHECK(receive.received() == 0);
    receive.start(false, end_rule::success);
    receive.add(3);
    receive.add(0);
    receive.add(4);
    receive.succeed();
    receive.add(100);
    CHECK(receive.received() == 7);
    receive.start(false, end_rule::success);
    CHECK(receive.received() == 0);
}

TEST_CASE("complete bytes belong to one receive, and may turn out to be incomplete after all") {
    pending_receive receive;
    receive.start(false, end_rule::success);
    receive.satisfy(true);
    CHECK(receive.is_satisfied());
    receive.satisfy(false);
    CHECK_FALSE(receive.is_satisfied());
    receive.satisfy(true);
    receive.succeed();
    CHECK_FALSE(receive.is_satisfied());
    receive.start(false, end_rule::success);
    receive.satisfy(true);
    receive.fail(net::error::eof);
    CHECK_FALSE(receive.is_satisfied());
}

TEST_CASE("the result is that of the receive that has ended last, and only successes are counted") {
    pending_receive receive;
    receive.start(false, end_rule::success);
    receive.fail(net::error::connection_reset);
    receive.start(false, end_rule::success);
    CHECK(receive.result() == net::error::connection_reset);
    CHECK(receive.completed() == 0);
    receive.succeed();
    CHECK(receive.result() == error_code());
    CHECK(receive.completed() == 1);
    receive.start(false, end_rule::success);
    receive.succeed();
    CHECK(receive.completed() == 2);
}

TEST_CASE("the end of the stream means what the rule of the receive says") {
    for (const std::size_t held : {0u, 1u}) {
        CHECK(result_at_end(end_rule::success, held) == error_code());
        CHECK(result_at_end(end_rule::eof, held) == net::error::eof);
    }
    CHECK(result_at_end(end_rule::eof_or_truncated, 0) == net::error::eof);
    CHECK(result_at_end(end_rule::eof_or_truncated, 1) == errc::truncated);
}

}  // namespace uplink::tests
