#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# more_warnings.sh INCLUDE COMPILER [ASIO-FOLDER]: a program that includes uplink as its own headers, and Asio as the
# system's, has no warning from uplink by those that careful users ask for beside -Wall and -Wextra. Not
# -Wnull-dereference, whose findings depend on how a compiler optimises, and not -Weffc++.
set -euo pipefail
include=$1 compiler=$2 asio=${3:-}
file=$(mktemp --suffix=.cpp)
trap 'rm -f "$file"' EXIT
cat > "$file" <<'END'
#include <uplink.hpp>
#include <uplink/testing/network.hpp>
#include <string>
#include <string_view>
template <class Client> void use(Client& client) {
    client.async_connect("192.0.2.1", 80, [](const auto&, const auto&) {});
    client.async_connect("host", "service", std::chrono::seconds(1), [](const auto&, const auto&) {});
    client.async_send(std::string("x"), [](const auto&, std::size_t) {});
    client.async_receive_until("\n", [](const auto&, std::string_view) {});
    client.async_receive_some(std::chrono::duration<double>(0.5), [](const auto&, std::string_view) {});
    client.async_exchange(std::string("x"), [](const auto&, std::size_t) {});
    client.async_drain([](const auto&) {});
    client.async_close([](const auto&) {});
}
int main() {
    uplink::net::io_context io;
    uplink::async_client<> real(io);
    use(real);
    uplink::async_exchange(io, "host", "service", "x", [](const auto&, const std::string&) {});
    uplink::testing::network net;
    net.random_pieces(2);
    net.endpoint("192.0.2.1:80").accept().expect("x").reply("line\n").close();
    uplink::async_client<uplink::testing::socket> simulated(net.get_executor());
    use(simulated);
    uplink::blocking_client blocking;
    blocking.connect("host", "service");
    return static_cast<int>(net.run() + io.run());
}
END
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual -Wcast-align
    -Woverloaded-virtual -Wextra-semi -Wundef -Wswitch-enum -Wnon-virtual-dtor -Wfloat-equal -Wzero-as-null-pointer-constant)
if ! "$compiler" --version | grep -q clang; then
    warnings+=(-Wuseless-cast -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
fi
"$compiler" -std=c++20 -fsyntax-only -Werror "${warnings[@]}" -I "$include" ${asio:+-isystem "$asio"} "$file"
