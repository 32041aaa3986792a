# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The BLS library's binding without the library.

Nothing is signed in the differential test. A proof of possession is known to be right, or it is wrong: see bls.py.
"""
