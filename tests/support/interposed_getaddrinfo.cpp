// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// A program's own definition of a function goes before that of a shared library; the library's is found with
// RTLD_NEXT. Lists made here are remembered, since freeaddrinfo is given those of the library too.
#include "support/interposed_getaddrinfo.hpp"

#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

namespace uplink::tests {

struct interposed_lookups::state {
    explicit state(std::function<lookup_reply(const lookup_request&)> function)
        : decide(std::move(function)) {}

    const std::function<lookup_reply(const lookup_request&)> decide;
    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    std::vector<lookup_request> requests;
    std::size_t at_once = 0;
    std::size_t most_at_once = 0;
    std::size_t stuck = 0;     // so far
    std::size_t released = 0;  // of those
    bool all_released = false;
    std::size_t ended_threads = 0;

    template <class Predicate> bool wait(Predicate predicate) const {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(30), predicate);
    }

    lookup_reply ask(lookup_request request) {
        std::unique_lock lock(mutex);
        requests.push_back(request);
        most_at_once = std::max(most_at_once, ++at_once);
        changed.notify_all();
        lock.unlock();
        lookup_reply reply = decide(request);
        lock.lock();
        if (reply.stuck) {
            const std::size_t place = stuck++;
            changed.notify_all();
            changed.wait(lock, [&] { return all_released || place < released; });
        }
        --at_once;
        return reply;
    }
};

namespace {

using state = interposed_lookups::state;

// Lookup threads may be running when main() has returned, so these are never destroyed.
struct process {
    std::mutex mutex;
    std::shared_ptr<state> installed;
    std::set<addrinfo*> lists;
    std::size_t lists_made = 0;
    std::size_t lists_freed = 0;
};
process& this_process() {
    static process& instance = *new process;
    // A thread of an earlier test may hold the mutex at the moment of a fork, and there is no such thread in the child.
    static const int fork_safe =
        ::pthread_atfork([] { this_process().mutex.lock(); }, [] { this_process().mutex.unlock(); },
                         [] { this_process().mutex.unlock(); });
    static_cast<void>(fork_safe);
    return instance;
}

struct thread_end {
    std::shared_ptr<state> of;
    ~thread_end() {
        if (!of) return;
        const std::lock_guard lock(of->mutex);
        ++of->ended_threads;
        of->changed.notify_all();
    }
};

struct entry {
    addrinfo info{};
    sockaddr_storage address{};
};

// The head of the list is the first member of the first entry of an array.
addrinfo* make_list(const std::vector<net::ip::tcp::endpoint>& endpoints) {
    if (endpoints.empty()) return nullptr;
    entry* const entries = new entry[endpoints.size()];
    for (std::size_t i = 0; i != endpoints.size(); ++i) {
        addrinfo& info = entries[i].info;
        std::memcpy(&entries[i].address, endpoints[i].data(), endpoints[i].size());
        info.ai_family = endpoints[i].address().is_v4() ? AF_INET : AF_INET6;
        info.ai_socktype = SOCK_STREAM;
        info.ai_protocol = IPPROTO_TCP;
        info.ai_addr = reinterpret_cast<sockaddr*>(&entries[i].address);
        info.ai_addrlen = static_cast<socklen_t>(endpoints[i].size());
        info.ai_next = i + 1 != endpoints.size() ? &entries[i + 1].info : nullptr;
    }
    const std::lock_guard lock(this_process().mutex);
    this_process().lists.insert(&entries[0].info);
    ++this_process().lists_made;
    return &entries[0].info;
}

template <class Function> Function* next_definition(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

interposed_lookups::interposed_lookups(std::function<lookup_reply(const lookup_request&)> decide)
    : state_(std::make_shared<state>(std::move(decide))) {
    const std::lock_guard lock(this_process().mutex);
    this_process().installed = state_;
}

interposed_lookups::~interposed_lookups() {
    {
        const std::lock_guard lock(this_process().mutex);
        if (this_process().installed == state_) this_process().installed = nullptr;
    }
    release_all();
}

void interposed_lookups::release_one() {
    const std::lock_guard lock(state_->mutex);
    ++state_->released;
    state_->changed.notify_all();
}

void interposed_lookups::release_all() {
    const std::lock_guard lock(state_->mutex);
    state_->all_released = true;
    state_->changed.notify_all();
}

std::size_t interposed_lookups::calls() const {
    const std::lock_guard lock(state_->mutex);
    return state_->requests.size();
}

std::size_t interposed_lookups::most_at_once() const {
    const std::lock_guard lock(state_->mutex);
    return state_->most_at_once;
}

std::vector<lookup_request> interposed_lookups::requests() const {
    const std::lock_guard lock(state_->mutex);
    return state_->requests;
}

bool interposed_lookups::wait_for_calls(std::size_t count) const {
    return state_->wait([&] { return state_->requests.size() >= count; });
}

bool interposed_lookups::wait_for_stuck(std::size_t count) const {
    return state_->wait([&] { return state_->stuck >= count; });
}

bool interposed_lookups::wait_for_ended_threads(std::size_t count) const {
    return state_->wait([&] { return state_->ended_threads >= count; });
}

std::size_t lists_made() {
    const std::lock_guard lock(this_process().mutex);
    return this_process().lists_made;
}
std::size_t lists_freed() {
    const std::lock_guard lock(this_process().mutex);
    return this_process().lists_freed;
}

lookup_reply addresses(std::vector<net::ip::tcp::endpoint> list) { return {.addresses = std::move(list)}; }
lookup_reply stuck() { return {.result = EAI_AGAIN, .stuck = true}; }

}  // namespace uplink::tests

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** list) {
    using namespace uplink::tests;
    std::shared_ptr<state> installed;
    {
        const std::lock_guard lock(this_process().mutex);
        installed = this_process().installed;
    }
    if (!installed) {
        return next_definition<int(const char*, const char*, const addrinfo*, addrinfo**)>("getaddrinfo")(
            host, service, hints, list);
    }
    thread_local thread_end end;
    end.of = installed;
    const addrinfo none{};
    const addrinfo& hint = hints != nullptr ? *hints : none;
    const lookup_reply reply =
        installed->ask({host != nullptr ? host : "", service != nullptr ? service : "", hint.ai_family,
                        hint.ai_socktype, hint.ai_protocol, hint.ai_flags});
    *list = reply.result == 0 ? make_list(reply.addresses) : nullptr;
    errno = reply.error_number;
    return reply.result;
}

extern "C" void freeaddrinfo(addrinfo* list) noexcept {
    using namespace uplink::tests;
    {
        const std::lock_guard lock(this_process().mutex);
        if (this_process().lists.erase(list) != 0) {
            ++this_process().lists_freed;
            delete[] reinterpret_cast<entry*>(list);
            return;
        }
    }
    next_definition<void(addrinfo*)>("freeaddrinfo")(list);
}
