// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The failures that people search for, each made on a simulated network, so that nothing waits and nothing is left to
// chance. The pages show the calls and what they print; failures.txt is all that this program prints, and a test
// compares the two.
#include <uplink/async_client.hpp>
#include <uplink/testing/network.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using uplink::testing::network;
using test_client = uplink::async_client<uplink::testing::socket>;

void connect_hangs() {
    network net;
    net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"});
    net.elsewhere().black_hole();
    test_client client(net.get_executor());
    // [connect_hangs]
    client.async_connect("server.test", 80, 3s, [&](uplink::error_code ec, const auto&) {
        if (ec == uplink::condition::timeout) std::cout << to_string(client.last_connect()) << '\n';
    });
    // [/connect_hangs]
    net.run();
}

void connection_refused() {
    network net;
    net.host("server.test").v6({"2001:db8::1"}).v4({"192.0.2.1"});
    net.elsewhere().refuse(1ms);
    test_client client(net.get_executor());
    // [connection_refused]
    client.async_connect("server.test", 80, 3s, [&](uplink::error_code ec, const auto&) {
        if (ec == asio::error::connection_refused) std::cout << to_string(client.last_connect()) << '\n';
    });
    // [/connection_refused]
    net.run();
}

void connection_reset() {
    network net;
    net.endpoint("192.0.2.1:80").accept(1ms).reply("half of an ans").after(1ms).reset();
    test_client client(net.get_executor());
    client.async_connect("192.0.2.1", 80, 3s, [&](uplink::error_code, const auto&) {
        // [connection_reset]
        client.async_receive_until("\n", 5s, [&](uplink::error_code ec, std::string_view line) {
            if (!ec) std::cout << "a line: " << line;
            else std::cout << ec.message() << "; what had come: " << client.state().view() << '\n';
        });
        // [/connection_reset]
    });
    net.run();
}

void truncated() {
    network net;
    net.endpoint("192.0.2.1:80").accept(1ms).reply("whole\nhal").half_close();
    test_client client(net.get_executor());
    client.async_connect("192.0.2.1", 80, 3s, [&](uplink::error_code, const auto&) {
        // [truncated]
        const auto read_lines = [&](const auto& again) -> void {
            client.async_receive_until("\n", 5s, [&, again](uplink::error_code ec, std::string_view line) {
                if (!ec) {
                    std::cout << "a line: " << line;
                    again(again);
                } else if (ec == asio::error::eof) {
                    std::cout << "the end, behind a whole line\n";
                } else if (ec == uplink::errc::truncated) {
                    std::cout << "the end, inside a line: " << client.state().view() << '\n';
                } else {
                    std::cout << ec.message() << '\n';
                }
            });
        };
        read_lines(read_lines);
        // [/truncated]
    });
    net.run();
}

void no_answer() {
    network net;
    net.endpoint("192.0.2.1:80").accept(1ms).expect("ping\n").after(3s).reply("pong\n");
    test_client client(net.get_executor());
    client.async_connect("192.0.2.1", 80, 3s, [&](uplink::error_code, const auto&) {
        // [no_answer]
        client.async_send(std::string("ping\n"), 2s, [](uplink::error_code, std::size_t) {});
        client.async_receive_until("\n", 2s, [&](uplink::error_code ec, std::string_view) {
            if (ec != uplink::errc::receive_timeout) return;
            std::cout << "no answer within 2 s; the connection still works\n";
            client.async_receive_until("\n", 2s, [](uplink::error_code late_ec, std::string_view line) {
                if (!late_ec) std::cout << "it came late: " << line;
            });
        });
        // [/no_answer]
    });
    net.run();
}

void wrong_address() {
    network net;
    net.host("server.test").v4({"192.0.2.1"});
    test_client client(net.get_executor());
    // [wrong_address]
    const auto try_it = [&](std::string host, std::string service) {
        client.async_connect(host, service, 3s, [&](uplink::error_code, const auto&) {
            std::cout << to_string(client.last_connect()) << '\n';
        });
    };
    // [/wrong_address]
    for (const char* host : {"http://server.test/", "192.0.2.1:80", "", "servre.test"}) {
        try_it(host, "80");
        net.run();
    }
    for (const char* service : {"0", "99999"}) {
        try_it("server.test", service);
        net.run();
    }
}

int main() {
    const auto scene = [](const char* name, void (*play)()) {
        std::cout << "// [" << name << "]\n";
        play();
        std::cout << "// [/" << name << "]\n";
    };
    scene("connect_hangs", connect_hangs);
    scene("connection_refused", connection_refused);
    scene("connection_reset", connection_reset);
    scene("truncated", truncated);
    scene("no_answer", no_answer);
    scene("wrong_address", wrong_address);
}
