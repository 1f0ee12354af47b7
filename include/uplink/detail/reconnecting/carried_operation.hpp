// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The operations of a reconnecting client, which outlive its connections: what all of them have in common,
// and those that wait for a change of state. Each is linked from the part of the core that carries it until
// it has ended, then from the completion queue.
#pragma once

#include <uplink/detail/support/intrusive_list.hpp>
#include <uplink/detail/support/operation.hpp>
#include <uplink/detail/support/operation_deadline.hpp>
#include <uplink/detail/support/operation_ptr.hpp>
#include <uplink/error.hpp>
#include <uplink/net.hpp>

#include <cstdint>
#include <tuple>

namespace uplink::inline UPLINK_NAMESPACE::detail {

struct carried_list_tag;

/// `Core` is the core of the reconnecting client.
template <class Core> class carried_operation : public operation_base, public list_hook<carried_list_tag> {
public:
    using time_point = typename Core::time_point;

    carried_operation() noexcept : limit(*this) {}

    /// The limit has passed.
    virtual void on_deadline(total_limit) = 0;
    /// A signal has come through the slot, or cancel() was called.
    virtual void cancelled(net::cancellation_type type) = 0;

    bool is_carried() const noexcept { return list_hook<carried_list_tag>::is_linked(); }
    /// The operation has ended; it is linked from nothing.
    void finish(const error_code& ec) {
        core->deadlines().remove(limit);
        error = ec;
        core->deliver(*this);
    }

    Core* core = nullptr;
    error_code error{};
    operation_deadline<carried_operation, time_point, total_limit> limit;

protected:
    ~carried_operation() = default;
};

/// Operations that wait for the same thing. It links them and does not own them.
template <class Operation> class carried_list {
public:
    bool is_empty() const noexcept { return waiting_.empty(); }
    void add(Operation& operation) { waiting_.push_back(operation); }
    /// Ends one; nothing if it is not in the list.
    void end(Operation& operation, const error_code& ec) {
        if (!operation.is_carried()) return;
        waiting_.erase(operation);
        operation.finish(ec);
    }
    void end_all(const error_code& ec) {
        while (!waiting_.empty()) waiting_.pop_front().finish(ec);
    }
    /// Calls visit(operation) for each before it ends.
    template <class Visitor> void end_all(const error_code& ec, Visitor visit) {
        while (!waiting_.empty()) {
            Operation& operation = waiting_.pop_front();
            visit(operation);
            operation.finish(ec);
        }
    }
    void abandon() noexcept {
        while (!waiting_.empty()) waiting_.pop_front().abandon();
    }

private:
    intrusive_list<Operation, carried_list_tag> waiting_;
};

/// async_wait_connected.
template <class Core> class wait_connected_operation : public carried_operation<Core> {
public:
    void on_deadline(total_limit) override { this->core->waits().end(*this, errc::connect_timeout); }
    void cancelled(net::cancellation_type) override {
        this->core->waits().end(*this, net::error::operation_aborted);
    }
    std::tuple<error_code> result() const noexcept { return {this->error}; }

protected:
    ~wait_connected_operation() = default;
};

/// async_wait_change.
template <class Core> class wait_change_operation : public carried_operation<Core> {
public:
    using status_type = typename Core::status_type;

    void on_deadline(total_limit) override { end(errc::connect_timeout); }
    void cancelled(net::cancellation_type) override { end(net::error::operation_aborted); }
    void end(const error_code& ec) {
        if (!this->is_carried()) return;  // it has completed already
        status = this->core->status();
        this->core->waits().end(*this, ec);
    }
    std::tuple<error_code, status_type> result() const noexcept { return {this->error, status}; }

    status_type status{};

protected:
    ~wait_change_operation() = default;
};

/// async_stop.
template <class Core> class stop_operation : public carried_operation<Core> {
public:
    void on_deadline(total_limit) override { this->core->stop_at_once(errc::close_timeout); }
    /// As with async_close, a total cancellation is ignored, because a stop can't be undone half-way.
    void cancelled(net::cancellation_type type) override {
        if (is_waiting && is_set(type, strong_cancellation))
            this->core->stop_at_once(net::error::operation_aborted);
    }
    std::tuple<error_code> result() const noexcept { return {this->error}; }

    bool is_waiting = false;  ///< for the end of the connection

protected:
    ~stop_operation() = default;
};

/// The stops. They end behind all other operations, when the last send has come back from its connection.
template <class Core> class stop_list {
public:
    using operation = stop_operation<Core>;

    void add(operation& stop) {
        stop.is_waiting = true;
        waiting_.push_back(stop);
    }
    /// The client has stopped: the code is decided.
    void decide(const error_code& ec) noexcept {
        while (!waiting_.empty()) decide(waiting_.pop_front(), ec);
    }
    void decide(operation& stop, const error_code& ec) noexcept {
        stop.core->deadlines().remove(stop.limit);
        stop.is_waiting = false;
        stop.error = ec;
        decided_.push_back(stop);
    }
    /// No other operation is pending.
    void end_decided() {
        while (!decided_.empty()) {
            operation& stop = decided_.pop_front();
            stop.finish(error_code(stop.error));
        }
    }
    void abandon() noexcept {
        while (!waiting_.empty()) waiting_.pop_front().abandon();
        while (!decided_.empty()) decided_.pop_front().abandon();
    }

private:
    intrusive_list<operation, carried_list_tag> waiting_;
    intrusive_list<operation, carried_list_tag> decided_;
};

/// async_drain.
template <class Core> class carried_drain : public carried_operation<Core> {
public:
    void on_deadline(total_limit) override { this->core->sends().end_drain(*this, errc::send_timeout); }
    void cancelled(net::cancellation_type) override {
        this->core->sends().end_drain(*this, net::error::operation_aborted);
    }
    std::tuple<error_code> result() const noexcept { return {this->error}; }

protected:
    ~carried_drain() = default;
};

/// The operations that wait for a change of state.
template <class Core> class state_waits {
public:
    using connected_wait = wait_connected_operation<Core>;
    using change_wait = wait_change_operation<Core>;

    void add(connected_wait& wait) { connected_.add(wait); }
    void add(change_wait& wait) { change_.add(wait); }
    void end(connected_wait& wait, const error_code& ec) { connected_.end(wait, ec); }
    void end(change_wait& wait, const error_code& ec) { change_.end(wait, ec); }

    void changed(const typename Core::status_type& status) {
        change_.end_all({}, [&](change_wait& wait) { wait.status = status; });
    }
    void end_connected(const error_code& ec) { connected_.end_all(ec); }
    void end_all(const error_code& ec, const typename Core::status_type& status) {
        connected_.end_all(ec);
        change_.end_all(ec, [&](change_wait& wait) { wait.status = status; });
    }
    void abandon() noexcept {
        connected_.abandon();
        change_.abandon();
    }

private:
    carried_list<connected_wait> connected_;
    carried_list<change_wait> change_;
};

}  // namespace uplink::detail
