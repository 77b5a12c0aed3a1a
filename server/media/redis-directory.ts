import { Redis } from "ioredis";
import { z } from "zod";
import type { MediaNode } from "./media-node.ts";
import { LEASE_MS, type NodeDirectory } from "./node-directory.ts";

/*
 * Where rooms live, in Redis, all of it leased: what is not renewed is forgotten.
 *
 *   nexbasira:media:nodes          sorted set: node name -> end of its lease, ms
 *   nexbasira:media:node:NAME      hash: url, load
 *   nexbasira:media:room:SESSION   the name of the node, with the lease as its time to live
 *
 * The scripts take the time from Redis, so that no two machines' clocks are compared.
 */
const PREFIX = "nexbasira:media:";

const NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000);";

/** KEYS: room. ARGV: prefix, lease. Returns the room's node while that lives, else the least loaded one; nil for none. */
const PLACE = `${NOW}
local nodes = ARGV[1] .. 'nodes'
local function alive(name)
  local ends = redis.call('ZSCORE', nodes, name)
  return ends and tonumber(ends) > now
end
local name = redis.call('GET', KEYS[1])
if not (name and alive(name)) then
  name = nil
  local least
  for _, candidate in ipairs(redis.call('ZRANGEBYSCORE', nodes, '(' .. now, '+inf')) do
    local load = tonumber(redis.call('HGET', ARGV[1] .. 'node:' .. candidate, 'load') or '0')
    if not least or load < least then
      least = load
      name = candidate
    end
  end
  if not name then return nil end
  -- Until the node says its load again: sessions placed in between must not all go to it.
  redis.call('HINCRBY', ARGV[1] .. 'node:' .. name, 'load', 1)
end
redis.call('SET', KEYS[1], name, 'PX', ARGV[2])
return { name, redis.call('HGET', ARGV[1] .. 'node:' .. name, 'url') }`;

/** KEYS: node's hash, nodes. ARGV: lease, name, url, load. */
const ANNOUNCE = `${NOW}
redis.call('HSET', KEYS[1], 'url', ARGV[3], 'load', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
redis.call('ZADD', KEYS[2], now + ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[1])
return 1`;

/** KEYS: rooms. ARGV: lease, node, prefix. Takes or renews each room unless another living node has it: 1 or 0 for each. */
const CLAIM = `${NOW}
local answers = {}
for index, key in ipairs(KEYS) do
  local owner = redis.call('GET', key)
  local ends = owner and redis.call('ZSCORE', ARGV[3] .. 'nodes', owner)
  if owner and owner ~= ARGV[2] and ends and tonumber(ends) > now then
    answers[index] = 0
  else
    redis.call('SET', key, ARGV[2], 'PX', ARGV[1])
    answers[index] = 1
  end
end
return answers`;

/** KEYS: room. ARGV: node. */
const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** KEYS: nodes. ARGV: prefix. Returns name, url and load of each living node. */
const LIVING = `${NOW}
local answers = {}
for index, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')) do
  local node = redis.call('HMGET', ARGV[1] .. 'node:' .. name, 'url', 'load')
  answers[index] = { name, node[1] or '', node[2] or '0' }
end
return answers`;

const Placed = z.tuple([z.string(), z.string()]).nullable();
const Living = z.array(z.tuple([z.string(), z.string(), z.coerce.number()]));
const Claimed = z.array(z.union([z.literal(0), z.literal(1)]));

/** The directory in Redis. Every method rejects while that is not there. */
export class RedisDirectory implements NodeDirectory {
  readonly #redis: Redis;

  constructor(url: string, onError: (error: Error) => void) {
    this.#redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 2_000, connectTimeout: 2_000 });
    this.#redis.on("error", onError);
  }

  async place(sessionId: string): Promise<MediaNode | undefined> {
    const answer = Placed.parse(await this.#redis.eval(PLACE, 1, room(sessionId), PREFIX, LEASE_MS));
    return answer ? { name: answer[0], url: answer[1] } : undefined;
  }

  async find(name: string): Promise<MediaNode | undefined> {
    const url = await this.#redis.hget(`${PREFIX}node:${name}`, "url");
    return url === null ? undefined : { name, url };
  }

  async living(): Promise<MediaNode[]> {
    const answer = Living.parse(await this.#redis.eval(LIVING, 1, `${PREFIX}nodes`, PREFIX));
    return answer.sort(([, , a], [, , b]) => a - b).map(([name, url]) => ({ name, url }));
  }

  async announce(node: MediaNode, load: number): Promise<void> {
    const keys = [`${PREFIX}node:${node.name}`, `${PREFIX}nodes`];
    await this.#redis.eval(ANNOUNCE, keys.length, ...keys, LEASE_MS, node.name, node.url, load);
  }

  async withdraw(name: string): Promise<void> {
    await this.#redis.zrem(`${PREFIX}nodes`, name);
  }

  async claim(name: string, sessionIds: readonly string[]): Promise<string[]> {
    if (sessionIds.length === 0) return [];
    const keys = sessionIds.map(room);
    const answers = Claimed.parse(await this.#redis.eval(CLAIM, keys.length, ...keys, LEASE_MS, name, PREFIX));
    return sessionIds.filter((_, index) => answers[index] === 0);
  }

  async release(name: string, sessionId: string): Promise<void> {
    await this.#redis.eval(RELEASE, 1, room(sessionId), name);
  }

  async nodeOf(sessionId: string): Promise<string | undefined> {
    return (await this.#redis.get(room(sessionId))) ?? undefined;
  }

  close(): void {
    this.#redis.disconnect();
  }
}

function room(sessionId: string): string {
  return `${PREFIX}room:${sessionId}`;
}
