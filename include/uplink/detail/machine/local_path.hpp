// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The path of a local (Unix domain) socket, as a caller passes it: a file, or, with a leading @, a name in
// Linux's abstract namespace, which no file has (unix(7)). Anything that the system would cut or
// misunderstand is asio::error::invalid_argument, before any system call. Functions only.
#pragma once

#include <uplink/detail/machine/refusal.hpp>
#include <uplink/net.hpp>

#if !defined(_WIN32)  // where detail/system/platform.hpp says what is missing
#include <sys/un.h>
#endif

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace uplink::inline UPLINK_NAMESPACE::detail {

/// The bytes of a path in an address. A path needs one of them for the NUL at its end; an abstract name has
/// none there, and one at its beginning, in place of the @.
#if defined(_WIN32)
inline constexpr std::size_t local_path_space = 108;
#else
inline constexpr std::size_t local_path_space = sizeof(sockaddr_un::sun_path);
#endif

inline bool is_abstract(std::string_view path) noexcept { return path.starts_with('@'); }

inline refusal check_local_path(std::string_view path) noexcept {
    const error_code invalid = net::error::invalid_argument;
    if (path.empty()) return {invalid, "the path is empty"};
    const std::size_t longest = is_abstract(path) ? local_path_space : local_path_space - 1;
    if (path.size() > longest) return {invalid, "the path is longer than the system allows"};
    if (path.find('\0') != std::string_view::npos) return {invalid, "the path has a NUL in it"};
    if (!is_abstract(path)) return {};
    if (path.size() == 1) return {invalid, "the abstract name is empty"};
#if defined(__linux__)
    return {};
#else
    return {net::error::operation_not_supported, "only Linux has abstract names"};
#endif
}

/// The endpoint of a path that is fit for it.
inline net::local::stream_protocol::endpoint local_endpoint_of(std::string path) {
    if (is_abstract(path)) path.front() = '\0';
#if defined(__linux__)
    if (path.size() ==
        local_path_space) {  // Asio's constructor wants room for a NUL, of an abstract name too
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, local_path_space);
        net::local::stream_protocol::endpoint longest;
        std::memcpy(longest.data(), &address, sizeof(address));
        longest.resize(sizeof(address));
        return longest;
    }
#endif
    return net::local::stream_protocol::endpoint(path);
}

}  // namespace uplink::detail
