// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/snapshot.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "config/document.hpp"
#include "node/exit_codes.hpp"
#include "node/identity.hpp"
#include "node/ledger_store.hpp"
#include "node/snapshot_download.hpp"
#include "ssi/ledger/snapshot.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

namespace fs = std::filesystem;

/// A line of a snapshot is a head or a transaction.
constexpr std::size_t line_bytes_max = std::size_t{64} << 20;

int fail(const StartFailure& failure) {
    std::fprintf(stderr, "stadtbuch-node: %s\n", config::to_text(failure.error).c_str());
    return static_cast<int>(failure.code);
}

int fail(const Error& error) {
    return fail(StartFailure{exit_code_of(error), error});
}

void tell(const char* what, const std::string& file, const ledger::SnapshotSummary& summary) {
    std::printf(
        "%s %s: %llu entries of the domain ledger, %llu of the pool, %llu of the config ledger, "
        "signed at %lld\n",
        what, file.c_str(), static_cast<unsigned long long>(summary.domain_size),
        static_cast<unsigned long long>(summary.pool_size),
        static_cast<unsigned long long>(summary.config_size),
        static_cast<long long>(summary.signed_at));
}

/// Reads lines; a longer one than any that is meant ends the file.
std::optional<std::string> next_line(std::FILE* file) {
    std::string line;
    for (int c = std::getc(file); c != EOF; c = std::getc(file)) {
        if (c == '\n') return line;
        if (line.size() == line_bytes_max) return std::nullopt;
        line.push_back(static_cast<char>(c));
    }
    return line.empty() ? std::nullopt : std::optional(std::move(line));
}

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

int export_snapshot(const Settings& settings, const std::string& file) {
    const auto identity = load_identity(settings);
    if (!identity) return fail(identity.error());
    store::RocksOptions options;
    options.path = settings.data;
    options.create_if_missing = false;
    options.read_only = true;
    options.identity =
        "node " + encoding::base58_encode(ledger::genesis_root(identity->genesis.pool));
    const auto store = store::open_rocks(options);
    if (!store) return fail(store.error());
    const ledger::Reader reader(**store);
    const std::string unfinished = file + ".unfinished";
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    const auto written =
        ledger::write_snapshot(*reader.view(), identity->genesis, [&out](std::string_view line) {
            out << line << '\n';
            return out.good();
        });
    out.close();
    std::error_code moved;
    if (written && out.good()) fs::rename(unfinished, file, moved);
    if (!written || !out.good() || moved) {
        std::error_code ignored;
        fs::remove(unfinished, ignored);
        if (!written && written.error().id != "SB-2131") return fail(written.error());
        return fail(Error{"SB-2131", "the snapshot cannot be written", file,
                          "make room, or name another file"});
    }
    tell("written:", file, *written);
    return static_cast<int>(ExitCode::clean);
}

namespace {

/// Loads one file; `source` is what errors name.
int load_file(const Settings& settings, const Identity& identity, const std::string& file,
              const std::string& source) {
    std::error_code ignored;
    const std::unique_ptr<std::FILE, FileCloser> in(std::fopen(file.c_str(), "rb"));
    if (!in)
        return fail(Error{"SB-1201", "the snapshot cannot be read", file,
                          "check the path and that this user may read it"});
    Settings loading = settings;
    loading.data = settings.data + ".loading";
    loading.repairs_damage = false;
    fs::remove_all(loading.data, ignored);
    auto opened = open_ledger_store(loading, identity);
    if (!opened) return fail(opened.error());
    auto loaded = ledger::load_snapshot(*opened->store, *opened->execution, identity.genesis,
                                        [&in] { return next_line(in.get()); });
    opened = Failure{StartFailure{}};  // closes the store
    if (!loaded) {
        fs::remove_all(loading.data, ignored);
        Error error = loaded.error();
        error.where = source + ": " + error.where;
        return fail(error);
    }
    std::error_code moved;
    fs::remove(settings.data, ignored);
    fs::rename(loading.data, settings.data, moved);
    if (moved)
        return fail(
            Error{"SB-2005", "the data folder cannot be made", settings.data, moved.message()});
    tell("loaded:", source, *loaded);
    return static_cast<int>(ExitCode::clean);
}

int load_source(const Settings& settings, const Identity& identity, const std::string& source) {
    if (!is_web_address(source)) return load_file(settings, identity, source, source);
    const std::string file = settings.data + ".download";
    if (const auto done = download_snapshot(source, file); !done) return fail(done.error());
    const int code = load_file(settings, identity, file, source);
    // Loaded or refused, it is of no use any more.
    std::error_code ignored;
    fs::remove(file, ignored);
    fs::remove(file + ".source", ignored);
    return code;
}

}  // namespace

int import_snapshot(const Settings& settings, const std::vector<std::string>& sources) {
    const auto identity = load_identity(settings);
    if (!identity) return fail(identity.error());
    std::error_code ignored;
    if (fs::exists(settings.data, ignored) && !fs::is_empty(settings.data, ignored))
        return fail(Error{"SB-2133", "a snapshot is for a node that has nothing yet", settings.data,
                          "start the node without it"});
    int code = static_cast<int>(ExitCode::usage);
    for (const std::string& source : sources) {
        code = load_source(settings, *identity, source);
        if (code == static_cast<int>(ExitCode::clean)) break;
    }
    return code;
}

}  // namespace stadtbuch::node
