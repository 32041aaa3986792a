// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// Batch i is made from (seed, i) alone, and one thread writes them in order: so the contents after
// k batches are known for every k, and a store is right when it equals one of those k that are
// allowed. Each opening of the store is a process of its own, as the power goes in the middle.
#include "tests/storage_faults/histories.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "storage/encoding/text.hpp"
#include "storage/store/rocks_on.hpp"
#include "storage/store/store.hpp"
#include "tests/simulation/random.hpp"

namespace stadtbuch::storage_faults {

namespace {

using simulation::Random;
using store::Column;
using store::Durability;

namespace fs = std::filesystem;

constexpr std::size_t text_octets = 240;

/// What a child process tells its parent.
struct Told {
    std::uint64_t attempted = 0;
    std::uint64_t promised = 0;         ///< newest batch whose synced write returned well
    std::uint64_t promised_before = 0;  ///< the one before it
    std::uint64_t found = 0;            ///< by the look: contents equal those after so many batches
    std::uint64_t failed_writes = 0;
    std::uint64_t failed_reads = 0;
    std::uint64_t syncs_since = 0;  ///< synced writes after the append that was misplaced
    char error[16] = {};            ///< id; of the opening, a write or a read
    char error_text[text_octets] = {};
    bool open_failed = false;
    char violation[text_octets] = {};
    Seen seen;
};

void say(char* place, std::size_t size, const std::string& text) {
    if (place[0] == 0) std::snprintf(place, size, "%s", text.c_str());
}

void say_error(Told& told, const Error& error) {
    say(told.error, sizeof told.error, error.id);
    say(told.error_text, text_octets, error.what);
}

struct Change {
    Column column;
    std::string key;
    std::optional<std::string> value;
};

std::vector<Change> changes_of(std::uint64_t seed, std::uint64_t batch) {
    Random draw(seed ^ (batch * 0x9E3779B97F4A7C15u), "batch");
    std::vector<Change> out{{Column::meta, "newest", std::to_string(batch)}};
    for (std::uint64_t i = 1 + draw.below(6); i > 0; --i) {
        Change change{static_cast<Column>(draw.below(store::column_count)),
                      "key " + std::to_string(draw.below(60)), std::nullopt};
        if (!draw.chance(150)) {
            const std::size_t octets = draw.chance(60) ? draw.below(20'000) : draw.below(700);
            std::string value(octets, '\0');
            for (char& octet : value) octet = static_cast<char>(draw.next());
            change.value = std::move(value);
        }
        out.push_back(std::move(change));
    }
    return out;
}

using Contents = std::map<std::pair<Column, std::string>, std::string>;

Contents contents_after(std::uint64_t seed, std::uint64_t batches) {
    Contents out;
    for (std::uint64_t batch = 1; batch <= batches; ++batch) {
        for (Change& change : changes_of(seed, batch)) {
            const std::pair key{change.column, change.key};
            if (change.value) {
                out[key] = *std::move(change.value);
            } else {
                out.erase(key);
            }
        }
    }
    return out;
}

store::RocksOptions options_in(const std::string& folder, std::uint64_t seed) {
    Random draw(seed, "options");
    store::RocksOptions options;
    options.path = folder;
    options.identity = "histories";
    options.cache_bytes = 1u << 20;
    static constexpr std::size_t sizes[] = {64u << 10, 128u << 10, 1u << 20};
    options.memtable_bytes = sizes[draw.below(3)];
    options.free_bytes_min = 0;
    return options;
}

/// Runs `work` in another process; its exit code, or minus the signal.
int in_child(const std::function<void()>& work) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct Run {
    std::uint64_t seed;
    std::uint64_t from;  ///< batches that are there
    std::uint64_t count;
    Trouble trouble;
    Troubles troubles;
    bool ends_well;
};

/// A key that batch `newest` or one before it wrote, read while the disk lies.
void read_one(const store::Store& store, const Run& run, std::uint64_t newest, Told& told) {
    Random draw(run.seed + newest, "read");
    const Contents all = contents_after(run.seed, newest);
    const Column column = static_cast<Column>(draw.below(store::column_count));
    const std::string key = "key " + std::to_string(draw.below(60));
    const auto value = store.get(column, view_of(std::string_view(key)));
    if (const auto failure = store.failure()) {
        ++told.failed_reads;
        return say_error(told, *failure);
    }
    const auto expected = all.find({column, key});
    const bool is_right = value ? expected != all.end() && text_of(*value) == expected->second
                                : expected == all.end();
    if (!is_right)
        say(told.violation, text_octets,
            "a read after batch " + std::to_string(newest) + " served what was not written");
}

void write_all(store::Store& store, UnreliableDisk& disk, const Run& run, Told& told) {
    Random draw(run.seed + run.from, "writes");
    const std::uint64_t last = run.from + run.count;
    for (std::uint64_t batch = run.from + 1; batch <= last; ++batch) {
        store::Batch changes;
        for (const Change& change : changes_of(run.seed, batch)) {
            if (change.value) {
                changes.put(change.column, view_of(change.key), view_of(*change.value));
            } else {
                changes.erase(change.column, view_of(change.key));
            }
        }
        const bool synced = draw.chance(500);
        told.attempted = batch;
        const bool was_misplaced = told.seen.misplaced_appends != 0;
        const auto written =
            store.write(changes, synced ? Durability::synced : Durability::buffered);
        if (!written) {
            ++told.failed_writes;
            say_error(told, written.error());
            // The disk may be well again; what it holds nobody knows.
            if (store.write(changes, Durability::synced) || store.sync())
                say(told.violation, text_octets, "acknowledged after a failed write");
            return;
        }
        if (synced) told.promised_before = std::exchange(told.promised, batch);
        told.syncs_since += synced && was_misplaced ? 1U : 0U;
        disk.run_jobs();
        if (run.trouble == Trouble::read_flips || draw.chance(100))
            read_one(store, run, batch, told);
        if (told.violation[0] != 0) return;
    }
}

void run_store(const std::string& folder, const Run& run, Told& told) {
    UnreliableDisk disk(folder, run.seed + run.from, run.troubles, told.seen);
    auto store = store::open_rocks_on(options_in(folder, run.seed), disk.env());
    if (!store) {
        told.open_failed = true;
        say_error(told, store.error());
        disk.power_off();
    }
    disk.run_jobs();
    write_all(**store, disk, run, told);
    if (!run.ends_well || (*store)->failure()) disk.power_off();
    disk.calm();
    store->reset();
    if (told.promised != told.attempted)
        told.promised_before = std::exchange(told.promised, told.attempted);
    disk.power_off();  // a last moment later: what an orderly end wrote is durable
}

/// Opens without troubles and compares everything.
void look(const std::string& folder, std::uint64_t seed, Told& told) {
    auto opened = store::open_rocks(options_in(folder, seed));
    if (!opened) {
        told.open_failed = true;
        return say_error(told, opened.error());
    }
    const store::Store& store = **opened;
    const auto newest = store.get(Column::meta, view_of(std::string_view("newest")));
    const std::uint64_t batches =
        newest ? std::strtoull(string_of(*newest).c_str(), nullptr, 10) : 0;
    Contents found;
    for (std::size_t i = 0; i < store::column_count; ++i) {
        const auto column = static_cast<Column>(i);
        store.scan(column, {}, {}, [&](BytesView key, BytesView value) {
            found[{column, string_of(key)}] = string_of(value);
            return true;
        });
    }
    if (const auto failure = store.failure()) return say_error(told, *failure);
    told.found = batches;
    if (found != contents_after(seed, batches))
        say(told.violation, text_octets,
            "the contents are not those after " + std::to_string(batches) + " batches");
}

Run draw_run(std::uint64_t seed, std::uint64_t from, Random& draw) {
    Run run{seed,
            from,
            5 + draw.below(60),
            static_cast<Trouble>(draw.below(troubles_known)),
            {},
            draw.chance(250)};
    Troubles& troubles = run.troubles;
    const std::uint64_t calls = 10 + 4 * run.count;
    switch (run.trouble) {
        case Trouble::power_off:
            if (!run.ends_well && draw.chance(700)) troubles.power_off_at = 1 + draw.below(calls);
            break;
        case Trouble::call_fails: {
            troubles.fails = static_cast<Call>(draw.below(call_kinds));
            const bool is_rare = troubles.fails == Call::rename || troubles.fails == Call::remove ||
                                 troubles.fails == Call::open;
            troubles.fails_at = 1 + draw.below(is_rare ? 12 : calls / 2);
            troubles.fails_for_ever = draw.chance(300);
            // A read or an opening never needs room.
            troubles.is_full =
                draw.chance(400) && troubles.fails != Call::open && troubles.fails != Call::read;
            break;
        }
        case Trouble::read_flips:
            troubles.flips_at = 1 + draw.below(60);
            break;
        case Trouble::misplaced:
            troubles.misplaces = 1 + draw.below(calls / 2);
            break;
        case Trouble::rotten:
            break;
    }
    return run;
}

/// The newest batch that must be there, if damage is not reported. Only what comes later in a log
/// can tell that something before it was durable (log_tail.hpp): one bit may cost the newest synced
/// write; an append that landed on the newest log all of its end; one that is missing there what
/// the next sync promised, until another write says so.
std::uint64_t least_of(const Run& run, const Told& ran) {
    if (run.trouble == Trouble::rotten) return ran.promised_before;
    return ran.seen.misplaced_appends != 0 && ran.syncs_since < 2 ? 0 : ran.promised;
}

/// What a look may find after a run, and what it found.
std::string judged(const Run& run, const Told& ran, const Told& saw) {
    if (saw.violation[0] != 0) return saw.violation;
    const bool may_be_damaged = run.trouble == Trouble::rotten || ran.seen.misplaced_appends != 0;
    if (saw.open_failed || saw.error[0] != 0) {
        if (may_be_damaged && std::strcmp(saw.error, "SB-2003") == 0) return {};
        // The first record of the oldest log is gone and later ones are there: whether it was
        // durable nothing says, and the store rather refuses.
        if (std::strstr(saw.error_text, "is not there at octet 0") != nullptr) return {};
        return std::string("the store does not come back: ") + saw.error + " " + saw.error_text;
    }
    const std::uint64_t least = least_of(run, ran);
    if (saw.found < least || saw.found > ran.attempted)
        return "found " + std::to_string(saw.found) + " batches, promised " +
               std::to_string(least) + ", attempted " + std::to_string(ran.attempted);
    return {};
}

Told& shared_told() {
    static auto* told = static_cast<Told*>(
        ::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    return *told;
}

void count(const Run& run, const Told& ran, Figures& figures) {
    ++figures.runs;
    ++figures.tried[static_cast<std::size_t>(run.trouble)];
    figures.writes += ran.attempted - run.from;
    figures.failed_writes += ran.failed_writes;
    figures.failed_reads += ran.failed_reads;
    figures.failed_opens += ran.open_failed ? 1U : 0U;
    figures.seen.failed_calls += ran.seen.failed_calls;
    figures.seen.flipped_reads += ran.seen.flipped_reads;
    figures.seen.misplaced_appends += ran.seen.misplaced_appends;
    figures.seen.octets_lost += ran.seen.octets_lost;
    figures.seen.names_lost += ran.seen.names_lost;
}

/// Errors that a run may meet: of its own kind, with its own id.
std::string misnamed(const Run& run, const Told& ran) {
    const std::string error = ran.error;
    if (error.empty()) return {};
    const bool injected =
        ran.seen.failed_calls + ran.seen.flipped_reads + ran.seen.misplaced_appends != 0;
    if (!injected) return "an error out of nothing: " + error + " " + ran.error_text;
    if (run.trouble != Trouble::call_fails)
        return error == "SB-2003" ? "" : "damage is called " + error + " " + ran.error_text;
    const std::string due = run.troubles.is_full ? "SB-2004" : "SB-2012";
    return error == due
               ? ""
               : "a failing disk is called " + error + " instead of " + due + ": " + ran.error_text;
}

}  // namespace

const char* to_text(Trouble trouble) {
    switch (trouble) {
        case Trouble::power_off:
            return "power off";
        case Trouble::call_fails:
            return "call fails";
        case Trouble::read_flips:
            return "read flips a bit";
        case Trouble::misplaced:
            return "append misplaced";
        case Trouble::rotten:
            return "file rotten";
    }
    return "";
}

std::string run_history(std::uint64_t seed, const std::string& folder, Figures& figures) {
    fs::remove_all(folder);
    Random draw(seed, "history");
    Told& told = shared_told();
    // The first start is another matter: tests/unit/store ends it at any moment.
    told = {};
    if (in_child([&] { look(folder, seed, told); }) != 0 || told.error[0] != 0)
        return "the store cannot be made";
    std::uint64_t there = 0;
    for (std::uint64_t runs = 2 + draw.below(4); runs > 0; --runs) {
        const Run run = draw_run(seed, there, draw);
        const std::string where =
            " (run from batch " + std::to_string(there) + ", " + to_text(run.trouble) + ")";
        told = {};
        told.attempted = told.promised = told.promised_before = there;
        const int code = in_child([&] { run_store(folder, run, told); });
        if (code != 0) return "the process ended with " + std::to_string(code) + where;
        const Told ran = told;
        count(run, ran, figures);
        if (ran.violation[0] != 0) return ran.violation + where;
        if (const std::string wrong = misnamed(run, ran); !wrong.empty()) return wrong + where;
        if (run.trouble == Trouble::rotten && !rot(folder, seed + there)) return "nothing to rot";
        told = {};
        const int looked = in_child([&] { look(folder, seed, told); });
        if (looked != 0) return "the look ended with " + std::to_string(looked) + where;
        const std::string wrong = judged(run, ran, told);
        if (!wrong.empty()) return wrong + where;
        if (told.error[0] != 0) {
            // Reported; its operator takes another disk.
            ++figures.refused[static_cast<std::size_t>(run.trouble)];
            return {};
        }
        there = told.found;
    }
    return {};
}

}  // namespace stadtbuch::storage_faults
