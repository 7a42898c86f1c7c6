/* The number pad of a phone: a thumb enters a column without a keyboard. */

const SIGNS = ["u", "e", "i", "l"];

export class Pad {
  #element;
  #title;
  #keys;
  #book;
  #kind = "";

  /** book: the cells. card(): opens the card of the cell in focus. */
  constructor(book, card) {
    this.#book = book;
    this.#element = document.createElement("div");
    this.#element.className = "book-pad";
    this.#element.hidden = true;
    this.#element.setAttribute("role", "region");
    this.#element.setAttribute("aria-label", book.say("pad"));
    this.#title = document.createElement("p");
    this.#keys = document.createElement("div");
    this.#keys.className = "pad-keys";
    const top = document.createElement("div");
    top.className = "for";
    top.append(this.#title, this.#button(book.say("close"), () => this.#hide(), "quiet"));
    this.#element.append(top, this.#keys);
    this.#act = {
      clear: () => this.#then(() => book.clear([book.grid.here]), 0),
      next: () => book.grid.move(1, 0),
      before: () => book.grid.go({ ...book.grid.here, row: Math.max(0, book.grid.here.row - 1) }),
      card,
    };
    document.querySelector(".page").append(this.#element);
  }

  #act;

  get open() {
    return !this.#element.hidden;
  }

  /** Show the pad for a cell, with the keys its column takes. */
  show(place) {
    const column = this.#book.column(place);
    if (!column || place.row < 0) {
      this.#hide();
      return;
    }
    this.#title.textContent = `${this.#book.name(place)} · ${column.title}`;
    this.#draw(column.lesson ? "lesson" : "work");
    this.#element.hidden = false;
    document.documentElement.classList.add("padded");
    // The sheet covers the foot of the page; the cell comes up from under it.
    requestAnimationFrame(() => this.#book.grid.reveal());
  }

  #hide() {
    this.#element.hidden = true;
    document.documentElement.classList.remove("padded");
  }

  #draw(kind) {
    if (this.#kind === kind) return;
    this.#kind = kind;
    const book = this.#book;
    const keys = kind === "lesson"
      ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => this.#button(`${n}`, () => this.#then(() => book.points(n), 1)))
      : [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].map((n) => this.#button(`${n}`, () => book.digit(n)));
    if (kind === "lesson") {
      keys.push(...SIGNS.map((m) => this.#button(book.letters(m), () => this.#then(() => book.sign(m), 1), `letter ${m}`)));
    }
    for (const [name, face] of [["clear", "⌫"], ["before", "↑"], ["next", "↓"], ["card", "…"]]) {
      const key = this.#button(face, () => this.#act[name]());
      key.setAttribute("aria-label", book.say(name));
      keys.push(key);
    }
    this.#keys.replaceChildren(...keys);
    this.#keys.dataset.kind = kind;
  }

  /** Do, and go on to the next pupil: a lesson's entry is one touch. */
  #then(act, down) {
    act();
    if (down) this.#book.grid.move(down, 0);
  }

  #button(face, act, look = "") {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = face;
    button.className = look;
    // The cell keeps the focus, so that what is typed and what is touched go to one place.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", act);
    return button;
  }
}
