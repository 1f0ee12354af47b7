// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The input is that of proxy_driver.hpp.

#include <fuzz/proxy_driver.hpp>
#include <fuzz/targets.hpp>

#include <uplink/detail/machine/socks5_handshake.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace fuzz {

namespace {

using uplink::errc;

/// What the replies mean, said plainly: RFC 1928 and RFC 1929 over bytes that are all there.
class plain_replies {
public:
    plain_replies(std::string_view bytes, bool has_user) : bytes_(bytes) { read(has_user); }

    uplink::error_code error{};
    int status = 0;
    std::size_t consumed = 0;

private:
    /// The next byte; -1 at the end, which is an error.
    int next() {
        if (consumed == bytes_.size()) return fail(errc::proxy_protocol_error), -1;
        return static_cast<unsigned char>(bytes_[consumed++]);
    }
    bool next_is(int expected, errc otherwise = errc::proxy_protocol_error) {
        const int byte = next();
        if (byte < 0 || byte == expected) return byte >= 0;
        return fail(otherwise);
    }
    bool fail(errc value) {
        error = value;
        return false;
    }

    void read(bool has_user) {
        if (!next_is(5)) return;
        const int method = next();
        if (method < 0) return;
        if (method == 255) fail(errc::proxy_no_acceptable_method);
        else if (method != 0 && (method != 2 || !has_user)) fail(errc::proxy_protocol_error);
        if (error) return;
        if (method == 2 && (!next_is(1) || !next_is(0, errc::proxy_authentication_failed))) return;
        if (!next_is(5)) return;
        const int code = next();
        if (code < 0) return;
        status = code;
        if (!next_is(0)) return;
        const int type = next();
        if (type < 0) return;
        int left = type == 1 ? 4 : type == 4 ? 16 : type == 3 ? next() : 0;
        if (left == 0) fail(errc::proxy_protocol_error);
        for (left += 2; left != 0 && !error; --left) next();
        if (error || code == 0) return;
        const int first = static_cast<int>(errc::proxy_general_failure);
        fail(static_cast<errc>(code > 8 ? first : first + code - 1));
    }

    std::string_view bytes_;
};

}  // namespace

void socks5(std::string_view bytes) {
    const proxy_input input = read_proxy_input(bytes);
    const uplink::socks5_proxy proxy{.host = "proxy", .user = input.user, .password = input.password};
    const auto target = uplink::detail::make_proxy_target(input.host, 0x1234);
    const auto make = [&] { return uplink::detail::socks5_handshake(proxy, target); };
    const proxy_outcome outcome = run_proxy(make, input);
    if (outcome.error == uplink::net::error::invalid_argument) {
        require(outcome.written.empty() && outcome.consumed == 0, "nothing is written that cannot be sent");
        return;
    }
    const bool has_user = !input.user.empty();
    const plain_replies plain(input.replies, has_user);
    require(outcome.error == plain.error && outcome.status == plain.status &&
                outcome.consumed == plain.consumed,
            "the replies mean what they mean");

    std::size_t place = 0;
    require(outcome.written[place++] == (has_user ? std::string("\5\2\0\2", 4) : std::string("\5\1\0", 3)),
            "log-in is offered with a user alone");
    const bool logs_in = input.replies.size() > 1 && input.replies[1] == 2 && has_user;
    if (logs_in && outcome.written.size() > 1) {
        const std::string& login = outcome.written[place++];
        const std::size_t user_size = static_cast<unsigned char>(login[1]);
        require(login.substr(2, user_size) == input.user, "the user is sent whole");
        require(static_cast<unsigned char>(login[2 + user_size]) == input.password.size() &&
                    login.substr(3 + user_size) == input.password,
                "the password is sent whole");
    }
    if (place == outcome.written.size()) return;
    const std::string& request = outcome.written[place++];
    require(place == outcome.written.size(), "the request is the last");
    require(request.starts_with(std::string("\5\1\0", 3)) && request.ends_with("\x12\x34"),
            "it asks to connect");
    const std::size_t size = request.size() - 6;  // of the address
    switch (request[3]) {
    case 1: require(size == 4 && target.address->is_v4(), "an IPv4 address has four bytes"); break;
    case 4: require(size == 16 && target.address->is_v6(), "an IPv6 address has sixteen bytes"); break;
    default:
        require(request[3] == 3 && size == input.host.size() + 1 &&
                    request.substr(5, size - 1) == input.host &&
                    static_cast<unsigned char>(request[4]) == input.host.size(),
                "a name is sent whole");
    }
}

}  // namespace fuzz
