// Holds every request that the adapters' tests recorded against the official descriptions of the
// services: node contracts.mjs RECORDED CONTRACTS SERVICE..., of which the first two are folders.
// Prints what does not fit, and ends with status 1 if anything did not, or if a service was not
// asked anything. LINEAR_SUBSET is the part of Linear's schema that the adapter is built with.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import Ajv from "ajv";
import {
  buildSchema, getOperationAST, parse, validate, specifiedRules, NoUnusedFragmentsRule,
} from "graphql";
import { getVariableValues } from "graphql/execution/values.js";

const [recorded, contracts, ...asked] = process.argv.slice(2);

/** OpenAPI 3.0 says that a value may be null in a way that only counts beside a type. */
function json(file) {
  return JSON.parse(readFileSync(file, "utf8"), (name, value) => {
    if (value?.nullable !== true || value.type) {
      return value;
    }
    const { nullable, ...rest } = value;
    return { anyOf: [{ type: "null" }, rest] };
  });
}

/** Where tests send an adapter that is told a wrong or retired address. */
const WRONG_ADDRESSES = /^\/rest\/v2\//;

/** What one adapter sent. */
function requestsOf(service) {
  const file = join(recorded, `${service}.jsonl`);
  if (!existsSync(file)) {
    return [];
  }
  const all = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  return all.filter((request) =>
    /^nightdesk/.test(request.headers["user-agent"] ?? "") && !WRONG_ADDRESSES.test(request.path));
}

/** Parameters that a service itself writes into the links to further pages. */
const FROM_LINKS = ["after"];

/** Checks requests against an OpenAPI description. */
class OpenApi {
  constructor(file, elsewhere = () => undefined) {
    this.document = json(file);
    this.elsewhere = elsewhere;
    this.ajv = new Ajv({ strict: false, validateSchema: false, validateFormats: false, coerceTypes: "array", logger: false });
    this.ajv.addSchema(this.document, "api");
    this.routes = Object.keys(this.document.paths).map((path) => ({
      path,
      pattern: new RegExp("^" + path.replace(/\{[^}]+\}/g, "[^/]+") + "$"),
      fixed: path.replace(/\{[^}]+\}/g, "").length,
    }));
    this.routes.sort((a, b) => b.fixed - a.fixed);
  }

  problems(request) {
    const path = request.path.replace(/^\/api\/v3/, ""); // of a GitHub Enterprise Server
    const method = request.method.toLowerCase();
    const route = this.routes.find(
      (each) => each.pattern.test(path) && this.document.paths[each.path][method]);
    if (!route) {
      return this.elsewhere(request) ?? [`the service has no ${request.method} ${path}`];
    }
    const pointer = ["paths", route.path, method];
    return [...this.queryProblems(request, pointer), ...this.bodyProblems(request, pointer)];
  }

  at(pointer) {
    return pointer.reduce((node, key) => this.resolved(node)[key], this.document);
  }

  resolved(node) {
    return node.$ref ? this.at(node.$ref.slice(2).split("/")) : node;
  }

  check(pointer, value) {
    const escaped = pointer.map((key) =>
      encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1")));
    const ref = `api#/${escaped.join("/")}`;
    const validator = this.ajv.getSchema(ref) ?? this.ajv.compile({ $ref: ref });
    return validator(value) ? [] : [this.ajv.errorsText(validator.errors)];
  }

  queryProblems(request, pointer) {
    const operation = this.at(pointer);
    const shared = this.document.paths[pointer[1]].parameters ?? [];
    const known = new Map();
    [...shared, ...(operation.parameters ?? [])]
      .map((each) => this.resolved(each))
      .filter((each) => each.in === "query")
      .forEach((each) => known.set(each.name, each));
    const problems = [];
    for (const [name, values] of Object.entries(request.query)) {
      const parameter = known.get(name);
      if (FROM_LINKS.includes(name)) {
        continue;
      }
      if (!parameter) {
        problems.push(`the service knows no parameter ${name}`);
        continue;
      }
      const validator = this.ajv.compile({
        type: "object",
        properties: { value: this.absolute(parameter.schema) },
      });
      if (!validator({ value: values.length === 1 ? values[0] : values })) {
        problems.push(`${name}: ${this.ajv.errorsText(validator.errors)}`);
      }
    }
    for (const parameter of known.values()) {
      if (parameter.required && !request.query[parameter.name]) {
        problems.push(`the parameter ${parameter.name} is missing`);
      }
    }
    return problems;
  }

  absolute(schema) {
    return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/'));
  }

  bodyProblems(request, pointer) {
    const operation = this.at(pointer);
    if (!operation.requestBody) {
      return request.body === "" ? [] : ["the service takes no body here"];
    }
    if (request.body === "") {
      return this.resolved(operation.requestBody).required ? ["the body is missing"] : [];
    }
    const type = (request.headers["content-type"] ?? "").split(";")[0];
    const content = this.resolved(operation.requestBody).content;
    if (!content[type]) {
      return [`the service does not take ${type || "a body without a type"}`];
    }
    const body = type === "application/json"
      ? JSON.parse(request.body)
      : Object.fromEntries(new URLSearchParams(request.body));
    return this.check([...pointer, "requestBody", "content", type, "schema"], body);
  }
}

/** Calls that the cut-down description of GitHub leaves out, as its official client knows them. */
function octokitKnows(request) {
  const { rest } = new Octokit();
  const path = request.path.replace(/^\/api\/v3/, "");
  for (const endpoint of [
    rest.apps.getRepoInstallation, rest.repos.getCollaboratorPermissionLevel,
    rest.users.getByUsername,
  ]) {
    const { method, url } = endpoint.endpoint.DEFAULTS;
    const pattern = new RegExp("^" + url.replace(/\{[^}]+\}/g, "[^/]+") + "$");
    if (method === request.method && pattern.test(path)) {
      return Object.keys(request.query).length === 0 && request.body === ""
        ? [] : ["this call has neither parameters nor a body"];
    }
  }
  return undefined;
}

/** Checks GraphQL documents and their variables against a schema. */
class GraphQl {
  constructor(file) {
    this.schema = buildSchema(readFileSync(file, "utf8"), { assumeValidSDL: true });
    this.rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
  }

  problems(request) {
    const { query, variables, operationName } = JSON.parse(request.body);
    const document = parse(query);
    const wrong = validate(this.schema, document, this.rules).map((error) => error.message);
    const operation = getOperationAST(document, operationName);
    if (wrong.length > 0 || !operation) {
      return wrong.length > 0 ? wrong : ["the body does not say which operation it means"];
    }
    const values = getVariableValues(
      this.schema, operation.variableDefinitions ?? [], variables ?? {});
    const unknown = Object.keys(variables ?? {}).filter((name) =>
      !operation.variableDefinitions?.some((each) => each.variable.name.value === name));
    return [
      ...(values.errors ?? []).map((error) => error.message),
      ...unknown.map((name) => `the operation has no variable ${name}`),
    ];
  }
}

/** What a part of a schema that an adapter is built with says otherwise than the whole schema. */
function unlike(part, whole) {
  const problems = [];
  const compare = (where, mine, theirs) => {
    if (!theirs) {
      problems.push(`${where} is not in the schema`);
    } else if (String(mine.type) !== String(theirs.type)) {
      problems.push(`${where} is of type ${theirs.type}, not ${mine.type}`);
    }
  };
  for (const [name, type] of Object.entries(part.getTypeMap())) {
    const official = whole.getType(name);
    if (name.startsWith("__") || !official || official.constructor !== type.constructor) {
      if (!name.startsWith("__")) {
        problems.push(`type ${name} is not in the schema, or is of another kind`);
      }
      continue;
    }
    for (const value of type.getValues?.() ?? []) {
      if (!official.getValue(value.name)) {
        problems.push(`${name} has no value ${value.name}`);
      }
    }
    for (const field of Object.values(type.getFields?.() ?? {})) {
      const theirs = official.getFields()[field.name];
      compare(`${name}.${field.name}`, field, theirs);
      for (const argument of field.args ?? []) {
        compare(`${name}.${field.name}(${argument.name})`, argument,
          theirs?.args.find((each) => each.name === argument.name));
      }
    }
  }
  return problems;
}

const services = {
  todoist: () => new OpenApi(join(contracts, "todoist-v1-subset.openapi.json")),
  github: () => new OpenApi(join(contracts, "github-issues-openapi.json"), octokitKnows),
  linear: () => new GraphQl(join(contracts, "linear-schema.graphql")),
};

let failed = false;
for (const service of asked) {
  const requests = requestsOf(service);
  if (requests.length === 0) {
    console.log(`${service}: no request was recorded`);
    failed = true;
    continue;
  }
  const description = services[service]();
  const problems = new Map();
  for (const request of requests) {
    for (const problem of description.problems(request)) {
      problems.set(`${request.method} ${request.path.replace(/\d+/g, "N")}: ${problem}`, request);
    }
  }
  console.log(`${service}: ${requests.length} requests, ${problems.size} kinds of problems`);
  for (const [problem, request] of problems) {
    console.log(`  ${problem}\n    ${JSON.stringify({ query: request.query, body: request.body }).slice(0, 400)}`);
    failed = true;
  }
}

if (asked.includes("linear")) {
  const subset = buildSchema(readFileSync(process.env.LINEAR_SUBSET, "utf8"));
  const problems = unlike(subset, services.linear().schema);
  console.log(`linear: ${problems.length} things in the adapter's schema unlike the official one`);
  problems.forEach((problem) => console.log(`  ${problem}`));
  failed ||= problems.length > 0;
}
process.exitCode = failed ? 1 : 0;
