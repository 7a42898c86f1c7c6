// Runs the JavaScript verifier for the tests, many times in one process.
//
// Reads JSON from standard input: {"verifier": URL, "calls": [[name, argument...]...]}, where a
// name is "answer" (a command line) or what the vectors ask for; writes the list of results.

import fs from "node:fs";

const { verifier, calls } = JSON.parse(fs.readFileSync(0, "utf-8"));
const it = await import(verifier);
const hex = (text) => Buffer.from(text, "hex");
const all = (texts) => texts.map(hex);
const tried = (what) => {
  try {
    return what();
  } catch (fault) {
    if (fault instanceof it.Unreadable) return "unreadable";
    throw fault;
  }
};

const known = {
  answer: (words) => it.answer(words),
  leaf: (data) => it.leafHash(hex(data)).toString("hex"),
  root: (leaves) => it.treeRoot(all(leaves)).toString("hex"),
  inclusion: (leaf, index, size, proof, root) => it.inclusionHolds(hex(leaf), index, size, all(proof), hex(root)),
  consistency: (first, second, one, two, proof) => it.consistencyHolds(first, second, hex(one), hex(two), all(proof)),
  ed25519: (key, message, signature) => it.ed25519Verify(hex(key), hex(message), hex(signature)),
  key: (text) => tried(() => {
    const { name, id, kind, raw } = it.readKey(text);
    return { name, id, kind, public: raw.toString("hex") };
  }),
  note: (text) => tried(() => {
    const note = it.readNote(Buffer.from(text, "latin1"));
    return { text: note.text, names: note.signatures.map((line) => line.name) };
  }),
  checkpoint: (text, vkey) => tried(() => {
    const note = it.readCheckpoint(Buffer.from(text, "latin1"));
    const signed = it.signedBy(note, it.readKey(vkey));
    return { origin: note.origin, size: note.size, root: note.root.toString("hex"), signed };
  }),
  cosigned: (text, vkey) => tried(() => it.cosignedAt(it.readCheckpoint(Buffer.from(text, "latin1")), it.readKey(vkey))),
  proof: (text) => tried(() => {
    const { entry, position, hashes, checkpoint: { size, root } } = it.readProof(Buffer.from(text, "latin1"));
    if (entry === null) return "no entry";
    return it.inclusionHolds(it.leafHash(entry), position, size, hashes, root);
  }),
  entry: (text) => it.entryFault(Buffer.from(text, "latin1")),
};

process.stdout.write(JSON.stringify(calls.map(([name, ...given]) => known[name](...given))));
