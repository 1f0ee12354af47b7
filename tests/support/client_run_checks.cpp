// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What must hold at the end of any conversation, disturbed or not.

#include "support/fault_driver.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

constexpr const char* echo_address = "192.0.2.99:7";

/// An error of the connection, which nothing may follow; not those that only one operation has.
bool is_fatal(const operation& each) {
    if (each.calls == 0 || !each.ec || is_connect(each.what) || each.link == 0) return false;
    if (each.ec.category() != error_code(net::error::connection_reset).category()) return false;
    for (const error_code& harmless :
         {error_code(net::error::operation_aborted), error_code(net::error::not_connected),
          error_code(net::error::invalid_argument), error_code(net::error::broken_pipe),
          error_code(net::error::no_memory)}) {
        if (each.ec == harmless) return false;
    }
    return true;
}

bool ends_sending(const operation& each) {
    return each.what == kind::shutdown_send || each.what == kind::half_close_exchange ||
           each.what == kind::close;
}

}  // namespace

void check_sends(client_run& talk) {
    std::vector<const uplink::testing::attempt*> connected;
    const bool hands_over = std::any_of(talk.operations().begin(), talk.operations().end(),
                                        [](const operation& each) { return each.what == kind::hand_over; });
    for (const auto& each : talk.network().attempts()) {
        if (each.connected) connected.push_back(&each);
    }
    for (std::size_t link = 1; link <= talk.link(); ++link) {
        std::string left;
        const operation* last = nullptr;
        const operation* cut_off = nullptr;
        bool exchanged = false;
        for (const operation& each : talk.operations()) {
            if (each.link != link || each.calls == 0) continue;
            exchanged = exchanged || is_exchange(each.what);
            if (!is_send(each.what) && each.what != kind::shutdown_send) continue;
            if (is_send(each.what)) {
                if (each.n > each.bytes.size()) talk.fail(each.describe() + ": more than there was");
                if (!each.ec && each.what == kind::send && each.n != each.bytes.size()) {
                    talk.fail(each.describe() + ": success without all");
                }
                if (cut_off != nullptr && each.n != 0) talk.fail(each.describe() + ": sent behind a part");
                if (each.what == kind::send && each.n != 0 && each.n != each.bytes.size()) cut_off = &each;
                left += each.bytes.substr(0, each.n);
            }
            if (each.ec) continue;
            if (last != nullptr && last->order > each.order) {
                talk.fail(each.describe() + ": completed before " + last->describe());
            }
            last = &each;
        }
        // A socket that is handed over makes a second link of one connection.
        if (exchanged || hands_over || connected.size() != talk.link()) continue;
        const auto& attempt = *connected[link - 1];
        const std::size_t written = attempt.written - talk.bytes_for_proxy;
        const std::string received = attempt.received.substr(talk.bytes_for_proxy);
        if (the_transport_takes_plaintext && written != left.size()) {
            talk.fail("the transport took " + std::to_string(written) + " bytes, the sends say \"" + left +
                      '"');
        }
        if (left.substr(0, received.size()) != received) {
            talk.fail("the peer got \"" + received + "\", the sends say \"" + left + '"');
        }
    }
}

/// The observer knows of the fatal error that this operation has met, if nobody had closed the connection before.
static void check_told_error(client_run& talk, const operation& met) {
    const auto& ends = talk.events().connection_ends;
    const std::size_t connection = talk.connection_of(met.link);
    if (ends.size() < connection) return talk.fail(met.describe() + ": the observer does not know of it");
    const error_code& told = ends[connection - 1];
    if (told && told != met.ec) talk.fail(met.describe() + ": the observer was told of " + told.message());
    const bool is_open = met.link == talk.link() && talk.client() && talk.client()->is_open();
    if (!told && is_open) talk.fail(met.describe() + ": the observer was told of an orderly end");
}

void check_latched_error(client_run& talk) {
    std::vector<const operation*> ended;
    for (const operation& each : talk.operations()) {
        if (is_fatal(each)) ended.push_back(&each);
    }
    std::sort(ended.begin(), ended.end(), [](const auto* a, const auto* b) { return a->order < b->order; });
    const operation* first = nullptr;
    for (const operation* each : ended) {
        if (first != nullptr && first->link == each->link && first->ec != each->ec) {
            talk.fail(each->describe() + ": not the error of " + first->describe());
        }
        if (first == nullptr || first->link != each->link) first = each;
    }
    if (first != nullptr) check_told_error(talk, *first);
    if (first == nullptr || first->link != talk.link() || !talk.client() || !talk.client()->is_open()) return;
    if (!talk.pending().empty()) return;
    bool ending = false;
    for (const operation& each : talk.operations())
        ending = ending || (each.link == talk.link() && ends_sending(each));
    const error_code latched = first->ec;
    const auto expect = [&talk, latched](error_code alternative) {
        return [&talk, latched, alternative](const operation& probe) {
            if (probe.ec == latched || probe.ec == alternative) return;
            talk.fail(probe.describe() + ": not the latched error " + latched.message());
        };
    };
    talk.network().faults().clear();  // what follows reads on, and is not to be disturbed
    // What has been received is delivered first.
    bool holds_bytes = talk.client()->state().size() != 0;
    for (bool goes_on = true; goes_on;) {
        goes_on = false;
        talk.receive_some([&](const operation& receive) {
            goes_on = !receive.ec;
            if (receive.ec && holds_bytes) talk.fail(receive.describe() + ": not what state() holds");
            if (receive.ec) expect(latched)(receive);
        });
        holds_bytes = false;
        talk.run();
    }
    talk.send("x", expect(ending ? error_code(net::error::broken_pipe) : latched));
    talk.drain(expect(latched));
    talk.run();
    if (!talk.pending().empty()) talk.fail("an operation started after a fatal error is pending");
}

void add_echo(uplink::testing::network& network) { network.endpoint(echo_address).accept(1ms).echo(); }

void wind_up(client_run& talk, std::size_t way) {
    talk.wants_again = nullptr;
    talk.in_handler = nullptr;
    talk.after_start = nullptr;
    for (operation& each : talk.operations()) {
        each.then = nullptr;
        each.may_not_stop = false;
    }
    talk.check_received();
    check_latched_error(talk);
    if (!talk.client() && !talk.pending().empty()) talk.fail("pending after the client's end");
    if (way % 2 == 0) {
        talk.close_gracefully({}, 1s);
        talk.run();
    }
    if (way % 3 != 0 || !talk.pending().empty()) {
        talk.close();
        talk.run();
    }
    if (!talk.pending().empty()) {
        for (const std::size_t index : talk.pending())
            talk.fail(talk.operations()[index].describe() + ": stuck");
        return;
    }
    for (operation& each : talk.operations())
        talk.emit(each.index, net::cancellation_type::terminal);  // too late
    talk.network().faults().clear();
    if (talk.client()) {
        if (talk.client()->is_open()) talk.close();
        talk.connect(echo_address, [&talk](const operation& connect) {
            if (connect.ec) talk.fail(connect.describe() + ": can't connect again");
            talk.peer_echoes = true;
            talk.send("ping");
            talk.receive_exactly(4, [&talk](const operation& receive) {
                if (receive.ec || receive.text != "ping")
                    talk.fail(receive.describe() + ": the client is not usable");
            });
        });
        talk.run();
    }
    talk.destroy_client();
    talk.run();
    for (const operation& each : talk.operations()) {
        if (each.calls != (each.threw ? 0 : 1))
            talk.fail(each.describe() + ": called " + std::to_string(each.calls) + " times");
    }
    check_sends(talk);
    if (talk.network().open_sockets() != 0) talk.fail("a socket is open");
    if (talk.network().pending_operations() != 0) talk.fail("operations of the transport are pending");
    talk.destroy_context(client_run::owner::client_first);
}

}  // namespace uplink::tests
