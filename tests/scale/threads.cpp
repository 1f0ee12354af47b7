// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// threads [SECONDS [OPERATIONS [SEED]]]: two clients, each on a strand of a context that eight threads run; those
// threads start, cancel, time out and close operations at random, by posting to the client's executor, for that long
// (60 s) or until so many have been started (0: no matter) (faults 80). Every handler must be called once, on the
// strand, and every message that the echo brings back must be whole, and later than the one before. Worth most with
// TSan. The seed makes each thread's choices, not the order in which they come.
#include <uplink/async_client.hpp>

#include "measures.hpp"
#include "server.hpp"

#if defined(UPLINK_USE_BOOST_ASIO)
#include <boost/asio/strand.hpp>
#else
#include <asio/strand.hpp>
#endif

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace net = uplink::net;
using namespace std::chrono_literals;
using uplink::error_code;
using clock_type = std::chrono::steady_clock;
using strand_type = net::strand<net::io_context::executor_type>;
using client_type = uplink::async_client<net::basic_stream_socket<net::ip::tcp, strand_type>>;
using limit_type = client_type::time_limit;

/// What all threads do, and what they find wrong.
struct results {
    std::atomic<std::size_t> posted{0}, acted{0}, started{0}, ended{0}, succeeded{0};
    std::atomic<std::size_t> connects{0}, messages{0}, cancels{0}, closes{0};
    std::mutex mutex{};
    scale::verdict verdict{};

    void expect(bool good, const char* what) {
        if (good) return;
        const std::lock_guard lock(mutex);
        verdict.expect(false, what);
    }
};

/// Its number, and then what follows from that.
std::string message_of(unsigned long number) {
    std::string message = std::to_string(number) + ' ';
    message.append(number * 2654435761U % 3001, static_cast<char>('a' + number % 26));
    return message;
}

/// A client, and what is known of it. All but the constructor and the destructor runs on its strand.
class user {
public:
    user(net::io_context& io, std::uint16_t port, results& all)
        : strand_(net::make_strand(io)), endpoint_(net::ip::address_v4::loopback(), port), all_(all),
          client_(std::in_place, strand_) {}

    const strand_type& executor() const noexcept { return strand_; }

    void act(std::uint32_t choice) {
        if (!client_) return;
        const bool is_short = (choice >> 10) % 16 == 0;
        const limit_type limit =
            is_short ? limit_type(std::chrono::microseconds((choice >> 14) % 2000)) : limit_type(60s);
        const std::uint32_t what = choice % 1024;
        if (!client_->is_open() && what < 1000) return client_->async_connect(endpoint_, limit, handler());
        if (what < 400) return client_->async_send(message_of(++sent_) + '\n', limit, handler());
        if (what < 800)
            return client_->async_receive_message(uplink::delimited{"\n", 4000}, limit, handler());
        if (what < 900) return client_->async_drain(limit, handler());
        if (what < 1000) return emit(choice >> 10);
        if (what < 1008) return cancel_all();
        if (what < 1012) return client_->async_connect(endpoint_, limit, handler());
        if (what < 1014) return client_->async_shutdown_send(limit, handler());
        if (what < 1017) return client_->async_close(limit, handler());
        ++all_.closes;
        if (what < 1020) return client_->close();
        client_.emplace(strand_);
    }
    void end() { client_.reset(); }

private:
    struct counted {
        using cancellation_slot_type = net::cancellation_slot;
        user* owner;
        std::shared_ptr<net::cancellation_signal> signal;
        bool was_called = false;

        cancellation_slot_type get_cancellation_slot() const noexcept { return signal->slot(); }
        void operator()(error_code ec) {
            results& all = owner->all_;
            all.expect(!std::exchange(was_called, true), "a handler was called twice");
            all.expect(owner->strand_.running_in_this_thread(), "a handler runs elsewhere");
            ++all.ended;
            if (!ec) ++all.succeeded;
        }
        void operator()(error_code ec, std::size_t) { (*this)(ec); }
        void operator()(error_code ec, const net::ip::tcp::endpoint&) {
            (*this)(ec);
            if (!ec) ++owner->all_.connects;
        }
        void operator()(error_code ec, std::string_view message) {
            (*this)(ec);
            if (!ec) owner->check(message);
        }
    };

    counted handler() {
        ++all_.started;
        auto& signal = signals_[next_signal_++ % signals_.size()];
        signal = std::make_shared<net::cancellation_signal>();  // an earlier operation has its own still
        return {this, signal};
    }
    void emit(std::uint32_t choice) {
        static constexpr std::array types{net::cancellation_type::terminal, net::cancellation_type::partial,
                                          net::cancellation_type::total};
        ++all_.cancels;
        const auto signal = signals_[choice % signals_.size()];
        if (signal) signal->emit(types[(choice >> 4) % types.size()]);
    }
    void cancel_all() {
        ++all_.cancels;
        client_->cancel();
    }
    void check(std::string_view message) {
        ++all_.messages;
        const unsigned long number = std::strtoul(std::string(message).c_str(), nullptr, 10);
        all_.expect(number > received_ && number <= sent_, "a message came twice, or out of order");
        all_.expect(message == message_of(number), "a message is not what was sent");
        received_ = number;
    }

    strand_type strand_;
    net::ip::tcp::endpoint endpoint_;
    results& all_;
    std::array<std::shared_ptr<net::cancellation_signal>, 16> signals_{};
    std::size_t next_signal_ = 0;
    std::optional<client_type> client_;
    unsigned long sent_ = 0;
    unsigned long received_ = 0;
};

}  // namespace

int main(int argc, char** arguments) {
    const auto duration = std::chrono::duration<double>(scale::argument(argc, arguments, 1, 60));
    const auto most = static_cast<std::size_t>(scale::argument(argc, arguments, 2, 0));
    const auto seed = static_cast<std::uint32_t>(scale::argument(argc, arguments, 3, 1));
    constexpr std::uint32_t thread_count = 8;
    constexpr std::size_t most_posted = 64;

    const scale::server server(scale::service::echo);
    results all;
    net::io_context io;
    user first(io, server.port(), all), second(io, server.port(), all);
    const auto start = clock_type::now();
    std::atomic<bool> is_over{false};
    const auto choose_and_run = [&](std::uint32_t number) {
        std::mt19937 random(seed * thread_count + number);
        while (!is_over) {
            user& chosen = random() % 2 == 0 ? first : second;
            ++all.posted;
            net::post(chosen.executor(), [&all, &chosen, choice = static_cast<std::uint32_t>(random())] {
                chosen.act(choice);
                ++all.acted;
            });
            do {
                io.poll_one();
            } while (all.posted - all.acted > most_posted);
            if (clock_type::now() - start >= duration || (most != 0 && all.started >= most)) is_over = true;
        }
    };
    std::optional work(net::make_work_guard(io));
    std::vector<std::thread> threads;
    for (std::uint32_t i = 1; i != thread_count; ++i) threads.emplace_back(choose_and_run, i);
    choose_and_run(0);
    for (std::thread& each : threads) each.join();
    net::post(first.executor(), [&] { first.end(); });
    net::post(second.executor(), [&] { second.end(); });
    work.reset();
    io.run();

    all.expect(all.started == all.ended, "not every handler was called");
    all.expect(all.connects != 0 && all.messages != 0, "nothing was connected and received");
    const double seconds = std::chrono::duration<double>(clock_type::now() - start).count();
    std::printf(
        "threads: 2 clients, %u threads, seed %u, %.1f s: %zu operations, %zu handlers called, %zu with success; "
        "%zu connects, %zu messages, %zu cancels, %zu closes; failures %zu\n",
        thread_count, seed, seconds, all.started.load(), all.ended.load(), all.succeeded.load(),
        all.connects.load(), all.messages.load(), all.cancels.load(), all.closes.load(),
        all.verdict.failures());
    return all.verdict.exit_code();
}
