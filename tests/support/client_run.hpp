// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client on a simulated network, its operations and what became of them. Every handler is tracked, and whatever
// the library must never do to one (tests/faults.md) becomes a line in failures(). Scenarios start
// operations by the short functions here; the driver disturbs them.
#pragma once

#include "support/completion.hpp"
#include "support/driven_client.hpp"
#include "support/observed_events.hpp"
#include "support/tracked_handler.hpp"

#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

using time_limit = client_type::time_limit;
using uplink::testing::clock;

enum class kind : unsigned char {
    connect,
    hand_over,  ///< a connect over the client's own socket, which it has released
    send,
    write_some,
    shutdown_send,
    drain,
    receive,
    receive_some,
    receive_until,
    receive_exactly,
    receive_message,
    read_some,
    exchange,
    half_close_exchange,
    close
};
const char* name_of(kind what) noexcept;
constexpr bool is_connect(kind what) noexcept { return what == kind::connect || what == kind::hand_over; }
constexpr bool is_receive(kind what) noexcept { return what >= kind::receive && what <= kind::read_some; }
constexpr bool is_exchange(kind what) noexcept {
    return what == kind::exchange || what == kind::half_close_exchange;
}
constexpr bool is_send(kind what) noexcept { return what == kind::send || what == kind::write_some; }

class client_run;

/// One operation and its handler's record.
struct operation : completion {
    operation(client_run& whole, std::size_t number, kind kind_of_it)
        : owner(whole), index(number), what(kind_of_it) {}

    client_run& owner;
    const std::size_t index;
    const kind what;
    std::size_t first = 0;        ///< the operation that this one repeats, or itself
    std::size_t link = 0;         ///< the connection, 1 for the first; 0: none yet
    std::string bytes{};          ///< sent
    std::vector<char> storage{};  ///< what the operation may touch while it is pending
    std::function<std::string(std::string_view)> wire{};  ///< the bytes that a delivered text stood for
    std::function<void(client_type&, operation&)> launch{};
    std::function<void(const operation&)> then{};

    bool started = false;  ///< the initiating function returned
    bool threw = false;
    bool alive = true;  ///< its handler
    clock::duration ended{};
    std::optional<clock::duration> stopped{};  ///< when it was cancelled
    bool may_not_stop = false;                 ///< it was cancelled with a type that it does not honour

    memory_pool::account account{};
    net::cancellation_signal signal{};

    bool is_pending() const noexcept { return started && calls == 0; }
    void called(const arguments& with);
    void destroyed() noexcept;
    std::string describe() const;
};

struct thrown_by_handler {};

/// How handlers are passed, and where they run.
enum class handlers : unsigned char {
    unbound,   ///< on the client's executor
    bound,     ///< on another executor of the client's context
    copied,    ///< passed as lvalues; on another executor of the client's context
    elsewhere  ///< passed as lvalues; on an executor of another context
};

class client_run {
public:
    using then = std::function<void(const operation&)>;

    explicit client_run(handlers how, uplink::client_options options = {});
    explicit client_run(bool handlers_are_bound, uplink::client_options options = {})
        : client_run(handlers_are_bound ? handlers::bound : handlers::unbound, std::move(options)) {}
    ~client_run();

    // --- operations; without a client they do nothing, and return one that never completes ---
    operation& connect(const std::string& endpoint, then next = {}, time_limit limit = {});
    operation& connect_by_name(const std::string& host, const std::string& service, then next = {});
    /// Without TLS. It is not_started if the client does not give its socket away.
    operation& hand_over(then next = {});
    operation& send(const std::string& bytes, then next = {}, time_limit limit = {});
    /// As that many buffers that are the caller's, one of them empty.
    operation& send_borrowed(const std::string& bytes, std::size_t buffers, then next = {});
    operation& write_some(const std::string& bytes, then next = {});
    operation& shutdown_send(then next = {}, time_limit limit = {});
    operation& drain(then next = {}, time_limit limit = {});
    operation& receive(then next = {}, time_limit limit = {});
    operation& receive_some(then next = {}, time_limit limit = {});
    operation& receive_until(const std::string& delimiter, then next = {}, time_limit limit = {});
    operation& receive_exactly(std::size_t n, then next = {}, time_limit limit = {});
    operation& receive_line(std::size_t max, then next = {});      ///< delimited{"\n", max}
    operation& receive_prefixed(std::size_t max, then next = {});  ///< length_prefixed<std::uint16_t>{max}
    operation& read_some(std::size_t n, then next = {});
    operation& exchange(const std::string& request, then next = {}, time_limit limit = {});
    /// The same with uplink::half_close.
    operation& exchange_to_end(const std::string& request, then next = {}, time_limit limit = {});
    operation& close_gracefully(then next = {}, time_limit limit = {});

    // --- disturbances ---
    void emit(std::size_t index, net::cancellation_type type);
    void cancel();
    void close();
    void destroy_client();
    void move_client();
    void consume_state(std::size_t n);

    /// Runs until nothing happens any more, or the context is stopped; handlers that throw are part of it.
    void run();
    /// Runs all that is due by then.
    void run_until(clock::time_point when);
    /// Lets one event happen.
    void step();
    /// The client goes with the handler of this operation: when that has been called, or destroyed uncalled.
    void give_client_to(operation& record) noexcept { owner_of_client_ = &record; }
    /// The context goes, and the client before it, after it, or by the hand of its pending handlers: the one with
    /// this index among those that are pending, or the last one. What waits for another context is called then, or
    /// goes uncalled with that.
    enum class owner { client_first, context_first, handler };
    static constexpr std::size_t last = static_cast<std::size_t>(-1);
    void destroy_context(owner of_client, std::size_t which = last);

    client_type* client() noexcept { return client_.get(); }
    uplink::testing::network& network() noexcept { return *network_; }
    std::deque<operation>& operations() noexcept { return operations_; }
    std::vector<std::size_t> pending() const;
    memory_pool& memory() noexcept { return pool_; }
    std::size_t handlers_alive() const noexcept { return handlers_alive_; }
    std::size_t handlers_called() const noexcept { return calls_; }
    void fail(const std::string& what);
    const std::vector<std::string>& failures() const noexcept { return failures_; }

    /// What each connection's peer sends; the last stands for all that follow. A peer that echoes sends what it got.
    std::vector<std::string> inbound{};
    bool peer_echoes = false;
    /// What each connection begins with: bytes for a proxy, which are none of the client's sends.
    std::size_t bytes_for_proxy = 0;
    /// Operations that failed without effect are started again.
    std::function<bool(const operation&)> wants_again{};
    /// Called in the handler, when all else is done, with the number of handlers called before.
    std::function<void(std::size_t)> in_handler{};
    /// Called when the initiating function has returned.
    std::function<void(operation&)> after_start{};
    /// An end of stream is made up by the driver: success tells nothing.
    bool ends_are_false = false;

    /// What was delivered on the present connection and what is held make a beginning of what the peer sent.
    void check_received();
    const std::string& delivered() const noexcept { return delivered_; }
    std::string sent_by_peer() const;
    std::size_t link() const noexcept { return link_; }
    const observed_events& events() const noexcept { return *events_; }
    /// The number of this link's connection among those that the observer knows; a connect whose handler gets no
    /// success has made one too, if it was closed meanwhile.
    std::size_t connection_of(std::size_t link) const { return connections_.at(link - 1); }

private:
    friend struct operation;
    struct inside;

    operation& start(kind what, std::string bytes, then next,
                     std::function<void(client_type&, operation&)> launch,
                     std::function<std::string(std::string_view)> wire = {});
    void start(operation& record);
    void start_again(const operation& record);
    void on_called(operation& record, const arguments& with);
    template <class Call> void with_handler(operation& record, Call call);

    template <class Run> void run_both(Run run);
    clock::duration elapsed() const noexcept;

    uplink::client_options observed(uplink::client_options options) const;
    void check_events(const operation& connect);

    const std::shared_ptr<observed_events> events_ = std::make_shared<observed_events>(false);
    std::unique_ptr<net::io_context> elsewhere_;  ///< where handlers run that are bound to another context
    std::unique_ptr<uplink::testing::network> network_;
    handlers how_;
    clock::duration elapsed_{};  ///< when the network was destroyed
    memory_pool pool_;
    std::deque<operation> operations_;
    std::unique_ptr<client_type> client_;
    std::vector<std::string> failures_;
    std::string delivered_;
    std::size_t link_ = 0;
    std::vector<std::size_t> connections_;  ///< of each link
    std::size_t attempt_ = 0;               ///< the one that made the present connection
    std::size_t inside_ = 0;                ///< functions of the client in progress
    std::size_t calls_ = 0;
    std::size_t handlers_alive_ = 0;
    operation* owner_of_client_ = nullptr;
    operation not_started_{*this, last, kind::connect};
};

}  // namespace uplink::tests
