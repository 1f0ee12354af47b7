// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnecting client on a simulated network, and everything that is started on it. Each handler and each function of
// the user is tracked, see carried_record.hpp. What holds at the end of any run, whatever it did, is in
// reconnect_checks.hpp.
#pragma once

#include "reconnecting/carried_record.hpp"
#include "support/simulated_reconnect.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

class reconnect_run : public carried_records {
public:
    using time_limit = simulated_client::time_limit;
    using duration = testing::clock::duration;
    using done_function = std::function<void(error_code)>;
    static constexpr std::size_t none = carried_record::none;

    explicit reconnect_run(std::uint64_t seed) : net_(std::make_unique<testing::network>(seed)) {
        net_->prefer(address_family::v4);
    }

    // --- The world ---

    /// The next server of the list: its address has the given number, its name is made of it.
    testing::endpoint& add_server() {
        const std::string number = std::to_string(texts_.size() + 1);
        net_->host("server" + number + ".test").v4({"192.0.2." + number});
        servers_.emplace_back("server" + number + ".test", 80);
        texts_.emplace_back();
        return net_->endpoint("192.0.2." + number + ":80");
    }
    /// What the next connection of the last server sends; the last one stands for all that follow.
    void says(std::string text) { texts_.back().push_back(std::move(text)); }

    void make(reconnect_options options, client_options below) {
        options_ = options;
        below_ = below;
        client_ = std::make_unique<simulated_reconnect>(
            simulated_client(net_->get_executor(), std::move(below)), servers_, std::move(options));
        client_->on_change([this](const simulated_status& status) {
            is_outside("on_change");
            changes_.push_back(status);
            if (in_change) in_change(changes_.size() - 1);
        });
    }
    /// The session hook.
    void set_hook(std::function<void(simulated_client&, done_function)> hook) {
        client_->on_session([this, hook = std::move(hook)](simulated_client& client, done_function done) {
            is_outside("the hook");
            hook(client, std::move(done));
        });
    }
    void set_rule(std::function<retry_verdict()> rule) {
        client_->on_failure([this, rule = std::move(rule)](const error_code&, const auto&) {
            is_outside("on_failure");
            return rule();
        });
    }

    // --- Operations; without a client they do nothing ---

    carried_record* send(std::size_t size, bool is_owned, time_limit limit = {}) {
        carried_record* const record = make_record(carried_kind::send, limit);
        if (record == nullptr) return nullptr;
        for (std::size_t i = 0; i != size; ++i) record->bytes += byte_of(record->index, i);
        refuse(*record, net::error::broken_pipe);
        const guard inside(*this);
        if (is_owned) client_->async_send(std::string(record->bytes), limit, carried_handler(*record));
        else client_->async_send(net::buffer(record->bytes), limit, carried_handler(*record));
        return record;
    }
    carried_record* drain(time_limit limit = {}) {
        return start(carried_kind::drain, limit, error_code(),
                     [&](carried_record& record) { client_->async_drain(limit, carried_handler(record)); });
    }
    carried_record* receive_some(time_limit limit = {}) {
        return receive(carried_kind::receive_some, limit, as_it_is, [&](carried_record& record) {
            client_->async_receive_some(limit, carried_handler(record));
        });
    }
    carried_record* receive_until(time_limit limit = {}) {
        return receive(carried_kind::receive_until, limit, as_it_is, [&](carried_record& record) {
            client_->async_receive_until("\n", limit, carried_handler(record));
        });
    }
    carried_record* receive_exactly(std::size_t n, time_limit limit = {}) {
        return receive(carried_kind::receive_exactly, limit, as_it_is, [&](carried_record& record) {
            client_->async_receive_exactly(n, limit, carried_handler(record));
        });
    }
    carried_record* receive_line(std::size_t most, time_limit limit = {}) {
        const auto wire = [](std::string_view text) { return std::string(text) + '\n'; };
        return receive(carried_kind::receive_line, limit, wire, [&](carried_record& record) {
            client_->async_receive_message(delimited{"\n", most}, limit, carried_handler(record));
        });
    }
    carried_record* receive_prefixed(std::uint16_t most, time_limit limit = {}) {
        const auto wire = [](std::string_view text) {
            return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 255)} +
                   std::string(text);
        };
        return receive(carried_kind::receive_prefixed, limit, wire, [&](carried_record& record) {
            client_->async_receive_message(length_prefixed<std::uint16_t>{most}, limit,
                                           carried_handler(record));
        });
    }
    carried_record* wait_connected(time_limit limit = {}) {
        return start(carried_kind::wait_connected, limit, std::nullopt, [&](carried_record& record) {
            client_->async_wait_connected(limit, carried_handler(record));
        });
    }
    carried_record* wait_change(std::uint64_t seen, time_limit limit = {}) {
        return start(carried_kind::wait_change, limit, std::nullopt, [&](carried_record& record) {
            record.seen = seen;
            client_->async_wait_change(seen, limit, carried_handler(record));
        });
    }
    carried_record* stop(time_limit limit = {}) {
        has_stopped = true;
        return start(carried_kind::stop, limit, std::nullopt, [&](carried_record& record) {
            if (!limit.is_limited()) {
                record.due = net_->elapsed() + below_.close_timeout;
                client_->async_stop(carried_handler(record));
            } else {
                client_->async_stop(limit, carried_handler(record));
            }
        });
    }

    // --- The hook's own traffic ---

    void hook_send(simulated_client& client, std::string text, std::function<void(error_code)> next) {
        carried_record& record = hook_record(carried_kind::hook_send, std::move(next));
        record.bytes = std::move(text);
        const guard inside(*this);
        client.async_send(net::buffer(record.bytes), carried_handler(record));
    }
    void hook_receive_line(simulated_client& client, std::function<void(error_code)> next) {
        carried_record& record = hook_record(carried_kind::hook_receive, std::move(next));
        const guard inside(*this);
        client.async_receive_until("\n", carried_handler(record));
    }
    void hook_receive_exactly(simulated_client& client, std::size_t n, std::function<void(error_code)> next) {
        carried_record& record = hook_record(carried_kind::hook_receive, std::move(next));
        const guard inside(*this);
        client.async_receive_exactly(n, carried_handler(record));
    }
    /// Calls back after that time, also if all else is gone.
    void later(duration time, std::function<void()> call) {
        auto timer = std::make_shared<testing::timer>(net_->get_executor(), time);
        timer->async_wait([timer, call = std::move(call)](const error_code&) { call(); });
    }

    // --- Disturbances ---

    void emit(carried_record& record, net::cancellation_type type) {
        if (!record.is_pending()) return;
        record.was_cancelled = true;
        const bool is_total = type == net::cancellation_type::total;
        if (!is_total || (record.what != carried_kind::stop && record.what != carried_kind::send))
            record.stopped = net_->elapsed();
        const guard inside(*this);
        record.signal.emit(type);
    }
    void cancel() {
        all_stop();
        call([](simulated_reconnect& client) { client.cancel(); });
    }
    void close() {
        has_stopped = true;
        all_stop();
        call([](simulated_reconnect& client) { client.close(); });
    }
    void destroy() {
        has_stopped = true;
        all_stop();
        std::unique_ptr<simulated_reconnect> gone = std::move(client_);
        const guard inside(*this);
        gone.reset();
    }
    void move_client() {
        if (client_) client_ = std::make_unique<simulated_reconnect>(std::move(*client_));
    }
    template <class Call> void call(Call what) {
        if (!client_) return;
        const guard inside(*this);
        what(*client_);
    }
    void start_client() {
        call([](simulated_reconnect& client) { client.start(); });
    }
    /// The context goes, and with it every handler, uncalled.
    void destroy_context() {
        is_context_gone_ = true;
        net_.reset();
    }

    // --- What happened ---

    simulated_reconnect* client() noexcept { return client_.get(); }
    testing::network& network() noexcept { return *net_; }
    bool is_context_gone() const noexcept { return is_context_gone_; }
    const std::vector<simulated_status>& changes() const noexcept { return changes_; }
    const reconnect_options& options() const noexcept { return options_; }
    /// What the server of this attempt sends.
    const std::string& text_of(std::size_t attempt) const {
        const auto& attempts = net_->attempts();
        std::size_t earlier = 0;
        for (std::size_t i = 0; i != attempt; ++i) earlier += attempts[i].remote == attempts[attempt].remote;
        const auto address = attempts[attempt].remote.address().to_v4().to_bytes();
        const auto& texts = texts_[std::size_t{address[3]} - 1];
        return texts[(std::min)(earlier, texts.size() - 1)];
    }
    /// The connection that is open now.
    std::size_t open_attempt() const {
        const auto& attempts = net_->attempts();
        for (std::size_t i = attempts.size(); i-- != 0;) {
            if (attempts[i].connected && !attempts[i].closed) return i;
        }
        return none;
    }

    std::function<void(std::size_t)> in_change{};  ///< after each change, with the number of those before
    bool has_stopped = false;                      ///< async_stop, close() or destruction has been said

private:
    duration elapsed() const override { return net_->elapsed(); }

    static std::string as_it_is(std::string_view text) { return std::string(text); }
    /// Of each send another sequence.
    static char byte_of(std::size_t send, std::size_t at) noexcept {
        std::uint64_t mixed = (std::uint64_t{send} << 32 | at) * 0x9e3779b97f4a7c15U;
        mixed = (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9U;
        return static_cast<char>('0' + (mixed >> 40) % 64);
    }

    carried_record* make_record(carried_kind what, const time_limit& limit) {
        if (!client_) return nullptr;
        carried_record& record = add_record(what);
        record.state = client_->status().state;
        record.attempt = open_attempt();
        record.started = net_->elapsed();
        if (limit.is_limited()) {
            const auto due = limit.deadline(net_->now()) - (net_->now() - net_->elapsed());
            record.due = (std::max)(due, record.started);
        }
        return &record;
    }
    /// What has no future in the present state.
    void refuse(carried_record& record, std::optional<error_code> while_stopping) {
        if (record.state == reconnect_state::stopped) record.refusal = net::error::not_connected;
        if (record.state == reconnect_state::failed && !is_receive(record.what))
            record.refusal = client_->status().last_error;
        if (record.state == reconnect_state::stopping && while_stopping && *while_stopping)
            record.refusal = *while_stopping;
    }
    template <class Launch>
    carried_record* start(carried_kind what, const time_limit& limit,
                          std::optional<error_code> while_stopping, Launch launch) {
        carried_record* const record = make_record(what, limit);
        if (record == nullptr) return nullptr;
        if (what != carried_kind::wait_change && what != carried_kind::stop) refuse(*record, while_stopping);
        const guard inside(*this);
        launch(*record);
        return record;
    }
    template <class Launch>
    carried_record* receive(carried_kind what, const time_limit& limit,
                            std::function<std::string(std::string_view)> wire, Launch launch) {
        return start(what, limit, net::error::not_connected, [&](carried_record& record) {
            record.wire = std::move(wire);
            launch(record);
        });
    }
    carried_record& hook_record(carried_kind what, std::function<void(error_code)> next) {
        carried_record& record = add_record(what);
        record.state = reconnect_state::preparing;
        record.attempt = record.carrier = open_attempt();
        record.started = net_->elapsed();
        add_next(record, std::move(next));
        return record;
    }
    void all_stop() {
        if (!client_) return;
        for (carried_record* each : pending()) {
            each->was_cancelled = true;
            if (!each->stopped) each->stopped = net_->elapsed();
        }
    }

    std::vector<simulated_status> changes_{};
    std::vector<server_address> servers_{};
    std::vector<std::vector<std::string>> texts_{};  ///< of each server, by connection
    reconnect_options options_{};
    client_options below_{};
    bool is_context_gone_ = false;
    std::unique_ptr<testing::network> net_;
    std::unique_ptr<simulated_reconnect> client_{};
};

}  // namespace uplink::tests
