# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# Its arithmetic is the reference's, step by step.
set_source_files_properties(encoding/json_ujson.cpp PROPERTIES COMPILE_OPTIONS -ffp-contract=off)
stadtbuch_room(storage_encoding
  SOURCES
    encoding/value.cpp encoding/member_order.cpp encoding/number_text.cpp
    encoding/json_parse.cpp encoding/json_python.cpp encoding/json_ujson.cpp encoding/json_write.cpp
    encoding/msgpack.cpp encoding/msgpack_decode.cpp encoding/rlp.cpp
    encoding/text.cpp encoding/base58.cpp
    encoding/signing.cpp encoding/python_repr.cpp encoding/printable.cpp
  USES storage_base
  WRAPS PkgConfig::simdjson)
