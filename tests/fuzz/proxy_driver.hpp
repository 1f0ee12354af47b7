// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What the two targets of proxies share: the input taken apart, and a driver of the conversation. The first byte says
// how the replies arrive; then come lines with the user, the password and the host; the rest is what the proxy sends.
#pragma once

#include <fuzz/targets.hpp>

#include <uplink/detail/machine/proxy_handshake.hpp>
#include <uplink/error.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuzz {

struct proxy_input {
    std::size_t step = 1;  ///< bytes that arrive at a time
    std::string user{};
    std::string password{};
    std::string host{};
    std::string_view replies{};
};

inline std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

inline proxy_input read_proxy_input(std::string_view input) {
    proxy_input result;
    if (input.empty()) return result;
    result.step = 1 + static_cast<unsigned char>(input.front()) % 32U;
    input.remove_prefix(1);
    result.user = take_line(input);
    result.password = take_line(input);
    result.host = take_line(input);
    result.replies = input;
    return result;
}

struct proxy_outcome {
    uplink::error_code error{};
    int status = 0;
    std::size_t consumed = 0;
    std::vector<std::string> written{};

    friend bool operator==(const proxy_outcome&, const proxy_outcome&) = default;
};

/// Either reads what the machine allows, or looks at all that has arrived and consumes what the machine takes.
template <class Machine>
proxy_outcome run_proxy(Machine machine, std::string_view replies, std::size_t step, bool peeks) {
    using uplink::detail::proxy_action;
    proxy_outcome result;
    for (;;) {
        switch (machine.next()) {
        case proxy_action::write:
            require(!machine.output().empty(), "there is something to write");
            result.written.emplace_back(machine.output());
            machine.written();
            require(machine.output().empty(), "credentials go when they are written");
            break;
        case proxy_action::read: {
            const std::size_t limit = machine.read_limit();
            require(limit != 0, "something may be read");
            const std::string_view rest = replies.substr(result.consumed);
            if (rest.empty()) {
                machine.end();
                require(machine.error() == uplink::errc::proxy_protocol_error,
                        "an end inside a reply is an error");
                break;
            }
            const std::string_view piece = rest.substr(0, peeks ? step : std::min(step, limit));
            const std::size_t taken = machine.feed(piece);
            require(taken != 0 && taken <= piece.size(), "a part of what was read is taken");
            require(peeks || machine.error() || taken == piece.size(), "nothing was read that is not taken");
            result.consumed += taken;
            break;
        }
        case proxy_action::done:
            require(!machine.error() && machine.reason().empty(), "success is no error");
            return result.status = machine.status(), result;
        case proxy_action::fail:
            require(static_cast<bool>(machine.error()), "a failure has an error");
            require(machine.output().empty() && machine.feed("x") == 0, "nothing goes on after a failure");
            result.error = machine.error();
            result.status = machine.status();
            return result;
        }
    }
}

/// However the replies arrive, the outcome is the same, and it does not depend on what follows.
template <class Make> proxy_outcome run_proxy(const Make& make, const proxy_input& input) {
    const proxy_outcome whole = run_proxy(make(), input.replies, input.replies.size() + 1, true);
    require(whole == run_proxy(make(), input.replies, input.step, true), "pieces change nothing");
    require(whole == run_proxy(make(), input.replies, input.step, false), "careful reads change nothing");
    require(whole == run_proxy(make(), input.replies, 1, false), "single bytes change nothing");
    require(whole.consumed <= input.replies.size(), "what was consumed was there");
    if (whole.consumed != 0) {  // not where the end was the error
        const bool has_ended = whole.error && whole.consumed == input.replies.size();
        if (!has_ended)
            require(whole == run_proxy(make(), input.replies.substr(0, whole.consumed), input.step, false),
                    "what follows the reply is another's");
    }
    return whole;
}

}  // namespace fuzz
