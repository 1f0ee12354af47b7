// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "reconnecting/reconnect_run.hpp"

#include <uplink/framing.hpp>
#include <uplink/testing/timer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

reconnect_run::reconnect_run(std::uint64_t seed) : net_(std::make_unique<testing::network>(seed)) {
    net_->prefer(address_family::v4);
}

reconnect_run::~reconnect_run() = default;

testing::endpoint& reconnect_run::add_server() {
    const std::string number = std::to_string(texts_.size() + 1);
    net_->host("server" + number + ".test").v4({"192.0.2." + number});
    servers_.emplace_back("server" + number + ".test", 80);
    texts_.emplace_back();
    return net_->endpoint("192.0.2." + number + ":80");
}

void reconnect_run::says(std::string text) { texts_.back().push_back(std::move(text)); }

void reconnect_run::make(reconnect_options options, client_options below) {
    options_ = options;
    below_ = below;
    client_ = std::make_unique<simulated_reconnect>(simulated_client(net_->get_executor(), std::move(below)),
                                                    servers_, std::move(options));
    client_->on_change([this](const simulated_status& status) {
        is_outside("on_change");
        changes_.push_back(status);
        if (in_change) in_change(changes_.size() - 1);
    });
}

void reconnect_run::set_hook(std::function<void(simulated_client&, done_function)> hook) {
    client_->on_session([this, hook = std::move(hook)](simulated_client& client, done_function done) {
        is_outside("the hook");
        hook(client, std::move(done));
    });
}

void reconnect_run::set_rule(std::function<retry_verdict()> rule) {
    client_->on_failure([this, rule = std::move(rule)](const error_code&, const auto&) {
        is_outside("on_failure");
        return rule();
    });
}

std::string reconnect_run::as_it_is(std::string_view text) { return std::string(text); }

char reconnect_run::byte_of(std::size_t send, std::size_t at) noexcept {
    std::uint64_t mixed = (std::uint64_t{send} << 32 | at) * 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9U;
    return static_cast<char>('0' + (mixed >> 40) % 64);
}

carried_record* reconnect_run::make_record(carried_kind what, const time_limit& limit) {
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

void reconnect_run::refuse(carried_record& record, std::optional<error_code> while_stopping) {
    if (record.state == reconnect_state::stopped) record.refusal = net::error::not_connected;
    if (record.state == reconnect_state::failed && !is_receive(record.what))
        record.refusal = client_->status().last_error;
    if (record.state == reconnect_state::stopping && while_stopping && *while_stopping)
        record.refusal = *while_stopping;
}

template <class Launch>
carried_record* reconnect_run::start(carried_kind what, const time_limit& limit,
                                     std::optional<error_code> while_stopping, Launch launch) {
    carried_record* const record = make_record(what, limit);
    if (record == nullptr) return nullptr;
    if (what != carried_kind::wait_change && what != carried_kind::stop) refuse(*record, while_stopping);
    const guard inside(*this);
    launch(*record);
    return record;
}

template <class Launch>
carried_record* reconnect_run::receive(carried_kind what, const time_limit& limit,
                                       std::function<std::string(std::string_view)> wire, Launch launch) {
    return start(what, limit, net::error::not_connected, [&](carried_record& record) {
        record.wire = std::move(wire);
        launch(record);
    });
}

carried_record& reconnect_run::hook_record(carried_kind what, std::function<void(error_code)> next) {
    carried_record& record = add_record(what);
    record.state = reconnect_state::preparing;
    record.attempt = record.carrier = open_attempt();
    record.started = net_->elapsed();
    add_next(record, std::move(next));
    return record;
}

carried_record* reconnect_run::send(std::size_t size, bool is_owned, time_limit limit) {
    carried_record* const record = make_record(carried_kind::send, limit);
    if (record == nullptr) return nullptr;
    for (std::size_t i = 0; i != size; ++i) record->bytes += byte_of(record->index, i);
    refuse(*record, net::error::broken_pipe);
    const guard inside(*this);
    if (is_owned) client_->async_send(std::string(record->bytes), limit, carried_handler(*record));
    else client_->async_send(net::buffer(record->bytes), limit, carried_handler(*record));
    return record;
}

carried_record* reconnect_run::drain(time_limit limit) {
    return start(carried_kind::drain, limit, error_code(),
                 [&](carried_record& record) { client_->async_drain(limit, carried_handler(record)); });
}

carried_record* reconnect_run::receive_some(time_limit limit) {
    return receive(carried_kind::receive_some, limit, as_it_is, [&](carried_record& record) {
        client_->async_receive_some(limit, carried_handler(record));
    });
}

carried_record* reconnect_run::receive_until(time_limit limit) {
    return receive(carried_kind::receive_until, limit, as_it_is, [&](carried_record& record) {
        client_->async_receive_until("\n", limit, carried_handler(record));
    });
}

carried_record* reconnect_run::receive_exactly(std::size_t n, time_limit limit) {
    return receive(carried_kind::receive_exactly, limit, as_it_is, [&](carried_record& record) {
        client_->async_receive_exactly(n, limit, carried_handler(record));
    });
}

carried_record* reconnect_run::receive_line(std::size_t most, time_limit limit) {
    const auto wire = [](std::string_view text) { return std::string(text) + '\n'; };
    return receive(carried_kind::receive_line, limit, wire, [&](carried_record& record) {
        client_->async_receive_message(delimited{"\n", most}, limit, carried_handler(record));
    });
}

carried_record* reconnect_run::receive_prefixed(std::uint16_t most, time_limit limit) {
    const auto wire = [](std::string_view text) {
        return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 255)} +
               std::string(text);
    };
    return receive(carried_kind::receive_prefixed, limit, wire, [&](carried_record& record) {
        client_->async_receive_message(length_prefixed<std::uint16_t>{most}, limit, carried_handler(record));
    });
}

carried_record* reconnect_run::wait_connected(time_limit limit) {
    return start(carried_kind::wait_connected, limit, std::nullopt, [&](carried_record& record) {
        client_->async_wait_connected(limit, carried_handler(record));
    });
}

carried_record* reconnect_run::wait_change(std::uint64_t seen, time_limit limit) {
    return start(carried_kind::wait_change, limit, std::nullopt, [&](carried_record& record) {
        record.seen = seen;
        client_->async_wait_change(seen, limit, carried_handler(record));
    });
}

carried_record* reconnect_run::stop(time_limit limit) {
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

void reconnect_run::hook_send(simulated_client& client, std::string text,
                              std::function<void(error_code)> next) {
    carried_record& record = hook_record(carried_kind::hook_send, std::move(next));
    record.bytes = std::move(text);
    const guard inside(*this);
    client.async_send(net::buffer(record.bytes), carried_handler(record));
}

void reconnect_run::hook_receive_line(simulated_client& client, std::function<void(error_code)> next) {
    carried_record& record = hook_record(carried_kind::hook_receive, std::move(next));
    const guard inside(*this);
    client.async_receive_until("\n", carried_handler(record));
}

void reconnect_run::hook_receive_exactly(simulated_client& client, std::size_t n,
                                         std::function<void(error_code)> next) {
    carried_record& record = hook_record(carried_kind::hook_receive, std::move(next));
    const guard inside(*this);
    client.async_receive_exactly(n, carried_handler(record));
}

void reconnect_run::later(duration time, std::function<void()> call) {
    auto timer = std::make_shared<testing::timer>(net_->get_executor(), time);
    timer->async_wait([timer, call = std::move(call)](const error_code&) { call(); });
}

void reconnect_run::emit(carried_record& record, net::cancellation_type type) {
    if (!record.is_pending()) return;
    record.was_cancelled = true;
    const bool is_total = type == net::cancellation_type::total;
    if (!is_total || (record.what != carried_kind::stop && record.what != carried_kind::send))
        record.stopped = net_->elapsed();
    const guard inside(*this);
    record.signal.emit(type);
}

void reconnect_run::cancel() {
    all_stop();
    call([](simulated_reconnect& client) { client.cancel(); });
}

void reconnect_run::close() {
    has_stopped = true;
    all_stop();
    call([](simulated_reconnect& client) { client.close(); });
}

void reconnect_run::destroy() {
    has_stopped = true;
    all_stop();
    std::unique_ptr<simulated_reconnect> gone = std::move(client_);
    const guard inside(*this);
    gone.reset();
}

void reconnect_run::move_client() {
    if (client_) client_ = std::make_unique<simulated_reconnect>(std::move(*client_));
}

void reconnect_run::start_client() {
    call([](simulated_reconnect& client) { client.start(); });
}

void reconnect_run::destroy_context() {
    is_context_gone_ = true;
    net_.reset();
}

const std::string& reconnect_run::text_of(std::size_t attempt) const {
    const auto& attempts = net_->attempts();
    std::size_t earlier = 0;
    for (std::size_t i = 0; i != attempt; ++i) earlier += attempts[i].remote == attempts[attempt].remote;
    const auto address = attempts[attempt].remote.address().to_v4().to_bytes();
    const auto& texts = texts_[std::size_t{address[3]} - 1];
    return texts[(std::min)(earlier, texts.size() - 1)];
}

std::size_t reconnect_run::open_attempt() const {
    const auto& attempts = net_->attempts();
    for (std::size_t i = attempts.size(); i-- != 0;) {
        if (attempts[i].connected && !attempts[i].closed) return i;
    }
    return none;
}

reconnect_run::duration reconnect_run::elapsed() const { return net_->elapsed(); }

void reconnect_run::all_stop() {
    if (!client_) return;
    for (carried_record* each : pending()) {
        each->was_cancelled = true;
        if (!each->stopped) each->stopped = net_->elapsed();
    }
}

}  // namespace uplink::tests
