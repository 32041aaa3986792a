// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//! The C functions that python-ursa 0.1.1 calls, over the crate ursa's BLS. Every function returns 0 or 113
//! (python-ursa's CommonInvalidStructure); objects belong to the caller until their `_free`.
//!
//! Safety of all of them: pointers come from python-ursa, which passes live objects made here and buffers with
//! their length.

use indy_ursa::bls::{Bls, Generator, MultiSignature, ProofOfPossession, SignKey, Signature, VerKey};
use std::os::raw::c_void;

const SUCCESS: i32 = 0;
const INVALID: i32 = 113;

unsafe fn bytes<'a>(data: *const u8, len: usize) -> &'a [u8] {
    if data.is_null() { &[] } else { std::slice::from_raw_parts(data, len) }
}

unsafe fn hand_over<T, E>(made: Result<T, E>, out: *mut *const c_void) -> i32 {
    match made {
        Ok(object) => {
            *out = Box::into_raw(Box::new(object)) as *const c_void;
            SUCCESS
        }
        Err(_) => INVALID,
    }
}

unsafe fn verdict<E>(result: Result<bool, E>, out: *mut bool) -> i32 {
    match result {
        Ok(valid) => {
            *out = valid;
            SUCCESS
        }
        Err(_) => INVALID,
    }
}

macro_rules! object {
    ($kind:ty, $from:ident, $as:ident, $free:ident) => {
        #[no_mangle]
        pub unsafe extern "C" fn $from(data: *const u8, len: usize, out: *mut *const c_void) -> i32 {
            hand_over(<$kind>::from_bytes(bytes(data, len)), out)
        }
        #[no_mangle]
        pub unsafe extern "C" fn $as(object: *const $kind, data: *mut *const u8, len: *mut usize) -> i32 {
            let view = (*object).as_bytes();
            *data = view.as_ptr();
            *len = view.len();
            SUCCESS
        }
        #[no_mangle]
        pub unsafe extern "C" fn $free(object: *mut $kind) -> i32 {
            drop(Box::from_raw(object));
            SUCCESS
        }
    };
}

object!(Generator, ursa_bls_generator_from_bytes, ursa_bls_generator_as_bytes, ursa_bls_generator_free);
object!(SignKey, ursa_bls_sign_key_from_bytes, ursa_bls_sign_key_as_bytes, ursa_bls_sign_key_free);
object!(VerKey, ursa_bls_ver_key_from_bytes, ursa_bls_ver_key_as_bytes, ursa_bls_ver_key_free);
object!(ProofOfPossession, ursa_bls_pop_from_bytes, ursa_bls_pop_as_bytes, ursa_bls_pop_free);
object!(Signature, ursa_bls_signature_from_bytes, ursa_bls_signature_as_bytes, ursa_bls_signature_free);
object!(
    MultiSignature,
    ursa_bls_multi_signature_from_bytes,
    ursa_bls_multi_signature_as_bytes,
    ursa_bls_multi_signature_free
);

#[no_mangle]
pub extern "C" fn ursa_set_logger(_: *const c_void, _: *const c_void, _: *const c_void, _: *const c_void) -> i32 {
    SUCCESS
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_generator_new(out: *mut *const c_void) -> i32 {
    hand_over(Generator::new(), out)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_sign_key_new(seed: *const u8, len: usize, out: *mut *const c_void) -> i32 {
    hand_over(SignKey::new(if len == 0 { None } else { Some(bytes(seed, len)) }), out)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_ver_key_new(
    generator: *const Generator,
    sign_key: *const SignKey,
    out: *mut *const c_void,
) -> i32 {
    hand_over(VerKey::new(&*generator, &*sign_key), out)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_pop_new(key: *const VerKey, sign_key: *const SignKey, out: *mut *const c_void) -> i32 {
    hand_over(ProofOfPossession::new(&*key, &*sign_key), out)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_multi_signature_new(
    signatures: *const *const Signature,
    count: usize,
    out: *mut *const c_void,
) -> i32 {
    let all: Vec<&Signature> = (0..count).map(|i| &**signatures.add(i)).collect();
    hand_over(MultiSignature::new(&all), out)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_sign(
    message: *const u8,
    len: usize,
    sign_key: *const SignKey,
    out: *mut *const c_void,
) -> i32 {
    hand_over(Bls::sign(bytes(message, len), &*sign_key), out)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_verify(
    signature: *const Signature,
    message: *const u8,
    len: usize,
    key: *const VerKey,
    generator: *const Generator,
    valid: *mut bool,
) -> i32 {
    verdict(Bls::verify(&*signature, bytes(message, len), &*key, &*generator), valid)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_verify_pop(
    pop: *const ProofOfPossession,
    key: *const VerKey,
    generator: *const Generator,
    valid: *mut bool,
) -> i32 {
    verdict(Bls::verify_proof_of_posession(&*pop, &*key, &*generator), valid)
}

#[no_mangle]
pub unsafe extern "C" fn ursa_bls_verify_multi_sig(
    signature: *const MultiSignature,
    message: *const u8,
    len: usize,
    keys: *const *const VerKey,
    count: usize,
    generator: *const Generator,
    valid: *mut bool,
) -> i32 {
    let all: Vec<&VerKey> = (0..count).map(|i| &**keys.add(i)).collect();
    verdict(Bls::verify_multi_sig(&*signature, bytes(message, len), &all, &*generator), valid)
}
