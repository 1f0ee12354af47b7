// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Declarations of the public types, for headers that only name them. Include this instead of declaring the
// types yourself: they stand in an inline namespace, so that a declaration of your own would declare another
// type.
#pragma once

#include <uplink/net.hpp>

#include <bit>
#include <concepts>

namespace uplink::inline UPLINK_NAMESPACE {

enum class errc;
enum class condition;
enum class address_family;

class received_bytes;
class discarded_bytes;
template <class F> class sink_bytes;

class parse_result;
struct delimited;
struct fixed_size;
template <std::unsigned_integral Length, std::endian Order = std::endian::big> struct length_prefixed;

template <class Clock> class basic_time_limit;
struct connection_stats;
template <class Endpoint> struct basic_connect_attempt;
template <class Endpoint> struct basic_connect_report;

struct client_observer;

struct lookup_question;
struct lookup_answer;
struct name_resolver;
struct connect_options;
struct keep_alive_options;
struct socket_options;
struct send_queue_options;
struct client_options;
struct no_proxy;
struct socks5_proxy;
struct http_proxy;

/// The type of half_close. It has no default constructor, so that {} never means it.
struct half_close_t {
    /// What its constructor takes.
    enum class made { here };
    /// Only half_close is made of it.
    explicit constexpr half_close_t(made) noexcept {}
};
/// An argument of async_exchange: a half-close follows the request, so that the peer sees its end.
inline constexpr half_close_t half_close{half_close_t::made::here};

template <class Stream = net::ip::tcp::socket, class State = received_bytes> class async_client;
template <class Client> class basic_blocking_client;

struct server_address;
struct backoff_options;
struct reconnect_options;
class reconnect_budget;
class retry_verdict;
enum class loss_policy;
enum class reconnect_state;
template <class Clock> struct basic_reconnect_status;
template <class Clock> struct basic_reconnect_record;
template <class Client = async_client<>> class reconnecting_client;

/// An attempt of a TCP client.
using connect_attempt = basic_connect_attempt<net::ip::tcp::endpoint>;
/// The report of a TCP client.
using connect_report = basic_connect_report<net::ip::tcp::endpoint>;
/// The client for TCP, by a name that needs no template arguments.
using tcp_client = async_client<>;
/// A client of a Unix domain socket: connects to endpoints and paths; there is no lookup and no proxy.
using local_client = async_client<net::local::stream_protocol::socket>;
/// The client that waits, for TCP.
using blocking_client = basic_blocking_client<async_client<>>;

}  // namespace uplink
