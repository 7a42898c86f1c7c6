/* What stands in a cell of the register: a sign of attendance, points, or lateness with points beside.
   Reading it from the page, from keys of any layout, and from text; writing it back. */

/** The signs by their short names, as the school keeps them. */
export const SIGNS = {
  u: { presence: "absent", reason: "unknown" },
  e: { presence: "absent", reason: "valid" },
  i: { presence: "absent", reason: "ill" },
  l: { presence: "late", reason: "unknown" },
};
const HERE = { presence: "present", reason: "unknown" };
const MARKS = Object.keys(SIGNS);
export const EMPTY = Object.freeze({ sign: "", points: null });

/* Letters are read in Kazakh and Russian at once, for they never mean two things. */
const CYRILLIC = { ж: "u", д: "e", а: "i", к: "l", н: "u", у: "e", б: "i", о: "l" };
const ENGLISH = { n: "u", v: "e", i: "i", l: "l" };
/* A Latin layout left on by mistake: the same keys under the same fingers. */
const BY_KEY = {
  kk: { Semicolon: "u", KeyL: "e", KeyF: "i", KeyR: "l" },
  ru: { KeyY: "u", KeyE: "e", Comma: "i", KeyJ: "l" },
  en: {},
};
/* The Kazakh layout has letters where others have digits. */
const DIGIT_KEYS = { "ә": 2, "і": 3, "ң": 4, "ғ": 5, "ү": 8, "ұ": 9, "қ": 0 };

/** Return what the school keeps for a sign; nothing is "here". */
export function presenceOf(sign) {
  return SIGNS[sign] ?? HERE;
}

/** Return the sign of a presence and a reason; nothing where the pupil was here. */
export function signOf(presence, reason) {
  if (presence === "late") return "l";
  if (presence !== "absent") return "";
  return { ill: "i", valid: "e" }[reason] ?? "u";
}

export function same(one, other) {
  return one.sign === other.sign && one.points === other.points;
}

/** Return the sign a key press means in a language, or nothing. */
export function signOfKey(event, lang) {
  const letter = event.key.toLowerCase();
  if (letter in CYRILLIC) return CYRILLIC[letter];
  if (lang === "en" && letter in ENGLISH) return ENGLISH[letter];
  return /^[\x20-\x7e]$/.test(letter) ? BY_KEY[lang]?.[event.code] ?? "" : "";
}

/** Return the digit a key press means, whatever the layout writes on it; null for other keys. */
export function digitOfKey(event) {
  if (/^\d$/.test(event.key)) return Number(event.key);
  const named = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  return named && !event.shiftKey ? Number(named[1]) : null;
}

/** Return the value of a text ("ж", "9", "к 7", ""), or null when it says neither. */
export function readText(text, lang) {
  const plain = [...text.trim().toLowerCase()].map((letter) => DIGIT_KEYS[letter] ?? letter).join("");
  if (plain === "" || plain === "-" || plain === "–") return EMPTY;
  const found = /^(\p{L})?\s*(\d{1,3}(?:[.,]0+)?)?$/u.exec(plain);
  if (!found) return null;
  const letters = lang === "en" ? { ...ENGLISH, ...CYRILLIC } : CYRILLIC;
  const sign = found[1] ? letters[found[1]] : "";
  if (sign === undefined) return null;
  return { sign, points: found[2] ? parseInt(found[2], 10) : null };
}

/** Return what a cell of the page shows. */
export function readCell(td) {
  const sign = td.querySelector("b") ? MARKS.find((mark) => td.classList.contains(mark)) : "";
  const digits = /^\s*(\d+)/.exec([...td.childNodes].map((n) => (n.nodeType === 3 ? n.data : "")).join(""));
  return { sign: sign ?? "", points: digits ? Number(digits[1]) : null };
}

/** Show a value in a cell of the page. letters: of the signs. */
export function showCell(td, { sign, points }, letters) {
  td.classList.remove(...MARKS, "d");
  td.textContent = "";
  if (sign) {
    const letter = document.createElement("b");
    letter.textContent = letters[sign];
    td.classList.add(sign);
    td.append(letter, points === null ? "" : " ");
  }
  if (points !== null) td.append(`${points}`);
}

/** Return a value as text, for a sheet or for an input. */
export function textOf({ sign, points }, letters) {
  return [sign ? letters[sign] : "", points ?? ""].filter((part) => part !== "").join(" ");
}

/** Return an id of 22 letters as the UUID it stands for, null for nothing; a whole one stays. */
export function wholeId(short) {
  if (!short || short.length === 36) return short || null;
  const bytes = atob(short.replaceAll("-", "+").replaceAll("_", "/"));
  const hex = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
