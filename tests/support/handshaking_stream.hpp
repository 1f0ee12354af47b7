// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A layer that shakes hands after connecting, as TLS does, and adds nothing to the bytes afterwards. It says
// "hello HOST;" and waits for "welcome;"; anything else is errc::proxy_protocol_error, which nothing else here
// ends with.
#pragma once

#include <uplink/async_client.hpp>
#include <uplink/detail/client/client_instantiations.hpp>
#include <uplink/detail/support/handshake_target.hpp>
#include <uplink/error.hpp>
#include <uplink/testing/faulty_stream.hpp>
#include <uplink/testing/socket.hpp>

#include <memory>
#include <string>
#include <utility>

namespace uplink::tests {

class handshaking_stream : public testing::faulty_stream<testing::socket> {
    using base = testing::faulty_stream<testing::socket>;

public:
    template <class Executor1> struct rebind_executor { using other = handshaking_stream; };

    using base::base;

    /// Completes with void(error_code).
    template <class Handler> void async_handshake(detail::handshake_target target, Handler handler) {
        handshake<Handler>{this, std::make_shared<std::string>("hello " + target.host + ";"),
                           std::move(handler)}
            .write();
    }

private:
    template <class Handler> struct handshake {
        using executor_type = typename Handler::executor_type;

        handshaking_stream* stream;
        std::shared_ptr<std::string> text;
        Handler handler;
        bool reading = false;

        executor_type get_executor() const noexcept { return handler.get_executor(); }

        void write() {
            const auto bytes = net::buffer(*text);
            stream->async_write_some(bytes, std::move(*this));
        }
        void read() {
            reading = true;
            text->assign(welcome.size(), '\0');
            const auto bytes = net::buffer(*text);
            stream->async_read_some(bytes, std::move(*this));
        }
        void operator()(error_code ec, std::size_t) {
            if (!ec && !reading) return read();
            if (!ec && *text != welcome) ec = errc::proxy_protocol_error;
            handler(ec);
        }
    };

    static inline const std::string welcome = "welcome;";
};

using handshaking_client = async_client<handshaking_stream>;

}  // namespace uplink::tests

// The client's inside is compiled once, in handshaking_stream.cpp. See instantiations.hpp.
namespace uplink::inline UPLINK_NAMESPACE::detail {

using handshaking_core = client_core<tests::handshaking_stream, received_bytes>;

UPLINK_DETAIL_CLIENT_INSTANTIATIONS(extern, handshaking_core);

}  // namespace uplink::detail
