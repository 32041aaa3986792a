// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One node's execution behind the executor port, with the part of its disk that execution fills.
// Two kinds: integers (thousands of runs a minute) and the real ledger on a modelled disk.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consensus/executor.hpp"
#include "tests/simulation/toy_executor.hpp"

namespace stadtbuch::simulation {

/// A request as a node's front door sees it.
struct Parsed {
    std::string digest;
    consensus::LedgerId ledger = consensus::LedgerId::domain;
};

/// Writes are opened in order and land in order; what has not landed at power_off() is lost.
class Body {
  public:
    virtual ~Body() = default;

    /// Opens what is on the medium. REQUIRES: powered off.
    virtual void power_on() = 0;
    virtual void power_off() = 0;
    /// The medium is new.
    virtual void wipe() = 0;
    /// Keeps a copy of the medium; put_back() makes it the medium again. REQUIRES (put_back):
    /// powered off.
    virtual void save() = 0;
    virtual void put_back() = 0;
    [[nodiscard]] virtual consensus::Executor& port() = 0;
    /// Parses a request and makes it known to the executor; nullopt: not a request.
    virtual std::optional<Parsed> know(const std::string& text) = 0;
    /// As know(), for a text that was parsed before.
    virtual void learn(const std::string& text, const Parsed& parsed) = 0;
    virtual void forget(const std::string& digest) = 0;
    /// The ledgers hold this request's transaction.
    [[nodiscard]] virtual bool has_executed(const std::string& text, const std::string& digest) = 0;
    /// Everything committed or caught up since the last call becomes the next write; its size in
    /// octets.
    virtual std::size_t open_write() = 0;
    virtual void land_oldest() = 0;
    /// Not empty: the port was used against its contract, or a request was executed twice.
    [[nodiscard]] virtual std::string fault() const = 0;
    /// Empty when the state equals a replay of the ledgers from zero, else what differs.
    [[nodiscard]] virtual std::string replay_difference() = 0;
    [[nodiscard]] virtual std::size_t requests_known() const = 0;
};

/// What requests look like, and how a node's body is made.
class Realm {
  public:
    virtual ~Realm() = default;
    [[nodiscard]] virtual std::unique_ptr<Body> make_body(
        const std::vector<std::string>& genesis) const = 0;
    [[nodiscard]] virtual std::string text_of(const ToyRequest& request) const = 0;
    /// As Body::know, without a node.
    [[nodiscard]] virtual std::optional<Parsed> parse(const std::string& text) const = 0;
};

/// Integers behind the port.
class ToyBody final : public Body {
  public:
    ToyBody(std::vector<std::string> genesis,
            std::function<std::string(const std::string&)> key_of);
    void power_on() override;
    void power_off() override;
    void wipe() override;

    void save() override { saved_ = landed_; }

    void put_back() override { landed_ = saved_; }

    consensus::Executor& port() override { return *executor_; }

    std::optional<Parsed> know(const std::string& text) override;
    void learn(const std::string& text, const Parsed& parsed) override;
    void forget(const std::string& digest) override;

    bool has_executed(const std::string&, const std::string& digest) override {
        return executor_->is_ordered(digest);
    }

    std::size_t open_write() override;
    void land_oldest() override;

    std::string fault() const override { return executor_ ? executor_->fault() : std::string{}; }

    std::string replay_difference() override;

    std::size_t requests_known() const override { return executor_->registered(); }

    [[nodiscard]] const ToyExecutor& toy() const { return *executor_; }

  private:
    std::vector<std::string> genesis_;
    std::function<std::string(const std::string&)> key_of_;
    std::unique_ptr<ToyExecutor> executor_;
    ToyExecutor::Sizes landed_{};
    ToyExecutor::Sizes saved_{};
    std::vector<ToyExecutor::Sizes> open_;
    bool on_ = false;
    bool blank_ = true;
};

class ToyRealm final : public Realm {
  public:
    explicit ToyRealm(std::function<std::string(const std::string&)> key_of)
        : key_of_(std::move(key_of)) {}

    std::unique_ptr<Body> make_body(const std::vector<std::string>& genesis) const override;

    std::string text_of(const ToyRequest& request) const override { return request.text(); }

    std::optional<Parsed> parse(const std::string& text) const override;

  private:
    std::function<std::string(const std::string&)> key_of_;
};

}  // namespace stadtbuch::simulation
