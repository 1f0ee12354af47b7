// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A module of the system's name service (nss(5)) that system_lookups.sh compiles: for the name "neighbour" it gives a
// link-local address with the scope id of the interface "outside", as modules for routers and neighbours do. Neither
// /etc/hosts nor a name server can give a scope id.
#include <net/if.h>
#include <netdb.h>
#include <nss.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" nss_status _nss_scoped_gethostbyname4_r(const char* name, gaih_addrtuple** found, char* buffer,
                                                   std::size_t size, int* error, int* host_error,
                                                   std::int32_t*) {
    if (std::strcmp(name, "neighbour") != 0) {
        *host_error = HOST_NOT_FOUND;
        return NSS_STATUS_NOTFOUND;
    }
    if (*found == nullptr) {
        if (size < sizeof(gaih_addrtuple)) {
            *error = ERANGE;
            return NSS_STATUS_TRYAGAIN;
        }
        *found = reinterpret_cast<gaih_addrtuple*>(buffer);
    }
    **found = {};
    (*found)->name = const_cast<char*>(name);
    (*found)->family = AF_INET6;
    const unsigned char address[16] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
    std::memcpy((*found)->addr, address, sizeof(address));
    (*found)->scopeid = if_nametoindex("outside");
    return NSS_STATUS_SUCCESS;
}
