// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/completion.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/error_page.hpp"
#include "cli/folders.hpp"
#include "cli/help.hpp"
#include "cli/local_network.hpp"
#include "cli/memory.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;

std::vector<Candidate> plain(const std::vector<std::string>& words) {
    std::vector<Candidate> out;
    for (const std::string& word : words) out.push_back({word});
    return out;
}

std::vector<Candidate> networks(const Settings& settings) {
    std::vector<Candidate> out;
    for (const NamedNetwork& one : settings.networks())
        out.push_back({one.name, one.production ? "production" : "context"});
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(state_folder(), error)) {
        if (fs::exists(entry.path() / "pool_transactions_genesis", error))
            out.push_back({entry.path().filename().string(), "local network"});
    }
    return out;
}

/// What stands between braces in the option's type: TEXT:{a,b}.
std::vector<Candidate> listed_values(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const std::size_t begin = type.find('{');
    const std::size_t end = type.find('}', begin == std::string::npos ? 0 : begin);
    std::vector<Candidate> out;
    if (begin == std::string::npos || end == std::string::npos) return out;
    std::string list = type.substr(begin + 1, end - begin - 1);
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        out.push_back({list.substr(0, comma)});
        list.erase(0, std::min(comma + 1, list.size()));
    }
    return out;
}

bool names_file(const std::string& name) {
    return name.ends_with("-file") || name == "genesis" || name == "dir" || name == "ca" ||
           name == "trust" || name == "keystore" || name == "wallet" || name == "file" ||
           name == "recording" || name == "register" || name == "socket" || name == "member" ||
           name == "out";
}

Completion values_of(const CLI::Option& option, const Settings& settings) {
    Completion out;
    out.candidates = listed_values(option);
    if (!out.candidates.empty() || option.get_lnames().empty()) return out;
    const std::string& name = option.get_lnames().front();
    if (name == "network" || name == "name") {
        out.candidates = networks(settings);
    } else if (name == "as" || name == "dest" || name == "endorser" || name == "did" ||
               name == "signer") {
        out.candidates = plain(known_names("did"));
    } else if (name == "role") {
        out.candidates = plain({"trustee", "steward", "endorser", "network-monitor", "none"});
    } else if (name == "select") {
        out.candidates = plain({"data", "verified", "seqNo", "result"});
    } else {
        out.wants_files = names_file(name);
    }
    return out;
}

/// The option that the word before takes its value from.
const CLI::Option* option_before(const CLI::App& command, const std::string& word) {
    if (!word.starts_with("-") || word.find('=') != std::string::npos) return nullptr;
    for (const CLI::App* at = &command; at != nullptr; at = at->get_parent()) {
        const CLI::Option* found = at->get_option_no_throw(word);
        if (found != nullptr) return found->get_type_size() != 0 ? found : nullptr;
    }
    return nullptr;
}

std::vector<Candidate> options_of(const CLI::App& command) {
    std::vector<Candidate> out;
    for (const CLI::App* at = &command; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* option : at->get_options({})) {
            if (option->get_group().empty()) continue;
            for (const std::string& name : option->get_lnames())
                out.push_back({"--" + name, option->get_description()});
            if (at == &command) {
                for (const std::string& name : option->get_snames())
                    out.push_back({"-" + name, option->get_description()});
            }
        }
    }
    return out;
}

/// Values of the positional argument, by the command that takes it.
Completion positionals_of(const CLI::App& command, const std::string& path,
                          const Settings& settings) {
    Completion out;
    const auto options =
        command.get_options([](const CLI::Option* one) { return one->get_positional(); });
    if (options.empty()) return out;
    const std::string name = options.front()->get_name(true, false);
    out.candidates = listed_values(*options.front());
    if (!out.candidates.empty()) return out;
    if (path == "logs" || path == "down" || path == "start") {
        out.candidates = plain(members_of(network_folder("local")));
    } else if (path == "get schema") {
        out.candidates = plain(known_names("schema"));
    } else if (path == "get creddef") {
        out.candidates = plain(known_names("creddef"));
    } else if (path == "context use" || path == "context remove") {
        for (const NamedNetwork& one : settings.networks()) out.candidates.push_back({one.name});
    } else if (path == "explain") {
        for (const ErrorEntry& one : error_entries())
            out.candidates.push_back({std::string(one.id), std::string(one.meaning)});
    } else if (name == "did") {
        out.candidates = plain(known_names("did"));
    } else {
        out.wants_files = name == "file" || name == "offer" || name == "request";
    }
    return out;
}

}  // namespace

Completion complete(const CLI::App& app, const Settings& settings,
                    const std::vector<std::string>& words) {
    const CLI::App* command = &app;
    std::string path;
    const CLI::Option* pending = nullptr;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const bool is_value = pending != nullptr;
        pending = is_value ? nullptr : option_before(*command, words[i]);
        if (is_value || words[i].starts_with("-")) continue;
        const auto subs =
            command->get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
        for (const CLI::App* sub : subs) {
            if (sub->get_name() != words[i]) continue;
            command = sub;
            path += (path.empty() ? "" : " ") + words[i];
        }
    }
    const std::string word = words.empty() ? "" : words.back();
    Completion out;
    const auto subs =
        command->get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
    if (pending != nullptr) {
        out = values_of(*pending, settings);
    } else if (word.starts_with("-")) {
        out.candidates = options_of(*command);
    } else if (!subs.empty()) {
        for (const CLI::App* sub : subs)
            out.candidates.push_back({sub->get_name(), sub->get_description()});
    } else {
        out = positionals_of(*command, path, settings);
    }
    std::erase_if(out.candidates,
                  [&](const Candidate& one) { return !one.word.starts_with(word); });
    return out;
}

std::string completion_script(std::string_view shell) {
    if (shell == "bash") {
        return R"(# stadtbuch completion for bash; made by: stadtbuch completion bash
_stadtbuch() {
    local line word="${COMP_WORDS[COMP_CWORD]}" files=0
    local IFS=$'\n'
    # Bash takes colons and equal signs for words of their own; DIDs and ids have colons.
    if declare -F __ltrimcolons >/dev/null || declare -F __ltrim_colon_completions >/dev/null; then
        local cur words cword prev
        _get_comp_words_by_ref -n :=\; cur words cword prev 2>/dev/null && word=$cur
    fi
    COMPREPLY=()
    local -a given=("${words[@]:1:cword}")
    ((${#given[@]})) || given=("${COMP_WORDS[@]:1:COMP_CWORD}")
    while read -r line; do
        if [[ $line == :files ]]; then
            files=1
        else
            COMPREPLY+=("${line%%$'\t'*}")
        fi
    done < <(stadtbuch __complete -- "${given[@]}" 2>/dev/null)
    ((files)) && COMPREPLY+=($(compgen -f -- "$word"))
    declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$word"
    return 0
}
complete -o filenames -F _stadtbuch stadtbuch
)";
    }
    if (shell == "zsh") {
        return R"(#compdef stadtbuch
# stadtbuch completion for zsh; made by: stadtbuch completion zsh
_stadtbuch() {
    local line files=0
    local -a found
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            files=1
        else
            local word=${line%%$'\t'*} meaning=${line#*$'\t'}
            [[ $line == *$'\t'* ]] || meaning=''
            found+=("${word//:/\\:}${meaning:+:$meaning}")
        fi
    done < <(stadtbuch __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
    (( ${#found} )) && _describe stadtbuch found
    (( files )) && _files
    return 0
}
if [[ ${funcstack[1]} == _stadtbuch ]]; then
    _stadtbuch "$@"
else
    compdef _stadtbuch stadtbuch
fi
)";
    }
    if (shell == "fish") {
        return R"(# stadtbuch completion for fish; made by: stadtbuch completion fish
function __stadtbuch_complete
    set -l given (commandline -opc)[2..-1] (commandline -ct)
    for line in (stadtbuch __complete -- $given 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c stadtbuch -f -a '(__stadtbuch_complete)'
)";
    }
    return {};
}

}  // namespace stadtbuch::cli
