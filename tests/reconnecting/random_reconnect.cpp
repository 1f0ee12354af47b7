// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "reconnecting/random_reconnect.hpp"

#include "reconnecting/random_reconnect_world.hpp"
#include "reconnecting/reconnect_checks.hpp"
#include "reconnecting/reconnect_run.hpp"
#include "support/choices.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

class random_reconnect {
public:
    random_reconnect(std::uint64_t seed, bool aloud)
        : aloud_(aloud), from_(choices::of_seed(seed)), run_(seed), world_(from_, run_) {
        world_.choose();
        world_.choose_functions([this] { act("a function of the user"); });
        if (from_.one_in(3)) {
            const std::size_t when = from_.below(12);
            run_.in_handler = [this, when](std::size_t number) {
                if (number % 12 == when) act("handler " + std::to_string(number));
            };
        }
        if (from_.one_in(4)) {
            const std::size_t when = from_.below(8);
            run_.in_change = [this, when](std::size_t number) {
                if (number % 8 == when) act("change " + std::to_string(number));
            };
        }
    }

    random_reconnect_result run() {
        if (!from_.one_in(5)) note("start()"), run_.start_client();
        for (std::size_t n = 10 + from_.below(90); n != 0; --n) step();
        finish();
        random_reconnect_result result;
        for (const auto& each : run_.is_context_gone() ? no_attempts_ : run_.network().attempts()) {
            result.connections += each.connected ? 1 : 0;
            result.sent += each.written;
            result.received += each.read;
        }
        check_whole(run_);
        result.failures = run_.failures();
        result.operations = run_.records().size();
        result.history = describe();
        return result;
    }

private:
    using time_limit = reconnect_run::time_limit;

    void note(const std::string& what) {
        if (is_over_) return;
        const std::string line =
            std::to_string(run_.network().elapsed().count() / 1000) + " us: " + what + '\n';
        history_ += line;
        if (aloud_) std::cout << line << std::flush;
    }
    std::string describe() {
        std::string text = std::move(history_);
        for (const simulated_status& each : run_.changes()) {
            text += "  change " + std::to_string(each.generation) + ": " + to_string(each.state) + ", " +
                    each.last_error.message() + '\n';
        }
        for (const carried_record& each : run_.records()) text += "  " + each.describe() + '\n';
        if (run_.is_context_gone()) return text;
        for (const auto& each : run_.network().attempts()) {
            text += "  attempt at " + std::to_string(each.start.count() / 1000) + " us, " +
                    each.error.message() + ", closed " +
                    (each.closed ? std::to_string(each.closed->count() / 1000) : "never") + ", written " +
                    std::to_string(each.written) + ", read " + std::to_string(each.read) + '\n';
        }
        return text;
    }

    time_limit choose_limit() {
        using namespace std::chrono_literals;
        switch (from_.below(8)) {
        case 5: return 20ms;
        case 6: return 1s;
        case 7: return 0ms;
        default: return {};
        }
    }
    std::size_t choose_size() {
        if (world_.is_large() && from_.one_in(3)) return 1000 * from_.below(201);
        return from_.one_in(10) ? 0 : 1 + from_.below(50);
    }

    void step() {
        const std::size_t what = from_.below(24);
        switch (what) {
        case 20: return run_for(std::chrono::milliseconds(from_.below(100)));
        case 21: return run_for(std::chrono::milliseconds(0));
        case 19:
        case 22: return run_for(std::chrono::milliseconds(from_.one_in(4) ? 1000 : 20));
        case 23: return take_one(6);
        default: call(what);
        }
    }
    void run_for(std::chrono::milliseconds time) {
        note("run for " + std::to_string(time.count()) + " ms");
        run_.network().run_for(time);
    }
    /// A few events.
    void take_one(std::size_t most) {
        note("step");
        for (std::size_t n = 1 + from_.below(most); n != 0; --n) run_.network().step();
    }
    void call(std::size_t what) {
        if (run_.client() == nullptr) return;
        const reconnect_state state = run_.client()->status().state;
        if ((state == reconnect_state::stopped || state == reconnect_state::failed) && from_.one_in(2))
            what = 17;
        const std::size_t next = run_.records().size();
        switch (what) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
        case 5: run_.send(choose_size(), from_.one_in(2), choose_limit()); break;
        case 6:
        case 7: run_.receive_some(choose_limit()); break;
        case 8: run_.receive_until(choose_limit()); break;
        case 9: run_.receive_exactly(from_.below(8), choose_limit()); break;
        case 10: run_.receive_line(1 + from_.below(20), choose_limit()); break;
        case 11:
            run_.receive_prefixed(static_cast<std::uint16_t>(world_.is_large() ? 65535 : 1 + from_.below(20)),
                                  choose_limit());
            break;
        case 12: run_.drain(choose_limit()); break;
        case 13: run_.wait_connected(choose_limit()); break;
        case 14:
            run_.wait_change(run_.client()->status().generation + from_.below(8) / 7, choose_limit());
            break;
        case 15:
        case 16: cancel_one(); break;
        case 17: note("start()"), run_.start_client(); break;
        default: disturb(); break;
        }
        if (run_.records().size() != next)
            note("started #" + std::to_string(next) + ' ' + name_of(run_.records()[next].what));
    }
    void cancel_one() {
        const auto pending = run_.pending();
        if (pending.empty()) return;
        constexpr net::cancellation_type types[] = {
            net::cancellation_type::terminal, net::cancellation_type::partial, net::cancellation_type::total};
        carried_record& record = *pending[from_.below(pending.size() < 256 ? pending.size() : 256)];
        note("cancel #" + std::to_string(record.index));
        run_.emit(record, types[from_.below(3)]);
    }
    void disturb() {
        const auto say = [this](const char* what, auto function) {
            note(what);
            run_.call(function);
        };
        switch (from_.below(16)) {
        case 0: note("close()"), run_.close(); break;
        case 1: note("cancel()"), run_.cancel(); break;
        case 2: note("stop"), run_.stop(from_.one_in(3) ? choose_limit() : time_limit()); break;
        case 4: note("move"), run_.move_client(); break;
        case 5: say("mark_stable()", [](simulated_reconnect& client) { client.mark_stable(); }); break;
        case 6:
            if (from_.one_in(4)) note("destroy"), run_.destroy();
            break;
        default: say("reconnect_now()", [](simulated_reconnect& client) { client.reconnect_now(); });
        }
    }
    /// Called by a handler or another function of the user.
    void act(const std::string& who) {
        if (is_over_) return;
        note("in " + who + ':');
        if (from_.one_in(2)) disturb();
        else call(from_.below(19));
    }

    void finish() {
        if (from_.one_in(16)) {
            note("the context goes");
            is_over_ = true;
            if (from_.one_in(2)) run_.destroy();
            return run_.destroy_context();
        }
        if (from_.one_in(4)) note("stop at the end"), run_.stop(), run_for(std::chrono::milliseconds(3000));
        is_over_ = true;
        if (from_.one_in(4)) run_.destroy();
        else run_.close();
        run_.network().run();
        run_.cancel();  // what waits for a change of a client that had stopped before
        run_.network().run();
    }

    bool aloud_;
    choices from_;
    reconnect_run run_;
    random_reconnect_world world_;
    bool is_over_ = false;
    std::string history_{};
    const std::vector<testing::attempt> no_attempts_{};
};

}  // namespace

random_reconnect_result run_random_reconnect(std::uint64_t seed, bool aloud) {
    return random_reconnect(seed, aloud).run();
}

}  // namespace uplink::tests
