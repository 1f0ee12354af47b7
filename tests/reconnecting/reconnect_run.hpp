// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A reconnecting client on a simulated network, everything that is started on it, and what became of that. Each handler
// and each function of the user is tracked; what must never happen becomes a line in failures(). What holds at the end
// of any run, whatever it did, is in reconnect_checks.hpp.
#pragma once

#include "reconnecting/simulated_reconnect.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

enum class carried_kind : unsigned char {
    send,
    drain,
    receive_some,
    receive_until,
    receive_exactly,
    receive_line,
    receive_prefixed,
    wait_connected,
    wait_change,
    stop,
    hook_send,
    hook_receive
};
inline const char* name_of(carried_kind what) noexcept {
    constexpr const char* names[] = {"send",
                                     "drain",
                                     "receive_some",
                                     "receive_until",
                                     "receive_exactly",
                                     "receive_line",
                                     "receive_prefixed",
                                     "wait_connected",
                                     "wait_change",
                                     "stop",
                                     "hook's send",
                                     "hook's receive"};
    return names[static_cast<std::size_t>(what)];
}
constexpr bool is_receive(carried_kind what) noexcept {
    return what >= carried_kind::receive_some && what <= carried_kind::receive_prefixed;
}
constexpr bool is_of_hook(carried_kind what) noexcept { return what >= carried_kind::hook_send; }

class reconnect_run;

/// One operation, and what its handler was called with.
struct carried_record : completion {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    using completion::set;
    void set(const error_code& error, const simulated_status& status) {
        set(error);
        told = status;
    }

    reconnect_run* owner = nullptr;
    std::size_t index = 0;
    carried_kind what{};
    std::string bytes{};                                  ///< to be sent
    std::function<std::string(std::string_view)> wire{};  ///< the bytes that a delivered message stood for
    std::uint64_t seen = 0;                               ///< by async_wait_change
    simulated_status told{};
    reconnect_state state = reconnect_state::idle;  ///< when it was started
    std::size_t attempt = none;                     ///< the connection that was open then
    std::size_t carrier = none;                     ///< the connection that its bytes went to
    testing::clock::duration started{};
    testing::clock::duration ended{};
    std::optional<testing::clock::duration> due{};      ///< by its limit
    std::optional<testing::clock::duration> stopped{};  ///< when it was cancelled for certain
    bool was_cancelled = false;
    bool is_expected_to_fail = false;  ///< in the undisturbed run of a scenario
    std::optional<error_code> refusal{};
    bool is_alive = false;  ///< its handler
    net::cancellation_signal signal{};

    bool is_pending() const noexcept { return is_alive && calls == 0; }
    std::string describe() const {
        std::string line = '#' + std::to_string(index) + ' ' + name_of(what);
        if (what == carried_kind::send) line += " of " + std::to_string(bytes.size());
        line += " in " + to_string(state) + " at " + std::to_string(started.count() / 1000) + " us";
        if (calls == 0) return line + (is_alive ? ": pending" : ": never called");
        line += ": " + (ec ? ec.message() : std::string("success")) + ", n = " + std::to_string(n);
        return line + " at " + std::to_string(ended.count() / 1000) + " us";
    }
};

/// Move-only; it knows whether it was called or destroyed.
class carried_handler {
public:
    using cancellation_slot_type = net::cancellation_slot;

    explicit carried_handler(carried_record& record) noexcept : record_(&record) { record.is_alive = true; }
    carried_handler(carried_handler&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}
    carried_handler& operator=(carried_handler&&) = delete;
    ~carried_handler() {
        if (record_ != nullptr) record_->is_alive = false;
    }
    net::cancellation_slot get_cancellation_slot() const noexcept { return record_->signal.slot(); }
    template <class... Arguments> void operator()(const error_code& ec, const Arguments&... with);

private:
    carried_record* record_;
};

class reconnect_run {
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
    std::deque<carried_record>& records() noexcept { return records_; }
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
    std::vector<carried_record*> pending() {
        std::vector<carried_record*> result;
        for (carried_record& each : records_) {
            if (each.is_pending() && !is_of_hook(each.what)) result.push_back(&each);
        }
        return result;
    }
    /// Without those of the hook.
    std::size_t handlers_called() const noexcept { return calls_; }
    void fail(const std::string& what) { failures_.push_back(what); }
    const std::vector<std::string>& failures() const noexcept { return failures_; }

    /// Records of receives in the order in which their handlers were called.
    const std::vector<carried_record*>& received() const noexcept { return received_; }

    std::function<void(std::size_t)> in_handler{};  ///< after each handler, with the number of those before
    std::function<void(std::size_t)> in_change{};   ///< likewise
    bool has_stopped = false;                       ///< async_stop, close() or destruction has been said

private:
    friend class carried_handler;

    class guard {
    public:
        explicit guard(reconnect_run& of) noexcept : of_(of) { ++of_.inside_; }
        guard(const guard&) = delete;
        guard& operator=(const guard&) = delete;
        ~guard() { --of_.inside_; }

    private:
        reconnect_run& of_;
    };

    static std::string as_it_is(std::string_view text) { return std::string(text); }
    /// Of each send another sequence.
    static char byte_of(std::size_t send, std::size_t at) noexcept {
        std::uint64_t mixed = (std::uint64_t{send} << 32 | at) * 0x9e3779b97f4a7c15U;
        mixed = (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9U;
        return static_cast<char>('0' + (mixed >> 40) % 64);
    }

    carried_record* make_record(carried_kind what, const time_limit& limit) {
        if (!client_) return nullptr;
        carried_record& record = records_.emplace_back();
        record.owner = this;
        record.index = records_.size() - 1;
        record.what = what;
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
        carried_record& record = records_.emplace_back();
        record.owner = this;
        record.index = records_.size() - 1;
        record.what = what;
        record.state = reconnect_state::preparing;
        record.attempt = record.carrier = open_attempt();
        record.started = net_->elapsed();
        nexts_[record.index] = std::move(next);
        return record;
    }
    void called(carried_record& record) {
        record.ended = net_->elapsed();
        is_outside(record.describe());
        if (is_receive(record.what)) received_.push_back(&record);
        if (is_of_hook(record.what)) {
            const auto next = std::exchange(nexts_[record.index], nullptr);
            return next(record.ec);
        }
        const std::size_t number = calls_++;
        if (in_handler) in_handler(number);
    }
    void is_outside(const std::string& what) {
        if (inside_ != 0) fail(what + " was called inside a function of the client");
    }
    void all_stop() {
        if (!client_) return;
        for (carried_record* each : pending()) {
            each->was_cancelled = true;
            if (!each->stopped) each->stopped = net_->elapsed();
        }
    }

    std::deque<carried_record> records_{};
    std::map<std::size_t, std::function<void(error_code)>> nexts_{};  ///< of the hook's operations
    std::vector<carried_record*> received_{};
    std::vector<simulated_status> changes_{};
    std::vector<std::string> failures_{};
    std::vector<server_address> servers_{};
    std::vector<std::vector<std::string>> texts_{};  ///< of each server, by connection
    reconnect_options options_{};
    client_options below_{};
    std::size_t inside_ = 0;  ///< functions of the client in progress
    std::size_t calls_ = 0;
    bool is_context_gone_ = false;
    std::unique_ptr<testing::network> net_;
    std::unique_ptr<simulated_reconnect> client_{};
};

template <class... Arguments>
void carried_handler::operator()(const error_code& ec, const Arguments&... with) {
    record_->set(ec, with...);
    record_->owner->called(*record_);
}

}  // namespace uplink::tests
