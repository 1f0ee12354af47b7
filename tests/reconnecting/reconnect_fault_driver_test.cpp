// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Every operation of the network under a reconnecting client fails, is cut short, or is the moment at which the user
// stops, closes, cancels or destroys; so is every handler and every change of state. Nothing is lost without a word,
// and nothing is sent twice.

#include "reconnecting/reconnect_fault_driver.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

std::vector<reconnect_variation> all_variations() {
    const auto wait = [](testing::network& net) { net.writes_at_once(false), net.together(); };
    const auto pieces = [](testing::network& net) { net.piece_size(7), net.reads_first(); };
    return {{"fail", loss_policy::fail, {}},
            {"keep", loss_policy::keep_untouched, {}},
            {"fail, writes wait", loss_policy::fail, wait},
            {"keep, writes wait", loss_policy::keep_untouched, wait},
            {"keep, in pieces", loss_policy::keep_untouched, pieces}};
}

reconnect_options with(loss_policy policy) {
    reconnect_options options = every(5ms);
    options.on_loss = policy;
    return options;
}

void start(reconnect_run& talk) { talk.start_client(); }
void nothing(reconnect_run&) {}
/// Also in the undisturbed run.
void may_fail(carried_record* record) {
    if (record != nullptr) record->is_expected_to_fail = true;
}

/// A session that logs in, exchanges messages, is lost, logs in again, and is stopped.
reconnect_scenario session() {
    const auto prepare = [](reconnect_run& talk, loss_policy policy) {
        auto& server = talk.add_server();
        server.accept(1ms)
            .expect("LOGIN\n")
            .reply("hello\n")
            .expect_bytes(30)
            .reply("one\n")
            .after(1ms)
            .reset();
        talk.says("hello\none\n");
        server.then().accept(1ms).expect("LOGIN\n").reply("HELLO\n").expect_bytes(20).reply("TWO\nTHREE\n");
        server.expect_eof().close();
        talk.says("HELLO\nTWO\nTHREE\n");
        talk.make(with(policy), {});
        talk.set_hook([&talk](simulated_client& client, const reconnect_run::done_function& done) {
            talk.hook_send(client, "LOGIN\n", [](error_code) {});
            talk.hook_receive_line(client, done);
        });
    };
    return {"session",
            prepare,
            {[](reconnect_run& talk) {
                 talk.send(30, false);
                 talk.receive_until();
                 talk.wait_connected();
                 talk.wait_change(0);
                 start(talk);
             },
             [](reconnect_run& talk) {
                 talk.send(20, true);
                 talk.receive_line(20);
                 talk.drain();
             },
             [](reconnect_run& talk) { talk.receive_until(); }, [](reconnect_run& talk) { talk.stop(); }}};
}

/// Sends wait while two servers refuse; the connection that takes them ends in order, with a message cut.
reconnect_scenario queue() {
    const auto prepare = [](reconnect_run& talk, loss_policy policy) {
        talk.add_server().refuse(1ms);
        talk.says({});
        auto& server = talk.add_server();
        server.fail(net::error::host_unreachable, 1ms);
        talk.says({});
        server.then().accept(1ms).expect_bytes(30).reply("abcdefgh").half_close().expect_eof().close();
        talk.says("abcdefgh");
        server.then().accept(1ms).expect_bytes(11).reply("IJKLMN\n").expect_eof().close();
        talk.says("IJKLMN\n");
        reconnect_options options = with(policy);
        options.read_ahead = 4;
        talk.make(options, {});
    };
    return {"queue",
            prepare,
            {[](reconnect_run& talk) {
                 talk.send(10, false);
                 talk.send(20, true, 1s);
                 talk.drain();
                 start(talk);
             },
             [](reconnect_run& talk) { talk.receive_exactly(3); },
             [](reconnect_run& talk) { may_fail(talk.receive_until()); },
             [](reconnect_run& talk) {
                 talk.wait_connected();
                 talk.receive_until();
             },
             [](reconnect_run& talk) { talk.send(11, true); }, [](reconnect_run& talk) { talk.stop(); }}};
}

/// A narrow window: sends are lost half-way, or stay behind one that is.
reconnect_scenario narrow() {
    const auto prepare = [](reconnect_run& talk, loss_policy policy) {
        const std::size_t queued = policy == loss_policy::keep_untouched ? 10 : 0;
        auto& server = talk.add_server();
        server.accept(1ms).window(16).expect_bytes(40).reply("x").after(1ms).reset();
        talk.says("x");
        server.then().accept(1ms).window(16).expect_bytes(queued + 10).reply("Y").expect_eof().close();
        talk.says("Y");
        client_options below;
        below.send_queue.limit = 100;
        talk.make(with(policy), below);
    };
    return {"narrow",
            prepare,
            {[](reconnect_run& talk) {
                 for (const std::size_t size : {30U, 30U, 5U, 5U}) may_fail(talk.send(size, false));
                 may_fail(talk.receive_exactly(2));
                 start(talk);
             },
             nothing, [](reconnect_run& talk) { may_fail(talk.send(10, true)); },
             [](reconnect_run& talk) { may_fail(talk.stop()); }, nothing}};
}

/// Stopped while much is queued; started again before it has stopped.
reconnect_scenario again() {
    const auto prepare = [](reconnect_run& talk, loss_policy policy) {
        auto& server = talk.add_server();
        server.accept(1ms).window(16).latency(1ms).expect_bytes(60).expect_eof().reply("bye\n").close();
        talk.says("bye\n");
        server.then().accept(1ms).expect_bytes(5).reply("HELLO\n").expect_eof().close();
        talk.says("HELLO\n");
        talk.make(with(policy), {});
    };
    return {"again",
            prepare,
            {start,
             [](reconnect_run& talk) {
                 talk.send(30, false);
                 talk.send(30, true);
                 talk.receive_until();
                 talk.stop();
                 start(talk);
                 talk.wait_connected();
             },
             [](reconnect_run& talk) {
                 talk.send(5, true);
                 talk.receive_until();
             },
             [](reconnect_run& talk) { talk.stop(); }, [](reconnect_run& talk) { talk.stop(); }}};
}

void drive(const reconnect_scenario& what) {
    reconnect_driver_counts counts;
    for (const reconnect_variation& how : all_variations()) drive_faults(what, how, counts);
    std::size_t shown = 0;
    for (const std::string& each : counts.failures)
        if (++shown <= 20) std::cout << each << '\n';
    std::cout << "fault driver of a reconnecting client, " << what.name << ": " << counts.steps
              << " operations, " << counts.runs << " runs, failures " << counts.failures.size() << '\n';
    CHECK(counts.failures.empty());
}

}  // namespace

TEST_CASE("Reconnect: a session, with every fault at every step", "[faults]") { drive(session()); }
TEST_CASE("Reconnect: a queue, with every fault at every step", "[faults]") { drive(queue()); }
TEST_CASE("Reconnect: sends cut half-way, with every fault at every step", "[faults]") { drive(narrow()); }
TEST_CASE("Reconnect: stopped and started again, with every fault at every step", "[faults]") {
    drive(again());
}

}  // namespace uplink::tests
