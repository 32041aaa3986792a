// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Sentences about fees, invoices and the cash office; the rest is in texts.hpp.
#pragma once
#include "ssi/agent/texts.hpp"

namespace stadtbuch::agent::texts {

inline constexpr Text fee_title{"Gebühr", "Fee", "Das kostet es"};
inline constexpr Text fee_free{"Gebührenfrei", "Free of charge", "Es kostet nichts."};
inline constexpr Text fee_source{"Rechtsgrundlage", "Legal basis"};
inline constexpr Text fee_since{"in Kraft seit", "in force since"};
inline constexpr Text fee_how{"So berechnet", "How it was found", "So haben wir gerechnet"};
inline constexpr Text fee_months{"Monate", "months"};
inline constexpr Text fee_length{"Länge des Fahrzeugs", "Length of the vehicle"};
inline constexpr Text fee_zone{"Gebühr in Ihrer Zone", "Fee in your zone",
                               "So viel kostet der Ausweis"};

inline constexpr Text invoice_title{"Rechnung", "Invoice"};
inline constexpr Text invoice_number{"Rechnungsnummer", "Invoice number"};
inline constexpr Text invoice_amount{"Betrag", "Amount", "So viel müssen Sie bezahlen"};
inline constexpr Text invoice_due{"Zahlbar bis", "To be paid by", "Bezahlen Sie bis zum"};
inline constexpr Text invoice_state{"Stand", "State"};
inline constexpr Text invoice_payee{"Empfänger", "Payee", "Das Geld bekommt"};
inline constexpr Text invoice_iban{"IBAN", "IBAN"};
inline constexpr Text invoice_bic{"BIC", "BIC"};
inline constexpr Text invoice_purpose{"Verwendungszweck", "Reference",
                                      "Das schreiben Sie als Verwendungs-Zweck"};
inline constexpr Text invoice_how{
    "Bitte überweisen Sie den Betrag und geben Sie nur die Rechnungsnummer als Verwendungszweck "
    "an. Oder lesen Sie "
    "den QR-Code mit Ihrer Banking-App, oder zahlen Sie im Bürgeramt.",
    "Please transfer the amount and give the invoice number alone as reference. Or scan the QR "
    "code with your banking "
    "app, or pay at the citizens' office.",
    "Bitte überweisen Sie das Geld. Oder bezahlen Sie im Bürger-Amt."};
inline constexpr Text invoice_qr{"QR-Code der Überweisung", "QR code of the transfer"};
inline constexpr Text invoice_first{
    "Sobald die Zahlung gebucht ist, liegt der Nachweis für Sie bereit.",
    "As soon as the payment has been booked, the credential is ready for you.",
    "Sie bekommen den Nachweis, wenn das Geld da ist."};
inline constexpr Text invoice_later{
    "Der Nachweis gilt schon; die Rechnung zahlen Sie bis zu diesem Tag.",
    "The credential holds already; you pay the invoice by that day.",
    "Der Nachweis gilt schon. Bezahlen können Sie danach."};

inline constexpr Text cash_title{"Rechnungen", "Invoices"};
inline constexpr Text cash_lead{
    "Was offen ist, was bezahlt ist. Jede Ausgabe für die Kasse steht im Protokoll.",
    "What is open and what is paid. Each export for the cash office stands in the audit log."};
inline constexpr Text cash_all{"Alle", "All"};
inline constexpr Text cash_none{"Keine Rechnungen in dieser Auswahl.",
                                "No invoices in this selection."};
inline constexpr Text cash_export{"Liste für die Kasse (CSV)", "List for the cash office (CSV)"};
inline constexpr Text cash_case{"Vorgang", "Case"};
inline constexpr Text cash_issued{"Erstellt", "Issued"};
inline constexpr Text cash_more{"Es werden die 500 neuesten gezeigt; die CSV-Liste enthält alle.",
                                "The 500 newest are shown; the CSV list has all."};
inline constexpr Text paid_form{"Zahlung buchen", "Book the payment"};
inline constexpr Text paid_on{"Eingegangen am", "Received on"};
inline constexpr Text paid_on_hint{"Zum Beispiel 03.12.2026; nicht in der Zukunft",
                                   "For example 2026-12-03; not in the future"};
inline constexpr Text paid_send{"Als bezahlt buchen", "Mark as paid"};
inline constexpr Text cancel_form{"Rechnung stornieren", "Cancel the invoice"};
inline constexpr Text cancel_reason{"Grund", "Reason"};

}  // namespace stadtbuch::agent::texts
