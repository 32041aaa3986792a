// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/vote_guard.hpp"

#include <algorithm>

#include "consensus/records.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::string_view mark_key = "vote-mark";
constexpr std::size_t name_octets = 16;

std::optional<StoreMark> read_store_mark(const store::Store& store) {
    const auto bytes = store.get(store::Column::meta, view_of(mark_key));
    if (!bytes) return std::nullopt;
    const auto parsed = encoding::parse_json(text_of(*bytes));
    if (!parsed || !parsed->is_object()) return std::nullopt;
    StoreMark mark;
    mark.store = parsed->text_at("store");
    const encoding::Value* starts = parsed->find("starts");
    const encoding::Value* doubt = parsed->find("in_doubt");
    mark.starts = starts != nullptr ? starts->unsigned_integer().value_or(0) : 0;
    mark.in_doubt = doubt != nullptr && doubt->boolean().value_or(false);
    if (mark.store.empty()) return std::nullopt;
    return mark;
}

bool has_votes(const store::Store& store) {
    bool found = false;
    store.scan(store::Column::votes, {}, Bytes(1, 0xFF), [&found](BytesView key, BytesView) {
        const std::string_view name = text_of(key);
        found = name.starts_with("pp/") || name.starts_with("cert/") ||
                name == consensus::records::view_change_key;
        return !found;
    });
    return found;
}

}  // namespace

Judgement judge(const std::optional<keys::VoteMark>& beside_keys, const StoreContents& store) {
    using keys::VoteState;
    constexpr std::string_view other = "the keys have voted with another store";
    if (beside_keys && beside_keys->state == VoteState::recover)
        return {Trust::follows, "asked for by stadtbuch node recover"};
    if (beside_keys && beside_keys->state == VoteState::vouched) return {};
    const bool have_voted = beside_keys && beside_keys->state == VoteState::voting;
    if (!store.mark) {
        // A store that was made before there were marks is trusted as it was then.
        const bool is_empty = store.batches == 0 && !store.has_votes;
        if (have_voted)
            return {Trust::follows,
                    is_empty ? "the store is empty, but the keys have voted" : other};
        if (is_empty && !beside_keys)
            return {Trust::in_doubt, "an empty store, and nothing says that the keys are new"};
        return {};
    }
    if (!have_voted) {
        if (store.mark->in_doubt && !store.has_votes && !beside_keys)
            return {Trust::in_doubt, "an earlier start did not learn whether the keys are new"};
        return {};
    }
    if (beside_keys->store != store.mark->store) return {Trust::follows, other};
    if (beside_keys->starts > store.mark->starts || beside_keys->batches > store.batches)
        return {Trust::follows, "the store is an old copy"};
    return {};
}

Result<VoteGuard, StartFailure> VoteGuard::open(store::Store& store, const std::string& keystore,
                                                std::uint64_t batches, bool asked) {
    VoteGuard guard(store, keys::vote_mark_path(keystore));
    const auto failed = [](const Error& error) {
        return Failure{StartFailure{exit_code_of(error), error}};
    };
    const auto beside_keys = keys::read_vote_mark(guard.path_);
    if (!beside_keys) return failed(beside_keys.error());
    const StoreContents contents{read_store_mark(store), batches, has_votes(store)};
    guard.judgement_ =
        asked ? Judgement{Trust::follows, "asked for by --recover"} : judge(*beside_keys, contents);
    const bool follows = guard.judgement_.trust == Trust::follows;
    guard.mark_.state = keys::VoteState::voting;
    guard.mark_.batches = batches;
    if (contents.mark) {
        guard.mark_.store = contents.mark->store;
        guard.mark_.starts = contents.mark->starts;
    }
    if (*beside_keys) guard.mark_.starts = std::max(guard.mark_.starts, (*beside_keys)->starts);
    // A new name: another copy of this store will be known as one.
    if (follows || guard.mark_.store.empty())
        guard.mark_.store =
            encoding::hex_encode(keys::random_bytes(keys::os_random(), name_octets));
    ++guard.mark_.starts;
    // The store first: a crash in between leaves a store that is newer than the mark, which is no
    // fault.
    const auto recover = follows ? std::optional<std::string>{""} : std::nullopt;
    const bool vouched = *beside_keys && (*beside_keys)->state == keys::VoteState::vouched;
    if (vouched && !asked) {
        store::Batch batch;
        batch.erase(store::Column::votes,
                    view_of(std::string_view(consensus::records::recover_key)));
        if (const auto erased = store.write(batch, store::Durability::synced); !erased)
            return failed(erased.error());
    }
    auto written = guard.write_store_mark(guard.judgement_.trust == Trust::in_doubt, recover);
    if (written && guard.judgement_.trust != Trust::in_doubt)
        written = keys::write_vote_mark(guard.path_, guard.mark_);
    if (!written) return failed(written.error());
    return guard;
}

Result<void, Error> VoteGuard::settle(std::optional<std::uint64_t> recovers_at,
                                      std::uint64_t batches) {
    if (judgement_.trust != Trust::in_doubt) return {};
    const auto recover =
        recovers_at ? std::optional<std::string>{std::to_string(*recovers_at)} : std::nullopt;
    if (auto written = write_store_mark(false, recover); !written) return written;
    mark_.batches = batches;
    if (auto written = keys::write_vote_mark(path_, mark_); !written) return written;
    judgement_ = recovers_at
                     ? Judgement{Trust::follows, "the pool knows the keys, but the store was empty"}
                     : Judgement{};
    return {};
}

Result<void, Error> VoteGuard::note(std::uint64_t batches) {
    if (judgement_.trust == Trust::in_doubt || batches <= mark_.batches) return {};
    mark_.batches = batches;
    return keys::write_vote_mark(path_, mark_);
}

Result<void, Error> VoteGuard::write_store_mark(bool in_doubt,
                                                const std::optional<std::string>& recover) {
    const encoding::Object object{
        {"store", mark_.store}, {"starts", mark_.starts}, {"in_doubt", in_doubt}};
    const std::string text = encoding::compact_json(encoding::Value(object));
    store::Batch batch;
    batch.put(store::Column::meta, view_of(mark_key), view_of(text));
    if (recover)
        batch.put(store::Column::votes, view_of(std::string_view(consensus::records::recover_key)),
                  view_of(*recover));
    return store_->write(batch, store::Durability::synced);
}

}  // namespace stadtbuch::node
