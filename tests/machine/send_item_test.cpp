// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/machine/send_item.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string_view>

namespace uplink::tests {

namespace {

using detail::send_kind;
using detail::stop_reason;

/// Counts what it is asked to skip.
class test_item final : public detail::send_item {
public:
    using send_item::send_item;
    std::size_t gather(net::const_buffer*, std::size_t) override { return 0; }
    void skip(std::size_t n) override { skipped += n; }
    void progressed() noexcept override {}
    void on_result() override {}
    void abandon_item() noexcept override {}

    std::size_t skipped = 0;
};

constexpr std::string_view text = "hello";

}  // namespace

TEST_CASE("the rest of contiguous bytes begins behind those that were sent, and nothing is skipped") {
    test_item item(send_kind::bytes, text.size(), text.data());
    CHECK(item.rest().data() == text.data());
    CHECK(item.rest().size() == 5);
    item.consume(2);
    CHECK(item.rest().data() == text.data() + 2);
    CHECK(item.left() == 3);
    CHECK(item.sent == 2);
    CHECK(item.skipped == 0);
    item.consume(3);
    CHECK(item.rest().size() == 0);
    CHECK(item.left() == 0);
}

TEST_CASE("bytes that are not contiguous are skipped as they are sent") {
    test_item item(send_kind::bytes, 5);
    CHECK(item.rest().data() == nullptr);
    item.consume(2);
    CHECK(item.skipped == 2);
    item.consume(0);
    CHECK(item.skipped == 2);
    CHECK(item.left() == 3);
}

TEST_CASE("the facts about a send say what decides its end") {
    test_item bytes(send_kind::bytes, text.size(), text.data());
    bytes.consume(2);
    const detail::send_facts seen = bytes.facts(net::error::broken_pipe);
    CHECK(seen.size == 5);
    CHECK(seen.sent == 2);
    CHECK_FALSE(seen.partial_is_enough);
    CHECK(seen.failure == net::error::broken_pipe);
    CHECK(seen.stop == stop_reason::none);
    CHECK(test_item(send_kind::some, 5, text.data()).facts({}).partial_is_enough);
    CHECK(test_item(send_kind::half_close, 0).facts({}).size == 1);  // it is not complete before it is made
}

TEST_CASE("a total cancellation is a fact about a send that is untouched, and a stronger stop always is") {
    test_item item(send_kind::bytes, text.size(), text.data());
    item.stop.ask_total_cancellation();
    CHECK(item.facts({}).stop == stop_reason::cancel);
    CHECK(item.facts({}).stop_only_untouched);
    item.stop.ask(stop_reason::limit);
    CHECK_FALSE(item.facts({}).stop_only_untouched);
    item.consume(1);
    CHECK(item.facts({}).stop == stop_reason::limit);
}

}  // namespace uplink::tests
