#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# The check beside this file accepts a sound little header with its examples, and refuses it with any one thing wrong.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/reference_comments.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cases=0

lay() {
    cat > "$folder/header.hpp" << 'END'
class async_client {
    /// Sends bytes.
    ///
    /// Completes when they are sent.
    ///
    /// @param bytes  what to send; owned by the operation
    /// @param token  a completion token
    ///
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`.
    ///
    /// @par Executor
    /// The handler's.
    ///
    /// @par Per-Operation Cancellation
    /// - terminal: leaves no trace
    /// - partial: as terminal
    /// - total: ignored
    ///
    /// @par Error Codes
    /// - `errc::send_timeout`: it took too long. Usable: yes.
    /// - `asio::error::connection_reset`: the peer has gone, whatever it was that made it go away. Usable:
    ///   no.
    ///
    /// @par Concurrency
    /// One at a time.
    ///
    /// @par Exceptions
    /// None.
    ///
    /// @par Example
    /// @code
    /// client.async_send("text", [](error_code ec, std::size_t) {
    ///     if (ec) std::abort();
    /// });
    /// @endcode
    ///
    /// @see async_close
    template <completion_token_for<void(error_code, std::size_t)> Token = default_token>
        requires true
    auto async_send(std::string&& bytes,
                    Token&& token = Token()) {
        return 0;
    }
    /// As above, but of a vector.
    template <class Token> auto not_async(Token&&);
    /// As above, but of a vector.
    template <class Token>
    auto async_send(std::vector<char>&& bytes, Token&& token = Token()) {
        return 0;
    }
};
END
    cat > "$folder/examples.cpp" << 'END'
void send() {
        // Example of async_client::async_send
        client.async_send("text", [](error_code ec, std::size_t) {
            if (ec) std::abort();
        });
        // End of example
}
END
}

accepts() { bash "$check" "$folder/header.hpp" "$folder/examples.cpp"; }

lay
accepts > /dev/null

# refuses FILE SED-SCRIPT: which must change the file
refuses() {
    lay
    cp "$folder/$1" "$folder/before"
    sed -i "$2" "$folder/$1"
    cases=$((cases + 1))
    if cmp -s "$folder/before" "$folder/$1"; then
        echo "changes nothing in $1: $2" >&2
        exit 1
    fi
    if accepts > "$folder/said" 2>&1; then
        echo "accepted in $1: $2" >&2
        exit 1
    fi
    if [ ! -s "$folder/said" ]; then
        echo "refused without a word in $1: $2" >&2
        exit 1
    fi
}
# Each part is missing, or its heading is there and nothing below it.
refuses header.hpp 's|/// Sends bytes\.|///|'
refuses header.hpp 's|/// Completes .*|///|'
refuses header.hpp '/@param/d'
for part in 'Completion Signature' Executor 'Per-Operation Cancellation' 'Error Codes' Concurrency Exceptions Example; do
    refuses header.hpp "/@par $part/d"
done
refuses header.hpp "/The handler's\./d"
refuses header.hpp '/One at a time\./d'
refuses header.hpp '/None\./d'
refuses header.hpp '/@see/d'
# Parts out of order, twice, or unknown.
refuses header.hpp 's|@par Executor|@par Concurrency|'
refuses header.hpp 's|@par Concurrency|@par Exceptions|'
refuses header.hpp 's|@par Exceptions|@par Throws|'
refuses header.hpp 's|/// None\.|/// @par Executor|'
# What the parts say.
refuses header.hpp 's|Sends bytes\.|Sends bytes. Keeps them.|'
refuses header.hpp 's|Sends bytes\.|Sends bytes|'
refuses header.hpp 's|@param bytes|@param octets|'
refuses header.hpp 's|@param token  .*|@param token|'
refuses header.hpp '/- partial:/d'
refuses header.hpp '/- total:/d'
refuses header.hpp 's| Usable: yes\.||'
refuses header.hpp '/^    \/\/\/   no\./d'
refuses header.hpp '/- `/d; /   no\./d'
refuses header.hpp 's|/// None\.|/// None, as has been said at some length already where it was said that there are not any, and never will be.|'
# Functions and their further overloads.
refuses header.hpp '/As above, but of a vector/d'
refuses header.hpp 's|As above, but of a vector|Sends a vector|'
refuses header.hpp '/\/\/\//d'
refuses header.hpp 's|async_send(|send(|'
refuses header.hpp '$i\    auto async_close(int limit) {\n    }'
# Examples.
refuses header.hpp 's|std::abort|std::exit|'
refuses header.hpp '/std::abort/d'
refuses header.hpp 's|///     if (ec)|/// if (ec)|'
refuses header.hpp '/std::abort/{p;p;p;p;p;p}'
refuses examples.cpp 's|std::abort|std::exit|'
refuses examples.cpp 's|Example of async_client::async_send|Example of async_client::async_close|'
refuses examples.cpp '/Example of/d'
# shellcheck disable=SC2016
refuses examples.cpp '$a\// Example of async_client::async_close\nclient.async_close();\n// End of example'
# Both have nine lines alike: too long, though the same.
lay
for file in header.hpp examples.cpp; do sed -i '/std::abort/{p;p;p;p;p;p}' "$folder/$file"; done
cases=$((cases + 1))
if accepts > /dev/null 2>&1; then
    echo "accepted: an example of nine lines" >&2
    exit 1
fi
echo "the sound header accepted, $cases faults refused"
