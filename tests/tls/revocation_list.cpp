// Distributed under the Boost Software License, Version 1.0 (see LICENSE).
#include "tls/revocation_list.hpp"

#include <openssl/pem.h>

namespace uplink::tests {

namespace {

using list_ptr = std::unique_ptr<X509_CRL, freed_by<X509_CRL_free>>;
using revoked_ptr = std::unique_ptr<X509_REVOKED, freed_by<X509_REVOKED_free>>;

}  // namespace

revocation_list_builder& revocation_list_builder::with(const certificate& revoked) {
    X509_up_ref(revoked.x509());
    revoked_.emplace_back(revoked.x509(), X509_free);
    return *this;
}
revocation_list_builder& revocation_list_builder::valid(std::chrono::seconds from,
                                                        std::chrono::seconds until) {
    from_ = from;
    until_ = until;
    return *this;
}
std::string revocation_list_builder::signed_by(const certificate& issuer) const {
    const list_ptr list(X509_CRL_new());
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.x509()));
    X509_CRL_set1_lastUpdate(list.get(), time_from_now(from_).get());
    X509_CRL_set1_nextUpdate(list.get(), time_from_now(until_).get());
    for (const auto& each : revoked_) {
        revoked_ptr one(X509_REVOKED_new());
        X509_REVOKED_set_serialNumber(one.get(), X509_get_serialNumber(each.get()));
        X509_REVOKED_set_revocationDate(one.get(), time_from_now(std::chrono::hours(-1)).get());
        require(X509_CRL_add0_revoked(list.get(), one.release()) == 1, "a revoked certificate is added");
    }
    X509_CRL_sort(list.get());
    require(X509_CRL_sign(list.get(), issuer.key(), digest_of(issuer.key(), false)) > 0, "a list is signed");
    const bio_ptr bio = memory_bio();
    require(PEM_write_bio_X509_CRL(bio.get(), list.get()) == 1, "a list is written");
    return text_of(bio);
}

}  // namespace uplink::tests
