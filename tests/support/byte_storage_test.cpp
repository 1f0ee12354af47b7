// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include <uplink/detail/support/byte_storage.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace uplink::tests {

namespace {

using detail::byte_storage;

void append(byte_storage& storage, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto room = storage.prepare(bytes.size());
        std::memcpy(room.data(), bytes.data(), room.size());
        storage.commit(room.size());
        bytes.remove_prefix(room.size());
    }
}
std::string_view content(const byte_storage& storage) { return {storage.data(), storage.size()}; }
std::string numbers(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i != size; ++i) bytes[i] = static_cast<char>(i * 31 % 127);
    return bytes;
}

}  // namespace

TEST_CASE(
    "byte storage begins without memory, small, and grows to the usual size after one read has filled it") {
    byte_storage storage;
    CHECK(storage.capacity() == 0);
    CHECK(storage.prepare(100'000).size() == 256);
    storage.commit(192);
    CHECK(storage.prepare(100'000).size() == 64);  // a quarter is room enough
    storage.commit(64);
    CHECK(storage.prepare(100'000).size() == 16 * 1024 - 256);
    CHECK(storage.capacity() == 16 * 1024);
}

TEST_CASE("byte storage that one read has filled grows even if all of it was consumed") {
    byte_storage storage;
    append(storage, numbers(256));
    storage.consume(256);
    CHECK(storage.prepare(100'000).size() == 16 * 1024);
}

TEST_CASE("byte storage gives at least one byte, and no more than is asked for") {
    byte_storage storage;
    CHECK(storage.prepare(1).size() == 1);
    CHECK(storage.prepare(0).empty());
    CHECK(storage.prepare(10).size() == 10);
}

TEST_CASE("byte storage keeps every byte in order, however it grows and whatever is consumed between") {
    const std::string bytes = numbers(300'000);
    for (const std::size_t step : {1u, 100u, 255u, 256u, 257u, 16'384u, 70'000u}) {
        CAPTURE(step);
        byte_storage storage;
        std::string consumed;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            append(storage, std::string_view(bytes).substr(at, step));
            if (at % 3 == 0) {
                const std::size_t n = storage.size() / 2;
                consumed.append(storage.data(), n);
                storage.consume(n);
            }
        }
        consumed.append(content(storage));
        CHECK((consumed == bytes));
    }
}

TEST_CASE("byte storage reuses the room in front instead of growing") {
    byte_storage storage;
    append(storage, numbers(16 * 1024));
    const std::size_t capacity = storage.capacity();
    for (int i = 0; i != 100; ++i) {
        storage.consume(storage.size());
        append(storage, numbers(8 * 1024));
    }
    CHECK(storage.capacity() == capacity);
    CHECK((content(storage) == numbers(8 * 1024)));
    append(storage, numbers(8 * 1024));
    storage.consume(12 * 1024);
    append(storage, numbers(4 * 1024));  // what is left moves to the front
    CHECK(storage.capacity() == capacity);
    CHECK((content(storage) == numbers(8 * 1024).substr(4 * 1024) + numbers(4 * 1024)));
}

TEST_CASE("byte storage does not double above its limit, and goes there only if it must") {
    byte_storage storage;
    storage.limit_capacity(20'000);
    append(storage, numbers(19'000));
    CHECK(storage.capacity() <= 20'000);
    append(storage, numbers(5'000));
    CHECK(storage.size() == 24'000);
}

TEST_CASE("byte storage that is copied has its own bytes, one that is moved from none") {
    byte_storage first;
    append(first, "hello world");
    first.consume(6);
    byte_storage copy = first;
    CHECK(content(copy) == "world");
    CHECK(copy.data() != first.data());
    const byte_storage moved = std::move(first);
    CHECK(content(moved) == "world");
    copy = moved;
    CHECK(content(copy) == "world");
    byte_storage empty;
    const byte_storage copy_of_empty = empty;
    CHECK(copy_of_empty.capacity() == 0);
}

TEST_CASE("bytes that were consumed stay readable until the next room, and can be overwritten") {
    byte_storage storage;
    append(storage, "hello world");
    const char* const begin = storage.data();
    storage.consume(5);
    CHECK(std::string_view(begin, 5) == "hello");
    storage.overwrite_consumed();
    CHECK(std::string_view(begin, 6) == "\xdd\xdd\xdd\xdd\xdd ");
    CHECK(content(storage) == " world");
    storage.consume(1);
    static_cast<void>(storage.prepare(1));
    storage.overwrite_consumed();  // there was a room since: nothing is overwritten
    CHECK(content(storage) == "world");
}

}  // namespace uplink::tests
