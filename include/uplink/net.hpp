// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The public words `uplink::net`, Asio's namespace, and `uplink::error_code` and `uplink::system_error`, its
// error types: standalone Asio and std::error_code by default, Boost.Asio and boost::system::error_code if
// UPLINK_USE_BOOST_ASIO is defined. A program that uses them compiles with either. Only the parts of Asio
// that the library needs are included, never the umbrella header.
#pragma once

#include <uplink/detail/support/namespace.hpp>

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#else
#include <asio/any_io_executor.hpp>
#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/associator.hpp>
#include <asio/async_result.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/bind_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/execution.hpp>
#include <asio/execution_context.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>
#include <asio/query.hpp>
#include <asio/recycling_allocator.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <system_error>
#endif

namespace uplink::inline UPLINK_NAMESPACE {

#if defined(UPLINK_USE_BOOST_ASIO)
namespace net = ::boost::asio;
using error_code = ::boost::system::error_code;
using error_category = ::boost::system::error_category;
using error_condition = ::boost::system::error_condition;
using system_error = ::boost::system::system_error;
namespace generic_errc = ::boost::system::errc;

inline error_condition make_generic_condition(generic_errc::errc_t value) noexcept {
    return generic_errc::make_error_condition(value);
}
#else
namespace net = ::asio;
using error_code = std::error_code;            ///< std::error_code, or Boost.System's
using error_category = std::error_category;    ///< std::error_category, or Boost.System's
using error_condition = std::error_condition;  ///< std::error_condition, or Boost.System's
using system_error = std::system_error;        ///< std::system_error, or Boost.System's
using generic_errc = std::errc;                ///< std::errc, or the namespace of Boost.System's
/// The condition of a portable error number.
inline error_condition make_generic_condition(generic_errc value) noexcept {
    return std::make_error_condition(value);
}
#endif

}  // namespace uplink
