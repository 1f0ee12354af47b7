#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# more_warnings.sh INCLUDE COMPILER tls|plain [ASIO-FOLDER]: a program that includes uplink as its own headers, and Asio as
# the system's, has no warning by those that careful users ask for beside -Wall and -Wextra, optimised, since some are found
# only then. Of those by -Wnull-dereference, which depend on how a compiler optimises, and of which Asio has its own, none
# points into uplink's headers. Not -Weffc++.
set -euo pipefail
include=$1 compiler=$2 tls=$3 asio=${4:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/program.cpp
cat > "$file" <<'END'
#include <uplink.hpp>
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/network.hpp>
#include <uplink/testing/timer_for.hpp>
#if defined(WITH_TLS)
#include <uplink/tls.hpp>
#endif
#include <string>
#include <string_view>
template <class Client> void use(Client& client) {
    client.async_connect("192.0.2.1", 80, [](const auto&, const auto&) {});
    client.async_connect("host", "service", std::chrono::seconds(1), [](const auto&, const auto&) {});
    client.async_send(std::string("x"), [](const auto&, std::size_t) {});
    client.async_receive_until("\n", [](const auto&, std::string_view) {});
    client.async_receive_some(std::chrono::duration<double>(0.5), [](const auto&, std::string_view) {});
    client.async_exchange(std::string("x"), [](const auto&, std::size_t) {});
    client.async_receive_message(uplink::length_prefixed<std::uint32_t>{}, [](const auto&, std::string_view) {});
    client.async_drain([](const auto&) {});
    client.async_close([](const auto&) {});
}
int main() {
    uplink::net::io_context io;
    uplink::async_client<> real(io);
    use(real);
    using io_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
    uplink::async_client<io_socket> on_the_context(io.get_executor());
    use(on_the_context);
    uplink::reconnecting_client back(uplink::tcp_client(io), "host", "service");
    back.start();
    back.async_send(std::string("x"), [](const auto&, std::size_t) {});
    back.async_receive_until("\n", [](const auto&, std::string_view) {});
    uplink::local_client local(io);
    local.async_connect("/path", [](const auto&, const auto&) {});
    uplink::async_exchange(io, "host", "service", "x", [](const auto&, const std::string&) {});
    uplink::testing::network net;
    net.random_pieces(2);
    net.endpoint("192.0.2.1:80").accept().expect("x").reply("line\n").close();
    uplink::async_client<uplink::testing::socket> simulated(net.get_executor());
    use(simulated);
    uplink::blocking_client blocking;
    blocking.connect("host", "service");
    blocking.send(blocking.receive_until("\n"));
#if defined(WITH_TLS)
    uplink::tls_client secure(io, {.ca_file = "own.pem"});
    use(secure);
#endif
    return static_cast<int>(net.run() + io.run());
}
END
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual -Wcast-align
    -Woverloaded-virtual -Wextra-semi -Wundef -Wswitch-enum -Wnon-virtual-dtor -Wfloat-equal -Wzero-as-null-pointer-constant)
if ! "$compiler" --version | grep -q clang; then
    warnings+=(-Wuseless-cast -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
fi
[ "$tls" != tls ] || warnings+=(-DWITH_TLS)
"$compiler" -std=c++20 -O2 -c -Werror "${warnings[@]}" -Wnull-dereference -Wno-error=null-dereference -I "$include" \
    ${asio:+-isystem "$asio"} "$file" -o "$folder/program.o" > "$folder/output" 2>&1 || { cat "$folder/output" >&2; exit 1; }
if grep -F "$include/" "$folder/output" | grep 'warning:'; then
    exit 1
fi
