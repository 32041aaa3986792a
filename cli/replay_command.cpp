// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch replay: draws the messages of a simulated run, from a recording or from its seed.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/command.hpp"
#include "cli/processes.hpp"
#include "cli/replay.hpp"

namespace stadtbuch::cli {
namespace {

struct ReplayOptions {
    std::string run;  ///< a seed or the path of a recording
    std::string svg;
    std::string keep;
    std::string without;
    std::string executor = "toy";
    replay::View view;
};

/// A file of this process that is gone when the command ends.
class ScratchFile {
  public:
    ScratchFile()
        : path_((std::filesystem::temp_directory_path() /
                 ("stadtbuch-replay-" + std::to_string(::getpid()) + ".jsonl"))
                    .string()) {}

    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

Result<void, Error> simulate(const ReplayOptions& options, const std::string& file) {
    const auto program = sibling_executable("stadtbuch-simulate");
    if (!program) return Failure{program.error()};
    std::vector<std::string> arguments{"--seed",     options.run,      "--record",   file,
                                       "--executor", options.executor, "--no-shrink"};
    if (!options.keep.empty()) arguments.insert(arguments.end(), {"--keep", options.keep});
    if (!options.without.empty()) arguments.insert(arguments.end(), {"--without", options.without});
    const auto code = run_program(*program, arguments);
    if (!code) return Failure{code.error()};
    // 1 is a run that ends with a violation: that is what one wants to see.
    if (*code == 0 || *code == 1) return {};
    return Failure{Error{"SB-5047", "the simulator does not take these arguments", options.run,
                         "stadtbuch-simulate --help"}};
}

Result<std::string, Error> content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    if (!in) return Failure{Error{"SB-5002", "a file cannot be read", path, "check the path"}};
    return out.str();
}

int draw(Context& context, const ReplayOptions& options) {
    const bool is_seed = options.run.find_first_not_of("0123456789") == std::string::npos;
    const ScratchFile scratch;
    if (is_seed) {
        const auto made = simulate(options, scratch.path());
        if (!made) return fail(context.globals, made.error());
    }
    const auto text = content_of(is_seed ? scratch.path() : options.run);
    if (!text) return fail(context.globals, text.error());
    const auto run = replay::parse(*text);
    if (!run) return fail(context.globals, run.error());
    if (options.svg.empty()) {
        print_line(replay::as_text(*run, options.view));
        return static_cast<int>(Exit::ok);
    }
    std::ofstream out(options.svg, std::ios::binary | std::ios::trunc);
    out << replay::as_svg(*run, options.view);
    out.flush();
    if (!out)
        return fail(context.globals, Error{"SB-5001", "a file or folder cannot be written",
                                           options.svg, "check permissions and free space"});
    return static_cast<int>(Exit::ok);
}

}  // namespace

void add_replay_command(CLI::App& app, Context& context) {
    const auto options = std::make_shared<ReplayOptions>();
    CLI::App* command =
        app.add_subcommand("replay", "draw the messages of a simulated run of agreement");
    command->add_option("run", options->run, "seed, or file written by stadtbuch-simulate --record")
        ->required();
    command->add_option("--svg", options->svg, "write a picture instead of text");
    command->add_option("--from", options->view.from_ms, "first millisecond");
    command->add_option("--to", options->view.to_ms, "last millisecond");
    command->add_option("--nodes", options->view.nodes, "only these nodes")->delimiter(',');
    command->add_option("--lines", options->view.lines_max, "at most so many, the last ones");
    command->add_flag("--backups", options->view.backups, "votes of backup instances too");
    command->add_flag("--chatter", options->view.chatter, "PROPAGATE, statuses and questions too");
    command->add_option("--keep", options->keep, "only these deeds of the seed's schedule");
    command->add_option("--without", options->without, "the seed without these features");
    command->add_option("--executor", options->executor, "toy or ledger")
        ->check(CLI::IsMember({"toy", "ledger"}));
    command->footer(
        "Examples:\n  stadtbuch replay 99 --from 3000 --to 5000\n  stadtbuch replay run.jsonl "
        "--svg "
        "run.svg");
    command->callback([options, &context] { context.exit_code = draw(context, *options); });
}

}  // namespace stadtbuch::cli
