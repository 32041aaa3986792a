// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/did/resource.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "storage/encoding/text.hpp"

namespace stadtbuch::did {

namespace {

constexpr std::string_view objects_path = "/anoncreds/v0/";

/// RFC 3986 §2.1; nullopt for broken escapes and for what is no UTF-8 then.
std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        const auto octet = encoding::hex_decode(text.substr(i + 1, 2));
        if (!octet || octet->size() != 1) return std::nullopt;
        out.push_back(static_cast<char>(octet->front()));
        i += 2;
    }
    if (!encoding::is_utf8(out)) return std::nullopt;
    return out;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
    Number number{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<std::vector<std::string>> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t slash = path.find('/');
        auto part = unescaped(path.substr(0, slash));
        if (!part || part->empty() || parts.size() == 4) return std::nullopt;
        parts.push_back(*std::move(part));
        if (slash == std::string_view::npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

struct Form {
    std::string_view name;
    Resource::Kind kind;
    std::size_t part_count;
};

constexpr Form forms[] = {{"SCHEMA", Resource::Kind::schema, 3},
                          {"CLAIM_DEF", Resource::Kind::claim_def, 3},
                          {"REV_REG_DEF", Resource::Kind::rev_reg_def, 4},
                          {"REV_REG_ENTRY", Resource::Kind::rev_reg_entry, 4},
                          {"REV_REG_DELTA", Resource::Kind::rev_reg_delta, 4}};

/// A fixed-width decimal field; nullopt unless all are digits.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
    if (from + count > text.size()) return std::nullopt;
    const std::string_view field = text.substr(from, count);
    if (!std::all_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return number_of<int>(field);
}

bool is_day(int year, int month, int day) {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1970 || month < 1 || month > 12 || day < 1) return false;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= lengths[month - 1] + (month == 2 && leap ? 1 : 0);
}

/// "Z" or "+hh:mm" in seconds.
std::optional<std::int64_t> offset_of(std::string_view zone) {
    if (zone == "Z" || zone == "z") return 0;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':')
        return std::nullopt;
    const auto hours = digits(zone, 1, 2);
    const auto minutes = digits(zone, 4, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::int64_t seconds = *hours * 3600 + *minutes * 60;
    return zone[0] == '+' ? seconds : -seconds;
}

}  // namespace

std::string_view to_text(ResourceError error) {
    switch (error) {
        case ResourceError::unknown_path:
            return "no object of a ledger has such a path";
        case ResourceError::bad_number:
            return "a sequence number is expected";
        case ResourceError::bad_time:
            return "a time like 2026-11-21T13:17:26Z is expected";
        case ResourceError::contradiction:
            return "these parameters contradict each other";
    }
    return "unknown";
}

std::optional<keys::UnixSeconds> read_time(std::string_view text) {
    if (const auto seconds = number_of<std::int64_t>(text)) {
        constexpr std::int64_t year_10000 = 253402300800;
        if (*seconds < 0 || *seconds >= year_10000) return std::nullopt;
        return seconds;
    }
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    if (text.size() <= shape.size()) return std::nullopt;
    for (const std::size_t i : {4u, 7u, 13u, 16u}) {
        if (text[i] != shape[i]) return std::nullopt;
    }
    if (text[10] != 'T' && text[10] != 't') return std::nullopt;
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2),
               second = digits(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    if (!is_day(*year, *month, *day) || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    std::string_view zone = text.substr(shape.size());
    if (zone.front() == '.') {
        const std::size_t end = zone.find_first_not_of("0123456789", 1);
        if (end == std::string_view::npos || end == 1) return std::nullopt;
        zone.remove_prefix(end);
    }
    const auto offset = offset_of(zone);
    if (!offset) return std::nullopt;
    const std::int64_t local =
        keys::unix_of_date(*year, *month, *day) + *hour * 3600 + *minute * 60 + *second;
    if (local < *offset) return std::nullopt;
    return local - *offset;
}

Result<Resource, ResourceError> resource_of(const DidUrl& url) {
    Resource resource;
    if (url.path.empty() || url.path == "/") return resource;
    if (!std::string_view(url.path).starts_with(objects_path))
        return Failure{ResourceError::unknown_path};
    const auto parts = parts_of(std::string_view(url.path).substr(objects_path.size()));
    if (!parts) return Failure{ResourceError::unknown_path};
    const Form* form = std::find_if(std::begin(forms), std::end(forms), [&](const Form& one) {
        return one.name == parts->front() && one.part_count == parts->size();
    });
    if (form == std::end(forms)) return Failure{ResourceError::unknown_path};
    resource.kind = form->kind;
    if (form->kind == Resource::Kind::schema) {
        resource.name = (*parts)[1];
        resource.version = (*parts)[2];
        return resource;
    }
    const auto number = number_of<std::uint64_t>((*parts)[1]);
    if (!number) return Failure{ResourceError::bad_number};
    resource.schema_seq_no = *number;
    resource.tag = (*parts)[2];
    if (parts->size() == 4) resource.registry_tag = (*parts)[3];
    return resource;
}

Result<Version, ResourceError> version_of(const DidUrl& url) {
    Version version;
    if (const auto text = url.parameter("versionId")) {
        version.seq_no = number_of<std::uint64_t>(*text);
        if (!version.seq_no) return Failure{ResourceError::bad_number};
    }
    for (const auto& [name, place] :
         {std::pair{"versionTime", &version.time}, std::pair{"from", &version.from},
          std::pair{"to", &version.to}}) {
        const auto text = url.parameter(name);
        if (!text) continue;
        const auto plain = unescaped(*text);
        *place = plain ? read_time(*plain) : std::nullopt;
        if (!*place) return Failure{ResourceError::bad_time};
    }
    if (version.seq_no && version.time) return Failure{ResourceError::contradiction};
    if (version.from && version.to && *version.from > *version.to)
        return Failure{ResourceError::contradiction};
    return version;
}

}  // namespace stadtbuch::did
