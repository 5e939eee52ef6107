// Whether somebody looks at the page. A browser has six connections to a server for all its tabs together, over HTTP/1.1:
// a tab in the background must not keep one.

/** Resolves once the page is in sight. */
export function inSight() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", function shown() {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", shown);
      resolve();
    });
  });
}

/** Calls that each time the page goes out of sight. */
export function onOutOfSight(action) {
  document.addEventListener("visibilitychange", () => document.hidden && action());
}
