/* A table that moves and selects as a spreadsheet does, by keyboard, pointer and screen reader
   (the ARIA grid pattern). It knows no marks: what is typed goes to its owner. */

const PAGE_ROWS = 10;

export class Grid {
  #table;
  #rows;
  #owner;
  #here = { row: 0, column: 0 };
  #anchor = null;
  #leaving = false;

  /**
   * table: rows of one <th> and cells; heads in one row of its <thead>.
   * owner: { entries, key(event), entered(td), left(td), opened(place), copied(places), cleared(places),
   *          pasted(place, text), undo(), redo(), moved(place) }; entries: how many columns take entries.
   */
  constructor(table, owner) {
    this.#table = table;
    this.#rows = [...table.tBodies[0].rows];
    this.#owner = owner;
    this.#name();
    table.addEventListener("keydown", (event) => this.#key(event));
    table.addEventListener("focusin", (event) => this.#focused(event));
    table.addEventListener("focusout", (event) => this.#blurred(event));
    table.addEventListener("pointerdown", (event) => this.#pressed(event));
    table.addEventListener("pointerover", (event) => this.#dragged(event));
    table.addEventListener("dblclick", (event) => this.#doubled(event));
    for (const kind of ["copy", "cut", "paste"]) {
      document.addEventListener(kind, (event) => this.#clipboard(event));
    }
  }

  get here() {
    return this.#here;
  }

  /** Bring the cell in focus into sight again, when something has taken its room. */
  reveal() {
    this.#show(this.#here);
  }

  get size() {
    return { rows: this.#rows.length, columns: this.#rows[0].cells.length - 1 };
  }

  cell({ row, column }) {
    return row < 0 ? this.#table.tHead.rows[0].cells[column + 1] : this.#rows[row].cells[column + 1];
  }

  row(place) {
    return this.#rows[place];
  }

  /** Every place of the selection, row by row; the cell in focus when nothing is selected. */
  get selected() {
    const [top, bottom, start, end] = this.#range();
    const places = [];
    for (let row = top; row <= bottom; row += 1) {
      for (let column = start; column <= end; column += 1) places.push({ row, column });
    }
    return places;
  }

  /** Put the cell that a Tab reaches first, without taking the focus. */
  start(place) {
    this.#roving(place);
    this.#show(place);
  }

  focus(place = this.#here) {
    this.#roving(place);
    const cell = this.#target(place);
    cell.focus({ preventScroll: true });
    this.#show(place);
  }

  /** Move by rows and columns, staying inside. */
  move(rows, columns) {
    this.go({ row: this.#here.row + rows, column: this.#here.column + columns });
  }

  go({ row, column }, { extend = false } = {}) {
    const { rows, columns } = this.size;
    const place = {
      row: Math.max(extend ? 0 : -1, Math.min(rows - 1, row)),
      column: Math.max(0, Math.min(columns - 1, column)),
    };
    if (extend) this.#anchor ??= this.#here;
    else this.#unselect();
    this.focus(place);
    if (extend) this.#mark();
  }

  #name() {
    const { rows, columns } = this.size;
    const head = this.#table.tHead.rows[0];
    this.#table.setAttribute("role", "grid");
    this.#table.setAttribute("aria-rowcount", `${rows + 1}`);
    this.#table.setAttribute("aria-colcount", `${columns + 1}`);
    this.#table.setAttribute("aria-multiselectable", "true");
    [head, ...this.#rows].forEach((row, place) => {
      row.setAttribute("aria-rowindex", `${place + 1}`);
      [...row.cells].forEach((cell, column) => cell.setAttribute("aria-colindex", `${column + 1}`));
    });
    for (const link of this.#table.querySelectorAll("a")) link.tabIndex = -1;
  }

  /** What takes the focus of a place: its link in the head, else the cell itself. */
  #target(place) {
    const cell = this.cell(place);
    return place.row < 0 ? cell.querySelector("a") ?? cell : cell;
  }

  #roving(place) {
    this.#target(this.#here).tabIndex = -1;
    this.#here = place;
    this.#target(place).tabIndex = 0;
  }

  /** Bring a cell into sight, and with it the head of its column: the box comes under the page's top. */
  #show(place) {
    this.cell(place).scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = this.#table.parentElement;
    const top = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    if (box.getBoundingClientRect().top < top) box.scrollIntoView({ block: "start", inline: "nearest" });
  }

  #placeOf(cell) {
    const row = this.#rows.indexOf(cell.parentElement);
    return { row, column: cell.cellIndex - 1 };
  }

  #range() {
    const from = this.#anchor ?? this.#here;
    const top = Math.max(0, Math.min(from.row, this.#here.row));
    const bottom = Math.max(from.row, this.#here.row);
    const [start, end] = [from.column, this.#here.column].sort((one, other) => one - other);
    return [top, bottom, start, end];
  }

  #unselect() {
    this.#anchor = null;
    for (const cell of this.#table.querySelectorAll("[aria-selected]")) cell.removeAttribute("aria-selected");
  }

  #mark() {
    const marked = new Set(this.selected.map((place) => this.cell(place)));
    for (const cell of this.#table.querySelectorAll("[aria-selected]")) {
      if (!marked.has(cell)) cell.removeAttribute("aria-selected");
    }
    for (const cell of marked) cell.setAttribute("aria-selected", "true");
  }

  /* Keys */

  #key(event) {
    if (event.altKey || event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    const handled = command ? this.#command(event) : this.#plain(event);
    if (handled) event.preventDefault();
  }

  #command(event) {
    const { row, column } = this.#here;
    const { rows, columns } = this.size;
    const extend = event.shiftKey;
    const inside = Math.max(row, 0);
    const places = {
      ArrowUp: { row: 0, column },
      ArrowDown: { row: rows - 1, column },
      ArrowLeft: { row: inside, column: 0 },
      ArrowRight: { row: inside, column: columns - 1 },
      Home: { row: 0, column: 0 },
      End: { row: rows - 1, column: columns - 1 },
    };
    if (places[event.key]) {
      this.go(places[event.key], { extend });
      return true;
    }
    if (event.code === "KeyZ" && !event.shiftKey) this.#owner.undo();
    else if (event.code === "KeyY" || (event.code === "KeyZ" && event.shiftKey)) this.#owner.redo();
    else return false;
    return true;
  }

  #plain(event) {
    const { row, column } = this.#here;
    const { rows, columns } = this.size;
    const extend = event.shiftKey;
    const steps = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
      PageUp: [-PAGE_ROWS, 0], PageDown: [PAGE_ROWS, 0], Home: [0, -columns], End: [0, columns],
    };
    if (steps[event.key]) {
      const [down, right] = steps[event.key];
      const onward = row + down;
      this.go({ row: event.key === "PageUp" ? Math.max(0, onward) : onward, column: column + right }, { extend });
      return true;
    }
    if (event.key === "Tab") return this.#tab(extend ? -1 : 1);
    if (event.key === "Escape") return this.#escape();
    this.#leaving = false;
    if (row < 0) return false;
    if (event.key === "Enter" || event.key === "NumpadEnter") {
      if (column >= this.#owner.entries) this.#owner.opened(this.#here);
      else this.go({ row: Math.max(0, Math.min(rows - 1, row + (extend ? -1 : 1))), column });
      return true;
    }
    if (event.key === "F2") {
      this.#owner.opened(this.#here);
      return true;
    }
    if ((event.key === "Delete" || event.key === "Backspace") && this.#anchor) {
      this.#owner.cleared(this.selected);
      return true;
    }
    return this.#owner.key(event);
  }

  /** Tab goes on through the cells that take entries; past the last one, or after Esc, it leaves. */
  #tab(step) {
    if (this.#leaving) return false;
    const { row, column } = this.#here;
    const { entries } = this.#owner;
    if (!entries) return false;
    const at = Math.max(0, row) * entries + Math.min(column, entries - 1) + step;
    if (at < 0 || at >= this.size.rows * entries || (row < 0 && step < 0)) return false;
    this.go({ row: Math.floor(at / entries), column: at % entries });
    return true;
  }

  #escape() {
    if (this.#owner.escaped?.()) return true;
    if (this.#anchor) this.#unselect();
    else this.#leaving = true;
    return true;
  }

  /* Focus and pointer */

  #focused(event) {
    const cell = event.target.closest("td, thead th");
    if (!cell || cell.cellIndex < 1) return;
    const place = this.#placeOf(cell);
    if (place.row !== this.#here.row || place.column !== this.#here.column) this.#roving(place);
    if (cell.tagName === "TD") this.#owner.entered(cell, place);
    this.#owner.moved(place);
  }

  #blurred(event) {
    const cell = event.target.closest("td");
    if (cell) this.#owner.left(cell);
    if (!this.#table.contains(event.relatedTarget)) this.#leaving = false;
  }

  #pressed(event) {
    const cell = event.target.closest("td");
    if (!cell || event.button || event.target.closest("a")) return;
    // Where a finger scrolls, the browser decides first; its click focuses the cell.
    if (event.pointerType !== "mouse") {
      cell.tabIndex = -1;
      return;
    }
    event.preventDefault();
    this.go(this.#placeOf(cell), { extend: event.shiftKey });
  }

  #dragged(event) {
    const cell = event.target.closest("td");
    if (cell && event.pointerType === "mouse" && event.buttons === 1 && this.#table.contains(document.activeElement)) {
      const place = this.#placeOf(cell);
      if (place.row !== this.#here.row || place.column !== this.#here.column) this.go(place, { extend: true });
    }
  }

  #doubled(event) {
    const cell = event.target.closest("td");
    if (cell && !event.target.closest("a")) this.#owner.opened(this.#placeOf(cell));
  }

  /* Clipboard */

  #clipboard(event) {
    const active = document.activeElement;
    if (!active?.closest?.("td") || !this.#table.contains(active)) return;
    event.preventDefault();
    if (event.type === "paste") {
      const [row, , column] = this.#range();
      this.#owner.pasted({ row, column }, event.clipboardData.getData("text/plain"));
      return;
    }
    const [top, bottom, start, end] = this.#range();
    const lines = [];
    for (let row = top; row <= bottom; row += 1) {
      const texts = [];
      for (let column = start; column <= end; column += 1) texts.push(this.#owner.text({ row, column }));
      lines.push(texts.join("\t"));
    }
    event.clipboardData.setData("text/plain", lines.join("\n"));
    if (event.type === "cut") this.#owner.cleared(this.selected);
    else this.#owner.copied(this.selected);
  }
}
