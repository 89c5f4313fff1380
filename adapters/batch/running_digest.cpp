#include "adapters/batch/running_digest.hpp"

#include <stdexcept>

#include <openssl/evp.h>

#include "knowledge/digest.hpp"

namespace guardian::adapters::batch {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

}  // namespace

struct RunningDigest::Impl {
  Context context{EVP_MD_CTX_new()};
};

RunningDigest::RunningDigest() : impl_(std::make_unique<Impl>()) {
  if (!impl_->context || EVP_DigestInit_ex(impl_->context.get(), EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("no SHA-256");
}
RunningDigest::~RunningDigest() = default;
RunningDigest::RunningDigest(RunningDigest&&) noexcept = default;
RunningDigest& RunningDigest::operator=(RunningDigest&&) noexcept = default;

void RunningDigest::add(std::string_view bytes) { EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()); }

std::string RunningDigest::so_far() const {
  const Context copy(EVP_MD_CTX_new());
  knowledge::Sha256Digest digest{};
  if (!copy || EVP_MD_CTX_copy_ex(copy.get(), impl_->context.get()) != 1 ||
      EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr) != 1) {
    throw std::runtime_error("no SHA-256");
  }
  return knowledge::to_hex(digest);
}

}  // namespace guardian::adapters::batch
