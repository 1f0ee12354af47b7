// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "reconnecting/reconnect_checks.hpp"

#include "reconnecting/reconnect_run.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

class reconnect_checks {
public:
    explicit reconnect_checks(reconnect_run& of) : run_(of) {}

    void check_all() {
        if (run_.is_context_gone()) {
            for (const carried_record& each : run_.records())
                if (each.is_alive) fail(each, "has outlived the context");
            check_changes();
            return;
        }
        for (const carried_record& each : run_.records()) check_end(each);
        for (const carried_record& each : run_.records())
            if (each.what == kind::stop) check_stop(each);
        check_order();
        check_changes();
        find_connections();
        check_sent();
        check_loss_policy();
        check_received();
        if (run_.network().pending_operations() != 0) run_.fail("operations of the network are pending");
        if (run_.network().open_sockets() != 0) run_.fail("sockets are open");
    }

private:
    using kind = carried_kind;

    void fail(const carried_record& record, const std::string& what) {
        run_.fail(record.describe() + ": " + what);
    }

    void check_end(const carried_record& each) {
        if (each.calls != 1) return fail(each, "was not called once");
        if (each.is_alive) fail(each, "its handler lives");
        if (each.due && each.ended > *each.due) fail(each, "ended after its limit");
        if (each.stopped && each.ended > *each.stopped)
            fail(each, "was stopped at " + std::to_string(each.stopped->count() / 1000) + " us");
        if (each.refusal && each.ec != *each.refusal)
            fail(each, "should be refused with " + each.refusal->message());
        if (each.ec == net::error::operation_aborted && !each.was_cancelled && !run_.has_stopped &&
            !is_of_hook(each.what))
            fail(each, "nobody has cancelled it");
        if (each.what == kind::send) {
            if (each.n > each.bytes.size()) fail(each, "more than there is");
            if (!each.ec && each.n != each.bytes.size()) fail(each, "success of a part");
            if (each.ec && each.n == each.bytes.size() && each.n != 0) fail(each, "it has gone whole");
            if (each.ec == errc::send_queue_full && each.n != 0) fail(each, "was refused half-way");
        }
        if (each.what == kind::wait_change && !each.ec && each.told.generation == each.seen &&
            each.told.state != reconnect_state::stopped)
            fail(each, "the generation is not another");
    }
    /// A stop ends behind all that was started before it.
    void check_stop(const carried_record& stop) {
        for (const carried_record& each : run_.records()) {
            if (each.index == stop.index) return;
            const bool goes_on =
                is_of_hook(each.what) || each.what == kind::wait_connected || each.what == kind::stop;
            if (!goes_on && each.order > stop.order) fail(each, "ended behind " + stop.describe());
        }
    }
    /// Sends that succeed do so in the order in which they were started.
    void check_order() {
        int last = 0;
        for (const carried_record& each : run_.records()) {
            if (each.what != kind::send || each.ec || each.bytes.empty()) continue;
            if (each.order < last) fail(each, "has overtaken another");
            last = each.order;
        }
    }

    static bool is_legal(reconnect_state from, reconnect_state to) {
        using state = reconnect_state;
        switch (to) {
        case state::idle: return false;
        case state::connecting:
            return from == state::idle || from == state::stopped || from == state::failed ||
                   from == state::waiting;
        case state::preparing: return from == state::connecting;
        case state::connected: return from == state::preparing;
        case state::waiting: return from != state::waiting && from != state::stopping;
        case state::stopping:
            return from == state::connecting || from == state::preparing || from == state::connected;
        case state::stopped: return from != state::stopped;
        case state::failed: return from != state::stopping;
        }
        return false;
    }
    void check_changes() {
        simulated_status last;
        for (const simulated_status& now : run_.changes()) {
            const std::string step = to_string(last.state) + " to " + to_string(now.state);
            if (now.generation != last.generation + 1) run_.fail(step + ": not the next generation");
            if (!is_legal(last.state, now.state)) run_.fail(step + " is not in the table");
            if (now.since < last.since) run_.fail(step + ": back in time");
            if (now.next_attempt.has_value() != (now.state == reconnect_state::waiting))
                run_.fail(step + ": next_attempt");
            const bool has_connected = now.state == reconnect_state::connected;
            if (now.connections != last.connections + (has_connected ? 1 : 0))
                run_.fail(step + ": the number of connections");
            if (now.dropped_bytes < last.dropped_bytes) run_.fail(step + ": fewer bytes dropped");
            last = now;
        }
        if (run_.client() == nullptr || run_.is_context_gone()) return;
        const simulated_status now = run_.client()->status();
        if (now.generation != last.generation || now.state != last.state)
            run_.fail("on_change has not told the last change");
        if (now.state != reconnect_state::stopped) run_.fail("it has not stopped");
    }

    /// Which attempts reached `connected`. A connect takes time, so that only one can have done so at any time.
    void find_connections() {
        const auto& attempts = run_.network().attempts();
        was_connected_.assign(attempts.size(), false);
        if (run_.client() == nullptr) {  // then the last changes are told to nobody
            for (std::size_t i = 0; i != attempts.size(); ++i) was_connected_[i] = attempts[i].connected;
            return;
        }
        const auto began = run_.network().now().time_since_epoch() - run_.network().elapsed();
        for (const simulated_status& each : run_.changes()) {
            if (each.state != reconnect_state::connected) continue;
            const auto at = each.since.time_since_epoch() - began;
            for (std::size_t i = attempts.size(); i-- != 0;) {
                if (!attempts[i].connected || *attempts[i].end > at) continue;
                if (was_connected_[i]) run_.fail("a connection counts twice");
                was_connected_[i] = true;
                break;
            }
        }
    }

    void check_sent() {
        const auto& attempts = run_.network().attempts();
        std::vector<carried_record*> sends;
        for (carried_record& each : run_.records())
            if (each.what == kind::send && each.n != 0) sends.push_back(&each);
        std::size_t next = 0;
        for (std::size_t i = 0; i != attempts.size(); ++i) {
            std::string given;
            bool is_cut = false;
            for (const carried_record& each : run_.records()) {
                if (each.what != kind::hook_send || each.carrier != i) continue;
                given.append(each.bytes, 0, each.n);
                is_cut = each.n != each.bytes.size();
            }
            for (; given.size() < attempts[i].written && next != sends.size(); ++next) {
                carried_record& send = *sends[next];
                if (is_cut) fail(send, "comes behind a part of another");
                given.append(send.bytes, 0, send.n);
                is_cut = send.n != send.bytes.size();
                send.carrier = i;
            }
            const std::string name = "connection " + std::to_string(i);
            if (given.size() != attempts[i].written)
                run_.fail(name + " was given " + std::to_string(attempts[i].written) + " bytes, not " +
                          std::to_string(given.size()));
            if (given.compare(0, attempts[i].received.size(), attempts[i].received) != 0)
                run_.fail(name + " received " + attempts[i].received.substr(0, 100) + " of " +
                          given.substr(0, 100));
        }
        if (next != sends.size()) fail(*sends[next], "no connection was given these bytes");
    }
    void check_loss_policy() {
        const bool keeps = run_.options().on_loss == loss_policy::keep_untouched;
        for (const carried_record& each : run_.records()) {
            if (each.what != kind::send) continue;
            const bool was_connected = each.state == reconnect_state::connected;
            if (!keeps && was_connected && each.carrier != reconnect_run::none &&
                each.carrier != each.attempt)
                fail(each, "has survived a loss");
            if (each.ec == errc::connection_lost && each.n == 0 && !run_.has_stopped &&
                (keeps || !was_connected))
                fail(each, "was not kept");
        }
    }

    // --- What was received ---

    /// Where the next delivery may begin: in this attempt's text there, or in that of a later attempt.
    using position = std::pair<std::size_t, std::size_t>;
    static constexpr std::size_t at_end = reconnect_run::none;

    /// How much of the attempt's text the hook has got.
    std::size_t hook_has_got(std::size_t attempt) {
        std::string got;
        for (const carried_record& each : run_.records())
            if (each.what == kind::hook_receive && each.carrier == attempt) got += each.text;
        if (run_.text_of(attempt).compare(0, got.size(), got) != 0) run_.fail("the hook got " + got);
        return got.size();
    }
    static bool has_at(std::string_view text, std::size_t at, std::string_view piece) {
        return at <= text.size() && text.substr(at, piece.size()) == piece;
    }
    /// The last read, if it came back in the moment in which the socket was closed: then the client may not have seen
    /// it.
    std::uint64_t read_while_closing(const testing::attempt& attempt) {
        const auto& log = run_.network().faults().log();
        for (std::size_t i = log.size(); i-- != 0;) {
            if (log[i].kind == testing::operation_kind::read && log[i].bytes != 0 &&
                log[i].end == attempt.closed)
                return (std::min)(log[i].bytes, attempt.read);
        }
        return 0;
    }
    void check_received() {
        const auto& attempts = run_.network().attempts();
        std::vector<std::size_t> begin;
        for (std::size_t i = 0; i != attempts.size(); ++i) begin.push_back(hook_has_got(i));
        std::set<position> positions{{0, at_end}};  // the first one is that of attempt 1
        std::uint64_t delivered = 0;
        for (const carried_record* each : run_.received()) {
            std::set<position> next;
            const bool has_told_end = each->ec == net::error::eof || each->ec == errc::truncated ||
                                      each->ec == errc::connection_lost;
            if (has_told_end) {
                for (const auto& [attempt, at] : positions) next.emplace(attempt, at_end);
            } else if (!each->ec) {
                const std::string piece = each->wire(each->text);
                delivered += piece.size();
                if (piece.empty()) continue;
                for (const auto& [attempt, at] : positions) {
                    if (attempt != 0 && at != at_end && has_at(run_.text_of(attempt - 1), at, piece))
                        next.emplace(attempt, at + piece.size());
                    for (std::size_t later = attempt + 1; later <= attempts.size(); ++later) {
                        if (was_connected_[later - 1] &&
                            has_at(run_.text_of(later - 1), begin[later - 1], piece))
                            next.emplace(later, begin[later - 1] + piece.size());
                    }
                }
            } else {
                continue;
            }
            if (next.empty()) return fail(*each, "no server has sent \"" + each->text + "\" there");
            positions = std::move(next);
        }
        if (run_.client() == nullptr) return;
        std::uint64_t read = 0;
        std::uint64_t unseen = 0;
        for (std::size_t i = 0; i != attempts.size(); ++i) {
            if (!was_connected_[i]) continue;
            read += attempts[i].read - (std::min)(attempts[i].read, begin[i]);
            unseen += read_while_closing(attempts[i]);
        }
        const std::uint64_t dropped = run_.client()->status().dropped_bytes;
        if (read < delivered + dropped || read > delivered + dropped + unseen)
            run_.fail(std::to_string(read) + " bytes were read, " + std::to_string(delivered) +
                      " delivered, and " + std::to_string(dropped) + " dropped");
    }

    reconnect_run& run_;
    std::vector<bool> was_connected_{};
};

}  // namespace

void check_whole(reconnect_run& run) { reconnect_checks(run).check_all(); }

}  // namespace uplink::tests
