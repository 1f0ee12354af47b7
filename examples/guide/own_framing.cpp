// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A framing of your own: netstrings, such as "5:hello,". parse() looks at all bytes that are pending. It says how many
// are missing, or where the message is, or that these bytes can't be one. It checks a length before it waits for it.
#include "little_server.hpp"

#include <uplink/blocking_client.hpp>

#include <iostream>

using namespace std::chrono_literals;
using uplink::parse_result;

// [framing]
struct netstring {
    std::size_t max = 1 << 20;

    parse_result parse(std::string_view pending) const {
        std::size_t length = 0, colon = 0;
        for (; colon != pending.size() && pending[colon] != ':'; ++colon) {
            if (pending[colon] < '0' || pending[colon] > '9')
                return parse_result::failed(uplink::errc::malformed_message);
            length = length * 10 + static_cast<std::size_t>(pending[colon] - '0');
            if (length > max) return parse_result::failed(uplink::errc::message_too_large);
        }
        if (colon == pending.size()) return parse_result::need_more();
        const std::size_t begin = colon + 1, end = begin + length;
        if (pending.size() <= end) return parse_result::need_more(end + 1 - pending.size());
        if (colon == 0 || pending[end] != ',') return parse_result::failed(uplink::errc::malformed_message);
        return parse_result::message(begin, end, end + 1);
    }
};
// [/framing]

int main() try {
    little_server server([](little_server::peer& peer) {
        const std::string_view all = "5:hello,0:,3:a,b,10000000:";
        for (std::size_t i = 0; i != all.size(); ++i) peer.say(all.substr(i, 1));
    });
    // [use]
    uplink::blocking_client client;
    client.connect(server.host(), server.service(), 10s);
    for (const std::string expected : {"hello", "", "a,b"})
        if (client.receive_message(netstring{}, 10s) != expected) return 1;
    uplink::error_code ec;
    client.receive_message(netstring{.max = 1000}, 10s, ec);
    std::cout << ec.message() << '\n';  // the bytes are still in client.client().state()
    // [/use]
    return ec == uplink::errc::message_too_large ? 0 : 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
