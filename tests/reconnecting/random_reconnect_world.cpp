// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "reconnecting/random_reconnect_world.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace uplink::tests {

random_reconnect_world::random_reconnect_world(choices& from, reconnect_run& run) : from_(from), run_(run) {}

void random_reconnect_world::choose() {
    using namespace std::chrono_literals;
    is_large_ = from_.one_in(8);
    testing::network& net = run_.network();
    net.together(from_.one_in(3));
    net.reads_first(from_.one_in(2));
    net.shuffle_ties(from_.one_in(3));
    if (from_.one_in(3) && !is_large_) net.random_pieces(1 + from_.below(30));
    if (from_.one_in(4)) net.jitter(2ms);
    net.writes_at_once(from_.one_in(2));
    for (std::size_t n = 1 + from_.below(3); n != 0; --n) choose_server();
    run_.make(choose_options(), choose_below());
}

void random_reconnect_world::choose_functions(const std::function<void()>& act) {
    act_ = act;
    if (from_.one_in(2))
        run_.set_hook([this](simulated_client& client, const reconnect_run::done_function& done) {
            hook(client, done);
        });
    if (from_.one_in(3)) run_.set_rule([this] { return judge(); });
}

reconnect_options random_reconnect_world::choose_options() {
    using namespace std::chrono_literals;
    constexpr std::chrono::nanoseconds stable[] = {10s, 50ms, 0ms};
    constexpr std::size_t ahead[] = {64 * 1024, 10, 0};
    reconnect_options options;
    options.backoff = {20ms, 200ms, from_.one_in(2) ? 0ms : 5ms, 2};
    options.stable_after = stable[from_.below(3)];
    options.max_failures = from_.one_in(5) ? 3 : 0;
    options.on_loss = from_.one_in(2) ? loss_policy::keep_untouched : loss_policy::fail;
    options.queue_limit = from_.one_in(4) ? 60 : std::size_t{1} << 24;
    options.read_ahead = ahead[from_.below(3)];
    if (from_.one_in(4)) options.budget = std::make_shared<reconnect_budget>(20, 2);
    options.seed = from_.below(256);
    return options;
}

client_options random_reconnect_world::choose_below() {
    using namespace std::chrono_literals;
    client_options options;
    options.connect.timeout = 300ms;
    options.send_queue.limit = from_.one_in(4) ? 24 : std::size_t{1} << 24;
    options.send_queue.low_water = from_.below(3) * 5;
    options.max_receive = from_.one_in(4) ? 40 : std::size_t{1} << 30;
    if (from_.one_in(4)) options.idle_timeout = 30ms;
    options.close_timeout = 1s;
    return options;
}

void random_reconnect_world::choose_server() {
    using namespace std::chrono_literals;
    testing::endpoint& where = run_.add_server();
    for (std::size_t n = 0; n != 10; ++n) {
        if (n != 0) where.then();
        choose_connection(where);
    }
    run_.says({});
    where.then().accept(1ms).silent();
}

void random_reconnect_world::choose_connection(testing::endpoint& where) {
    using namespace std::chrono_literals;
    constexpr std::chrono::milliseconds delays[] = {1ms, 1ms, 5ms, 30ms};
    constexpr std::size_t windows[] = {65536, 1000, 40, 4};
    switch (from_.below(12)) {
    case 0: where.refuse(1ms); break;
    case 1: where.black_hole(); break;
    case 2: where.fail(net::error::host_unreachable, 1ms); break;
    default: where.accept(delays[from_.below(4)]);
    }
    where.window(windows[from_.below(is_large_ ? 2 : 4)]);
    if (from_.one_in(3)) where.latency(3ms);
    if (from_.one_in(3)) where.split(is_large_ ? 500 : 1 + from_.below(8));
    if (from_.one_in(6) && !is_large_) where.pace(7ms);
    std::string text;
    for (std::size_t n = from_.below(6); n != 0; --n) {
        const std::string part = choose_text();
        text += part;
        where.reply(part);
        if (from_.one_in(4)) where.expect_bytes(1 + from_.below(30));
        if (from_.one_in(3)) where.after(std::chrono::milliseconds(from_.below(60)));
    }
    if (from_.one_in(8)) where.reset_after(from_.below(text.size() < 255 ? text.size() + 1 : 255));
    else if (from_.one_in(8)) where.limit(from_.below(text.size() < 255 ? text.size() + 1 : 255));
    choose_end(where);
    run_.says(std::move(text));
    ++connection_;
}

void random_reconnect_world::choose_end(testing::endpoint& where) {
    using namespace std::chrono_literals;
    switch (from_.below(12)) {
    case 0: where.close(); break;
    case 1: where.half_close().silent(); break;
    case 2: where.half_close().after(20ms).close(); break;
    case 3: where.reset(); break;
    case 4: where.deaf(); break;
    case 5: where.expect_eof().close(); break;
    case 6:
    case 7: where.after(50ms).close(); break;
    case 8: where.expect_bytes(1 + from_.below(100)).reset(); break;
    default: where.silent();
    }
}

std::string random_reconnect_world::choose_text() {
    std::string text;
    std::size_t size = from_.below(14);
    if (is_large_ && from_.one_in(3)) size = 100 * from_.below(200);
    for (; size != 0; --size) {
        letters_ = letters_ * 1103515245U + 12345U;
        text += static_cast<char>(0x80U | (connection_ % 8U) << 4U | (letters_ >> 16U) % 16U);
    }
    if (from_.one_in(3)) text += '\n';
    if (from_.one_in(4))
        text = std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 255)} + text;
    return text;
}

retry_verdict random_reconnect_world::judge() {
    using namespace std::chrono_literals;
    switch (from_.below(20)) {
    case 0: return retry_verdict::stop();
    case 1: throw 1;
    case 2: act_(); break;
    case 3:
    case 4: return retry_verdict::retry_after(std::chrono::milliseconds(from_.below(50)));
    default: break;
    }
    return retry_verdict::retry();
}

void random_reconnect_world::hook(simulated_client& client, const reconnect_run::done_function& done) {
    using namespace std::chrono_literals;
    const error_code refused = net::error::no_permission;
    switch (from_.below(24)) {
    case 0: return;  // it hangs
    case 1: return done(refused);
    case 2: return done(net::error::connection_refused);
    case 3: throw system_error(refused);
    case 4: throw std::bad_alloc();
    case 5: throw 1;
    case 6: done({}), done(refused); return;
    case 7: run_.later(3s, [done] { done({}); }); return;
    case 8: act_(); return done({});
    case 9: done({}), throw 1;
    case 10: run_.hook_send(client, "LOGIN\n", {[](error_code) {}}); return;
    case 11: act_(); return;
    case 12: run_.later(2ms, [done] { done({}), done({}); }); return;
    case 13: run_.hook_send(client, "TOKEN\n", done); return;
    case 14:
    case 15: run_.hook_receive_line(client, done); return;
    case 16: run_.hook_receive_exactly(client, 1 + from_.below(6), done); return;
    case 17:
        run_.hook_send(client, "HELLO\n", [this, &client, done](error_code ec) {
            if (ec) return done(ec);
            run_.hook_receive_exactly(client, 2, done);
        });
        return;
    default: return done({});
    }
}

}  // namespace uplink::tests
