// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The interpreter of random programs, and its model.

#include "support/random_program.hpp"
#include "support/fault_driver.hpp"
#include "support/random_world.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class program {
public:
    program(choices from, bool aloud)
        : aloud_(aloud), choices_(from), talk_{choose_handlers(choices_), choose_options(choices_)},
          max_receive_(talk_.client()->options().max_receive) {
        choose_network(choices_, talk_);
        makes_no_end_ = choose_peer(choices_, talk_);
        choose_faults(choices_, talk_, [this](const std::string& what) { stop_all(what); });
    }

    program_result run() {
        begin(kind::connect);
        if (!choices_.one_in(4)) run_for(10ms);
        const std::size_t steps = 4 + choices_.below(24);
        for (std::size_t i = 0; i != steps && !choices_.are_over(); ++i) {
            step();
            check();
        }
        if (talk_.network().context().stopped() || choices_.one_in(8)) {
            destroy_context();
        } else {
            run_for(std::chrono::milliseconds(choices_.below(3) * 40));
            check();
            if (talk_.network().context().stopped()) {
                destroy_context();
            } else {
                wind_up(talk_, choices_.below(6));
                check_refusals();
            }
        }
        program_result result;
        result.failures = talk_.failures();
        result.operations = talk_.operations().size();
        result.events = events_;
        result.history = std::move(history_);
        for (const operation& each : talk_.operations()) result.history += "  " + each.describe() + "\n";
        return result;
    }

private:
    void note(const std::string& what) {
        history_ += what + "\n";
        if (aloud_) std::cout << what << std::endl;
    }

    time_limit choose_limit() {
        switch (choices_.below(8)) {
        case 5: return 20ms;
        case 6: return 1s;
        case 7: return 0ms;
        default: return {};
        }
    }
    std::string choose_bytes() {
        std::string bytes;
        for (std::size_t n = choices_.below(25); n != 0; --n) bytes += static_cast<char>('0' + sent_++ % 64);
        return bytes;
    }

    void step() {
        const std::size_t what = choices_.below(24);
        switch (what) {
        case 0: begin(kind::connect); break;
        case 1:
        case 2:
        case 3: begin(kind::send); break;
        case 4: begin(kind::write_some); break;
        case 5: begin(kind::shutdown_send); break;
        case 6: begin(kind::drain); break;
        case 7: begin(kind::receive); break;
        case 8: begin(kind::receive_some); break;
        case 9: begin(kind::receive_until); break;
        case 10: begin(kind::receive_exactly); break;
        case 11: begin(kind::receive_message); break;
        case 12: begin(kind::read_some); break;
        case 13:
            begin(choices_.one_in(2) ? kind::receive_exactly
                                     : (choices_.one_in(2) ? kind::exchange : kind::half_close_exchange));
            break;
        case 14: begin(choices_.one_in(3) ? kind::close : kind::receive_until); break;
        case 15:
        case 16: cancel_one(); break;
        case 17: choices_.one_in(3) ? (stop_all("cancel()"), talk_.cancel()) : talk_.move_client(); break;
        case 18:
            if (choices_.one_in(4)) stop_all("close()"), talk_.close();
            break;
        case 19: consume(); break;
        case 20: run_for(std::chrono::milliseconds(choices_.below(100))); break;
        case 21: run_for(0ms); break;
        default:
            note("step");
            ++events_;
            talk_.step();
        }
    }

    void run_for(clock::duration length) {
        note("run for " + std::to_string(length / 1ms) + " ms");
        ++events_;
        talk_.run_until(talk_.network().now() + length);
    }

    void destroy_context() {
        using owner = client_run::owner;
        constexpr owner orders[] = {owner::client_first, owner::context_first, owner::handler,
                                    owner::handler};
        const std::size_t order = choices_.below(4);
        const std::size_t which = choices_.below(8);
        note("destroy the context, order " + std::to_string(order) + ", handler " + std::to_string(which));
        talk_.destroy_context(orders[order], which);
    }

    void stop_all(const std::string& what) {
        note(what);
        for (const std::size_t index : talk_.pending())
            talk_.operations()[index].stopped = talk_.network().elapsed();
    }
    void cancel_one() {
        const auto pending = talk_.pending();
        if (pending.empty()) return;
        operation& record =
            talk_.operations()[pending[choices_.below(std::min<std::size_t>(pending.size(), 256))]];
        constexpr net::cancellation_type types[] = {
            net::cancellation_type::terminal, net::cancellation_type::partial, net::cancellation_type::total};
        const auto type = types[choices_.below(3)];
        note("cancel #" + std::to_string(record.index));
        const bool total = type == net::cancellation_type::total;
        const bool certain =
            !total || is_receive(record.what) || record.what == kind::connect || record.what == kind::drain;
        if (certain) record.stopped = talk_.network().elapsed();
        talk_.emit(record.index, type);
    }
    void consume() {
        if (is_receive_pending()) return;
        talk_.consume_state(choices_.below(50));
    }

    // --- the model of refusals ---

    bool is_refused(const operation& record) const {
        return record.index < refusals_.size() && refusals_[record.index].has_value();
    }
    bool is_receive_pending() {
        const auto& all = talk_.operations();
        return std::any_of(all.begin(), all.end(), [this](const operation& each) {
            return each.is_pending() && (is_receive(each.what) || is_exchange(each.what)) &&
                   !is_refused(each);
        });
    }
    bool is_closing() {
        const auto& all = talk_.operations();
        return std::any_of(all.begin(), all.end(), [](const operation& each) {
            return each.is_pending() && each.what == kind::close;
        });
    }
    bool is_connecting() {
        const auto& all = talk_.operations();
        return std::any_of(all.begin(), all.end(), [this](const operation& each) {
            return each.is_pending() && each.what == kind::connect && !is_refused(each);
        });
    }
    /// How an operation that is started now is refused, where that is certain.
    std::optional<error_code> predict(kind what) {
        const bool open = talk_.client()->is_open();
        if (what == kind::connect) {
            // One that has ended and was not told yet may stand in the way or not.
            return is_connecting() && !open && !connect_may_be_over_
                       ? std::optional<error_code>(errc::operation_in_progress)
                       : std::nullopt;
        }
        if (!open) return net::error::not_connected;
        if ((is_receive(what) || is_exchange(what)) && is_certainly_receiving())
            return errc::operation_in_progress;
        return std::nullopt;
    }
    /// An operation that was taken and is not refused may be one that failed at once: only the engine knows.
    bool is_certainly_receiving() { return is_receive_pending() && !receive_may_be_refused_; }

    void begin(kind what) {
        if (!talk_.client()) return;
        const bool is_receive_like = is_receive(what) || is_exchange(what);
        if (is_receive_like && is_closing()) return;  // async_close discards what it finds
        note(std::string("start #") + std::to_string(talk_.operations().size()) + ' ' + name_of(what));
        const std::optional<error_code> expected = predict(what);
        const time_limit limit = choose_limit();
        const std::size_t size = choices_.below(14);
        const std::string bytes =
            what == kind::send || what == kind::write_some || is_exchange(what) ? choose_bytes() : "";
        switch (what) {
        case kind::connect: talk_.connect(random_peer, {}, limit); break;
        case kind::hand_over: break;  // is not chosen
        case kind::send:
            size < 7 ? talk_.send(bytes, {}, limit) : talk_.send_borrowed(bytes, 1 + size % 4);
            break;
        case kind::write_some: talk_.write_some(bytes); break;
        case kind::shutdown_send: talk_.shutdown_send({}, limit); break;
        case kind::drain: talk_.drain({}, limit); break;
        case kind::receive: talk_.receive({}, limit); break;
        case kind::receive_some: talk_.receive_some({}, limit); break;
        case kind::receive_until: talk_.receive_until("\n", {}, limit); break;
        case kind::receive_exactly: talk_.receive_exactly(size, {}, limit); break;
        case kind::receive_message:
            size < 7 ? talk_.receive_line(size * 3) : talk_.receive_prefixed(size);
            break;
        case kind::read_some: talk_.read_some(size); break;
        case kind::exchange: talk_.exchange(bytes, {}, limit); break;
        case kind::half_close_exchange: talk_.exchange_to_end(bytes, {}, limit); break;
        case kind::close: talk_.close_gracefully({}, limit); break;
        }
        refusals_.resize(talk_.operations().size());
        refusals_.back() = expected;
        if (is_receive_like && !expected) receive_may_be_refused_ = true;  // until time has passed
        if (what == kind::connect && !expected) connect_may_be_over_ = true;
    }

    void check_refusals() {
        for (const operation& each : talk_.operations()) {
            if (is_refused(each) && each.ec != *refusals_[each.index]) {
                talk_.fail(each.describe() + ": should be refused with " + refusals_[each.index]->message());
            }
        }
    }

    /// What holds between any two steps.
    void check() {
        talk_.check_received();
        client_type* client = talk_.client();
        if (client == nullptr) return;
        if (client->state().size() > max_receive_) talk_.fail("state() holds more than max_receive");
        if (!talk_.pending().empty()) return;
        receive_may_be_refused_ = connect_may_be_over_ = false;
        if (client->send_queue_bytes() != 0) talk_.fail("send_queue_bytes() without a send");
        if (talk_.link() == 0 || !client->is_open()) return;
        const auto stats = client->stats();
        const auto& attempt = talk_.network().attempts().back();
        if (the_transport_takes_plaintext && stats.bytes_sent != attempt.written)
            talk_.fail("bytes_sent is not what was written");
        std::size_t sends = 0;
        bool success = false;
        for (const operation& each : talk_.operations()) {
            if (each.link != talk_.link()) continue;
            if (is_exchange(each.what)) return;  // its parts count as well
            if (each.ec) continue;
            if (is_send(each.what)) ++sends;
            success = success || each.what == kind::receive;
        }
        if (stats.sends != sends) talk_.fail("stats().sends is not the number of sends");
        if (success && makes_no_end_) talk_.fail("an orderly end of a peer that made none");
    }

    bool aloud_;
    choices choices_;
    client_run talk_;
    std::size_t max_receive_;
    std::size_t sent_ = 0;
    std::size_t events_ = 0;
    bool makes_no_end_ = false;
    bool receive_may_be_refused_ = false;
    bool connect_may_be_over_ = false;
    std::deque<std::optional<error_code>> refusals_{};
    std::string history_{};
};

}  // namespace

program_result run_program(choices from, bool aloud) { return program(from, aloud).run(); }

}  // namespace uplink::tests
