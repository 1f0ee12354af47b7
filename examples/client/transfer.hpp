// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// One connection: sends the input and half-closes at its end, while it writes what comes, and ends when both directions
// have. A peer that ends first may still read, so sending goes on. Data streams through: however much it is, at most a
// few blocks are in memory.
#pragma once

#include "line_ends.hpp"
#include "report_text.hpp"
#include "session.hpp"
#include "text.hpp"

#include <uplink/async_client.hpp>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace tool {

template <class Client> class transfer {
public:
    transfer(asio::io_context& io, Client&& client, const arguments& how, console& out)
        : client_(std::move(client)), all_(io, how, out), how_(how), lines_(how.crlf), timer_(io) {}

    void start() {
        all_.start([this] { interrupt(); },
                   [this] {
                       finish(exit_status::timeout,
                              peer_ + ": the time limit ran out, with standard input or output not done");
                   });
        const auto now = std::chrono::steady_clock::now();
        const time_limit limit =
            std::min(how_.limit.deadline(now), time_limit(how_.options.connect.timeout).deadline(now));
        const auto connected = [this](std::error_code ec, const auto& endpoint) {
            tell_of_connect(all_, client_);
            if (all_.is_finished()) return all_.stop();
            if (ec)
                return finish(refusal_status(ec, client_.last_connect()),
                              refusal_text(client_, how_.server, ec));
            peer_ = is_local ? printable(how_.server.name()) : text_of(endpoint);
            all_.start_progress([this] {
                const auto stats = client_.stats();
                return std::pair(stats.bytes_sent, stats.bytes_received);
            });
            receive();
            all_.start_input([this](std::string block) { send(std::move(block)); },
                             [this](std::error_code end) { input_ended(end); });
        };
        if constexpr (is_local) client_.async_connect(*how_.server.path, limit, connected);
        else client_.async_connect(how_.server.host, how_.server.service, limit, connected);
    }
    int conclude() const { return tool::conclude(all_, client_); }

private:
    static constexpr bool is_local = std::is_same_v<Client, uplink::local_client>;
    static constexpr bool is_tls = !is_local && !std::is_same_v<Client, uplink::tcp_client>;

    void send(std::string&& block) {
        if (how_.crlf) block = line_ends_.convert(block);
        if (!std::exchange(has_begun_, true)) is_http_ = is_http_request(block);
        client_.async_send(std::move(block), how_.limit, [this](std::error_code ec, std::size_t) {
            all_.input.block_done();
            if (ec) send_failed(ec);
        });
    }
    /// A failure of the connection, and the limit for all of it, end the receive too, and are reported there, unless
    /// that has ended already. A pause ends the send alone.
    void send_failed(const std::error_code& ec) {
        const auto now = std::chrono::steady_clock::now();
        const bool is_pause = ec == uplink::errc::send_timeout && how_.limit.deadline(now) > now;
        if (peer_ended_ || is_pause) fail(peer_ + ": standard input did not arrive whole", ec);
    }
    void input_ended(const std::error_code& ec) {
        const auto ended = [this](std::error_code send_ec) {
            if (send_ec) return send_failed(send_ec);
            all_sent_ = true;
            if (peer_ended_) confirm();
        };
        if (!ec && how_.half_closes && !peer_ended_) {
            sent_end_in_bytes_ = is_tls;
            if (is_http_ && !how_.json)
                all_.out.say("an HTTP server may cut its answer short now; --no-half-close avoids that");
            return client_.async_shutdown_send(how_.limit, ended);
        }
        if (!ec)
            return client_.async_send(std::string(), how_.limit,
                                      [ended](auto send_ec, auto) { ended(send_ec); });
        // What has been sent must not look like the whole.
        std::error_code ignored;
        client_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
        finish(exit_status::local, how_.file.value_or("standard input") + ": " + ec.message());
    }

    void receive() {
        client_.async_receive_some(how_.limit, [this](std::error_code ec, std::string_view bytes) {
            if (all_.is_finished()) return;
            if (!ec && !how_.line) return write(bytes, [this] { receive(); });  // the view is good until then
            text_ = ec ? lines_.rest() : lines_.feed(bytes);
            write(text_, [this, ec] {
                if (!ec) return receive();
                if (ec == asio::error::eof) return peer_ended();
                if (ec == uplink::errc::receive_timeout && all_sent_ && !how_.half_closes)
                    return fail(peer_ +
                                    ": it has not ended; it keeps the connection, or waits for a half-close, "
                                    "which --no-half-close leaves out",
                                ec);
                fail(peer_, ec);
            });
        });
    }
    void write(std::string_view bytes, std::function<void()> then) {
        if (bytes.empty()) return then();
        all_.output.write(bytes, [this, then = std::move(then)](std::error_code ec) {
            if (all_.is_finished()) return;
            if (!ec) return then();
            // Whoever read it has enough: that is nothing to complain about.
            finish(exit_status::local,
                   ec == std::errc::broken_pipe ? "" : "standard output: " + ec.message());
        });
    }
    void peer_ended() {
        peer_ended_ = true;
        if (all_sent_) return confirm();
        if (!all_.is_typed()) return;
        all_.input.stop();  // nobody would type more for a peer that has gone
        input_ended({});
    }

    /// The peer has ended, and all is sent. What a peer was sent behind its own end has only arrived once its system
    /// says so, and no event of the socket does. A peer that has closed answers with a reset; to our end too, if that
    /// is made of bytes, as in TLS.
    void confirm() {
        if (all_.is_finished()) return;
        const int socket = client_.lowest_layer().native_handle();
        int unconfirmed = 0;
        int error = 0;
        socklen_t size = sizeof error;
        if (::ioctl(socket, SIOCOUTQ, &unconfirmed) != 0) unconfirmed = 0;
        ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0 && !sent_end_in_bytes_) return send_failed({error, std::generic_category()});
        if (error != 0 || unconfirmed == 0)
            return client_.async_shutdown_send(how_.limit,
                                               [this](std::error_code) { finish(exit_status::done); });
        const auto now = std::chrono::steady_clock::now();
        if (how_.limit.deadline(now) <= now) return send_failed(uplink::errc::send_timeout);
        timer_.expires_after(std::chrono::milliseconds(5));
        timer_.async_wait([this](std::error_code) { confirm(); });
    }

    /// A signal: what is under way ends, and the peer sees an end in order if it takes it within a second.
    void interrupt() {
        static_cast<void>(client_.stats());
        if (!client_.is_open()) return client_.close();
        client_.async_close(std::chrono::seconds(1), [this](std::error_code) { all_.stop(); });
    }
    void fail(const std::string& what, const std::error_code& ec) {
        finish(exit_status_of(ec, phase::connected), failure_text(what, ec, client_.last_connect()));
    }
    void finish(exit_status status, std::string message = {}) {
        static_cast<void>(client_.stats());  // the system says no more once it is closed
        if (all_.finish(status, std::move(message))) client_.close();
    }

    Client client_;
    session all_;
    const arguments& how_;
    crlf_writer line_ends_{};
    whole_lines lines_;
    asio::steady_timer timer_;
    std::string text_{};  // that is being written, in line mode
    std::string peer_{};
    bool has_begun_ = false;
    bool is_http_ = false;
    bool peer_ended_ = false;
    bool all_sent_ = false;
    bool sent_end_in_bytes_ = false;
};

}  // namespace tool
