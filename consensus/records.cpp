// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/records.hpp"

#include <charconv>

#include "consensus/replica.hpp"

namespace stadtbuch::consensus {
namespace records {
namespace {

std::string hex16(std::uint64_t number) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out(16, '0');
    for (std::size_t i = 16; i-- > 0; number >>= 4) out[i] = digits[number & 15U];
    return out;
}

std::optional<std::uint64_t> number_in(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Splits at the first space.
std::pair<std::string_view, std::string_view> halves(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return {text, {}};
    return {text.substr(0, space), text.substr(space + 1)};
}

void append_netstring(std::string& out, std::string_view text) {
    out.append(std::to_string(text.size())).append(":").append(text);
}

std::vector<std::string> netstrings(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return {};
        const auto length = number_in(text.substr(0, colon), 10);
        if (!length || *length > text.size() - colon - 1) return {};
        out.emplace_back(text.substr(colon + 1, static_cast<std::size_t>(*length)));
        text.remove_prefix(colon + 1 + static_cast<std::size_t>(*length));
    }
    return out;
}

template <class M>
std::optional<M> decoded(std::string_view text) {
    const auto message = messages::decode(text, {.bytes_max = text.size()});
    if (!message) return std::nullopt;
    const M* typed = std::get_if<M>(&*message);
    return typed == nullptr ? std::nullopt : std::optional<M>(*typed);
}

bool starts_with(std::string_view text, std::string_view head) {
    return text.substr(0, head.size()) == head;
}

void read_numbered(Memory& memory, std::string_view key, std::string_view value) {
    if (starts_with(key, "pp/")) {
        const auto seq = number_in(key.substr(3), 16);
        const auto parts = netstrings(value);
        if (!seq || parts.empty()) return;
        if (auto pp = decoded<messages::PrePrepare>(parts.front()))
            memory.pre_prepares[*seq] = std::move(*pp);
    } else if (starts_with(key, "cert/")) {
        const auto seq = number_in(key.substr(5), 16);
        const auto [view, digest] = halves(value);
        const auto view_no = number_in(view, 10);
        if (seq && view_no) memory.certificates[*seq] = {*view_no, std::string(digest)};
    } else if (starts_with(key, "ic/") && key.size() > 20) {
        const auto view = number_in(key.substr(3, 16), 16);
        const auto [wall, reason] = halves(value);
        const auto seconds = number_in(wall, 10);
        const auto code = number_in(reason, 10);
        if (!view || !seconds || !code) return;
        memory.instance_changes[*view][NodeName(key.substr(20))] = {
            static_cast<UnixSeconds>(*seconds), *code};
    } else if (starts_with(key, "backup/")) {
        const auto inst = number_in(key.substr(7), 10);
        const auto [view, seq] = halves(value);
        const auto view_no = number_in(view, 10);
        const auto seq_no = number_in(seq, 10);
        if (inst && view_no && seq_no) memory.backups[*inst] = {*view_no, *seq_no};
    }
}

}  // namespace

std::string pre_prepare_key(PpSeqNo seq) {
    return "pp/" + hex16(seq);
}

std::string pre_prepare_value(const messages::PrePrepare& pp,
                              const std::vector<std::string>& requests) {
    std::string out;
    append_netstring(out, messages::encode(pp));
    for (const std::string& request : requests) append_netstring(out, request);
    return out;
}

std::string certificate_key(PpSeqNo seq) {
    return "cert/" + hex16(seq);
}

std::string certificate_value(ViewNo view, const std::string& digest) {
    return std::to_string(view) + " " + digest;
}

std::string view_value(ViewNo view, bool waiting) {
    return std::to_string(view) + (waiting ? " 1" : " 0");
}

std::string instance_change_key(ViewNo view, const NodeName& name) {
    return "ic/" + hex16(view) + "/" + name;
}

std::string instance_change_value(UnixSeconds wall, std::uint64_t reason) {
    return std::to_string(wall) + " " + std::to_string(reason);
}

std::string backup_key(messages::InstanceId inst) {
    return "backup/" + std::to_string(inst);
}

std::string backup_value(ViewNo view, PpSeqNo seq) {
    return std::to_string(view) + " " + std::to_string(seq);
}

Memory read(const std::vector<VoteRecord>& votes) {
    Memory memory;
    for (const VoteRecord& record : votes) {
        if (!record.value) continue;
        if (record.key == view_key) {
            const auto [view, waiting] = halves(*record.value);
            if (const auto view_no = number_in(view, 10))
                memory.position = Position{*view_no, waiting == "1"};
        } else if (record.key == view_change_key) {
            memory.view_change = decoded<messages::ViewChange>(*record.value);
        } else if (record.key == recover_key) {
            memory.recover_beyond = number_in(*record.value, 10).value_or(0);
        } else if (record.key == new_view_key) {
            memory.new_view = decoded<messages::NewView>(*record.value);
        } else {
            read_numbered(memory, record.key, *record.value);
        }
    }
    return memory;
}

}  // namespace records

std::vector<std::string> requests_in(const std::vector<VoteRecord>& votes) {
    std::vector<std::string> out;
    for (const VoteRecord& record : votes) {
        if (!record.value || record.key.substr(0, 3) != "pp/") continue;
        auto parts = records::netstrings(*record.value);
        for (std::size_t i = 1; i < parts.size(); ++i) out.push_back(std::move(parts[i]));
    }
    return out;
}

}  // namespace stadtbuch::consensus
