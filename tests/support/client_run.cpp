// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The record of a conversation: how operations are started, and what is checked when a handler is called.

#include "support/client_run.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <sstream>
#include <utility>

namespace uplink::tests {

const char* name_of(kind what) noexcept {
    switch (what) {
    case kind::connect: return "connect";
    case kind::hand_over: return "hand over";
    case kind::send: return "send";
    case kind::write_some: return "write_some";
    case kind::shutdown_send: return "shutdown_send";
    case kind::drain: return "drain";
    case kind::receive: return "receive";
    case kind::receive_some: return "receive_some";
    case kind::receive_until: return "receive_until";
    case kind::receive_exactly: return "receive_exactly";
    case kind::receive_message: return "receive_message";
    case kind::read_some: return "read_some";
    case kind::exchange: return "exchange";
    case kind::half_close_exchange: return "exchange with a half-close";
    case kind::close: return "close";
    }
    return "?";
}

void operation::called(const arguments& with) { owner.on_called(*this, with); }

void operation::destroyed() noexcept {
    alive = false;
    --owner.handlers_alive_;
    if (owner.owner_of_client_ != this || !owner.client_) return;
    for (operation& each : owner.operations_) {
        if (each.is_pending() && !each.stopped) each.stopped = owner.elapsed();
    }
    owner.destroy_client();
}

std::string operation::describe() const {
    std::ostringstream out;
    out << '#' << index << ' ' << name_of(what);
    if (first != index) out << " (again #" << first << ')';
    if (calls != 0) {
        out << " -> " << ec.category().name() << ':' << ec.value() << " n=" << n << " \"" << text << '"';
    } else {
        out << (threw ? " threw" : alive ? " pending" : " destroyed");
    }
    return out.str();
}

/// A function of the client is running, and no handler may.
struct client_run::inside {
    explicit inside(client_run& owner) noexcept : owner_(owner) { ++owner_.inside_; }
    inside(const inside&) = delete;
    inside& operator=(const inside&) = delete;
    ~inside() { --owner_.inside_; }
    client_run& owner_;
};

client_run::client_run(handlers how, uplink::client_options options)
    : elsewhere_(std::make_unique<net::io_context>(1)),
      network_(std::make_unique<uplink::testing::network>()), how_(how),
      client_(make_driven_client(tracked_executor(network_->get_executor(), client_executor_id),
                                 observed(std::move(options)))) {
    prepare_driven_network(*network_);
}

client_run::~client_run() {
    client_.reset();
    network_.reset();
    elsewhere_.reset();
}

clock::duration client_run::elapsed() const noexcept { return network_ ? network_->elapsed() : elapsed_; }

uplink::client_options client_run::observed(uplink::client_options options) const {
    options.observer = events_;
    return options;
}

/// The handler of a connect is called: all its events have come, and they are those of the report.
void client_run::check_events(const operation& connect) {
    const std::size_t connection = events_->connect_called(connect.ec);
    if (!connect.ec) connections_.push_back(connection);
    // Another connect may be going on already.
    if (client_ && network_ && how_ != handlers::elsewhere && connection != 0 && events_->is_idle())
        events_->check(client_->last_connect());
}

void client_run::fail(const std::string& what) {
    if (failures_.size() < 20) failures_.push_back(what);
}

operation& client_run::start(kind what, std::string bytes, then next,
                             std::function<void(client_type&, operation&)> launch,
                             std::function<std::string(std::string_view)> wire) {
    if (!client_) return not_started_;
    operation& record = operations_.emplace_back(*this, operations_.size(), what);
    record.first = record.index;
    record.bytes = std::move(bytes);
    record.then = std::move(next);
    record.launch = std::move(launch);
    record.wire = std::move(wire);
    start(record);
    return record;
}

void client_run::start_again(const operation& record) {
    constexpr std::size_t most = 1000;
    if (operations_.size() == most) {
        wants_again = nullptr;
        return fail(record.describe() + ": is started again without end");
    }
    operation& again = operations_.emplace_back(*this, operations_.size(), record.what);
    again.first = record.first;
    again.bytes = record.bytes;
    again.then = record.then;
    again.launch = record.launch;
    again.wire = record.wire;
    start(again);
}

void client_run::start(operation& record) {
    record.account.pool = &pool_;
    record.link = link_;
    if (is_connect(record.what)) check_received();
    ++handlers_alive_;
    bool threw = false;
    try {
        inside guard(*this);
        record.launch(*client_, record);
        record.started = true;
    } catch (const std::bad_alloc&) {
        record.threw = threw = true;
    }
    if (record.calls != 0) fail(record.describe() + ": its handler was called by the initiating function");
    if (!threw) {
        if (after_start) after_start(record);
        return;
    }
    if (record.alive) fail(record.describe() + ": its handler is still there");
    if (record.account.live != 0) fail(record.describe() + ": its memory is still there");
    if (wants_again && wants_again(record)) start_again(record);
}

void client_run::on_called(operation& record, const arguments& with) {
    const std::size_t called_before = calls_++;
    const int executor = how_ == handlers::unbound ? client_executor_id : handler_executor_id;
    record.set(with.ec, with.view);
    record.n = with.n;
    if (record.calls != 1) fail(record.describe() + ": called again");
    record.ended = elapsed();
    if (inside_ != 0) fail(record.describe() + ": called inside a function of the client");
    if (!record.started)
        fail(record.describe() + ": called before its initiating function returned, or after it threw");
    if (running_executor != executor)
        fail(record.describe() + ": called on executor " + std::to_string(running_executor));
    if (record.account.live != 0) fail(record.describe() + ": called before its memory was freed");
    if (record.account.total == 0) fail(record.describe() + ": its memory was not its allocator's");
    if (with.ec && !with.view.empty()) fail(record.describe() + ": a view with an error");
    if (record.what == kind::read_some && !with.ec) record.text.assign(record.storage.data(), with.n);
    if (record.stopped && record.ended != *record.stopped)
        fail(record.describe() + ": not stopped at once, but " +
             std::to_string((record.ended - *record.stopped).count()) + " ns later");
    if (record.may_not_stop && record.ec == net::error::operation_aborted)
        fail(record.describe() + ": stopped by total");
    std::vector<char>().swap(record.storage);  // nobody may touch the buffers any more
    if (is_connect(record.what)) check_events(record);
    if (!network_) return;  // it waited in another context until the client's was gone
    if (is_connect(record.what) && !with.ec) {
        ++link_;
        delivered_.clear();
        attempt_ = network_->attempts().size();
        while (!network_->attempts()[--attempt_].connected) continue;
    }
    if (record.wire && !with.ec) delivered_ += record.wire(record.text);
    if (is_receive(record.what) || is_exchange(record.what)) check_received();
    const bool whole = record.what == kind::receive || is_exchange(record.what);
    if (whole && !with.ec && client_ && !ends_are_false &&
        delivered_ + std::string(client_->state().view()) != sent_by_peer()) {
        fail(record.describe() + ": success without the whole of \"" + sent_by_peer() + '"');
    }
    if (client_ && wants_again && wants_again(record)) {
        start_again(record);
    } else if (record.then && client_) {
        record.then(record);
    }
    if (in_handler) in_handler(called_before);
}

std::vector<std::size_t> client_run::pending() const {
    std::vector<std::size_t> result;
    for (const operation& each : operations_) {
        if (each.is_pending()) result.push_back(each.index);
    }
    return result;
}

void client_run::emit(std::size_t index, net::cancellation_type type) {
    operation& record = operations_.at(index);
    inside guard(*this);
    record.signal.emit(type);
}
void client_run::cancel() {
    if (!client_) return;
    inside guard(*this);
    client_->cancel();
}
void client_run::close() {
    if (!client_) return;
    inside guard(*this);
    client_->close();
    if (network_->open_sockets() != 0) fail("a socket is open after close()");
    if (client_->is_open()) fail("is_open() after close()");
}
void client_run::destroy_client() {
    if (!client_) return;
    inside guard(*this);
    client_.reset();
    if (network_ && network_->open_sockets() != 0) fail("a socket is open after the client's destruction");
}
void client_run::move_client() {
    if (!client_) return;
    inside guard(*this);
    auto moved = std::make_unique<client_type>(std::move(*client_));
    client_ = std::move(moved);
}
void client_run::consume_state(std::size_t n) {
    if (!client_) return;
    n = std::min(n, client_->state().size());
    delivered_ += client_->state().view().substr(0, n);
    client_->state().consume(n);
}

/// `run` runs the network, and asks this after each handler and event: what runs elsewhere has run then.
template <class Run> void client_run::run_both(Run run) {
    constexpr std::size_t many = 200'000;
    std::size_t steps = 0;
    const auto is_enough = [this, &steps] {
        if (how_ == handlers::elsewhere) {
            elsewhere_->restart();
            elsewhere_->poll();
        }
        return ++steps > many;
    };
    for (;;) {
        try {
            if (!run(is_enough)) return;
            return fail("it does not end");
        } catch (const thrown_by_handler&) {
        }
    }
}

void client_run::run() {
    run_both([this](auto is_enough) { return network_->run_until(is_enough); });
}

void client_run::run_until(clock::time_point when) {
    if (how_ == handlers::elsewhere) {
        // An end that can be seen after each handler.
        const auto over = std::make_shared<bool>(false);
        uplink::testing::timer end(network_->get_executor());
        end.expires_at(when);
        end.async_wait([over](const error_code&) { *over = true; });
        run_both([&](auto is_enough) {
            bool too_many = false;
            network_->run_until([&] { return (too_many = is_enough()) || *over; });
            return too_many;
        });
    }
    run_both([&](auto is_enough) {
        // What runs elsewhere may give the network more to do at once.
        for (bool goes_on = true; goes_on;) {
            const bool had_work = network_->run_until(when) != 0;
            goes_on = !is_enough() && had_work;
        }
        return false;
    });
}

void client_run::step() {
    if (how_ != handlers::elsewhere) {
        run_both([this](auto is_enough) { return network_->step(), is_enough() && false; });
        return;
    }
    // One event, before which all has run in both contexts.
    const std::size_t events = network_->events();
    run_both([&](auto is_enough) {
        bool too_many = false;
        network_->run_until([&] { return (too_many = is_enough()) || network_->events() != events; });
        return too_many;
    });
}

void client_run::destroy_context(owner of_client, std::size_t which) {
    const bool calls_the_rest = operations_.size() % 2 == 0;
    if (of_client == owner::handler) {
        const std::vector<std::size_t> all = pending();
        if (!all.empty()) owner_of_client_ = &operations_[all[std::min(which, all.size() - 1)]];
    }
    {
        inside guard(*this);
        if (of_client == owner::client_first) client_.reset();
        elapsed_ = network_->elapsed();
        network_.reset();
        if (how_ != handlers::elsewhere) {
            if (owner_of_client_ != nullptr && client_)
                fail("the handler that owns the client is still there");
            client_.reset();
        } else if (owner_of_client_ == nullptr) {
            client_.reset();
        }
    }
    // What waits here may own the client still.
    elsewhere_->restart();
    if (calls_the_rest) elsewhere_->poll();
    elsewhere_.reset();
    client_.reset();
    if (handlers_alive_ != 0) fail("handlers outlived the context");
    for (const operation& each : operations_) {
        if (each.account.live != 0) fail(each.describe() + ": its memory outlived the context");
        if (each.calls > 1) fail(each.describe() + ": called more than once");
    }
    if (!pool_.is_untouched()) fail("memory was written to after it was freed");
    events_->check_over();
    if (!events_->failures.empty()) fail(events_->failures.front());
}

std::string client_run::sent_by_peer() const {
    if (link_ == 0) return {};
    if (peer_echoes) return network_->attempts()[attempt_].received.substr(bytes_for_proxy);
    return inbound.empty() ? std::string() : inbound[std::min(link_, inbound.size()) - 1];
}

void client_run::check_received() {
    if (!client_) return;
    // What a receive delivers has left the state before its handler is called.
    for (const operation& each : operations_) {
        if (each.is_pending() && is_receive(each.what)) return;
    }
    const std::string all = delivered_ + std::string(client_->state().view());
    if (sent_by_peer().substr(0, all.size()) != all) {
        fail("received \"" + all + "\" on connection " + std::to_string(link_) +
             ", which is no beginning of \"" + sent_by_peer() + '"');
    }
}

}  // namespace uplink::tests
