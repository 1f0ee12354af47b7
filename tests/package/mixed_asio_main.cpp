// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Runs both parts of mixed_asio_part.cpp, twice. Exit code 0 if both work.
#include <iostream>

bool part_with_boost();
bool part_with_standalone();

int main() {
    for (int i = 0; i != 2; ++i) {
        const bool standalone = part_with_standalone();
        const bool boost = part_with_boost();
        std::cout << "standalone Asio works: " << standalone << ", Boost.Asio: " << boost << '\n';
        if (!standalone || !boost) return 1;
    }
    return 0;
}
