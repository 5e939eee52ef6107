// URLs by template.

/**
 * A template with its placeholders filled in; null where one has no value here, or it is no URL that a link may have.
 *
 * @param values by the name of their placeholder
 */
export function filled(template, values) {
  let complete = true;
  const url = template.replace(/\{(\w+)\}/g, (whole, name) => {
    complete &&= values[name] !== undefined && values[name] !== null;
    return encodeURIComponent(values[name]);
  });
  return complete && /^https?:\/\//i.test(url) ? url : null;
}
