// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/os_random.hpp"

#include <sodium.h>

#include "ssi/keys/sodium.hpp"

namespace stadtbuch::keys {
namespace {

class OsRandom final : public RandomSource {
  public:
    void fill(std::span<Byte> out) override {
        if (!out.empty()) randombytes_buf(out.data(), out.size());
    }
};

}  // namespace

RandomSource& os_random() {
    start_sodium();
    static OsRandom source;
    return source;
}

}  // namespace stadtbuch::keys
