// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// UPLINK_DECL stands before functions that are compiled once if UPLINK_SEPARATE_COMPILATION is defined for
// the whole program: in the one file that includes <uplink/impl/src.hpp>, or <uplink/impl/tls_src.hpp> for
// those of TLS. Otherwise they are inline.
//
// In class templates it stands only before functions that a client's handlers reach. A file with `extern
// template` does not instantiate them, or what they call, because they are not inline. Clients over other
// streams still see the definitions.
#pragma once

#if defined(UPLINK_SEPARATE_COMPILATION)
#define UPLINK_DECL
#else
#define UPLINK_DECL inline
#endif
