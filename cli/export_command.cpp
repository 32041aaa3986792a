// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// export --recording: what a local network recorded, in the format of tests/data/indy (README.md
// there), so that any checker of such recordings can judge ours.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/export_traffic.hpp"
#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "cli/processes.hpp"
#include "cli/recording_export.hpp"
#include "cli/terminal.hpp"

namespace stadtbuch::cli {

namespace {

constexpr int nodes_max = 25;

struct ExportOptions {
    std::string name = "local";
    std::string folder;
    std::string recording;
};

Result<void, Error> write_lines(const std::string& out, const std::string& name,
                                const std::vector<std::string>& lines, RecordingCounts& counts) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    counts[name] = lines.size();
    return write_file(out + "/" + name + ".jsonl", text);
}

/// What the validators wrote while they ran.
Result<void, Error> export_traffic(const std::string& network, const std::string& out,
                                   RecordingCounts& counts) {
    std::vector<std::pair<std::string, std::string>> files;
    for (int i = 1; i <= nodes_max; ++i) {
        const std::string node = "Node" + std::to_string(i);
        const std::string path = network + "/" + node + "/recording/events.jsonl";
        if (std::filesystem::exists(path)) files.emplace_back(node, path);
    }
    const auto traffic = read_traffic(files);
    if (!traffic) return Failure{traffic.error()};
    if (traffic->lost > 0) counts["lost"] = traffic->lost;
    auto done = write_lines(out, "node_messages", node_message_lines(*traffic), counts);
    if (done) done = write_lines(out, "bls_pool", bls_lines(*traffic), counts);
    if (done) done = write_lines(out, "client_cases", client_case_lines(*traffic), counts);
    return done;
}

int export_recording(const Context& context, const ExportOptions& options) {
    const std::string network =
        options.folder.empty() ? network_folder(options.name) : options.folder;
    const std::string& out = options.recording;
    if (std::filesystem::exists(out) && !std::filesystem::is_empty(out)) {
        return fail(
            context.globals,
            {"SB-5083", "the folder is not empty", out, "Choose another; nothing is overwritten."},
            Exit::usage);
    }
    for (int i = 1; i <= nodes_max; ++i) {
        if (!running_pid(network + "/Node" + std::to_string(i))) continue;
        return fail(context.globals,
                    {"SB-5084", "the network runs", network, "Stop it first: stadtbuch down"});
    }
    RecordingCounts counts;
    Progress progress(context.globals, "parts written", 2);
    auto done = make_folders(out);
    progress.show(0, "ledgers and states");
    if (done) done = export_stores(network, out, counts);
    progress.show(1, "messages and requests");
    if (done) done = export_traffic(network, out, counts);
    if (!done) return fail(context.globals, done.error());
    if (context.globals.json()) {
        encoding::Object object{{"folder", out}};
        for (const auto& [name, count] : counts) object.set(name, count);
        print_json(context.globals, object);
    } else {
        std::vector<std::vector<std::string>> rows;
        for (const auto& [name, count] : counts) rows.push_back({name, std::to_string(count)});
        print_table({"PART", "ROWS"}, rows);
    }
    if (counts.contains("lost"))
        say(context.globals,
            "some rows did not fit into the recorder's queue; the recording has gaps");
    return 0;
}

}  // namespace

void add_export_command(CLI::App& app, Context& context) {
    const auto options = std::make_shared<ExportOptions>();
    CLI::App* command =
        app.add_subcommand("export", "write what a stopped local network recorded (up --record)");
    command->add_option("--recording", options->recording, "folder for the recording, new or empty")
        ->required();
    command->add_option("--name", options->name, "name of the network");
    command->add_option("--dir", options->folder,
                        "folder of the network (default: the user's state folder)");
    command->footer(
        "Examples:\n  stadtbuch export --recording recording\n  stadtbuch -o json export --name "
        "demo --recording demo-recording");
    command->callback(
        [options, &context] { context.exit_code = export_recording(context, *options); });
}

}  // namespace stadtbuch::cli
