// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A mail by SMTP with STARTTLS (RFC 3207): a plain client talks until the server is ready for TLS, and a TLS client
// goes on with its socket. Bytes that came behind the answer to STARTTLS may be an attack, so there must be none.
#include "mail_server.hpp"

#include <uplink/blocking_client.hpp>
#include <uplink/tls.hpp>

#include <iostream>
#include <stdexcept>

using namespace std::chrono_literals;

// [mail]
/// Sends a command, and reads its answer, whose lines but the last have a hyphen behind the number.
template <class Client> std::string command(Client& client, const std::string& words, char expected) {
    if (!words.empty()) client.send(words + "\r\n", 10s);
    std::string line;
    do line = client.receive_until("\r\n", 10s);
    while (line.size() > 3 && line[3] == '-');
    return line[0] == expected ? line : throw std::runtime_error(words + ": " + line);
}

std::string send_mail(const std::string& host, const std::string& service, uplink::tls_options options) {
    uplink::blocking_client plain;
    plain.connect(host, service, 10s);
    command(plain, "", '2');  // the greeting
    command(plain, "EHLO me.example", '2');
    command(plain, "STARTTLS", '2');
    if (!plain.client().state().empty()) throw std::runtime_error("something came behind STARTTLS");

    uplink::blocking_tls_client secure{std::move(options)};
    secure.connect(plain.client().release(), host, 10s);
    command(secure, "EHLO me.example", '2');
    command(secure, "MAIL FROM:<me@me.example>", '2');
    command(secure, "RCPT TO:<you@you.example>", '2');
    command(secure, "DATA", '3');
    const std::string taken = command(secure, "Hello\r\n.", '2');
    command(secure, "QUIT", '2');
    secure.close(5s);
    return taken;
}
// [/mail]

int main() try {
    mail_server server;
    const std::string taken =
        send_mail(server.host(), server.service(), {.ca_pem = server.certificate_pem()});
    return taken == "250 taken, 5 bytes\r\n" ? 0 : 1;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
