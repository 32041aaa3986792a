// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The part of the PKCS#11 interface (v2.40, EdDSA from v3.0) that signing needs, as its
// specification lays it out in memory on Unix: no packing, CK_ULONG is unsigned long. Functions
// that are not used stand as void* to keep the table's order.
#pragma once
#include <array>
#include <cstdint>

namespace stadtbuch::keys::pkcs11 {

using Ulong = unsigned long;
using Handle = Ulong;

struct Version {
    std::uint8_t major = 0, minor = 0;
};

struct Attribute {
    Ulong type = 0;
    void* value = nullptr;
    Ulong bytes = 0;
};

struct Mechanism {
    Ulong mechanism = 0;
    void* parameter = nullptr;
    Ulong parameter_bytes = 0;
};

/// CK_C_INITIALIZE_ARGS: no mutexes of ours, the module takes those of the system.
struct InitializeArguments {
    std::array<void*, 4> mutex_functions{};
    Ulong flags = 0;
    void* reserved = nullptr;
};

struct TokenInfo {
    std::array<char, 32> label{};
    std::array<char, 32> manufacturer{};
    std::array<char, 16> model{};
    std::array<char, 16> serial{};
    Ulong flags = 0;
    std::array<Ulong, 10> limits{};
    Version hardware, firmware;
    std::array<char, 16> time{};
};

inline constexpr Ulong ok = 0;
inline constexpr Ulong pin_incorrect = 0xA0;
inline constexpr Ulong pin_invalid = 0xA1;
inline constexpr Ulong pin_len_range = 0xA2;
inline constexpr Ulong pin_locked = 0xA4;
inline constexpr Ulong user_already_logged_in = 0x100;
inline constexpr Ulong already_initialized = 0x191;

inline constexpr Ulong os_locking_ok = 2;
inline constexpr Ulong serial_session = 4;
inline constexpr Ulong rw_session = 2;
inline constexpr Ulong user = 1;
inline constexpr Ulong public_key_class = 2;
inline constexpr Ulong private_key_class = 3;
inline constexpr Ulong key_type_ec = 0x3;
inline constexpr Ulong key_type_ec_edwards = 0x40;
inline constexpr Ulong mechanism_ec_pair = 0x1040;
inline constexpr Ulong mechanism_ecdsa = 0x1041;
inline constexpr Ulong mechanism_edwards_pair = 0x1055;
inline constexpr Ulong mechanism_eddsa = 0x1057;

enum AttributeType : Ulong {
    attribute_class = 0x0,
    attribute_token = 0x1,
    attribute_private = 0x2,
    attribute_label = 0x3,
    attribute_key_type = 0x100,
    attribute_id = 0x102,
    attribute_sensitive = 0x103,
    attribute_sign = 0x108,
    attribute_verify = 0x10A,
    attribute_extractable = 0x162,
    attribute_ec_params = 0x180,
    attribute_ec_point = 0x181,
};

/// CK_FUNCTION_LIST.
struct Functions {
    Version version;
    Ulong (*initialize)(void*);
    Ulong (*finalize)(void*);
    void* get_info;
    void* get_function_list;
    Ulong (*get_slot_list)(unsigned char, Ulong*, Ulong*);
    void* get_slot_info;
    Ulong (*get_token_info)(Ulong, TokenInfo*);
    std::array<void*, 5> mechanisms_and_pins;
    Ulong (*open_session)(Ulong, Ulong, void*, void*, Handle*);
    Ulong (*close_session)(Handle);
    std::array<void*, 4> session_states;
    Ulong (*login)(Handle, Ulong, const unsigned char*, Ulong);
    std::array<void*, 5> objects;
    Ulong (*get_attribute_value)(Handle, Handle, Attribute*, Ulong);
    void* set_attribute_value;
    Ulong (*find_objects_init)(Handle, Attribute*, Ulong);
    Ulong (*find_objects)(Handle, Handle*, Ulong, Ulong*);
    Ulong (*find_objects_final)(Handle);
    std::array<void*, 13> encrypt_decrypt_digest;
    Ulong (*sign_init)(Handle, Mechanism*, Handle);
    Ulong (*sign)(Handle, const unsigned char*, Ulong, unsigned char*, Ulong*);
    std::array<void*, 15> verify_and_combined;
    Ulong (*generate_key_pair)(Handle, Mechanism*, Attribute*, Ulong, Attribute*, Ulong, Handle*,
                               Handle*);
};

using GetFunctionList = Ulong (*)(Functions**);

}  // namespace stadtbuch::keys::pkcs11
