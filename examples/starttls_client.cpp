// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
//   starttls_client        talks to a mail server of its own (SMTP, RFC 5321) in plaintext, asks for TLS (RFC 3207), and
//                          goes on encrypted over the same socket
//   starttls_client HOST   the same with the mail server of that name, on port 587, until it has greeted us over TLS
//
// A byte that came behind the answer to STARTTLS was not protected: somebody in between may have put it there, to be
// taken for one of the encrypted answers. So the plain client's state() has to be empty before the handshake.
#include "tls_server.hpp"

#include <uplink/blocking_client.hpp>
#include <uplink/tls.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

using namespace std::chrono_literals;

/// The lines of an answer: all but the last have a hyphen behind the number.
template <class Client> std::string answer(Client& client) {
    std::string lines;
    for (;;) {
        const std::string line = client.receive_until("\r\n", 10s);
        lines += line;
        if (line.size() < 4 || line[3] != '-') return lines;
    }
}

bool greet(const std::string& host, const std::string& service, uplink::tls_options options) {
    uplink::blocking_client plain;
    plain.connect(host, service, 10s);
    std::cout << answer(plain);
    plain.send("EHLO client.example\r\n", 10s);
    std::cout << answer(plain);
    plain.send("STARTTLS\r\n", 10s);
    const std::string go = answer(plain);
    std::cout << go;
    if (!go.starts_with("220")) return false;
    // [starttls]
    if (!plain.client().state().empty()) {
        std::cerr << "plaintext came behind the answer to STARTTLS\n";
        return false;
    }

    uplink::blocking_tls_client secure{std::move(options)};
    secure.connect(plain.client().release(), host, 10s);
    // [/starttls]
    std::cout << to_string(secure.client().last_connect()) << '\n';
    secure.send("EHLO client.example\r\n", 10s);
    std::cout << answer(secure);
    return true;
}

/// The server's part in plaintext; `behind` comes in the same packet as the answer to STARTTLS.
bool talk_plainly(asio::ip::tcp::socket& peer, const std::string& behind) {
    std::error_code ec;
    const auto say = [&](const std::string& words) { peer.write_some(asio::buffer(words), ec); };
    const auto hear = [&] {
        std::string line;
        for (char byte = 0; !ec && !line.ends_with("\r\n"); line += byte)
            peer.read_some(asio::buffer(&byte, 1), ec);
        return line;
    };
    say("220 mail.example\r\n");
    hear();
    say("250-mail.example\r\n250 STARTTLS\r\n");
    if (hear() != "STARTTLS\r\n") return false;
    say("220 go ahead\r\n" + behind);
    return !ec;
}

int main(int argc, char** argv) {
    try {
        if (argc > 1) return greet(argv[1], "587", {}) ? 0 : 1;
        std::string behind;
        tls_server server(
            [](std::string_view request) -> std::string {
                return request.ends_with("\r\n") ? "250 mail.example, encrypted\r\n" : std::string();
            },
            [&](asio::ip::tcp::socket& peer) { return talk_plainly(peer, behind); });
        const uplink::tls_options options{.ca_pem = server.certificate_pem()};
        const bool greeted = greet(server.host(), server.service(), options);
        behind = "250 injected\r\n";
        const bool fooled = greet(server.host(), server.service(), options);
        return greeted && !fooled ? 0 : 1;
    } catch (const std::system_error& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
