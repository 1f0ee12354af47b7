// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The input is that of proxy_driver.hpp.

#include <fuzz/proxy_driver.hpp>
#include <fuzz/targets.hpp>

#include <uplink/detail/machine/http_tunnel.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace fuzz {

namespace {

/// The head of an accepted reply, said plainly: lines with CR LF, of which the first has the status and the last is
/// empty. The number of bytes; 0 if it is none.
std::size_t size_of_head(std::string_view text, int& status) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const std::string_view head = text.substr(0, end + 4);
    for (std::size_t i = 0; i != head.size(); ++i) {
        const auto byte = static_cast<unsigned char>(head[i]);
        if (byte == '\r' && head[i + 1] != '\n') return 0;
        if (byte == '\n' && (i == 0 || head[i - 1] != '\r')) return 0;
        if ((byte < 0x20 && byte != '\r' && byte != '\n' && byte != '\t') || byte == 0x7f) return 0;
    }
    const auto is_digit = [&head](std::size_t i) { return head[i] >= '0' && head[i] <= '9'; };
    if (head.size() < 16 || !head.starts_with("HTTP/1.") || !is_digit(7) || head[8] != ' ' ||
        head[9] == '0' || !is_digit(9) || !is_digit(10) || !is_digit(11) ||
        (head[12] != ' ' && head[12] != '\r'))
        return 0;
    status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + (head[11] - '0');
    bool is_first = true;
    std::string_view fields = head.substr(head.find("\r\n") + 2);
    while (fields != "\r\n") {
        const std::string_view line = fields.substr(0, fields.find("\r\n"));
        fields.remove_prefix(line.size() + 2);
        const bool is_folded = line.starts_with(' ') || line.starts_with('\t');
        const std::string_view name = line.substr(0, line.find(':'));
        const bool is_field =
            name.size() != line.size() && !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
                return c > ' ' && c < 0x7f &&
                       std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
            });
        if (is_folded ? is_first : !is_field) return 0;
        is_first = false;
    }
    return head.size();
}

/// The same for the whole answer.
std::size_t size_of_answer(std::string_view text, int& status) {
    std::size_t size = 0;
    for (int interim = 0;; ++interim) {
        const std::size_t head = size_of_head(text.substr(size), status);
        if (head == 0) return 0;
        size += head;
        if (status >= 200) return size;
        if (status == 101 || interim == 16) return 0;
    }
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t result = 0;
    for (std::size_t i = text.find(part); i != std::string_view::npos; i = text.find(part, i + part.size()))
        ++result;
    return result;
}

}  // namespace

void http_tunnel(std::string_view bytes) {
    using uplink::errc;
    const proxy_input input = read_proxy_input(bytes);
    const uplink::http_proxy proxy{.host = "proxy", .user = input.user, .password = input.password};
    const auto target = uplink::detail::make_proxy_target(input.host, 443);
    const auto make = [&] { return uplink::detail::http_tunnel(proxy, target); };
    const proxy_outcome outcome = run_proxy(make, input);
    if (outcome.error == uplink::net::error::invalid_argument) {
        require(outcome.written.empty() && outcome.consumed == 0, "nothing is written that cannot be sent");
        return;
    }
    const std::string& request = outcome.written.at(0);
    const bool has_login = !input.user.empty() || !input.password.empty();
    require(outcome.written.size() == 1 && count(request, "\r\n") == (has_login ? 4U : 3U), "so many lines");
    require(count(request, "\r") == count(request, "\r\n") && count(request, "\n") == count(request, "\r\n"),
            "a line ends with both");
    require(count(request, " ") == (has_login ? 5U : 3U), "a space separates words alone");
    require(std::all_of(request.begin(), request.end(),
                        [](char c) { return c == '\r' || c == '\n' || (c >= ' ' && c < 0x7f); }),
            "the request is ASCII");
    require(request.ends_with("\r\n\r\n"), "the request ends");

    int status = 0;
    const std::size_t size = size_of_answer(input.replies, status);
    if (size == 0) {
        require(outcome.error == errc::proxy_protocol_error, "what is no reply is refused");
        return;
    }
    const uplink::error_code expected = status < 300    ? uplink::error_code()
                                        : status == 407 ? make_error_code(errc::proxy_authentication_failed)
                                                        : make_error_code(errc::proxy_http_status);
    require(outcome.error == expected && outcome.status == status && outcome.consumed == size,
            "a reply means its status and has its size");
}

}  // namespace fuzz
