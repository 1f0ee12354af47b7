// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The inline namespace that contains the whole library. Its name has the version and the flavour (standalone
// Asio or Boost.Asio), because the same types have different layouts in another version or flavour. So two
// libraries that were built differently can be linked into one program. Users write `uplink::` alone;
// <uplink/fwd.hpp> has declarations for them.
#pragma once

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "uplink needs C++20: compile with -std=c++20 or newer"
#include <uplink needs C++20>  // There is no such file: the compiler stops here and lists no more errors.
#endif
#if defined(UPLINK_USE_BOOST_ASIO)
#if !__has_include(<boost/asio/io_context.hpp>)
#error "uplink needs Boost 1.81 or newer: install it (Debian 12: libboost1.81-dev), or say where it is by -I"
#include <uplink needs Boost>
#endif
#elif !__has_include(<asio/io_context.hpp>)
#error "uplink needs Asio: install libasio-dev (Debian, Ubuntu) or asio (vcpkg), or say where it is by -I"
#include <uplink needs Asio>
#endif

#if defined(UPLINK_DETAIL_SINGLE_HEADER)
#error "uplink: this file includes <uplink_single_header.hpp> and <uplink/...>: use one of the two"
#endif

#include <uplink/version.hpp>

#define UPLINK_DETAIL_PASTE(version, flavour) v##version##_##flavour
#define UPLINK_DETAIL_NAME(version, flavour) UPLINK_DETAIL_PASTE(version, flavour)
#if defined(UPLINK_USE_BOOST_ASIO)
#define UPLINK_NAMESPACE UPLINK_DETAIL_NAME(UPLINK_VERSION, boost)
#else
#define UPLINK_NAMESPACE UPLINK_DETAIL_NAME(UPLINK_VERSION, standalone)
#endif
