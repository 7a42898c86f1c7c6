/* The register's cells as they are typed: what stands, what is on its way to the school, what came back.
   The grid moves, the outbox delivers; here is what an entry means. */

import {
  EMPTY, digitOfKey, presenceOf, readCell, readText, same, showCell, signOf, signOfKey, textOf, wholeId,
} from "./cells.js";
import { Undo } from "./undo.js";

const LESSON = /^\d{4}-\d\d-\d\d\.\d+$/;

export class Book {
  grid = null;
  outbox = null;
  #table;
  #words;
  #letters;
  #voice;
  #columns;
  #facts = [];
  #sent = new Map(); // "row,column" -> what the school has or was sent
  #remarks = new Map(); // "row,column" -> a comment written on a card, until it is sealed
  #undo = new Undo();
  #typing = null;

  /** table: the page's grid. words: its <template>. voice: { say(text), fault(text) }. */
  constructor(table, words, voice) {
    this.#table = table;
    this.#words = words.content;
    this.#voice = voice;
    this.#letters = Object.fromEntries(["u", "e", "i", "l"].map((m) => [m, this.#word(`sign-${m}`).textContent]));
    this.#columns = [...table.tHead.rows[0].querySelectorAll("th[data-k]")].map((head) => ({
      key: head.dataset.k,
      most: Number(head.dataset.m),
      lesson: LESSON.test(head.dataset.k),
      least: LESSON.test(head.dataset.k) || "formative" in head.dataset ? 1 : 0,
      title: [...(head.querySelector("a") ?? head).childNodes].map((part) => part.textContent.trim()).join(" "),
    }));
    for (const row of table.tBodies[0].rows) this.#learnFacts(row);
  }

  /** How many columns take entries; none for those who only read, or before saving has begun. */
  get entries() {
    return this.writes && this.outbox ? this.#columns.length : 0;
  }

  get writes() {
    return this.#table.dataset.writes === "1";
  }

  get lang() {
    return this.#table.dataset.lang;
  }

  say(key, facts = {}) {
    return this.#word(`say-${key}`).textContent.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  }

  column(place) {
    return this.#columns[place.column];
  }

  name(place) {
    return this.#table.tBodies[0].rows[place.row].querySelector(".who-name").textContent;
  }

  letters(sign) {
    return this.#letters[sign];
  }

  #word(id) {
    return this.#words.getElementById(id);
  }

  #learnFacts(row) {
    this.#facts[row.sectionRowIndex] = (row.dataset.f ?? "").split(",");
  }

  #member(place) {
    return this.#table.tBodies[0].rows[place.row].dataset.p;
  }

  #value(place) {
    return readCell(this.grid.cell(place));
  }

  text(place) {
    if (!this.column(place)) return this.grid.cell(place).textContent.trim();
    return textOf(this.#value(place), this.#letters);
  }

  /** Return a value as it is read out. */
  #spoken({ sign, points }) {
    const parts = [];
    if (sign) parts.push(this.#word(`sign-${sign}`).title);
    if (points !== null) parts.push(this.say("points", { n: points }));
    return parts.join(", ") || this.say("empty");
  }

  /* Typing */

  /** Take a key press in a cell; say whether it meant anything here. */
  key(event) {
    if (!this.entries || !this.column(this.grid.here)) return false;
    if (event.key === "Delete") return this.clear([this.grid.here]);
    if (event.key === "Backspace") return this.#shorten();
    if (event.ctrlKey || event.metaKey) return false;
    const digit = digitOfKey(event);
    if (digit !== null) return this.digit(digit);
    const sign = signOfKey(event, this.lang);
    if (sign && this.column(this.grid.here).lesson) return this.sign(sign);
    if (event.key.length === 1 && event.key !== " ") {
      this.#voice.fault(this.say("unread", { text: event.key }));
      return true;
    }
    return event.key === " ";
  }

  /** Put a sign: it takes the place of points, but lateness stands beside them. */
  sign(sign) {
    const place = this.grid.here;
    if (this.#shut(place)) return true;
    const { points } = this.#value(place);
    this.#typing = null;
    this.#enter(place, { sign, points: sign === "l" ? points : null });
    return true;
  }

  /** Put a whole number at once, as the pad's keys do. */
  points(points) {
    this.#typing = null;
    return this.#number(this.grid.here, `${points}`, this.#value(this.grid.here));
  }

  /** Put a digit: in lessons each acts at once, and 0 after 1 makes 10; else digits make a number. */
  digit(digit) {
    const place = this.grid.here;
    if (this.#shut(place)) return true;
    const typing = this.#typing;
    const { lesson, most } = this.column(place);
    const grown = `${typing?.text ?? ""}${digit}`;
    const replaces = !typing || typing.wrong || (lesson && Number(grown) > most);
    return this.#number(place, replaces ? `${digit}` : grown, typing?.before ?? this.#value(place));
  }

  #number(place, text, before) {
    if (this.#shut(place)) return true;
    if (this.#table.dataset.points === "0") {
      this.#voice.fault(this.say("letters_only"));
      return true;
    }
    const { least, most } = this.column(place);
    const points = Number(text);
    const again = this.#typing?.stepped ?? false;
    const wrong = points < least || points > most;
    this.#typing = { place, text: `${points}`, before, wrong, stepped: !wrong };
    if (wrong) {
      if (again) this.#takeBack(place, before);
      this.#showWrong(place, text);
      this.#voice.fault(this.say("outside", { text, least, most }));
    } else {
      this.#enter(place, { sign: before.sign === "l" ? "l" : "", points }, { again, before });
    }
    return true;
  }

  /** Let what was typed so far count for nothing. */
  #takeBack(place, before) {
    this.#put(place, before);
    this.#undo.drop();
  }

  #shorten() {
    const typing = this.#typing;
    if (!typing || typing.text.length < 2) return this.clear([this.grid.here]);
    return this.#number(typing.place, typing.text.slice(0, -1), typing.before);
  }

  #showWrong(place, text) {
    const cell = this.grid.cell(place);
    cell.textContent = text;
    cell.setAttribute("aria-invalid", "true");
  }

  /** End what is being typed, putting back what stood where it was refused. */
  left(cell) {
    cell.removeAttribute("aria-label");
    this.#voice.fault("");
    const typing = this.#typing;
    this.#typing = null;
    if (!typing?.wrong) return;
    cell.removeAttribute("aria-invalid");
    showCell(cell, typing.before, this.#letters);
  }

  escaped() {
    const typing = this.#typing;
    if (!typing) return false;
    this.left(this.grid.cell(typing.place));
    if (typing.stepped) this.#takeBack(typing.place, typing.before);
    return true;
  }

  /** Let a reader hear a letter's meaning, and that two entries differ or there is more to read. */
  entered(cell, place) {
    if (!this.column(place)) return;
    const notes = [];
    if (cell.classList.contains("d")) notes.push(this.say("differs"));
    if (cell.classList.contains("n")) notes.push(this.say("noted"));
    if (cell.classList.contains("x")) notes.push(this.say("closed"));
    const value = this.#value(place);
    if (value.sign || notes.length) cell.setAttribute("aria-label", [this.#spoken(value), ...notes].join(", "));
  }

  /** Say, and answer true, when a pupil was not in the class on the day of a cell. */
  #shut(place) {
    const shut = this.grid.cell(place).classList.contains("x");
    if (shut) this.#voice.fault(this.say("closed"));
    return shut;
  }

  #enter(place, after, { again = false, before = this.#value(place) } = {}) {
    this.#step([{ place, before, after }], again);
    this.#voice.say(this.#spoken(after));
  }

  /* Many cells at once */

  clear(places) {
    this.#typing = null;
    const filled = places.filter((place) => this.column(place) && !same(this.#value(place), EMPTY));
    this.#step(filled.map((place) => ({ place, before: this.#value(place), after: EMPTY })));
    const one = places.length === 1;
    this.#voice.say(one ? this.say("empty") : this.say("cleared", { n: filled.length }));
    return true;
  }

  cleared(places) {
    return this.entries > 0 && this.clear(places);
  }

  copied(places) {
    this.#voice.say(this.say("copied", { n: places.length }));
  }

  /** Enter a block of text from a sheet: all of it, or nothing with the place of the fault. */
  pasted(place, text) {
    if (!this.entries) return;
    const lines = text.replaceAll("\r", "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    const room = this.grid.size.rows - place.row;
    if (lines.length > room) {
      this.#voice.fault(this.say("paste_long", { n: lines.length, room }));
      return;
    }
    const single = lines.length === 1 && lines[0].length === 1;
    const targets = single ? this.grid.selected.map((one) => [one, lines[0][0], 0]) : [];
    if (!single) {
      lines.forEach((cells, down) => cells.forEach((cell, right) => {
        targets.push([{ row: place.row + down, column: place.column + right }, cell, down]);
      }));
    }
    this.#paste(targets.filter(([, cell]) => cell.trim() !== ""));
  }

  #paste(targets) {
    const step = [];
    for (const [place, text, line] of targets) {
      const read = this.#readFor(place, text);
      if (read.words) {
        this.#voice.fault(this.say("paste_place", { line: line + 1, words: read.words }));
        return;
      }
      step.push({ place, before: this.#value(place), after: read.value });
    }
    this.#step(step);
    this.#voice.say(this.say("pasted", { n: step.length }));
  }

  /** Return the value a text gives in a place, or the words of why it cannot stand there. */
  #readFor(place, text) {
    const column = this.column(place);
    const value = column ? readText(text, this.lang) : null;
    if (!value || (value.sign && !column.lesson)) return { words: this.say("unread", { text: text.trim() }) };
    if (this.grid.cell(place).classList.contains("x")) return { words: this.say("closed") };
    if (value.points === null) return { value };
    if (this.#table.dataset.points === "0") return { words: this.say("letters_only") };
    const { least, most } = column;
    if (value.points < least || value.points > most) {
      return { words: this.say("outside", { text: value.points, least, most }) };
    }
    return { value };
  }

  /** Take what a card's form holds; returns the words of a fault, or nothing. */
  written(place, text, { comment, reason }) {
    const read = this.#readFor(place, text);
    const value = text.trim() === "" ? EMPTY : read.value;
    if (!value) return read.words;
    this.#typing = null;
    this.#step([{ place, before: this.#value(place), after: value }], false, { comment, reason });
    this.grid.cell(place).classList.toggle("n", Boolean(comment));
    this.#voice.say(this.#spoken(value));
    return "";
  }

  undo() {
    this.#again(this.#undo.undo(), "undone");
  }

  redo() {
    this.#again(this.#undo.redo(), "redone");
  }

  #again(step, word) {
    this.#typing = null;
    if (!step) {
      this.#voice.say(this.say("nothing_undone"));
      return;
    }
    for (const change of step) this.#put(change.place, change.after);
    this.grid.go(step[0].place);
    this.#voice.say(`${this.say(word)}: ${step.length === 1 ? this.#spoken(step[0].after) : step.length}`);
  }

  #step(step, again = false, said = {}) {
    if (!step.length) return;
    this.#voice.fault("");
    for (const { place, after } of step) this.#put(place, after, said);
    if (again) this.#undo.redid(step);
    else this.#undo.did(step);
  }

  /* On the way to the school */

  #scope(column) {
    return `register/${this.#table.dataset.class}/${column.key}`;
  }

  #put(place, value, said = {}) {
    const column = this.column(place);
    const cell = this.grid.cell(place);
    const key = `${place.row},${place.column}`;
    if (!this.#sent.has(key)) this.#sent.set(key, this.#known(place));
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-label");
    showCell(cell, value, this.#letters);
    this.outbox.change({
      kind: column.lesson ? "journal.lesson.save" : "journal.register.save",
      scope: this.#scope(column),
      start: this.#start(column),
      edit: (body) => this.#write(body, place, value, said),
    });
    this.#markWaiting(place);
    this.changed?.();
  }

  /** What the school has. Where two entries differ any points are news: they settle it. */
  #known(place) {
    const differs = this.grid.cell(place).classList.contains("d");
    return { ...this.#value(place), ...(differs && { points: undefined }) };
  }

  #start({ key, lesson }) {
    const class_id = this.#table.dataset.class;
    if (!lesson) return { class_id, cells: { [key]: {} } };
    const [date, number] = key.split(".");
    return { class_id, date, number: Number(number), presence: {}, scores: {} };
  }

  /** Put into an operation's body how a cell differs from what the school was last sent. */
  #write(body, place, value, { comment, reason = "" }) {
    const column = this.column(place);
    const member = this.#member(place);
    const key = `${place.row},${place.column}`;
    const before = this.#sent.get(key);
    const scores = column.lesson ? body.scores : body.cells[column.key];
    if (comment !== undefined) this.#remarks.set(key, comment);
    const { points } = value;
    // What stands beside points stays when they change, and goes when they do.
    const beside = this.#remarks.get(key) ?? (points === null ? "" : null);
    const seen = wholeId(this.#facts[place.row][place.column]);
    if (points === before.points && !this.#remarks.has(key)) delete scores[member];
    else scores[member] = { points, comment: beside, reason, seen };
    if (!column.lesson) return;
    if (value.sign === before.sign) delete body.presence[member];
    else body.presence[member] = { ...presenceOf(value.sign), seen: presenceOf(before.sign).presence };
  }

  /** Show again what this device has not delivered yet, after a page was closed on it. */
  restore() {
    this.#columns.forEach((column, place) => {
      for (const record of this.outbox.of(this.#scope(column))) this.#overlay(record, place);
    });
  }

  #overlay(record, column) {
    for (const [place, now] of this.#named(record.body, column)) {
      const key = `${place.row},${place.column}`;
      const value = { ...this.#value(place), ...now };
      if (!this.#sent.has(key)) this.#sent.set(key, this.#value(place));
      if (record.sealed) this.#sent.set(key, value);
      showCell(this.grid.cell(place), value, this.#letters);
      this.#markWaiting(place);
      if (record.refused) this.grid.cell(place).classList.add("refused-cell");
    }
  }

  /** Yield each cell an operation's body names, with what it says of it. */
  * #named(body, column) {
    const scores = body.scores ?? Object.values(body.cells)[0];
    for (const member of new Set([...Object.keys(scores), ...Object.keys(body.presence ?? {})])) {
      const row = this.#rowOf(member);
      if (row === undefined) continue;
      const now = {};
      if (scores[member]) now.points = scores[member].points;
      const came = body.presence?.[member];
      if (came) now.sign = signOf(came.presence, came.reason);
      yield [{ row, column }, now];
    }
  }

  #rowOf(member) {
    return [...this.#table.tBodies[0].rows].find((row) => row.dataset.p === member)?.sectionRowIndex;
  }

  #columnOf(record) {
    const place = this.#columns.findIndex((column) => this.#scope(column) === record.scope);
    return place < 0 ? null : place;
  }

  /** A draft became an operation: from now on changes are told against it. */
  sealed(record) {
    const column = this.#columnOf(record);
    if (column === null) return;
    for (const [place, now] of this.#named(record.body, column)) {
      const key = `${place.row},${place.column}`;
      this.#sent.set(key, { ...this.#sent.get(key), ...now });
      this.#remarks.delete(key);
    }
  }

  /** The school answered: show what stands, unless its author has gone on typing. */
  answered(record, answer) {
    const column = this.#columnOf(record);
    if (column === null) return;
    for (const [place] of this.#named(record.body, column)) {
      this.#markWaiting(place);
      this.grid.cell(place).classList.toggle("refused-cell", answer.status === "refused");
    }
    for (const cell of answer.cells ?? []) {
      const row = this.#rowOf(cell.member);
      if (row === undefined) continue;
      this.#facts[row][column] = cell.fact;
      const scores = record.body.scores ?? Object.values(record.body.cells)[0];
      this.#stands({ row, column }, { points: cell.points }, cell.differs && { said: scores[cell.member].points });
    }
    for (const came of answer.presence ?? []) {
      const row = this.#rowOf(came.member);
      if (row !== undefined) this.#stands({ row, column }, { sign: signOf(came.presence, came.reason) }, came.differs);
    }
  }

  /** Show what stands in a cell. differs: what its author said, when another's entry stands beside it. */
  #stands(place, now, differs) {
    if (this.#waits(place) || this.#typing) return;
    const cell = this.grid.cell(place);
    const value = { ...this.#value(place), ...now };
    const noted = cell.classList.contains("d") && !differs;
    showCell(cell, value, this.#letters);
    cell.classList.toggle("d", Boolean(differs));
    if (noted) cell.classList.add("n");
    if (differs) {
      const other = differs.said === undefined || differs.said === value.points ? "" : ` ${differs.said ?? "–"}`;
      cell.append(` ≠${other}`);
      this.#voice.fault(`${this.name(place)}: ${this.say("differs")}`);
    }
    this.#sent.set(`${place.row},${place.column}`, value);
  }

  #waits(place) {
    const member = this.#member(place);
    return this.outbox.of(this.#scope(this.column(place))).some(({ body }) => {
      const scores = body.scores ?? Object.values(body.cells)[0];
      return member in scores || member in (body.presence ?? {});
    });
  }

  #markWaiting(place) {
    this.grid.cell(place).classList.toggle("w", this.#waits(place));
  }

  /** Learn the facts of a row anew, as the school tells them with the totals. */
  learn(member, facts) {
    const row = this.#rowOf(member);
    if (row === undefined) return;
    this.#table.tBodies[0].rows[row].dataset.f = facts;
    this.#learnFacts(this.#table.tBodies[0].rows[row]);
  }
}
