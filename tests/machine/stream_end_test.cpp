// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The end of the stream on the read side: when it counts as orderly, when it is a reset, and who is told.
#include <uplink/detail/machine/stream_end.hpp>

#include "support/catch.hpp"

namespace uplink::tests {

namespace {

using uplink::detail::end_facts;
using uplink::detail::receive_action;
using uplink::detail::stream_end;

constexpr end_facts still_there{};
constexpr end_facts gone{.peer_gone = true};
constexpr end_facts gone_during_write{.peer_gone = true, .write_in_flight = true};
constexpr end_facts gone_after_half_close{.peer_gone = true, .write_side_ended = true};

}  // namespace

TEST_CASE("an end that has been read is checked once, and does not count before") {
    stream_end end;
    CHECK(end.next() == receive_action::wait);
    end.read();
    CHECK_FALSE(end.has_come());
    CHECK_FALSE(end.is_known_or_likely());
    CHECK(end.next() == receive_action::check_end);
    CHECK(end.next() == receive_action::wait);
}

TEST_CASE("an end is orderly if the connection exists or the write side has ended") {
    for (const end_facts& facts : {still_there, gone_after_half_close}) {
        stream_end end;
        end.read();
        CHECK(end.next() == receive_action::check_end);
        CHECK_FALSE(end.check(facts));
        CHECK(end.has_come());
        CHECK(end.is_known_or_likely());
        CHECK_FALSE(end.awaits_write());
        CHECK(end.next() == receive_action::wait);
    }
}

TEST_CASE("an end is a reset if the connection is gone and no write explains it") {
    stream_end end;
    CHECK(end.check(gone));
    CHECK_FALSE(end.has_come());
    CHECK_FALSE(end.is_known_or_likely());
    CHECK_FALSE(end.take_tell());
    CHECK(end.next() == receive_action::wait);
}

TEST_CASE("an end waits for the write in flight, which is interrupted once, and is checked again then") {
    stream_end end;
    CHECK_FALSE(end.check(gone_during_write));
    CHECK(end.awaits_write());
    CHECK(end.is_known_or_likely());
    CHECK_FALSE(end.has_come());
    CHECK(end.next() == receive_action::interrupt_write);
    CHECK(end.next() == receive_action::wait);
    CHECK(end.write_settled(false));
    CHECK_FALSE(end.awaits_write());
    CHECK(end.next() == receive_action::check_end);
    CHECK(end.check(gone));
}

TEST_CASE("a write that failed explains the end, so that nothing is checked again") {
    stream_end end;
    end.check(gone_during_write);
    CHECK(end.next() == receive_action::interrupt_write);
    CHECK_FALSE(end.write_settled(true));
    CHECK_FALSE(end.awaits_write());
    CHECK(end.next() == receive_action::wait);
}

TEST_CASE("a write that no end waits for changes nothing when it comes back") {
    stream_end end;
    CHECK_FALSE(end.write_settled(false));
    CHECK(end.next() == receive_action::wait);
    end.read();
    CHECK(end.write_settled(true));  // the check of the end that was read is still to come
    CHECK(end.next() == receive_action::check_end);
    CHECK_FALSE(end.write_settled(false));
}

TEST_CASE("an orderly end is told once, and once more each time that it is asked for") {
    stream_end end;
    CHECK_FALSE(end.take_tell());
    end.check(still_there);
    CHECK(end.take_tell());
    CHECK_FALSE(end.take_tell());
    end.ask_to_tell();
    CHECK(end.take_tell());
    CHECK_FALSE(end.take_tell());
}

TEST_CASE("an end that is asked for before it has come is told when it comes") {
    stream_end end;
    end.ask_to_tell();
    CHECK_FALSE(end.take_tell());
    end.check(gone_during_write);
    CHECK_FALSE(end.take_tell());
    end.check(gone_after_half_close);
    CHECK(end.take_tell());
}

TEST_CASE("an end is reported when a receive says so, not when it comes") {
    stream_end end;
    end.check(still_there);
    CHECK_FALSE(end.is_reported());
    end.report();
    CHECK(end.is_reported());
}

}  // namespace uplink::tests
