// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Conversations for the fault driver in which something is limited: size, time, idleness, the wait for an end.

#include "support/fault_driver.hpp"

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using namespace std::string_literals;
using uplink::testing::network;

namespace {

constexpr const char* server = "192.0.2.1:80";

/// These operations fail so, by number; all others succeed.
auto at(std::map<std::size_t, error_code> errors) {
    return [errors = std::move(errors)](const operation& each) {
        const auto found = errors.find(each.index);
        return found == errors.end() ? error_code() : found->second;
    };
}

scenario limits() {
    const std::string inbound = "0123456789abcdefa long message..\nok\n";
    return {
        .name = "limits of size, and a message that is too large",
        .describe =
            [inbound](network& net) {
                net.endpoint(server)
                    .accept()
                    .window(4)
                    .latency(1ms)
                    .reply(inbound)
                    .expect_bytes(30)
                    .after(1s)
                    .reply("late")
                    .close();
            },
        .start =
            [](client_run& talk) {
                const auto late = [&talk](const operation&) {
                    talk.receive_some(
                        [&talk](const operation&) {
                            talk.receive_exactly(4, [&talk](const operation&) { talk.close_gracefully(); });
                        },
                        100ms);
                };
                const auto ok = [&talk, late](const operation&) { talk.receive_line(5, late); };
                const auto rest = [&talk, ok](const operation&) {
                    talk.receive_exactly(8, [&talk, ok](const operation&) {
                        talk.receive_exactly(8, [&talk, ok](const operation&) { talk.receive_line(0, ok); });
                    });
                };
                const auto too_large = [&talk, rest](const operation&) { talk.receive_line(5, rest); };
                talk.connect(server, [&talk, too_large](const operation&) {
                    talk.send("01234567890123456789");  // more than the limit, into an empty queue
                    talk.send("0123456789");
                    talk.send("x");
                    talk.send("");
                    talk.receive([&talk, too_large](const operation&) {
                        talk.consume_state(8);
                        talk.receive_exactly(8, too_large);
                    });
                });
            },
        .inbound = {inbound + "late"},
        .errors = [](const operation& each) -> error_code {
            if (each.bytes == "x") return errc::send_queue_full;
            if (each.what == kind::receive) return errc::receive_limit;
            if (each.what == kind::receive_some) return errc::receive_timeout;
            if (each.what == kind::receive_message && each.index < 8) return errc::message_too_large;
            return {};
        },
        .options = {.max_receive = 8, .send_queue = {.limit = 10, .low_water = 0}},
        .repeats = false};
}

scenario time_limits() {
    return {
        .name = "time limits on every operation",
        .describe =
            [](network& net) {
                net.endpoint("192.0.2.2:80").black_hole();
                net.endpoint(server).accept().window(4).reply("x").deaf();
            },
        .start =
            [](client_run& talk) {
                const auto close = [&talk](const operation&) { talk.close_gracefully({}, 10ms); };
                const auto after = [&talk, close](const operation&) {
                    talk.send("y");
                    talk.shutdown_send({}, 10ms);
                    talk.exchange("z", close, 10ms);
                };
                const auto connected = [&talk, after](const operation&) {
                    talk.send("0123456789", after, 90ms);
                    talk.send("abc", {}, 10ms);
                    talk.drain({}, 20ms);
                    talk.receive(
                        [&talk](const operation&) {
                            talk.receive_until(
                                "\n",
                                [&talk](const operation&) {
                                    talk.receive_exactly(
                                        2,
                                        [&talk](const operation&) {
                                            talk.receive_exactly(
                                                1, [&talk](const operation&) { talk.receive_some({}, 10ms); },
                                                10ms);
                                        },
                                        10ms);
                                },
                                10ms);
                        },
                        10ms);
                };
                talk.connect(
                    "192.0.2.2:80",
                    [&talk, connected](const operation&) { talk.connect(server, connected, 10ms); }, 10ms);
            },
        .inbound = {"x"},
        .errors = [](const operation& each) -> error_code {
            if (each.index == 0) return errc::connect_timeout;
            if (each.what == kind::close) return errc::close_timeout;
            if (each.bytes == "y" || each.bytes == "z" || each.what == kind::shutdown_send)
                return errc::send_interrupted;
            if (is_send(each.what) || each.what == kind::drain) return errc::send_timeout;
            const bool is_there = each.what == kind::receive_exactly && each.text == "x";
            return is_receive(each.what) && !is_there ? error_code(errc::receive_timeout) : error_code();
        },
        .errors_come_of_full_windows = true,
        .options = {.send_queue = {.low_water = 0}},
        .repeats = false};
}

scenario idle_timeout() {
    return {.name = "idle timeout",
            .describe =
                [](network& net) {
                    net.endpoint(server)
                        .accept()
                        .window(4)
                        .reply("a")
                        .after(30ms)
                        .reply("b")
                        .after(90ms)
                        .reply("c")
                        .half_close()
                        .deaf();
                },
            .start =
                [](client_run& talk) {
                    const auto send = [&talk](const operation&) {
                        talk.send("0123456789", [&talk](const operation&) { talk.send("x"); });
                        talk.receive_some();
                    };
                    const auto again = [&talk, send](const operation&) { talk.receive_exactly(1, send); };
                    talk.connect(server, [&talk, again](const operation&) {
                        talk.receive_exactly(
                            2, [&talk, again](const operation&) { talk.receive_exactly(1, again); });
                    });
                },
            .inbound = {"abc"},
            .errors = at({{2, errc::receive_timeout},
                          {4, errc::send_timeout},
                          {5, net::error::eof},
                          {6, errc::send_interrupted}}),
            .errors_come_of_full_windows = true,
            .options = {.idle_timeout = 50ms},
            .repeats = false};
}

scenario graceful_close() {
    return {.name = "async_close with a queue to drain and a receive that is pending",
            .describe =
                [](network& net) {
                    net.endpoint(server)
                        .accept()
                        .window(4)
                        .latency(1ms)
                        .expect("0123456789")
                        .expect_eof()
                        .after(1s)
                        .reply("last words")
                        .close();
                },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.receive_exactly(4);
                        talk.send("01234");
                        talk.drain();
                        talk.send("56789");
                        talk.close_gracefully();
                        talk.send("x");
                    });
                },
            .inbound = {"last words"},
            .errors = at({{6, net::error::broken_pipe}}),
            .options = {.send_queue = {.low_water = 0}},
            .repeats = false};  // what a receive that ends leaves to async_close is discarded
}

}  // namespace

std::vector<scenario> limited_scenarios();
std::vector<scenario> limited_scenarios() {
    return {limits(), time_limits(), idle_timeout(), graceful_close()};
}

}  // namespace uplink::tests
