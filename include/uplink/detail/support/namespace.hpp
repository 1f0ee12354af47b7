// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inline namespace in which everything of the library stands. Its name has the version and the flavour
// (standalone Asio or Boost.Asio), because the same names have other layouts in another version or flavour:
// two libraries that were built differently can then be linked into one program. Users write `uplink::`
// alone; for declarations there is <uplink/fwd.hpp>.
#pragma once

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "uplink needs C++20: compile with -std=c++20 or newer"
#include <uplink needs C++20>  // There is no such file: the compiler stops here and lists nothing that follows.
#endif

#include <uplink/version.hpp>

#define UPLINK_DETAIL_PASTE(version, flavour) v##version##_##flavour
#define UPLINK_DETAIL_NAME(version, flavour) UPLINK_DETAIL_PASTE(version, flavour)
#if defined(UPLINK_USE_BOOST_ASIO)
#define UPLINK_NAMESPACE UPLINK_DETAIL_NAME(UPLINK_VERSION, boost)
#else
#define UPLINK_NAMESPACE UPLINK_DETAIL_NAME(UPLINK_VERSION, standalone)
#endif
