// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/usual_tls_client.hpp"

#if UPLINK_TEST_HAS_USUAL_TLS
#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#if defined(BOOST_ASIO_SEPARATE_COMPILATION)
#include <boost/asio/ssl/impl/src.hpp>
#endif
#else
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/ssl.hpp>
#include <asio/write.hpp>
#if defined(ASIO_SEPARATE_COMPILATION)
#include <asio/ssl/impl/src.hpp>
#endif
#endif

namespace uplink::tests {

usual_result ask_as_usual(std::uint16_t port, const std::string& root_pem, const std::string& request) {
    usual_result result;
    net::io_context io;
    net::ssl::context context(net::ssl::context::tls_client);
    context.add_certificate_authority(net::buffer(root_pem));
    net::ssl::stream<net::ip::tcp::socket> stream(io, context);
    stream.set_verify_mode(net::ssl::verify_peer);
    stream.set_verify_callback(net::ssl::host_name_verification("127.0.0.1"));
    stream.next_layer().connect({net::ip::address_v4::loopback(), port});
    stream.handshake(net::ssl::stream_base::client, result.ec);
    if (result.ec) return result;
    net::write(stream, net::buffer(request), result.ec);
    net::read(stream, net::dynamic_buffer(result.response), result.ec);
    if (result.ec == net::error::eof || result.ec == net::ssl::error::stream_truncated) result.ec = {};
    return result;
}

}  // namespace uplink::tests

#endif
