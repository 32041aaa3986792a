// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads one type file. Every fault is collected, so that an operator mends the file in one go.
#include <algorithm>
#include <array>
#include <set>

#include "config/document.hpp"
#include "ssi/agent/kinds.hpp"
#include "ssi/credential/contains.hpp"

namespace stadtbuch::agent {

using credential::contains;

namespace {

constexpr std::size_t fields_max = 24;
constexpr std::size_t claims_max = 64;
constexpr std::size_t rules_max = 16;
constexpr std::size_t reasons_max = 16;
constexpr std::size_t paper_claims_max = 8;
constexpr std::size_t sentence_max = 600;  // octets
constexpr std::size_t word_max = 40;

/// Claims that SD-JWT VC itself gives a meaning to; a type must not use them for data of its own.
constexpr std::array<std::string_view, 13> reserved_claims{
    "iss", "iat",    "nbf", "exp", "sub", "vct",    "vct#integrity",
    "cnf", "status", "aud", "jti", "_sd", "_sd_alg"};
constexpr std::array<std::string_view, 7> reserved_ids{"residence", "parking", "pid",    "mine",
                                                       "permit",    "login",   "inspect"};
constexpr std::array<std::string_view, 4> case_facts{"number", "valid_from", "valid_until",
                                                     "issued_on"};
constexpr std::array<std::string_view, 5> town_facts{"municipality_key", "regional_key", "name",
                                                     "authority", "district_name"};

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= word_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

bool is_colour(std::string_view text) {
    return text.size() == 7 && text[0] == '#' &&
           text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

class Reader {
  public:
    Reader(config::Document& file, const std::string& name, const std::string& base_url)
        : file_(file), base_url_(base_url) {
        out_.definition.file = name;
    }

    KindFile read() {
        read_names();
        read_register();
        read_fields();
        read_claims();
        read_rules();
        read_reasons();
        read_validity();
        read_uses();
        read_present();
        return std::move(out_);
    }

  private:
    std::string id() { return out_.definition.kind.id(); }

    /// A table with `de`, `en` and, for citizens, `easy`.
    Words words(const std::string& at, bool needed) {
        Words out{needed ? file_.required_text(at + ".de") : file_.text(at + ".de", ""),
                  needed ? file_.required_text(at + ".en") : file_.text(at + ".en", ""),
                  file_.text(at + ".easy", "")};
        for (const std::string* one : {&out.de, &out.en, &out.easy}) {
            if (one->size() > sentence_max) {
                file_.fault(at, "the text is too long",
                            "Write at most " + std::to_string(sentence_max) + " octets.");
            }
        }
        if (out.de.empty() != out.en.empty())
            file_.fault(at, "the text is there in one language only", "Give both de and en.");
        return out;
    }

    /// The count of an array of tables, none beyond `most`.
    std::size_t count(const std::string& key, std::size_t most) {
        const std::size_t found = file_.count(key);
        if (found > most) {
            file_.fault(key, "there are more than " + std::to_string(most) + " of these",
                        "Leave out what is not needed.");
        }
        return std::min(found, most);
    }

    std::string column(const std::string& at, bool needed) {
        std::string out = needed ? file_.required_text(at) : file_.text(at, "");
        if (!out.empty() && !is_word(out)) {
            file_.fault(at, "'" + out + "' is no name of a column",
                        "Use letters, digits, '_' and '-', 40 at most.");
            out.clear();
        }
        if (!out.empty()) out_.definition.layout.columns.push_back(out);
        return out;
    }

    void read_names() {
        KindDefinition& it = out_.definition;
        const std::string id = file_.required_text("id");
        if (!id.empty() && (!is_kind_id(id) || contains(reserved_ids, id))) {
            file_.fault("id", "'" + id + "' cannot be the id of a type",
                        "Begin with a small letter, then small letters, digits, '_' and '-', 32 at "
                        "most; residence "
                        "and parking are taken.");
        }
        it.kind = CaseKind(is_kind_id(id) ? id : "unnamed");
        const std::int64_t version = file_.integer("version", 1, 1, 999);
        it.type.id = it.kind.id();
        it.type.version = std::to_string(version);
        it.type.vct = base_url_ + "/types/" + it.type.id + "/" + it.type.version;
        it.prefix = file_.required_text("case_prefix");
        const bool letters = !it.prefix.empty() && it.prefix.size() <= 3 &&
                             std::all_of(it.prefix.begin(), it.prefix.end(),
                                         [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!it.prefix.empty() && (!letters || it.prefix == "W" || it.prefix == "P")) {
            file_.fault("case_prefix", "'" + it.prefix + "' cannot begin case numbers",
                        "Write one to three capital letters; W and P are taken.");
        }
        const Words name = words("name", true);
        const Words description = words("description", true);
        it.type.name_de = name.de;
        it.type.name_en = name.en;
        it.type.description_de = description.de;
        it.type.description_en = description.en;
        it.type.background_color = file_.text("background_color", "#1b4b8f");
        it.type.text_color = file_.text("text_color", "#ffffff");
        for (const char* key : {"background_color", "text_color"}) {
            if (!is_colour(file_.text(key, "#000000")))
                file_.fault(key, "this is no colour", "Write for example \"#1b4b8f\".");
        }
        it.type.extends = file_.text("extends", "");
        it.type.extends_integrity = file_.text("extends_integrity", "");
        if (!it.type.extends.empty() && !it.type.extends.starts_with("https://") &&
            !it.type.extends.starts_with("urn:")) {
            file_.fault("extends", "'" + it.type.extends + "' is no type", "Give its vct.");
        }
        if (it.type.extends.empty() && !it.type.extends_integrity.empty())
            file_.fault("extends_integrity", "the type extends nothing", "Give extends, too.");
        it.card = words("card", true);
        it.intro = words("intro", true);
        it.privacy = words("privacy", false);
        out_.words.emplace_back("kind." + it.kind.id(), name);
    }

    void read_register() {
        registers::RecordLayout& layout = out_.definition.layout;
        layout.file = file_.path("register.file", "");
        std::string& table = out_.definition.table;
        table = file_.text("register.table", "");
        if (layout.file.empty() == table.empty())
            file_.fault("register.file", "a type needs one register",
                        "Give the CSV file with the records, or register.table for a view of the "
                        "registers' database, or a list of their service.");
        const bool plain =
            table.size() <= word_max && std::all_of(table.begin(), table.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            });
        if (!plain)
            file_.fault("register.table", "a table is named with small letters, digits and '_'",
                        "Make a view of that name.");
        if (layout.file.empty()) layout.file = table;
        layout.key = column("register.key", true);
        layout.valid_from = column("register.valid_from", false);
        layout.valid_until = column("register.valid_until", false);
        out_.definition.resident_column = column("register.resident", false);
        const Words office = words("register.office", true);
        layout.office_de = office.de;
        layout.office_en = office.en;
    }

    void read_fields() {
        KindDefinition& it = out_.definition;
        std::set<std::string> seen;
        bool found_by = false;
        for (std::size_t i = 0; i < count("field", fields_max); ++i) {
            const std::string at = "field." + std::to_string(i);
            KindField field;
            field.column = column(at + ".column", true);
            field.label = words(at + ".label", true);
            field.hint = words(at + ".hint", false);
            const std::string likeness =
                file_.one_of(at + ".compare", "text", {"text", "given_name", "date", "exact"});
            field.likeness = registers::likeness_of(likeness).value_or(registers::Likeness::text);
            const bool identifies = file_.boolean(at + ".identifies", false);
            field.required = file_.boolean(at + ".required", true);
            field.autocomplete = file_.text(at + ".autocomplete", "");
            field.narrow = file_.boolean(at + ".narrow", false);
            if (!seen.insert(field.column).second) {
                file_.fault(at + ".column", "'" + field.column + "' is asked for twice",
                            "Ask once.");
            }
            if (identifies && !field.required) {
                file_.fault(at + ".required", "a field that finds the record cannot be optional",
                            "Remove required = false or identifies = true.");
            }
            found_by = found_by || identifies;
            it.layout.fields.push_back(
                {field.column, field.label.de, field.label.en, field.likeness, identifies});
            it.fields.push_back(std::move(field));
        }
        if (!found_by) {
            file_.fault("field", "no field finds the record in the register",
                        "Add [[field]] tables, some of them with identifies = true.");
        }
    }

    void read_source(const std::string& at, KindClaim& claim) {
        const std::pair<const char*, KindClaim::Source> sources[] = {
            {"column", KindClaim::Source::column},
            {"value", KindClaim::Source::constant},
            {"town", KindClaim::Source::town},
            {"case", KindClaim::Source::case_fact}};
        int given = 0;
        for (const auto& [key, source] : sources) {
            if (!file_.has(at + "." + key)) continue;
            ++given;
            claim.source = source;
            claim.from = source == KindClaim::Source::column ? column(at + "." + key, true)
                                                             : file_.required_text(at + "." + key);
        }
        if (given != 1) {
            file_.fault(at, "a claim has one source",
                        "Give exactly one of column, value, town and case.");
            return;
        }
        if (claim.source == KindClaim::Source::town && !contains(town_facts, claim.from)) {
            file_.fault(
                at + ".town", "town.csv has no such column",
                "Choose from municipality_key, regional_key, name, authority and district_name.");
        }
        if (claim.source == KindClaim::Source::case_fact && !contains(case_facts, claim.from)) {
            file_.fault(at + ".case", "a case knows no such thing",
                        "Choose from number, valid_from, valid_until and issued_on.");
        }
    }

    bool path_good(const std::string& path, const std::set<std::string>& seen) {
        if (path.empty() || seen.contains(path)) return false;
        std::size_t begin = 0;
        int parts = 0;
        while (begin <= path.size()) {
            const std::size_t end = std::min(path.find('.', begin), path.size());
            if (!is_word(std::string_view(path).substr(begin, end - begin)) || ++parts > 3)
                return false;
            begin = end + 1;
        }
        // "a" and "a.b" cannot both be: one is a value, the other an object.
        return std::none_of(seen.begin(), seen.end(), [&](const std::string& other) {
            return other.starts_with(path + ".") || path.starts_with(other + ".");
        });
    }

    void read_claims() {
        KindDefinition& it = out_.definition;
        std::set<std::string> seen;
        for (std::size_t i = 0; i < count("claim", claims_max); ++i) {
            const std::string at = "claim." + std::to_string(i);
            KindClaim claim;
            claim.path = file_.required_text(at + ".path");
            if (!claim.path.empty() && !path_good(claim.path, seen)) {
                file_.fault(
                    at + ".path", "'" + claim.path + "' cannot be a claim's path",
                    "Use letters, digits, '_' and '-', with at most two dots, each path once.");
            }
            if (contains(reserved_claims, claim.path)) {
                file_.fault(at + ".path", "'" + claim.path + "' belongs to the format",
                            "Choose another name.");
            }
            seen.insert(claim.path);
            const Words label = words(at + ".label", true);
            read_source(at, claim);
            const std::string format =
                file_.one_of(at + ".format", "text", {"text", "number", "boolean"});
            claim.format = format == "number"    ? KindClaim::Format::number
                           : format == "boolean" ? KindClaim::Format::boolean
                                                 : KindClaim::Format::text;
            it.type.claims.push_back({claim.path, label.de, label.en,
                                      file_.boolean(at + ".mandatory", false),
                                      file_.boolean(at + ".disclosable", true)});
            it.claims.push_back(std::move(claim));
        }
        if (it.claims.empty())
            file_.fault("claim", "a credential without claims says nothing",
                        "Add [[claim]] tables.");
    }

    /// The word after "rule.<id>." or "reason.<id>.".
    std::string key_of(const std::string& group, const std::string& at, std::size_t index) {
        std::string name = file_.text(at + ".name", std::to_string(index + 1));
        if (!is_word(name)) {
            file_.fault(at + ".name", "'" + name + "' is no name",
                        "Use letters, digits, '_' and '-'.");
            name = std::to_string(index + 1);
        }
        return group + "." + id() + "." + name;
    }

    void add_words(const std::string& at, const std::string& key, Words sentence) {
        const bool there = std::any_of(out_.words.begin(), out_.words.end(),
                                       [&](const auto& entry) { return entry.first == key; });
        if (there) file_.fault(at + ".name", "this name is used twice", "Give each its own.");
        out_.words.emplace_back(key, std::move(sentence));
    }

    void read_rules() {
        for (std::size_t i = 0; i < count("rule", rules_max); ++i) {
            const std::string at = "rule." + std::to_string(i);
            KindRule rule{key_of("rule", at, i), column(at + ".column", true),
                          file_.texts(at + ".allowed", {})};
            add_words(at, rule.word, words(at + ".text", true));
            out_.definition.rules.push_back(std::move(rule));
        }
    }

    void read_reasons() {
        for (std::size_t i = 0; i < count("reason", reasons_max); ++i) {
            const std::string at = "reason." + std::to_string(i);
            const std::string act =
                file_.one_of(at + ".act", "reject", {"correct", "reject", "revoke"});
            KindReason reason{act == "correct"  ? KindReason::Act::correct
                              : act == "revoke" ? KindReason::Act::revoke
                                                : KindReason::Act::reject,
                              key_of("reason", at, i)};
            add_words(at, reason.word, words(at + ".text", true));
            out_.definition.reasons.push_back(std::move(reason));
        }
    }

    void read_validity() {
        KindDefinition& it = out_.definition;
        it.credential_days = file_.integer("validity.credential_days", 0, 0, 90);
        it.months = file_.integer("validity.months", 0, 0, 120);
        it.own_days = it.months > 0 || !it.layout.valid_until.empty();
        const bool told =
            std::any_of(it.claims.begin(), it.claims.end(), [](const KindClaim& claim) {
                return claim.source == KindClaim::Source::case_fact &&
                       claim.from.starts_with("valid_");
            });
        if (told && !it.own_days) {
            file_.fault("validity",
                        "a claim tells days, but nothing says how long the credential holds",
                        "Give validity.months or register.valid_until.");
        }
    }

    std::vector<std::string> claim_list(const std::string& key) {
        auto out = file_.texts(key, {});
        for (const std::string& path : out) {
            const auto& claims = out_.definition.claims;
            const bool known =
                std::any_of(claims.begin(), claims.end(),
                            [&](const KindClaim& claim) { return claim.path == path; });
            if (!known)
                file_.fault(key, "the type has no claim '" + path + "'",
                            "Name paths of [[claim]] tables.");
        }
        return out;
    }

    void read_uses() {
        KindDefinition& it = out_.definition;
        it.verifier_claims = claim_list("verifier.claims");
        it.inspector_claims = claim_list("inspector.claims");
        it.paper_claims = claim_list("paper.claims");
        it.paper_note = words("paper.note", false);
        if (!it.paper_claims.empty() && !it.own_days) {
            file_.fault("paper.claims", "what is on paper needs days of its own",
                        "Give validity.months or register.valid_until.");
        }
        if (it.paper_claims.size() > paper_claims_max) {
            file_.fault("paper.claims", "so many claims do not fit on the page and into a QR code",
                        "Name " + std::to_string(paper_claims_max) + " at most.");
        }
        it.area_column = column("statistics.area", false);
        if (it.verifier_claims.empty()) {
            for (const credential::ClaimDescription& claim : it.type.claims) {
                if (claim.mandatory) it.verifier_claims.push_back(claim.path);
            }
        }
    }

    void read_present() {
        KindPresent& present = out_.definition.present;
        present.types = file_.texts("present.types", {});
        present.instant = file_.boolean("present.instant", false);
        std::set<std::string> columns;
        for (std::size_t i = 0; i < count("present.claim", fields_max); ++i) {
            const std::string at = "present.claim." + std::to_string(i);
            KindPresent::Claim claim{file_.required_text(at + ".column"),
                                     file_.required_text(at + ".path")};
            const auto& fields = out_.definition.fields;
            const bool known = std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
                return field.column == claim.column;
            });
            if (!known || !columns.insert(claim.column).second)
                file_.fault(at + ".column", "'" + claim.column + "' is no field of its own",
                            "Name the column of a [[field]] table, each once.");
            if (!path_good(claim.path, {}))
                file_.fault(at + ".path", "'" + claim.path + "' cannot be a claim's path",
                            "Write for example \"address.locality\".");
            present.claims.push_back(std::move(claim));
        }
        if (present.types.empty() != present.claims.empty())
            file_.fault("present.types", "types and claims belong together",
                        "Give present.types and [[present.claim]] tables, or neither.");
        if (present.types.empty()) return;
        for (const registers::RecordField& field : out_.definition.layout.fields) {
            if (field.identifies && !columns.contains(field.column))
                file_.fault("present.claim",
                            "'" + field.column + "' finds the record, but is not presented",
                            "Add a [[present.claim]] table for it.");
        }
    }

    config::Document& file_;
    const std::string& base_url_;
    KindFile out_;
};

}  // namespace

Result<KindFile, std::vector<Error>> read_kind_file(const std::string& file,
                                                    const std::string& base_url) {
    auto opened = config::Document::read(file);
    if (!opened) return Failure{std::vector<Error>{opened.error()}};
    config::Document document = std::move(opened).value();
    KindFile out = Reader(document, file, base_url).read();
    auto faults = document.finish();
    if (!faults.empty()) return Failure{std::move(faults)};
    return out;
}

}  // namespace stadtbuch::agent
