/* The computed columns: the school works them out, since the rule lives there and nowhere else. */

const REST = 400;

export class Totals {
  #table;
  #book;
  #timer = 0;

  constructor(table, book) {
    this.#table = table;
    this.#book = book;
  }

  /** Mark them as of before the last entry. */
  stale() {
    this.#table.classList.add("stale");
  }

  ask() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), REST);
  }

  async #ask() {
    const { term } = this.#table.dataset;
    const gone = new URLSearchParams(location.search).has("left") ? "&left=1" : "";
    const response = await fetch(`?term=${term}${gone}&part=totals`, { redirect: "error" }).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const row of page.querySelectorAll("tr")) this.#show(row);
    document.querySelector(".head .facts").replaceChildren(...page.getElementById("book-facts").childNodes);
    if (document.getElementById("saving").dataset.state === "delivered") this.#table.classList.remove("stale");
  }

  #show(row) {
    const own = [...this.#table.tBodies[0].rows].find((one) => one.dataset.p === row.dataset.p);
    if (!own) return;
    this.#book.learn(row.dataset.p, row.dataset.f);
    const cells = own.querySelectorAll("td.computed");
    row.querySelectorAll("td").forEach((cell, place) => {
      if (!cells[place]) return;
      cells[place].className = cell.className;
      cells[place].replaceChildren(...cell.childNodes);
      for (const link of cells[place].querySelectorAll("a")) link.tabIndex = -1;
    });
  }
}
