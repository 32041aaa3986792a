// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The characters of DIN 91379:2022-08, which German registers use for names: letters with the
// sequences of base letter and combining marks that the standard lists, and its search form. Pure.
// Source of the lists: the standard as told by String-Latin/DIN-91379-Characters-and-Sequences 1.3.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stadtbuch::registers {

/// a: names of natural persons (letters and N1); b: other names (N2 as well, digits among them); c:
/// texts (N3 and N4 as well, line ends among them).
enum class LatinType { a, b, c };

/// What else the text holds, each character (with its marks) once, in its order; at most `most`.
/// U+FFFD for what is no UTF-8.
[[nodiscard]] std::vector<std::string> foreign_characters(std::string_view text, LatinType type,
                                                          std::size_t most = 5);

/// True if the text, in NFC, holds nothing else; empty texts do. False for what is no UTF-8.
[[nodiscard]] bool is_latin(std::string_view text, LatinType type);

/// Capital letters A to Z for each letter of the standard (Ä is AE, Ø is OE, ß is SS, Ş is S);
/// others are left as they are, runs of what is no letter and no digit become one space. For
/// finding people, never for what is issued.
[[nodiscard]] std::string search_form(std::string_view text);

}  // namespace stadtbuch::registers
