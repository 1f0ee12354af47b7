// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A connected client on a scripted stream that user's code may destroy while the client asks it: a framing or a state.
// Compiled once, in mortal_client.cpp.
#pragma once

#include "support/asking_client.hpp"
#include "support/scripted_stream.hpp"

#include <uplink/framing.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

/// Lines; calls `asked` before it looks for one.
struct asking_framing {
    std::function<void(std::string_view)> asked;
    parse_result parse(std::string_view pending) const {
        asked(pending);
        const std::size_t end = pending.find('\n');
        if (end == std::string_view::npos) return parse_result::need_more();
        return parse_result::message(0, end, end + 1);
    }
};

/// What user's code may do to the client that asks it.
enum class deed { cancel, close, destroy, fail };
inline constexpr deed deeds[] = {deed::cancel, deed::close, deed::destroy, deed::fail};

template <class Client> void act(deed what, std::optional<Client>& client, stream_script& script) {
    if (what == deed::cancel) client->cancel();
    if (what == deed::close) client->close();
    if (what == deed::destroy) client.reset();
    if (what == deed::fail) {
        script.writes.push_back({was_reset});
        client->async_send(std::string("x"), [](error_code, std::size_t) {});
    }
}

/// A client that may go, connected.
template <class State> struct mortal_client : scripted_client<State> {
    using client_type = typename scripted_client<State>::client_type;

    explicit mortal_client(client_options options = {}) : scripted_client<State>(std::move(options)) {
        this->connect();
        mortal.emplace(std::move(this->client));
        this->client = client_type(this->net.get_executor(), std::make_shared<stream_scripts>());
    }
    ~mortal_client() { mortal.reset(); }

    std::optional<client_type> mortal{};
};

/// A sink that is a plain function.
using plain_sink = sink_bytes<void (*)(std::string_view)>;

}  // namespace uplink::tests

/// `PREFIX` is extern, or nothing.
#define UPLINK_TESTS_MORTAL_CLIENTS(PREFIX)                                                                  \
    PREFIX template struct mortal_client<received_bytes>;                                                    \
    PREFIX template struct mortal_client<asking_bytes>;                                                      \
    PREFIX template void act(deed, std::optional<scripted_client<>::client_type>&, stream_script&);          \
    PREFIX template void act(deed, std::optional<asking_client::client_type>&, stream_script&);              \
    PREFIX template class scripted_client<plain_sink>

#define UPLINK_TESTS_MORTAL_OPERATIONS(PREFIX)                                                               \
    PREFIX template class receive_framed<scripted_core, tests::asking_framing>;                              \
    UPLINK_TESTS_RECORDED(PREFIX, scripted_core, receive_framed<scripted_core, tests::asking_framing>);      \
    UPLINK_TESTS_RECORDED(PREFIX, asking_core, receive_until_end<asking_core>);                              \
    UPLINK_TESTS_RECORDED(PREFIX, asking_core, send_operation<asking_core, owned_bytes<std::string>>);       \
    UPLINK_TESTS_RECORDED(PREFIX, asking_core, receive_framed<asking_core, fixed_size>);                     \
    UPLINK_DETAIL_CLIENT_INSTANTIATIONS(PREFIX, plain_sink_core);                                            \
    UPLINK_TESTS_RECORDED(PREFIX, plain_sink_core, receive_until_end<plain_sink_core>)

namespace uplink::inline UPLINK_NAMESPACE::detail {

using plain_sink_core = client_core<tests::scripted_stream<testing::socket>, tests::plain_sink>;

UPLINK_TESTS_MORTAL_OPERATIONS(extern);

}  // namespace uplink::detail

namespace uplink::tests {

UPLINK_TESTS_MORTAL_CLIENTS(extern);

}  // namespace uplink::tests
