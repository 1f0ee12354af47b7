// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   client                 an exchange with an echo server of its own, step by step
//   client HOST SERVICE    sends standard input, half-closes at its end, and writes what comes to standard output
//
// Data streams through: however much it is, at most a few blocks are in memory. The response is written as it comes,
// also while input is still being sent, and the program ends when the response does, even if there is input left.
// A failure is one line on standard error. Exit status: 0 done, 1 failed, 2 not called as above.
#include "echo_server.hpp"
#include "standard_streams.hpp"

#include <uplink/async_client.hpp>

#include <csignal>
#include <cstddef>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

using asio::ip::tcp;

int complain(const std::string& what, const std::error_code& ec) {
    std::cerr << ("client: " + what + ": " + ec.message() + '\n');
    return 1;
}

// --- without arguments ---

int demonstrate() {
    echo_server server;
    asio::io_context io;
    uplink::async_client client{io};
    const std::string message = "This is a test<EOF>";
    int status = 1;

    const auto received = [&](std::error_code ec, std::size_t) {
        if (ec) return void(complain("receive", ec));
        std::cout << "Response received : " << client.state().view() << std::endl;
        status = 0;
    };
    const auto sent = [&](std::error_code ec, std::size_t count) {
        if (ec) return void(complain("send", ec));
        std::cout << "Sent " << count << " bytes to server." << std::endl;
        client.async_shutdown_send([&](std::error_code end_ec) {
            if (end_ec) return void(complain("half-close", end_ec));
            client.async_receive(received);
        });
    };
    client.async_connect(server.host(), server.service(),
                         [&](std::error_code ec, const tcp::endpoint& endpoint) {
                             if (ec) return void(complain("connect", ec));
                             std::cout << "Socket connected to " << endpoint << std::endl;
                             client.async_send(asio::buffer(message), sent);
                         });
    io.run();
    return status;
}

// --- with HOST and SERVICE ---

/// A host with a line end in it makes no second line.
std::string printable(std::string text) {
    for (char& each : text) {
        if (static_cast<unsigned char>(each) < ' ') each = '?';
    }
    return text;
}

class transfer {
public:
    explicit transfer(asio::io_context& io) : client_(io), output_(io), input_(io) {}

    void start(const std::string& host, const std::string& service) {
        client_.async_connect(host, service,
                              [this, name = printable(host + ' ' + service)](auto ec, const auto& endpoint) {
                                  if (ec) return refused(name, ec);
                                  std::ostringstream text;
                                  text << endpoint;
                                  peer_ = text.str();
                                  receive();
                                  input_.start([this](std::string block) { send(std::move(block)); },
                                               [this](std::error_code end) { input_ended(end); });
                              });
    }
    int status() const noexcept { return status_; }

private:
    /// In one line, all that was tried: a name may have several addresses.
    void refused(const std::string& name, const std::error_code& ec) {
        const auto& attempts = client_.last_connect().attempts;
        std::ostringstream where;
        if (attempts.size() != 1) where << name;
        for (const auto& attempt : attempts) {
            where << (attempts.size() == 1 ? "" : ", tried ") << attempt.endpoint;
        }
        complain(where.str(), ec);
    }

    void send(std::string&& block) {
        // A failure of the connection ends the receive too, and is told there.
        client_.async_send(std::move(block), [this](std::error_code, std::size_t) { input_.block_done(); });
    }
    void input_ended(const std::error_code& ec) {
        if (!ec) return client_.async_shutdown_send([](std::error_code) {});
        // What has been sent must not look like the whole.
        std::error_code ignored;
        client_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
        finish("standard input", ec);
    }

    void receive() {
        client_.async_receive_some([this](std::error_code ec, std::string_view bytes) {
            if (ec == asio::error::eof) return finish(peer_, {});
            if (ec) return finish(peer_, ec);
            output_.write(bytes,
                          [this](std::error_code output_ec) {  // the view is good until the next receive
                              if (output_ec) return finish("standard output", output_ec);
                              receive();
                          });
        });
    }

    /// The first thing that ends it is the one that is told.
    void finish(const std::string& what, const std::error_code& ec) {
        if (std::exchange(finished_, true)) return;
        status_ = ec ? complain(what, ec) : 0;
        input_.stop();
        client_.close();
    }

    uplink::async_client<> client_;
    standard_output output_;
    standard_input input_;
    std::string peer_{};
    bool finished_ = false;
    int status_ = 1;
};

int stream(const std::string& host, const std::string& service) {
    asio::io_context io;
    transfer both_ways(io);
    both_ways.start(host, service);
    io.run();
    return both_ways.status();
}

}  // namespace

int main(int argc, char** argv) {
    constexpr std::string_view usage = "usage: client                (a demonstration)\n"
                                       "       client HOST SERVICE   (standard input to standard output)\n";
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (argc == 2 && (first == "-h" || first == "--help")) {
        std::cout << usage;
        return 0;
    }
    if (argc != 1 && argc != 3) {
        std::cerr << usage;
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);  // whoever reads our output may go: that is an error of write()
    reserve_standard_descriptors();
    try {
        return argc == 1 ? demonstrate() : stream(argv[1], argv[2]);
    } catch (const std::exception& ex) {
        std::cerr << "client: " << ex.what() << '\n';
        return 1;
    }
}
