// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   https_get                gets a page from a server of its own, after that has been refused for its certificate
//   https_get HOST [TARGET]  gets a page from that host, which has to prove its name to the system's roots
//
// The response is whole when exchange() succeeds, without a look at its length: the server has ended the session
// with close_notify, which nobody in between can forge. A connection that was cut is errc::truncated.
#include "tls_server.hpp"

#include <uplink/tls.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

using namespace std::chrono_literals;

std::error_code get(const std::string& host, const std::string& service, const std::string& target,
                    uplink::tls_options options) {
    options.alpn = {"http/1.1"};
    // [verified]
    uplink::blocking_tls_client client{std::move(options)};
    std::error_code ec;
    client.connect(host, service, 10s, ec);
    std::cerr << to_string(client.client().last_connect()) << '\n';
    if (ec) return ec;
    // [/verified]

    const std::string request =
        "GET " + target + " HTTP/1.0\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
    std::cout << client.exchange(request, 10s, ec) << '\n';
    if (ec) std::cerr << "the response: " << ec.message() << '\n';
    return ec;
}

int main(int argc, char** argv) {
    if (argc > 1) return get(argv[1], "443", argc > 2 ? argv[2] : "/", {}) ? 1 : 0;

    tls_server server([](std::string_view request) -> std::string {
        if (!request.ends_with("\r\n\r\n")) return {};
        return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthe page\n";
    });
    // The system's roots know nothing of its certificate, which may be anybody's.
    const std::error_code refused = get(server.host(), server.service(), "/", {});
    const std::error_code done =
        get(server.host(), server.service(), "/", {.ca_pem = server.certificate_pem()});
    return refused == uplink::errc::certificate_rejected && !done ? 0 : 1;
}
