#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the example town's registers: synthetic people only, the same files at every run (fixed seed).

Usage: generate.py [FOLDER]      default: the folder of this file
"""
import csv
import pathlib
import random
import sys

RESIDENTS = 2400
AGS, ARS, TOWN = "05999004", "059990004004", "Emscherbrück"

FAMILY = """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter
Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier
Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß
Jung Hahn Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster
Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Groß Sommer Seidel Heinrich Brandt
Haas Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Voigt Sauer Arnold Wolff Pfeiffer
Öztürk Yılmaz Şahin Çelik Kaya Demir Kowalski Wiśniewski Wójcik Łuczak Nguyễn Trần Popović Jovanović Novák Dvořák
Ó Súilleabháin García Núñez Fernández D’Angelo Größler Strauß Preuß Süß Weißenfels""".split("\n")
FAMILY = [n for line in FAMILY for n in (line.split() if "Ó " not in line else
          ["Ó Súilleabháin", "García", "Núñez", "Fernández", "D’Angelo", "Größler", "Strauß", "Preuß", "Süß", "Weißenfels"])]
PARTICLES = ["von", "von der", "van", "zu", "de", "von und zu"]
FEMALE = """Anna Marie Sophie Lena Lea Emma Hannah Mia Laura Julia Lisa Sarah Katharina Johanna Charlotte Greta Frieda
Jürgen-Marie Zoë Chloë Aylin Elif Ayşe Zeynep Małgorzata Agnieszka Jana Hildegard Gertrud Ursula Monika Renate Ingrid
Brigitte Helga Käthe Bärbel Heike Sabine Petra Birgit Anneliese Marie-Luise Anne-Sophie Fatma Olena Oksana Thị""".split()
MALE = """Jürgen Björn Jörg Günter Götz Sören Lukas Leon Finn Jonas Paul Felix Maximilian Elias Ben Noah Karl-Heinz
Hans-Jürgen Klaus-Dieter Wolfgang Manfred Dieter Horst Uwe Bernd Rainer Heinz Werner Mehmet Mustafa Emre Łukasz Paweł
Krzysztof Ján André René François José Nguyên Oleksandr Dmytro Ahmed Yusuf Kevin Sven Torsten Thorsten Carsten""".split()
TITLES = ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "Dr.", "Dr.", "Prof. Dr."]
PLACES = [("Köln", "DE"), ("Düsseldorf", "DE"), ("München", "DE"), ("Gelsenkirchen", "DE"), ("Görlitz", "DE"),
          ("Königs Wusterhausen", "DE"), ("Straßburg", "FR"), ("Wrocław", "PL"), ("İzmir", "TR"), ("Łódź", "PL"),
          ("Plzeň", "CZ"), ("Hà Nội", "VN"), ("Saint-Étienne", "FR"), ("Zürich", "CH"), ("Київ", "UA"),
          (TOWN, "DE"), (TOWN, "DE"), (TOWN, "DE"), ("Essen", "DE"), ("Mülheim an der Ruhr", "DE")]
NATIONS = ["DE"] * 17 + ["TR", "PL", "UA"]
STREETS = """Hauptstraße Bahnhofstraße Schulstraße Gartenstraße Dorfstraße Bergstraße Birkenweg Lindenstraße Kirchstraße
Waldstraße Ringstraße Schillerstraße Goethestraße Jahnstraße Wiesenweg Mühlenweg Friedhofstraße Rosenweg Ahornweg
Eichenweg Poststraße Amselweg Mozartstraße Beethovenstraße Zechenstraße Schachtstraße Kokereiweg Halfmannshof
Emscherufer Kanalstraße Hafenstraße Glückaufstraße Bergmannsglück Ückendorfer-Straße Bülowstraße Königsgrätzer-Straße
Weißenburger-Straße Straße-des-17.-Juni An-der-Alten-Ziegelei Am-Schloß Unter-den-Ulmen Zum-Ehrenmal
Käthe-Kollwitz-Straße Professor-Dr.-Hülsmeyer-Platz Am-Bügeleisen Süßer-Grund Große-Bleiche Kleine-Bleiche Im-Öhrchen
Heiliggeistgasse Florastraße Overwegstraße Hüller-Mühle Ebertplatz Rathausplatz Marktgäßchen""".split()
STREETS = [s.replace("-", " ") if s[:3] in ("An-", "Am-", "Im-", "Zum", "Unt", "Str") or "er-Straße" in s or s.startswith(("Große", "Kleine", "Süßer", "Hüller"))
           else s for s in STREETS]
PARTS = ["Altstadt", "Bülse", "Schaffrath", "Ückendorf", "Rotthausen", "Heßler"]
ZONES = [("A", "Altstadt", 3070, "only_main", 1), ("B", "Bahnhofsviertel", 3070, "only_main", 1),
         ("C", "Bülse-Nord", 2400, "main_and_secondary", 1), ("D", "Am Schloß", 5000, "only_main", 1)]


def write(folder, name, header, rows):
    with open(folder / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


COMPANIES = [("Bäckerei Größler GmbH", "DE-R2307-HRB10001"), ("Emscher Pflegedienst gGmbH", "DE-R2307-HRB10002"),
             ("Glückauf Haustechnik e. K.", "DE-R2307-HRA10003"), ("Ückendorfer Druckhaus AG", "DE-R2307-HRB10004"),
             ("Müßig & Söhne OHG", "DE-R2307-HRA10005"), ("Kanalwerft Nachfolger GmbH & Co. KG", "DE-R2307-HRA10006")]


def write_companies(folder, streets):
    """Companies and their vehicles; a chance of their own, so that the residents stay as they are."""
    rng = random.Random(20261122)
    zoned = [key for key in sorted(streets) if streets[key][7]]
    companies, vehicles = [], []
    for i, (name, number) in enumerate(COMPANIES):
        street = streets[rng.choice(zoned)]
        company = f"C{5000 + i}"
        ended = "2026-06-30" if i == 5 else ""
        companies.append([company, name, number, street[0], street[1], str(rng.randint(1, 99)), street[2], TOWN, ended])
        for j in range(2):
            vehicles.append([f"GE-FK {100 + 10 * i + j}", company, str(rng.randint(3900, 5900)), "2022-05-01",
                             "2026-03-31" if i == 4 and j == 1 else ""])
    write(folder, "companies.csv", ["company_id", "legal_name", "legal_identifier", "street_key", "street", "house_number",
                                    "postal_code", "locality", "ended"], companies)
    write(folder, "company_vehicles.csv", ["plate", "company_id", "length_mm", "registered_from", "registered_until"],
          vehicles)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    rng = random.Random(20261121)
    streets = []
    for number, name in enumerate(STREETS):
        part = PARTS[number % len(PARTS)]
        code = f"459{number % 7:02d}"
        zone = ["A", "B", "C", "D", "", ""][number % 6]
        key = f"{1000 + number * 13:05d}"
        if number % 9 == 4:  # one street, two zones: odd and even side
            streets.append((key, name, code, part, "1", "199", "odd", zone or "A"))
            streets.append((key, name, code, part, "2", "198", "even", "B"))
        else:
            streets.append((key, name, code, part, "1", "199", "all", zone))
    by_key = {}
    for s in streets:
        by_key.setdefault(s[0], s)
    keys = sorted(by_key)
    residents, vehicles, plates = [], [], set()

    def residence(kind, born):
        s = by_key[rng.choice(keys)]
        number = str(rng.randint(1, 180)) + rng.choice([""] * 8 + [" a", " b", "-" + str(rng.randint(181, 190)), " 1/2"])
        addition = rng.choice([""] * 9 + ["Hinterhaus", "2. OG rechts", "c/o Müßiggang"])
        moved = f"{rng.randint(max(1962, born + 1), 2025):04d}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        return [s[0], s[1], number, addition, s[2], TOWN, s[3], kind, moved, ""]

    for i in range(RESIDENTS):
        woman = rng.random() < 0.51
        family = rng.choice(FAMILY)
        if rng.random() < 0.07:
            family = family + "-" + rng.choice([f for f in FAMILY if " " not in f])
        if rng.random() < 0.03:
            family = rng.choice(PARTICLES) + " " + family
        birth_family = rng.choice(FAMILY) if woman and rng.random() < 0.4 else ""
        given = rng.choice(FEMALE if woman else MALE)
        if rng.random() < 0.35:
            given += " " + rng.choice(FEMALE if woman else MALE)
        usual = given.split()[0] if " " in given else given
        place, country = rng.choice(PLACES)
        year = rng.randint(1930, 2024)
        birth = f"{year:04d}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        if i % 211 == 17:
            birth = f"{year:04d}"          # day and month unknown
        elif i % 307 == 5:
            birth = f"{year:04d}-{rng.randint(1, 12):02d}"
        title = rng.choice(TITLES) if year < 1998 else ""
        chosen = ("Schwester Benedikta" if woman else "Bruder Anselm") if i % 401 == 23 else ""
        person = [f"R{100000 + i}", family, birth_family, given, usual, title, chosen, birth, place,
                  country, rng.choice(NATIONS)]
        block = "1" if i % 173 == 11 else "0"
        second = i % 29 == 3
        first = residence("main" if second else "sole", year)
        if i % 97 == 40:
            first[9] = f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d}"  # moved away
        residents.append(person + first + [block])
        if second:
            residents.append(person + residence("secondary", year) + [block])
        if year < 2008 and rng.random() < 0.55:
            while True:
                letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(rng.choice([1, 2, 2])))
                plate = f"{rng.choice(['GE', 'GE', 'GE', 'E', 'BOT', 'GLA', 'LÜN', 'BÜR'])}-{letters} {rng.randint(1, 999)}"
                if plate not in plates:
                    plates.add(plate)
                    break
            suffix, start, end = "", "", ""
            roll = rng.random()
            if roll < 0.12:
                suffix = "E"
            elif roll < 0.15:
                suffix = "H"
            elif roll < 0.19:
                start, end = "4", "10"
            ended = "2026-08-31" if i % 131 == 9 else ""
            vehicles.append([plate + suffix, person[0], rng.choice(["keeper"] * 9 + ["permanent_user"]), start, end,
                             str(rng.randint(3400, 5300)), "2021-03-01", ended])
    write(folder, "streets.csv", ["street_key", "street", "postal_code", "locality_part", "number_from", "number_to",
                                  "side", "zone_id"], streets)
    write(folder, "zones.csv", ["zone_id", "zone_name", "fee_cents_per_year", "eligible_residences", "permits_per_resident",
                                "municipality_key", "legal_source", "valid_from"],
          [[z[0], z[1], z[2], z[3], z[4], AGS, "Bewohnerparkgebührenordnung der Stadt Emscherbrück vom 12.12.2025, § 2",
            "2026-01-01"] for z in ZONES])
    write(folder, "residents.csv", ["resident_id", "family_name", "birth_family_name", "given_name", "given_name_usual",
                                    "academic_title", "religious_or_artist_name", "birthdate", "birth_place", "birth_country",
                                    "nationality", "street_key", "street", "house_number", "addition", "postal_code", "locality",
                                    "locality_part", "residence_kind", "moving_in_date", "moving_out_date",
                                    "information_block"], residents)
    write(folder, "vehicles.csv", ["plate", "resident_id", "relation", "season_from", "season_to", "length_mm",
                                   "registered_from", "registered_until"], vehicles)
    write(folder, "town.csv", ["municipality_key", "regional_key", "name", "authority", "district_name"],
          [[AGS, ARS, TOWN, "Stadt Emscherbrück, Bürgeramt", "Emscherkreis"]])
    write_companies(folder, by_key)
    print(f"{len(residents)} residences, {len(vehicles)} vehicles, {len(streets)} street sections")


main()
