// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The world of a random program, chosen: what a peer does, how the network behaves, what goes wrong.

#include "support/random_world.hpp"
#include "support/fault_driver.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::moment;

namespace {

/// What a peer says: lines, messages behind their length, and neither.
std::string choose_text(choices& from, std::size_t& letters) {
    std::string text;
    for (std::size_t n = from.below(12); n != 0; --n) text += static_cast<char>('a' + letters++ % 26);
    if (from.one_in(3)) text += '\n';
    if (from.one_in(4)) {
        return std::string{static_cast<char>(0), static_cast<char>(text.size())} + text;
    }
    return text;
}

}  // namespace

handlers choose_handlers(choices& from) {
    constexpr handlers all[] = {handlers::unbound, handlers::bound, handlers::copied, handlers::elsewhere};
    return all[from.below(4)];
}

uplink::client_options choose_options(choices& from) {
    constexpr std::size_t limits[] = {1 << 30, 8, 40};
    uplink::client_options options;
    options.max_receive = limits[from.below(3)];
    options.send_queue.limit = from.one_in(3) ? 12 : 1 << 24;
    options.send_queue.low_water = from.below(3) * 5;
    if (from.one_in(4)) options.idle_timeout = 30ms;
    options.close_timeout = 1s;
    if (from.one_in(3)) options.receive_spin = 1us;
    return options;
}

void choose_network(choices& from, client_run& talk) {
    auto& net = talk.network();
    add_echo(net);
    net.together(from.one_in(3));
    net.reads_first(from.one_in(2));
    net.shuffle_ties(from.one_in(3));
    if (from.one_in(3)) net.random_pieces(1 + from.below(5));
    if (from.one_in(4)) net.jitter(2ms);
    net.writes_at_once(from.one_in(2));
}

bool choose_peer(choices& from, client_run& talk) {
    constexpr std::size_t windows[] = {65536, 4, 1, 40};
    auto& where = talk.network().endpoint(random_peer);
    where.accept(from.one_in(3) ? 1ms : 0ms).window(windows[from.below(4)]);
    if (from.one_in(3)) where.latency(3ms);
    if (from.one_in(3)) where.split(1 + from.below(4));
    if (from.one_in(5)) where.pace(7ms);
    std::string text;
    std::size_t letters = 0;
    bool makes_no_end = false;
    if (from.one_in(4)) {
        talk.peer_echoes = true;
        where.echo();
    } else {
        for (std::size_t n = from.below(5); n != 0; --n) {
            const std::string part = choose_text(from, letters);
            text += part;
            where.reply(part);
            if (from.one_in(4)) where.expect_bytes(1 + from.below(10));
            if (from.one_in(4)) where.after(std::chrono::milliseconds(from.below(60)));
        }
        switch (from.below(6)) {
        case 0: where.close(); break;
        case 1: where.half_close().silent(); break;
        case 2: where.reset(), makes_no_end = true; break;
        case 3: where.deaf(), makes_no_end = true; break;
        case 4: where.expect_eof().close(); break;
        case 5: where.silent(), makes_no_end = true; break;
        }
    }
    talk.inbound = {text};
    return makes_no_end;
}

void choose_faults(choices& from, client_run& talk, const std::function<void(const std::string&)>& stopping) {
    const error_code errors[] = {net::error::connection_reset, net::error::would_block, net::error::timed_out,
                                 net::error::operation_aborted};
    for (std::size_t n = from.below(5); n > 2; --n) {
        const std::size_t number = 2 + from.below(24);
        if (from.one_in(2)) {
            talk.network().fail_operation(number, errors[from.below(4)]);
        } else if (from.one_in(2)) {
            talk.network().shorten_operation(number, 1);
        } else {
            const auto when = static_cast<moment>(from.below(3));
            const std::size_t what = from.below(3);
            talk.network().on_operation(number, when, [&talk, stopping, what] {
                if (what == 0) stopping("cancel() by a fault"), talk.cancel();
                if (what == 1) stopping("close() by a fault"), talk.close();
                if (what == 2) talk.move_client();
            });
        }
    }
    if (from.one_in(4)) {
        const std::size_t number = from.below(8);
        const std::size_t what = from.below(4);
        talk.in_handler = [&talk, stopping, number, what](std::size_t order) {
            if (order != number) return;
            if (what == 0) throw thrown_by_handler();
            if (what == 1) stopping("client destroyed by a handler"), talk.destroy_client();
            if (what == 2) talk.network().context().stop();
            if (what == 3) stopping("close() by a handler"), talk.close();
        };
    } else if (from.one_in(8)) {
        const std::size_t number = from.below(12);
        talk.after_start = [&talk, number](operation& started) {
            if (started.index == number) talk.give_client_to(started);
        };
    }
}

}  // namespace uplink::tests
