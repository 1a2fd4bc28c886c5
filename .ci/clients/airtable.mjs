// Airtable's official client reads and writes at a stand-in of Airtable:
// node airtable.mjs URL KEY BASE TABLE, on a table with five records.
import assert from "node:assert/strict";
import Airtable from "airtable";

const [endpointUrl, apiKey, base, table] = process.argv.slice(2);
const client = (key) =>
  new Airtable({ endpointUrl, apiKey: key, noRetryIfRateLimited: true }).base(base)(table);
const tasks = client(apiKey);

const pages = [];
await tasks.select({ pageSize: 2 }).eachPage((records, next) => {
  pages.push(records.length);
  next();
});
assert.deepEqual(pages, [2, 2, 1]);

const [first] = await tasks.select({ filterByFormula: "{Name}='Task 3'" }).firstPage();
assert.equal(first.get("Name"), "Task 3");
assert.equal((await tasks.find(first.id)).get("Name"), "Task 3");

const [changed] = await tasks.update([{ id: first.id, fields: { Status: "Review" } }]);
assert.equal(changed.get("Status"), "Review");
const [added] = await tasks.create([{ fields: { Name: "New 🎉", Status: "Todo" } }]);
assert.equal((await tasks.find(added.id)).get("Name"), "New 🎉");

await assert.rejects(
  tasks.update([{ id: first.id, fields: { Status: "Invented" } }]),
  (error) => error.statusCode === 422 && error.error === "INVALID_MULTIPLE_CHOICE_OPTIONS");
await assert.rejects(tasks.select({ fields: ["Nothing"] }).all(), (error) => error.statusCode === 422);
await assert.rejects(tasks.find("recNothing0000000"), (error) => error.statusCode === 404);
await assert.rejects(client("patWrong.secret").select().all(), (error) => error.statusCode === 401);
console.log("Airtable's client is content.");
