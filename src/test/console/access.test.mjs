import { answering } from "./browser.mjs";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { highestRole, may, me, refusalFor, who } from "../../main/webapp/console/access.js";
import { close, open } from "../../main/webapp/console/session.js";

afterEach(() => {
  close();
  me.forget();
});

async function signedInAs(name, roles, status = 200) {
  const asked = answering({ status, body: JSON.stringify({ name, roles, anonymous: false, version: "1.2.3" }) });
  open(name, `Basic ${name}`, false);
  await me.refresh();
  me.stop();
  return asked;
}

test("knows what a user may do before it is tried", async () => {
  const asked = await signedInAs("ada", ["reader", "operator"]);

  assert.equal(asked[0].path, "api/v1/me");
  assert.deepEqual(["reader", "operator", "admin"].map(may), [true, true, false]);
  assert.equal(highestRole(), "operator");
  assert.equal(refusalFor("operator"), null);
  assert.equal(refusalFor("admin"), "This needs the role admin; ada has the role operator.");
  assert.equal(me.data.version, "1.2.3");
});

test("refuses nothing before a sign-in, or where the registry does not say roles", async () => {
  answering({ body: '{"name": "anonymous", "roles": ["reader"], "anonymous": true}' });
  await me.refresh();
  me.stop();
  assert.deepEqual([may("reader"), refusalFor("admin"), highestRole()], [null, null, null]);

  await signedInAs("ada", undefined, 404);
  assert.deepEqual([may("admin"), refusalFor("admin")], [null, null]);
});

test("does not take one user's roles for the next one's", async () => {
  await signedInAs("root", ["reader", "operator", "admin"]);
  open("ada", "Basic ada", false);
  assert.equal(may("admin"), null);
});

test("says of credentials whether they are known, without the user's own", async () => {
  const asked = answering({ status: 401, body: "{}" });
  assert.equal((await who("Basic wrong")).status, 401);
  assert.equal(asked[0].headers.Authorization, "Basic wrong");
});
