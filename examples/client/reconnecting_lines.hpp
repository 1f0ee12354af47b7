// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// --line --reconnect: a dialogue in lines that survives its server. A line that is typed while there is no connection
// waits for the next one; one of which a part had gone when a connection was lost is not sent again, but told. Of what
// comes, a line that its connection did not end is dropped: none is joined of two connections.
#pragma once

#include "connection_border.hpp"
#include "line_ends.hpp"
#include "report_text.hpp"
#include "session.hpp"

#include <uplink/reconnecting_client.hpp>

#include <asio/error.hpp>
#include <asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace tool {

template <class Client> class reconnecting_lines {
    using client_type = uplink::reconnecting_client<Client>;

public:
    reconnecting_lines(asio::io_context& io, Client&& client, const arguments& how, console& out)
        : client_(std::move(client), how.server.path.value_or(how.server.host), how.server.service,
                  {.on_loss = uplink::loss_policy::keep_untouched, .read_ahead = 0}),
          all_(io, how, out), how_(how), received_(how.crlf) {}

    void start() {
        all_.start([this] { interrupt(); },
                   [this] { finish(exit_status::timeout, server() + ": the time limit ran out"); });
        client_.on_change([this](const auto& status) { changed(status); });
        client_.start();
        receive();
        all_.start_input([this](std::string block) { block_came(std::move(block)); },
                         [this](std::error_code ec) { input_ended(ec); });
    }
    int conclude() {
        if (unsent_ != 0 && !how_.json)
            all_.out.say(std::to_string(unsent_) + (unsent_ == 1 ? " line was" : " lines were") +
                         " not sent");
        return tool::conclude(all_, client_.client());
    }

private:
    static constexpr std::size_t most_waiting = std::size_t{1} << 16;

    std::string server() const { return printable(how_.server.name()); }

    void changed(const typename client_type::reconnect_status& status) {
        using state = uplink::reconnect_state;
        const bool has_failed = status.state == state::waiting || status.state == state::failed;
        if (status.state == state::preparing || (has_failed && client_.client().last_connect().error))
            tell_of_connect(all_, client_.client());
        if (all_.is_finished()) return;
        if (status.state == state::failed)
            return finish(refusal_status(status.last_error, client_.client().last_connect()),
                          refusal_text(client_.client(), how_.server, status.last_error));
        const bool is_back = status.state == state::connected && was_lost_;
        was_lost_ = status.state == state::waiting || (was_lost_ && status.state != state::connected);
        if ((is_back || has_failed) && !is_ending_ && !how_.json)
            all_.out.say(server() + ": " + without_advice(to_string(status)));
        if (status.state == state::connected) {
            is_connected_ = true;
            end_if_done();
        } else if (std::exchange(is_connected_, false) && border_.state_lost()) {
            cut(status.last_error);
        }
    }
    /// What comes from now on is the next connection's.
    void cut(const std::error_code& ec) {
        const std::string rest = received_.rest();
        if (!is_ending_ || end_) return;
        const bool is_orderly = ec == asio::error::eof;
        if (is_orderly) waiting_ += rest;
        end_ = is_orderly ? std::error_code() : ec;
    }
    /// Nothing has come for as long as --idle-timeout allows. The connection stands, so the last line is none that was
    /// cut.
    void paused(const std::error_code& ec) {
        waiting_ += received_.rest();
        end_ = ec;
    }

    /// Each line is a send of its own, so that a loss cuts one line at most.
    void block_came(std::string&& block) {
        const std::string lines = typed_.feed(how_.crlf ? line_ends_.convert(block) : block);
        // Input waits until the lines of a block have gone, or been given up.
        const std::shared_ptr<void> block_done(nullptr, [this](void*) { all_.input.block_done(); });
        for (const std::string_view line : split_lines(lines)) send(std::string(line), block_done);
    }
    void send(std::string line, std::shared_ptr<void> block_done) {
        ++pending_;
        const std::size_t size = line.size();
        client_.async_send(std::move(line), [this, size, block_done](std::error_code ec, std::size_t sent) {
            --pending_;
            if (all_.is_finished()) {
                if (ec && sent != size) ++unsent_;
                return;
            }
            if (ec) {
                lost_line_ = true;
                if (!how_.json)
                    all_.out.say("a line did not arrive whole, " + std::to_string(sent) + " of " +
                                 std::to_string(size) + " bytes had gone: " + message_of(ec));
            }
            end_if_done();
        });
    }
    void input_ended(const std::error_code& ec) {
        if (ec) return finish(exit_status::local, how_.file.value_or("standard input") + ": " + ec.message());
        if (std::string rest = typed_.rest(); !rest.empty()) send(std::move(rest), nullptr);
        input_ended_ = true;
        end_if_done();
    }
    /// What is typed goes out even if the server is away at the moment. Then the server gets our end, and what it still
    /// says is written. A reconnecting_client has no half-close; its client has, and has nothing else to send by then.
    void end_if_done() {
        if (!input_ended_ || pending_ != 0 || client_.status().connections == 0) return;
        if (std::exchange(is_ending_, true)) return;
        if (!is_connected_) return cut(asio::error::eof), write();
        client_.client().async_shutdown_send([](std::error_code) {});  // a failure is the receive's too
    }
    void ended(const std::error_code& ec) {
        if (ec) finish(exit_status_of(ec, phase::connected), server() + ": " + message_of(ec));
        else if (lost_line_) finish(exit_status::broken, server() + ": not all lines arrived");
        else finish(exit_status::done);
    }

    void receive() {
        if (border_.is_receiving() || end_ || waiting_.size() >= most_waiting) return;
        border_.receive_began();
        client_.async_receive_some([this](std::error_code ec, std::string_view bytes) {
            const bool is_border = border_.receive_ended(static_cast<bool>(ec));
            if (all_.is_finished() || (ec && client_.status().state >= uplink::reconnect_state::stopping))
                return;
            if (!ec) waiting_ += received_.feed(bytes);
            if (ec == uplink::errc::receive_timeout) paused(ec);
            else if (is_border) cut(ec ? ec : client_.status().last_error);
            write();
            receive();
        });
    }
    /// One piece at a time.
    void write() {
        if (is_writing_ || all_.is_finished()) return;
        if (waiting_.empty()) {
            if (end_) ended(*end_);
            return;
        }
        is_writing_ = true;
        written_ = std::exchange(waiting_, {});
        all_.output.write(written_, [this](std::error_code ec) {
            is_writing_ = false;
            if (all_.is_finished()) return;
            if (ec)
                return finish(exit_status::local,
                              ec == std::errc::broken_pipe ? "" : "standard output: " + ec.message());
            write();
            receive();
        });
    }

    void interrupt() {
        client_.async_stop(std::chrono::seconds(1), [this](std::error_code) { all_.stop(); });
    }
    void finish(exit_status status, std::string message = {}) {
        static_cast<void>(client_.client().stats());  // the system says no more once it is closed
        if (all_.finish(status, std::move(message))) client_.close();
    }

    client_type client_;
    session all_;
    const arguments& how_;
    crlf_writer line_ends_{};
    whole_lines typed_{};
    whole_lines received_;
    connection_border border_{};
    std::string waiting_{};                 // for the output
    std::string written_{};                 // by the output, now
    std::optional<std::error_code> end_{};  // how the last connection ended
    std::size_t pending_ = 0;               // sends
    std::size_t unsent_ = 0;                // lines that waited when something else ended it
    bool lost_line_ = false;
    bool input_ended_ = false;
    bool is_ending_ = false;
    bool is_connected_ = false;
    bool was_lost_ = false;
    bool is_writing_ = false;
};

}  // namespace tool
