// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A view that is kept for too long shows: what it views is overwritten when the next receive begins, in debug
// builds and on streams for tests.
#include "support/client_test.hpp"
#include "support/faulty_client.hpp"

#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/network.hpp>

#include <string>
#include <string_view>

namespace uplink::tests {

namespace {

/// Keeps the view itself and not its bytes.
struct view_keeper {
    std::string_view* kept;

    void operator()(const error_code& ec, std::string_view view) const {
        CHECK_FALSE(ec);
        *kept = view;
    }
};

template <class Stream> struct line_fixture {
    testing::network net;
    async_client<Stream> client{net.get_executor()};

    line_fixture() {
        net.endpoint("192.0.2.1:80").reply("first\nsecond\nthird\n");
        completion connected;
        client.async_connect(testing::detail::parse_endpoint("192.0.2.1:80"), record(connected));
        net.run();
        CHECK(connected == completed(success));
    }
    std::string_view line() {
        std::string_view result;
        client.async_receive_until("\n", view_keeper{&result});
        net.run();
        return result;
    }
};

template <class Stream> void check_overwritten() {
    line_fixture<Stream> test;
    const std::string_view first = test.line();
    CHECK(first == "first\n");
    const std::string_view second = test.line();
    CHECK(first == std::string(6, '\xdd'));
    CHECK(second == "second\n");
    CHECK(test.client.state().view() == "third\n");  // what is not delivered stays
    CHECK(test.line() == "third\n");
    CHECK(second == std::string(7, '\xdd'));
}

}  // namespace

TEST_CASE("the next receive overwrites the view of the one before, on streams for tests", "[receive]") {
    check_overwritten<testing::socket>();
    check_overwritten<testing::faulty_stream<testing::socket>>();
    CHECK(detail::is_for_testing_v<testing::socket>);
    CHECK(detail::is_for_testing_v<testing::faulty_stream<net::ip::tcp::socket>>);
    CHECK_FALSE(detail::is_for_testing_v<net::ip::tcp::socket>);
}

TEST_CASE("a direct read overwrites the view of the receive before it too", "[receive]") {
    line_fixture<testing::socket> test;
    const std::string_view first = test.line();
    char room[4];
    completion read;
    test.client.async_read_some(net::buffer(room), record(read));
    test.net.run();
    CHECK(read == completed(success, 4));
    CHECK(std::string_view(room, 4) == "seco");
    CHECK(first == std::string(6, '\xdd'));
}

TEST_CASE("a view whose handler is still to be called outlasts a connect that begins meanwhile",
          "[receive]") {
    testing::network net;
    net.endpoint("192.0.2.1:80").reply("first\nsecond\n").reset().then().deaf();
    async_client<testing::socket> client{net.get_executor()};
    const auto place = testing::detail::parse_endpoint("192.0.2.1:80");
    completion connected, first, sent, second, again;
    client.async_connect(place, record(connected));
    net.run();
    client.async_receive_until("\n", record(first));
    net.run();
    CHECK(first == completed(success, "first\n"));
    client.async_send(std::string("x"), record(sent));
    net.run();
    CHECK(sent == completed(was_reset));
    client.async_receive_until("\n", record(second));
    client.async_connect(place, record(again));  // the connection has failed
    net.run();
    CHECK(second == completed(success, "second\n"));
    CHECK(again == completed(success));
    CHECK(client.state().empty());
}

}  // namespace uplink::tests
