// GitHub's official client reads and writes at a stand-in of GitHub:
// node octokit.mjs URL TOKEN OWNER REPOSITORY, on a repository with five open issues.
import assert from "node:assert/strict";
import { Octokit } from "@octokit/rest";

const [baseUrl, token, owner, repo] = process.argv.slice(2);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = (auth) => {
  const octokit = new Octokit({ auth, baseUrl, log: quiet });
  octokit.hook.before("request", (options) => {
    options.headers.accept = "application/vnd.github+json";
    options.headers["x-github-api-version"] = "2022-11-28";
  });
  return octokit.rest;
};
const { issues, repos, users } = client(token);
const octokit = new Octokit({ auth: token, baseUrl, log: quiet });
const status = (code) => (error) => error.status === code;

assert.equal((await repos.get({ owner, repo })).data.full_name, `${owner}/${repo}`);
assert.equal((await users.getAuthenticated()).data.type, "User");

const listed = await octokit.paginate(issues.listForRepo, { owner, repo, state: "open", per_page: 2 });
assert.equal(new Set(listed.map((issue) => issue.number)).size, 5);
const { number: issue_number } = listed[0];
const issue = { owner, repo, issue_number };

const first = await issues.get(issue);
assert.equal(first.data.state, "open");
await assert.rejects(
  issues.get({ ...issue, headers: { "if-none-match": first.headers.etag } }), status(304));

await issues.addLabels({ ...issue, labels: ["agent-done", "mine too"] });
const { data: left } = await issues.removeLabel({ ...issue, name: "agent-done" });
assert.deepEqual(left.map((label) => label.name), ["mine too"]);
await assert.rejects(issues.removeLabel({ ...issue, name: "agent-done" }), status(404));

const { data: made } = await issues.createComment({ ...issue, body: "Done. 🎉" });
const { data: comments } = await issues.listComments(issue);
assert.deepEqual(comments.map((each) => [each.id, each.body]), [[made.id, "Done. 🎉"]]);
await assert.rejects(issues.createComment({ ...issue, body: " " }), status(422));

const { data: added } = await issues.create({ owner, repo, title: "New", labels: ["mine too"] });
assert.deepEqual(added.labels.map((label) => label.name), ["mine too"]);

await assert.rejects(issues.get({ ...issue, issue_number: 999 }), status(404));
await assert.rejects(client("nonsense").issues.get(issue), status(401));
console.log("Octokit is content.");
