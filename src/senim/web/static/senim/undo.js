/* What was done on a page, step by step, so that it can be taken back and done again. */

const MOST_STEPS = 200;

export class Undo {
  #done = [];
  #undone = [];

  /** Keep a step: a list of changes, each with what stood before and after. */
  did(step) {
    this.#done.push(step);
    if (this.#done.length > MOST_STEPS) this.#done.shift();
    this.#undone = [];
  }

  /** Put another step in the place of the last one: a number typed digit by digit is one step. */
  redid(step) {
    this.#done.pop();
    this.did(step);
  }

  /** Forget the last step: it came to nothing. */
  drop() {
    this.#done.pop();
  }

  /** Return the step to take back, undefined when there is none. */
  undo() {
    const step = this.#done.pop();
    if (step) this.#undone.push(step);
    return step?.map(({ place, before, after }) => ({ place, before: after, after: before }));
  }

  /** Return the step to do again, undefined when there is none. */
  redo() {
    const step = this.#undone.pop();
    if (step) this.#done.push(step);
    return step;
  }
}
