import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

const TYPES = { A: 1, AAAA: 28 } as const;
const HEADER_BYTES = 12;

/** A name's addresses, or what it says to its first question, its second and so on; null says nothing. */
type Records = Record<string, readonly string[] | null | ((question: number) => readonly string[])>;

/** A name server (RFC 1035) on a free port of this machine. Every answer's time to live is 0. */
export async function startNameServer(records: Records) {
  const questions = new Map<string, number>();
  const socket = createSocket("udp4");
  socket.on("message", (query, peer) => {
    const { name, type, end } = readQuestion(query);
    const counter = `${name} ${type}`;
    const asked = (questions.get(counter) ?? 0) + 1;
    questions.set(counter, asked);
    const found = name in records ? records[name] : [];
    if (!found) return;
    const addresses = typeof found === "function" ? found(asked) : found;
    const matching = addresses.filter((address) => type === (isIPv4(address) ? TYPES.A : TYPES.AAAA));
    socket.send(answer(query, end, type, matching, addresses.length > 0), peer.port, peer.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");

  return {
    /** As `dns.Resolver` wants it. */
    address: `127.0.0.1:${socket.address().port}`,
    /** How often a name's addresses of this type were asked for. */
    asked: (name: string, type: keyof typeof TYPES) => questions.get(`${name} ${TYPES[type]}`) ?? 0,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** NOERROR, also without an answer where the name has addresses of the other family; else NXDOMAIN. */
function answer(
  query: Buffer,
  questionEnd: number,
  type: number,
  addresses: readonly string[],
  known: boolean,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(known ? 0x8580 : 0x8583, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const rows = addresses.map((address) => {
    const data = Buffer.from(ipaddr.parse(address).toByteArray());
    const row = Buffer.alloc(12);
    // The question's name, by reference.
    row.writeUInt16BE(0xc000 + HEADER_BYTES, 0);
    row.writeUInt16BE(type, 2);
    row.writeUInt16BE(1, 4);
    row.writeUInt16BE(data.length, 10);
    return Buffer.concat([row, data]);
  });
  return Buffer.concat([header, query.subarray(HEADER_BYTES, questionEnd), ...rows]);
}
