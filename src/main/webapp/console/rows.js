// The rows of a long table that are in view, and going through them by the keyboard.

import {
  Virtualizer, defaultRangeExtractor, elementScroll, observeElementOffset, observeElementRect, ref,
} from "./lib.js";
import { redraw } from "./redraw.js";

const ROW_HEIGHT = 34;
const MORE = 8;
/** However tall the box is: what is beyond them stays empty. More than the tallest screens have room for. */
const MOST = 200;

export class Rows {
  #box = null;
  #unmount = null;
  #virtualizer = new Virtualizer(this.#options(0));
  /** the row whose link has the focus: it stays in the page, and is focused once it is there */
  #focused = null;
  #wanted = null;
  #total = 0;
  /** pixels before and after the drawn rows */
  #gaps = [0, 0];
  #hold = (element) => {
    this.#box = element ?? null;
  };

  /** Those of so many rows that are to be drawn. */
  of(total) {
    this.#total = total;
    this.#virtualizer.setOptions(this.#options(total));
    const visible = this.#virtualizer.getVirtualItems();
    const height = this.#virtualizer.getTotalSize();
    const gaps = visible.length ? [visible[0].start, height - visible.at(-1).end] : [0, height];
    this.#gaps = gaps;
    return visible;
  }

  box() {
    return ref(this.#hold);
  }

  /** To be called when they are in the page. */
  drawn() {
    // by the object model, since a policy without inline styles refuses the attribute
    this.#box?.querySelectorAll(".gap td").forEach((cell, at) => {
      cell.style.height = `${this.#gaps[at]}px`;
    });
    this.#unmount ??= this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    if (this.#wanted !== null) this.#focus(this.#wanted);
  }

  end() {
    this.#unmount?.();
  }

  toTop() {
    this.#focused = null;
    if (this.#box) this.#box.scrollTop = 0;
  }

  /** Up, down, a page of either, and both ends. */
  keyed(event) {
    const at = Number(event.target.closest("tr")?.dataset.index ?? -1);
    const page = Math.max(1, Math.floor((this.#box?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const steps = {
      ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.#total,
    };
    if (!(event.key in steps) || event.target.closest("thead")) return;
    event.preventDefault();
    this.#focus(Math.min(Math.max(steps[event.key], 0), this.#total - 1));
  }

  #focus(index) {
    const link = this.#box?.querySelector(`tr[data-index="${index}"] a`);
    this.#focused = index;
    this.#wanted = link ? null : index;
    this.#scrollTo(index);
    link?.focus({ preventScroll: true });
    redraw();
  }

  /** Once: the virtualizer's own way tries again in later frames, and so pulls against the next key's. */
  #scrollTo(index) {
    const [offset] = this.#virtualizer.getOffsetForIndex(index, "auto") ?? [];
    if (offset !== undefined) this.#virtualizer.scrollToOffset(offset);
  }

  #options(count) {
    return {
      count,
      getScrollElement: () => this.#box,
      estimateSize: () => ROW_HEIGHT,
      overscan: MORE,
      // the heading stays at the top and would cover the row
      scrollPaddingStart: ROW_HEIGHT,
      rangeExtractor: (range) => this.#withFocused(defaultRangeExtractor(range).slice(0, MOST), count),
      observeElementRect, observeElementOffset, scrollToFn: elementScroll,
      onChange: () => redraw(),
    };
  }

  /** A row that is taken out of the page while its link has the focus would lose it. */
  #withFocused(indexes, count) {
    const held = this.#focused !== null && this.#focused < count && document.activeElement?.closest("tr[data-index]");
    return held && !indexes.includes(this.#focused)
      ? [...indexes, this.#focused].sort((a, b) => a - b)
      : indexes;
  }
}
