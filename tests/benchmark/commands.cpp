// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "commands.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace uplink::benchmark {

namespace {

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> words;
    std::size_t begin = 0;
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
        end = text.find(',', begin);
        words.push_back(text.substr(begin, end - begin));
    }
    return words;
}

bool begins_with_one(std::string_view name, const std::vector<std::string>& beginnings) {
    return beginnings.empty() || std::any_of(beginnings.begin(), beginnings.end(),
                                             [&](const std::string& one) { return name.starts_with(one); });
}

}  // namespace

settings parse(const std::vector<std::string>& words, std::size_t first) {
    settings wishes;
    wishes.program = std::filesystem::read_symlink("/proc/self/exe");
    for (auto word = words.begin() + static_cast<std::ptrdiff_t>(first); word != words.end(); ++word) {
        if (*word == "--quick" || *word == "--awake") {
            (*word == "--quick" ? wishes.quick : wishes.awake) = true;
            continue;
        }
        if (word + 1 == words.end()) throw std::invalid_argument(*word + " needs a value");
        const std::string& value = *(word + 1);
        if (*word == "--rounds") wishes.rounds = static_cast<unsigned>(std::stoul(value));
        else if (*word == "--only") wishes.only = split(value);
        else if (*word == "--clients") wishes.clients = split(value);
        else if (*word == "--output") wishes.output = value;
        else if (*word == "--check") wishes.check = value;
        else throw std::invalid_argument("unknown option " + *word);
        ++word;
    }
    return wishes;
}

bool settings::wants_workload(std::string_view name) const { return begins_with_one(name, only); }

bool settings::wants_client(std::string_view name) const { return begins_with_one(name, clients); }

}  // namespace uplink::benchmark
