// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Prints the page error_table.md: each code of uplink::errc with its message, what it equals, what to do next, and a
// test that provokes it; and the codes of Asio and of the system that a client meets most. A test compares the page
// with this.
#include <uplink/error.hpp>

#include <iostream>
#include <string>
#include <string_view>

namespace {

struct row {
    uplink::error_code code;
    std::string_view name, next, file, test_case;
};

using uplink::errc;

const row own[] = {
    {errc::resolve_timeout, "resolve_timeout",
     "Look at the name server; `last_connect()` says since when the lookup ran. Try again later.",
     "connect/connect_lookup_test.cpp",
     "faults 4: a limit ends a connect whose lookup is stuck, and the late answer is dropped"},
    {errc::connect_timeout, "connect_timeout",
     "Look at `last_connect()`: which addresses were silent? See [connect hangs](connect_hangs.md).",
     "connect/connect_real_test.cpp", "faults 12: a black hole ends at the limit, with nothing left open"},
    {errc::proxy_timeout, "proxy_timeout", "The proxy was reached and is silent. Ask whoever runs it.",
     "connect/proxy_negotiation_test.cpp",
     "a silent proxy is proxy_timeout at any place of the conversation, and other phases have their own code"},
    {errc::handshake_timeout, "handshake_timeout",
     "Does the server speak TLS on this port? Many that do not are silent. Or the session hook did not call `done`.",
     "tls/handshake_ends_test.cpp",
     "TLS handshake over a stream: a server that falls silent at any step is handshake_timeout, on time"},
    {errc::send_timeout, "send_timeout",
     "The peer does not read. If part has gone, close and connect again. If nothing has gone, go on.",
     "client/exchange_operation_test.cpp",
     "an exchange times out as send_timeout while it has something to send, else as receive_timeout"},
    {errc::receive_timeout, "receive_timeout",
     "Receive again, or close: the next answer may be that of the old request. See [no answer](no_answer.md).",
     "client/exchange_operation_test.cpp",
     "an exchange times out as send_timeout while it has something to send, else as receive_timeout"},
    {errc::close_timeout, "close_timeout",
     "Nothing to do: the socket is closed. The peer may not have read all.",
     "client/close_operation_test.cpp",
     "async_close ends at its limit, else at close_timeout, and tells how much of a send has left"},
    {errc::truncated, "truncated",
     "Do not use what came as if it were whole. Connect again. See [truncated](truncated.md).",
     "client/receives_test.cpp",
     "faults 60: an end between messages is eof, inside one it is truncated and the bytes stay"},
    {errc::receive_limit, "receive_limit",
     "Take the bytes with `take_state()` and receive again, or raise `max_receive`.",
     "client/receives_test.cpp",
     "faults 42: max_receive is exact: the state is full, and the byte that did not fit comes next"},
    {errc::message_too_large, "message_too_large",
     "Close the connection, or raise the framing's `max` if the peer is right.", "client/receives_test.cpp",
     "faults 58, 59: too large a message is refused, and the connection goes on"},
    {errc::malformed_message, "malformed_message",
     "Close the connection: nobody knows where the next message begins. Check your framing.",
     "connection/receive_operation_test.cpp",
     "a user's framing delivers, and one that misbehaves is malformed_message with the bytes kept"},
    {errc::send_queue_full, "send_queue_full",
     "Wait with `async_drain`, then send this message again. See [backpressure](backpressure.md).",
     "client/sends_test.cpp",
     "a send into an empty queue is taken whatever its size, and what waits behind is limited, to the byte"},
    {errc::send_interrupted, "send_interrupted",
     "Close and connect again: the peer has part of a message. Receives still work.",
     "connection/sender_stop_test.cpp",
     "faults 36: a send that is stopped half-way reports how much is gone, and bars later sends, not receives"},
    {errc::operation_in_progress, "operation_in_progress",
     "Wait for the operation that is pending; it goes on undisturbed.", "client/misuse_test.cpp",
     "faults 44: a second receive is operation_in_progress and disturbs nothing"},
    {errc::self_connect, "self_connect",
     "The server is not running, and its port is in the range of local ports. Start it, or move it.",
     "connect/connect_attempts_test.cpp", "faults 21: a connection to itself is no success"},
    {errc::proxy_protocol_error, "proxy_protocol_error",
     "Check the kind and the port of the proxy: is it SOCKS5 or HTTP?", "connect/proxy_negotiation_test.cpp",
     "faults 103: a proxy that ends or resets behind any byte of its replies is an error, and no socket stays"},
    {errc::proxy_no_acceptable_method, "proxy_no_acceptable_method",
     "The proxy wants a log-in: give `user` and `password`, or another proxy.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: a SOCKS5 proxy that wants another log-in, or none of those offered, is refused"},
    {errc::proxy_authentication_failed, "proxy_authentication_failed",
     "Check `user` and `password`. Do not try again with the same.", "connect/proxy_refusals_test.cpp",
     "faults 100: a SOCKS5 proxy that wants another log-in, or none of those offered, is refused"},
    {errc::proxy_general_failure, "proxy_general_failure", "Look at the log of the proxy.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_not_allowed, "proxy_not_allowed",
     "Ask whoever runs the proxy to allow this server and port.", "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_network_unreachable, "proxy_network_unreachable",
     "The proxy has no route to the server. Try another address or another proxy.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_host_unreachable, "proxy_host_unreachable",
     "The proxy does not know the name, or does not reach the server. Check the name.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_connection_refused, "proxy_connection_refused",
     "No server listens there. Check host and port, then start the server.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_ttl_expired, "proxy_ttl_expired", "Try again later; the route is broken.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_command_not_supported, "proxy_command_not_supported", "Take another proxy.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_address_not_supported, "proxy_address_not_supported",
     "Set `remote_dns` the other way, or use an address of the other family.",
     "connect/proxy_refusals_test.cpp",
     "faults 100: each reply of a SOCKS5 proxy is a code of its own, and its number is in the report"},
    {errc::proxy_http_status, "proxy_http_status",
     "The status in `last_connect().proxy_status` says what it is.", "connect/proxy_refusals_test.cpp",
     "faults 103: each reply of an HTTP proxy that is no success is an error, and its status in the report"},
    {errc::tls_configuration, "tls_configuration",
     "`last_connect().reason` names the file or the option. Trying again does not help.",
     "tls/tls_context_test.cpp", "TLS context: options that can't be used come before the host"},
    {errc::certificate_rejected, "certificate_rejected",
     "`last_connect().tls` says why. See [certificate rejected](certificate_rejected.md).",
     "tls/identity_pins_test.cpp", "TLS pins: one of them has to fit a key of the verified chain"},
    {errc::tls_alert, "tls_alert",
     "`last_connect().tls.alert` has the name of the alert. Does the server want a client certificate?",
     "tls/client_certificate_test.cpp",
     "TLS client certificate: what a server that asks for one makes of it"},
    {errc::tls_failed, "tls_failed", "Does the server speak TLS on this port, or only after STARTTLS?",
     "tls/handshake_test.cpp", "TLS handshake: a server that speaks something else is no TLS server"},
    {errc::connection_lost, "connection_lost",
     "Ask the server how far it came, and repeat what is missing on the next connection. After `async_stop` there is "
     "none.",
     "reconnecting/reconnect_sends_test.cpp",
     "Reconnect: under fail a loss ends all sends, with their exact counts"},
};

using namespace uplink::net::error;

const row others[] = {
    {eof, "asio::error::eof", "The peer has ended in order. Consume what is left, then close.",
     "client/receives_test.cpp",
     "faults 60: an end between messages is eof, inside one it is truncated and the bytes stay"},
    {operation_aborted, "asio::error::operation_aborted",
     "You cancelled, closed or destroyed. Touch nothing that may be gone.", "client/misuse_test.cpp",
     "a timeout is a timeout, is not the kernel's, and a cancel is a cancel"},
    {connection_refused, "asio::error::connection_refused",
     "See [connection refused](connection_refused.md).", "connect/connect_real_test.cpp",
     "faults 11: refused, and the next endpoint is tried at once"},
    {connection_reset, "asio::error::connection_reset", "See [connection reset](connection_reset.md).",
     "client/failures_test.cpp",
     "faults 49: a reset in mid-reply is an error, latched, and the bytes so far are kept"},
    {timed_out, "asio::error::timed_out",
     "The kernel has given the peer up; `dead_after` sets when. Connect again. It is no limit of uplink's.",
     "client/dead_peers_test.cpp", "namespaced: a peer that is dead in any way is noticed by dead_after"},
    {host_not_found, "asio::error::host_not_found", "See [wrong address](wrong_address.md).",
     "connect/connect_lookup_test.cpp",
     "faults 1, 2, 3: a failed lookup has its code, and no socket is opened"},
    {host_not_found_try_again, "asio::error::host_not_found_try_again",
     "The name server fails for now. Try again later.", "connect/connect_lookup_test.cpp",
     "faults 1, 2, 3: a failed lookup has its code, and no socket is opened"},
    {service_not_found, "asio::error::service_not_found",
     "Give a port as a number, or look into `/etc/services`.", "connect/connect_arguments_test.cpp",
     "an unknown service is an error of the lookup"},
    {network_unreachable, "asio::error::network_unreachable",
     "This machine has no route to the server: is the network up? See `last_connect()`.",
     "connect/connect_options_test.cpp",
     "faults 16: the error is the first by address that is not merely unreachable, else the first"},
    {host_unreachable, "asio::error::host_unreachable",
     "A router found no way, or the server's machine is off. See `last_connect()`.",
     "connect/connect_options_test.cpp",
     "faults 16: the error is the first by address that is not merely unreachable, else the first"},
    {address_family_not_supported, "asio::error::address_family_not_supported",
     "The options exclude the family of the address: look at `family` and `local_addresses`.",
     "connect/connect_options_test.cpp",
     "if nothing is left to try, that is address_family_not_supported, with the reason"},
    {invalid_argument, "asio::error::invalid_argument",
     "`last_connect().reason` says which argument or option is invalid.", "connect/connect_reason_test.cpp",
     "what was refused before it began says which argument or which option it was"},
    {already_connected, "asio::error::already_connected", "Call `close()` first, then connect.",
     "connect/connect_again_test.cpp",
     "faults 20: a connect on an open client is already_connected and disturbs nothing"},
    {not_connected, "asio::error::not_connected", "Connect first, and wait for the connect's handler.",
     "client/misuse_test.cpp",
     "faults 37: before connecting and after closing every operation is not_connected"},
    {broken_pipe, "asio::error::broken_pipe",
     "You have ended your sending side. Or the server has closed and does not read the rest: connect again.",
     "client/misuse_test.cpp",
     "faults 37: a send after the half-close, or after async_close, is broken_pipe"},
    {no_memory, "asio::error::no_memory", "Free memory; the bytes that came are kept.",
     "client/no_memory_test.cpp", "faults 84: no memory for any one allocation of a conversation"},
};

void print(const row& each, std::string_view scope) {
    std::cout << "| `" << scope << each.name << "` | " << each.code.message() << " | "
              << (each.code == uplink::condition::timeout     ? "`timeout`"
                  : each.code == uplink::condition::cancelled ? "`cancelled`"
                                                              : "-")
              << " | " << each.next << " | [tests/" << each.file << "](../../tests/" << each.file << "): \""
              << each.test_case << "\" |\n";
}

constexpr std::string_view head =
    "| code | message | condition | what next | a test that provokes it |\n|---|---|---|---|---|\n";

}  // namespace

int main() {
    std::cout << R"(# The error table

`examples/guide/error_table.cpp` writes this page from the code, and a test compares the two.
Compare a code with `uplink::condition::timeout` or `uplink::condition::cancelled` to ask what kind it is.
`last_connect()` has more about each failed connect; `to_string` makes lines of it for a log.

## Codes of uplink

These are values of `uplink::errc`.

)" << head;
    int value = 1;
    for (const row& each : own) {
        // One row for each code, in order; so none can be forgotten.
        if (each.code != uplink::make_error_code(static_cast<errc>(value++))) {
            std::cerr << "the table has no row for the code " << value - 1 << '\n';
            return 1;
        }
        print(each, "errc::");
    }
    if (uplink::make_error_code(static_cast<errc>(value)).message() != "unknown uplink error") {
        std::cerr << "the table has no row for the code " << value << '\n';
        return 1;
    }
    std::cout
        << "\n## Codes of Asio and of the system that a client meets most\n\nAll others are passed through too.\n\n"
        << head;
    for (const row& each : others) print(each, "");
}
