#!/usr/bin/env bash
# Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#
# The check beside this file accepts two sound little headers with their examples, one that says everything at its
# function and one that refers to the comment of its class, and refuses each with any one thing wrong.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/reference_comments.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cases=0

lay() { "lay_$laid"; }
lay_whole() {
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
    lay_examples
}
lay_examples() {
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

lay_short() {
    cat > "$folder/header.hpp" << 'END'
/// A client.
///
/// @par Parameters
/// - `token` is a completion token.
/// @par Executor
/// The handler's.
/// @par Per-Operation Cancellation
/// A signal leaves:
/// - terminal: no trace
/// - partial: as terminal
/// - total: as terminal
/// @par Error Codes
/// - `asio::error::not_connected`: before connecting, and after whatever it was that ended the connection.
///   Usable: none.
/// @par Concurrency
/// One at a time.
///
/// Of one thread.
///
/// @par Exceptions
/// None.
template <class Stream> class async_client {
    /// Sends bytes.
    ///
    /// Completes when they are sent.
    ///
    /// @param bytes        what to send; owned by the operation
    /// @param limit,token  as for the class
    ///
    /// @par Completion Signature
    /// `void(error_code, std::size_t)`.
    /// @par Executor, Per-Operation Cancellation
    /// As for the class.
    /// @par Error Codes
    /// As for the class, and:
    /// - `errc::send_timeout`: it took too long. Usable: yes.
    /// @par Concurrency, Exceptions
    /// As for the class.
    /// @par Example
    /// @code
    /// client.async_send("text", [](error_code ec, std::size_t) {
    ///     if (ec) std::abort();
    /// });
    /// @endcode
    /// @see async_close
    template <class Token>
    auto async_send(std::string&& bytes, time_limit limit, Token&& token = Token()) {
        return 0;
    }
};
END
    lay_examples
}

accepts() { bash "$check" "$folder/header.hpp" "$folder/examples.cpp"; }

for laid in short whole; do
    lay
    accepts > "$folder/said" || { cat "$folder/said" >&2; exit 1; }
done

# refuses FILE SED-SCRIPT COMPLAINT: the script must change the file
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
    if ! grep -qF -- "$3" "$folder/said"; then
        echo "refused in $1, but not with \"$3\": $2" >&2
        cat "$folder/said" >&2
        exit 1
    fi
}
# A part is missing.
refuses header.hpp 's|/// Sends bytes\.|///|' 'nothing under "one sentence"'
refuses header.hpp 's|/// Completes .*|///|' 'nothing under "Completes"'
refuses header.hpp '/@param/d' 'nothing under "@param"'
for part in 'Completion Signature' Executor 'Per-Operation Cancellation' 'Error Codes' Concurrency Exceptions; do
    refuses header.hpp "/@par $part/d" "nothing under \"$part\""
done
refuses header.hpp '/@par Example/d' '"@see" stands after "Exceptions"'
refuses header.hpp '/@see/d' 'nothing under "@see"'
# Its heading is there, and nothing below it.
refuses header.hpp "/The handler's\./d" 'nothing under "Executor"'
refuses header.hpp '/One at a time\./d' 'nothing under "Concurrency"'
refuses header.hpp '/None\./d' 'nothing under "Exceptions"'
# Parts out of order, twice, or unknown.
refuses header.hpp '/Executor/d; s|/// One at a time\.|&\n    /// @par Executor\n    /// The handler.|' \
    '"Executor" stands after "Concurrency"'
refuses header.hpp 's|/// None\.|&\n    /// @par Exceptions\n    /// None at all.|' '"Exceptions" stands after "Exceptions"'
refuses header.hpp 's|/// None\.|&\n    /// @par Remarks\n    /// None either.|' 'no such part: @par Remarks'
# What the parts say.
refuses header.hpp 's|Sends bytes\.|Sends bytes. Keeps them.|' 'does not begin with one sentence'
refuses header.hpp 's|Sends bytes\.|Sends bytes|' 'does not begin with one sentence'
refuses header.hpp 's|@param bytes|@param octets|' 'it has no parameter octets'
refuses header.hpp 's|@param token  .*|@param token|' 'nothing is said of the parameter token'
for type in terminal partial total; do
    refuses header.hpp "/- $type:/d" 'what each type of cancellation leaves'
done
refuses header.hpp 's| Usable: yes\.||' 'whether the connection is usable: - `errc::send_timeout`'
refuses header.hpp '/^    \/\/\/   no\./d' 'whether the connection is usable: - `asio::error::connection_reset`'
refuses header.hpp 's|/// - `|/// `|' 'it names no error codes'
refuses header.hpp 's|/// None\.|/// None, as has been said at some length already where it was said that there are none, and never will be.|' \
    'longer than 110 characters'
# Functions and their further overloads.
refuses header.hpp '/As above, but of a vector/d' 'it has no comment'
refuses header.hpp ':a; N; $!ba; s|    /// [^\n]*\n\(    template <class Token>\n\)|\1|' 'it has no comment'
refuses header.hpp 's|As above, but of a vector|Sends a vector|' 'does not begin with "As above, but"'
refuses header.hpp '1,/@see/{/\/\/\//d}' 'async_send: it has no comment'
refuses header.hpp 's|async_send(|send(|' 'no initiating functions'
refuses header.hpp '$i\    auto async_close(int limit) {\n    }' 'async_close: it has no comment'
# Examples.
refuses header.hpp '/std::abort/{p;p;p;p;p;p}' 'its example has 9 lines'
refuses header.hpp '/@code/,/@endcode/{/@/!d}' 'its example has 0 lines'
for file in header.hpp examples.cpp; do
    refuses $file 's|std::abort|std::exit|' 'are not those of'
    refuses $file '/std::abort/d' 'are not those of'
    refuses $file 's|     if (ec)|     if (ec) |' 'are not those of'
done
refuses header.hpp 's|///     if (ec)|/// if (ec)|' 'are not those of'
refuses examples.cpp 's|Example of async_client::async_send|Example of async_client::async_close|' 'are not those of'
refuses examples.cpp '/Example of/d' 'are not those of'
refuses examples.cpp '$a\// Example of async_client::async_close\nclient.async_close();\n// End of example' 'are not those of'

# As for the class: only if the class says it.
laid=short
for part in Executor 'Per-Operation Cancellation' 'Error Codes' Concurrency Exceptions; do
    refuses header.hpp "s|^/// @par $part$|///|" "as for the class, whose comment has nothing under \"$part\""
done
refuses header.hpp '/^\/\/\/ @par Parameters/d' 'as for the class, whose comment has nothing under "Parameters"'
refuses header.hpp '/^\/\/\/ None\./d' 'as for the class, whose comment has nothing under "Exceptions"'
refuses header.hpp '/^\/\/\//d' 'as for the class, whose comment has nothing under "Executor"'
refuses header.hpp '/^template/i class other {\n};' 'as for the class, whose comment has nothing under "Executor"'
refuses header.hpp 's|`void.*|As for the class.|' 'whose comment has nothing under "Completion Signature"'
# Parts that share a heading are in order, known, and no different from the class.
refuses header.hpp 's|Executor, Per-Operation Cancellation|Per-Operation Cancellation, Executor|' \
    '"Per-Operation Cancellation" stands after "Completion Signature"'
refuses header.hpp 's|@par Concurrency, Exceptions|@par Concurrency|' '"Example" stands after "Concurrency"'
refuses header.hpp 's|Concurrency, Exceptions|Concurrency, Remarks, Exceptions|' 'no such part: @par Remarks'
refuses header.hpp '/Concurrency, Exceptions/{n;s|the class|the class, nearly|}' 'share a heading are not as for the class'
refuses header.hpp '/Concurrency, Exceptions/{n;s|As .*|None.|}' 'share a heading are not as for the class'
refuses header.hpp '/Concurrency, Exceptions/{n;d}' 'nothing under "Exceptions"'
refuses header.hpp '/Concurrency, Exceptions/{n;d}' 'nothing under "Concurrency"'
refuses header.hpp 's|limit,token|limit,tokens|' 'it has no parameter tokens'
# What is said beside it, and what the class says, is checked as ever.
refuses header.hpp 's| Usable: yes\.||' 'whether the connection is usable: - `errc::send_timeout`'
refuses header.hpp '/^\/\/\/   Usable: none\./d' 'whether the connection is usable: - `asio::error::not_connected`'
for type in terminal partial total; do
    refuses header.hpp "/- $type:/d" 'async_client: it does not say what each type of cancellation leaves'
done
refuses header.hpp 's|As for the class, and:|These:|; /send_timeout/d' 'it names no error codes'
echo "the sound headers accepted, $cases faults refused"
