// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/open_store.hpp"

#include <filesystem>

#include "ssi/agent/postgres_engine.hpp"
#include "ssi/keys/keystore_file.hpp"

namespace stadtbuch::agent {

namespace {

Result<std::unique_ptr<Database>, Error> open_folder(const Settings& settings, bool create) {
    if (create) {
        std::error_code ignored;
        std::filesystem::create_directories(
            std::filesystem::path(settings.store_folder).parent_path(), ignored);
    }
    store::RocksOptions options;
    options.path = settings.store_folder;
    options.create_if_missing = create;
    options.identity = "agent " + settings.public_url;
    auto opened = store::open_rocks(options);
    if (!opened) return Failure{opened.error()};
    return std::make_unique<Database>(std::move(opened).value());
}

}  // namespace

Result<std::unique_ptr<Database>, Error> open_store(const Settings& settings, OpenStore how) {
    if (settings.store.kind == StoreSettings::Kind::rocksdb)
        return open_folder(settings, how.create);
    PostgresOptions options;
    options.dsn = settings.store.dsn;
    options.connections = static_cast<std::size_t>(settings.store.connections);
    options.identity = "agent " + settings.public_url;
    options.create = how.create;
    options.alone = how.alone;
    if (!settings.store.password_file.empty()) {
        auto password = keys::read_private_file(settings.store.password_file);
        if (!password) return Failure{password.error()};
        options.password = std::move(password).value();
        while (!options.password.empty() && options.password.back() <= ' ')
            options.password.pop_back();
    }
    auto engine = open_postgres(options);
    if (!engine) return Failure{engine.error()};
    return std::make_unique<Database>(std::move(engine).value());
}

}  // namespace stadtbuch::agent
