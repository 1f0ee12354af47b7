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

bool is_abstract(std::string_view path) noexcept;
refusal check_local_path(std::string_view path) noexcept;

/// The endpoint of a path that is fit for it.
net::local::stream_protocol::endpoint local_endpoint_of(std::string path);

}  // namespace uplink::detail

#if !defined(UPLINK_SEPARATE_COMPILATION)
#include <uplink/detail/machine/impl/local_path.ipp>
#endif
