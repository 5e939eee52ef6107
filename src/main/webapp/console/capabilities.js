// Capabilities of the nodes of all types.

const COLLATOR = new Intl.Collator("en", { numeric: true });

/**
 * Each capability once, those of most nodes first.
 *
 * @param services as the API lists them, by type
 * @param text what its name must contain, in any case
 */
export function byCapability(services, text = "") {
  const wanted = text.trim().toLowerCase();
  const all = new Map();
  for (const { node_type: type, capabilities } of services) {
    for (const { capability, nodes } of capabilities) {
      if (!capability.toLowerCase().includes(wanted)) continue;
      const one = all.get(capability) ?? { capability, types: [], total: 0, callable: 0 };
      one.types.push({ type, total: nodes.total });
      one.total += nodes.total;
      one.callable += nodes.callable;
      all.set(capability, one);
    }
  }
  return [...all.values()].sort((a, b) => b.total - a.total || COLLATOR.compare(a.capability, b.capability));
}
