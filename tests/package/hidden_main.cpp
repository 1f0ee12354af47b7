// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The program that uses hidden_library.cpp: a code of one is equal to the same code of the other, in either
// direction. Exit code 0 if so.
#include <uplink/error.hpp>

#include <iostream>

bool same_in_library(const uplink::error_code& ec);
uplink::error_code code_of_library();
uplink::error_condition condition_of_library();

int main() {
    const uplink::error_code theirs = code_of_library();
    const uplink::error_code ours = uplink::errc::receive_timeout;
    const bool code = theirs == uplink::errc::receive_timeout && theirs == ours;
    const bool condition = theirs == uplink::condition::timeout && ours == condition_of_library();
    const bool inside = same_in_library(ours);
    std::cout << "codes are equal: " << code << ", conditions: " << condition
              << ", inside the library: " << inside << '\n';
    return code && condition && inside ? 0 : 1;
}
