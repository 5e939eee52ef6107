// The console's frame: which page is shown, who is signed in, whether the registry answers.

import { html, nothing, render } from "./lib.js";
import { me } from "./access.js";
import { addressed, sectionOf } from "./address.js";
import { contact, silence } from "./api.js";
import { plotDrawn } from "./chart.js";
import { count, duration, relative } from "./format.js";
import { dialogView, noticeView, openDrawn } from "./dialog.js";
import { fleet, keepFleet } from "./fleet.js";
import { docsLink } from "./links.js";
import { signedOut, state } from "./parts.js";
import { drawWith, redraw } from "./redraw.js";
import { session } from "./session.js";
import { askSignIn, signInView } from "./sign-in.js";
import { health } from "./trust.js";
import { theme, themeView } from "./theme.js";
import { activityPage } from "./pages/activity.js";
import { callersPage } from "./pages/callers.js";
import { clusterPage } from "./pages/cluster.js";
import { deadLettersPage } from "./pages/dead-letters.js";
import { driftPage } from "./pages/drift.js";
import { letterPage } from "./pages/letter.js";
import { nodePage } from "./pages/node.js";
import { nodesPage } from "./pages/nodes.js";
import { overviewPage } from "./pages/overview.js";
import { regionPage, regionsPage } from "./pages/regions.js";
import { remoteNodePage } from "./pages/remote-node.js";
import { routingPage } from "./pages/routing.js";
import { servicesPage } from "./pages/services.js";
import { whyPage } from "./pages/why.js";

/** The first segment of the address, and the page with and without something after it; the first is shown without one. */
const PAGES = {
  services: { label: "Services", list: servicesPage },
  overview: { label: "Overview", list: overviewPage },
  nodes: { label: "Nodes", list: nodesPage, one: nodePage, elsewhere: remoteNodePage },
  why: { label: "Missing", list: whyPage, one: whyPage },
  activity: { label: "Activity", list: activityPage },
  routing: { label: "Routing", list: routingPage },
  callers: { label: "Callers", list: callersPage },
  regions: { label: "Regions", list: regionsPage, one: regionPage },
  drift: { label: "Drift", list: driftPage },
  "dead-letters": { label: "Dead letters", list: deadLettersPage, one: letterPage },
  cluster: { label: "Cluster", list: clusterPage },
};

const READS = "This registry shows what it knows only to those who sign in with the role reader or operator.";

const shown = { section: "", page: null, rest: null };

function follow(first) {
  const { section: named, rest, asked } = addressed(location.hash);
  const section = sectionOf(PAGES, named);
  const known = PAGES[section];
  const page = !rest || !known.one ? known.list : known.elsewhere && asked.has("region") ? known.elsewhere : known.one;
  if (page === shown.page && rest === shown.rest) {
    page.asked?.(asked);
    redraw();
    return;
  }
  shown.page?.leave?.();
  Object.assign(shown, { section, page, rest });
  page.enter?.(rest, asked);
  document.title = `${page.title(rest)} · NodeBridge Registry`;
  draw();
  document.querySelector("nav [aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  // a new page begins at its heading, for the eyes and for a screen reader
  if (!first) document.querySelector("h1")?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

const root = document.getElementById("console");

function draw() {
  render(frame(), root);
  shown.page?.drawn?.();
  plotDrawn();
  openDrawn();
}

function frame() {
  const quiet = silence();
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="bar">
      <a class="brand" href="#/"><img src="console/icon.svg" alt="" width="22" height="22"> NodeBridge Registry</a>
      <div class="status">${statusView(quiet)}</div>
      <div class="tools">${themeView()}${signInView()}</div>
      <nav aria-label="Pages">${Object.entries(PAGES).map(([section, { label }]) => html`
        <a href="#/${section}" aria-current=${section === shown.section ? "page" : "false"}>${label}</a>`)}
      </nav>
    </header>
    <div class="alarm" role="alert">${quiet === null ? nothing : html`
      <p><strong>No contact ${contact.last === null ? "yet" : `for ${duration(quiet)}`}.</strong>
        ${contact.last === null ? "The registry does not answer; it is asked again every few seconds."
          : "What is shown may be out of date; it is asked again every few seconds."}</p>`}
    </div>
    <main id="main" tabindex="-1" class=${quiet === null ? "" : "stale"}>
      ${noticeView()}
      <h1 tabindex="-1">${shown.page.heading?.(shown.rest) ?? shown.page.title(shown.rest)}</h1>
      ${session.readsNeedSignIn && !session.authorization ? signedOut(READS) : shown.page.view()}
    </main>
    <footer>
      <a href="openapi/ui">API</a> <a href="contract/">Contract</a> <a href="health">Probes</a> <a href="metrics">Metrics</a>
      ${me.data?.links?.docs ? docsLink("docs/README.md", "Documentation") : nothing}
      ${me.data?.version ? html`<span class="version">Version ${me.data.version}</span>` : nothing}
      <span class="total">${fleet.state === "loading" ? nothing : count(fleet.nodes.size, "node")} registered</span>
    </footer>
    ${dialogView()}`;
}

function statusView(quiet) {
  const link = quiet !== null ? ["lost", "bad"]
    : { live: ["live", "good"], polling: ["every 3 s", "plain"], lost: ["reconnecting", "fair"] }[fleet.state];
  return html`
    ${health.data ? html`<span class="visually-hidden">The registry is</span> ${state(health.data.status)}` : nothing}
    ${link ? html`<span class="link ${link[1]}" title=${lastHeard()}>${link[0]}</span>` : nothing}`;
}

const lastHeard = () => (contact.last ? `last answer ${relative(new Date(contact.last).toISOString())}` : "");

/** The address says which page it is, so a link into the page must not change it. */
function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

/** Asked for once; the page itself says the same and has a button. */
function readsRefused() {
  if (session.readsNeedSignIn && !refusedBefore) askSignIn(READS);
  refusedBefore = session.readsNeedSignIn;
}
let refusedBefore = false;

root.replaceChildren();
theme.apply();
drawWith(draw);
health.start();
me.start();
addEventListener("hashchange", () => follow(false));
addEventListener("session", readsRefused);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  contact.watchedSince = Date.now();
  health.refresh();
});
follow(true);
keepFleet();
// a time such as "12 s ago" goes on
setInterval(redraw, 1000);
