import { answering } from "./browser.mjs";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { change, newKey, read, readAsOperator } from "../../main/webapp/console/api.js";
import { basic, close, open, session } from "../../main/webapp/console/session.js";

afterEach(() => {
  close();
  session.readsNeedSignIn = false;
});

test("reads JSON with every digit", async () => {
  answering({ body: '{"epoch": 12345678901234567890}' });
  assert.equal(`${(await read("api/v1/x")).epoch}`, "12345678901234567890");
});

test("carries the credentials of who is signed in, and none otherwise", async () => {
  const asked = answering({ body: "{}" });
  await read("a");
  open("ada", basic("ada", "pass:wörd"), false);
  await read("b");
  assert.deepEqual(asked.map(({ headers }) => headers.Authorization),
    [undefined, `Basic ${Buffer.from("ada:pass:wörd").toString("base64")}`]);
  assert.ok(asked.every(({ credentials, cache }) => credentials === "omit" && cache === "no-store"));
});

test("tells by the registry's own words why it was refused", async () => {
  answering({ status: 409, body: '{"title":"Conflict","detail":"no","errors":[{"field":"epoch"}]}' });
  await assert.rejects(change("POST", "a", {}), { status: 409, message: "no", title: "Conflict" });
  answering({ status: 502, body: "<html>" });
  await assert.rejects(change("POST", "a", {}), { status: 502, message: "The registry answered 502" });
});

test("has status 0 where the registry does not answer", async () => {
  answering(new TypeError("network"));
  await assert.rejects(read("a"), { status: 0 });
});

test("signs out where a read is refused that anybody might make, but not for an operator's", async () => {
  open("ada", basic("ada", "old"), true);
  answering({ status: 401 });
  await assert.rejects(readAsOperator("a"), { status: 401 });
  assert.equal(session.user, "ada");
  await assert.rejects(read("a"), { status: 401 });
  assert.deepEqual([session.user, session.readsNeedSignIn], [null, true]);
  assert.equal(sessionStorage.getItem("nodebridge.session"), null);
});

test("a change carries its key and its body, and may have no answer", async () => {
  const asked = answering({ status: 204 });
  assert.equal(await change("DELETE", "a", { reason: "x" }, "k"), null);
  assert.deepEqual([asked[0].method, asked[0].headers["Idempotency-Key"], asked[0].body], ["DELETE", "k", '{"reason":"x"}']);
});

test("keys are of one length, and differ", () => {
  const keys = new Set(Array.from({ length: 100 }, newKey));
  assert.equal(keys.size, 100);
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/);
});
