// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// How a connection ends, on the simulated network and over Linux's loopback: the same steps must give the
// same codes, in the same order. Loopback delivers within the system call of the sender, so that the real
// side needs no waiting either.

#include <support/catch.hpp>
#include <support/simulated_connection.hpp>

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using test::error_code;
namespace net = uplink::net;
using uplink::testing::network;
using tcp = net::ip::tcp;

namespace {

enum class act { send, take, fin, close, reset };
using acts = std::vector<act>;

/// What a step told: "write 5", "read reset".
std::string tell(const std::string& what, const error_code& ec, std::size_t count) {
    if (!ec) return what + " " + std::to_string(count);
    if (ec == net::error::eof) return what + " eof";
    if (ec == net::error::connection_reset) return what + " reset";
    if (ec == net::error::broken_pipe) return what + " pipe";
    if (ec == net::error::not_connected) return what + " unconnected";
    return what + " " + ec.message();
}

/// A connection whose peer does one act at each call of peer().
template <class Socket> class rig {
public:
    explicit rig(Socket socket) : socket_(std::move(socket)) {}
    virtual ~rig() = default;
    virtual void peer() = 0;
    virtual void settle() = 0;

    void start_read() {
        socket_.async_read_some(net::buffer(incoming_), [this](error_code ec, std::size_t n) {
            told.push_back(tell("read", ec, n));
        });
    }
    /// Without Asio's reactor, which may leave a read that follows an end waiting for one more edge.
    void read() {
        error_code ec;
        socket_.non_blocking(true, ec);
        const std::size_t count = socket_.read_some(net::buffer(incoming_), ec);
        told.push_back(tell("read", ec, count));
    }
    void start_write() {
        socket_.async_write_some(net::buffer("hello", 5), [this](error_code ec, std::size_t n) {
            told.push_back(tell("write", ec, n));
        });
    }
    void write() {
        start_write();
        settle();
    }
    /// Writes until a write stays pending.
    void fill() {
        fill_on();
        settle();
    }
    void remote() {
        error_code ec;
        socket_.remote_endpoint(ec);
        told.push_back(tell("remote", ec, 0));
    }
    void shutdown_send() {
        error_code ec;
        socket_.shutdown(net::socket_base::shutdown_send, ec);
        told.push_back(tell("shutdown", ec, 0));
        settle();
    }

    std::vector<std::string> told;

private:
    void fill_on() {
        socket_.async_write_some(net::buffer(block_), [this](error_code ec, std::size_t n) {
            if (ec) {
                told.push_back(tell("write", ec, n));
            } else {
                fill_on();
            }
        });
    }

    std::array<char, 3> incoming_{};
    std::string block_ = std::string(1 << 20, 'x');

protected:
    Socket socket_;
};

struct simulated : private network, rig<uplink::testing::socket> {
    explicit simulated(const acts& script)
        : rig(uplink::testing::socket(static_cast<network&>(*this).get_executor())) {
        auto& where = endpoint("192.0.2.1:80");
        for (const act each : script) {
            where.after(1s);
            switch (each) {
            case act::send: where.reply("data"); break;
            case act::take: where.expect_bytes(5); break;
            case act::fin: where.half_close(); break;
            case act::close: where.close(); break;
            case act::reset: where.reset(); break;
            }
        }
        where.after(24h);
        socket_.async_connect(uplink::testing::detail::parse_endpoint("192.0.2.1:80"), [](error_code) {});
        run_for(0s);
    }
    void peer() override { run_for(1s); }
    void settle() override { run_for(0s); }
};

struct real : private net::io_context, rig<tcp::socket> {
    explicit real(acts script)
        : rig(tcp::socket(static_cast<net::io_context&>(*this))), script_(std::move(script)) {
        net::basic_socket_acceptor<tcp> acceptor(static_cast<net::io_context&>(*this),
                                                 tcp::endpoint(net::ip::address_v4::loopback(), 0));
        acceptor.set_option(net::socket_base::receive_buffer_size(4096));
        socket_.open(tcp::v4());
        socket_.set_option(net::socket_base::send_buffer_size(4096));
        socket_.connect(acceptor.local_endpoint());
        acceptor.accept(peer_);
    }
    void peer() override {
        std::array<char, 16> incoming{};
        switch (script_.at(next_++)) {
        case act::send: peer_.send(net::buffer("data", 4)); break;
        case act::take: CHECK(peer_.receive(net::buffer(incoming)) == 5); break;
        case act::fin: peer_.shutdown(net::socket_base::shutdown_send); break;
        case act::close: peer_.close(); break;
        case act::reset:
            peer_.set_option(net::socket_base::linger(true, 0));
            peer_.close();
            break;
        }
        settle();
    }
    void settle() override {
        restart();
        poll();
    }

private:
    acts script_;
    std::size_t next_ = 0;
    tcp::socket peer_{static_cast<net::io_context&>(*this)};
};

template <class Scenario> std::vector<std::string> same_on_both(const acts& script, Scenario scenario) {
    simulated first(script);
    scenario(first);
#if !defined(ASIO_HAS_IO_URING_AS_DEFAULT) && !defined(BOOST_ASIO_HAS_IO_URING_AS_DEFAULT)
    // There completions come in their own time, which this test does not wait for.
    real second(script);
    scenario(second);
    CHECK(first.told == second.told);
#endif
    return first.told;
}

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("RST with a read and a write pending: the write is told, the read gets a clean eof") {
    CHECK(same_on_both({act::reset}, [](auto& it) {
              it.start_read();
              it.fill();
              it.peer();
              it.remote();
              it.read();
          }) == strings{"write reset", "read eof", "remote unconnected", "read eof"});
}

TEST_CASE("RST with a read pending: the read is told once, then eof and broken_pipe") {
    CHECK(same_on_both({act::reset}, [](auto& it) {
              it.start_read();
              it.peer();
              it.read();
              it.write();
              it.remote();
          }) == strings{"read reset", "read eof", "write pipe", "remote unconnected"});
}

TEST_CASE("RST with nothing pending: data first, then the one who asks first is told") {
    CHECK(same_on_both({act::send, act::reset}, [](auto& it) {
              it.peer();
              it.peer();
              it.read();
              it.read();
              it.read();
              it.read();
              it.shutdown_send();
          }) == strings{"read 3", "read 1", "read reset", "read eof", "shutdown unconnected"});
    CHECK(same_on_both({act::send, act::reset}, [](auto& it) {
              it.peer();
              it.peer();
              it.write();
              it.write();
              it.read();
              it.read();
              it.read();
          }) == strings{"write reset", "write pipe", "read 3", "read 1", "read eof"});
}

TEST_CASE("FIN: data, then eof for ever, and the connection is still there") {
    CHECK(same_on_both({act::send, act::fin, act::take},
                       [](auto& it) {
                           it.peer();
                           it.peer();
                           it.read();
                           it.read();
                           it.read();
                           it.read();
                           it.remote();
                           it.write();
                           it.peer();
                           it.shutdown_send();
                           it.remote();
                       }) == strings{"read 3", "read 1", "read eof", "read eof", "remote 0", "write 5",
                                     "shutdown 0", "remote unconnected"});
}

TEST_CASE("a send after the peer's full close is taken, the next one is not") {
    CHECK(same_on_both({act::close}, [](auto& it) {
              it.peer();
              it.write();
              it.write();
              it.write();
              it.read();
              it.remote();
          }) == strings{"write 5", "write pipe", "write pipe", "read eof", "remote unconnected"});
}

TEST_CASE("a peer that closes with our bytes unread resets; what it sent before can be read") {
    CHECK(same_on_both({act::send, act::close}, [](auto& it) {
              it.write();
              it.peer();
              it.peer();
              it.read();
              it.read();
              it.read();
              it.read();
          }) == strings{"write 5", "read 3", "read 1", "read reset", "read eof"});
}

TEST_CASE("our half-close: the peer goes on, and at its FIN the connection is gone without a reset") {
    CHECK(same_on_both({act::send, act::fin},
                       [](auto& it) {
                           it.shutdown_send();
                           it.write();
                           it.remote();
                           it.peer();
                           it.read();
                           it.read();
                           it.peer();
                           it.read();
                           it.remote();
                       }) == strings{"shutdown 0", "write pipe", "remote 0", "read 3", "read 1", "read eof",
                                     "remote unconnected"});
}

TEST_CASE("our half-close, then RST: the read is told") {
    CHECK(same_on_both({act::reset}, [](auto& it) {
              it.shutdown_send();
              it.start_read();
              it.peer();
              it.read();
          }) == strings{"shutdown 0", "read reset", "read eof"});
}

TEST_CASE("FIN, then RST with a write pending: broken_pipe, and reads are eof throughout") {
    CHECK(same_on_both({act::fin, act::reset}, [](auto& it) {
              it.peer();
              it.read();
              it.fill();
              it.peer();
              it.read();
              it.remote();
          }) == strings{"read eof", "write pipe", "read eof", "remote unconnected"});
}

TEST_CASE("a read that waits ends at FIN, a write that waits does not") {
    CHECK(same_on_both({act::fin}, [](auto& it) {
              it.fill();
              it.start_read();
              it.peer();
              it.remote();
          }) == strings{"read eof", "remote 0"});
}

TEST_CASE("with reads served first a reset goes to the read, as completion-based backends may do it") {
    network net;
    net.reads_first();
    net.endpoint("192.0.2.1:80").window(1).after(1s).reset();
    test::simulated_connection link(net);
    REQUIRE(link.wait());
    link.start_write("12");
    net.run_for(0s);
    link.start_write("2");
    link.start_read();
    net.run_for(0s);
    CHECK_FALSE(link.write.done);
    net.run();
    CHECK(link.read.ec == net::error::connection_reset);
    CHECK(link.write.ec == net::error::broken_pipe);
    CHECK(link.socket.peer_gone());
}
