#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# errors_explain.sh INCLUDE COMPILER [ASIO-FOLDER]: each wrong call below is an error whose first 15 lines have the advice
# in front of it. With SHOW=1 these lines are printed. That the same calls are simply false in a requires-expression is
# shown by tests/client/mistakes_test.cpp. All calls stand in one file, each in a function of its own, to save time: the
# line with which g++ names the function is counted for each, and no lines of the next error.
set -euo pipefail
include=$1 compiler=$2 asio=${3:-}
if ! command -v "$compiler" > /dev/null; then
    echo "there is no $compiler"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > calls.cpp <<'END'
#include <uplink.hpp>
#include <array>
#include <string>
#include <string_view>
#include <vector>
using namespace std::chrono_literals;
using uplink::error_code;
inline constexpr auto connected = [](error_code, auto) {};
inline constexpr auto moved = [](error_code, std::size_t) {};
inline constexpr auto viewed = [](error_code, std::string_view) {};
inline constexpr auto done = [](error_code) {};
inline constexpr auto answered = [](error_code, std::string) {};
extern asio::io_context io;
extern uplink::tcp_client client;
extern uplink::blocking_client blocking;
extern uplink::reconnecting_client<> lasting;
extern std::string text;
extern std::string_view view;
extern std::vector<char> bytes;
extern std::array<char, 4> array;
END
# With Asio 1.31 and newer every executor has a default token, and a call without one is right.
has_default=0
version=$(printf '#include <asio/version.hpp>\nASIO_VERSION\n' | "$compiler" -E -P -x c++ ${asio:+-I "$asio"} - | tail -n 1)
[ "$version" -lt 103100 ] || has_default=1
while IFS='|' read -r advice call; do
    [ $has_default = 0 ] || [ "$advice" != 'token_for' ] || continue
    printf 'void f%d() { %s }\n' "$(wc -l < calls.cpp)" "$call" >> calls.cpp
    printf '%d|%s|%s\n' "$(wc -l < calls.cpp)" "$advice" "$call" >> calls.txt
done <<'END'
token_for|client.async_receive();
token_for|client.async_receive(5s);
token_for|client.async_send(std::string("x"), 5s);
token_for|client.async_connect("host", "service");
token_for|uplink::async_exchange(io, "host", 80, "request");
pass_a_completion_token_for<void ?\(.*string_view|client.async_receive_until("\n", done);
pass_a_completion_token_for<void ?\(.*string_view|client.async_receive_until("\n", 5s, [](error_code, std::string&) {});
pass_a_completion_token_for<void ?\(.*string_view|client.async_receive_exactly(4, done);
pass_a_completion_token_for<void ?\(.*string_view|client.async_receive_message(uplink::fixed_size{4}, done);
pass_a_completion_token_for<void ?\(.*string_view|client.async_receive_some(moved);
pass_a_completion_token_for<void ?\(.*long|client.async_receive(5s, viewed);
pass_a_completion_token_for<void ?\(.*long|client.async_send(asio::buffer(text), 5s, done);
pass_a_completion_token_for<void ?\(.*long|client.async_exchange(std::string("x"), uplink::half_close, 5s, done);
pass_a_completion_token_for<void ?\(|client.async_shutdown_send(moved);
pass_a_completion_token_for<void ?\(|client.async_drain(5s, moved);
pass_a_completion_token_for<void ?\(|client.async_close(5s, moved);
pass_a_completion_token_for<void ?\(.*endpoint|client.async_connect("host", 80, 5s, done);
pass_a_completion_token_for<void ?\(.*endpoint|client.async_connect(asio::ip::tcp::endpoint(), done);
pass_a_completion_token_for<void ?\(.*string|uplink::async_exchange(io, "host", 80, "request", 5s, done);
give_the_limit_as_a_duration_or_time_point|client.async_receive(5, moved);
give_the_limit_as_a_duration_or_time_point|client.async_receive(5);
give_the_limit_as_a_duration_or_time_point|client.async_receive_until("\n", 5, viewed);
give_the_limit_as_a_duration_or_time_point|client.async_receive_exactly(4, 0.5, viewed);
give_the_limit_as_a_duration_or_time_point|client.async_send(std::string("x"), 5, moved);
give_the_limit_as_a_duration_or_time_point|client.async_exchange(std::string("x"), 5, moved);
give_the_limit_as_a_duration_or_time_point|client.async_connect("host", 80, 5, connected);
give_the_limit_as_a_duration_or_time_point|client.async_close(5, done);
give_the_limit_as_a_duration_or_time_point|uplink::async_exchange(io, "host", 80, "request", 5, answered);
give_the_limit_as_a_duration_or_time_point|blocking.receive(5);
give_the_limit_as_a_duration_or_time_point|blocking.receive_until("\n", 5);
give_the_limit_as_a_duration_or_time_point|blocking.connect("host", 80, 5);
give_the_limit_as_a_duration_or_time_point|blocking.exchange("x", uplink::half_close, 5);
give_the_limit_as_a_duration_or_time_point|error_code ec; blocking.send("x", 5, ec);
pass_an_error_code_variable_last|blocking.close(5s, error_code());
give_host_and_service_as_std_string_or_the_port_as_an_integer|client.async_connect("host", true, connected);
give_host_and_service_as_std_string_or_the_port_as_an_integer|client.async_connect("host", 'a', connected);
give_host_and_service_as_std_string_or_the_port_as_an_integer|client.async_connect("host", 5s, connected);
give_host_and_service_as_std_string_or_the_port_as_an_integer|client.async_connect("host", view, connected);
give_host_and_service_as_std_string_or_the_port_as_an_integer|client.async_connect(view, 80, connected);
give_host_and_service_as_std_string_or_the_port_as_an_integer|client.async_connect(asio::ip::address(), 80, connected);
give_host_and_service_as_std_string_or_the_port_as_an_integer|client.async_connect(asio::ip::address_v4(), 80, 5s, connected);
give_host_and_service_as_std_string_or_the_port_as_an_integer|blocking.connect(asio::ip::address_v6(), 80);
give_host_and_service_as_std_string_or_the_port_as_an_integer|uplink::async_exchange(io, "host", true, "x", answered);
give_host_and_service_as_std_string_or_the_port_as_an_integer|uplink::async_exchange(io, asio::ip::address(), 80, "x", answered);
give_host_and_service_as_std_string_or_the_port_as_an_integer|blocking.connect("host", true);
give_host_and_service_as_std_string_or_the_port_as_an_integer|blocking.connect(view, 80);
give_the_request_as_std_string|uplink::async_exchange(io, "host", 80, view, answered);
give_the_delimiter_as_std_string|client.async_receive_until('\n', viewed);
give_the_delimiter_as_std_string|lasting.async_receive_until('\n', 5s, viewed);
give_the_delimiter_as_std_string|blocking.receive_until('\n');
give_the_number_of_bytes_as_an_integer|client.async_receive_exactly("4", viewed);
give_the_number_of_bytes_as_an_integer|lasting.async_receive_exactly(text, viewed);
give_the_number_of_bytes_as_an_integer|blocking.receive_exactly("4", 5s);
give_a_framing_such_as_length_prefixed|client.async_receive_message(7, viewed);
give_a_framing_such_as_length_prefixed|lasting.async_receive_message("\n", viewed);
give_a_framing_such_as_length_prefixed|blocking.receive_message(7);
say_asio_buffer_or_std_move|client.async_send(text, moved);
say_asio_buffer_or_std_move|client.async_send(std::as_const(text), 5s, moved);
say_asio_buffer_or_std_move|client.async_send(view, moved);
say_asio_buffer_or_std_move|client.async_send(bytes, moved);
say_asio_buffer_or_std_move|client.async_send(array, moved);
say_asio_buffer_or_std_move|client.async_send(std::array<char, 4>{}, 5s, moved);
say_asio_buffer_or_std_move|client.async_exchange(text, moved);
say_asio_buffer_or_std_move|client.async_exchange(bytes, uplink::half_close, moved);
token_for|lasting.async_receive_some(5s);
pass_a_completion_token_for<void ?\(.*string_view|lasting.async_receive_until("\n", done);
pass_a_completion_token_for<void ?\(.*long|lasting.async_send(asio::buffer(text), 5s, done);
pass_a_completion_token_for<void ?\(|lasting.async_wait_change(7, done);
give_the_limit_as_a_duration_or_time_point|lasting.async_receive_until("\n", 5, viewed);
give_the_limit_as_a_duration_or_time_point|lasting.async_receive_exactly(4, 0.5, viewed);
give_the_limit_as_a_duration_or_time_point|lasting.async_receive_message(uplink::fixed_size{4}, 5, viewed);
give_the_limit_as_a_duration_or_time_point|lasting.async_stop(5, done);
give_the_limit_as_a_duration_or_time_point|lasting.async_wait_connected(5, done);
give_the_limit_as_a_duration_or_time_point|lasting.async_drain(5, done);
say_asio_buffer_or_std_move|lasting.async_send(text, moved);
say_asio_buffer_or_std_move|lasting.async_send(bytes, 5s, moved);
say_asio_buffer_or_std_move|lasting.async_send(array, moved);
say_asio_buffer|blocking.send(bytes);
say_asio_buffer|blocking.send(array, 5s);
END

every=()
if "$compiler" --version | grep -q clang; then every=(-ferror-limit=0); fi
if "$compiler" -std=c++20 -fsyntax-only "${every[@]}" -I "$include" ${asio:+-I "$asio"} calls.cpp > output.txt 2>&1; then
    echo "all calls compile" >&2
    exit 1
fi
calls=0 failed=0
while IFS='|' read -r line advice call; do
    calls=$((calls + 1))
    awk -v first="calls.cpp:$line:" '
        /error: / { if (inside) exit; inside = index($0, first) == 1 }
        inside && ++count < 15' output.txt > lines.txt
    if ! grep -qE "(error|note): .*$advice" lines.txt; then
        printf 'no advice %s in the first 15 lines: %s\n' "$advice" "$call" >&2
        cat lines.txt >&2
        failed=1
    elif [ -n "${SHOW:-}" ]; then
        printf '\n%s\n' "$call"
        cat lines.txt
    fi
done < calls.txt
[ $failed = 0 ] || exit 1
echo "$calls wrong calls get advice from $compiler"
