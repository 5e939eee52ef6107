// Light, dark, or as the system has it; remembered on this machine.

import { html } from "./lib.js";
import { redraw } from "./redraw.js";

const KEY = "nodebridge.theme";
const NAMES = { auto: "As the system", light: "Light", dark: "Dark" };

export const theme = {
  get name() {
    return NAMES[localStorage.getItem(KEY)] ? localStorage.getItem(KEY) : "auto";
  },
  apply() {
    document.documentElement.dataset.theme = this.name;
    dispatchEvent(new Event("theme"));
  },
};

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme.apply());

export function themeView() {
  return html`<label class="theme"><span class="visually-hidden">Colours</span>
    <select @change=${choose}>${Object.entries(NAMES).map(([name, label]) => html`
      <option value=${name} ?selected=${theme.name === name}>${label}</option>`)}</select></label>`;
}

function choose(event) {
  localStorage.setItem(KEY, event.target.value);
  theme.apply();
  redraw();
}
