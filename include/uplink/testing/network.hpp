// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A simulated network for tests: the real client, without sockets, threads and waiting. It runs on virtual
// time, so 30 s of back-off take no real time, and one seed always gives the same sequence of events. Use
// testing::socket as the client's stream, describe names and addresses, and run:
//
//     uplink::testing::network net;
//     net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"});
//     net.endpoint("[2001:db8::1]:80").black_hole();
//     net.endpoint("192.0.2.1:80").accept(20ms).expect("PING\r\n").reply("PONG\r\n").expect_eof().close();
//
//     uplink::async_client<uplink::testing::socket> client(net.get_executor());
//     client.async_connect("server.test", "80", [](auto ec, auto endpoint) { ... });
//     net.run();
//     assert(net.elapsed() == 270ms && net.attempts().size() == 2 && net.failures().empty());
//
// **Time** advances only when no handler is ready: then the next event happens. Events at one instant happen
// in this order: I/O and answers to lookups before timers; within a class in the order in which they were
// caused. Between two events all ready handlers run. Every operation completes by an event.
//
// **Faults** come from two sources. An endpoint has a behaviour (see endpoint.hpp): refuse, black-hole,
// reset, split, delay, limit, echo, follow a script. And the network has a fault plan (see fault_plan.hpp):
// it makes the n-th operation fail, shortens it, or runs an action at that operation. So testing::socket is
// also the stream that fails at the n-th operation; faulty_stream.hpp does the same to any other stream.
//
// **Afterwards** attempts(), lookups(), failures(), open_sockets() and the log of the plan show what
// happened. Destroying the network destroys the handlers of pending operations uncalled.
//
// **Nothing real**: code that has timers of its own takes them from timer_for<Stream>. If a real timer,
// socket or resolver of Asio was made on the network's context, every function that runs the network throws
// std::logic_error when nothing else is left to happen, since the network never waits for such an object.
//
// **Many test files**: <uplink/testing/src.hpp> says how the inside of the network is compiled once for all
// of them.
//
// Single-threaded: a network, its sockets and its handlers belong to one thread. It owns an io_context, in
// which only handlers run, so the backend that Asio was built for makes no difference. It shares the
// simulation with that context and with the sockets.
#pragma once

#include <uplink/net.hpp>
#include <uplink/testing/clock.hpp>
#include <uplink/testing/detail/real_io.hpp>
#include <uplink/testing/detail/simulation.hpp>
#include <uplink/testing/endpoint.hpp>
#include <uplink/testing/fault_plan.hpp>
#include <uplink/testing/host.hpp>
#include <uplink/testing/peer_layer.hpp>
#include <uplink/testing/records.hpp>
#include <uplink/testing/socket.hpp>
#include <uplink/testing/timer.hpp>
#include <uplink/testing/timer_for.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// @namespace uplink::testing
/// A simulated network on virtual time, for tests.
namespace uplink::inline UPLINK_NAMESPACE::testing {

/// A simulated network on virtual time, for tests. See network.hpp for an example and for the rules.
class network {
public:
    /// What clients on this network run on.
    using executor_type = net::io_context::executor_type;

    /// The same seed always gives the same sequence of events.
    explicit network(std::uint64_t seed = 1);
    network(const network&) = delete;
    network& operator=(const network&) = delete;

    /// @name Time
    /// @{

    /// What a client, a socket or a timer of this network is made with.
    executor_type get_executor() noexcept { return context_.get_executor(); }
    /// The context in which the handlers run.
    net::io_context& context() noexcept { return context_; }
    /// The time of the network, which goes on only while it runs.
    clock::time_point now() const noexcept { return simulation_->now(); }
    /// The time since the network was made.
    clock::duration elapsed() const noexcept { return simulation_->elapsed(); }

    /// Runs handlers and events until there are none, or the context is stopped. Returns the number of
    /// handlers that have run, as all these functions do except the last. Operations may still be pending
    /// then: see pending_operations().
    std::size_t run();
    /// Runs everything that is due until `when`; then the time is `when`, also if nothing happened.
    std::size_t run_until(clock::time_point when);
    /// As above, but for a length of time.
    std::size_t run_for(clock::duration length);
    /// Runs everything that can run without time passing.
    std::size_t poll();
    /// Performs one event, and runs the handlers that are ready before and after it.
    std::size_t step();
    /// Runs until the predicate is true; it is called after each handler and each event. False if it never
    /// is.
    template <std::predicate Predicate> bool run_until(Predicate predicate) {
        for (std::size_t handlers = 0; !context_.stopped();) {
            if (predicate()) return true;
            if (!advance((clock::time_point::max)(), handlers)) return false;
        }
        return false;
    }
    /// @}

    /// @name Places
    /// @{

    /// The addresses of a name, which can then be described; a name that is not described is host_not_found.
    testing::host& host(const std::string& name);
    /// `where` is "192.0.2.1:80", "[2001:db8::1]:80", or an address alone, for all its ports.
    testing::endpoint& endpoint(const std::string& where) { return endpoint(detail::parse_endpoint(where)); }
    /// As above, but by an endpoint of Asio.
    testing::endpoint& endpoint(const net::ip::tcp::endpoint& where);
    /// All endpoints that are not described; they refuse unless changed here.
    testing::endpoint& elsewhere() { return simulation_->places.elsewhere; }
    /// All endpoints without a layer of their own speak over this one, whose bytes may be more than those of
    /// the scripts: the windows of all endpoints are multiplied.
    void over(peer_layer_maker make, std::size_t window_factor = 1);
    /// Gives a port a name. "http" and "https" are known.
    void service(const std::string& name, std::uint16_t port);
    /// The family that the client's system prefers: v6 unless set here.
    void prefer(address_family family) { simulation_->places.preferred = family; }
    /// @}

    /// @name What happened
    /// @{

    /// Each socket that was opened, in order.
    const std::vector<attempt>& attempts() const noexcept { return simulation_->places.attempts; }
    /// Each question to the resolver, in order.
    const std::vector<lookup>& lookups() const noexcept { return simulation_->places.lookups; }
    /// Departures from the scripts of endpoints, as sentences.
    const std::vector<std::string>& failures() const noexcept { return simulation_->places.failures; }
    /// How many sockets are open now.
    std::size_t open_sockets() const noexcept { return simulation_->places.open; }
    /// The most that were open at once.
    std::size_t peak_sockets() const noexcept { return simulation_->places.peak; }
    /// Operations and waits whose handlers have not been called and are not ready.
    std::size_t pending_operations() const noexcept { return simulation_->pending_count(); }
    /// Events that have happened.
    std::size_t events() const noexcept { return simulation_->fired; }
    /// @}

    /// @name Faults, by the number of the operation
    /// @{

    /// The plan itself.
    fault_plan& faults() noexcept { return simulation_->faults; }
    /// How many operations have started.
    std::size_t operations() const noexcept { return simulation_->faults.count(); }
    /// Operation n fails.
    void fail_operation(std::size_t n, error_code ec) { faults().fail(n, ec); }
    /// Operation n, a read or a write, transfers at most so many bytes.
    void shorten_operation(std::size_t n, std::size_t bytes) { faults().shorten(n, bytes); }
    /// Calls `action` at a moment of operation n.
    void on_operation(std::size_t n, moment when, std::function<void()> action);
    /// Every read and write transfers at most so many bytes.
    void piece_size(std::size_t bytes) noexcept { faults().piece_size(bytes); }
    /// @}

    /// @name Chance, from the seed, and order
    /// @{

    /// A number from 0 to bound - 1.
    std::uint64_t random(std::uint64_t bound) noexcept { return simulation_->random(bound); }
    /// Each read and write transfers a random number of bytes, at most `most`.
    void random_pieces(std::size_t most) noexcept { simulation_->how.random_pieces = most; }
    /// Bytes on the way are delayed by a random time, at most `most`; their order within a connection stays.
    void jitter(clock::duration most) noexcept { simulation_->how.jitter = most; }
    /// Events of one instant and one class happen in random order.
    void shuffle_ties(bool on = true) noexcept { simulation_->how.shuffle_ties = on; }
    /// All events of an instant happen before the first handler runs, as if found in one poll.
    void together(bool on = true) noexcept { simulation_->how.together = on; }
    /// If both are ready, reads are served before writes, so that the read gets a reset.
    void reads_first(bool on = true) noexcept { simulation_->how.reads_first = on; }
    /// Writes that do not wait succeed while there is room, as in a real system; that is the default.
    /// Switched off, they always give would_block, and each write needs an event of its own: for tests that
    /// need a pending write.
    void writes_at_once(bool on = true) noexcept { simulation_->how.writes_at_once = on; }
    /// @}

private:
    std::size_t drain();

    /// Runs one ready handler, or if none is ready performs one event; false if there is neither until
    /// `when`.
    bool advance(clock::time_point when, std::size_t& handlers);

    net::io_context context_{1};
    std::shared_ptr<detail::simulation> simulation_;
    net::any_io_executor work_;  // so that the context stops only by stop()
};

}  // namespace uplink::testing

#if !defined(UPLINK_TESTING_SEPARATE_COMPILATION)
#include <uplink/testing/impl/network.ipp>
#endif
