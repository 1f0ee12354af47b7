// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Carries out what a connect does at a proxy: writes to the socket that has reached it, and reads its
// replies, until the tunnel stands. What is said is decided by machine/any_proxy_handshake.hpp, which server
// is asked for by machine/proxy_route.hpp. The connect operation owns this object, reaches the proxy by a
// race, and owns the socket.
//
// A read never asks for more bytes than the reply still has at least, so that no byte of the tunnel is read.
//
// Each read and write completes once, also after the socket has been closed. Its handler owns a share of this
// object, whose memory the transport may use until then, even if the operation is destroyed with its context.
#pragma once

#include <uplink/detail/connect/attempt_handler.hpp>
#include <uplink/detail/connect/race_options.hpp>
#include <uplink/detail/machine/any_proxy_handshake.hpp>
#include <uplink/detail/machine/connect_target.hpp>
#include <uplink/detail/machine/outcome.hpp>
#include <uplink/detail/machine/proxy_route.hpp>
#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// A read from the proxy or a write to it has completed.
struct proxy_transferred {};

/// `Operation` is the connect operation, which child_ended(proxy_transferred, error_code) notifies.
template <class Core, class Operation>
class proxy_negotiation : public std::enable_shared_from_this<proxy_negotiation<Core, Operation>> {
    using socket_type = typename Core::socket_type;
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// The options have a proxy.
    explicit proxy_negotiation(Core& core)
        : proxy_(core.options().proxy), options_(core.options().connect), route_(proxy_) {}

    /// Begins the route to `target`, or to the caller's endpoints; see proxy_route.
    refusal plan(connect_target& target) { return checked(route_.begin(target, options_.family)); }
    template <class Endpoints> refusal plan(const Endpoints& endpoints, connect_target& first) {
        return checked(route_.begin(endpoints, first, options_.family));
    }

    proxy_route& route() noexcept { return route_; }
    /// A read or write is in flight.
    bool is_pending() const noexcept { return is_pending_; }

    /// Asks the proxy at the other end of this socket for the next server. Returns in_progress if the
    /// conversation waits for the transport, no error if the tunnel stands.
    [[gnu::cold]] error_code start(Operation& operation, socket_type& socket) {
        began_ = operation.elapsed();
        written_ = 0;
        broken_ = {};
        operation.events().proxy_started();
        try {
            operation.measure_limit();
            conversation_.emplace(proxy_, route_.server());
        } catch (...) {
            conversation_.reset();
            return broken_ = net::error::no_memory;
        }
        return go_on(operation, socket);
    }
    /// A read or write has completed.
    [[gnu::cold]] void completed(const error_code& ec) noexcept {
        is_pending_ = false;
        if (ec == net::error::eof) conversation_->end();
        else if (ec && !is_transient(ec)) broken_ = ec;
        else if (conversation_->next() == proxy_action::read) conversation_->feed({bytes_.data(), moved_});
        else {
            written_ += moved_;
            if (written_ == conversation_->output().size()) conversation_->written();
        }
    }
    /// Returns as start() does.
    [[gnu::cold]] error_code go_on(Operation& operation, socket_type& socket) {
        if (broken_) return broken_;
        switch (conversation_->next()) {
        case proxy_action::write: {
            const std::string_view rest = conversation_->output().substr(written_);
            return transfer(operation, [&](auto then) {
                socket.async_write_some(net::buffer(rest.data(), rest.size()), std::move(then));
            });
        }
        case proxy_action::read: {
            written_ = 0;
            const std::size_t limit = (std::min)(conversation_->read_limit(), bytes_.size());
            return transfer(operation, [&](auto then) {
                socket.async_read_some(net::buffer(bytes_.data(), limit), std::move(then));
            });
        }
        case proxy_action::done: return {};
        case proxy_action::fail: break;
        }
        return conversation_->error();
    }

    /// The conversation has ended, or is given up with `ec`. Writes into the report. Returns true if the
    /// proxy is asked for another server, over another connection.
    [[gnu::cold]] bool ended(Operation& operation, const error_code& ec) noexcept {
        auto& report = operation.core->record().report();
        report.proxy += operation.elapsed() - began_;
        proxy_failure failure{{ec, {}}, conversation_ ? conversation_->status() : 0};
        report.proxy_status = failure.status;
        operation.events().proxy_ended(ec, failure.status);
        stands_ = !ec;
        if (stands_) return false;
        if (broken_ == ec) failure.why.reason = "the connection to the proxy failed while it was asked";
        else if (conversation_ && conversation_->error() == ec) failure.why.reason = conversation_->reason();
        const bool goes_on = route_.refused(failure);
        report.proxy_status = route_.failure().status;
        return goes_on;
    }

    /// Gives a connect that has failed at the proxy its reason in words, unless an attempt has given it one.
    template <class Record> [[gnu::cold]] void explain(Record& record) const noexcept {
        const auto& report = record.report();
        if (!report.reason.empty() || stands_) return;
        if (route_.failure().why.error == report.error) record.explain(route_.failure().why.reason);
        else if (route_.looks_server_up() || report.error == net::error::operation_aborted) return;
        else if (report.attempts.empty() || report.error == report.lookup_error)
            record.explain("proxy.host was looked up");  // maybe again, for the next server
        else record.explain("the proxy was not reached");
    }

private:
    /// The proxy is connected to, so it needs a local address of its family if there are local addresses.
    [[gnu::cold]] refusal checked(const refusal& why) const noexcept {
        const std::optional<net::ip::address>& literal = route_.proxy_place().literal;
        return why || !literal ? why : check_local_address(options_, *literal);
    }

    class handler {
    public:
        using executor_type = typename Core::executor_type;

        handler(Operation& operation, std::shared_ptr<proxy_negotiation> self)
            : call_(operation, {}), self_(std::move(self)) {}
        executor_type get_executor() const noexcept { return call_.get_executor(); }
        void operator()(const error_code& ec, std::size_t bytes) {
            self_->moved_ = bytes;
            call_(ec);
        }

    private:
        attempt_handler<Core, Operation, proxy_transferred> call_;
        std::shared_ptr<proxy_negotiation> self_;
    };

    template <class Start> [[gnu::cold]] error_code transfer(Operation& operation, Start start) {
        try {
            start(handler(operation, this->shared_from_this()));
        } catch (...) {
            return broken_ = net::error::no_memory;
        }
        is_pending_ = true;
        return net::error::in_progress;
    }

    const proxy_options& proxy_;
    const connect_options& options_;
    proxy_route route_;
    std::optional<any_proxy_handshake> conversation_{};
    std::array<char, 64> bytes_{};  ///< read; a longer reply takes several reads
    std::size_t moved_ = 0;         ///< by the read or write that has completed
    std::size_t written_ = 0;       ///< of the conversation's output
    nanoseconds began_{};
    error_code broken_{};  ///< of the transport, or for want of memory
    bool is_pending_ = false;
    bool stands_ = false;  ///< the tunnel
};

}  // namespace uplink::detail
