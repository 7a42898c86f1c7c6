/* The register of a term: the grid, its saving, its cards and its pad put together. Without this the
   page is a table whose columns open as plain forms. */

import { Book } from "./book.js";
import { Cards } from "./cards.js";
import { Grid } from "./grid.js";
import { Pad } from "./pad.js";
import { Outbox } from "./saving.js";
import { Totals } from "./totals.js";

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
const table = document.getElementById("book");
if (table) open(table);

function open(table) {
  const said = document.getElementById("book-said");
  const wrong = document.getElementById("book-fault");
  const voice = {
    say: (text) => { said.textContent = said.textContent === text ? `${text}\u00a0` : text; },
    fault: (text) => {
      wrong.textContent = text;
      wrong.hidden = !text;
    },
  };
  const book = new Book(table, document.getElementById("book-words"), voice);
  const cards = new Cards(book.say("close"));
  const owner = ownerOf(book, (place) => openCard(book, cards, place), () => pad);
  const grid = new Grid(table, owner);
  book.grid = grid;
  const pad = book.writes ? new Pad(book, () => openCard(book, cards, grid.here)) : null;
  document.getElementById("book-box").removeAttribute("tabindex");
  grid.start(firstPlace(table));
  table.addEventListener("click", (event) => {
    const link = event.target.closest("td a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    grid.focus({ row: link.closest("tr").sectionRowIndex, column: link.closest("td").cellIndex - 1 });
    openCard(book, cards, grid.here);
  });
  if (book.writes) startSaving(table, book);
}

/** What the grid asks of its owner: the book's meaning, with cards and pad beside. */
function ownerOf(book, card, pad) {
  return {
    get entries() { return book.entries; },
    key: (event) => book.key(event),
    entered: (cell, place) => book.entered(cell, place),
    left: (cell) => book.left(cell),
    escaped: () => book.escaped(),
    text: (place) => book.text(place),
    copied: (places) => book.copied(places),
    cleared: (places) => book.cleared(places),
    pasted: (place, text) => book.pasted(place, text),
    undo: () => book.undo(),
    redo: () => book.redo(),
    opened: card,
    moved: (place) => pad()?.show(place),
  };
}

/** Begin in today's lesson, else in the last lesson there is: that is where one writes. */
function firstPlace(table) {
  const heads = [...table.tHead.rows[0].querySelectorAll("th[data-k]")];
  const today = heads.findIndex((head) => head.classList.contains("today"));
  const last = heads.findLastIndex((head) => !head.classList.contains("sor") && !head.classList.contains("soch"));
  return { row: 0, column: Math.max(0, today >= 0 ? today : last) };
}

/* Cards */

async function openCard(book, cards, place) {
  const cell = book.grid.cell(place);
  const column = book.column(place);
  const member = book.grid.row(place.row).dataset.p;
  const { term } = document.getElementById("book").dataset;
  const address = column ? `?term=${term}&cell=${column.key}~${member}` : `?term=${term}&why=${member}`;
  const body = await cards.open(address, cell, {
    back: () => book.grid.focus(place),
    unreached: book.say("unreached"),
  });
  const form = body.querySelector("form");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value, comment, reason } = Object.fromEntries(new FormData(form));
    const words = book.written(place, value, { comment, reason });
    if (words) fault(form, words);
    else cards.close();
  });
}

function fault(form, words) {
  const input = form.elements.value;
  const said = form.querySelector(".fault") ?? document.createElement("span");
  said.className = "fault";
  said.id = "value-fault";
  said.textContent = words;
  input.before(said);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", said.id);
  input.focus();
}

/* Saving */

async function startSaving(table, book) {
  const state = document.getElementById("saving");
  const totals = new Totals(table, book);
  book.changed = () => totals.stale();
  book.outbox = await Outbox.open({
    owner: table.dataset.owner,
    state,
    refusedWords: book.say("refused"),
    sealed: (record) => book.sealed(record),
    answered: (record, answer) => {
      totals.ask();
      if (!book.outbox) return;
      book.answered(record, answer);
      book.outbox.differing = table.querySelectorAll("td.d").length;
      showRefused(book);
    },
    signedOut: () => showNotice(book.say("signed_out"), []),
  });
  const away = () => table.classList.toggle("away", state.dataset.state === "waiting");
  new MutationObserver(away).observe(state, { attributes: true });
  book.restore();
  book.outbox.differing = table.querySelectorAll("td.d").length;
  showRefused(book);
  document.getElementById("book-keys").hidden = false;
}

/** Tell every entry the school would not take, with its words, until its author decides. */
function showRefused(book) {
  const refused = book.outbox.refused;
  const acts = refused.length
    ? [
      [book.say("again"), () => refused.forEach((record) => book.outbox.sendAgain(record.op_id))],
      [book.say("let_go"), () => {
        refused.forEach((record) => book.outbox.letGo(record.op_id));
        location.reload();
      }],
    ]
    : [];
  showNotice([...new Set(refused.map((record) => record.refused.words))].join(" "), acts);
}

function showNotice(words, acts) {
  const notice = document.getElementById("book-notice");
  notice.hidden = !words;
  const text = document.createElement("p");
  text.textContent = words;
  const row = document.createElement("p");
  row.className = "row";
  for (const [label, act] of acts) {
    const button = document.createElement("button");
    button.className = "btn plain";
    button.textContent = label;
    button.addEventListener("click", act);
    row.append(button);
  }
  notice.replaceChildren(text, ...(acts.length ? [row] : []));
}
