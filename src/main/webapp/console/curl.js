// The command that asks the registry the same as a page does.

/** One word for a POSIX shell, regardless of what is in it. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Without the password, which belongs to no clipboard: the shell has it in a variable.
 *
 * @param path relative to base, the address of the console
 * @param session user and authorization of the user; both null without a sign-in
 */
export function curlOf(path, base, { user = null, authorization = null } = {}) {
  const sign = authorization === null ? ""
    : authorization.startsWith("Basic ") ? ` -u ${quoted(`${user}:`).slice(0, -1)}'"$PASSWORD"`
    : ' -H "Authorization: Bearer $TOKEN"';
  return `curl -s${sign} ${quoted(new URL(path, base).href)}`;
}
