// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A client that comes back: after a failure it waits, longer each time, and connects again with a new lookup. Each
// session begins with a log-in. A send of which nothing has gone waits for the next connection.
#include <uplink/reconnecting_client.hpp>
#include <uplink/testing/network.hpp>

#include <iostream>

using namespace std::chrono_literals;
using client_type = uplink::async_client<uplink::testing::socket>;  // in the program: uplink::tcp_client

int main() {
    uplink::testing::network net;
    net.host("server.test").v4({"192.0.2.1"});
    auto& server =
        net.endpoint("192.0.2.1:7000").refuse(1ms).then().black_hole().then();  // it is down at first
    server.accept()
        .expect("login\n")
        .reply("ok\n")
        .expect("news 1\n")
        .reply("seen 1\n")
        .after(30s)
        .reset()
        .then();
    server.accept().expect("login\n").reply("ok\n").expect("news 2\n").reply("seen 2\n").expect_eof().close();
    std::string log;

    // [client]
    uplink::reconnecting_client client(client_type(net.get_executor()), "server.test", 7000,
                                       {.on_loss = uplink::loss_policy::keep_untouched});
    client.on_session([](client_type& fresh, auto done) {  // before anything that waits is sent
        fresh.async_send(std::string("login\n"), 5s, [done](auto ec, auto) { ec ? done(ec) : void(); });
        fresh.async_receive_until("ok\n", 5s, [done](auto ec, auto) { done(ec); });
    });
    client.on_change([](const auto& status) { std::clog << to_string(status) << '\n'; });
    client.start();

    const auto say = [&](std::string words) {
        client.async_send(std::move(words), [](uplink::error_code ec, std::size_t sent) {
            if (ec) std::clog << ec.message() << " after " << sent << " bytes\n";
        });
    };
    const std::function<void()> receive = [&] {
        client.async_receive_until("\n", [&](uplink::error_code ec, std::string_view line) {
            if (client.status().state >= uplink::reconnect_state::stopping) return;
            log += ec ? "lost\n" : line;
            if (ec) say("news 2\n");
            receive();  // after a loss from the next connection
            if (log.ends_with("seen 2\n"))
                client.async_stop(5s, [&](uplink::error_code problem) { log += problem ? "no end" : "end"; });
        });
    };
    say("news 1\n");
    receive();
    // [/client]
    net.run();
    std::clog << to_string(client.history()) << '\n';
    return log == "seen 1\nlost\nseen 2\nend" && net.failures().empty() ? 0 : 1;
}
