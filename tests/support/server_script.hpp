// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the loopback server does on one connection, step by step, written so that it reads as a conversation:
//   server_script().expect("ping").reply("pong").half_close().expect_eof()
// It waits for bytes and for the test (when_signalled), never for time; a step for which nothing happens for 30 seconds
// fails. A step that fails resets the connection. A reply to a client that has gone ends the conversation and is
// no failure. Each step knows where it was written.
#pragma once

#include <cstddef>
#include <source_location>
#include <string>
#include <vector>

namespace uplink::tests {

class server_script {
public:
    using location = std::source_location;

    server_script();
    server_script(const server_script& other);
    server_script(server_script&& other) noexcept;
    server_script& operator=(const server_script& other);
    server_script& operator=(server_script&& other) noexcept;
    ~server_script();

    /// Exactly these bytes come next.
    server_script& expect(std::string bytes, location where = location::current());
    /// That many bytes come next.
    server_script& expect_bytes(std::size_t count, location where = location::current());
    /// The client's end comes next; not a reset.
    server_script& expect_eof(location where = location::current());
    /// Whatever comes, until the client's end; not a reset.
    server_script& expect_anything_until_eof(location where = location::current());
    /// Whatever comes, until the client has gone, by an end or a reset.
    server_script& until_gone(location where = location::current());

    server_script& reply(std::string bytes, location where = location::current());
    /// Each piece leaves by itself; the last may be shorter.
    server_script& reply_in_pieces(std::string bytes, std::size_t piece,
                                   location where = location::current());
    /// Sends back what comes, until the client's end.
    server_script& echo(location where = location::current());

    server_script& half_close(location where = location::current());
    /// RST instead of FIN; the last step.
    server_script& reset(location where = location::current());
    /// The last step, and what happens at the end of every conversation.
    server_script& close(location where = location::current());
    /// Neither reads, sends nor closes until the server is destroyed.
    server_script& silence(location where = location::current());
    /// Waits for loopback_server::signal.
    server_script& when_signalled(location where = location::current());

private:
    friend class loopback_session;
    enum class action {
        expect,
        eof,
        anything,
        gone,
        reply,
        echo,
        half_close,
        reset,
        close,
        silence,
        signalled
    };
    struct step {
        action what;
        location where;
        std::string bytes{};
        std::size_t count = 0;
    };
    server_script& add(action what, location where, std::string bytes = {}, std::size_t count = 0);

    std::vector<step> steps_;
};

}  // namespace uplink::tests
