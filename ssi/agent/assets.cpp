// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The look follows the KERN design standard for public administration by observation: dark blue
// action colour, flat surfaces, generous targets. Contrast is at least 4.5:1 for text and 3:1 for
// borders in both colour schemes.
#include "ssi/agent/assets.hpp"

#include <string>

#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::agent::assets {

std::string_view style() {
    return R"css(:root {
  color-scheme: light dark;
  --ground: #ffffff; --surface: #f3f5fa; --text: #171a2b; --quiet: #4b5068; --line: #767c99;
  --action: #2a42a8; --action-hover: #1c2f80; --on-action: #ffffff; --focus: #b3261e;
  --good: #0b5f3a; --good-ground: #e6f4ec; --bad: #9c1c14; --bad-ground: #fdecea;
  --warn: #6b4a00; --warn-ground: #fdf3d8; --info-ground: #e8edfb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12141f; --surface: #1d2030; --text: #eef0f8; --quiet: #b9bdd2; --line: #8a90ad;
    --action: #a9b9ff; --action-hover: #cdd6ff; --on-action: #12141f; --focus: #ffb4ab;
    --good: #8fdcb3; --good-ground: #15301f; --bad: #ffb4ab; --bad-ground: #3b1512;
    --warn: #f3d58a; --warn-ground: #352a0d; --info-ground: #1c2544;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font-size: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--text); line-height: 1.5; overflow-wrap: anywhere; hyphens: auto;
  font-family: "Fira Sans", "Noto Sans", "DejaVu Sans", system-ui, sans-serif; font-size: 1.125rem; }
a { color: var(--action); text-underline-offset: 0.2em; }
a:hover { color: var(--action-hover); text-decoration-thickness: 0.15em; }
:focus-visible { outline: 0.1875rem solid var(--focus); outline-offset: 0.1875rem; border-radius: 0.125rem; }
.skip { position: absolute; left: 0.5rem; top: -10rem; background: var(--ground); padding: 0.75rem 1rem; z-index: 2; }
.skip:focus { top: 0.5rem; }
.wide { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
.bar { border-top: 0.375rem solid var(--action); border-bottom: 1px solid var(--line); background: var(--surface); }
.bar .wide { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: center; padding-top: 0.5rem;
  padding-bottom: 0.5rem; }
.brand { font-weight: 700; font-size: 1.25rem; color: var(--text); text-decoration: none; margin-right: auto;
  padding: 0.5rem 0; }
.bar nav ul, footer ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; }
.bar nav a, footer a, .language { display: inline-block; padding: 0.5rem 0; min-height: 2.75rem; }
.notice { background: var(--warn-ground); color: var(--warn); padding: 0.5rem 1rem; text-align: center;
  border-bottom: 1px solid var(--line); font-size: 1rem; }
main.wide { padding-top: 1.5rem; padding-bottom: 3rem; }
.narrow { max-width: 42rem; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem); line-height: 1.2; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.4rem; line-height: 1.3; margin: 2rem 0 0.75rem; }
h3 { font-size: 1.15rem; margin: 1.25rem 0 0.5rem; }
p { margin: 0 0 1rem; }
.lead { font-size: 1.25rem; color: var(--quiet); }
.quiet { color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1.25rem;
  padding: 0; list-style: none; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 0.5rem; padding: 1.25rem; }
.card h2, .card h3 { margin-top: 0; }
.button, button { display: inline-block; font: inherit; font-weight: 600; cursor: pointer; text-align: center;
  min-height: 2.75rem; padding: 0.6rem 1.25rem; border-radius: 0.25rem; border: 0.125rem solid var(--action);
  background: var(--action); color: var(--on-action); text-decoration: none; }
.button:hover, button:hover { background: var(--action-hover); border-color: var(--action-hover);
  color: var(--on-action); }
button.second, .button.second { background: transparent; color: var(--action); }
button.second:hover, .button.second:hover { background: var(--info-ground); color: var(--action-hover); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--ground); }
.big { font-size: 1.2rem; padding: 0.9rem 1.5rem; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; margin: 1rem 0; }
.row .row { margin: 0; }
fieldset { min-width: 0; border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.5rem 1.25rem 1.25rem; margin: 0 0 1.25rem; }
legend { font-weight: 700; font-size: 1.15rem; padding: 0 0.5rem; }
.field { margin: 0.9rem 0; }
.field label { display: block; font-weight: 600; }
.hint { color: var(--quiet); font-size: 1rem; margin: 0; }
input[type=text], input[type=password], select, textarea { font: inherit; color: var(--text); width: 100%;
  background: var(--ground); border: 0.125rem solid var(--line); border-radius: 0.25rem; padding: 0.55rem 0.75rem;
  min-height: 2.75rem; margin-top: 0.25rem; }
.short input { max-width: 12rem; }
.plate input { font-size: 2rem; font-weight: 700; text-transform: uppercase; max-width: 20rem; }
input[type=checkbox], input[type=radio] { width: 1.5rem; height: 1.5rem; margin: 0 0.5rem 0 0; vertical-align: middle; }
.choice { display: block; padding: 0.35rem 0; }
.field.wrong input { border-color: var(--bad); border-left-width: 0.5rem; }
.fault { color: var(--bad); font-weight: 600; margin: 0.25rem 0 0; }
.box { border-left: 0.5rem solid var(--action); background: var(--info-ground); padding: 1rem 1.25rem;
  border-radius: 0.25rem; margin: 1rem 0; }
.box > :last-child { margin-bottom: 0; }
.box h2, .box h3 { margin-top: 0; }
.box.good { border-color: var(--good); background: var(--good-ground); }
.box.bad { border-color: var(--bad); background: var(--bad-ground); }
.box.warn { border-color: var(--warn); background: var(--warn-ground); }
.verdict { font-size: 2.25rem; font-weight: 800; line-height: 1.2; margin: 0 0 0.5rem; }
.good .verdict { color: var(--good); } .bad .verdict { color: var(--bad); }
.steps { list-style: none; counter-reset: step; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; padding: 0;
  margin: 0 0 1.5rem; }
.steps li { counter-increment: step; color: var(--quiet); padding: 0.25rem 0; border-bottom: 0.25rem solid var(--line);
  flex: 1 1 12rem; }
.steps li::before { content: counter(step) ". "; font-weight: 700; }
.steps .now { color: var(--text); font-weight: 700; border-color: var(--action); }
.steps .past { border-color: var(--good); }
.scroll { overflow-x: auto; }
.scroll table { min-width: 44rem; }
table { border-collapse: collapse; width: 100%; overflow-wrap: break-word; hyphens: manual; margin: 0.5rem 0 1rem; font-size: 1rem; }
caption { text-align: left; color: var(--quiet); padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.6rem 0.75rem; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 0.125rem solid var(--text); }
td a, th a { display: inline-block; min-height: 1.5rem; padding: 0.15rem 0; }
[data-rows] th a, [data-rows] button { white-space: nowrap; }
tr.differs td { background: var(--bad-ground); }
.tag { display: inline-block; padding: 0.1rem 0.6rem; border: 1px solid currentColor; border-radius: 1rem;
  font-size: 0.95rem; }
.tag.good { color: var(--good); } .tag.bad { color: var(--bad); } .tag.warn { color: var(--warn); }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.4rem 1.25rem; margin: 0 0 1rem; }
.card dl { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
.filter { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 0 1.25rem;
  align-items: end; margin-top: 1.5rem; }
.filters { list-style: none; display: flex; flex-wrap: wrap; gap: 0.5rem; padding: 0; }
.filters a { display: inline-block; min-height: 2.75rem; padding: 0.5rem 1rem; border: 1px solid var(--line);
  border-radius: 1.5rem; text-decoration: none; }
.filters a[aria-current] { background: var(--action); color: var(--on-action); border-color: var(--action); }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem; }
.qr { width: min(100%, 18rem); height: auto; display: block; border: 1px solid var(--line); }
.link { overflow-wrap: anywhere; font-family: "Fira Mono", monospace; font-size: 0.95rem; background: var(--surface);
  border: 1px solid var(--line); padding: 0.5rem 0.75rem; border-radius: 0.25rem; display: block; user-select: all; }
textarea[spellcheck=false] { font-family: "Fira Mono", monospace; font-size: 1rem; }
pre { white-space: pre-wrap; }
.code { font-family: "Fira Mono", monospace; font-size: 2rem; letter-spacing: 0.2em; font-weight: 700; }
footer { border-top: 1px solid var(--line); background: var(--surface); padding: 1rem 0; font-size: 1rem; }
@media (max-width: 30rem) {
  dl, .card dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.75rem; }
  .steps { flex-direction: column; } .steps li { flex: none; }
}
@media (forced-colors: active) { .button, button, .filters a[aria-current] { border: 0.125rem solid ButtonText; } }
@media print { .bar, footer, .notice, .noprint { display: none; } body { font-size: 12pt; } .qr { width: 7cm; } }
)css";
}

std::string_view script() {
    return R"js("use strict";
// Comfort only: every page does its work without this file.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}
for (const form of document.querySelectorAll("[data-live]")) {
  form.addEventListener("input", async () => {
    const answer = await fetch(form.dataset.live + "?" + new URLSearchParams(new FormData(form)));
    const text = answer.ok ? await answer.text() : "";
    for (const place of document.querySelectorAll("textarea.live")) place.value = text === "{}" ? "" : text;
  });
}
for (const place of document.querySelectorAll("[data-poll]")) {
  const wait = Number(place.dataset.every ?? 2000);
  let times = Number(place.dataset.times ?? Infinity);
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.poll, {headers: {Accept: "application/json"}});
      const state = answer.ok ? (await answer.json()).state : place.dataset.state;
      if (state !== place.dataset.state) {
        place.textContent = place.dataset.done;
        location.assign(place.dataset.next);
        return;
      }
    } catch (error) { /* offline for a moment: ask again */ }
    times -= 1;
    if (times > 0) setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
}
for (const place of document.querySelectorAll("[data-left]")) {
  const form = place.closest("[data-extend]");
  const notice = (form ?? place.closest("p"))?.nextElementSibling?.closest("[data-ends-soon]");
  const warning = form ? 120 : 60;  // seconds, as the notices say
  let end = 0;
  let timer;
  const say = (one, text) => { if (one.textContent !== text) one.textContent = text; };
  const show = () => {
    const left = Math.round((end - performance.now()) / 1000);
    say(place, place.dataset.words.replace("{}", Math.max(0, Math.ceil(left / 60))));
    if (notice) say(notice, left <= warning ? notice.dataset.endsSoon : "");
    if (left > 0) timer = setTimeout(show, 5000);
  };
  const begin = (seconds) => {
    clearTimeout(timer);
    end = performance.now() + 1000 * seconds;
    show();
  };
  begin(Number(place.dataset.left));
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();  // what was typed elsewhere on the page stays
    const answer = await fetch(form.action, {method: "POST", headers: {Accept: "application/json"},
      body: new URLSearchParams(new FormData(form))}).catch(() => null);
    const more = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!more) return form.submit();
    form.querySelector("[data-until]").textContent = more.until;
    begin(more.left);
  });
}
for (const table of document.querySelectorAll("[data-rows]")) {
  table.addEventListener("keydown", (event) => {
    const links = [...table.querySelectorAll("tbody th a")];
    const row = document.activeElement.closest("tr");
    const at = links.findIndex((link) => link.closest("tr") === row);
    const next = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1}[event.key];
    if (next === undefined || !links[next] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    links[next].focus();
  });
}
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
)js";
}

std::string_view version() {
    static const std::string text = [] {
        const Hash32 digest = hash::sha256({view_of(style()), view_of(script())});
        return encoding::hex_encode(digest.view().first(6));
    }();
    return text;
}

}  // namespace stadtbuch::agent::assets
