// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The table of states of <uplink/reconnecting_client.hpp>, the events, and the ways that lead into each state.
#pragma once

#include "machine/reconnect_rig.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace uplink::tests {

/// The states in which a test lets events happen: each state of the table by the ways that differ inside.
struct reconnect_way {
    reconnect_state state;
    const char* name;
    void (*go)(reconnect_rig&);
};

inline const std::vector<reconnect_way>& reconnect_ways() {
    using state = reconnect_state;
    using rig = reconnect_rig;
    static const std::vector<reconnect_way> ways = {
        {state::idle, "new", [](rig&) {}},
        {state::connecting, "the first attempt", [](rig& r) { r.start(); }},
        {state::connecting, "a later attempt", [](rig& r) { r.start(), r.fail(), r.wait(); }},
        {state::preparing, "the hook runs", [](rig& r) { r.start(), r.succeed(); }},
        {state::preparing, "the hook runs, and the connection is marked stable",
         [](rig& r) { r.start(), r.succeed(), r.mark_stable(); }},
        {state::connected, "not stable yet", [](rig& r) { r.start(), r.fail(), r.wait(), r.open(); }},
        {state::connected, "stable", [](rig& r) { r.connect_stable(); }},
        {state::waiting, "after a failed attempt", [](rig& r) { r.start(), r.fail(); }},
        {state::waiting, "after a failed hook", [](rig& r) { r.start(), r.succeed(), r.fail(); }},
        {state::waiting, "after an early loss", [](rig& r) { r.connect(), r.lose(); }},
        {state::waiting, "after a stable loss", [](rig& r) { r.connect_stable(), r.lose(); }},
        {state::stopping, "an attempt was under way", [](rig& r) { r.start(), r.stop(); }},
        {state::stopping, "the hook ran", [](rig& r) { r.start(), r.succeed(), r.stop(); }},
        {state::stopping, "connected", [](rig& r) { r.connect(), r.stop(); }},
        {state::stopping, "connected and stable", [](rig& r) { r.connect_stable(), r.stop(); }},
        {state::stopped, "stopped when new", [](rig& r) { r.stop(); }},
        {state::stopped, "stopped in order", [](rig& r) { r.connect(), r.stop(), r.end(); }},
        {state::stopped, "closed", [](rig& r) { r.connect(), r.close(); }},
        {state::failed, "gave up", [](rig& r) { r.start(), r.fail(retry_verdict::stop()); }},
        {state::failed, "could not start", [](rig& r) { r.start(false); }},
    };
    return ways;
}

/// The driver does not report an event in the states of which `can_happen` is false.
struct reconnect_event {
    const char* name;
    bool (*can_happen)(reconnect_state);
    reconnect_answer (*apply)(reconnect_rig&, const retry_verdict&);
};

/// In the order of the table's columns.
inline const std::array<reconnect_event, 11>& reconnect_events() {
    using state = reconnect_state;
    using rig = reconnect_rig;
    using verdict = retry_verdict;
    constexpr auto always = [](state) { return true; };
    // A failure while preparing is one of the hook, and a failure while connecting one of the attempt: the machine
    // has one function for both, as for a loss under the hook, which is noticed when the hook ends.
    static const std::array<reconnect_event, 11> events = {{
        {"start", always, [](rig& r, const verdict&) { return r.start(); }},
        {"stop", always, [](rig& r, const verdict&) { return r.stop(); }},
        {"close", always, [](rig& r, const verdict&) { return r.close(); }},
        // What had been going on before the client began to stop ends, however it ends.
        {"attempt ok", always,
         [](rig& r, const verdict&) {
             const reconnect_answer answer = r.succeed();
             return answer.state == state::stopping ? r.end() : answer;
         }},
        {"attempt fails", [](state now) { return now != state::preparing; },
         [](rig& r, const verdict& v) {
             const reconnect_answer answer = r.fail(v);
             return answer.state == state::stopping ? r.end() : answer;
         }},
        {"hook ok", always, [](rig& r, const verdict&) { return r.prepare(); }},
        {"hook fails", [](state now) { return now != state::connecting; },
         [](rig& r, const verdict& v) { return r.fail(v, true); }},
        {"connection lost", always,
         [](rig& r, const verdict& v) {
             const reconnect_answer answer = r.lose(v);
             if (answer.state == state::preparing) return r.fail(v, true);
             return answer.state == state::stopping ? r.end() : answer;
         }},
        {"timer", always,
         [](rig& r, const verdict&) {
             if (r.machine.next_attempt()) r.now = *r.machine.next_attempt();
             return r.timer();
         }},
        {"reconnect_now", always, [](rig& r, const verdict&) { return r.reconnect_now(); }},
        {"stable", always, [](rig& r, const verdict&) { return r.mark_stable(); }},
    }};
    return events;
}

/// What the published table says, and what it means for the machine.
struct reconnect_cell {
    const char* published;
    reconnect_answer expected;
    /// "waiting or failed": if the verdict is to stop, and the failure is judged.
    std::optional<reconnect_answer> if_given_up{};
};

struct reconnect_row {
    reconnect_state state;
    std::array<reconnect_cell, 11> cells;  ///< in the order of reconnect_events()
};

inline const std::vector<reconnect_row>& reconnect_rows() {
    using state = reconnect_state;
    using step = detail::reconnect_step;
    constexpr reconnect_answer connects{state::connecting, step::connect};
    constexpr reconnect_answer stops{state::stopped, step::end};
    constexpr reconnect_answer waits{state::waiting, step::wait};
    constexpr reconnect_answer gives_up{state::failed, step::give_up};
    constexpr reconnect_answer cancels{state::stopping, step::cancel_attempt};
    const auto nothing = [](state now, const char* published = "-") {
        return reconnect_cell{published, {now, step::nothing}};
    };
    const auto at_rest = [&](state now, const reconnect_answer& stopped) {
        return reconnect_row{now,
                             {{{"connecting", connects},
                               {"stopped", stopped},
                               {"stopped", stopped},
                               nothing(now),
                               nothing(now),
                               nothing(now),
                               nothing(now),
                               nothing(now),
                               nothing(now),
                               nothing(now),
                               nothing(now)}}};
    };
    static const std::vector<reconnect_row> rows = {
        at_rest(state::idle, stops),
        at_rest(state::stopped, {state::stopped, step::nothing}),
        at_rest(state::failed, stops),
        {state::connecting,
         {{nothing(state::connecting, "nothing"),
           {"stopping", cancels},
           {"stopped", stops},
           {"preparing", {state::preparing, step::prepare}},
           {"waiting or failed", waits, gives_up},
           nothing(state::connecting),
           nothing(state::connecting),
           nothing(state::connecting),
           nothing(state::connecting),
           nothing(state::connecting, "nothing"),
           nothing(state::connecting)}}},
        {state::preparing,
         {{nothing(state::preparing, "nothing"),
           {"stopping", cancels},
           {"stopped", stops},
           nothing(state::preparing),
           nothing(state::preparing),
           {"connected", {state::connected, step::open}},
           {"waiting or failed", waits, gives_up},
           {"waiting or failed", waits, gives_up},
           nothing(state::preparing),
           nothing(state::preparing, "nothing"),
           nothing(state::preparing)}}},
        {state::connected,
         {{nothing(state::connected, "nothing"),
           {"stopping, in order", {state::stopping, step::close_in_order}},
           {"stopped", stops},
           nothing(state::connected),
           nothing(state::connected),
           nothing(state::connected),
           nothing(state::connected),
           {"waiting or failed", waits, gives_up},
           nothing(state::connected),
           nothing(state::connected, "nothing"),
           nothing(state::connected, "back-off anew")}}},
        {state::waiting,
         {{nothing(state::waiting, "nothing"),
           {"stopped", stops},
           {"stopped", stops},
           nothing(state::waiting),
           nothing(state::waiting),
           nothing(state::waiting),
           nothing(state::waiting),
           nothing(state::waiting),
           {"connecting", connects},
           {"connecting, back-off kept", connects},
           nothing(state::waiting)}}},
        {state::stopping,
         {{nothing(state::stopping, "after it, connecting"),
           nothing(state::stopping, "joins"),
           {"stopped", stops},
           {"closed, stopped", stops},
           {"stopped", stops},
           nothing(state::stopping),
           nothing(state::stopping),
           {"stopped", stops},
           nothing(state::stopping),
           nothing(state::stopping),
           nothing(state::stopping)}}},
    };
    return rows;
}

}  // namespace uplink::tests
