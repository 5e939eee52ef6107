// Numbers and times as people read them.

import { isSingle, stringify } from "./json.js";

const NUMBER = new Intl.NumberFormat("en");
const SMALL = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const ABSOLUTE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });

/** Controls but tab and line end, marks of direction, and what takes no room; joiners belong to scripts and emoji. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text with what orders, hides or turns its characters written as escapes; anything else as it is. */
export function inert(value) {
  if (Array.isArray(value)) return value.map(inert);
  if (typeof value !== "string") return value;
  return value.replace(UNSEEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export const number = (value) => (value === null || value === undefined ? "–" : NUMBER.format(value));

export function rate(value) {
  if (value === null || value === undefined) return "–";
  return value < 100 ? SMALL.format(value) : NUMBER.format(Math.round(value));
}

export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86400) {
    const minutes = Math.floor((whole % 3600) / 60);
    return `${Math.floor(whole / 3600)} h${minutes ? ` ${minutes} min` : ""}`;
  }
  const days = Math.floor(whole / 86400);
  return `${days} ${days === 1 ? "day" : "days"}`;
}

/** "in 12 s" or "3 min ago". A clock that is a little apart from the server's must not make the past the future. */
export function relative(instant) {
  const seconds = (Date.parse(instant) - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return instant;
  if (seconds > 2) return `in ${duration(seconds)}`;
  return seconds > -1 ? "now" : `${duration(-seconds)} ago`;
}

/** "3 applied, 1 stale": figures by their names; empty where there are none. */
export const tally = (counts) =>
  Object.entries(counts).map(([name, value]) => `${number(value)} ${words(name)}`).join(", ");

/** "7 revisions, 9 records to read" of another region's topic; empty where all of it has been read. */
export function stillToRead({ lag, revisions_behind: revisions }) {
  const left = [revisions ? count(revisions, "revision") : "", lag ? count(lag, "record") : ""].filter(Boolean);
  return left.length === 0 ? "" : `${left.join(", ")} to read`;
}

/** What is no time that a calendar has, such as PostgreSQL's infinity, as it is. */
export const absolute = (instant) =>
  (Number.isNaN(Date.parse(instant)) ? String(instant) : ABSOLUTE.format(new Date(instant)));

/** deletions_blocked becomes "deletions blocked". */
export const words = (name) => String(name).replaceAll("_", " ");
export const sentence = (name) => words(name).replace(/^./, (first) => first.toUpperCase());

/** A value of JSON in one line. */
export function plain(value) {
  if (value === null || value === undefined) return "–";
  return isSingle(value) ? String(value) : stringify(value);
}
