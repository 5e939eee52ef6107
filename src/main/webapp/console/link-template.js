// URLs by template.

/**
 * A template with its placeholders filled in; null where one has no value that it can have here, or it is no URL that a
 * link may have.
 *
 * @param values by the name of their placeholder
 */
export function filled(template, values) {
  let complete = true;
  const url = template.replace(/\{(\w+)\}/g, (whole, name) => {
    // no encoding keeps a browser from taking dots for a way up: the link would lead to another page
    complete &&= values[name] !== undefined && values[name] !== null && !/^\.\.?$/.test(values[name]);
    return encodeURIComponent(values[name]);
  });
  return complete && /^https?:\/\//i.test(url) ? url : null;
}
