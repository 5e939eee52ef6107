// Whether the page is visible. A browser has six connections to a server for all its tabs together, over HTTP/1.1:
// a tab in the background must not keep one.

/** Resolves once the page is visible. */
export function whenVisible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", function shown() {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", shown);
      resolve();
    });
  });
}

/** Calls that each time the page is hidden. */
export function onHidden(action) {
  document.addEventListener("visibilitychange", () => document.hidden && action());
}
