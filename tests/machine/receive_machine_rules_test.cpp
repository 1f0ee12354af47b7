// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Rules of the receive machine that one event can't show, as conversations. Each line is an event and what the machine
// does then; the words are those of data/receive_machine.tsv.
#include "machine/receive_machine_script.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uplink::tests {

namespace {

struct receive_line {
    std::string_view event, steps;
    std::string_view until{};  ///< the line ends in the middle of that step
};

receive_script play_receive(const std::vector<receive_line>& lines, bool reads_now = true,
                            bool spins = false) {
    receive_script script(reads_now, spins);
    for (std::size_t i = 0; i != lines.size(); ++i) {
        INFO("line " << i + 1 << ": " << lines[i].event);
        REQUIRE(script.can_play(lines[i].event));
        script.play(lines[i].event, lines[i].until);
        CHECK(script.seen() == lines[i].steps);
    }
    return script;
}

TEST_CASE("the byte that did not fit comes first with the next receive, before what is read then") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read full", "examine; read_now state; read state; wait"},
                  {"read full", "examine; read_now overflow; read overflow; wait"},
                  {"read 1", "complete receive_limit 4; wait"},
                  {"start framed", "examine; complete receive_limit 0; wait"},
                  {"consume", "wait"},
                  {"start framed", "refill; examine; read state; wait"},
                  {"read 1", "examine; read state; wait"},
                  {"stop", "interrupts; wait"},
                  {"read aborted", "complete timeout 2; wait"},
                  {"ask", "known success; bytes 6; receives 0; wait"}});
}

TEST_CASE("a full state alone does not exceed the limit: the end of the stream may follow") {
    play_receive({{"start until end", "examine; read state; wait"},
                  {"read full", "examine; read_now state; read state; wait"},
                  {"read full", "examine; read_now overflow; read overflow; wait"},
                  {"read eof", "check_end; complete success 4; wait"}});
}

TEST_CASE("a receive for which a full state is enough succeeds and reads nothing aside") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read full", "examine; read_now state; read state; wait"},
                  {"read full", "examine", "examine"},
                  {"satisfied", "complete success 4; wait"},
                  {"ask", "known success; bytes 4; receives 1; wait"}});
}

TEST_CASE("when the connection fails, what the system holds is received first, in a receive of either kind") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"fail", "interrupts; wait"},
                  {"read aborted", "collect", "collect"},
                  {"collected 1", "collect", "collect"},
                  {"collected 1", "collect; examine", "examine"},
                  {"not satisfied", "complete broken_pipe 2; wait"},
                  {"start framed", "collect; examine", "examine"},
                  {"satisfied", "complete success 0; wait"},
                  {"start direct", "collect", "collect"},
                  {"collected 1", "collect; examine", "examine"},
                  {"satisfied", "complete success 1; wait"},
                  {"start direct", "collect; examine; complete broken_pipe 0; wait"}});
}

TEST_CASE(
    "a direct receive that is pending when the connection fails leaves what has come to the next receive") {
    play_receive({{"start direct", "examine; read caller; wait"},
                  {"fail", "interrupts; wait"},
                  {"read aborted", "complete broken_pipe 0; wait"},
                  {"start framed", "collect", "collect"},
                  {"collected 1", "collect; examine; complete broken_pipe 1; wait"}});
}

TEST_CASE("collecting stops when the state is full, and the next receive goes on with it") {
    play_receive({{"fail", "wait"},
                  {"start until end", "collect", "collect"},
                  {"collected 1", "collect", "collect"},
                  {"collected 1", "collect", "collect"},
                  {"collected 1", "collect", "collect"},
                  {"collected 1", "examine; complete broken_pipe 4; wait"},
                  {"consume", "wait"},
                  {"start until end", "collect; examine; complete broken_pipe 0; wait"}});
}

TEST_CASE("a delivered view is not written to, even if the connection fails while the receive is asked") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read 1", "examine", "examine"},
                  {"fail", "collect; examine; complete broken_pipe 1; wait"}});
    receive_script script(true, false);
    script.play("start framed");
    script.play("read 1", "examine");
    script.seen();
    // As the receiver does: the user's framing makes the connection fail, and then has its message.
    script.play_in_step("fail");
    script.play("satisfied");
    CHECK(script.seen() == "complete success 1; wait");
    script.play("start framed");
    CHECK(script.seen() == "collect; examine; complete broken_pipe 0; wait");
}

TEST_CASE("a failure that the framing itself finds, by a probe, leaves the view that it delivers then") {
    receive_script script(true, false);
    script.play("start framed", "examine");
    script.play_in_step("probe reset");
    script.play("satisfied");
    CHECK(script.seen() == "examine; says reset; fail reset; complete success 0; wait");
    script.play("start framed");
    CHECK(script.seen() == "collect; examine; complete reset 0; wait");
}

TEST_CASE("an end of the stream that a write in flight may explain waits for that write") {
    const std::vector<receive_line> waits = {{"start framed", "examine; read state; wait"},
                                             {"read eof writing", "check_end; interrupt_write; wait"}};
    const auto followed_by = [&](std::vector<receive_line> rest) {
        std::vector<receive_line> lines = waits;
        lines.insert(lines.end(), rest.begin(), rest.end());
        play_receive(lines);
    };
    followed_by({{"write settled", "check_end", "check_end"}, {"end", "complete eof 0; wait"}});
    followed_by({{"write settled", "check_end", "check_end"},
                 {"end gone", "fail reset; collect; examine; complete reset 0; wait"}});
    followed_by(
        {{"write settled", "check_end", "check_end"}, {"end gone half-closed", "complete eof 0; wait"}});
    followed_by({{"fail", "collect; examine; complete broken_pipe 0; wait"}, {"write settled", "wait"}});
    followed_by({{"stop", "complete timeout 0; wait"},
                 {"start until end", "examine; wait"},
                 {"write settled", "check_end", "check_end"},
                 {"end", "complete success 0; wait"}});
}

TEST_CASE("the first stop decides, and a read that it interrupts may still bring what is wanted") {
    const std::vector<receive_line> stopped = {{"start framed", "examine; read state; wait"},
                                               {"stop", "interrupts; wait"}};
    receive_script twice = play_receive(stopped);
    twice.cancel();
    twice.play("read aborted");
    CHECK(twice.seen() == "interrupts; complete timeout 0; wait");
    receive_script outrun = play_receive(stopped);
    outrun.play("read 1", "examine");
    outrun.play("satisfied");
    CHECK(outrun.seen() == "examine; complete success 1; wait");
}

TEST_CASE("a stop never reaches the receive that follows") {
    play_receive({{"stop", "wait"},
                  {"start framed", "examine; read state; wait"},
                  {"stop", "interrupts; wait"},
                  {"read aborted", "complete timeout 0; wait"},
                  {"start framed", "examine; read state; wait"},
                  {"read would block", "read state; wait"}});
}

TEST_CASE(
    "what the state refuses ends the receive, even if it would have been enough, and so does what the framing refuses") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read 1 refused", "complete refused 1; wait"},
                  {"start framed", "examine; read state; wait"},
                  {"read 1", "examine", "examine"},
                  {"refused", "complete refused 1; wait"},
                  {"start framed", "examine; read state; wait"}});
}

TEST_CASE(
    "nothing follows in the state what it has refused while collecting, and the next receive hears of it, once") {
    play_receive({{"fail", "wait"},
                  {"collect", "collect", "collect"},
                  {"collected 1 refused", "wait"},
                  {"start framed", "complete refused 0; wait"},
                  {"start framed", "collect; examine; complete broken_pipe 0; wait"}});
}

TEST_CASE("the first refusal counts") {
    play_receive(
        {{"start framed", "examine; read state", "read"}, {"no memory", "complete no_memory 0; wait"}});
    uplink::detail::receive_machine machine(true, 4, false);
    machine.refuse(uplink::errc::malformed_message);
    machine.refuse(uplink::net::error::no_memory);
    machine.start(false, uplink::detail::end_rule::eof, 0);
    REQUIRE(machine.next() == uplink::detail::receive_action::complete);
    CHECK(machine.result() == uplink::errc::malformed_message);
}

TEST_CASE("an overflow byte for which there is no memory stays, and is tried again by the next receive") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read full", "examine; read_now state; read state; wait"},
                  {"read full", "examine; read_now overflow; read overflow; wait"},
                  {"read 1", "complete receive_limit 4; wait"},
                  {"consume", "wait"},
                  {"start framed", "refill", "refill"},
                  {"no memory", "complete no_memory 0; wait"},
                  {"start framed", "refill; examine; read state; wait"}});
}

TEST_CASE("a direct read is complete with whatever it brings, and puts nothing into the state") {
    receive_script script = play_receive({{"start direct", "examine; read caller; wait"},
                                          {"read 1", "complete success 0; wait"},
                                          {"start direct", "examine; read caller; wait"},
                                          {"read full", "complete success 0; wait"},
                                          {"start direct", "examine; read caller; wait"},
                                          {"read eof", "check_end; complete eof 0; wait"},
                                          {"ask", "known eof; ended; reported; bytes 3; receives 2; wait"}});
    CHECK(script.held() == 0);
}

TEST_CASE(
    "during async_close a pending receive gets its bytes, and what comes afterwards is forgotten until the end") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"discard", "wait"},
                  {"read 1", "examine", "examine"},
                  {"satisfied", "complete success 1; read discard; wait"},
                  {"read full", "read discard; wait"},
                  {"read aborted", "read discard; wait"},
                  {"read eof", "check_end; peer_ended; wait"},
                  {"discard", "peer_ended; wait"},
                  {"ask", "known success; ended; bytes 3; receives 1; wait"}});
}

TEST_CASE("after a read that has filled its room it asks once whether there is more, then waits") {
    play_receive({{"start until end", "examine; read state; wait"},
                  {"read full", "examine; read_now state", "read_now"},
                  {"read 1", "examine; read state; wait"},
                  {"read 1", "examine; read_now overflow; read overflow; wait"}});
    play_receive({{"start until end", "examine; read state; wait"},
                  {"read full", "examine", "examine"},
                  {"satisfied", "complete success 2; wait"},
                  {"start until end", "examine; read state; wait"}});
    play_receive(
        {{"start until end", "examine; read state; wait"}, {"read full", "examine; read state; wait"}},
        false);
}

TEST_CASE("it spins once a receive and once a read that has waited, into the caller's buffer too") {
    play_receive({{"start framed", "examine; spin state", "spin"},
                  {"read 1", "examine; read state; wait"},
                  {"read full", "examine; spin state; read state; wait"},
                  {"stop", "interrupts; wait"},
                  {"read aborted", "complete timeout 3; wait"},
                  {"start direct", "examine; spin caller; read caller; wait"}},
                 true, true);
    play_receive({{"start framed", "examine; read state; wait"}}, false, true);
}

TEST_CASE("a closed connection does nothing but end its receive, when that is stopped") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"fail", "interrupts; wait"},
                  {"close", "interrupts; wait"},
                  {"read eof gone", "wait"},
                  {"write settled", "wait"},
                  {"stop", "complete timeout 0; wait"}});
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read eof", "check_end", "check_end"},
                  {"close", "wait"},
                  {"stop", "complete timeout 0; wait"}});
}

TEST_CASE("a failure that is found after the connection was closed is none") {
    receive_script script(true, false);
    script.play("start framed");
    script.play("read eof", "check_end");
    script.seen();
    script.play_in_step("close");
    script.play("end gone");
    script.play("stop");
    CHECK(script.seen() == "wait; complete timeout 0; wait");
    CHECK_FALSE(script.machine().failure());
}

TEST_CASE(
    "a read that somebody cancels on the stream itself ends the receive as cancelled, and the connection stays") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read aborted", "complete cancelled 0; wait"},
                  {"ask", "known success; must peek; bytes 0; receives 0; wait"},
                  {"start framed", "examine; read state; wait"}});
}

TEST_CASE("a layer that has no memory for a read ends the receive, and the connection stays") {
    detail::receive_machine machine(false, 4, false);
    machine.start(false, detail::end_rule::eof, 0);
    REQUIRE(machine.next() == detail::receive_action::examine);
    machine.examined(false);
    REQUIRE(machine.next() == detail::receive_action::read);
    machine.read_started(2);
    machine.read_done(net::error::no_memory, 0, 0);
    CHECK(machine.next() == detail::receive_action::complete);
    CHECK(machine.result() == net::error::no_memory);
    CHECK_FALSE(machine.failure());
}

TEST_CASE("bytes of a read that completes after the close do not count") {
    detail::receive_machine machine(false, 4, false);
    CHECK(machine.accepted(3) == 3);
    static_cast<void>(machine.close());
    CHECK(machine.accepted(3) == 0);
}

TEST_CASE("the first failure stays: one that the other side tells of afterwards changes nothing") {
    play_receive({{"start framed", "examine; read state; wait"},
                  {"read reset", "fail reset; collect; examine; complete reset 0; wait"},
                  {"fail", "wait"},
                  {"ask", "known reset; bytes 0; receives 0; wait"},
                  {"start framed", "collect; examine; complete reset 0; wait"}});
}

}  // namespace

}  // namespace uplink::tests
