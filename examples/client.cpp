// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   client                           an exchange with an echo server of its own, step by step
//   client [OPTION...] HOST SERVICE  sends standard input, half-closes at its end, and writes what comes to standard
//                                    output
//   client [OPTION...] unix:PATH     the same with a local socket; unix:@NAME is one that no file has
//
//   --no-half-close    leaves the sending side open at the end of input: HTTP servers such as nginx take a half-close
//                      for the leaving of their client, and cut their answer short
//   --limit SECONDS    for all of it
//   --proxy URL        connects through a proxy: socks5://, socks5h:// (the proxy looks HOST up) or http://, with
//                      USER:PASSWORD@ in front of its host if it wants them. Other users of the machine can see them
//                      there; in the environment they cannot
//   --proxy-from-environment
//                      through the proxy in all_proxy, unless HOST is in no_proxy; then SERVICE has to be a number
//   --tls              encrypts, and verifies that the server is HOST; client_arguments.hpp has the options for it. What
//                      follows is the same program with and without.
//
// Data streams through: however much it is, at most a few blocks are in memory. The response is written as it comes,
// also while input is still being sent. The program ends when both directions have: a peer that ends first may still
// read, so sending goes on. Input that the peer does not take whole is a failure, and a failure is one line on standard
// error. Exit status: 0 done, 1 failed, 2 not called as above.
#include "client_arguments.hpp"
#include "echo_server.hpp"
#include "standard_streams.hpp"

#include <uplink/async_client.hpp>
#if defined(UPLINK_EXAMPLE_TLS)
#include "client_tls.hpp"
#include <uplink/tls.hpp>
#endif

#include <asio/steady_timer.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using asio::ip::tcp;

int complain(const std::string& what, const std::error_code& ec, const std::string& details = {}) {
    std::cerr << ("client: " + what + ": " + ec.message() + (details.empty() ? "" : " (" + details + ')') +
                  '\n');
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

/// What a report says about a failure, besides its code.
template <class Report> std::string details_of(const Report& report) {
    std::string text = report.reason;
    const auto add = [&](const std::string& words) {
        text += (text.empty() || words.empty() ? "" : ", ") + words;
    };
    add(report.tls.verify_error);
    if (report.tls.depth >= 0) add("of " + report.tls.subject);
    if (!report.tls.alert.empty()) add("alert " + report.tls.alert);
    return printable(text);
}

template <class Client> class transfer {
public:
    transfer(asio::io_context& io, Client&& client, const arguments& how)
        : client_(std::move(client)), output_(io), input_(io), timer_(io), half_closes_(how.half_closes),
          limit_(how.limit) {}

    void start(const arguments& how) {
        using time_limit = typename Client::time_limit;
        const auto limit = limit_.is_limited() ? limit_ : time_limit(client_.options().connect.timeout);
        const std::string name = is_local ? "unix:" + how.path.value_or("") : how.host + ' ' + how.service;
        const auto connected = [this, name = printable(name)](auto ec, const auto& endpoint) {
            if (ec) return refused(name, ec);
            std::ostringstream text;
            text << endpoint;
            peer_ = is_local ? name : text.str();
            receive();
            input_.start([this](std::string block) { send(std::move(block)); },
                         [this](std::error_code end) { input_ended(end); });
        };
        if constexpr (is_local) client_.async_connect(*how.path, limit, connected);
        else client_.async_connect(how.host, how.service, limit, connected);
    }
    int status() const noexcept { return status_; }

private:
    /// In one line, all that was tried: a name may have several addresses.
    void refused(const std::string& name, const std::error_code& ec) {
        const auto& attempts = client_.last_connect().attempts;
        const bool has_proxy = !std::holds_alternative<uplink::no_proxy>(client_.options().proxy);
        std::ostringstream where;
        if (has_proxy) where << name << (attempts.empty() ? " through a proxy" : " through the proxy ");
        else if (attempts.size() != 1 || is_local) where << name;
        for (const auto& attempt : attempts) {
            if (is_local) continue;
            where << (attempts.size() == 1 ? "" : ", tried ") << attempt.endpoint;
        }
        complain(where.str(), ec, details_of(client_.last_connect()));
    }

    void send(std::string&& block) {
        client_.async_send(std::move(block), limit_, [this](std::error_code ec, std::size_t) {
            input_.block_done();
            if (ec) send_failed(ec);
        });
    }
    /// A failure of the connection ends the receive too, and is reported there, unless that has ended already.
    void send_failed(const std::error_code& ec) {
        if (peer_ended_) finish(peer_ + ": standard input did not arrive whole", ec);
    }
    void input_ended(const std::error_code& ec) {
        const auto ended = [this](std::error_code send_ec) {
            if (send_ec) return send_failed(send_ec);
            all_sent_ = true;
            if (peer_ended_) confirm();
        };
        if (!ec && half_closes_ && !peer_ended_) {
            sent_end_in_bytes_ = is_tls;
            return client_.async_shutdown_send(limit_, ended);
        }
        if (!ec)
            return client_.async_send(std::string(), limit_, [ended](auto send_ec, auto) { ended(send_ec); });
        // What has been sent must not look like the whole.
        std::error_code ignored;
        client_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
        finish("standard input", ec);
    }

    void receive() {
        client_.async_receive_some(limit_, [this](std::error_code ec, std::string_view bytes) {
            if (ec == asio::error::eof) {
                peer_ended_ = true;
                if (all_sent_) confirm();
                return;
            }
            if (ec == uplink::errc::receive_timeout && all_sent_ && !half_closes_)
                return finish(peer_ + ": does it wait for a half-close? Without --no-half-close it gets one",
                              ec);
            if (ec) return finish(peer_, ec);
            output_.write(bytes,
                          [this](std::error_code output_ec) {  // the view is good until the next receive
                              if (output_ec) return finish("standard output", output_ec);
                              receive();
                          });
        });
    }

    /// The peer has ended, and all is sent. What a peer was sent behind its own end has only arrived once its system
    /// says so, and no event of the socket does. A peer that has closed answers with a reset; to our end too, if that
    /// is made of bytes, as in TLS.
    void confirm() {
        if (finished_) return;
        const int socket = client_.lowest_layer().native_handle();
        int unconfirmed = 0;
        int error = 0;
        socklen_t size = sizeof error;
        if (::ioctl(socket, SIOCOUTQ, &unconfirmed) != 0) unconfirmed = 0;
        ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0 && !sent_end_in_bytes_) return send_failed({error, std::generic_category()});
        if (error != 0 || unconfirmed == 0)
            return client_.async_shutdown_send(limit_, [this](std::error_code) { finish(peer_, {}); });
        const auto now = std::chrono::steady_clock::now();
        if (limit_.deadline(now) <= now) return send_failed(uplink::errc::send_timeout);
        timer_.expires_after(std::chrono::milliseconds(5));
        timer_.async_wait([this](std::error_code) { confirm(); });
    }

    /// The first thing that ends it is the one that is told.
    void finish(const std::string& what, const std::error_code& ec) {
        if (std::exchange(finished_, true)) return;
        status_ = ec ? complain(what, ec, details_of(client_.last_connect())) : 0;
        input_.stop();
        client_.close();
    }

    static constexpr bool is_local = std::is_same_v<Client, uplink::local_client>;
    static constexpr bool is_tls = !is_local && !std::is_same_v<typename Client::stream_type, tcp::socket>;

    Client client_;
    standard_output output_;
    standard_input input_;
    asio::steady_timer timer_;
    const bool half_closes_;
    const typename Client::time_limit limit_;
    std::string peer_{};
    bool peer_ended_ = false;
    bool all_sent_ = false;
    bool sent_end_in_bytes_ = false;
    bool finished_ = false;
    int status_ = 1;
};

template <class Client> int stream(asio::io_context& io, Client client, const arguments& how) {
    transfer<Client> both_ways(io, std::move(client), how);
    both_ways.start(how);
    io.run();
    return both_ways.status();
}

int stream(const arguments& how) {
    asio::io_context io;
    const uplink::client_options options{.proxy = how.proxy};
    if (how.path) return stream(io, uplink::local_client(io, options), how);
    if (!how.tls) return stream(io, uplink::async_client<>(io, options), how);
#if defined(UPLINK_EXAMPLE_TLS)
    return stream(io, uplink::tls_client(io, tls_options_of(how), options), how);
#else
    std::cerr << "client: --tls: this build has no TLS\n";
    return 2;
#endif
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (argc == 2 && (first == "-h" || first == "--help")) {
        std::cout << usage;
        return 0;
    }
    std::signal(SIGPIPE, SIG_IGN);  // whoever reads our output may go: that is an error of write()
    reserve_standard_descriptors();
    try {
        arguments how;
        if (argc != 1 && !parse({argv + 1, argv + argc}, how)) {
            std::cerr << usage;
            return 2;
        }
        return argc == 1 ? demonstrate() : stream(how);
    } catch (const std::exception& ex) {
        std::cerr << "client: " << ex.what() << '\n';
        return 1;
    }
}
