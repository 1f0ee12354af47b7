// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of socket_state.hpp.
#pragma once

#include <uplink/detail/machine/local_binding.hpp>
#include <uplink/testing/detail/separate_compilation.hpp>
#include <uplink/testing/detail/socket_state.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::testing::detail {

UPLINK_TESTING_DECL socket_state::socket_state(std::shared_ptr<simulation> network)
    : network_(std::move(network)) {}

UPLINK_TESTING_DECL socket_state::~socket_state() = default;

UPLINK_TESTING_DECL std::shared_ptr<socket_state> make_socket_state(std::shared_ptr<simulation> network) {
    return std::make_shared<socket_state>(std::move(network));
}

UPLINK_TESTING_DECL bool socket_state::is_connected() const noexcept {
    return is_open() && connection_->is_established() && !connection_->is_gone();
}

UPLINK_TESTING_DECL error_code socket_state::open(const endpoint_type& remote, const connect_options& connect,
                                                  const socket_options& options) {
    if (is_open()) return net::error::already_open;
    const std::size_t number = network().begin(operation_kind::open, true);
    behaviour_ = network().places.find(remote).next();
    attempt_ = network().places.attempts.size();
    // The attempt is recorded as given up until it is known that the socket is open.
    network().places.attempts.push_back({.remote = remote,
                                         .local = {},
                                         .start = network().elapsed(),
                                         .end = network().elapsed(),
                                         .error = net::error::operation_aborted,
                                         .options = options});
    record().options.before_connect = nullptr;  // the hook may own the owner of the network
    error_code ec = create(number, remote, connect);
    if (!ec) ec = uplink::detail::call_before_connect(-1, remote, options);
    network().faults.end(number, ec, 0, network().elapsed());
    record().error = ec;
    if (ec) return ec;
    auto made = connection::make(network(), behaviour_, attempt_, [self = weak_from_this()] {
        if (const auto alive = self.lock()) alive->wake();
    });
    binds_ = connect.local_port != 0;
    if (binds_) network().places.bound.insert(bound_ = local());
    record().end.reset();
    connection_ = std::move(made);
    connecting_ = 0;
    ++network().places.open;
    network().places.peak = (std::max)(network().places.peak, network().places.open);
    return {};
}

UPLINK_TESTING_DECL void socket_state::start_connect(std::uint64_t id, std::size_t number,
                                                     const endpoint_type& remote) {
    others_.push_back(id);
    if (!is_open()) {
        if (const error_code ec = open(remote, {}, {})) return network().finish_soon(id, ec);
    }
    if (connection_->is_established()) return network().finish_soon(id, net::error::already_connected);
    if (connecting_ != 0 && network().is_pending(connecting_)) {
        return network().finish_soon(id, net::error::already_started);
    }
    connecting_ = id;
    record().remote = remote;
    record().end.reset();
    record().error = {};
    if (const auto failure = network().faults.failure(number)) return finish_connect({}, id, *failure);
    switch (behaviour_->result) {
    case behaviour::connect_result::accept:
    case behaviour::connect_result::self_connect: return finish_connect(behaviour_->when, id, {});
    case behaviour::connect_result::fail:
    case behaviour::connect_result::cannot_open:
        return finish_connect(behaviour_->when, id, behaviour_->error);
    case behaviour::connect_result::black_hole: return;
    }
}

UPLINK_TESTING_DECL void socket_state::start_transfer(std::uint64_t id, operation_kind kind,
                                                      std::size_t number) {
    const auto failure = network().faults.failure(number);
    if (failure || !is_open() || network().pending(id).size() == 0) {
        others_.push_back(id);
        const bool usable = is_open() || network().pending(id).size() == 0;
        return network().finish_soon(id, failure  ? *failure
                                         : usable ? error_code()
                                                  : net::error::bad_descriptor);
    }
    (kind == operation_kind::read ? reads_ : writes_).push_back(id);
    wake();
}

UPLINK_TESTING_DECL error_code socket_state::shut_down(net::socket_base::shutdown_type what) {
    const std::size_t number = network().begin(operation_kind::shutdown, true);
    error_code ec = network().faults.failure(number).value_or(error_code());
    if (!ec) ec = is_open() ? connection_->shut_down(what) : error_code(net::error::bad_descriptor);
    network().faults.end(number, ec, 0, network().elapsed());
    return ec;
}

UPLINK_TESTING_DECL void socket_state::handed_over(const socket_options& options) {
    cancel();
    (record().options = options).before_connect = nullptr;
}

UPLINK_TESTING_DECL void socket_state::cancel() {
    for (auto* ids : {&others_, &writes_, &reads_}) {
        for (const std::uint64_t id : std::exchange(*ids, {})) abort(id);
    }
}

UPLINK_TESTING_DECL void socket_state::abort(std::uint64_t id) {
    if (!network().is_pending(id)) return;
    if (id == connecting_ && is_open()) give_up();
    network().complete(id, net::error::operation_aborted);
}

UPLINK_TESTING_DECL void socket_state::close() {
    if (is_open()) {
        if (!record().end) give_up();
        record().closed = network().elapsed();
        if (binds_) network().places.bound.erase(bound_);
        --network().places.open;
        const auto closing = std::exchange(connection_, nullptr);
        try {
            closing->close(record().options.reset_on_close);
        } catch (const std::bad_alloc&) {  // then the peer is not notified
        }
    }
    cancel();
}

UPLINK_TESTING_DECL void socket_state::give_up() {
    record().end = network().elapsed();
    record().error = net::error::operation_aborted;
}

UPLINK_TESTING_DECL error_code socket_state::create(std::size_t number, const endpoint_type& remote,
                                                    const connect_options& options) {
    if (const auto failure = network().faults.failure(number)) return *failure;
    if (behaviour_->result == behaviour::connect_result::cannot_open) return behaviour_->error;
    error_code ec;
    auto address = net::ip::make_address(remote.address().is_v6() ? "fd00::1" : "10.0.0.1");
    if (!options.local_addresses.empty()) {
        const std::string* const local =
            uplink::detail::local_address_of(options, uplink::detail::family_of(remote.address()));
        if (local == nullptr) return net::error::address_family_not_supported;
        address = net::ip::make_address(*local, ec);
        if (ec || address.is_v6() != remote.address().is_v6()) return net::error::invalid_argument;
    }
    record().local = {address, options.local_port};
    if (options.local_port == 0) record().local.port(network().places.new_port());
    if (network().places.bound.contains(local())) return net::error::address_in_use;
    if (behaviour_->result == behaviour::connect_result::self_connect) record().local = remote;
    return {};
}

UPLINK_TESTING_DECL void socket_state::finish_connect(clock::duration delay, std::uint64_t id,
                                                      error_code ec) {
    network().schedule(delay, [weak = weak_from_this(), id, ec] {
        const auto self = weak.lock();
        if (!self || !self->network().about_to_complete(id)) return;
        self->record().end = self->network().elapsed();
        self->record().error = ec;
        self->record().connected = !ec;
        if (!ec) self->connection_->establish();
        self->network().finish(id, ec);
    });
}

UPLINK_TESTING_DECL void socket_state::wake() {
    if (awake_) return;
    network().schedule({}, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->pump();
    });
    awake_ = true;
}

UPLINK_TESTING_DECL void socket_state::pump() {
    awake_ = false;
    std::erase_if(others_, [this](std::uint64_t id) { return !network().is_pending(id); });
    if (network().how.reads_first) serve_reads();
    serve_writes();
    if (!network().how.reads_first) serve_reads();
}

UPLINK_TESTING_DECL void socket_state::serve_reads() {
    while (const std::uint64_t id = next_ready(reads_, &connection::can_read)) {
        operation& op = network().pending(id);
        std::size_t count = 0;
        const auto put = [&op](std::string_view bytes) { return op.put(bytes); };
        const error_code ec = connection_->read(put, network().transfer_limit(op.number), count);
        network().finish(id, ec, count);
    }
}

UPLINK_TESTING_DECL void socket_state::serve_writes() {
    while (const std::uint64_t id = next_ready(writes_, &connection::can_write)) {
        operation& op = network().pending(id);
        std::size_t count = 0;
        const auto take = [&op](std::size_t n) { return op.take(n); };
        const error_code ec =
            connection_->write((std::min)(op.size(), network().transfer_limit(op.number)), take, count);
        network().finish(id, ec, count);
    }
}

UPLINK_TESTING_DECL std::uint64_t socket_state::next_ready(id_list& ids,
                                                           bool (connection::*is_ready)() const noexcept) {
    const auto ready = [&] { return is_open() && (connection_.get()->*is_ready)(); };
    while (!ids.empty()) {
        const std::uint64_t id = ids.front();
        if (!network().is_pending(id)) {
            ids.erase(ids.begin());
            continue;
        }
        if (!ready()) return 0;
        // The plan's action may cancel the operation, or close the socket, which ends the operation too.
        if (!network().about_to_complete(id) || !ready()) continue;
        ids.erase(ids.begin());
        return id;
    }
    return 0;
}

}  // namespace uplink::testing::detail
