// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Receipts as a liar might write them: any JSON, and edits of a true receipt. Whatever still holds
// must say what the true one says, and no earlier genesis may believe it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "ssi/client/receipt.hpp"
#include "storage/base/bytes.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;

namespace {

std::string file_text(const char* name) {
    std::ifstream in(std::string(STADTBUCH_TEST_DATA) + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

struct Kept {
    std::string genesis = file_text("/indy/pool_transactions_genesis.txn");
    std::string text = file_text("/receipts/did.json");
    client::ReceiptVerdict verdict;

    Kept() {
        const auto receipt = encoding::parse_json(text);
        const auto outcome =
            receipt ? client::verify_receipt(*receipt, genesis) : client::ReceiptOutcome{};
        if (!outcome.verdict) std::abort();  // the kept receipt itself must hold
        verdict = *outcome.verdict;
    }
};

const Kept& kept() {
    static const Kept loaded;
    return loaded;
}

void check_any(std::string_view text) {
    const auto receipt = encoding::parse_json(text);
    if (receipt) static_cast<void>(client::verify_receipt(*receipt, kept().genesis));
}

/// Three octets an edit: place (two) and new octet.
void check_edited(BytesView input) {
    std::string text = kept().text;
    for (std::size_t i = 0; i + 2 < input.size(); i += 3) {
        text[(std::size_t{input[i]} << 8 | input[i + 1]) % text.size()] =
            static_cast<char>(input[i + 2]);
    }
    const auto receipt = encoding::parse_json(text);
    if (!receipt) return;
    const auto outcome = client::verify_receipt(*receipt, kept().genesis);
    if (!outcome.verdict) return;
    const client::ReceiptVerdict& right = kept().verdict;
    if (outcome.verdict->question != right.question || !(outcome.verdict->answer == right.answer))
        std::abort();
    if (outcome.verdict->as_of != right.as_of) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input(data, size);
    if (!input.empty() && input[0] == 'E') {
        check_edited(input.subspan(1, std::min<std::size_t>(input.size() - 1, 30)));
    } else {
        check_any(text_of(input));
    }
    return 0;
}
