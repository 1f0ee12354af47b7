// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A program for which Asio has no threads: a lookup by the system, which needs one, is refused; all else works. It must
// be a program of its own, since all of a program has to be compiled with the same ASIO_DISABLE_THREADS.
#if !defined(ASIO_DISABLE_THREADS) && !defined(BOOST_ASIO_DISABLE_THREADS)
#error "to be compiled with ASIO_DISABLE_THREADS, with Boost's Asio BOOST_ASIO_DISABLE_THREADS"
#endif
#include <uplink/async_client.hpp>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>

namespace net = uplink::net;

namespace {

struct inline_resolver final : uplink::name_resolver {
    net::ip::tcp::endpoint known{};

    void resolve(const uplink::lookup_question&, std::function<void(uplink::lookup_answer)> answer) override {
        answer({.endpoints = {known}});
    }
};

/// What a connect to a name completes with.
uplink::error_code connect_by_name(net::io_context& io, uplink::client_options options,
                                   uplink::error_code& lookup) {
    uplink::async_client<> client(io, std::move(options));
    uplink::error_code result = net::error::would_block;
    client.async_connect("localhost", "1", [&](uplink::error_code ec, const auto&) { result = ec; });
    io.restart();
    io.run();
    lookup = client.last_connect().lookup_error;
    return result;
}

bool is(const char* what, const uplink::error_code& found, const uplink::error_code& expected) {
    if (found == expected) return true;
    std::cerr << what << ": " << found.message() << ", expected: " << expected.message() << '\n';
    return false;
}

}  // namespace

int main() {
    net::io_context io;
    uplink::error_code lookup;
    const uplink::error_code refused = net::error::operation_not_supported;
    bool good = is("connect", connect_by_name(io, {}, lookup), refused);
    good = is("lookup_error", lookup, refused) && good;
    good = is("connect, families apart", connect_by_name(io, {.connect = {.families_apart = true}}, lookup),
              refused) &&
           good;

    net::ip::tcp::acceptor acceptor(io, {net::ip::address_v4::loopback(), 0});
    const auto resolver = std::make_shared<inline_resolver>();
    resolver->known = acceptor.local_endpoint();
    good =
        is("connect by a resolver", connect_by_name(io, {.connect = {.resolver = resolver}}, lookup), {}) &&
        good;
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
