/* What a teacher enters is kept on this device first and delivered to the school when it can be.

   A page names a change; the outbox gathers changes into a draft, seals the draft into one operation
   once the hand rests (one save, one operation, one ledger entry), keeps it in IndexedDB, sends it to
   /sync/v1/operations, and tries again until it is answered. A refused operation stays, with its words,
   until its author sends it again or lets it go. Shared by the lesson and the register.

   See docs/reference/sync.md for what goes over the wire. */

const DATABASE = "senim";
const STORE = "outbox";
const REST = 1500; // ms without a change that end a draft
const LONGEST_DRAFT = 10_000;
const ORPHANED_AFTER = 15_000; // where the browser cannot tell that a draft's page is gone
const LOOK_AGAIN = 1000;
const BATCH = 50;
const ASKED = "senim-asked-to-stay";
const LONGEST_WAIT = 60_000;
const NAMING = new Set(["class_id", "date", "number"]);
const PAGE = uuid7();

/** Return a new UUID of version 7: 48 bits of Unix milliseconds, the rest random. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 5, rest = now; place >= 0; place -= 1, rest = Math.floor(rest / 256)) {
    bytes[place] = rest % 256;
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Count what a person would call entries in an operation's body: points, signs, texts. */
export function entriesIn(body) {
  const isEntry = (value) => "points" in value || "presence" in value;
  const count = (value) => {
    if (value === null || typeof value !== "object" || isEntry(value)) return 1;
    return Object.values(value).reduce((sum, inner) => sum + count(inner), 0);
  };
  return Object.entries(body).reduce((sum, [name, value]) => sum + (NAMING.has(name) ? 0 : count(value)), 0);
}

/** The token that proves a request comes from our own page: the cookie's, which is the newest. */
function token() {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith("senim_csrf="));
  return found?.split("=")[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/* A page holds a lock as long as it lives, so that another can tell whose drafts are orphans. */

const lockOf = (page) => `senim-page-${page}`;
navigator.locks?.request(lockOf(PAGE), () => new Promise(() => {})).catch(() => {});

/** The locks of the pages that live, or null where the browser keeps none. */
async function locksHeld() {
  const locks = await navigator.locks?.query().catch(() => null);
  return locks ? new Set(locks.held.map((lock) => lock.name)) : null;
}

/* The shelf: IndexedDB, or nothing where the browser has none (a private window); then a page warns
   before it is left with something undelivered. */

class Shelf {
  static async open() {
    try {
      return new Shelf(await new Promise((done, failed) => {
        const asked = indexedDB.open(DATABASE, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "op_id" });
        asked.onsuccess = () => done(asked.result);
        asked.onerror = asked.onblocked = () => failed(asked.error);
      }));
    } catch {
      return new Shelf(null);
    }
  }

  constructor(database) {
    this.database = database;
  }

  get lasting() {
    return this.database !== null;
  }

  async #ask(mode, question) {
    if (!this.database) return undefined;
    return new Promise((done, failed) => {
      const transaction = this.database.transaction(STORE, mode);
      const asked = question(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(asked.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  }

  async all() {
    return (await this.#ask("readonly", (store) => store.getAll())) ?? [];
  }

  put(record) {
    return this.#ask("readwrite", (store) => store.put(record));
  }

  take(id) {
    return this.#ask("readwrite", (store) => store.delete(id));
  }
}

/** The changes of one person, under one hat, on their way to the school. */
export class Outbox {
  #shelf;
  #options;
  #records = new Map(); // op_id -> record, in the order made
  #timers = new Map(); // op_id of a draft -> timer
  #attempts = 0;
  #failing = false;
  #delivering = false;
  #again = false;
  #oneByOne = false;
  #leaving = false;
  #retry = 0;
  #state = "";
  #differing = 0;

  /**
   * Open the outbox of this device.
   * owner: the member whose entries these are; others' stay on the shelf until their owner is back.
   * state: the element of parts/saving.html. refusedWords: said where the server sent none.
   * sealed(record): a draft became an operation. answered(record, answer): the server spoke.
   * signedOut(): the session has ended.
   */
  static async open(options) {
    const outbox = new Outbox(options, await Shelf.open());
    await outbox.#readShelf();
    outbox.#listen();
    outbox.#show();
    outbox.deliver();
    return outbox;
  }

  constructor(options, shelf) {
    this.#options = { endpoint: "/sync/v1/operations", refusedWords: "", ...options };
    this.#shelf = shelf;
  }

  /**
   * Name a change. scope: what the operation is about; changes of one kind and scope share a draft.
   * start: the body of an empty draft. edit(body): puts the change into the body.
   * rest: milliseconds without a change after which the draft is sealed.
   */
  change({ kind, scope, start, edit, rest = REST }) {
    const draft = this.#draft(kind, scope) ?? this.#begin(kind, scope, start);
    edit(draft.body);
    draft.touched = Date.now();
    draft.made_wall = Date.now();
    draft.made_steady = performance.now();
    clearTimeout(this.#timers.get(draft.op_id));
    if (entriesIn(draft.body) === 0) {
      this.#forget(draft);
    } else {
      this.#keep(draft);
      const left = draft.began + Math.max(LONGEST_DRAFT, rest) - Date.now();
      const wait = Math.max(0, Math.min(rest, left));
      this.#timers.set(draft.op_id, setTimeout(() => this.flush(), wait));
    }
    this.#show();
  }

  /** Seal every draft of this page and deliver. */
  flush() {
    for (const record of this.#records.values()) {
      if (!record.sealed && record.page === PAGE) this.#seal(record);
    }
    return this.deliver();
  }

  /** Operations and drafts about a scope, in the order made, refused ones included. */
  of(scope) {
    return [...this.#records.values()].filter((record) => record.scope === scope);
  }

  /** Every operation the school would not take. */
  get refused() {
    return [...this.#records.values()].filter((record) => record.refused);
  }

  /** Send a refused operation again; it gets a new id, since the school remembers the old answer. */
  sendAgain(id) {
    const record = this.#records.get(id);
    if (!record) return;
    this.#forget(record);
    this.#keep({ ...record, op_id: uuid7(), refused: null });
    this.deliver();
    this.#show();
  }

  /** Let a refused operation go: its author has read why. */
  letGo(id) {
    const record = this.#records.get(id);
    if (record) this.#forget(record);
    this.#show();
  }

  /** How many cells of the page two authors disagree on. */
  set differing(count) {
    this.#differing = count;
    this.#show();
  }

  #draft(kind, scope) {
    return this.of(scope).find((r) => r.kind === kind && !r.sealed && r.page === PAGE);
  }

  #begin(kind, scope, start) {
    const now = Date.now();
    const { owner } = this.#options;
    return {
      op_id: uuid7(now), owner, kind, scope, body: structuredClone(start), page: PAGE, began: now,
      sealed: false, refused: null,
    };
  }

  #seal(record) {
    clearTimeout(this.#timers.get(record.op_id));
    this.#timers.delete(record.op_id);
    record.sealed = true;
    this.#keep(record);
    this.#options.sealed?.(record);
  }

  #keep(record) {
    this.#records.set(record.op_id, record);
    this.#shelf.put(record).then(() => { record.kept = true; }, () => {});
  }

  #forget(record) {
    clearTimeout(this.#timers.get(record.op_id));
    this.#records.delete(record.op_id);
    this.#shelf.take(record.op_id).catch(() => {});
  }

  /** Take over what other pages of the same owner left on the shelf, and learn what they delivered. */
  async #readShelf() {
    if (!this.#shelf.lasting) return;
    const shelved = new Map((await this.#shelf.all()).map((record) => [record.op_id, record]));
    for (const record of shelved.values()) {
      const others = record.owner === this.#options.owner && record.page !== PAGE;
      // Another page may still be writing its draft; what is sealed no longer changes.
      if (others && !this.#records.get(record.op_id)?.sealed) {
        this.#records.set(record.op_id, { ...record, kept: true });
      }
    }
    for (const record of [...this.#records.values()]) {
      if (record.kept && record.sealed && !shelved.has(record.op_id)) {
        this.#records.delete(record.op_id);
        this.#options.answered?.(record, { status: "applied", cells: [], presence: [] });
      }
    }
    await this.#sealOrphans();
  }

  async #sealOrphans() {
    const drafts = [...this.#records.values()].filter((r) => !r.sealed && r.page !== PAGE);
    if (!drafts.length) return;
    const held = await locksHeld();
    for (const record of drafts) {
      const old = Date.now() - record.touched > ORPHANED_AFTER;
      if (held ? !held.has(lockOf(record.page)) : old) this.#seal(record);
      else setTimeout(() => this.deliver(), LOOK_AGAIN);
    }
  }

  #listen() {
    addEventListener("online", () => this.deliver());
    addEventListener("offline", () => this.#show());
    const leave = () => {
      this.#leaving = true;
      this.flush();
    };
    const comeBack = () => {
      this.#leaving = false;
      this.deliver();
    };
    addEventListener("pagehide", leave);
    addEventListener("pageshow", comeBack);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") leave();
      else comeBack();
    });
    addEventListener("beforeunload", (event) => {
      if (!this.#shelf.lasting && this.#records.size) event.preventDefault();
    });
  }

  /** Send what is ready, again and again until nothing is left or the school cannot be reached. */
  async deliver() {
    this.#again = true;
    if (this.#delivering) return;
    this.#delivering = true;
    clearTimeout(this.#retry);
    try {
      while (this.#again) {
        this.#again = false;
        await this.#round();
      }
    } finally {
      this.#delivering = false;
      this.#show();
    }
  }

  async #round() {
    if (!this.#leaving) await this.#readShelf().catch(() => {});
    const ready = [...this.#records.values()].filter((r) => r.sealed && !r.refused);
    const batch = ready.slice(0, this.#oneByOne ? 1 : BATCH);
    if (!batch.length) {
      this.#reached();
      return;
    }
    const response = await this.#send(batch);
    if (!response) {
      this.#notReached();
    } else if (response.ok) {
      this.#reached();
      response.answers.forEach((answer, place) => this.#settle(batch[place], answer));
      this.#again ||= ready.length > batch.length;
    } else if (batch.length > 1) {
      this.#oneByOne = true;
      this.#again = true;
    } else {
      this.#settle(batch[0], response.answers[0]);
      this.#again = true;
    }
  }

  /** Return the answers, or null when the school was not reached or could not answer now. */
  async #send(batch) {
    const body = JSON.stringify({ operations: batch.map(onTheWire) });
    try {
      const response = await fetch(this.#options.endpoint, {
        method: "POST",
        body,
        credentials: "same-origin",
        redirect: "error",
        keepalive: this.#leaving && body.length < 20_000,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        signal: AbortSignal.timeout(20_000),
      });
      if (response.status === 401) this.#options.signedOut?.();
      if ([401, 403, 408, 429].includes(response.status) || response.status >= 500) return null;
      const said = /json/.test(response.headers.get("Content-Type") ?? "") ? await response.json() : null;
      if (response.ok) return said?.answers ? { ok: true, answers: said.answers } : null;
      const words = said?.words || this.#options.refusedWords;
      return { ok: false, answers: [{ status: "refused", code: said?.code ?? `${response.status}`, words }] };
    } catch {
      return null;
    }
  }

  #settle(record, answer) {
    if (answer.status === "refused") {
      record.refused = { code: answer.code, words: answer.words };
      this.#keep(record);
    } else {
      this.#forget(record);
    }
    this.#options.answered?.(record, answer);
  }

  #reached() {
    this.#failing = false;
    this.#attempts = 0;
    if (!this.#again) this.#oneByOne = false;
  }

  /** Ask the browser, once, not to clear what waits when it is short of space. */
  async #askToStay() {
    try {
      if (localStorage.getItem(ASKED)) return;
      localStorage.setItem(ASKED, "1");
      await navigator.storage?.persist?.();
    } catch {
      // a private window keeps nothing anyway
    }
  }

  /** Wait a random part of a growing while (full jitter), so that a whole town does not return at once. */
  #notReached() {
    this.#failing = true;
    this.#askToStay();
    this.#attempts += 1;
    const longest = Math.min(LONGEST_WAIT, 1000 * 2 ** this.#attempts);
    this.#retry = setTimeout(() => this.deliver(), 250 + Math.random() * longest);
  }

  #show() {
    const records = [...this.#records.values()];
    const waiting = records.filter((r) => !r.refused).reduce((sum, r) => sum + entriesIn(r.body), 0);
    const away = this.#failing || !navigator.onLine;
    let state = this.#differing ? "differ" : "delivered";
    if (waiting) state = away ? "waiting" : "sending";
    if (records.some((r) => r.refused)) state = "refused";
    const element = this.#options.state;
    if (!element) return;
    const count = element.querySelector("[data-count]");
    if (count && count.textContent !== `${waiting}`) count.textContent = `${waiting}`;
    if (state === this.#state) return;
    // Every save would otherwise be read out twice; what needs somebody's eye is.
    const usual = state === "sending" || (state === "delivered" && this.#state !== "waiting");
    element.setAttribute("aria-live", usual ? "off" : "polite");
    element.dataset.state = this.#state = state;
  }
}

/** An operation as it is sent. Its age is told by the steady clock of the page that made it. */
function onTheWire({ op_id, kind, body, page, made_wall, made_steady }) {
  const byWall = Date.now() - made_wall;
  if (page === PAGE) {
    const steady = performance.now() - made_steady;
    // A steady clock may stand still while the device sleeps; then the wall clock knows better.
    if (byWall - steady < 60_000) return { op_id, kind, body, age_ms: Math.max(0, Math.round(steady)) };
  }
  return { op_id, kind, body, age_ms: Math.max(0, Math.round(byWall)), time_uncertain: true };
}
