// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The fault driver: runs a scenario undisturbed, to learn how many operations of the transport, handlers and
// allocations it takes, then once for each of them, each moment and each disturbance (faults 18, 27, 38, 63, 67 to 70,
// 72 to 75, 77, 78, 84, 85), and checks after each run what tests/faults.md demands of every test. Disturbances that
// lose nothing (a byte at a time, a cancelled receive that is started again, a throwing handler, a moved client) must
// end as the undisturbed run does.
#pragma once

#include "support/client_run.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

struct scenario {
    std::string name;
    std::function<void(uplink::testing::network&)> describe;
    std::function<void(client_run&)> start;
    /// What the peers of the first, the second, ... connection send. None: they echo.
    std::vector<std::string> inbound;
    /// How an operation fails in the undisturbed run; without this all succeed.
    std::function<error_code(const operation&)> errors{};
    /// They come of windows that its sends fill; over TLS the windows are wider.
    bool errors_come_of_full_windows = false;
    uplink::client_options options{};
    /// A disturbance that loses nothing changes nothing; not so where times or sizes of pieces matter.
    bool repeats = true;
    std::size_t bytes_for_proxy = 0;  ///< that a connection begins with
};

/// The scenarios that come with the driver.
std::vector<scenario> all_scenarios();

/// How the network behaves, how handlers are passed, and where they run.
struct variation {
    std::string name;
    handlers how;
    std::function<void(uplink::testing::network&)> set;
    std::chrono::nanoseconds receive_spin{};  ///< of every client
};
std::vector<variation> all_variations();

struct driver_counts {
    std::size_t scenarios = 0;
    std::size_t steps = 0;  ///< operations of the transport, over all scenarios and variations
    std::size_t handlers = 0;
    std::size_t actions = 0;  ///< disturbed runs
    std::size_t same = 0;     ///< of those, the ones that had to end as the undisturbed one
    std::vector<std::string> failures{};
};

class fault_driver {
public:
    fault_driver(const scenario& what, const variation& how, driver_counts& counts)
        : scenario_(what), variation_(how), counts_(counts) {}

    void drive();

    struct disturbance {
        std::string name;
        std::function<void(client_run&)> prepare{};
        bool same = false;  ///< if it loses nothing
        bool context_goes = false;
        client_run::owner of_client = client_run::owner::client_first;
        std::size_t which = client_run::last;  ///< of the pending handlers owns the client
        bool ends_are_false = false;
    };

private:
    using step = std::pair<std::size_t, uplink::testing::moment>;

    void run_undisturbed();
    void at_each_step(step where);
    void at_each_operation(std::size_t number);
    void in_each_handler(std::size_t number);
    void after_each_start(std::size_t number);
    /// The context is destroyed where `prepare` stops it, in each order; and the client by each pending handler.
    void destroy_context(const std::string& name, const std::function<void(client_run&)>& prepare);
    void cancel_one(const std::string& where, std::size_t index, net::cancellation_type type,
                    const std::function<void(client_run&, std::function<void()>)>& plan);

    void run(const disturbance& what);
    uplink::client_options options() const;
    void prepare(client_run& talk);
    void settle(client_run& talk, const disturbance& what);
    std::string ending_of(client_run& talk) const;

    const scenario& scenario_;
    const variation& variation_;
    driver_counts& counts_;
    std::string undisturbed_{};
    std::vector<uplink::testing::operation_kind> kinds_{};  ///< of the transport's operations
    std::vector<kind> operations_{};                        ///< of the client's
    std::vector<std::vector<std::size_t>> pending_{};       ///< at each step, three for each operation
    std::size_t pending_at_end_ = 0;                        ///< when the context was destroyed last
    std::size_t handlers_ = 0;
    std::size_t allocations_ = 0;
};

/// What must hold of a conversation at any end; each violation is a failure of the conversation.
void check_sends(client_run& talk);
void check_latched_error(client_run& talk);
/// Ends what is pending, in one way or another, then shows that the client can connect again, and takes it away.
void wind_up(client_run& talk, std::size_t way);
/// Adds the endpoint that wind_up connects to.
void add_echo(uplink::testing::network& network);

}  // namespace uplink::tests
