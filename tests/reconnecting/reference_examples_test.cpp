// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The examples of the reference comments in reconnecting_client.hpp, word for word, each run against a simulated
// server. tests/support/reference_comments.sh compares them: an example stands between "// Example of NAME" and "// End
// of example".
#include <uplink/reconnecting_client.hpp>

#include "support/simulated_reconnect.hpp"

#include <chrono>
#include <sstream>
#include <string>
#include <string_view>

namespace uplink::tests {

using namespace std::chrono_literals;

namespace {

class example : public reconnect_test {
public:
    std::string logged() {
        net.run_for(1s);
        CHECK(net.failures().empty());
        return log.str();
    }

    simulated_reconnect client = make();
    std::ostringstream log{};
};

}  // namespace

TEST_CASE_METHOD(example, "Reference of reconnecting_client: stop") {
    server().accept().expect_eof().close();
    client.start();
    net.poll();
    // Example of reconnecting_client::async_stop
    client.async_stop(2s, [&](uplink::error_code ec) {
        if (ec) log << ec.message();
        else log << "all is sent";
    });
    // End of example
    CHECK(logged() == "all is sent");
}

TEST_CASE_METHOD(example, "Reference of reconnecting_client: waits") {
    server().refuse().then().accept();
    client.start();
    net.poll();
    // Example of reconnecting_client::async_wait_connected
    client.async_wait_connected(5s, [&](uplink::error_code ec) {
        if (ec) log << "not yet: " << client.status().last_error.message();
        else log << "connected";
    });
    // End of example
    CHECK(logged() == "connected");
    log.str({});
    // Example of reconnecting_client::async_wait_change
    client.async_wait_change(client.status().generation, [&](uplink::error_code ec, const auto& status) {
        if (!ec) log << to_string(status);
    });
    // End of example
    client.close();
    CHECK(logged().find("stopped") != std::string::npos);
}

TEST_CASE_METHOD(example, "Reference of reconnecting_client: send and drain") {
    server().accept().expect("a message\n");
    client.start();
    // Example of reconnecting_client::async_send
    client.async_send(std::string("a message\n"), [&](uplink::error_code ec, std::size_t sent) {
        if (ec) log << ec.message() << " after " << sent << " bytes";
        else log << "sent";
    });
    // End of example
    CHECK(logged() == "sent");
    // Example of reconnecting_client::async_drain
    client.async_drain([&](uplink::error_code ec) {
        if (!ec) log << "room for more";
    });
    // End of example
    CHECK(logged() == "sentroom for more");
}

TEST_CASE_METHOD(example, "Reference of reconnecting_client: receives") {
    SECTION("some") {
        server().accept().reply("piece").then().accept();
        client.start();
        // Example of reconnecting_client::async_receive_some
        client.async_receive_some([&](uplink::error_code ec, std::string_view piece) {
            if (ec == uplink::errc::connection_lost) log << "a new connection follows";
            else if (!ec) log << piece;
        });
        // End of example
        CHECK(logged() == "piece");
    }
    SECTION("until") {
        server().accept().reply("a line\nmore");
        client.start();
        // Example of reconnecting_client::async_receive_until
        client.async_receive_until("\n", 5s, [&](uplink::error_code ec, std::string_view line) {
            if (ec) log << ec.message();
            else log << line.substr(0, line.size() - 1);
        });
        // End of example
        CHECK(logged() == "a line");
    }
    SECTION("exactly") {
        server().accept().reply("headand body");
        client.start();
        // Example of reconnecting_client::async_receive_exactly
        client.async_receive_exactly(4, 5s, [&](uplink::error_code ec, std::string_view header) {
            if (!ec) log << header;
        });
        // End of example
        CHECK(logged() == "head");
    }
    SECTION("message") {
        server().accept().reply("text\n");
        client.start();
        // Example of reconnecting_client::async_receive_message
        const uplink::delimited line("\n", 1000);
        client.async_receive_message(line, 5s, [&](uplink::error_code ec, std::string_view text) {
            if (ec) log << ec.message();
            else log << text;
        });
        // End of example
        CHECK(logged() == "text");
    }
}

}  // namespace uplink::tests
