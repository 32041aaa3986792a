// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/txn_file.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/network_files.hpp"
#include "cli/words.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/os_random.hpp"
#include "ssi/keys/time.hpp"
#include "ssi/ledger/request_signing.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view format_name = "stadtbuch-txn/1";
constexpr std::string_view part_mark = "STB1:";
constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::size_t parts_max = 99;
constexpr std::string_view default_expiry = "7d";

Array array_of(const std::vector<std::string>& texts) {
    Array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

std::optional<std::vector<std::string>> texts_at(const Value& value, std::string_view key) {
    const Value* list = value.find(key);
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<std::string> out;
    for (const Value& one : *list->array()) {
        if (!one.is_text()) return std::nullopt;
        out.push_back(*one.text());
    }
    return out;
}

std::int64_t expiry_of(const Value& request) {
    const Value* id = request.find("reqId");
    return static_cast<std::int64_t>((id != nullptr ? id->unsigned_integer().value_or(0) : 0) /
                                     ns_per_s);
}

Error no_file(const std::string& what, const std::string& place) {
    return {"SB-5100", what, place, "Make one with: stadtbuch txn build"};
}

}  // namespace

std::string signed_digest(const Value& request) {
    const std::string text = ledger::signed_text_of(request);
    return text.empty() ? "" : encoding::hex_encode(hash::sha256(text));
}

std::optional<std::int64_t> read_duration(std::string_view text) {
    if (text.size() < 2 || text.size() > 6) return std::nullopt;
    const auto number = read_number(text.substr(0, text.size() - 1));
    std::uint64_t unit = 0;
    if (text.back() == 'm') unit = 60;
    if (text.back() == 'h') unit = 3600;
    if (text.back() == 'd') unit = 86400;
    constexpr std::uint64_t year_s = std::uint64_t{366} * 86400;
    if (!number || unit == 0 || *number == 0 || *number * unit > year_s) return std::nullopt;
    return static_cast<std::int64_t>(*number * unit);
}

std::uint64_t expiring_req_id(std::int64_t expires_at, std::uint64_t spread) {
    return static_cast<std::uint64_t>(expires_at) * ns_per_s + spread % ns_per_s;
}

std::vector<std::string> TxnFile::missing() const {
    std::vector<std::string> out;
    for (const std::string& did : signers) {
        if (!has_signed(request, did)) out.push_back(did);
    }
    return out;
}

Value TxnFile::to_json() const {
    return Object{{"format", format_name},
                  {"network", Object{{"name", network_name}, {"id", network_id}}},
                  {"expires_at", keys::utc_date_time(expires_at)},
                  {"digest", digest},
                  {"words", array_of(words_of(request))},
                  {"signers", array_of(signers)},
                  {"request", request}};
}

Result<TxnFile, Error> TxnFile::parse(std::string_view text, const std::string& place) {
    const auto parsed = encoding::parse_json(text);
    if (!parsed || parsed->text_at("format") != format_name)
        return Failure{no_file("this is no transaction file", place)};
    const Value* network = parsed->find("network");
    const Value* request = parsed->find("request");
    const auto signers = texts_at(*parsed, "signers");
    const auto words = texts_at(*parsed, "words");
    if (network == nullptr || request == nullptr || !signers || signers->empty() || !words)
        return Failure{no_file("the file is not complete", place)};
    TxnFile out;
    out.network_name = network->text_at("name");
    out.network_id = network->text_at("id");
    out.request = *request;
    out.signers = *signers;
    out.digest = signed_digest(*request);
    out.expires_at = expiry_of(*request);
    if (out.digest.empty()) return Failure{no_file("its request is not complete", place)};
    const bool tells_truth = *words == words_of(*request) &&
                             parsed->text_at("digest") == out.digest &&
                             parsed->text_at("expires_at") == keys::utc_date_time(out.expires_at);
    if (!tells_truth) {
        return Failure{Error{"SB-5101", "the file says something else than what would be signed",
                             place, "Do not sign it; ask who sent it for a new one."}};
    }
    return out;
}

Result<TxnFile, Error> TxnFile::read(const std::string& path) {
    const auto text = read_line_file(path);
    if (!text) return Failure{text.error()};
    return parse(*text, path);
}

Result<void, Error> TxnFile::write(const std::string& path) const {
    const std::string text = encoding::pretty_json(to_json(), 2, false);
    if (path == "-") {
        print_line(text);
        return {};
    }
    if (auto written = write_file(path + ".new", text + "\n"); !written) return written;
    std::error_code error;
    std::filesystem::rename(path + ".new", path, error);
    if (!error) return {};
    return Failure{Error{"SB-5001", "the file cannot be replaced: " + error.message(), path,
                         "Check its permissions."}};
}

std::vector<std::string> qr_parts(const TxnFile& file, std::size_t chars_max) {
    const std::string all = encoding::base64url_encode(
        bytes_of(std::string_view(encoding::compact_json(file.to_json()))));
    const std::size_t count = (all.size() + chars_max - 1) / chars_max;
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(std::string(part_mark) + std::to_string(i + 1) + "/" + std::to_string(count) +
                      ":" + file.digest.substr(0, 8) + ":" + all.substr(i * chars_max, chars_max));
    }
    return out;
}

Result<TxnFile, Error> join_qr_parts(const std::vector<std::string>& lines) {
    std::map<std::uint64_t, std::string> parts;
    std::uint64_t count = 0;
    std::string digest;
    for (const std::string& line : lines) {
        if (line.empty()) continue;
        const auto fields = split_list(line, ':');
        const auto place =
            fields.size() == 4 ? split_list(fields[1], '/') : std::vector<std::string>{};
        const auto index = place.size() == 2 ? read_number(place[0]) : std::nullopt;
        const auto of = place.size() == 2 ? read_number(place[1]) : std::nullopt;
        const bool fits = index && of && *index >= 1 && *index <= *of && *of <= parts_max &&
                          line.starts_with(part_mark) && (count == 0 || count == *of) &&
                          (digest.empty() || digest == fields[2]);
        if (!fits) {
            return Failure{Error{"SB-5102", "this is no part of this transaction",
                                 line.substr(0, 40), "Scan the codes of one transaction only."}};
        }
        count = *of;
        digest = fields[2];
        parts[*index] = fields[3];
    }
    std::string missing;
    std::string all;
    for (std::uint64_t i = 1; i <= count; ++i) {
        if (!parts.contains(i)) missing += (missing.empty() ? "" : ", ") + std::to_string(i);
        all += parts[i];
    }
    if (count == 0 || !missing.empty()) {
        return Failure{Error{"SB-5102",
                             count == 0 ? "nothing was scanned" : "parts are missing: " + missing,
                             "standard input", "Scan every code, in any order."}};
    }
    const auto bytes = encoding::base64url_decode(all);
    if (!bytes) return Failure{no_file("the parts do not decode", "standard input")};
    return TxnFile::parse(text_of(*bytes), "standard input");
}

void say_transaction(const Context& context, const TxnFile& file) {
    for (const std::string& line : words_of(file.request)) say(context.globals, line);
    say(context.globals, "network  " + file.network_name + " (" + file.network_id + ")");
    say(context.globals, "digest   " + file.digest);
    say(context.globals, "expires  " + keys::utc_date_time(file.expires_at));
    for (const std::string& did : file.signers) {
        say(context.globals,
            std::string(has_signed(file.request, did) ? "signed   " : "missing  ") + did);
    }
}

int build_transaction(const Context& context, const LedgerOptions& options, const Network& network,
                      const WriteJob& job) {
    const std::string author = author_did(context, options, &network);
    if (author.empty()) {
        return fail(context.globals,
                    {"SB-5041", "in whose name is it written?", "--as", "Give --as DID."},
                    Exit::usage);
    }
    const auto duration = read_duration(options.expires.empty() ? default_expiry : options.expires);
    if (!duration) {
        return fail(context.globals,
                    {"SB-5047", "no time span", "--expires " + options.expires,
                     "Write 90m, 12h or 7d; at most a year."},
                    Exit::usage);
    }
    const Bytes random = keys::random_bytes(keys::os_random(), 4);
    std::uint64_t spread = 0;
    for (const Byte byte : random) spread = spread * 256 + byte;
    TxnFile file;
    file.network_name = network.name;
    file.network_id = network.id();
    file.request = unsigned_request(options, network, author, job);
    file.request.object()->set("reqId", Value(expiring_req_id(now_s() + *duration, spread)));
    file.expires_at = now_s() + *duration;
    file.digest = signed_digest(file.request);
    file.signers = named_signers(file.request);
    for (const std::string& did : options.signers) {
        const std::string plain(did::unqualified(did));
        if (std::find(file.signers.begin(), file.signers.end(), plain) == file.signers.end())
            file.signers.push_back(plain);
    }
    file.expires_at = expiry_of(file.request);
    if (file.digest.empty())
        return fail(context.globals, {"SB-5044", "the request is not complete", job.what, ""});
    if (auto written = file.write(options.out_file); !written)
        return fail(context.globals, written.error());
    say_transaction(context, file);
    if (options.out_file != "-") {
        say(context.globals, "Kept in " + options.out_file +
                                 ". Next, each signer: stadtbuch txn sign " + options.out_file +
                                 " --as DID");
    }
    return 0;
}

}  // namespace stadtbuch::cli
