// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//! Prints the lines of bls_bench for the crate indy-blssignatures: thread CPU time in microseconds per call,
//! best of five repetitions. Arguments: rounds per repetition (default 100), the one operation to measure.

use indy_blssignatures::{Bls, Generator, MultiSignature, SignKey, Signature, VerKey};

/// Indy's fixed generator (indy-ledger-formats §10.1).
const GENERATOR: [&str; 4] = [
    "16cb6e1f1b7803f30ab2c661196fe199af17d8ed193d98a3d0fa17638a3a1b83",
    "1df541918f0e5acd0576998bfdb839318349b8acbb4106fe93e6a3d35a3f0081",
    "07e2c4a7c9a5049f2cc9f9d7ced5049f4336f67843c5dc32ad940e397e252df7",
    "176a8f76fd15d536bc8d294ac7040f6cc8d560dad13de88c3dfa7260ec363452",
];

fn thread_us() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a valid timespec for the length of the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 * 1e6 + now.tv_nsec as f64 / 1e3
}

fn measure(name: &str, rounds: u32, mut work: impl FnMut()) {
    if std::env::args().nth(2).is_some_and(|only| only != name) {
        return;
    }
    let mut best = f64::MAX;
    for _ in 0..5 {
        let start = thread_us();
        for _ in 0..rounds {
            work();
        }
        best = best.min((thread_us() - start) / f64::from(rounds));
    }
    println!("{name} {best:.3}");
}

fn main() {
    let rounds: u32 = std::env::args().nth(1).map_or(100, |text| text.parse().expect("a number"));
    let bytes: Vec<u8> = GENERATOR
        .concat()
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let generator = Generator::from_bytes(&bytes).unwrap();
    let message = vec![0x5b_u8; 180];
    let secrets: Vec<SignKey> = (1..=25)
        .map(|i| SignKey::new(Some(format!("{:0<32}", format!("bench member {i}")).as_bytes())).unwrap())
        .collect();
    let keys: Vec<VerKey> = secrets.iter().map(|s| VerKey::new(&generator, s).unwrap()).collect();
    let shares: Vec<Signature> = secrets.iter().map(|s| Bls::sign(&message, s).unwrap()).collect();
    let all: Vec<&Signature> = shares.iter().collect();
    let three: Vec<&VerKey> = keys[..3].iter().collect();
    let multi = MultiSignature::new(&all[..3]).unwrap();
    let key_bytes = keys[0].as_bytes().to_vec();
    let share_bytes = shares[0].as_bytes().to_vec();

    measure("sign", rounds, || {
        Bls::sign(&message, &secrets[0]).unwrap();
    });
    measure("verify", rounds, || {
        assert!(Bls::verify(&shares[0], &message, &keys[0], &generator).unwrap());
    });
    measure("verify_multi_3", rounds, || {
        assert!(Bls::verify_multi_sig(&multi, &message, &three, &generator).unwrap());
    });
    measure("aggregate_25", rounds, || {
        MultiSignature::new(&all).unwrap();
    });
    measure("ver_key_from_secret", rounds, || {
        VerKey::new(&generator, &secrets[0]).unwrap();
    });
    measure("decode_ver_key", rounds, || {
        VerKey::from_bytes(&key_bytes).unwrap();
    });
    measure("decode_signature", rounds * 5, || {
        Signature::from_bytes(&share_bytes).unwrap();
    });
}
