// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Credential types that are configuration: one TOML file each, no line of C++
// (docs/credential-types.md says how to write one; config/types/school.toml is the example). Read
// once at start; the registers behind them are read again when their files change. Threads: any.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/agent/case.hpp"
#include "ssi/agent/record_source.hpp"
#include "ssi/agent/texts.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/register/records.hpp"

namespace stadtbuch::agent {

/// A sentence of a type file in the languages of the pages.
struct Words {
    std::string de, en, easy;

    [[nodiscard]] Text text() const { return {de, en, easy}; }
};

/// One input of the citizen's form; `column` of the register is what it is compared with.
struct KindField {
    std::string column;
    Words label, hint;
    registers::Likeness likeness = registers::Likeness::text;
    std::string autocomplete;
    bool narrow = false;
    bool required = true;

    /// Of a person: narrower characters (DIN 91379, type A) than in other texts.
    [[nodiscard]] bool is_name() const {
        return likeness == registers::Likeness::given_name || column.ends_with("family_name");
    }
};

/// Where a claim's value comes from.
struct KindClaim {
    enum class Source {
        column,    ///< of the record
        constant,  ///< the same for everybody
        town,      ///< a column of town.csv
        case_fact  ///< "number", "valid_from", "valid_until", "issued_on"
    };
    enum class Format { text, number, boolean };

    std::string path;  ///< dotted
    Source source = Source::column;
    std::string from;  ///< column, constant or fact
    Format format = Format::text;
};

/// What the record has to say for the credential to be given.
struct KindRule {
    std::string word;  ///< key of its sentence, "rule.school.enrolled"
    std::string column;
    std::vector<std::string> allowed;  ///< values; empty: anything but nothing
};

/// A sentence that clerks choose when they answer.
struct KindReason {
    enum class Act { correct, reject, revoke } act = Act::reject;
    std::string word;  ///< "reason.school.left"
};

/// A credential that applicants may show instead of typing: what it proves is not typed over.
struct KindPresent {
    struct Claim {
        std::string column;  ///< of a field; all that identify are among them
        std::string path;    ///< dotted
    };

    std::vector<std::string> types;  ///< vct values; empty: nothing is asked for
    std::vector<Claim> claims;
    bool instant = false;  ///< when register and rules agree, no clerk is asked
};

struct KindDefinition {
    std::string file;
    CaseKind kind;
    std::string prefix;  ///< of case numbers, "S"
    credential::CredentialType type;
    Words card, intro, privacy;  ///< on the start page, above the form, below it
    std::vector<KindField> fields;
    std::vector<KindClaim> claims;
    std::vector<KindRule> rules;
    std::vector<KindReason> reasons;
    std::vector<std::string> verifier_claims;   ///< asked for when a verifier names none
    std::vector<std::string> inspector_claims;  ///< empty: nothing for inspectors
    std::vector<std::string> paper_claims;      ///< printed and signed; empty: not on paper
    Words paper_note;                           ///< at the foot of the print
    std::string area_column;                    ///< of statistics; empty: no areas
    std::string resident_column;                ///< id in the register of residents; empty: none
    std::int64_t credential_days = 0;           ///< technical validity; 0: as in the settings
    std::int64_t months = 0;  ///< of the credential's own days; 0: as long as the record
    bool own_days = false;    ///< the credential has days of its own
    registers::RecordLayout layout;
    KindPresent present;
    std::string table;  ///< of the registers' database or service, instead of layout.file

    [[nodiscard]] std::string path() const { return "/nachweis/" + kind.id(); }
};

class Kinds {
  public:
    /// Every *.toml of `folder` in the order of names; an empty `folder`: none. All faults at once:
    /// SB-1001 to SB-1004 for the files, SB-4101 to SB-4103 for the registers they name.
    [[nodiscard]] static Result<std::unique_ptr<Kinds>, std::vector<Error>> load(
        const std::string& folder, const std::string& base_url, const TableMaker& tables = {});

    [[nodiscard]] const std::vector<KindDefinition>& all() const { return definitions_; }

    /// Null: a built-in kind, or one that is no longer configured.
    [[nodiscard]] const KindDefinition* find(const CaseKind& kind) const;
    [[nodiscard]] const KindDefinition* find_type(std::string_view vct) const;
    /// A sentence of the files: "kind.<id>", "rule.<id>.<name>", "reason.<id>.<name>".
    [[nodiscard]] std::optional<Text> word(std::string_view key) const;

    /// Today's register of a definition.
    [[nodiscard]] std::shared_ptr<const registers::Records> records(
        const KindDefinition& definition) const;
    /// Reads registers whose files have another time or size than last time, or whose tables have
    /// changed. What cannot be read is
    /// told once for each state of the file, and the old content goes on.
    [[nodiscard]] std::vector<Error> reload_if_changed();

    /// How many times content was replaced.
    [[nodiscard]] std::uint64_t replaced() const { return replaced_; }

    static constexpr std::size_t kinds_max = 32;

  private:
    struct Source {
        std::shared_ptr<const registers::Records> records;
        RecordSource from;
    };

    Kinds() = default;
    std::vector<KindDefinition> definitions_;
    std::vector<std::pair<std::string, Words>> words_;  // by key
    std::mutex reading_;
    mutable std::mutex guard_;  // of `records`
    std::atomic<std::uint64_t> replaced_{0};
    std::vector<Source> sources_;  // as definitions_
};

/// The id under which a case keeps the record it is about: register ids of two types, or of a type
/// and the residents, never mean the same person.
[[nodiscard]] std::string qualified_record_id(const CaseKind& kind, std::string_view record_id);
/// The record's own id; empty for another kind's.
[[nodiscard]] std::string record_id_of(const CaseKind& kind, std::string_view qualified);

// kind_file.cpp
struct KindFile {
    KindDefinition definition;
    std::vector<std::pair<std::string, Words>> words;
};

/// One type file; every fault with file, key, what is wrong and what to do.
[[nodiscard]] Result<KindFile, std::vector<Error>> read_kind_file(const std::string& file,
                                                                  const std::string& base_url);

}  // namespace stadtbuch::agent
