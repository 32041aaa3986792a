// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/web_access.hpp"

#include "cli/network_files.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

constexpr std::size_t detail_chars_max = 300;

net::HttpClientOptions options_with(const std::string& ca_file) {
    net::HttpClientOptions options;
    options.ca_file = ca_file;
    options.user_agent = "stadtbuch-cli";
    return options;
}

bool is_allowed(const net::Url& url) {
    return url.scheme == "https" || url.host == "localhost" || url.host == "127.0.0.1" ||
           url.host == "::1";
}

Exit code_of(const Error& error) {
    if (error.id == "SB-3135") return Exit::not_verified;
    const bool unreachable =
        error.id == "SB-3132" || error.id == "SB-3133" || error.id == "SB-3136";
    return unreachable ? Exit::timeout : Exit::failed;
}

/// The reason in an error answer: OAuth's and ours are JSON; control characters never reach the
/// terminal.
std::string reason_of(const net::HttpFetched& answer) {
    std::string out = std::to_string(answer.status);
    const auto parsed = encoding::parse_json(answer.body, {64 * 1024, 16, false});
    if (!parsed || !parsed->is_object()) return out;
    for (const char* key : {"error", "error_description", "detail"}) {
        std::string text(parsed->text_at(key).substr(0, detail_chars_max));
        for (char& c : text) {
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
        }
        if (!text.empty()) out += ": " + text;
    }
    return out;
}

}  // namespace

WebAccess::WebAccess(const std::string& ca_file) : client_(options_with(ca_file)) {}

Result<net::HttpFetched, Stop> WebAccess::fetch(const net::HttpFetch& request) {
    const auto url = net::Url::parse(request.url);
    if (!url || !is_allowed(*url)) {
        return Failure{Stop{{"SB-5060", "this is no https address", request.url,
                             "Plain http is for this machine only."},
                            Exit::usage}};
    }
    auto answer = client_.fetch(request);
    if (!answer) return Failure{Stop{answer.error(), code_of(answer.error())}};
    return *std::move(answer);
}

Result<std::string, Stop> WebAccess::body(const net::HttpFetch& request) {
    auto answer = fetch(request);
    if (!answer) return Failure{answer.error()};
    if (answer->status >= 200 && answer->status < 300) return std::move(answer->body);
    const bool missing = answer->status == 404 || answer->status == 410;
    return Failure{
        Stop{{"SB-5061", "the server refuses: " + reason_of(*answer), request.url, ""},
             missing ? Exit::not_found : (answer->status < 500 ? Exit::refused : Exit::failed)}};
}

Result<std::vector<keys::Certificate>, Error> read_certificates(const std::string& path) {
    constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----";
    const auto text = read_file(path);
    if (!text) return Failure{text.error()};
    std::vector<keys::Certificate> out;
    for (std::size_t at = text->find(begin_mark); at != std::string::npos;) {
        const std::size_t next = text->find(begin_mark, at + begin_mark.size());
        auto certificate =
            keys::Certificate::from_pem(std::string_view(*text).substr(at, next - at));
        if (!certificate) {
            return Failure{
                Error{"SB-5062", "a certificate cannot be read", path, "Give PEM certificates."}};
        }
        out.push_back(*std::move(certificate));
        at = next;
    }
    if (out.empty())
        return Failure{
            Error{"SB-5062", "there is no certificate in it", path, "Give PEM certificates."}};
    return out;
}

}  // namespace stadtbuch::cli
