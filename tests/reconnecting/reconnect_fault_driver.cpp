// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "reconnecting/reconnect_fault_driver.hpp"

#include "reconnecting/reconnect_checks.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

namespace {

class reconnect_fault_driver {
public:
    reconnect_fault_driver(const reconnect_scenario& what, const reconnect_variation& how,
                           reconnect_driver_counts& counts)
        : scenario_(what), variation_(how), counts_(counts) {}

    void drive() {
        run(
            "undisturbed", [](reconnect_run&) {}, ending::close,
            [this](reconnect_run& talk) {
                for (const auto& each : talk.network().faults().log()) kinds_.push_back(each.kind);
                handlers_ = talk.handlers_called();
                changes_ = talk.changes().size();
                for (const std::string& each : talk.network().failures()) talk.fail("script: " + each);
                for (const carried_record& each : talk.records())
                    if (each.ec && !each.is_expected_to_fail)
                        talk.fail(each.describe() + " in the undisturbed run");
            });
        counts_.steps += kinds_.size();
        for (std::size_t n = 0; n != kinds_.size(); ++n) at_operation(n);
        for (std::size_t n = 0; n != handlers_; ++n) in_handler(n);
        for (std::size_t n = 0; n != changes_; ++n) in_change(n);
    }

private:
    using moment = testing::moment;
    using kind = testing::operation_kind;
    using prepare_function = std::function<void(reconnect_run&)>;
    enum class ending { close, client_first, context_first };

    struct action {
        const char* name;
        void (*act)(reconnect_run&);
    };
    static const std::vector<action>& actions() {
        static const std::vector<action> all = {
            {"close()", [](reconnect_run& talk) { talk.close(); }},
            {"destroyed", [](reconnect_run& talk) { talk.destroy(); }},
            {"stop", [](reconnect_run& talk) { talk.stop(); }},
            {"stop, at once", [](reconnect_run& talk) { talk.stop(std::chrono::milliseconds(0)); }},
            {"cancel()", [](reconnect_run& talk) { talk.cancel(); }},
            {"moved", [](reconnect_run& talk) { talk.move_client(); }},
            {"reconnect_now()",
             [](reconnect_run& talk) {
                 talk.call([](simulated_reconnect& client) { client.reconnect_now(); });
             }},
            {"close() and start()", [](reconnect_run& talk) { talk.close(), talk.start_client(); }},
            {"stop and start()", [](reconnect_run& talk) { talk.stop(), talk.start_client(); }},
            {"a send and a receive", [](reconnect_run& talk) { talk.send(9, true), talk.receive_some(); }},
            {"all cancelled", [](reconnect_run& talk) { emit_all(talk, net::cancellation_type::terminal); }},
            {"all cancelled, total",
             [](reconnect_run& talk) { emit_all(talk, net::cancellation_type::total); }}};
        return all;
    }
    static void emit_all(reconnect_run& talk, net::cancellation_type type) {
        for (carried_record* each : talk.pending()) talk.emit(*each, type);
    }

    void at_operation(std::size_t n) {
        const std::string name = "operation " + std::to_string(n);
        const bool transfers = kinds_[n] == kind::read || kinds_[n] == kind::write;
        std::vector<error_code> errors{net::error::connection_reset, net::error::timed_out};
        if (transfers) errors.insert(errors.end(), {net::error::operation_aborted, net::error::would_block});
        if (kinds_[n] == kind::read) errors.emplace_back(net::error::eof);
        for (const error_code& ec : errors)
            run(name + ", " + ec.message(),
                [&](reconnect_run& talk) { talk.network().fail_operation(n, ec); });
        if (transfers)
            run(name + ", one byte", [&](reconnect_run& talk) { talk.network().shorten_operation(n, 1); });
        if (kinds_[n] != kind::shutdown)
            run(name + ", no memory",
                [&](reconnect_run& talk) { talk.network().faults().run_out_of_memory(n); });
        for (const auto& [when, when_name] :
             {std::pair{moment::started, " started, "}, std::pair{moment::completing, " completing, "},
              std::pair{moment::completed, " completed, "}}) {
            const auto then = [n, at = when](std::function<void(reconnect_run&)> act) {
                return [n, at, act = std::move(act)](reconnect_run& talk) {
                    talk.network().on_operation(n, at, [&talk, act] { act(talk); });
                };
            };
            for (const action& each : actions()) run(name + when_name + each.name, then(each.act));
            const auto stop = then([](reconnect_run& talk) { talk.network().context().stop(); });
            run(name + when_name + "client, then context destroyed", stop, ending::client_first);
            run(name + when_name + "context, then client destroyed", stop, ending::context_first);
        }
    }
    void in_handler(std::size_t n) {
        for (const action& each : actions()) {
            run("handler " + std::to_string(n) + ", " + each.name, [&](reconnect_run& talk) {
                talk.in_handler = [&talk, n, act = each.act](std::size_t number) {
                    if (number == n) act(talk);
                };
            });
        }
    }
    void in_change(std::size_t n) {
        for (const action& each : actions()) {
            run("change " + std::to_string(n) + ", " + each.name, [&](reconnect_run& talk) {
                talk.in_change = [&talk, n, act = each.act](std::size_t number) {
                    if (number == n) act(talk);
                };
            });
        }
    }

    void run(
        const std::string& name, const prepare_function& prepare, ending how = ending::close,
        const std::function<void(reconnect_run&)>& look = [](reconnect_run&) {}) {
        ++counts_.runs;
        reconnect_run talk(1);
        if (variation_.set) variation_.set(talk.network());
        scenario_.prepare(talk, variation_.policy);
        prepare(talk);
        for (const auto& step : scenario_.steps) {
            if (talk.network().context().stopped()) break;
            step(talk);
            talk.network().run_for(std::chrono::milliseconds(20));
        }
        if (how != ending::close) {
            if (how == ending::client_first) talk.destroy();
            talk.destroy_context();
        } else {
            look(talk);
            talk.in_handler = talk.in_change = nullptr;
            talk.close();
            talk.network().run();
            talk.cancel();  // what waits for a change of a client that had stopped before
            talk.network().run();
        }
        check_whole(talk);
        for (const std::string& each : talk.failures())
            counts_.failures.push_back(scenario_.name + " (" + variation_.name + "), " + name + ": " + each);
    }

    const reconnect_scenario& scenario_;
    const reconnect_variation& variation_;
    reconnect_driver_counts& counts_;
    std::vector<testing::operation_kind> kinds_{};
    std::size_t handlers_ = 0;
    std::size_t changes_ = 0;
};

}  // namespace

void drive_faults(const reconnect_scenario& what, const reconnect_variation& how,
                  reconnect_driver_counts& counts) {
    reconnect_fault_driver(what, how, counts).drive();
}

}  // namespace uplink::tests
