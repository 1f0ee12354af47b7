// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// More conversations for the fault driver: resets, early ends, races, reconnecting, and what is refused.

#include "support/fault_driver.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using uplink::testing::network;

namespace {

constexpr const char* server = "192.0.2.1:80";

scenario reset_in_the_middle() {
    return {.name = "a reset with a read and a write pending",
            .describe =
                [](network& net) {
                    net.endpoint(server).accept().window(4).reply("abc").expect_bytes(8).reset();
                },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.receive();
                        talk.send("0123456789abcdef");
                        talk.drain();
                        talk.send("queued");
                    });
                },
            .inbound = {"abc"},
            .errors =
                [](const operation& each) {
                    return each.what == kind::connect ? error_code()
                                                      : error_code(net::error::connection_reset);
                },
            .errors_come_of_full_windows = true,
            .options = {.send_queue = {.low_water = 0}}};
}

scenario early_end() {
    return {.name = "a peer that ends before it has read all",
            .describe =
                [](network& net) {
                    net.endpoint(server)
                        .accept()
                        .window(4)
                        .reply("early")
                        .half_close()
                        .expect_bytes(6)
                        .after(10ms)
                        .reset();
                },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.receive();
                        talk.send("0123456789abcdef", [&talk](const operation&) { talk.send("x"); });
                    });
                },
            .inbound = {"early"},
            .errors =
                [](const operation& each) {
                    return is_send(each.what) ? error_code(net::error::broken_pipe) : error_code();
                },
            .errors_come_of_full_windows = true};
}

scenario answer_before_the_request() {
    return {.name = "an exchange with an idle timeout whose peer answers before it has read all",
            .describe =
                [](network& net) {
                    net.endpoint(server)
                        .accept()
                        .window(4)
                        .latency(1ms)
                        .expect_bytes(4)
                        .reply("early")
                        .half_close()
                        .expect_bytes(8)
                        .silent();
                },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.exchange("0123456789abcdef",
                                      [&talk](const operation&) { talk.receive_exactly(2); });
                    });
                },
            .inbound = {"early"},
            .options = {.idle_timeout = 40ms}};
}

scenario full_state() {
    return {.name = "a full state, and what follows it",
            .describe =
                [](network& net) { net.endpoint(server).accept().reply("abcdefghijkl").expect("x").close(); },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.receive([&talk](const operation&) {
                            talk.consume_state(6);
                            talk.send("x", [&talk](const operation&) {
                                talk.receive([&talk](const operation&) {
                                    talk.consume_state(4);
                                    talk.receive();
                                });
                            });
                        });
                    });
                },
            .inbound = {"abcdefghijkl"},
            .errors =
                [](const operation& each) {
                    return each.what == kind::receive && each.index == 1 ? error_code(errc::receive_limit)
                                                                         : error_code();
                },
            .options = {.max_receive = 6},
            .repeats = false};
}

scenario race_for_an_address() {
    return {.name = "a race of addresses",
            .describe =
                [](network& net) {
                    net.host("server.test").v6({"2001:db8::1"}, 1ms).v4({"192.0.2.1", "192.0.2.2"}, 2ms);
                    net.endpoint("[2001:db8::1]:80").black_hole();
                    net.endpoint("192.0.2.1:80").refuse(1ms);
                    net.endpoint("192.0.2.2:80").accept(5ms).reply("hi").close();
                },
            .start =
                [](client_run& talk) {
                    talk.connect_by_name("server.test", "80", [&talk](const operation&) { talk.receive(); });
                },
            .inbound = {"hi"},
            .options = {.connect = {.attempt_delay = 10ms}}};
}

scenario connecting_again() {
    return {.name = "connecting again",
            .describe =
                [](network& net) {
                    net.endpoint(server).accept(1ms).reply("first").close();
                    net.endpoint("192.0.2.2:80").accept(1ms).expect("q").reply("second").close();
                },
            .start =
                [](client_run& talk) {
                    const auto second = [&talk](const operation& connected) {
                        if (connected.ec) return;
                        talk.send("q");
                        talk.receive([&talk](const operation&) { talk.close_gracefully(); });
                    };
                    talk.connect(server, [&talk, second](const operation& connected) {
                        if (connected.ec) return;
                        talk.receive([&talk, second](const operation&) {
                            talk.close();
                            talk.connect("192.0.2.2:80", second);
                        });
                    });
                },
            .inbound = {"first", "second"}};
}

scenario refusals() {
    return {
        .name = "what is refused disturbs nothing",
        .describe =
            [](network& net) {
                net.endpoint(server).accept(1ms).expect("abc").expect_eof().reply("yes").close();
            },
        .start =
            [](client_run& talk) {
                const auto everything = [&talk] {
                    talk.send("no"), talk.write_some("no"), talk.shutdown_send(), talk.drain();
                    talk.receive(), talk.receive_some(), talk.receive_until("\n"), talk.receive_exactly(3);
                    talk.receive_line(3), talk.receive_prefixed(3), talk.read_some(3);
                    talk.exchange("no"), talk.close_gracefully();
                };
                everything();
                talk.connect(server, [&talk, everything](const operation&) {
                    talk.connect(server);
                    talk.send("abc");
                    talk.receive([&talk, everything](const operation&) {
                        talk.close();
                        everything();
                    });
                    talk.receive(), talk.receive_some(), talk.receive_until("\n"), talk.receive_exactly(3);
                    talk.receive_line(3), talk.receive_prefixed(3), talk.read_some(3), talk.exchange("no");
                    talk.shutdown_send();
                    talk.send("no"), talk.write_some("no"), talk.shutdown_send();
                });
                talk.connect(server);
            },
        .inbound = {"yes"},
        .errors = [](const operation& each) -> error_code {
            constexpr std::size_t before = 13, connecting = 15, connected = 30;
            if (each.index < before || each.index >= connected) return net::error::not_connected;
            if (each.index < connecting)
                return each.index == before ? error_code() : errc::operation_in_progress;
            if (each.what == kind::connect) return net::error::already_connected;
            if (each.bytes == "abc" || each.index == 17) return {};
            if (is_receive(each.what) || is_exchange(each.what)) return errc::operation_in_progress;
            return is_send(each.what) ? error_code(net::error::broken_pipe) : error_code();
        }};
}

scenario nothing_but_empty() {
    return {.name = "operations of no bytes",
            .describe = [](network& net) { net.endpoint(server).accept().expect("x").expect_eof().close(); },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.send("");
                        talk.write_some("");
                        talk.send_borrowed("", 1);
                        talk.send("x");
                        talk.send("");
                        talk.shutdown_send();
                        talk.read_some(0, [&talk](const operation&) {
                            talk.receive_exactly(0, [&talk](const operation&) { talk.receive_some(); });
                        });
                    });
                },
            .inbound = {""},
            .errors =
                [](const operation& each) {
                    return each.what == kind::receive_some ? error_code(net::error::eof) : error_code();
                }};
}

/// As STARTTLS: what was said before stays in the first connection, and the second goes on with its socket.
scenario handed_over() {
    return {.name = "a socket that is given away and handed over",
            .describe =
                [](network& net) {
                    net.endpoint(server)
                        .accept(1ms)
                        .latency(1ms)
                        .reply("ready\n")
                        .expect("switch\n")
                        .reply("go\n")
                        .expect("hello")
                        .expect_eof()
                        .reply("world")
                        .close();
                },
            .start =
                [](client_run& talk) {
                    const auto over = [&talk](const operation&) {
                        talk.exchange_to_end("hello", [&talk](const operation&) { talk.close_gracefully(); });
                    };
                    const auto go = [&talk, over](const operation& answer) {
                        if (!answer.ec) talk.hand_over(over);
                    };
                    const auto asked = [&talk, go](const operation&) { talk.receive_until("\n", go); };
                    const auto ready = [&talk, asked](const operation& greeting) {
                        if (!greeting.ec) talk.send("switch\n", asked);
                    };
                    talk.connect(server,
                                 [&talk, ready](const operation&) { talk.receive_until("\n", ready); });
                },
            .inbound = {"ready\ngo\n", "world"}};
}

scenario nameless() {
    return {.name = "connects that fail",
            .describe =
                [](network& net) {
                    net.host("nowhere.test").v4_fails(net::error::host_not_found, 1ms);
                    net.endpoint("192.0.2.3:80").refuse(1ms);
                    net.endpoint("192.0.2.4:80").cannot_open(net::error::no_descriptors);
                    net.endpoint("192.0.2.5:80").self_connect(1ms);
                },
            .start =
                [](client_run& talk) {
                    const auto self = [&talk](const operation&) { talk.connect("192.0.2.5:80"); };
                    const auto open = [&talk, self](const operation&) { talk.connect("192.0.2.4:80", self); };
                    const auto refused = [&talk, open](const operation&) {
                        talk.connect("192.0.2.3:80", open);
                    };
                    talk.connect_by_name("nowhere.test", "80", [&talk, refused](const operation&) {
                        talk.connect_by_name("", "80", refused);
                    });
                },
            .inbound = {},
            .errors = [](const operation& each) -> error_code {
                const error_code errors[] = {net::error::host_not_found, net::error::invalid_argument,
                                             net::error::connection_refused, net::error::no_descriptors,
                                             errc::self_connect};
                return each.index < 5 ? errors[each.index] : error_code();
            }};
}

}  // namespace

std::vector<scenario> ending_scenarios();
std::vector<scenario> ending_scenarios() {
    std::vector<scenario> all{
        reset_in_the_middle(), early_end(), answer_before_the_request(), full_state(), race_for_an_address(),
        connecting_again(),    refusals(),  nothing_but_empty(),         nameless()};
    if (the_transport_takes_plaintext) all.push_back(handed_over());  // over TLS no socket is given away
    return all;
}

std::vector<variation> all_variations() {
    return {{"bound handlers", handlers::bound, [](network& net) { net.writes_at_once(false); }},
            {"unbound handlers, together", handlers::unbound,
             [](network& net) {
                 net.writes_at_once(false);
                 net.together();
             }},
            {"reads first, one byte at a time", handlers::bound,
             [](network& net) {
                 net.writes_at_once(false);
                 net.reads_first();
                 net.piece_size(1);
             }},
            {"unbound handlers, reads first, at most three bytes", handlers::unbound,
             [](network& net) {
                 net.writes_at_once(false);
                 net.reads_first();
                 net.piece_size(3);
             }},
            {"lvalue handlers, writes at once, at most five bytes", handlers::copied,
             [](network& net) { net.piece_size(5); }},
            {"reads and writes at once", handlers::bound, [](network&) {}, std::chrono::microseconds(1)},
            {"lvalue handlers of another context, writes at once", handlers::elsewhere, [](network&) {}}};
}

}  // namespace uplink::tests
