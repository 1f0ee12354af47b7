// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// Everything is placed by hand: no text is measured, so labels have more room than they need.
#include "plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <limits>
#include <sstream>

namespace uplink::benchmark {

namespace {

constexpr std::array<const char*, 9> colours = {"#7f7f7f", "#1f77b4", "#17becf", "#d62728", "#ff9896",
                                                "#e377c2", "#ff7f0e", "#2ca02c", "#9467bd"};

/// The same colour for the same label throughout a drawing, in the order in which they come.
class palette {
public:
    const char* colour_of(const std::string& label) {
        const auto place = std::find(labels_.begin(), labels_.end(), label);
        const auto number = static_cast<std::size_t>(place - labels_.begin());
        if (place == labels_.end()) labels_.push_back(label);
        return colours[number % colours.size()];
    }

private:
    std::vector<std::string> labels_{};
};

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '&') result += "&amp;";
        else if (c == '<') result += "&lt;";
        else result += c;
    }
    return result;
}

class drawing {
public:
    void text(double x, double y, const std::string& words, const char* more = "") {
        body_ << "<text x='" << x << "' y='" << y << "' " << more << '>' << escaped(words) << "</text>\n";
    }
    void box(double x, double y, double width, double height, const char* fill) {
        body_ << "<rect x='" << x << "' y='" << y << "' width='" << width << "' height='" << height
              << "' fill='" << fill << "'/>\n";
    }
    void stroke(double x1, double y1, double x2, double y2, const char* ink) {
        body_ << "<line x1='" << x1 << "' y1='" << y1 << "' x2='" << x2 << "' y2='" << y2 << "' stroke='"
              << ink << "'/>\n";
    }
    void path(const std::vector<std::pair<double, double>>& points, const char* ink) {
        body_ << "<polyline fill='none' stroke-width='2' stroke='" << ink << "' points='";
        for (const auto& [x, y] : points) body_ << x << ',' << y << ' ';
        body_ << "'/>\n";
        for (const auto& [x, y] : points) {
            body_ << "<circle cx='" << x << "' cy='" << y << "' r='3' fill='" << ink << "'/>\n";
        }
    }
    void save(const std::filesystem::path& file, double width, double height) const {
        std::ofstream(file) << "<svg xmlns='http://www.w3.org/2000/svg' width='" << width << "' height='"
                            << height << "' font-family='sans-serif' font-size='12'>\n"
                            << "<rect width='100%' height='100%' fill='white'/>\n"
                            << body_.str() << "</svg>\n";
    }

private:
    std::ostringstream body_{};
};

/// A range of values that a length of the drawing stands for, by their logarithms.
class scale {
public:
    void take(double value) {
        if (value <= 0) return;
        low_ = std::min(low_, std::log10(value));
        high_ = std::max(high_, std::log10(value));
    }
    bool empty() const { return low_ > high_; }
    double share(double value) const {
        const double range = std::max(high_ - low_, 0.3);
        return (std::log10(value) - low_) / range;
    }
    double lowest() const { return std::pow(10, low_); }
    double highest() const { return std::pow(10, high_); }
    /// At least two decades, so that what is level looks it.
    void widen() {
        const double missing = std::max(0.0, 2 - (high_ - low_)) / 2;
        low_ -= missing;
        high_ += missing;
    }

private:
    double low_ = std::numeric_limits<double>::infinity();
    double high_ = -std::numeric_limits<double>::infinity();
};

void draw_chart(drawing& page, palette& inks, const line_chart& chart, double top) {
    constexpr double left = 70, width = 500, height = 200;
    scale across;
    scale upwards;
    for (const line& one : chart.lines) {
        for (const auto& [x, y] : one.points) {
            across.take(x);
            upwards.take(y);
        }
    }
    page.text(left, top, chart.title, "font-weight='bold'");
    if (across.empty() || upwards.empty()) return;
    upwards.widen();
    const double bottom = top + 20 + height;
    const auto x_of = [&](double x) { return left + width * across.share(x); };
    const auto y_of = [&](double y) { return bottom - height * upwards.share(y); };
    for (double step = std::pow(10, std::ceil(std::log10(upwards.lowest()))); step <= upwards.highest();
         step *= 10) {
        page.stroke(left, y_of(step), left + width, y_of(step), "#dddddd");
        page.text(left - 6, y_of(step) + 4, figure(step), "text-anchor='end'");
    }
    page.stroke(left, bottom, left + width, bottom, "black");
    page.stroke(left, bottom, left, bottom - height, "black");
    page.text(left, bottom + 16, figure(across.lowest()));
    page.text(left + width, bottom + 16, figure(across.highest()) + " " + chart.across, "text-anchor='end'");
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        std::vector<std::pair<double, double>> points;
        for (const auto& [x, y] : chart.lines[i].points) {
            if (y > 0) points.emplace_back(x_of(x), y_of(y));
        }
        const char* ink = inks.colour_of(chart.lines[i].label);
        page.path(points, ink);
        const double y = top + 30 + 18 * static_cast<double>(i);
        page.box(left + width + 20, y - 9, 10, 10, ink);
        page.text(left + width + 36, y, chart.lines[i].label);
    }
}

}  // namespace

void write_bars(const std::filesystem::path& file, const std::string& title,
                const std::vector<bar_group>& groups) {
    constexpr double left = 150, length = 480, step = 18;
    drawing page;
    palette inks;
    double y = 24;
    page.text(10, y, title, "font-size='15'");
    for (const bar_group& group : groups) {
        y += 30;
        page.text(10, y, group.title, "font-weight='bold'");
        double highest = 0;
        for (const bar& one : group.bars) highest = std::max({highest, one.value.high, one.value.middle});
        for (const bar& one : group.bars) {
            const double factor = highest > 0 ? length / highest : 0;
            y += step;
            page.text(left - 6, y, one.label, "text-anchor='end'");
            page.box(left, y - 11, one.value.middle * factor, 14, inks.colour_of(one.label));
            page.stroke(left + one.value.low * factor, y - 4, left + one.value.high * factor, y - 4, "black");
            page.text(left + std::max(one.value.high, one.value.middle) * factor + 6, y, one.text);
        }
    }
    page.save(file, left + length + 110, y + 20);
}

void write_lines(const std::filesystem::path& file, const std::string& title,
                 const std::vector<line_chart>& charts) {
    drawing page;
    palette inks;
    double top = 24;
    page.text(10, top, title, "font-size='15'");
    top += 30;
    for (const line_chart& chart : charts) {
        draw_chart(page, inks, chart, top);
        top += 270;
    }
    page.save(file, 760, top);
}

}  // namespace uplink::benchmark
