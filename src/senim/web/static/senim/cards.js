/* Cards that open beside a cell: why a mark is what it is, and all that was said of a cell. */

const NARROW = 832; // as grid.css: below this a card is a sheet at the foot

export class Cards {
  #dialog;
  #body;
  #back = null;

  /** close: the word of its button. */
  constructor(close) {
    this.#dialog = document.createElement("dialog");
    this.#dialog.className = "why float book-dialog";
    const button = document.createElement("button");
    button.className = "btn quiet close";
    button.textContent = close;
    button.addEventListener("click", () => this.#dialog.close());
    this.#body = document.createElement("div");
    this.#dialog.append(this.#body, button);
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.#dialog.addEventListener("close", () => this.#back?.());
    document.body.append(this.#dialog);
  }

  close() {
    this.#dialog.close();
  }

  /** Open a card beside an element. back: puts the focus where it was. Returns the card's element. */
  async open(address, beside, { back, unreached }) {
    this.#back = back;
    try {
      const response = await fetch(`${address}&part=card`, { credentials: "same-origin", redirect: "error" });
      if (!response.ok) throw new Error(`${response.status}`);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      this.#body.replaceChildren(...page.body.childNodes);
    } catch {
      const words = document.createElement("p");
      words.className = "card-pad";
      words.textContent = unreached;
      this.#body.replaceChildren(words);
    }
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#place(beside);
    this.#body.querySelector("input:not([type=hidden])")?.select();
    return this.#body;
  }

  #place(beside) {
    const { style } = this.#dialog;
    style.removeProperty("left");
    style.removeProperty("top");
    if (innerWidth < NARROW) return;
    const cell = beside.getBoundingClientRect();
    const card = this.#dialog.getBoundingClientRect();
    const left = cell.right + 8 + card.width < innerWidth ? cell.right + 8 : cell.left - card.width - 8;
    style.left = `${Math.max(8, left)}px`;
    style.top = `${Math.max(8, Math.min(cell.top, innerHeight - card.height - 8))}px`;
  }
}
