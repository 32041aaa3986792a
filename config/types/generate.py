#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the register of the example's schools from the example town's residents: synthetic people only, the same file
at every run (fixed seed).

Usage: generate.py [FOLDER]      default: the folder of this file
"""
import csv
import pathlib
import random
import sys

SCHOOLS = [("100001", "Grundschule an der Schulstraße", 1, 4), ("100002", "Emscherschule (Grundschule)", 1, 4),
           ("100101", "Gesamtschule Emscherbrück", 5, 13), ("100102", "Käthe-Kollwitz-Gymnasium", 5, 13),
           ("100103", "Realschule am Schloß", 5, 10)]
HEADER = ["pupil_id", "resident_id", "family_name", "given_name", "birthdate", "school", "school_number", "grade",
          "form", "status", "enrolled_from", "enrolled_until"]


def main():
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    rng = random.Random(20260831)
    rows = []
    with open(here.parent / "town" / "residents.csv", newline="", encoding="utf-8") as file:
        for person in csv.DictReader(file, delimiter=";"):
            born = person["birthdate"]
            lives_here = not person["moving_out_date"] and person["residence_kind"] != "secondary"
            if len(born) != 10 or not "2008-09-01" <= born <= "2020-08-31" or not lives_here:
                continue
            grade = 2027 - int(born[:4]) - 6 - (born[5:] > "09-30")
            grade = min(13, max(1, grade))
            number, school, _, last = rng.choice([one for one in SCHOOLS if one[2] <= grade <= one[3]])
            left = len(rows) % 17 == 11
            until = "2026-09-30" if left else "2027-07-31"
            rows.append([f"S{200000 + len(rows)}", person["resident_id"], person["family_name"], person["given_name"],
                         born, school, number, str(grade), f"{grade}{rng.choice('abc')}", "left" if left else "enrolled",
                         f"{2026 - min(grade - 1, rng.randint(0, 3))}-08-01", until])
    with open(folder / "pupils.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)
    print(f"{len(rows)} pupils")


main()
