/* The lesson by keyboard and by thumb, saved as one works. Without this script the page is a plain form. */

import { Outbox } from "./saving.js";
import { SIGNS, isAway, saidBy, signFrom, signOf } from "./signs.js";

const KIND = "journal.lesson.save";
const HIGHEST = 10;
const TEXT_REST = 4000;
const SOON = 300;
const NEXT_DIGIT = 800; // ms within which two digits make one number
const NARROW = 832; // px of the page under which thumbs get the number pad

const form = document.getElementById("lesson");
const say = form.dataset;

/** One pupil: what the fields show, what was sent, and what the school is known to hold. */
class Row {
  constructor(line, group) {
    this.line = line;
    this.group = group;
    this.member = line.dataset.member;
    this.number = Number(line.dataset.number);
    this.name = line.querySelector(".name").textContent;
    this.radios = new Map([...line.querySelectorAll(".presence input")].map((radio) => [radio.value, radio]));
    this.points = line.querySelector(".points");
    this.comment = line.querySelector("input.remark");
    this.seen = line.querySelector("input[name^=seen-]");
    this.was = line.querySelector("input[name^=was-]");
    this.note = line.querySelector("[data-note]");
    this.sent = { sign: this.was.value, points: this.points?.defaultValue ?? "", comment: this.comment.defaultValue };
    this.held = { ...this.sent };
    this.values = { ...this.sent };
  }

  get typed() {
    const checked = [...this.radios.values()].find((radio) => radio.checked);
    return { sign: checked?.value ?? "here", points: this.points?.value ?? "", comment: this.comment.value };
  }

  /** Show one value in its field. */
  show(field, value) {
    this.values[field] = value;
    if (field === "sign") this.radios.get(value).checked = true;
    else if (this[field] && this[field].value !== value) this[field].value = value;
    this.line.classList.toggle("away", isAway(this.values.sign));
    this.line.classList.toggle("pointed", this.values.points !== "");
  }

  /** Put what is not yet sent into an operation, and take out what is as it was. */
  say(body) {
    if (this.values.sign === this.sent.sign) delete body.presence[this.member];
    else body.presence[this.member] = { ...saidBy(this.values.sign), seen: saidBy(this.held.sign).presence };
    const same = this.values.points === this.sent.points && this.values.comment === this.sent.comment;
    if (same) delete body.scores[this.member];
    else {
      body.scores[this.member] = {
        points: this.values.points === "" ? null : Number(this.values.points),
        comment: this.values.comment,
        seen: this.seen.value || null,
      };
    }
  }

  /** Tell of a pupil's line what its teacher should know: two entries differ, or one was refused. */
  tell(kind, words) {
    this.line.classList.add(kind);
    this.note.textContent = words;
    this.note.hidden = false;
  }

  /** Take back that an entry was refused. */
  untell() {
    if (!this.line.classList.contains("refused")) return;
    this.line.classList.remove("refused");
    this.note.hidden = true;
  }

  focus(column) {
    const target = column === "sign" ? this.radios.get(this.values.sign) : this[column] ?? this.comment;
    if (target === this.comment) this.line.classList.add("remarked"); // it may be folded away on a phone
    target.focus();
    if (column !== "sign") target.select();
    if (!pad.element.hidden) this.line.scrollIntoView({ block: "nearest" });
  }
}

const groups = [...form.querySelectorAll(".group")].map((element) => element.dataset.class);
const rows = [...form.querySelectorAll("li[data-member]")].map(
  (line) => new Row(line, line.closest(".group").dataset.class),
);
const byMember = new Map(rows.map((row) => [row.member, row]));
const texts = [...form.querySelectorAll("textarea[data-text]")].map((area) => ({
  area,
  group: area.dataset.of,
  field: area.dataset.text,
  sent: form.elements[`${area.dataset.text}_was-${area.dataset.of}`].value,
}));
const own = Object.fromEntries(
  [...(rows[0]?.radios ?? [])].map(([sign, radio]) => [radio.nextElementSibling.textContent, sign]),
);
const scopeOf = (group) => `${KIND}/${group}/${say.date}/${say.number}`;
let outbox;

/* What changes goes into the outbox. */

function change(group, edit, rest) {
  outbox.change({
    kind: KIND,
    scope: scopeOf(group),
    start: { class_id: group, date: say.date, number: Number(say.number), presence: {}, scores: {} },
    edit,
    rest,
  });
}

function count() {
  const put = (name, n) => { form.querySelector(`[data-count-${name}]`).textContent = n; };
  put("away", rows.filter((row) => isAway(row.values.sign)).length);
  put("marked", rows.filter((row) => row.values.points !== "").length);
}

const undone = [];
const done = [];

/**
 * Give rows new values as one step that can be undone: [[row, field, value], …].
 * typed: a letter of a text still being typed, which belongs to the step before it.
 */
function give(changes, typed = false) {
  const step = changes
    .map(([row, field, to]) => ({ row, field, from: row.values[field], to, at: Date.now() }))
    .filter(({ from, to }) => from !== to);
  if (!step.length) return;
  const [one] = step;
  const last = typed && done.at(-1)?.length === 1 ? done.at(-1)[0] : null;
  const same = last && last.row === one.row && last.field === one.field;
  if (same && one.at - last.at < NEXT_DIGIT) Object.assign(last, { to: one.to, at: one.at });
  else done.push(step);
  undone.length = 0;
  apply(step, "to");
}

function apply(step, side) {
  for (const { row, field, [side]: value } of step) {
    row.show(field, value);
    change(row.group, (body) => row.say(body));
  }
  count();
}

function undo() {
  const step = done.pop();
  if (!step) return;
  undone.push(step);
  apply(step, "from");
  step[0].row.focus(step[0].field);
}

function redo() {
  const step = undone.pop();
  if (!step) return;
  done.push(step);
  apply(step, "to");
  step[0].row.focus(step[0].field);
}

/* The keyboard of a sheet. */

const columnOf = (element) => {
  if (element.matches(".presence input")) return "sign";
  if (element.matches(".points")) return "points";
  return element.matches("input.remark") ? "comment" : null;
};
const rowOf = (element) => byMember.get(element.closest("li[data-member]")?.dataset.member);
const step = (row, by) => rows[rows.indexOf(row) + by];
let jump = { digits: "", at: 0 };

/** Return points as a field may hold them: what does not fit the scale starts anew. */
function fitting(text) {
  const digits = text.replace(/\D/g, "").replace(/^0+/, "");
  return Number(digits) <= HIGHEST ? digits : digits.slice(-1).replace("0", "");
}

function jumpTo(digit) {
  const now = Date.now();
  const digits = now - jump.at < NEXT_DIGIT ? jump.digits + digit : digit;
  const target = rows.find((row) => row.number === Number(digits)) ?? rows.find((row) => row.number === Number(digit));
  jump = { digits: target?.number === Number(digits) ? digits : digit, at: now };
  target?.focus("sign");
}

const MOVES = {
  ArrowUp: (row, column) => step(row, -1)?.focus(column),
  ArrowDown: (row, column) => step(row, 1)?.focus(column),
  Enter: (row, column, event) => step(row, event.shiftKey ? -1 : 1)?.focus(column),
  ArrowLeft: (row, column) => row.focus(column === "comment" && row.points ? "points" : "sign"),
  ArrowRight: (row, column) => row.focus(column === "sign" ? "points" : "comment"),
};

function isMove(event, column) {
  if (!MOVES[event.key]) return false;
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (!sideways || column !== "comment") return true;
  const { selectionStart: start, selectionEnd: end } = event.target;
  return event.key === "ArrowLeft" && start === 0 && (end === 0 || end === event.target.value.length);
}

function onKey(event) {
  const row = rowOf(event.target);
  const column = row && columnOf(event.target);
  if (event.isComposing || (event.key === "Enter" && event.target.matches("textarea") && !event.ctrlKey)) return;
  if (event.ctrlKey || event.metaKey) {
    onCommand(event, column);
  } else if (column && !event.altKey) {
    if (isMove(event, column)) {
      event.preventDefault();
      MOVES[event.key](row, column, event);
    } else if (column !== "comment") {
      onSheetKey(event, row, column);
    }
  } else if (event.key === "Enter" && !event.target.matches("button, summary, a")) {
    event.preventDefault(); // there is nothing to send: it is saved already
  }
}

function onCommand(event, column) {
  if (event.key === "Enter") {
    event.preventDefault();
    take();
  } else if (column === "sign" || column === "points") {
    if (event.code === "KeyZ" && !event.shiftKey) {
      event.preventDefault();
      undo();
    } else if (event.code === "KeyY" || (event.code === "KeyZ" && event.shiftKey)) {
      event.preventDefault();
      redo();
    }
  }
}

function onSheetKey(event, row, column) {
  const sign = signOf(event, own);
  const clears = event.key === "Backspace" || event.key === "Delete";
  if (sign) give([[row, "sign", sign]]);
  else if (clears) give([[row, column, column === "sign" ? "here" : ""]]);
  else if (/^\d$/.test(event.key) && column === "sign") jumpTo(event.key);
  else if (event.key === " ") {
    if (column === "sign") give([[row, "sign", SIGNS[(SIGNS.indexOf(row.values.sign) + 1) % SIGNS.length]]]);
  } else if (event.key.length > 1 || /^\d$/.test(event.key)) return;
  event.preventDefault();
}

/** Read what stands in a points field; a letter there is a sign (keyboards of phones send no keys). */
function onPoints(row, field) {
  const letter = field.value.match(/\p{L}/u)?.[0];
  const sign = letter && signOf({ key: letter, code: "" }, own);
  field.removeAttribute("aria-invalid");
  if (sign) give([[row, "sign", sign]]);
  const fit = letter ? row.values.points : fitting(field.value);
  field.value = fit;
  give([[row, "points", fit]], true);
}

function onInput(event) {
  const row = rowOf(event.target);
  const column = row && columnOf(event.target);
  if (column === "points") {
    onPoints(row, event.target);
  } else if (column) {
    give([[row, column, row.typed[column]]], column === "comment");
  } else {
    const text = texts.find(({ area }) => area === event.target);
    if (text) sayText(text, TEXT_REST);
  }
}

/** Paste a column from a sheet downwards: points, signs, and what is empty is left alone. */
function onPaste(event) {
  const row = rowOf(event.target);
  const column = row && columnOf(event.target);
  if (column !== "sign" && column !== "points") return;
  event.preventDefault();
  const cells = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\r?\n/);
  const changes = cells.flatMap((cell, place) => {
    const target = step(row, place);
    const text = cell.split("\t")[0].trim().toLowerCase();
    if (!target || !text) return [];
    if (/^([1-9]|10)$/.test(text)) return target.points ? [[target, "points", text]] : [];
    const sign = signOf({ key: text, code: "" }, own);
    return sign ? [[target, "sign", sign]] : [];
  });
  give(changes);
}

/* Texts, and attendance as a whole. */

function sayText({ area, group, field, sent }, rest) {
  const value = area.value.trim() === sent.trim() ? undefined : area.value;
  change(group, (body) => {
    if (value === undefined) delete body[field];
    else body[field] = value;
  }, rest);
}

const takenBox = document.getElementById("taken");

/** The school's clock, which need not be the device's: when the page was made, and since. */
function schoolTime() {
  const [hours, minutes, seconds] = say.now.split(":").map(Number);
  const passed = hours * 60 + minutes + Math.floor((seconds + performance.now() / 1000) / 60);
  const two = (n) => `${n}`.padStart(2, "0");
  return `${two(Math.floor(passed / 60) % 24)}:${two(passed % 60)}`;
}

function showTaken() {
  const tag = document.getElementById("taken-done");
  tag.querySelector("[data-words]").textContent = say.sayTakenAt.replace("{time}", schoolTime());
  tag.hidden = false;
  const label = takenBox.closest("label");
  label.nextElementSibling?.remove();
  label.remove();
}

function take() {
  if (!takenBox?.isConnected) return;
  const hadFocus = document.activeElement === takenBox;
  for (const group of groups) change(group, (body) => { body.attendance_taken = true; }, SOON);
  showTaken();
  if (hadFocus && !pad.wanted) rows[0]?.focus("points");
}

/* The number pad for thumbs. */

const pad = {
  element: document.getElementById("pad"),
  row: null,

  get wanted() {
    return form.closest(".page").clientWidth < NARROW;
  },

  fit() {
    for (const { points } of rows) if (points) points.inputMode = this.wanted ? "none" : "numeric";
    if (!this.wanted) this.close();
  },

  open(row) {
    this.row = row;
    this.element.querySelector("[data-name]").textContent = row.name;
    this.element.hidden = false;
    form.classList.add("pad-open");
    row.line.scrollIntoView({ block: "nearest" });
  },

  close() {
    this.element.hidden = true;
    form.classList.remove("pad-open");
  },

  press(button) {
    if (button.dataset.points) give([[this.row, "points", button.dataset.points]]);
    else this[button.dataset.do]();
  },

  clear() { give([[this.row, "points", ""]]); },
  undo() { undo(); },
  comment() { this.close(); this.row.focus("comment"); },
  next() {
    const next = step(this.row, 1);
    if (next) next.focus("points");
    else this.close();
  },
};

/* What the school answers. */

/** Bring a row to what the school holds, unless something newer is on its way. */
function hold(row, values) {
  const onItsWay = outbox.of(scopeOf(row.group)).some(
    ({ body, refused }) => !refused && (row.member in body.presence || row.member in body.scores),
  );
  Object.assign(row.held, values);
  if (onItsWay) return;
  for (const [field, value] of Object.entries(values)) row.show(field, value);
  Object.assign(row.sent, values);
}

function answered(record, answer) {
  if (answer.status !== "refused" && groups.some((group) => scopeOf(group) === record.scope)) {
    for (const cell of answer.cells) {
      const row = byMember.get(cell.member);
      if (!row) continue;
      row.seen.value = cell.fact;
      hold(row, { points: cell.points === null ? "" : `${cell.points}` });
      if (cell.differs) row.tell("differs", say.sayDiffers);
    }
    for (const now of answer.presence) {
      const row = byMember.get(now.member);
      if (!row) continue;
      const sign = signFrom(now.presence, now.reason);
      row.was.value = sign;
      hold(row, { sign });
      if (now.differs) row.tell("differs", say.saySignDiffers);
    }
    count();
    outbox.differing = form.querySelectorAll("li.differs").length;
  }
  if (outbox) showRefused();
}

/** What left this page as one operation is sent; later changes are told against it. */
function sealed(record) {
  for (const row of rows) if (scopeOf(row.group) === record.scope) row.sent = { ...row.values };
  for (const text of texts) {
    if (scopeOf(text.group) === record.scope && text.field in record.body) text.sent = record.body[text.field];
  }
}

/** Put what this device holds and the school has not yet answered back into the fields. */
function restore() {
  for (const { body, refused } of groups.flatMap((group) => outbox.of(scopeOf(group)))) {
    if (refused) continue;
    for (const [member, said] of Object.entries(body.presence)) {
      restoreField(byMember.get(member), "sign", signFrom(said.presence, said.reason));
    }
    for (const [member, said] of Object.entries(body.scores)) {
      restoreField(byMember.get(member), "points", said.points === null ? "" : `${said.points}`);
      restoreField(byMember.get(member), "comment", said.comment);
    }
    for (const text of texts) {
      if (text.group === body.class_id && text.field in body) text.area.value = text.sent = body[text.field];
    }
    if (body.attendance_taken && takenBox?.isConnected) showTaken();
  }
  count();
}

function restoreField(row, field, value) {
  if (!row) return;
  row.show(field, value);
  row.sent[field] = value;
}

/** Take what was typed before this script was ready, or came back with a plain form's fault. */
function catchUp() {
  give(rows.flatMap((row) => Object.entries(row.typed).map(
    ([field, value]) => [row, field, field === "points" ? fitting(value) : value],
  )));
  for (const text of texts) if (text.area.value !== text.sent) sayText(text, SOON);
  done.length = 0;
}

/* What the school would not take stays in sight, with its words. */

function describe({ scope, body }) {
  if (!groups.some((group) => scopeOf(group) === scope)) return say.sayElsewhere;
  const letter = (sign) => rows[0].radios.get(sign).nextElementSibling.textContent;
  const name = (member) => byMember.get(member)?.name ?? "";
  return [
    ...Object.entries(body.presence).map(([m, said]) => `${name(m)}: ${letter(signFrom(said.presence, said.reason))}`),
    ...Object.entries(body.scores).map(([m, said]) => `${name(m)}: ${said.points ?? "—"} ${said.comment ?? ""}`.trim()),
    ...(body.topic === undefined ? [] : [`${say.sayTopic}: ${body.topic}`]),
    ...(body.homework === undefined ? [] : [`${say.sayHomework}: ${body.homework}`]),
    ...(body.attendance_taken ? [say.sayTaken] : []),
  ].join("; ");
}

function showRefused() {
  const box = document.getElementById("refused");
  const list = box.querySelector("ul");
  const { refused } = outbox;
  const title = box.querySelector("[data-title]");
  title.textContent = title.dataset.title.replace("{n}", refused.length);
  list.replaceChildren(...refused.map((record) => {
    const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
    item.querySelector("[data-words]").textContent = record.refused.words || say.sayRefused;
    item.querySelector("[data-what]").textContent = describe(record);
    item.querySelector("[data-again]").addEventListener("click", () => {
      outbox.sendAgain(record.op_id);
      showRefused();
    });
    item.querySelector("[data-let-go]").addEventListener("click", () => {
      outbox.letGo(record.op_id);
      showRefused();
    });
    return item;
  }));
  box.hidden = refused.length === 0;
  for (const row of rows) row.untell();
  for (const { body, refused: { words } } of refused) {
    const named = [...Object.keys(body.presence ?? {}), ...Object.keys(body.scores ?? {})];
    for (const member of named) byMember.get(member)?.tell("refused", words || say.sayRefused);
  }
}

/* The beginning. */

document.documentElement.classList.add("with-script");
outbox = await Outbox.open({
  owner: say.owner,
  state: document.getElementById("saving"),
  refusedWords: say.sayRefused,
  sealed,
  answered,
  signedOut: () => { document.getElementById("signed-out").hidden = false; },
});
restore();
catchUp();
showRefused();
outbox.differing = form.querySelectorAll("li.differs").length;

form.addEventListener("keydown", onKey);
form.addEventListener("input", onInput);
form.addEventListener("paste", onPaste);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  outbox.flush();
});
form.addEventListener("change", (event) => {
  const text = texts.find(({ area }) => area === event.target);
  if (text) sayText(text, SOON);
  else if (event.target === takenBox) take();
});
form.addEventListener("focusin", (event) => {
  const row = rowOf(event.target);
  if (row && event.target === row.points) {
    row.points.select();
    if (pad.wanted) pad.open(row);
  } else if (!pad.element.contains(event.target)) {
    pad.close();
  }
});
for (const press of ["pointerdown", "mousedown"]) {
  pad.element.addEventListener(press, (event) => event.preventDefault()); // the field keeps the focus
}
pad.element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) pad.press(button);
});
new ResizeObserver(() => pad.fit()).observe(form.closest(".page"));
form.dataset.ready = "1";

const unasked = document.activeElement === document.body && !location.hash;
if (unasked && takenBox?.isConnected && !pad.wanted) rows[0]?.radios.get(rows[0].values.sign).focus({ preventScroll: true });
