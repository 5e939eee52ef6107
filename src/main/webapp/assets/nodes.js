// Shows what is registered and how the components are, and keeps both up to date.

const REFRESH_MS = 3000;
const MOST_NODES = 500;

const MOODS = {
  healthy: "good", registered: "good", active: "good",
  degraded: "fair", pending: "fair", suspect: "fair", draining: "fair", recovering: "fair", absent: "fair",
  unhealthy: "bad", critical: "bad", refused: "bad",
};

const byId = (id) => document.getElementById(id);
let lastContact = null;

function element(name, text, mood) {
  const made = document.createElement(name);
  made.textContent = text ?? "";
  if (mood) made.className = mood;
  return made;
}

function state(name, value) {
  return element(name, value ?? "–", MOODS[value]);
}

function ago(instant) {
  if (!instant) return "never";
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(instant)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return new Date(instant).toLocaleString();
}

function showComponents(health) {
  byId("components").replaceChildren(...Object.entries(health.components).map(([name, component]) => {
    const item = document.createElement("li");
    item.append(element("strong", name), " ", state("span", component.status), element("p", component.message));
    return item;
  }));
}

function row(node) {
  const made = document.createElement("tr");
  const heartbeat = element("td", ago(node.last_heartbeat));
  heartbeat.title = node.last_heartbeat ?? "";
  const consul = state("td", node.stores.consul);
  consul.title = node.consul_error ?? "";
  made.append(
    element("td", node.node_id), element("td", node.node_type), element("td", node.version ?? "–"),
    state("td", node.status), state("td", node.health_status), state("td", node.stores.postgres), consul, heartbeat);
  return made;
}

function showNodes(page, health) {
  const nodes = page.registrations;
  byId("nodes").hidden = nodes.length === 0;
  byId("empty").hidden = nodes.length > 0;
  byId("more").hidden = !page.next_cursor;
  byId("more").textContent = `The first ${nodes.length} nodes are shown; the API lists all of them.`;
  byId("nodes").tBodies[0].replaceChildren(...nodes.map(row));
  const count = health.components.postgres?.details.registered_nodes ?? nodes.length;
  byId("summary").textContent = `${count} ${count === 1 ? "node" : "nodes"} registered; the registry is ${health.status}`;
}

async function read(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? body.title ?? `HTTP ${answer.status}`);
  return body;
}

function showTrouble(trouble) {
  const contact = byId("contact");
  contact.hidden = !trouble;
  contact.textContent = trouble ?? "";
}

async function refresh() {
  try {
    const health = await read("api/v1/health");
    lastContact = Date.now();
    showComponents(health);
    byId("summary").textContent = `The registry is ${health.status}`;
    showNodes(await read(`api/v1/registrations?limit=${MOST_NODES}`), health);
    showTrouble(null);
  } catch (failure) {
    const silence = lastContact ? Math.round((Date.now() - lastContact) / 1000) : null;
    showTrouble(silence > 5 || silence === null
      ? `No contact with the registry${silence ? ` for ${silence} s` : ""}; what is shown may be out of date.`
      : `The nodes cannot be read now: ${failure.message}`);
  }
}

// the next round begins when this one has ended, so that a slow registry is not asked twice at once
async function keepFresh() {
  if (!document.hidden) await refresh();
  setTimeout(keepFresh, REFRESH_MS);
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
keepFresh();
