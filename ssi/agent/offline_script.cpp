// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/offline_script.hpp"

#include "ssi/agent/assets.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::agent::offline_script {

namespace {

/// The proofs of a receipt (docs/receipts.md) as far as a browser can check them: the trie proof
/// from the state root that the members signed to the municipality's entry, and the path of the
/// entry's transaction to the signed root of the ledger. The members' BLS signature itself is
/// checked where the receipt comes from; the page says so.
constexpr std::string_view ledger_script = R"js("use strict";
const ledger = (() => {
  const mask = (1n << 64n) - 1n;
  const turned = (lane, by) => by === 0n ? lane : ((lane << by) | (lane >> (64n - by))) & mask;

  // FIPS 202, on 25 lanes of 64 bits; a proof has a dozen nodes, so speed is no matter.
  function permute(lanes) {
    let register = 1;
    for (let round = 0; round < 24; ++round) {
      const columns = [0, 1, 2, 3, 4].map((x) => lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]);
      for (let i = 0; i < 25; ++i) lanes[i] ^= columns[(i + 4) % 5] ^ turned(columns[(i + 1) % 5], 1n);
      let x = 1, y = 0, current = lanes[1];
      for (let t = 0; t < 24; ++t) {
        [x, y] = [y, (2 * x + 3 * y) % 5];
        [current, lanes[x + 5 * y]] = [lanes[x + 5 * y], turned(current, BigInt((t + 1) * (t + 2) / 2 % 64))];
      }
      for (let row = 0; row < 25; row += 5) {
        const old = lanes.slice(row, row + 5);
        for (let i = 0; i < 5; ++i) lanes[row + i] = old[i] ^ (~old[(i + 1) % 5] & mask & old[(i + 2) % 5]);
      }
      for (let j = 0; j < 7; ++j) {
        register = ((register << 1) ^ ((register >> 7) * 0x71)) % 256;
        if (register & 2) lanes[0] ^= 1n << BigInt((1 << j) - 1);
      }
    }
  }

  function sha3(data) {
    const rate = 136;
    const padded = new Uint8Array((Math.floor(data.length / rate) + 1) * rate);
    padded.set(data);
    padded[data.length] ^= 0x06;
    padded[padded.length - 1] ^= 0x80;
    const lanes = new Array(25).fill(0n);
    const view = new DataView(padded.buffer);
    for (let at = 0; at < padded.length; at += rate) {
      for (let i = 0; i < rate / 8; ++i) lanes[i] ^= view.getBigUint64(at + 8 * i, true);
      permute(lanes);
    }
    const out = new DataView(new ArrayBuffer(32));
    for (let i = 0; i < 4; ++i) out.setBigUint64(8 * i, lanes[i], true);
    return new Uint8Array(out.buffer);
  }

  function hex(bytes) { return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join(""); }

  function base58(text) {
    let number = 0n;
    for (const letter of text) {
      const value = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".indexOf(letter);
      if (value < 0) throw new Error("base58");
      number = number * 58n + BigInt(value);
    }
    const digits = number.toString(16).padStart(64, "0");
    if (digits.length !== 64) throw new Error("base58");
    return digits;
  }

  function base64(text) { return Uint8Array.from(atob(text), (one) => one.charCodeAt(0)); }

  // One RLP item at `at`: {bytes} or {items}, its own encoding `raw`, and where the next one begins.
  function item(data, at) {
    const first = data[at];
    if (first === undefined) throw new Error("rlp");
    if (first < 0x80) return {bytes: data.subarray(at, at + 1), raw: data.subarray(at, at + 1), next: at + 1};
    const list = first >= 0xc0, small = list ? 0xc0 : 0x80;
    let begin = at + 1, length = first - small;
    if (length > 55) {
      const width = length - 55;
      if (width > 4) throw new Error("rlp");
      length = 0;
      for (let i = 0; i < width; ++i) length = length * 256 + data[begin + i];
      begin += width;
    }
    const next = begin + length;
    if (!(next <= data.length)) throw new Error("rlp");
    const body = data.subarray(begin, next), raw = data.subarray(at, next);
    if (!list) return {bytes: body, raw, next};
    const items = [];
    for (let inside = 0; inside < body.length;) {
      const one = item(body, inside);
      items.push(one);
      inside = one.next;
    }
    return {items, raw, next};
  }

  // The text that the state under `root` (hex) holds at `key` (hex); throws if the nodes do not lead there.
  function valueAt(root, key, nodes) {
    const known = new Map(item(nodes, 0).items.map((node) => [hex(sha3(node.raw)), node]));
    let node = known.get(root), path = key;
    for (let depth = 0; depth < 130; ++depth) {
      if (!node || !node.items) throw new Error("node");
      let child;
      if (node.items.length === 17) {
        child = path === "" ? null : node.items[parseInt(path[0], 16)];
        if (child === null) return textOf(node.items[16].bytes);
        path = path.slice(1);
      } else if (node.items.length === 2) {
        const head = hex(node.items[0].bytes), flags = parseInt(head[0], 16);
        const part = head.slice(flags & 1 ? 1 : 2);
        if (!path.startsWith(part)) throw new Error("path");
        path = path.slice(part.length);
        if (flags & 2) {
          if (path !== "") throw new Error("path");
          return textOf(node.items[1].bytes);
        }
        child = node.items[1];
      } else {
        throw new Error("node");
      }
      node = child.items ? child : known.get(hex(child.bytes));
    }
    throw new Error("depth");
  }
  function textOf(bytes) {
    return new TextDecoder("utf-8", {fatal: true}).decode(item(bytes, 0).items[0].bytes);
  }

  async function sha256(...parts) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
  }

  // RFC 6962 §2.1.1: the root (hex) that leaf and path lead to.
  async function rootOf(leaf, index, size, path) {
    let at = index, last = size - 1;
    let hash = await sha256(Uint8Array.of(0), leaf);
    for (const one of path) {
      const other = Uint8Array.from(one.match(/../g), (byte) => parseInt(byte, 16));
      if (last === 0) throw new Error("path");
      if (at % 2 === 1 || at === last) {
        hash = await sha256(Uint8Array.of(1), other, hash);
        while (at % 2 === 0 && at !== 0) { at = Math.floor(at / 2); last = Math.floor(last / 2); }
      } else {
        hash = await sha256(Uint8Array.of(1), hash, other);
      }
      at = Math.floor(at / 2);
      last = Math.floor(last / 2);
    }
    if (last !== 0) throw new Error("path");
    return hex(hash);
  }

  // What a receipt proves of `did`: {keys: {fragment: JWK}, asOf, signers}; throws if a proof does not hold. `leaf` is the
  // transaction in the form that the ledger hashes.
  async function proved(receipt, did, leaf) {
    const name = did.split(":").pop();
    const key = hex(await sha256(new TextEncoder().encode(name)));
    const fact = receipt.facts.find((one) => one.key === key && one.moment === null);
    const root = receipt.roots[fact.root], signed = root.multiSignature.value;
    if (receipt.question !== did || signed.ledger_id !== 1) throw new Error("question");
    const value = valueAt(base58(signed.state_root_hash), key, base64(fact.nodes));
    if (value !== fact.value) throw new Error("value");
    const entry = JSON.parse(value);
    const written = receipt.transactions.find((one) => one.root === fact.root && one.txn.txnMetadata.seqNo === entry.seqNo);
    const path = written.path.map(base58);
    if (await rootOf(base64(leaf), entry.seqNo - 1, root.size, path) !== base58(signed.txn_root_hash)) throw new Error("ledger");
    const content = typeof entry.diddocContent === "string" ? JSON.parse(entry.diddocContent) : entry.diddocContent;
    const keys = {};
    for (const method of content.verificationMethod) {
      if (content.assertionMethod.includes(method.id) && method.id.startsWith(did + "#"))
        keys[method.id.slice(did.length)] = method.publicKeyJwk;
    }
    return {keys, asOf: signed.timestamp, signers: root.multiSignature.participants.length};
  }
  return {proved, sha3, hex, valueAt, base58, base64};
})();
)js";

constexpr std::string_view app_script = R"js("use strict";
// Checks permits without a network. What it knows lies in the cache "stand", fetched by prepare();
// knowledge older than two days is deleted, a status list after its end is not believed.
const app = document.querySelector("#app");
const words = app.dataset;
const rules = JSON.parse(words.rules);
const address = "/kontrolle/app/stand.json";
const oldest = 2 * 24 * 3600;
const fields = {"OF-01": "made_at", "OF-02": "receipt", "ST-02": "lists"};
const text = new TextEncoder();

function bytesOf(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (one) => one.charCodeAt(0));
}
function base64urlOf(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
function now() { return Math.floor(Date.now() / 1000); }
function today() { return new Date().toISOString().slice(0, 10); }

// {stand}, or {failed}: the rule that says why there is nothing to check with. What does not hold is deleted.
async function known() {
  const kept = await (await caches.open("stand")).match(address);
  let failed = "OF-01";
  try {
    const stand = kept && await kept.json();
    if (stand && now() - stand.made_at <= oldest) {
      failed = "OF-02";
      return {stand: await believed(stand)};
    }
  } catch (error) {
    // the rule says it
  }
  await caches.delete("stand");
  return {failed};
}

// With the keys that the ledger's receipt proves, where there is one: nobody who changes the kept file can put others there.
async function believed(stand) {
  if (!stand.receipt) return stand;
  const proof = await ledger.proved(stand.receipt, stand.did, stand.leaf);
  const issuer = proof.keys["#assertion-1"], status = proof.keys["#status-1"];
  if (issuer.x !== stand.issuer_key.x || status.x !== stand.status_key.x) throw new Error("keys");
  return {...stand, issuer_key: issuer, status_key: status, proof};
}

// The payload of a JWS whose type and signature hold; null otherwise.
async function opened(token, type, jwk) {
  try {
    const [head, body, signature, more] = token.split(".");
    const header = JSON.parse(new TextDecoder().decode(bytesOf(head)));
    if (more !== undefined || header.alg !== "ES256" || header.typ !== type) return null;
    const key = await crypto.subtle.importKey("jwk", {kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y},
                                              {name: "ECDSA", namedCurve: "P-256"}, false, ["verify"]);
    const good = await crypto.subtle.verify({name: "ECDSA", hash: "SHA-256"}, key, bytesOf(signature),
                                            text.encode(head + "." + body));
    return good ? JSON.parse(new TextDecoder("utf-8", {fatal: true}).decode(bytesOf(body))) : null;
  } catch (error) {
    return null;
  }
}

// true, false, or null when there is no list to believe.
async function revoked(stand, id, index) {
  const list = stand.lists.find((one) => one.id === id);
  const token = list && await opened(list.token, "statuslist+jwt", stand.status_key);
  if (!token || token.sub !== list.uri || token.exp <= now() || token.status_list.bits !== 1) return null;
  const stream = new Blob([bytesOf(token.status_list.lst)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bits = new Uint8Array(await new Response(stream).arrayBuffer());
  stand.listed = token.iat;
  if (!Number.isInteger(index) || index < 0 || index >= bits.length * 8) return null;
  return ((bits[index >> 3] >> (index & 7)) & 1) === 1;
}

// One line of the trace; the sentences of the rules come with the page (ssi/credential/trace.cpp).
function line(trace, rule, good, field) {
  trace.push({rule, field: field || "", outcome: good === null ? "skipped" : good ? "passed" : "failed",
              ...(good === false ? {mend: rules[rule].mend} : {})});
  return good;
}

async function checkPaper(stand, typed, trace) {
  const token = typed.trim().split("/").pop();
  const permit = await opened(token, "permit+jwt", stand.issuer_key) || await opened(token, "paper+jwt", stand.issuer_key);
  if (!line(trace, "PP-01", permit !== null)) return {word: words.forged};
  const said = permit.c ? permit.c.map((one) => one[1]).join(", ") : permit.p.join(", ") + " · " + words.zone + " " + permit.z;
  const facts = said + " · " + permit.f + " – " + permit.u;
  if (!line(trace, "AD-01", permit.f <= today() && permit.u >= today(), "u"))
    return {word: permit.f > today() ? words.early : words.expired, facts};
  const status = await revoked(stand, permit.s[0], permit.s[1]);
  if (!line(trace, "ST-02", status !== null, "s")) return {word: words.stale, facts};
  line(trace, "ST-03", !status, "s");
  return status ? {word: words.revoked, facts} : {valid: true, word: words.genuine, facts};
}

async function checkPlate(stand, typed, trace) {
  const key = typed.toUpperCase().replace(/[\s-]/g, "");
  const digest = base64urlOf(await crypto.subtle.digest("SHA-256", text.encode(stand.salt + "|" + key)));
  const found = stand.plates.find((one) => one[0] === digest && one[2] <= today() && one[3] >= today());
  return line(trace, "PL-01", found !== undefined, "plate") ? {valid: true, word: words.plate, facts: words.zone + " " + found[1] + " · – " + found[3]}
               : {word: words.noplate};
}

function ago(since) {
  const minutes = Math.max(0, Math.floor((now() - since) / 60));
  return minutes < 120 ? minutes + " " + words.minutes : Math.floor(minutes / 60) + " " + words.hours;
}

function showLedger(stand) {
  const place = document.querySelector("#ledger");
  place.hidden = stand === null;
  if (stand === null) return;
  place.textContent = stand.proof ? words.proved + " " + ago(stand.proof.asOf) + ". " +
      words.members.replace("{}", stand.proof.signers) : words.unproved;
}

async function showAge(state) {
  const {stand, failed} = state || await known();
  const ready = stand !== undefined;
  showLedger(ready ? stand : null);
  const place = document.querySelector("#stand");
  document.querySelector("#loeschen").hidden = !ready;
  for (const field of document.querySelectorAll("#plate, #papier, form button")) field.disabled = !ready;
  if (!ready && place.dataset.why === failed) return;  // as it stands, perhaps being read
  place.className = "box warn";
  place.dataset.why = "";
  if (!ready) {
    sayWhy(place, words.empty, failed);
    return;
  }
  const minutes = Math.max(0, Math.floor((now() - stand.made_at) / 60));
  place.textContent = words.age + " " + ago(stand.made_at);
  if (minutes < 24 * 60) place.className = "box";
  else place.textContent += ". " + words.old;
}

// A sentence, and the rule behind it.
function sayWhy(place, sentence, rule) {
  const trace = [];
  line(trace, rule, false, fields[rule]);
  place.replaceChildren(cell("p", sentence), traceTable(trace));
  place.dataset.why = rule;
}

function cell(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

function traceTable(trace) {
  const details = document.createElement("details"), table = document.createElement("table");
  const head = table.createTHead().insertRow(), body = table.createTBody();
  for (const word of words.trace.split("|")) {
    const title = cell("th", word);
    title.scope = "col";
    head.append(title);
  }
  for (const one of trace) {
    const row = body.insertRow(), rule = rules[one.rule];
    const name = cell("th", one.rule);
    name.scope = "row";
    const sentence = one.outcome === "failed" ? rule.bad : rule.good;
    row.append(name, cell("td", words["is_" + one.outcome]), cell("td", sentence), cell("td", one.field),
               cell("td", one.mend ? rule.who : ""));
  }
  details.append(cell("summary", words.checked), table);
  details.dataset.trace = JSON.stringify(trace);
  return details;
}

let turn = 0;
async function show(check, typed) {
  const mine = ++turn;
  const place = document.querySelector("#ergebnis");
  const state = await known(), stand = state.stand;
  await showAge(state);
  if (!stand) {
    place.className = "";
    place.replaceChildren();
    return;
  }
  const trace = [];
  line(trace, "OF-01", true, fields["OF-01"]);
  line(trace, "OF-02", stand.proof ? true : null, fields["OF-02"]);
  const result = await check(stand, typed, trace);
  if (mine !== turn) return;  // something newer was asked meanwhile
  if (stand.listed) result.age = words.listed + " " + ago(stand.listed);
  place.replaceChildren();
  place.className = result.valid ? "box good" : "box bad";
  for (const [style, line] of [["verdict", result.valid ? words.yes : words.no], ["", result.word], ["", result.facts], ["quiet", result.age]]) {
    if (!line) continue;
    const paragraph = document.createElement("p");
    paragraph.className = style;
    paragraph.textContent = line;
    place.append(paragraph);
  }
  place.append(traceTable(trace));
  place.focus();
}

async function prepare() {
  const place = document.querySelector("#stand");
  let failed = "";
  try {
    const answer = await fetch(address, {headers: {Accept: "application/json"}, cache: "no-store"});
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      location.assign("/anmelden?weiter=%2Fkontrolle%2Fapp");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    failed = "OF-02";
    const stand = await believed(await answer.clone().json());
    failed = "ST-02";
    for (const list of stand.lists) {
      if (!await opened(list.token, "statuslist+jwt", stand.status_key)) throw new Error(list.id);
    }
    failed = "";
    await (await caches.open("stand")).put(address, answer);
    await showAge();
  } catch (error) {
    place.className = "box bad";
    place.dataset.why = "";
    if (failed) sayWhy(place, words.failed, failed);
    else place.textContent = words.failed;
  }
}

document.querySelector("#vorbereiten").addEventListener("click", prepare);
document.querySelector("#loeschen").addEventListener("click", async () => {
  await caches.delete("stand");
  document.querySelector("#ergebnis").replaceChildren();
  await showAge();
});
for (const [form, field, check] of [["#f-plate", "#plate", checkPlate], ["#f-papier", "#papier", checkPaper]]) {
  document.querySelector(form).addEventListener("submit", (event) => {
    event.preventDefault();
    show(check, document.querySelector(field).value);
  });
}
showAge().then(() => {
  if (location.pathname.startsWith("/pruefen/")) show(checkPaper, location.pathname);
});
setInterval(() => showAge(), 60000);
if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js");
)js";

/// Serves the shell when there is no network; data never pass through it.
constexpr std::string_view worker_script = R"js("use strict";
const shell = ["/kontrolle/app", "/kontrolle/ledger.js", "/kontrolle/app.js", "/kontrolle/app.webmanifest", "/assets/icon.svg", STYLE];
addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(shell)).then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names
    .filter((name) => name.startsWith("shell-") && name !== NAME).map((name) => caches.delete(name))))
    .then(() => clients.claim()));
});
addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  const page = path === "/kontrolle/app" || path.startsWith("/pruefen/");
  if (event.request.method !== "GET" || !(page || shell.includes(path))) return;
  const kept = () => caches.open(NAME).then((cache) => cache.match(page ? "/kontrolle/app" : path));
  event.respondWith(fetch(event.request).catch(kept));
});
)js";

}  // namespace

std::string_view ledger() {
    return ledger_script;
}

std::string_view app() {
    return app_script;
}

std::string worker() {
    const Hash32 digest = hash::sha256({view_of(ledger_script), view_of(app_script),
                                        view_of(worker_script), view_of(assets::version())});
    const std::string head =
        "const NAME = \"shell-" + encoding::hex_encode(digest.view().first(6)) +
        "\";\nconst STYLE = \"/assets/" + std::string(assets::version()) + "/stadtbuch.css\";\n";
    return head + std::string(worker_script);
}

}  // namespace stadtbuch::agent::offline_script
