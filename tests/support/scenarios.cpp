// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The conversations that the fault driver disturbs. Each is short, so that every step of it can be.

#include "support/fault_driver.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace uplink::tests {

using namespace std::chrono_literals;
using namespace std::string_literals;
using uplink::testing::network;

namespace {

constexpr const char* server = "192.0.2.1:80";

scenario connect_send_receive() {
    return {.name = "connect, send, receive until EOF",
            .describe =
                [](network& net) {
                    net.host("server.test").v6({"2001:db8::1"}, 1ms).v4({"192.0.2.1"});
                    net.endpoint("[2001:db8::1]:80")
                        .accept(1ms)
                        .expect("hello")
                        .expect_eof()
                        .reply("world")
                        .close();
                },
            .start =
                [](client_run& talk) {
                    talk.connect_by_name("server.test", "80", [&talk](const operation&) {
                        talk.send("hello");
                        talk.shutdown_send();
                        talk.receive([&talk](const operation&) { talk.close_gracefully(); });
                    });
                },
            .inbound = {"world"}};
}

scenario exchange() {
    return {.name = "exchange with a peer that answers as it reads",
            .describe = [](network& net) { net.endpoint(server).accept(1ms).window(4).latency(1ms).echo(); },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.exchange_to_end("0123456789ab",
                                             [&talk](const operation&) { talk.close_gracefully(); });
                    });
                },
            .inbound = {}};
}

scenario open_exchange() {
    return {.name = "exchange that leaves its side open, and sends on when the peer has ended",
            .describe =
                [](network& net) {
                    net.endpoint(server)
                        .accept(1ms)
                        .window(4)
                        .latency(1ms)
                        .expect_bytes(4)
                        .reply("answer")
                        .half_close()
                        .expect("456789ab later")
                        .expect_eof()
                        .close();
                },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.exchange("0123456789ab", [&talk](const operation&) {
                            talk.send(" later", [&talk](const operation&) { talk.close_gracefully(); });
                        });
                    });
                },
            .inbound = {"answer"}};
}

scenario queued_sends() {
    return {.name = "queued sends with a half-close",
            .describe =
                [](network& net) {
                    net.endpoint(server)
                        .accept()
                        .window(5)
                        .latency(1ms)
                        .expect("one two three four")
                        .expect_eof()
                        .reply("bye")
                        .close();
                },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.send("one ");
                        talk.send_borrowed("two ", 3);
                        talk.send("");
                        talk.send("three ");
                        talk.drain();
                        talk.send("four");
                        talk.shutdown_send();
                        talk.receive();
                    });
                },
            .inbound = {"bye"},
            .options = {.send_queue = {.low_water = 4}}};
}

/// Where writes go at once all but the first wait behind its completion, which is not called yet.
scenario held_sends() {
    return {.name = "sends and a drain held behind a completion",
            .describe =
                [](network& net) { net.endpoint(server).accept().expect("abcdefgh").reply("bye").close(); },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.send("a", [&talk](const operation&) {
                            talk.send("h");
                            talk.drain();
                        });
                        talk.send_borrowed("bc", 2);
                        talk.write_some("d");
                        talk.drain();
                        talk.send("efg");
                        talk.receive();
                    });
                },
            .inbound = {"bye"},
            .options = {.send_queue = {.low_water = 0}}};
}

scenario framed_conversation() {
    const std::string answers = "\0\5hello"s + "\0\0"s + "line\n12345tail";
    return {.name = "framed conversation in both directions",
            .describe =
                [answers](network& net) {
                    net.endpoint(server)
                        .accept()
                        .latency(1ms)
                        .split(3)
                        .reply("220 ready\r\n")
                        .expect("HELO\n")
                        .reply(answers)
                        .expect("\0\3bye"s)
                        .close();
                },
            .start =
                [](client_run& talk) {
                    const auto last = [&talk](const operation&) {
                        talk.send_borrowed("\0\3bye"s, 2);
                        talk.receive_until("\r\n", [&talk](const operation&) { talk.receive(); });
                    };
                    const auto numbers = [&talk, last](const operation&) { talk.receive_exactly(5, last); };
                    const auto line = [&talk, numbers](const operation&) { talk.receive_line(10, numbers); };
                    const auto empty = [&talk, line](const operation&) { talk.receive_prefixed(100, line); };
                    talk.connect(server, [&talk, empty](const operation&) {
                        talk.receive_until("\r\n", [&talk, empty](const operation&) {
                            talk.send("HELO\n");
                            talk.receive_prefixed(100, empty);
                        });
                    });
                },
            .inbound = {"220 ready\r\n" + answers},
            .errors =
                [](const operation& each) {
                    return each.what == kind::receive_until && each.index > 1 ? error_code(errc::truncated)
                                                                              : error_code();
                }};
}

void write_all(client_run& talk, const std::string& text, const std::function<void()>& next) {
    talk.write_some(text, [&talk, next](const operation& done) {
        if (done.ec) return;
        if (const std::string rest = done.bytes.substr(done.n); !rest.empty())
            return write_all(talk, rest, next);
        next();
    });
}
void read_all(client_run& talk) {
    talk.read_some(3, [&talk](const operation& done) {
        if (!done.ec) read_all(talk);
    });
}

scenario stream_functions() {
    return {.name = "async_read_some and async_write_some",
            .describe = [](network& net) { net.endpoint(server).accept().window(4).latency(1ms).echo(); },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation& connected) {
                        if (connected.ec) return;
                        write_all(talk, "0123456789", [&talk] { talk.shutdown_send(); });
                        read_all(talk);
                    });
                },
            .inbound = {},
            .errors =
                [](const operation& each) {
                    return each.what == kind::read_some && each.n == 0 ? error_code(net::error::eof)
                                                                       : error_code();
                }};
}

scenario both_directions() {
    return {.name = "two directions that overlap",
            .describe =
                [](network& net) { net.endpoint(server).accept().window(8).latency(1ms).split(3).echo(); },
            .start =
                [](client_run& talk) {
                    talk.connect(server, [&talk](const operation&) {
                        talk.receive_exactly(7, [&talk](const operation&) {
                            talk.receive_until("6", [&talk](const operation&) { talk.receive(); });
                        });
                        talk.send("0123456789", [&talk](const operation&) {
                            talk.send("cdef", [&talk](const operation&) { talk.shutdown_send(); });
                        });
                        talk.drain();
                        talk.send("ab");
                        talk.send_borrowed("56789", 4);
                    });
                },
            .inbound = {},
            .options = {.send_queue = {.low_water = 3}}};
}

}  // namespace

// Of scenarios_limits.cpp, scenarios_ends.cpp and scenarios_proxies.cpp.
std::vector<scenario> limited_scenarios();
std::vector<scenario> ending_scenarios();
std::vector<scenario> proxy_scenarios();

std::vector<scenario> all_scenarios() {
    std::vector<scenario> all{connect_send_receive(), exchange(),       open_exchange(),
                              queued_sends(),         held_sends(),     framed_conversation(),
                              stream_functions(),     both_directions()};
    for (scenario& each : limited_scenarios()) all.push_back(std::move(each));
    for (scenario& each : ending_scenarios()) all.push_back(std::move(each));
    if (the_transport_takes_plaintext) {  // as proxies do
        for (scenario& each : proxy_scenarios()) all.push_back(std::move(each));
    }
    return all;
}

}  // namespace uplink::tests
