// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Feeds files to a target, with any compiler: replay TARGET FILE-OR-FOLDER... Fails where there is none.

#include <fuzz/targets.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    const std::map<std::string, void (*)(std::string_view)> targets {
        {"framing", fuzz::framing}, {"host_service", fuzz::host_service}, {"socks5", fuzz::socks5},
            {"http_tunnel", fuzz::http_tunnel}, {"proxy_url", fuzz::proxy_url},
            {"conversation", fuzz::conversation},
#if defined(UPLINK_FUZZES_TLS)
            {"tls_records", fuzz::tls_records},
#endif
    };
    const auto target = argc > 1 ? targets.find(argv[1]) : targets.end();
    if (target == targets.end()) {
        std::cerr
            << "replay framing|host_service|socks5|http_tunnel|proxy_url|conversation|tls_records FILE-OR-FOLDER...\n";
        return 2;
    }
    std::vector<std::filesystem::path> files;
    for (int i = 2; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            files.emplace_back(argv[i]);
            continue;
        }
        for (const auto& each : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (each.is_regular_file()) files.push_back(each.path());
        }
    }
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        if (!in.good() && bytes.empty() && std::filesystem::file_size(file) != 0) return 1;
        std::clog << file.filename().string() << std::endl;  // the last one named is the one that fails
        target->second(bytes);
    }
    std::cout << "replayed " << files.size() << " inputs of " << target->first << '\n';
    return files.empty() ? 1 : 0;
}
