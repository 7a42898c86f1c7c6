/* The signs of attendance and the keys that put them.

   A sign is here, unexcused, excused, ill or late; its letter is a word of the page's language. A key is
   read as a letter of that language, else of Kazakh or Russian, else by its place on the keyboard, so that
   nobody has to change the layout in the middle of a lesson. */

export const SIGNS = ["here", "unexcused", "excused", "ill", "late"];

const LETTERS = { ж: 1, д: 2, а: 3, к: 4, н: 1, у: 2, б: 3, о: 4 };
const PLACES = { Semicolon: 1, KeyL: 2, KeyF: 3, KeyR: 4, KeyY: 1, KeyE: 2, Comma: 3, KeyJ: 4 };

/** What a sign says: presence and, as far as its teacher knows, the reason. */
const SAID = {
  here: { presence: "present", reason: "unknown" },
  unexcused: { presence: "absent", reason: "unknown" },
  excused: { presence: "absent", reason: "valid" },
  ill: { presence: "absent", reason: "ill" },
  late: { presence: "late", reason: "unknown" },
};

/** Return the sign a key puts, or undefined. own: {letter: sign} of the page's language. */
export function signOf(event, own) {
  const key = event.key.toLowerCase();
  if (own[key]) return own[key];
  if (LETTERS[key]) return SIGNS[LETTERS[key]];
  const latin = key.length === 1 && key.charCodeAt(0) < 128;
  return latin ? SIGNS[PLACES[event.code]] : undefined;
}

/** Return presence and reason as an operation says them. */
export function saidBy(sign) {
  return SAID[sign];
}

/** Return the sign of a presence and a reason; the same rule as rules/attendance.py. */
export function signFrom(presence, reason) {
  if (presence === "present") return "here";
  if (presence === "late") return "late";
  if (reason === "ill") return "ill";
  return reason === "valid" ? "excused" : "unexcused";
}

/** Say whether a sign means that somebody is not there. */
export function isAway(sign) {
  return sign !== "here" && sign !== "late";
}
