// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/certificates.hpp"

#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>
#include <utility>

namespace uplink::tests {

namespace {

using extension_ptr = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;
using names_ptr = std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>>;
using general_name_ptr = std::unique_ptr<GENERAL_NAME, freed_by<GENERAL_NAME_free>>;
using string_ptr = std::unique_ptr<ASN1_STRING, freed_by<ASN1_STRING_free>>;

std::shared_ptr<EVP_PKEY> share(EVP_PKEY* key) {
    require(key != nullptr, "a key is made");
    return {key, EVP_PKEY_free};
}

std::shared_ptr<EVP_PKEY> make_key(key_kind kind) {
    switch (kind) {
    case key_kind::p256: return share(EVP_EC_gen("P-256"));
    case key_kind::p384: return share(EVP_EC_gen("P-384"));
    case key_kind::ed25519: return share(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    case key_kind::rsa: {
        static const auto key = share(EVP_RSA_gen(2048));
        return key;
    }
    case key_kind::rsa_weak: {
        static const auto key = share(EVP_RSA_gen(768));
        return key;
    }
    }
    throw std::logic_error("unknown key_kind");
}

}  // namespace

certificate_builder& certificate_builder::for_host(std::string_view name) {
    names_.push_back({GEN_DNS, std::string(name)});
    return *this;
}
certificate_builder& certificate_builder::for_address(const std::string& literal) {
    const std::unique_ptr<ASN1_OCTET_STRING, freed_by<ASN1_OCTET_STRING_free>> octets(
        a2i_IPADDRESS(literal.c_str()));
    require(octets != nullptr, "an address is read");
    names_.push_back(
        {GEN_IPADD, std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets.get())),
                                static_cast<std::size_t>(ASN1_STRING_length(octets.get())))});
    return *this;
}
certificate_builder& certificate_builder::for_mail(std::string_view address) {
    names_.push_back({GEN_EMAIL, std::string(address)});
    return *this;
}
certificate_builder& certificate_builder::without_subject() {
    common_name_.clear();
    return *this;
}
certificate_builder& certificate_builder::valid(std::chrono::seconds from, std::chrono::seconds until) {
    from_ = from;
    until_ = until;
    return *this;
}
certificate_builder& certificate_builder::that_has_expired() {
    return valid(std::chrono::hours(-48), std::chrono::hours(-1));
}
certificate_builder& certificate_builder::that_is_not_yet_valid() {
    return valid(std::chrono::hours(1), std::chrono::hours(48));
}
certificate_builder& certificate_builder::as_authority(std::optional<int> path_length) {
    basic_constraints_ = "critical,CA:TRUE";
    if (path_length) *basic_constraints_ += ",pathlen:" + std::to_string(*path_length);
    return with_key_usage("keyCertSign, cRLSign");
}
certificate_builder& certificate_builder::with_key_usage(std::string usage) {
    key_usage_ = std::move(usage);
    return *this;
}
certificate_builder& certificate_builder::with_extended_usage(std::string usage) {
    extended_usage_ = std::move(usage);
    return *this;
}
certificate_builder& certificate_builder::with_name_constraints(std::string constraints) {
    name_constraints_ = std::move(constraints);
    return *this;
}
certificate_builder& certificate_builder::with_key(key_kind kind) {
    kind_ = kind;
    return *this;
}
certificate_builder& certificate_builder::with_key_of(const certificate& other) {
    key_ = other.key_;
    return *this;
}
certificate_builder& certificate_builder::with_sha1_signature() {
    is_sha1_ = true;
    return *this;
}

certificate certificate_builder::signed_by(const certificate& issuer) const { return make(&issuer); }
certificate certificate_builder::signed_by_itself() const { return make(nullptr); }

certificate certificate_builder::make(const certificate* issuer) const {
    static std::atomic<long> last_serial{0};
    certificate made;
    made.key_ = key_ ? key_ : make_key(kind_);
    made.x509_ = {X509_new(), X509_free};
    X509* const x509 = made.x509();
    require(x509 != nullptr, "a certificate is made");
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), ++last_serial);
    X509_set1_notBefore(x509, time_from_now(from_).get());
    X509_set1_notAfter(x509, time_from_now(until_).get());
    X509_set_pubkey(x509, made.key());
    const std::unique_ptr<X509_NAME, freed_by<X509_NAME_free>> subject(X509_NAME_new());
    if (!common_name_.empty()) {
        const auto* const bytes = reinterpret_cast<const unsigned char*>(common_name_.data());
        X509_NAME_add_entry_by_NID(subject.get(), NID_commonName, MBSTRING_UTF8, bytes,
                                   static_cast<int>(common_name_.size()), -1, 0);
    }
    X509_set_subject_name(x509, subject.get());
    X509_set_issuer_name(x509, issuer ? X509_get_subject_name(issuer->x509()) : subject.get());
    add_names(x509);
    add_extensions(x509, issuer ? issuer->x509() : x509);
    EVP_PKEY* const signer = issuer ? issuer->key() : made.key();
    require(X509_sign(x509, signer, digest_of(signer, is_sha1_)) > 0, "a certificate is signed");
    made.is_root_ = issuer == nullptr;
    if (issuer && !issuer->is_root_) {
        made.intermediates_.push_back(issuer->x509_);
        made.intermediates_.insert(made.intermediates_.end(), issuer->intermediates_.begin(),
                                   issuer->intermediates_.end());
    }
    return made;
}

/// As bytes, since OpenSSL's notation takes neither a NUL nor an empty name.
void certificate_builder::add_names(X509* made) const {
    if (names_.empty()) return;
    const names_ptr all(GENERAL_NAMES_new());
    for (const alternative_name& each : names_) {
        general_name_ptr one(GENERAL_NAME_new());
        string_ptr value(
            ASN1_STRING_type_new(each.type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING));
        ASN1_STRING_set(value.get(), each.bytes.data(), static_cast<int>(each.bytes.size()));
        GENERAL_NAME_set0_value(one.get(), each.type, value.release());
        sk_GENERAL_NAME_push(all.get(), one.release());
    }
    require(X509_add1_ext_i2d(made, NID_subject_alt_name, all.get(), 0, 0) == 1, "names are added");
}

void certificate_builder::add_extensions(X509* made, X509* issuer) const {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, made, nullptr, nullptr, 0);
    const auto add = [&](int nid, const std::string& value) {
        const extension_ptr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
        require(extension && X509_add_ext(made, extension.get(), -1) == 1, "an extension is added");
    };
    add(NID_subject_key_identifier, "hash");
    if (issuer != made) add(NID_authority_key_identifier, "keyid:always");
    if (basic_constraints_) add(NID_basic_constraints, *basic_constraints_);
    if (!key_usage_.empty()) add(NID_key_usage, "critical," + key_usage_);
    if (!extended_usage_.empty()) add(NID_ext_key_usage, extended_usage_);
    if (!name_constraints_.empty()) add(NID_name_constraints, "critical," + name_constraints_);
}

}  // namespace uplink::tests
