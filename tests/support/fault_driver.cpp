// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The loops of the fault driver: every step, every moment, every disturbance.

#include "support/fault_driver.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using uplink::testing::moment;
using uplink::testing::operation_kind;

namespace {

constexpr std::pair<moment, const char*> moments[] = {
    {moment::started, "started"}, {moment::completing, "completing"}, {moment::completed, "completed"}};
constexpr std::pair<net::cancellation_type, const char*> types[] = {
    {net::cancellation_type::terminal, "terminal"},
    {net::cancellation_type::partial, "partial"},
    {net::cancellation_type::total, "total"}};

/// Every type of cancellation stops an operation that has not gone half-way, except that total does not stop an
/// exchange or a close.
bool honours(kind what, net::cancellation_type type) {
    return type != net::cancellation_type::total || (!is_exchange(what) && what != kind::close);
}
/// Cancelling it leaves everything as it was.
bool leaves_no_trace(kind what) { return what == kind::connect || what == kind::drain || is_receive(what); }

/// The network goes no further; nor does what waits to be called.
void stop(client_run& talk) { talk.network().context().stop(); }

/// Operations whose number and sizes depend on how bytes come in pieces.
bool depends_on_pieces(const operation& each) {
    return !each.ec &&
           (each.what == kind::receive_some || each.what == kind::read_some || each.what == kind::write_some);
}

}  // namespace

uplink::client_options fault_driver::options() const {
    uplink::client_options result = scenario_.options;
    result.receive_spin = variation_.receive_spin;
    return result;
}

void fault_driver::prepare(client_run& talk) {
    add_echo(talk.network());
    scenario_.describe(talk.network());
    variation_.set(talk.network());
    talk.inbound = scenario_.inbound;
    talk.peer_echoes = scenario_.inbound.empty();
    talk.bytes_for_proxy = scenario_.bytes_for_proxy;
}

/// All that a disturbance must not change, as text.
std::string fault_driver::ending_of(client_run& talk) const {
    std::multiset<std::string> lines;
    bool all_sent = true;
    for (const operation& each : talk.operations()) {
        if (each.first != each.index) continue;
        const operation* last = &each;
        for (const operation& other : talk.operations()) {
            if (other.first == each.index) last = &other;
        }
        if (depends_on_pieces(*last)) continue;
        std::string line = name_of(last->what);
        line += last->calls == 0 ? " pending" : " " + last->ec.message();
        if (is_receive(last->what)) line += " \"" + last->text + '"';
        if (is_send(last->what)) line += " \"" + last->bytes + '"';
        all_sent = all_sent && (!is_send(last->what) || !last->ec);
        lines.insert(std::move(line));
    }
    std::string result;
    for (const std::string& line : lines) result += line + '\n';
    if (talk.client())
        result += "received " + talk.delivered() + std::string(talk.client()->state().view()) + '\n';
    if (all_sent && !talk.network().attempts().empty())
        result += "sent " + talk.network().attempts().back().received + '\n';
    return result;
}

void fault_driver::run(const disturbance& what) {
    ++counts_.actions;
    client_run talk(variation_.how, options());
    prepare(talk);
    talk.ends_are_false = what.ends_are_false;
    const bool same = what.same && scenario_.repeats;
    if (same) {
        talk.wants_again = [](const operation& ended) {
            if (ended.threw) return true;
            const bool stopped =
                ended.ec == net::error::operation_aborted || ended.ec == net::error::no_memory;
            return stopped && leaves_no_trace(ended.what);
        };
    }
    if (what.prepare) what.prepare(talk);
    scenario_.start(talk);
    talk.run();
    if (what.context_goes) {
        pending_at_end_ = talk.pending().size();
        talk.destroy_context(what.of_client, what.which);
    } else {
        settle(talk, what);
    }
    if (!talk.failures().empty()) {
        counts_.failures.push_back(scenario_.name + " (" + variation_.name + "), " + what.name + ": " +
                                   talk.failures().front());
    }
}

void fault_driver::settle(client_run& talk, const disturbance& what) {
    const auto& operations = talk.operations();
    const bool threw =
        std::any_of(operations.begin(), operations.end(), [](const operation& each) { return each.threw; });
    // An operation that has been initiated may still fail for want of memory, and then others take its place.
    if (what.same && scenario_.repeats && (threw || !talk.memory().fail_at)) {
        ++counts_.same;
        if (const std::string ending = ending_of(talk); ending != undisturbed_) {
            talk.fail("ended with\n" + ending + "instead of\n" + undisturbed_);
        }
    }
    wind_up(talk, counts_.actions);
}

void fault_driver::run_undisturbed() {
    client_run talk(variation_.how, options());
    prepare(talk);
    scenario_.start(talk);
    talk.run();
    undisturbed_ = ending_of(talk);
    for (const auto& each : talk.network().faults().log()) kinds_.push_back(each.kind);
    handlers_ = talk.handlers_called();
    allocations_ = talk.memory().count;
    for (const operation& each : talk.operations()) {
        operations_.push_back(each.what);
        const error_code expected = scenario_.errors ? scenario_.errors(each) : error_code();
        const bool may_differ = !the_transport_takes_plaintext && scenario_.errors_come_of_full_windows;
        if (each.calls != 1 || (each.ec != expected && !may_differ))
            talk.fail(each.describe() + ", not " + expected.message());
    }
    for (const std::string& each : talk.network().failures()) talk.fail("script: " + each);
    wind_up(talk, 0);
    for (const std::string& each : talk.failures()) {
        counts_.failures.push_back(scenario_.name + " (" + variation_.name + "), undisturbed: " + each);
    }

    client_run observed(variation_.how, options());
    prepare(observed);
    pending_.resize(kinds_.size() * std::size(moments));
    for (std::size_t number = 0; number != kinds_.size(); ++number) {
        for (std::size_t m = 0; m != std::size(moments); ++m) {
            observed.network().on_operation(number, moments[m].first,
                                            [this, &observed, at = number * std::size(moments) + m] {
                                                pending_[at] = observed.pending();
                                            });
        }
    }
    scenario_.start(observed);
    observed.run();
}

void fault_driver::cancel_one(const std::string& where, std::size_t index, net::cancellation_type type,
                              const std::function<void(client_run&, std::function<void()>)>& plan) {
    const kind what = operations_.at(index);
    disturbance cancelled{where + ", " + name_of(what) + " #" + std::to_string(index)};
    cancelled.same = leaves_no_trace(what);
    cancelled.prepare = [&plan, what, index, type](client_run& talk) {
        plan(talk, [&talk, what, index, type] {
            operation& record = talk.operations()[index];
            if (!record.is_pending()) return;
            talk.emit(index, type);
            talk.emit(index, type);  // twice is as once
            const bool part_may_be_gone = is_send(what) && type == net::cancellation_type::total;
            if (honours(what, type) && !part_may_be_gone) record.stopped = talk.network().elapsed();
            record.may_not_stop = !honours(what, type);
        });
    };
    run(cancelled);
}

void fault_driver::at_each_step(step where) {
    const auto [number, when] = where;
    const std::size_t m = static_cast<std::size_t>(when);
    const std::string name = "operation " + std::to_string(number) + ' ' + moments[m].second;
    const auto then = [number = number, when = when](std::function<void(client_run&)> action) {
        return [number, when, action = std::move(action)](client_run& talk) {
            talk.network().on_operation(number, when, [&talk, action] { action(talk); });
        };
    };
    for (const std::size_t index : pending_[number * std::size(moments) + m]) {
        for (const auto& [type, type_name] : types) {
            cancel_one(name + ", " + type_name, index, type,
                       [&](client_run& talk, std::function<void()> action) {
                           talk.network().on_operation(number, when, std::move(action));
                       });
        }
    }
    const auto promptly = [](client_run& talk) {
        for (const std::size_t index : talk.pending())
            talk.operations()[index].stopped = talk.network().elapsed();
    };
    run({name + ", cancel()", then([promptly](client_run& talk) {
             promptly(talk);
             talk.cancel();
         })});
    run({name + ", close()", then([promptly](client_run& talk) {
             promptly(talk);
             talk.close();
         })});
    run({name + ", client destroyed", then([promptly](client_run& talk) {
             promptly(talk);
             talk.destroy_client();
         })});
    run({name + ", client moved", then([](client_run& talk) { talk.move_client(); }), true});
    destroy_context(name, then(stop));
}

void fault_driver::destroy_context(const std::string& name, const std::function<void(client_run&)>& prepare) {
    using owner = client_run::owner;
    run({name + ", client, then context destroyed", prepare, false, true, owner::client_first});
    run({name + ", context, then client destroyed", prepare, false, true, owner::context_first});
    for (std::size_t which = 0; which < pending_at_end_; ++which) {
        run({name + ", context destroyed, and the client by handler " + std::to_string(which), prepare, false,
             true, owner::handler, which});
    }
}

void fault_driver::at_each_operation(std::size_t number) {
    const std::string name = "operation " + std::to_string(number);
    const operation_kind what = kinds_[number];
    const bool transfers = what == operation_kind::read || what == operation_kind::write;
    std::vector<error_code> errors{net::error::connection_reset, net::error::timed_out,
                                   net::error::no_buffer_space};
    if (transfers) errors.emplace_back(net::error::operation_aborted);
    if (what == operation_kind::write) errors.emplace_back(net::error::broken_pipe);
    for (const error_code& ec : errors) {
        run({name + ", " + ec.message(),
             [&](client_run& talk) { talk.network().fail_operation(number, ec); }});
    }
    if (what == operation_kind::read) {
        disturbance end{name + ", eof",
                        [&](client_run& talk) { talk.network().fail_operation(number, net::error::eof); }};
        end.ends_are_false = true;
        run(end);
    }
    if (transfers) {
        run({name + ", would_block",
             [&](client_run& talk) { talk.network().fail_operation(number, net::error::would_block); },
             true});
        run({name + ", one byte", [&](client_run& talk) { talk.network().shorten_operation(number, 1); },
             true});
    }
    const auto& pending = pending_[number * std::size(moments)];
    const bool only_receives_pending =
        std::none_of(pending.begin(), pending.end(), [this](std::size_t index) {
            return is_exchange(operations_[index]) || operations_[index] == kind::close;
        });
    if (what != operation_kind::shutdown) {  // which takes no memory
        run({name + ", out of memory",
             [&](client_run& talk) { talk.network().faults().run_out_of_memory(number); },
             what == operation_kind::read && only_receives_pending});
    }
}

void fault_driver::in_each_handler(std::size_t number) {
    const std::string name = "handler " + std::to_string(number);
    const auto then = [number](std::function<void(client_run&)> action) {
        return [number, action = std::move(action)](client_run& talk) {
            talk.in_handler = [&talk, number, action](std::size_t order) {
                if (order == number) action(talk);
            };
        };
    };
    run({name + ", throws", then([](client_run&) { throw thrown_by_handler(); }), true});
    run({name + ", moves the client", then([](client_run& talk) { talk.move_client(); }), true});
    run({name + ", destroys the client", then([](client_run& talk) { talk.destroy_client(); })});
    run({name + ", close()", then([](client_run& talk) { talk.close(); })});
    run({name + ", cancel()", then([](client_run& talk) { talk.cancel(); })});
    run({name + ", close() and throws", then([](client_run& talk) {
             talk.close();
             throw thrown_by_handler();
         })});
    destroy_context(name, then(stop));
    run({name + ", its own signal", then([](client_run& talk) {
             for (operation& each : talk.operations()) {
                 if (each.calls != 0) talk.emit(each.index, net::cancellation_type::terminal);
             }
         }),
         true});
}

void fault_driver::after_each_start(std::size_t number) {
    const std::string name = "start " + std::to_string(number);
    const auto then = [number](std::function<void(client_run&)> action) {
        return [number, action = std::move(action)](client_run& talk) {
            talk.after_start = [&talk, number, action](operation& started) {
                if (started.index == number) action(talk);
            };
        };
    };
    for (const auto& [type, type_name] : types) {
        cancel_one(name + ", " + type_name, number, type,
                   [&](client_run& talk, std::function<void()> action) {
                       then([action = std::move(action)](client_run&) { action(); })(talk);
                   });
    }
    run({name + ", cancel()", then([](client_run& talk) { talk.cancel(); })});
    run({name + ", close()", then([](client_run& talk) { talk.close(); })});
    run({name + ", client destroyed", then([](client_run& talk) { talk.destroy_client(); })});
    run({name + ", client moved", then([](client_run& talk) { talk.move_client(); }), true});
    run({name + ", its handler owns the client", [number](client_run& talk) {
             talk.after_start = [&talk, number](operation& started) {
                 if (started.index == number) talk.give_client_to(started);
             };
         }});
    destroy_context(name, then(stop));
}

void fault_driver::drive() {
    ++counts_.scenarios;
    run_undisturbed();
    counts_.steps += kinds_.size();
    counts_.handlers += handlers_;
    for (std::size_t number = 0; number != kinds_.size(); ++number) {
        at_each_operation(number);
        for (const auto& [when, name] : moments) at_each_step({number, when});
    }
    for (std::size_t number = 0; number != handlers_; ++number) in_each_handler(number);
    for (std::size_t number = 0; number != operations_.size(); ++number) after_each_start(number);
    for (std::size_t number = 0; number != allocations_; ++number) {
        run({"allocation " + std::to_string(number),
             [&](client_run& talk) { talk.memory().fail_at = number; }, true});
    }
}

}  // namespace uplink::tests
