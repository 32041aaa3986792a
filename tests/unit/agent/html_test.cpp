// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "ssi/agent/accounts.hpp"
#include "ssi/agent/html.hpp"
#include "ssi/agent/qr.hpp"
#include "ssi/agent/settings.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;

TEST_CASE("text in markup is escaped, markup in markup is not", "[agent][html]") {
    const std::string_view evil = "<script>alert('x')</script> & \"y\"";
    CHECK(html("<p title=\"{}\">{}</p>", evil, evil).markup() ==
          "<p title=\"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;\">"
          "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;</p>");
    CHECK(html("<b>{}</b>{}", html("<i>{}</i>", 7), std::string("{}")).markup() ==
          "<b><i>7</i></b>{}");
    CHECK(Html::escaped("a\x01\x1f\tb").markup() == "a\tb");
    CHECK(Html::escaped("\xff\xfe").markup() == "\xEF\xBF\xBD");
}

TEST_CASE("a link becomes a QR image with a text alternative", "[agent][html]") {
    const std::string image = qr_image("https://example.org/?a=1&b=2", "QR <code>").markup();
    CHECK(image.find("aria-label=\"QR &lt;code&gt;\"") != std::string::npos);
    CHECK(image.find("<path d=\"M4 4h7") !=
          std::string::npos);  // the finder pattern begins after the quiet zone
    CHECK(qr_image(std::string(5000, 'x'), "").empty());
}

TEST_CASE("buckets empty and fill again; addresses are cut to their network", "[agent][limits]") {
    RateLimiter limiter;
    const RateLimiter::Rule rule{2, 60};
    CHECK(limiter.take("a", rule, 0));
    CHECK(limiter.take("a", rule, 0));
    CHECK_FALSE(limiter.take("a", rule, 0));
    CHECK(limiter.take("b", rule, 0));
    CHECK(limiter.take("a", rule, 1000));
    CHECK_FALSE(limiter.take("a", rule, 1000));
    for (int i = 0; i < 50000; ++i) (void)limiter.take("x" + std::to_string(i), rule, 2000 + i);
    CHECK(address_prefix("192.0.2.77") == "192.0.2");
    CHECK(address_prefix("2001:db8:1:2::3") == "2001:db8:1");
}

TEST_CASE("settings name every fault at once", "[agent][settings]") {
    test::Folder folder;
    const std::string file = folder.path() + "/agent.toml";
    std::ofstream(file)
        << "[agent]\npublic_url = \"http://town.example/x\"\nnmae = 1\n[status]\nsize = 5\n";
    const auto read = read_settings(file);
    REQUIRE_FALSE(read);
    std::string all;
    for (const Error& error : read.error())
        all += error.id + " " + error.what + " " + error.where + "\n";
    INFO(all);
    CHECK(all.find("https") != std::string::npos);
    CHECK(all.find("nmae") != std::string::npos);
    CHECK(all.find("name_de") != std::string::npos);
    CHECK(all.find("status.size") != std::string::npos);
    CHECK_FALSE(read_settings(folder.path() + "/missing.toml"));
}

TEST_CASE("providers of wallets may be known by a trust list alone", "[agent][settings]") {
    test::Folder folder;
    const std::string file = folder.path() + "/agent.toml";
    const auto known = [&](const std::string& more) {
        std::ofstream(file, std::ios::trunc) << "[wallets]\nhaip = true\n" << more;
        const auto read = read_settings(file);
        REQUIRE_FALSE(read);  // much else is missing
        return std::none_of(read.error().begin(), read.error().end(), [](const Error& error) {
            return error.where.find("wallets.providers") != std::string::npos;
        });
    };
    const std::string list =
        "[[trust_list]]\nname = \"l\"\nsource = \"https://list.example/\"\nsigners = \"s.pem\"\n";
    CHECK_FALSE(known(""));
    CHECK_FALSE(known(list + "types = [\"urn:x\"]\n"));
    CHECK(known(list + "wallet_providers = true\n"));
    CHECK(known("providers = \"providers.pem\"\n"));
}
