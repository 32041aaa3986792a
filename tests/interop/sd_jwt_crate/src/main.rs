// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The crate sd-jwt-payload as a holder, driven by sd_jwt_wallet.py: one JSON question on standard input.
//
// {"sd_jwt"}: answers {"claims"} with all disclosures resolved. With "disclose" (pointers), "audience", "nonce", "time" and
// "key" (a private JWK): answers {"presentation"} with a key binding.
use std::io::Read;

use async_trait::async_trait;
use p256::ecdsa::{signature::Signer, Signature, SigningKey};
use sd_jwt_payload::{JsonObject, JwsSigner, KeyBindingJwt, SdJwt, Sha256Hasher};
use serde_json::{json, Value};

struct HolderKey(SigningKey);

fn encoded(bytes: &[u8]) -> String {
    multibase::Base::Base64Url.encode(bytes)
}

#[async_trait]
impl JwsSigner for HolderKey {
    type Error = serde_json::Error;

    async fn sign(&self, header: &JsonObject, payload: &JsonObject) -> Result<Vec<u8>, Self::Error> {
        let text = format!("{}.{}", encoded(&serde_json::to_vec(header)?), encoded(&serde_json::to_vec(payload)?));
        let signature: Signature = self.0.sign(text.as_bytes());
        Ok(format!("{text}.{}", encoded(&signature.to_bytes())).into_bytes())
    }
}

fn text<'a>(question: &'a Value, name: &str) -> Result<&'a str, String> {
    question[name].as_str().ok_or_else(|| format!("{name} is missing"))
}

fn present(question: &Value, held: SdJwt) -> Result<Value, Box<dyn std::error::Error>> {
    let hasher = Sha256Hasher::new();
    let mut builder = held.into_presentation(&hasher)?.conceal_all();
    for pointer in question["disclose"].as_array().ok_or("disclose is missing")? {
        builder = builder.disclose(pointer.as_str().ok_or("a pointer is no text")?)?;
    }
    let (mut presented, _) = builder.finish();
    let secret = p256::SecretKey::from_jwk_str(&question["key"].to_string())?;
    let binding = pollster::block_on(
        KeyBindingJwt::builder()
            .aud(text(question, "audience")?)
            .nonce(text(question, "nonce")?)
            .iat(question["time"].as_i64().ok_or("time is missing")?)
            .finish(&presented, &hasher, "ES256", &HolderKey(secret.into())),
    )?;
    presented.attach_key_binding_jwt(binding);
    Ok(json!({"presentation": presented.presentation()}))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let question: Value = serde_json::from_str(&input)?;
    let held: SdJwt = text(&question, "sd_jwt")?.parse()?;
    let answer = match question.get("disclose") {
        Some(_) => present(&question, held)?,
        None => json!({"claims": held.into_disclosed_object(&Sha256Hasher::new())?}),
    };
    println!("{answer}");
    Ok(())
}
