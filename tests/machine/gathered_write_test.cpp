// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// What one write takes of the queue: small sends together in a block, large ones where they are.

#include "support/catch.hpp"

#include <uplink/detail/machine/gathered_write.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace uplink::tests {

namespace {

using uplink::detail::gathered_write;

/// As a send of several buffers.
struct item {
    std::vector<std::string> parts;

    std::size_t gather(net::const_buffer* out, std::size_t room) const {
        std::size_t count = 0;
        for (const std::string& part : parts) {
            if (part.empty()) continue;
            if (count == room) break;
            out[count++] = net::buffer(part);
        }
        return count;
    }
    net::const_buffer rest() const { return {}; }
    std::size_t left() const {
        std::size_t sum = 0;
        for (const std::string& part : parts) sum += part.size();
        return sum;
    }
};

std::string bytes_of(const gathered_write& write) {
    std::string all;
    for (const net::const_buffer& each : write.buffers())
        all.append(static_cast<const char*>(each.data()), each.size());
    return all;
}

std::size_t count_of(const gathered_write& write) {
    return static_cast<std::size_t>(std::distance(write.buffers().begin(), write.buffers().end()));
}

TEST_CASE("one send is written from where it is") {
    const item send{{"abc"}};
    gathered_write write;
    CHECK(write.add(send));
    REQUIRE(count_of(write) == 1);
    CHECK(write.buffers().begin()->data() == send.parts[0].data());
    CHECK(write.size() == 3);
}

TEST_CASE("a send whose bytes are in one place is asked for no more than what is left") {
    struct whole {
        std::string bytes;
        std::size_t sent = 0;

        net::const_buffer rest() const { return net::buffer(bytes) + sent; }
        std::size_t gather(net::const_buffer*, std::size_t) const { throw std::logic_error("not in parts"); }
        std::size_t left() const { return bytes.size() - sent; }
    };
    gathered_write write;
    const whole large{std::string(5000, 'x'), 2000};
    const whole gone{"nothing left", 12};
    const whole begun{"two small", 4};
    const whole small{"ones"};
    for (const whole* each : {&gone, &large, &begun, &small}) CHECK(write.add(*each));
    CHECK(count_of(write) == 2);
    CHECK(bytes_of(write) == std::string(3000, 'x') + "smallones");
    write.clear(true, 2999);
    CHECK_FALSE(write.add(large));
    CHECK(write.size() == 2999);
    CHECK(write.is_largest());
}

TEST_CASE("small sends in a row become one buffer, in order") {
    std::vector<item> sends;
    std::string all;
    for (int i = 0; i != 1000; ++i) {
        sends.push_back({{"<" + std::to_string(i) + ">", "", "x"}});
        all += sends.back().parts[0] + "x";
    }
    gathered_write write;
    for (const item& each : sends) REQUIRE(write.add(each));
    CHECK(count_of(write) == 1);
    CHECK(bytes_of(write) == all);
    CHECK(write.size() == all.size());
}

TEST_CASE("where nothing is to be copied, small buffers stay where they are") {
    const item send{{"abc", "de"}};
    gathered_write write;
    write.clear(false);
    CHECK(write.add(send));
    REQUIRE(count_of(write) == 2);
    CHECK(write.buffers().begin()->data() == send.parts[0].data());
    CHECK(bytes_of(write) == "abcde");
}

TEST_CASE("large sends are not copied, whatever is around them") {
    const item small{{"abc"}};
    const item large{{std::string(1024, 'L')}};
    gathered_write write;
    for (const item* each : {&small, &small, &large, &small, &large, &large, &small, &small})
        CHECK(write.add(*each));
    CHECK(bytes_of(write) == "abcabc" + large.parts[0] + "abc" + large.parts[0] + large.parts[0] + "abcabc");
    const auto from_large =
        std::count_if(write.buffers().begin(), write.buffers().end(),
                      [&](const auto& each) { return each.data() == large.parts[0].data(); });
    CHECK(from_large == 3);
    CHECK(count_of(write) == 6);
}

TEST_CASE("a block takes 64 KiB, and the write then ends where the buffers do") {
    const item send{{std::string(64, 's')}};
    gathered_write write;
    std::size_t taken = 0;
    while (write.add(send)) ++taken;
    CHECK(taken >= 1024);
    CHECK(taken <= 1024 + 64);
    CHECK(count_of(write) <= 64);
    CHECK(write.size() == bytes_of(write).size());
}

TEST_CASE("two small sends behind a large one are copied together only where the block has room for both") {
    const item filler{{std::string(1000, 'f')}};
    const item large{{std::string(2000, 'L')}};
    const item half{{std::string(500, 'h')}};
    gathered_write write;
    std::string all;
    for (int i = 0; i != 65; ++i) {  // 65000 bytes of the block's 65536
        REQUIRE(write.add(filler));
        all += filler.parts[0];
    }
    REQUIRE(count_of(write) == 1);
    for (const item* each : {&large, &half, &half}) {
        REQUIRE(write.add(*each));
        all += each->parts[0];
    }
    CHECK(count_of(write) == 4);  // a copy of both would be beyond the block's end
    CHECK(bytes_of(write) == all);
    const item tiny{{std::string(200, 't')}};
    for (const item* each : {&large, &tiny, &tiny}) {
        REQUIRE(write.add(*each));
        all += each->parts[0];
    }
    CHECK(count_of(write) == 6);  // these fit
    CHECK(bytes_of(write) == all);
}

TEST_CASE("a send of more buffers than a write takes is begun") {
    const item send{std::vector<std::string>(100, std::string(1500, 'y'))};
    gathered_write write;
    CHECK_FALSE(write.add(send));
    CHECK(count_of(write) == 64);
    CHECK(write.size() == 64 * 1500);
    const item other{{"z"}};
    CHECK_FALSE(write.add(other));
    CHECK(write.size() == 64 * 1500);
}

TEST_CASE("a write takes no more than it may") {
    const std::size_t most = GENERATE(as<std::size_t>(), 1024, 64 * 1024, 512 * 1024);
    const item large{{std::string(most - 10, 'a')}};
    const item next{{"0123456789abc"}};
    const item huge{{std::string(4 * most, 'b')}};
    gathered_write write;
    write.clear(true, most);
    CHECK(write.add(large));
    CHECK_FALSE(write.is_largest());
    CHECK_FALSE(write.add(next));
    CHECK(bytes_of(write) == large.parts[0] + "0123456789");
    CHECK(write.size() == most);
    CHECK(write.is_largest());
    write.clear(true, most);
    CHECK_FALSE(write.add(huge));
    CHECK(write.size() == most);
    CHECK(write.buffers().begin()->data() == huge.parts[0].data());
}

TEST_CASE("a gathered write starts afresh") {
    const item send{{"abc"}};
    gathered_write write;
    write.add(send);
    write.add(send);
    write.clear(true);
    CHECK(count_of(write) == 0);
    CHECK(write.size() == 0);
    write.add(send);
    CHECK(bytes_of(write) == "abc");
    write.release();
    CHECK(count_of(write) == 0);
    write.add(send);
    CHECK(bytes_of(write) == "abc");
}

TEST_CASE("a write that needed memory for its buffers starts afresh without it") {
    const item many{std::vector<std::string>(10, std::string(1500, 'm'))};
    const item few{{"abc", std::string(2000, 'L'), "d"}};
    gathered_write write;
    for (int round = 0; round != 3; ++round) {
        CHECK(write.add(many));
        CHECK(count_of(write) == 10);
        write.release();
        CHECK(count_of(write) == 0);
        CHECK(write.add(few));
        CHECK(bytes_of(write) == "abc" + few.parts[1] + "d");
        write.clear(true);
    }
}

}  // namespace

}  // namespace uplink::tests
