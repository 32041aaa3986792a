// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A running agent of the example town for tests: real files, real store, real HTTPS on loopback, a
// clock that the test moves; a browser with cookies; a wallet that speaks both protocols.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/net/http_client.hpp"
#include "ssi/agent/init_dev.hpp"
#include "ssi/agent/service.hpp"
#include "ssi/keys/p256.hpp"
#include "ssi/openid/holder.hpp"
#include "storage/encoding/value.hpp"
#include "tests/unit/agent/stores.hpp"

namespace stadtbuch::agent::test {

class Town {
  public:
    /// `types`: folder of credential types that are configuration; empty: none.
    /// `path`: the agent stands below it, "/town"; empty: at the root of its host.
    explicit Town(const std::string& types = "", const std::string& path = "");
    /// Stops and opens the same store again.
    void restart();
    /// From here on the registers are a copy that the test may change; its folder.
    std::string own_register();

    [[nodiscard]] std::string url(const std::string& path) const {
        return configuration.url + path;
    }

    [[nodiscard]] std::string token() const;
    [[nodiscard]] std::string password() const;

    Folder folder;
    FreshStore store;
    std::atomic<keys::UnixSeconds> time{1795262400};  // 2026-11-21 12:00 UTC
    DevConfiguration configuration;
    std::unique_ptr<Agent> agent;
    std::unique_ptr<net::HttpServer> server;
    bool access_log = false;  ///< of the server, from the next start on

  private:
    void open();
};

/// A resident with a vehicle of their own in a zone, and its plate.
struct Driver {
    std::string id, plate, zone;
};

[[nodiscard]] Driver find_driver(const Agent& agent, std::size_t skip = 0);

struct Answer {
    int status = 0;
    std::string body;
    net::HeaderList headers;
    [[nodiscard]] std::string location() const;
    [[nodiscard]] encoding::Value json() const;
};

/// Keeps cookies, follows nothing by itself.
class Browser {
  public:
    explicit Browser(const Town& town);
    Answer get(const std::string& target);
    Answer post(const std::string& target, const net::FormList& fields);
    /// The same with the form token of the page that was read last.
    Answer submit(const std::string& target, net::FormList fields);
    Answer api(const std::string& path, const std::string& body = "");
    /// As staff, by the login page.
    void log_in(const std::string& account = "amt");

  private:
    Answer send(net::HttpFetch request);
    const Town& town_;
    net::HttpClient client_;
    std::map<std::string, std::string> cookies_;
    std::string form_token_;
};

/// Holds credentials and keys; each step over HTTPS.
class Wallet {
  public:
    explicit Wallet(const Town& town);
    /// From the link of an offer to stored credentials; the error of the step that failed
    /// otherwise.
    std::string take_offer(const std::string& link, const std::string& tx_code,
                           std::size_t copies = 2);
    /// Answers a presentation request; the response's redirect_uri, or "sent"; "query_not_met" and
    /// the like.
    std::string present(const std::string& link);

    /// A credential from elsewhere.
    void hold(std::string compact, std::shared_ptr<keys::P256PrivateKey> key) {
        held_.push_back({std::move(compact), std::move(key)});
    }

    [[nodiscard]] std::size_t count() const { return held_.size(); }

    [[nodiscard]] const std::string& compact(std::size_t index) const {
        return held_[index].compact;
    }

  private:
    struct Held {
        std::string compact;
        std::shared_ptr<keys::P256PrivateKey> key;
    };

    Answer fetch(const std::string& method, const std::string& url, const std::string& type,
                 const std::string& body, const std::string& bearer = "");
    const Town& town_;
    net::HttpClient client_;
    std::vector<Held> held_;
};

/// A credential of the foreign issuer that the development agent believes, into the wallet; `paths`
/// are disclosable.
void give_foreign(const Town& town, Wallet& wallet, const std::string& vct, encoding::Object claims,
                  const std::vector<std::string>& paths);
/// The first link with this scheme on a page, entities undone.
[[nodiscard]] std::string link_on(const std::string& page, const std::string& scheme);

}  // namespace stadtbuch::agent::test
