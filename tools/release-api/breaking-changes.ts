import { isSame, type Json, listOf, objectOf, resolve, textsOf } from "./json.ts";
import { type Place, schemaChanges } from "./schema-changes.ts";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * What in the current OpenAPI 3.1 document breaks a client that was made for the released one, a sentence for each, with
 * its place. Additions are no break: operations, events, optional parameters and request members, answer members.
 */
export function breakingChanges(releasedDocument: unknown, currentDocument: unknown): string[] {
  const released = objectOf(releasedDocument);
  const current = objectOf(currentDocument);
  const place = { released, current, inside: [] };
  return [
    ...gone("server", urlsOf(released), urlsOf(current)),
    ...schemeChanges(released, current),
    ...gone("component", Object.keys(schemasOf(released)), Object.keys(schemasOf(current))),
    ...operationChanges(objectOf(released.paths), objectOf(current.paths), { ...place, writer: "client" }),
    ...operationChanges(objectOf(released.webhooks), objectOf(current.webhooks), { ...place, writer: "server" }),
  ];
}

function gone(what: string, before: readonly string[], now: readonly string[]): string[] {
  return before.filter((one) => !now.includes(one)).map((one) => `${what} ${one}: is gone`);
}

function urlsOf(document: Json): string[] {
  return listOf(document.servers).map((server) => String(objectOf(server).url));
}

function schemasOf(document: Json): Json {
  return objectOf(objectOf(document.components).schemas);
}

function schemeChanges(released: Json, current: Json): string[] {
  const [before, now] = [released, current].map((document) => objectOf(objectOf(document.components).securitySchemes));
  return Object.entries(before ?? {}).flatMap(([name, scheme]) => {
    const [from, to] = [scheme, now?.[name]].map((one) => ({ ...objectOf(one), description: undefined }));
    return isSame(from, to) ? [] : [`security scheme ${name}: is another`];
  });
}

/** `writer`: of the requests. For events that is the server. */
function operationChanges(before: Json, now: Json, place: Omit<Place, "at">): string[] {
  return Object.entries(before).flatMap(([path, item]) =>
    METHODS.filter((method) => method in objectOf(item)).flatMap((method) => {
      const at = place.writer === "client" ? `${method.toUpperCase()} ${path}` : `event ${path}`;
      const [from, to] = [objectOf(item)[method], objectOf(now[path])[method]];
      if (to === undefined) return [`${at}: is gone`];
      return oneOperationChanges(objectOf(from), objectOf(to), { ...place, at });
    }),
  );
}

function oneOperationChanges(before: Json, now: Json, place: Place): string[] {
  return [
    ...(before.operationId === now.operationId ? [] : [`${place.at}: operationId is another`]),
    ...securityChanges(before.security ?? place.released.security, now.security ?? place.current.security, place),
    ...parameterChanges(before, now, place),
    ...bodyChanges(before.requestBody, now.requestBody, place),
    ...answerChanges(objectOf(before.responses), objectOf(now.responses), place),
  ];
}

/** Whoever was let in must still be: each way in that there was must meet one that there is (OpenAPI 3.1, 4.8.30). */
function securityChanges(before: unknown, now: unknown, { at }: Place): string[] {
  const ways = (security: unknown) => (listOf(security).length === 0 ? [{}] : listOf(security).map(objectOf));
  const meets = (had: Json, needed: Json) =>
    Object.entries(needed).every(
      ([scheme, scopes]) => scheme in had && textsOf(scopes).every((scope) => textsOf(had[scheme]).includes(scope)),
    );
  const shutOut = ways(before).filter((had) => !ways(now).some((needed) => meets(had, needed)));
  return shutOut.map((had) => `${at}: ${JSON.stringify(had)} is no longer enough`);
}

function parameterChanges(before: Json, now: Json, place: Place): string[] {
  const all = (operation: Json, root: Json) => listOf(operation.parameters).map((one) => resolve(one, root));
  const [from, to] = [all(before, place.released), all(now, place.current)];
  const isSameName = (one: Json) => (other: Json) =>
    one.in === other.in && (one.in === "header" ? lower(one.name) === lower(other.name) : one.name === other.name);
  const changes = from.flatMap((one) => {
    const at = `${place.at}, ${one.in} ${one.name}`;
    const other = to.find(isSameName(one));
    if (!other) return [`${at}: is gone`];
    // An event's headers are ours: what was always there must stay so.
    const [was, is] = place.writer === "client" ? [one, other] : [other, one];
    return [
      ...(is.required === true && was.required !== true
        ? [`${at}: ${place.writer === "client" ? "is now required" : "may now be missing"}`]
        : []),
      ...["style", "explode", "allowReserved", "allowEmptyValue", "content"]
        .filter((keyword) => !isSame(one[keyword], other[keyword]))
        .map((keyword) => `${at}: its ${keyword} is another`),
      ...schemaChanges(one.schema, other.schema, { ...place, at }),
    ];
  });
  if (place.writer === "server") return changes;
  const added = to.filter((one) => one.required === true && !from.some(isSameName(one)));
  return [...changes, ...added.map((one) => `${place.at}, ${one.in} ${one.name}: is new and required`)];
}

function lower(name: unknown): string {
  return String(name).toLowerCase();
}

function bodyChanges(before: unknown, now: unknown, place: Place): string[] {
  const at = `${place.at}, body`;
  const [from, to] = [resolve(before, place.released), resolve(now, place.current)];
  if (before === undefined) return to.required === true ? [`${at}: is new and required`] : [];
  if (now === undefined) return [`${at}: is gone`];
  const isNeeded = place.writer === "client" && to.required === true && from.required !== true;
  return [...(isNeeded ? [`${at}: is now required`] : []), ...contentChanges(from, to, { ...place, at })];
}

function contentChanges(before: Json, now: Json, place: Place): string[] {
  const [from, to] = [objectOf(before.content), objectOf(now.content)];
  const isAnswer = place.writer === "server";
  return [
    ...Object.entries(from).flatMap(([type, content]) => {
      if (!(type in to)) return [`${place.at}: is no longer ${type}`];
      return schemaChanges(objectOf(content).schema, objectOf(to[type]).schema, place);
    }),
    // A client that reads one type alone would be sent another.
    ...(isAnswer && Object.keys(from).length > 0
      ? Object.keys(to)
          .filter((type) => !(type in from))
          .map((type) => `${place.at}: may now be ${type}`)
      : []),
  ];
}

const isSuccess = (status: string) => /^[123]/.test(status);

/** The answers to a client are ours; those to an event are the client's. */
function answerChanges(before: Json, now: Json, place: Place): string[] {
  const added = Object.keys(now).filter((status) => isSuccess(status) && !(status in before));
  const isOurs = place.writer === "client";
  return [
    ...Object.entries(before).flatMap(([status, answer]) => {
      const at = `${place.at}, ${status}`;
      if (!(status in now)) return [`${at}: is gone`];
      if (!isOurs) return [];
      const [from, to] = [resolve(answer, place.released), resolve(now[status], place.current)];
      const below: Place = { ...place, at, writer: "server" };
      return [...headerChanges(from, to, below), ...contentChanges(from, to, below)];
    }),
    ...(isOurs ? added.map((status) => `${place.at}, ${status}: is a new way to succeed`) : []),
  ];
}

function headerChanges(before: Json, now: Json, place: Place): string[] {
  const [from, to] = [objectOf(before.headers), objectOf(now.headers)];
  return Object.entries(from).flatMap(([name, header]) => {
    const at = `${place.at}, header ${name}`;
    if (!(name in to)) return [`${at}: is gone`];
    const [one, other] = [resolve(header, place.released), resolve(to[name], place.current)];
    return schemaChanges(one.schema, other.schema, { ...place, at });
  });
}
