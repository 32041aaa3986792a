// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Key and signatures were made with Node.js' crypto.
#include <catch2/catch.hpp>

#include "ssi/keys/rsa.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::keys;
using encoding::Object;

namespace {

const std::string modulus =
    "ht7Zm9f97HiGMpIfN2N1Y43OnsZa4tNABgG7qIGrrDy8lfh7Mx2N_Ezfejp83odhG_z98vl3FYSGvzqe"
    "YI2aVA0HjG04Gtp28C9pd7OqCTvGkAYepBeQwUugprq_MG33Ddutmf4hmKO5fyFjTIy_tYvdCiPJWfFV"
    "TRHAfuxyqczVxnq9RTvDY9QDYui5TTB0YI4HsY5CtKT6leZ-q2odV2xf-WcxOBQ1k1l0HmOkV3q7vKuQ"
    "eGiU5ICsnNh8n0AHmpqHKD-dNx1QdDwi69OM9dRoyPIxNj5X55oioIT8nT6p9Bn2EHR8kKc5TDL5vwT0"
    "Pz1kBjJ_d1RGOdyk707xKQ";
const std::string pkcs1 =
    "O9wRpY_dbgQAvJ5VCyaHDr7U0Iu2PN3-dgTJkIfTX3wbnvcCjeg6ylr8ZL0DL-GeoSsEWzNFWn-NSQbG"
    "VYVDcy8I_znNqgvh9UuLNnXL4SU-ytcfpOq8gGWSTFt5MBXKDO8Nd3WGz4SUIqV8JfNAlPo_mrDm2V9M"
    "Mi4NV1utfnU_c_ymnaaVUbag8xJXXaz0sD01V6ZTnE9Vknn8OdMtL5oojjO3jRHdyIqsYmh5v5_CdZt2"
    "-fheFQHrTouj4Y6BzNAbT9P8a5zOtfv90uNgLU1i8XBsbk0GDmA9twplhsaEvhLMQrQLg07nuB39uQV0"
    "wLP1gvClcvEM9lPEWuomAA";
const std::string pss =
    "VpB_LU9iVEsv3UBrH24512Rd3z2TgehcSRfnyPVlVdb0wtYXzcsn78bu8q41ZC-7y21ckwSve_GgErae"
    "JywxCDhj5dw8ETlpviD7NniWSdQlFLkJ6FQqbPfjR8TjVzMFPO2ERGeeHnLoZZhBYRzwMnOH-MlB9y31"
    "kWg02ALIK_RcEq6tlWMml-G7Su92l450NzBieJceDHlW01MQ6RHYD97GxClzMOGutsoLBVgZc1i59oGU"
    "tQcrQaQo5EXexJGT4bM8UlaYX91HC4JDiVOJeIkPnESb49kirXjzWpt4Pdxn_QS2nHUjjNzu2EoHybYo"
    "kcoiw15QbS9rn2WD6SYYwQ";
/// The same with a salt of 20 octets.
const std::string pss_short_salt =
    "HOEOwBNf-P6jykq3T_pR10q-1lTXnx0yLvvL26ZbOBCyo2JEk9Qy-7GxkEdZ9xslEB9Rd_gMx1Eni3YQ"
    "By2rMmcB960xIQncrX5Doa30L9SCi6R-f26ZMDnqxqBUvrS-KywtMjbu93ZWry-gR1gL3Vy_PjfV8M6Z"
    "NPduop9FLLHH4c25Bx6Msik17W4ujhHvvgeo3Cve0pSroIV3jH1riD9wPcO8seOrMVw7XIu_mqg58jvW"
    "CvDOlOOl_AL4RSbrc5-jQ7qpmliIYSoF5wIaow-Y6p2eyNnYCYKF7SQ2XyTJasa-ztcwY6Ikwvsrje5_"
    "fl0zdwnDWxDMQc9ONVYGmg";
const std::string modulus_of_1024_bits =
    "9PA0IbqAH76116ucNNC52pMIOOxhFEbl45WGLDbxsmAQFUMuTOGz5XZTD9V6sukndFQ9WDhl5RkrUXe_"
    "VF0Fv5M80-xUSMVzqNh0GfCXCWOs9PvYUbo3wHjdV5trlYEsqBRGwKgw2ihBGeHMgCwErrVu4unFJ0R0"
    "mIsxZCwbZYc";

Object jwk(const std::string& n, const std::string& e = "AQAB") {
    return {{"kty", "RSA"}, {"n", n}, {"e", e}};
}

bool verify(const RsaPublicKey& key, std::string_view alg, const std::string& signature,
            std::string_view message = "the message") {
    const auto bytes = encoding::base64url_decode(signature);
    return bytes && key.verify(alg, view_of(message), *bytes);
}

}  // namespace

TEST_CASE("RS256 and PS256 by another library") {
    const auto key = RsaPublicKey::from_jwk(jwk(modulus));
    REQUIRE(key);
    CHECK(verify(*key, "RS256", pkcs1));
    CHECK(verify(*key, "PS256", pss));
    CHECK_FALSE(verify(*key, "PS256", pkcs1));
    CHECK_FALSE(verify(*key, "RS256", pss));
    CHECK_FALSE(verify(*key, "PS256", pss_short_salt));
    CHECK_FALSE(verify(*key, "RS512", pkcs1));
    CHECK_FALSE(verify(*key, "HS256", pkcs1));
    CHECK_FALSE(verify(*key, "RS256", pkcs1, "another message"));
    CHECK_FALSE(verify(*key, "RS256", ""));
    CHECK_FALSE(verify(*key, "RS256", pkcs1.substr(4)));
}

TEST_CASE("RSA keys that are none or too weak") {
    const auto error_of = [](const Object& given) {
        const auto read = RsaPublicKey::from_jwk(given);
        REQUIRE_FALSE(read);
        return read.error();
    };
    CHECK(error_of(jwk(modulus_of_1024_bits)) == KeyError::wrong_length);
    CHECK(error_of(jwk(modulus, "AQ")) == KeyError::out_of_range);
    CHECK(error_of(jwk(modulus, "AQAC")) == KeyError::out_of_range);
    CHECK(error_of(jwk(modulus, "AQABAQABAQABAQAB")) == KeyError::out_of_range);
    CHECK(error_of(jwk("")) == KeyError::malformed);
    CHECK(error_of(jwk("not base64url!")) == KeyError::malformed);
    CHECK(error_of(jwk(std::string(4096, 'A'))) == KeyError::malformed);
    Object with_private = jwk(modulus);
    with_private.set("d", "AQ");
    CHECK(error_of(with_private) == KeyError::private_material);
    CHECK(error_of(Object{{"kty", "EC"}}) == KeyError::unsupported_type);
}
