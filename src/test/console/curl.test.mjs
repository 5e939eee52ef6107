import "./browser.mjs";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { curlOf } from "../../main/webapp/console/curl.js";

const BASE = "https://registry.example/#/nodes/a";

/** What a shell makes of the command. */
const words = (command) => execFileSync("sh", ["-c", `PASSWORD='a $b'; TOKEN=t; set -- ${command}; printf '%s\\n' "$@"`],
  { encoding: "utf8" }).trimEnd().split("\n");

test("asks for the same address, without a sign-in where there is none", () => {
  assert.deepEqual(words(curlOf("api/v1/registrations/a%2Fb?x=1&y=2", BASE)),
    ["curl", "-s", "https://registry.example/api/v1/registrations/a%2Fb?x=1&y=2"]);
});

test("never has the password, but where it is", () => {
  const command = curlOf("api/v1/x", BASE, { user: "o'brien", authorization: "Basic c2VjcmV0" });
  assert.ok(!command.includes("c2VjcmV0"));
  assert.deepEqual(words(command).slice(2, 4), ["-u", "o'brien:a $b"]);
  const byToken = curlOf("api/v1/x", BASE, { user: "ada", authorization: "Bearer secret" });
  assert.ok(!byToken.includes("secret"));
  assert.deepEqual(words(byToken).slice(2, 4), ["-H", "Authorization: Bearer t"]);
});

test("an id cannot leave its word", () => {
  const path = `api/v1/registrations/${encodeURIComponent("a'; touch /tmp/x; '$(id)`id`")}`;
  assert.equal(words(curlOf(path, BASE)).length, 3);
});
