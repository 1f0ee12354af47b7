// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Runs the conversation with a proxy against bytes that the proxy sends, in every way in which they can arrive. What
// follows the reply belongs to the tunnel and has to be left.
#pragma once

#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/error.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplink::tests {

/// The result of a conversation.
struct proxy_outcome {
    error_code error{};
    int status = 0;
    std::size_t consumed = 0;

    friend bool operator==(const proxy_outcome&, const proxy_outcome&) = default;
    friend std::ostream& operator<<(std::ostream& out, const proxy_outcome& outcome) {
        return out << outcome.error.message() << ", status " << outcome.status << ", consumed "
                   << outcome.consumed;
    }
};

/// How a driver reads: not more than the machine allows, or looking at what there is and consuming what it is told.
enum class reading { limited, peeking };

/// The proxy sends the bytes in pieces that end at these places, and at their end if not all are named; then it ends
/// the connection.
template <class Machine> class proxy_conversation {
public:
    proxy_conversation(Machine machine, std::string_view bytes, std::vector<std::size_t> piece_ends,
                       reading how)
        : machine_(std::move(machine)) {
        piece_ends.push_back(bytes.size());
        run(bytes, piece_ends, how);
    }

    const Machine& machine() const { return machine_; }
    const std::vector<std::string>& written() const { return written_; }
    std::size_t reads() const { return reads_; }
    proxy_outcome outcome() const { return {machine_.error(), machine_.status(), consumed_}; }

private:
    using proxy_action = detail::proxy_action;

    /// Cheaper than an assertion, of which there would be millions.
    static void require(bool holds, const char* rule) {
        if (!holds) FAIL(rule);
    }

    void run(std::string_view bytes, const std::vector<std::size_t>& piece_ends, reading how) {
        for (;;) {
            switch (machine_.next()) {
            case proxy_action::write:
                require(!machine_.output().empty(), "there is something to write");
                require(machine_.read_limit() == 0, "nothing is read before all is written");
                written_.emplace_back(machine_.output());
                machine_.written();
                require(machine_.output().empty(), "what has been written is gone");
                break;
            case proxy_action::read: read(bytes, piece_ends, how); break;
            case proxy_action::done:
            case proxy_action::fail:
                require((machine_.next() == proxy_action::done) == !machine_.error(),
                        "a failure has an error");
                require(machine_.output().empty() && machine_.read_limit() == 0, "nothing is left to do");
                require(machine_.feed("more") == 0, "nothing is taken any more");
                return;
            }
        }
    }

    void read(std::string_view bytes, const std::vector<std::size_t>& piece_ends, reading how) {
        const std::size_t limit = machine_.read_limit();
        require(limit != 0, "something may be read");
        if (consumed_ == bytes.size()) return machine_.end();
        const std::size_t end = *std::upper_bound(piece_ends.begin(), piece_ends.end(), consumed_);
        std::size_t count = end - consumed_;
        if (how == reading::limited) count = std::min(count, limit);
        const std::size_t taken = machine_.feed(bytes.substr(consumed_, count));
        consumed_ += taken;
        ++reads_;
        require(taken != 0 && taken <= count, "a part of what was read is taken");
        require(how == reading::peeking || machine_.error() || taken == count, "what was read is taken");
    }

    Machine machine_;
    std::vector<std::string> written_{};
    std::size_t consumed_ = 0;
    std::size_t reads_ = 0;
};

/// The ways in which n bytes arrive: at once, byte by byte, and split at every place.
inline std::vector<std::vector<std::size_t>> all_splits(std::size_t n) {
    std::vector<std::vector<std::size_t>> result(2);
    for (std::size_t place = 1; place < n; ++place) {
        result[1].push_back(place);
        result.push_back({place});
    }
    return result;
}

/// `make` gives a new machine. The outcome is the same however the bytes arrive, and whatever follows them. An end of
/// the connection before the last byte that the expected outcome consumes is a proxy_protocol_error.
template <class Make>
void check_conversation(const Make& make, std::string_view bytes, const proxy_outcome& expected) {
    for (const std::string_view tunnel :
         {"", "t", "\r\n\r\n", "HTTP/1.1 200 \r\n\r\n", "\x05\x05\x05\x05\x05"}) {
        const std::string sent = std::string(bytes).append(tunnel);
        for (const auto& split : all_splits(sent.size())) {
            for (const reading how : {reading::limited, reading::peeking}) {
                const auto outcome = proxy_conversation(make(), sent, split, how).outcome();
                if (outcome == expected) continue;
                CAPTURE(sent, split, how == reading::peeking);
                CHECK(outcome == expected);
                return;
            }
        }
    }
    for (std::size_t size = 0; size != expected.consumed; ++size) {
        const auto ended = proxy_conversation(make(), bytes.substr(0, size), {}, reading::limited).outcome();
        INFO("the connection ends behind " << size << " bytes");
        CHECK(ended.error == errc::proxy_protocol_error);
        CHECK(ended.consumed == size);
    }
}

template <class Make>
void check_conversation(const Make& make, std::string_view bytes, error_code error, int status) {
    INFO("the proxy sends \"" << bytes << "\"");
    check_conversation(make, bytes, {error, status, bytes.size()});
}

/// The hosts that no proxy can be asked for.
inline std::vector<std::string> refused_hosts() {
    using namespace std::string_literals;
    std::string long_name;
    while (long_name.size() < 253) long_name += "abcdefghijk.";
    long_name.resize(254, 'a');
    return {"",
            " ",
            "a b",
            "a\r\nb",
            "a\nb",
            "a\rb",
            "a\tb",
            "a\0b"s,
            "\0"s,
            "a\x7f",
            "\x01",
            "*",
            ".",
            "a:80",
            "[a]",
            "http://a",
            "256.1.1.1",
            "1.2.3",
            "0x7f.1",
            "::g",
            "fe80::1%1",
            "[fe80::1%lo]",
            "fe80::1%none",
            "::1%0",
            long_name,
            std::string(255, 'a'),
            std::string(256, 'a'),
            std::string(257, 'a'),
            std::string(70000, 'a')};
}

}  // namespace uplink::tests
