// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The settings of a client, given to it before it connects. client_options is an aggregate for designated
// initialisers, `{.connect = {.timeout = 5s}, .max_receive = 1 << 20}`; every default is right for most
// users. A nonsensical value (a negative time, a limit of zero, an address that does not parse) is
// asio::error::invalid_argument from async_connect, before any system call is made. Every time here is
// counted on a monotonic clock.
#pragma once

#include <uplink/fwd.hpp>
#include <uplink/net.hpp>
#include <uplink/proxy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE {

/// Which addresses of a name may be used.
enum class address_family { any, v4, v6 };

/// The question that a name_resolver is asked.
struct lookup_question {
    std::string host{};     ///< a name, or a literal if only `service` is to be looked up
    std::string service{};  ///< a port number or the name of a service, as given to async_connect
    address_family family = address_family::any;  ///< of the addresses that are wanted
};

/// The answer of a name_resolver. An error, or no endpoint at all, is a negative answer.
struct lookup_answer {
    error_code error{};  ///< none: there are endpoints
    /// With their ports, in the order in which they should be tried. Addresses of a family that was not asked
    /// for are dropped.
    std::vector<net::ip::tcp::endpoint> endpoints{};
    /// How long the answer may be kept. Only the report shows it; the client keeps no answers.
    std::optional<std::chrono::seconds> time_to_live{};
};

/// Looks names up in place of the system. One object may serve many clients.
struct name_resolver {
    virtual ~name_resolver() = default;

    /// Asks for the addresses of a name. It is called on the client's executor, within async_connect too, and
    /// must not block. `answer` is to be called once; from any thread, within this call, late or never. After
    /// the client's operation has ended an answer is ignored, and so is a second one. The question is valid
    /// during the call only. If the call throws, that is a negative answer, asio::error::no_recovery, unless
    /// it has answered before.
    virtual void resolve(const lookup_question& question, std::function<void(lookup_answer)> answer) = 0;

    /// False: a name is asked for once, with connect_options::family, and one answer has all its addresses;
    /// its first address says which family is tried first. True: it is asked for once a family (v4 and v6,
    /// never any), and connect_options::resolution_delay applies. This function is called before each connect
    /// to a name and must do nothing except answer.
    virtual bool answers_families_apart() const { return false; }
};

/// How async_connect finds and races addresses (RFC 8305, "Happy Eyeballs").
struct connect_options {
    /// For lookup, connect, proxy and TLS handshake together; above zero. A limit given to async_connect
    /// replaces it.
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);
    /// Between the starts of two attempts (RFC 8305, section 5); clamped to 10 ms .. 2 s. If an attempt fails
    /// earlier, the next one starts at once. An attempt that still goes on then is not given up.
    std::chrono::nanoseconds attempt_delay = std::chrono::milliseconds(250);
    /// How long the less preferred family's answer waits for the other's (RFC 8305, section 3), if the
    /// families are asked for apart.
    std::chrono::nanoseconds resolution_delay = std::chrono::milliseconds(50);
    /// How many addresses of the first family are tried before the families alternate (RFC 8305, section 4);
    /// at least 1.
    std::size_t first_family_count = 1;
    /// The most attempts open at once, at least 1; a further address waits until one of them fails.
    std::size_t max_parallel_attempts = 64;
    /// Which addresses of a name are looked up. A literal of another family is
    /// asio::error::address_family_not_supported; the family of endpoints that the caller gives is not
    /// checked. With a proxy it holds for the proxy, not for an address that the proxy is asked for.
    address_family family = address_family::any;
    /// IP literals to bind to, at most one of each family; empty: any. A family without one is not tried: its
    /// addresses are left out, and if none is left, that is asio::error::address_family_not_supported. If
    /// `family` allows one family, that one must be among them. A link-local one needs its scope id
    /// ("fe80::1%eth0"), or network_interface.
    std::vector<std::string> local_addresses{};
    /// To bind to, whatever the family; 0: any. All attempts use it. So do connections to a proxy that is
    /// asked for one address after the other; the one on which the proxy has refused is reset first. After a
    /// connection that this side has closed first and in order, Linux refuses the port for a new one to the
    /// same address for a minute (EADDRNOTAVAIL); socket_options::reset_on_close avoids that.
    std::uint16_t local_port = 0;
    std::string network_interface{};  ///< by name, at most 15 bytes; needs SO_BINDTODEVICE; empty: any
    /// False: the system is asked once for all addresses of a name. Only then do /etc/hosts, search lists,
    /// scope ids and gai.conf count as the administrator meant, and the first address says which family is
    /// tried first. True: it is asked once a family, the one that it prefers is tried first, and
    /// resolution_delay applies: this is faster if a name server never answers for one of the families. A
    /// resolver says itself how it is asked, see name_resolver.
    bool families_apart = false;
    /// Null: the system's getaddrinfo, on threads of its own. There are at most 16 of them for one execution
    /// context: while all are stuck further lookups wait, still meet their limits and cancels, and
    /// connect_report::lookup_began shows it. Clients that ask the same question within a second share one
    /// lookup.
    std::shared_ptr<name_resolver> resolver{};
};

/// TCP keep-alive (RFC 9293, section 3.8.4): probes begin after `idle` of silence, repeat every
/// `interval`, and `count` unanswered ones end the connection, with the system's asio::error::timed_out.
struct keep_alive_options {
    std::chrono::seconds idle = std::chrono::seconds(60);      ///< 1 s .. 32767 s
    std::chrono::seconds interval = std::chrono::seconds(10);  ///< 1 s .. 32767 s
    int count = 6;                                             ///< 1 .. 127
};

/// Set on the fresh socket of every attempt, before it connects. An option that the platform lacks is
/// asio::error::operation_not_supported, never ignored. On streams that are not TCP no_delay does not apply,
/// and any other TCP option that is set is asio::error::invalid_argument.
struct socket_options {
    using native_handle_type = net::ip::tcp::socket::native_handle_type;  ///< a descriptor

    bool no_delay = true;                            ///< TCP_NODELAY: no Nagle delay
    std::optional<keep_alive_options> keep_alive{};  ///< none: no probes
    /// TCP_USER_TIMEOUT (RFC 5482): unacknowledged bytes end the connection after this long; above zero, and
    /// in milliseconds an int.
    std::optional<std::chrono::milliseconds> user_timeout{};
    /// The one number for a peer that is gone, in place of keep_alive and user_timeout, which it sets: set
    /// together with either it is asio::error::invalid_argument. 3 s .. 32767 s. By then the connection ends,
    /// with the system's error, mostly asio::error::timed_out: if nothing comes from a peer that is idle,
    /// counted from the last that came; if what is sent is not acknowledged, counted from then; and if the
    /// peer takes nothing for that long while there is something to send, although its machine answers. So it
    /// must not be below the longest pause of a peer that reads slowly; it can be a sixth less, but at most 3
    /// s less, until such a peer is given up. To Linux a peer takes nothing while its window is shut or
    /// smaller than what is sent next, so one with a small receive buffer should be given more time. The
    /// system's timers are late by up to an eighth, and paths with a round trip of more than a sixth of a
    /// second add some round trips. It also bounds each attempt to connect.
    std::optional<std::chrono::seconds> dead_after{};
    std::optional<int> send_buffer{};     ///< SO_SNDBUF, bytes, above zero
    std::optional<int> receive_buffer{};  ///< SO_RCVBUF, bytes, above zero
    std::optional<int> dscp{};            ///< 0 .. 63 (RFC 2474)
    /// Closing the socket sends RST and drops what the kernel still has to send (SO_LINGER of zero).
    bool reset_on_close = false;
    /// Called last, before the connect, on the client's executor, within async_connect too, with the socket
    /// and the address of the attempt, both valid during the call only. An error that it returns fails this
    /// attempt alone. So does an exception: a system_error with its code, std::bad_alloc with no_memory, any
    /// other with connection_aborted.
    std::function<error_code(native_handle_type, const net::generic::stream_protocol::endpoint&)>
        before_connect{};
};

/// How much may wait to be sent. The bytes that the write in progress has gathered count for low_water, not
/// for limit.
struct send_queue_options {
    std::size_t limit = 16 * 1024 * 1024;  ///< bytes, above zero; more is errc::send_queue_full
    std::size_t low_water = 64 * 1024;     ///< bytes; async_drain completes at or below it
};

/// All settings that a client is made with. It keeps them unchanged, for all its connections.
struct client_options {
    connect_options connect{};  ///< how addresses are found and raced
    socket_options socket{};    ///< what is set on each socket
    /// A send or receive that makes no progress for this long fails with its timeout code; above zero; none:
    /// it may pause for ever. For a send it counts from its first write on, not while it waits for earlier
    /// ones; for async_exchange bytes in either direction are progress.
    std::optional<std::chrono::nanoseconds> idle_timeout{};
    /// For async_close if it is given no limit of its own; above zero.
    std::chrono::nanoseconds close_timeout = std::chrono::seconds(10);
    /// The most bytes that state() may hold, above zero; one more is errc::receive_limit.
    std::size_t max_receive = std::size_t{1} << 30;
    send_queue_options send_queue{};  ///< how much may wait to be sent
    /// How long a receive that finds nothing asks the socket again and again, each time that it would wait,
    /// before it leaves the waiting to the event loop. Bytes that come meanwhile are received sooner, since
    /// no thread has to wake up. The thread does nothing else all that time, within the initiating function
    /// too: other operations that are due, cancellations included, are up to that late; the receive's own
    /// limits are kept. 0: not at all; 0 .. 10 ms. On a stream that is more than a socket, such as TLS, it
    /// does nothing.
    std::chrono::nanoseconds receive_spin{};
    /// The proxy to connect through, for TCP alone; <uplink/proxy.hpp> says what each kind is asked. The
    /// options of `connect` and `socket` are then about the connection to the proxy.
    proxy_options proxy{};
    /// Its functions are called for each connect and for the end of each connection, see
    /// <uplink/observer.hpp>. Null: there is none.
    std::shared_ptr<client_observer> observer{};
};

}  // namespace uplink
