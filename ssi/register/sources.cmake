# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
stadtbuch_room(ssi_register SOURCES register/csv.cpp register/code_list.cpp register/csv_register.cpp register/latin.cpp register/matching.cpp register/records.cpp
  USES storage_base storage_encoding WRAPS PkgConfig::utf8proc)
