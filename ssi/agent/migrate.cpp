// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/migrate.hpp"

#include <filesystem>

#include "ssi/agent/open_store.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t batch_bytes = std::size_t{1} << 20;

class Reckoning {
  public:
    void add(std::string_view key, std::string_view value) {
        ++out_.keys;
        ++out_.classes[key.empty() ? ' ' : key.front()];
        std::string next(text_of(hash_.view()));
        next += big_endian(key.size());
        next += key;
        next += big_endian(value.size());
        next += value;
        hash_ = hash::sha256(next);
    }

    [[nodiscard]] StoreContents done() {
        out_.digest = encoding::hex_encode(hash_.view());
        return out_;
    }

  private:
    StoreContents out_;
    Hash32 hash_{};
};

bool is_empty(const Database& database) {
    bool empty = true;
    database.scan_range("", "", [&](std::string_view, std::string_view) {
        empty = false;
        return false;
    });
    return empty;
}

Error not_empty(const std::string& where) {
    return {"SB-2010", "the target is not empty", where, "Give an empty one; nothing was changed."};
}

Result<StoreContents, Error> try_out(const Database& from, const Settings& target) {
    const bool folder = target.store.kind == StoreSettings::Kind::rocksdb;
    if (folder && std::filesystem::exists(target.store_folder))
        return Failure{not_empty(target.store_folder)};
    if (!folder) {
        auto to = open_store(target, {false, true});
        if (!to && to.error().id != "SB-2006") return Failure{to.error()};
        if (to && !is_empty(**to)) return Failure{not_empty(target.store.dsn)};
    }
    return contents_of(from);
}

/// Into a folder beside, so that nobody takes a part for the whole.
Result<StoreContents, Error> copy_to_folder(const Database& from, Settings target) {
    const std::string place = target.store_folder;
    if (std::filesystem::exists(place)) return Failure{not_empty(place)};
    target.store_folder += ".migrating";
    std::error_code code;
    std::filesystem::remove_all(target.store_folder, code);  // of an attempt that did not end
    Result<StoreContents, Error> copied = Failure{Error{}};
    {
        auto to = open_store(target, {true, true});
        if (!to) return Failure{to.error()};
        copied = copy_store(from, **to);
        if (copied && !(*to)->flush())
            copied = Failure{Error{"SB-2004", "the new store cannot be written", place, ""}};
    }
    if (!copied) return copied;
    std::filesystem::rename(target.store_folder, place, code);
    if (code) return Failure{Error{"SB-2005", code.message(), place, "Check the folder above it."}};
    return copied;
}

Result<StoreContents, Error> migrate_opened(const Database& from, const Settings& target,
                                            const Migration& migration) {
    if (migration.dry_run) return try_out(from, target);
    if (migration.to == StoreSettings::Kind::rocksdb) return copy_to_folder(from, target);
    auto to = open_store(target, {true, true});
    if (!to) return Failure{to.error()};
    return copy_store(from, **to);
}

}  // namespace

StoreContents contents_of(const Database& database) {
    Reckoning reckoning;
    database.scan_range("", "", [&](std::string_view key, std::string_view value) {
        reckoning.add(key, value);
        return true;
    });
    return reckoning.done();
}

Result<StoreContents, Error> copy_store(const Database& from, Database& to) {
    if (!is_empty(to)) return Failure{not_empty("")};
    const StoreContents read = to.together([&] {
        Reckoning reckoning;
        store::Batch batch;
        from.scan_range("", "", [&](std::string_view key, std::string_view value) {
            reckoning.add(key, value);
            put(batch, key, value);
            if (batch.bytes() >= batch_bytes) {
                to.commit(batch);
                batch.clear();
            }
            return true;
        });
        to.commit(batch);
        return reckoning.done();
    });
    if (contents_of(to) != read || contents_of(from) != read) {
        return Failure{Error{"SB-2011", "source and target differ", "",
                             "Somebody wrote meanwhile: stop all instances, empty the target."}};
    }
    return read;
}

Result<StoreContents, Error> migrate(const Settings& settings, const Migration& migration) {
    Settings source = settings;
    Settings target = settings;
    source.store.kind = migration.from;
    target.store.kind = migration.to;
    if (settings.store.dsn.empty()) {
        return Failure{Error{"SB-1004", "the settings name no database server", settings.file,
                             "Give dsn in the table [store]; kind may stay as it is."}};
    }
    try {
        auto from = open_store(source, {false, true});
        if (!from) return Failure{from.error()};
        return migrate_opened(**from, target, migration);
    } catch (const StoreUnavailable& failed) {
        return Failure{failed.error};
    }
}

}  // namespace stadtbuch::agent
