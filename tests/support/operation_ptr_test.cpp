// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What an initiating function needs before its operation starts: an owner of it, and words for kinds of
// cancellation.
#include <uplink/detail/support/operation_ptr.hpp>

#include "support/catch.hpp"

#include <type_traits>

namespace uplink::tests {

namespace {

using uplink::detail::any_cancellation;
using uplink::detail::is_set;
using uplink::detail::operation_ptr;
using uplink::detail::strong_cancellation;
using kind = net::cancellation_type;

struct counted_operation {
    void abandon() noexcept { ++abandoned; }
    int abandoned = 0;
};
using owner = operation_ptr<counted_operation>;

static_assert(!std::is_copy_constructible_v<owner> && !std::is_copy_assignable_v<owner>);
static_assert(!std::is_convertible_v<counted_operation*, owner>);

struct thrown_by_initiation {};

}  // namespace

TEST_CASE("an operation that was not started is abandoned once") {
    counted_operation operation;
    {
        const owner owned(&operation);
        CHECK(operation.abandoned == 0);
    }
    CHECK(operation.abandoned == 1);
}

TEST_CASE("an operation is abandoned if its initiation throws") {
    counted_operation operation;
    const auto initiate = [&] {
        const owner owned(&operation);
        throw thrown_by_initiation();
    };
    CHECK_THROWS_AS(initiate(), thrown_by_initiation);
    CHECK(operation.abandoned == 1);
}

TEST_CASE("an operation that was released belongs to its taker, and is not abandoned") {
    counted_operation operation;
    {
        owner owned(&operation);
        CHECK(&owned.release() == &operation);
    }
    CHECK(operation.abandoned == 0);
}

TEST_CASE("an owner shows its operation, and an owner of none does nothing") {
    counted_operation operation;
    {
        const owner owned(&operation);
        CHECK(&*owned == &operation);
        CHECK(&owned->abandoned == &operation.abandoned);
        const owner of_none(nullptr);
    }
    CHECK(operation.abandoned == 1);
}

TEST_CASE("a cancellation is set if it is of one of the wanted types") {
    CHECK(is_set(kind::total, kind::total));
    CHECK(is_set(kind::terminal | kind::total, kind::total));
    CHECK(is_set(kind::total, kind::terminal | kind::total));
    CHECK_FALSE(is_set(kind::total, kind::terminal | kind::partial));
    CHECK_FALSE(is_set(kind::none, kind::all));
    CHECK_FALSE(is_set(kind::all, kind::none));
}

TEST_CASE("each type is a cancellation, and those stronger than total are strong") {
    for (const kind each : {kind::terminal, kind::partial, kind::total}) {
        CHECK(is_set(each, any_cancellation));
        CHECK(is_set(each, strong_cancellation) == (each != kind::total));
    }
    CHECK_FALSE(is_set(kind::none, any_cancellation));
}

}  // namespace uplink::tests
