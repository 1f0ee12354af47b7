// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The systems that this room can be compiled for; each of its headers that makes system calls includes this
// one.
//   Linux               the library is made and tested here
//   macOS and the BSDs  untested: what Linux alone has is left out, or is the error
//                       operation_not_supported, or is done as their manuals say
//   Windows             not possible: the calls of this room are POSIX's
#pragma once

#if defined(_WIN32)
#error                                                                                                       \
    "uplink does not work on Windows: it opens sockets, looks names up and starts threads with POSIX calls only"
#include <uplink does not work on Windows>  // There is no such file: the compiler stops here and lists no more errors.
#elif !defined(__unix__) && !defined(__APPLE__)
#error                                                                                                       \
    "uplink does not work on this system: it opens sockets, looks names up and starts threads with POSIX calls only"
#endif
