// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The printed permit, drawn with libharu: one of the fonts that every reader has (WinAnsi letters),
// the QR code as squares, no picture. All lengths are points (1/72 inch).
#include <hpdf.h>
#include <qrencode.h>

#include <memory>

#include "ssi/agent/paper.hpp"

namespace stadtbuch::agent {

namespace {

constexpr HPDF_REAL width = 420;  // A5
constexpr HPDF_REAL height = 595;
constexpr HPDF_REAL margin = 36;
constexpr HPDF_REAL qr_side = 170;  // 6 cm: at 65 modules each is nearly a millimetre
constexpr int qr_quiet = 4;

/// The error is kept in the document, HPDF_GetError; nothing is thrown out of C.
void keep_quiet(HPDF_STATUS, HPDF_STATUS, void*) {}

/// UTF-8 as WinAnsi (code page 1252), which has all letters of German plates and streets; a letter
/// that it lacks becomes a question mark.
std::string win_ansi(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        unsigned code = bytes == 1 ? lead : lead & (0x7FU >> bytes);
        for (std::size_t k = 1; k < bytes && i + k < text.size(); ++k)
            code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        i += bytes;
        if (code == 0xAD) continue;  // soft hyphens are for screens
        if (code == 0x2013) code = 0x96;
        const bool known = code < 0x80 || (code >= 0xA0 && code < 0x100) || code == 0x96;
        out += known ? static_cast<char>(code) : '?';
    }
    return out;
}

class Sheet {
  public:
    Sheet() : document_(HPDF_New(keep_quiet, nullptr), &HPDF_Free) {
        if (document_ == nullptr) return;
        HPDF_SetCompressionMode(document_.get(), HPDF_COMP_ALL);
        plain_ = HPDF_GetFont(document_.get(), "Helvetica", "WinAnsiEncoding");
        bold_ = HPDF_GetFont(document_.get(), "Helvetica-Bold", "WinAnsiEncoding");
        page_ = HPDF_AddPage(document_.get());
        HPDF_Page_SetWidth(page_, width);
        HPDF_Page_SetHeight(page_, height);
    }

    [[nodiscard]] bool good() const {
        return document_ != nullptr && HPDF_GetError(document_.get()) == HPDF_OK;
    }

    void title(const std::string& text) {
        HPDF_SetInfoAttr(document_.get(), HPDF_INFO_TITLE, win_ansi(text).c_str());
    }

    /// One line, made smaller until it fits; `top` is measured from the upper edge.
    void line(std::string_view text, HPDF_REAL top, HPDF_REAL size, bool strong) {
        const std::string shown = win_ansi(text);
        HPDF_Font font = strong ? bold_ : plain_;
        HPDF_Page_SetFontAndSize(page_, font, size);
        while (size > 6 && HPDF_Page_TextWidth(page_, shown.c_str()) > width - 2 * margin) {
            size -= 1;
            HPDF_Page_SetFontAndSize(page_, font, size);
        }
        HPDF_Page_BeginText(page_);
        HPDF_Page_TextOut(page_, margin, height - top - size, shown.c_str());
        HPDF_Page_EndText(page_);
    }

    void frame() {
        HPDF_Page_SetLineWidth(page_, 2);
        HPDF_Page_Rectangle(page_, margin / 2, margin / 2, width - margin, height - margin);
        HPDF_Page_Stroke(page_);
    }

    /// False: the text does not fit into a QR code.
    bool qr(const std::string& text, HPDF_REAL left, HPDF_REAL bottom) {
        const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
            QRcode_encodeData(static_cast<int>(text.size()),
                              reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
            &QRcode_free);
        if (code == nullptr) return false;
        const auto module = qr_side / static_cast<HPDF_REAL>(code->width + 2 * qr_quiet);
        HPDF_Page_SetRGBFill(page_, 0, 0, 0);
        for (int y = 0; y < code->width; ++y) {
            for (int x = 0; x < code->width; ++x) {
                if ((code->data[y * code->width + x] & 1) == 0) continue;
                int end = x;
                while (end < code->width && (code->data[y * code->width + end] & 1) != 0) ++end;
                HPDF_Page_Rectangle(
                    page_, left + module * static_cast<HPDF_REAL>(x + qr_quiet),
                    bottom + module * static_cast<HPDF_REAL>(code->width - 1 - y + qr_quiet),
                    module * static_cast<HPDF_REAL>(end - x), module);
                x = end;
            }
        }
        HPDF_Page_Fill(page_);
        // Whoever reads it on a screen has no camera pointing at it.
        HPDF_Page_CreateURILinkAnnot(page_, {left, bottom, left + qr_side, bottom + qr_side},
                                     text.c_str());
        return true;
    }

    [[nodiscard]] std::string bytes() {
        if (!good() || HPDF_SaveToStream(document_.get()) != HPDF_OK) return {};
        std::string out(HPDF_GetStreamSize(document_.get()), '\0');
        auto count = static_cast<HPDF_UINT32>(out.size());
        HPDF_ResetStream(document_.get());
        HPDF_ReadFromStream(document_.get(), reinterpret_cast<HPDF_BYTE*>(out.data()), &count);
        out.resize(count);
        return out;
    }

  private:
    std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, decltype(&HPDF_Free)> document_;
    HPDF_Font plain_ = nullptr;
    HPDF_Font bold_ = nullptr;
    HPDF_Page page_ = nullptr;
};

std::string german_date(const std::string& iso) {
    return iso.size() != 10 ? iso
                            : iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(0, 4);
}

std::string days(const std::string& first, const std::string& last) {
    return "Gültig " + german_date(first) + " bis " + german_date(last);
}

void draw_permit(Sheet& sheet, const Case& record) {
    const PermitTerms& permit = *record.permit;
    sheet.line("Zone " + permit.zone_id, 110, 48, true);
    sheet.line(permit.zone_name, 164, 16, false);
    sheet.line(permit.plate, 200, 44, true);
    sheet.line(days(permit.valid_from, permit.valid_until), 262, 20, true);
    sheet.line("Ausweisnummer " + record.number, 292, 14, false);
    sheet.line("Prüfung: QR-Code lesen. Gut lesbar hinter die Windschutzscheibe legen.", 540, 9,
               false);
}

/// What the signed token says, so that print and check cannot differ.
void draw_claims(Sheet& sheet, const Agent& agent, const credential::PaperToken& token,
                 const Words& note) {
    HPDF_REAL top = 96;
    for (const auto& [label, text] : printed_claims(agent, token)) {
        if (text.empty()) continue;
        const bool is_day = text.size() == 10 && text[4] == '-' && text[7] == '-';
        sheet.line(label.de, top, 9, false);
        sheet.line(is_day ? german_date(text) : text, top + 9, 13, true);
        top += 27;
    }
    sheet.line(days(token.valid_from, token.valid_until), 322, 14, true);
    sheet.line("Nummer " + token.number, 342, 10, false);
    sheet.line("Prüfung: QR-Code lesen. " + note.de, 540, 9, false);
}

}  // namespace

std::string paper_pdf(Agent& agent, const Case& record, const std::string& address) {
    Sheet sheet;
    const auto token = check_paper(agent, address).permit;
    if (!sheet.good() || !token) return {};
    const KindDefinition* kind = agent.kinds->find(record.kind);
    const std::string name =
        kind == nullptr ? std::string("Bewohnerparkausweis") : kind->type.name_de;
    sheet.title(name + " " + record.number);
    sheet.frame();
    sheet.line(name, 40, 26, true);
    sheet.line(agent.registers->town().authority, 74, 12, false);
    if (record.permit) {
        draw_permit(sheet, record);
    } else if (kind != nullptr) {
        draw_claims(sheet, agent, *token, kind->paper_note);
    }
    if (!sheet.qr(address, margin - 8, 60)) return {};
    if (agent.settings.development) sheet.line("Entwicklung: kein echter Ausweis", 554, 9, true);
    return sheet.bytes();
}

}  // namespace stadtbuch::agent
