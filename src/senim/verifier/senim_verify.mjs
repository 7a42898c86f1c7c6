#!/usr/bin/env node
// Check a copy of a Senim ledger from outside: one file, nothing but Node 18 or newer.
//
//     node senim_verify.mjs ARCHIVE --key VKEY --old CHECKPOINT...
//     node senim_verify.mjs --compare CHECKPOINT CHECKPOINT --key VKEY [--consistency PROOF]
//     node senim_verify.mjs --proof FILE --key VKEY
//
// The second implementation beside senim_verify.py: the same options, sentences and exit codes
// (0 whole, 1 tampered with, 2 cannot be read), held to the same vectors. Entries are counted
// from 0. Sources: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof; RFC 6962,
// RFC 8032, RFC 8785, RFC 9162.

import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const CODES = { whole: 0, tampered: 1, unreadable: 2 };
const MOST_SIGNATURES = 100;
const [LINEAR_SPAN, BITS_SPAN, PAIRS] = [100_000, 200, 10_000]; // how much is tried out to explain a root

/** Something that was asked to be read is missing or is not what it should be. */
export class Unreadable extends Error {}

// Hashes and Ed25519, by Node's own crypto

const sha256 = crypto.hash
  ? (data) => crypto.hash("sha256", data, "buffer")
  : (data) => crypto.createHash("sha256").update(data).digest();
const SPKI = Buffer.from("302a300506032b6570032100", "hex"); // what stands before a raw key in DER
const publicKeys = new Map();

function publicKey(raw) {
  const name = raw.toString("hex");
  if (!publicKeys.has(name)) {
    const key = Buffer.concat([SPKI, raw]);
    publicKeys.set(name, crypto.createPublicKey({ key, format: "der", type: "spki" }));
  }
  return publicKeys.get(name);
}

/** Say whether a signature of 64 bytes over a message is that of a public key of 32 bytes. */
export function ed25519Verify(raw, message, signature) {
  if (raw.length !== 32 || signature.length !== 64) return false;
  try {
    return crypto.verify(null, message, publicKey(raw), signature);
  } catch {
    return false; // the key is no point of the curve
  }
}

// The tree (RFC 6962) and its proofs (algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2)

const pair = Buffer.alloc(65, 1);
let single = Buffer.alloc(4096);

/** Return the hash of one entry's canonical bytes. */
export function leafHash(entry) {
  if (entry.length >= single.length) single = Buffer.alloc(2 * entry.length);
  entry.copy(single, 1);
  return sha256(single.subarray(0, entry.length + 1));
}

/** Return the hash of two subtrees. */
export function nodeHash(left, right) {
  left.copy(pair, 1);
  right.copy(pair, 33);
  return sha256(pair);
}

const half = (number) => Math.floor(number / 2);
const isOdd = (number) => number % 2 === 1;

/** Return the largest power of two below a size. */
function split(size) {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

/** The full subtrees over the leaves so far: enough to add the next and to know the root. */
export class Frontier {
  constructor(size = 0, stack = []) {
    this.size = size;
    this.stack = stack;
  }

  add(leaf) {
    this.size += 1;
    let rest = this.size;
    while (!isOdd(rest)) {
      leaf = nodeHash(this.stack.pop(), leaf);
      rest = half(rest);
    }
    this.stack.push(leaf);
  }

  root() {
    if (!this.stack.length) return sha256(Buffer.alloc(0));
    return this.stack.reduceRight((root, peak) => nodeHash(peak, root));
  }

  copy() {
    return new Frontier(this.size, [...this.stack]);
  }

  /** Return the full subtrees by their first leaf and their size. */
  peaks() {
    const found = new Map();
    let [start, rest] = [0, this.size];
    for (const peak of this.stack) {
      const width = rest === 1 ? 1 : split(rest + 1);
      found.set(`${start} ${width}`, peak);
      start += width;
      rest -= width;
    }
    return found;
  }
}

/** Return the root over entries given as bytes. */
export function treeRoot(entries) {
  const frontier = new Frontier();
  for (const entry of entries) frontier.add(leafHash(entry));
  return frontier.root();
}

/** Say whether a proof shows that a leaf hash stands at an index of a tree. */
export function inclusionHolds(leaf, index, size, proof, root) {
  if (!(index >= 0 && index < size)) return false;
  let [fn, sn, found] = [index, size - 1, leaf];
  for (const step of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      found = nodeHash(step, found);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      found = nodeHash(found, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && found.equals(root);
}

/** Say whether a proof shows that the tree of the second size only added to the first. */
export function consistencyHolds(first, second, firstRoot, secondRoot, proof) {
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot);
  if (first === 0) return proof.length === 0 && firstRoot.equals(new Frontier().root());
  if (!(first > 0 && first < second) || !proof.length) return false;
  const isPower = first === 1 || split(first + 1) === first;
  const steps = isPower ? [firstRoot, ...proof] : [...proof];
  let [fn, sn] = [first - 1, second - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let one = steps.shift();
  let two = one;
  for (const step of steps) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [one, two] = [nodeHash(step, one), nodeHash(step, two)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      two = nodeHash(two, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && one.equals(firstRoot) && two.equals(secondRoot);
}

// Keys, notes, checkpoints, proof files

const NOT_IN_NAMES = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/u;
const [LOG_KEY, WITNESS_KEY] = [1, 4];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decode base64 that is written in the one canonical way. */
function base64(text) {
  const data = Buffer.from(text, "base64");
  if (data.toString("base64") !== text) throw new Unreadable("not base64 in its canonical form");
  return data;
}

function number(text) {
  const value = Number(text);
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
    throw new Unreadable("not a whole number");
  }
  return value;
}

function textOf(data) {
  let text;
  try {
    text = utf8.decode(data);
  } catch {
    throw new Unreadable("not UTF-8");
  }
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) throw new Unreadable("holds control characters");
  return text;
}

/** Split at a separator at most so many times, as Python does. */
function splitAt(text, separator, times) {
  const parts = text.split(separator);
  return [...parts.slice(0, times), ...(parts.length > times ? [parts.slice(times).join(separator)] : [])];
}

/** Read a verifier key, name+id+key. */
export function readKey(text) {
  const [name, id, encoded] = splitAt(text, "+", 2);
  if (encoded === undefined || !name || NOT_IN_NAMES.test(name)) {
    throw new Unreadable("not a verifier key");
  }
  const data = base64(encoded);
  if (data.length !== 33 || ![LOG_KEY, WITNESS_KEY].includes(data[0])) {
    throw new Unreadable("not an Ed25519 key of a log or a witness");
  }
  const expected = sha256(Buffer.concat([Buffer.from(`${name}\n`), data])).subarray(0, 4);
  if (id !== expected.toString("hex")) throw new Unreadable("a key whose id does not fit it");
  return { name, id, kind: data[0], raw: data.subarray(1), text };
}

function readSignature(line) {
  const parts = line.split(" ");
  if (parts.length !== 3 || parts[0] !== "\u2014" || !parts[1] || NOT_IN_NAMES.test(parts[1])) {
    throw new Unreadable("not a signature line");
  }
  const data = base64(parts[2]);
  if (data.length < 5) throw new Unreadable("a signature that is too short");
  return { name: parts[1], id: data.subarray(0, 4).toString("hex"), data: data.subarray(4) };
}

/** Return a signed note's text and its signatures. */
export function readNote(data) {
  const whole = textOf(data);
  const gap = whole.lastIndexOf("\n\n");
  const below = whole.slice(gap + 2);
  if (gap < 0 || !below.endsWith("\n")) throw new Unreadable("not a signed note");
  const lines = below.slice(0, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Unreadable("a note with too many signatures");
  return { text: whole.slice(0, gap + 1), signatures: lines.map(readSignature) };
}

/** Read a checkpoint; its signatures are not checked yet. */
export function readCheckpoint(data) {
  const { text, signatures } = readNote(data);
  const lines = text.slice(0, -1).split("\n");
  if (lines.length < 3 || lines.some((line) => !line)) throw new Unreadable("not a checkpoint");
  const root = base64(lines[2]);
  if (root.length !== 32) throw new Unreadable("not a root hash");
  return { origin: lines[0], size: number(lines[1]), root, text: Buffer.from(text), signatures };
}

/** Read a proof file; nothing of it is checked yet. */
export function readProof(data) {
  const gap = data.indexOf("\n\n");
  const lines = gap < 0 ? [] : textOf(data.subarray(0, gap)).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Unreadable("not a proof file");
  const entry = lines[0]?.startsWith("extra ") ? base64(lines.shift().slice(6)) : null;
  if (!lines[0]?.startsWith("index ")) throw new Unreadable("a proof file without an index");
  const position = number(lines.shift().slice(6));
  const hashes = lines.map(base64);
  if (hashes.some((each) => each.length !== 32)) {
    throw new Unreadable("a proof file with a broken hash");
  }
  return { entry, position, hashes, checkpoint: readCheckpoint(data.subarray(gap + 2)) };
}

const isFrom = (key) => (line) => line.name === key.name && line.id === key.id;

/** Say whether a log's key signed a checkpoint; null when no line claims that it did. */
export function signedBy(note, key) {
  const lines = note.signatures.filter(isFrom(key));
  if (!lines.length) return null;
  return lines.every((line) => ed25519Verify(key.raw, note.text, line.data));
}

/** Return when a witness co-signed, in seconds since 1970; -1 if falsely, null if never. */
export function cosignedAt(note, key) {
  const times = [];
  for (const line of note.signatures.filter(isFrom(key))) {
    if (line.data.length !== 72) return -1;
    const seconds = line.data.readBigUInt64BE(0);
    const message = Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`), note.text]);
    if (seconds >= 2n ** 63n || !ed25519Verify(key.raw, message, line.data.subarray(8))) return -1;
    times.push(Number(seconds));
  }
  return times.length ? times[0] : null;
}

// Entries and openings

const UUID = '"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"';
const NULL_OR_UUID = `(?:null|${UUID})`;
const ENTRY = new RegExp(
  `^\\{"actor":${NULL_OR_UUID},"at":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}` +
    '\\.[0-9]{6}Z","commitment":"([0-9a-f]{64})","event":"[a-z0-9_.]{1,64}",' +
    `"hat":"[a-z0-9_]{0,12}","id":(${UUID}),"kind":"(?:change|look|refused)",` +
    `"op":${NULL_OR_UUID},"school":${UUID},"subject":\\["[a-z0-9_]{1,16}",${UUID}\\],` +
    `"user":${NULL_OR_UUID},"v":1\\}$`,
);
const OPENING = new RegExp(`^\\{"facts":([^]*),"id":(${UUID}),"salt":"([0-9a-f]{64})"\\}\\n$`);

/** Return the RFC 8785 text of strings, whole numbers, true, false, null, lists and maps. */
function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const pairs = Object.keys(value).sort().map((key) => `${canonicalJson(key)}:${canonicalJson(value[key])}`);
    return `{${pairs.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Unreadable("a number");
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new Unreadable("half a sign");
  return JSON.stringify(value);
}

/** Say whether bytes are JSON in its canonical form. */
export function isCanonical(data) {
  try {
    const text = utf8.decode(data);
    return canonicalJson(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

/** Say why a line without its line end is no entry, or null when it is one. */
export function entryFault(line) {
  if (ENTRY.test(line.latin1Slice())) return null;
  return isCanonical(line) ? "is not an entry of version 1" : "is not canonical JSON";
}

// Reading the archive

function bytesOf(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    throw new Unreadable(`${path.basename(file)} is missing or cannot be opened`);
  }
}

function read(what, reader, data) {
  try {
    return reader(data);
  } catch (fault) {
    if (!(fault instanceof Unreadable)) throw fault;
    throw new Unreadable(`${what} cannot be read: ${fault.message}`);
  }
}

function oneKey(data) {
  const text = textOf(data);
  if (!text.endsWith("\n")) throw new Unreadable("no line end");
  return readKey(text.slice(0, -1));
}

/** Yield the lines of a file with their ends, holding little of it at a time. */
function* linesOf(file) {
  let handle;
  try {
    handle = fs.openSync(file, "r");
  } catch {
    throw new Unreadable(`${path.basename(file)} is missing or cannot be opened`);
  }
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 20);
      const length = fs.readSync(handle, chunk);
      if (length === 0) break;
      const data = rest.length ? Buffer.concat([rest, chunk.subarray(0, length)]) : chunk.subarray(0, length);
      let start = 0;
      for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
        yield data.subarray(start, end + 1);
        start = end + 1;
      }
      rest = data.subarray(start);
    }
    if (rest.length) yield rest;
  } finally {
    fs.closeSync(handle);
  }
}

const isDirectory = (folder) => fs.existsSync(folder) && fs.statSync(folder).isDirectory();

/** What was found wrong, each with a name, where it lies, and a sentence. */
class Findings {
  rows = [];

  add(what, words, { first = null, last = null, entry = null } = {}) {
    const row = { what: what[0], could_be: what, words, first, last, entry };
    const text = JSON.stringify(row);
    if (!this.rows.some((other) => JSON.stringify(other) === text)) this.rows.push(row);
  }

  has(what) {
    return this.rows.some((row) => row.what === what);
  }
}

/** An archive's folder, read once for its keys and notes and as often as needed for entries. */
class Archive {
  constructor(folder, asked, findings) {
    this.folder = folder;
    this.asked = asked;
    this.findings = findings;
    if (!isDirectory(folder)) throw new Unreadable(`${path.basename(folder)} is not a folder`);
    this.entries = path.join(folder, "entries.jsonl");
    this.openings = path.join(folder, "openings.jsonl");
    this.key = this.logKey();
    this.listed = this.listedWitnesses();
    this.newest = null;
    this.notes = this.allNotes();
  }

  file(name) {
    return path.join(this.folder, name);
  }

  logKey() {
    const given = this.asked.key;
    let own;
    try {
      own = read("log.vkey", oneKey, bytesOf(this.file("log.vkey")));
    } catch (fault) {
      if (!(fault instanceof Unreadable) || !given) throw fault;
      this.findings.add(["damaged"], `${fault.message}.`);
      return given;
    }
    if (given && own.text !== given.text) this.otherKey("log.vkey", own);
    return given ?? own;
  }

  otherKey(file, theirs = null) {
    if (this.findings.has("other_key")) return;
    const named = theirs ? `, ${theirs.text}` : "";
    this.findings.add(
      ["other_key"],
      `The archive is signed with another key than the log's own (${file}${named}): the log ` +
        "was rewritten with another key, or this is another log.",
    );
  }

  listedWitnesses() {
    const file = this.file("witnesses");
    const keys = [];
    let count = 0;
    for (const line of fs.existsSync(file) ? linesOf(file) : []) {
      count += 1;
      try {
        keys.push(read(`Line ${count} of witnesses`, oneKey, line));
      } catch (fault) {
        if (!(fault instanceof Unreadable)) throw fault;
        this.findings.add(["damaged"], `${fault.message}.`);
      }
    }
    return keys;
  }

  allNotes() {
    const found = this.asked.kept.map(([source, note]) => this.keptNote(source, note));
    for (const [source, proof] of this.asked.proofs) found.push(this.keptNote(source, proof.checkpoint));
    this.newest = this.ownNote("checkpoint", bytesOf(this.file("checkpoint")));
    if (this.newest) found.push(this.newest);
    const older = this.file("checkpoints");
    for (const name of isDirectory(older) ? fs.readdirSync(older).sort() : []) {
      const note = this.ownNote(`checkpoints/${name}`, bytesOf(path.join(older, name)));
      if (note && name !== String(note.size).padStart(12, "0")) {
        this.findings.add(["damaged"], `${note.source} is named after another size.`);
      }
      if (note) found.push(note);
    }
    return found;
  }

  keptNote(source, note) {
    const signed = signedBy(note, this.key);
    if (signed === false) {
      throw new Unreadable(`${source} carries a signature of the log's key that is not true`);
    }
    if (signed === null && this.asked.key) {
      throw new Unreadable(`${source} is not signed by the key you gave`);
    }
    if (note.origin !== this.key.name) throw new Unreadable(`${source} is of another log, ${note.origin}`);
    if (signed === null) this.otherKey("log.vkey");
    return { source, size: note.size, root: note.root, checkpoint: note, kept: true, signed: Boolean(signed) };
  }

  ownNote(file, data) {
    let note;
    try {
      note = read(file, readCheckpoint, data);
    } catch (fault) {
      if (!(fault instanceof Unreadable)) throw fault;
      this.findings.add(["damaged"], `${fault.message}.`);
      return null;
    }
    const signed = signedBy(note, this.key);
    if (signed === null) {
      this.otherKey(file);
    } else if (!signed) {
      this.findings.add(
        ["forged"],
        `The log's signature under ${file} is not true: its text or its signature was changed.`,
      );
    } else if (note.origin !== this.key.name) {
      this.findings.add(["damaged"], `${file} is of another log, ${note.origin}.`);
    } else {
      this.checkLines(file, note);
      return { source: file, size: note.size, root: note.root, checkpoint: note, kept: false, signed: true };
    }
    return null;
  }

  checkLines(file, note) {
    const known = [this.key, ...this.listed, ...this.asked.witnesses];
    for (const line of note.signatures) {
      if (!known.some((key) => isFrom(key)(line))) {
        this.findings.add(["damaged"], `${file} carries a signature of somebody unknown, ${line.name}.`);
      }
    }
    const witnesses = [...this.listed, ...this.asked.witnesses].map((key) => [key.text, key]);
    for (const key of new Map(witnesses).values()) {
      if (cosignedAt(note, key) === -1) {
        this.findings.add(["forged"], `The co-signature of ${key.name} under ${file} is not true.`);
      }
    }
  }

  /** Yield the entries, each without its line end. */
  *lines() {
    for (const line of linesOf(this.entries)) {
      if (line[line.length - 1] === 10) {
        yield line.subarray(0, -1);
      } else {
        this.findings.add(["damaged"], "entries.jsonl breaks off in the middle of a line.");
        yield line;
      }
    }
  }
}

/** The openings beside the entries, walked in the same order. */
class Openings {
  constructor(archive) {
    this.there = fs.existsSync(archive.openings);
    this.findings = archive.findings;
    this.rows = this.there ? linesOf(archive.openings) : [].values();
    this.number = 0;
    this.fit = 0;
    this.lastFit = -1;
    this.wrong = [];
    this.next = this.advance();
  }

  advance() {
    for (let row = this.rows.next(); !row.done; row = this.rows.next()) {
      this.number += 1;
      const match = OPENING.exec(row.value.latin1Slice());
      if (match) return { facts: match[1], id: match[2], salt: match[3] };
      this.findings.add(["opening_changed"], `Line ${this.number} of openings.jsonl is not an opening.`);
    }
    return null;
  }

  /** Check the opening of an entry when it is the next one. */
  meet(position, id, commitment) {
    if (this.next === null || this.next.id !== id) return;
    const { salt, facts } = this.next;
    const hidden = Buffer.concat([Buffer.from(salt, "hex"), Buffer.from(facts, "latin1")]);
    if (sha256(hidden).toString("hex") === commitment) this.fit += 1;
    else this.wrong.push(position);
    this.lastFit = position;
    this.next = this.advance();
  }

  /** Return the ids of the openings no entry was met for. */
  rest() {
    const ids = new Set();
    for (; this.next !== null; this.next = this.advance()) ids.add(this.next.id);
    return ids;
  }
}

/** Read all entries once: the roots at every checkpoint's size, and what is wrong in a line. */
function readEntries(archive) {
  const sizes = new Set(archive.notes.map((note) => note.size));
  const proofs = archive.asked.proofs.map(([, proof]) => proof);
  const watched = new Set(proofs.map((proof) => proof.position));
  const sought = new Set(proofs.map((proof) => leafHash(proof.entry).toString("hex")));
  const frontier = new Frontier();
  const openings = new Openings(archive);
  const roots = new Map([[0, frontier.root()]]);
  const [faults, leaves, places] = [new Map(), new Map(), new Map()];
  let position = 0;
  for (const line of archive.lines()) {
    const leaf = leafHash(line);
    frontier.add(leaf);
    const match = ENTRY.exec(line.latin1Slice());
    if (match) openings.meet(position, match[2], match[1]);
    else if (faults.size < 100) faults.set(position, entryFault(line));
    if (sizes.has(frontier.size)) roots.set(frontier.size, frontier.root());
    if (watched.has(position)) leaves.set(position, leaf.toString("hex"));
    if (sought.size && sought.has(leaf.toString("hex"))) places.set(leaf.toString("hex"), position);
    position += 1;
  }
  return { size: frontier.size, root: frontier.root(), roots, faults, leaves, places, openings };
}

// Trying out what would explain a root that does not fit

/**
 * The stretch between the last checkpoint that fits and the first that does not.
 *
 * Leaves before it are known only by their subtrees. A history is written as pieces: from a
 * position on, the archive's leaves shifted by so many places.
 */
class Span {
  constructor(archive, first, last, target) {
    Object.assign(this, { archive, first, last, target });
    this.before = new Frontier();
    this.leaves = [];
    this.texts = new Map();
    this.memo = new Map();
  }

  load(suspects, extra) {
    const small = this.last - this.first <= BITS_SPAN;
    let position = -1;
    for (const line of this.archive.lines()) {
      position += 1;
      if (position < this.first) {
        this.before.add(leafHash(line));
        continue;
      }
      if (position > this.last + Math.max(extra, BITS_SPAN)) break;
      this.leaves.push(leafHash(line));
      if (position < this.last && (small || suspects.includes(position))) {
        this.texts.set(position, Buffer.from(line));
      }
    }
    this.known = this.before.peaks();
  }

  /** Return the leaf hashes of the span, and on to a position that lies behind it. */
  until(position) {
    return this.leaves.slice(0, Math.max(this.last, position + 1) - this.first);
  }

  has(position) {
    return position - this.first < this.leaves.length;
  }

  node(shift, start, size) {
    const known = shift === 0 ? this.known.get(`${start} ${size}`) : undefined;
    if (known) return known;
    if (size === 1) return this.leaves[start + shift - this.first];
    const name = `${shift} ${start} ${size}`;
    let found = this.memo.get(name);
    if (!found) {
      const left = split(size);
      found = nodeHash(this.node(shift, start, left), this.node(shift, start + left, size - left));
      this.memo.set(name, found);
    }
    return found;
  }

  root(pieces, start, size) {
    if (!pieces.some(([from]) => start < from && from < start + size)) {
      const [, shift] = pieces.filter(([from]) => from <= start).at(-1);
      return this.node(shift, start, size);
    }
    const left = split(size);
    return nodeHash(this.root(pieces, start, left), this.root(pieces, start + left, size - left));
  }

  explains(pieces) {
    return this.root(pieces, 0, this.last).equals(this.target);
  }

  /** Return the siblings of one leaf from below, with whether each stands to its left. */
  path(position) {
    const steps = [];
    let [start, size] = [0, this.last];
    while (size > 1) {
      const left = split(size);
      if (position < start + left) {
        steps.unshift([false, this.node(0, start + left, size - left)]);
        size = left;
      } else {
        steps.unshift([true, this.node(0, start, left)]);
        [start, size] = [start + left, size - left];
      }
    }
    return steps;
  }
}

function extraEntries(span, count) {
  if (!(count > 0 && count <= LINEAR_SPAN) || !span.has(span.last + count - 1)) return null;
  for (let at = span.first; at < span.last; at += 1) {
    if (!span.explains([[0, 0], [at, count]])) continue;
    const taken = span.last - span.first + count;
    const leaves = span.leaves.slice(0, taken);
    leaves.splice(at - span.first, count);
    const some = count === 1 ? `Entry ${at} was` : `Entries ${at} to ${at + count - 1} were`;
    return { what: "inserted", words: `${some} inserted`, entry: at, leaves, taken };
  }
  return null;
}

function swapped(span, one, two) {
  const pieces = [[0, 0], [one, two - one], [one + 1, 0], [two, one - two], [two + 1, 0]];
  if (!span.explains(pieces)) return null;
  const leaves = span.until(two);
  const [first, second] = [one - span.first, two - span.first];
  [leaves[first], leaves[second]] = [leaves[second], leaves[first]];
  const words = `Entries ${one} and ${two} changed places`;
  return { what: "reordered", words, entry: one, leaves, taken: leaves.length };
}

function moved(span, now, then) {
  const [low, high] = [Math.min(now, then), Math.max(now, then)];
  const pieces = then === high
    ? [[0, 0], [low, 1], [then, now - then], [high + 1, 0]]
    : [[0, 0], [then, now - then], [then + 1, -1], [high + 1, 0]];
  if (!span.explains(pieces)) return null;
  const leaves = span.until(high);
  const [leaf] = leaves.splice(now - span.first, 1);
  leaves.splice(then - span.first, 0, leaf);
  const words = `Entry ${now} was moved: it stood at ${then}`;
  return { what: "reordered", words, entry: low, leaves, taken: leaves.length };
}

function* reordered(span) {
  const { first, last } = span;
  const end = first + Math.min(span.leaves.length, Math.floor(PAIRS / (last - first)));
  const pairs = [];
  for (let one = first; one < last; one += 1) if (span.has(one + 1)) pairs.push([one, one + 1]);
  for (let one = first; one < last; one += 1) {
    for (let two = one + 2; two < end; two += 1) pairs.push([one, two]);
  }
  for (const [one, two] of pairs) {
    let found = swapped(span, one, two);
    if (two > one + 1) found ??= moved(span, one, two) ?? moved(span, two, one);
    if (found) yield found;
  }
}

/** Try every single bit of one entry that leaves an entry when it is turned. */
function turnedBit(span, position) {
  const steps = span.path(position);
  const text = span.texts.get(position);
  for (let place = 0; place < text.length; place += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      text[place] ^= 1 << bit;
      if (ENTRY.test(text.latin1Slice())) {
        const leaf = leafHash(text);
        let root = leaf;
        for (const [isLeft, sibling] of steps) root = isLeft ? nodeHash(sibling, root) : nodeHash(root, sibling);
        if (root.equals(span.target)) {
          const leaves = span.until(position);
          leaves[position - span.first] = leaf;
          const words = `One bit of entry ${position} was flipped (byte ${place} of its line)`;
          return { what: "altered", words, entry: position, leaves, taken: leaves.length };
        }
      }
      text[place] ^= 1 << bit;
    }
  }
  return null;
}

function* flipped(span, suspects) {
  const length = span.last - span.first;
  const everyone = length <= BITS_SPAN ? Array.from({ length }, (_, index) => span.first + index) : [];
  for (const position of suspects.length ? suspects : everyone) {
    const found = turnedBit(span, position);
    if (found) yield found;
  }
}

/** Yield each simple change that, undone, gives the root that was signed. */
function* explanations(span, suspects, extra) {
  if (suspects.length) yield* flipped(span, suspects);
  if (span.last - span.first > LINEAR_SPAN) return;
  for (const count of extra === 1 ? [1] : [Math.min(1, extra), Math.max(1, extra)]) {
    const found = extraEntries(span, count);
    if (found) yield found;
  }
  yield* reordered(span);
  if (!suspects.length) yield* flipped(span, []);
}

/** Return the size of the first checkpoint that does not fit even with a change undone. */
function firstUnfitAfter(archive, span, undone, notes) {
  const targets = new Map(notes.filter((note) => note.size > span.first).map((note) => [note.size, note.root]));
  const frontier = span.before.copy();
  const fits = (leaf) => {
    frontier.add(leaf);
    const target = targets.get(frontier.size);
    return !target || target.equals(frontier.root());
  };
  for (const leaf of undone.leaves) if (!fits(leaf)) return frontier.size;
  let position = -1;
  for (const line of archive.lines()) {
    position += 1;
    if (position >= span.first + undone.taken && !fits(leafHash(line))) return frontier.size;
  }
  return null;
}

// Judging

const entriesOf = (count) => (count === 1 ? "1 entry" : `${count} entries`);
const between = (first, last) => (last - first === 1 ? `entry ${first}` : `entries ${first} to ${last - 1}`);
const bySize = (one, two) => one.size - two.size || (one.source < two.source ? -1 : 1);
const largest = (values, otherwise) => values.reduce((most, value) => Math.max(most, value), otherwise);

/** Says what happened, from what was read and what was kept. */
class Judge {
  constructor(archive, seen) {
    Object.assign(this, { archive, seen, findings: archive.findings });
    const within = archive.notes.filter((note) => note.size <= seen.size);
    const isFit = (note) => note.root.equals(seen.roots.get(note.size));
    this.fit = within.filter(isFit);
    this.unfit = within.filter((note) => !isFit(note));
    const contradicted = this.twoHistories();
    const anew = contradicted && this.unfit.some((note) => note.kept);
    // The archive's own checkpoints are left out once its key is known to have signed anew.
    this.trusted = anew ? archive.notes.filter((note) => note.kept) : archive.notes;
    this.longest = largest(this.trusted.map((note) => note.size), this.trusted.length ? 0 : seen.size);
  }

  /** Find two checkpoints that the log's key signed and that cannot both be true. */
  twoHistories() {
    for (const unfit of [...this.unfit].sort(bySize)) {
      const later = this.fit.filter((note) => note.size >= unfit.size && note.signed && unfit.signed);
      if (later.length) {
        const [fit] = later.sort(bySize);
        this.tellTwo(fit, unfit, ` This archive follows ${fit.source}.`);
        return true;
      }
    }
    return this.sameSize();
  }

  sameSize() {
    const met = new Map();
    for (const note of this.archive.notes) {
      const other = met.get(note.size) ?? note;
      met.set(note.size, other);
      if (note.signed && other.signed && !note.root.equals(other.root)) {
        this.tellTwo(other, note, " This archive follows neither.");
        return true;
      }
    }
    return false;
  }

  tellTwo(one, two, which) {
    this.findings.add(
      ["two_histories"],
      `The log's own key signed two histories: ${one.source} over ${entriesOf(one.size)} and ` +
        `${two.source} over ${entriesOf(two.size)} cannot both be true.${which}`,
    );
  }

  judge() {
    const unfit = this.unfit.filter((note) => this.trusted.includes(note));
    if (unfit.length) this.judgeSpan(unfit.reduce((one, two) => (two.size < one.size ? two : one)));
    else this.judgeLength(this.seen.size);
    this.judgeLines(unfit);
    this.judgeProofs();
  }

  fitBelow(size, notes) {
    return largest(this.fit.filter((n) => notes.includes(n) && n.size <= size).map((n) => n.size), 0);
  }

  judgeSpan(unfit) {
    const [first, last] = [this.fitBelow(unfit.size - 1, this.trusted), unfit.size];
    const extra = this.archive.newest ? this.seen.size - this.longest : 1;
    const faulty = new Set([...this.seen.faults.keys(), ...this.seen.openings.wrong]);
    const suspects = [...faulty].filter((at) => first <= at && at < last).sort((one, two) => one - two);
    const span = new Span(this.archive, first, last, unfit.root);
    span.load(suspects, extra);
    const found = this.explained(span, explanations(span, suspects, extra));
    if (found) this.tellUndone(span, ...found);
    else if (suspects.length) for (const at of suspects.slice(0, 5)) this.tellSuspect(at, first, last);
    else this.tellUnclear(first, last, unfit);
  }

  /** Return what explains most, with the first checkpoint that it leaves unfit. */
  explained(span, tried) {
    let first = null;
    for (const undone of tried) {
      const more = firstUnfitAfter(this.archive, span, undone, this.trusted);
      const size = this.seen.size - undone.taken + undone.leaves.length;
      if (more === null && (size === this.longest || !this.archive.newest)) return [undone, null];
      first ??= [undone, more];
    }
    return first;
  }

  tellUndone(span, undone, more) {
    const rest = more === null
      ? "With that undone every checkpoint fits."
      : `Even with that undone the one over ${more} does not fit: more was changed.`;
    const place = { first: span.first, last: span.last - 1, entry: undone.entry };
    this.findings.add([undone.what], `${undone.words}. ${rest}`, place);
    if (more === null) this.judgeLength(this.seen.size - undone.taken + undone.leaves.length);
  }

  tellSuspect(at, first, last) {
    const why = this.seen.faults.get(at) ?? "does not fit its opening";
    this.findings.add(
      ["altered"],
      `Entry ${at} was changed: it ${why}, and ${between(first, last)} do not have the root that was signed.`,
      { first, last: last - 1, entry: at },
    );
  }

  tellUnclear(first, last, unfit) {
    const missing = this.longest - this.seen.size;
    const where = `the first difference is among ${between(first, last)}`;
    let what = ["unclear", "altered", "deleted", "inserted", "reordered"];
    let words =
      `These are not the entries ${unfit.source} was signed over: ${where}. Something ` +
      "there was changed, removed or replaced; checkpoints alone cannot tell which.";
    if (missing > 0) {
      const unsure = this.strayInside === null;
      what = unsure ? ["deleted", "altered"] : ["deleted"];
      const tail = unsure
        ? " That something there was replaced and the end was cut off instead, checkpoints alone cannot tell."
        : "";
      words =
        `${entriesOf(missing)} missing: ${this.seen.size} of ${this.longest} entries are here, and ` +
        `${where}, so they were removed there.${tail}`;
    }
    this.findings.add(what, words, { first, last: last - 1 });
  }

  /** Whether openings without an entry lie before others that have one; null: no such. */
  get strayInside() {
    this.stray ??= { inside: this.findStray() };
    return this.stray.inside;
  }

  findStray() {
    const { openings } = this.seen;
    const ids = openings.rest();
    if (!ids.size) return null;
    let position = -1;
    for (const line of this.archive.lines()) {
      position += 1;
      const match = position > openings.lastFit ? ENTRY.exec(line.latin1Slice()) : null;
      if (match && ids.has(match[2])) return true;
    }
    return false;
  }

  judgeLength(size) {
    const { longest } = this;
    if (size > longest && this.archive.newest) {
      this.findings.add(
        ["inserted"],
        `${entriesOf(size - longest)} at the end stand under no checkpoint: the newest is over ` +
          `${longest}, the archive has ${size}.`,
        { first: longest, last: size - 1, entry: longest },
      );
    } else if (size < longest) {
      this.tellMissing(size, longest);
    }
  }

  tellMissing(size, longest) {
    const { newest, notes } = this.archive;
    const fit = this.fitBelow(size, newest?.size === longest ? notes : notes.filter((note) => note.kept));
    let what = ["cut_off"];
    let words = `The tail was cut off: the log had ${longest} entries, here are ${size}.`;
    if (this.strayInside) {
      what = ["deleted"];
      words =
        `${entriesOf(longest - size)} of ${longest} were removed from among those after ` +
        `entry ${this.seen.openings.lastFit}: their openings are still there.`;
    } else if (fit < size && this.strayInside === null) {
      what = ["cut_off", "deleted"];
      words +=
        ` The first ${fit} are as they were; that some between ${fit} and ${size} were ` +
        "removed instead, checkpoints alone cannot tell.";
    }
    this.findings.add(what, words, { first: fit, last: longest - 1 });
  }

  /** Tell of lines and openings that are wrong although the entries are those sealed. */
  judgeLines(unfit) {
    const sure = unfit.reduce((least, note) => Math.min(least, note.size), this.seen.size + 1);
    const below = largest(this.fit.filter((note) => note.size < sure).map((note) => note.size), 0);
    for (const at of this.seen.openings.wrong.filter((at) => at < below).slice(0, 5)) {
      const words = `The opening of entry ${at} was changed: it does not fit what was sealed.`;
      this.findings.add(["opening_changed"], words, { entry: at });
    }
    for (const [at, why] of [...this.seen.faults].filter(([at]) => at < below).slice(0, 5)) {
      this.findings.add(["form"], `Entry ${at} was sealed, but ${why}.`, { entry: at });
    }
    if (!this.findings.rows.length && this.seen.openings.rest().size) {
      this.findings.add(
        ["opening_changed"],
        "openings.jsonl holds an opening that belongs to no entry, or stands out of order.",
      );
    }
  }

  judgeProofs() {
    for (const [source, proof] of this.archive.asked.proofs) {
      const leaf = leafHash(proof.entry).toString("hex");
      if (this.seen.leaves.get(proof.position) === leaf) continue;
      const now = this.seen.places.get(leaf);
      const what = now === undefined
        ? ["altered", "deleted"]
        : [now < proof.position ? "deleted" : "inserted", "reordered"];
      const words = now === undefined ? "is no longer in the archive." : `now stands at ${now}.`;
      this.findings.add(what, `The entry of ${source} stood at ${proof.position} and ${words}`, {
        entry: proof.position,
      });
    }
  }
}

function proofFinding(source, proof, findings) {
  const { checkpoint, position, hashes, entry } = proof;
  if (!inclusionHolds(leafHash(entry), position, checkpoint.size, hashes, checkpoint.root)) {
    findings.add(
      ["proof_wrong"],
      `${source} does not prove its entry: entry, place or hashes were changed.`,
      { entry: position },
    );
  } else if (entryFault(entry)) {
    findings.add(["form"], `The entry of ${source} ${entryFault(entry)}.`);
  }
}

function checkProofHolds(source, proof) {
  if (proof.entry === null) throw new Unreadable(`${source} does not hold the entry it speaks of`);
}

/** Return the names of those who truly co-signed, each once. */
function witnessesOf(note, keys) {
  if (!note) return [];
  return [...new Set(keys.filter((key) => (cosignedAt(note, key) ?? -1) > 0).map((key) => key.name))].sort();
}

function checkQuorum(names, quorum, findings) {
  if (names.length < quorum) {
    findings.add(
      ["quorum"],
      `${names.length} of the ${quorum} witnesses you ask for co-signed the checkpoint.`,
    );
  }
}

function report(findings, notes, facts) {
  return { verdict: findings.rows.length ? "tampered" : "whole", ...facts, findings: findings.rows, notes };
}

/** Leave out proof files that do not hold by themselves, having said so. */
function usableProofs(asked, findings) {
  const proofs = asked.proofs.filter(([source, proof]) => {
    const before = findings.rows.length;
    checkProofHolds(source, proof);
    proofFinding(source, proof, findings);
    return findings.rows.length === before;
  });
  return { ...asked, proofs };
}

/** Check an archive against its own checkpoints and those that were kept; return the report. */
export function checkArchive(folder, given) {
  const findings = new Findings();
  const asked = usableProofs(given, findings);
  const archive = new Archive(folder, asked, findings);
  const seen = readEntries(archive);
  new Judge(archive, seen).judge();
  const newest = archive.newest?.checkpoint ?? null;
  const names = witnessesOf(newest, asked.witnesses.length ? asked.witnesses : archive.listed);
  checkQuorum(names, asked.quorum, findings);
  const { fit, there } = seen.openings;
  return report(findings, remarks(asked, archive), {
    log: archive.key.name,
    entries: seen.size,
    root: seen.root.toString("hex"),
    checkpoint: newest ? newest.size : null,
    kept: asked.kept.length + asked.proofs.length,
    witnesses: names,
    openings: there ? { fit, erased: seen.size - fit } : null,
  });
}

function remarks(asked, archive) {
  const found = [];
  if (!asked.key) found.push("The key came with the archive. Learn it from elsewhere and give it with --key.");
  if (!asked.kept.length && !asked.proofs.length) {
    found.push(
      "No checkpoint kept from before was given: this only shows that the archive agrees with itself.",
    );
  }
  if (archive.listed.length && !asked.witnesses.length) {
    found.push("The witnesses are those the archive names itself.");
  }
  return found;
}

/** Check proof files by themselves, without an archive. */
function checkProofs(asked) {
  const findings = new Findings();
  const key = needed(asked.key);
  let names = [];
  for (const [source, proof] of asked.proofs) {
    checkProofHolds(source, proof);
    signFinding(source, proof.checkpoint, key, findings);
    proofFinding(source, proof, findings);
    names = witnessesOf(proof.checkpoint, asked.witnesses);
    checkQuorum(names, asked.quorum, findings);
  }
  return report(findings, [], { log: key.name, proofs: asked.proofs.length, witnesses: names });
}

function needed(key) {
  if (!key) throw new Unreadable("The log's key is needed: give it with --key");
  return key;
}

function signFinding(source, note, key, findings) {
  const signed = signedBy(note, key);
  if (signed === null) findings.add(["other_key"], `${source} is not signed by the key you gave.`);
  else if (!signed || note.origin !== key.name) {
    findings.add(["forged"], `The log's signature under ${source} is not true.`);
  }
}

/** Say whether two checkpoints of one log can both be true, without an archive. */
function compare(asked, pairs, proof) {
  const findings = new Findings();
  const key = needed(asked.key);
  for (const [source, note] of pairs) signFinding(source, note, key, findings);
  const [[oneName, first], [twoName, second]] = [...pairs].sort((one, two) => one[1].size - two[1].size);
  if (!findings.rows.length && !agree(first, second, proof)) {
    findings.add(
      ["two_histories"],
      `The log's own key signed two histories: ${oneName} over ${entriesOf(first.size)} and ` +
        `${twoName} over ${entriesOf(second.size)} cannot both be true.`,
    );
  }
  const names = witnessesOf(second, asked.witnesses);
  return report(findings, [], { log: key.name, sizes: [first.size, second.size], witnesses: names });
}

function agree(first, second, proof) {
  if (first.size === second.size) return first.root.equals(second.root);
  if (proof === null) {
    throw new Unreadable(
      `Checkpoints over ${first.size} and ${second.size} entries cannot be compared by ` +
        "themselves: give the archive, or a proof with --consistency",
    );
  }
  const hashes = textOf(proof).split("\n").filter(Boolean).map(base64);
  if (hashes.some((each) => each.length !== 32)) throw new Unreadable("The proof has a broken hash");
  if (consistencyHolds(first.size, second.size, first.root, second.root, hashes)) return true;
  throw new Unreadable(
    "The proof does not join the two checkpoints. That alone does not say that the log lied: " +
      "the proof may be damaged. Give the archive",
  );
}

// The command

function say(done) {
  const lines = done.verdict === "tampered"
    ? ["TAMPERED.", ...done.findings.map((row) => `* ${row.words}`)]
    : [sayWhole(done)];
  if (done.openings) lines.push(`Openings: ${done.openings.fit} fit, ${done.openings.erased} are erased.`);
  if (done.witnesses.length) lines.push(`Co-signed by ${done.witnesses.join(", ")}.`);
  return [...lines, ...done.notes.map((note) => `Note: ${note}`)].join("\n");
}

function sayWhole(done) {
  if ("entries" in done) {
    const kept = done.kept ? ` and with ${done.kept} kept from before` : "";
    return `Whole: ${entriesOf(done.entries)} of ${done.log}, as the newest checkpoint says${kept}.`;
  }
  if ("proofs" in done) return `Whole: the entry was in the record of ${done.log}.`;
  return "Whole: the two checkpoints can both be true.";
}

/** Read a key given as text, or as a file that holds it. */
function keyOf(text, kind) {
  const isFile = !text.includes("+") || (fs.existsSync(text) && fs.statSync(text).isFile());
  const key = isFile ? read(path.basename(text), oneKey, bytesOf(text)) : read("The key", readKey, text);
  if (key.kind !== kind) {
    throw new Unreadable(`${key.name} is not ${kind === LOG_KEY ? "a log's" : "a witness's"} key`);
  }
  return key;
}

function noted(file) {
  const name = path.basename(file);
  return [name, read(name, readCheckpoint, bytesOf(file))];
}

const TAKES = { archive: 1, key: 1, old: Infinity, proof: Infinity, witness: Infinity, quorum: 1, compare: 2, consistency: 1, json: 0 };

function usage(words) {
  throw new Unreadable(`${words}; see the head of this file for how it is called`);
}

/** Return the words after each option; the one that stands free is the archive. */
function optionsOf(words) {
  const options = Object.fromEntries(Object.keys(TAKES).map((name) => [name, []]));
  let current = "archive";
  for (const word of words) {
    if (word.startsWith("--")) {
      current = word.slice(2);
      if (!(current in TAKES)) usage(`${word} is not known`);
      if (current === "json") options.json.push(true);
    } else {
      if (options[current].length >= TAKES[current] || current === "json") current = "archive";
      options[current].push(word);
    }
  }
  if (options.archive.length > 1) usage("More than one archive was named");
  if (![0, 2].includes(options.compare.length)) usage("--compare takes two checkpoints");
  return options;
}

/** Do what was asked and return the report. */
export function run(options) {
  const proofs = options.proof.map((file) => [path.basename(file), bytesOf(file)]);
  const asked = {
    key: options.key.length ? keyOf(options.key[0], LOG_KEY) : null,
    kept: options.old.map(noted),
    witnesses: options.witness.map((text) => keyOf(text, WITNESS_KEY)),
    quorum: options.quorum.length ? number(options.quorum[0]) : 0,
    proofs: proofs.map(([name, data]) => [name, read(name, readProof, data)]),
  };
  const pairs = options.compare.map(noted);
  if (options.archive.length) {
    return checkArchive(options.archive[0], { ...asked, kept: [...asked.kept, ...pairs] });
  }
  if (pairs.length) {
    return compare(asked, pairs, options.consistency.length ? bytesOf(options.consistency[0]) : null);
  }
  if (proofs.length) return checkProofs(asked);
  throw new Unreadable("Give an archive, or --compare with two checkpoints, or --proof with a file");
}

/** Return the exit code and the report of a command line. */
export function answer(words) {
  try {
    const done = run(optionsOf(words));
    return [CODES[done.verdict], done];
  } catch (fault) {
    if (!(fault instanceof Unreadable)) throw fault;
    return [CODES.unreadable, { verdict: "unreadable", words: `${fault.message}.` }];
  }
}

/** Run the command line and return its exit code. */
export function main(words) {
  const [code, done] = answer(words);
  const isUnreadable = code === CODES.unreadable;
  const sentences = isUnreadable ? `Cannot check: ${done.words}` : say(done);
  const out = isUnreadable ? process.stderr : process.stdout;
  out.write(`${words.includes("--json") ? JSON.stringify(done) : sentences}\n`);
  return code;
}

const called = process.argv[1] ? fs.realpathSync(process.argv[1]) : "";
if (called === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
