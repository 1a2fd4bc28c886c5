// Todoist's official client reads and writes at a stand-in of Todoist: node todoist.mjs URL TOKEN.
// It checks the form of every answer by itself.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { TodoistApi } from "@doist/todoist-sdk";

const [baseUrl, token] = process.argv.slice(2);
const api = new TodoistApi(token, { baseUrl });

const projects = await api.getProjects();
const project = projects.results.find((each) => each.name === "Desk");
assert.ok(project, "the project is listed");

const seen = [];
let cursor = null;
do {
  const page = await api.getTasks({ projectId: project.id, limit: 2, cursor });
  assert.ok(page.results.length <= 2);
  seen.push(...page.results);
  cursor = page.nextCursor;
} while (cursor);
assert.equal(new Set(seen.map((task) => task.id)).size, 5);

const [first] = seen;
const run = async (type, args) => {
  const uuid = randomUUID();
  const command = { type, uuid, tempId: `temp-${uuid}`, args };
  for (let time = 1; time <= 2; time++) {
    // The client rewrites the names in an answer, uuids included.
    const { syncStatus } = await api.sync({ commands: [command] });
    assert.deepEqual(Object.values(syncStatus), ["ok"]);
  }
};
await run("item_update", { id: first.id, labels: ["agent-done", "mine"] });
assert.deepEqual((await api.getTask(first.id)).labels, ["agent-done", "mine"]);
await run("note_add", { itemId: first.id, content: "Done. 🎉" });
const comments = await api.getComments({ taskId: first.id });
assert.deepEqual(comments.results.map((each) => each.content), ["Done. 🎉"]);

await assert.rejects(api.getTask("6nothing"), (error) => error.httpStatusCode === 404);
const stranger = new TodoistApi("0".repeat(40), { baseUrl });
await assert.rejects(stranger.getTasks(), (error) => error.httpStatusCode === 401);
console.log("Todoist's client is content.");
