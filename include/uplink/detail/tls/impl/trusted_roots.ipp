// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
//
// The functions of trusted_roots.hpp.
#pragma once

#include <uplink/detail/support/separate_compilation.hpp>
#include <uplink/detail/tls/openssl_objects.hpp>
#include <uplink/detail/tls/openssl_words.hpp>
#include <uplink/detail/tls/option_text.hpp>
#include <uplink/detail/tls/pem_list.hpp>
#include <uplink/detail/tls/trusted_roots.hpp>
#include <uplink/tls_options.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/store.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace uplink::inline UPLINK_NAMESPACE::detail {

UPLINK_DECL std::vector<std::string> hashed_entries(const std::string& directory, std::error_code& ec) {
    const auto is_hashed = [](std::string_view name) {
        constexpr std::string_view digits = "0123456789";
        constexpr std::size_t hash = 8;
        return name.size() > hash + 1 && name[hash] == '.' &&
               name.substr(0, hash).find_first_not_of("0123456789abcdef") == std::string_view::npos &&
               name.substr(hash + 1).find_first_not_of(digits) == std::string_view::npos;
    };
    std::vector<std::string> names;
    std::filesystem::directory_iterator each(directory, ec);
    while (!ec && each != std::filesystem::directory_iterator()) {
        std::string name = each->path().filename().string();
        if (is_hashed(name)) names.push_back(std::move(name));
        each.increment(ec);
    }
    std::sort(names.begin(), names.end());
    return names;
}

UPLINK_DECL std::size_t add_roots(X509_STORE* store, const option_text& text) {
    std::size_t count = 0;
    read_certificates(text, [&](certificate_ptr root) {
        if (X509_STORE_add_cert(store, root.get()) != 1)
            throw unusable_option{text.name() + ": " + openssl_words()};
        ++count;
    });
    return count;
}

UPLINK_DECL trusted_roots own_roots(const tls_options& options) {
    trusted_roots roots{made(store_ptr(X509_STORE_new()))};
    texts_digest digest;
    const auto add = [&](const option_text& text) {
        add_roots(roots.store.get(), text);
        digest.add(text.bytes());
    };
    if (!options.ca_file.empty()) add(option_text::of_file("ca_file", options.ca_file));
    if (!options.ca_pem.empty()) add(option_text("ca_pem", options.ca_pem));
    if (const std::string& directory = options.ca_directory; !directory.empty()) {
        const std::string name = "ca_directory " + in_quotes(directory);
        std::error_code ec;
        const std::vector<std::string> entries = hashed_entries(directory, ec);
        require_option(!ec, name + ": " + ec.message());
        require_option(!entries.empty(),
                       name + " has no entry such as 1a2b3c4d.0; \"openssl rehash\" makes them");
        for (const std::string& entry : entries) {
            add(option_text::of_file("ca_directory", (std::filesystem::path(directory) / entry).string()));
        }
    }
    roots.digest = digest.value();
    return roots;
}

UPLINK_DECL const char* trusted_environment(const char* name) noexcept {
#if defined(__linux__) && !defined(__ANDROID__)
    return ::secure_getenv(name);
#else
    return std::getenv(name);
#endif
}

UPLINK_DECL root_places system_places() {
    root_places places;
    const char* const file = trusted_environment(X509_get_default_cert_file_env());
    if (file != nullptr) {
        places.files = {file};
    } else {
        places.files = {
            X509_get_default_cert_file(),
            "/etc/ssl/certs/ca-certificates.crt",  // Debian
            "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora
            "/etc/ssl/cert.pem",                   // Alpine, macOS
            "/etc/ssl/ca-bundle.pem",              // SUSE
        };
    }
    const char* const directories = trusted_environment(X509_get_default_cert_dir_env());
#if defined(_WIN32)
    constexpr char separator = ';';
#else
    constexpr char separator = ':';
#endif
    std::string_view rest = directories != nullptr ? directories : X509_get_default_cert_dir();
    while (!rest.empty()) {
        const std::size_t end = (std::min)(rest.find(separator), rest.size());
        if (end != 0) places.directories.emplace_back(rest.substr(0, end));
        rest.remove_prefix((std::min)(end + 1, rest.size()));
    }
#if defined(_WIN32)
    // Windows' own roots, which OpenSSL reads from 3.2 on. Not tested: this project has no Windows to run on.
    if (file == nullptr && directories == nullptr) places.stores = {"org.openssl.winstore://"};
#endif
    return places;
}

UPLINK_DECL bool can_read_store(const std::string& uri) {
    const std::string scheme = uri.substr(0, uri.find(':'));
    const std::unique_ptr<OSSL_STORE_LOADER, freed_by<OSSL_STORE_LOADER_free>> loader(
        OSSL_STORE_LOADER_fetch(nullptr, scheme.c_str(), nullptr));
    ERR_clear_error();
    return loader != nullptr;
}

UPLINK_DECL trusted_roots find_roots(const root_places& places) {
    trusted_roots roots{made(store_ptr(X509_STORE_new())), "system"};
    std::string looked_in;
    const auto note = [&](const std::string& place) {
        looked_in += (looked_in.empty() ? "" : ", ") + (place.empty() ? "\"\"" : place);
    };
    std::size_t count = 0;
    for (const std::string& file : places.files) {
        if (count != 0) break;
        note(file);
        try {
            count += add_roots(roots.store.get(), option_text::of_file("file", file));
        } catch (const unusable_option&) {  // another place may have them
        }
    }
    for (const std::string& directory : places.directories) {
        note(directory);
        std::error_code ec;
        const std::size_t entries = hashed_entries(directory, ec).size();
        if (entries == 0) continue;
        count += entries;
        X509_LOOKUP* const lookup = X509_STORE_add_lookup(roots.store.get(), X509_LOOKUP_hash_dir());
        if (lookup == nullptr || X509_LOOKUP_add_dir(lookup, directory.c_str(), X509_FILETYPE_PEM) != 1)
            throw unusable_option{"trusted roots in " + directory + ": " + openssl_words()};
    }
    for (const std::string& store : places.stores) {
        note(store);
        if (!can_read_store(store)) {
            looked_in += " (which this OpenSSL can't read)";
            continue;
        }
        ++count;
        if (X509_STORE_load_store(roots.store.get(), store.c_str()) != 1)
            throw unusable_option{"trusted roots in " + store + ": " + openssl_words()};
    }
    require_option(count != 0, "no trusted roots found, looked in " +
                                   (looked_in.empty() ? std::string("no place") : looked_in));
    return roots;
}

UPLINK_DECL trusted_roots system_roots() {
    struct kept_roots {
        // OpenSSL's own state has to be made first, so that it is destroyed later.
        kept_roots() { OPENSSL_init_ssl(0, nullptr); }
        std::mutex mutex{};
        trusted_roots roots{};
    };
    static kept_roots kept;
    const std::lock_guard<std::mutex> lock(kept.mutex);
    if (!kept.roots.store) kept.roots = find_roots(system_places());
    return {share(kept.roots.store.get()), kept.roots.digest};
}

}  // namespace uplink::detail
