// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Quartiles lie between the two nearest values, so that a few rounds give steady ones.
#include "figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>

namespace uplink::benchmark {

namespace {

std::string fixed(double value, int digits) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

std::string three_digits(double value) { return fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0); }

/// Between the two values nearest to the place.
double at(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

}  // namespace

std::string figure(double value) {
    if (std::abs(value) < 0.00005) return "0";
    if (std::abs(value - std::round(value)) < 0.005 && std::abs(value) >= 1) {
        value = std::round(value);
    } else if (std::abs(value) < 0.1) {
        return fixed(value, 4);
    } else if (std::abs(value) < 100) {
        return fixed(value, 2);
    }
    const std::string digits = fixed(std::abs(value), 0);
    std::string text(value < 0 ? "-" : "");
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

std::string duration(double seconds) {
    if (seconds < 1e-6) return three_digits(seconds * 1e9) + " ns";
    if (seconds < 1e-3) return three_digits(seconds * 1e6) + " us";
    if (seconds < 1) return three_digits(seconds * 1e3) + " ms";
    return three_digits(seconds) + " s";
}

std::string size(double bytes) {
    if (std::abs(bytes) < 10240) return figure(std::round(bytes)) + " B";
    if (bytes < 1048576) return three_digits(bytes / 1024) + " KiB";
    if (bytes < 1073741824) return three_digits(bytes / 1048576) + " MiB";
    return three_digits(bytes / 1073741824) + " GiB";
}

quartiles spread(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return {at(values, 0.25), at(values, 0.5), at(values, 0.75)};
}

}  // namespace uplink::benchmark
